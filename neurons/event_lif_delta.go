package neurons

import (
	"math"

	"github.com/glia-sim/glia/sim"
)

// LIFDeltaEvent is the event-driven form of LIFDelta, with the same parameters:
//
//	neurons.LIFDeltaEvent(neurons.DefaultLIFDelta())
//
// A neuron is touched only when a spike reaches it or its own is due, and fires at exact times off the
// grid. Between events
//
//	V(t) = V∞ + (V(0) - V∞) exp(-t/TauM),  V∞ = EL + TauM IE/C
//
// so that for V∞ > VTh the threshold is crossed at
//
//	t = TauM ln((V∞ - V(0))/(V∞ - VTh))
//
// (Mattia and Del Giudice 2000, "Efficient event-driven simulation of large networks of spiking
// neurons and dynamical synapses", Neural Computation 12). TRef is not rounded to steps. Where all
// spikes arrive on the grid and the threshold is crossed at arrivals only, both forms fire alike.
//
// Receptor: "v" (weights in mV); there is none for currents. Variable: V, as of the last event.
type LIFDeltaEvent LIFDelta

// Validate names the first parameter out of range.
func (m LIFDeltaEvent) Validate() error {
	p := params{model: "LIFDeltaEvent"}
	membrane(&p, m.C, m.TauM, m.TRef, m.EL, m.VTh, m.VReset, m.IE)
	return p.err
}

// Receptors lists "v".
func (LIFDeltaEvent) Receptors() []string { return []string{"v"} }

// NewBlock makes neurons at rest.
func (m LIFDeltaEvent) NewBlock(b sim.BlockSpec) (sim.Block, error) {
	l := &lifDeltaEvent{LIFDeltaEvent: m, eventTimes: newEventTimes(b, m.TRef), vInf: m.EL + m.TauM*m.IE/m.C, rate: -1 / m.TauM}
	l.variables = []sim.Variable{l.first("V", "mV")}
	l.Reset(b.Key)
	return l, nil
}

// IntFire is the normalised leaky integrator of NEURON's IntFire1 (Hines and Carnevale 2004,
// "Discrete event simulation in the NEURON environment", Neurocomputing 58-60):
//
//	dm/dt = -m/Tau + Σ w δ(t - arrival)
//	m >= 1:  spike, m = 0 for TRef
//
//	m   state, without unit; starts at 0
//	w   weight: the jump of m when a spike arrives
//
// Spikes that arrive during the refractory time are lost, one at its very end included. It is
// event-driven: spike times are exact, and a neuron that hears nothing costs nothing.
//
// Receptor: "m". Variable: m, as of the last event.
type IntFire struct {
	Tau  float64 // time constant [ms]
	TRef float64 // refractory time [ms]
}

// DefaultIntFire gives the values of NEURON's IntFire1.
func DefaultIntFire() IntFire { return IntFire{Tau: 10, TRef: 5} }

// Validate names the first parameter out of range.
func (m IntFire) Validate() error {
	p := params{model: "IntFire"}
	p.positive("Tau", m.Tau, "ms")
	p.notNegative("TRef", m.TRef, "ms")
	return p.err
}

// Receptors lists "m".
func (IntFire) Receptors() []string { return []string{"m"} }

// NewBlock makes neurons at 0.
func (m IntFire) NewBlock(b sim.BlockSpec) (sim.Block, error) {
	l, err := LIFDeltaEvent{C: 1, TauM: m.Tau, TRef: m.TRef, VTh: 1}.NewBlock(b)
	if err == nil {
		v := &l.(*lifDeltaEvent).variables[0]
		v.Name, v.Unit = "m", ""
	}
	return l, err
}

type lifDeltaEvent struct {
	LIFDeltaEvent
	eventTimes
	vInf      float64 // where V tends to
	rate      float64 // of the exponent [1/ms]
	decay     [decays]float64
	variables []sim.Variable
}

func (l *lifDeltaEvent) Variables() []sim.Variable { return l.variables }

func (l *lifDeltaEvent) Reset(sim.Key) { l.fill(l.EL) }

func (l *lifDeltaEvent) State(c *sim.Codec) { c.PerNeuron(l.state) }

func (l *lifDeltaEvent) Start(out *sim.Emitter) { startEvents(l.next, &l.eventTimes, out) }

// Advance does what advanceEvents does, a few neurons at a time, so that their exponentials are taken together,
// and meanwhile asks for the state of those that come next.
func (l *lifDeltaEvent) Advance(a *sim.Arrivals, out *sim.Emitter) {
	n := len(a.Neurons)
	for lo := 0; lo < n; lo += decays {
		l.ask(a.Neurons, lo+2*decays, lo+3*decays)
		l.ask(a.Next, lo, lo+decays)
		l.advance(a, lo, min(lo+decays, n), out)
	}
	l.ask(a.Next, (n+decays-1)/decays*decays, len(a.Next))
}

// decays is how many exponentials are taken together.
const decays = 16

// advance is Advance for the neurons lo to hi-1 of a.
func (l *lifDeltaEvent) advance(a *sim.Arrivals, lo, hi int, out *sim.Emitter) {
	neurons, in := a.Neurons[lo:hi], a.In[0][lo:hi]
	decay := l.decay[:len(neurons)]
	for k, i := range neurons {
		decay[k] = l.rate * l.state[i].since(l.clock, a.At)
	}
	exps(decay)
	for k, i := range neurons {
		s, due := &l.state[i], lo+k < a.Due
		if due || !s.isHeld(a.At) {
			s.last = a.At
			if l.arrive(s, decay[k], in[k], due) {
				out.Spike(i)
				s.last = plus(l.clock, a.At, l.rest)
			}
		}
		if l.vInf > l.VTh {
			out.Announce(i, l.next(i))
		}
	}
}

// arrive lets V decay, or stand at the threshold where a spike is due, and adds input; it tells whether the neuron
// fires.
func (l *lifDeltaEvent) arrive(s *eventState, decay, in float64, due bool) bool {
	v := l.vInf + float64((s.v-l.vInf)*decay)
	if due {
		v = l.VTh
	}
	if v += in; v >= l.VTh {
		s.v = l.VReset
		return true
	}
	s.v = v
	return false
}

// Sample gives V of neuron i at an instant after its last event.
func (l *lifDeltaEvent) Sample(_, i int, now sim.Instant) float64 {
	s := &l.state[i]
	return l.vInf + float64((s.v-l.vInf)*exp(l.rate*s.since(l.clock, now)))
}

// next predicts when neuron i will fire if nothing more reaches it.
func (l *lifDeltaEvent) next(i int32) sim.Instant {
	if l.state[i].v >= l.VTh { // a start value
		return l.state[i].last
	}
	if l.vInf <= l.VTh {
		return never
	}
	return l.clock.After(l.state[i].last, l.TauM*math.Log1p((l.VTh-l.state[i].v)/(l.vInf-l.VTh)))
}
