package sim

import (
	"cmp"
	"math"
	"slices"

	"github.com/glia-sim/glia/sim/mem"
)

// Emitter takes what event-driven neurons have to say: that they fire now, and when they will fire
// if nothing more reaches them.
type Emitter struct {
	now       Instant
	first     Instant // no announcement is kept for an earlier one
	spikes    []emitted
	announced announcements
}

type emitted struct {
	neuron int32
	at     Instant
}

// Spike says that neuron i of the block fires at the instant of the call.
func (e *Emitter) Spike(i int32) { e.spikes = append(e.spikes, emitted{i, e.now}) }

// Now gives the instant of the call: in Start, the instant from which the block's state holds.
func (e *Emitter) Now() Instant { return e.now }

// Announce says that neuron i will be due at the given instant if nothing reaches it before: the engine then
// calls Advance for it, and the model decides whether it fires. An instant that lies before now by
// rounding counts as now; in Start, one that is not after now counts as the first instant after it.
func (e *Emitter) Announce(i int32, at Instant) {
	if at.Tick >= never {
		return
	}
	if at.Before(e.first) {
		at = e.first
	}
	if at.Before(e.now) {
		at = e.now
	}
	e.announced.set(i, at)
}

// eventQueue drives one event-driven block.
type eventQueue struct {
	block   *block
	state   EventDriven
	cal     *calendar
	out     Emitter
	touched Arrivals
	place   []uint32 // where a neuron stands among the touched, if that is where it stands
	placed  int      // for how many of the touched that holds
	suspect bool     // some state may not be finite
}

func newEventQueue(b *block, state EventDriven, width, reach Tick) *eventQueue {
	q := &eventQueue{block: b, state: state, cal: newCalendar(width, reach, b.pop.net.clock.DT)}
	q.out.announced.n = b.n
	q.touched.In = make([][]float64, len(b.pop.receptors))
	q.place = mem.Large[uint32](b.n)
	q.reset(0)
	return q
}

// foreseen is the number of neurons whose state a cache near the processor holds.
const foreseen = 4096

// reset forgets what is in flight and starts the block, whose state is the initial one, at tick t.
func (q *eventQueue) reset(t Tick) {
	q.cal.clear(t)
	q.out.spikes = q.out.spikes[:0]
	q.out.announced.reset(t)
	// What happens at tick t itself belongs to the window that has ended.
	q.out.now = Instant{Tick: t}
	q.out.first = Instant{Tick: t + 1, Lag: math.Nextafter(q.block.pop.net.clock.DT, 0)}
	q.suspect = true
	q.state.Start(&q.out)
}

// first gives a tick before which nothing happens.
func (q *eventQueue) first() Tick { return min(q.cal.first(), q.out.announced.first()) }

// advance handles everything up to and including tick end, instant by instant.
func (q *eventQueue) advance(p *partition, end Tick) {
	announced := &q.out.announced
	announced.extend(end)
	for first := true; ; first = false {
		now, arrives := q.cal.peek(end)
		due, ok := announced.peek()
		if ok && due.at.Tick <= end && (!arrives || !now.Before(due.at)) {
			now = due.at
		} else if !arrives {
			break
		}
		if first {
			q.ask(p, q.cal.next, (q.cal.next/lead+2)*lead)
		}
		q.begin(now)
		for ; ok && due.at == now; due, ok = announced.peek() {
			announced.drop()
			q.list(due.neuron)
		}
		q.touched.Due = len(q.touched.Neurons)
		if arrives && q.cal.current[q.cal.next].at == now {
			k := q.cal.next
			for _, a := range q.cal.pop() {
				if k++; k%lead == 0 {
					q.ask(p, k+lead, k+2*lead)
				}
				p.events += int64(a.hi - a.lo)
				p.eventStores[a.store].scatter(q, a)
			}
		}
		q.foresee(p, first)
		if announced.due != nil {
			for _, i := range q.touched.Neurons {
				announced.due[i] = Never
			}
		}
		q.out.now = now
		q.state.Advance(&q.touched, &q.out)
		for k := range q.block.vars { // while it is in the cache
			if !q.block.vars[k].finiteAt(q.touched.Neurons) {
				q.suspect = true
			}
		}
	}
	q.cal.skip(end)
	q.publish(p)
}

// publish writes the spikes of the window into the history: by tick, by rising index and then time.
func (q *eventQueue) publish(p *partition) {
	b := q.block
	for spikes := q.out.spikes; len(spikes) > 0; { // they come in the order of time
		t, n := spikes[0].at.Tick, 1
		for n < len(spikes) && spikes[n].at.Tick == t {
			n++
		}
		slices.SortFunc(spikes[:n], func(a, b emitted) int {
			if a.neuron != b.neuron {
				return cmp.Compare(a.neuron, b.neuron)
			}
			return cmp.Compare(b.at.Lag, a.at.Lag)
		})
		l := p.net.hist.at(b.pop, t, p.index)
		for _, s := range spikes[:n] {
			l.ids, l.lags = append(l.ids, s.neuron+int32(b.lo)), append(l.lags, s.at.Lag)
		}
		spikes = spikes[n:]
	}
	p.spikes += int64(len(q.out.spikes))
	q.out.spikes = q.out.spikes[:0]
}

// lead is how many arrivals the synapses of which are asked for from memory together. A request itself waits
// where its page must be looked up first, but not one for another.
const lead = 8

// ask asks for the synapses of the arrivals from to to-1 of the current day.
func (q *eventQueue) ask(p *partition, from, to int) {
	for k := from; k < min(to, len(q.cal.current)); k++ {
		a := q.cal.current[k]
		p.eventStores[a.store].ask(a)
	}
}

// foresee lists the neurons that the next arrival reaches, or, at the start of a window, those with spikes
// announced in it.
func (q *eventQueue) foresee(p *partition, first bool) {
	next := q.touched.Next[:0]
	if q.block.n >= foreseen {
		if q.cal.next < len(q.cal.current) {
			a := q.cal.current[q.cal.next]
			next = p.eventStores[a.store].targets(q, a, next)
		} else if first {
			for _, a := range q.out.announced.near[:min(foreseen/16, len(q.out.announced.near))] {
				next = append(next, a.neuron)
			}
		}
	}
	q.touched.Next = next
}

// eventStore holds synapses that end on an event-driven block.
type eventStore interface {
	// expect asks for where the rows of some sources begin.
	expect(ids []int32)
	// flight pushes the row of a spike into the calendar.
	flight(store int32, cal *calendar, i int32, at Instant, factor float64)
	// ask asks for the synapses of an arrival from memory.
	ask(a arrival)
	// targets appends the neurons that an arrival reaches.
	targets(q *eventQueue, a arrival, neurons []int32) []int32
	// scatter adds the synapses of an arrival to the input of their targets and lists the targets.
	scatter(q *eventQueue, a arrival)
	// run gives the synapses of a source with one delay, delayOf the delay of an arrival's synapses.
	run(source int32, delay Tick) (lo, hi uint32)
	delayOf(a arrival) Tick
}

func (r *rows) expect(ids []int32) {
	for _, i := range ids {
		if row := int(i) - r.srcLo; uint(row) < uint(r.nsrc) {
			mem.PrefetchRun(r.ptr[row*r.segments:][:r.segments+1])
		}
	}
}

func (r *rows) flight(store int32, cal *calendar, i int32, at Instant, factor float64) {
	if int(i) < r.srcLo || int(i) >= r.srcLo+r.nsrc {
		return
	}
	for d := Tick(0); d < Tick(r.segments); d++ {
		if lo, hi := r.segment(int(i), r.dmin+d); lo < hi {
			cal.push(arrival{Instant{at.Tick + r.dmin + d, at.Lag}, store, i, lo, hi, factor})
		}
	}
}

func (r *rows) ask(a arrival) {
	if r.slot16 != nil {
		mem.PrefetchRun(r.slot16[a.lo:a.hi])
	} else {
		mem.PrefetchRun(r.slot32[a.lo:a.hi])
	}
	if r.weight != nil {
		mem.PrefetchRun(r.weight[a.lo:a.hi])
	}
}

func (r *rows) targets(q *eventQueue, a arrival, neurons []int32) []int32 {
	if r.slot16 != nil {
		return appendTargets(neurons, q, r.slot16[a.lo:a.hi], r.base)
	}
	return appendTargets(neurons, q, r.slot32[a.lo:a.hi], r.base)
}

func (r *rows) scatter(q *eventQueue, a arrival) {
	if r.slot16 != nil {
		scatter(q, a, r.slot16[a.lo:a.hi], r.base, r.weight, r.constant)
	} else {
		scatter(q, a, r.slot32[a.lo:a.hi], r.base, r.weight, r.constant)
	}
}

func (r *pushRows) expect(ids []int32) {
	for _, i := range ids {
		if row := int(i) - r.srcLo; uint(row) < uint(len(r.ptr)-1) {
			mem.PrefetchRun(r.ptr[row:][:2])
		}
	}
}

func (r *pushRows) flight(store int32, cal *calendar, i int32, at Instant, factor float64) {
	lo, hi := r.row(int(i))
	for lo < hi {
		d := r.delay[lo]
		next := lo + 1
		for next < hi && r.delay[next] == d {
			next++
		}
		cal.push(arrival{Instant{at.Tick + Tick(d), at.Lag}, store, i, lo, next, factor})
		lo = next
	}
}

func (r *pushRows) ask(a arrival) {
	mem.PrefetchRun(r.slot[a.lo:a.hi])
	if r.weight != nil {
		mem.PrefetchRun(r.weight[a.lo:a.hi])
	}
}

func (r *pushRows) targets(q *eventQueue, a arrival, neurons []int32) []int32 {
	return appendTargets(neurons, q, r.slot[a.lo:a.hi], 0)
}

func (r *pushRows) scatter(q *eventQueue, a arrival) {
	scatter(q, a, r.slot[a.lo:a.hi], 0, r.weight, r.constant)
}
