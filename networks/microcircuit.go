package networks

import (
	"fmt"
	"math"

	"github.com/glia-sim/glia/neurons"
	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/synapses"
)

// Microcircuit is the network below 1 mm² of early sensory cortex of T. C. Potjans and M. Diesmann, "The
// cell-type specific cortical microcircuit: relating structure and activity in a full-scale spiking
// network model", Cereb. Cortex 24, 785-806 (2014): an excitatory and an inhibitory population in each of
// the layers 2/3, 4, 5 and 6, with the number of synapses between any two of them from experiment.
//
//	K  = ln(1 - p)/ln(1 - 1/(Npre Npost))   synapses of a projection (their equation 1), ends drawn
//	                                        with replacement: multapses and autapses occur
//	J  = PSP / peak                         weight [pA]; normal with standard deviation RelWeightSD J,
//	                                        redrawn where the sign is wrong; G J from inhibitory cells
//	d                                       delay [ms]; normal, redrawn below dt/2, rounded to dt
//
// Each neuron is a LIFExpSingle and gets External Poisson inputs of weight J at BackgroundRate (or, with DC, their
// mean as a constant current). The published network has 77 169 neurons and 298 880 968 synapses.
//
// # Scaling
//
// N and K scale the numbers of neurons and the numbers of inputs of each. Fewer inputs leave mean and
// variance of the input current as they are if weights grow by 1/sqrt(K) and a constant current
//
//	(1 - sqrt(K)) tau (Σ inputs·J·rate + External·J·BackgroundRate)
//
// stands in for the mean that is lost, where the rates are those of the full network (S. J. van Albada, M.
// Helias and M. Diesmann, "Scalability of asynchronous networks is limited by one-to-one mapping between
// effective connectivity and correlations", PLoS Comput. Biol. 11, e1004490, 2015). Correlations are not
// kept, they grow as 1/N; nor is the shape of the input's distribution, to which sparsely firing cells are
// sensitive: at K = 0.3 the rates are 0.9 of the full ones and 0.75 in L2/3E, at K = 0.1, whatever
// N, they are 0.75 to 0.9 and 0.5.
type Microcircuit struct {
	Populations []CorticalPopulation
	// Probability is the connection probability, by target and source in the order of Populations.
	Probability [][]float64
	// Doubled lists the projections, {target, source}, of twice the weight.
	Doubled [][2]int

	PSP            float64 // peak of an excitatory postsynaptic potential [mV]
	G              float64 // inhibitory over excitatory weights; negative
	RelWeightSD    float64 // standard deviation of weights over their mean
	DelayE, DelayI float64 // mean delays of excitatory and inhibitory sources [ms]
	RelDelaySD     float64 // standard deviation of delays over their mean

	BackgroundRate  float64 // of each external input [Hz]
	BackgroundDelay float64 // ms
	// DC gives the mean of the external inputs as a constant current, without Poisson trains. Scaled down to
	// K = 0.1 such a network falls silent: what is left of the constant input lies below threshold.
	DC bool

	Neuron neurons.LIFExpSingle

	N, K float64 // numbers of neurons and of inputs over the published ones
}

// CorticalPopulation is one of the populations.
type CorticalPopulation struct {
	Name       string
	Inhibitory bool
	Size       int     // neurons of the full network
	External   int     // inputs of each from elsewhere in the brain
	V0, V0SD   float64 // mean and standard deviation of V at the start [mV]
	Rate       float64 // of the full network [Hz]: what scaling compensates with
}

// DefaultMicrocircuit gives the published network at full size (tables 4 and 5 of the paper). Start values
// and rates are those of NEST's example of the network ("optimized" start, which shortens the burst at
// the onset).
func DefaultMicrocircuit() Microcircuit {
	return Microcircuit{
		Populations: []CorticalPopulation{
			{"L2/3E", false, 20683, 1600, -68.28, 5.36, 0.903},
			{"L2/3I", true, 5834, 1500, -63.16, 4.57, 2.965},
			{"L4E", false, 21915, 2100, -63.33, 4.74, 4.414},
			{"L4I", true, 5479, 1900, -63.45, 4.94, 5.876},
			{"L5E", false, 4850, 2000, -63.11, 4.94, 7.569},
			{"L5I", true, 1065, 1900, -61.66, 4.55, 8.633},
			{"L6E", false, 14395, 2900, -66.72, 5.46, 1.105},
			{"L6I", true, 2948, 2100, -61.43, 4.48, 7.829},
		},
		Probability: [][]float64{
			{0.1009, 0.1689, 0.0437, 0.0818, 0.0323, 0, 0.0076, 0},
			{0.1346, 0.1371, 0.0316, 0.0515, 0.0755, 0, 0.0042, 0},
			{0.0077, 0.0059, 0.0497, 0.1350, 0.0067, 0.0003, 0.0453, 0},
			{0.0691, 0.0029, 0.0794, 0.1597, 0.0033, 0, 0.1057, 0},
			{0.1004, 0.0622, 0.0505, 0.0057, 0.0831, 0.3726, 0.0204, 0},
			{0.0548, 0.0269, 0.0257, 0.0022, 0.0600, 0.3158, 0.0086, 0},
			{0.0156, 0.0066, 0.0211, 0.0166, 0.0572, 0.0197, 0.0396, 0.2252},
			{0.0364, 0.0010, 0.0034, 0.0005, 0.0277, 0.0080, 0.0658, 0.1443},
		},
		Doubled: [][2]int{{0, 2}}, // from L4E onto L2/3E
		PSP:     0.15, G: -4, RelWeightSD: 0.1,
		DelayE: 1.5, DelayI: 0.75, RelDelaySD: 0.5,
		BackgroundRate: 8, BackgroundDelay: 1.5,
		Neuron: neurons.LIFExpSingle{C: 250, TauM: 10, TauSyn: 0.5, TRef: 2, EL: -65, VTh: -50, VReset: -65},
		N:      1, K: 1,
	}
}

// Scaled gives the network with a fraction of the neurons and the same fraction of the inputs of each, so
// that connection probabilities stay.
func (m Microcircuit) Scaled(fraction float64) Microcircuit {
	m.N, m.K = fraction, fraction
	return m
}

// Validate names the first field out of range; the network checks the neuron.
func (m Microcircuit) Validate() error {
	n := len(m.Populations)
	switch {
	case n == 0:
		return fmt.Errorf("Microcircuit.Populations is empty: want one or more")
	case !(m.N > 0) || math.IsInf(m.N, 0):
		return fmt.Errorf("Microcircuit.N is %g: want a positive fraction", m.N)
	case !(m.K > 0) || math.IsInf(m.K, 0):
		return fmt.Errorf("Microcircuit.K is %g: want a positive fraction", m.K)
	case !(m.G < 0):
		return fmt.Errorf("Microcircuit.G is %g: want a negative number", m.G)
	case !(m.PSP > 0):
		return fmt.Errorf("Microcircuit.PSP is %g mV: want a positive number", m.PSP)
	case m.Neuron.TauSyn == m.Neuron.TauM:
		return fmt.Errorf("Microcircuit.Neuron has TauSyn and TauM of %g ms: want different ones", m.Neuron.TauM)
	case len(m.Probability) != n:
		return fmt.Errorf("Microcircuit.Probability has %d rows: want one for each of the %d populations", len(m.Probability), n)
	}
	for t, row := range m.Probability {
		if len(row) != n {
			return fmt.Errorf("Microcircuit.Probability[%d] has %d columns: want one for each of the %d populations", t, len(row), n)
		}
		for s, p := range row {
			if !(p >= 0 && p < 1) {
				return fmt.Errorf("Microcircuit.Probability[%d][%d] is %g: want 0 to 1, 1 excluded", t, s, p)
			}
		}
	}
	for t := range m.Populations {
		if size := m.Size(t); size < 1 {
			return fmt.Errorf("Microcircuit.N is %g: %s has %d neurons at full size and none is left; want at least %.3g",
				m.N, m.Populations[t].Name, m.Populations[t].Size, 0.5/float64(m.Populations[t].Size))
		}
	}
	return nil
}

// Size is the number of neurons of population t.
func (m Microcircuit) Size(t int) int {
	return int(math.Round(float64(m.Populations[t].Size) * m.N))
}

// Neurons is the number of neurons of all populations.
func (m Microcircuit) Neurons() int {
	n := 0
	for t := range m.Populations {
		n += m.Size(t)
	}
	return n
}

// Synapses is the number of synapses from population s onto population t.
func (m Microcircuit) Synapses(t, s int) int {
	return int(math.Round(m.fullSynapses(t, s) * m.N * m.K))
}

// fullSynapses is K of the full network, before rounding. The logarithm of a number next to 1 loses half of
// its digits, which math.Log1p would keep; but the published total is that of this expression, two less.
func (m Microcircuit) fullSynapses(t, s int) float64 {
	pairs := float64(m.Populations[t].Size) * float64(m.Populations[s].Size)
	return math.Log(1-m.Probability[t][s]) / math.Log((pairs-1)/pairs)
}

// TotalSynapses is the number of synapses of all projections.
func (m Microcircuit) TotalSynapses() int64 {
	total := int64(0)
	for t := range m.Populations {
		for s := range m.Populations {
			total += int64(m.Synapses(t, s))
		}
	}
	return total
}

// FullWeight is the weight of an excitatory synapse in the full network [pA], from the peak of the
// postsynaptic potential: w TauM TauSyn/(C (TauM - TauSyn)) (exp(-t/TauM) - exp(-t/TauSyn)) at its maximum.
func (m Microcircuit) FullWeight() float64 {
	n := m.Neuron
	f := n.TauM * n.TauSyn / (n.TauM - n.TauSyn)
	peak := f * math.Log(n.TauM/n.TauSyn)
	return m.PSP * n.C / (f * (math.Exp(-peak/n.TauM) - math.Exp(-peak/n.TauSyn)))
}

// meanWeight is the mean weight from population s onto t in the full network [pA].
func (m Microcircuit) meanWeight(t, s int) float64 {
	w := m.FullWeight()
	if m.Populations[s].Inhibitory {
		w *= m.G
	}
	for _, d := range m.Doubled {
		if d == [2]int{t, s} {
			w *= 2
		}
	}
	return w
}

// constantCurrent is the current of population t [pA]: what scaling takes from the mean input, and with DC the
// mean of the external inputs.
func (m Microcircuit) constantCurrent(t int) float64 {
	const perSecond = 1e-3 // Hz to 1/ms
	p := m.Populations[t]
	recurrent := 0.0
	for s, q := range m.Populations {
		inputs := m.fullSynapses(t, s) / float64(p.Size)
		recurrent += inputs * m.meanWeight(t, s) * q.Rate
	}
	external := float64(p.External) * m.FullWeight() * m.BackgroundRate
	lost := 1 - math.Sqrt(m.K)
	if m.DC {
		return perSecond * m.Neuron.TauSyn * (external + lost*recurrent)
	}
	return perSecond * m.Neuron.TauSyn * lost * (external + recurrent)
}

// MicrocircuitNetwork is the network built, populations in the order of the description.
type MicrocircuitNetwork struct {
	Net         *sim.Network
	Populations []*sim.Population
}

// Build describes the network. At full size building it takes 2 GB of memory.
func (m Microcircuit) Build(opt sim.Options) (*MicrocircuitNetwork, error) {
	if err := m.Validate(); err != nil {
		return nil, err
	}
	net := sim.New(opt)
	n := &MicrocircuitNetwork{Net: net}
	stronger := 1 / math.Sqrt(m.K)
	for t, p := range m.Populations {
		neuron := m.Neuron
		neuron.IE += m.constantCurrent(t)
		pop := net.Populate(p.Name, m.Size(t), neuron).Initial("V", synapses.Normal{Mean: p.V0, SD: p.V0SD})
		n.Populations = append(n.Populations, pop)
		if trains := math.Round(float64(p.External) * m.K); trains > 0 && !m.DC {
			net.Drive(pop, "syn", neurons.PoissonDrive{Rate: trains * m.BackgroundRate,
				Weight: m.FullWeight() * stronger, Delay: m.BackgroundDelay})
		}
	}
	dt := net.Clock().DT
	for t, target := range n.Populations {
		for s, source := range n.Populations {
			synapsesHere := m.Synapses(t, s)
			if synapsesHere == 0 {
				continue
			}
			w, d := m.meanWeight(t, s)*stronger, m.DelayE
			if m.Populations[s].Inhibitory {
				d = m.DelayI
			}
			net.Connect(source, target, synapses.FixedTotal{N: synapsesHere}, sim.Synapse{
				Weight:   synapses.KeepSign(w, math.Abs(w)*m.RelWeightSD),
				Delay:    synapses.TickOrMore(d, d*m.RelDelaySD, dt),
				Receptor: "syn"})
		}
	}
	return n, net.Err()
}
