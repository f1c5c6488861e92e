package tasks

import (
	"math/rand/v2"
	"testing"

	"github.com/glia-sim/glia/networks/reservoir"
	"gonum.org/v1/gonum/mat"
)

func column(t *testing.T, scale float64) *reservoir.Spiking {
	t.Helper()
	c := reservoir.DefaultColumn()
	c.Nz, c.WScale, c.Seed = 6, scale, 3
	n, err := c.Build()
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Runs without a perturbation are equal to the last bit; a moved spike is forgotten where recurrence is weak and stays
// where it is strong, and ranks tell the two apart.
func TestColumnThroughTheTransition(t *testing.T) {
	n := column(t, 1)
	u := mat.NewDense(1000, 4, PoissonInput(4, 20, 0.5)(1000, rand.New(rand.NewPCG(1, 1))))
	a, err := reservoir.Collect(n, u, 0)
	if err != nil {
		t.Fatal(err)
	}
	n.Reset()
	b, err := reservoir.Collect(n, u, 0)
	if err != nil {
		t.Fatal(err)
	}
	if !mat.Equal(a, b) {
		t.Error("two runs on the same input differ")
	}
	p := DefaultSpikeShift()
	p.Inputs, p.After = 3, 1000
	weak, _, err := p.Measure(column(t, 0.1), 1)
	if err != nil {
		t.Fatal(err)
	}
	strong, growth, err := p.Measure(column(t, 5), 1)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("lambda %.3g and %.3g /s, growth %.3g", weak, strong, growth)
	if !(weak < 0 && strong > 2) {
		t.Errorf("lambda is %g /s with weak and %g with strong weights", weak, strong)
	}
	ranks := Ranks{Series: 25, Steps: 600, Common: 400, Tolerance: 0.01, Draw: PoissonInput(4, 20, 0.5)}
	kernel, generalisation, err := ranks.Measure(column(t, 1), 1)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("kernel rank %d, generalisation rank %d", kernel, generalisation)
	if kernel < 20 || generalisation > kernel {
		t.Errorf("kernel rank %d, generalisation rank %d", kernel, generalisation)
	}
	p.Rate = 0
	if _, _, err := p.Measure(n, 1); err == nil {
		t.Error("a rate of 0 was accepted")
	}
}
