package neurons

import "github.com/glia-sim/glia/sim"

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
	clock sim.Clock
	rest  sim.Instant   // refractory time
	last  []sim.Instant // at which the state holds; after a spike the end of the refractory time
	held  []sim.Instant // end of the last refractory time: a neuron is refractory up to and including it
	due   []sim.Instant // announced spike
}

func newEventTimes(b sim.BlockSpec, refractory float64) eventTimes {
	return eventTimes{clock: b.Clock, rest: exactly(b.Clock, refractory),
		last: make([]sim.Instant, b.N), held: make([]sim.Instant, b.N), due: make([]sim.Instant, b.N)}
}

// since gives the ms from the state of neuron i to now; 0 while the state lies ahead.
func (e *eventTimes) since(i int32, now sim.Instant) float64 {
	return max(0, e.clock.Elapsed(e.last[i], now))
}

// isDue says whether the announced spike of neuron i is due.
func (e *eventTimes) isDue(i int32, now sim.Instant) bool { return !now.Before(e.due[i]) }

// isHeld says whether neuron i is refractory. The end belongs to the refractory time, as in the stepped
// models: a spike that arrives in the last refractory step is lost.
func (e *eventTimes) isHeld(i int32, now sim.Instant) bool { return !e.held[i].Before(now) }

func startEvents(n eventNeuron, e *eventTimes, out *sim.Emitter) {
	for i := range e.last {
		e.last[i], e.held[i] = out.Now(), out.Now()
		e.due[i] = n.next(int32(i))
		out.Announce(int32(i), e.due[i])
	}
}

func advanceEvents(n eventNeuron, e *eventTimes, now sim.Instant, touched []int32, in [][]float64, out *sim.Emitter) {
	for _, i := range touched {
		if n.touch(i, now, in) {
			out.Spike(i)
			e.held[i] = plus(e.clock, now, e.rest)
			e.last[i] = e.held[i]
		}
		e.due[i] = n.next(i)
		out.Announce(i, e.due[i])
	}
}
