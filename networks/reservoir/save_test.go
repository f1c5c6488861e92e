package reservoir

import (
	"bytes"
	"context"
	"reflect"
	"slices"
	"testing"

	"github.com/glia-sim/glia/networks/coding"
	"github.com/glia-sim/glia/neurons"
	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/sim/simtest"
	"github.com/glia-sim/glia/synapses"
)

// Ports, the coders of spikes among them, are saved with the network that they drive, in the middle of a sample
// too, and the coders go on with the samples to come.
func TestPortsCanBeSaved(t *testing.T) {
	for name, coder := range map[string]coding.Coder{
		"Poisson":    coding.Poisson{Lo: -1, Hi: 1, Rate: 300, Seed: 4},
		"latency":    coding.Latency{Lo: -1, Hi: 1},
		"delta":      coding.Delta{Step: 0.1},
		"levels":     coding.EvenLevels(5, -1, 1),
		"direct":     coding.Direct{},
		"population": coding.Population{Lo: -1, Hi: 1, Fields: 4, Width: 1, Spikes: coding.Poisson{Hi: 1, Rate: 300, Seed: 4}},
	} {
		t.Run(name, func(t *testing.T) {
			const ms = 10
			build := func() (net *sim.Network, present func(k int), rec *sim.SpikeRecorder) {
				net = sim.New(sim.Options{Seed: 3, DT: 0.5, Workers: 2})
				spikes := &SpikePort{Samples: 3, Coder: coder}
				input, err := spikes.Populate(net, "input", ms)
				if err != nil {
					t.Fatal(err)
				}
				cells := net.Populate("cells", 7, neurons.DefaultLIFExp())
				current := &CurrentPort{In: &Dense{Rows: 7, Cols: 3, Data: slices.Repeat([]float64{100}, 21)}, Noise: 200}
				current.Drive(net, cells)
				net.Connect(input, cells, synapses.AllToAll{}, sim.Synapse{Weight: sim.Constant(500), Receptor: "ex"})
				for _, p := range []Port{spikes, current} {
					if err := p.bind(net.Clock(), 20); err != nil {
						t.Fatal(err)
					}
					p.reset(6)
				}
				rec = net.RecordSpikes(sim.SpikeOptions{}, input, cells)
				return net, func(k int) {
					sample := []float64{float64(k%3) - 1, float64(k%4)/2 - 1, 1.4}
					spikes.present(sample, sim.Tick(20*k))
					current.present(sample, sim.Tick(20*k))
				}, rec
			}
			run := func(net *sim.Network, ms float64) {
				if err := net.Run(context.Background(), ms); err != nil {
					t.Fatal(err)
				}
			}
			goOn := func(net *sim.Network, present func(int)) {
				run(net, 3)
				for k := 3; k < 6; k++ {
					present(k)
					run(net, ms)
				}
			}
			net, present, want := build()
			for k := range 2 {
				present(k)
				run(net, ms)
			}
			present(2)
			run(net, ms-3)
			saved := simtest.Save(t, net)
			goOn(net, present)
			again, present, got := build()
			if err := again.Load(bytes.NewReader(saved)); err != nil {
				t.Fatal(err)
			}
			goOn(again, present)
			if len(want.Spikes()) < 5 || !reflect.DeepEqual(got.Spikes(), want.Spikes()) {
				t.Errorf("%d spikes, in one piece %d", len(got.Spikes()), len(want.Spikes()))
			}
		})
	}
}
