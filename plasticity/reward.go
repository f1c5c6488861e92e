package plasticity

import (
	"math"

	"github.com/glia-sim/glia/sim"
)

// RewardSTDP is spike-timing dependent plasticity that waits for dopamine: pairs of spikes leave an
// eligibility, which dopamine turns into a change of the weight seconds later.
//
//	dc/dt = -c/TauC + STDP(dt) δ(t - event)
//	ds/dt = Gain c (d - Baseline)
//	dd/dt = -d/TauD + pulses
//
//	s   weight, between WMin and WMax [weight units]
//	c   eligibility; A+ x is added at a postsynaptic spike, A- y taken away at a presynaptic one, with
//	    the traces x and y of PairSTDP
//	d   dopamine (Dopamine.Tau is TauD)
//
// It is ThreeFactor with the additive PairSTDP.
//
// Source: Izhikevich 2007, "Solving the distal reward problem through linkage of STDP and dopamine
// signaling". NEST's stdp_dopamine_synapse is Gain 1, Baseline b, Dopamine.PerSpike 1/tau_n.
type RewardSTDP struct {
	APlus, AMinus     float64 // of STDP
	TauPlus, TauMinus float64 // of the traces [ms]
	TauC              float64 // of the eligibility [ms]
	Dopamine          Signal
	Baseline          float64 // level of dopamine that changes nothing
	Gain              float64 // per ms
	WMin, WMax        float64
	Nearest           bool // nearest-neighbour instead of all-to-all pairing
	Tie               Tie  // what two spikes do that meet at one tick
}

// DefaultRewardSTDP gives the published values: A+ 1, A- 1.5, 20 ms, eligibility 1000 ms, weights of 0
// to 4 mV that change by c d per second. The signal is to be set: a Dopamine with Tau 200 ms, pulses
// of 0.5.
func DefaultRewardSTDP() RewardSTDP {
	return RewardSTDP{APlus: 1, AMinus: 1.5, TauPlus: 20, TauMinus: 20, TauC: 1000, Gain: 1e-3, WMax: 4}
}

func (p RewardSTDP) threeFactor() ThreeFactor {
	return ThreeFactor{Tau: p.TauC, Signal: p.Dopamine, Baseline: p.Baseline, Gain: p.Gain, WMin: p.WMin, WMax: p.WMax,
		Rule: PairSTDP{APlus: p.APlus, AMinus: p.AMinus, TauPlus: p.TauPlus, TauMinus: p.TauMinus, Nearest: p.Nearest, Tie: p.Tie,
			WMin: math.Inf(-1), WMax: math.Inf(1)}}
}

// Validate names the first parameter out of range.
func (p RewardSTDP) Validate() error { return p.threeFactor().Validate() }

// NewRule makes the eligibilities of a set of synapses.
func (p RewardSTDP) NewRule(s sim.RuleSpec) (sim.RuleBlock, error) { return p.threeFactor().NewRule(s) }
