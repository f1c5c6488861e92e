package analysis

import (
	"math"
	"reflect"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

func TestAvalanches(t *testing.T) {
	got, err := Avalanches([]float64{9, 0, 1, 2, 0, 0, 5, 0, 7})
	if err != nil {
		t.Fatal(err)
	}
	if want := []Avalanche{{2, 2, 3}, {6, 1, 5}}; !reflect.DeepEqual(got, want) {
		t.Errorf("avalanches %v, want %v", got, want)
	}
	for _, none := range [][]float64{nil, {1, 1}, {0, 0}, {1, 0, 1}} {
		if got, err := Avalanches(none); err != nil || len(got) != 0 {
			t.Errorf("%v: %v, %v, want none", none, got, err)
		}
	}
	_, err = Avalanches([]float64{0, -1})
	wantError(t, "negative activity", err)
}

// Trees of one ancestor with Poisson(1) offspring, recorded as a train of avalanches, have sizes of the law of
// Borel, exp(-s) s^(s-1)/s!, and a power law of exponent 3/2 in the tail; durations have P(1) = exp(-1).
func TestCriticalTrees(t *testing.T) {
	const trees, cap = 60_000, 20_000
	rng := newRand(5)
	activity := []float64{0}
	for range trees {
		size := 0.0
		for a := 1.0; a > 0 && size < cap; {
			activity = append(activity, a)
			size += a
			a = distuv.Poisson{Lambda: a, Src: rng}.Rand()
		}
		activity = append(activity, 0)
	}
	found, err := Avalanches(activity)
	if err != nil {
		t.Fatal(err)
	}
	if len(found) != trees {
		t.Fatalf("%d avalanches of %d trees", len(found), trees)
	}
	counts := make([]float64, 6)
	sizes, single := make([]float64, trees), 0.0
	for k, a := range found {
		sizes[k] = a.Size
		if a.Size < 6 {
			counts[int(a.Size)]++
		}
		if a.Duration == 1 {
			single++
		}
	}
	within := func(what string, got, p float64) {
		t.Helper()
		near(t, what, got/trees, p, 3*math.Sqrt(p*(1-p)/trees))
	}
	for s, p := range []float64{1: 0.36788, 2: 0.13534, 3: 0.07468, 4: 0.04884, 5: 0.03509} {
		if s > 0 {
			within("P(size)", counts[s], p)
		}
	}
	within("P(duration 1)", single, math.Exp(-1))
	fit, err := FitPowerLaw(sizes, 10, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "exponent", fit.Exponent, 1.5, 0.03)
	near(t, "KS", fit.KS, 0, 0.02)
}

// Counts in exact proportion to s^-2 on 1..6 give the exponent 2 exactly.
func TestFitPowerLawExact(t *testing.T) {
	var values []float64
	for s := 1; s <= 6; s++ {
		for range 3600 / (s * s) {
			values = append(values, float64(s))
		}
	}
	fit, err := FitPowerLaw(values, 1, 6)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "exponent", fit.Exponent, 2, 1e-6)
	near(t, "KS", fit.KS, 0, 1e-9)
	_, err = FitPowerLaw(values, 0, 6)
	wantError(t, "lower bound 0", err)
	_, err = FitPowerLaw(values, 100, 200)
	wantError(t, "no values", err)
}
