package plasticity

import (
	"math"
	"testing"

	"github.com/glia-sim/glia/neurons"
	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/synapses"
)

// Specification A12: the growth curve.
func TestA12GrowthCurve(t *testing.T) {
	for _, g := range []GrowthCurve{{1e-4, 0, 0.7}, {1e-4, 0.1, 0.7}, {2, -0.3, 0.05}} {
		near(t, "growth at Eta", g.Rate(g.Eta), 0, 1e-12)
		near(t, "growth at Eps", g.Rate(g.Eps), 0, 1e-12)
		near(t, "growth in the middle", g.Rate((g.Eta+g.Eps)/2), g.Nu, 1e-12)
		if g.Rate(g.Eps+0.1) >= 0 || g.Rate(g.Eta-0.1) >= 0 {
			t.Error("elements grow outside the curve's zeros")
		}
	}
}

// growing is 100 neurons with weak background and no synapses at the start.
func growing(workers int) (*sim.Network, *StructuralPlasticity) {
	n := sim.New(sim.Options{Seed: 8, DT: 0.5, Workers: workers})
	cells := n.Populate("cells", 100, neurons.LIFExp{C: 250, TauM: 20, TauEx: 5, TauIn: 5, TRef: 2, EL: -70, VTh: -55, VReset: -70})
	n.Drive(cells, "ex", neurons.PoissonDrive{Rate: 800, Weight: 39})
	p := DefaultStructuralPlasticity()
	p.Spikes = n.CountSpikes(cells)
	p.Pool = n.Connect(cells, cells, synapses.AllToAll{Autapses: synapses.Forbidden}, sim.Synapse{Receptor: "ex", Weight: sim.Constant(0), Delay: sim.Constant(2), Plasticity: Static{}})
	p.Weight, p.Key = 20, sim.NewKey(8, "structure")
	p.TauCa, p.BetaCa = 1000, 1e-3 // calcium is the rate in kHz
	g := GrowthCurve{Nu: 2e-3, Eta: 0.001, Eps: 0.008}
	p.Axonal, p.Dendritic = g, g
	n.AddProcess(&p, p.Interval)
	return n, &p
}

// Specification A12: 100 neurons with a weak background grow a network in which the mean calcium is Eps
// to 10 %. Elements grow 20 times faster than is typical, so that 60 s are enough.
func TestA12NetworkReachesTarget(t *testing.T) {
	n, p := growing(1)
	run(t, n, 1000)
	early := mean(p.Ca)
	run(t, n, 59_000)
	sum := 0.0
	for range 20 {
		run(t, n, 1000)
		sum += mean(p.Ca) / 20
	}
	t.Logf("calcium %.4f at the start, %.4f in the end; %d synapses, %d formed, %d broken", early, sum, p.Synapses(), p.Formed, p.Broken)
	near(t, "mean calcium", sum, p.Axonal.Eps, 0.1*p.Axonal.Eps)
	if early > 0.5*p.Axonal.Eps || p.Synapses() < 100 {
		t.Errorf("calcium %g at the start and %d synapses in the end: too easy", early, p.Synapses())
	}
	// No neuron has more synapses than elements.
	in, out := make([]int, 100), make([]int, 100)
	if err := p.Pool.Each(func(s sim.SynapseValue) {
		switch s.Weight {
		case 0:
		case p.Weight:
			in[s.Target]++
			out[s.Source]++
		default:
			t.Errorf("weight %g", s.Weight)
		}
	}); err != nil {
		t.Fatal(err)
	}
	for j := range in {
		if in[j] > int(p.Dendrites[j]) || out[j] > int(p.Axons[j]) {
			t.Errorf("neuron %d has %d and %d synapses with %g and %g elements", j, in[j], out[j], p.Dendrites[j], p.Axons[j])
		}
	}
}

func mean(x []float64) (m float64) {
	for _, v := range x {
		m += v / float64(len(x))
	}
	return m
}

// Synapses break where calcium is above the target.
func TestA12SynapsesBreak(t *testing.T) {
	n, p := growing(1)
	run(t, n, 20_000)
	before := p.Synapses()
	p.Axonal.Eps, p.Dendritic.Eps = 0.003, 0.003
	run(t, n, 20_000)
	if before < 100 || p.Synapses() > before/2 || p.Broken == 0 {
		t.Errorf("%d synapses before and %d after the target was lowered", before, p.Synapses())
	}
}

// Rewiring keeps in-degrees, replaces what is weak, and finds sources that learning keeps.
func TestRewiring(t *testing.T) {
	for _, workers := range []int{1, 3} {
		n := sim.New(sim.Options{Seed: 3, DT: 1, Workers: workers})
		// Half of the sources fire just before the targets do, the other half just after.
		times := make([][]float64, 60)
		for i := range times {
			for k := 1; k <= 400; k++ {
				times[i] = append(times[i], float64(50*k+6*(i%2)))
			}
		}
		post := make([][]float64, 10)
		for j := range post {
			for k := 1; k <= 400; k++ {
				post[j] = append(post[j], float64(50*k+3))
			}
		}
		a := n.Populate("sources", 60, scripted{Times: times})
		b := n.Populate("targets", 10, scripted{Times: post})
		p := n.Connect(a, b, synapses.FixedInDegree{K: 12, Multapses: synapses.Forbidden}, sim.Synapse{Weight: sim.Constant(0.5), Delay: synapses.Uniform{Lo: 1, Hi: 3},
			Plasticity: DefaultPairSTDP(), Backpropagation: sim.Emission})
		r := &Rewiring{Projection: p, Threshold: 0.2, NewWeight: 0.5, Key: sim.NewKey(3, "rewiring")}
		n.AddProcess(r, 500)
		run(t, n, 20_000)
		degree, causal := make([]int, 10), 0
		pairs := map[[2]int]bool{}
		if err := p.Each(func(s sim.SynapseValue) {
			degree[s.Target]++
			if s.Source%2 == 0 {
				causal++
			}
			if pairs[[2]int{s.Source, s.Target}] {
				t.Errorf("two synapses from %d onto %d", s.Source, s.Target)
			}
			pairs[[2]int{s.Source, s.Target}] = true
		}); err != nil {
			t.Fatal(err)
		}
		for j, d := range degree {
			if d != 12 {
				t.Errorf("target %d has %d synapses, want 12", j, d)
			}
		}
		if causal < 115 || r.Moved < 40 {
			t.Errorf("%d of 120 synapses come from sources that predict, %d moved", causal, r.Moved)
		}
	}
}

// A target that hears everyone keeps its weak synapses.
func TestRewiringWithoutChoice(t *testing.T) {
	n := sim.New(sim.Options{DT: 1, Workers: 1})
	b := n.Populate("cells", 3, scripted{Times: make([][]float64, 3)})
	p := n.Connect(b, b, synapses.AllToAll{Autapses: synapses.Forbidden}, sim.Synapse{Weight: sim.Constant(0), Plasticity: Static{}})
	r := &Rewiring{Projection: p, Threshold: 0.2, NewWeight: 0.5}
	n.AddProcess(r, 1)
	run(t, n, 3)
	if r.Moved != 0 || math.Abs(mean(weights(t, p))) > 0 {
		t.Errorf("%d synapses moved", r.Moved)
	}
}
