package neurons

import (
	"math"

	"github.com/glia-sim/glia/sim"
)

// LIFExpEvent is the event-driven form of LIFExp, with the same parameters:
//
//	neurons.LIFExpEvent(neurons.DefaultLIFExp())
//
// A neuron is touched only when a spike reaches it or its own is due, and fires at exact times off the
// grid. Between events V is a sum of exponentials; whether and when it crosses the threshold is found
// by course.crossing, to 1e-12 ms. A spike that arrives while the neuron is refractory still adds to
// the currents. TRef is not rounded to steps.
//
// Receptors: "ex", "in" (weights in pA); there is none for currents. Variables: V, Iex, Iin, as of the
// last event.
type LIFExpEvent LIFExp

// Validate names the first parameter out of range.
func (m LIFExpEvent) Validate() error {
	p := params{model: "LIFExpEvent"}
	membrane(&p, m.C, m.TauM, m.TRef, m.EL, m.VTh, m.VReset, m.IE)
	p.positive("TauEx", m.TauEx, "ms")
	p.positive("TauIn", m.TauIn, "ms")
	return p.err
}

// Receptors lists "ex" and "in".
func (LIFExpEvent) Receptors() []string { return []string{"ex", "in"} }

// NewBlock makes neurons at rest.
func (m LIFExpEvent) NewBlock(b sim.BlockSpec) (sim.Block, error) {
	l := &lifExpEvent{LIFExpEvent: m, eventTimes: newEventTimes(b, m.TRef), membrane: newExpMembrane(LIFExp(m)),
		iex: make([]float64, b.N), iin: make([]float64, b.N)}
	l.variables = []sim.Variable{
		l.first("V", "mV"),
		{Name: "Iex", Unit: "pA", Values: l.iex},
		{Name: "Iin", Unit: "pA", Values: l.iin},
	}
	l.Reset(b.Key)
	return l, nil
}

// lifExpEvent keeps V and both currents as of the instant last, which for a refractory neuron is the
// end of its refractory time: its currents are those that it will have then.
type lifExpEvent struct {
	LIFExpEvent
	eventTimes
	membrane  expMembrane
	iex, iin  []float64
	variables []sim.Variable
}

func (l *lifExpEvent) Variables() []sim.Variable { return l.variables }

func (l *lifExpEvent) Reset(sim.Key) {
	l.fill(l.EL)
	clear(l.iex)
	clear(l.iin)
}

func (l *lifExpEvent) State(c *sim.Codec) { c.PerNeuron(l.state, l.iex, l.iin) }

func (l *lifExpEvent) Start(out *sim.Emitter) { startEvents(l.next, &l.eventTimes, out) }

func (l *lifExpEvent) Advance(a *sim.Arrivals, out *sim.Emitter) {
	advanceEvents(l, &l.eventTimes, a, out)
}

// Sample gives variable v of neuron i at an instant after its last event.
func (l *lifExpEvent) Sample(v, i int, now sim.Instant) float64 {
	t := l.clock.Elapsed(l.state[i].last, now) // below 0 while the neuron is refractory
	switch v {
	case 1:
		return l.iex[i] * math.Exp(-t/l.TauEx)
	case 2:
		return l.iin[i] * math.Exp(-t/l.TauIn)
	}
	return l.course(int32(i)).at(max(t, 0))
}

func (l *lifExpEvent) course(i int32) course {
	return course{m: &l.membrane, v: l.state[i].v, ex: l.iex[i], in: l.iin[i]}
}

// lost keeps the current of a spike that arrives while the neuron is refractory.
func (l *lifExpEvent) lost(a *sim.Arrivals, k int) {
	i := a.Neurons[k]
	ahead := l.clock.Elapsed(a.At, l.state[i].last)
	l.iex[i] += float64(a.In[0][k] * math.Exp(-ahead/l.TauEx))
	l.iin[i] += float64(a.In[1][k] * math.Exp(-ahead/l.TauIn))
}

func (l *lifExpEvent) touch(a *sim.Arrivals, k int) bool {
	i := a.Neurons[k]
	t := l.state[i].since(l.clock, a.At)
	v := l.VTh
	if k >= a.Due {
		v = l.course(i).at(t)
	}
	ex := float64(l.iex[i]*math.Exp(-t/l.TauEx)) + a.In[0][k]
	inh := float64(l.iin[i]*math.Exp(-t/l.TauIn)) + a.In[1][k]
	if v >= l.VTh {
		ms := l.clock.Elapsed(a.At, plus(l.clock, a.At, l.rest))
		l.state[i].v, l.iex[i], l.iin[i] = l.VReset, ex*math.Exp(-ms/l.TauEx), inh*math.Exp(-ms/l.TauIn)
		return true
	}
	l.state[i].v, l.iex[i], l.iin[i] = v, ex, inh
	return false
}

func (l *lifExpEvent) next(i int32) sim.Instant {
	ms := l.course(i).crossing()
	if math.IsInf(ms, 1) {
		return never
	}
	return l.clock.After(l.state[i].last, ms)
}
