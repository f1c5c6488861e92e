package validation

import (
	"context"
	"fmt"
	"math"

	"github.com/glia-sim/glia/networks"
	"github.com/glia-sim/glia/neurons"
	"github.com/glia-sim/glia/plasticity"
	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/synapses"
)

func engineComparisons() []Comparison {
	var list []Comparison
	for _, s := range []struct {
		name  string
		slow  bool
		ms    float64
		build func(workers int) (*sim.Network, error)
	}{
		{"mixed", false, 300, mixedNetwork},
		{"brunel", true, 100, func(workers int) (*sim.Network, error) {
			n, err := networks.DefaultBrunel(networks.BrunelRegimes[0]).Scaled(5000).Build(sim.Options{Seed: 4, Workers: workers})
			if err != nil {
				return nil, err
			}
			return n.Net, nil
		}},
		{"izhikevich2003", true, 500, func(workers int) (*sim.Network, error) {
			n, err := networks.DefaultIzhikevich2003().Build(4, workers)
			if err != nil {
				return nil, err
			}
			return n.Net, nil
		}},
		{"coba", true, 200, func(workers int) (*sim.Network, error) {
			n, err := networks.DefaultCOBA().Build(sim.Options{Seed: 4, Workers: workers})
			if err != nil {
				return nil, err
			}
			return n.Net, nil
		}},
		{"microcircuit", true, 300, func(workers int) (*sim.Network, error) {
			n, err := networks.DefaultMicrocircuit().Scaled(0.05).Build(sim.Options{Seed: 4, Workers: workers})
			if err != nil {
				return nil, err
			}
			return n.Net, nil
		}},
	} {
		list = append(list, Comparison{Name: "engine/" + s.name, Group: Engine, Slow: s.slow, Source: "the run with one worker in one piece, bit for bit",
			Run: func(ctx context.Context) ([]Row, error) { return sameRuns(ctx, s.ms, s.build) }})
	}
	return list
}

// outcome is all that can be seen of a run, as a digest, with the number of spikes.
type outcome struct {
	seen   digest
	spikes int
}

// observe runs a network in pieces and takes in its spikes, the state of some neurons every 5 ms, the spikes
// per neuron that a counter saw, and all weights.
func observe(ctx context.Context, net *sim.Network, pieces ...float64) (outcome, error) {
	var groups []sim.Selection
	var states []*sim.StateRecorder
	for _, p := range net.Populations() {
		groups = append(groups, p)
		for _, v := range recordable(p.Model) {
			states = append(states, net.RecordState(p, sim.StateOptions{Variable: v, Interval: 5, Neurons: []int{0, p.Size / 2, p.Size - 1}}))
		}
	}
	rec := net.RecordSpikes(sim.SpikeOptions{}, groups...)
	counter := net.CountSpikes(net.Populations()[0])
	var o outcome
	for _, ms := range pieces {
		if err := net.Run(ctx, ms); err != nil {
			return o, err
		}
	}
	for _, s := range rec.Spikes() {
		o.seen.add(uint64(s.At.Tick), math.Float64bits(s.At.Lag), uint64(s.ID))
	}
	o.spikes = len(rec.Spikes())
	for _, s := range states {
		for k := range 3 {
			for _, x := range s.Values(k) {
				o.seen.add(math.Float64bits(x))
			}
		}
	}
	for _, n := range counter.PerNeuron {
		o.seen.add(uint64(n))
	}
	for _, p := range net.Projections() {
		w, err := p.Weights()
		if err != nil {
			return o, err
		}
		for _, x := range w {
			o.seen.add(math.Float64bits(x))
		}
	}
	return o, nil
}

// recordable names a state variable of a model.
func recordable(m sim.Model) []string {
	switch m.(type) {
	case neurons.LIFDelta, neurons.LIFExp, neurons.LIFCond, neurons.LIFDeltaEvent, neurons.AdEx:
		return []string{"V"}
	case neurons.Izhikevich:
		return []string{"v"}
	case neurons.IntFire:
		return []string{"m"}
	}
	return nil
}

// sameRuns compares runs on 2, 3 and 7 workers, and one in four pieces, with the run on one worker.
func sameRuns(ctx context.Context, ms float64, build func(workers int) (*sim.Network, error)) ([]Row, error) {
	run := func(workers int, pieces ...float64) (outcome, error) {
		net, err := build(workers)
		if err != nil {
			return outcome{}, err
		}
		return observe(ctx, net, pieces...)
	}
	want, err := run(1, ms)
	if err != nil {
		return nil, err
	}
	if want.spikes == 0 {
		return nil, fmt.Errorf("the network is silent")
	}
	other := 0
	for _, workers := range []int{2, 3, 7} {
		got, err := run(workers, ms)
		if err != nil {
			return nil, err
		}
		if got != want {
			other++
		}
	}
	cut, err := run(2, 10, 1, ms/2-11, ms/2)
	if err != nil {
		return nil, err
	}
	pieces := 0
	if cut != want {
		pieces = 1
	}
	row := func(quantity string, n, checks int) Row {
		r := compare(quantity, "1", float64(n), 0, 0)
		r.Checks = checks
		return r
	}
	return []Row{
		row(fmt.Sprintf("numbers of workers with other spikes, states, weights; %d spikes", want.spikes), other, 3),
		row("runs in four pieces that differ", pieces, 1),
	}, nil
}

// mixedNetwork holds stepped and event-driven neurons, sources, several rules and delays, plasticity of
// all kinds of timing, short-term plasticity, noise.
func mixedNetwork(workers int) (*sim.Network, error) {
	net := sim.New(sim.Options{Seed: 21, DT: 0.1, Workers: workers})
	source := net.Populate("source", 60, neurons.PoissonSourceEvent{Rate: 60})
	lif := net.Populate("lif", 90, neurons.DefaultLIFDelta()).Initial("V", synapses.Uniform{Lo: -70, Hi: -56})
	exp := net.Populate("exp", 41, neurons.DefaultLIFExp())
	izh := net.Populate("izh", 37, neurons.DefaultIzhikevich())
	adex := net.Populate("adex", 23, neurons.DefaultAdEx())
	driven := neurons.DefaultLIFDelta()
	driven.IE = 380
	event := net.Populate("event", 29, neurons.LIFDeltaEvent(driven))
	fire := net.Populate("intfire", 50, neurons.DefaultIntFire())
	net.Drive(lif, "v", neurons.PoissonDrive{Rate: 2000, Weight: 0.7})
	net.Drive(izh, sim.Current, neurons.NoiseCurrent{SD: 8, Interval: 1})

	pair := plasticity.DefaultPairSTDP()
	pair.APlus, pair.AMinus, pair.WMax = 0.05, 0.04, 4
	triplet, err := plasticity.TripletSet(plasticity.TripletSets()[0])
	if err != nil {
		return nil, err
	}
	triplet.WMax = 600
	triplet.A2Minus, triplet.A3Plus = 10*triplet.A2Minus, 100*triplet.A3Plus
	depress := synapses.TsodyksMarkram{U: 0.5, TauRec: 200, TauFac: 50}
	spread := synapses.Uniform{Lo: 0.5, Hi: 12}

	net.Connect(source, lif, synapses.FixedInDegree{K: 9}, sim.Synapse{Weight: synapses.Uniform{Lo: 0.5, Hi: 3}, Delay: spread, Receptor: "v", Plasticity: pair})
	net.Connect(lif, exp, synapses.Bernoulli{P: 0.3}, sim.Synapse{Weight: synapses.Uniform{Lo: 100, Hi: 500}, Delay: sim.Constant(1), Receptor: "ex", Plasticity: triplet, Backpropagation: sim.Axonal})
	net.Connect(exp, lif, synapses.FixedTotal{N: 600}, sim.Synapse{Weight: synapses.Uniform{Lo: -2, Hi: 0}, Delay: spread, Receptor: "v"})
	net.Connect(izh, lif, synapses.AllToAll{}, sim.Synapse{Weight: sim.Constant(0.1), Delay: sim.Constant(40), Receptor: "v", Release: depress})
	net.Connect(lif, izh, synapses.FixedOutDegree{K: 4}, sim.Synapse{Weight: sim.Constant(1.5), Delay: spread, Receptor: "v"})
	net.Connect(izh, adex, synapses.Bernoulli{P: 0.5}, sim.Synapse{Weight: synapses.Uniform{Lo: 2, Hi: 9}, Delay: sim.Constant(0.8), Receptor: "ex"})
	net.Connect(source, event, synapses.FixedInDegree{K: 5}, sim.Synapse{Weight: synapses.Uniform{Lo: 0.5, Hi: 3}, Delay: spread, Release: depress})
	net.Connect(event, fire, synapses.Bernoulli{P: 0.4}, sim.Synapse{Weight: synapses.Uniform{Lo: -0.1, Hi: 0.4}, Delay: spread})
	net.Connect(fire, fire, synapses.FixedInDegree{K: 6, Autapses: synapses.Forbidden}, sim.Synapse{Weight: synapses.Uniform{Lo: -0.1, Hi: 0.3}, Delay: spread})
	net.Connect(fire, lif, synapses.FixedInDegree{K: 3}, sim.Synapse{Weight: sim.Constant(0.5), Delay: spread, Receptor: "v", Plasticity: pair, Backpropagation: sim.Emission})
	return net, net.Err()
}
