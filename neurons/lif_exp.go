package neurons

import "github.com/glia-sim/glia/sim"

// LIFExp is the leaky integrate-and-fire neuron with exponentially decaying synaptic currents,
// integrated exactly:
//
//	dV/dt   = -(V - EL)/TauM + (Iex + Iin + I + IE)/C
//	dIex/dt = -Iex/TauEx + Σ w δ(t - arrival),  Iin likewise with TauIn
//	V >= VTh:  spike, V = VReset for TRef, while the currents go on
//
//	V        membrane potential [mV]
//	Iex, Iin synaptic currents [pA]
//	w        weight: the jump of the current when a spike arrives [pA]; negative at "in"
//	I        current, constant during a step [pA]
//
// A spike that arrives at t is contained in Iex(t) and moves V from the next step on. This is NEST's
// iaf_psc_exp (Tsodyks, Uziel and Markram 2000; integration of Rotter and Diesmann 1999).
//
// The current-based network (CUBA) of Brette et al. 2007 writes the synaptic variables in mV:
// TauM dV/dt = (EL - V) + ge + gi. With C equal in number to TauM, a membrane resistance of 1 GΩ, a
// current in pA is that voltage in mV: C: 20, TauM: 20, TauEx: 5, TauIn: 10, EL: -49, VTh: -50,
// VReset: -60, TRef: 5, weights 1.62 and -9.
//
// Receptors: "ex", "in" (weights in pA) and sim.Current (pA). Variables: V, Iex, Iin.
type LIFExp struct {
	C      float64 // membrane capacitance [pF]
	TauM   float64 // membrane time constant [ms]
	TauEx  float64 // decay time of the current at "ex" [ms]
	TauIn  float64 // decay time of the current at "in" [ms]
	TRef   float64 // refractory time [ms], rounded to steps
	EL     float64 // resting potential [mV]; V starts here
	VTh    float64 // threshold [mV]
	VReset float64 // potential after a spike [mV]
	IE     float64 // constant current [pA]
}

// DefaultLIFExp gives the values of NEST's iaf_psc_ex
func DefaultLIFExp() LIFExp {
	return LIFExp{C: 250, TauM: 10, TauEx: 2, TauIn: 2, TRef: 2, EL: -70, VTh: -55, VReset: -70}
}

// Validate names the first parameter out of range.
func (m LIFExp) Validate() error {
	p := params{model: "LIFExp"}
	membrane(&p, m.C, m.TauM, m.TRef, m.EL, m.VTh, m.VReset, m.IE)
	p.positive("TauEx", m.TauEx, "ms")
	p.positive("TauIn", m.TauIn, "ms")
	return p.err
}

// Receptors lists "ex", "in" and sim.Current.
func (LIFExp) Receptors() []string { return []string{"ex", "in", sim.Current} }

// NewBlock makes neurons at rest.
func (m LIFExp) NewBlock(b sim.BlockSpec) (sim.Block, error) {
	l := &lifExp{LIFExp: m, lifExpStep: m.propagators(b.Clock.DT),
		v:       make([]float64, b.N),
		iex:     make([]float64, b.N),
		iin:     make([]float64, b.N),
		crossed: make([]int32, b.N/8),
		ref:     newRefractory(b.N, steps(b.Clock, m.TRef)),
	}
	l.constants = lifExpConstants{l.steady, l.leak, l.exToV, l.inToV, l.decayEx, l.decayIn, l.VTh, l.current}
	l.Reset(b.Key)
	return l, nil
}

// lifExpStep is what a step of length h does to the state.
type lifExpStep struct {
	steady           float64 // V that the constant current leads to [mV]
	leak             float64 // V - steady to itself
	current          float64 // constant current to V [mV/pA]
	exToV, inToV     float64 // synaptic currents to V [mV/pA]
	decayEx, decayIn float64 // synaptic currents to themselves
}

func (m LIFExp) propagators(h float64) lifExpStep {
	return lifExpStep{
		steady:  steady(m.EL, m.TauM, m.C, m.IE),
		leak:    leak(h, m.TauM),
		current: fromConstant(h, m.TauM, m.C),
		exToV:   fromExponential(h, m.TauEx, m.TauM, m.C),
		inToV:   fromExponential(h, m.TauIn, m.TauM, m.C),
		decayEx: leak(h, m.TauEx),
		decayIn: leak(h, m.TauIn),
	}
}

type lifExp struct {
	LIFExp
	lifExpStep
	constants   lifExpConstants
	v, iex, iin []float64
	crossed     []int32 // room for what the loop finds at or above threshold
	ref         refractory
}

// Accumulates lists the synaptic currents.
func (l *lifExp) Accumulates() []sim.Accumulated {
	return []sim.Accumulated{{Values: &l.iex}, {Values: &l.iin}, {}}
}

func (l *lifExp) Variables() []sim.Variable {
	return []sim.Variable{
		{Name: "V", Unit: "mV", Values: l.v},
		{Name: "Iex", Unit: "pA", Values: l.iex},
		{Name: "Iin", Unit: "pA", Values: l.iin},
	}
}

func (l *lifExp) Reset(sim.Key) {
	fill(l.v, l.EL)
	clear(l.iex)
	clear(l.iin)
	l.ref.reset()
}

func (l *lifExp) State(c *sim.Codec) {
	c.PerNeuron(l.v, l.iex, l.iin)
	l.ref.state(c)
}

// ClearsInput marks that Step does.
func (l *lifExp) ClearsInput() {}

func (l *lifExp) Step(t sim.Tick, in [][]float64, spikes []int32) []int32 {
	first := len(spikes)
	flush(t, l.iex, l.iin)
	spikes = lifExpAdvance(l.v, l.iex, l.iin, in[2], &l.constants, l.crossed, spikes)
	arrive(l.iex, in[0])
	arrive(l.iin, in[1])
	clear(in[2])
	return l.ref.settle(t, l.v, l.VReset, spikes, first)
}

// lifExpConstants are the constants of the loop, in the order in which the assembly finds them.
type lifExpConstants struct {
	rest, leak, exToV, inToV, decayEx, decayIn, threshold, current float64
}

// lifExpGo advances the neurons by a step and lists those at or above threshold, counted from first; cur is nil where
// there is no current.
func lifExpGo(v, iex, iin, cur []float64, c *lifExpConstants, first int, spikes []int32) []int32 {
	iex, iin = iex[:len(v)], iin[:len(v)]
	k := *c
	for i := range v {
		x := float64(k.leak*(v[i]-k.rest)) + float64(k.exToV*iex[i]) + float64(k.inToV*iin[i])
		if cur != nil {
			x += float64(k.current * cur[i])
		}
		x += k.rest
		v[i] = x
		iex[i] *= k.decayEx
		iin[i] *= k.decayIn
		if x >= k.threshold {
			spikes = append(spikes, int32(first+i))
		}
	}
	return spikes
}
