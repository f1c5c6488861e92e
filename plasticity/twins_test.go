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
