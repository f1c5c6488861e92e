package plasticity

import (
	"fmt"
	"slices"

	"github.com/glia-sim/glia/sim"
)

// DomainSTDP is additive PairSTDP whose amplitudes differ from one target neuron to another: the
// targets are divided into domains, and each domain has modulators of its own. It is the rule for
// several astrocytes that each steer the synapses in their own territory.
//
//	presynaptic spike:   w -= A- Minus[d] y
//	postsynaptic spike:  w += A+ Plus[d] x
//
//	d  domain of the target neuron
//
// With one domain it is PairSTDP with the same modulators.
type DomainSTDP struct {
	// Pair gives amplitudes, time constants and bounds. It must be Additive, pair all to all and
	// ignore ties; its own modulators hold for all domains.
	Pair PairSTDP
	// Domain of each neuron of the target population, from 0.
	Domain []int32
	// Plus and Minus scale APlus and AMinus, a modulator per domain; a nil slice means 1 everywhere.
	Plus, Minus []*sim.Modulator
}

// Validate names the first parameter out of range.
func (d DomainSTDP) Validate() error {
	if err := plainPair("DomainSTDP", d.Pair); err != nil {
		return err
	}
	domains := int32(0)
	for i, k := range d.Domain {
		if k < 0 {
			return fmt.Errorf("DomainSTDP.Domain[%d] is %d: want 0 or more", i, k)
		}
		domains = max(domains, k+1)
	}
	for _, m := range []struct {
		name string
		of   []*sim.Modulator
	}{{"Plus", d.Plus}, {"Minus", d.Minus}} {
		if m.of != nil && len(m.of) < int(domains) {
			return fmt.Errorf("DomainSTDP.%s has %d modulators for %d domains: want one each, or none at all", m.name, len(m.of), domains)
		}
	}
	return nil
}

// plainPair says whether a pair rule has the form that the loops over single targets know.
func plainPair(rule string, p PairSTDP) error {
	if err := p.Validate(); err != nil {
		return fmt.Errorf("%s.Pair: %w", rule, err)
	}
	if p.Dependence != Additive || p.Nearest || p.Tie != TieIgnored || p.ClipEach {
		return fmt.Errorf("%s.Pair is %+v: want Dependence Additive, Tie TieIgnored, and neither Nearest nor ClipEach", rule, p)
	}
	return nil
}

// NewRule makes the traces of a set of synapses.
func (d DomainSTDP) NewRule(s sim.RuleSpec) (sim.RuleBlock, error) {
	if len(d.Domain) < max(1, s.First+s.Targets) {
		return nil, fmt.Errorf("DomainSTDP.Domain has %d entries: want one for each neuron of the target population", len(d.Domain))
	}
	b := &domainBlock{d: d}
	b.perTarget = newPerTarget(s, d.Pair, d.Domain[s.First:s.First+s.Targets], int(slices.Max(d.Domain))+1)
	return b, nil
}

type domainBlock struct {
	perTarget
	d DomainSTDP
}

// Update changes the weights of the rows and columns that spikes reach at tick t.
func (b *domainBlock) Update(t sim.Tick, pre, post []sim.Span) {
	up, down := b.d.Pair.APlus*b.d.Pair.Plus.Value(), b.d.Pair.AMinus*b.d.Pair.Minus.Value()
	for k := range b.up {
		b.up[k], b.down[k] = up, down
		if b.d.Plus != nil {
			b.up[k] *= b.d.Plus[k].Value()
		}
		if b.d.Minus != nil {
			b.down[k] *= b.d.Minus[k].Value()
		}
	}
	b.change(t, pre, post)
	b.count(pre, post)
}

// Reset forgets the traces.
func (b *domainBlock) Reset() { b.reset() }

// State lists the traces and modulators.
func (b *domainBlock) State(c *sim.Codec) {
	b.pairing.State(c)
	c.Values(b.d.Pair.Plus, b.d.Pair.Minus)
	for _, m := range slices.Concat(b.d.Plus, b.d.Minus) {
		c.Values(m)
	}
}

// perTarget is the additive pair rule with amplitudes for each class of targets: what DomainSTDP and
// GatedSTDP share. Each synapse is touched once per tick, with both changes where both ends fire.
type perTarget struct {
	pairing
	wmin, wmax float64
	class      []int32 // of each target of the block
	// Amplitudes in force, per class: of a postsynaptic and of a presynaptic spike.
	up, down                 []float64
	weaken                   []float64 // down times the common factor of the traces
	targetFired, sourceFired []bool
}

func newPerTarget(s sim.RuleSpec, p PairSTDP, class []int32, classes int) perTarget {
	return perTarget{pairing: newPairing(s, p.TauPlus, p.TauMinus, false, TieIgnored), wmin: p.WMin, wmax: p.WMax,
		class: class, up: make([]float64, classes), down: make([]float64, classes), weaken: make([]float64, classes),
		targetFired: make([]bool, s.Targets), sourceFired: make([]bool, s.Sources)}
}

// change makes the changes of tick t with the amplitudes in force.
func (b *perTarget) change(t sim.Tick, pre, post []sim.Span) {
	b.x.MoveTo(t)
	b.y.MoveTo(t)
	for k, a := range b.down {
		b.weaken[k] = a * b.y.factor
	}
	for _, s := range post {
		b.targetFired[s.Neuron] = true
	}
	ys, class := b.y.scaled, b.class
	for _, s := range pre {
		x := 0.0
		if !b.sourceFired[s.Neuron] { // a source may fire twice at a tick; the target's spike counts once
			x = b.x.Value(s.Neuron)
		}
		b.sourceFired[s.Neuron] = true
		w := b.s.Weight[s.Lo:s.Hi]
		for k, j := range b.s.Target[s.Lo:s.Hi] {
			v := w[k] - float64(b.weaken[class[j]]*ys[j])
			if b.targetFired[j] {
				v += float64(b.up[class[j]] * x)
			}
			w[k] = min(max(v, b.wmin), b.wmax)
		}
	}
	weight, xs := b.s.Weight, b.x.scaled
	for _, s := range post {
		b.targetFired[s.Neuron] = false
		fx := b.up[class[s.Neuron]] * b.x.factor
		if fx == 0 {
			continue
		}
		at := b.s.ColumnSynapse[s.Lo:s.Hi]
		for c, i := range b.s.ColumnSource[s.Lo:s.Hi] {
			if b.sourceFired[i] {
				continue // done with its row
			}
			w := &weight[at[c]]
			*w = min(max(*w+float64(fx*xs[i]), b.wmin), b.wmax)
		}
	}
	for _, s := range pre {
		b.sourceFired[s.Neuron] = false
	}
}
