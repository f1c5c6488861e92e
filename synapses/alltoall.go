package synapses

import (
	"fmt"

	"github.com/glia-sim/glia/sim"
)

// AllToAll joins every source to every target.
type AllToAll struct {
	Autapses Permission // default Allowed
}

// Plan implements sim.Connector.
func (c AllToAll) Plan(w sim.Wiring) (sim.Plan, error) {
	if err := c.Autapses.validate("AllToAll.Autapses"); err != nil {
		return nil, err
	}
	return allToAllPlan{pairsOf(w, c.Autapses)}, nil
}

type allToAllPlan struct{ pairs }

func (p allToAllPlan) Expected() float64 { return float64(p.total()) }

func (p allToAllPlan) Sources(dst []int32, j int, _ *sim.Rand) []int32 {
	banned := p.banned(j)
	for i := range p.sources {
		if i != banned {
			dst = append(dst, int32(i))
		}
	}
	return dst
}

// OneToOne joins source k to target k. The two groups must have the same size.
type OneToOne struct{}

// Plan implements sim.Connector.
func (OneToOne) Plan(w sim.Wiring) (sim.Plan, error) {
	if w.Sources != w.Targets {
		return nil, fmt.Errorf("OneToOne: %d sources and %d targets: want as many of each", w.Sources, w.Targets)
	}
	return oneToOnePlan(w.Targets), nil
}

type oneToOnePlan int

func (p oneToOnePlan) Expected() float64 { return float64(p) }

func (p oneToOnePlan) Sources(dst []int32, j int, _ *sim.Rand) []int32 { return append(dst, int32(j)) }
