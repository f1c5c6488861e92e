package neurons

import (
	"fmt"
	"math"

	"github.com/glia-sim/glia/sim"
)

// PoissonDrive gives each neuron a Poisson train of its own, as if a private source were connected to
// it: in each step a neuron gets Weight times a Poisson distributed number of events. All trains of
// inputs with equal weight can be one, of the sum of their rates.
//
// Connect it to a receptor that takes spikes. A neuron and step costs about two nanoseconds, and much
// less where events are rare.
type PoissonDrive struct {
	Rate   float64 // events per neuron [Hz]
	Weight float64 // of an event, in the unit of the receptor's weights
	Delay  float64 // from an event to its effect [ms]: nothing arrives before; 0 means dt
	// RateAt, if set, gives the rate [Hz] in the place of Rate for the step that ends ms milliseconds
	// after the start of the run. A negative rate counts as 0. It must depend on ms alone; workers
	// call it at the same time.
	RateAt func(ms float64) float64
}

// Validate names the first parameter out of range.
func (d PoissonDrive) Validate() error {
	p := params{model: "PoissonDrive"}
	p.notNegative("Rate", d.Rate, "Hz")
	p.finite("Weight", d.Weight, "in units of the receptor")
	p.notNegative("Delay", d.Delay, "ms")
	if p.err == nil && d.RateAt != nil && d.Rate != 0 {
		p.err = fmt.Errorf("neurons: PoissonDrive has both Rate, %g Hz, and RateAt: set one of them", d.Rate)
	}
	return p.err
}

// NewInput makes the part that drives a block.
func (d PoissonDrive) NewInput(b sim.BlockSpec) (sim.InputBlock, error) {
	delay, err := b.Clock.Ticks(d.Delay, "PoissonDrive.Delay")
	if err != nil {
		return nil, err
	}
	if err := checkMean("PoissonDrive.Rate", d.Rate, b.Clock); err != nil {
		return nil, err
	}
	in := &poissonInput{PoissonDrive: d, clock: b.Clock, first: b.First, seed: b.Key, delay: max(1, delay)}
	in.counts.set(d.Rate * b.Clock.DT / 1000)
	in.Reset(0)
	return in, nil
}

type poissonInput struct {
	PoissonDrive
	clock  sim.Clock
	first  int
	delay  sim.Tick
	seed   sim.Key
	key    sim.Key // of the trial
	counts poissonCounts
}

// Reset starts a trial, with draws of its own.
func (p *poissonInput) Reset(trial uint64) { p.key = p.seed.Sub(trial) }

func (p *poissonInput) State(c *sim.Codec) { c.Values(&p.key) }

// Active tells the engine when the first events arrive.
func (p *poissonInput) Active() (from, to sim.Tick) { return p.delay + 1, never.Tick }

// Add draws the events of the step that lies the delay back.
func (p *poissonInput) Add(t sim.Tick, in []float64) {
	t -= p.delay
	if t < 1 {
		return
	}
	if p.RateAt != nil {
		mean := p.meanAt(t)
		if math.IsNaN(mean) {
			addAll(in, mean) // the engine stops the run where it finds this in the state
			return
		}
		p.counts.set(mean)
	}
	p.counts.add(p.key.Draws(t), p.first, p.Weight, in)
}

// meanAt gives the mean number of events in the step that ends at tick t.
func (p *poissonInput) meanAt(t sim.Tick) float64 {
	return min(max(p.RateAt(p.clock.MS(t))*p.clock.DT/1000, 0), maxMean)
}
