package synapses

import (
	"math"

	"github.com/glia-sim/glia/sim"
)

// RestartingKernel makes the exponential current of a synapse restart at each spike of its source
// instead of adding to what is left of the spike before: the current is w exp(-n/Tau) with n the time
// since the latest spike, as in the liquid of Ivanov and Michmizos (2021, "Increasing liquid state
// machine performance with edge-of-chaos dynamics organized by astrocyte-modulated plasticity").
//
// For targets whose current decays with the same Tau, the spike counts as w (1-g), with
// g = exp(-h/Tau) what is left of a unit current h ms after the spike before. That is exact as long as w does
// not change between the two spikes.
type RestartingKernel struct {
	Tau float64 // time constant of the target's synaptic current [ms], above 0
}

// Validate names the first parameter out of range.
func (k RestartingKernel) Validate() error {
	return checkPositive("RestartingKernel.Tau", k.Tau, "time in ms")
}

// NewRelease makes the state of n sources without a spike so far.
func (k RestartingKernel) NewRelease(n int, clock sim.Clock) sim.ReleaseBlock {
	b := &restartingBlock{tau: k.Tau, clock: clock, last: make([]sim.Instant, n)}
	for d := range b.gone {
		b.gone[d] = b.after(clock.MS(sim.Tick(d)))
	}
	b.Reset()
	return b
}

type restartingBlock struct {
	tau   float64
	clock sim.Clock
	last  []sim.Instant // latest spike; Never before the first
	gone  [64]float64   // factor after so many whole ticks
}

// after is how much of a unit current is gone after ms milliseconds.
func (b *restartingBlock) after(ms float64) float64 { return -math.Expm1(-ms / b.tau) }

func (b *restartingBlock) Reset() {
	for i := range b.last {
		b.last[i] = sim.Never
	}
}

func (b *restartingBlock) State(c *sim.Codec) { c.PerNeuron(b.last) }

func (b *restartingBlock) Spike(i int, at sim.Instant) float64 {
	last := b.last[i]
	b.last[i] = at
	if last == sim.Never {
		return 1
	}
	if d := at.Tick - last.Tick; at.Lag == last.Lag && d < sim.Tick(len(b.gone)) {
		return b.gone[d]
	}
	return b.after(b.clock.Elapsed(last, at))
}
