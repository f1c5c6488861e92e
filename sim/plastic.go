package sim

import (
	"fmt"
	"unsafe"

	"github.com/glia-sim/glia/sim/mem"
)

// Rule changes the weights of plastic synapses. A rule is one file: a struct of parameters with these
// methods, and a block type with the loops.
type Rule interface {
	Validate() error
	// NewRule makes the rule's state for the synapses that share one delay and end in one partition.
	NewRule(s RuleSpec) (RuleBlock, error)
}

// RowRule is implemented by rules that may put off what postsynaptic spikes do to a synapse until the next
// presynaptic spike, as NEST does: they walk rows only. Columns, and with them 10 bytes per synapse, are
// saved, and the weights are visited in sequence.
type RowRule interface {
	Rule
	// ByRows says whether these parameters allow it. The blocks are then RuleSettlers; the spans of
	// postsynaptic spikes are empty. There are columns all the same where a spike acts with the weight
	// it finds (DeliverFirst), and where the two ends of a synapse come in calls of their own (Axonal).
	ByRows() bool
}

// RuleSpec says which synapses a rule block looks after.
type RuleSpec struct {
	Clock    Clock
	Sources  int // neurons of the source population, with or without synapses here
	Targets  int // neurons of the target block
	First    int // index in the target population of the block's neuron 0
	Synapses *Synapses
	Post     Block // state of the targets, for rules that read it (voltage)
	// Lag is how far the synapses' own clock is behind the network's: the delay, or 0 for Axonal.
	Lag Tick
	Key Key
}

// Synapses are the plastic synapses of a projection that share one delay and end in one block, seen
// from both ends. Synapse k joins some source to Target[k] with Weight[k]; a source's synapses are
// consecutive: those of source FirstSource+i are Row[i] to Row[i+1]-1. The column of target j is the
// entries Column[j] to Column[j+1]-1: entry c is synapse ColumnSynapse[c], from ColumnSource[c]. Sources
// count within their population, targets within the block.
//
// Rules by rows (RowRule) have no columns, and Narrow in the place of Target where 16 bits hold a target.
type Synapses struct {
	Target        []int32
	Narrow        []uint16
	Weight        []float64
	FirstSource   int
	Row           []uint32
	Column        []uint32
	ColumnSynapse []uint32
	ColumnSource  []int32
}

// target gives the target of synapse k.
func (s *Synapses) target(k uint32) int {
	if s.Narrow != nil {
		return int(s.Narrow[k])
	}
	return int(s.Target[k])
}

// Span is one spike that reaches plastic synapses: for a presynaptic spike its synapses Lo to Hi-1,
// for a postsynaptic spike the entries Lo to Hi-1 of its column.
type Span struct {
	Neuron int32 // source index in its population, or target index in the block
	Lo, Hi uint32
}

// RuleBlock is the state of a rule for a set of synapses.
type RuleBlock interface {
	// Update is called for the ticks at which spikes reach the synapses, in rising order, with all
	// that reach them at tick t on the synapses' own clock. Traces are read as they were before t:
	// what spikes at t add to them counts only later. With axonal delays the postsynaptic spikes of
	// a tick come in a second call for the same t.
	Update(t Tick, pre, post []Span)
	// Reset forgets traces; weights stay.
	Reset()
	// State lists what evolves but the weights: what belongs to synapses by PerSynapse, to targets by
	// PerNeuron, to sources by Values, and the modulators that the rule reads.
	State(c *Codec)
}

// RuleTicker is implemented by rule blocks that follow something between spikes: the voltage of their
// targets, a modulator.
type RuleTicker interface {
	// Tick is called once for every tick t of the network, before Update sees what spikes bring at t:
	// it carries the rule over the step (t-1, t]. The targets are in their state of t-1, the modulators
	// have the values that hold from t-1 on.
	Tick(t Tick)
}

// RuleSettler is implemented by rule blocks that put off changes of weights.
type RuleSettler interface {
	// Settle makes the changes that are due. It is called between windows, before weights are read or
	// set.
	Settle()
}

// Release scales the spikes of a source by the state of its terminals: short-term plasticity that is
// the same for all synapses of one source in the projection.
type Release interface {
	Validate() error
	// NewRelease makes the state of n sources.
	NewRelease(n int, clock Clock) ReleaseBlock
}

// ReleaseBlock is the state of a Release for some sources.
type ReleaseBlock interface {
	// Spike gives the factor by which the weights of source i count for its spike at the given instant.
	// For one source it is called in the order of time.
	Spike(i int, at Instant) float64
	Reset()
	// State lists what evolves, by PerNeuron.
	State(c *Codec)
}

// plasticRows holds the plastic synapses of one projection that end in one partition, apart by delay.
type plasticRows struct {
	proj     *Projection
	block    *block
	srcLo    int
	nsrc     int
	dmin     Tick
	base     int              // slot of the block's neuron 0
	direct   bool             // a variable of the block: see Accumulator
	segments []plasticSegment // per delay, from dmin
	tickers  []RuleTicker
	pre      []Span
	post     []Span
	factor   []float64 // efficacies of pre
}

// plasticSegment is the synapses of one delay.
type plasticSegment struct {
	Synapses
	rule RuleBlock // nil without synapses
}

// byRows says whether the rule of the projection does without columns.
func (p *Projection) byRows() bool {
	r, ok := p.syn.Plasticity.(RowRule)
	return ok && !p.syn.DeliverFirst && p.syn.Backpropagation != Axonal && r.ByRows()
}

// narrowTargets says whether 16 bits tell so many targets apart.
func narrowTargets(n int) bool { return n <= 1<<16 }

func (d *draft) plastic() (*plasticRows, error) {
	proj := d.projs[0]
	b := d.p.blocks[proj.Target.Pop.index]
	r := &plasticRows{proj: proj, block: b, base: b.inBase[proj.receptor], direct: proj.direct()}
	var delays int
	r.srcLo, r.nsrc, r.dmin, delays = d.span()
	r.segments = make([]plasticSegment, delays)
	for k := range r.segments {
		r.segments[k].FirstSource, r.segments[k].Row = r.srcLo, make([]uint32, r.nsrc+1)
	}
	byRows := proj.byRows()
	narrow := byRows && narrowTargets(b.n)
	err := bySource(d, true, func(*Projection) int { return 0 }, func(total int) {
		if delays > 1 {
			return
		}
		s := &r.segments[0]
		s.Weight = mem.Large[float64](total)[:0]
		if narrow {
			s.Narrow = mem.Large[uint16](total)[:0]
		} else {
			s.Target = mem.Large[int32](total)[:0]
		}
	}, func(row int, synapses []drawn[float64]) {
		for k := range synapses {
			x := &synapses[k]
			s := &r.segments[x.delay()]
			s.Weight = append(s.Weight, x.weight)
			if narrow {
				s.Narrow = append(s.Narrow, uint16(x.target))
			} else {
				s.Target = append(s.Target, int32(x.target))
			}
		}
		for k := range r.segments {
			r.segments[k].Row[row+1] = uint32(len(r.segments[k].Weight))
		}
	})
	if err != nil {
		return nil, err
	}
	if !byRows {
		for k := range r.segments {
			r.segments[k].columns(b.n)
		}
	}
	return r, r.makeRules()
}

func (r *plasticRows) makeRules() error {
	syn, b := &r.proj.syn, r.block
	for k := range r.segments {
		seg := &r.segments[k]
		if len(seg.Weight) == 0 {
			continue
		}
		spec := RuleSpec{Clock: r.proj.net.clock, Sources: r.proj.Source.Pop.Size, Targets: b.n, First: b.lo,
			Synapses: &seg.Synapses, Post: b.state, Key: r.proj.key("plasticity").Sub(uint64(k))}
		if syn.Backpropagation != Axonal {
			spec.Lag = r.dmin + Tick(k)
		}
		rule, err := syn.Plasticity.NewRule(spec)
		if err != nil {
			return fmt.Errorf("sim: projection %s: plasticity: %w", r.proj.Name, err)
		}
		seg.rule = rule
		if t, ok := rule.(RuleTicker); ok {
			r.tickers = append(r.tickers, t)
		}
	}
	return nil
}

// columns makes the columns of n targets from the rows: count, prefix sum, fill, as the rows themselves
// were made. Columns that are there already are filled anew where they are, since rules hold them.
func (s *plasticSegment) columns(n int) {
	if s.Column == nil {
		s.Column = make([]uint32, n+1)
		s.ColumnSynapse, s.ColumnSource = mem.Large[uint32](len(s.Weight)), mem.Large[int32](len(s.Weight))
	}
	next := make([]uint32, n+2)
	for k := range s.Weight {
		next[s.target(uint32(k))+2]++
	}
	for k := 2; k < len(next); k++ {
		next[k] += next[k-1]
	}
	for i := range len(s.Row) - 1 {
		for k := s.Row[i]; k < s.Row[i+1]; k++ {
			c := &next[s.target(k)+1]
			s.ColumnSynapse[*c], s.ColumnSource[*c] = k, int32(i+s.FirstSource)
			*c++
		}
	}
	copy(s.Column, next)
}

func (r *plasticRows) each(p *partition, proj *Projection, source int, visit func(int, Tick, *weightRef)) {
	if source < r.srcLo || source >= r.srcLo+r.nsrc {
		return
	}
	for d := range r.segments {
		s := &r.segments[d]
		for k := s.Row[source-r.srcLo]; k < s.Row[source-r.srcLo+1]; k++ {
			visit(s.target(k)+r.block.lo, r.dmin+Tick(d), &weightRef{f64: &s.Weight[k]})
		}
	}
}

// settle makes the changes of weights that rules have put off.
func (r *plasticRows) settle() {
	for k := range r.segments {
		if s, ok := r.segments[k].rule.(RuleSettler); ok {
			s.Settle()
		}
	}
}

// tick carries the rules that want it over the step that ends at t.
func (r *plasticRows) tick(t Tick) {
	for _, rule := range r.tickers {
		rule.Tick(t)
	}
}

// arrive handles what reaches the synapses' targets at tick t: it delivers the spikes due and lets the
// rule see, in the order in which the synapses see them, the spikes of both ends.
func (r *plasticRows) arrive(p *partition, t Tick) {
	for k := len(r.segments) - 1; k >= 0; k-- {
		s := &r.segments[k]
		if s.rule == nil {
			continue
		}
		d := r.dmin + Tick(k)
		r.pre, r.post = r.pre[:0], r.post[:0]
		r.reached(p, t-d, s)
		at := t - d // on the synapse's clock
		if syn := &r.proj.syn; syn.Backpropagation == Axonal {
			at = t
		} else {
			r.fired(p, t-syn.lookBack(d), s)
		}
		if len(r.pre) == 0 && len(r.post) == 0 {
			continue
		}
		if r.proj.syn.DeliverFirst {
			r.deliver(p, s)
			s.rule.Update(at, r.pre, r.post)
		} else {
			s.rule.Update(at, r.pre, r.post)
			r.deliver(p, s)
		}
	}
}

// fire tells the rule of the targets that have just fired, where their spikes reach the synapses at once.
func (r *plasticRows) fire(p *partition, t Tick) {
	if r.proj.syn.Backpropagation != Axonal {
		return
	}
	for k := range r.segments {
		s := &r.segments[k]
		if s.rule == nil {
			continue
		}
		r.pre, r.post = r.pre[:0], r.post[:0]
		r.fired(p, t, s)
		if len(r.post) > 0 {
			s.rule.Update(t, nil, r.post)
		}
	}
}

// reached lists the rows whose sources fired at tick t, with the efficacies of their spikes.
func (r *plasticRows) reached(p *partition, t Tick, s *plasticSegment) {
	r.factor = r.factor[:0]
	for q, l := range p.net.hist.of(r.proj.Source.Pop, t) {
		f := r.proj.efficacies(t, q)
		for n, i := range l.ids {
			row := int(i) - r.srcLo
			if uint(row) >= uint(r.nsrc) {
				continue
			}
			r.pre = append(r.pre, Span{i, s.Row[row], s.Row[row+1]})
			r.factor = append(r.factor, f.at(n))
		}
	}
}

func (r *plasticRows) fired(p *partition, t Tick, s *plasticSegment) {
	for _, j := range p.net.hist.at(r.block.pop, t, p.index).ids {
		j -= int32(r.block.lo)
		if s.Column == nil {
			r.post = append(r.post, Span{Neuron: j})
		} else if s.Column[j] < s.Column[j+1] {
			r.post = append(r.post, Span{j, s.Column[j], s.Column[j+1]})
		}
	}
}

func (r *plasticRows) deliver(p *partition, s *plasticSegment) {
	in := p.in[r.base : r.base+r.block.n]
	for n, sp := range r.pre {
		if n+1 < len(r.pre) {
			s.prefetch(r.pre[n+1].Lo)
		}
		f := r.factor[n]
		w := s.Weight[sp.Lo:sp.Hi]
		if s.Narrow != nil {
			addPlastic(in, s.Narrow[sp.Lo:sp.Hi], w, f)
		} else {
			addPlastic(in, s.Target[sp.Lo:sp.Hi], w, f)
		}
		p.events += int64(len(w))
	}
}

// prefetch asks for the synapses from k on, of which there are some.
func (s *Synapses) prefetch(k uint32) {
	switch {
	case int(k) >= len(s.Weight):
	case s.Narrow != nil:
		mem.Prefetch(unsafe.Pointer(&s.Narrow[k]), unsafe.Pointer(&s.Weight[k]))
	default:
		mem.Prefetch(unsafe.Pointer(&s.Target[k]), unsafe.Pointer(&s.Weight[k]))
	}
}

// WeightSnapshot is a copy of all plastic weights of a network, in storage order. It fits networks built
// from the same description and seed with the same number of workers.
type WeightSnapshot struct{ stores [][]float64 }

// PlasticWeights copies the weights of all plastic projections, into old if that fits (nil is fine).
func (n *Network) PlasticWeights(old *WeightSnapshot) *WeightSnapshot {
	s := &WeightSnapshot{}
	if old != nil {
		s.stores = old.stores[:0]
	}
	for _, p := range n.parts {
		for _, r := range p.plastic {
			r.settle()
			for d := range r.segments {
				k := len(s.stores)
				if k < cap(s.stores) {
					s.stores = s.stores[:k+1]
				} else {
					s.stores = append(s.stores, nil)
				}
				s.stores[k] = append(s.stores[k][:0], r.segments[d].Weight...)
			}
		}
	}
	return s
}

// SetPlasticWeights puts a snapshot back.
func (n *Network) SetPlasticWeights(s *WeightSnapshot) error {
	k := 0
	for _, p := range n.parts {
		for _, r := range p.plastic {
			r.settle()
			for d := range r.segments {
				w := r.segments[d].Weight
				if k >= len(s.stores) || len(s.stores[k]) != len(w) {
					return stringError("sim: the weight snapshot is of another network or number of workers")
				}
				copy(w, s.stores[k])
				k++
			}
		}
	}
	return nil
}
