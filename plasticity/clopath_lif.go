package plasticity

import (
	"math"

	"github.com/glia-sim/glia/sim"
)

// ClopathLIF is the voltage-based rule adapted to neurons without the shape of a spike: the
// postsynaptic spike stands for the high voltage, and lifts the low-passed voltages.
//
//	presynaptic spike:   w -= ALTD [l1 - URest]+
//	postsynaptic spike:  l1 and l2 += Jump;  w += ALTP x [l2 - URest]+
//	Tau1 dl1/dt = -l1 + u,  Tau2 dl2/dt = -l2 + u
//	TauX dx/dt = -x,  x += 1/TauX at a presynaptic spike
//
//	w       weight, between WMin and WMax [weight units]
//	u       voltage of the target [mV]
//	l1, l2  low-passed voltages, of depression and potentiation [mV]
//	x       trace of the source [1/ms]
//
// The voltage is the one that the target has when the presynaptic spike arrives. Use it with
// Axonal, so that the target's own spike counts when it happens.
//
// Source: Clopath, Büsing, Vasilaki and Gerstner 2010, in the form of the Brian 2 example
// Clopath_et_al_2010_no_homeostasis, whose parameters give the shape of the paper's figure 2, not its
// numbers.
type ClopathLIF struct {
	ALTD             float64 // weight units/mV
	ALTP             float64 // weight units ms/mV
	TauX, Tau1, Tau2 float64 // ms
	Jump             float64 // mV
	URest            float64 // mV; l1 and l2 start here
	WMin, WMax       float64 // bounds; may be infinite
	Variable         string  // of the target that holds its voltage; empty means "V"
}

// DefaultClopathLIF gives the values of the example, for weights of 0 to 1.
func DefaultClopathLIF() ClopathLIF {
	return ClopathLIF{ALTD: 1.5e-4, ALTP: 1.5e-2, TauX: 15, Tau1: 40, Tau2: 30, Jump: 10, URest: -70, WMax: 1}
}

// Validate names the first parameter out of range.
func (p ClopathLIF) Validate() error {
	c := checker{rule: "ClopathLIF"}
	c.finite("ALTD", p.ALTD, "")
	c.finite("ALTP", p.ALTP, "")
	c.tau("TauX", p.TauX)
	c.tau("Tau1", p.Tau1)
	c.tau("Tau2", p.Tau2)
	c.finite("Jump", p.Jump, "mV")
	c.finite("URest", p.URest, "mV")
	c.bounds(p.WMin, p.WMax)
	return c.err
}

// NewRule makes the traces of a set of synapses.
func (p ClopathLIF) NewRule(s sim.RuleSpec) (sim.RuleBlock, error) {
	v, err := voltage("ClopathLIF", p.Variable, s.Post)
	if err != nil {
		return nil, err
	}
	b := &clopathLIFBlock{p: p, s: s.Synapses, lag: s.Lag, v: v, l1: make([]float64, s.Targets), l2: make([]float64, s.Targets),
		to1: -math.Expm1(-s.Clock.DT / p.Tau1), to2: -math.Expm1(-s.Clock.DT / p.Tau2),
		x: NewTrace(s.Sources, p.TauX, 1/p.TauX, false, s.Clock)}
	b.Reset()
	return b, nil
}

type clopathLIFBlock struct {
	p         ClopathLIF
	s         *sim.Synapses
	lag       sim.Tick
	v, l1, l2 []float64
	to1, to2  float64
	x         *Trace
}

// Tick carries the low-passed voltages over a step.
func (b *clopathLIFBlock) Tick(sim.Tick) {
	for j, u := range b.v {
		b.l1[j] += b.to1 * (u - b.l1[j])
		b.l2[j] += b.to2 * (u - b.l2[j])
	}
}

// Update changes the weights of the rows and columns that spikes reach at tick t.
func (b *clopathLIFBlock) Update(t sim.Tick, pre, post []sim.Span) {
	b.x.MoveTo(t)
	for _, s := range pre {
		for k := s.Lo; k < s.Hi; k++ {
			b.change(k, -b.p.ALTD*max(0, b.l1[b.s.Target[k]]-b.p.URest))
		}
	}
	for _, s := range post {
		j := s.Neuron
		b.l1[j] += b.p.Jump
		b.l2[j] += b.p.Jump
		up := b.p.ALTP * max(0, b.l2[j]-b.p.URest)
		for c := s.Lo; c < s.Hi; c++ {
			b.change(b.s.ColumnSynapse[c], up*b.x.Value(b.s.ColumnSource[c]))
		}
	}
	countSpikes(b.x, pre)
}

func (b *clopathLIFBlock) change(k uint32, by float64) {
	b.s.Weight[k] = clip(b.s.Weight[k]+by, b.p.WMin, b.p.WMax)
}

// Reset forgets the traces.
func (b *clopathLIFBlock) Reset() {
	b.x.Reset()
	for j := range b.l1 {
		b.l1[j], b.l2[j] = b.p.URest, b.p.URest
	}
}

// State lists the trace of the sources and the voltages.
func (b *clopathLIFBlock) State(c *sim.Codec) {
	b.x.State(c, c.Values, c.Now()-b.lag)
	c.PerNeuron(b.l1, b.l2)
}

// Rewired has nothing to do: traces belong to neurons.
func (b *clopathLIFBlock) Rewired([]uint32) {}
