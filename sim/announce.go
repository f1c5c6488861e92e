package sim

import (
	"math/bits"

	"github.com/glia-sim/glia/sim/mem"
)

// announcements is the queue of the spikes that the neurons of a block have announced. Those of the present
// window wait in a heap. Those after it wait in a radix heap (Ahuja, Mehlhorn, Orlin and Tarjan 1990, "Faster
// algorithms for the shortest path problem", J. ACM 37): list b holds the ticks that differ from the end of the
// window in bit b-1 and in none above. As the window moves on, a list is dealt to the ones below it, front to back:
// an announcement costs a few writes in sequence however many are waiting, where in one large heap
// each would go all over memory.
//
// An announcement that was replaced stays where it is and is passed over when its turn comes.
type announcements struct {
	due   []Instant // announced spike of each neuron; nil until there is the first
	n     int       // neurons
	until Tick      // last tick of the window
	near  []prediction
	far   [64][]later
	count int // entries of far
}

type prediction struct {
	at     Instant
	neuron int32
}

// later is an announcement beyond the window; due has the exact instant.
type later struct {
	tick   Tick
	neuron int32
}

// reset forgets all announcements; the window ends at tick t.
func (q *announcements) reset(t Tick) {
	for i := range q.due {
		q.due[i] = Never
	}
	q.empty(t)
}

func (q *announcements) empty(t Tick) {
	q.near, q.until, q.count = q.near[:0], t, 0
	for b := range q.far {
		q.far[b] = q.far[b][:0]
	}
}

// dueOf gives the announced spike of neuron i.
func (q *announcements) dueOf(i int) Instant {
	if q.due == nil {
		return Never
	}
	return q.due[i]
}

// note makes at the announced spike of neuron i, without putting it into the queue.
func (q *announcements) note(i int, at Instant) {
	if q.due == nil {
		if at == Never {
			return
		}
		q.due = mem.Large[Instant](q.n)
		for i := range q.due {
			q.due[i] = Never
		}
	}
	q.due[i] = at
}

// set makes at the announced spike of neuron i.
func (q *announcements) set(i int32, at Instant) {
	q.note(int(i), at)
	if len(q.near)+q.count > 2*q.n+32 {
		q.rebuild(q.until)
		return
	}
	q.push(prediction{at, i})
}

// rebuild makes the queue anew of the announcements that hold, for a window up to tick t: one that was replaced
// would stay until its time comes, and for one far ahead that may be never.
func (q *announcements) rebuild(t Tick) {
	q.empty(t)
	for i, at := range q.due {
		if at != Never {
			q.push(prediction{at, int32(i)})
		}
	}
}

func (q *announcements) push(p prediction) {
	if p.at.Tick > q.until {
		q.postpone(later{p.at.Tick, p.neuron})
		return
	}
	q.near = append(q.near, p)
	q.up(len(q.near) - 1)
}

func (q *announcements) postpone(a later) {
	b := bits.Len64(uint64(a.tick ^ q.until))
	q.far[b] = append(q.far[b], a)
	q.count++
}

// extend lets the window end at tick end, which is not before the end it had.
func (q *announcements) extend(end Tick) {
	top := bits.Len64(uint64(end ^ q.until)) // lists above it stay as they are
	q.until = end
	for b := 1; b <= top && q.count > 0; b++ {
		list := q.far[b]
		q.far[b] = list[:0]
		q.count -= len(list)
		q.ask(list, end)
		for _, a := range list {
			if a.tick > end {
				q.postpone(a) // into a list below b, which is empty
			} else if at := q.due[a.neuron]; at.Tick == a.tick {
				q.push(prediction{at, a.neuron})
			}
		}
	}
}

// ask asks for the instants of the announcements up to tick end.
func (q *announcements) ask(list []later, end Tick) {
	var soon [64]int32
	n := 0
	for _, a := range list {
		if a.tick <= end {
			soon[n] = a.neuron
			if n++; n == len(soon) {
				break
			}
		}
	}
	mem.PrefetchAll(q.due, soon[:n])
}

// first gives a tick before which no announced spike is due.
func (q *announcements) first() Tick {
	if p, ok := q.peek(); ok {
		return p.at.Tick
	}
	if q.count == 0 {
		return never
	}
	for b := range q.far {
		if len(q.far[b]) > 0 {
			return (q.until>>b<<1 | 1) << (b - 1) // the least tick that belongs there
		}
	}
	return never
}

// peek gives the earliest announcement of the window that still holds.
func (q *announcements) peek() (prediction, bool) {
	for len(q.near) > 0 {
		if p := q.near[0]; q.due[p.neuron] == p.at {
			return p, true
		}
		q.drop()
	}
	return prediction{at: Never}, false
}

func (a prediction) before(b prediction) bool {
	return a.at.Before(b.at) || a.at == b.at && a.neuron < b.neuron
}

// up moves entry k of the heap to its place.
func (q *announcements) up(k int) {
	for h := q.near; k > 0; {
		up := (k - 1) / 4
		if !h[k].before(h[up]) {
			break
		}
		h[k], h[up] = h[up], h[k]
		k = up
	}
}

// drop removes the earliest announcement from the heap.
func (q *announcements) drop() {
	h := q.near
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
	q.near = h
}
