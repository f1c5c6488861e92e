package synapses

import (
	"fmt"
	"sync"

	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/sim/panics"
)

// FixedOutDegree gives each source exactly K synapses. Their targets are drawn uniformly: with
// replacement, or as one of all sets of K targets with equal probability where Multapses is Forbidden.
//
// A target cannot know by itself who has chosen it. So all synapses are drawn, on all workers, when
// the first target asks for its own, and kept while the network is built: 4 bytes per synapse. Used with
// sim.Synapse.Procedural, nothing is kept: each source draws its targets anew at each spike.
type FixedOutDegree struct {
	K         int        // synapses per source, 0 or more
	Autapses  Permission // default Allowed
	Multapses Permission // default Allowed
}

// Plan implements sim.Connector.
func (c FixedOutDegree) Plan(w sim.Wiring) (sim.Plan, error) {
	if err := c.Autapses.validate("FixedOutDegree.Autapses"); err != nil {
		return nil, err
	}
	if err := c.Multapses.validate("FixedOutDegree.Multapses"); err != nil {
		return nil, err
	}
	p := pairsOf(w, c.Autapses)
	if c.K < 0 {
		return nil, fmt.Errorf("FixedOutDegree.K is %d: want 0 or more", c.K)
	}
	n, i := p.fewestTargets()
	if err := checkDegree("FixedOutDegree.K", c.K, n, "target", fmt.Sprintf("source %d", i), p.autapses() > 0, c.Multapses); err != nil {
		return nil, err
	}
	return &outDegreePlan{c: c, w: w, p: p}, nil
}

type outDegreePlan struct {
	c     FixedOutDegree
	w     sim.Wiring
	p     pairs
	once  sync.Once
	filed *filedPlan
}

func (o *outDegreePlan) Expected() float64 { return float64(o.c.K) * float64(o.p.sources) }

func (o *outDegreePlan) Sources(dst []int32, j int, r *sim.Rand) []int32 {
	o.once.Do(func() { o.filed = o.c.draw(o) })
	return o.filed.Sources(dst, j, r)
}

// Targets implements sim.SourcePlan.
func (o *outDegreePlan) Targets(dst []int32, i int, r *sim.Rand) []int32 {
	r.Reset(o.w.Key.Sub(uint64(i)))
	if o.c.Multapses == Forbidden {
		return drawWithout(dst, o.c.K, o.p.targets, o.p.bannedTarget(i), r)
	}
	return drawWith(dst, o.c.K, o.p.targets, o.p.bannedTarget(i), r)
}

// draw draws the targets source by source, each from a stream of its own, twice: to count what each
// target gets, and to file it. Each worker takes a stretch of the sources; a target's sources come
// out in rising order, however many workers there are.
func (c FixedOutDegree) draw(o *outDegreePlan) *filedPlan {
	w, p := o.w, o.p
	workers := max(1, min(w.Workers, p.sources))
	next := make([][]int, workers) // per worker and target: a count, then where the next source goes
	f := &filedPlan{start: make([]int, p.targets+1), source: make([]int32, c.K*p.sources)}
	each := func(visit func(next []int, i int, targets []int32)) {
		var wg panics.Group
		for k := range workers {
			wg.Go(func() {
				r := sim.NewRand(w.Key)
				var targets []int32
				for i := p.sources * k / workers; i < p.sources*(k+1)/workers; i++ {
					targets = o.Targets(targets[:0], i, r)
					visit(next[k], i, targets)
				}
			})
		}
		wg.Wait()
	}
	for k := range next {
		next[k] = make([]int, p.targets)
	}
	each(func(next []int, _ int, targets []int32) {
		for _, j := range targets {
			next[j]++
		}
	})
	at := 0
	for j := range p.targets {
		f.start[j] = at
		for k := range next {
			next[k][j], at = at, at+next[k][j]
		}
	}
	f.start[p.targets] = at
	each(func(next []int, i int, targets []int32) {
		for _, j := range targets {
			f.source[next[j]] = int32(i)
			next[j]++
		}
	})
	return f
}

// filedPlan keeps the sources of target j in source[start[j]:start[j+1]].
type filedPlan struct {
	start  []int
	source []int32
}

func (p *filedPlan) Expected() float64 { return float64(len(p.source)) }

func (p *filedPlan) Sources(dst []int32, j int, _ *sim.Rand) []int32 {
	return append(dst, p.source[p.start[j]:p.start[j+1]]...)
}
