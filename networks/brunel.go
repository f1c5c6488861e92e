package networks

import (
	"fmt"

	"github.com/glia-sim/glia/neurons"
	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/synapses"
)

// Brunel is the sparsely connected random network of excitatory and inhibitory integrate-and-fire
// neurons of N. Brunel, "Dynamics of sparsely connected networks of excitatory and inhibitory spiking
// neurons", J. Comput. Neurosci. 8, 183-208 (2000), model A: both kinds of neuron are alike, delta
// synapses of amplitude J (excitatory) and -G J, all delays equal, and to each neuron its own Poisson
// train of rate Eta times the rate that would hold the mean at threshold.
//
// Each neuron gets exactly CE excitatory and CI inhibitory inputs, drawn with replacement.
type Brunel struct {
	NE, NI int
	CE, CI int     // inputs of each neuron
	J      float64 // amplitude of an excitatory synapse [mV]
	G      float64 // relative strength of inhibition
	Eta    float64 // external rate in units of the threshold rate
	TauM   float64 // ms
	TRef   float64 // ms
	Theta  float64 // threshold [mV], rest is 0
	VReset float64 // mV: 10 in the paper, 0 in NEST's example
	Delay  float64 // ms, of recurrent and external spikes
}

// BrunelRegime is a point of the published phase diagram.
type BrunelRegime struct {
	Name, Meaning string
	G, Eta        float64
}

// BrunelRegimes are the four states of figure 8 of the paper.
var BrunelRegimes = []BrunelRegime{
	{"AI", "asynchronous irregular", 5, 2},
	{"SR", "synchronous regular", 3, 2},
	{"SI-fast", "synchronous irregular, fast oscillation", 6, 4},
	{"SI-slow", "synchronous irregular, slow oscillation", 4.5, 0.9},
}

// DefaultBrunel gives the network of the paper in a regime: 10 000 excitatory and 2500 inhibitory
// neurons with 1000 and 250 inputs.
func DefaultBrunel(r BrunelRegime) Brunel {
	return Brunel{NE: 10000, NI: 2500, CE: 1000, CI: 250, J: 0.1, G: r.G, Eta: r.Eta,
		TauM: 20, TRef: 2, Theta: 20, VReset: 10, Delay: 1.5}
}

// Scaled gives the network with other numbers of neurons, a fifth of them inhibitory, and inputs in
// proportion, so that the connection probability of 0.1 stays.
func (b Brunel) Scaled(neurons int) Brunel {
	b.NI = neurons / 5
	b.NE = neurons - b.NI
	b.CE, b.CI = b.NE/10, b.NI/10
	return b
}

// ExternalRate is the rate of the Poisson train of each neuron [Hz]: Eta times theta/(J CE tau), per
// synapse, times CE.
func (b Brunel) ExternalRate() float64 { return b.Eta * b.Theta / (b.J * b.TauM) * 1000 }

// BrunelNetwork is the network built.
type BrunelNetwork struct {
	Net  *sim.Network
	E, I *sim.Population
}

// Build describes the network.
func (b Brunel) Build(opt sim.Options) (*BrunelNetwork, error) {
	if b.CE < 1 || b.CI < 1 {
		return nil, fmt.Errorf("Brunel: %d and %d neurons give %d and %d inputs: want at least one of each (50 neurons or more)", b.NE, b.NI, b.CE, b.CI)
	}
	net := sim.New(opt)
	model := neurons.DefaultLIFDelta()
	model.TauM, model.TRef, model.EL, model.VTh, model.VReset = b.TauM, b.TRef, 0, b.Theta, b.VReset
	n := &BrunelNetwork{Net: net, E: net.Populate("E", b.NE, model), I: net.Populate("I", b.NI, model)}
	for _, target := range []*sim.Population{n.E, n.I} {
		net.Drive(target, "v", neurons.PoissonDrive{Rate: b.ExternalRate(), Weight: b.J, Delay: b.Delay})
		for _, k := range []struct {
			source *sim.Population
			inputs int
			w      float64
		}{{n.E, b.CE, b.J}, {n.I, b.CI, -b.G * b.J}} {
			net.Connect(k.source, target, synapses.FixedInDegree{K: k.inputs},
				sim.Synapse{Weight: sim.Constant(k.w), Delay: sim.Constant(b.Delay), Receptor: "v"})
		}
	}
	return n, net.Err()
}
