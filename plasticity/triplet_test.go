package plasticity

import (
	"fmt"
	"math"
	"testing"

	"github.com/glia-sim/glia/sim"
)

func tripletSet(t testing.TB, name string) TripletSTDP {
	t.Helper()
	p, err := TripletSet(name)
	if err != nil {
		t.Fatal(err)
	}
	p.WMin, p.WMax = math.Inf(-1), math.Inf(1)
	return p
}

// Specification A2: 60 pairings.
func TestA2Table(t *testing.T) {
	rates := []float64{0.1, 10, 20, 40, 50}
	for _, k := range []struct {
		set  string
		dt   float64
		want []float64
	}{
		{"visual cortex, full", 10, []float64{0.000, 0.132, 0.247, 0.534, 0.741}},
		{"visual cortex, full", -10, []float64{-0.312, -0.334, -0.352, 0.155, 0.727}},
		{"visual cortex, minimal", 10, []float64{0.000, 0.119, 0.228, 0.532, 0.763}},
		{"visual cortex, minimal", -10, []float64{-0.317, -0.332, -0.342, 0.174, 0.749}},
	} {
		for n, rate := range rates {
			pre, post := pairings(60, rate, k.dt)
			near(t, fmt.Sprintf("%s at %g Hz, %g ms", k.set, rate, k.dt), play(t, tripletSet(t, k.set), 0.5, 0, pre, post), k.want[n], 0.002)
		}
	}
}

// The windows and frequency curves of all parameter sets: testdata/README.md.
func TestTripletWindows(t *testing.T) {
	columns := []string{"visual cortex, full", "visual cortex, minimal", "visual cortex, full, nearest", "visual cortex, minimal, nearest",
		"hippocampus, full", "hippocampus, minimal", "hippocampus, full, nearest", "hippocampus, minimal, nearest"}
	if len(columns) != len(TripletSets()) {
		t.Fatalf("%d sets, want %d", len(TripletSets()), len(columns))
	}
	_, windows := table(t, "stdp_window.csv")
	_, curves := table(t, "stdp_frequency.csv")
	for k, set := range columns {
		p := tripletSet(t, set)
		for _, r := range windows {
			if r[0] == 0 {
				continue
			}
			pre, post := pairings(60, 1, r[0])
			near(t, fmt.Sprintf("%s at %g ms", set, r[0]), play(t, p, 1, 0, pre, post), r[3+k], 1e-9)
		}
		for _, r := range curves {
			pre, post := pairings(60, r[0], r[1])
			near(t, fmt.Sprintf("%s at %g Hz, %g ms", set, r[0], r[1]), play(t, p, 1./63, 0, pre, post), r[4+k], 1e-9)
		}
	}
}

func TestTripletAgainstNEST(t *testing.T) {
	holdAgainstNEST(t, "stdp_triplet_synapse", 1e-13, func(c nestCase, _ *sim.Network) sim.Rule {
		return TripletSTDP{A2Plus: c.Params["Aplus"], A2Minus: c.Params["Aminus"], A3Plus: c.Params["Aplus_triplet"], A3Minus: c.Params["Aminus_triplet"],
			TauPlus: c.Params["tau_plus"], TauX: c.Params["tau_plus_triplet"], TauMinus: c.TauMinus, TauY: c.Extra["tau_minus_triplet"], WMax: c.Params["Wmax"]}
	})
}

// Specification A2: the rate at which the minimal rule turns, 19.2 Hz for visual cortex.
func TestA2ThresholdRate(t *testing.T) {
	near(t, "threshold rate", tripletSet(t, "visual cortex, minimal").ThresholdRate(), 19.2, 0.05)
}

func TestUnknownTripletSet(t *testing.T) {
	if _, err := TripletSet("cerebellum"); err == nil {
		t.Error("an unknown set was given")
	}
}
