package neurons

import (
	"fmt"
	"math"

	"github.com/glia-sim/glia/sim"
)

// RegularSource is a population whose neurons all fire at regular intervals, on the grid: at the
// right border of the step that holds the exact time
//
//	Phase + k Interval,  k = 0, 1, 2, …
//
// Only times after 0 count. Where several lie in one step the neurons fire that many spikes at once.
// It hears nothing and has no state variables.
type RegularSource struct {
	Interval float64 // ms; at least a millionth of dt
	Phase    float64 // time of the first spike [ms]; with 0 the first is at Interval
}

// Validate names the first parameter out of range.
func (m RegularSource) Validate() error { return m.check("RegularSource") }

func (m RegularSource) check(model string) error {
	p := params{model: model}
	p.positive("Interval", m.Interval, "ms")
	p.notNegative("Phase", m.Phase, "ms")
	return p.err
}

// Receptors lists none.
func (RegularSource) Receptors() []string { return nil }

// NewBlock makes b.N sources.
func (m RegularSource) NewBlock(b sim.BlockSpec) (sim.Block, error) {
	beat, err := m.beat("RegularSource", b)
	return &regularSteps{beat}, err
}

// RegularSourceEvent is the event-driven form of RegularSource, with the same parameters: spikes at the
// exact times.
type RegularSourceEvent RegularSource

// Validate names the first parameter out of range.
func (m RegularSourceEvent) Validate() error { return RegularSource(m).check("RegularSourceEvent") }

// Receptors lists none.
func (RegularSourceEvent) Receptors() []string { return nil }

// NewBlock makes b.N sources.
func (m RegularSourceEvent) NewBlock(b sim.BlockSpec) (sim.Block, error) {
	beat, err := RegularSource(m).beat("RegularSourceEvent", b)
	return &regularEvents{beat}, err
}

// beat is where a regular source stands: all neurons of the block are due at the k-th spike.
type beat struct {
	RegularSource
	clock sim.Clock
	n     int
	k     int64
}

func (m RegularSource) beat(model string, b sim.BlockSpec) (beat, error) {
	if least := b.Clock.DT * 1e-6; m.Interval < least {
		return beat{}, fmt.Errorf("neurons: %s.Interval is %g ms: want at least %g ms, a millionth of dt", model, m.Interval, least)
	}
	return beat{RegularSource: m, clock: b.Clock, n: b.N}, nil
}

func (b *beat) at() sim.Instant { return multiple(b.clock, b.Phase, b.Interval, b.k) }

// seek goes to the first spike after an instant.
func (b *beat) seek(now sim.Instant) {
	b.k = max(0, int64(math.Floor((b.clock.InstantMS(now)-b.Phase)/b.Interval))-1)
	for !now.Before(b.at()) {
		b.k++
	}
}

func (b *beat) Variables() []sim.Variable { return nil }

func (b *beat) State(c *sim.Codec) { c.Values(&b.k) }

type regularSteps struct{ beat }

func (s *regularSteps) Reset(sim.Key) { s.k = 0 }

func (s *regularSteps) Step(t sim.Tick, _ [][]float64, spikes []int32) []int32 {
	if s.at().Tick < t {
		s.seek(sim.Instant{Tick: t - 1})
	}
	several := 0
	for ; s.at().Tick == t; s.k++ {
		several++
	}
	for i := 0; several > 0 && i < s.n; i++ {
		for k := 0; k < several; k++ {
			spikes = append(spikes, int32(i))
		}
	}
	return spikes
}

type regularEvents struct{ beat }

func (s *regularEvents) Reset(sim.Key) {}

func (s *regularEvents) Start(out *sim.Emitter) {
	s.seek(out.Now())
	s.announce(out)
}

func (s *regularEvents) announce(out *sim.Emitter) {
	at := s.at()
	for i := 0; i < s.n; i++ {
		out.Announce(int32(i), at)
	}
}

// Advance is called once for all neurons, as they are due at the same instant.
func (s *regularEvents) Advance(a *sim.Arrivals, out *sim.Emitter) {
	for _, i := range a.Neurons {
		out.Spike(i)
	}
	s.k++
	s.announce(out)
}
