package sim

import (
	"math"

	"github.com/glia-sim/glia/sim/mem"
)

// rows holds the synapses that go from one source population to the neurons of one partition: a row
// per source, cut into segments of equal delay, so that all synapses due at one tick lie together.
// A target is a slot: an index into the partition's vector of input, which covers every population
// and receptor; hence projections from one source population share rows whatever they end on.
type rows struct {
	source   *Population
	srcLo    int  // first source with a row
	nsrc     int  // rows
	dmin     Tick // delay of the first segment
	segments int  // delays per row
	port     int  // where the first of its synapses end: see firstPort
	direct   bool // on variables of neurons: see Accumulator
	// ptr[i*segments+d] is where segment d of row i starts; the last entry ends the last one.
	ptr []uint32
	// Targets relative to base, in the narrower of the two forms that holds them.
	base   int
	slot16 []uint16
	slot32 []uint32
	// Weights; nil where all are constant.
	weight   []float32
	constant float64
	// Efficacies of the spikes, where the projection has a Release.
	factors *Projection
	due     dueRuns
}

// segment gives the synapses of source i (population index) with delay d.
func (r *rows) segment(i int, d Tick) (lo, hi uint32) {
	k := (i-r.srcLo)*r.segments + int(d-r.dmin)
	return r.ptr[k], r.ptr[k+1]
}

func (r *rows) target(k uint32) int {
	if r.slot16 != nil {
		return r.base + int(r.slot16[k])
	}
	return r.base + int(r.slot32[k])
}

// each visits the synapses of proj from one source.
func (r *rows) each(p *partition, proj *Projection, source int, visit func(int, Tick, *weightRef)) {
	if source < r.srcLo || source >= r.srcLo+r.nsrc {
		return
	}
	b := p.blocks[proj.Target.Pop.index]
	first := b.inBase[proj.receptor] - b.lo // slot of population index 0
	lo, hi := proj.Target.Lo+first, proj.Target.Hi+first
	lo, hi = max(lo, b.inBase[proj.receptor]), min(hi, b.inBase[proj.receptor]+b.n)
	for d := Tick(0); d < Tick(r.segments); d++ {
		from, to := r.segment(source, r.dmin+d)
		for k := from; k < to; k++ {
			if s := r.target(k); s >= lo && s < hi {
				ref := weightRef{constant: r.constant}
				if r.weight != nil {
					ref.f32 = &r.weight[k]
				}
				visit(s-first, r.dmin+d, &ref)
			}
		}
	}
}

// rows draws the projections into rows.
func (d *draft) rows() (*rows, error) {
	r := &rows{source: d.projs[0].Source.Pop, constant: d.projs[0].wlo}
	r.srcLo, r.nsrc, r.dmin, r.segments = d.span()
	lo, hi := math.MaxInt, 0
	for _, proj := range d.projs {
		b := d.p.blocks[proj.Target.Pop.index]
		lo, hi = min(lo, b.inBase[proj.receptor]), max(hi, b.inBase[proj.receptor]+b.n)
	}
	r.base = min(lo, hi)
	varied := !constantWeights(d.projs)
	r.ptr = mem.Large[uint32](r.nsrc*r.segments + 1)
	r.due = newDueRuns(r.segments, d.projs[0].syn.Release != nil)
	at := make([]uint32, r.segments)
	err := bySource(d, varied, func(proj *Projection) int {
		return d.p.blocks[proj.Target.Pop.index].inBase[proj.receptor] - r.base
	}, func(total int) {
		if hi-lo <= 1<<16 {
			r.slot16 = mem.Large[uint16](total)
		} else {
			r.slot32 = mem.Large[uint32](total)
		}
		if varied {
			r.weight = mem.Large[float32](total)
		}
	}, func(row int, synapses []drawn[float32]) {
		// Count the synapses of each delay, turn the counts into places, fill.
		clear(at)
		for k := range synapses {
			at[synapses[k].delay()]++
		}
		ptr := r.ptr[row*r.segments : (row+1)*r.segments+1]
		for s, n := range at {
			at[s] = ptr[s]
			ptr[s+1] = ptr[s] + n
		}
		for k := range synapses {
			x := &synapses[k]
			to := at[x.delay()]
			at[x.delay()]++
			if r.slot16 != nil {
				r.slot16[to] = uint16(x.target)
			} else {
				r.slot32[to] = x.target
			}
			if varied {
				r.weight[to] = x.weight
			}
		}
	})
	return r, err
}

func constantWeights(projs []*Projection) bool {
	for _, p := range projs {
		if p.wlo != p.whi || p.wlo != projs[0].wlo {
			return false
		}
	}
	return true
}
