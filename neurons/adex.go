package neurons

import (
	"math"

	"github.com/glia-sim/glia/sim"
)

// AdEx is the adaptive exponential integrate-and-fire neuron of Brette and Gerstner 2005:
//
//	C dV/dt    = -GL (V - EL) + GL DeltaT exp((V - VT)/DeltaT) - w + Isyn + I + IE
//	TauW dw/dt = A (V - EL) - w
//	V >= VPeak:  spike, V = VReset, w = w + B
//	Isyn       = gex (EEx - V) + gin (EIn - V), or Iex + Iin with CurrentSynapses
//
//	V        membrane potential [mV]
//	w        adaptation current [pA]
//	gex, gin conductances [nS], or Iex, Iin currents [pA], that decay with TauEx, TauIn
//	I        current, constant during a step [pA]
//
// A spike that arrives at t is contained in gex(t) and moves V from the next step on. With conductances
// the sum of the weights that arrive at "in" counts by its magnitude, as in LIFCond.
//
// Methods. With RK4 the upstroke, which no fixed step can follow, is solved in closed form: a neuron that
// reaches the peak within a substep starts again at that instant, and spikes at the step's end; this is
// what NEST's aeif_cond_exp finds by adaptive steps. With Euler the peak is tested, and V and w are
// reset, at the end of each substep, as in Brian. After a spike V is held for TRef while w goes on.
//
// With CurrentSynapses, or without synapses, this is the form of Naud, Marcille, Clopath and Gerstner
// 2008.
//
// Receptors: "ex", "in" (weights in nS, or pA) and sim.Current (pA). Variables: V, w, gex, gin; with
// CurrentSynapses V, w, Iex, Iin.
type AdEx struct {
	C               float64 // membrane capacitance [pF]
	GL              float64 // leak conductance [nS]
	EL              float64 // leak reversal potential [mV]; V starts here, w at 0
	VT              float64 // potential at which the spike sets in [mV]
	DeltaT          float64 // sharpness of the onset [mV]
	A               float64 // subthreshold adaptation [nS]
	B               float64 // adaptation per spike [pA]
	TauW            float64 // time constant of the adaptation [ms]
	VReset          float64 // potential after a spike [mV]
	VPeak           float64 // cut-off of the spike [mV]
	TRef            float64 // refractory time [ms], rounded to steps
	TauEx           float64 // decay time at "ex" [ms]
	TauIn           float64 // decay time at "in" [ms]
	EEx             float64 // reversal potential of "ex" [mV]
	EIn             float64 // reversal potential of "in" [mV]
	IE              float64 // constant current [pA]
	CurrentSynapses bool    // weights are currents instead of conductances
	Method          Method  // RK4 or Euler
	Substeps        int     // parts into which the method cuts a step; 0 means 1
}

// DefaultAdEx gives the values of NEST's aeif_cond_exp, those of Brette and Gerstner 2005, advanced by
// RK4 in two substeps.
func DefaultAdEx() AdEx {
	return AdEx{C: 281, GL: 30, EL: -70.6, VT: -50.4, DeltaT: 2, A: 4, B: 80.5, TauW: 144, VReset: -60, VPeak: 0,
		TauEx: 0.2, TauIn: 2, EEx: 0, EIn: -85, Method: RK4, Substeps: 2}
}

// Validate names the first parameter out of range.
func (m AdEx) Validate() error {
	p := params{model: "AdEx"}
	p.positive("C", m.C, "pF")
	p.positive("GL", m.GL, "nS")
	p.finite("EL", m.EL, "mV")
	p.finite("VT", m.VT, "mV")
	p.positive("DeltaT", m.DeltaT, "mV")
	p.finite("A", m.A, "nS")
	p.finite("B", m.B, "pA")
	p.positive("TauW", m.TauW, "ms")
	p.finite("VReset", m.VReset, "mV")
	p.finite("VPeak", m.VPeak, "mV")
	p.below("VReset", m.VReset, "VPeak", m.VPeak, "mV")
	if (m.VPeak-m.VT)/m.DeltaT > 500 {
		p.complain("VPeak", m.VPeak, "mV", "at most 500 DeltaT above VT, so that the exponential stays finite")
	}
	p.notNegative("TRef", m.TRef, "ms")
	p.positive("TauEx", m.TauEx, "ms")
	p.positive("TauIn", m.TauIn, "ms")
	p.finite("EEx", m.EEx, "mV")
	p.finite("EIn", m.EIn, "mV")
	p.finite("IE", m.IE, "pA")
	p.method(m.Method, RK4, Euler)
	p.substeps(m.Substeps)
	return p.err
}

// Receptors lists "ex", "in" and sim.Current.
func (AdEx) Receptors() []string { return []string{"ex", "in", sim.Current} }

// NewBlock makes neurons at rest.
func (m AdEx) NewBlock(b sim.BlockSpec) (sim.Block, error) {
	m.Substeps = max(1, m.Substeps)
	h := b.Clock.DT / float64(m.Substeps)
	a := &adEx{AdEx: m, h: h, refTicks: steps(b.Clock, m.TRef),
		halfEx: leak(h/2, m.TauEx), halfIn: leak(h/2, m.TauIn),
		fullEx: leak(h, m.TauEx), fullIn: leak(h, m.TauIn),
		conductive: 1, pullEx: m.EEx, pullIn: m.EIn,
		onset: m.GL * m.DeltaT / m.C,
		v:     make([]float64, b.N), w: make([]float64, b.N),
		sex: make([]float64, b.N), sin: make([]float64, b.N),
		until: make([]sim.Tick, b.N),
	}
	if m.CurrentSynapses {
		a.conductive, a.pullEx, a.pullIn = 0, 1, 1
	}
	if m.Method == Euler {
		a.fullEx, a.fullIn = 1-h/m.TauEx, 1-h/m.TauIn
	}
	a.Reset(b.Key)
	return a, nil
}

type adEx struct {
	AdEx
	h              float64 // length of a substep [ms]
	refTicks       sim.Tick
	halfEx, halfIn float64 // decay of the synapses in half a substep
	fullEx, fullIn float64 // and in a whole one
	// Isyn = sex (pullEx - conductive V) + sin (pullIn - conductive V): with conductances the pulls are
	// the reversal potentials, with currents they are 1 and the dependence on V is switched off.
	conductive, pullEx, pullIn float64
	onset                      float64 // upstroke at VT [mV/ms]
	v, w, sex, sin             []float64
	until                      []sim.Tick // last tick at which V is held
}

func (a *adEx) Variables() []sim.Variable {
	s, unit := "g", "nS"
	if a.CurrentSynapses {
		s, unit = "I", "pA"
	}
	return []sim.Variable{
		{Name: "V", Unit: "mV", Values: a.v},
		{Name: "w", Unit: "pA", Values: a.w},
		{Name: s + "ex", Unit: unit, Values: a.sex},
		{Name: s + "in", Unit: unit, Values: a.sin},
	}
}

func (a *adEx) Reset(sim.Key) {
	fill(a.v, a.EL)
	clear(a.w)
	clear(a.sex)
	clear(a.sin)
	clear(a.until)
}

func (a *adEx) State(c *sim.Codec) { c.PerNeuron(a.v, a.w, a.sex, a.sin, a.until) }

func (a *adEx) Step(t sim.Tick, in [][]float64, spikes []int32) []int32 {
	flush(t, a.sex, a.sin)
	for lo := 0; lo < len(a.v); lo += chunk {
		hi := min(lo+chunk, len(a.v))
		spikes = a.advance(t, lo, hi, arriving(in, 2, lo, hi), spikes)
		a.arrive(lo, hi, arriving(in, 0, lo, hi), arriving(in, 1, lo, hi))
	}
	return spikes
}

// arrive adds the weights that arrive at the end of the step.
func (a *adEx) arrive(lo, hi int, ex, inh []float64) {
	sex := a.sex[lo:hi]
	sin, ex, inh := a.sin[lo:hi][:len(sex)], ex[:len(sex)], inh[:len(sex)]
	if a.CurrentSynapses {
		for i := range sex {
			sex[i] += ex[i]
			sin[i] += inh[i]
		}
		return
	}
	for i := range sex {
		sex[i] += ex[i]
		sin[i] += math.Abs(inh[i])
	}
}
