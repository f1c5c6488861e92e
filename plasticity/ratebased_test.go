package plasticity

import (
	"fmt"
	"math"
	"testing"

	"github.com/glia-sim/glia/sim"
)

// Specification A5: of four orthonormal inputs one keeps a response, of 4, with the threshold at 4.
func TestA5BCMSelectivity(t *testing.T) {
	const n, presentations = 4, 400_000
	r := sim.NewRand(sim.NewKey(2, "A5"))
	b := &BCM{Eta: 0.002, TauTheta: 50, Theta: 1}
	w := make([]float64, n)
	for i := range w {
		w[i] = 0.5 + 0.1*r.Float64()
	}
	x := make([]float64, n)
	var mean [n]float64
	theta := 0.0
	for k := range presentations {
		i := r.IntN(n)
		clear(x)
		x[i] = 1
		b.Update(w, x, w[i])
		if k >= presentations/2 {
			for j := range w {
				mean[j] += w[j] * 2 / presentations
			}
			theta += b.Theta * 2 / presentations
		}
	}
	best := 0
	for j := range mean {
		if mean[j] > mean[best] {
			best = j
		}
	}
	near(t, "selected response", mean[best], 4, 0.2)
	near(t, "threshold", theta, 4, 0.2)
	for j, m := range mean {
		if j != best {
			near(t, fmt.Sprintf("response to input %d", j), m, 0, 0.05)
		}
	}
}

// Specification A6: the first principal component, at length 1.
func TestA6Oja(t *testing.T) {
	const n = 10
	r := sim.NewRand(sim.NewKey(1, "A6"))
	u, w, x := make([]float64, n), make([]float64, n), make([]float64, n)
	length := func(v []float64) float64 { return math.Sqrt(dot(v, v)) }
	for i := range u {
		u[i], w[i] = r.NormFloat64(), 0.1*r.NormFloat64()
	}
	for l, i := length(u), 0; i < n; i++ {
		u[i] /= l
	}
	rule := Oja{Eta: 0.002}
	for range 50_000 {
		z := 2 * r.NormFloat64()
		for i := range x {
			x[i] = z*u[i] + 0.5*r.NormFloat64()
		}
		rule.Update(w, x, dot(w, x))
	}
	if c := math.Abs(dot(w, u)) / length(w); c <= 0.99 {
		t.Errorf("cosine with the first component is %g, want more than 0.99", c)
	}
	near(t, "length", length(w), 1, 0.02)
}

func dot(a, b []float64) (s float64) {
	for i := range a {
		s += a[i] * b[i]
	}
	return s
}

// The subspace rule finds an orthonormal basis of the strong directions.
func TestOjaSubspace(t *testing.T) {
	const n, m = 8, 3
	r := sim.NewRand(sim.NewKey(1, "subspace"))
	w, x, y, work := make([][]float64, m), make([]float64, n), make([]float64, m), make([]float64, n)
	for k := range w {
		w[k] = make([]float64, n)
		for i := range w[k] {
			w[k][i] = 0.2 * r.NormFloat64()
		}
	}
	for range 30_000 { // inputs 1, 3 and 6 are strong
		for i := range x {
			x[i] = 0.1 * r.NormFloat64()
		}
		for _, i := range []int{1, 3, 6} {
			x[i] = r.NormFloat64()
		}
		for k := range w {
			y[k] = dot(w[k], x)
		}
		if err := (Oja{Eta: 0.002}).UpdateSubspace(w, x, y, work); err != nil {
			t.Fatal(err)
		}
	}
	for a := range w {
		for b := range w {
			want := 0.0
			if a == b {
				want = 1
			}
			near(t, fmt.Sprintf("product of vectors %d and %d", a, b), dot(w[a], w[b]), want, 0.03)
		}
		strong := w[a][1]*w[a][1] + w[a][3]*w[a][3] + w[a][6]*w[a][6]
		if strong < 0.97 {
			t.Errorf("vector %d has %g of its length in the strong directions, want 0.97", a, strong)
		}
	}
	if err := (Oja{}).UpdateSubspace(w, x, y[:2], work); err == nil {
		t.Error("two outputs for three vectors were taken")
	}
}

// With one weight vector the subspace rule is Oja's.
func TestOjaSubspaceOfOne(t *testing.T) {
	a, x, work := []float64{0.3, -0.2}, []float64{1, 2}, make([]float64, 2)
	b := [][]float64{{0.3, -0.2}}
	Oja{Eta: 0.1}.Update(a, x, 0.7)
	if err := (Oja{Eta: 0.1}).UpdateSubspace(b, x, []float64{0.7}, work); err != nil {
		t.Fatal(err)
	}
	for i := range a {
		near(t, "weight", b[0][i], a[i], 1e-15)
	}
}
