package reservoir

import "github.com/glia-sim/glia/sim"

// gainInterval is the number of steps after which the weights follow the gains: setting them costs as much as some steps.
const gainInterval = 20

// smallestGain lets a gain grow again.
const smallestGain = 0.01

// inhibitoryGains scale the inhibition that each neuron of a spiking reservoir receives: the gains of an EI.
type inhibitoryGains struct {
	gain       []float64         // of each unit
	inhibition []*sim.Projection // whose weights they scale

	adapting *Adaptation // while it runs
	moved    []float64   // what the gains are to change by
	steps    int         // since the weights were set
}

func newInhibitoryGains(units int) *inhibitoryGains {
	g := &inhibitoryGains{gain: make([]float64, units), moved: make([]float64, units)}
	for i := range g.gain {
		g.gain[i] = 1
	}
	return g
}

// follow takes in the state after a step and now and then sets the weights.
func (g *inhibitoryGains) follow(x []float64) error {
	for i, v := range x {
		g.moved[i] += g.adapting.Rate * (v - g.adapting.Targets[i])
	}
	if g.steps++; g.steps < gainInterval {
		return nil
	}
	g.steps = 0
	for i, by := range g.moved {
		before := g.gain[i]
		g.gain[i] = max(smallestGain, clip(before+by))
		g.moved[i] = g.gain[i] / before
	}
	for _, p := range g.inhibition {
		first := p.Target.Pop.First // excitatory neurons are the first of the network
		if err := p.ChangeWeights(func(v sim.SynapseValue) float64 { return v.Weight * g.moved[first+v.Target] }); err != nil {
			return err
		}
	}
	clear(g.moved)
	return nil
}
