package neurons

import (
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
)

// The true exponential, to some 40 digits: its series at x/2^16, squared 16 times.
func trueExp(x float64) *big.Float {
	const prec = 200
	y := new(big.Float).SetPrec(prec).SetMantExp(new(big.Float).SetPrec(prec).SetFloat64(x), -16)
	sum, term := big.NewFloat(1).SetPrec(prec), big.NewFloat(1).SetPrec(prec)
	for k := 1; k < 40; k++ {
		term.Mul(term, y)
		term.Quo(term, new(big.Float).SetInt64(int64(k)))
		sum.Add(sum, term)
	}
	for range 16 {
		sum.Mul(sum, sum)
	}
	return sum
}

func TestExpIsWithinAUnitInTheLastPlace(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	worst, where := 0.0, 0.0
	for range 4000 {
		x := -745 + 1454*r.Float64()
		if r.IntN(2) == 0 {
			x = -math.Exp(-40 + 43*r.Float64()) // decays, mostly short ones
		}
		got := exp(x)
		unit := math.Nextafter(got, math.Inf(1)) - got
		off, _ := new(big.Float).Sub(trueExp(x), big.NewFloat(got)).Float64()
		if e := math.Abs(off) / unit; e > worst {
			worst, where = e, x
		}
	}
	if worst > 0.8 {
		t.Errorf("exp(%v) is %.3f units in the last place off", where, worst)
	}
}

// The assembly and its Go twin give the same bits over the whole range and beyond it, close to what package math
// gives, for every length of the tail.
func TestExpKernelTwins(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	special := []float64{0, math.Copysign(0, -1), 1, -1, math.Ln2, -math.Ln2 / 2, 709.78, 709.79, 720, -708.4, -745.13, -745.14, -746, -747,
		math.Inf(1), math.Inf(-1), math.MaxFloat64, -math.MaxFloat64, 5e-324, -5e-324, math.NaN()}
	for n := 0; n <= 70; n++ {
		x := make([]float64, n)
		for i := range x {
			switch r.IntN(3) {
			case 0:
				x[i] = special[r.IntN(len(special))]
			case 1:
				x[i] = -800 + 1600*r.Float64()
			default:
				x[i] = -10 * r.Float64()
			}
		}
		got, want := slices.Clone(x), slices.Clone(x)
		exps(got)
		expsGo(want)
		for i := range x {
			a, b, m := got[i], want[i], math.Exp(x[i])
			if math.IsNaN(m) {
				if !math.IsNaN(a) || !math.IsNaN(b) {
					t.Errorf("exp(%v) = %v, Go %v", x[i], a, b)
				}
				continue
			}
			if math.Float64bits(a) != math.Float64bits(b) {
				t.Errorf("exp(%v) = %x, Go %x", x[i], a, b)
			}
			if !(math.Abs(a-m) <= 4e-16*m || a == m || math.Abs(a-m) <= 5e-324) {
				t.Errorf("exp(%v) = %v, package math %v", x[i], a, m)
			}
		}
	}
}

func TestExpsDoNotAllocate(t *testing.T) {
	x := make([]float64, 51)
	if a := testing.AllocsPerRun(100, func() { exps(x) }); a != 0 {
		t.Errorf("%g allocations", a)
	}
}

func BenchmarkExp(b *testing.B) {
	for name, f := range map[string]func([]float64){"exps": exps, "Go": expsGo, "math": func(x []float64) {
		for i, v := range x {
			x[i] = math.Exp(v)
		}
	}} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			x := make([]float64, 50)
			for b.Loop() {
				for i := range x {
					x[i] = -0.1 * float64(i)
				}
				f(x)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(x)), "ns/value")
		})
	}
}
