package glia

import (
	"context"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/glia-sim/glia/neurons"
	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/synapses"
)

// Rate steps of example 4A: synapses under Poisson input of 0.011 to 11 Hz, each with a cell of its own
// in the closed loop, with a biased one in the open loop, or with none.
func TestRateSteps(t *testing.T) {
	const n = 150
	net := sim.New(sim.Options{DT: 1, Seed: 3, Workers: 2})
	src := net.Populate("src", n, neurons.PiecewisePoisson{Times: []float64{0, 5000, 10000, 15000}, Rates: []float64{0.011, 0.11, 1.1, 11}})
	dst := net.Populate("dst", n, neurons.DefaultLIFExp())
	own := make([]int, n)
	for i := range own {
		own[i] = i
	}
	connect := func(name string, cells Releaser) *ModulatedRelease {
		r := must(NewModulatedRelease(DefaultModulatedTM(), cells, own))
		net.Connect(src, dst, synapses.OneToOne{}, sim.Synapse{Name: name, Weight: sim.Constant(0), Delay: sim.Constant(1), Release: r, Receptor: "ex"})
		return r
	}
	loop := func(bias float64) *GChICells {
		cells := must(NewGChICells(DefaultGChI(), n, 5, 0, 1))
		for i := range cells.Bias {
			cells.Bias[i] = bias
		}
		if err := cells.SetRelease(DefaultGliotransmission()); err != nil {
			t.Fatal(err)
		}
		net.AddProcess(cells, 5)
		return cells
	}
	closed, open := loop(0), loop(1)
	releases := []*ModulatedRelease{connect("none", nil), connect("open", open), connect("closed", closed)}
	if err := closed.Hear(releases[2]); err != nil {
		t.Fatal(err)
	}
	var mean, late, first [3]float64
	net.Every(20, func(now float64) error {
		for k, r := range releases {
			y := 0.0
			for i := range n {
				y += r.Terminals().Transmitter(i, now) / n
			}
			switch {
			case now > 17000:
				late[k] += y / 150
			case now > 15000 && now <= 15100:
				first[k] += y / 5
			case now > 10000 && now <= 15000:
				mean[k] += y / 250
			}
		}
		return nil
	})
	run(t, net, 20000)
	near(t, "transmitter at 11 Hz without astrocyte [µM]", late[0], 100, 10)
	if first[0] < 1.5*late[0] {
		t.Errorf("no transient at the step to 11 Hz: %.0f µM, then %.0f", first[0], late[0])
	}
	if late[1] > 0.9*late[0] || late[2] > 0.9*late[0] {
		t.Errorf("transmitter at 11 Hz: %.0f µM without, %.0f with open-loop, %.0f with closed-loop gliotransmission: want less with it", late[0], late[1], late[2])
	}
	if mean[1] > 0.6*mean[0] || mean[2] < 0.5*mean[0] || mean[2] > 1.0001*mean[0] {
		t.Errorf("transmitter at 1.1 Hz: %.1f µM without, %.1f open, %.1f closed loop: want the open loop to cut it and the closed one hardly", mean[0], mean[1], mean[2])
	}
	for i := range n {
		near(t, "the cell's transmitter", closed.Transmitter[i], releases[2].Terminals().Transmitter(i, 20000), 1e-9)
	}
}

// loopNetwork is a recurrent network in which everything of this package takes part.
func loopNetwork(workers int) (*sim.Network, *sim.SpikeRecorder, func() [][]float64) {
	const e, i = 60, 20
	net := sim.New(sim.Options{DT: 0.5, Seed: 11, Workers: workers})
	lif := neurons.DefaultLIFExp()
	E, I := net.Populate("E", e, lif), net.Populate("I", i, lif)
	gain := sim.NewModulator("gain", 1)
	for _, p := range []*sim.Population{E, I} {
		net.Drive(p, "ex", neurons.PoissonDrive{Rate: 9000, Weight: 35})
	}
	net.Drive(E, sim.Current, GainedInput{neurons.DC{Amplitude: 100}, gain})
	net.AddProcess(&SlowGain{Group: net.CountSpikes(E), Neurons: e, Tau: 300, K: 0.01, G: -0.5, Interval: 5, Out: gain}, 5)

	model := NetworkGChI()
	model.OBeta, model.Noise, model.FEx = 5, 0.5, 2
	cells := must(NewGChICells(model, 10, 10, 5, 9))
	cells.Bias[3] = 1.25
	oops := func(err error) {
		if err != nil {
			panic(err)
		}
	}
	oops(cells.Couple(DefaultGapJunctions(RingPairs(10))))
	oops(cells.SetRelease(DefaultGliotransmission()))
	source, target := make([]int, e), make([]int, i)
	for k := range source {
		source[k] = k % 10
	}
	for k := range target {
		target[k] = k%11 - 1
	}
	release := must(NewModulatedRelease(DefaultModulatedTM(), cells, source))
	release.SpillMean()
	net.Connect(E, E, synapses.Bernoulli{P: 0.2}, sim.Synapse{Weight: synapses.Uniform{Lo: 50, Hi: 120}, Delay: synapses.Uniform{Lo: 1, Hi: 3}, Release: release})
	rule := must(NewModulatedSynapses(DefaultModulatedTM(), cells, target))
	rule.SpillMean()
	net.Connect(E, I, synapses.Bernoulli{P: 0.3}, sim.Synapse{Weight: sim.Constant(100), Delay: synapses.Uniform{Lo: 1, Hi: 4}, Plasticity: rule})
	oops(cells.Hear(release))
	oops(cells.Hear(rule))
	net.AddProcess(cells, 10)

	li := DefaultLiRinzel()
	li.Delta, li.IP3 = 0.05, 0.4
	sic := must(NewLiRinzelCells(li, 8, 2, 1))
	tri := &Tripartite{Primary: synapses.FixedInDegree{K: 5}, P: 0.5, Pool: RandomPool{3}, Cells: 8}
	net.Connect(I, E, tri, sim.Synapse{Weight: sim.Constant(-80), Delay: sim.Constant(1.5)})
	oops(sic.Listen(net, I, tri.NeuronToCell(1), 1))
	net.Drive(E, sim.Current, sic.Current(DefaultSlowInwardCurrent(), tri.CellToNeuron(3), 1))
	net.AddProcess(sic, 2)
	rec := net.RecordSpikes(sim.SpikeOptions{}, E, I)
	return net, rec, func() [][]float64 {
		var pulses []float64
		for c := range cells.Len() {
			for _, p := range cells.Pulses(c) {
				pulses = append(pulses, p.Time, p.Height)
			}
		}
		w := must(net.Projections()[1].Weights())
		return [][]float64{cells.Ca, cells.IP3, cells.H, cells.Bound, cells.Transmitter, sic.Ca, sic.IP3, pulses, w, {gain.Value()}}
	}
}

func TestWorkersDoNotMatter(t *testing.T) {
	var spikes []sim.Spike
	var state [][]float64
	for _, workers := range []int{1, 2, 3} {
		net, rec, values := loopNetwork(workers)
		run(t, net, 3000)
		got := values()
		if workers == 1 {
			spikes, state = rec.Spikes(), got
			if len(spikes) < 3000 || len(got[7]) < 4 || got[9][0] > 0.95 {
				t.Fatalf("the network is too quiet to tell: %d spikes, pulses %v, gain %v", len(spikes), got[7], got[9])
			}
			continue
		}
		if !reflect.DeepEqual(rec.Spikes(), spikes) {
			t.Errorf("%d workers: other spikes (%d against %d)", workers, len(rec.Spikes()), len(spikes))
		}
		if !reflect.DeepEqual(got, state) {
			t.Errorf("%d workers: other states of the cells", workers)
		}
	}
	net, rec, values := loopNetwork(2)
	for _, ms := range []float64{0.5, 7, 992.5, 1003, 0.5, 996.5} {
		run(t, net, ms)
	}
	if !reflect.DeepEqual(rec.Spikes(), spikes) || !reflect.DeepEqual(values(), state) {
		t.Error("a run in pieces differs from a run in one")
	}
	rec.Clear()
	if err := net.Reset(0); err != nil {
		t.Fatal(err)
	}
	run(t, net, 3000)
	if !reflect.DeepEqual(rec.Spikes(), spikes) || !reflect.DeepEqual(values(), state) {
		t.Error("the trial after Reset differs from the first")
	}
}

// Per-source and per-synapse modulation agree where both can say the same, and with Terminals.
func TestReleaseAndSynapsesAgree(t *testing.T) {
	times := make([]float64, len(burst))
	for k, at := range burst {
		times[k] = 3000 + at
	}
	net := sim.New(sim.Options{DT: 1, Workers: 1})
	src := net.Populate("src", 1, neurons.SpikeList{Times: [][]float64{times}})
	a, b := net.Populate("a", 1, probeSpikes{}), net.Populate("b", 1, probeSpikes{})
	cells := must(NewGChICells(OpenLoopGChI(), 1, 1, 0, 1))
	cells.Bias[0] = 0.8
	if err := cells.SetRelease(DefaultGliotransmission()); err != nil {
		t.Fatal(err)
	}
	net.AddProcess(cells, 1)
	release := must(NewModulatedRelease(DefaultModulatedTM(), cells, []int{0}))
	rule := must(NewModulatedSynapses(DefaultModulatedTM(), cells, []int{0}))
	all := synapses.AllToAll{}
	net.Connect(src, a, all, sim.Synapse{Weight: sim.Constant(2), Delay: sim.Constant(2), Release: release})
	net.Connect(src, b, all, sim.Synapse{Weight: sim.Constant(2), Delay: sim.Constant(2), Plasticity: rule})
	ra, rb := net.RecordState(a, sim.StateOptions{Variable: "sum"}), net.RecordState(b, sim.StateOptions{Variable: "sum"})
	run(t, net, 3600)
	s := NewTerminals(DefaultModulatedTM(), 1)
	sum := 0.0
	for _, at := range times {
		s.follow(0, cells.Pulses(0), at)
		sum += s.Spike(0, at)
		k := int(at) + 2 - 1 // sample of the tick of arrival
		near(t, fmt.Sprintf("release at %g ms through sim.Release", at), ra.Values(0)[k], 2*sum, 1e-9)
		near(t, fmt.Sprintf("release at %g ms through sim.Rule", at), rb.Values(0)[k], 2*sum, 1e-9)
	}
	if s.Bound(0, 3600) < 0.8 {
		t.Errorf("no gliotransmitter took part: bound share %g", s.Bound(0, 3600))
	}
	total, n := release.Released(0)
	near(t, "sum of releases", total, sum, 1e-12)
	received, m := rule.Received(0)
	near(t, "sum received", received, sum, 1e-12)
	if n != int64(len(times)) || m != n {
		t.Errorf("%d and %d spikes counted, want %d", n, m, len(times))
	}
}

// probeSpikes sums the weights that reach it.
type probeSpikes struct{}

func (probeSpikes) Validate() error     { return nil }
func (probeSpikes) Receptors() []string { return []string{"ex"} }
func (probeSpikes) NewBlock(b sim.BlockSpec) (sim.Block, error) {
	return &probeSpikesBlock{make([]float64, b.N)}, nil
}

type probeSpikesBlock struct{ sum []float64 }

func (b *probeSpikesBlock) Variables() []sim.Variable {
	return []sim.Variable{{Name: "sum", Values: b.sum}}
}
func (b *probeSpikesBlock) Reset(sim.Key)      { clear(b.sum) }
func (b *probeSpikesBlock) State(c *sim.Codec) { c.PerNeuron(b.sum) }
func (b *probeSpikesBlock) Step(_ sim.Tick, in [][]float64, spikes []int32) []int32 {
	for i, x := range in[0] {
		b.sum[i] += x
	}
	return spikes
}

// The transmitter of a cell is the sum over its synapses, or their mean.
func TestSpillover(t *testing.T) {
	m := DefaultModulatedTM()
	for _, mean := range []bool{false, true} {
		net := sim.New(sim.Options{DT: 1, Workers: 2})
		src := net.Populate("src", 3, neurons.SpikeList{Times: [][]float64{{10}, {10, 14}, {3}}})
		dst := net.Populate("dst", 2, probeSpikes{})
		bySource := must(NewGChICells(OpenLoopGChI(), 2, 10, 0, 1))
		byTarget := must(NewGChICells(OpenLoopGChI(), 2, 10, 0, 1))
		release := must(NewModulatedRelease(m, nil, []int{0, 0, -1}))
		rule := must(NewModulatedSynapses(m, nil, []int{-1, 1}))
		if mean {
			release.SpillMean()
			rule.SpillMean()
		}
		all := synapses.AllToAll{}
		net.Connect(src, dst, all, sim.Synapse{Delay: sim.Constant(1), Release: release})
		net.Connect(src, dst, all, sim.Synapse{Delay: sim.Constant(1), Plasticity: rule})
		for _, err := range []error{bySource.Hear(release), byTarget.Hear(rule)} {
			if err != nil {
				t.Fatal(err)
			}
		}
		net.AddProcess(bySource, 10)
		net.AddProcess(byTarget, 10)
		run(t, net, 20)
		s := NewTerminals(m, 3)
		s.Spike(0, 10)
		s.Spike(1, 10)
		s.Spike(1, 14)
		s.Spike(2, 3)
		two := s.Transmitter(0, 20) + s.Transmitter(1, 20)
		three := two + s.Transmitter(2, 20)
		if mean {
			two, three = two/2, three/3
		}
		near(t, "transmitter of the sources' cell", bySource.Transmitter[0], two, 1e-9)
		near(t, "transmitter of the targets' cell", byTarget.Transmitter[1], three, 1e-9)
		if bySource.Transmitter[1] != 0 || byTarget.Transmitter[0] != 0 {
			t.Errorf("cells without synapses hear %g and %g µM", bySource.Transmitter[1], byTarget.Transmitter[0])
		}
	}
}

func TestMistakesAreReported(t *testing.T) {
	expect := func(err error, want string) {
		t.Helper()
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
	net := sim.New(sim.Options{DT: 0.5, Workers: 1})
	p := net.Populate("P", 3, probe{})
	cells := must(NewLiRinzelCells(DefaultLiRinzel(), 2, 1, 0))
	gchi := must(NewGChICells(DefaultGChI(), 2, 1, 0, 1))
	_, err := NewLiRinzelCells(DefaultLiRinzel(), 0, 1, 0)
	expect(err, "0 cells")
	_, err = NewLiRinzelCells(LiRinzel{}, 1, 1, 0)
	expect(err, "LiRinzel.CTot is 0 µM")
	_, err = NewGChICells(GChI{}, 1, 1, 0, 0)
	expect(err, "GChI.KP is 0")
	_, err = NewGChICells(DefaultGChI(), 1, 1, 0.3, 0)
	expect(err, "Step is 0.3 ms: want a whole number")
	_, err = NewGChICells(DefaultGChI(), 1, -1, 0, 0)
	expect(err, "Interval is -1 ms")
	m := DefaultGChI()
	m.H0 = math.NaN()
	expect(m.Validate(), "H0 is NaN: want 0 to 1")
	expect(cells.Listen(net, p, []Link{{3, 0, 1}}, 1), "neuron 3: want 0 to 2")
	expect(cells.Listen(net, p, []Link{{0, 2, 1}}, 1), "cell 2: want 0 to 1")
	expect(cells.Listen(net, p, []Link{{0, 0, -1}}, 1), "weight -1: want 0 or more")
	expect(cells.Listen(net, p, nil, 0.2), "multiple of the resolution")
	expect(gchi.Couple(DefaultGapJunctions([][2]int32{{0, 0}})), "joins cells 0 and 0")
	expect(gchi.SetRelease(Gliotransmission{}), "Threshold is 0 µM")
	_, err = NewModulatedRelease(DefaultModulatedTM(), gchi, []int{0, 2})
	expect(err, "source 1 belongs to cell 2")
	_, err = NewModulatedSynapses(DefaultModulatedTM(), gchi, []int{-2})
	expect(err, "target 0 belongs to cell -2")
	tm := DefaultModulatedTM()
	tm.OmegaG = 100
	_, err = NewModulatedRelease(tm, nil, nil)
	expect(err, "less than OmegaE")
	tm = DefaultModulatedTM()
	tm.OmegaC = 50
	expect(gchi.Hear(must(NewModulatedRelease(tm, nil, []int{0}))), "at 50 Hz, the cells at OmegaC = 40")
	expect(gchi.Hear(must(NewModulatedRelease(DefaultModulatedTM(), nil, []int{5}))), "cell 5: there are 2")
	expect((&SlowGain{}).Validate(), "set Group")
	expect(GainedInput{}.Validate(), "set Input")
	expect((&CellCurrent{err: cells.Current(SlowInwardCurrent{Threshold: -1}, nil, 0).err}).Validate(), "Threshold is -1")
	expect(cells.Current(DefaultSlowInwardCurrent(), nil, -1).Validate(), "delay of the slow inward current is -1")

	build := func(describe func(*sim.Network, *sim.Population)) error {
		n := sim.New(sim.Options{DT: 0.5, Workers: 1})
		describe(n, n.Populate("P", 3, probeSpikes{}))
		return n.Run(context.Background(), 10)
	}
	src := neurons.SpikeList{Times: [][]float64{{1}, {1}}}
	expect(build(func(n *sim.Network, p *sim.Population) {
		n.Connect(n.Populate("S", 2, src), p, synapses.AllToAll{}, sim.Synapse{Release: must(NewModulatedRelease(DefaultModulatedTM(), nil, []int{0}))})
	}), "became NaN")
	expect(build(func(n *sim.Network, p *sim.Population) {
		n.Connect(n.Populate("S", 2, src), p, synapses.AllToAll{}, sim.Synapse{Plasticity: must(NewModulatedSynapses(DefaultModulatedTM(), nil, []int{0}))})
	}), "cells of 1 targets")
	expect(build(func(n *sim.Network, p *sim.Population) {
		n.Connect(p, p, &Tripartite{Primary: synapses.AllToAll{}, P: 2, Cells: 1}, sim.Synapse{})
	}), "Tripartite.P is 2")
}
