// Package whatwhen is the joint prediction of what will happen and when by a spiking reservoir, after Yamada & Chao
// (2025): local learning of a readout against recursive least squares when the world changes, and what makes the
// reservoir stand noise.
package whatwhen

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/glia-sim/glia/experiments"
	"gonum.org/v1/gonum/stat"
)

func init() {
	e := &experiments.Experiment{
		Name:  "what-when",
		Title: "A spiking reservoir predicts what will happen, and when",
		Summary: "A cue is followed by outcome A or B after a fixed time; readouts of a heterogeneous Izhikevich network learn online to " +
			"predict both by bumps at the right time, as high as the outcome is likely. Then probability and time change: a local three-factor " +
			"rule follows within tens of trials, recursive least squares (FORCE) averages over all it has seen unless it is reset. A rule with " +
			"two pathways keeps what and when apart; to tell two cues apart by identity takes it more trials and replays than by time. The published sizes and constants are not known: the setting is a reconstruction, " +
			"which without noise shows all that is claimed but is fragile; cells that recover slowly make it robust, with stronger drive and " +
			"somewhat slower traces; without slow recovery none of these helps, nor finer integration, weaker recurrence or more neurons.",
		Citation: "Y. Yamada & Z. C. Chao, arXiv:2510.14382 (Communications Biology, 2026)",
		Parameters: []experiments.Parameter{
			{Name: "units", Kind: experiments.Int, Default: 500, Range: experiments.Closed(20, 20000), Meaning: "neurons, four fifths of them excitatory"},
			{Name: "excitation", Kind: experiments.Float, Default: 0.5, Range: experiments.Range{Min: 0, OpenMin: true, Max: 10}, Meaning: "largest excitatory weight [mV/ms] at 500 neurons; inhibitory ones are four times as large"},
			{Name: "noise", Kind: experiments.Float, Default: 0.0, Range: experiments.Closed(0, 100), Meaning: "standard deviation of a current drawn for each neuron every ms [mV/ms]"},
			{Name: "cue", Kind: experiments.Float, Default: 10.0, Range: experiments.Closed(0, 1000), Meaning: "currents of the cue are uniform between this and twice it [mV/ms]"},
			{Name: "decay", Kind: experiments.Float, Unit: "ms", Default: 40.0, Range: experiments.Closed(6, 10000), Meaning: "decay of the traces, which rise with 5 ms"},
			{Name: "substeps", Kind: experiments.Int, Default: 0, Range: experiments.Closed(0, 100), Meaning: "steps of integration per ms; 0 for the published scheme"},
			{Name: "recovery", Kind: experiments.Float, Unit: "ms", Default: 50.0, Range: experiments.Closed(50, 100000), Meaning: "slowest recovery of excitatory cells, uniform from 50 ms on"},
			{Name: "drive", Kind: experiments.Float, Default: 1.0, Range: experiments.Closed(0, 100), Meaning: "factor of the tonic bias, which is 3 to 8 and 1 to 4 mV/ms"},
			{Name: "trials", Kind: experiments.Int, Default: 120, Range: experiments.Closed(2, 100000), Meaning: "trials of each phase"},
			{Name: "rate", Kind: experiments.Float, Default: 0.05, Range: experiments.Range{Min: 0, OpenMin: true, Max: 2, OpenMax: true}, Meaning: "online learning rate of the local rule"},
			{Name: "what_rate", Kind: experiments.Float, Default: 0.1, Range: experiments.Range{Min: 0, OpenMin: true, Max: 2, OpenMax: true}, Meaning: "learning rate of the what pathway"},
			{Name: "cue_trials", Kind: experiments.Int, Default: 200, Range: experiments.Closed(2, 100000), Meaning: "trials of each of two cues, on the mean, in the training of the two pathways"},
			{Name: "replays", Kind: experiments.Int, Default: 5, Range: experiments.Closed(1, 1000), Meaning: "replays of an outcome in the what pathway"},
			{Name: "realisations", Kind: experiments.Int, Default: 4, Range: experiments.Closed(1, 1000), Meaning: "networks and sequences of trials to average over"},
			{Name: "noise_realisations", Kind: experiments.Int, Default: 2, Range: experiments.Closed(1, 1000), Meaning: "the same for the measurement of robustness"},
			{Name: "noise_trials", Kind: experiments.Int, Default: 120, Range: experiments.Closed(2, 100000), Meaning: "trials of that measurement"},
		},
		Figures: []experiments.FigureDoc{
			{Name: "predictions", Caption: "Learned predictions before and after the change"},
			{Name: "probability", Caption: "Height of the prediction over the probability of the outcome"},
			{Name: "relearning", Caption: "Old and new prediction in the trials after the change, by rule"},
			{Name: "two_cues", Caption: "Predictions of the two-pathway rule for two cues"},
			{Name: "noise", Caption: "Height of the prediction over noise, for the reference and the robust setting"},
		},
		Short: []string{"units=60", "trials=3", "cue_trials=3", "realisations=1", "noise_realisations=1", "noise_trials=2"},
		Run:   run,
	}
	declare(e)
	experiments.Register(e)
}

// within are trials after the change at which the courses are held against the reference.
const soon, later = 20, 50

func declare(e *experiments.Experiment) {
	reference := []experiments.Condition{
		experiments.WhenBetween("units", 500, 500), experiments.WhenBetween("excitation", 0.5, 0.5), experiments.WhenBetween("noise", 0, 0),
		experiments.WhenBetween("cue", 10, 10), experiments.WhenBetween("decay", 40, 40), experiments.WhenBetween("substeps", 0, 0),
		experiments.WhenBetween("recovery", 50, 50), experiments.WhenBetween("drive", 1, 1), experiments.WhenBetween("trials", 120, 120),
		experiments.WhenBetween("rate", 0.05, 0.05), experiments.WhenBetween("what_rate", 0.1, 0.1)}
	robust := []experiments.Condition{experiments.WhenBetween("units", 500, 500), experiments.WhenBetween("rate", 0.05, 0.05), experiments.WhenBetween("noise_trials", 80, 1000)}
	const (
		run   = "independent implementation of the reconstruction, two networks"
		claim = "Yamada & Chao 2025, claim; bound from the reconstruction"
		exact = "recursive least squares is the running mean (analytic)"
	)
	when := reference
	add := func(name, unit, meaning, source string, value float64, tolerance experiments.Tolerance) {
		e.Metrics = append(e.Metrics, experiments.Metric{Name: name, Unit: unit, Meaning: meaning})
		if source != "" {
			e.Targets = append(e.Targets, experiments.Target{Metric: name, Value: value, Tolerance: tolerance, Source: source, When: when})
		}
	}
	add("rate", "Hz", "mean firing rate", run, 14.5, experiments.Abs(1.5))
	add("latency_500", "ms", "time of the largest prediction, A, before the change", claim, 500, experiments.Abs(15))
	add("latency_700", "ms", "time of the largest prediction, B, after the change", claim, 700, experiments.Abs(15))
	add("amplitude_a", "", "prediction of A (p = 0.7) at 500 ms, last trials before the change", run, 0.63, experiments.Abs(0.1))
	add("amplitude_b", "", "prediction of B (p = 0.3) at 500 ms, last trials before the change", run, 0.38, experiments.Abs(0.1))
	add("amplitude_sum", "", "both together", claim, 1, experiments.Band(0.85, 1.1))
	add("rls_a", "", "prediction of A at 500 ms by recursive least squares before the change", run, 0.69, experiments.Abs(0.1))
	add("rls_b", "", "prediction of B at 500 ms by recursive least squares before the change", run, 0.31, experiments.Abs(0.1))
	add("slope", "", "slope of the prediction of A over its probability", claim, 1, experiments.Band(0.8, 1.1))
	add("slope_correlation", "", "correlation of the prediction of A with its probability", claim, 1, experiments.Minimum(0.9))
	add("new_over_old", "", "local rule, 20 trials after the change: prediction of B at 700 ms less that at 500 ms", claim, 0.15, experiments.Minimum(0))
	add("old_after_50", "", "local rule, 50 trials after the change: old prediction of A at 500 ms", claim, 0.1, experiments.Band(-0.15, 0.15))
	add("rls_old_after_50", "", "recursive least squares, 50 trials after the change: old prediction of A at 500 ms", claim, 0.47, experiments.Minimum(0.4))
	add("rls_deviation", "", "largest distance of that course from p n/(n + m), p as it happened", exact, 0, experiments.Abs(0.04))
	add("reset_old_after_20", "", "with P reset at the change, 20 trials later: old prediction of A", claim, 0, experiments.Band(-0.15, 0.15))
	add("reset_new_after_20", "", "with P reset at the change, 20 trials later: new prediction of B at 700 ms", claim, 0.7, experiments.Minimum(0.4))
	add("cosine_ab", "", "cosine of the weights for A and B, one pathway, local rule, without the mean state", claim, 0.95, experiments.Minimum(0.5))
	add("cosine_ab_rls", "", "the same for recursive least squares", claim, 0.67, experiments.Minimum(0.5))
	add("cosine_what_when", "", "largest cosine of the what and the when pathway, without the mean state", claim, 0, experiments.Band(0, 0.3))
	add("latency_cue_1", "ms", "two pathways: time of the largest prediction after cue 1 (500 ms)", claim, 500, experiments.Abs(15))
	add("latency_cue_2", "ms", "two pathways: time of the largest prediction after cue 2 (700 ms)", claim, 700, experiments.Abs(15))
	add("cue_1_a", "", "two pathways: prediction of A after cue 1 (p = 0.7)", claim, 0.7, experiments.Band(0.55, 0.75))
	add("cue_2_b", "", "two pathways: prediction of B after cue 2 (p = 0.7)", claim, 0.7, experiments.Band(0.55, 0.75))
	add("ungated_baseline", "", "mean size of the prediction before the cue, gate always open", "", 0, experiments.Tolerance{})
	add("gated_baseline", "", "mean size of the prediction before the cue, gate open from the cue on", "", 0, experiments.Tolerance{})
	add("shut_amplitude", "", "prediction of A with the gate shut", claim, 0, experiments.Abs(1e-12))
	when = robust
	add("noise_002_reference", "", "prediction of A at noise 0.02, reference", "", 0, experiments.Tolerance{})
	add("noise_010_reference", "", "prediction of A at noise 0.1, reference", "", 0, experiments.Tolerance{})
	add("noise_010_robust", "", "prediction of A at noise 0.1, robust setting", "what is claimed without noise, held at noise 0.1", 0.65, experiments.Band(0.55, 0.75))
	add("noise_050_robust", "", "prediction of A at noise 0.5, robust setting", "", 0, experiments.Tolerance{})
	add("noise_010_ratio", "", "A over B at noise 0.1, robust setting (7/3)", "what is claimed without noise, held at noise 0.1", 7./3, experiments.Band(1.5, 4))
	add("noise_010_latency", "ms", "time of the largest prediction at noise 0.1, robust setting", "what is claimed without noise, held at noise 0.1", 500, experiments.Abs(15))
}

func run(ctx context.Context, r *experiments.Run) error {
	r.Count(func(c *experiments.Counters) { c.Neurons, c.DT = r.Int("units"), 1 })
	s := newStudy(r)
	if err := s.measure(ctx); err != nil {
		return err
	}
	if err := s.report(r); err != nil {
		return err
	}
	return s.draw(r)
}

// after is the probe of a course some trials after the change, or its last.
func (s *study) after(l *relearning, trials int) probe {
	return l.Course[min(s.r.Int("trials")+trials, len(l.Course))-1]
}

// deviation is how far the old prediction of recursive least squares strays from the running mean.
func (s *study) deviation(m *realisation) float64 {
	n := s.r.Int("trials")
	start := m.RLS.Course[n-1].A500 // contains the share of A as it happened
	worst := 0.0
	for k := n; k < 2*n; k++ {
		worst = max(worst, math.Abs(m.RLS.Course[k].A500-start*float64(n)/float64(k+1)))
	}
	return worst
}

func (s *study) report(r *experiments.Run) error {
	over := func(f func(*realisation) float64) float64 { return mean(s.over(f)) }
	values := map[string]float64{
		"rate":               over(func(m *realisation) float64 { return m.Rate }),
		"latency_500":        over(func(m *realisation) float64 { return peak(m.Local.Before[0]) }),
		"latency_700":        over(func(m *realisation) float64 { return peak(m.Local.After[1]) }),
		"amplitude_a":        over(func(m *realisation) float64 { return m.Local.Mean[0][0] }),
		"amplitude_b":        over(func(m *realisation) float64 { return m.Local.Mean[0][1] }),
		"rls_a":              over(func(m *realisation) float64 { return m.RLS.Mean[0][0] }),
		"rls_b":              over(func(m *realisation) float64 { return m.RLS.Mean[0][1] }),
		"new_over_old":       over(func(m *realisation) float64 { p := s.after(&m.Local, soon); return p.B700 - p.B500 }),
		"old_after_50":       over(func(m *realisation) float64 { return s.after(&m.Local, later).A500 }),
		"rls_old_after_50":   over(func(m *realisation) float64 { return s.after(&m.RLS, later).A500 }),
		"rls_deviation":      over(s.deviation),
		"reset_old_after_20": over(func(m *realisation) float64 { return s.after(&m.Reset, soon).A500 }),
		"reset_new_after_20": over(func(m *realisation) float64 { return s.after(&m.Reset, soon).B700 }),
		"cosine_ab":          over(func(m *realisation) float64 { return m.CosAB }),
		"cosine_ab_rls":      over(func(m *realisation) float64 { return m.CosRLS }),
		"cosine_what_when":   over(func(m *realisation) float64 { return m.CosWhatWhen }),
		"latency_cue_1":      over(func(m *realisation) float64 { return m.TwoPeaks[0] }),
		"latency_cue_2":      over(func(m *realisation) float64 { return m.TwoPeaks[1] }),
		"cue_1_a":            over(func(m *realisation) float64 { return m.TwoAmplitudes[0][0] }),
		"cue_2_b":            over(func(m *realisation) float64 { return m.TwoAmplitudes[1][1] }),
		"ungated_baseline":   over(func(m *realisation) float64 { return m.Baselines[always] }),
		"gated_baseline":     over(func(m *realisation) float64 { return m.Baselines[windowed] }),
		"shut_amplitude":     over(func(m *realisation) float64 { return m.Gated[never] }),
	}
	values["amplitude_sum"] = values["amplitude_a"] + values["amplitude_b"]
	var p, a []float64
	for _, m := range s.of {
		p, a = append(p, probabilities...), append(a, m.Amplitudes...)
	}
	_, values["slope"] = stat.LinearRegression(p, a, nil, false)
	values["slope_correlation"] = stat.Correlation(p, a, nil)
	for _, n := range s.points {
		if n.name != "reference" && n.name != "robust" {
			continue
		}
		name := fmt.Sprintf("noise_%03.0f_", 100*n.circuit.noise)
		if declared(r.Experiment(), name+n.name) {
			values[name+n.name] = mean(n.amplitude)
		}
		if n.name == "robust" && n.circuit.noise == 0.1 {
			values[name+"ratio"], values[name+"latency"] = mean(n.amplitude)/mean(n.other), mean(n.latency)
		}
	}
	return r.Metrics(values)
}

func declared(e *experiments.Experiment, metric string) bool {
	return slices.ContainsFunc(e.Metrics, func(m experiments.Metric) bool { return m.Name == metric })
}
