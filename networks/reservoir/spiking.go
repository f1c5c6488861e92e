package reservoir

import (
	"context"
	"fmt"
	"math"

	"github.com/glia-sim/glia/sim"
	"gonum.org/v1/gonum/floats"
)

// Traces say how spikes become the state of a reservoir: each train is filtered by a kernel of area 1,
//
//	exp(-t/Decay)/Decay   or, with Rise above 0,   (exp(-t/Decay) - exp(-t/Rise))/(Decay - Rise),
//
// and divided by Rate, so that a neuron that fires steadily at Rate has a state of 1 on average.
type Traces struct {
	Decay float64 // ms
	Rise  float64 // ms, below Decay; 0 for none
	Rate  float64 // rate that counts as 1 [Hz]
}

func (f Traces) check() error {
	return firstFailed(
		check{"decay of the traces", f.Decay, f.Decay > 0 && finite(f.Decay), "must be a positive time in ms"},
		check{"rise of the traces", f.Rise, f.Rise >= 0 && f.Rise < f.Decay, "must be at least 0 and below the decay"},
		check{"rate of the traces", f.Rate, f.Rate > 0 && finite(f.Rate), "must be a positive rate in Hz"},
	)
}

// Spiking is a reservoir of spiking neurons: any [sim.Network] that a [Port] drives. A step presents one sample for
// a stretch of simulated time; the state is made of the filtered spike trains of some populations, evaluated at its
// end. [SpikingConfig] builds balanced networks of this kind.
type Spiking struct {
	Net *sim.Network
	Of  []*sim.Population // whose neurons are the units, in this order

	// Trial selects the draws of noise and of random coders from the next Reset on. Start values and weights
	// do not depend on it.
	Trial uint64

	port             Port
	traces           Traces
	step             float64 // ms
	ticks            sim.Tick
	clock            sim.Clock
	end              sim.Tick // of the present step
	unit             []int32  // unit of a global id, -1 for none
	slow, fast, x    []float64
	slowAge, fastAge []float64 // what is left of a spike after so many ticks
	inhibition       *plasticInhibition
	gains            *inhibitoryGains
	config           *SpikingConfig  // that it was built from; nil for any other network
	loaded           *spikingWeights // if they come from a file instead of the streams of the seed
}

// NewSpiking makes a reservoir of a network that has been described, and builds it. step is the time [ms] that a
// sample lasts, a multiple of the network's resolution.
func NewSpiking(net *sim.Network, port Port, step float64, traces Traces, of ...*sim.Population) (*Spiking, error) {
	s := &Spiking{Net: net, Of: of, port: port, traces: traces, step: step, clock: net.Clock()}
	if err := traces.check(); err != nil {
		return nil, err
	}
	if port == nil || len(of) == 0 {
		return nil, refuse("port and populations", len(of), "a port and at least one population must be given")
	}
	var err error
	if s.ticks, err = s.clock.Ticks(step, "step of the reservoir"); err != nil {
		return nil, err
	}
	if s.ticks < 1 || s.ticks > 1e6 {
		return nil, refuse("step", step, fmt.Sprintf("must be at least the resolution, %g ms, and at most a million times that", s.clock.DT))
	}
	if err := port.bind(s.clock, s.ticks); err != nil {
		return nil, err
	}
	units := 0
	var selected []sim.Selection
	for _, p := range of {
		for len(s.unit) < p.First+p.Size {
			s.unit = append(s.unit, -1)
		}
		for i := range p.Size {
			s.unit[p.First+i] = int32(units)
			units++
		}
		selected = append(selected, p)
	}
	s.slow, s.fast, s.x = make([]float64, units), make([]float64, units), make([]float64, units)
	for k := range s.ticks + 1 {
		age := s.clock.MS(k)
		s.slowAge = append(s.slowAge, math.Exp(-age/traces.Decay))
		s.fastAge = append(s.fastAge, math.Exp(-age/max(traces.Rise, 1e-300)))
	}
	net.RecordSpikes(sim.SpikeOptions{Sink: s.count}, selected...)
	net.Keep("traces of the reservoir", tracesOf{s})
	if err := net.Build(context.Background()); err != nil {
		return nil, err
	}
	s.Reset()
	return s, nil
}

// Inputs is the length of an input sample.
func (s *Spiking) Inputs() int { return s.port.Inputs() }

// Units is the number of neurons in the state.
func (s *Spiking) Units() int { return len(s.x) }

// StepTime is how long a sample lasts [ms].
func (s *Spiking) StepTime() float64 { return s.step }

// Reset puts the network back to time 0, with its start values, and the traces to 0. Weights stay.
func (s *Spiking) Reset() {
	s.port.reset(s.Trial)
	// A built network can fail to reset only if start values cannot be drawn, which Build has tried.
	if err := s.Net.Reset(0); err != nil {
		panic(err)
	}
	clear(s.slow)
	clear(s.fast)
	clear(s.x)
}

// State holds the filtered spike trains, valid until the next Step.
func (s *Spiking) State() []float64 { return s.x }

// Step presents one sample.
func (s *Spiking) Step(input []float64) error {
	if err := checkLength("the input", len(input), s.port.Inputs()); err != nil {
		return err
	}
	if err := checkFinite("input", input); err != nil {
		return err
	}
	now, err := s.clock.Ticks(s.Net.Now(), "time of the network")
	if err != nil {
		return err
	}
	s.port.present(input, now)
	s.end = now + s.ticks
	floats.Scale(s.slowAge[s.ticks], s.slow)
	floats.Scale(s.fastAge[s.ticks], s.fast)
	if err := s.Net.Run(context.Background(), s.step); err != nil {
		return err
	}
	scale := 1000 / (s.traces.Rate * (s.traces.Decay - s.traces.Rise))
	for i, v := range s.slow {
		if v < 1e-280 {
			v, s.slow[i], s.fast[i] = 0, 0, 0 // subnormal numbers are slow
		}
		s.x[i] = scale * (v - s.fast[i])
	}
	if s.gains != nil && s.gains.adapting != nil {
		return s.gains.follow(s.x)
	}
	return nil
}

// count enters the spikes of a window into the traces, as they will be at the end of the step.
func (s *Spiking) count(spikes []sim.Spike) error {
	for _, k := range spikes {
		age := s.end - k.At.Tick
		if age < 0 || age > s.ticks {
			continue // the network was run past the reservoir
		}
		i := s.unit[k.ID]
		s.slow[i] += s.slowAge[age]
		if s.traces.Rise > 0 {
			s.fast[i] += s.fastAge[age]
		}
	}
	return nil
}

// tracesOf is what Network.Save keeps of a reservoir beside the network.
type tracesOf struct{ *Spiking }

// State lists the traces, and gains of inhibition.
func (t tracesOf) State(c *sim.Codec) {
	c.Values(t.slow, t.fast, t.x)
	if t.gains != nil {
		c.Values(t.gains.gain, t.gains.moved, &t.gains.steps)
	}
}
