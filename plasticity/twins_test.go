package plasticity

import (
	"math"
	"math/rand/v2"
	"testing"
)

// The assembly of the additive rule and its Go twin give the same bits, for any length, and keep a NaN.
func TestAdditiveKernelTwins(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	const neurons = 50
	ys, fired := make([]float64, neurons), make([]bool, neurons)
	for n := 0; n < 70; n++ {
		weight, target, at := make([]float64, n), make([]int32, n), make([]uint32, n)
		for k := range n {
			weight[k], target[k] = 3*r.Float64(), int32(r.IntN(neurons))
		}
		for k, p := range r.Perm(n) {
			at[k] = uint32(p)
		}
		for j := range neurons {
			ys[j], fired[j] = r.ExpFloat64(), r.IntN(4) == 0
		}
		if n == 40 {
			weight[7] = math.NaN()
		}
		twin := append([]float64(nil), weight...)
		same := func(what string) {
			for k := range weight {
				if math.Float64bits(weight[k]) != math.Float64bits(twin[k]) && !(math.IsNaN(weight[k]) && math.IsNaN(twin[k])) {
					t.Fatalf("%s of %d: weight %d is %g, of the twin %g", what, n, k, weight[k], twin[k])
				}
			}
		}
		c := addition{step: 0.8, tie: [2]float64{0, 0.7}, lo: 0, hi: 3}
		addRow(weight, target, ys, fired, &c)
		addRowGo(twin, target, ys, fired, &c)
		same("row")
		addColumn(weight, at, target, ys, fired, &c)
		addColumnGo(twin, at, target, ys, fired, &c)
		same("column")
	}
}

// The assembly of the linear rules by rows gives the bits of its Go twin and stops at the same synapses, for
// both widths of a target.
func TestLinearKernelTwins(t *testing.T) {
	testLinearTwins[uint16](t)
	testLinearTwins[int32](t)
}

func testLinearTwins[T int32 | uint16](t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	const neurons = 60
	stopped := 0
	for n := 0; n < 200; n++ {
		recent, ys := make([]recentSpikes, neurons), make([]float64, neurons)
		for j := range recent {
			for k, call := 0, uint32(30); k < len(recent[j].call) && call > 9; k++ {
				call -= uint32(r.IntN(9))
				recent[j].call[k], recent[j].gain[k] = call, r.Float64()
			}
			ys[j] = r.ExpFloat64()
		}
		weight, target := make([]float64, n), make([]T, n)
		for k := range n {
			weight[k], target[k] = 3*r.Float64(), T(r.IntN(neurons)) // some above the bound
		}
		if n == 40 {
			weight[0] = math.NaN()
		}
		twin := append([]float64(nil), weight...)
		l := linear{x: 2 * r.Float64(), fall: r.Float64(), plus0: 1, plus1: -0.5, minus0: 0.1, minus1: 0.8, lo: 0, hi: 2, last: 15 + uint32(r.IntN(16))}
		got, want := linearRow(weight, target, recent, ys, &l), linearRowGo(twin, target, recent, ys, &l)
		if got != want {
			t.Fatalf("%d synapses: stopped at %d, twin at %d", n, got, want)
		}
		if got < n {
			stopped++
		}
		for k := range weight {
			if math.Float64bits(weight[k]) != math.Float64bits(twin[k]) && !(math.IsNaN(weight[k]) && math.IsNaN(twin[k])) {
				t.Fatalf("%d synapses: weight %d is %g, of the twin %g", n, k, weight[k], twin[k])
			}
		}
	}
	if stopped == 0 || stopped == 200 {
		t.Errorf("stopped before the end %d times of 200: want some", stopped)
	}
}
