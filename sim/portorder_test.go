package sim_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/glia-sim/glia/neurons"
	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/synapses"
)

// Rows from two sources end on the same neurons, those of the second source on a population of one neuron, too.
// Most of several workers have no part of that one, so that the places of the two in their memory are
// otherwise than with one worker. The sums that a neuron gets must not be.
func TestOrderOfDeliveryWithEmptyBlocks(t *testing.T) {
	type outcome struct {
		spikes []sim.Spike
		v      []uint64
	}
	measure := func(workers int) (o outcome) {
		net := sim.New(sim.Options{Seed: 5, DT: 0.1, Workers: workers})
		model := neurons.DefaultLIFDelta()
		first := net.Populate("first", 60, neurons.PoissonSource{Rate: 400})
		second := net.Populate("second", 60, neurons.PoissonSource{Rate: 400})
		few := net.Populate("few", 1, model)
		many := net.Populate("many", 20, model)
		some := net.Populate("some", 2, model)
		// Weights whose sums are rounded, so that their order shows.
		join := func(from, to *sim.Population, weight float64) {
			net.Connect(from, to, synapses.AllToAll{}, sim.Synapse{Weight: sim.Constant(weight), Delay: sim.Constant(1)})
		}
		join(first, many, 0.13)
		join(first, some, 0.13)
		join(second, few, 0.37)
		join(second, many, 0.37)
		join(second, some, 0.37)
		spikes := net.RecordSpikes(sim.SpikeOptions{}, few, many, some)
		v := net.RecordState(many, sim.StateOptions{Variable: "V", Interval: 0.5})
		if err := net.Run(context.Background(), 200); err != nil {
			t.Fatal(err)
		}
		o.spikes = append(o.spikes, spikes.Spikes()...)
		for i := range many.Size {
			for _, x := range v.Values(i) {
				o.v = append(o.v, math.Float64bits(x))
			}
		}
		return o
	}
	want := measure(1)
	if len(want.spikes) < 50 {
		t.Fatalf("only %d spikes: too quiet to tell", len(want.spikes))
	}
	for _, workers := range []int{2, 3, 7} {
		got := measure(workers)
		if !slices.Equal(got.v, want.v) || !slices.Equal(got.spikes, want.spikes) {
			t.Errorf("%d workers: other potentials, or other spikes (%d against %d)", workers, len(got.spikes), len(want.spikes))
		}
	}
}
