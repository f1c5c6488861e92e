package tasks

import (
	"math"
	"testing"

	"github.com/glia-sim/glia/networks/reservoir"
)

// Independent, 250 gates with four connections: 4.23 bits at a variance of 0.3, none at 0.03 and at 20; damage heals
// on the ordered side (0.3) and lasts at 2 (distance 0.32).
func TestParityOfThresholdGates(t *testing.T) {
	measure := func(variance float64) (capacity, damage float64) {
		const circuits = 3
		for seed := range uint64(circuits) {
			n, err := reservoir.GatesConfig{Units: 250, InDegree: 4, Variance: variance, Seed: seed}.Build()
			if err != nil {
				t.Fatal(err)
			}
			c, err := DefaultParity().Measure(n, seed)
			if err != nil {
				t.Fatal(err)
			}
			d, err := Damage(n, 0, 0.1, 100, seed)
			if err != nil {
				t.Fatal(err)
			}
			capacity, damage = capacity+c.Total/circuits, damage+d/circuits
		}
		return capacity, damage
	}
	for _, k := range []struct{ variance, bits, tolerance, damage float64 }{{0.03, 0, 0.05, 0}, {0.3, 4.25, 0.75, 0}, {2, 0.95, 0.5, 0.32}, {20, 0, 0.05, 0.45}} {
		bits, damage := measure(k.variance)
		near(t, "parity capacity", bits, k.bits, k.tolerance)
		near(t, "distance after 100 steps", damage, k.damage, 0.05)
	}
	near(t, "entropy of a fair coin", binaryEntropy(0.5), 1, 0)
	near(t, "entropy at 0.11", binaryEntropy(0.11), 0.5, 1e-3)
	if math.IsNaN(binaryEntropy(0)) {
		t.Error("entropy of certainty")
	}
}
