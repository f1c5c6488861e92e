package neurons

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// The assembly of LIFExp and its Go twin give the same bits, for every length of the tail.
func TestLIFExpKernelTwins(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	c := &lifExpConstants{rest: -65, leak: 0.99, exToV: 0.00039, inToV: 0.00041, decayEx: 0.81, decayIn: 0.9, threshold: -50}
	total := 0
	for n := 0; n <= chunk; n += 1 + n/9 {
		draw := func(scale, shift float64) []float64 {
			x := make([]float64, n)
			for i := range x {
				x[i] = shift + scale*r.NormFloat64()
			}
			return x
		}
		v, iex, iin, ex, inh := draw(9, -58), draw(4000, 0), draw(4000, 0), draw(100, 0), draw(100, 0)
		v2, iex2, iin2 := slices.Clone(v), slices.Clone(iex), slices.Clone(iin)
		for step := 0; step < 3; step++ {
			a := lifExpAdvance(v, iex, iin, ex, inh, c, 7, nil)
			b := lifExpGo(v2, iex2, iin2, ex, inh, c, 7, nil)
			total += len(b)
			if !slices.Equal(a, b) {
				t.Fatalf("n = %d: spikes %v, Go %v", n, a, b)
			}
			for i := range v {
				if math.Float64bits(v[i]) != math.Float64bits(v2[i]) || math.Float64bits(iex[i]) != math.Float64bits(iex2[i]) || math.Float64bits(iin[i]) != math.Float64bits(iin2[i]) {
					t.Fatalf("n = %d, neuron %d: %x %x %x, Go %x %x %x", n, i, v[i], iex[i], iin[i], v2[i], iex2[i], iin2[i])
				}
			}
		}
	}
	if total == 0 {
		t.Error("no neuron reached the threshold")
	}
}
