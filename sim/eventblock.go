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
	now      Instant
	first    Instant // no announcement is kept for an earlier one
	spikes   []emitted
	due      []Instant // announced spike of each neuron
	announce []prediction
	// announced says whether there ever was an announcement: arrivals go all over memory, and where
	// neurons do not fire by themselves they need not look at due.
	announced bool
}

type emitted struct {
	neuron int32
	at     Instant
}

type prediction struct {
	at     Instant
	neuron int32
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
	e.due[i], e.announced = at, true
	if len(e.announce) > 2*len(e.due)+32 {
		e.compact()
		return
	}
	e.announce = append(e.announce, prediction{at, i})
	e.up(len(e.announce) - 1)
}

// compact makes the heap anew of the announcements that hold: an announcement that was replaced stays
// in it until its time comes, and for one far ahead that may be never.
func (e *Emitter) compact() {
	e.announce = e.announce[:0]
	for i, at := range e.due {
		if at != Never {
			e.announce = append(e.announce, prediction{at, int32(i)})
			e.up(len(e.announce) - 1)
		}
	}
}

// up moves entry k of the heap to its place.
func (e *Emitter) up(k int) {
	for h := e.announce; k > 0; {
		up := (k - 1) / 4
		if !h[k].before(h[up]) {
			break
		}
		h[k], h[up] = h[up], h[k]
		k = up
	}
}

func (a prediction) before(b prediction) bool {
	return a.at.Before(b.at) || a.at == b.at && a.neuron < b.neuron
}

// drop removes the earliest announcement from the heap.
func (e *Emitter) drop() {
	h := e.announce
	last := len(h) - 1
	h[0] = h[last]
	h = h[:last]
	for k := 0; ; {
		first := 4*k + 1
		if first >= last {
			break
		}
		least := first
		for c := first + 1; c < min(first+4, last); c++ {
			if h[c].before(h[least]) {
				least = c
			}
		}
		if !h[least].before(h[k]) {
			break
		}
		h[k], h[least] = h[least], h[k]
		k = least
	}
	e.announce = h
}

// peek gives the earliest announcement that still holds.
func (e *Emitter) peek() (prediction, bool) {
	for len(e.announce) > 0 {
		if p := e.announce[0]; e.due[p.neuron] == p.at {
			return p, true
		}
		e.drop()
	}
	return prediction{at: Never}, false
}

// eventQueue drives one event-driven block.
type eventQueue struct {
	block   *block
	state   EventDriven
	cal     *calendar
	out     Emitter
	touched []int32
	listed  []uint64 // a bit for each neuron among the touched of this instant
	changes int      // of state since it was last looked at for NaN
	lookBy  Tick     // when to look at the latest, if anything has changed
}

func newEventQueue(b *block, state EventDriven, width, reach Tick) *eventQueue {
	q := &eventQueue{block: b, state: state, cal: newCalendar(width, reach)}
	q.out.due = mem.Large[Instant](b.n)
	q.listed = make([]uint64, (b.n+63)/64)
	q.reset(0)
	return q
}

// reset forgets what is in flight and starts the block, whose state is the initial one, at tick t.
func (q *eventQueue) reset(t Tick) {
	q.cal.clear(t)
	q.out.announce, q.out.spikes = q.out.announce[:0], q.out.spikes[:0]
	for i := range q.out.due {
		q.out.due[i] = Never
	}
	q.out.announced = false
	clear(q.listed)
	// What happens at tick t itself belongs to the window that has ended.
	q.out.now = Instant{Tick: t}
	q.out.first = Instant{Tick: t + 1, Lag: math.Nextafter(q.block.pop.net.clock.DT, 0)}
	q.changes, q.lookBy = q.block.n, 0
	q.state.Start(&q.out)
}

// first gives a tick before which nothing happens.
func (q *eventQueue) first() Tick {
	t := q.cal.first()
	if p, ok := q.out.peek(); ok {
		t = min(t, p.at.Tick)
	}
	return t
}

// advance handles everything up to and including tick end, instant by instant.
func (q *eventQueue) advance(p *partition, end Tick) {
	for {
		now, arrives := q.cal.peek(end)
		due, ok := q.out.peek()
		if ok && due.at.Tick <= end && (!arrives || !now.Before(due.at)) {
			now = due.at
		} else if !arrives {
			break
		}
		q.touched = q.touched[:0]
		if arrives && q.cal.current[q.cal.next].at == now {
			for _, a := range q.cal.pop() {
				p.events += int64(a.hi - a.lo)
				q.touched = p.eventStores[a.store].scatter(p, q, a, q.touched)
			}
		}
		for due, ok := q.out.peek(); ok && due.at == now; due, ok = q.out.peek() {
			q.out.drop()
			q.touched = q.list(q.touched, due.neuron)
		}
		for _, i := range q.touched {
			q.listed[i/64] = 0
		}
		if q.out.announced {
			for _, i := range q.touched {
				q.out.due[i] = Never
			}
		}
		q.out.now = now
		q.changes += len(q.touched)
		q.state.Advance(now, q.touched, q.block.in, &q.out)
		for _, in := range q.block.in {
			if in != nil {
				for _, i := range q.touched {
					in[i] = 0
				}
			}
		}
	}
	q.cal.skip(end)
	q.publish(p)
}

// list appends neuron i to the touched, unless it is there.
func (q *eventQueue) list(touched []int32, i int32) []int32 {
	word, bit := &q.listed[i/64], uint64(1)<<(i%64)
	if *word&bit != 0 {
		return touched
	}
	*word |= bit
	return append(touched, i)
}

// publish writes the spikes of the window into the history: by tick, by rising index and then time.
func (q *eventQueue) publish(p *partition) {
	b := q.block
	slices.SortFunc(q.out.spikes, func(a, b emitted) int {
		return cmp.Or(cmp.Compare(a.at.Tick, b.at.Tick), cmp.Compare(a.neuron, b.neuron), cmp.Compare(b.at.Lag, a.at.Lag))
	})
	for _, s := range q.out.spikes {
		l := p.net.hist.at(b.pop, s.at.Tick, p.index)
		l.ids, l.lags = append(l.ids, s.neuron+int32(b.lo)), append(l.lags, s.at.Lag)
	}
	p.spikes += int64(len(q.out.spikes))
	q.out.spikes = q.out.spikes[:0]
}

// eventStore holds synapses that end on an event-driven block.
type eventStore interface {
	// flight pushes the row of a spike into the calendar.
	flight(store int32, cal *calendar, i int32, at Instant, factor float64)
	// scatter adds the synapses of an arrival to the input of their targets and lists the targets.
	scatter(p *partition, q *eventQueue, a arrival, touched []int32) []int32
	// run gives the synapses of a source with one delay, delayOf the delay of an arrival's synapses.
	run(source int32, delay Tick) (lo, hi uint32)
	delayOf(a arrival) Tick
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

func (r *rows) scatter(p *partition, q *eventQueue, a arrival, touched []int32) []int32 {
	base := r.base
	if r.slot16 != nil {
		return scatter(p, q, r.slot16[a.lo:a.hi], base, r.weight, a, r.constant, touched)
	}
	slots := r.slot32[a.lo:a.hi]
	if len(q.block.inBase) == 1 {
		// The targets lie all over memory: ask for what a visit reads of them.
		mem.PrefetchAll(p.in, slots, base)
		if q.out.announced {
			mem.PrefetchAll(q.out.due, slots, base-q.block.slot)
		}
	}
	return scatter(p, q, slots, base, r.weight, a, r.constant, touched)
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

func (r *pushRows) scatter(p *partition, q *eventQueue, a arrival, touched []int32) []int32 {
	return scatter(p, q, r.slot[a.lo:a.hi], 0, r.weight, a, r.constant, touched)
}

// scatter adds a run of synapses to the partition's input and notes which neurons of the block it touched.
// The slots of all receptors of an event-driven block follow one another, n apart.
func scatter[S uint16 | uint32](p *partition, q *eventQueue, slots []S, base int, weight []float32, a arrival, constant float64, touched []int32) []int32 {
	w := float64(constant * a.factor)
	first, n := q.block.slot, q.block.n
	for k, s := range slots {
		if weight != nil {
			w = float64(float64(weight[int(a.lo)+k]) * a.factor)
		}
		at := int(s) + base
		p.in[at] += w
		i := at - first
		for i >= n {
			i -= n
		}
		touched = q.list(touched, int32(i))
	}
	return touched
}
