package synapses

import "github.com/glia-sim/glia/sim"

// Bernoulli joins each pair of a source and a target with probability P, independently of all others
// (the random graph of Gilbert 1959; NEST's pairwise_bernoulli). No pair gets more than one synapse.
//
// It jumps from one chosen source to the next by geometric gaps (Batagelj and Brandes 2005, "Efficient
// generation of large random networks"), so that drawing takes time in proportion to the synapses, not to
// the pairs.
type Bernoulli struct {
	P        float64    // probability per pair, 0 to 1
	Autapses Permission // default Allowed
}

// Plan implements sim.Connector.
func (c Bernoulli) Plan(w sim.Wiring) (sim.Plan, error) {
	if err := checkProbability("Bernoulli.P", c.P); err != nil {
		return nil, err
	}
	if err := c.Autapses.validate("Bernoulli.Autapses"); err != nil {
		return nil, err
	}
	return bernoulliPlan{pairsOf(w, c.Autapses), c.P, newGaps(c.P)}, nil
}

type bernoulliPlan struct {
	pairs
	p    float64
	gaps gaps
}

func (p bernoulliPlan) Expected() float64 { return p.p * float64(p.total()) }

func (p bernoulliPlan) Sources(dst []int32, j int, r *sim.Rand) []int32 {
	if p.p == 0 {
		return dst
	}
	banned := p.banned(j)
	for i := p.gaps.next(r); i < p.sources; i += 1 + p.gaps.next(r) {
		if i != banned {
			dst = append(dst, int32(i))
		}
	}
	return dst
}
