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
	if a.at != b.at { // nearly always
		if a.at.Before(b.at) {
			return -1
		}
		return 1
	}
	return cmp.Or(cmp.Compare(a.store, b.store),
		cmp.Compare(a.source, b.source), cmp.Compare(a.lo, b.lo), cmp.Compare(a.factor, b.factor))
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
	mixed   bool // current got an arrival after it was sorted
	waiting int  // in days

	dt     float64 // ms per tick
	dealt  []arrival
	bucket []int32
	ends   []int32
}

func newCalendar(width, reach Tick, dt float64) *calendar {
	n := 2
	for Tick(n)*width <= reach+2*width {
		n *= 2
	}
	return &calendar{width: width, days: make([][]arrival, n), dt: dt}
}

// dayOf gives the day of a tick from 1 on: like a window, a day is open on the left, so that windows
// that follow one another from tick 0 are the days.
func (c *calendar) dayOf(t Tick) Tick { return (t - 1) / c.width }

func (c *calendar) push(a arrival) {
	day := c.dayOf(a.at.Tick)
	if day <= c.day {
		c.current, c.mixed = append(c.current, a), true
		return
	}
	d := &c.days[int(day)&(len(c.days)-1)]
	*d = append(*d, a)
	c.waiting++
}

// peek gives the instant of the earliest arrival up to tick end.
func (c *calendar) peek(end Tick) (Instant, bool) {
	for c.next == len(c.current) {
		c.current, c.next, c.mixed = c.current[:0], 0, false
		if c.waiting == 0 || (c.day+1)*c.width+1 > end {
			return Never, false
		}
		c.day++
		d := &c.days[int(c.day)&(len(c.days)-1)]
		c.current, *d = *d, c.current
		c.waiting -= len(c.current)
		c.mixed = true
	}
	if c.mixed {
		c.sort(c.current[c.next:])
		c.mixed = false
	}
	a := c.current[c.next].at
	return a, a.Tick <= end
}

// sort orders arrivals. Exact times are spread evenly over a day, nearly enough: dealt to as many buckets as there
// are arrivals, few lie together, and those few are compared.
func (c *calendar) sort(list []arrival) {
	if len(list) <= fewArrivals {
		slices.SortFunc(list, arrival.compare)
		return
	}
	first, last := list[0].at.Tick, list[0].at.Tick
	for k := range list {
		first, last = min(first, list[k].at.Tick), max(last, list[k].at.Tick)
	}
	n := len(list)
	c.dealt, c.bucket, c.ends = slices.Grow(c.dealt[:0], n)[:n], slices.Grow(c.bucket[:0], n)[:n], slices.Grow(c.ends[:0], n+1)[:n+1]
	clear(c.ends)
	perTick := float64(n) / float64(last-first+1)
	for k := range list {
		at := list[k].at
		b := min(int(float64((float64(at.Tick-first)+1-at.Lag/c.dt)*perTick)), n-1)
		c.bucket[k] = int32(b)
		c.ends[b+1]++
	}
	for b := range n {
		c.ends[b+1] += c.ends[b] // ends[b] is where bucket b begins
	}
	for k, b := range c.bucket {
		c.dealt[c.ends[b]] = list[k]
		c.ends[b]++ // and now where it ends
	}
	from := int32(0)
	for _, to := range c.ends[:n] {
		if to > from+1 {
			slices.SortFunc(c.dealt[from:to], arrival.compare)
		}
		from = to
	}
	copy(list, c.dealt)
}

// fewArrivals are compared straight away.
const fewArrivals = 12

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
		t := never
		for _, a := range c.current[c.next:] {
			t = min(t, a.at.Tick)
		}
		return t
	}
	if c.waiting == 0 {
		return never
	}
	for k := Tick(1); ; k++ {
		if len(c.days[int(c.day+k)&(len(c.days)-1)]) > 0 {
			return (c.day+k)*c.width + 1
		}
	}
}

// skip moves an empty stretch of the calendar on to tick t.
func (c *calendar) skip(t Tick) {
	if c.waiting == 0 && c.next == len(c.current) {
		c.day = max(c.day, c.dayOf(t))
	}
}

// clear empties the calendar and opens it at tick t.
func (c *calendar) clear(t Tick) {
	for k := range c.days {
		c.days[k] = c.days[k][:0]
	}
	c.current, c.next, c.waiting, c.day = c.current[:0], 0, 0, max(0, c.dayOf(t))
	c.mixed = false
}
