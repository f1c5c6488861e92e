package synapses

import (
	"fmt"

	"github.com/glia-sim/glia/sim"
)

// FixedInDegree gives each target exactly K synapses. Their sources are drawn uniformly: with
// replacement, or as one of all sets of K sources with equal probability where Multapses is Forbidden.
type FixedInDegree struct {
	K         int        // synapses per target, 0 or more
	Autapses  Permission // default Allowed
	Multapses Permission // default Allowed
}

// Plan implements sim.Connector.
func (c FixedInDegree) Plan(w sim.Wiring) (sim.Plan, error) {
	if err := c.Autapses.validate("FixedInDegree.Autapses"); err != nil {
		return nil, err
	}
	if err := c.Multapses.validate("FixedInDegree.Multapses"); err != nil {
		return nil, err
	}
	p := inDegreePlan{pairsOf(w, c.Autapses), c.K, c.Multapses}
	if c.K < 0 {
		return nil, fmt.Errorf("FixedInDegree.K is %d: want 0 or more", c.K)
	}
	n, j := p.fewestSources()
	return p, checkDegree("FixedInDegree.K", c.K, n, "source", fmt.Sprintf("target %d", j), p.autapses() > 0, c.Multapses)
}

// checkDegree reports a degree k that n different partners cannot make up.
func checkDegree(field string, k, n int, partner, whose string, selfless bool, multapses Permission) error {
	if k <= n || multapses == Allowed && n > 0 {
		return nil
	}
	what := fmt.Sprintf("only %d %ss", n, partner)
	if n == 1 {
		what = "only 1 " + partner
	}
	if selfless {
		what += fmt.Sprintf(" for %s without autapses", whose)
	}
	if multapses == Allowed {
		return fmt.Errorf("%s is %d: %s; want 0", field, k, what)
	}
	return fmt.Errorf("%s is %d: %s and no multapses; want 0 to %d, or Multapses: synapses.Allowed", field, k, what, n)
}

type inDegreePlan struct {
	pairs
	k         int
	multapses Permission
}

func (p inDegreePlan) Expected() float64 { return float64(p.k) * float64(p.targets) }

func (p inDegreePlan) Sources(dst []int32, j int, r *sim.Rand) []int32 {
	if p.multapses == Forbidden {
		return drawWithout(dst, p.k, p.sources, p.banned(j), r)
	}
	return drawWith(dst, p.k, p.sources, p.banned(j), r)
}
