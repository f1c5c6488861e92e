package sim

// Rule changes the weights of plastic synapses. A rule is one file: a struct of parameters with these
// methods, and a block type with the loops.
type Rule interface {
	Validate() error
	// NewRule makes the rule's state for the synapses that share one delay and end in one partition.
	NewRule(s RuleSpec) (RuleBlock, error)
}

// RuleSpec says which synapses a rule block looks after.
type RuleSpec struct {
	Clock    Clock
	Sources  int // neurons of the source population, with or without synapses here
	Targets  int // neurons of the target block
	First    int // index in the target population of the block's neuron 0
	Synapses *Synapses
	Post     Block // state of the targets, for rules that read it (voltage)
	Key      Key
}

// Synapses are plastic synapses seen from both ends. Synapse k joins some source to Target[k] with
// Weight[k]; a source's synapses are consecutive. A column lists a target's synapses: entry c is
// synapse ColumnSynapse[c], from ColumnSource[c]. Sources count within their population, targets
// within the block.
type Synapses struct {
	Target        []int32
	Weight        []float64
	ColumnSynapse []uint32
	ColumnSource  []int32
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
}

// plasticRows holds the plastic synapses of one projection that end in one partition: rows by source
// cut by delay, and columns by target cut by delay.
type plasticRows struct {
	proj     *Projection
	block    *block
	srcLo    int
	nsrc     int
	dmin     Tick
	segments int
	base     int // slot of the block's neuron 0
	ptr      []uint32
	col      []uint32 // column bounds: target*segments+delay
	syn      Synapses
	rules    []RuleBlock // per delay
	pre      []Span
	post     []Span
	factor   []float64 // efficacies of pre
}

func (d *draft) plastic() (*plasticRows, error) {
	proj := d.projs[0]
	b := d.p.blocks[proj.Target.Pop.index]
	r := &plasticRows{proj: proj, block: b, base: b.inBase[proj.receptor]}
	r.srcLo, r.nsrc, r.dmin, r.segments = d.span()
	ptr, err := d.layout(r.srcLo, r.nsrc, r.dmin, r.segments)
	if err != nil {
		return nil, err
	}
	total := int(ptr[len(ptr)-1])
	s := &r.syn
	s.Target, s.Weight = make([]int32, total), make([]float64, total)
	if err := d.synapses(true, func(_ *Projection, source, target int, delay Tick, w float64) {
		c := &ptr[(source-r.srcLo)*r.segments+int(delay-r.dmin)+1]
		s.Target[*c], s.Weight[*c] = int32(target-b.lo), w
		*c++
	}); err != nil {
		return nil, err
	}
	r.ptr = ptr[:len(ptr)-1]
	r.columns()
	for d := 0; d < r.segments; d++ {
		rule, err := proj.syn.Plasticity.NewRule(RuleSpec{Clock: proj.net.clock, Sources: proj.Source.Pop.Size,
			Targets: b.n, First: b.lo, Synapses: s, Post: b.state, Key: proj.key("plasticity").Sub(uint64(d))})
		if err != nil {
			return nil, err
		}
		r.rules = append(r.rules, rule)
	}
	return r, nil
}

// columns turns rows into columns: count, prefix sum, fill, as the rows themselves were made.
func (r *plasticRows) columns() {
	s := &r.syn
	total := len(s.Target)
	col := make([]uint32, r.block.n*r.segments+2)
	s.ColumnSynapse, s.ColumnSource = make([]uint32, total), make([]int32, total)
	r.eachRow(func(_ int, d int, k uint32) { col[int(s.Target[k])*r.segments+d+2]++ })
	for k := 2; k < len(col); k++ {
		col[k] += col[k-1]
	}
	r.eachRow(func(i, d int, k uint32) {
		c := &col[int(s.Target[k])*r.segments+d+1]
		s.ColumnSynapse[*c], s.ColumnSource[*c] = k, int32(i)
		*c++
	})
	r.col = col[:len(col)-1]
}

func (r *plasticRows) eachRow(visit func(source, segment int, k uint32)) {
	for i := 0; i < r.nsrc; i++ {
		for d := 0; d < r.segments; d++ {
			for k := r.ptr[i*r.segments+d]; k < r.ptr[i*r.segments+d+1]; k++ {
				visit(i+r.srcLo, d, k)
			}
		}
	}
}

func (r *plasticRows) each(p *partition, proj *Projection, source int, visit func(int, Tick, *weightRef)) {
	if source < r.srcLo || source >= r.srcLo+r.nsrc {
		return
	}
	for d := 0; d < r.segments; d++ {
		k := (source-r.srcLo)*r.segments + d
		for s := r.ptr[k]; s < r.ptr[k+1]; s++ {
			visit(int(r.syn.Target[s])+r.block.lo, r.dmin+Tick(d), &weightRef{f64: &r.syn.Weight[s]})
		}
	}
}

// arrive handles what reaches the synapses' targets at tick t: it delivers the spikes due and lets the
// rule see, in the order in which the synapses see them, the spikes of both ends.
func (r *plasticRows) arrive(p *partition, t Tick) {
	for s := r.segments - 1; s >= 0; s-- {
		d := r.dmin + Tick(s)
		r.pre, r.post = r.pre[:0], r.post[:0]
		r.reached(p, t-d, s)
		at := t - d // on the synapse's clock
		switch r.proj.syn.Backpropagation {
		case Dendritic:
			r.fired(p, t-2*d, s)
		case Emission:
			r.fired(p, t-d, s)
		case Axonal:
			at = t
		}
		if len(r.pre) == 0 && len(r.post) == 0 {
			continue
		}
		if r.proj.syn.DeliverFirst {
			r.deliver(p)
			r.rules[s].Update(at, r.pre, r.post)
		} else {
			r.rules[s].Update(at, r.pre, r.post)
			r.deliver(p)
		}
	}
}

// fire tells the rule of the targets that have just fired, where their spikes reach the synapses at once.
func (r *plasticRows) fire(p *partition, t Tick) {
	if r.proj.syn.Backpropagation != Axonal {
		return
	}
	for s := range r.rules {
		r.pre, r.post = r.pre[:0], r.post[:0]
		r.fired(p, t, s)
		if len(r.post) > 0 {
			r.rules[s].Update(t, nil, r.post)
		}
	}
}

// reached lists the rows whose sources fired at tick t, with the efficacies of their spikes.
func (r *plasticRows) reached(p *partition, t Tick, segment int) {
	r.factor = r.factor[:0]
	for q, l := range p.net.hist.of(r.proj.Source.Pop, t) {
		f := r.proj.efficacies(t, q)
		for n, i := range l.ids {
			row := int(i) - r.srcLo
			if uint(row) >= uint(r.nsrc) {
				continue
			}
			k := row*r.segments + segment
			r.pre = append(r.pre, Span{i, r.ptr[k], r.ptr[k+1]})
			r.factor = append(r.factor, f.at(n))
		}
	}
}

func (r *plasticRows) fired(p *partition, t Tick, segment int) {
	for _, j := range p.net.hist.at(r.block.pop, t, p.index).ids {
		j -= int32(r.block.lo)
		k := int(j)*r.segments + segment
		if r.col[k] < r.col[k+1] {
			r.post = append(r.post, Span{j, r.col[k], r.col[k+1]})
		}
	}
}

func (r *plasticRows) deliver(p *partition) {
	in := p.in[r.base : r.base+r.block.n]
	for n, sp := range r.pre {
		f := r.factor[n]
		w := r.syn.Weight[sp.Lo:sp.Hi]
		for k, j := range r.syn.Target[sp.Lo:sp.Hi] {
			in[j] += float64(w[k] * f)
		}
		p.events += int64(len(w))
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
			k := len(s.stores)
			if k < cap(s.stores) {
				s.stores = s.stores[:k+1]
			} else {
				s.stores = append(s.stores, nil)
			}
			s.stores[k] = append(s.stores[k][:0], r.syn.Weight...)
		}
	}
	return s
}

// SetPlasticWeights puts a snapshot back.
func (n *Network) SetPlasticWeights(s *WeightSnapshot) error {
	k := 0
	for _, p := range n.parts {
		for _, r := range p.plastic {
			if k >= len(s.stores) || len(s.stores[k]) != len(r.syn.Weight) {
				return stringError("sim: the weight snapshot is of another network or number of workers")
			}
			copy(r.syn.Weight, s.stores[k])
			k++
		}
	}
	return nil
}
