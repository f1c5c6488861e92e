package neurons

import (
	"math"

	"github.com/glia-sim/glia/sim"
)

// LIFAlpha is the leaky integrate-and-fire neuron with synaptic currents shaped as alpha functions,
// integrated exactly:
//
//	dV/dt  = -(V - EL)/TauM + (Iex + Iin + I + IE)/C
//	Iex(t) = Σ w e s/TauEx exp(-s/TauEx),  s = t - arrival;  Iin likewise with TauIn
//	V >= VTh:  spike, V = VReset for TRef, while the currents go on
//
//	V          membrane potential [mV]
//	Iex, Iin   synaptic currents [pA]
//	dIex, dIin their auxiliary variables: dI/dt = dI - I/Tau [pA/ms]
//	w          weight: the peak of the current that one spike causes, Tau after its arrival [pA]
//	I          current, constant during a step [pA]
//
// A spike that arrives at t is contained in dIex(t). This is NEST's iaf_psc_alpha (Diesmann,
// Gewaltig, Rotter and Aertsen 2001; integration of Rotter and Diesmann 1999).
//
// Receptors: "ex", "in" (weights in pA) and sim.Current (pA). Variables: V, Iex, Iin, dIex, dIin.
type LIFAlpha struct {
	C      float64 // membrane capacitance [pF]
	TauM   float64 // membrane time constant [ms]
	TauEx  float64 // rise time of the current at "ex" [ms]
	TauIn  float64 // rise time of the current at "in" [ms]
	TRef   float64 // refractory time [ms], rounded to steps
	EL     float64 // resting potential [mV]; V starts here
	VTh    float64 // threshold [mV]
	VReset float64 // potential after a spike [mV]
	IE     float64 // constant current [pA]
}

// DefaultLIFAlpha gives the values of NEST's iaf_psc_alpha.
func DefaultLIFAlpha() LIFAlpha {
	return LIFAlpha{C: 250, TauM: 10, TauEx: 2, TauIn: 2, TRef: 2, EL: -70, VTh: -55, VReset: -70}
}

// Validate names the first parameter out of range.
func (m LIFAlpha) Validate() error {
	p := params{model: "LIFAlpha"}
	membrane(&p, m.C, m.TauM, m.TRef, m.EL, m.VTh, m.VReset, m.IE)
	p.positive("TauEx", m.TauEx, "ms")
	p.positive("TauIn", m.TauIn, "ms")
	return p.err
}

// Receptors lists "ex", "in" and sim.Current.
func (LIFAlpha) Receptors() []string { return []string{"ex", "in", sim.Current} }

// NewBlock makes neurons at rest.
func (m LIFAlpha) NewBlock(b sim.BlockSpec) (sim.Block, error) {
	h := b.Clock.DT
	l := &lifAlpha{LIFAlpha: m,
		steady:  steady(m.EL, m.TauM, m.C, m.IE),
		leak:    leak(h, m.TauM),
		current: fromConstant(h, m.TauM, m.C),
		ex:      newAlphaCurrent(b.N, h, m.TauEx, m.TauM, m.C),
		in:      newAlphaCurrent(b.N, h, m.TauIn, m.TauM, m.C),
		v:       make([]float64, b.N),
		ref:     newRefractory(b.N, steps(b.Clock, m.TRef)),
	}
	l.Reset(b.Key)
	return l, nil
}

// alphaCurrent is the synaptic current of one receptor.
type alphaCurrent struct {
	alphaStep
	i, aux []float64
}

// alphaStep is what a step does to a synaptic current and to V through it.
type alphaStep struct {
	onset  float64 // jump of the auxiliary variable per weight: e/Tau [1/ms]
	decay  float64 // of both variables
	toI    float64 // auxiliary variable to current [ms]
	toV    float64 // current to V [mV/pA]
	auxToV float64 // auxiliary variable to V [mV ms/pA]
}

func newAlphaCurrent(n int, h, tauSyn, tauM, c float64) alphaCurrent {
	return alphaCurrent{
		alphaStep: alphaStep{
			onset:  math.E / tauSyn,
			decay:  leak(h, tauSyn),
			toI:    h * leak(h, tauSyn),
			toV:    fromExponential(h, tauSyn, tauM, c),
			auxToV: fromAlpha(h, tauSyn, tauM, c),
		},
		i:   make([]float64, n),
		aux: make([]float64, n),
	}
}

type lifAlpha struct {
	LIFAlpha
	steady  float64 // V that the constant current leads to [mV]
	leak    float64 // propagator of V - steady
	current float64 // propagator from constant current to V [mV/pA]
	ex, in  alphaCurrent
	v       []float64
	ref     refractory
}

func (l *lifAlpha) Variables() []sim.Variable {
	return []sim.Variable{
		{Name: "V", Unit: "mV", Values: l.v},
		{Name: "Iex", Unit: "pA", Values: l.ex.i},
		{Name: "Iin", Unit: "pA", Values: l.in.i},
		{Name: "dIex", Unit: "pA/ms", Values: l.ex.aux},
		{Name: "dIin", Unit: "pA/ms", Values: l.in.aux},
	}
}

func (l *lifAlpha) Reset(sim.Key) {
	fill(l.v, l.EL)
	for _, s := range [][]float64{l.ex.i, l.ex.aux, l.in.i, l.in.aux} {
		clear(s)
	}
	l.ref.reset()
}

func (l *lifAlpha) State(c *sim.Codec) {
	c.PerNeuron(l.v, l.ex.i, l.ex.aux, l.in.i, l.in.aux)
	l.ref.state(c)
}

func (l *lifAlpha) Step(t sim.Tick, in [][]float64, spikes []int32) []int32 {
	flush(t, l.ex.i, l.ex.aux, l.in.i, l.in.aux)
	first := len(spikes)
	for lo := 0; lo < len(l.v); lo += chunk {
		hi := min(lo+chunk, len(l.v))
		spikes = l.advance(lo, hi, arriving(in, 0, lo, hi), arriving(in, 1, lo, hi), arriving(in, 2, lo, hi), spikes)
	}
	return l.ref.settle(t, l.v, l.VReset, spikes, first)
}

func (l *lifAlpha) advance(lo, hi int, ex, inh, cur []float64, spikes []int32) []int32 {
	v := l.v[lo:hi]
	n := len(v)
	iex, aex := l.ex.i[lo:hi][:n], l.ex.aux[lo:hi][:n]
	iin, ain := l.in.i[lo:hi][:n], l.in.aux[lo:hi][:n]
	ex, inh, cur = ex[:n], inh[:n], cur[:n]
	e, h := l.ex.alphaStep, l.in.alphaStep
	rest, th, leak, current := l.steady, l.VTh, l.leak, l.current
	for i := range v {
		x := rest + (float64(leak*(v[i]-rest)) +
			float64(e.auxToV*aex[i]) + float64(e.toV*iex[i]) +
			float64(h.auxToV*ain[i]) + float64(h.toV*iin[i]) +
			float64(current*cur[i]))
		v[i] = x
		iex[i] = float64(e.toI*aex[i]) + float64(e.decay*iex[i])
		aex[i] = float64(e.decay*aex[i]) + float64(e.onset*ex[i])
		iin[i] = float64(h.toI*ain[i]) + float64(h.decay*iin[i])
		ain[i] = float64(h.decay*ain[i]) + float64(h.onset*inh[i])
		if x >= th {
			spikes = append(spikes, int32(lo+i))
		}
	}
	return spikes
}
