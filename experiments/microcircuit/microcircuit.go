// Package microcircuit is the experiment of T. C. Potjans and M. Diesmann (2014): the activity of the eight
// populations below 1 mm² of cortical surface, and the standard benchmark of simulators.
package microcircuit

import (
	"context"
	"fmt"
	"math"
	"strings"

	"github.com/glia-sim/glia/analysis"
	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/networks"
	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/viz"
)

func init() {
	full := networks.DefaultMicrocircuit()
	metrics := []experiments.Metric{{Name: "rate", Unit: "Hz", Meaning: "mean rate of all neurons"}}
	for _, p := range full.Populations {
		metrics = append(metrics, experiments.Metric{Name: rateOf(p.Name), Unit: "Hz", Meaning: "mean rate of " + p.Name})
	}
	experiments.Register(&experiments.Experiment{
		Name:  "microcircuit",
		Title: "Cortical microcircuit of Potjans and Diesmann (2014)",
		Summary: "77 169 neurons in four layers, 299 million synapses with scattered weights and delays, Poisson background. Rates differ between " +
			"layers as in the awake animal, without any tuning. The default is a tenth of the neurons with a tenth of the inputs; scale 1 is the full " +
			"network, which takes 2 GB of memory.",
		Citation: "T. C. Potjans and M. Diesmann, The cell-type specific cortical microcircuit: relating structure and activity in a full-scale " +
			"spiking network model, Cereb. Cortex 24, 785-806, 2014",
		Parameters: []experiments.Parameter{
			{Name: "scale", Kind: experiments.Float, Default: 0.1, Range: experiments.Closed(0.01, 1), Meaning: "fraction of the neurons, and of the inputs of each; below 1 weights grow and a constant current stands in for the lost input"},
			{Name: "drive", Kind: experiments.Choice, Default: "poisson", Choices: []string{"poisson", "dc"}, Meaning: "background: a Poisson train for each external input, or their mean as a constant current, with which a network of scale 0.1 is silent (0.3 is not)"},
			{Name: "warmup", Kind: experiments.Float, Default: 500.0, Unit: "ms", Range: experiments.Closed(0, 1e6), Meaning: "simulated before measuring"},
			{Name: "duration", Kind: experiments.Float, Default: 1000.0, Unit: "ms", Range: experiments.Closed(10, 1e7), Meaning: "measured"},
			{Name: "dt", Kind: experiments.Float, Default: 0.1, Unit: "ms", Range: experiments.Closed(0.001, 0.5), Meaning: "resolution, a part of 0.5 ms"},
		},
		Metrics: append(metrics,
			experiments.Metric{Name: "cv_isi", Meaning: "coefficient of variation of inter-spike intervals, mean over neurons with four intervals"},
			experiments.Metric{Name: "correlation", Meaning: "correlation of spike counts in 2 ms, mean over pairs among 200 active neurons of a population, then over populations"},
			experiments.Metric{Name: "peak_frequency", Unit: "Hz", Meaning: "largest line above 20 Hz in the spectrum of the spike count of all neurons"}),
		Targets: targets(full),
		Figures: append([]experiments.FigureDoc{
			{Name: "raster", Caption: "Spikes of every layer, top to bottom as in the cortex, last 300 ms"},
			{Name: "connectivity", Caption: "Connection probabilities between the populations"},
			{Name: "rates", Caption: "Mean rates of the populations beside the published ones"},
			{Name: "distribution", Caption: "Distribution of single-neuron rates in the excitatory populations"},
			{Name: "spectrum", Caption: "Power spectrum of the spike count of all neurons"},
		}, experiments.IrregularityFigures()...),
		Whole: []string{"scale=1"},
		Short: []string{"scale=0.02", "warmup=20", "duration=200"},
		Run:   run,
	})
}

// rateOf names the metric of a population's rate: rate_l23e for L2/3E.
func rateOf(population string) string {
	return "rate_" + strings.ToLower(strings.ReplaceAll(population, "/", ""))
}

// targets are the rates that the documentation of NEST's example gives for the full network, with a margin for
// the fluctuations over a second and between realisations, and irregularity, correlation and rhythm of a
// run of NEST 3.10. For smaller networks, which fire a little less, there are none.
func targets(full networks.Microcircuit) []experiments.Target {
	when := []experiments.Condition{experiments.WhenBetween("scale", 1, 1), experiments.WhenIs("drive", "poisson"),
		experiments.WhenBetween("warmup", 300, 1e6), experiments.WhenBetween("duration", 500, 1e7), experiments.WhenBetween("dt", 0.1, 0.1)}
	var all []experiments.Target
	for _, p := range full.Populations {
		all = append(all, experiments.Target{Metric: rateOf(p.Name), Value: p.Rate, Tolerance: experiments.Abs(max(0.12, 0.05*p.Rate)),
			Source: "NEST, documentation of its Potjans-Diesmann example", When: when})
	}
	second := append(when[:len(when):len(when)], experiments.WhenBetween("duration", 900, 1100))
	const run = "NEST 3.10, full network, 1 s"
	return append(all,
		experiments.Target{Metric: "rate", Value: 3.237, Tolerance: experiments.Abs(0.1), Source: run, When: when},
		experiments.Target{Metric: "cv_isi", Value: 0.649, Tolerance: experiments.Abs(0.02), Source: run, When: second},
		experiments.Target{Metric: "correlation", Value: 0.0020, Tolerance: experiments.Abs(0.0015), Source: run, When: second},
		experiments.Target{Metric: "peak_frequency", Value: 82, Tolerance: experiments.Abs(8), Source: run, When: second})
}

func run(ctx context.Context, r *experiments.Run) error {
	r.Phase("build")
	m := networks.DefaultMicrocircuit().Scaled(r.Float("scale"))
	m.DC = r.Choice("drive") == "dc"
	n, err := m.Build(sim.Options{Seed: r.Seed, DT: r.Float("dt"), Workers: r.Workers})
	if err != nil {
		return err
	}
	course := experiments.Simulation{Net: n.Net, Warmup: r.Float("warmup"), Duration: r.Float("duration")}
	spikes, err := course.Run(ctx, r)
	if err != nil {
		return err
	}
	r.Phase("analyse")
	from, to := course.Warmup, course.Warmup+course.Duration
	return report(r, m, n, spikes.Window(from, to), from, to)
}

func report(r *experiments.Run, m networks.Microcircuit, n *networks.MicrocircuitNetwork, s analysis.Spikes, from, to float64) error {
	values := map[string]float64{"rate": analysis.MeanRate(s, m.Neurons(), from, to)}
	correlation, judged := 0.0, 0
	for _, p := range n.Populations {
		lo, hi := int32(p.First), int32(p.First+p.Size)
		values[rateOf(p.Name)] = analysis.MeanRate(s.Subset(lo, hi), p.Size, from, to)
		c, err := analysis.MeanCorrelation(s, lo, hi, from, to, analysis.CorrelationOptions{Bin: 2, PairsFrom: 200, Seed: r.Seed})
		if err != nil {
			return err
		}
		if !math.IsNaN(c.Mean) {
			correlation += c.Mean
			judged++
		}
	}
	values["correlation"] = correlation / float64(judged) // NaN where no population has two active neurons
	values["cv_isi"], _ = analysis.MeanCV(s, 0, int32(m.Neurons()), 4)
	welch := analysis.DefaultWelch()
	welch.Segment = math.Floor(min(250, to-from)) // lines 4 Hz apart: the rhythm is a broad bump, not a line
	spectrum, err := analysis.PopulationSpectrum(s, from, to, 1, welch)
	if err != nil {
		return err
	}
	values["peak_frequency"], _ = spectrum.Peak(20, 500)
	if err := r.Metrics(values); err != nil {
		return err
	}
	return draw(r, m, n, s, spectrum, from, to)
}

func draw(r *experiments.Run, m networks.Microcircuit, n *networks.MicrocircuitNetwork, s analysis.Spikes, spectrum analysis.Spectrum, from, to float64) error {
	var populations []viz.Population
	var excitatory []experiments.Population
	rates := viz.Bars{Title: "Rates of the populations", X: viz.Axis{Label: "Rate", Unit: "Hz"}, PointsName: "full network, NEST"}
	var single []viz.Sample
	ours := viz.BarGroup{Name: "this run"}
	for k, p := range n.Populations {
		populations = append(populations, viz.Population{Name: p.Name, First: int32(p.First), Size: p.Size})
		each := analysis.Rates(s, int32(p.First), int32(p.First+p.Size), from, to)
		rates.Categories, ours.Values = append(rates.Categories, p.Name), append(ours.Values, analysis.Mean(each))
		rates.Points = append(rates.Points, m.Populations[k].Rate)
		if !m.Populations[k].Inhibitory {
			single = append(single, viz.Sample{Name: p.Name, Values: each})
			excitatory = append(excitatory, experiments.Population{Name: p.Name, First: p.First, Size: p.Size})
		}
	}
	rates.Groups = []viz.BarGroup{ours}
	start := max(from, to-300)
	last := s.Window(start, to)
	if err := r.Figure("raster", "Spikes of all layers, from the surface down", viz.Raster{Title: "Cortical microcircuit", Times: last.Times, IDs: last.IDs,
		Populations: populations, Show: 2000, TopDown: true, Start: start, Stop: to, RateBin: 5, Size: viz.Size{Height: 640}}); err != nil {
		return err
	}
	if err := r.Figure("connectivity", "Probability that a pair of neurons is joined at least once, as published and built at any scale", viz.HeatMap{
		Title: "Connectivity", Values: m.Probability, Columns: rates.Categories, Rows: rates.Categories, X: viz.Axis{Label: "Source"}, Y: viz.Axis{Label: "Target"},
		Label: "Connection probability", Counts: true}); err != nil {
		return err
	}
	caption := "Mean rates of the populations and those of the full network"
	if r.Float("scale") < 1 {
		caption += fmt.Sprintf("; at scale %g the input is less Gaussian and rates are lower, most of all in layer 2/3", r.Float("scale"))
	}
	if err := r.Figure("rates", caption, rates); err != nil {
		return err
	}
	if err := r.Figure("distribution", "Rates of single excitatory neurons", viz.Histogram{Title: "Rates of excitatory neurons",
		X: viz.Axis{Label: "Rate", Unit: "Hz"}, Samples: single, Density: true}); err != nil {
		return err
	}
	if err := experiments.DrawIrregularity(r, s, excitatory, 4); err != nil {
		return err
	}
	return r.Figure("spectrum", "Power spectrum of the number of spikes per ms (Hann windows of 250 ms, half overlapping)", viz.Spectrum{Title: "Population rhythm", Unit: "spikes²", Min: 1, Max: 400,
		Series: []viz.Series{{Name: "all neurons", X: spectrum.Freq[1:], Y: spectrum.Power[1:]}}})
}
