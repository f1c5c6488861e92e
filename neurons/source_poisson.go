package neurons

import (
	"math"

	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/sim/mem"
)

// PoissonSource is a population of independent Poisson processes of constant rate, on the grid: the
// neurons fire at the right border of the step that holds an event. A neuron with several events in a
// step fires that many spikes at once, each of which is recorded and delivered; none is lost.
//
// It hears nothing and has no state variables. Its targets share its trains; for a train of its own
// per target use PoissonDrive.
type PoissonSource struct {
	Rate float64 // of each neuron [Hz]
}

// Validate names the first parameter out of range.
func (m PoissonSource) Validate() error { return checkRate("PoissonSource", m.Rate) }

// Receptors lists none.
func (PoissonSource) Receptors() []string { return nil }

// NewBlock makes b.N sources.
func (m PoissonSource) NewBlock(b sim.BlockSpec) (sim.Block, error) {
	return newPoissonSteps(b, "PoissonSource", m.steady())
}

func (m PoissonSource) steady() PiecewisePoisson {
	return PiecewisePoisson{Times: []float64{0}, Rates: []float64{m.Rate}}
}

// PoissonSourceEvent is the event-driven form of PoissonSource, with the same parameters: spikes at
// exact times off the grid, at intervals drawn from the exponential distribution. Its cost follows the
// number of spikes, and its spikes are the same at any resolution.
type PoissonSourceEvent PoissonSource

// Validate names the first parameter out of range.
func (m PoissonSourceEvent) Validate() error { return checkRate("PoissonSourceEvent", m.Rate) }

// Receptors lists none.
func (PoissonSourceEvent) Receptors() []string { return nil }

// NewBlock makes b.N sources.
func (m PoissonSourceEvent) NewBlock(b sim.BlockSpec) (sim.Block, error) {
	return newPoissonEvents(b, "PoissonSourceEvent", PoissonSource(m).steady())
}

func checkRate(model string, rate float64) error {
	p := params{model: model}
	p.notNegative("Rate", rate, "Hz")
	return p.err
}

// poissonSteps is a block of stepped Poisson sources.
type poissonSteps struct {
	sim.BlockSpec
	profile rateProfile
	counts  poissonCounts
}

func newPoissonSteps(b sim.BlockSpec, model string, m PiecewisePoisson) (sim.Block, error) {
	if err := checkMean(model+": rate", m.highest(), b.Clock); err != nil {
		return nil, err
	}
	return &poissonSteps{BlockSpec: b, profile: newRateProfile(b.Clock, m)}, nil
}

func (s *poissonSteps) Variables() []sim.Variable { return nil }

func (s *poissonSteps) Reset(key sim.Key) { s.Key = key }

func (s *poissonSteps) State(c *sim.Codec) { c.Values(&s.Key) }

func (s *poissonSteps) Step(t sim.Tick, _ [][]float64, spikes []int32) []int32 {
	s.counts.set(s.profile.mean(t))
	return s.counts.emit(s.Key.Draws(t), s.First, s.N, spikes)
}

// poissonEvents is a block of event-driven Poisson sources.
type poissonEvents struct {
	sim.BlockSpec
	profile rateProfile
	drawn   []uint64 // intervals drawn so far, per neuron
}

func newPoissonEvents(b sim.BlockSpec, model string, m PiecewisePoisson) (sim.Block, error) {
	if err := checkMean(model+": rate", m.highest(), b.Clock); err != nil {
		return nil, err
	}
	return &poissonEvents{BlockSpec: b, profile: newRateProfile(b.Clock, m), drawn: make([]uint64, b.N)}, nil
}

func (s *poissonEvents) Variables() []sim.Variable { return nil }

func (s *poissonEvents) Reset(key sim.Key) {
	s.Key = key
	clear(s.drawn)
}

func (s *poissonEvents) State(c *sim.Codec) {
	c.Values(&s.Key)
	c.PerNeuron(s.drawn)
}

func (s *poissonEvents) Start(out *sim.Emitter) {
	for i := range s.drawn {
		s.announce(int32(i), out)
	}
}

func (s *poissonEvents) Advance(a *sim.Arrivals, out *sim.Emitter) {
	mem.PrefetchAll(s.drawn, a.Next)
	for _, i := range a.Neurons {
		out.Spike(i)
		s.announce(i, out)
	}
}

// announce draws the next interval: one of unit rate, stretched by the rates that it meets.
func (s *poissonEvents) announce(i int32, out *sim.Emitter) {
	u := s.Key.Sub(uint64(s.First + int(i))).Draws(sim.Tick(s.drawn[i])).Float64(0)
	s.drawn[i]++
	out.Announce(i, s.profile.after(out.Now(), -math.Log1p(-u)))
}
