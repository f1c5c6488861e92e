package sim

import (
	"fmt"
	"math"
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

// deliver adds synapses lo to hi to the input vector, each weight times factor.
func (r *rows) deliver(in []float64, lo, hi uint32, factor float64) {
	in = in[r.base:]
	if r.slot16 != nil {
		addRow(in, r.slot16, r.weight, lo, hi, r.constant, factor)
	} else {
		addRow(in, r.slot32, r.weight, lo, hi, r.constant, factor)
	}
}

// addRow is the delivery loop: in[target] += weight for a run of synapses.
func addRow[S uint16 | uint32](in []float64, slots []S, weight []float32, lo, hi uint32, constant, factor float64) {
	slots = slots[lo:hi]
	if weight == nil {
		w := constant * factor
		for _, s := range slots {
			in[s] += w
		}
		return
	}
	weight = weight[lo:hi]
	weight = weight[:len(slots)]
	if factor == 1 {
		for k, s := range slots {
			in[s] += float64(weight[k])
		}
		return
	}
	for k, s := range slots {
		in[s] += float64(float64(weight[k]) * factor)
	}
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

// draft collects what a set of projections puts into rows while a partition is built.
type draft struct {
	p        *partition
	projs    []*Projection
	rng      *Rand
	delayRng *Rand
	wRng     *Rand
	sources  []int32
}

func newDraft(p *partition, projs []*Projection) *draft {
	return &draft{p: p, projs: projs, rng: NewRand(Key{}), delayRng: NewRand(Key{}), wRng: NewRand(Key{})}
}

// synapses calls visit for each synapse that ends in the partition, projection by projection, target
// by target, in the order drawn. Two calls see the same synapses. Weights are drawn only on demand.
func (d *draft) synapses(weights bool, visit func(proj *Projection, source, target int, delay Tick, w float64)) error {
	for _, proj := range d.projs {
		proj.drawn[d.p.index] = 0
		b := d.p.blocks[proj.Target.Pop.index]
		lo, hi := max(proj.Target.Lo, b.lo), min(proj.Target.Hi, b.lo+b.n)
		wiring, delays, ws := proj.key("synapses"), proj.key("delays"), proj.key("weights")
		explicit, _ := proj.plan.(Explicit)
		for j := lo; j < hi; j++ {
			t := j - proj.Target.Lo
			d.rng.Reset(wiring.Sub(uint64(t)))
			d.sources = proj.plan.Sources(d.sources[:0], t, d.rng)
			var ew, ed []float64
			if explicit != nil {
				ew, ed = explicit.WeightsDelays(t)
			}
			constDelay := proj.dmin == proj.dmax
			if !constDelay {
				d.delayRng.Reset(delays.Sub(uint64(t)))
			}
			constW := proj.wlo == proj.whi
			if weights && !constW {
				d.wRng.Reset(ws.Sub(uint64(t)))
			}
			proj.drawn[d.p.index] += int64(len(d.sources))
			for k, i := range d.sources {
				if uint(i) >= uint(proj.Source.Size()) {
					return fmt.Errorf("sim: projection %s: the rule gave source %d of %d for target %d", proj.Name, i, proj.Source.Size(), t)
				}
				delay, w := proj.dmin, proj.wlo
				if !constDelay {
					if ed != nil {
						delay = proj.delayTicks(ed[k])
					} else {
						delay = min(max(proj.delayTicks(proj.syn.Delay.Draw(d.delayRng)), proj.dmin), proj.dmax)
					}
				}
				if weights && !constW {
					if ew != nil {
						w = ew[k]
					} else {
						w = proj.syn.Weight.Draw(d.wRng)
					}
				}
				visit(proj, int(i)+proj.Source.Lo, j, delay, w)
			}
		}
	}
	return nil
}

// span gives the range of sources and delays of the projections.
func (d *draft) span() (srcLo, nsrc int, dmin Tick, segments int) {
	srcLo, hi := math.MaxInt, 0
	dmin, dmax := never, Tick(0)
	for _, p := range d.projs {
		srcLo, hi = min(srcLo, p.Source.Lo), max(hi, p.Source.Hi)
		dmin, dmax = min(dmin, p.dmin), max(dmax, p.dmax)
	}
	return srcLo, hi - srcLo, dmin, int(dmax-dmin) + 1
}

// layout counts the synapses per (source, delay) and turns the counts into start positions shifted by
// one place, so that filling moves each entry to where it belongs. The cell of a source and a delay is
// perSource (source-srcLo) + perDelay (delay-dmin).
func (d *draft) layout(srcLo int, dmin Tick, cells, perSource, perDelay int) ([]uint32, error) {
	ptr := makeLarge[uint32](cells + 2)
	total := int64(0)
	err := d.synapses(false, func(proj *Projection, source, target int, delay Tick, _ float64) {
		ptr[(source-srcLo)*perSource+int(delay-dmin)*perDelay+2]++
		total++
	})
	if err != nil {
		return nil, err
	}
	if err := fitsRow(total, d.projs[0].Source.Pop); err != nil {
		return nil, err
	}
	for k := 2; k < len(ptr); k++ {
		ptr[k] += ptr[k-1]
	}
	return ptr, nil
}

// fitsRow reports more synapses than 32-bit positions can tell apart.
func fitsRow(total int64, source *Population) error {
	if total > math.MaxUint32 {
		return fmt.Errorf("sim: %d synapses from population %s onto one worker: at most %d; use more workers", total, source.Name, uint32(math.MaxUint32))
	}
	return nil
}

// rows draws the projections into rows: count, prefix sum, fill.
func (d *draft) rows() (*rows, error) {
	first := d.projs[0]
	r := &rows{source: first.Source.Pop, constant: first.wlo}
	r.srcLo, r.nsrc, r.dmin, r.segments = d.span()
	ptr, err := d.layout(r.srcLo, r.dmin, r.nsrc*r.segments, r.segments, 1)
	if err != nil {
		return nil, err
	}
	lo, hi := math.MaxInt, 0
	for _, proj := range d.projs {
		b := d.p.blocks[proj.Target.Pop.index]
		lo, hi = min(lo, b.inBase[proj.receptor]), max(hi, b.inBase[proj.receptor]+b.n)
	}
	total := ptr[len(ptr)-1]
	r.base = min(lo, hi)
	if hi-lo <= 1<<16 {
		r.slot16 = makeLarge[uint16](int(total))
	} else {
		r.slot32 = makeLarge[uint32](int(total))
	}
	if !constantWeights(d.projs) {
		r.weight = makeLarge[float32](int(total))
	}
	err = d.synapses(r.weight != nil, func(proj *Projection, source, target int, delay Tick, w float64) {
		c := &ptr[(source-r.srcLo)*r.segments+int(delay-r.dmin)+1]
		k := *c
		*c++
		b := d.p.blocks[proj.Target.Pop.index]
		slot := b.inBase[proj.receptor] + target - b.lo - r.base
		if r.slot16 != nil {
			r.slot16[k] = uint16(slot)
		} else {
			r.slot32[k] = uint32(slot)
		}
		if r.weight != nil {
			r.weight[k] = float32(w)
		}
	})
	r.ptr = ptr[:len(ptr)-1]
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
