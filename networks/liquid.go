package networks

import (
	"fmt"
	"math"

	"github.com/glia-sim/glia/neurons"
	"github.com/glia-sim/glia/plasticity"
	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/synapses"
)

// Liquid is the three-dimensional liquid of the neuron-astrocyte liquid state machine: neurons on a
// grid, wired by distance, driven by one input neuron per pixel; input and liquid synapses are plastic
// by pair STDP whose weakening half an astrocyte steers.
//
// Ordered pairs i -> j of liquid neurons are joined with probability C exp(-(d/lambda)^2), C by the
// types of the two. Of all pairs of input and liquid neurons exactly the fraction InputFraction is
// joined.
//
// Source: Ivanov and Michmizos, NeurIPS 2021, and the authors' code.
type Liquid struct {
	Nx, Ny, Nz    int     // grid, spacing 1
	Inputs        int     // input neurons
	Excitatory    float64 // fraction of excitatory liquid neurons
	Lambda        float64 // length of the connection probability, in grid spacings
	CEE, CEI      float64 // C of excitatory -> excitatory, excitatory -> inhibitory
	CIE, CII      float64 // C of inhibitory -> excitatory, inhibitory -> inhibitory
	InputFraction float64 // of the input-liquid pairs that are joined
	Weight        float64 // magnitude of all weights at the start
	WMax          float64 // bound of the magnitudes under plasticity
	Neuron        neurons.LIFMap
	Learning      Learning
	Rate          float64 // amplitude of STDP, start value and bias of the astrocyte
	TauSTDP       float64 // ms
	TraceStep     float64 // what a spike adds to a trace
	TauAstrocyte  float64 // ms
	AstroWeight   float64 // w_a
	AstroClamp    bool    // keep the astrocyte's variable at or above 0
	Heard         float64 // fraction of the input neurons, and of the liquid ones, that an astrocyte listens to
	// Domains divides each axis of the grid into as many stretches: there are Domains^3 territories, and
	// in each an astrocyte that listens to the liquid neurons there and steers the synapses that end on
	// them. 1 is the published liquid with its one astrocyte.
	Domains   int
	GateRate  float64 // GatedSTDP: activity at which neither half acts [Hz]
	GateWidth float64 // GatedSTDP: range of activity above it that strengthens, and below that weakens [Hz]
	TauGate   float64 // GatedSTDP: memory of the activity [ms]
}

// Learning says what changes the weights of a liquid.
type Learning int

const (
	Static        Learning = iota // nothing
	STDP                          // both halves of STDP with the same amplitude
	AstrocyteSTDP                 // the astrocyte is the amplitude of the weakening half
	GatedSTDP                     // STDP whose halves count only near a set activity of the target
)

// DefaultLiquid gives the published liquid of edge^3 neurons.
func DefaultLiquid(edge, inputs int) Liquid {
	return Liquid{Nx: edge, Ny: edge, Nz: edge, Inputs: inputs, Excitatory: 0.8, Lambda: 3,
		CEE: 0.2, CEI: 0.1, CIE: 0.3, CII: 0.05, InputFraction: 0.15, Weight: 3, WMax: 3,
		Neuron: neurons.DefaultLIFMap(), Learning: AstrocyteSTDP,
		Rate: 0.15, TraceStep: 0.1, TauSTDP: -1 / math.Log(0.9047744745), TauAstrocyte: 100, AstroWeight: 0.015,
		Heard: 1, Domains: 1, GateRate: 37, GateWidth: 23, TauGate: 1000}
}

// Size is the number of liquid neurons.
func (l Liquid) Size() int { return l.Nx * l.Ny * l.Nz }

// LiquidNetwork is a liquid built into a network.
type LiquidNetwork struct {
	Net           *sim.Network
	Input, Liquid *sim.Population // in this order, so that input neurons have the first global ids
	Excitatory    int             // the liquid neurons 0 to Excitatory-1 are excitatory
	InputSynapses *sim.Projection
	Recurrent     []*sim.Projection // E->E, E->I, I->E, I->I
	InputSpikes   *sim.Counter
	LiquidSpikes  *sim.Counter
	// Astrocytes steer the weakening half of STDP, one per territory; with other kinds of Learning they
	// only fade. Astrocyte is the first of them, which also fades the strengthening half.
	Astrocyte  *plasticity.BalanceAstrocyte
	Astrocytes []*plasticity.BalanceAstrocyte
	// Territory of each liquid neuron: its number in Astrocytes.
	Territory []int32
}

// Begin makes the astrocytes ready for the next presentation: back to their start, all of learning
// fading by the factor fade per ms, 1 for none.
func (n *LiquidNetwork) Begin(fade float64) {
	for _, a := range n.Astrocytes {
		a.Fade = fade
		a.Reset()
	}
}

// Freeze keeps the weights as they are from now on.
func (n *LiquidNetwork) Freeze() {
	for _, a := range n.Astrocytes {
		a.Bias, a.Weight = 0, 0
		a.Reset()
	}
}

// Validate names the first field out of range.
func (l Liquid) Validate() error {
	switch {
	case l.Nx < 1 || l.Ny < 1 || l.Nz < 1:
		return fmt.Errorf("Liquid: the grid is %d x %d x %d: want edges of 1 or more", l.Nx, l.Ny, l.Nz)
	case l.Inputs < 1:
		return fmt.Errorf("Liquid.Inputs is %d: want 1 or more", l.Inputs)
	case !(l.Excitatory > 0 && l.Excitatory < 1):
		return fmt.Errorf("Liquid.Excitatory is %g: want a fraction between 0 and 1", l.Excitatory)
	case !(l.InputFraction > 0 && l.InputFraction <= 1):
		return fmt.Errorf("Liquid.InputFraction is %g: want more than 0 and at most 1", l.InputFraction)
	case !(l.Weight >= 0) || !(l.WMax > 0) || l.Weight > l.WMax && l.Learning != Static:
		return fmt.Errorf("Liquid.Weight is %g and WMax %g: want 0 <= Weight <= WMax", l.Weight, l.WMax)
	case !(l.Heard > 0 && l.Heard <= 1):
		return fmt.Errorf("Liquid.Heard is %g: want a fraction above 0 and at most 1", l.Heard)
	case l.Domains < 1 || l.Domains > min(l.Nx, l.Ny, l.Nz):
		return fmt.Errorf("Liquid.Domains is %d: want 1 to %d, the shortest edge of the grid", l.Domains, min(l.Nx, l.Ny, l.Nz))
	}
	return nil
}

// Build describes the liquid to a network with a resolution of 1 ms. The input device drives the
// sim.Current of the input neurons.
func (l Liquid) Build(seed uint64, workers int, input sim.Input) (*LiquidNetwork, error) {
	return l.build(seed, workers, input, l.Domains > 1)
}

// build uses, with perTarget, the rule for several domains even where there is only one.
func (l Liquid) build(seed uint64, workers int, input sim.Input, perTarget bool) (*LiquidNetwork, error) {
	if err := l.Validate(); err != nil {
		return nil, err
	}
	at, err := synapses.Grid3D(l.Nx, l.Ny, l.Nz, 1)
	if err != nil {
		return nil, err
	}
	synapses.Shuffle(at, sim.NewKey(seed, "positions of liquid"))
	net := sim.New(sim.Options{Seed: seed, DT: 1, Workers: workers})
	n := &LiquidNetwork{Net: net}
	n.Input = net.Populate("input", l.Inputs, l.Neuron)
	n.Liquid = net.Populate("liquid", l.Size(), l.Neuron).At(at)
	n.Excitatory = int(math.Round(l.Excitatory * float64(l.Size())))
	exc, inh := n.Liquid.Range(0, n.Excitatory), n.Liquid.Range(n.Excitatory, l.Size())
	net.Drive(n.Input, sim.Current, input)
	n.InputSpikes, n.LiquidSpikes = net.CountSpikes(n.Input), net.CountSpikes(n.Liquid)

	n.listen(l, seed, at)
	syn := func(name string, w sim.Distribution, wmin, wmax float64, inhibits bool) sim.Synapse {
		s := sim.Synapse{Name: name, Weight: w, Receptor: "syn", Release: synapses.RestartingKernel{Tau: l.Neuron.TauI}}
		if l.Learning != Static {
			s.Plasticity = n.rule(l, wmin, wmax, inhibits, perTarget)
			s.Backpropagation, s.DeliverFirst = sim.Emission, true
		}
		return s
	}
	sign := synapses.Choice{Values: []float64{l.Weight, -l.Weight}}
	n.InputSynapses = net.Connect(n.Input, n.Liquid,
		synapses.FixedTotal{N: int(l.InputFraction * float64(l.Size()) * float64(l.Inputs)), Multapses: synapses.Forbidden},
		syn("input->liquid", sign, -l.WMax, l.WMax, false))
	for _, k := range []struct {
		name     string
		from, to sim.Group
		c        float64
		inhibits bool
	}{{"E->E", exc, exc, l.CEE, false}, {"E->I", exc, inh, l.CEI, false}, {"I->E", inh, exc, l.CIE, true}, {"I->I", inh, inh, l.CII, true}} {
		s := syn(k.name, sim.Constant(l.Weight), 0, l.WMax, false)
		if k.inhibits {
			s = syn(k.name, sim.Constant(-l.Weight), -l.WMax, 0, true)
		}
		n.Recurrent = append(n.Recurrent, net.Connect(k.from, k.to,
			synapses.DistanceDependent{Kernel: synapses.Gaussian{C: k.c, Lambda: l.Lambda}, Autapses: synapses.Forbidden}, s))
	}
	return n, net.Err()
}
