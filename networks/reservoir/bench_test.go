package reservoir

import (
	"math/rand/v2"
	"testing"
)

// A step of 1000 units against the one product of matrix and state that it contains.
func BenchmarkStep(b *testing.B) {
	for _, k := range []struct {
		name    string
		density float64
	}{{"csr", 0.1}, {"dense", 1}} {
		c := DefaultESN(1000, 1)
		c.Density, c.Leak = k.density, 0.3
		n, err := c.Build()
		if err != nil {
			b.Fatal(err)
		}
		u := []float64{0.1}
		b.Run(k.name+"/step", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := n.Step(u); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(k.name+"/product", func(b *testing.B) {
			x, y := make([]float64, 1000), make([]float64, 1000)
			copy(x, n.State())
			for b.Loop() {
				n.W.MulVec(y, x)
			}
		})
	}
}

func TestStepsDoNotAllocate(t *testing.T) {
	esn, err := ESNConfig{Units: 50, Inputs: 2, SpectralRadius: 0.9, Density: 0.1, InputScale: 1, BiasScale: 1, Leak: 0.5}.Build()
	if err != nil {
		t.Fatal(err)
	}
	if esn.Carry, err = Orthogonal(50, 1, rand.New(rand.NewPCG(1, 1))); err != nil {
		t.Fatal(err)
	}
	ei, err := DefaultEI(50, 2).Build()
	if err != nil {
		t.Fatal(err)
	}
	u := []float64{0.1, -0.2}
	for name, r := range map[string]Reservoir{"ESN": esn, "EI": ei} {
		if n := testing.AllocsPerRun(20, func() { _ = r.Step(u) }); n != 0 {
			t.Errorf("%s: %g allocations per step", name, n)
		}
	}
}
