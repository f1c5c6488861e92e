package glia

import (
	"slices"
	"testing"

	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/sim/simtest"
)

// A network in which everything of this package takes part can be saved and loaded at any time.
func TestCellsCanBeSaved(t *testing.T) {
	saved := simtest.Resume(t, func(workers int) (*sim.Network, func() any) {
		net, rec, values := loopNetwork(workers)
		return net, func() any {
			var states [][]float64
			for _, v := range values() {
				states = append(states, slices.Clone(v))
			}
			if len(rec.Spikes()) < 1000 || len(states[7]) < 4 {
				t.Errorf("too quiet to tell: %d spikes, pulses %v", len(rec.Spikes()), states[7])
			}
			return []any{slices.Clone(rec.Spikes()), states}
		}
	}, 1500, []float64{1107.5})
	simtest.All(t, "NewRule", [][]byte{saved})
	simtest.All(t, "NewInput", [][]byte{saved})
	simtest.All(t, "NewRelease", [][]byte{saved})
	simtest.All(t, "Update", [][]byte{saved})
}
