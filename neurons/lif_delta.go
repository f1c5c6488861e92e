package neurons

import "github.com/glia-sim/glia/sim"

// LIFDelta is the leaky integrate-and-fire neuron with delta synapses, integrated exactly:
//
//	dV/dt = -(V - EL)/TauM + (I + IE)/C + Σ w δ(t - arrival)
//	V >= VTh:  spike, V = VReset for TRef
//
//	V        membrane potential [mV]
//	w        weight: the jump of V when a spike arrives [mV]
//	I        current, constant during a step [pA]
//
// A spike that arrives at t is contained in V(t). Spikes that arrive during the refractory time,
// its last step included, are lost. This is NEST's iaf_psc_delta (Diesmann, Gewaltig, Rotter and
// Aertsen 2001), without its lower bound of V and without refractory_input.
//
// Receptors: "v" (weights in mV) and sim.Current (pA). Variable: V.
type LIFDelta struct {
	C      float64 // membrane capacitance [pF]
	TauM   float64 // membrane time constant [ms]
	TRef   float64 // refractory time [ms], rounded to steps
	EL     float64 // resting potential [mV]; V starts here
	VTh    float64 // threshold [mV]
	VReset float64 // potential after a spike [mV]
	IE     float64 // constant current [pA]
}

// DefaultLIFDelta gives the values of NEST's iaf_psc_delta.
func DefaultLIFDelta() LIFDelta {
	return LIFDelta{C: 250, TauM: 10, TRef: 2, EL: -70, VTh: -55, VReset: -70}
}

// Validate names the first parameter out of range.
func (m LIFDelta) Validate() error {
	p := params{model: "LIFDelta"}
	membrane(&p, m.C, m.TauM, m.TRef, m.EL, m.VTh, m.VReset, m.IE)
	return p.err
}

// membrane checks the parameters that all current-based LIF models share.
func membrane(p *params, c, tauM, tRef, el, vTh, vReset, ie float64) {
	p.positive("C", c, "pF")
	p.positive("TauM", tauM, "ms")
	p.notNegative("TRef", tRef, "ms")
	p.finite("EL", el, "mV")
	p.finite("VTh", vTh, "mV")
	p.finite("VReset", vReset, "mV")
	p.below("VReset", vReset, "VTh", vTh, "mV")
	p.finite("IE", ie, "pA")
}

// Receptors lists "v" and sim.Current.
func (LIFDelta) Receptors() []string { return []string{"v", sim.Current} }

// NewBlock makes neurons at rest.
func (m LIFDelta) NewBlock(b sim.BlockSpec) (sim.Block, error) {
	h := b.Clock.DT
	l := &lifDelta{LIFDelta: m,
		steady:  steady(m.EL, m.TauM, m.C, m.IE),
		leak:    leak(h, m.TauM),
		current: fromConstant(h, m.TauM, m.C),
		v:       make([]float64, b.N),
		crossed: make([]int32, b.N/8),
		ref:     newRefractory(b.N, steps(b.Clock, m.TRef)),
	}
	l.Reset(b.Key)
	return l, nil
}

type lifDelta struct {
	LIFDelta
	steady  float64 // V that the constant current leads to [mV]
	leak    float64 // propagator of V - steady
	current float64 // propagator from current to V [mV/pA]
	v       []float64
	crossed []int32 // room for what the loop finds at or above threshold
	ref     refractory
}

func (l *lifDelta) Variables() []sim.Variable {
	return []sim.Variable{{Name: "V", Unit: "mV", Values: l.v}}
}

func (l *lifDelta) Reset(sim.Key) {
	fill(l.v, l.EL)
	l.ref.reset()
}

func (l *lifDelta) State(c *sim.Codec) {
	c.PerNeuron(l.v)
	l.ref.state(c)
}

func fill(values []float64, x float64) {
	for i := range values {
		values[i] = x
	}
}

// ClearsInput marks that Step does.
func (l *lifDelta) ClearsInput() {}

func (l *lifDelta) Step(t sim.Tick, in [][]float64, spikes []int32) []int32 {
	first := len(spikes)
	c := lifDeltaConstants{l.steady, l.leak, l.current, l.VTh}
	spikes = lifDeltaAdvance(l.v, in[0], in[1], &c, l.crossed, spikes)
	clear(in[1])
	return l.ref.settle(t, l.v, l.VReset, spikes, first)
}

// lifDeltaConstants are the constants of the loop, in the order in which the assembly finds them.
type lifDeltaConstants struct {
	rest, leak, current, threshold float64
}

// lifDeltaGo advances the neurons by a step, clears w and lists those at or above threshold, counted from first. w
// and cur are nil where nothing is connected.
func lifDeltaGo(v, w, cur []float64, c *lifDeltaConstants, first int, spikes []int32) []int32 {
	k := *c
	for i := range v {
		x := float64(k.leak * (v[i] - k.rest))
		if cur != nil {
			x += float64(k.current * cur[i])
		}
		if w != nil {
			x += w[i]
			w[i] = 0
		}
		x += k.rest
		v[i] = x
		if x >= k.threshold {
			spikes = append(spikes, int32(first+i))
		}
	}
	return spikes
}
