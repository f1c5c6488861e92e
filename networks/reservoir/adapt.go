package reservoir

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// largestGain bounds the gain of inhibition: a unit that cannot reach its target must not grow
// without limit.
const largestGain = 6

// Adaptation is local homeostasis of inhibition: after each step every unit moves the gain of the inhibition it
// receives towards its own target rate,
//
//	g_i <- clip(g_i + Rate (x_i - target_i), 0, 6).
//
// It is the rate form, one gain per unit, of the inhibitory plasticity of Vogels et al. (2011,
// doi 10.1126/science.1211095). A [Spiking] reservoir built with Gains adapts in the same way, with filtered spikes in
// the place of rates. In one built with Adaptive every inhibitory synapse follows that rule itself,
// [plasticity.InhibitorySTDP], with a trace of 20 ms:
//
//	w_ij <- w_ij + Rate wbar x_j at a spike of i,   w_ij <- w_ij + Rate wbar (y_i - 2 r_i 20 ms) at a spike of j
//
// wbar being the mean inhibitory weight and r_i the target in units of Traces.Rate.
type Adaptation struct {
	Targets []float64 // target rate of each unit, in (0, 1); see HomogeneousTargets and HeterogeneousTargets
	// Rate is the change of the gain per step and unit of rate error, or of a weight per pair of spikes, relative to
	// the mean weight; above 0; 0 means 0.05 for gains and 0.01 for synapses.
	Rate float64
}

// Adaptive is a reservoir whose inhibition can follow target rates: an [EI], or a [Spiking] that was built for it.
type Adaptive interface {
	Reservoir
	// StartAdapting lets inhibition adapt during the steps that follow; StopAdapting keeps what it has become.
	StartAdapting(a Adaptation) error
	StopAdapting()
}

var (
	_ Adaptive = (*EI)(nil)
	_ Adaptive = (*Spiking)(nil)
)

// HomogeneousTargets gives every unit the same target rate.
func HomogeneousTargets(units int, rate float64) []float64 {
	t := make([]float64, units)
	for i := range t {
		t[i] = rate
	}
	return t
}

// HeterogeneousTargets draws a target for each unit, uniform in (lo, hi).
func HeterogeneousTargets(units int, lo, hi float64, rng *rand.Rand) []float64 {
	t := make([]float64, units)
	for i := range t {
		t[i] = lo + (hi-lo)*rng.Float64()
	}
	return t
}

func (a Adaptation) check(r Reservoir) error {
	if err := checkLength("the targets", len(a.Targets), r.Units()); err != nil {
		return err
	}
	for i, r := range a.Targets {
		if !(r > 0 && r < 1) {
			return refuse(fmt.Sprintf("targets[%d]", i), r, "must be in (0, 1)")
		}
	}
	if !(a.Rate >= 0) || !finite(a.Rate) {
		return refuse("rate of adaptation", a.Rate, "must be finite and at least 0 (0 for the default)")
	}
	return nil
}

// Run adapts the inhibition of a reservoir while a series (T x inputs) drives it from its present state. 4000
// steps suffice at the default rate. The inhibition then stays until the next adaptation.
func (a Adaptation) Run(r Adaptive, series mat.Matrix) error {
	steps, inputs := series.Dims()
	if err := checkLength("a sample of the series", inputs, r.Inputs()); err != nil {
		return err
	}
	if err := r.StartAdapting(a); err != nil {
		return err
	}
	defer r.StopAdapting()
	u := make([]float64, inputs)
	for t := range steps {
		mat.Row(u, t, series)
		if err := r.Step(u); err != nil {
			return fmt.Errorf("step %d: %w", t, err)
		}
	}
	return nil
}

// StartAdapting lets the gains follow target rates.
func (n *EI) StartAdapting(a Adaptation) error {
	if err := a.check(n); err != nil {
		return err
	}
	if a.Rate == 0 {
		a.Rate = 0.05
	}
	n.adapting = &a
	return nil
}

// StopAdapting keeps the gains.
func (n *EI) StopAdapting() { n.adapting = nil }

// adapt moves the gains after a step.
func (n *EI) adapt() {
	for i, x := range n.x {
		n.Gain[i] = clip(n.Gain[i] + n.adapting.Rate*(x-n.adapting.Targets[i]))
	}
}

// StartAdapting lets the weights of inhibitory synapses, or the gains of neurons, follow target rates.
func (s *Spiking) StartAdapting(a Adaptation) error {
	if s.inhibition == nil && s.gains == nil {
		return refuse("inhibition of the reservoir", "static", "must be plastic to adapt: set SpikingConfig.Adaptive or Gains")
	}
	if err := a.check(s); err != nil {
		return err
	}
	if s.gains != nil {
		if a.Rate == 0 {
			a.Rate = 0.05
		}
		s.gains.adapting = &a
		return nil
	}
	for i, r := range a.Targets {
		s.inhibition.rates[i] = r * s.inhibition.unit
	}
	s.inhibition.learning.Values[0] = a.Rate
	if a.Rate == 0 {
		s.inhibition.learning.Values[0] = 0.01
	}
	return nil
}

// StopAdapting keeps the weights.
func (s *Spiking) StopAdapting() {
	if s.gains != nil {
		s.gains.adapting = nil
		return
	}
	s.inhibition.learning.Values[0] = 0
}

// Solve sets the gains in one step, without any simulation, from the mean-field condition that every unit is
// at its target when all others are at theirs and the input is at its mean:
//
//	g_i = (sum_E W_ij r_j + w_i ubar - theta_i - logit(r_i)) / sum_I |W_ij| r_j,   clipped to [0, 6]
//
// with the targets r. Fluctuations are neglected, so the rates come out near the targets, not on them. A
// unit without inhibition keeps its gain.
func (a Adaptation) Solve(n *EI, meanInput []float64) error {
	if err := a.check(n); err != nil {
		return err
	}
	if err := checkLength("the mean input", len(meanInput), n.In.Cols); err != nil {
		return err
	}
	if err := checkFinite("mean input", meanInput); err != nil {
		return err
	}
	drive, inhibition := make([]float64, len(n.x)), make([]float64, len(n.x))
	n.E.MulVec(drive, a.Targets[:n.NE])
	n.I.MulVec(inhibition, a.Targets[n.NE:])
	addInput(drive, n.In, meanInput)
	for i, r := range a.Targets {
		if inhibition[i] > 0 {
			n.Gain[i] = clip((drive[i] - n.Threshold[i] - math.Log(r/(1-r))) / inhibition[i])
		}
	}
	return nil
}

func clip(g float64) float64 { return min(max(g, 0), largestGain) }
