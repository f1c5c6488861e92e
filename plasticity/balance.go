package plasticity

import (
	"fmt"
	"math"

	"github.com/glia-sim/glia/sim"
)

// BalanceAstrocyte is the astrocyte of the neuron-astrocyte liquid state machine: one variable that
// follows how much more a liquid fires than its input, and is itself the amplitude of the weakening
// half of STDP:
//
//	tau_a dA/dt = -A + w_a (liquid spikes - input spikes) + b
//
// advanced by Euler steps of its interval, with the spikes of one interval in the sum. If the liquid
// fires more than its input, A grows and the synapses weaken; if less, they recover.
//
// During a presentation learning fades: after every update A, w_a, b and the amplitude P of the
// strengthening half are multiplied by Fade.
//
// It is not a model of calcium. A has no lower bound unless Clamp is set: far below zero, weakening
// turns into strengthening, as published.
//
// Source: Ivanov and Michmizos, NeurIPS 2021, equation 7, and the authors' code.
type BalanceAstrocyte struct {
	Liquid, Input *sim.Counter // what it listens to
	// Weakening receives A; Strengthening, if set, receives the fading amplitude P.
	Weakening, Strengthening *sim.Modulator
	Tau                      float64 // ms
	Weight                   float64 // w_a
	Bias                     float64 // b, and start value of A and P
	Fade                     float64 // factor per update: 1 for none
	Clamp                    bool    // keep A at or above 0
	// Interval between updates [ms], as given to Network.AddProcess.
	Interval float64
	// Lag holds the spikes back by one interval: the spikes of the interval that ends now act at the
	// next update, in step with a plasticity rule that sees them then.
	Lag bool

	a, p, w, b   float64
	seenL, seenI int64
	held         float64
}

// DefaultBalanceAstrocyte gives the published values for 1000 neurons: tau 100 ms, w_a 0.015, b 0.15,
// no fading.
func DefaultBalanceAstrocyte() BalanceAstrocyte {
	return BalanceAstrocyte{Tau: 100, Weight: 0.015, Bias: 0.15, Fade: 1, Interval: 1, Lag: true}
}

// Validate names the first field out of range.
func (s *BalanceAstrocyte) Validate() error {
	switch {
	case s.Liquid == nil || s.Input == nil:
		return fmt.Errorf("BalanceAstrocyte listens to nothing: set Liquid and Input to the counters of Network.CountSpikes")
	case s.Weakening == nil:
		return fmt.Errorf("BalanceAstrocyte.Weakening is not set: give it the modulator that the rule reads")
	case !(s.Interval > 0):
		return fmt.Errorf("BalanceAstrocyte.Interval is %g ms: want a positive time", s.Interval)
	case !(s.Tau >= s.Interval):
		return fmt.Errorf("BalanceAstrocyte.Tau is %g ms: want at least the interval %g ms", s.Tau, s.Interval)
	case !(s.Fade > 0 && s.Fade <= 1):
		return fmt.Errorf("BalanceAstrocyte.Fade is %g: want more than 0 and at most 1", s.Fade)
	case math.IsNaN(s.Weight) || math.IsInf(s.Weight, 0):
		return fmt.Errorf("BalanceAstrocyte.Weight is %g: want a finite number", s.Weight)
	}
	s.Reset()
	return nil
}

// Value is the astrocyte's variable A.
func (s *BalanceAstrocyte) Value() float64 { return s.a }

// Update carries the astrocyte over one interval.
func (s *BalanceAstrocyte) Update(float64) error {
	n := float64((s.Liquid.Total - s.seenL) - (s.Input.Total - s.seenI))
	s.seenL, s.seenI = s.Liquid.Total, s.Input.Total
	if s.Lag {
		n, s.held = s.held, n
	}
	s.a += s.Interval / s.Tau * (s.w*n + s.b - s.a)
	if s.Clamp {
		s.a = max(s.a, 0)
	}
	s.a *= s.Fade
	s.p *= s.Fade
	s.w *= s.Fade
	s.b *= s.Fade
	s.publish()
	return nil
}

func (s *BalanceAstrocyte) publish() {
	s.Weakening.Values[0] = s.a
	if s.Strengthening != nil {
		s.Strengthening.Values[0] = s.p
	}
}

// Reset puts A and P back to their start, for the next presentation; the counters are read afresh.
func (s *BalanceAstrocyte) Reset() {
	s.a, s.p, s.w, s.b, s.held = s.Bias, s.Bias, s.Weight, s.Bias, 0
	s.seenL, s.seenI = s.Liquid.Total, s.Input.Total
	s.publish()
}

// State lists the astrocyte's variables, and the fields that a protocol changes on the way.
func (s *BalanceAstrocyte) State(c *sim.Codec) {
	c.Values(&s.a, &s.p, &s.w, &s.b, &s.held, &s.seenL, &s.seenI, &s.Weight, &s.Bias, &s.Fade, s.Weakening, s.Strengthening)
}
