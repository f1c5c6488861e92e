package reservoir

import (
	"math"
	"slices"

	"github.com/glia-sim/glia/networks/coding"
	"github.com/glia-sim/glia/neurons"
	"github.com/glia-sim/glia/sim"
)

// Port is how samples enter a network of spiking neurons. Make it, attach it while the network is described, and
// hand it to [NewSpiking].
type Port interface {
	Inputs() int
	// bind is told the grid of time: a sample lasts so many ticks.
	bind(clock sim.Clock, ticks sim.Tick) error
	// present gives the next sample, that of the ticks after now.
	present(sample []float64, now sim.Tick)
	reset(trial uint64)
}

// CurrentPort drives neurons by currents: during a sample u neuron i receives
//
//	Bias_i + sum_k In_ik u_k + noise
//
// in the unit of its model's current. Attach it with [CurrentPort.Drive].
type CurrentPort struct {
	In   *Dense    // neurons x inputs
	Bias []float64 // per neuron; nil for none
	// Noise is the standard deviation of a current that each neuron draws for itself every NoiseInterval ms (0: at
	// every tick). Its draws depend on the trial of the reservoir.
	Noise, NoiseInterval float64

	values []float64
	trial  uint64
	noises []interface{ Reset(trial uint64) }
}

// Drive attaches the port to populations at their receptor sim.Current. Their neurons are the rows of In, in this
// order.
func (p *CurrentPort) Drive(net *sim.Network, targets ...*sim.Population) {
	first := 0
	for _, t := range targets {
		net.Drive(t, sim.Current, portInput{p, first})
		first += t.Size
	}
}

// Inputs is the number of columns of In.
func (p *CurrentPort) Inputs() int { return p.In.Cols }

func (p *CurrentPort) bind(sim.Clock, sim.Tick) error {
	p.values = make([]float64, p.In.Rows)
	return nil
}

func (p *CurrentPort) present(sample []float64, _ sim.Tick) {
	if p.Bias != nil {
		copy(p.values, p.Bias)
	} else {
		clear(p.values)
	}
	addInput(p.values, p.In, sample)
}

func (p *CurrentPort) reset(trial uint64) {
	p.trial = trial
	for _, n := range p.noises {
		n.Reset(trial)
	}
}

// portInput is the part of a port that drives one population.
type portInput struct {
	port  *CurrentPort
	first int // row of the population's neuron 0
}

func (p portInput) Validate() error { return neurons.NoiseCurrent{SD: p.port.Noise}.Validate() }

func (p portInput) NewInput(b sim.BlockSpec) (sim.InputBlock, error) {
	d := &portDrive{port: p.port, first: p.first + b.First}
	if p.port.Noise > 0 {
		noise, err := neurons.NoiseCurrent{SD: p.port.Noise, Interval: p.port.NoiseInterval}.NewInput(b)
		if err != nil {
			return nil, err
		}
		d.noise = noise
		r := noise.(interface{ Reset(trial uint64) })
		r.Reset(p.port.trial)
		p.port.noises = append(p.port.noises, r)
	}
	return d, nil
}

type portDrive struct {
	port  *CurrentPort
	first int
	noise sim.InputBlock
}

func (d *portDrive) Add(t sim.Tick, in []float64) {
	for i, v := range d.port.values[d.first:][:len(in)] {
		in[i] += v
	}
	if d.noise != nil {
		d.noise.Add(t, in)
	}
}

// State lists what the port drives all its populations with.
func (d *portDrive) State(c *sim.Codec) {
	c.Values(d.port.values, &d.port.trial)
	if d.noise != nil {
		d.noise.State(c)
	}
}

// SpikePort drives a network by spikes: a coder turns samples into the spikes of a population of input neurons,
// which is connected like any other. Make the population with [SpikePort.Populate].
type SpikePort struct {
	Samples int          // length of a sample
	Coder   coding.Coder // how samples become spikes; each has a channel, hence a neuron, or several

	encoder coding.Encoder
	clock   sim.Clock
	start   sim.Tick // of the sample
	byTick  [][]int32
	spikes  []coding.Spike
}

// Populate adds the input neurons to a network, one per channel of the coder.
func (p *SpikePort) Populate(net *sim.Network, name string, step float64) (*sim.Population, error) {
	var err error
	if p.Coder == nil {
		return nil, refuse("coder of the spike port", nil, "must be given")
	}
	if p.encoder, err = p.Coder.NewEncoder(p.Samples, step); err != nil {
		return nil, err
	}
	return net.Populate(name, p.encoder.Channels(), toldNeurons{p}), net.Err()
}

// Inputs is the length of a sample.
func (p *SpikePort) Inputs() int { return p.Samples }

func (p *SpikePort) bind(clock sim.Clock, ticks sim.Tick) error {
	if p.encoder == nil {
		return refuse("spike port", "without neurons", "must have been given to the network by Populate")
	}
	p.clock, p.byTick = clock, make([][]int32, ticks)
	return nil
}

func (p *SpikePort) present(sample []float64, now sim.Tick) {
	p.start = now
	for k := range p.byTick {
		p.byTick[k] = p.byTick[k][:0]
	}
	p.spikes = p.encoder.Encode(p.spikes[:0], sample)
	for _, s := range p.spikes {
		// As for listed spikes: at the right border of the step that holds the time.
		k := int(math.Ceil(s.At/p.clock.DT-1e-9)) - 1
		k = min(max(k, 0), len(p.byTick)-1)
		p.byTick[k] = append(p.byTick[k], s.Channel)
	}
	for k := range p.byTick {
		slices.Sort(p.byTick[k])
	}
}

func (p *SpikePort) reset(trial uint64) {
	p.encoder.Reset(trial)
	for k := range p.byTick {
		p.byTick[k] = p.byTick[k][:0]
	}
}

// toldNeurons is the model of neurons that fire when their port says so.
type toldNeurons struct{ port *SpikePort }

func (toldNeurons) Validate() error { return nil }

func (toldNeurons) Receptors() []string { return nil }

func (m toldNeurons) NewBlock(b sim.BlockSpec) (sim.Block, error) {
	return &toldBlock{m.port, int32(b.First), int32(b.N)}, nil
}

type toldBlock struct {
	port     *SpikePort
	first, n int32
}

func (*toldBlock) Variables() []sim.Variable { return nil }

func (*toldBlock) Reset(sim.Key) {}

// State lists the spikes of the sample that is presented.
func (b *toldBlock) State(c *sim.Codec) {
	c.Values(&b.port.start, b.port.byTick)
	b.port.encoder.State(c)
}

func (b *toldBlock) Step(t sim.Tick, _ [][]float64, spikes []int32) []int32 {
	k := t - b.port.start - 1
	if k < 0 || int(k) >= len(b.port.byTick) {
		return spikes // driven by another than the reservoir
	}
	for _, channel := range b.port.byTick[k] {
		if i := channel - b.first; i >= 0 && i < b.n {
			spikes = append(spikes, i)
		}
	}
	return spikes
}
