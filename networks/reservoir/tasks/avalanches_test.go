package tasks

import (
	"testing"

	"github.com/glia-sim/glia/analysis"
	"github.com/glia-sim/glia/networks/reservoir"
	"gonum.org/v1/gonum/stat"
)

// In a shift register without input a flipped cell walks to the end: from cell k the avalanche lasts as many steps as
// cells are left. Of threshold gates the mean size is 1/(1 - slope) on the ordered side, as for a branching process.
func TestDamageAvalanches(t *testing.T) {
	const cells = 9
	sizes, durations, lasting, err := DamageAvalanches{Flips: 400, Longest: 100}.Measure(delayLine(t, cells, 1), 1)
	if err != nil || len(sizes) != 400 || lasting != 0 {
		t.Fatal(len(sizes), lasting, err)
	}
	for k, s := range sizes {
		if s != durations[k] || s < 1 || s > cells {
			t.Fatalf("an avalanche of size %g and duration %g in a line of %d cells", s, durations[k], cells)
		}
	}
	near(t, "mean size", stat.Mean(sizes, nil), (cells+1)/2., 0.5)
	_, _, lasting, err = DamageAvalanches{Flips: 400, Longest: 4}.Measure(delayLine(t, cells, 1), 1)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "avalanches longer than 4 steps", lasting, 5./cells, 0.08)

	const variance = 0.15
	n, err := reservoir.GatesConfig{Units: 1000, InDegree: 4, Variance: variance, Seed: 2}.Build()
	if err != nil {
		t.Fatal(err)
	}
	if sizes, _, _, err = (DamageAvalanches{Flips: 2000, Longest: 1000}).Measure(n, 3); err != nil {
		t.Fatal(err)
	}
	near(t, "mean size", stat.Mean(sizes, nil), 1/(1-reservoir.DamageSlope(4, variance, 0)), 0.5)
	fit, err := analysis.FitPowerLaw(sizes, 1, 100)
	if err != nil {
		t.Fatal(err)
	}
	if e, _, err := fit.Alternatives(sizes); err != nil || !(e.Normalised < 3) {
		t.Errorf("ordered network: power law against exponential %+v, %v", e, err)
	}
	if _, _, _, err := (DamageAvalanches{}).Measure(n, 3); err == nil {
		t.Error("no flips were accepted")
	}
}
