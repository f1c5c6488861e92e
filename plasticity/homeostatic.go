package plasticity

import (
	"fmt"
	"math"

	"github.com/glia-sim/glia/sim"
)

// HomeostaticScaling multiplies all weights onto a neuron by a common factor, so that its rate goes to
// a target while the ratios of its weights stay.
//
//	Tau dr/dt = -r + spikes
//	dw/dt = w (Beta (Target - r) + Gamma ∫ (Target - r) dt)
//
//	r  estimate of the neuron's rate [Hz]
//	w  every weight of Projections onto the neuron
//
// It is a process, and acts at the interval with which it is given to Network.AddProcess (100 ms to
// 1 s, short against Tau), with the integrals over the interval in closed form for spikes spread
// evenly in it. Gamma is the integral term of the proportional-integral controller; with Gamma 0 the
// factor depends on r alone. The loop does not oscillate if Beta Target Tau, times the relative growth
// of the rate over that of the weights, is at most 1/4.
//
// The projections may have any rule. Those without one keep weights in single precision: give them
// Static where the ratios must hold to more than 1e-7.
//
// Sources: Turrigiano et al. 1998 (finding); van Rossum, Bi and Turrigiano 2000.
type HomeostaticScaling struct {
	Rates       *sim.Counter      // counts the spikes of Projections' target population, whole
	Projections []*sim.Projection // all onto the same population
	Tau         float64           // of the rate estimate [ms]: 1 to 100 s
	Target      float64           // Hz
	Beta        float64           // per ms and Hz
	Gamma       float64           // per ms² and Hz
	Interval    float64           // ms, as given to Network.AddProcess

	rate, integral []float64
	seen           []int32
	factor         []float64
}

// Validate names the first field out of range.
func (h *HomeostaticScaling) Validate() error {
	c := checker{rule: "HomeostaticScaling"}
	c.tau("Tau", h.Tau)
	c.tau("Interval", h.Interval)
	c.notNegative("Target", h.Target, "Hz")
	c.finite("Beta", h.Beta, "per ms and Hz")
	c.finite("Gamma", h.Gamma, "per ms² and Hz")
	switch {
	case c.err != nil:
		return c.err
	case h.Rates == nil:
		return fmt.Errorf("HomeostaticScaling.Rates is not set: give it the counter of Network.CountSpikes")
	case len(h.Projections) == 0:
		return fmt.Errorf("HomeostaticScaling.Projections is empty: name the projections to scale")
	}
	n := len(h.Rates.PerNeuron)
	for k, p := range h.Projections {
		if p.Target.Pop.Size != n {
			return fmt.Errorf("HomeostaticScaling.Projections[%d] ends on %s of %d neurons, and Rates counts %d: want a count of that whole population", k, p.Target.Pop.Name, p.Target.Pop.Size, n)
		}
	}
	h.rate, h.integral, h.factor = make([]float64, n), make([]float64, n), make([]float64, n)
	h.seen = make([]int32, n)
	h.Reset()
	return nil
}

// Rate is the estimate for neuron j [Hz].
func (h *HomeostaticScaling) Rate(j int) float64 { return h.rate[j] }

// Update scales the weights by what the interval that ends now asks for.
func (h *HomeostaticScaling) Update(float64) error {
	decay := math.Exp(-h.Interval / h.Tau)
	for j := range h.rate {
		in := 1000 * float64(newSpikes(h.Rates, h.seen, j)) / h.Interval // Hz
		start := h.rate[j]
		h.rate[j] = in + (start-in)*decay
		area := in*h.Interval + (start-in)*h.Tau*(1-decay) // of the rate
		before := h.integral[j]
		h.integral[j] += h.Target*h.Interval - area
		mean := (before + h.integral[j]) / 2
		h.factor[j] = math.Exp(h.Beta*(h.integral[j]-before) + h.Gamma*mean*h.Interval)
	}
	for _, p := range h.Projections {
		if err := p.ChangeWeights(func(s sim.SynapseValue) float64 { return s.Weight * h.factor[s.Target] }); err != nil {
			return err
		}
	}
	return nil
}

// newSpikes gives the spikes of counted neuron j since the last call.
func newSpikes(c *sim.Counter, seen []int32, j int) int32 {
	n := c.PerNeuron[j] - seen[j]
	if n < 0 { // the counter was reset
		n = c.PerNeuron[j]
	}
	seen[j] = c.PerNeuron[j]
	return n
}

// Reset sets the rates to the target, so that a new neuron is not taken for a silent one, and the
// integrals to zero.
func (h *HomeostaticScaling) Reset() {
	for j := range h.rate {
		h.rate[j], h.integral[j] = h.Target, 0
	}
	copy(h.seen, h.Rates.PerNeuron)
}

// State lists rates and integrals.
func (h *HomeostaticScaling) State(c *sim.Codec) { c.Values(h.rate, h.integral, h.seen) }
