package plasticity

import (
	"fmt"
	"math"

	"github.com/glia-sim/glia/sim"
)

// InhibitorySTDP is the symmetric plasticity of inhibitory synapses that balances excitation and keeps
// the target at a rate.
//
//	Tau dx/dt = -x, x += 1 at a presynaptic spike;  y likewise at a postsynaptic one
//	presynaptic spike:   w += Eta (y - alpha),  alpha = 2 Rate Tau
//	postsynaptic spike:  w += Eta x
//
//	w     strength of the synapse, between 0 and |WMax| [weight units]
//	x, y  traces of the two ends
//
// Weights of models whose inhibitory weights are negative (LIFExp) are -w: give WMax the sign of the
// weights.
//
// Source: Vogels, Sprekeler, Zenke, Clopath and Gerstner 2011. It is NEST's vogels_sprekeler_synapse.
type InhibitorySTDP struct {
	Eta  float64 // change per spike [weight units]
	Rate float64 // target rate rho0 [Hz]
	Tau  float64 // of both traces [ms]
	WMax float64 // largest weight, with the sign of the weights; may be infinite
	Tie  Tie     // TieIgnored, or TiePotentiates: spikes that meet at one tick count as a pair
	// Rates, if not nil, are the target rates of the neurons of the target population instead [Hz]. They are
	// read at each spike and may be changed between runs.
	Rates []float64
	// Learning multiplies Eta; nil means 1. At 0 the weights stay.
	Learning *sim.Modulator
}

// DefaultInhibitorySTDP gives the values of the published network: Eta 0.01 nS, 3 Hz, 20 ms, up to
// 100 nS.
func DefaultInhibitorySTDP() InhibitorySTDP {
	return InhibitorySTDP{Eta: 0.01, Rate: 3, Tau: 20, WMax: 100}
}

// Validate names the first parameter out of range.
func (p InhibitorySTDP) Validate() error {
	c := checker{rule: "InhibitorySTDP"}
	c.finite("Eta", p.Eta, "")
	c.notNegative("Rate", p.Rate, "Hz")
	c.tau("Tau", p.Tau)
	c.complain(p.WMax != 0 && !math.IsNaN(p.WMax), "WMax", p.WMax, "", "a limit with the sign of the weights")
	for i, r := range p.Rates {
		c.notNegative(fmt.Sprintf("Rates[%d]", i), r, "Hz")
	}
	if c.err == nil && p.Tie != TieIgnored && p.Tie != TiePotentiates {
		return fmt.Errorf("InhibitorySTDP.Tie is %d: want TieIgnored or TiePotentiates", p.Tie)
	}
	return c.err
}

// NewRule makes the traces of a set of synapses.
func (p InhibitorySTDP) NewRule(s sim.RuleSpec) (sim.RuleBlock, error) {
	b := &inhibitoryBlock{pairing: newPairing(s, p.Tau, p.Tau, false, p.Tie)}
	w, limit, sign := s.Synapses.Weight, math.Abs(p.WMax), math.Copysign(1, p.WMax)
	if p.Rates != nil && len(p.Rates) < s.First+s.Targets {
		return nil, fmt.Errorf("plasticity: InhibitorySTDP.Rates has %d rates: want one for each neuron of the target population", len(p.Rates))
	}
	grow := func(k uint32, by float64) { w[k] = sign * clip(sign*w[k]+by, 0, limit) }
	b.post = func(k uint32, _, _ int32, x float64) { grow(k, b.eta*x) }
	b.pre = func(k uint32, _, j int32, y float64) {
		rate := p.Rate
		if p.Rates != nil {
			rate = p.Rates[s.First+int(j)]
		}
		grow(k, b.eta*y) // first, and held in the bounds, as in NEST
		grow(k, -b.eta*(2*rate/1000*p.Tau))
	}
	b.rule = p
	return b, nil
}

type inhibitoryBlock struct {
	pairing
	rule      InhibitorySTDP
	eta       float64 // that holds now
	pre, post change
}

// Update changes the weights of the rows and columns that spikes reach at tick t.
func (b *inhibitoryBlock) Update(t sim.Tick, pre, post []sim.Span) {
	if b.eta = b.rule.Eta * b.rule.Learning.Value(); b.eta != 0 {
		b.walk(t, pre, post, b.post, b.pre)
	} else {
		b.x.MoveTo(t)
		b.y.MoveTo(t)
	}
	b.count(pre, post)
}

// Reset forgets the traces.
func (b *inhibitoryBlock) Reset() { b.reset() }
