package sim

import (
	"cmp"
	"math"
	"slices"
	"sort"
)

// inFlight carries the spikes that have been fired and have not had all their effects: the history, what
// is pushed ahead into future input, and the calendars and announcements of event-driven neurons. What
// the pulling stores have under way follows from the history.
func (f *checkpoint) inFlight() {
	n := f.n
	if f.loading && f.err == nil {
		n.hist.clear()
		for _, p := range n.parts {
			for _, slot := range p.ahead {
				clear(slot)
			}
			clear(p.in)
		}
	}
	from := max(1, n.now-n.hist.mask)
	if !n.stepped {
		from = max(from, n.last+1) // what came before has gone into the calendars
	}
	for t := from; t <= n.now && f.err == nil; t++ {
		for _, pop := range n.pops {
			f.spikes(pop, t)
		}
	}
	f.ahead()
	for k, pop := range n.pops {
		if n.parts[0].blocks[k].queue != nil {
			f.events(pop)
		}
	}
	if !f.loading || f.err != nil {
		return
	}
	for _, p := range n.parts {
		for _, r := range p.pull {
			r.restore(p, n.now)
		}
	}
}

// spikes carries those of a population at tick t, with the efficacies of the projections they go along.
func (f *checkpoint) spikes(pop *Population, t Tick) {
	n := f.n
	event := n.parts[0].blocks[pop.index].queue != nil
	lists := n.hist.of(pop, t)
	total := 0
	for _, l := range lists {
		total += len(l.ids)
	}
	f.count(&total, math.MaxInt32, "spikes at one tick")
	if !f.loading {
		for _, l := range lists {
			for k, i := range l.ids {
				x := uint32(i)
				f.uint32(&x)
				if event {
					f.float(&l.lags[k])
				}
			}
		}
	}
	last, q := uint32(0), 0
	for ; f.loading && total > 0 && f.err == nil; total-- {
		var x uint32
		var lag float64
		f.uint32(&x)
		if event {
			f.float(&lag)
		}
		if x < last || int(x) >= pop.Size || !(lag >= 0 && lag < n.clock.DT) {
			f.fail("a spike of neuron %d after one of %d in population %s", x, last, pop.Name)
			return
		}
		last = x
		for b := n.parts[q].blocks[pop.index]; int(x) >= b.lo+b.n; b = n.parts[q].blocks[pop.index] {
			q++
		}
		l := &lists[q]
		l.ids = append(l.ids, int32(x))
		if event {
			l.lags = append(l.lags, lag)
		}
	}
	for _, proj := range n.projs {
		if proj.release == nil || proj.Source.Pop != pop {
			continue
		}
		for q, l := range lists {
			e := &proj.factors[proj.slot(t, q)]
			if f.loading {
				*e = slices.Grow((*e)[:0], len(l.ids))[:len(l.ids)]
			}
			for k := range l.ids {
				f.float(&(*e)[k])
			}
		}
	}
}

// ahead carries what stores have pushed into future input of stepped neurons: for each tick and receptor
// the neurons whose input is not zero.
func (f *checkpoint) ahead() {
	n := f.n
	if n.parts[0].ahead == nil {
		return
	}
	for t := n.now + 1; t <= n.now+n.hist.mask && f.err == nil; t++ {
		for k, pop := range n.pops {
			for r, base := range n.parts[0].blocks[k].inBase {
				if n.parts[0].blocks[k].step != nil && base >= 0 {
					f.future(pop, r, t)
				}
			}
		}
	}
}

// future carries the input pushed to a receptor for tick t.
func (f *checkpoint) future(pop *Population, receptor int, t Tick) {
	total := 0
	each := func(visit func(b *block, in []float64)) {
		for _, p := range f.n.parts {
			b := p.blocks[pop.index]
			base := b.inBase[receptor]
			visit(b, p.ahead[t&Tick(len(p.ahead)-1)][base:base+b.n])
		}
	}
	if !f.loading {
		each(func(_ *block, in []float64) {
			for _, x := range in {
				if math.Float64bits(x) != 0 {
					total++
				}
			}
		})
	}
	f.count(&total, pop.Size, "inputs at one tick")
	if !f.loading {
		each(func(b *block, in []float64) {
			for i, x := range in {
				if math.Float64bits(x) != 0 {
					j := uint32(i + b.lo)
					f.uint32(&j)
					f.float(&x)
				}
			}
		})
		return
	}
	last := -1
	for q := 0; total > 0 && f.err == nil; total-- {
		var j uint32
		var x float64
		f.uint32(&j)
		f.float(&x)
		if int(j) <= last || int(j) >= pop.Size {
			f.fail("input of neuron %d after that of %d in population %s", j, last, pop.Name)
			return
		}
		last = int(j)
		p := f.n.parts[q]
		for b := p.blocks[pop.index]; last >= b.lo+b.n; b = p.blocks[pop.index] {
			q++
			p = f.n.parts[q]
		}
		b := p.blocks[pop.index]
		p.ahead[t&Tick(len(p.ahead)-1)][b.inBase[receptor]+last-b.lo] = x
	}
}

// restore finds again, from the history, the spikes whose rows are being delivered at the end of tick now.
func (r *rows) restore(p *partition, now Tick) {
	r.due.clear()
	for t := max(1, now-r.dmin-Tick(r.segments)+2); t <= now-r.dmin; t++ {
		r.enter(p, t, int(now-(t+r.dmin)+1)) // but for the segments that are delivered
	}
}

// flight is an arrival as all workers know it: without the place of its synapses, which each has its own.
type flight struct {
	at     Instant
	store  int32
	source int32
	delay  Tick
	factor float64
}

func (a flight) compare(b flight) int {
	return cmp.Or(cmp.Compare(a.at.Tick, b.at.Tick), cmp.Compare(b.at.Lag, a.at.Lag), cmp.Compare(a.store, b.store),
		cmp.Compare(a.source, b.source), cmp.Compare(a.delay, b.delay), cmp.Compare(a.factor, b.factor))
}

// events carries the announcements and the calendars of an event-driven population.
func (f *checkpoint) events(pop *Population) {
	n := f.n
	for _, p := range n.parts {
		b := p.blocks[pop.index]
		announced := &b.queue.out.announced
		for i := range b.n {
			due := announced.dueOf(i)
			t := int64(due.Tick)
			f.int64(&t)
			f.float(&due.Lag)
			due.Tick = Tick(t)
			if f.loading && f.err == nil && (due.Tick <= n.now || due.Tick > never || !(due.Lag >= 0 && due.Lag < n.clock.DT)) {
				f.fail("a spike of population %s is announced for tick %d, lag %g ms", pop.Name, t, due.Lag)
			}
			if f.err != nil {
				return
			}
			if f.loading {
				announced.note(i, due)
			}
		}
	}
	var flights []flight
	if !f.loading {
		flights = n.flights(pop)
	}
	total := len(flights)
	f.count(&total, math.MaxInt, "spikes in flight")
	if f.loading {
		for _, p := range n.parts {
			p.blocks[pop.index].queue.resume(n.now)
		}
	}
	for k := 0; k < total && f.err == nil; k++ {
		var a flight
		if !f.loading {
			a = flights[k]
		}
		t, d := int64(a.at.Tick), int64(a.delay)
		store, source := uint32(a.store), uint32(a.source)
		f.int64(&t)
		f.float(&a.at.Lag)
		f.uint32(&store)
		f.uint32(&source)
		f.int64(&d)
		f.float(&a.factor)
		if !f.loading || f.err != nil {
			continue
		}
		a.at.Tick, a.delay, a.store, a.source = Tick(t), Tick(d), int32(store), int32(source)
		if t <= int64(n.now) || a.at.Tick > n.now+n.reach() || !(a.at.Lag >= 0 && a.at.Lag < n.clock.DT) || int(store) >= len(n.parts[0].eventStores) ||
			n.parts[0].eventFrom[store].target.pop != pop || int64(source) >= int64(n.parts[0].eventFrom[store].source.Size) {
			f.fail("a spike is in flight to population %s for tick %d from neuron %d of store %d", pop.Name, t, source, store)
			return
		}
		for _, p := range n.parts {
			if lo, hi := p.eventStores[store].run(a.source, a.delay); lo < hi {
				p.blocks[pop.index].queue.cal.push(arrival{a.at, a.store, a.source, lo, hi, a.factor})
			}
		}
	}
}

// resume makes the queue ready for what is in flight at the end of tick now.
func (q *eventQueue) resume(now Tick) {
	q.cal.clear(now)
	q.out.spikes = q.out.spikes[:0]
	q.out.now = Instant{Tick: now}
	q.out.first = q.out.now
	q.out.announced.rebuild(now)
	q.suspect = true
}

// flights gives what is in flight to a population, in order, once for all workers: those that have synapses
// of a source and a delay all have the same spikes on the way to them.
func (n *Network) flights(pop *Population) []flight {
	var all []flight
	for _, p := range n.parts {
		q := p.blocks[pop.index].queue
		var own []flight
		take := func(list []arrival) {
			for _, a := range list {
				own = append(own, flight{a.at, a.store, a.source, p.eventStores[a.store].delayOf(a), a.factor})
			}
		}
		take(q.cal.current[q.cal.next:])
		for _, day := range q.cal.days {
			take(day)
		}
		slices.SortFunc(own, flight.compare)
		all = merge(all, own)
	}
	return all
}

// merge gives the union of two ordered lists: of entries that are in both, as many as in the one that has
// more.
func merge(a, b []flight) []flight {
	if len(a) == 0 {
		return b
	}
	out := make([]flight, 0, max(len(a), len(b)))
	for len(a) > 0 && len(b) > 0 {
		switch c := a[0].compare(b[0]); {
		case c < 0:
			out, a = append(out, a[0]), a[1:]
		case c > 0:
			out, b = append(out, b[0]), b[1:]
		default:
			out, a, b = append(out, a[0]), a[1:], b[1:]
		}
	}
	return append(append(out, a...), b...)
}

// run gives the synapses of a source with one delay.
func (r *rows) run(source int32, delay Tick) (lo, hi uint32) {
	if i := int(source) - r.srcLo; i < 0 || i >= r.nsrc || delay < r.dmin || delay >= r.dmin+Tick(r.segments) {
		return 0, 0
	}
	return r.segment(int(source), delay)
}

// delayOf gives the delay of the synapses of an arrival.
func (r *rows) delayOf(a arrival) Tick {
	row := r.ptr[(int(a.source)-r.srcLo)*r.segments:][:r.segments+1]
	return r.dmin + Tick(sort.Search(r.segments, func(d int) bool { return row[d+1] > a.lo }))
}

func (r *pushRows) run(source int32, delay Tick) (lo, hi uint32) {
	lo, hi = r.row(int(source))
	row := r.delay[lo:hi]
	from := sort.Search(len(row), func(k int) bool { return Tick(row[k]) >= delay })
	to := sort.Search(len(row), func(k int) bool { return Tick(row[k]) > delay })
	return lo + uint32(from), lo + uint32(to)
}

func (r *pushRows) delayOf(a arrival) Tick { return Tick(r.delay[a.lo]) }
