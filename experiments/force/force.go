// Package force trains networks while they run on their own output: the rate network of Sussillo & Abbott (2009) and the
// spiking one of Nicola & Clopath (2017).
package force

import (
	"context"
	"fmt"
	"math"

	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/networks/reservoir/tasks"
)

func init() {
	e := &experiments.Experiment{
		Name:  "force",
		Title: "FORCE learning in rate and spiking networks",
		Summary: "A network's readout is fed back and trained by recursive least squares while the network runs; then it is frozen and has to go " +
			"on alone. Rate units learn a sum of four sines; a network that is chaotic before training learns it, one that is not does " +
			"not. A network of Izhikevich or leaky integrate-and-fire neurons learns a sine of 5 Hz: a third of the time each it runs untrained, " +
			"in training and alone. Its phase drifts slowly then, so that success is judged by amplitude, frequency and shape. " +
			"With task=ode a network of Izhikevich neurons learns the first phrase of the Ode to Joy instead, five outputs for five pitches, and has to play " +
			"it on alone. At the published size, song_neurons=5000 song_duration=1000000, that takes hours; the defaults of both are less.",
		Citation: "D. Sussillo & L. F. Abbott, Generating coherent patterns of activity from chaotic neural networks, Neuron 63, 544-557, 2009; " +
			"W. Nicola & C. Clopath, Supervised learning in spiking neural networks with FORCE training, Nature Communications 8, 2208, 2017",
		Parameters: []experiments.Parameter{
			{Name: "task", Kind: experiments.Choice, Default: "sine", Choices: []string{"sine", "ode"}, Meaning: "sine: sums of sines by rate and spiking networks; ode: the Ode to Joy by a spiking network"},
			{Name: "units", Kind: experiments.Int, Default: 1000, Range: experiments.Closed(10, 5000), Meaning: "rate units"},
			{Name: "networks", Kind: experiments.Int, Default: 5, Range: experiments.Closed(1, 100), Meaning: "rate networks of the chaotic kind; one of the other"},
			{Name: "gain", Kind: experiments.Float, Default: 1.5, Range: experiments.Closed(0.1, 10), Meaning: "scale of the recurrent weights; above 1 the network is chaotic"},
			{Name: "quiet_gain", Kind: experiments.Float, Default: 0.8, Range: experiments.Closed(0.1, 10), Meaning: "the same of the network to compare with"},
			{Name: "duration", Kind: experiments.Float, Default: 1440.0, Range: experiments.Closed(10, 1e5), Meaning: "time constants of training, and of the test after it"},
			{Name: "cell", Kind: experiments.Choice, Default: "izhikevich", Choices: []string{"izhikevich", "lif"}, Meaning: "neuron of the spiking network"},
			{Name: "neurons", Kind: experiments.Int, Default: 2000, Range: experiments.Closed(10, 20000), Meaning: "spiking neurons"},
			{Name: "phase", Kind: experiments.Float, Default: 5000.0, Unit: "ms", Range: experiments.Closed(500, 1e6), Meaning: "each of the phases before, in and after training of the spiking network"},
			{Name: "frequency", Kind: experiments.Float, Default: 5.0, Unit: "Hz", Range: experiments.Closed(1, 50), Meaning: "of the sine"},
			{Name: "song_neurons", Kind: experiments.Int, Default: 2000, Range: experiments.Closed(10, 20000), Meaning: "neurons that learn the song; published 5000"},
			{Name: "song_duration", Kind: experiments.Float, Default: 200000.0, Unit: "ms", Range: experiments.Closed(4000, 1e7), Meaning: "of the song: from 1 s to 90 % training, then alone; published 1000000"},
		},
		Metrics: []experiments.Metric{
			{Name: "rate_train_error", Meaning: "chaotic rate networks: mean absolute error in the second half of training, median"},
			{Name: "rate_test_error", Meaning: "chaotic rate networks: mean absolute error after training, median"},
			{Name: "rate_success", Meaning: "fraction of the chaotic rate networks with a test error below 0.1"},
			{Name: "rate_readout", Meaning: "chaotic rate networks: length of the readout's weights, median"},
			{Name: "quiet_train_error", Meaning: "network that is not chaotic: error in the second half of training"},
			{Name: "quiet_test_error", Meaning: "network that is not chaotic: error after training"},
			{Name: "spiking_rate_before", Unit: "Hz", Meaning: "mean rate before training"},
			{Name: "spiking_rate_after", Unit: "Hz", Meaning: "mean rate after training"},
			{Name: "spiking_train_error", Meaning: "spiking network: root mean square error in the last fifth of training"},
			{Name: "spiking_error_500", Meaning: "spiking network: root mean square error in the first 500 ms alone"},
			{Name: "spiking_error_end", Meaning: "spiking network: root mean square error in the last 500 ms alone, with its drift of phase"},
			{Name: "spiking_amplitude", Meaning: "spiking network: amplitude of the output alone"},
			{Name: "spiking_frequency", Unit: "Hz", Meaning: "spiking network: frequency of the output alone"},
			{Name: "spiking_correlation", Meaning: "spiking network: correlation with the sine at the best lag, mean over seconds"},
			{Name: "spiking_correlation_all", Meaning: "spiking network: the same over the whole test at one lag"},
			{Name: "song_correlation", Meaning: "song alone: correlation of all outputs with the song at the best lag, mean over phrases"},
			{Name: "song_correlation_first", Meaning: "song alone: the same in the first phrase"},
			{Name: "song_correlation_0", Meaning: "song alone: correlation without a lag, mean over phrases"},
			{Name: "song_notes", Meaning: "song alone: fraction of notes whose pitch has the largest output, at the same lag"},
			{Name: "song_train_error", Meaning: "song: root mean square error in the last phrase of training"},
			{Name: "song_rate_before", Unit: "Hz", Meaning: "song: mean rate before training"},
			{Name: "song_rate_after", Unit: "Hz", Meaning: "song: mean rate after training"},
		},
		Figures: []experiments.FigureDoc{
			{Name: "rate_output", Caption: "Rate network: output and target at the end of training and after"},
			{Name: "rate_units", Caption: "Rates of single units without training and after it"},
			{Name: "rate_error", Caption: "Rate networks: error over time, chaotic and not"},
			{Name: "rate_readout", Caption: "Rate networks: length of the readout's weights"},
			{Name: "spiking_begin", Caption: "Spiking network: output as training begins"},
			{Name: "spiking_alone", Caption: "Spiking network: output as training ends"},
			{Name: "spiking_end", Caption: "Spiking network: output at the end of the test"},
			{Name: "spiking_error", Caption: "Spiking network: error over time"},
			{Name: "spiking_readout", Caption: "Spiking network: length of the readout's weights"},
			{Name: "song_end", Caption: "Ode to Joy: outputs and song at the end of the test"},
			{Name: "song_error", Caption: "Ode to Joy: error over time"},
			{Name: "raster_begin", Caption: "Spikes as training begins"},
			{Name: "raster_alone", Caption: "Spikes as training ends"},
		},
		Short: []string{"units=60", "networks=1", "duration=60", "neurons=60", "phase=500"},
		Check: func(v experiments.Values) error {
			// Training and test compare with whole periods of the sine.
			if p := v.Float("phase") * v.Float("frequency") / 1000; p < 2 {
				return &experiments.ParameterError{Parameter: "phase", Reason: fmt.Sprintf("holds %.3g periods of the sine: want at least 2, a phase of %.3g ms or longer", p, 2000/v.Float("frequency"))}
			}
			return nil
		},
		Run: run,
	}
	targets(e)
	experiments.Register(e)
}

func targets(e *experiments.Experiment) {
	is := func(name string, v float64) experiments.Condition { return experiments.WhenBetween(name, v, v) }
	rate := []experiments.Condition{is("units", 1000), is("gain", 1.5), is("duration", 1440)}
	quiet := []experiments.Condition{is("units", 1000), is("quiet_gain", 0.8), is("duration", 1440)}
	spiking := []experiments.Condition{experiments.WhenIs("cell", "izhikevich"), experiments.WhenBetween("neurons", 1000, 2000), is("phase", 5000), is("frequency", 5)}
	large := append([]experiments.Condition{experiments.WhenBetween("neurons", 2000, 2000)}, spiking...)
	song := []experiments.Condition{experiments.WhenIs("task", "ode"), is("song_neurons", 5000), is("song_duration", 1e6)}
	const independent = "independent implementation"
	for _, t := range []struct {
		metric    string
		value     float64
		tolerance experiments.Tolerance
		source    string
		when      []experiments.Condition
	}{
		{"song_correlation", 0.9, experiments.Minimum(0.9), "Nicola & Clopath 2017: above 0.9 after training", song},
		{"rate_train_error", 0.0023, experiments.Band(0, 0.0046), independent + ": 0.0022 to 0.0024, within a factor of two", rate},
		{"rate_test_error", 0.03, experiments.Band(0, 0.1), independent + ": 0.025 and 0.040; Sussillo & Abbott 2009: goes on alone", rate},
		{"rate_success", 1, experiments.Minimum(0.8), "Sussillo & Abbott 2009; four of five networks", append([]experiments.Condition{experiments.WhenBetween("networks", 5, math.Inf(1))}, rate...)},
		{"rate_readout", 0.175, experiments.Rel(0.5), independent + ": 0.17 to 0.18", rate},
		{"quiet_train_error", 0.52, experiments.Minimum(0.1), "Sussillo & Abbott 2009: chaos before training helps; " + independent + ": 0.52", quiet},
		{"spiking_rate_before", 5, experiments.Abs(1), independent + ": 4.9 and 5.1", spiking},
		{"spiking_rate_after", 36.5, experiments.Abs(3), independent + ": 36 to 37", spiking},
		{"spiking_train_error", 0.0125, experiments.Band(0, 0.02), independent + ", 2000 neurons: 0.010 to 0.015", large},
		{"spiking_train_error", 0.0275, experiments.Band(0, 0.035), independent + ", 1000 neurons: 0.02 to 0.035", append([]experiments.Condition{is("neurons", 1000)}, spiking...)},
		{"spiking_error_500", 0.1, experiments.Band(0, 0.25), independent + ": 0.03 to 0.18", spiking},
		{"spiking_amplitude", 0.95, experiments.Band(0.9, 1.05), independent + ": 0.95 to 0.99", spiking},
		{"spiking_frequency", 5, experiments.Abs(0.05), "frequency of the sine, within 1 %", spiking},
		{"spiking_correlation", 1, experiments.Minimum(0.97), "Nicola & Clopath 2017: the sine is reproduced; bound of the " + independent, spiking},
	} {
		e.Targets = append(e.Targets, experiments.Target{Metric: t.metric, Value: t.value, Tolerance: t.tolerance, Source: t.source, When: t.when})
	}
}

func run(ctx context.Context, r *experiments.Run) error {
	if r.Choice("task") == "ode" {
		return runSong(ctx, r)
	}
	r.Phase("train and test")
	p := newProgress(r)
	spiking := newSpiking(r)
	rates := make([]*rateStudy, r.Int("networks")+1)
	for k := range rates {
		gain := r.Float("gain")
		if k == len(rates)-1 {
			gain = r.Float("quiet_gain")
		}
		rates[k] = &rateStudy{units: r.Int("units"), gain: gain, duration: r.Float("duration"), seed: r.Seed<<16 + uint64(k)}
		p.total += rates[k].work()
	}
	p.total += spiking.work()
	if err := r.Outline(func() []experiments.Work {
		n := float64(r.Int("units"))
		all := experiments.Work{What: "rate networks", Copies: len(rates), Units: r.Int("units"), Steps: 2 * r.Float("duration") / rateStep,
			Operations: p.total - spiking.work(), Bytes: 8 * 1.1 * n * n}
		n = float64(spiking.f.Units)
		return []experiments.Work{all, {What: "spiking networks", Copies: 1, Units: spiking.f.Units, Steps: 3 * float64(spiking.phase), Operations: spiking.work(), Bytes: 8 * 1.1 * n * n}}
	}); err != nil {
		return err
	}
	// The longest job comes first.
	if err := tasks.Each(ctx, r.Workers, len(rates)+1, func(i int) error {
		if i == 0 {
			return spiking.run(ctx, p)
		}
		return rates[i-1].run(ctx, p)
	}); err != nil {
		return err
	}
	if err := reportRates(r, rates[:len(rates)-1], rates[len(rates)-1]); err != nil {
		return err
	}
	return spiking.report(r)
}
