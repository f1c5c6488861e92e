// Package brunel is the experiment of N. Brunel (2000): the four states of a sparsely connected
// network of excitatory and inhibitory integrate-and-fire neurons.
package brunel

import (
	"context"
	"fmt"
	"math"

	"github.com/glia-sim/glia/analysis"
	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/networks"
	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/viz"
)

func init() {
	var names []string
	meaning := "state of the network, sets g and eta:"
	for _, r := range networks.BrunelRegimes {
		names = append(names, r.Name)
		meaning += fmt.Sprintf(" %s %s (g %g, eta %g);", r.Name, r.Meaning, r.G, r.Eta)
	}
	experiments.Register(&experiments.Experiment{
		Name:  "brunel",
		Title: "Sparse random network of excitatory and inhibitory neurons in four states",
		Summary: "12 500 leaky integrate-and-fire neurons with delta synapses, a tenth of all pairs joined. Relative inhibition and external " +
			"drive decide whether the network fires synchronously or not, regularly or not.",
		Citation: "N. Brunel, Dynamics of sparsely connected networks of excitatory and inhibitory spiking neurons, J. Comput. Neurosci. 8, 183-208, 2000",
		Parameters: []experiments.Parameter{
			{Name: "regime", Kind: experiments.Choice, Default: "AI", Choices: names, Meaning: meaning[:len(meaning)-1]},
			{Name: "v_reset", Kind: experiments.Float, Default: 10.0, Unit: "mV", Range: experiments.Closed(-100, 19.9), Meaning: "reset potential: 10 in the paper, 0 in NEST's example; rest is 0, threshold 20"},
			{Name: "g", Kind: experiments.Float, Default: 0.0, Range: experiments.Closed(0, 100), Meaning: "relative strength of inhibition; 0: that of the regime"},
			{Name: "eta", Kind: experiments.Float, Default: 0.0, Range: experiments.Closed(0, 100), Meaning: "external rate over threshold rate; 0: that of the regime"},
			{Name: "neurons", Kind: experiments.Int, Default: 12500, Range: experiments.Closed(50, 1000000), Meaning: "neurons, a fifth of them inhibitory; each hears a tenth of the others"},
			{Name: "warmup", Kind: experiments.Float, Default: 200.0, Unit: "ms", Range: experiments.Closed(0, 1e6), Meaning: "simulated before measuring"},
			{Name: "duration", Kind: experiments.Float, Default: 1000.0, Unit: "ms", Range: experiments.Closed(20, 1e7), Meaning: "measured"},
			{Name: "dt", Kind: experiments.Float, Default: 0.1, Unit: "ms", Range: experiments.Closed(0.001, 1.5), Meaning: "resolution"},
		},
		Metrics: []experiments.Metric{
			{Name: "rate", Unit: "Hz", Meaning: "mean rate of the excitatory neurons"},
			{Name: "rate_inhibitory", Unit: "Hz", Meaning: "mean rate of the inhibitory neurons"},
			{Name: "cv_isi", Meaning: "coefficient of variation of the excitatory neurons' inter-spike intervals, mean over neurons with two intervals"},
			{Name: "correlation", Meaning: "mean correlation of the spike counts, in bins of 2 ms, of pairs of 200 excitatory neurons"},
			{Name: "fano_factor", Meaning: "Fano factor of the excitatory population's spike count per ms"},
			{Name: "peak_frequency", Unit: "Hz", Meaning: "largest line above 5 Hz in the spectrum of the population's rate"},
		},
		Targets: targets(),
		Figures: append([]experiments.FigureDoc{
			{Name: "raster", Caption: "Spikes of 100 neurons and population rates, last 200 ms"},
			experiments.MembraneFigure(),
			{Name: "rates", Caption: "Distribution of single-neuron rates"},
			{Name: "spectrum", Caption: "Power spectrum of the excitatory population's spike count"},
		}, experiments.IrregularityFigures()...),
		Short: []string{"neurons=500", "warmup=20", "duration=100"},
		Run:   run,
	})
}

// targets are the values of NEST 3.10 on the same network (mean of seeds, delta synapses), with a
// margin of a few times their scatter.
func targets() []experiments.Target {
	var t []experiments.Target
	for _, k := range []struct {
		regime               string
		reset                float64
		rate, dRate, cv, dCV float64
	}{
		{"AI", 10, 37.71, 0.8, 0.4228, 0.01},
		{"SI-fast", 10, 58.34, 1.2, 0.789, 0.12}, // the CV scatters by 0.06 between networks
		{"SI-slow", 10, 5.71, 0.4, 0.516, 0.03},
		{"AI", 0, 32.06, 0.3, 0.1737, 0.006},
		{"SR", 0, 192.30, 0.5, 0.0464, 0.003},
		{"SI-fast", 0, 49.57, 0.5, 0.2052, 0.008},
		{"SI-slow", 0, 5.45, 1.0, 0.4517, 0.04},
	} {
		when := []experiments.Condition{experiments.WhenIs("regime", k.regime), experiments.WhenBetween("v_reset", k.reset, k.reset),
			experiments.WhenBetween("neurons", 12500, 12500), experiments.WhenBetween("g", 0, 0), experiments.WhenBetween("eta", 0, 0),
			experiments.WhenBetween("duration", 500, 2000), experiments.WhenBetween("dt", 0.1, 0.1)}
		source := "NEST 3.10, iaf_psc_delta, same network"
		t = append(t, experiments.Target{Metric: "rate", Value: k.rate, Tolerance: experiments.Abs(k.dRate), Source: source, When: when},
			experiments.Target{Metric: "cv_isi", Value: k.cv, Tolerance: experiments.Abs(k.dCV), Source: source, When: when})
	}
	return t
}

func describe(v experiments.Values) networks.Brunel {
	b := networks.DefaultBrunel(networks.BrunelRegimes[0])
	for _, r := range networks.BrunelRegimes {
		if r.Name == v.Choice("regime") {
			b = networks.DefaultBrunel(r)
		}
	}
	b = b.Scaled(v.Int("neurons"))
	if g := v.Float("g"); g > 0 {
		b.G = g
	}
	if eta := v.Float("eta"); eta > 0 {
		b.Eta = eta
	}
	b.VReset = v.Float("v_reset")
	return b
}

func run(ctx context.Context, r *experiments.Run) error {
	r.Phase("build")
	n, err := describe(r.Values).Build(sim.Options{Seed: r.Seed, DT: r.Float("dt"), Workers: r.Workers})
	if err != nil {
		return err
	}
	course := experiments.Simulation{Net: n.Net, Warmup: r.Float("warmup"), Duration: r.Float("duration")}
	from, to := course.Warmup, course.Warmup+course.Duration
	membrane := experiments.WatchMembrane(n.Net, max(from, to-200), to, n.E, n.I)
	spikes, err := course.Run(ctx, r)
	if err != nil {
		return err
	}
	if err := measure(r, n, spikes, from, to); err != nil {
		return err
	}
	return membrane.Draw(r, "Membrane potentials of an excitatory and an inhibitory neuron; at the threshold a neuron spikes and is reset", viz.RefLine{Value: 20, Label: "threshold"})
}

func measure(r *experiments.Run, n *networks.BrunelNetwork, spikes analysis.Spikes, from, to float64) error {
	r.Phase("analyse")
	s := spikes.Window(from, to)
	ne := int32(n.E.Size)
	e, i := s.Subset(0, ne), s.Subset(ne, ne+int32(n.I.Size))
	cv, _ := analysis.MeanCV(s, 0, ne, 2)
	corr, err := analysis.MeanCorrelation(s, 0, ne, from, to, analysis.CorrelationOptions{Bin: 2, PairsFrom: 200, Seed: r.Seed})
	if err != nil {
		return err
	}
	fano, err := analysis.PopulationFano(e, from, to, 1)
	if err != nil {
		return err
	}
	welch := analysis.DefaultWelch()
	welch.Segment = min(welch.Segment, to-from) // a short run has coarser lines
	spectrum, err := analysis.PopulationSpectrum(e, from, to, 1, welch)
	if err != nil {
		return err
	}
	peak, _ := spectrum.Peak(5, 500)
	if err := r.Metrics(map[string]float64{
		"rate": analysis.MeanRate(e, n.E.Size, from, to), "rate_inhibitory": analysis.MeanRate(i, n.I.Size, from, to),
		"cv_isi": cv, "correlation": corr.Mean, "fano_factor": fano, "peak_frequency": peak}); err != nil {
		return err
	}
	start := max(from, to-200)
	last := spikes.Window(start, to)
	if err := r.Figure("raster", "Spikes of 80 excitatory and 20 inhibitory neurons and the population rates", viz.Raster{
		Title: "Brunel network, " + r.Choice("regime"), Times: last.Times, IDs: last.IDs, Start: start, Stop: to, Show: 100,
		Populations: []viz.Population{{Name: "E", First: 0, Size: n.E.Size}, {Name: "I", First: ne, Size: n.I.Size}}}); err != nil {
		return err
	}
	if err := r.Figure("rates", "Rates of single neurons", viz.Histogram{Title: "Rates", X: viz.Axis{Label: "Rate", Unit: "Hz"}, Density: true,
		Samples: []viz.Sample{{Name: "E", Values: analysis.Rates(s, 0, ne, from, to)}, {Name: "I", Values: analysis.Rates(s, ne, ne+int32(n.I.Size), from, to)}}}); err != nil {
		return err
	}
	if err := experiments.DrawIrregularity(r, s, r.Populations(), 2); err != nil {
		return err
	}
	// Shorter segments than those of the metric: their mean shows the shape, where single lines scatter.
	welch.Segment = min(welch.Segment, math.Floor((to-from)/5))
	smooth, err := analysis.PopulationSpectrum(e, from, to, 1, welch)
	if err != nil {
		return err
	}
	return r.Figure("spectrum", fmt.Sprintf("Power spectrum of the excitatory spike count per ms (Hann windows of %g ms, half overlapping)", welch.Segment), viz.Spectrum{
		Title: "Population rhythm", Unit: "spikes²", Series: []viz.Series{{Name: "E", X: smooth.Freq[1:], Y: smooth.Power[1:]}}})
}
