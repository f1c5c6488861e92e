package plasticity

import (
	"fmt"
	"math"

	"github.com/glia-sim/glia/sim"
)

// GatedSTDP is additive PairSTDP gated by the activity of the target: strengthening counts only while
// the target fires somewhat faster than its set point, weakening only while it fires somewhat slower.
//
//	C <- C (1 - dt/TauActivity) + spikes of the target, each step of dt
//	a positive change counts while  Theta < C < Theta + Width
//	a negative change counts while  Theta - Width < C < Theta
//
//	C  activity of the target [spikes per TauActivity: Hz for 1000 ms]
//
// The spikes of a tick count in C at that tick. Changes are gated one by one, before those of a tick are
// added and held in the bounds. While a modulator is zero its half of the rule rests.
//
// Source: the baseline LSM+AP-STDP of Ivanov and Michmizos, NeurIPS 2021, and its code, after Jin and Li 2016.
type GatedSTDP struct {
	// Pair gives amplitudes, time constants, bounds and modulators. It must be Additive, pair all to
	// all and ignore ties.
	Pair        PairSTDP
	Theta       float64 // set point of C
	Width       float64 // of the gates, above 0
	TauActivity float64 // ms, at least dt
}

// Validate names the first parameter out of range.
func (g GatedSTDP) Validate() error {
	if err := plainPair("GatedSTDP", g.Pair); err != nil {
		return err
	}
	c := checker{rule: "GatedSTDP"}
	c.notNegative("Theta", g.Theta, "")
	c.positive("Width", g.Width, "")
	c.tau("TauActivity", g.TauActivity)
	return c.err
}

// NewRule makes the traces of a set of synapses.
func (g GatedSTDP) NewRule(s sim.RuleSpec) (sim.RuleBlock, error) {
	if !(g.TauActivity > s.Clock.DT) {
		return nil, fmt.Errorf("GatedSTDP.TauActivity is %g ms: want more than dt = %g ms", g.TauActivity, s.Clock.DT)
	}
	// The trace decays by exp(-dt/tau) per step: a tau that makes this 1 - dt/TauActivity.
	tau := -s.Clock.DT / math.Log1p(-s.Clock.DT/g.TauActivity)
	return &gatedBlock{perTarget: newPerTarget(s, g.Pair, make([]int32, s.Targets), gates), g: g, activity: NewTrace(s.Targets, tau, 1, false, s.Clock)}, nil
}

type gatedBlock struct {
	perTarget
	g        GatedSTDP
	activity *Trace
}

// Update changes the weights of the rows and columns that spikes reach at tick t.
func (b *gatedBlock) Update(t sim.Tick, pre, post []sim.Span) {
	b.activity.MoveTo(t)
	p := b.g.Pair
	up, down := p.APlus*p.Plus.Value(), p.AMinus*p.Minus.Value()
	if up != 0 || down != 0 {
		for j := range b.class {
			b.class[j] = b.gate(b.activity.Value(int32(j)))
		}
		for _, s := range post {
			b.class[s.Neuron] = b.gate(b.activity.Value(s.Neuron) + 1)
		}
		// A positive amplitude of the presynaptic half is a negative change.
		b.up[strengthens], b.up[weakens] = max(up, 0), min(up, 0)
		b.down[strengthens], b.down[weakens] = min(down, 0), max(down, 0)
		b.change(t, pre, post)
	}
	b.count(pre, post)
	countSpikes(b.activity, post)
}

// What the activity of a target lets through.
const (
	nothing = iota
	strengthens
	weakens
	gates
)

func (b *gatedBlock) gate(c float64) int32 {
	switch {
	case c > b.g.Theta && c < b.g.Theta+b.g.Width:
		return strengthens
	case c < b.g.Theta && c > b.g.Theta-b.g.Width:
		return weakens
	}
	return nothing
}

// Reset forgets the traces and the activity.
func (b *gatedBlock) Reset() {
	b.reset()
	b.activity.Reset()
}

// State lists the traces and modulators.
func (b *gatedBlock) State(c *sim.Codec) {
	b.pairing.State(c)
	b.activity.State(c, c.PerNeuron, c.Now()-b.lag)
	c.Values(b.g.Pair.Plus, b.g.Pair.Minus)
}
