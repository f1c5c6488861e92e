package analysis

import (
	"math"
	"math/rand/v2"
	"testing"
)

// drawn gives n whole numbers within bounds of a law that is known up to a factor.
func drawn(n, min, max int, rng *rand.Rand, law func(s float64) float64) []float64 {
	cumulative := make([]float64, max-min+1)
	sum := 0.0
	for k := range cumulative {
		sum += law(float64(min + k))
		cumulative[k] = sum
	}
	values := make([]float64, n)
	for i := range values {
		u := rng.Float64() * sum
		k := 0
		for step := len(cumulative) / 2; step > 0; step /= 2 {
			for k+step < len(cumulative) && cumulative[k+step-1] <= u {
				k += step
			}
		}
		values[i] = float64(min + k)
	}
	return values
}

// Samples of each of the three laws, within the bounds of the fit, are told from the wrong ones by the sign and the
// significance of the ratio; parameters come back.
func TestAlternatives(t *testing.T) {
	const n, min, max = 5000, 5, 5000
	for name, law := range map[string]func(s float64) float64{
		"power law":   func(s float64) float64 { return math.Pow(s, -1.5) },
		"exponential": func(s float64) float64 { return math.Exp(-0.02 * s) },
		"log-normal":  func(s float64) float64 { l := math.Log(s) - 3; return math.Exp(-l*l/2) / s },
	} {
		values := drawn(n, min, max, newRand(7), law)
		fit, err := FitPowerLaw(values, min, max)
		if err != nil {
			t.Fatal(err)
		}
		e, l, err := fit.Alternatives(values)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: exponent %.3f, KS %.4f\n%+v\n%+v", name, fit.Exponent, fit.KS, e, l)
		if l.Ratio > 0 {
			t.Errorf("%s: the log-normal, of which the power law is a limit, is worse by %g", name, l.Ratio)
		}
		switch name {
		case "power law":
			near(t, "exponent", fit.Exponent, 1.5, 0.03)
			if !(e.Normalised > 10 && e.P < 1e-6) || !(l.Normalised > -1.6 && l.P > 0.1) || !(fit.KS < 0.02 && e.KS > 0.1) {
				t.Errorf("%s: against %+v and %+v", name, e, l)
			}
		case "exponential":
			near(t, "rate", e.Rate, 0.02, 0.001)
			if !(e.Normalised < -10 && e.P < 1e-6) || !(l.Ratio > e.Ratio) || !(e.KS < 0.02 && fit.KS > 0.1) {
				t.Errorf("%s: against %+v and %+v", name, e, l)
			}
		case "log-normal":
			near(t, "mu", l.Mu, 3, 0.06)
			near(t, "sigma", l.Sigma, 1, 0.04)
			if !(l.Normalised < -10 && l.P < 1e-6) || !(l.Ratio < e.Ratio) || !(l.KS < 0.02 && fit.KS > 0.1) {
				t.Errorf("%s: against %+v and %+v", name, e, l)
			}
		}
	}
}

// Twice as many of each value double the ratio, and the formulas of Vuong give the same by hand.
func TestAlternativesByHand(t *testing.T) {
	values := []float64{1, 1, 1, 1, 2, 2, 3, 4, 1, 1, 2, 5}
	fit, err := FitPowerLaw(values, 1, 6)
	if err != nil {
		t.Fatal(err)
	}
	e, _, err := fit.Alternatives(values)
	if err != nil {
		t.Fatal(err)
	}
	var power, exponential float64
	for s := 1.0; s <= 6; s++ {
		power += math.Pow(s, -fit.Exponent)
		exponential += math.Exp(-e.Rate * s)
	}
	var sum, squares float64
	for _, v := range values {
		d := -fit.Exponent*math.Log(v) - math.Log(power) + e.Rate*v + math.Log(exponential)
		sum += d
		squares += d * d
	}
	n := float64(len(values))
	near(t, "ratio", e.Ratio, sum, 1e-9)
	near(t, "normalised", e.Normalised, sum/math.Sqrt(n*(squares/n-sum/n*sum/n)), 1e-9)
	near(t, "p", e.P, math.Erfc(math.Abs(e.Normalised)/math.Sqrt2), 1e-12)
	again, err := FitPowerLaw(append(values, values...), 1, 6)
	if err != nil {
		t.Fatal(err)
	}
	twice, _, err := again.Alternatives(append(values, values...))
	if err != nil {
		t.Fatal(err)
	}
	near(t, "ratio of twice the values", twice.Ratio, 2*e.Ratio, 1e-6)
	near(t, "normalised ratio of twice the values", twice.Normalised, math.Sqrt2*e.Normalised, 1e-6)
	_, _, err = fit.Alternatives(values[1:])
	wantError(t, "other values", err)
}
