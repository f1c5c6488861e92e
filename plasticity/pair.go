package plasticity

import (
	"fmt"
	"math"

	"github.com/glia-sim/glia/sim"
)

// PairSTDP is pair-based spike-timing dependent plasticity.
//
//	tau+ dx/dt = -x, x += 1 at a presynaptic spike
//	tau- dy/dt = -y, y += 1 at a postsynaptic spike
//	presynaptic spike:   w -= A- f-(w) y
//	postsynaptic spike:  w += A+ f+(w) x
//
// with f+ and f- by Dependence. Both amplitudes may be multiplied by a modulator, and both may be
// negative: for inhibitory synapses (w <= 0) negative amplitudes make the strength |w| grow where an
// excitatory weight would.
//
// Spikes that reach the synapse at the same tick do not pair with each other; where both ends fire at one
// tick, the two changes are added before the weight is clipped.
//
// Sources: Song, Miller and Abbott 2000 (additive); Gütig, Aharonov, Rotter and Sompolinsky 2003;
// Morrison, Diesmann and Gerstner 2008 (review).
type PairSTDP struct {
	APlus    float64 // change at a postsynaptic spike, weight units
	AMinus   float64 // change at a presynaptic spike, weight units
	TauPlus  float64 // ms, of the presynaptic trace
	TauMinus float64 // ms, of the postsynaptic trace
	WMin     float64 // lower bound of the weights
	WMax     float64 // upper bound
	// Dependence of the amplitudes on the weight; the zero value is Additive.
	Dependence Dependence
	Mu         float64 // exponent of Guetig
	Nearest    bool    // nearest-neighbour instead of all-to-all pairing
	// Plus and Minus scale APlus and AMinus with time; nil means 1.
	Plus, Minus *sim.Modulator
}

// Dependence is how the change of a weight depends on the weight.
type Dependence int

const (
	Additive       Dependence = iota // f+ = f- = 1
	Multiplicative                   // f+ = (wmax-w)/wmax, f- = w/wmax
	Guetig                           // f+ = (1-w/wmax)^mu, f- = (w/wmax)^mu
)

// DefaultPairSTDP gives the additive rule with A+ 0.01, A- 1.05 A+, both time constants 20 ms, weights
// in [0, 1].
func DefaultPairSTDP() PairSTDP {
	return PairSTDP{APlus: 0.01, AMinus: 0.0105, TauPlus: 20, TauMinus: 20, WMin: 0, WMax: 1}
}

// Validate names the first parameter out of range.
func (p PairSTDP) Validate() error {
	for _, v := range []struct {
		name  string
		value float64
	}{{"TauPlus", p.TauPlus}, {"TauMinus", p.TauMinus}} {
		if !(v.value > 0) || math.IsInf(v.value, 0) {
			return fmt.Errorf("PairSTDP.%s is %g ms: want a positive time", v.name, v.value)
		}
	}
	if !(p.WMin < p.WMax) {
		return fmt.Errorf("PairSTDP.WMin is %g and WMax %g: want WMin < WMax", p.WMin, p.WMax)
	}
	if p.Dependence != Additive && (p.WMin != 0 || math.IsInf(p.WMax, 0)) {
		return fmt.Errorf("PairSTDP.WMin is %g, WMax %g: a weight-dependent rule wants WMin 0 and a finite WMax", p.WMin, p.WMax)
	}
	if p.Dependence < Additive || p.Dependence > Guetig {
		return fmt.Errorf("PairSTDP.Dependence is %d: want Additive, Multiplicative or Guetig", p.Dependence)
	}
	if p.Dependence == Guetig && (p.Mu < 0 || p.Mu > 1) {
		return fmt.Errorf("PairSTDP.Mu is %g: want 0 to 1", p.Mu)
	}
	return nil
}

// NewRule makes the traces of a set of synapses.
func (p PairSTDP) NewRule(s sim.RuleSpec) (sim.RuleBlock, error) {
	return &pairBlock{p: p, s: s.Synapses, fired: make([]bool, s.Targets), firing: make([]bool, s.Sources),
		x: NewTrace(s.Sources, p.TauPlus, 1, p.Nearest, s.Clock),
		y: NewTrace(s.Targets, p.TauMinus, 1, p.Nearest, s.Clock)}, nil
}

type pairBlock struct {
	p             PairSTDP
	s             *sim.Synapses
	x, y          *Trace
	fired, firing []bool // targets and sources with a spike at this tick
}

// Update changes the weights of the rows and columns that spikes reach at tick t.
func (b *pairBlock) Update(t sim.Tick, pre, post []sim.Span) {
	b.x.MoveTo(t)
	b.y.MoveTo(t)
	up, down := b.p.APlus*b.p.Plus.Value(), b.p.AMinus*b.p.Minus.Value()
	if b.p.Dependence == Additive {
		b.additive(up, down, pre, post)
	} else {
		b.dependent(up, down, pre, post)
	}
	for _, s := range pre {
		b.x.Spike(s.Neuron)
	}
	for _, s := range post {
		b.y.Spike(s.Neuron)
	}
}

func (b *pairBlock) additive(up, down float64, pre, post []sim.Span) {
	for _, s := range post {
		b.fired[s.Neuron] = true
	}
	wmin, wmax := b.p.WMin, b.p.WMax
	fy, ys := down*b.y.factor, b.y.scaled
	for _, s := range pre {
		b.firing[s.Neuron] = true
		both := float64(up * b.x.Value(s.Neuron))
		w := b.s.Weight[s.Lo:s.Hi]
		for k, j := range b.s.Target[s.Lo:s.Hi] {
			v := w[k] - float64(fy*ys[j])
			if b.fired[j] {
				v += both
			}
			w[k] = min(max(v, wmin), wmax)
		}
	}
	fx, xs := up*b.x.factor, b.x.scaled
	weight := b.s.Weight
	for _, s := range post {
		b.fired[s.Neuron] = false
		at := b.s.ColumnSynapse[s.Lo:s.Hi]
		for c, i := range b.s.ColumnSource[s.Lo:s.Hi] {
			if b.firing[i] {
				continue // done with its row
			}
			w := &weight[at[c]]
			*w = min(max(*w+float64(fx*xs[i]), wmin), wmax)
		}
	}
	for _, s := range pre {
		b.firing[s.Neuron] = false
	}
}

// dependent treats the postsynaptic spikes first, as NEST does, and clips after each.
func (b *pairBlock) dependent(up, down float64, pre, post []sim.Span) {
	wmax := b.p.WMax
	plus := func(w float64) float64 { return (wmax - w) / wmax }
	minus := func(w float64) float64 { return w / wmax }
	if b.p.Dependence == Guetig {
		plus = func(w float64) float64 { return math.Pow(1-w/wmax, b.p.Mu) }
		minus = func(w float64) float64 { return math.Pow(w/wmax, b.p.Mu) }
	}
	for _, s := range post {
		for c := s.Lo; c < s.Hi; c++ {
			w := &b.s.Weight[b.s.ColumnSynapse[c]]
			*w = min(*w+up*plus(*w)*b.x.Value(b.s.ColumnSource[c]), wmax)
		}
	}
	for _, s := range pre {
		for k := s.Lo; k < s.Hi; k++ {
			w := &b.s.Weight[k]
			*w = max(*w-down*minus(*w)*b.y.Value(b.s.Target[k]), 0)
		}
	}
}

// Reset forgets the traces.
func (b *pairBlock) Reset() {
	b.x.Reset()
	b.y.Reset()
}
