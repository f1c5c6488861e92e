package plasticity

import (
	"fmt"
	"math"

	"github.com/glia-sim/glia/sim"
)

// Signal is the third factor of a rule: a reward, an error, attention. It changes between windows only
// (by processes and callbacks) and is read by all workers within them.
type Signal interface {
	Validate() error
	// Size is 1 for a signal that all targets hear, or the number of neurons of the target population
	// for one that has a value for each.
	Size() int
	// Level is the value for neuron i (0 if Size is 1) at a time [ms] not before the last change.
	Level(i int, ms float64) float64
	// Decay is the time constant [ms] with which the signal decays to 0 between changes; +Inf if it
	// holds its value.
	Decay() float64
	// State lists the values for a checkpoint.
	State(c *sim.Codec)
}

// Held is a signal that holds the value of a modulator until a process writes another. The modulator
// has one value, or one for each neuron of the target population (as a learning signal has).
type Held struct{ Modulator *sim.Modulator }

// Validate reports a modulator that is missing or has no value.
func (h Held) Validate() error {
	if h.Modulator == nil || len(h.Modulator.Values) == 0 {
		return fmt.Errorf("Held.Modulator is not set, or has no value: give it a sim.NewModulator")
	}
	return nil
}

// Size is the number of the modulator's values.
func (h Held) Size() int { return len(h.Modulator.Values) }

// Level is the modulator's value.
func (h Held) Level(i int, _ float64) float64 { return h.Modulator.Values[i] }

// Decay is +Inf.
func (h Held) Decay() float64 { return math.Inf(1) }

// State lists the modulator.
func (h Held) State(c *sim.Codec) { c.Values(h.Modulator) }

// Dopamine is a signal that pulses raise and that decays in closed form between them:
//
//	dd/dt = -d/Tau + Σ amount δ(t - pulse)
//
//	d   concentration of dopamine, or the level of another diffuse signal [any unit]
//
// Pulses come from callbacks (Network.At, Network.Every) by Pulse, or, if the signal is given to
// Network.AddProcess, from the spikes that it counts in each interval. As a process it also goes back
// to zero at Network.Reset.
type Dopamine struct {
	Tau float64 // ms
	// Source, if set, counts the spikes of the neurons that release dopamine; each raises d by
	// PerSpike at the end of the interval in which it falls. NEST's stdp_dopamine_synapse has 1/Tau.
	Source   *sim.Counter
	PerSpike float64

	level, at float64
	seen      int64
}

// Validate names the first parameter out of range.
func (d *Dopamine) Validate() error {
	c := checker{rule: "Dopamine"}
	c.tau("Tau", d.Tau)
	c.finite("PerSpike", d.PerSpike, "")
	return c.err
}

// Pulse raises the level by amount at the time now [ms], which must not be before the last pulse.
func (d *Dopamine) Pulse(now, amount float64) {
	d.level, d.at = d.Level(0, now)+amount, now
}

// Size is 1.
func (d *Dopamine) Size() int { return 1 }

// Level is the concentration at a time [ms] not before the last pulse.
func (d *Dopamine) Level(_ int, ms float64) float64 {
	if d.level == 0 {
		return 0
	}
	return d.level * math.Exp(-(ms-d.at)/d.Tau)
}

// Decay is Tau.
func (d *Dopamine) Decay() float64 { return d.Tau }

// Update counts the spikes of the interval that ends now.
func (d *Dopamine) Update(now float64) error {
	if d.Source == nil {
		return nil
	}
	n := d.Source.Total - d.seen
	if d.Source.Total < d.seen { // the counter was reset
		n = d.Source.Total
	}
	d.seen = d.Source.Total
	if n > 0 {
		d.Pulse(now, float64(n)*d.PerSpike)
	}
	return nil
}

// Reset sets the level to zero at time 0.
func (d *Dopamine) Reset() {
	d.level, d.at, d.seen = 0, 0, 0
	if d.Source != nil {
		d.seen = d.Source.Total
	}
}

// State lists the level.
func (d *Dopamine) State(c *sim.Codec) { c.Values(&d.level, &d.at, &d.seen) }
