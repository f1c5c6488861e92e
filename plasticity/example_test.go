package plasticity_test

import (
	"context"
	"fmt"

	"github.com/glia-sim/glia/neurons"
	"github.com/glia-sim/glia/plasticity"
	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/synapses"
)

// A source fires 5 ms before its target does: additive STDP strengthens the synapse.
func ExamplePairSTDP() {
	net := sim.New(sim.Options{DT: 0.1, Workers: 1})
	source := net.Populate("source", 1, neurons.SpikeList{Times: [][]float64{{10, 60, 110}}})
	kick := net.Populate("kick", 1, neurons.SpikeList{Times: [][]float64{{14.9, 64.9, 114.9}}})
	target := net.Populate("target", 1, neurons.DefaultLIFDelta())
	net.Connect(kick, target, synapses.OneToOne{}, sim.Synapse{Receptor: "v", Weight: sim.Constant(20)})
	p := net.Connect(source, target, synapses.AllToAll{}, sim.Synapse{
		Receptor:        "v",
		Weight:          sim.Constant(0.5), // mV
		Plasticity:      plasticity.DefaultPairSTDP(),
		Backpropagation: sim.Emission,
	})
	if err := net.Run(context.Background(), 200); err != nil {
		fmt.Println(err)
		return
	}
	w, _ := p.Weights()
	fmt.Printf("%.4f\n", w[0])
	// Output: 0.5224
}

// A pair of spikes leaves an eligibility that a reward one second later turns into a stronger weight.
func ExampleRewardSTDP() {
	net := sim.New(sim.Options{DT: 1, Workers: 1})
	source := net.Populate("source", 1, neurons.SpikeList{Times: [][]float64{{100}}})
	kick := net.Populate("kick", 1, neurons.SpikeList{Times: [][]float64{{109}}})
	target := net.Populate("target", 1, neurons.DefaultLIFDelta())
	net.Connect(kick, target, synapses.OneToOne{}, sim.Synapse{Receptor: "v", Weight: sim.Constant(20)})
	dopamine := &plasticity.Dopamine{Tau: 200}
	rule := plasticity.DefaultRewardSTDP()
	rule.Dopamine = dopamine
	p := net.Connect(source, target, synapses.AllToAll{}, sim.Synapse{
		Receptor: "v", Weight: sim.Constant(1), Plasticity: rule, Backpropagation: sim.Emission,
	})
	net.At(1110, func(now float64) error { dopamine.Pulse(now, 0.5); return nil })
	if err := net.Run(context.Background(), 20_000); err != nil {
		fmt.Println(err)
		return
	}
	w, _ := p.Weights()
	fmt.Printf("%.6f\n", w[0]-1)
	// Output: 0.018594
}

func ExampleTripletSet() {
	rule, err := plasticity.TripletSet("visual cortex, minimal")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("potentiates above %.1f Hz\n", rule.ThresholdRate())
	// Output: potentiates above 19.2 Hz
}

func ExampleOja() {
	oja := plasticity.Oja{Eta: 0.002}
	w := []float64{0.1, 0.1}
	for k := range 2000 { // inputs along (3, 4), with a little across
		s := float64(k%3 - 1)
		x := []float64{3*s - 0.04*float64(k%2), 4*s + 0.03*float64(k%2)}
		oja.Update(w, x, w[0]*x[0]+w[1]*x[1])
	}
	fmt.Printf("%.1f %.1f\n", w[0], w[1])
	// Output: 0.6 0.8
}
