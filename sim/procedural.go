package sim

import "fmt"

// SourcePlan is a Plan whose synapses are drawn source by source from streams of their own, so that the
// row of a source can be drawn again at any time. Synapse.Procedural needs it.
type SourcePlan interface {
	Plan
	// Targets appends the targets of source i (indices in the target group, one per synapse) to dst:
	// the same at every call, and the same synapses that Sources gives. r is a stream to work with,
	// wherever it stands. It may be called from several goroutines.
	Targets(dst []int32, i int, r *Rand) []int32
}

// proceduralRows keeps no synapses: at each spike the row of its source is drawn again. It costs the
// drawing, for each spike and in each partition, and no memory.
type proceduralRows struct {
	proj    *Projection
	plan    SourcePlan
	rng     *Rand
	targets []int32
	direct  bool
	first   int // slot of target 0 of the group
	lo, hi  int // targets of the group that are in the partition
}

func (p *Projection) checkProcedural() error {
	s := &p.syn
	if !s.Procedural {
		return nil
	}
	if _, ok := p.plan.(SourcePlan); !ok {
		return fmt.Errorf("the rule of Procedural synapses must draw source by source, as FixedOutDegree does; %T draws target by target", p.rule)
	}
	if p.wlo != p.whi || p.dmin != p.dmax || s.Plasticity != nil || s.Release != nil {
		return fmt.Errorf("synapses that are Procedural are not stored: they need a constant weight and delay, without Plasticity or Release")
	}
	return nil
}

func (d *draft) procedural() *proceduralRows {
	proj := d.projs[0]
	b := d.p.blocks[proj.Target.Pop.index]
	if d.p.index == 0 {
		proj.drawn[0] = int64(proj.plan.Expected())
	}
	return &proceduralRows{proj: proj, plan: proj.plan.(SourcePlan), rng: NewRand(Key{}), direct: proj.direct(),
		first: b.inBase[proj.receptor] - b.lo + proj.Target.Lo,
		lo:    max(0, b.lo-proj.Target.Lo), hi: min(proj.Target.Size(), b.lo+b.n-proj.Target.Lo)}
}

// arrive adds the rows that are due at tick t.
func (r *proceduralRows) arrive(p *partition, t Tick) {
	w, src := r.proj.wlo, r.proj.Source
	for _, l := range p.net.hist.of(src.Pop, t-r.proj.dmin) {
		for _, i := range l.ids {
			if int(i) < src.Lo || int(i) >= src.Hi {
				continue
			}
			r.targets = r.plan.Targets(r.targets[:0], int(i)-src.Lo, r.rng)
			for _, j := range r.targets {
				if int(j) >= r.lo && int(j) < r.hi {
					p.in[r.first+int(j)] += w
					p.events++
				}
			}
		}
	}
}

func (r *proceduralRows) each(_ *partition, proj *Projection, source int, visit func(int, Tick, *weightRef)) {
	if source < proj.Source.Lo || source >= proj.Source.Hi {
		return
	}
	r.targets = r.plan.Targets(r.targets[:0], source-proj.Source.Lo, r.rng)
	for _, j := range r.targets {
		if int(j) >= r.lo && int(j) < r.hi {
			visit(int(j)+proj.Target.Lo, proj.dmin, &weightRef{constant: proj.wlo})
		}
	}
}
