package validation

import (
	"context"
	"fmt"
	"math"

	"github.com/glia-sim/glia/analysis"
	"github.com/glia-sim/glia/networks"
	"github.com/glia-sim/glia/neurons"
	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/synapses"
)

// The bounds of networks are four standard deviations of the difference between the mean of our
// realisations and that of the reference's: 4 s sqrt(1/ours + 1/theirs), where s is the scatter
// between realisations, pooled from the reference's seeds and six of ours.

const (
	rate   = "rate of excitatory neurons"
	all    = "rate of all neurons"
	cv     = "CV of intervals"
	corr   = "correlation of spike counts, 2 ms"
	fano   = "Fano factor of the population"
	rhythm = "largest line of the spectrum"
)

func networkComparisons() []Comparison {
	var list []Comparison
	for _, c := range brunelCases {
		list = append(list, Comparison{Name: "networks/brunel-" + slug(c.regime) + fmt.Sprintf("-reset-%g", c.reset), Group: Networks, Slow: true,
			Source: "NEST 3.10.0, iaf_psc_delta, same network, 2 seeds or more", Run: c.run})
	}
	for _, c := range brunelCurrentCases {
		list = append(list, Comparison{Name: "networks/brunel-" + c.name, Group: Networks, Slow: true,
			Source: "NEST 3.10.0, iaf_psc_" + c.name + ", same network, 2 seeds", Run: c.run})
	}
	for _, c := range benchmarkCases {
		list = append(list, Comparison{Name: "networks/" + slug(c.network.Name), Group: Networks, Slow: true,
			Source: "Brian 2.5.1, same network, 3 seeds; Brette et al. 2007", Run: c.run})
	}
	return append(list,
		Comparison{Name: "networks/benchmark-parameters", Group: Networks, Run: benchmarkParameters,
			Source: "Brette et al. 2007, appendix B, and Vogels and Abbott 2005: weights over the leak, inputs per neuron"},
		Comparison{Name: "networks/izhikevich2003", Group: Networks, Slow: true, Run: izhikevich2003,
			Source: "the published listing in an independent program, 3 seeds"},
		Comparison{Name: "networks/microcircuit", Group: Networks, Slow: true, Run: microcircuit,
			Source: "NEST 3.10.0, network of full size; Potjans and Diesmann 2014, scaled after van Albada et al. 2015"},
	)
}

// brunelCase is one regime of Brunel 2000 with 12 500 neurons.
type brunelCase struct {
	regime     string
	reset      float64 // mV: 10 in the paper, 0 in NEST's example
	from, to   float64 // ms, as in the reference
	bands      []band
	least, max float64 // band of the rhythm [Hz]
}

var brunelCases = []brunelCase{
	{"AI", 10, 200, 1200, []band{{rate, "Hz", 37.714, 1.0}, {cv, "1", 0.42279, 0.006}, {corr, "1", 0.01667, 0.004}, {fano, "1", 102.8, 18}}, 0, 0},
	{"SI-fast", 10, 200, 1200, []band{{rate, "Hz", 58.342, 2.4}, {cv, "1", 0.78936, 0.25}, {corr, "1", 0.0604, 0.035}, {rhythm, "Hz", 183, 15}}, 100, 400},
	{"SI-slow", 10, 200, 1200, []band{{rate, "Hz", 5.708, 1.6}, {cv, "1", 0.51576, 0.11}, {rhythm, "Hz", 23, 12}}, 5, 100},
	{"AI", 0, 200, 1200, []band{{rate, "Hz", 32.064, 0.25}, {cv, "1", 0.17375, 0.0055}, {corr, "1", 0.0083, 0.0055}, {fano, "1", 55.2, 23}}, 0, 0},
	{"SR", 0, 100, 600, []band{{rate, "Hz", 192.300, 1.2}, {cv, "1", 0.046371, 0.0018}, {rhythm, "Hz", 193, 4}}, 100, 400},
	{"SI-fast", 0, 200, 1200, []band{{rate, "Hz", 49.574, 0.5}, {cv, "1", 0.20522, 0.011}, {corr, "1", 0.0163, 0.007}, {fano, "1", 121, 43}}, 0, 0},
	{"SI-slow", 0, 200, 1200, []band{{rate, "Hz", 5.449, 1.5}, {cv, "1", 0.45169, 0.035}}, 0, 0},
}

func (c brunelCase) run(ctx context.Context) ([]Row, error) {
	for _, r := range networks.BrunelRegimes {
		if r.Name != c.regime {
			continue
		}
		b := networks.DefaultBrunel(r)
		b.VReset = c.reset
		n, err := b.Build(sim.Options{Seed: 1, Workers: 1})
		if err != nil {
			return nil, err
		}
		s, err := recordAll(ctx, n.Net, c.to)
		if err != nil {
			return nil, err
		}
		a, err := measure(s, 0, int32(n.E.Size), c.from, c.to, 2, 1)
		if err != nil {
			return nil, err
		}
		if c.max > 0 {
			if err := a.peak(s, 0, int32(n.E.Size), c.from, c.to, c.least, c.max, rhythm); err != nil {
				return nil, err
			}
		}
		return rowsOf("", []activity{a}, c.bands), nil
	}
	return nil, fmt.Errorf("no regime is named %q", c.regime)
}

// brunelCurrent is the regime AI with synaptic currents: weights in pA and the rate of the external train
// make the postsynaptic potentials 0.1 mV high, as in NEST's examples.
type brunelCurrent struct {
	name       string
	weight, hz float64 // pA, Hz
	model      sim.Model
	bands      []band
}

var brunelCurrentCases = []brunelCurrent{
	{"alpha", 20.68015524367846, 17789.007714721884,
		neurons.LIFAlpha{C: 250, TauM: 20, TauEx: 0.5, TauIn: 0.5, TRef: 2, VTh: 20},
		[]band{{rate, "Hz", 28.866, 0.3}, {cv, "1", 0.18717, 0.006}, {corr, "1", 0.0063, 0.0055}}},
	{"exp", 54.960220400134794, 18194.977980793316,
		neurons.LIFExp{C: 250, TauM: 20, TauEx: 0.5, TauIn: 0.5, TRef: 2, VTh: 20},
		[]band{{rate, "Hz", 29.499, 0.35}, {cv, "1", 0.18565, 0.006}, {corr, "1", 0.0063, 0.0055}}},
}

func (c brunelCurrent) run(ctx context.Context) ([]Row, error) {
	const ne, ni, g, delay = 10000, 2500, 5.0, 1.5
	net := sim.New(sim.Options{Seed: 1, Workers: 1})
	e, i := net.Populate("E", ne, c.model), net.Populate("I", ni, c.model)
	for _, target := range []*sim.Population{e, i} {
		net.Drive(target, "ex", neurons.PoissonDrive{Rate: c.hz, Weight: c.weight, Delay: delay})
		net.Connect(e, target, synapses.FixedInDegree{K: 1000}, sim.Synapse{Weight: sim.Constant(c.weight), Delay: sim.Constant(delay), Receptor: "ex"})
		net.Connect(i, target, synapses.FixedInDegree{K: 250}, sim.Synapse{Weight: sim.Constant(-g * c.weight), Delay: sim.Constant(delay), Receptor: "in"})
	}
	s, err := recordAll(ctx, net, 1200)
	if err != nil {
		return nil, err
	}
	a, err := measure(s, 0, ne, 200, 1200, 2, 1)
	return rowsOf("", []activity{a}, c.bands), err
}

// benchmarkCase is one of the networks of Brette et al. 2007, 4000 neurons for 1 s.
type benchmarkCase struct {
	network networks.VogelsAbbott
	bands   []band
}

var benchmarkCases = []benchmarkCase{
	{networks.DefaultCUBA(), []band{{all, "Hz", 5.589, 0.55}, {cv, "1", 0.5222, 0.025}, {fano, "1", 9.9, 5.5}}},
	{networks.DefaultCOBA(), []band{{all, "Hz", 19.032, 4.1}, {cv, "1", 1.5443, 0.1}, {fano, "1", 11.8, 8}}},
	{networks.DefaultCOBAHH(), []band{{all, "Hz", 35.333, 7.2}, {cv, "1", 1.9388, 0.15}, {fano, "1", 12.9, 10}}},
	{networks.DefaultVA(), []band{{all, "Hz", 17.403, 3.6}, {cv, "1", 1.4446, 0.15}, {fano, "1", 19.2, 7}}},
}

func (c benchmarkCase) run(ctx context.Context) ([]Row, error) {
	var seen []activity
	for seed := range uint64(3) {
		n, err := c.network.Build(sim.Options{Seed: 1 + seed, Workers: 1})
		if err != nil {
			return nil, err
		}
		s, err := recordAll(ctx, n.Net, 1000)
		if err != nil {
			return nil, err
		}
		a, err := measure(s, 0, int32(n.E.Size+n.I.Size), 0, 1000, 2, 5)
		if err != nil {
			return nil, err
		}
		seen = append(seen, a)
	}
	return rowsOf("", seen, c.bands), nil
}

// benchmarkParameters holds the weights, in units of the leak, and the numbers of inputs against the published
// ones: rates alone would not show a weight that is wrong by a tenth. The inputs are counted in a network built.
func benchmarkParameters(ctx context.Context) ([]Row, error) {
	var rows []Row
	for _, c := range []struct {
		network networks.VogelsAbbott
		leak    float64 // conductance [nS]
		unit    string
		we, wi  float64
	}{
		{networks.DefaultCUBA(), 10, "mV", 1.62, -9},
		{networks.DefaultCOBA(), 10, "1", 0.6, 6.7},
		{networks.DefaultCOBAHH(), 10, "1", 0.6, 6.7},
		{networks.DefaultVA(), 10, "1", 0.4, 5.1},
	} {
		n, err := c.network.Build(sim.Options{Seed: 1, Workers: 1})
		if err != nil {
			return nil, err
		}
		if err := n.Net.Build(ctx); err != nil {
			return nil, err
		}
		ex, in := 0.0, 0.0
		var weight Row // stored in single precision
		for _, p := range n.Net.Projections() {
			var w float64
			if err := p.Each(func(v sim.SynapseValue) { w = v.Weight }); err != nil {
				return nil, err
			}
			want := c.we
			if p.Source.Pop == n.I {
				want = c.wi
				in += float64(p.Synapses())
			} else {
				ex += float64(p.Synapses())
			}
			weight.keepWorse(compare("weights over the leak, "+c.network.Name, c.unit, w/c.leak, want, 1e-6*math.Abs(want)))
		}
		rows = append(rows, weight)
		size := float64(n.E.Size + n.I.Size)
		rows = append(rows, normalScore("excitatory synapses, "+c.network.Name, "1", ex, 64*size, math.Sqrt(64*size)),
			normalScore("inhibitory synapses, "+c.network.Name, "1", in, 16*size, math.Sqrt(16*size)))
	}
	return rows, nil
}

// izhikevich2003: power is that of PopulationSpectrum in counts squared, summed over lines of 1 Hz.
func izhikevich2003(ctx context.Context) ([]Row, error) {
	const from, to = 500, 10000
	const inhibitory, line, power = "rate of inhibitory neurons", "largest line, 4 to 20 Hz", "power, 20 to 100 Hz"
	var seen []activity
	for seed := range uint64(3) {
		n, err := networks.DefaultIzhikevich2003().Build(1+seed, 1)
		if err != nil {
			return nil, err
		}
		s, err := recordAll(ctx, n.Net, to)
		if err != nil {
			return nil, err
		}
		ne, size := int32(n.E.Size), int32(n.E.Size+n.I.Size)
		a, err := measure(s, 0, size, from, to, 2, 1)
		if err != nil {
			return nil, err
		}
		w := s.Window(from, to)
		a[rate] = analysis.MeanRate(w.Subset(0, ne), n.E.Size, from, to)
		a[inhibitory] = analysis.MeanRate(w.Subset(ne, size), n.I.Size, from, to)
		spectrum, err := analysis.PopulationSpectrum(w, from, to, 1, analysis.DefaultWelch())
		if err != nil {
			return nil, err
		}
		a[line], _ = spectrum.Peak(4, 20)
		a[power] = spectrum.Band(20, 100)
		seen = append(seen, a)
	}
	return rowsOf("", seen, []band{{rate, "Hz", 7.274, 0.4}, {inhibitory, "Hz", 6.669, 0.6}, {cv, "1", 0.4496, 0.014},
		{fano, "1", 3.427, 1.1}, {line, "Hz", 8, 2}, {power, "1", 2.2214e6, 5e5}}), nil
}

// microcircuit is the network of a fifth of the neurons with half of the inputs each. Scaling keeps mean
// and variance of the input, not correlations and higher moments: rates of layer 2/3, the most sensitive, come
// out 3 to 9 % low, and those of layers 5 and 6 scatter by as much between realisations.
func microcircuit(ctx context.Context) ([]Row, error) {
	reference := []struct{ rate, cv float64 }{
		{0.8627, 0.524}, {2.9578, 0.576}, {4.4062, 0.594}, {5.8708, 0.619}, {7.7231, 0.619}, {8.6254, 0.620}, {1.1253, 0.534}, {7.8368, 0.606},
	}
	m := networks.DefaultMicrocircuit()
	m.N, m.K = 0.2, 0.5
	n, err := m.Build(sim.Options{Seed: 1, Workers: 1})
	if err != nil {
		return nil, err
	}
	const from, to = 500, 1500
	s, err := recordAll(ctx, n.Net, to)
	if err != nil {
		return nil, err
	}
	if len(n.Populations) != len(reference) {
		return nil, fmt.Errorf("%d populations: want %d", len(n.Populations), len(reference))
	}
	w := s.Window(from, to)
	var rows []Row
	var irregularity Row
	for k, p := range n.Populations {
		lo, hi := int32(p.First), int32(p.First+p.Size)
		want := reference[k]
		rows = append(rows, compare("rate of "+p.Name, "Hz", analysis.MeanRate(w.Subset(lo, hi), p.Size, from, to), want.rate, 0.17*want.rate))
		v, _ := analysis.MeanCV(w, lo, hi, 2)
		irregularity.keepWorse(compare("CV of intervals, eight populations", "1", v, want.cv, 0.06))
	}
	// Without the correction the rates would be far off; so would they with the wrong number of synapses.
	rows = append(rows, irregularity,
		compare("synapses of the full network", "1", float64(networks.DefaultMicrocircuit().TotalSynapses()), 298880968, 0))
	if math.IsNaN(irregularity.Error) {
		return nil, fmt.Errorf("a population has no neuron with two intervals")
	}
	return rows, nil
}
