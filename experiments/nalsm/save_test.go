package nalsm

import (
	"bytes"
	"context"
	"reflect"
	"testing"

	"github.com/glia-sim/glia/networks"
	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/sim/simtest"
)

// A stimulus, drawn or recorded, is saved with the network to which it is shown.
func TestStimulusCanBeSaved(t *testing.T) {
	recorded := make([][]int32, 30)
	for k := range recorded {
		recorded[k] = []int32{int32(k % 4)}
	}
	for name, show := range map[string]func(e *inputEvents){
		"image":     func(e *inputEvents) { e.show([]byte{0, 10, 30, 60}, 0.6, sim.NewKey(2, "draws")) },
		"recording": func(e *inputEvents) { e.play(recorded, 0) },
	} {
		t.Run(name, func(t *testing.T) {
			build := func(workers int) (*inputEvents, *networks.LiquidNetwork, *sim.SpikeRecorder) {
				e := &inputEvents{}
				n, err := networks.DefaultLiquid(3, 4).Build(1, workers, e)
				if err != nil {
					t.Fatal(err)
				}
				return e, n, n.Net.RecordSpikes(sim.SpikeOptions{}, n.Input, n.Liquid)
			}
			run := func(n *networks.LiquidNetwork, ms float64) {
				if err := n.Net.Run(context.Background(), ms); err != nil {
					t.Fatal(err)
				}
			}
			e, n, want := build(1)
			show(e)
			run(n, 11)
			saved := simtest.Save(t, n.Net)
			run(n, 19)
			_, again, got := build(3)
			if err := again.Net.Load(bytes.NewReader(saved)); err != nil {
				t.Fatal(err)
			}
			run(again, 19)
			if len(want.Spikes()) < 20 || !reflect.DeepEqual(got.Spikes(), want.Spikes()) {
				t.Errorf("%d spikes, in one piece %d", len(got.Spikes()), len(want.Spikes()))
			}
		})
	}
}
