package sim

// run is a stretch of synapses of one row, which one spike reaches at one tick: lo to hi-1.
type run struct{ lo, hi uint32 }

// dueRuns is a calendar of the runs to be delivered: a list for each tick up to the longest delay after the
// shortest, in a ring. A spike enters the runs of its row into all lists at once, so that the row is looked up once
// and in sequence; the ends of the lists are few cache lines, which stay near.
type dueRuns struct {
	mask    Tick
	room    int       // of each list
	count   []int32   // runs in each list
	runs    []run     // the lists, room apart
	factors []float64 // efficacies of the runs' spikes; nil where there is no Release
}

func newDueRuns(delays int, release bool) dueRuns {
	n := 1
	for n < delays {
		n *= 2
	}
	d := dueRuns{mask: Tick(n - 1), count: make([]int32, n)}
	if release {
		d.factors = []float64{}
	}
	return d
}

// enter puts the runs of a row, each ending where the next begins, into the lists of tick t and those after it.
func (d *dueRuns) enter(t Tick, ptr []uint32, factor float64) {
	lo := ptr[0]
	for k, hi := range ptr[1:] {
		list := int(t+Tick(k)) & int(d.mask)
		n := &d.count[list]
		at := list*d.room + int(*n)
		d.runs[at] = run{lo, hi}
		if d.factors != nil {
			d.factors[at] = factor
		}
		// One more unless the run is empty, without a branch: the processor could not foresee it.
		*n += int32((uint64(lo) - uint64(hi)) >> 63)
		lo = hi
	}
}

// reserve makes room for so many more runs in every list, and one to write an empty one to.
func (d *dueRuns) reserve(more int) {
	most := 0
	for _, n := range d.count {
		most = max(most, int(n))
	}
	if most+more < d.room {
		return
	}
	room := 2*(most+more) + 8
	runs := make([]run, len(d.count)*room)
	var factors []float64
	if d.factors != nil {
		factors = make([]float64, len(runs))
	}
	for k, n := range d.count {
		copy(runs[k*room:], d.runs[k*d.room:k*d.room+int(n)])
		if d.factors != nil {
			copy(factors[k*room:], d.factors[k*d.room:k*d.room+int(n)])
		}
	}
	d.room, d.runs, d.factors = room, runs, factors
}

// take empties the list of tick t and gives what was in it, until the next call of enter.
func (d *dueRuns) take(t Tick) (runs []run, factors []float64) {
	list := int(t & d.mask)
	lo, hi := list*d.room, list*d.room+int(d.count[list])
	d.count[list] = 0
	if d.factors != nil {
		factors = d.factors[lo:hi]
	}
	return d.runs[lo:hi], factors
}

func (d *dueRuns) clear() { clear(d.count) }

// enter puts the runs of the spikes that were fired at a tick into the lists, but for the first done of each row, in
// the order in which the spikes were fired.
func (r *rows) enter(p *partition, fired Tick, done int) {
	t := fired + r.dmin + Tick(done)
	for q, l := range p.net.hist.of(r.source, fired) {
		if len(l.ids) == 0 {
			continue
		}
		r.due.reserve(len(l.ids))
		f := r.factors.efficacies(fired, q)
		for k, i := range l.ids {
			if row := int(i) - r.srcLo; uint(row) < uint(r.nsrc) {
				r.due.enter(t, r.ptr[row*r.segments:][done:r.segments+1], f.at(k))
			}
		}
	}
}

// collect enters the spikes that begin to arrive at tick t and gives the runs due at t. It is called for every tick.
func (r *rows) collect(p *partition, t Tick) (runs []run, factors []float64) {
	r.enter(p, t-r.dmin, 0)
	return r.due.take(t)
}

// deliver adds runs of synapses to the input vector, each weight times the factor of its run; nil stands for factors
// of 1.
func (r *rows) deliver(in []float64, runs []run, factors []float64) {
	if len(runs) == 0 {
		return
	}
	in = in[r.base:]
	if r.slot16 != nil {
		addRuns(in, r.slot16, r.weight, r.constant, runs, factors)
	} else {
		addRuns(in, r.slot32, r.weight, r.constant, runs, factors)
	}
}

// addRunsGo is the delivery loop: in[target] += weight, run by run. Without weights all are constant.
func addRunsGo[S uint16 | uint32](in []float64, slots []S, weight []float32, constant float64, runs []run, factors []float64) {
	factor := 1.0
	for n, run := range runs {
		if factors != nil {
			factor = factors[n]
		}
		slots := slots[run.lo:run.hi]
		if weight == nil {
			w := float64(constant * factor)
			for _, s := range slots {
				in[s] += w
			}
			continue
		}
		weight := weight[run.lo:run.hi][:len(slots)]
		for k, s := range slots {
			in[s] += float64(float64(weight[k]) * factor)
		}
	}
}

// addPlasticGo is the loop for one row of plastic synapses, whose weights are in double precision.
func addPlasticGo[T int32 | uint16](in []float64, targets []T, weight []float64, factor float64) {
	weight = weight[:len(targets)]
	for k, j := range targets {
		in[j] += float64(weight[k] * factor)
	}
}
