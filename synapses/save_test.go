package synapses

import (
	"slices"
	"testing"

	"github.com/glia-sim/glia/neurons"
	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/sim/simtest"
)

// Every release can be saved and loaded at any time, with the spikes that it has scaled and that are in flight.
func TestReleasesCanBeSaved(t *testing.T) {
	var saved [][]byte
	for name, release := range map[string]sim.Release{
		"depression":   TsodyksMarkram{U: 0.5, TauRec: 80},
		"facilitation": TsodyksMarkram{U: 0.1, TauRec: 50, TauFac: 200, TauPsc: 3},
		"restarting":   RestartingKernel{Tau: 5},
	} {
		for _, target := range []sim.Model{neurons.DefaultLIFExp(), neurons.LIFExpEvent(neurons.DefaultLIFExp())} {
			t.Run(name, func(t *testing.T) {
				saved = append(saved, simtest.Resume(t, func(workers int) (*sim.Network, func() any) {
					net := sim.New(sim.Options{Seed: 2, DT: 0.5, Workers: workers})
					a, b := net.Populate("a", 20, neurons.PoissonSource{Rate: 100}), net.Populate("b", 20, neurons.PoissonSourceEvent{Rate: 100})
					c := net.Populate("c", 11, target)
					for _, from := range []*sim.Population{a, b} {
						net.Connect(from, c, FixedInDegree{K: 9}, sim.Synapse{Weight: sim.Constant(600), Delay: Uniform{Lo: 1, Hi: 12}, Receptor: "ex", Release: release})
					}
					rec := net.RecordSpikes(sim.SpikeOptions{}, a, b, c)
					v := net.RecordState(c, sim.StateOptions{Variable: "V", Interval: 2})
					return net, func() any {
						seen := []any{slices.Clone(rec.Spikes())}
						for i := range 11 {
							seen = append(seen, v.Values(i))
						}
						return seen
					}
				}, 60, []float64{0, 21.5}))
			})
		}
	}
	simtest.All(t, "NewRelease", saved)
}
