// Package izhikevich2003 is the network of E. M. Izhikevich (2003): a thousand simple model neurons
// with thalamic noise show rhythms in the alpha and gamma range.
package izhikevich2003

import (
	"context"

	"github.com/glia-sim/glia/analysis"
	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/networks"
	"github.com/glia-sim/glia/viz"
)

func init() {
	published := []experiments.Condition{experiments.WhenBetween("neurons", 1000, 1000), experiments.WhenBetween("duration", 5000, 1e9)}
	// Mean and scatter over three seeds of an independent implementation of the listing, 0.5 to 10 s.
	const source = "listing of Izhikevich 2003, independent implementation, 3 seeds"
	experiments.Register(&experiments.Experiment{
		Name:  "izhikevich2003",
		Title: "A thousand Izhikevich neurons with thalamic noise",
		Summary: "800 excitatory and 200 inhibitory neurons of varied types, all joined to all with random weights, driven by noise. " +
			"Without any tuning the network shows episodes of alpha and gamma rhythm.",
		Citation: "E. M. Izhikevich, Simple model of spiking neurons, IEEE Transactions on Neural Networks 14, 1569-1572, 2003",
		Parameters: []experiments.Parameter{
			{Name: "neurons", Kind: experiments.Int, Default: 1000, Range: experiments.Closed(10, 20000), Meaning: "neurons, a fifth of them inhibitory; weights are scaled to keep the total input"},
			{Name: "warmup", Kind: experiments.Float, Default: 500.0, Unit: "ms", Range: experiments.NonNegative(), Meaning: "simulated before measuring"},
			{Name: "duration", Kind: experiments.Float, Default: 9500.0, Unit: "ms", Range: experiments.Closed(100, 1e9), Meaning: "measured"},
			{Name: "dt", Kind: experiments.Float, Default: 1.0, Unit: "ms", Range: experiments.Closed(1, 1), Meaning: "resolution; the published scheme has 1 ms, with two half steps for v"},
		},
		Metrics: []experiments.Metric{
			{Name: "rate", Unit: "Hz", Meaning: "mean rate of all neurons"},
			{Name: "rate_excitatory", Unit: "Hz", Meaning: "mean rate of the excitatory neurons"},
			{Name: "rate_inhibitory", Unit: "Hz", Meaning: "mean rate of the inhibitory neurons"},
			{Name: "cv_isi", Meaning: "coefficient of variation of inter-spike intervals, mean over neurons with two intervals"},
			{Name: "alpha_peak", Unit: "Hz", Meaning: "largest line between 4 and 20 Hz"},
			{Name: "gamma_peak", Unit: "Hz", Meaning: "largest line between 20 and 100 Hz"},
		},
		Targets: []experiments.Target{
			{Metric: "rate", Value: 7.15, Tolerance: experiments.Abs(0.25), Source: source, When: published},
			{Metric: "rate_excitatory", Value: 7.27, Tolerance: experiments.Abs(0.25), Source: source, When: published},
			{Metric: "rate_inhibitory", Value: 6.67, Tolerance: experiments.Abs(0.35), Source: source, When: published},
			{Metric: "cv_isi", Value: 0.45, Tolerance: experiments.Abs(0.02), Source: source, When: published},
			{Metric: "alpha_peak", Value: 8, Tolerance: experiments.Abs(2), Source: source, When: published},
			{Metric: "gamma_peak", Value: 33, Tolerance: experiments.Abs(8), Source: source + ": 30, 31 and 36 Hz", When: published},
		},
		Figures: append([]experiments.FigureDoc{
			{Name: "raster", Caption: "Spikes of the first second"},
			{Name: "membrane", Caption: "Membrane potential and recovery of an excitatory cell"},
			{Name: "phase-plane", Caption: "The same cell in the phase plane, with nullclines and flow"},
			{Name: "spectrum", Caption: "Power spectrum of the population's spike count: alpha and gamma"},
		}, experiments.IrregularityFigures()...),
		Short: []string{"neurons=300", "warmup=100", "duration=1000"},
		Run:   run,
	})
}

func run(ctx context.Context, r *experiments.Run) error {
	r.Phase("build")
	n, err := networks.DefaultIzhikevich2003().Scaled(r.Int("neurons")).Build(r.Seed, r.Workers)
	if err != nil {
		return err
	}
	watched := watch(n, min(1000, r.Float("warmup")+r.Float("duration")))
	course := experiments.Simulation{Net: n.Net, Warmup: r.Float("warmup"), Duration: r.Float("duration")}
	spikes, err := course.Run(ctx, r)
	if err != nil {
		return err
	}
	r.Phase("analyse")
	from, to := course.Warmup, course.Warmup+course.Duration
	s := spikes.Window(from, to)
	ne, all := int32(n.E.Size), int32(n.E.Size+n.I.Size)
	cv, _ := analysis.MeanCV(s, 0, all, 2)
	welch := analysis.DefaultWelch()
	welch.Segment = min(welch.Segment, to-from) // a short run has coarser lines
	spectrum, err := analysis.PopulationSpectrum(s, from, to, 1, welch)
	if err != nil {
		return err
	}
	alpha, _ := spectrum.Peak(4, 20)
	gamma, _ := spectrum.Peak(20, 100)
	if err := r.Metrics(map[string]float64{
		"rate":            analysis.MeanRate(s, int(all), from, to),
		"rate_excitatory": analysis.MeanRate(s.Subset(0, ne), n.E.Size, from, to),
		"rate_inhibitory": analysis.MeanRate(s.Subset(ne, all), n.I.Size, from, to),
		"cv_isi":          cv, "alpha_peak": alpha, "gamma_peak": gamma}); err != nil {
		return err
	}
	stop := min(1000, to)
	first := spikes.Window(0, stop)
	if err := r.Figure("raster", "All neurons in the first second, from the start: the network settles from its uniform initial state", viz.Raster{
		Title: "Izhikevich 2003", Times: first.Times, IDs: first.IDs, Start: 0, Stop: stop,
		Populations: []viz.Population{{Name: "excitatory", First: 0, Size: n.E.Size}, {Name: "inhibitory", First: ne, Size: n.I.Size}}}); err != nil {
		return err
	}
	if err := watched.draw(r, first); err != nil {
		return err
	}
	if err := r.Figure("spectrum", "Power spectrum of the number of spikes per ms (Hann windows of 1 s, half overlapping)", viz.Spectrum{
		Title: "Population rhythm", Unit: "spikes²", Series: []viz.Series{{Name: "all neurons", X: spectrum.Freq[1:], Y: spectrum.Power[1:]}}, Min: 1, Max: 120}); err != nil {
		return err
	}
	return experiments.DrawIrregularity(r, s, r.Populations(), 2)
}
