package plasticity

import (
	"fmt"
	"math"

	"github.com/glia-sim/glia/sim"
)

// Clopath is voltage-based plasticity: the presynaptic spike meets the voltage of the target.
//
//	presynaptic spike:  w -= ALTD(h) [um - ThetaMinus]+
//	always:             dw/dt = ALTP x [u - ThetaPlus]+ [up - ThetaPlus]+
//	TauMinus dum/dt = -um + u(t - Delay),  TauPlus dup/dt = -up + u(t - Delay)
//	TauX dx/dt = -x,  x += 1/TauX at a presynaptic spike
//	ALTD(h) = ALTD h²/URef2,  TauHomeostasis dh/dt = -h + um - URest;  constant without homeostasis
//
//	w       weight, between WMin and WMax [weight units]
//	u       voltage of the target [mV]
//	um, up  low-passed voltages [mV]
//	x       trace of the source [1/ms]
//	h       slow average of the depolarisation [mV]
//
// ([z]+ is z where positive, else 0.) The voltage is the one that the target has when the presynaptic
// spike arrives, whatever Synapse.Backpropagation; postsynaptic spikes matter only through the voltage,
// so that the neuron should have the shape of a spike (AdEx). For neurons without see ClopathLIF.
//
// Source: Clopath, Büsing, Vasilaki and Gerstner 2010, equations 1 to 4. The delay is that of NEST's
// clopath_synapse: it keeps a spike from acting on itself.
type Clopath struct {
	ThetaMinus, ThetaPlus   float64 // thresholds of depression and potentiation [mV]
	ALTD                    float64 // amplitude of depression [weight units/mV]
	ALTP                    float64 // amplitude of potentiation [weight units/mV²]
	TauX, TauMinus, TauPlus float64 // ms
	Delay                   float64 // of the voltages in um and up [ms]
	TauHomeostasis          float64 // ms; 0 means none: ALTD is constant
	URef2                   float64 // mV²
	URest                   float64 // mV, the voltage at which um starts
	WMin, WMax              float64 // bounds; may be infinite
	Variable                string  // of the target that holds its voltage; empty means "V"
}

// DefaultClopath gives the values of visual cortex, without homeostasis, with weights of 0 to 1.
func DefaultClopath() Clopath {
	return Clopath{ThetaMinus: -70.6, ThetaPlus: -45.3, ALTD: 14e-5, ALTP: 8e-5, TauX: 15, TauMinus: 10, TauPlus: 7,
		Delay: 5, URef2: 60, URest: -70.6, WMax: 1}
}

// Validate names the first parameter out of range.
func (p Clopath) Validate() error {
	c := checker{rule: "Clopath"}
	c.finite("ThetaMinus", p.ThetaMinus, "mV")
	c.finite("ThetaPlus", p.ThetaPlus, "mV")
	c.finite("ALTD", p.ALTD, "")
	c.finite("ALTP", p.ALTP, "")
	c.tau("TauX", p.TauX)
	c.tau("TauMinus", p.TauMinus)
	c.tau("TauPlus", p.TauPlus)
	c.notNegative("Delay", p.Delay, "ms")
	c.notNegative("TauHomeostasis", p.TauHomeostasis, "ms")
	if p.TauHomeostasis > 0 {
		c.positive("URef2", p.URef2, "mV²")
	}
	c.finite("URest", p.URest, "mV")
	c.bounds(p.WMin, p.WMax)
	return c.err
}

// NewRule makes the traces of a set of synapses.
func (p Clopath) NewRule(s sim.RuleSpec) (sim.RuleBlock, error) {
	v, err := voltage("Clopath", p.Variable, s.Post)
	if err != nil {
		return nil, err
	}
	delay, err := s.Clock.Ticks(p.Delay, "Clopath.Delay")
	if err != nil {
		return nil, err
	}
	dt := s.Clock.DT
	b := &clopathBlock{p: p, s: s.Synapses, lag: s.Lag, v: v, past: make([][]float64, delay+1),
		um: make([]float64, s.Targets), up: make([]float64, s.Targets), h: make([]float64, s.Targets),
		toMinus: -math.Expm1(-dt / p.TauMinus), toPlus: -math.Expm1(-dt / p.TauPlus),
		x: NewTrace(s.Sources, p.TauX, 1/p.TauX, false, s.Clock), gain: p.ALTP * dt}
	if p.TauHomeostasis > 0 {
		b.toH = -math.Expm1(-dt / p.TauHomeostasis)
	}
	for k := range b.past {
		b.past[k] = make([]float64, s.Targets)
	}
	b.Reset()
	return b, nil
}

// voltage finds the state variable of the targets that a rule reads.
func voltage(rule, name string, post sim.Block) ([]float64, error) {
	if name == "" {
		name = "V"
	}
	names := ""
	for _, v := range post.Variables() {
		if v.Name == name {
			return v.Values, nil
		}
		names += " " + v.Name
	}
	return nil, fmt.Errorf("%s.Variable is %q: the target has%s", rule, name, names)
}

type clopathBlock struct {
	p                    Clopath
	s                    *sim.Synapses
	lag                  sim.Tick
	v                    []float64
	past                 [][]float64 // ring of voltages
	um, up, h            []float64
	toMinus, toPlus, toH float64
	gain                 float64
	x                    *Trace
}

// Tick carries the low-passed voltages over a step, and potentiates where the voltage is high.
func (b *clopathBlock) Tick(t sim.Tick) {
	n := sim.Tick(len(b.past))
	copy(b.past[t%n], b.v)
	delayed := b.past[(t+1)%n]
	b.x.MoveTo(t - b.lag)
	for j, u := range b.v {
		if z := u - b.p.ThetaPlus; z > 0 {
			if zp := b.up[j] - b.p.ThetaPlus; zp > 0 {
				b.potentiate(j, b.gain*z*zp)
			}
		}
		b.um[j] += b.toMinus * (delayed[j] - b.um[j])
		b.up[j] += b.toPlus * (delayed[j] - b.up[j])
		b.h[j] += b.toH * (b.um[j] - b.p.URest - b.h[j])
	}
}

func (b *clopathBlock) potentiate(j int, by float64) {
	lo, hi := b.s.Column[j], b.s.Column[j+1]
	at := b.s.ColumnSynapse[lo:hi]
	for c, i := range b.s.ColumnSource[lo:hi] {
		w := &b.s.Weight[at[c]]
		*w = clip(*w+by*b.x.Value(i), b.p.WMin, b.p.WMax)
	}
}

// Update weakens the synapses of the sources that fire.
func (b *clopathBlock) Update(t sim.Tick, pre, _ []sim.Span) {
	b.x.MoveTo(t)
	for _, s := range pre {
		for k := s.Lo; k < s.Hi; k++ {
			j := b.s.Target[k]
			z := b.um[j] - b.p.ThetaMinus
			if z <= 0 {
				continue
			}
			a := b.p.ALTD
			if b.toH > 0 {
				a *= b.h[j] * b.h[j] / b.p.URef2
			}
			b.s.Weight[k] = clip(b.s.Weight[k]-a*z, b.p.WMin, b.p.WMax)
		}
	}
	countSpikes(b.x, pre)
}

// Reset forgets the traces.
func (b *clopathBlock) Reset() {
	b.x.Reset()
	clear(b.h)
	for _, v := range append(b.past, b.um, b.up) {
		for j := range v {
			v[j] = b.p.URest
		}
	}
}

// State lists the trace of the sources and the voltages.
func (b *clopathBlock) State(c *sim.Codec) {
	b.x.State(c, c.Values, c.Now()-b.lag)
	c.PerNeuron(b.um, b.up, b.h)
	for _, v := range b.past {
		c.PerNeuron(v)
	}
}

// Rewired has nothing to do: traces belong to neurons.
func (b *clopathBlock) Rewired([]uint32) {}
