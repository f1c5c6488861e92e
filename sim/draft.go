package sim

import (
	"fmt"
	"math"
)

// draft draws the synapses of some projections that end in one partition, all from one source
// population, and hands them over row by row.
//
// Rules draw target by target, stores are laid out source by source. Writing each synapse straight to
// its place would miss cache and translation buffer three times a synapse; instead the synapses are
// dealt into buckets of a few sources as they are drawn, and each bucket, small enough for the cache,
// is then sorted by counting. Nothing is compared, and within a row the order of drawing stays.
type draft struct {
	p       *partition
	projs   []*Projection
	rng     *Rand
	sources []int32
	ticks   []uint32 // delays over the least one
	values  []float64
	weights []float64
}

func newDraft(p *partition, projs []*Projection) *draft {
	return &draft{p: p, projs: projs, rng: NewRand(Key{})}
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

// drawn is a synapse on its way from the rule into a store.
type drawn[W float32 | float64] struct {
	weight W
	target uint32
	packed uint32 // delay over the least one, and the source within its bucket
}

const (
	bucketBits = 6 // 64 sources: their synapses fit into the second-level cache
	bucketSize = 1 << bucketBits
)

func (x *drawn[W]) delay() uint32 { return x.packed >> bucketBits }

// chunkSize is the number of synapses by which buckets grow.
const chunkSize = 1024

// draftMemory bounds what the buckets of one worker may take [bytes]; larger projections are drawn several
// times, for one range of sources after the other.
const draftMemory = 640 << 20

// bySource draws the synapses of the projections and calls emit for every source of the span in
// rising order with its synapses in the order drawn. A target is given as its index in the block plus
// what base gives for the projection. reserve is called once before, with the number of synapses.
func bySource[W float32 | float64](d *draft, weights bool, base func(*Projection) int, reserve func(total int), emit func(row int, synapses []drawn[W])) error {
	_, nsrc, _, _ := d.span()
	expected := 0.0
	for _, proj := range d.projs {
		b := d.p.blocks[proj.Target.Pop.index]
		share := float64(max(0, min(proj.Target.Hi, b.lo+b.n)-max(proj.Target.Lo, b.lo))) / float64(proj.Target.Size())
		expected += proj.plan.Expected() * share
	}
	passes := max(1, int(math.Ceil(expected*16/draftMemory)))
	buckets := (nsrc + bucketSize - 1) / bucketSize
	perPass := max(1, (buckets+passes-1)/passes)
	if perPass < buckets {
		total, err := d.count()
		if err != nil {
			return err
		}
		reserve(total)
	}
	s := sorter[W]{d: d, weights: weights, base: base}
	for from := 0; from < buckets; from += perPass {
		to := min(from+perPass, buckets)
		if err := s.deal(from, to); err != nil {
			return err
		}
		if perPass >= buckets {
			total := 0
			for _, n := range s.filled {
				total += n
			}
			if err := fitsRow(total, d.projs[0].Source.Pop); err != nil {
				return err
			}
			reserve(total)
		}
		for k := range s.filled {
			s.sort(k, min(bucketSize, nsrc-(from+k)*bucketSize), (from+k)*bucketSize, emit)
		}
	}
	return nil
}

// count counts the synapses without keeping any.
func (d *draft) count() (int, error) {
	total := 0
	for _, proj := range d.projs {
		if err := d.targets(proj, false, false, func(int) { total += len(d.sources) }); err != nil {
			return 0, err
		}
	}
	return total, fitsRow(total, d.projs[0].Source.Pop)
}

// fitsRow reports more synapses than 32-bit positions can tell apart.
func fitsRow(total int, source *Population) error {
	if int64(total) > math.MaxUint32 {
		return fmt.Errorf("sim: %d synapses from population %s onto one worker: at most %d; use more workers", total, source.Name, uint32(math.MaxUint32))
	}
	return nil
}

// targets draws the synapses of one projection target by target: visit finds the sources (indices in
// the source group), ticks and weights of target j of the block in the draft's slices.
func (d *draft) targets(proj *Projection, delays, weights bool, visit func(j int)) error {
	b := d.p.blocks[proj.Target.Pop.index]
	lo, hi := max(proj.Target.Lo, b.lo), min(proj.Target.Hi, b.lo+b.n)
	wiring, delayKey, weightKey := proj.key("synapses"), proj.key("delays"), proj.key("weights")
	explicit, _ := proj.plan.(Explicit)
	proj.drawn[d.p.index] = 0
	for j := lo; j < hi; j++ {
		t := j - proj.Target.Lo
		d.rng.Reset(wiring.Sub(uint64(t)))
		d.sources = proj.plan.Sources(d.sources[:0], t, d.rng)
		proj.drawn[d.p.index] += int64(len(d.sources))
		for _, i := range d.sources {
			if uint(i) >= uint(proj.Source.Size()) {
				return fmt.Errorf("sim: projection %s: the rule gave source %d of %d for target %d", proj.Name, i, proj.Source.Size(), t)
			}
		}
		var ew, ed []float64
		if explicit != nil {
			ew, ed = explicit.WeightsDelays(t)
		}
		if delays {
			d.drawDelays(proj, delayKey.Sub(uint64(t)), ed)
		}
		if weights {
			d.weights = d.draw(d.weights, len(d.sources), proj.syn.Weight, proj.wlo == proj.whi, proj.wlo, weightKey.Sub(uint64(t)), ew)
		}
		visit(j - b.lo)
	}
	return nil
}

// drawDelays sets ticks to the delays of a target's synapses, over the least delay of the draft.
func (d *draft) drawDelays(proj *Projection, key Key, explicit []float64) {
	_, _, dmin, _ := d.span()
	d.ticks = d.ticks[:0]
	if proj.dmin == proj.dmax {
		for range d.sources {
			d.ticks = append(d.ticks, uint32(proj.dmin-dmin))
		}
		return
	}
	d.values = d.draw(d.values, len(d.sources), proj.syn.Delay, false, 0, key, explicit)
	perMS := 1 / proj.net.clock.DT
	for _, ms := range d.values {
		t := min(max(Tick(float64(ms*perMS)+0.5), proj.dmin), proj.dmax)
		d.ticks = append(d.ticks, uint32(t-dmin))
	}
}

// draw fills dst with n values: explicit ones, a constant, or drawn from the stream of key.
func (d *draft) draw(dst []float64, n int, from Distribution, constant bool, value float64, key Key, explicit []float64) []float64 {
	if explicit != nil {
		return append(dst[:0], explicit...)
	}
	if cap(dst) < n {
		dst = make([]float64, n, 2*n)
	}
	dst = dst[:n]
	if constant {
		for k := range dst {
			dst[k] = value
		}
		return dst
	}
	d.rng.Reset(key)
	if f, ok := from.(Filler); ok {
		f.Fill(dst, d.rng)
		return dst
	}
	for k := range dst {
		dst[k] = from.Draw(d.rng)
	}
	return dst
}

// sorter deals synapses into buckets and sorts them.
type sorter[W float32 | float64] struct {
	d       *draft
	weights bool
	base    func(*Projection) int
	buckets [][][]drawn[W] // chunks of each bucket
	last    [][]drawn[W]   // the chunk that is being filled
	used    []int          // synapses in it
	filled  []int          // synapses of each bucket
	free    [][]drawn[W]
	sorted  []drawn[W]
}

// deal draws all synapses and keeps those whose sources are in the buckets from to to-1.
func (s *sorter[W]) deal(from, to int) error {
	d := s.d
	srcLo, _, _, _ := d.span()
	s.buckets, s.last, s.filled = make([][][]drawn[W], to-from), make([][]drawn[W], to-from), make([]int, to-from)
	s.used = make([]int, to-from)
	for _, proj := range d.projs {
		base := s.base(proj)
		shift := proj.Source.Lo - srcLo - from*bucketSize
		err := d.targets(proj, true, s.weights, func(j int) {
			target := uint32(base + j)
			ticks := d.ticks[:len(d.sources)]
			for k, i := range d.sources {
				row := int(i) + shift
				b := row >> bucketBits
				if uint(b) >= uint(len(s.last)) {
					continue
				}
				if s.used[b] == len(s.last[b]) {
					s.grow(b)
				}
				x := &s.last[b][s.used[b]]
				s.used[b]++
				x.target, x.packed = target, ticks[k]<<bucketBits|uint32(row&(bucketSize-1))
				if s.weights {
					x.weight = W(d.weights[k])
				}
			}
		})
		if err != nil {
			return err
		}
	}
	for b := range s.last {
		s.putAside(b)
	}
	return nil
}

// grow puts the chunk of a bucket aside and gives it an empty one.
func (s *sorter[W]) grow(b int) {
	s.putAside(b)
	if n := len(s.free); n > 0 {
		s.last[b], s.free = s.free[n-1], s.free[:n-1]
	} else {
		s.last[b] = make([]drawn[W], chunkSize)
	}
	s.used[b] = 0
}

// putAside keeps what is in the chunk of a bucket.
func (s *sorter[W]) putAside(b int) {
	if n := s.used[b]; n > 0 {
		s.buckets[b] = append(s.buckets[b], s.last[b][:n])
		s.filled[b] += n
	}
}

// sort orders a bucket by source, keeping the order of drawing, and emits its rows.
func (s *sorter[W]) sort(b, rows, first int, emit func(int, []drawn[W])) {
	var at [bucketSize + 1]int
	for _, c := range s.buckets[b] {
		for k := range c {
			at[c[k].packed&(bucketSize-1)+1]++
		}
	}
	for r := 1; r < len(at); r++ {
		at[r] += at[r-1]
	}
	if cap(s.sorted) < s.filled[b] {
		s.sorted = make([]drawn[W], s.filled[b]*5/4)
	}
	out := s.sorted[:s.filled[b]]
	start := at
	for _, c := range s.buckets[b] {
		for k := range c {
			r := c[k].packed & (bucketSize - 1)
			out[at[r]] = c[k]
			at[r]++
		}
		s.free = append(s.free, c[:chunkSize])
	}
	s.buckets[b] = nil
	for r := 0; r < rows; r++ {
		emit(first+r, out[start[r]:start[r+1]])
	}
}
