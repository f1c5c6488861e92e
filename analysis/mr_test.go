package analysis

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

// branchingProcess is A(t+1) = Poisson(m A(t) + h) with mean a0, each active unit
// observed with probability alpha.
func branchingProcess(m, a0, alpha float64, steps int, seed uint64) []float64 {
	rng := newRand(seed)
	out := make([]float64, steps)
	a := a0
	for t := range out {
		a = distuv.Poisson{Lambda: m*a + a0*(1-m), Src: rng}.Rand()
		out[t] = a
		if alpha < 1 {
			out[t] = distuv.Binomial{N: a, P: alpha, Src: rng}.Rand()
		}
	}
	return out
}

// Sub-sampling to one unit in a hundred leaves the multistep estimate alone and
// ruins the one-step slope, by the factor b that theory gives (V = a0/(1-m^2)):
// b = alpha^2 V / (alpha^2 V + alpha(1-alpha) a0).
func TestMultistepRegressionSubsampled(t *testing.T) {
	const a0, steps, seeds = 100.0, 100_000, 3
	for _, k := range []struct{ m, alpha, tolerance float64 }{
		{0.90, 1, 0.01}, {0.90, 0.1, 0.01}, {0.90, 0.01, 0.02},
		{0.98, 1, 0.01}, {0.98, 0.1, 0.01}, {0.98, 0.01, 0.01},
		{0.99, 0.01, 0.01},
	} {
		var ms, slopes, bs []float64
		for seed := range uint64(seeds) {
			a := branchingProcess(k.m, a0, k.alpha, steps, seed+10)
			fit, err := MultistepRegression(a, MultistepOptions{})
			if err != nil {
				t.Fatal(err)
			}
			if fit.AtBound {
				t.Errorf("m = %v, alpha = %v: fit at the bound of its range", k.m, k.alpha)
			}
			near(t, "Tau", fit.Tau, -1/math.Log(fit.M), 1e-6)
			// The lags must reach well beyond the decay, but not into noise alone.
			if lags := float64(len(fit.Slopes)) / fit.Tau; lags < 3 || lags > 10 {
				t.Errorf("m = %v, alpha = %v: lags up to %.1f times Tau, want 3 to 10", k.m, k.alpha, lags)
			}
			ms, slopes, bs = append(ms, fit.M), append(slopes, OneStepSlope(a)), append(bs, fit.B)
		}
		v := a0 / (1 - k.m*k.m)
		b := k.alpha * k.alpha * v / (k.alpha*k.alpha*v + k.alpha*(1-k.alpha)*a0)
		near(t, "M", Mean(ms), k.m, k.tolerance)
		near(t, "B", Mean(bs), b, 0.05)
		near(t, "one-step slope", Mean(slopes), b*k.m, 0.03)
	}
}

func TestMultistepRegressionOffset(t *testing.T) {
	r := make([]float64, 60)
	for k := range r {
		r[k] = 0.3*math.Pow(0.9, float64(k+1)) + 0.05
	}
	fit, err := fitDecay(r, true)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "M", fit.M, 0.9, 1e-6)
	near(t, "B", fit.B, 0.3, 1e-6)
	near(t, "C", fit.C, 0.05, 1e-6)
	near(t, "RMS", fit.RMS, 0, 1e-7)
	for k := range r {
		r[k] -= 0.05
	}
	if fit, err = fitDecay(r, false); err != nil {
		t.Fatal(err)
	}
	near(t, "M without offset", fit.M, 0.9, 1e-6)
	near(t, "B without offset", fit.B, 0.3, 1e-6)
}

func TestLagSlopesDefinition(t *testing.T) {
	a := []float64{1e6 + 1, 1e6 + 4, 1e6 + 2, 1e6 + 8, 1e6 + 5, 1e6 + 7, 1e6 + 1}
	for k, got := range lagSlopes(a, 3) {
		x, y := a[:len(a)-k-1], a[k+1:]
		mx, my := Mean(x), Mean(y)
		sxy, sxx := 0.0, 0.0
		for i := range x {
			sxy += (x[i] - mx) * (y[i] - my)
			sxx += (x[i] - mx) * (x[i] - mx)
		}
		near(t, "slope", got, sxy/sxx, 1e-9)
	}
}

func TestMultistepRegressionEdges(t *testing.T) {
	constant := make([]float64, 100)
	late := make([]float64, 100)
	late[99] = 5
	infinite := make([]float64, 100)
	infinite[3] = math.Inf(1)
	noise := branchingProcess(0, 5, 1, 1000, 1)
	for name, c := range map[string]struct {
		a   []float64
		opt MultistepOptions
	}{
		"nothing": {}, "short": {a: noise[:29]}, "constant": {a: constant}, "silent up to the last bin": {a: late},
		"infinite": {a: infinite}, "negative MaxLag": {noise, MultistepOptions{MaxLag: -1}},
		"MaxLag 2": {noise, MultistepOptions{MaxLag: 2}}, "long MaxLag": {noise, MultistepOptions{MaxLag: 501}},
		"MaxLag 3 with offset": {noise, MultistepOptions{MaxLag: 3, Offset: true}},
	} {
		_, err := MultistepRegression(c.a, c.opt)
		wantError(t, name, err)
	}
	for _, a := range [][]float64{nil, {1, 2}, {3, 3, 3, 3}} {
		wantNaN(t, "one-step slope", OneStepSlope(a))
	}
	near(t, "one-step slope of halving", OneStepSlope([]float64{16, 8, 4, 2, 1}), 0.5, 1e-12)
	// The shortest recording and a chosen MaxLag still give a number.
	for _, lag := range []int{0, 3, 15} {
		fit, err := MultistepRegression(noise[:30], MultistepOptions{MaxLag: lag})
		if err != nil || !(fit.M >= 0 && fit.M <= 1) {
			t.Errorf("MaxLag %d of 30 bins: M = %v, %v", lag, fit.M, err)
		}
	}
}
