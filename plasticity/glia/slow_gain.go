package glia

import (
	"fmt"
	"math"

	"github.com/glia-sim/glia/sim"
)

// SlowGain is the astrocyte without the chemistry: a slow trace of the spikes of a group that scales
// what drives its neurons.
//
//	Tau da/dt = -a + K s,    gain = 1 + G a, at least 0
//
//	symbol  meaning                                              unit
//	s       spikes per neuron of the group and second            Hz
//	a       trace, exact between updates with s held             1 (K in s)
//
// Tau is much longer than the membrane's. G above 0 supports persistent activity, below 0 it is
// homeostatic. The gain goes to Out, which GainedInput and plasticity rules read.
//
// It states the common idea of models that let astrocytes modulate units of trained networks; it is no
// reproduction of one of them.
type SlowGain struct {
	Group    *sim.Counter
	Neurons  int     // in the group
	Tau      float64 // ms
	K        float64 // trace per rate [s]
	G        float64
	Interval float64 // between updates [ms], as given to Network.AddProcess
	Out      *sim.Modulator

	a    float64
	seen int64
}

// Validate names the first field out of range.
func (s *SlowGain) Validate() error {
	if s.Group == nil || s.Out == nil {
		return fmt.Errorf("SlowGain: set Group to a counter of Network.CountSpikes and Out to a modulator")
	}
	c := checks{typ: "SlowGain"}
	if s.Neurons < 1 {
		c.complain("Neurons", s.Neurons, "", "1 or more")
	}
	c.positive("Tau", s.Tau, "ms")
	c.finite("K", s.K, "s")
	c.finite("G", s.G, "")
	c.positive("Interval", s.Interval, "ms")
	if c.err == nil {
		s.Reset()
	}
	return c.err
}

// Trace is the variable a.
func (s *SlowGain) Trace() float64 { return s.a }

// Update carries the trace over the interval that ends now.
func (s *SlowGain) Update(float64) error {
	rate := float64(s.Group.Total-s.seen) / float64(s.Neurons) / s.Interval * 1000
	s.seen = s.Group.Total
	s.a += (s.K*rate - s.a) * -math.Expm1(-s.Interval/s.Tau)
	s.Out.Values[0] = max(0, 1+s.G*s.a)
	return nil
}

// Reset puts the trace to 0 and the gain to 1; the counter is read afresh.
func (s *SlowGain) Reset() {
	s.a, s.seen = 0, s.Group.Total
	s.Out.Values[0] = 1
}

// State lists the trace and the gain.
func (s *SlowGain) State(c *sim.Codec) { c.Values(&s.a, &s.seen, s.Out) }

// GainedInput is a device whose input is multiplied by a modulator.
type GainedInput struct {
	Input sim.Input
	Gain  *sim.Modulator
}

// Validate reports what is missing or wrong with the input.
func (g GainedInput) Validate() error {
	if g.Input == nil || g.Gain == nil {
		return fmt.Errorf("GainedInput: set Input and Gain")
	}
	return g.Input.Validate()
}

// NewInput makes the part that drives a block.
func (g GainedInput) NewInput(b sim.BlockSpec) (sim.InputBlock, error) {
	in, err := g.Input.NewInput(b)
	if err != nil {
		return nil, err
	}
	return &gainedBlock{in, g.Gain, make([]float64, b.N)}, nil
}

type gainedBlock struct {
	dev  sim.InputBlock
	gain *sim.Modulator
	buf  []float64
}

func (b *gainedBlock) Add(t sim.Tick, in []float64) {
	if a, ok := b.dev.(sim.ActiveUntil); ok {
		if from, to := a.Active(); t < from || t > to {
			return
		}
	}
	clear(b.buf)
	b.dev.Add(t, b.buf)
	f := b.gain.Value()
	for i, x := range b.buf {
		in[i] += f * x
	}
}

// Reset passes a new trial on to the device.
func (b *gainedBlock) Reset(trial uint64) {
	if r, ok := b.dev.(interface{ Reset(uint64) }); ok {
		r.Reset(trial)
	}
}

// State lists the gain and what the device under it lists.
func (b *gainedBlock) State(c *sim.Codec) {
	c.Values(b.gain)
	b.dev.State(c)
}
