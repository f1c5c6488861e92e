package reservoir

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/glia-sim/glia/networks/coding"
	"github.com/glia-sim/glia/neurons"
	"github.com/glia-sim/glia/plasticity"
	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/synapses"
)

// Cells are the neurons of a spiking reservoir. [LIFCells] and [IzhikevichCells] are ready-made.
type Cells struct {
	Excitatory, Inhibitory         sim.Model
	FromExcitatory, FromInhibitory string // receptor for the weights of either kind; the latter are negative
	// TauE and TauI are the decay times of the synaptic currents [ms].
	TauE, TauI float64
	// Rheobase is the constant current at which an excitatory cell begins to fire, from rest [unit of the
	// model's current].
	Rheobase float64
	// Start, if set, is the distribution of the variable StartOf at Reset.
	StartOf string
	Start   sim.Distribution
	DT      float64 // resolution they need [ms]
}

// LIFCells are leaky integrate-and-fire neurons of 20 ms with synaptic currents of 5 ms, 20 mV from rest to
// threshold and 5 ms refractory, so that none fires faster than 200 Hz; potentials start between reset and threshold.
func LIFCells() Cells {
	m := neurons.LIFExp{C: 200, TauM: 20, TauEx: 5, TauIn: 5, TRef: 5, EL: -70, VTh: -50, VReset: -60}
	return Cells{Excitatory: m, Inhibitory: m, FromExcitatory: "ex", FromInhibitory: "in", TauE: 5, TauI: 5,
		Rheobase: (m.VTh - m.EL) * m.C / m.TauM, StartOf: "V", Start: synapses.Uniform{Lo: -60, Hi: -50}, DT: 0.5}
}

// IzhikevichOptions are choices of [IzhikevichCells]. The zero value is the published network.
type IzhikevichOptions struct {
	// Substeps, if above 0, integrates by so many steps of Euler's method a ms instead of the published scheme. That
	// scheme is coarse enough to be chaotic by itself: driven hard, a single cell tells the smallest noise.
	Substeps int
	// Recovery is the slowest time constant of the recovery of excitatory cells [ms]: each has its own, uniform
	// between 50 ms and this. 0 means 50 ms for all, a = 0.02 as published.
	Recovery float64
}

// IzhikevichCells are the cells of Izhikevich (2003) at a resolution of 1 ms: excitatory ones from regular spiking to
// chattering, inhibitory ones from low-threshold to fast spiking, by one draw for each cell from the seed.
// Synaptic currents decay in 5 ms; potentials start between -65 and -50 mV.
func IzhikevichCells(seed uint64, o IzhikevichOptions) Cells {
	const tau, published = 5, 50
	draw := func(kind string, i int) float64 { return sim.NewKey(seed, kind).Draws(0).Float64(uint64(i)) }
	model := neurons.DefaultIzhikevich()
	model.Method = neurons.HalfSteps
	if o.Substeps > 0 {
		model.Method, model.Substeps = neurons.Euler, o.Substeps
	}
	exc, inh := model, model
	exc.PerNeuron = func(i int) neurons.IzhikevichSet {
		q := draw("cell type of excitatory", i)
		recovery := published + max(0, o.Recovery-published)*draw("recovery of excitatory", i)
		return neurons.IzhikevichSet{A: 1 / recovery, B: 0.2, C: -65 + 15*q*q, D: 8 - 6*q*q}
	}
	inh.PerNeuron = func(i int) neurons.IzhikevichSet {
		q := draw("cell type of inhibitory", i)
		return neurons.IzhikevichSet{A: 0.02 + 0.08*q, B: 0.25 - 0.05*q, C: -65, D: 2}
	}
	return Cells{Excitatory: neurons.CurrentSynapses{Cell: exc, Tau: tau}, Inhibitory: neurons.CurrentSynapses{Cell: inh, Tau: tau},
		FromExcitatory: "syn", FromInhibitory: "syn", TauE: tau, TauI: tau,
		// 0.04 v² + 5 v + 140 - 0.2 v has its minimum, -4, at v = -60 mV.
		Rheobase: 4, StartOf: "v", Start: synapses.Uniform{Lo: -65, Hi: -50}, DT: 1}
}

// SpikingConfig describes a reservoir of excitatory and inhibitory spiking neurons that is the counterpart of an
// [EI]: the same graph, weights and balance from the same seed, with spikes in the place of rates. Currents are
// measured in rheobases and rates in Traces.Rate, so that the numbers of the two mean the same: if all
// excitatory neurons fire at Traces.Rate, the mean current from them is Strength rheobases, as it is Strength in
// the rate network when all rates are 1; the balance, by Excitation (1 + beta/2J) and Inhibition (1 - beta/2J),
// is the mean signed sum.
type SpikingConfig struct {
	EIConfig // InputScale is in rheobases
	Cells    Cells
	Step     float64 // time of a sample [ms]
	Traces   Traces
	// Bias of each neuron is constant, uniform in these bounds [rheobases].
	BiasE, BiasI [2]float64
	Delay        float64 // of all synapses [ms]
	// Noise is the standard deviation of a current drawn for each neuron every ms [rheobases].
	Noise float64
	// In are the input weights [rheobases], units x inputs; nil draws them uniform in (-InputScale, InputScale).
	In *Dense
	// Coder, if set, brings samples in by spikes instead of currents: each of its channels is an input neuron
	// that excites and inhibits other neurons through synapses of the cells. In, then with a column for each channel,
	// is the mean current [rheobases] of a channel that fires at Traces.Rate.
	Coder coding.Coder
	// Adaptive makes the inhibitory synapses plastic, for [Adaptation] synapse by synapse; it takes memory and time. Gains
	// gives each neuron a gain of its inhibition instead, which adapts as in an EI. Without either inhibition stays.
	Adaptive, Gains bool
	Workers         int // goroutines of the engine; 0 means 1, since realisations are best run side by side
}

// DefaultLIF is a network of LIFCells that mirrors [DefaultEI]: density 0.3, J = 4, 200 Hz, the largest rate of the cells, counting as 1. Its
// neurons are biased above threshold, from 1 to 1.6 rheobases, and samples of 10 ms enter as currents of half a
// rheobase.
func DefaultLIF(units, inputs int) SpikingConfig {
	return SpikingConfig{EIConfig: DefaultEI(units, inputs), Cells: LIFCells(), Step: 10, Traces: Traces{Decay: 20, Rate: 200},
		BiasE: [2]float64{1, 1.6}, BiasI: [2]float64{1, 1.6}, Delay: 1}
}

// DefaultIzhikevichReservoir is a heterogeneous network of IzhikevichCells, most of which fire tonically at a rate of
// their own: density 0.1, uniform weights, J = 1.25, bias of 0.75 to 2 (excitatory) and 0.25 to 1
// (inhibitory) rheobases, traces of 5 and 40 ms.
func DefaultIzhikevichReservoir(units, inputs int, seed uint64) SpikingConfig {
	c := SpikingConfig{EIConfig: DefaultEI(units, inputs), Cells: IzhikevichCells(seed, IzhikevichOptions{}), Step: 10, Traces: Traces{Rise: 5, Decay: 40, Rate: 100},
		BiasE: [2]float64{0.75, 2}, BiasI: [2]float64{0.25, 1}, Delay: 1}
	c.Density, c.Weights, c.Strength, c.Seed = 0.1, Uniform, 1.25, seed
	return c
}

func (c SpikingConfig) check() error {
	bias := func(name string, b [2]float64) check {
		return check{name, b, finite(b[0]) && finite(b[1]) && b[0] <= b[1], "must be finite and in rising order"}
	}
	return firstFailed(
		check{"cells", c.Cells.Excitatory, c.Cells.Excitatory != nil && c.Cells.Inhibitory != nil, "models of both kinds must be given: LIFCells or IzhikevichCells"},
		check{"rheobase", c.Cells.Rheobase, c.Cells.Rheobase > 0 && finite(c.Cells.Rheobase), "must be above 0"},
		check{"decay of synaptic currents", [2]float64{c.Cells.TauE, c.Cells.TauI}, c.Cells.TauE > 0 && c.Cells.TauI > 0, "must be positive times in ms"},
		bias("bias of excitatory neurons", c.BiasE), bias("bias of inhibitory neurons", c.BiasI),
		check{"delay", c.Delay, c.Delay > 0 && finite(c.Delay), "must be a positive time in ms"},
		check{"adaptation", "of synapses and of gains", !(c.Adaptive && c.Gains), "must be of one of them"},
		check{"noise", c.Noise, c.Noise >= 0 && finite(c.Noise), "must be finite and at least 0"},
	)
}

// Build draws the network. Graph, weights and input weights come from the streams of an [EI] of the same seed.
func (c SpikingConfig) Build() (*Spiking, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	if c.In != nil {
		c.In = &Dense{Rows: c.In.Rows, Cols: c.In.Cols, Data: slices.Clone(c.In.Data)}
	}
	drawn, err := c.draw()
	if err != nil {
		return nil, err
	}
	return c.assemble(drawn)
}

// spikingWeights is what is random in a SpikingConfig beside the engine's own draws.
type spikingWeights struct {
	ne   int       // excitatory neurons
	e, i Matrix    // as in an EI
	in   *Dense    // of each neuron for each input or channel [rheobases]
	bias []float64 // [unit of the model's current]
}

func (c SpikingConfig) draw() (spikingWeights, error) {
	graph, err := c.EIConfig.Build()
	if err != nil {
		return spikingWeights{}, err
	}
	w := spikingWeights{ne: graph.NE, e: graph.E, i: graph.I, in: c.In, bias: make([]float64, c.Units)}
	rng := rand.New(rand.NewPCG(c.Seed, 14))
	for i := range w.bias {
		b := c.BiasE
		if i >= graph.NE {
			b = c.BiasI
		}
		w.bias[i] = c.Cells.Rheobase * (b[0] + (b[1]-b[0])*rng.Float64())
	}
	channels := c.Inputs
	if c.Coder != nil {
		encoder, err := c.Coder.NewEncoder(c.Inputs, c.Step)
		if err != nil {
			return w, err
		}
		channels = encoder.Channels()
	}
	switch {
	case c.In != nil:
		return w, checkShape("input weights", c.In, c.Units, channels)
	case c.Coder == nil:
		w.in = graph.In
	default:
		w.in = UniformInput(c.Units, channels, c.InputScale, rand.New(rand.NewPCG(c.Seed, 13)))
	}
	return w, nil
}

// assemble makes the network of given weights.
func (c SpikingConfig) assemble(w spikingWeights) (*Spiking, error) {
	if err := c.Traces.check(); err != nil {
		return nil, err
	}
	net := sim.New(sim.Options{Seed: c.Seed, DT: c.Cells.DT, Workers: max(1, c.Workers)})
	exc, inh := net.Populate("excitatory", w.ne, c.Cells.Excitatory), net.Populate("inhibitory", c.Units-w.ne, c.Cells.Inhibitory)
	if c.Cells.Start != nil {
		exc.Initial(c.Cells.StartOf, c.Cells.Start)
		inh.Initial(c.Cells.StartOf, c.Cells.Start)
	}
	port, err := c.port(net, w, exc, inh)
	if err != nil {
		return nil, err
	}
	var plastic *plasticInhibition
	var gains *inhibitoryGains
	if c.Gains {
		gains = newInhibitoryGains(c.Units)
	}
	for _, k := range []struct {
		source, target *sim.Population
		weights        Matrix
		row            int // of the first target
		sign, tau      float64
		receptor       string
	}{
		{exc, exc, w.e, 0, 1, c.Cells.TauE, c.Cells.FromExcitatory}, {exc, inh, w.e, w.ne, 1, c.Cells.TauE, c.Cells.FromExcitatory},
		{inh, exc, w.i, 0, -1, c.Cells.TauI, c.Cells.FromInhibitory}, {inh, inh, w.i, w.ne, -1, c.Cells.TauI, c.Cells.FromInhibitory},
	} {
		list, sum := connections(k.weights, k.row, k.target.Size, k.sign*c.perUnitWeight(k.tau))
		if len(list.Sources) == 0 {
			continue
		}
		syn := sim.Synapse{Delay: sim.Constant(c.Delay), Receptor: k.receptor}
		if c.Adaptive && k.sign < 0 {
			if plastic == nil {
				plastic = newPlasticInhibition(c.Units, c.Traces.Rate)
			}
			syn.Plasticity = plastic.rule(sum/float64(len(list.Sources)), k.row, k.target.Size)
		}
		p := net.Connect(k.source, k.target, list, syn)
		if gains != nil && k.sign < 0 {
			gains.inhibition = append(gains.inhibition, p)
		}
	}
	s, err := NewSpiking(net, port, c.Step, c.Traces, exc, inh)
	if err != nil {
		return nil, err
	}
	s.inhibition, s.gains, s.config = plastic, gains, &c
	return s, nil
}

// perUnitWeight is the jump of a synaptic current that stands for a weight of 1: at Traces.Rate it is a mean current
// of one rheobase.
func (c SpikingConfig) perUnitWeight(tau float64) float64 {
	return c.Cells.Rheobase * 1000 / (tau * c.Traces.Rate)
}

// connections lists the weights of some rows, times a factor, and gives the sum of their magnitudes.
func connections(m Matrix, row, rows int, factor float64) (list synapses.ConnList, sum float64) {
	all := m.Dense()
	for i := range rows {
		for j, w := range all.RawRowView(row + i) {
			if w != 0 {
				list.Sources, list.Targets = append(list.Sources, int32(j)), append(list.Targets, int32(i))
				list.Weights = append(list.Weights, w*factor)
				sum += math.Abs(w * factor)
			}
		}
	}
	return list, sum
}

// port attaches the input.
func (c SpikingConfig) port(net *sim.Network, w spikingWeights, exc, inh *sim.Population) (Port, error) {
	currents := &CurrentPort{In: NewDense(w.in.Rows, w.in.Cols), Bias: w.bias, Noise: c.Cells.Rheobase * c.Noise, NoiseInterval: max(1, c.Cells.DT)}
	if c.Coder == nil {
		for k, v := range w.in.Data {
			currents.In.Data[k] = v * c.Cells.Rheobase
		}
		currents.Drive(net, exc, inh)
		return currents, nil
	}
	spikes := &SpikePort{Samples: c.Inputs, Coder: c.Coder}
	source, err := spikes.Populate(net, "input", c.Step)
	if err != nil {
		return nil, err
	}
	if err := checkShape("input weights", w.in, c.Units, source.Size); err != nil {
		return nil, err
	}
	for _, k := range []struct {
		target *sim.Population
		row    int
	}{{exc, 0}, {inh, w.ne}} {
		for _, sign := range []float64{1, -1} {
			part := NewDense(w.in.Rows, w.in.Cols)
			for i, v := range w.in.Data {
				part.Data[i] = max(0, sign*v)
			}
			tau, receptor, name := c.Cells.TauE, c.Cells.FromExcitatory, "excitation of "
			if sign < 0 {
				tau, receptor, name = c.Cells.TauI, c.Cells.FromInhibitory, "inhibition of "
			}
			if list, _ := connections(part, k.row, k.target.Size, sign*c.perUnitWeight(tau)); len(list.Sources) > 0 {
				net.Connect(source, k.target, list, sim.Synapse{Name: name + k.target.Name + " by input", Delay: sim.Constant(c.Delay), Receptor: receptor})
			}
		}
	}
	silent := &CurrentPort{In: NewDense(c.Units, 1), Bias: w.bias, Noise: currents.Noise, NoiseInterval: currents.NoiseInterval}
	silent.Drive(net, exc, inh)
	return &biasedPort{spikes, silent}, nil
}

func checkShape(name string, m *Dense, rows, cols int) error {
	if m.Rows != rows || m.Cols != cols || len(m.Data) != rows*cols {
		return refuse("shape of the "+name, fmt.Sprintf("%d x %d", m.Rows, m.Cols), fmt.Sprintf("must be %d x %d", rows, cols))
	}
	return checkFinite(name, m.Data)
}

// biasedPort is spiking input beside a constant bias.
type biasedPort struct {
	*SpikePort
	bias *CurrentPort
}

func (p *biasedPort) bind(clock sim.Clock, ticks sim.Tick) error {
	if err := p.bias.bind(clock, ticks); err != nil {
		return err
	}
	p.bias.present([]float64{0}, 0)
	return p.SpikePort.bind(clock, ticks)
}

func (p *biasedPort) reset(trial uint64) {
	p.bias.reset(trial)
	p.SpikePort.reset(trial)
}

// plasticInhibition is what adaptation steers: inhibitory STDP whose target rates and speed are set from outside.
type plasticInhibition struct {
	rates    []float64 // of all units [Hz]
	unit     float64   // rate that counts as 1 [Hz]
	learning *sim.Modulator
}

func newPlasticInhibition(units int, unit float64) *plasticInhibition {
	return &plasticInhibition{make([]float64, units), unit, sim.NewModulator("adaptation", 0)}
}

// rule is the rule of a projection of the given mean weight; a weight may grow to largestGain times three of it,
// as single weights differ.
func (p *plasticInhibition) rule(mean float64, first, size int) sim.Rule {
	return plasticity.InhibitorySTDP{Eta: mean, Tau: 20, WMax: -3 * largestGain * mean, Rates: p.rates[first : first+size], Learning: p.learning}
}
