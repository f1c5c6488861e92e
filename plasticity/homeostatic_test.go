package plasticity

import (
	"fmt"
	"math"
	"testing"

	"github.com/glia-sim/glia/neurons"
	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/synapses"
)

// scaled is a set of LIF neurons with Poisson inputs of a first rate, and after 30 s of a second one,
// under homeostatic scaling.
type scaled struct {
	n     *sim.Network
	in    *sim.Projection
	h     *HomeostaticScaling
	count *sim.Counter
}

func newScaled(workers int, beta, gamma, before, after float64) *scaled {
	n := sim.New(sim.Options{Seed: 6, DT: 0.5, Workers: workers})
	in := n.Populate("inputs", 200, neurons.PiecewisePoissonEvent{Times: []float64{0, 30_000}, Rates: []float64{before, after}})
	out := n.Populate("neurons", 40, neurons.LIFExp{C: 250, TauM: 20, TauEx: 5, TauIn: 5, TRef: 2, EL: -70, VTh: -55, VReset: -70})
	s := &scaled{n: n, count: n.CountSpikes(out)}
	s.in = n.Connect(in, out, synapses.FixedInDegree{K: 50}, sim.Synapse{Receptor: "ex", Weight: synapses.Uniform{Lo: 10, Hi: 60}, Delay: synapses.Uniform{Lo: 0.5, Hi: 3}, Plasticity: Static{}})
	s.h = &HomeostaticScaling{Rates: s.count, Projections: []*sim.Projection{s.in}, Tau: 2000, Target: 5, Beta: beta, Gamma: gamma, Interval: 100}
	n.AddProcess(s.h, s.h.Interval)
	return s
}

// Specification A7: the rate returns to the target within 5 % after the input doubles, and the ratios
// of the weights onto a neuron stay to 1e-9, for both forms of the rule.
func TestA7ScalingKeepsRateAndRatios(t *testing.T) {
	for _, gamma := range []float64{0, 5e-10} {
		s := newScaled(1, 8e-6, gamma, 15, 30)
		if err := s.n.Build(t.Context()); err != nil {
			t.Fatal(err)
		}
		start := weights(t, s.in)
		run(t, s.n, 30_000)
		s.count.Reset()
		run(t, s.n, 1000)
		step := float64(s.count.Total) / 40
		if step < 7.5 {
			t.Errorf("gamma %g: after the step the rate is %g Hz: too little to tell", gamma, step)
		}
		run(t, s.n, 60_000)
		s.count.Reset()
		run(t, s.n, 60_000)
		rate := float64(s.count.Total) / 40 / 60
		t.Logf("gamma %g: %.1f Hz after the step, %.2f Hz in the end", gamma, step, rate)
		near(t, fmt.Sprintf("rate with gamma %g", gamma), rate, 5, 0.25)
		var ratio [40]float64
		k := 0
		if err := s.in.Each(func(v sim.SynapseValue) {
			f := v.Weight / start[k]
			k++
			if ratio[v.Target] == 0 {
				ratio[v.Target] = f
			}
			if math.Abs(f/ratio[v.Target]-1) > 1e-9 {
				t.Fatalf("synapse from %d onto %d was scaled by %.12g, another by %.12g", v.Source, v.Target, f, ratio[v.Target])
			}
		}); err != nil {
			t.Fatal(err)
		}
		if math.Abs(ratio[7]-1) < 0.05 {
			t.Errorf("weights were scaled by %g only", ratio[7])
		}
	}
}

// A silent neuron's rate estimate and weights, in closed form.
func TestScalingOfASilentNeuron(t *testing.T) {
	n, p := onePair(t, 1, nil, nil, 2, sim.Synapse{Plasticity: Static{}})
	count := n.CountSpikes(n.Populations()[1])
	h := &HomeostaticScaling{Rates: count, Projections: []*sim.Projection{p}, Tau: 1000, Target: 4, Beta: 1e-4, Gamma: 1e-8, Interval: 10}
	n.AddProcess(h, 10)
	run(t, n, 3000)
	near(t, "rate estimate", h.Rate(0), 4*math.Exp(-3), 1e-12)
	// r0 - r = 4 (1 - e^-s), its integral 4 (s - 1 + e^-s), and of that once more, with s = t/Tau = 3
	i1 := 4 * 1000 * (3 - 1 + math.Exp(-3))
	i2 := 4 * 1e6 * (4.5 - 3 + 1 - math.Exp(-3))
	near(t, "log of the weight", math.Log(weights(t, p)[0]/2), 1e-4*i1+1e-8*i2, 1e-5)
	if err := n.Reset(0); err != nil {
		t.Fatal(err)
	}
	near(t, "rate estimate after Reset", h.Rate(0), 4, 0)
}

func TestScalingWantsWholePopulations(t *testing.T) {
	n := sim.New(sim.Options{DT: 1, Workers: 1})
	b := n.Populate("post", 3, scripted{Times: make([][]float64, 3)})
	p := n.Connect(b, b, synapses.AllToAll{}, sim.Synapse{Plasticity: Static{}})
	n.AddProcess(&HomeostaticScaling{Rates: n.CountSpikes(b.Range(0, 2)), Projections: []*sim.Projection{p}, Tau: 1, Target: 1, Interval: 1}, 1)
	if n.Err() == nil {
		t.Error("a count of a part of the targets was taken")
	}
}
