package reservoir

import (
	"math"
	"testing"
)

// The critical variances of the annealed theory, from an independent evaluation.
func TestCriticalVariance(t *testing.T) {
	for k, row := range map[int][4]float64{3: {1.183, 1.397, 2.154, 5.587}, 4: {0.479, 0.537, 0.793, 2.149}, 8: {0.107, 0.102, 0.107, 0.406}} {
		for i, mean := range []float64{0, 0.5, 1, 2} {
			near(t, "critical variance", CriticalVariance(k, mean), row[i], 0.01*row[i])
		}
	}
	// Large weights leave the input no say: the slope is that without input.
	for _, k := range []int{2, 3, 4} {
		near(t, "slope", DamageSlope(k, 1e8, 0), float64(k)*2/math.Pi*math.Atan(1/math.Sqrt(float64(k-1))), 1e-3)
	}
	if c := CriticalVariance(2, 0); !math.IsNaN(c) {
		t.Errorf("two connections have the critical variance %g", c)
	}
}

// One step by hand, and the mean damage of single flips against the theory.
func TestGates(t *testing.T) {
	n, err := GatesConfig{Units: 400, InDegree: 4, Variance: 0.479, Seed: 2}.Build()
	if err != nil {
		t.Fatal(err)
	}
	z := make([]float64, 400)
	n.W.MulVec(z, n.State())
	if err := n.Step([]float64{0.7}); err != nil {
		t.Fatal(err)
	}
	for i, x := range n.State() {
		near(t, "gate", x, math.Copysign(1, z[i]+0.7), 0)
	}
	before := append([]float64(nil), n.State()...)
	damage := 0.0
	for flip := range 400 {
		for _, u := range []float64{-1, 1} {
			var after [2][]float64
			for k := range after {
				start := append([]float64(nil), before...)
				if k == 1 {
					start[flip] *= -1
				}
				if err := n.SetState(start); err != nil {
					t.Fatal(err)
				}
				if err := n.Step([]float64{u}); err != nil {
					t.Fatal(err)
				}
				after[k] = append([]float64(nil), n.State()...)
			}
			for i := range before {
				damage += math.Abs(after[0][i]-after[1][i]) / 2 / 800
			}
		}
	}
	near(t, "damage of one flip at the critical variance", damage, 1, 0.1)
	for _, c := range []GatesConfig{{Units: 1, InDegree: 1, Variance: 1}, {Units: 9, InDegree: 9, Variance: 1}, {Units: 9, InDegree: 2}} {
		if _, err := c.Build(); err == nil {
			t.Errorf("accepted: %+v", c)
		}
	}
}
