package reservoir

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/stat"
)

func buildEI(t *testing.T, c EIConfig) *EI {
	t.Helper()
	n, err := c.Build()
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Columns obey Dale's law, nothing connects to itself, and the mean signed sum is the balance.
func TestDaleAndBalance(t *testing.T) {
	for _, beta := range []float64{-6, 0, 2.5} {
		c := DefaultEI(60, 1)
		c.Balance = beta
		n := buildEI(t, c)
		if n.NE != 48 {
			t.Errorf("%d excitatory units, want 48", n.NE)
		}
		w := n.Weights()
		for i := range 60 {
			for j, v := range w.Row(i) {
				if (j < n.NE && v < 0) || (j >= n.NE && v > 0) || (i == j && v != 0) {
					t.Fatalf("weight %g from unit %d to %d", v, j, i)
				}
			}
		}
		near(t, "mean balance", stat.Mean(n.Balance(), nil), beta, 1e-12)
		near(t, "mean excitation", stat.Mean(rowSums(n.E), nil), 4+beta/2, 1e-12)
	}
}

// A step against the signed matrix, for a sparse and a dense network.
func TestEIStep(t *testing.T) {
	for _, density := range []float64{0.2, 0.6} {
		c := DefaultEI(30, 2)
		c.Density = density
		n := buildEI(t, c)
		for i := range n.Gain {
			n.Gain[i], n.Threshold[i] = 0.5+0.1*float64(i), 0.01*float64(i)
		}
		w, x := n.Weights(), append([]float64(nil), n.State()...)
		z := make([]float64, 30)
		w.MulVec(z, x)
		u := []float64{0.3, -0.7}
		if err := n.Step(u); err != nil {
			t.Fatal(err)
		}
		for i, got := range n.State() {
			sum := z[i] + n.In.Row(i)[0]*u[0] + n.In.Row(i)[1]*u[1] - n.Threshold[i]
			near(t, "rate", got, 1/(1+math.Exp(-sum)), 1e-14)
		}
	}
}

// At the mean-field solution and without input, the targets are a fixed point wherever no gain is clipped.
func TestOneStepSolutionIsFixedPoint(t *testing.T) {
	n := buildEI(t, DefaultEI(100, 1))
	targets := HeterogeneousTargets(100, 0.3, 0.7, rng(1))
	if err := (Adaptation{Targets: targets}).Solve(n, []float64{0}); err != nil {
		t.Fatal(err)
	}
	if err := n.SetState(targets); err != nil {
		t.Fatal(err)
	}
	if err := n.Step([]float64{0}); err != nil {
		t.Fatal(err)
	}
	free := 0
	for i, x := range n.State() {
		if n.Gain[i] > 0 && n.Gain[i] < largestGain {
			free++
			near(t, "rate", x, targets[i], 1e-12)
		}
	}
	if free < 90 {
		t.Errorf("%d of 100 gains are within their bounds", free)
	}
}

func TestAdaptationRefusals(t *testing.T) {
	n := buildEI(t, DefaultEI(20, 1))
	for _, a := range []Adaptation{
		{Targets: HomogeneousTargets(19, 0.5)},
		{Targets: HomogeneousTargets(20, 1)},
		{Targets: HomogeneousTargets(20, 0)},
		{Targets: HomogeneousTargets(20, 0.5), Rate: -1},
	} {
		if a.Run(n, Series([]float64{1})) == nil || a.Solve(n, []float64{0}) == nil {
			t.Errorf("accepted: %+v", a)
		}
	}
	if (Adaptation{Targets: HomogeneousTargets(20, 0.5)}).Solve(n, nil) == nil {
		t.Error("accepted a mean input of another length")
	}
}
