package networks

import (
	"fmt"

	"github.com/glia-sim/glia/neurons"
	"github.com/glia-sim/glia/plasticity"
	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/synapses"
)

// HPCBenchmark is a Brunel network whose synapses between excitatory neurons are plastic, for measuring what
// plasticity costs: the idea of NEST's hpc_benchmark (A. Morrison, A. Aertsen and M. Diesmann,
// "Spike-timing-dependent plasticity in balanced random networks", Neural Comput. 19, 1437-1467, 2007; S.
// Kunkel et al., Front. Neuroinform. 8, 78, 2014), with delta synapses and pair STDP:
//
//	target fires:  w += Lambda (WMax - w) x
//	source fires:  w -= Alpha Lambda w y
//
//	x, y   traces of the source's and the target's spikes, Tau ms
//	WMax   2 J; all weights start at J
//
// The delay counts as dendritic. All else is as in Brunel. Weights drift from J with the time simulated,
// and the rates with them.
type HPCBenchmark struct {
	Brunel
	Lambda float64 // rate of learning
	Alpha  float64 // weakening over strengthening
	Tau    float64 // of both traces [ms]
}

// DefaultHPCBenchmark gives the network of 12 500 neurons in the asynchronous irregular regime (g 5, eta 2,
// reset at 0 mV as in NEST's examples), ten of its 15.6 million synapses plastic.
func DefaultHPCBenchmark() HPCBenchmark {
	h := HPCBenchmark{Brunel: DefaultBrunel(BrunelRegimes[0]), Lambda: 1e-3, Alpha: 1.05, Tau: 20}
	h.VReset = 0
	return h
}

// Scaled gives the network with another number of neurons, as Brunel.Scaled does.
func (h HPCBenchmark) Scaled(size int) HPCBenchmark {
	h.Brunel = h.Brunel.Scaled(size)
	return h
}

// HPCBenchmarkNetwork is the network built.
type HPCBenchmarkNetwork struct {
	BrunelNetwork
	Plastic *sim.Projection // E->E
}

// Build describes the network.
func (h HPCBenchmark) Build(opt sim.Options) (*HPCBenchmarkNetwork, error) {
	switch {
	case h.CE < 1 || h.CI < 1:
		return nil, fmt.Errorf("HPCBenchmark: %d and %d neurons give %d and %d inputs: want at least one of each (50 neurons or more)", h.NE, h.NI, h.CE, h.CI)
	case !(h.Lambda >= 0):
		return nil, fmt.Errorf("HPCBenchmark.Lambda is %g: want 0 or more", h.Lambda)
	case !(h.Alpha >= 0):
		return nil, fmt.Errorf("HPCBenchmark.Alpha is %g: want 0 or more", h.Alpha)
	}
	net := sim.New(opt)
	model := neurons.DefaultLIFDelta()
	model.TauM, model.TRef, model.EL, model.VTh, model.VReset = h.TauM, h.TRef, 0, h.Theta, h.VReset
	n := &HPCBenchmarkNetwork{BrunelNetwork: BrunelNetwork{Net: net, E: net.Populate("E", h.NE, model), I: net.Populate("I", h.NI, model)}}
	wmax := 2 * h.J
	stdp := plasticity.PairSTDP{APlus: h.Lambda * wmax, AMinus: h.Alpha * h.Lambda * wmax,
		TauPlus: h.Tau, TauMinus: h.Tau, WMax: wmax, Dependence: plasticity.Multiplicative}
	excite := sim.Synapse{Weight: sim.Constant(h.J), Delay: sim.Constant(h.Delay), Receptor: "v"}
	learn, inhibit := excite, excite
	learn.Plasticity = stdp
	inhibit.Weight = sim.Constant(-h.G * h.J)
	// In the order of Brunel.Build, so that both networks are wired alike under one seed.
	for _, target := range []*sim.Population{n.E, n.I} {
		net.Drive(target, "v", neurons.PoissonDrive{Rate: h.ExternalRate(), Weight: h.J, Delay: h.Delay})
		if target == n.E {
			n.Plastic = net.Connect(n.E, target, synapses.FixedInDegree{K: h.CE}, learn)
		} else {
			net.Connect(n.E, target, synapses.FixedInDegree{K: h.CE}, excite)
		}
		net.Connect(n.I, target, synapses.FixedInDegree{K: h.CI}, inhibit)
	}
	return n, net.Err()
}
