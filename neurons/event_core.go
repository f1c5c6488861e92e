package neurons

import (
	"unsafe"

	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/sim/mem"
)

// eventNeuron is a block of event-driven neurons as the loops below see it. All decide by the same
// rule what an instant does: what reaches the neuron at that instant is summed, added to the state
// that it finds, and the threshold is tested once, where a neuron whose announced spike is due stands
// at threshold when its input comes.
type eventNeuron interface {
	// touch carries neuron i to now and adds its input; it tells whether the neuron fires.
	touch(i int32, now sim.Instant, in [][]float64) bool
	// next predicts when neuron i will fire if nothing more reaches it.
	next(i int32) sim.Instant
}

// eventTimes is what every event-driven neuron knows of time.
type eventTimes struct {
	clock   sim.Clock
	rest    sim.Instant // refractory time
	moments []eventTime
	v       []float64 // first state variable of the neurons
}

// eventTime is the times of one neuron, side by side since they are used together: events come to
// neurons all over memory.
type eventTime struct {
	last sim.Instant // at which the state holds; after a spike the end of the refractory time, which lies ahead
	due  sim.Instant // announced spike
}

func newEventTimes(b sim.BlockSpec, refractory float64) eventTimes {
	return eventTimes{clock: b.Clock, rest: exactly(b.Clock, refractory),
		moments: mem.Large[eventTime](b.N)}
}

// since gives the ms from the state of neuron i to now; 0 while the state lies ahead.
func (e *eventTimes) since(i int32, now sim.Instant) float64 {
	return max(0, e.clock.Elapsed(e.moments[i].last, now))
}

// isDue says whether the announced spike of neuron i is due.
func (e *eventTimes) isDue(i int32, now sim.Instant) bool { return !now.Before(e.moments[i].due) }

// isHeld says whether neuron i is refractory. The end belongs to the refractory time, as in the stepped
// models: a spike that arrives in the last refractory step is lost. Nothing else reaches a neuron twice at
// one instant, but for a spike of its own that is due at once.
func (e *eventTimes) isHeld(i int32, now sim.Instant) bool {
	t := &e.moments[i]
	return !t.last.Before(now) && t.due != now
}

func startEvents(n eventNeuron, e *eventTimes, out *sim.Emitter) {
	for i := range e.moments {
		e.moments[i].last = out.Now()
		e.moments[i].due = n.next(int32(i))
		out.Announce(int32(i), e.moments[i].due)
	}
}

func advanceEvents(n eventNeuron, e *eventTimes, now sim.Instant, touched []int32, in [][]float64, out *sim.Emitter) {
	// The touched neurons of a large network lie all over memory: ask for them all before the first.
	if len(touched) > 4 {
		at := unsafe.Slice((*uint32)(unsafe.Pointer(&touched[0])), len(touched))
		mem.PrefetchAll(e.moments, at, 0)
		mem.PrefetchAll(e.v, at, 0)
	}
	for _, i := range touched {
		t := &e.moments[i]
		if n.touch(i, now, in) {
			out.Spike(i)
			t.last = plus(e.clock, now, e.rest)
		}
		due := n.next(i)
		t.due = due
		if due != never {
			out.Announce(i, due)
		}
	}
}
