package synapses

import (
	"fmt"

	"github.com/glia-sim/glia/sim"
)

// FixedTotal makes exactly N synapses, the pairs drawn uniformly from all allowed ones: with
// replacement (NEST's fixed_total_number; the in-degrees are multinomial), or as one of all sets of N
// pairs with equal probability where Multapses is Forbidden (the in-degrees are hypergeometric).
//
// How many synapses each target gets is drawn when the projection is described, in memory of one number
// per target; which sources they come from is drawn target by target while the network is built.
type FixedTotal struct {
	N         int        // synapses of the projection, 0 or more
	Autapses  Permission // default Allowed
	Multapses Permission // default Allowed
}

// Plan implements sim.Connector.
func (c FixedTotal) Plan(w sim.Wiring) (sim.Plan, error) {
	if err := c.Autapses.validate("FixedTotal.Autapses"); err != nil {
		return nil, err
	}
	if err := c.Multapses.validate("FixedTotal.Multapses"); err != nil {
		return nil, err
	}
	p := &totalPlan{pairs: pairsOf(w, c.Autapses), n: c.N, multapses: c.Multapses}
	free := p.total()
	switch {
	case c.N < 0:
		return nil, fmt.Errorf("FixedTotal.N is %d: want 0 or more", c.N)
	case c.N > 0 && free == 0:
		return nil, fmt.Errorf("FixedTotal.N is %d: there is no pair but a neuron with itself, and no autapses; want 0", c.N)
	case c.Multapses == Forbidden && c.N > free:
		return nil, fmt.Errorf("FixedTotal.N is %d: only %d pairs and no multapses; want 0 to %d, or Multapses: synapses.Allowed", c.N, free, free)
	}
	if c.Multapses == Forbidden && c.N > free/2 {
		// Nearly all pairs: draw those left out, which are as uniform.
		p.drawDegrees(free-c.N, w.Key)
		for j := range p.degree {
			p.degree[j] = p.allowed(j) - p.degree[j]
		}
	} else {
		p.drawDegrees(c.N, w.Key)
	}
	return p, nil
}

type totalPlan struct {
	pairs
	n         int
	multapses Permission
	degree    []int // synapses of each target
}

// allowed is the number of sources that target j may hear.
func (p *totalPlan) allowed(j int) int {
	if p.banned(j) >= 0 {
		return p.sources - 1
	}
	return p.sources
}

// drawDegrees draws how many of n synapses end on each target. It plays the drawing of pairs one after
// the other, in which a pair that is forbidden or, without multapses, drawn before is drawn again. Of a
// pair only the target is drawn: given that, a pair drawn anew is one of the taken and forbidden ones
// with a probability that follows from how many of those the target has.
func (p *totalPlan) drawDegrees(n int, key sim.Key) {
	p.degree = make([]int, p.targets)
	r := sim.NewRand(key)
	if p.multapses == Allowed && p.autapses() == 0 {
		scatter(p.degree, n, r)
		return
	}
	thrown := make([]int, p.targets)
	for n > 0 {
		clear(thrown)
		scatter(thrown, n, r)
		for j, k := range thrown {
			lost := p.sources - p.allowed(j)
			for range k {
				if p.multapses == Forbidden {
					lost = p.sources - p.allowed(j) + p.degree[j]
				}
				if lost == 0 || int(r.Int32N(int32(p.sources))) >= lost {
					p.degree[j]++
					n--
				}
			}
		}
	}
}

func (p *totalPlan) Expected() float64 { return float64(p.n) }

func (p *totalPlan) Sources(dst []int32, j int, r *sim.Rand) []int32 {
	if p.multapses == Forbidden {
		return drawWithout(dst, p.degree[j], p.sources, p.banned(j), r)
	}
	return drawWith(dst, p.degree[j], p.sources, p.banned(j), r)
}
