package neurons

import "github.com/glia-sim/glia/sim"

// LIFExpSingle is LIFExp with one synaptic current for weights of both signs, for networks whose excitatory and
// inhibitory currents decay alike: the sum of two such currents follows the same equation, and one of them
// takes half of the memory and of the time.
//
//	dV/dt = -(V - EL)/TauM + (Isyn + I + IE)/C
//	dIsyn/dt = -Isyn/TauSyn + Σ w δ(t - arrival)
//	V >= VTh:  spike, V = VReset for TRef, while the current goes on
//
//	V     membrane potential [mV]
//	Isyn  synaptic current [pA]
//	w     weight: the jump of the current when a spike arrives [pA], of either sign
//	I     current, constant during a step [pA]
//
// It is integrated exactly. Spike times are those of LIFExp with TauEx = TauIn but for the rounding of the
// sum. NEST's iaf_psc_exp with equal time constants is this neuron.
//
// Receptors: "syn" (weights in pA) and sim.Current (pA). Variables: V, Isyn.
type LIFExpSingle struct {
	C      float64 // membrane capacitance [pF]
	TauM   float64 // membrane time constant [ms]
	TauSyn float64 // decay time of the synaptic current [ms]
	TRef   float64 // refractory time [ms], rounded to steps
	EL     float64 // resting potential [mV]; V starts here
	VTh    float64 // threshold [mV]
	VReset float64 // potential after a spike [mV]
	IE     float64 // constant current [pA]
}

// DefaultLIFExpSingle gives the values of DefaultLIFExp.
func DefaultLIFExpSingle() LIFExpSingle {
	return LIFExpSingle{C: 250, TauM: 10, TauSyn: 2, TRef: 2, EL: -70, VTh: -55, VReset: -70}
}

// Validate names the first parameter out of range.
func (m LIFExpSingle) Validate() error {
	p := params{model: "LIFExpSingle"}
	membrane(&p, m.C, m.TauM, m.TRef, m.EL, m.VTh, m.VReset, m.IE)
	p.positive("TauSyn", m.TauSyn, "ms")
	return p.err
}

// Receptors lists "syn" and sim.Current.
func (LIFExpSingle) Receptors() []string { return []string{"syn", sim.Current} }

// NewBlock makes neurons at rest.
func (m LIFExpSingle) NewBlock(b sim.BlockSpec) (sim.Block, error) {
	h := b.Clock.DT
	l := &lifExpSingle{LIFExpSingle: m, v: make([]float64, b.N), i: make([]float64, b.N),
		crossed: make([]int32, b.N/8),
		ref:     newRefractory(b.N, steps(b.Clock, m.TRef)),
		constants: lifSingleConstants{steady(m.EL, m.TauM, m.C, m.IE), leak(h, m.TauM),
			fromExponential(h, m.TauSyn, m.TauM, m.C), fromConstant(h, m.TauM, m.C), leak(h, m.TauSyn), m.VTh}}
	l.Reset(b.Key)
	return l, nil
}

type lifExpSingle struct {
	LIFExpSingle
	constants lifSingleConstants
	v, i      []float64
	crossed   []int32 // room for what the loop finds at or above threshold
	ref       refractory
}

// Accumulates lists the synaptic current.
func (l *lifExpSingle) Accumulates() []sim.Accumulated {
	return []sim.Accumulated{{Values: &l.i}, {}}
}

// lifSingleConstants are what a step does to the state, in the order in which the assembly finds it.
type lifSingleConstants struct {
	rest      float64 // V that the constant current leads to [mV]
	leak      float64 // V - rest to itself
	toV       float64 // synaptic current to V [mV/pA]
	current   float64 // constant current to V [mV/pA]
	decay     float64 // synaptic current to itself
	threshold float64 // mV
}

func (l *lifExpSingle) Variables() []sim.Variable {
	return []sim.Variable{{Name: "V", Unit: "mV", Values: l.v}, {Name: "Isyn", Unit: "pA", Values: l.i}}
}

func (l *lifExpSingle) Reset(sim.Key) {
	fill(l.v, l.EL)
	clear(l.i)
	l.ref.reset()
}

func (l *lifExpSingle) State(c *sim.Codec) {
	c.PerNeuron(l.v, l.i)
	l.ref.state(c)
}

// ClearsInput marks that Step does.
func (l *lifExpSingle) ClearsInput() {}

func (l *lifExpSingle) Step(t sim.Tick, in [][]float64, spikes []int32) []int32 {
	first := len(spikes)
	flush(t, l.i)
	spikes = lifSingleAdvance(l.v, l.i, in[1], &l.constants, l.crossed, spikes)
	arrive(l.i, in[0])
	clear(in[1])
	return l.ref.settle(t, l.v, l.VReset, spikes, first)
}

// lifSingleGo advances neurons by a step and lists those at or above threshold, counted from first; cur is nil
// where there is no current.
func lifSingleGo(v, i, cur []float64, c *lifSingleConstants, first int, spikes []int32) []int32 {
	i = i[:len(v)]
	for k := range v {
		x := float64(c.leak*(v[k]-c.rest)) + float64(c.toV*i[k])
		if cur != nil {
			x += float64(c.current * cur[k])
		}
		x += c.rest
		v[k] = x
		i[k] *= c.decay
		if x >= c.threshold {
			spikes = append(spikes, int32(first+k))
		}
	}
	return spikes
}
