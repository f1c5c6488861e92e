package neurons

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/glia-sim/glia/sim"
)

// SpikeList is a population whose neurons fire at given times, on the grid: at the right border of the
// step that holds the time. The times of a neuron need no order; one that is listed twice, or two in
// one step, give two spikes at once.
//
// It hears nothing and has no state variables.
type SpikeList struct {
	// Times of the spikes of each neuron [ms], after 0; as many lists as the population has neurons.
	Times [][]float64
}

// Validate names the first time out of range.
func (m SpikeList) Validate() error { return m.check("SpikeList") }

func (m SpikeList) check(model string) error {
	p := params{model: model}
	for i, train := range m.Times {
		for k, t := range train {
			if !(t > 0) || !isFinite(t) {
				p.complain(fmt.Sprintf("Times[%d][%d]", i, k), t, "ms", "a finite time after 0")
			}
		}
	}
	return p.err
}

// Receptors lists none.
func (SpikeList) Receptors() []string { return nil }

// NewBlock makes the sources b.First to b.First+b.N-1.
func (m SpikeList) NewBlock(b sim.BlockSpec) (sim.Block, error) {
	trains, err := m.trains("SpikeList", b)
	s := &listSteps{}
	for i, train := range trains {
		for _, at := range train {
			s.spikes = append(s.spikes, listedSpike{at.Tick, int32(i)})
		}
	}
	slices.SortFunc(s.spikes, func(a, b listedSpike) int {
		return cmp.Or(cmp.Compare(a.tick, b.tick), cmp.Compare(a.neuron, b.neuron))
	})
	return s, err
}

// SpikeListEvent is the event-driven form of SpikeList, with the same parameters: spikes at the exact
// times.
type SpikeListEvent SpikeList

// Validate names the first time out of range.
func (m SpikeListEvent) Validate() error { return SpikeList(m).check("SpikeListEvent") }

// Receptors lists none.
func (SpikeListEvent) Receptors() []string { return nil }

// NewBlock makes the sources b.First to b.First+b.N-1.
func (m SpikeListEvent) NewBlock(b sim.BlockSpec) (sim.Block, error) {
	trains, err := SpikeList(m).trains("SpikeListEvent", b)
	return &listEvents{trains: trains, next: make([]int, b.N)}, err
}

// trains gives the block's spikes as instants in order.
func (m SpikeList) trains(model string, b sim.BlockSpec) ([][]sim.Instant, error) {
	if len(m.Times) != b.Size {
		return nil, fmt.Errorf("neurons: %s.Times has %d lists and the population %d neurons: want one list each", model, len(m.Times), b.Size)
	}
	trains := make([][]sim.Instant, b.N)
	for i := range trains {
		for _, t := range m.Times[b.First+i] {
			at := exactly(b.Clock, t)
			if at.Tick < 1 { // a time so short that dt less it is dt
				at = sim.Instant{Tick: 1, Lag: math.Nextafter(b.Clock.DT, 0)}
			}
			trains[i] = append(trains[i], at)
		}
		slices.SortFunc(trains[i], compareInstants)
	}
	return trains, nil
}

func compareInstants(a, b sim.Instant) int {
	return cmp.Or(cmp.Compare(a.Tick, b.Tick), cmp.Compare(b.Lag, a.Lag))
}

type listedSpike struct {
	tick   sim.Tick
	neuron int32
}

type listSteps struct {
	spikes []listedSpike
	next   int
}

func (s *listSteps) Variables() []sim.Variable { return nil }

func (s *listSteps) Reset(sim.Key) { s.next = 0 }

// State is empty: from the start of the list, Step comes to the spikes of its time.
func (s *listSteps) State(c *sim.Codec) {
	c.Loaded(func() error { s.next = 0; return nil })
}

func (s *listSteps) Step(t sim.Tick, _ [][]float64, spikes []int32) []int32 {
	for ; s.next < len(s.spikes) && s.spikes[s.next].tick <= t; s.next++ {
		if s.spikes[s.next].tick == t { // after a Reset in mid-run, those of the past are skipped
			spikes = append(spikes, s.spikes[s.next].neuron)
		}
	}
	return spikes
}

type listEvents struct {
	trains [][]sim.Instant
	next   []int
}

func (s *listEvents) Variables() []sim.Variable { return nil }

func (s *listEvents) Reset(sim.Key) {}

func (s *listEvents) State(c *sim.Codec) {
	c.PerNeuron(s.next)
	c.Loaded(func() error {
		for i, k := range s.next {
			if k < 0 || k > len(s.trains[i]) {
				return fmt.Errorf("spike %d of %d is next", k, len(s.trains[i]))
			}
		}
		return nil
	})
}

func (s *listEvents) Start(out *sim.Emitter) {
	for i, train := range s.trains {
		s.next[i] = 0
		for s.next[i] < len(train) && !out.Now().Before(train[s.next[i]]) {
			s.next[i]++
		}
		s.announce(int32(i), out)
	}
}

func (s *listEvents) announce(i int32, out *sim.Emitter) {
	if k := s.next[i]; k < len(s.trains[i]) {
		out.Announce(i, s.trains[i][k])
	}
}

func (s *listEvents) Advance(a *sim.Arrivals, out *sim.Emitter) {
	for _, i := range a.Neurons {
		for train := s.trains[i]; s.next[i] < len(train) && !a.At.Before(train[s.next[i]]); s.next[i]++ {
			out.Spike(i)
		}
		s.announce(i, out)
	}
}
