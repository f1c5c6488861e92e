package networks

import (
	"github.com/glia-sim/glia/neurons"
	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/synapses"
)

// Izhikevich2003 is the network of E. M. Izhikevich, "Simple model of spiking neurons", IEEE
// Transactions on Neural Networks 14, 1569-1572 (2003): every neuron is joined to every other, weights
// are uniform random currents that last one step of 1 ms, and thalamic input is Gaussian noise drawn
// anew each step. Excitatory cells range from regular spiking to chattering, inhibitory ones from
// fast spiking to low-threshold spiking.
type Izhikevich2003 struct {
	NE, NI         int
	WE, WI         float64 // largest weight: uniform in [0, WE], and in [-WI, 0]
	NoiseE, NoiseI float64 // standard deviation of the thalamic current
}

// DefaultIzhikevich2003 gives the published 800 and 200 neurons.
func DefaultIzhikevich2003() Izhikevich2003 {
	return Izhikevich2003{NE: 800, NI: 200, WE: 0.5, WI: 1, NoiseE: 5, NoiseI: 2}
}

// Scaled gives the network with other numbers of neurons, a fifth of them inhibitory, and weights that
// keep the mean total input.
func (z Izhikevich2003) Scaled(neurons int) Izhikevich2003 {
	f := float64(z.NE+z.NI) / float64(neurons)
	z.NI = neurons / 5
	z.NE = neurons - z.NI
	z.WE, z.WI = z.WE*f, z.WI*f
	return z
}

// Izhikevich2003Network is the network built.
type Izhikevich2003Network struct {
	Net  *sim.Network
	E, I *sim.Population
}

// Build describes the network with its own resolution of 1 ms and the published scheme.
func (z Izhikevich2003) Build(seed uint64, workers int) (*Izhikevich2003Network, error) {
	net := sim.New(sim.Options{Seed: seed, DT: 1, Workers: workers})
	// One draw r per neuron, uniform in [0, 1), sets its parameters.
	r := func(population string, i int) float64 {
		return sim.NewKey(seed, "cell type of "+population).Draws(0).Float64(uint64(i))
	}
	model := neurons.DefaultIzhikevich()
	model.Method = neurons.HalfSteps
	exc, inh := model, model
	exc.PerNeuron = func(i int) neurons.IzhikevichSet {
		x := r("E", i)
		return neurons.IzhikevichSet{A: 0.02, B: 0.2, C: -65 + 15*x*x, D: 8 - 6*x*x}
	}
	inh.PerNeuron = func(i int) neurons.IzhikevichSet {
		x := r("I", i)
		return neurons.IzhikevichSet{A: 0.02 + 0.08*x, B: 0.25 - 0.05*x, C: -65, D: 2}
	}
	n := &Izhikevich2003Network{Net: net, E: net.Populate("E", z.NE, exc), I: net.Populate("I", z.NI, inh)}
	net.Drive(n.E, sim.Current, neurons.NoiseCurrent{SD: z.NoiseE, Interval: 1})
	net.Drive(n.I, sim.Current, neurons.NoiseCurrent{SD: z.NoiseI, Interval: 1})
	for _, target := range []*sim.Population{n.E, n.I} {
		syn := sim.Synapse{Receptor: sim.Current, Delay: sim.Constant(1)}
		syn.Weight = synapses.Uniform{Lo: 0, Hi: z.WE}
		net.Connect(n.E, target, synapses.AllToAll{}, syn)
		syn.Weight = synapses.Uniform{Lo: -z.WI, Hi: 0}
		net.Connect(n.I, target, synapses.AllToAll{}, syn)
	}
	return n, net.Err()
}
