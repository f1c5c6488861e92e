package sim

import (
	"cmp"
	"slices"

	"github.com/glia-sim/glia/sim/mem"
)

// pushRows holds synapses whose delays are so spread out that segments of equal delay would be nearly
// empty: each synapse carries its own delay, a row is sorted by it. On stepped neurons a spike is
// pushed through its whole row into the ring of future input; on event-driven ones each run of equal
// delay becomes one event of the calendar.
type pushRows struct {
	source   *Population
	srcLo    int
	ptr      []uint32
	slot     []uint32 // into the partition's vector of input
	delay    []Tick32
	weight   []float32 // nil where all are constant
	constant float64
	factors  *Projection
}

// Tick32 is a delay in ticks, as stored per synapse.
type Tick32 uint32

func (d *draft) pushRows() (*pushRows, error) {
	r := &pushRows{source: d.projs[0].Source.Pop, constant: d.projs[0].wlo}
	srcLo, nsrc, dmin, segments := d.span()
	r.srcLo = srcLo
	r.ptr = make([]uint32, nsrc+1)
	varied := !constantWeights(d.projs)
	err := bySource(d, varied, func(proj *Projection) int {
		return d.p.blocks[proj.Target.Pop.index].inBase[proj.receptor]
	}, func(total int) {
		r.slot, r.delay = mem.Large[uint32](total), mem.Large[Tick32](total)
		if varied {
			r.weight = mem.Large[float32](total)
		}
	}, func(row int, synapses []drawn[float32]) {
		at := r.ptr[row]
		for k := range synapses {
			x := &synapses[k]
			r.put(at, x.target, Tick32(Tick(x.delay())+dmin), x.weight)
			at++
		}
		r.ptr[row+1] = at
	})
	r.sortByDelay(dmin, segments)
	return r, err
}

// sortByDelay orders each row by delay, keeping the order of drawing within a delay: count, prefix sum,
// fill, like the rows themselves.
func (r *pushRows) sortByDelay(dmin Tick, segments int) {
	if segments == 1 {
		return
	}
	type entry struct {
		slot  uint32
		delay Tick32
		w     float32
	}
	var row []entry
	start := make([]uint32, segments+1)
	for i := 0; i+1 < len(r.ptr); i++ {
		lo, hi := r.ptr[i], r.ptr[i+1]
		row = row[:0]
		for k := lo; k < hi; k++ {
			e := entry{slot: r.slot[k], delay: r.delay[k]}
			if r.weight != nil {
				e.w = r.weight[k]
			}
			row = append(row, e)
		}
		// A row much shorter than the range of delays is sorted by comparing.
		if len(row)*8 < segments {
			slices.SortStableFunc(row, func(a, b entry) int { return cmp.Compare(a.delay, b.delay) })
			for k, e := range row {
				r.put(lo+uint32(k), e.slot, e.delay, e.w)
			}
			continue
		}
		clear(start)
		for _, e := range row {
			start[Tick(e.delay)-dmin+1]++
		}
		for d := 1; d < len(start); d++ {
			start[d] += start[d-1]
		}
		for _, e := range row {
			at := &start[Tick(e.delay)-dmin]
			r.put(lo+*at, e.slot, e.delay, e.w)
			*at++
		}
	}
}

func (r *pushRows) put(k, slot uint32, delay Tick32, w float32) {
	r.slot[k], r.delay[k] = slot, delay
	if r.weight != nil {
		r.weight[k] = w
	}
}

func (r *pushRows) row(i int) (lo, hi uint32) {
	k := i - r.srcLo
	if k < 0 || k+1 >= len(r.ptr) {
		return 0, 0
	}
	return r.ptr[k], r.ptr[k+1]
}

// push adds the row of source i, whose spike was at tick t, to the ring of future input.
func (r *pushRows) push(ring [][]float64, t Tick, i int, factor float64) int {
	lo, hi := r.row(i)
	mask := Tick(len(ring) - 1)
	w := float64(r.constant * factor)
	for k := lo; k < hi; k++ {
		if r.weight != nil {
			w = float64(float64(r.weight[k]) * factor)
		}
		ring[(t+Tick(r.delay[k]))&mask][r.slot[k]] += w
	}
	return int(hi - lo)
}

func (r *pushRows) each(p *partition, proj *Projection, source int, visit func(int, Tick, *weightRef)) {
	b := p.blocks[proj.Target.Pop.index]
	first := b.inBase[proj.receptor] - b.lo
	lo, hi := max(proj.Target.Lo, b.lo)+first, min(proj.Target.Hi, b.lo+b.n)+first
	from, to := r.row(source)
	for k := from; k < to; k++ {
		if s := int(r.slot[k]); s >= lo && s < hi {
			ref := weightRef{constant: r.constant}
			if r.weight != nil {
				ref.f32 = &r.weight[k]
			}
			visit(s-first, Tick(r.delay[k]), &ref)
		}
	}
}
