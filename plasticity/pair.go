package plasticity

import (
	"fmt"
	"math"

	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/sim/mem"
)

// PairSTDP is pair-based spike-timing dependent plasticity.
//
//	TauPlus dx/dt  = -x, x += 1 at a presynaptic spike
//	TauMinus dy/dt = -y, y += 1 at a postsynaptic spike
//	presynaptic spike:   w -= A- f-(w) y
//	postsynaptic spike:  w += A+ f+(w) x
//
//	w     weight, between WMin and WMax [weight units]
//	x, y  traces of the two ends; nearest-neighbour pairing sets them to 1 instead of adding 1
//	A+-   APlus and AMinus, times the modulators Plus and Minus where set [weight units]
//
// with f+ and f- by Dependence. Both amplitudes may be negative: for inhibitory synapses (w <= 0)
// negative amplitudes make the strength |w| grow where an excitatory weight would.
//
// Where the two spikes of a pair meet is up to Synapse.Backpropagation; what happens when they meet at
// the same tick is up to Tie.
//
// NEST's stdp_synapse with parameters lambda, alpha and Wmax is APlus: lambda Wmax, AMinus: alpha
// lambda Wmax, WMax: Wmax, ClipEach: true, and Additive for mu 0, Multiplicative for 1, Guetig for
// another mu, VanRossum for mu_plus 0 and mu_minus 1; stdp_pl_synapse_hom is PowerLaw with APlus:
// lambda, AMinus: alpha lambda, W0: 1.
//
// Sources: Song, Miller and Abbott 2000 (additive); van Rossum, Bi and Turrigiano 2000; Gütig,
// Aharonov, Rotter and Sompolinsky 2003; Morrison, Aertsen and Diesmann 2007 (power law); Morrison,
// Diesmann and Gerstner 2008 (review).
type PairSTDP struct {
	APlus    float64 // change at a postsynaptic spike, weight units
	AMinus   float64 // change at a presynaptic spike, weight units; Gütig's alpha is AMinus/APlus
	TauPlus  float64 // ms, of the presynaptic trace
	TauMinus float64 // ms, of the postsynaptic trace
	WMin     float64 // lower bound of the weights
	WMax     float64 // upper bound; may be +Inf where Dependence does not need it
	// Dependence of the amplitudes on the weight; the zero value is Additive.
	Dependence Dependence
	Mu         float64 // exponent of Guetig and PowerLaw
	W0         float64 // scale of PowerLaw, weight units
	Nearest    bool    // nearest-neighbour instead of all-to-all pairing
	Tie        Tie     // what two spikes do that meet at one tick; default: nothing
	// ClipEach holds the weight in its bounds after each of the two changes of a tick, the
	// postsynaptic one first, as NEST does. By default an additive rule adds both first. Only
	// synapses at a bound with spikes of both ends at one tick know the difference.
	ClipEach bool
	// Plus and Minus scale APlus and AMinus with time; nil means 1.
	Plus, Minus *sim.Modulator
}

// Dependence is how the change of a weight depends on the weight.
type Dependence int

const (
	Additive       Dependence = iota // f+ = f- = 1
	Multiplicative                   // f+ = (wmax-w)/wmax, f- = w/wmax
	Guetig                           // f+ = (1-w/wmax)^mu, f- = (w/wmax)^mu
	VanRossum                        // f+ = 1, f- = w/wmax
	PowerLaw                         // f+ = w0^(1-mu) w^mu, f- = w; amplitudes are numbers without unit
)

// DefaultPairSTDP gives the additive rule with A+ 0.01, A- 1.05 A+, both time constants 20 ms, weights
// in [0, 1].
func DefaultPairSTDP() PairSTDP {
	return PairSTDP{APlus: 0.01, AMinus: 0.0105, TauPlus: 20, TauMinus: 20, WMin: 0, WMax: 1}
}

// PowerLawSTDP gives the rule of Morrison, Aertsen and Diesmann 2007: lambda 0.1, alpha 0.11, mu 0.4,
// w0 1 pA, both time constants 20 ms, weights without upper bound.
func PowerLawSTDP() PairSTDP {
	return PairSTDP{APlus: 0.1, AMinus: 0.011, TauPlus: 20, TauMinus: 20, WMax: math.Inf(1), Dependence: PowerLaw, Mu: 0.4, W0: 1}
}

// Validate names the first parameter out of range.
func (p PairSTDP) Validate() error {
	c := checker{rule: "PairSTDP"}
	c.finite("APlus", p.APlus, "")
	c.finite("AMinus", p.AMinus, "")
	c.tau("TauPlus", p.TauPlus)
	c.tau("TauMinus", p.TauMinus)
	c.bounds(p.WMin, p.WMax)
	c.tie(p.Tie)
	if c.err != nil {
		return c.err
	}
	if p.Dependence < Additive || p.Dependence > PowerLaw {
		return fmt.Errorf("PairSTDP.Dependence is %d: want Additive, Multiplicative, Guetig, VanRossum or PowerLaw", p.Dependence)
	}
	if p.Dependence == PowerLaw {
		c.complain(p.WMin >= 0, "WMin", p.WMin, "", "0 or more with PowerLaw")
		c.positive("W0", p.W0, "")
	} else if p.Dependence != Additive && (p.WMin != 0 || math.IsInf(p.WMax, 0)) {
		return fmt.Errorf("PairSTDP.WMin is %g, WMax %g: a weight-dependent rule wants WMin 0 and a finite WMax", p.WMin, p.WMax)
	}
	if p.Dependence == Guetig || p.Dependence == PowerLaw {
		c.complain(p.Mu >= 0 && p.Mu <= 1, "Mu", p.Mu, "", "0 to 1")
	}
	return c.err
}

// NewRule makes the traces of a set of synapses.
func (p PairSTDP) NewRule(s sim.RuleSpec) (sim.RuleBlock, error) {
	if s.Synapses.Column == nil && p.ByRows() {
		if s.Synapses.Narrow != nil {
			return newPairRows(p, s, s.Synapses.Narrow), nil
		}
		return newPairRows(p, s, s.Synapses.Target), nil
	}
	b := &pairBlock{pairing: newPairing(s, p.TauPlus, p.TauMinus, p.Nearest, p.Tie), p: p}
	if p.Dependence == Additive && p.Tie == TieIgnored && !p.ClipEach {
		b.targetFired, b.sourceFired = make([]bool, s.Targets), make([]bool, s.Sources)
		return b, nil
	}
	if p.linear(b) && p.Tie == TieIgnored {
		return b, nil
	}
	plus, minus := p.factors()
	w := s.Synapses.Weight
	b.strengthen = func(k uint32, _, _ int32, x float64) {
		w[k] = clip(w[k]+b.up*plus(w[k])*x, p.WMin, p.WMax)
	}
	b.weaken = func(k uint32, _, _ int32, y float64) {
		w[k] = clip(w[k]-b.down*minus(w[k])*y, p.WMin, p.WMax)
	}
	return b, nil
}

// factors gives f+ and f-.
func (p PairSTDP) factors() (plus, minus func(w float64) float64) {
	wmax := p.WMax
	one := func(float64) float64 { return 1 }
	part := func(w float64) float64 { return w / wmax }
	switch p.Dependence {
	case Multiplicative:
		return func(w float64) float64 { return (wmax - w) / wmax }, part
	case Guetig:
		// Start weights may lie outside the bounds.
		return func(w float64) float64 { return math.Pow(max(0, 1-w/wmax), p.Mu) },
			func(w float64) float64 { return math.Pow(max(0, w/wmax), p.Mu) }
	case VanRossum:
		return one, part
	case PowerLaw:
		scale := math.Pow(p.W0, 1-p.Mu)
		return func(w float64) float64 { return scale * math.Pow(max(0, w), p.Mu) }, func(w float64) float64 { return w }
	}
	return one, one
}

type pairBlock struct {
	pairing
	p                  PairSTDP
	up, down           float64 // amplitudes in force
	strengthen, weaken change  // nil for the additive and the linear loop
	isLinear           bool    // f+ = plus0 + plus1 w, f- = minus1 w
	plus0, plus1       float64
	minus1             float64
	// Of the additive loop: who has a spike at this tick.
	targetFired, sourceFired []bool
}

// Update changes the weights of the rows and columns that spikes reach at tick t.
func (b *pairBlock) Update(t sim.Tick, pre, post []sim.Span) {
	b.up, b.down = b.p.APlus*b.p.Plus.Value(), b.p.AMinus*b.p.Minus.Value()
	switch {
	case b.isLinear:
		b.linearly(t, pre, post)
	case b.strengthen == nil:
		b.additive(t, pre, post)
	default:
		b.walk(t, pre, post, b.strengthen, b.weaken)
	}
	b.count(pre, post)
}

// additive is the walk of pairing for the most common rule, without a call per synapse: each synapse
// is touched once, with both changes where both ends fire.
func (b *pairBlock) additive(t sim.Tick, pre, post []sim.Span) {
	b.x.MoveTo(t)
	b.y.MoveTo(t)
	for _, s := range post {
		b.targetFired[s.Neuron] = true
	}
	c := addition{step: b.down * b.y.factor, lo: b.p.WMin, hi: b.p.WMax}
	for _, s := range pre {
		c.tie[1] = 0
		if !b.sourceFired[s.Neuron] { // a source may fire twice at a tick; the target's spike counts once
			c.tie[1] = float64(b.up * b.x.Value(s.Neuron))
		}
		b.sourceFired[s.Neuron] = true
		addRow(b.s.Weight[s.Lo:s.Hi], b.s.Target[s.Lo:s.Hi], b.y.scaled, b.targetFired, &c)
	}
	c.step = b.up * b.x.factor
	for _, s := range post {
		b.targetFired[s.Neuron] = false
		addColumn(b.s.Weight, b.s.ColumnSynapse[s.Lo:s.Hi], b.s.ColumnSource[s.Lo:s.Hi], b.x.scaled, b.sourceFired, &c)
	}
	for _, s := range pre {
		b.sourceFired[s.Neuron] = false
	}
}

// addition is what the additive loops need, in the order in which the assembly finds it.
type addition struct {
	step   float64    // change per unit of the scaled trace
	tie    [2]float64 // what a row adds where the target does not fire at the same tick (0), and where it does
	lo, hi float64    // bounds
}

// addRowGo weakens the synapses of a row by the traces of their targets.
func addRowGo(weight []float64, target []int32, ys []float64, fired []bool, c *addition) {
	weight = weight[:len(target)]
	for k, j := range target {
		v := weight[k] - float64(c.step*ys[j])
		if fired[j] {
			v += c.tie[1]
		}
		weight[k] = min(max(v, c.lo), c.hi) // without a branch: many weights of a liquid lie at a bound
	}
}

// addColumnGo strengthens the synapses of a column by the traces of their sources, but for those whose
// source fires at the same tick: they have had it with their row.
func addColumnGo(weight []float64, at []uint32, source []int32, xs []float64, fired []bool, c *addition) {
	source = source[:len(at)]
	for k, i := range source {
		if fired[i] {
			continue
		}
		w := &weight[at[k]]
		*w = min(max(*w+float64(c.step*xs[i]), c.lo), c.hi)
	}
}

// linear says whether f+ and f- are linear in the weight, and notes their coefficients.
func (p PairSTDP) linear(b *pairBlock) bool {
	switch p.Dependence {
	case Multiplicative:
		b.plus0, b.plus1, b.minus1 = 1, -1/p.WMax, 1/p.WMax
	case VanRossum:
		b.plus0, b.plus1, b.minus1 = 1, 0, 1/p.WMax
	default:
		return false
	}
	b.isLinear = true
	return true
}

// columnBlock is how many weights of a column are asked for at a time.
const columnBlock = 64

// linearly is walk for f+ and f- linear in the weight, without a call per synapse.
func (b *pairBlock) linearly(t sim.Tick, pre, post []sim.Span) {
	b.x.MoveTo(t)
	b.y.MoveTo(t)
	wmin, wmax := b.p.WMin, b.p.WMax
	fx, xs, plus0, plus1 := b.up*b.x.factor, b.x.scaled, b.plus0, b.plus1
	weight := b.s.Weight
	for _, s := range post {
		// A column's weights lie all over memory: ask for a block of them while the one before is at work.
		for lo := s.Lo; lo < s.Hi; lo += columnBlock {
			hi := min(lo+columnBlock, s.Hi)
			mem.PrefetchAll(weight, b.s.ColumnSynapse[hi:min(hi+columnBlock, s.Hi)])
			at := b.s.ColumnSynapse[lo:hi]
			sources := b.s.ColumnSource[lo:hi][:len(at)]
			for c, i := range sources {
				w := &weight[at[c]]
				v := *w + float64(fx*xs[i]*(plus0+float64(plus1**w)))
				if v > wmax { // plain comparisons: min and max take care of NaN, which is costly here
					v = wmax
				} else if v < wmin {
					v = wmin
				}
				*w = v
			}
		}
	}
	fy, ys := b.down*b.y.factor*b.minus1, b.y.scaled
	for _, s := range pre {
		targets := b.s.Target[s.Lo:s.Hi]
		w := weight[s.Lo:s.Hi][:len(targets)]
		for k, j := range targets {
			v := w[k] - float64(fy*ys[j]*w[k])
			if v < wmin {
				v = wmin
			} else if v > wmax {
				v = wmax
			}
			w[k] = v
		}
	}
}

// Reset forgets the traces.
func (b *pairBlock) Reset() { b.reset() }

// State lists the traces and modulators.
func (b *pairBlock) State(c *sim.Codec) {
	b.pairing.State(c)
	c.Values(b.p.Plus, b.p.Minus)
}
