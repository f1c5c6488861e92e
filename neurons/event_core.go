package neurons

import (
	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/sim/mem"
)

// eventNeuron is a block of event-driven neurons as the loops below see it. All decide by the same
// rule what an instant does: what reaches the neuron at that instant is summed, added to the state
// that it finds, and the threshold is tested once, where a neuron whose announced spike is due stands
// at threshold when its input comes.
type eventNeuron interface {
	// touch carries neuron a.Neurons[k], which is not refractory, to the instant and adds its input; it tells
	// whether the neuron fires.
	touch(a *sim.Arrivals, k int) bool
	// lost does what input does to a neuron that is refractory.
	lost(a *sim.Arrivals, k int)
	// next predicts when neuron i will fire if nothing more reaches it.
	next(i int32) sim.Instant
}

// eventTimes is what every event-driven neuron knows of time.
type eventTimes struct {
	clock sim.Clock
	rest  sim.Instant // refractory time
	state []eventState
}

// eventState is the state of a neuron, as far as all of them have it, in one record: events come to neurons all
// over memory.
type eventState struct {
	last sim.Instant // at which the state holds; after a spike the end of the refractory time, which lies ahead
	v    float64
	_    float64 // two records fill a cache line
}

func newEventTimes(b sim.BlockSpec, refractory float64) eventTimes {
	return eventTimes{clock: b.Clock, rest: exactly(b.Clock, refractory),
		state: mem.Large[eventState](b.N)}
}

// first gives v as a variable.
func (e *eventTimes) first(name, unit string) sim.Variable {
	return sim.Field(name, unit, e.state, func(s *eventState) *float64 { return &s.v })
}

// fill gives all neurons a v.
func (e *eventTimes) fill(v float64) {
	for i := range e.state {
		e.state[i].v = v
	}
}

// since gives the ms from the state to now; 0 while the state lies ahead.
func (s *eventState) since(c sim.Clock, now sim.Instant) float64 {
	if t := c.Elapsed(s.last, now); t > 0 {
		return t
	}
	return 0
}

// isHeld says whether the neuron is refractory, if no spike of its own is due. The end belongs to the refractory
// time, as in the stepped models: a spike that arrives in the last refractory step is lost.
func (s *eventState) isHeld(now sim.Instant) bool { return !s.last.Before(now) }

// ask asks for the state of those in a list of neurons whose places are lo to hi-1, as far as it goes.
func (e *eventTimes) ask(neurons []int32, lo, hi int) {
	if lo < len(neurons) {
		mem.PrefetchAll(e.state, neurons[lo:min(hi, len(neurons))])
	}
}

func startEvents(next func(i int32) sim.Instant, e *eventTimes, out *sim.Emitter) {
	for i := range e.state {
		e.state[i].last = out.Now()
		out.Announce(int32(i), next(int32(i)))
	}
}

func advanceEvents(n eventNeuron, e *eventTimes, a *sim.Arrivals, out *sim.Emitter) {
	for k, i := range a.Neurons {
		switch s := &e.state[i]; {
		case k >= a.Due && s.isHeld(a.At):
			n.lost(a, k)
		case n.touch(a, k):
			out.Spike(i)
			s.last = plus(e.clock, a.At, e.rest)
		default:
			s.last = a.At
		}
		if due := n.next(i); due != never {
			out.Announce(i, due)
		}
	}
}
