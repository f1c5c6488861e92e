package sim_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/glia-sim/glia/neurons"
	"github.com/glia-sim/glia/plasticity"
	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/sim/simtest"
	"github.com/glia-sim/glia/synapses"
)

// randomNetwork is a recipe: it can be built again and again, with any number of workers.
type randomNetwork struct {
	seed        uint64
	dt          float64
	populations []recipe
	projections []joint
}

type recipe struct {
	size  int
	kind  string
	drive float64
}

type joint struct {
	from, to int
	rule     sim.Connector
	weight   float64
	spread   bool
	delay    sim.Distribution
	plastic  bool
	tired    bool // short-term depression
	back     sim.Backpropagation
}

// model gives a model with the receptor that its synapses use, and how strong a synapse must be to matter.
func (r recipe) model() (m sim.Model, receptor string, unit float64, variable string) {
	switch r.kind {
	case "LIFDelta":
		return neurons.DefaultLIFDelta(), "v", 2, "V"
	case "LIFExp":
		return neurons.DefaultLIFExp(), "ex", 300, "V"
	case "LIFCond":
		m := neurons.DefaultLIFCond()
		m.Method, m.TauEx = neurons.Euler, 5
		return m, "ex", 4, "gex"
	case "Izhikevich":
		return neurons.DefaultIzhikevich(), "v", 3, "v"
	case "LIFDeltaEvent":
		m := neurons.DefaultLIFDelta()
		m.IE = 380 // fires by itself
		return neurons.LIFDeltaEvent(m), "v", 2, "V"
	case "IntFire":
		return neurons.DefaultIntFire(), "m", 0.4, "m"
	case "PoissonSource":
		return neurons.PoissonSource{Rate: 80}, "", 0, ""
	}
	return neurons.PoissonSourceEvent{Rate: 80}, "", 0, ""
}

func (r recipe) eventDriven() bool { return r.kind == "LIFDeltaEvent" || r.kind == "IntFire" }
func (r recipe) source() bool {
	return r.kind == "PoissonSource" || r.kind == "PoissonSourceEvent"
}

func drawNetwork(t *rapid.T) randomNetwork {
	n := randomNetwork{seed: rapid.Uint64().Draw(t, "seed"), dt: rapid.SampledFrom([]float64{0.1, 0.5}).Draw(t, "dt")}
	kinds := []string{"LIFDelta", "LIFExp", "LIFCond", "Izhikevich", "LIFDeltaEvent", "IntFire", "PoissonSource", "PoissonSourceEvent"}
	for k := rapid.IntRange(1, 4).Draw(t, "populations"); k >= 0; k-- {
		n.populations = append(n.populations, recipe{
			size: rapid.SampledFrom([]int{1, 13, 40}).Draw(t, "size"), kind: rapid.SampledFrom(kinds).Draw(t, "kind"), drive: rapid.SampledFrom([]float64{0, 1500, 4000}).Draw(t, "drive")})
	}
	pick := rapid.IntRange(0, len(n.populations)-1)
	for k := rapid.IntRange(1, 7).Draw(t, "projections"); k > 0; k-- {
		j := joint{from: pick.Draw(t, "from"), to: pick.Draw(t, "to"),
			weight: rapid.Float64Range(0.1, 1).Draw(t, "weight"), spread: rapid.Bool().Draw(t, "spread"),
			back: rapid.SampledFrom([]sim.Backpropagation{sim.Dendritic, sim.Axonal, sim.Emission, sim.Split}).Draw(t, "backpropagation")}
		to := n.populations[j.to]
		if to.source() {
			continue
		}
		j.rule = rapid.SampledFrom([]sim.Connector{
			synapses.FixedInDegree{K: 7}, synapses.Bernoulli{P: 0.3}, synapses.AllToAll{}, synapses.FixedTotal{N: 40}, synapses.FixedOutDegree{K: 3}}).Draw(t, "rule")
		j.delay = rapid.SampledFrom([]sim.Distribution{
			sim.Constant(1), sim.Constant(0.5), sim.Constant(17), synapses.Uniform{Lo: 0.5, Hi: 3}, synapses.Uniform{Lo: 1, Hi: 1.5}, synapses.Uniform{Lo: 2, Hi: 60}}).Draw(t, "delay")
		j.plastic = !to.eventDriven() && rapid.Bool().Draw(t, "plastic")
		j.tired = rapid.Bool().Draw(t, "tired")
		n.projections = append(n.projections, j)
	}
	return n
}

// trace is all that can be observed of a run.
type trace struct {
	spikes  []sim.Spike
	states  [][]float64
	weights [][]float64
	counts  []int32
}

// build describes the network; outcome gives what can be observed of its run.
func (n randomNetwork) build(workers int) (net *sim.Network, outcome func() trace) {
	net = sim.New(sim.Options{Seed: n.seed, DT: n.dt, Workers: workers})
	var pops []*sim.Population
	var states []*sim.StateRecorder
	for k, r := range n.populations {
		m, receptor, unit, variable := r.model()
		p := net.Populate(string(rune('A'+k)), r.size, m)
		pops = append(pops, p)
		if !r.source() && !r.eventDriven() {
			net.Drive(p, receptor, neurons.PoissonDrive{Rate: r.drive, Weight: unit / 2})
		}
		if variable != "" {
			states = append(states, net.RecordState(p, sim.StateOptions{Variable: variable, Interval: 2}))
		}
	}
	for _, j := range n.projections {
		_, receptor, unit, _ := n.populations[j.to].model()
		w := j.weight * unit
		s := sim.Synapse{Weight: sim.Constant(w), Delay: j.delay, Receptor: receptor, Backpropagation: j.back, DendriticPart: 0.3}
		if j.spread {
			s.Weight = synapses.Uniform{Lo: 0, Hi: 2 * w}
		}
		if j.plastic {
			rule := plasticity.DefaultPairSTDP()
			rule.APlus, rule.AMinus, rule.WMax = 0.1*w, 0.08*w, 3*w
			s.Plasticity = rule
		}
		if j.tired {
			s.Release = synapses.TsodyksMarkram{U: 0.5, TauRec: 100}
		}
		net.Connect(pops[j.from], pops[j.to], j.rule, s)
	}
	var all []sim.Selection
	for _, p := range pops {
		all = append(all, p)
	}
	spikes := net.RecordSpikes(sim.SpikeOptions{}, all...)
	counter := net.CountSpikes(pops[0])
	return net, func() trace {
		out := trace{spikes: append([]sim.Spike{}, spikes.Spikes()...), counts: slices.Clone(counter.PerNeuron)}
		for _, s := range states {
			out.states = append(out.states, s.Values(0))
		}
		for _, p := range net.Projections() {
			w, err := p.Weights()
			if err != nil {
				panic(err)
			}
			out.weights = append(out.weights, w)
		}
		return out
	}
}

func (n randomNetwork) run(t *rapid.T, workers int, pieces ...float64) trace {
	net, outcome := n.build(workers)
	for _, ms := range pieces {
		if err := net.Run(context.Background(), ms); err != nil {
			t.Fatal(err)
		}
	}
	return outcome()
}

func sameBits(a, b [][]float64) bool {
	return slices.EqualFunc(a, b, func(x, y []float64) bool {
		return slices.EqualFunc(x, y, func(u, v float64) bool { return math.Float64bits(u) == math.Float64bits(v) })
	})
}

// Random networks of all kinds of neurons, rules, delays, plasticity and recorders give the same
// spikes, weights and samples, bit for bit, on any number of workers and however a run is cut.
func TestRandomNetworksDoNotDependOnWorkers(t *testing.T) {
	total := 0
	rapid.Check(t, func(t *rapid.T) {
		n := drawNetwork(t)
		want := n.run(t, 1, 60)
		total += len(want.spikes)
		compare := func(how string, got trace) {
			if !slices.Equal(got.spikes, want.spikes) {
				t.Errorf("%s: %d spikes, 1 worker in one piece %d", how, len(got.spikes), len(want.spikes))
			}
			if !sameBits(got.states, want.states) {
				t.Errorf("%s: other samples", how)
			}
			if !sameBits(got.weights, want.weights) {
				t.Errorf("%s: other weights", how)
			}
			if !slices.Equal(got.counts, want.counts) {
				t.Errorf("%s: other counts", how)
			}
		}
		for _, workers := range []int{2, 3, 7, 16} {
			compare("workers "+string(rune('0'+workers)), n.run(t, workers, 60))
		}
		compare("three pieces", n.run(t, 2, 10.5, 0.5, 49))
	})
	if total == 0 {
		t.Error("no network fired at all")
	}
	t.Logf("%d spikes compared", total)
}

// A random network saved at a random moment and loaded into another, on any numbers of workers, goes on as if
// nothing had happened.
func TestRandomNetworksCanBeSaved(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := drawNetwork(t)
		cut := n.dt * float64(rapid.IntRange(0, int(60/n.dt)).Draw(t, "cut"))
		way := simtest.Way{Save: rapid.IntRange(1, 4).Draw(t, "save"), Load: rapid.IntRange(1, 4).Draw(t, "load"), Used: rapid.Bool().Draw(t, "used")}
		simtest.Resume(t, func(workers int) (*sim.Network, func() any) {
			net, outcome := n.build(workers)
			return net, func() any { return outcome() }
		}, 60, []float64{cut}, way)
	})
}
