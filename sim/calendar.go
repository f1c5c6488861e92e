package sim

import (
	"cmp"
	"slices"
)

// arrival is a spike in flight to an event-driven block: the synapses lo to hi-1 of one source, all of
// which it reaches at the same instant.
type arrival struct {
	at     Instant
	store  int32 // which rows of the partition
	source int32
	lo, hi uint32
	factor float64
}

// compare orders arrivals in time, and those of one instant by where they come from, so that sums of
// simultaneous input have one order.
func (a arrival) compare(b arrival) int {
	return cmp.Or(cmp.Compare(a.at.Tick, b.at.Tick), cmp.Compare(b.at.Lag, a.at.Lag),
		cmp.Compare(a.store, b.store), cmp.Compare(a.source, b.source), cmp.Compare(a.lo, b.lo))
}

// calendar is the queue of spikes in flight to one event-driven block: a calendar queue (Brown 1988,
// "Calendar queues: a fast O(1) priority queue implementation") whose days are width ticks long. A
// day is sorted when it comes up; pushing and popping cost the same however many are waiting and
// however fine the resolution.
type calendar struct {
	width   Tick
	days    [][]arrival // ring of days to come
	day     Tick        // the current day
	current []arrival   // of the current day and before, sorted, from next on
	next    int
	waiting int // in days
}

func newCalendar(width, reach Tick) *calendar {
	n := 2
	for Tick(n)*width <= reach+2*width {
		n *= 2
	}
	return &calendar{width: width, days: make([][]arrival, n)}
}

func (c *calendar) push(a arrival) {
	day := a.at.Tick / c.width
	if day <= c.day {
		k, _ := slices.BinarySearchFunc(c.current[c.next:], a, arrival.compare)
		c.current = slices.Insert(c.current, c.next+k, a)
		return
	}
	d := &c.days[int(day)&(len(c.days)-1)]
	*d = append(*d, a)
	c.waiting++
}

// peek gives the instant of the earliest arrival up to tick end.
func (c *calendar) peek(end Tick) (Instant, bool) {
	for c.next == len(c.current) {
		if c.waiting == 0 || (c.day+1)*c.width > end {
			return Never, false
		}
		c.day++
		d := &c.days[int(c.day)&(len(c.days)-1)]
		c.current, *d = append(c.current[:0], *d...), (*d)[:0]
		c.waiting -= len(c.current)
		c.next = 0
		slices.SortFunc(c.current, arrival.compare)
	}
	a := c.current[c.next].at
	return a, a.Tick <= end
}

// pop gives the arrivals at the instant that peek gave.
func (c *calendar) pop() []arrival {
	from := c.next
	at := c.current[from].at
	for c.next < len(c.current) && c.current[c.next].at == at {
		c.next++
	}
	return c.current[from:c.next]
}

// first gives the tick of a day with arrivals that is not after any of them, or never.
func (c *calendar) first() Tick {
	if c.next < len(c.current) {
		return c.current[c.next].at.Tick
	}
	if c.waiting == 0 {
		return never
	}
	for k := Tick(1); ; k++ {
		if len(c.days[int(c.day+k)&(len(c.days)-1)]) > 0 {
			return (c.day + k) * c.width
		}
	}
}

// skip moves an empty stretch of the calendar on to tick t.
func (c *calendar) skip(t Tick) {
	if c.waiting == 0 && c.next == len(c.current) {
		c.day = max(c.day, t/c.width)
	}
}

func (c *calendar) clear() {
	for k := range c.days {
		c.days[k] = c.days[k][:0]
	}
	c.current, c.next, c.waiting, c.day = c.current[:0], 0, 0, 0
}
