package neurons

import (
	"math"

	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/sim/mem"
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
	l := &lifDeltaEvent{LIFDeltaEvent: m, eventTimes: newEventTimes(b, m.TRef), vInf: m.EL + m.TauM*m.IE/m.C}
	l.variables = []sim.Variable{{Name: "V", Unit: "mV", Values: mem.Large[float64](b.N)}}
	l.v = l.variables[0].Values
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
	variables []sim.Variable
}

func (l *lifDeltaEvent) Variables() []sim.Variable { return l.variables }

func (l *lifDeltaEvent) Reset(sim.Key) { fill(l.v, l.EL) }

func (l *lifDeltaEvent) State(c *sim.Codec) { c.PerNeuron(l.v, l.moments) }

func (l *lifDeltaEvent) Start(out *sim.Emitter) { startEvents(l, &l.eventTimes, out) }

func (l *lifDeltaEvent) Advance(now sim.Instant, touched []int32, in [][]float64, out *sim.Emitter) {
	advanceEvents(l, &l.eventTimes, now, touched, in, out)
}

// Sample gives V of neuron i at an instant after its last event.
func (l *lifDeltaEvent) Sample(_, i int, now sim.Instant) float64 { return l.at(int32(i), now) }

func (l *lifDeltaEvent) at(i int32, now sim.Instant) float64 {
	return l.vInf + float64((l.v[i]-l.vInf)*math.Exp(-l.since(i, now)/l.TauM))
}

func (l *lifDeltaEvent) touch(i int32, now sim.Instant, in [][]float64) bool {
	if l.isHeld(i, now) {
		return false
	}
	v := l.VTh
	if !l.isDue(i, now) {
		v = l.at(i, now)
	}
	v += in[0][i]
	if v >= l.VTh {
		l.v[i] = l.VReset
		return true
	}
	l.v[i], l.moments[i].last = v, now
	return false
}

func (l *lifDeltaEvent) next(i int32) sim.Instant {
	if l.v[i] >= l.VTh { // a start value
		return l.moments[i].last
	}
	if l.vInf <= l.VTh {
		return never
	}
	return l.clock.After(l.moments[i].last, l.TauM*math.Log1p((l.VTh-l.v[i])/(l.vInf-l.VTh)))
}
