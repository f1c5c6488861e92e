package neurons

import (
	"fmt"
	"slices"

	"github.com/glia-sim/glia/sim"
)

// CurrentSynapses gives a stepped model that takes a current at sim.Current synapses whose current decays
// exponentially:
//
//	dI/dt = -I/Tau + Σ w δ(t - arrival)
//
// A weight that arrives at t is contained in I(t) and flows from the next step on, held for the step. Weights
// of either sign reach the receptor "syn", which comes after those of the cell; I is in the unit of the cell's
// current and listed after the cell's variables.
type CurrentSynapses struct {
	Cell sim.Model // stepped, with the receptor sim.Current
	Tau  float64   // decay of the current [ms]
}

// Validate names the first parameter out of range.
func (m CurrentSynapses) Validate() error {
	p := params{model: "CurrentSynapses"}
	p.positive("Tau", m.Tau, "ms")
	if p.err != nil {
		return p.err
	}
	if m.Cell == nil || !slices.Contains(m.Cell.Receptors(), sim.Current) {
		return fmt.Errorf("neurons: CurrentSynapses.Cell is %T: want a model with the receptor %q", m.Cell, sim.Current)
	}
	return m.Cell.Validate()
}

// Receptors lists those of the cell and "syn".
func (m CurrentSynapses) Receptors() []string {
	return append(slices.Clone(m.Cell.Receptors()), "syn")
}

// NewBlock makes cells at their start values, without current.
func (m CurrentSynapses) NewBlock(b sim.BlockSpec) (sim.Block, error) {
	cell, err := m.Cell.NewBlock(b)
	if err != nil {
		return nil, err
	}
	stepper, ok := cell.(sim.Stepper)
	if !ok {
		return nil, fmt.Errorf("neurons: CurrentSynapses.Cell is %T, which is event-driven: want a stepped model", m.Cell)
	}
	return &currentSynapses{Stepper: stepper, receptor: slices.Index(m.Cell.Receptors(), sim.Current), receptors: len(m.Cell.Receptors()), decay: leak(b.Clock.DT, m.Tau),
		current: make([]float64, b.N), sum: make([]float64, b.N)}, nil
}

type currentSynapses struct {
	sim.Stepper
	receptor     int // of the cell's current
	receptors    int // of the cell
	decay        float64
	current, sum []float64 // synaptic, and with what the cell is given besides
	in           [][]float64
}

func (s *currentSynapses) Variables() []sim.Variable {
	return append(s.Stepper.Variables(), sim.Variable{Name: "I", Values: s.current})
}

func (s *currentSynapses) Reset(key sim.Key) {
	s.Stepper.Reset(key)
	clear(s.current)
}

func (s *currentSynapses) State(c *sim.Codec) {
	s.Stepper.State(c)
	c.PerNeuron(s.current)
}

// Accumulates lists the synaptic current.
func (s *currentSynapses) Accumulates() []sim.Accumulated {
	return append(make([]sim.Accumulated, s.receptors), sim.Accumulated{Values: &s.current})
}

func (s *currentSynapses) Step(t sim.Tick, in [][]float64, spikes []int32) []int32 {
	flush(t, s.current)
	last := len(in) - 1
	s.in = append(s.in[:0], in[:last]...)
	copy(s.sum, s.current) // the cell may clear what it is given
	if given := in[s.receptor]; given != nil {
		for i, c := range given[:len(s.sum)] {
			s.sum[i] = c + s.current[i]
		}
	}
	s.in[s.receptor] = s.sum
	spikes = s.Stepper.Step(t, s.in, spikes)
	for i := range s.current {
		s.current[i] *= s.decay
	}
	if arriving := in[last]; arriving != nil {
		for i, w := range arriving[:len(s.current)] {
			s.current[i] += w
		}
	}
	return spikes
}
