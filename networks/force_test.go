package networks

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/glia-sim/glia/neurons"
)

// Both cells learn a sine of 5 Hz in 1.5 s. An independent implementation of the Izhikevich network with 1000 and 2000 units has
// rates of 5 Hz before and 36 to 37 Hz after learning and an error in training of 0.02 and 0.01; the experiment force runs
// these sizes.
func TestForceLearnsASine(t *testing.T) {
	for _, c := range []struct {
		name                string
		f                   Force
		every               int
		before, after, rmse float64
	}{{"Izhikevich", IzhikevichForce(300, 1), 20, 4.9, 36, 0.15}, {"LIF", LIFForce(300, 1), 50, 18.5, 22.3, 0.2}} {
		n, err := c.f.Build(1)
		if err != nil {
			t.Fatal(err)
		}
		steps := int(1500 / c.f.DT)
		var spikes [3]int
		var wrong, power float64
		for k := range 3 * steps {
			if err := n.Advance(); err != nil {
				t.Fatal(err)
			}
			spikes[k/steps] += len(n.Spikes)
			z, want := n.Output()[0], math.Sin(2*math.Pi*5*float64(k+1)*c.f.DT/1000)
			switch {
			case k >= 2*steps:
				power += z * z / float64(steps)
			case k >= steps:
				if k >= 3*steps/2 {
					wrong += 2 * (z - want) * (z - want) / float64(steps)
				}
				if k%c.every == 0 {
					if err := n.Learn([]float64{want}); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
		rate := func(phase int) float64 { return float64(spikes[phase]) / 300 / 1.5 }
		t.Logf("%s: %.3g, %.3g, %.3g Hz before, during and after learning, error %.3g, amplitude after %.3g", c.name, rate(0), rate(1), rate(2),
			math.Sqrt(wrong), math.Sqrt(2*power))
		if math.Abs(rate(0)-c.before) > 1.5 || math.Abs(rate(2)-c.after) > 5 {
			t.Errorf("%s: rates of %.3g and %.3g Hz: want about %g and %g", c.name, rate(0), rate(2), c.before, c.after)
		}
		if e := math.Sqrt(wrong); e > c.rmse {
			t.Errorf("%s: error %.3g in training", c.name, e)
		}
		if a := math.Sqrt(2 * power); a < 0.85 || a > 1.1 {
			t.Errorf("%s: amplitude %.3g after learning", c.name, a)
		}
	}
}

// The filtered spikes have unit area, but for what the published scheme adds by its steps: a factor of
// x/(1 - exp(-x)) for each time constant, x the step over it. Balanced weights onto a neuron sum to 0.
func TestForceCurrents(t *testing.T) {
	f := IzhikevichForce(50, 1)
	f.Encoder = 0
	n, err := f.Build(3)
	if err != nil {
		t.Fatal(err)
	}
	const steps = 20000
	area, count := make([]float64, f.Units), make([]float64, f.Units)
	for k := range steps {
		if err := n.Advance(); err != nil {
			t.Fatal(err)
		}
		if k < steps-5000 { // the last 200 ms are for the tails
			for _, j := range n.Spikes {
				count[j]++
			}
		} else {
			for _, j := range n.Spikes {
				n.hr[j] -= 1 / (f.TauRise * f.TauDecay)
			}
		}
		for j, r := range n.r {
			area[j] += r * f.DT
		}
	}
	one := 1.0
	for _, tau := range []float64{f.TauRise, f.TauDecay} {
		one *= f.DT / tau / (1 - math.Exp(-f.DT/tau))
	}
	var all float64
	for j, c := range count {
		all += c
		if math.Abs(area[j]-one*c) > 1e-3*c { // 1e-4 is left of the tail after 200 ms
			t.Errorf("neuron %d: area %g after %g spikes", j, area[j], c)
		}
	}
	if all < 20 {
		t.Errorf("%g spikes", all)
	}
	lif, err := LIFForce(50, 1).Build(3)
	if err != nil {
		t.Fatal(err)
	}
	sums := make([]float64, 50)
	for k, i := range lif.target {
		sums[i] += lif.weight[k]
	}
	if slices.Max(sums) > 1e-12 || slices.Min(sums) < -1e-12 || lif.Synapses() < 200 {
		t.Errorf("balanced rows sum to %g..%g", slices.Min(sums), slices.Max(sums))
	}
}

func TestForceRefusals(t *testing.T) {
	for want, change := range map[string]func(*Force){
		"units": func(f *Force) { f.Units = 1 }, "Neuron is nil": func(f *Force) { f.Neuron = nil }, "DT": func(f *Force) { f.DT = 0 },
		"Density": func(f *Force) { f.Density = math.NaN() }, "StartLo": func(f *Force) { f.StartLo = 100 }, "Static": func(f *Force) { f.Static = math.Inf(1) },
		"alpha": func(f *Force) { f.Alpha = 0 }, "takes a current": func(f *Force) { f.Neuron = neurons.DefaultIntFire() },
	} {
		f := IzhikevichForce(20, 1)
		change(&f)
		if _, err := f.Build(1); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v: want one that says %q", err, want)
		}
	}
}
