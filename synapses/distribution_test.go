package synapses

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/glia-sim/glia/sim"
)

// kolmogorov compares draws with a distribution function that is continuous between lo and hi and may
// jump at these two.
func kolmogorov(t *testing.T, d sim.Distribution, cdf func(float64) float64) {
	t.Helper()
	const n = 40000
	if err := d.Validate(); err != nil {
		t.Fatal(err)
	}
	lo, hi := d.Bounds()
	r := sim.NewRand(sim.NewKey(8, fmt.Sprintf("%+v", d)))
	x := make([]float64, n)
	for k := range x {
		x[k] = d.Draw(r)
		if !(x[k] >= lo && x[k] <= hi) {
			t.Fatalf("%+v: draw %g outside its bounds %g to %g", d, x[k], lo, hi)
		}
	}
	slices.Sort(x)
	worst := 0.0
	for k, v := range x {
		if v > lo && v < hi {
			worst = max(worst, math.Abs(cdf(v)-float64(k)/n), math.Abs(cdf(v)-float64(k+1)/n))
		}
	}
	// exp(-2 z²) < 1e-7 for z = 2.85.
	if worst > 2.85/math.Sqrt(n) {
		t.Errorf("%+v: distribution function off by %.4f: limit %.4f", d, worst, 2.85/math.Sqrt(n))
	}
	same := sim.NewRand(sim.NewKey(8, "again"))
	a := d.Draw(same)
	same.Reset(sim.NewKey(8, "again"))
	if b := d.Draw(same); a != b {
		t.Errorf("%+v: equal streams give %g and %g", d, a, b)
	}
}

func TestDistributionFunctions(t *testing.T) {
	phi := func(mean, sd float64) func(float64) float64 {
		return func(x float64) float64 { return normalCDF((x - mean) / sd) }
	}
	truncated := func(mean, sd, lo, hi float64) func(float64) float64 {
		f := phi(mean, sd)
		return func(x float64) float64 { return (f(x) - f(lo)) / (f(hi) - f(lo)) }
	}
	inf := math.Inf(1)
	kolmogorov(t, Normal{Mean: 3, SD: 2}, phi(3, 2))
	kolmogorov(t, Normal{Mean: 1, SD: 1, Min: 0, Max: 1.5}, phi(1, 1)) // clipped: the same within the range
	kolmogorov(t, Normal{Mean: 1, SD: 1, Min: 0, Max: 1.5, Redraw: true}, truncated(1, 1, 0, 1.5))
	kolmogorov(t, KeepSign(-1, 2), truncated(-1, 2, -inf, 0))
	kolmogorov(t, TickOrMore(1.5, 0.75, 0.1), truncated(1.5, 0.75, 0.05, inf))
	// Ranges that a normal draw hardly ever meets.
	kolmogorov(t, Normal{Mean: 0, SD: 1, Min: 4, Max: inf, Redraw: true}, func(x float64) float64 {
		return 1 - math.Erfc(x/math.Sqrt2)/math.Erfc(4/math.Sqrt2)
	})
	kolmogorov(t, Normal{Mean: 0, SD: 1, Min: -7, Max: -6.5, Redraw: true}, truncated(0, 1, -7, -6.5))
	kolmogorov(t, LogNormal{Mu: -0.702, Sigma: 0.9355}, func(x float64) float64 { return normalCDF((math.Log(x) + 0.702) / 0.9355) })
	kolmogorov(t, Uniform{Lo: -2, Hi: 3}, func(x float64) float64 { return (x + 2) / 5 })
	kolmogorov(t, Exponential{Mean: 2, Offset: 0.5}, func(x float64) float64 { return 1 - math.Exp(-(x-0.5)/2) })
	for _, shape := range []float64{0.3, 1, 4.5, 200} {
		kolmogorov(t, Gamma{Shape: shape, Scale: 0.5}, distuv.Gamma{Alpha: shape, Beta: 2}.CDF)
	}
	kolmogorov(t, Scaled{Of: Uniform{Lo: 0, Hi: 1}, Factor: -3, Shift: 1}, func(x float64) float64 { return (x + 2) / 3 })
	kolmogorov(t, Clipped{Of: Exponential{Mean: 1}, Lo: 0.5, Hi: 2}, func(x float64) float64 { return 1 - math.Exp(-x) })
}

func TestClippedShares(t *testing.T) {
	const n = 20000
	r := sim.NewRand(sim.NewKey(1, "clip"))
	d := Normal{Mean: 1, SD: 1, Min: 0, Max: 1.5}
	atMin, atMax := 0.0, 0.0
	for range n {
		switch d.Draw(r) {
		case 0:
			atMin++
		case 1.5:
			atMax++
		}
	}
	for _, c := range []struct{ got, p float64 }{{atMin, normalCDF(-1)}, {atMax, normalCDF(-0.5)}} {
		near(t, "share at a bound", c.got/n, c.p, 5*math.Sqrt(c.p*(1-c.p)/n))
	}
}

func TestChoice(t *testing.T) {
	const n = 30000
	r := sim.NewRand(sim.NewKey(1, "choice"))
	for _, c := range []struct {
		d Choice
		p []float64
	}{
		{Choice{Values: []float64{3, -3}}, []float64{0.5, 0.5}},
		{Choice{Values: []float64{1, 2, 4}, Probabilities: []float64{0.2, 0.7, 0.1}}, []float64{0.2, 0.7, 0.1}},
		{Choice{Values: []float64{1, 2, 4}, Probabilities: []float64{0.5, 0.5, 0}}, []float64{0.5, 0.5, 0}},
	} {
		got, want := make([]float64, len(c.p)), make([]float64, len(c.p))
		for range n {
			got[slices.Index(c.d.Values, c.d.Draw(r))]++
		}
		for k, p := range c.p {
			want[k] = n * p
			if p == 0 && got[k] > 0 {
				t.Errorf("%+v: value of probability 0 drawn", c.d)
			}
		}
		chiSquare(t, fmt.Sprintf("%+v", c.d), got, want)
	}
	if lo, hi := (Choice{Values: []float64{3, -3}}).Bounds(); lo != -3 || hi != 3 {
		t.Errorf("bounds %g and %g", lo, hi)
	}
}

func TestBounds(t *testing.T) {
	inf := math.Inf(1)
	for _, c := range []struct {
		d      sim.Distribution
		lo, hi float64
	}{
		{Normal{Mean: 5}, 5, 5},
		{Normal{Mean: 5, SD: 1}, -3, 13},
		{KeepSign(10, 1), 2, 18},
		{KeepSign(10, 5), 0, 50},
		{KeepSign(-10, 5), -50, 0},
		{TickOrMore(1.5, 0.75, 0.1), 0.05, 7.5},
		{Normal{Mean: -30, SD: 1, Min: 0, Max: inf}, 0, 0}, // all clipped
		{LogNormal{Mu: math.Log(2), Sigma: 0}, 2, 2},
		{Uniform{Lo: 1, Hi: 1}, 1, 1},
		{Exponential{Mean: 2, Offset: 1}, 1, 81},
		{Gamma{Shape: 5, Scale: 2}, 0, 130},
		{Scaled{Of: Exponential{Mean: 1}, Factor: -2, Shift: 1}, -79, 1},
		{Clipped{Of: Exponential{Mean: 1}, Lo: 1, Hi: 3}, 1, 3},
	} {
		if err := c.d.Validate(); err != nil {
			t.Errorf("%+v: %v", c.d, err)
		}
		lo, hi := c.d.Bounds()
		near(t, fmt.Sprintf("lower bound of %+v", c.d), lo, c.lo, 1e-12*math.Abs(c.lo))
		near(t, fmt.Sprintf("upper bound of %+v", c.d), hi, c.hi, 1e-12*math.Abs(c.hi))
	}
	d := LogNormalOf(4, 3)
	near(t, "mean of LogNormalOf", math.Exp(d.Mu+d.Sigma*d.Sigma/2), 4, 1e-14)
	near(t, "variance of LogNormalOf", math.Expm1(d.Sigma*d.Sigma)*16, 9, 1e-13)
}

func TestDistributionErrors(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		d    sim.Distribution
		want string
	}{
		{Normal{SD: -1}, "Normal.SD is -1"},
		{Normal{Mean: nan}, "Normal.Mean is NaN"},
		{Normal{Mean: 1, SD: 1, Min: 0.05}, "Normal.Max is 0 and Normal.Min 0.05"},
		{Normal{Mean: 0, SD: 1, Min: 9, Max: inf, Redraw: true}, "within 8 SD"},
		{LogNormal{Sigma: -1}, "LogNormal.Sigma is -1"},
		{LogNormal{Sigma: 100}, "below 709"},
		{LogNormalOf(-1, 1), "LogNormal.Mu is NaN"},
		{Uniform{Lo: 1, Hi: 0}, "Uniform.Hi is 0"},
		{Exponential{}, "Exponential.Mean is 0"},
		{Exponential{Mean: 1, Offset: inf}, "Exponential.Offset is +Inf"},
		{Gamma{Scale: 1}, "Gamma.Shape is 0"},
		{Gamma{Shape: 1, Scale: nan}, "Gamma.Scale is NaN"},
		{Choice{}, "Choice.Values is empty"},
		{Choice{Values: []float64{1, nan}}, "Choice.Values[1] is NaN"},
		{Choice{Values: []float64{1, 2}, Probabilities: []float64{1}}, "Choice.Probabilities has 1"},
		{Choice{Values: []float64{1, 2}, Probabilities: []float64{0.5, 0.4}}, "add up to 0.9"},
		{Choice{Values: []float64{1, 2}, Probabilities: []float64{1.5, -0.5}}, "Choice.Probabilities[0] is 1.5"},
		{Scaled{Factor: 1}, "Scaled.Of is nil"},
		{Scaled{Of: Gamma{}, Factor: 1}, "Gamma.Shape is 0"},
		{Clipped{Of: Uniform{}, Lo: 2, Hi: 1}, "Clipped.Hi is 1"},
	} {
		says(t, c.d.Validate(), c.want)
	}
}

// Many values at once are the values drawn one by one, and leave the stream at the same place.
func TestFillIsDraw(t *testing.T) {
	for _, d := range []interface {
		sim.Distribution
		sim.Filler
	}{
		Uniform{-1, 3}, Normal{Mean: 1, SD: 2}, Normal{Mean: 1, SD: 2, Min: 0, Max: 2}, TickOrMore(1.5, 0.75, 0.1), KeepSign(-4, 0.4),
		Normal{Mean: 0, SD: 1, Min: 0.5, Max: 9, Redraw: true}, Normal{Mean: 2, Redraw: true, Max: 3},
	} {
		a, b := sim.NewRand(sim.NewKey(1, "fill")), sim.NewRand(sim.NewKey(1, "fill"))
		for _, n := range []int{0, 1, 2000} {
			values := make([]float64, n)
			d.Fill(values, a)
			for k, x := range values {
				if y := d.Draw(b); x != y {
					t.Fatalf("%#v: value %d of %d is %v, one by one %v", d, k, n, x, y)
				}
			}
			if a.Uint64() != b.Uint64() {
				t.Fatalf("%#v: after %d values the stream goes on elsewhere", d, n)
			}
		}
	}
}
