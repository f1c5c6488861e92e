package synapses

import (
	"fmt"
	"math"
	"testing"
)

func TestDualExponential(t *testing.T) {
	for _, c := range []struct{ rise, decay float64 }{
		{0.5, 2}, {2, 100}, {1, 1}, {1, 1 + 1e-9}, {0.01, 5},
	} {
		name := fmt.Sprintf("%+v", c)
		peak := DualExponentialPeak(c.rise, c.decay)
		near(t, name+": peak", DualExponential(peak, c.rise, c.decay), 1, 1e-14)
		for _, x := range []float64{0.9, 1.1} {
			if DualExponential(x*peak, c.rise, c.decay) >= 1 {
				t.Errorf("%s: not the peak", name)
			}
		}
		near(t, name+": before the spike", DualExponential(-1, c.rise, c.decay), 0, 0)
		near(t, name+": start", DualExponential(0, c.rise, c.decay), 0, 0)
		// Trapezoidal rule, in steps short against the rise.
		sum, h := 0.0, c.rise/100
		for x := 0.0; x < 40*c.decay; x += h {
			sum += h * DualExponential(x, c.rise, c.decay)
		}
		near(t, name+": area", DualExponentialArea(c.rise, c.decay), sum, 1e-4*sum)
		if c.rise != c.decay && c.decay/c.rise > 1.1 {
			a := DualExponentialNorm(c.rise, c.decay)
			at := 0.7 * peak
			near(t, name+": definition", a*(math.Exp(-at/c.decay)-math.Exp(-at/c.rise)), DualExponential(at, c.rise, c.decay), 1e-13)
		}
	}
	// NEURON's Exp2Syn with tau1 0.5 and tau2 2: tp = (tau1 tau2)/(tau2-tau1) ln(tau2/tau1) = 2/3 ln 4,
	// factor 1/(4^(-1/3) - 4^(-4/3)).
	near(t, "peak time", DualExponentialPeak(0.5, 2), 2.0/3*math.Log(4), 1e-15)
	near(t, "norm", DualExponentialNorm(0.5, 2), 1/(math.Pow(4, -1.0/3)-math.Pow(4, -4.0/3)), 1e-14)
	for _, c := range [][2]float64{{0, 1}, {2, 1}, {-1, 1}, {1, math.Inf(1)}, {math.NaN(), 1}} {
		if v := DualExponential(1, c[0], c[1]); !math.IsNaN(v) {
			t.Errorf("rise %g, decay %g: got %g, want NaN", c[0], c[1], v)
		}
		if v := DualExponentialNorm(c[0], c[1]); !math.IsNaN(v) {
			t.Errorf("rise %g, decay %g: norm %g, want NaN", c[0], c[1], v)
		}
	}
	if !math.IsInf(DualExponentialNorm(1, 1), 1) {
		t.Error("the norm of equal time constants is finite")
	}
}

func TestMagnesiumBlock(t *testing.T) {
	near(t, "no magnesium", MagnesiumBlock(-70, 0), 1, 0)
	near(t, "0 mV, 1 mM", MagnesiumBlock(0, 1), 3.57/4.57, 1e-15)
	// Half open where mg/3.57 exp(-0.062 v) is 1.
	near(t, "half open", MagnesiumBlock(math.Log(1/3.57)/0.062, 1), 0.5, 1e-14)
	near(t, "-70 mV, 1 mM", MagnesiumBlock(-70, 1), 1/(1+math.Exp(4.34)/3.57), 1e-15)
	if !(MagnesiumBlock(-80, 1) < MagnesiumBlock(-40, 1)) {
		t.Error("depolarisation does not lift the block")
	}
}
