package glia_test

import (
	"context"
	"fmt"
	"log"

	"github.com/glia-sim/glia/neurons"
	"github.com/glia-sim/glia/plasticity/glia"
	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/synapses"
)

// An astrocyte hears the synapses of one neuron onto another and answers with a slow inward current.
func Example() {
	net := sim.New(sim.Options{DT: 0.1, Workers: 1})
	pre := net.Populate("pre", 1, neurons.RegularSource{Interval: 100})
	post := net.Populate("post", 1, neurons.DefaultAdEx())

	model := glia.DefaultLiRinzel()
	model.Delta = 0.05 // µM of IP3 per spike
	cells, err := glia.NewLiRinzelCells(model, 1, 1, 0)
	if err != nil {
		log.Fatal(err)
	}
	rule := &glia.Tripartite{Primary: synapses.AllToAll{}, P: 1, Cells: 1}
	net.Connect(pre, post, rule, sim.Synapse{Weight: sim.Constant(1), Delay: sim.Constant(1), Receptor: "ex"})
	if err := cells.Listen(net, pre, rule.NeuronToCell(1), 1); err != nil {
		log.Fatal(err)
	}
	net.Drive(post, sim.Current, cells.Current(glia.DefaultSlowInwardCurrent(), rule.CellToNeuron(1), 1))
	net.AddProcess(cells, 1)

	if err := net.Run(context.Background(), 20000); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("IP3 %.2f µM, calcium %.2f µM\n", cells.IP3[0], cells.Ca[0])
	// Output: IP3 3.49 µM, calcium 0.70 µM
}

// Open-loop gliotransmission: a cell paced from outside silences a synapse.
func ExampleModulatedRelease() {
	net := sim.New(sim.Options{DT: 1, Workers: 1})
	pre := net.Populate("pre", 1, neurons.RegularSource{Interval: 500})
	post := net.Populate("post", 1, neurons.DefaultLIFExp())
	cells, err := glia.NewGChICells(glia.OpenLoopGChI(), 1, 1, 0, 1)
	if err != nil {
		log.Fatal(err)
	}
	cells.Bias[0] = 1.25
	if err := cells.SetRelease(glia.DefaultGliotransmission()); err != nil {
		log.Fatal(err)
	}
	release, err := glia.NewModulatedRelease(glia.DefaultModulatedTM(), cells, []int{0})
	if err != nil {
		log.Fatal(err)
	}
	net.Connect(pre, post, synapses.AllToAll{}, sim.Synapse{Weight: sim.Constant(100), Delay: sim.Constant(1), Release: release, Receptor: "ex"})
	net.AddProcess(cells, 1)
	for range 3 {
		release.ResetTotals()
		if err := net.Run(context.Background(), 1000); err != nil {
			log.Fatal(err)
		}
		sum, spikes := release.Released(0)
		fmt.Printf("until %.0f s: %.2f of the resources per spike\n", net.Now()/1000, sum/float64(spikes))
	}
	// Output:
	// until 1 s: 0.55 of the resources per spike
	// until 2 s: 0.13 of the resources per spike
	// until 3 s: 0.10 of the resources per spike
}
