package sim_test

import (
	"context"
	"fmt"
	"log"

	"github.com/glia-sim/glia/analysis"
	"github.com/glia-sim/glia/neurons"
	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/synapses"
)

// A balanced random network: excitation, four times stronger inhibition, and noise from outside.
func Example() {
	net := sim.New(sim.Options{Seed: 1, DT: 0.1}) // ms; one worker per core
	lif := neurons.DefaultLIFDelta()
	lif.EL, lif.VTh, lif.VReset, lif.TauM = 0, 20, 10, 20 // mV, ms
	exc := net.Populate("excitatory", 800, lif)
	inh := net.Populate("inhibitory", 200, lif)
	for _, target := range []*sim.Population{exc, inh} {
		net.Drive(target, "v", neurons.PoissonDrive{Rate: 20000, Weight: 0.1}) // Hz, mV
		net.Connect(exc, target, synapses.FixedInDegree{K: 80},
			sim.Synapse{Weight: sim.Constant(0.3), Delay: synapses.Uniform{Lo: 1, Hi: 2}})
		net.Connect(inh, target, synapses.FixedInDegree{K: 20},
			sim.Synapse{Weight: sim.Constant(-2.1), Delay: sim.Constant(1)})
	}
	spikes := net.RecordSpikes(sim.SpikeOptions{}, exc, inh)
	if err := net.Run(context.Background(), 1000); err != nil {
		log.Fatal(err)
	}
	times, ids := spikes.Trains()
	all := analysis.Spikes{Times: times, IDs: ids}
	cv, _ := analysis.MeanCV(all, 0, 1000, 2)
	fmt.Printf("%.0f Hz, CV %.1f\n", analysis.MeanRate(all, 1000, 0, 1000), cv)
	// Output: 47 Hz, CV 0.4
}
