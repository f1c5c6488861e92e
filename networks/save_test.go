package networks

import (
	"slices"
	"testing"

	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/sim/simtest"
)

// A liquid with its astrocytes can be saved in the middle of a presentation.
func TestLiquidCanBeSaved(t *testing.T) {
	for name, change := range map[string]func(*Liquid){
		"one astrocyte":      func(*Liquid) {},
		"sparse territories": func(l *Liquid) { l.Domains, l.Heard = 2, 0.5 },
		"gate":               func(l *Liquid) { l.Learning = GatedSTDP },
	} {
		t.Run(name, func(t *testing.T) {
			l := DefaultLiquid(5, 64)
			change(&l)
			simtest.Resume(t, func(workers int) (*sim.Network, func() any) {
				n := buildLiquid(t, l, workers)
				n.Net.At(20, func(float64) error { n.Begin(0.99); return nil })
				rec := n.Net.RecordSpikes(sim.SpikeOptions{}, n.Input, n.Liquid)
				return n.Net, func() any {
					if n.LiquidSpikes.Total == 0 {
						t.Error("the liquid is silent")
					}
					seen := []any{slices.Clone(rec.Spikes()), n.LiquidSpikes.Total}
					for _, a := range n.Astrocytes {
						seen = append(seen, a.Value(), a.Weakening.Value(), a.Strengthening.Value())
					}
					for _, p := range append(n.Recurrent, n.InputSynapses) {
						w, err := p.Weights()
						if err != nil {
							t.Fatal(err)
						}
						seen = append(seen, w)
					}
					return seen
				}
			}, 60, []float64{11, 37})
		})
	}
}
