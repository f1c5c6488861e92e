package reservoir

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/glia-sim/glia/networks/coding"
	"github.com/glia-sim/glia/neurons"
	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/synapses"
)

// savedSpiking is what the header says of a Spiking reservoir. Weights, biases and the parameters of single cells are
// arrays; potentials, spikes on their way, plastic weights and traces are in the checkpoint of the network, the array
// of bytes "network".
type savedSpiking struct {
	Cells    savedCells      `json:"cells"`
	Inputs   int             `json:"inputs"`
	Seed     uint64          `json:"seed"`
	Trial    uint64          `json:"trial,omitempty"`
	Step     float64         `json:"step_ms"`
	Traces   Traces          `json:"traces"`
	Delay    float64         `json:"delay_ms"`
	Noise    float64         `json:"noise,omitempty"`
	Adaptive bool            `json:"adaptive,omitempty"`
	Gains    bool            `json:"gains,omitempty"`
	Coder    json.RawMessage `json:"coder,omitempty"`
}

// savedCells are Cells; the pairs are of excitatory and inhibitory ones.
type savedCells struct {
	LIF        *[2]neurons.LIFExp  `json:"lif,omitempty"`
	Izhikevich *[2]savedIzhikevich `json:"izhikevich,omitempty"`
	Receptors  [2]string           `json:"receptors"`
	Tau        [2]float64          `json:"tau_ms"`
	Rheobase   float64             `json:"rheobase"`
	StartOf    string              `json:"start_of,omitempty"`
	Start      *synapses.Uniform   `json:"start,omitempty"`
	DT         float64             `json:"dt_ms"`
}

// savedIzhikevich is a neurons.CurrentSynapses with neurons.Izhikevich cells.
type savedIzhikevich struct {
	Tau      float64               `json:"tau_ms"`
	Set      neurons.IzhikevichSet `json:"set"`
	IE       float64               `json:"current"`
	Peak     float64               `json:"peak"`
	V0       float64               `json:"v0"`
	U0       *float64              `json:"u0,omitempty"`
	Method   neurons.Method        `json:"method"`
	Substeps int                   `json:"substeps"`
}

// kinds of cells, as their arrays are named.
var kindsOfCells = [2]string{"excitatory cells", "inhibitory cells"}

func (e *encoder) spiking(s *Spiking) {
	if s.config == nil {
		e.err = refuse("reservoir", "a spiking network of your own", "only a SpikingConfig is known well enough to be saved; save the network by its Save")
		return
	}
	c := *s.config
	w := s.loaded
	if w == nil {
		drawn, err := c.draw()
		if err != nil {
			e.err = err
			return
		}
		w = &drawn
	}
	h := &savedSpiking{Inputs: c.Inputs, Seed: c.Seed, Trial: s.Trial, Step: c.Step, Traces: c.Traces, Delay: c.Delay, Noise: c.Noise, Adaptive: c.Adaptive, Gains: c.Gains}
	e.header.Kind, e.header.Excitatory, e.header.Spiking = "spiking", w.ne, h
	if c.Coder != nil {
		if h.Coder, e.err = coding.Marshal(c.Coder); e.err != nil {
			return
		}
	}
	if h.Cells, e.err = e.cells(c.Cells, [2]int{w.ne, c.Units - w.ne}); e.err != nil {
		return
	}
	e.matrix("excitation", w.e)
	e.matrix("inhibition", w.i)
	e.matrix("input", w.in)
	e.vector("bias", w.bias)
	if s.inhibition != nil {
		e.vector("target rates", s.inhibition.rates)
	}
	var network bytes.Buffer
	if err := s.Net.Save(&network); err != nil {
		e.err = err
		return
	}
	e.raw("network", network.Bytes())
}

// cells takes down the cells of both kinds, of which there are so many.
func (e *encoder) cells(c Cells, size [2]int) (savedCells, error) {
	s := savedCells{Receptors: [2]string{c.FromExcitatory, c.FromInhibitory}, Tau: [2]float64{c.TauE, c.TauI}, Rheobase: c.Rheobase, StartOf: c.StartOf, DT: c.DT}
	switch d := c.Start.(type) {
	case nil:
	case synapses.Uniform:
		s.Start = &d
	default:
		return s, refuse("start of the cells", fmt.Sprintf("%T", d), "must be synapses.Uniform to be saved")
	}
	for k, model := range []sim.Model{c.Excitatory, c.Inhibitory} {
		switch m := model.(type) {
		case neurons.LIFExp:
			if s.LIF == nil {
				s.LIF = new([2]neurons.LIFExp)
			}
			s.LIF[k] = m
			continue
		case neurons.CurrentSynapses:
			if cell, ok := m.Cell.(neurons.Izhikevich); ok {
				if s.Izhikevich == nil {
					s.Izhikevich = new([2]savedIzhikevich)
				}
				s.Izhikevich[k] = savedIzhikevich{m.Tau, cell.Set, cell.IE, cell.Peak, cell.V0, cell.U0, cell.Method, cell.Substeps}
				if cell.PerNeuron != nil {
					sets := NewDense(size[k], 4)
					for i := range size[k] {
						p := cell.PerNeuron(i)
						copy(sets.Row(i), []float64{p.A, p.B, p.C, p.D})
					}
					e.matrix(kindsOfCells[k], sets)
				}
				continue
			}
		}
		return s, refuse(kindsOfCells[k], fmt.Sprintf("%T", model), "must be neurons.LIFExp, or neurons.Izhikevich with CurrentSynapses, to be saved")
	}
	if s.LIF != nil && s.Izhikevich != nil {
		return s, refuse("cells", "of two models", "must be of one model to be saved")
	}
	return s, nil
}

func (d *decoder) spiking(h savedHeader) (*Spiking, error) {
	s := h.Spiking
	if s == nil {
		return nil, malformed("a spiking reservoir without its parameters")
	}
	bias, err := d.vector("bias", -1)
	if err != nil {
		return nil, err
	}
	units, ne := len(bias), h.Excitatory
	if ne < 1 || ne >= units {
		return nil, malformed("%d excitatory of %d neurons", ne, units)
	}
	w := spikingWeights{ne: ne, bias: bias}
	if w.e, err = d.weights("excitation", units, ne); err != nil {
		return nil, err
	}
	if w.i, err = d.weights("inhibition", units, units-ne); err != nil {
		return nil, err
	}
	if w.in, err = d.dense("input", units, -1); err != nil {
		return nil, err
	}
	c := SpikingConfig{EIConfig: EIConfig{Units: units, Inputs: s.Inputs, Seed: s.Seed}, Step: s.Step, Traces: s.Traces,
		Delay: s.Delay, Noise: s.Noise, Adaptive: s.Adaptive, Gains: s.Gains, Workers: d.workers}
	if c.Cells, err = d.cells(s.Cells, [2]int{ne, units - ne}); err != nil {
		return nil, err
	}
	if c.Coder, err = coderOf(s, w.in.Cols); err != nil {
		return nil, err
	}
	// What would let a few bytes of a file claim memory and time without end.
	const ticks = 1e5
	if !(s.Cells.DT > 0) || !(s.Step <= ticks*s.Cells.DT) || !(s.Delay <= ticks*s.Cells.DT) {
		return nil, malformed("steps of %g ms and delays of %g ms at a resolution of %g ms", s.Step, s.Delay, s.Cells.DT)
	}
	if err := c.check(); err != nil {
		return nil, err
	}
	r, err := c.assemble(w)
	if err != nil {
		return nil, malformed("%v", err)
	}
	r.loaded = &w
	if r.inhibition != nil {
		rates, err := d.vector("target rates", units)
		if err != nil {
			return nil, err
		}
		copy(r.inhibition.rates, rates)
	}
	if err := r.Net.Load(bytes.NewReader(d.bytes["network"])); err != nil {
		return nil, malformed("state of the network: %v", err)
	}
	r.Trial = s.Trial
	return r, nil
}

// coderOf gives the coder of samples, if there is one, whose channels are the columns of the input weights.
func coderOf(s *savedSpiking, channels int) (coding.Coder, error) {
	wrong := malformed("%d inputs and %d columns of input weights", s.Inputs, channels)
	if len(s.Coder) == 0 {
		if s.Inputs != channels {
			return nil, wrong
		}
		return nil, nil
	}
	c, err := coding.Unmarshal(s.Coder)
	if err != nil {
		return nil, malformed("%v", err)
	}
	p, population := c.(coding.Population)
	if s.Inputs < 1 || s.Inputs > channels || population && (p.Fields < 1 || p.Fields > channels/s.Inputs) {
		return nil, wrong
	}
	return c, nil
}

// cells makes the cells of both kinds.
func (d *decoder) cells(s savedCells, size [2]int) (Cells, error) {
	c := Cells{FromExcitatory: s.Receptors[0], FromInhibitory: s.Receptors[1], TauE: s.Tau[0], TauI: s.Tau[1], Rheobase: s.Rheobase, StartOf: s.StartOf, DT: s.DT}
	if s.Start != nil {
		c.Start = *s.Start
	}
	var models [2]sim.Model
	for k := range models {
		switch {
		case s.LIF != nil:
			models[k] = s.LIF[k]
		case s.Izhikevich != nil:
			z := s.Izhikevich[k]
			if z.Substeps > 1000 {
				return c, malformed("%d substeps", z.Substeps)
			}
			cell := neurons.Izhikevich{Set: z.Set, IE: z.IE, Peak: z.Peak, V0: z.V0, U0: z.U0, Method: z.Method, Substeps: z.Substeps}
			if d.arrays[kindsOfCells[k]] != nil {
				sets, err := d.dense(kindsOfCells[k], size[k], 4)
				if err != nil {
					return c, err
				}
				cell.PerNeuron = func(i int) neurons.IzhikevichSet {
					p := sets.Row(i)
					return neurons.IzhikevichSet{A: p[0], B: p[1], C: p[2], D: p[3]}
				}
			}
			models[k] = neurons.CurrentSynapses{Cell: cell, Tau: z.Tau}
		default:
			return c, malformed("a spiking reservoir without cells")
		}
	}
	c.Excitatory, c.Inhibitory = models[0], models[1]
	return c, nil
}
