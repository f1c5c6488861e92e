package neurons

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/glia-sim/glia/sim"
)

func TestIzhikevichSetNamed(t *testing.T) {
	for name, want := range map[string]IzhikevichSet{"RS": RegularSpiking, "IB": IntrinsicallyBursting, "CH": Chattering,
		"FS": FastSpiking, "LTS": LowThresholdSpiking, "TC": ThalamoCortical, "RZ": Resonator} {
		if got, err := IzhikevichSetNamed(name); err != nil || got != want {
			t.Errorf("%s: %v, %v: want %v", name, got, err, want)
		}
	}
	if _, err := IzhikevichSetNamed("rs"); err == nil || !strings.Contains(err.Error(), `"rs"`) || !strings.Contains(err.Error(), "LTS") {
		t.Errorf("error %v: want the bad name and the good ones", err)
	}
}

// TestIzhikevichPerNeuron: each neuron of a population behaves like a population of its own set, for
// any number of workers.
func TestIzhikevichPerNeuron(t *testing.T) {
	sets := []IzhikevichSet{RegularSpiking, IntrinsicallyBursting, Chattering, FastSpiking, LowThresholdSpiking}
	run := func(workers, size int, model func(i int) IzhikevichSet) map[int32][]float64 {
		net := sim.New(sim.Options{DT: 1, Workers: workers})
		m := with(DefaultIzhikevich(), func(m *Izhikevich) { m.Method, m.PerNeuron = HalfSteps, model })
		cells := net.Populate("cells", size, m)
		net.Drive(cells, sim.Current, DC{Amplitude: 10})
		rec := net.RecordSpikes(sim.SpikeOptions{}, cells)
		if err := net.Run(t.Context(), 300); err != nil {
			t.Fatal(err)
		}
		trains := map[int32][]float64{}
		times, ids := rec.Trains()
		for k, ms := range times {
			trains[ids[k]] = append(trains[ids[k]], ms)
		}
		return trains
	}
	for _, workers := range []int{1, 2, 3} {
		trains := run(workers, len(sets), func(i int) IzhikevichSet { return sets[i] })
		for i, s := range sets {
			alone := run(1, 1, func(int) IzhikevichSet { return s })
			if !slices.Equal(trains[int32(i)], alone[0]) || len(alone[0]) < 5 {
				t.Errorf("%d workers: neuron %d fires at %v: want %v", workers, i, trains[int32(i)], alone[0])
			}
		}
	}
}

func TestIzhikevichPerNeuronOutOfRange(t *testing.T) {
	net := sim.New(sim.Options{Workers: 2})
	net.Populate("cells", 10, with(DefaultIzhikevich(), func(m *Izhikevich) {
		m.PerNeuron = func(i int) IzhikevichSet {
			s := RegularSpiking
			if i == 7 {
				s.D = math.Inf(1)
			}
			return s
		}
	}))
	if err := net.Run(t.Context(), 1); err == nil || !strings.Contains(err.Error(), "PerNeuron(7).D") || !strings.Contains(err.Error(), "cells") {
		t.Errorf("error %v: want one that names population, neuron and parameter", err)
	}
}

// TestIzhikevichStart: u starts on its nullcline, or where it is told, also after a Reset.
func TestIzhikevichStart(t *testing.T) {
	u := 3.5
	for _, c := range []struct {
		u0   *float64
		want float64
	}{{nil, 0.25 * -70}, {&u, 3.5}} {
		x := newCell(t, with(DefaultIzhikevich(), func(m *Izhikevich) { m.Set, m.V0, m.U0 = LowThresholdSpiking, -70, c.u0 }), 0.1)
		for range 2 {
			if v, u := *x.value("v"), *x.value("u"); v != -70 || u != c.want {
				t.Errorf("v starts at %g, u at %g: want -70 and %g", v, u, c.want)
			}
			x.step(0, 20)
			x.block.Reset(sim.Key{})
		}
	}
}

// TestIzhikevichWeights: a weight is a jump of v where the step is Euler or RK4, and the current w/dt
// of one step where it is HalfSteps.
func TestIzhikevichWeights(t *testing.T) {
	for _, dt := range []float64{0.1, 0.5, 1} {
		for _, m := range []Izhikevich{DefaultIzhikevich(), with(DefaultIzhikevich(), func(m *Izhikevich) { m.Method = RK4 }),
			with(DefaultIzhikevich(), func(m *Izhikevich) { m.Substeps = 5 })} {
			a, b := newCell(t, m, dt), newCell(t, m, dt)
			a.step(2.5)
			b.step()
			if d := *a.value("v") - *b.value("v"); math.Abs(d-2.5) > 1e-13 {
				t.Errorf("%v x%d, dt %g: a weight of 2.5 mV moved v by %g mV", m.Method, m.Substeps, dt, d)
			}
		}
		m := with(DefaultIzhikevich(), func(m *Izhikevich) { m.Method = HalfSteps })
		a, b := newCell(t, m, dt), newCell(t, m, dt)
		a.step(2.5)
		b.step(0, 2.5/dt)
		if *a.value("v") != *b.value("v") || *a.value("u") != *b.value("u") {
			t.Errorf("HalfSteps, dt %g: v is %.17g after a weight, %.17g after a current", dt, *a.value("v"), *b.value("v"))
		}
	}
}

// TestIzhikevichOneSpikePerStep: a neuron that resets several times within a step is listed once, and
// the indices stay in order.
func TestIzhikevichOneSpikePerStep(t *testing.T) {
	m := with(DefaultIzhikevich(), func(m *Izhikevich) { m.Method, m.Substeps = RK4, 200 })
	block, err := m.NewBlock(sim.BlockSpec{N: 3, Size: 3, Clock: sim.Clock{DT: 10}})
	if err != nil {
		t.Fatal(err)
	}
	in := [][]float64{nil, {400, 0, 200}}
	if got := block.(sim.Stepper).Step(1, in, []int32{99}); !slices.Equal(got, []int32{99, 0, 2}) {
		t.Errorf("spikes %v: want 99 (from before), 0 and 2", got)
	}
	if u := block.Variables()[1].Values[0]; u < -13+2*8 {
		t.Errorf("u is %g: want the jumps of several resets", u)
	}
}
