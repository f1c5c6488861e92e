package sim

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Distribution gives weights, delays and start values.
type Distribution interface {
	// Validate names the first parameter out of range.
	Validate() error
	// Draw gives one value; it takes its randomness from r alone.
	Draw(r *Rand) float64
	// Bounds gives the range in which every draw lies; equal ends mean a constant. The ends are
	// finite: a distribution with a tail cuts it where nobody will miss it, and says where.
	Bounds() (lo, hi float64)
}

// Filler may be implemented by a Distribution that draws many values at once faster than one by one; the
// values must be those that Draw would give.
type Filler interface {
	Fill(dst []float64, r *Rand)
}

// Constant is the distribution of a value that is always the same.
type Constant float64

// Validate reports a value that is not finite.
func (c Constant) Validate() error {
	if math.IsNaN(float64(c)) || math.IsInf(float64(c), 0) {
		return fmt.Errorf("constant is %g: want a finite number", float64(c))
	}
	return nil
}

// Draw gives the value.
func (c Constant) Draw(*Rand) float64 { return float64(c) }

// Bounds gives the value twice.
func (c Constant) Bounds() (lo, hi float64) { return float64(c), float64(c) }

// Connector is a connection rule: which sources each target hears.
type Connector interface {
	// Plan prepares the rule for one projection. It may draw what concerns all targets at once
	// (such as how many synapses each gets of a fixed total) from w.Key.
	Plan(w Wiring) (Plan, error)
}

// Wiring is what a connection rule knows of the projection it wires.
type Wiring struct {
	Sources, Targets int // sizes of the two groups
	// Self is the index offset between the groups where they overlap in one population: target j
	// and source j+Self are the same neuron. Overlap says whether there is any.
	Self    int
	Overlap bool
	// SourceAt and TargetAt are positions in space, nil where the population has none.
	SourceAt, TargetAt [][3]float64
	Key                Key // of the projection, for draws that concern all targets
	Workers            int
}

// Plan draws the synapses of one target at a time, so that partitions build at once what they own.
type Plan interface {
	// Expected is the mean number of synapses of the projection, known before any is drawn.
	Expected() float64
	// Sources appends the sources of target j (indices in the source group, one per synapse) to
	// dst. All randomness comes from r, which stands at the start of the target's own stream; two
	// calls with equal streams give equal results. It may be called from several goroutines.
	Sources(dst []int32, target int, r *Rand) []int32
}

// Explicit is a Plan that knows the weight and delay of each synapse itself, in the order of Sources;
// nil slices leave them to the projection's distributions.
type Explicit interface {
	Plan
	WeightsDelays(target int) (weights, delays []float64)
	// DelayBounds and WeightBounds give the ranges of the explicit values [ms; weight units].
	DelayBounds() (lo, hi float64)
	WeightBounds() (lo, hi float64)
}

// Synapse says what the synapses of a projection are like.
type Synapse struct {
	Name string // of the projection; empty means "source->target"
	// Weight is what a spike adds to the receptor (mV, pA, nS: the model says). Default 1.
	Weight Distribution
	// Delay from a spike to its effect [ms], rounded to ticks, at least one. Default dt.
	Delay Distribution
	// Receptor of the target. Empty picks the only one, or by the sign of the weights the one the
	// model names "ex" or "in".
	Receptor string
	// Release scales each spike by the state of its source (short-term plasticity); nil for none.
	Release Release
	// Procedural keeps no synapses: the row of a source is drawn again at each of its spikes. It needs a
	// rule that draws source by source and constant weight and delay. The synapses are those that would be
	// stored; memory goes to time.
	Procedural bool
	// Plasticity changes the weights; nil for static synapses.
	Plasticity Rule
	// Backpropagation says at what times the rule sees the two spikes.
	Backpropagation Backpropagation
	// DendriticPart of the delay lies behind the synapse and the rest before it, with Split: between 0 and 1.
	DendriticPart float64
	// DeliverFirst makes a spike act with the weight it found, before the rule changes it. By
	// default the rule goes first, as in NEST.
	DeliverFirst bool
}

// Backpropagation says when a spike pair reaches a plastic synapse with delay d.
type Backpropagation int

const (
	// Dendritic: the delay lies behind the synapse. It sees the source's spike at once and the
	// target's spike d later.
	Dendritic Backpropagation = iota
	// Axonal: the delay lies before the synapse. It sees the source's spike d later and the
	// target's at once.
	Axonal
	// Emission: the synapse compares the times at which both neurons fired.
	Emission
	// Split: the part DendriticPart of the delay lies behind the synapse, the rest before it. It sees
	// the source's spike (1-DendriticPart) d later and the target's DendriticPart d later; what counts, the
	// difference of the two, is rounded to ticks. Dendritic, Emission and Axonal are the parts 1, 1/2 and 0.
	Split
)

// lookBack is how many ticks before its arrival a spike on a synapse of delay d meets a spike of the target.
func (s *Synapse) lookBack(d Tick) Tick {
	switch s.Backpropagation {
	case Dendritic:
		return 2 * d
	case Split:
		return max(1, Tick(math.Round(2*s.DendriticPart*float64(d))))
	}
	return d
}

// Projection is the set of synapses that one connection rule makes between two groups.
type Projection struct {
	Name           string
	Source, Target Group
	net            *Network
	index          int
	rule           Connector
	syn            Synapse
	receptor       int
	plan           Plan
	dmin, dmax     Tick // range of delays
	wlo, whi       float64
	drawn          []int64 // synapses per partition
	changed        bool    // a weight was set since they were drawn
	rewired        bool    // so were sources
	count          int64
	release        []ReleaseBlock // per partition
	factors        [][]float64    // of the releases, per history slot and partition
	stores         []projectionStore
}

// projectionStore is where one partition keeps the synapses of the projection.
type projectionStore interface {
	// each visits the projection's synapses from source (population index) in storage order.
	each(p *partition, proj *Projection, source int, visit func(target int, delay Tick, w *weightRef))
}

// Connect joins two groups by a rule.
func (n *Network) Connect(source, target Selection, rule Connector, syn Synapse) *Projection {
	src, dst := source.Group(), target.Group()
	p := &Projection{Name: syn.Name, Source: src, Target: dst, net: n, index: len(n.projs), rule: rule, syn: syn}
	if p.Name == "" {
		p.Name = src.Pop.Name + "->" + dst.Pop.Name
	}
	if !n.describing("projection " + p.Name) {
		return p
	}
	if err := p.prepare(); err != nil {
		n.fail(fmt.Errorf("sim: projection %s: %w", p.Name, err))
		return p
	}
	n.projs = append(n.projs, p)
	return p
}

func (p *Projection) prepare() error {
	n, s := p.net, &p.syn
	if s.Weight == nil {
		s.Weight = Constant(1)
	}
	if s.Delay == nil {
		s.Delay = Constant(n.clock.DT)
	}
	if p.rule == nil {
		return fmt.Errorf("no connection rule")
	}
	if err := s.Weight.Validate(); err != nil {
		return fmt.Errorf("weight: %w", err)
	}
	if err := s.Delay.Validate(); err != nil {
		return fmt.Errorf("delay: %w", err)
	}
	if s.Plasticity != nil {
		if err := s.Plasticity.Validate(); err != nil {
			return fmt.Errorf("plasticity: %w", err)
		}
	}
	if s.Backpropagation == Split && !(s.DendriticPart > 0 && s.DendriticPart < 1) {
		return fmt.Errorf("DendriticPart is %g: want a number between 0 and 1, or Backpropagation Dendritic or Axonal", s.DendriticPart)
	}
	if s.Release != nil {
		if err := s.Release.Validate(); err != nil {
			return fmt.Errorf("release: %w", err)
		}
	}
	w := Wiring{Sources: p.Source.Size(), Targets: p.Target.Size(), SourceAt: at(p.Source), TargetAt: at(p.Target),
		Key: p.key("wiring"), Workers: n.opt.Workers}
	if p.Source.Pop == p.Target.Pop {
		w.Self = p.Target.Lo - p.Source.Lo
		w.Overlap = p.Source.Lo < p.Target.Hi && p.Target.Lo < p.Source.Hi
	}
	var err error
	if p.plan, err = p.rule.Plan(w); err != nil {
		return err
	}
	dlo, dhi := s.Delay.Bounds()
	p.wlo, p.whi = s.Weight.Bounds()
	if e, ok := p.plan.(Explicit); ok {
		dlo, dhi = orBounds(e.DelayBounds, dlo, dhi)
		p.wlo, p.whi = orBounds(e.WeightBounds, p.wlo, p.whi)
	}
	if dlo < 0 {
		return fmt.Errorf("delay: the smallest is %g ms: want no negative delay", dlo)
	}
	p.dmin, p.dmax = p.delayTicks(dlo), p.delayTicks(dhi)
	if hi := Tick(1 << 20); p.dmax > hi {
		return fmt.Errorf("delay: the largest is %g ms, %d ticks: want at most %d ticks", dhi, p.dmax, hi)
	}
	if err := p.checkProcedural(); err != nil {
		return err
	}
	return p.pickReceptor()
}

func orBounds(f func() (float64, float64), lo, hi float64) (float64, float64) {
	if l, h := f(); l <= h {
		return l, h
	}
	return lo, hi
}

func at(g Group) [][3]float64 {
	if g.Pop.Positions == nil {
		return nil
	}
	return g.Pop.Positions[g.Lo:g.Hi]
}

// delayTicks rounds a delay to ticks; a delay of less than a tick takes one.
func (p *Projection) delayTicks(ms float64) Tick {
	return max(1, Tick(math.Round(ms/p.net.clock.DT)))
}

func (p *Projection) pickReceptor() error {
	pop := p.Target.Pop
	if len(pop.receptors) == 0 {
		return fmt.Errorf("population %s is a source and hears nothing", pop.Name)
	}
	name := p.syn.Receptor
	if name == "" {
		spiking := slices.DeleteFunc(slices.Clone(pop.receptors), func(s string) bool { return s == Current })
		switch {
		case len(spiking) == 1:
			name = spiking[0]
		case len(spiking) == 0:
			name = Current
		case p.wlo >= 0:
			name = "ex"
		case p.whi <= 0:
			name = "in"
		default:
			return fmt.Errorf("weights from %g to %g have both signs: name the Receptor (one of %q)", p.wlo, p.whi, spiking)
		}
	}
	var err error
	p.receptor, err = pop.receptor(name)
	return err
}

func (p *Projection) key(purpose string) Key {
	return NewKey(p.net.opt.Seed, purpose+" of projection "+p.Name).Sub(uint64(p.index))
}

// Synapses is the number of synapses; 0 before the network is built.
func (p *Projection) Synapses() int64 { return p.count }

// SynapseValue is one synapse as a user sees it.
type SynapseValue struct {
	Source, Target int     // indices in the two populations
	Weight         float64 // as it is now
	Delay          float64 // ms
}

// weightRef points at a stored weight; exactly one of the two is set for a stored weight, none for a
// constant of the whole store.
type weightRef struct {
	f32      *float32
	f64      *float64
	constant float64
}

func (w *weightRef) get() float64 {
	switch {
	case w.f64 != nil:
		return *w.f64
	case w.f32 != nil:
		return float64(*w.f32)
	}
	return w.constant
}

// each visits all synapses of the projection ordered by source, target, delay and order of drawing,
// whatever the number of workers.
func (p *Projection) each(visit func(v SynapseValue, w weightRef) error) error {
	type entry struct {
		v SynapseValue
		w weightRef
	}
	var row []entry
	p.settle()
	for i := p.Source.Lo; i < p.Source.Hi; i++ {
		row = row[:0]
		for k, st := range p.stores {
			st.each(p.net.parts[k], p, i, func(target int, delay Tick, w *weightRef) {
				row = append(row, entry{SynapseValue{i, target, w.get(), p.net.clock.MS(delay)}, *w})
			})
		}
		slices.SortStableFunc(row, func(a, b entry) int {
			return cmp.Or(cmp.Compare(a.v.Target, b.v.Target), cmp.Compare(a.v.Delay, b.v.Delay))
		})
		for _, e := range row {
			if err := visit(e.v, e.w); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *Projection) settle() {
	for _, st := range p.stores {
		if r, ok := st.(*plasticRows); ok {
			r.settle()
		}
	}
}

// Each visits the synapses in the order of source, target, delay, for any number of workers.
func (p *Projection) Each(visit func(SynapseValue)) error {
	if !p.net.built {
		return errNotBuilt
	}
	return p.each(func(v SynapseValue, _ weightRef) error { visit(v); return nil })
}

// Weights gives the weights in the order of Each.
func (p *Projection) Weights() ([]float64, error) {
	w := make([]float64, 0, p.count)
	err := p.Each(func(v SynapseValue) { w = append(w, v.Weight) })
	return w, err
}

// SetWeights sets the weights in the order of Each. Projections whose synapses share one constant
// weight take only that many equal values.
func (p *Projection) SetWeights(weights []float64) error {
	if !p.net.built {
		return errNotBuilt
	}
	if int64(len(weights)) != p.count {
		return fmt.Errorf("sim: projection %s has %d synapses: got %d weights", p.Name, p.count, len(weights))
	}
	k := 0
	p.changed = true
	return p.each(func(_ SynapseValue, ref weightRef) error {
		k++
		return p.setWeight(&ref, weights[k-1])
	})
}

// ChangeWeights sets each weight to what f makes of the synapse. It is faster than Weights and
// SetWeights, but calls f in no defined order: its result must depend on the synapse alone.
func (p *Projection) ChangeWeights(f func(SynapseValue) float64) error {
	if !p.net.built {
		return errNotBuilt
	}
	p.settle()
	p.changed = true
	var err error
	for i := p.Source.Lo; i < p.Source.Hi && err == nil; i++ {
		for k, st := range p.stores {
			st.each(p.net.parts[k], p, i, func(target int, delay Tick, w *weightRef) {
				if e := p.setWeight(w, f(SynapseValue{i, target, w.get(), p.net.clock.MS(delay)})); err == nil {
					err = e
				}
			})
		}
	}
	return err
}

func (p *Projection) setWeight(ref *weightRef, w float64) error {
	if pop, r := p.Target.Pop, p.receptor; w < 0 && pop.direct[r] && pop.unsigned[r] {
		return fmt.Errorf("sim: projection %s: weight is %g, and at receptor %q weights count by their magnitude: use %g, or give the projection a Weight whose range begins below zero",
			p.Name, w, pop.receptors[r], -w)
	}
	switch {
	case ref.f64 != nil:
		*ref.f64 = w
	case ref.f32 != nil:
		*ref.f32 = float32(w)
	case w != ref.constant:
		return fmt.Errorf("sim: projection %s stores one constant weight, %g: give it a Weight with a range to set single ones", p.Name, ref.constant)
	}
	return nil
}
