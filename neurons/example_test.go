package neurons_test

import (
	"context"
	"fmt"

	"github.com/glia-sim/glia/neurons"
	"github.com/glia-sim/glia/sim"
)

// A neuron under a constant current, with its spike times.
func ExampleLIFExp() {
	model := neurons.DefaultLIFExp()
	model.TRef = 5

	net := sim.New(sim.Options{DT: 0.1})
	cell := net.Populate("cell", 1, model)
	net.Drive(cell, sim.Current, neurons.DC{Amplitude: 500, Start: 50})
	spikes := net.RecordSpikes(sim.SpikeOptions{}, cell)
	if err := net.Run(context.Background(), 120); err != nil {
		fmt.Println(err)
		return
	}
	times, _ := spikes.Trains()
	fmt.Printf("%.1f ms\n", times)
	// Output: [63.9 82.8 101.7] ms
}

// The excitatory cells of Izhikevich's network of 2003: each has its own parameters, between regular
// spiking and chattering.
func ExampleIzhikevich_perNeuron() {
	key := sim.NewKey(1, "heterogeneity")
	model := neurons.DefaultIzhikevich()
	model.Method = neurons.HalfSteps
	model.PerNeuron = func(i int) neurons.IzhikevichSet {
		r := key.Draws(0).Float64(uint64(i))
		return neurons.IzhikevichSet{A: 0.02, B: 0.2, C: -65 + 15*r*r, D: 8 - 6*r*r}
	}

	net := sim.New(sim.Options{DT: 1})
	cells := net.Populate("excitatory", 800, model)
	net.Drive(cells, sim.Current, neurons.DC{Amplitude: 10})
	count := net.CountSpikes(cells)
	if err := net.Run(context.Background(), 1000); err != nil {
		fmt.Println(err)
		return
	}
	least, most := count.PerNeuron[0], count.PerNeuron[0]
	for _, n := range count.PerNeuron {
		least, most = min(least, n), max(most, n)
	}
	fmt.Printf("from regular spiking to chattering: %v\n", most > 2*least)
	// Output: from regular spiking to chattering: true
}
