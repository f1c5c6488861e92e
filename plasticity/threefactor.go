package plasticity

import (
	"fmt"
	"math"

	"github.com/glia-sim/glia/sim"
)

// ThreeFactor makes a rule wait for a third factor: what the rule would do to a weight goes into an
// eligibility trace of the synapse, and the weight follows where the trace meets the signal.
//
//	dc/dt = -c/Tau + Σ dw δ(t - event)    dw: what Rule does to the weight at the event
//	dw/dt = Gain c (m - Baseline)
//
//	w   weight, between WMin and WMax [weight units]
//	c   eligibility [weight units of Rule]
//	m   Signal: reward, error, attention; one for all, or one per target neuron
//
// The integral of c m over the time between two events of a synapse is exact: a synapse is touched at
// its own spikes only, since c(t) of all synapses shrinks by the same factor and the integral of
// that factor times (m - Baseline) is kept once. Weights are held in their bounds at these spikes.
//
// The rule sees the weight as it is, so that it may depend on the weight; its own bounds limit what one
// event can add. Usual is a rule without bounds. It must change weights at spikes only (not by voltage).
//
// Sources: Izhikevich 2007 (reward); Frémaux and Gerstner 2016 (review of three-factor rules).
type ThreeFactor struct {
	Rule       sim.Rule
	Tau        float64 // of the eligibility [ms]
	Signal     Signal
	Baseline   float64 // of the signal, in its unit
	Gain       float64 // per ms; 1e-3 where the equation is written with time in s
	WMin, WMax float64 // bounds; may be infinite
}

// Validate names the first parameter out of range.
func (p ThreeFactor) Validate() error {
	c := checker{rule: "ThreeFactor"}
	c.tau("Tau", p.Tau)
	c.finite("Baseline", p.Baseline, "")
	c.finite("Gain", p.Gain, "per ms")
	c.bounds(p.WMin, p.WMax)
	switch {
	case c.err != nil:
		return c.err
	case p.Rule == nil:
		return fmt.Errorf("ThreeFactor.Rule is not set: give it the rule that makes the eligibility")
	case p.Signal == nil:
		return fmt.Errorf("ThreeFactor.Signal is not set: give it a Held modulator or a Dopamine")
	}
	if err := p.Rule.Validate(); err != nil {
		return fmt.Errorf("ThreeFactor.Rule: %w", err)
	}
	if err := p.Signal.Validate(); err != nil {
		return fmt.Errorf("ThreeFactor.Signal: %w", err)
	}
	return nil
}

// NewRule makes the eligibilities of a set of synapses.
func (p ThreeFactor) NewRule(s sim.RuleSpec) (sim.RuleBlock, error) {
	n := len(s.Synapses.Weight)
	shadow := *s.Synapses
	shadow.Weight = make([]float64, n)
	inner := s
	inner.Synapses = &shadow
	rule, err := p.Rule.NewRule(inner)
	if err != nil {
		return nil, err
	}
	_, ticks := rule.(sim.RuleTicker)
	_, settles := rule.(sim.RuleSettler)
	if _, ok := rule.(sim.RuleRewirer); !ok {
		return nil, fmt.Errorf("ThreeFactor.Rule %T keeps state of single synapses: want one with traces of neurons only", p.Rule)
	}
	if ticks || settles {
		return nil, fmt.Errorf("ThreeFactor.Rule %T changes weights between spikes: want one that changes them at spikes only", p.Rule)
	}
	size := p.Signal.Size()
	if size != 1 && size < s.First+s.Targets {
		return nil, fmt.Errorf("ThreeFactor.Signal has %d values: want 1, or one for each neuron of the target population", size)
	}
	return newThreeFactorBlock(p, s, &shadow, rule), nil
}

func newThreeFactorBlock(p ThreeFactor, s sim.RuleSpec, shadow *sim.Synapses, rule sim.RuleBlock) *threeFactorBlock {
	n := len(s.Synapses.Weight)
	b := &threeFactorBlock{p: p, spec: s, shadow: shadow, rule: rule, state: make([]eligibility, n), local: p.Signal.Size() != 1}
	signals := 1
	if b.local {
		signals = s.Targets
	}
	b.area = make([]float64, signals)
	b.past = make([][]float64, s.Lag+1)
	for k := range b.past {
		b.past[k] = make([]float64, signals)
	}
	rate := 1/p.Tau + 1/p.Signal.Decay()
	b.step = -math.Expm1(-s.Clock.DT*rate) / rate
	b.baseStep = -math.Expm1(-s.Clock.DT/p.Tau) * p.Tau * p.Baseline
	return b
}

// threeFactorBlock keeps eligibilities divided by the factor exp(-(t-t0)/Tau) that they share, as Trace
// does, and area(t), the integral of that factor times (m - Baseline) from t0: between its events a
// synapse changes by c times the growth of area.
type threeFactorBlock struct {
	p      ThreeFactor
	spec   sim.RuleSpec
	shadow *sim.Synapses // where the rule makes its changes: a copy of the weights it touches
	rule   sim.RuleBlock
	state  []eligibility
	area   []float64 // of the signal, or per target
	local  bool      // one signal per target
	past   [][]float64
	// step and baseStep are the integrals over one tick of a signal of 1 at its start, and of Baseline.
	step, baseStep float64
	t0             sim.Tick
}

// eligibility is the state of one synapse.
type eligibility struct {
	c    float64 // scaled
	from float64 // area up to which the weight is settled
}

// settleAfter is how many Tau the common factor may shrink before it is started afresh. Longer would
// cost digits of area, shorter more sweeps.
const settleAfter = 8

// factor is what eligibilities have decayed by at tick t since t0.
func (b *threeFactorBlock) factor(t sim.Tick) float64 {
	return math.Exp(-float64(t-b.t0) * b.spec.Clock.DT / b.p.Tau)
}

// Tick integrates the signal over the step that ends now, Lag ticks later than it was.
func (b *threeFactorBlock) Tick(now sim.Tick) {
	slot := b.past[int(now)%len(b.past)]
	ms := b.spec.Clock.MS(now - 1)
	for i := range slot {
		if b.local {
			slot[i] = b.p.Signal.Level(b.spec.First+i, ms)
		} else {
			slot[i] = b.p.Signal.Level(0, ms)
		}
	}
	t := now - b.spec.Lag
	if t < 1 {
		return
	}
	if float64(t-b.t0)*b.spec.Clock.DT > settleAfter*b.p.Tau {
		b.rebase(t - 1)
	}
	f := b.factor(t - 1)
	for i, m := range b.past[int(t)%len(b.past)] {
		b.area[i] += float64(f * (float64(m*b.step) - b.baseStep))
	}
}

// rebase starts the common factor at tick t.
func (b *threeFactorBlock) rebase(t sim.Tick) {
	b.Settle()
	f := b.factor(t)
	for k := range b.state {
		b.state[k] = eligibility{c: b.state[k].c * f}
	}
	clear(b.area)
	b.t0 = t
}

// signal gives the index of the signal that synapse k hears.
func (b *threeFactorBlock) signal(k uint32) int32 {
	if b.local {
		return b.spec.Synapses.Target[k]
	}
	return 0
}

func (b *threeFactorBlock) settle(k uint32) {
	i := b.signal(k)
	w, e := &b.spec.Synapses.Weight[k], &b.state[k]
	*w = clip(*w+b.p.Gain*e.c*(b.area[i]-e.from), b.p.WMin, b.p.WMax)
	e.from = b.area[i]
}

// Settle brings all weights up to date and holds them in their bounds. That cuts an integral in two, so
// that reading weights in mid-run can move their last digits.
func (b *threeFactorBlock) Settle() {
	for k := range b.state {
		b.settle(uint32(k))
	}
}

// Update settles the weights of the synapses that spikes reach at tick t, and adds to their
// eligibilities what the rule makes of the spikes.
func (b *threeFactorBlock) Update(t sim.Tick, pre, post []sim.Span) {
	weight, shadow := b.spec.Synapses.Weight, b.shadow.Weight
	b.touched(pre, post, func(k uint32) {
		b.settle(k)
		shadow[k] = weight[k]
	})
	b.rule.Update(t, pre, post)
	up := 1 / b.factor(t)
	b.touched(pre, post, func(k uint32) {
		b.state[k].c += (shadow[k] - weight[k]) * up
		shadow[k] = weight[k]
	})
}

// touched visits the synapses that spikes reach, some of them twice.
func (b *threeFactorBlock) touched(pre, post []sim.Span, visit func(k uint32)) {
	for _, s := range pre {
		for k := s.Lo; k < s.Hi; k++ {
			visit(k)
		}
	}
	for _, s := range post {
		for c := s.Lo; c < s.Hi; c++ {
			visit(b.spec.Synapses.ColumnSynapse[c])
		}
	}
}

// Reset forgets the eligibilities.
func (b *threeFactorBlock) Reset() {
	b.Settle()
	b.rule.Reset()
	clear(b.state)
	clear(b.area)
	for _, slot := range b.past {
		clear(slot)
	}
	b.t0 = 0
}

// State lists the eligibilities and the signal, unsettled, and the traces of the rule.
func (b *threeFactorBlock) State(c *sim.Codec) {
	list := c.Values
	if b.local {
		list = c.PerNeuron
	}
	b.rule.State(c)
	b.p.Signal.State(c)
	c.PerSynapse(b.state)
	c.Values(&b.t0)
	list(b.area)
	for _, slot := range b.past {
		list(slot)
	}
}

// Rewired takes the eligibilities along; new synapses start without.
func (b *threeFactorBlock) Rewired(from []uint32) {
	before := append([]eligibility(nil), b.state...)
	for k, old := range from {
		b.state[k] = eligibility{from: b.area[b.signal(uint32(k))]} // all are settled now
		if old != sim.NewSynapse {
			b.state[k].c = before[old].c
		}
	}
	b.rule.(sim.RuleRewirer).Rewired(from)
}
