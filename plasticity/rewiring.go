package plasticity

import (
	"fmt"
	"math"

	"github.com/glia-sim/glia/sim"
)

// Rewiring replaces weak synapses by new ones from other sources, so that every target keeps its
// in-degree: learning searches among the wirings.
//
//	every interval: a synapse with |w| < Threshold moves to a random source and gets NewWeight
//
// The new source is drawn evenly from the projection's source group; sources that the target already
// hears, and the target itself, are not taken. It is a process, for Network.AddProcess.
//
// Any rule that keeps no state of its own per synapse can be combined with it (PairSTDP, TripletSTDP,
// InhibitorySTDP, Clopath, Static).
//
// Sources: Chklovskii, Mel and Svoboda 2004 (wiring as memory); Bellec, Kappel, Maass and Legenstein
// 2018 (deep rewiring, with a fixed number of synapses per network).
type Rewiring struct {
	Projection *sim.Projection // of plastic synapses
	Threshold  float64         // of |w| [weight units]
	NewWeight  float64         // weight units
	Key        sim.Key         // of the random choices
	// Moved counts the synapses replaced since the start.
	Moved int

	rounds uint64
}

// Validate names the first field out of range.
func (p *Rewiring) Validate() error {
	c := checker{rule: "Rewiring"}
	c.notNegative("Threshold", p.Threshold, "")
	c.complain(finite(p.NewWeight) && math.Abs(p.NewWeight) >= p.Threshold, "NewWeight", p.NewWeight, "", "a strength of at least Threshold")
	if c.err == nil && p.Projection == nil {
		return fmt.Errorf("Rewiring.Projection is not set: give it the projection to rewire")
	}
	return c.err
}

// Update replaces the synapses that are weak now.
func (p *Rewiring) Update(float64) error {
	r := sim.NewRand(p.Key.Sub(p.rounds))
	p.rounds++
	group := p.Projection.Source
	same := group.Pop == p.Projection.Target.Pop
	return p.Projection.Rewire(func(target int, in []sim.SynapseValue) {
		taken := map[int]bool{}
		for _, s := range in {
			taken[s.Source] = true
		}
		if same {
			taken[target] = true
		}
		for k := range in {
			if math.Abs(in[k].Weight) >= p.Threshold {
				continue
			}
			i, ok := draw(r, group, taken)
			if !ok {
				return // it hears everyone
			}
			in[k].Source, in[k].Weight = i, p.NewWeight
			taken[i] = true
			p.Moved++
		}
	})
}

// draw picks a source that is not taken; after many misses it lists those that are left.
func draw(r *sim.Rand, group sim.Group, taken map[int]bool) (int, bool) {
	for range 20 {
		if i := group.Lo + r.IntN(group.Size()); !taken[i] {
			return i, true
		}
	}
	var left []int
	for i := group.Lo; i < group.Hi; i++ {
		if !taken[i] {
			left = append(left, i)
		}
	}
	if len(left) == 0 {
		return 0, false
	}
	return left[r.IntN(len(left))], true
}

// Reset does nothing: synapses stay, as weights do.
func (p *Rewiring) Reset() {}

// State lists how far the random choices have come.
func (p *Rewiring) State(c *sim.Codec) { c.Values(&p.rounds, &p.Moved) }
