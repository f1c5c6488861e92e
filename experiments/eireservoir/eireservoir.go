// Package eireservoir is the excitatory-inhibitory rate reservoir of Srinivasan, Plenz & Girvan (2025): memory and
// nonlinear prediction over the global balance, and what local adaptation of inhibition adds.
package eireservoir

import (
	"context"
	"fmt"
	"math"
	"strings"

	"github.com/glia-sim/glia/experiments"
)

// The settings that are compared. The reference values are means over four realisations of an independent
// implementation of the same reconstruction, since the publication's own tables and settings are not public.
var (
	balances = []balance{
		{-6, 8.1, 0.716, 0.23}, {-3, 8.4, 0.681, 0.32}, {-2, 8.6, 0.654, 0.36}, {-1, 8.6, 0.669, 0.43}, {0, 8.3, 0.697, 0.51},
		{1, 8.1, 0.738, 0.62}, {2, 7.1, 0.815, 0.75}, {3, 5.6, 0.828, 0.87}, {6, 1.8, 0.845, 0.99}}
	targets = []balance{{0.1, 7.7, 0.675, 0.20}, {0.3, 11.2, 0.443, 0.32}, {0.5, 11.7, 0.433, 0.505}, {0.7, 8.6, 0.671, 0.70}, {0.9, 4.5, 0.808, 0.90}}
	mixed   = balance{math.NaN(), 9.7, 0.502, 0.51}
)

// balance is a setting, by its beta or target rate, with its reference values.
type balance struct{ at, mc, nrmse, rate float64 }

// betaName is the end of a metric's name: "beta_minus2".
func betaName(beta float64) string {
	return "beta_" + strings.Replace(fmt.Sprintf("%g", beta), "-", "minus", 1)
}

func rateName(rate float64) string { return fmt.Sprintf("rate_%.0f", 100*rate) }

func init() {
	e := &experiments.Experiment{
		Name:  "ei-reservoir",
		Title: "A reservoir under Dale's law: balance and adaptive inhibition",
		Summary: "Sigmoid units, four fifths excitatory, over a sweep of the global balance beta between excitation and inhibition; then each " +
			"unit adapts the inhibition it receives to a target rate of its own. Memory capacity and the error in predicting NARMA-10 show an " +
			"optimum at slight over-inhibition, collapse by saturation under excitation, and a clear gain by adaptation. " +
			"A spiking network of the same construction has the same optimum, but loses memory when its inhibition adapts: most to one common rate, little to rates of each neuron, and by a gain " +
			"of each neuron, the rule of the rate network, less than synapse by synapse. " +
			"The publication's sizes and rates are not public: targets are of an independent implementation of the same reconstruction.",
		Citation: "K. Srinivasan, D. Plenz & M. Girvan, Boosting reservoir computing with brain-inspired adaptive control of E-I balance, " +
			"Nature Communications, 2025 (arXiv:2504.12480)",
		Parameters: []experiments.Parameter{
			{Name: "units", Kind: experiments.Int, Default: 100, Range: experiments.Closed(10, 5000), Meaning: "units, four fifths of them excitatory"},
			{Name: "density", Kind: experiments.Float, Default: 0.3, Range: experiments.Range{Min: 0, OpenMin: true, Max: 1}, Meaning: "probability of a connection; below 500 units 0.1 leaves some without inhibition"},
			{Name: "strength", Kind: experiments.Float, Default: 4.0, Range: experiments.Range{Min: 3, OpenMin: true, Max: 100}, Meaning: "mean summed excitation and inhibition of a unit at balance 0"},
			{Name: "input_scale", Kind: experiments.Float, Default: 0.5, Range: experiments.Closed(0, 100), Meaning: "input weights are uniform between minus and plus this"},
			{Name: "realisations", Kind: experiments.Int, Default: 8, Range: experiments.Closed(1, 1000), Meaning: "networks and input series to average over"},
			{Name: "adaptation_steps", Kind: experiments.Int, Default: 4000, Range: experiments.Closed(100, 1e6), Meaning: "steps of adaptation before training"},
			{Name: "adaptation_rate", Kind: experiments.Float, Default: 0.05, Range: experiments.Range{Min: 0, OpenMin: true, Max: 1}, Meaning: "change of inhibitory gain per step and unit of rate error"},
			{Name: "train", Kind: experiments.Int, Default: 2500, Range: experiments.Closed(50, 1e6), Meaning: "steps of training, after 200 of wash-out"},
			{Name: "test", Kind: experiments.Int, Default: 1500, Range: experiments.Closed(50, 1e6), Meaning: "steps of testing"},
			{Name: "spiking_units", Kind: experiments.Int, Default: 500, Range: experiments.Closed(10, 5000), Meaning: "neurons of the spiking network"},
			{Name: "spiking_realisations", Kind: experiments.Int, Default: 3, Range: experiments.Closed(1, 1000), Meaning: "spiking networks to average over"},
			{Name: "spiking_input", Kind: experiments.Float, Default: 0.5, Range: experiments.Closed(0, 100), Meaning: "input currents of the spiking network are uniform between minus and plus this [rheobases]"},
			{Name: "lags", Kind: experiments.Int, Default: 50, Range: experiments.Closed(1, 1000), Meaning: "lags of the memory capacity"},
		},
		Figures: []experiments.FigureDoc{
			{Name: "memory", Caption: "Memory capacity over the global balance, with adapted inhibition beside it"},
			{Name: "narma", Caption: "Error of NARMA-10 over the global balance, with adapted inhibition beside it"},
			{Name: "target_rate", Caption: "Memory capacity over the target rate, by iteration and in one step"},
			{Name: "rates", Caption: "Mean rates over the global balance, with the scatter over units"},
			{Name: "eigenvalues", Caption: "Eigenvalues of the weights before and after adaptation"},
			{Name: "distribution", Caption: "Rates of single units before and after adaptation"},
			{Name: "entropy", Caption: "Memory capacity over the entropy of single units, all settings"},
			{Name: "input_scale", Caption: "Memory capacity over input scaling, best global balance and adapted"},
			{Name: "spiking_memory", Caption: "Memory capacity over the global balance, with rates and with spikes"},
			{Name: "spiking_adapted", Caption: "Memory capacity of the spiking network over its rate, set by balance or adapted"},
		},
		Budget: experiments.Budget{Parameter: "realisations", Levels: []string{"1", "3", "8"}},
		Short:  []string{"units=30", "realisations=1", "adaptation_steps=300", "train=200", "test=100", "lags=10", "spiking_units=30", "spiking_realisations=1"},
		Run:    run,
	}
	declare(e)
	experiments.Register(e)
}

// declare adds metrics and targets of all settings.
func declare(e *experiments.Experiment) {
	published := []experiments.Condition{
		experiments.WhenBetween("units", 100, 100), experiments.WhenBetween("density", 0.3, 0.3), experiments.WhenBetween("strength", 4, 4),
		experiments.WhenBetween("input_scale", 0.5, 0.5), experiments.WhenBetween("realisations", 4, math.Inf(1)),
		experiments.WhenBetween("adaptation_steps", 4000, math.Inf(1)), experiments.WhenBetween("train", 2500, 2500),
		experiments.WhenBetween("test", 1500, 1500), experiments.WhenBetween("lags", 50, 50)}
	const reference = "independent implementation of the reconstruction, 4 realisations"
	const claim = "Srinivasan et al. 2025, qualitative claim; bound from the reconstruction"
	add := func(name, unit, meaning, source string, value float64, tolerance experiments.Tolerance) {
		e.Metrics = append(e.Metrics, experiments.Metric{Name: name, Unit: unit, Meaning: meaning})
		if source != "" {
			e.Targets = append(e.Targets, experiments.Target{Metric: name, Value: value, Tolerance: tolerance, Source: source, When: published})
		}
	}
	setting := func(b balance, name, meaning string) {
		add("mc_"+name, "", "memory capacity "+meaning, reference, b.mc, experiments.Rel(0.15))
		add("nrmse_"+name, "", "error of NARMA-10 "+meaning, reference, b.nrmse, experiments.Abs(0.06))
		add("mean_"+name, "", "mean rate "+meaning, reference, b.rate, experiments.Abs(0.04))
	}
	for _, b := range balances {
		setting(b, betaName(b.at), fmt.Sprintf("at a global balance of %g", b.at))
	}
	for _, b := range targets {
		setting(b, rateName(b.at), fmt.Sprintf("adapted to a rate of %g", b.at))
	}
	setting(mixed, "rates_mixed", "adapted to rates uniform in (0.1, 0.9)")
	e.Metrics = append(e.Metrics,
		experiments.Metric{Name: "validation_mc", Split: experiments.Validation, Goal: experiments.Larger, Meaning: "memory capacity adapted to mixed rates, on series of its own"},
		experiments.Metric{Name: "validation_nrmse", Split: experiments.Validation, Goal: experiments.Smaller, Meaning: "error of NARMA-10 adapted to mixed rates, on series of its own"})
	add("best_balance", "", "global balance of the largest memory capacity", claim, -1.5, experiments.Band(-3, 0))
	add("mc_ratio_plus3", "", "memory capacity at balance 3, relative to the best", claim, 0.65, experiments.Band(0, 0.75))
	add("mc_ratio_minus3", "", "memory capacity at balance -3, relative to the best", claim, 0.98, experiments.Minimum(0.9))
	add("gain_mc", "%", "memory gained by adaptation to 0.3 or 0.5 over the best global balance", claim, 36, experiments.Minimum(20))
	add("gain_nrmse", "%", "NARMA-10 error saved by adaptation to 0.3 or 0.5 over the best global balance", claim, 34, experiments.Minimum(25))
	add("gain_mc_mixed", "%", "memory gained with mixed targets", claim, 13, experiments.Minimum(0))
	add("gain_nrmse_mixed", "%", "NARMA-10 error saved with mixed targets", claim, 23, experiments.Minimum(0))
	add("one_step_ratio", "", "memory capacity by the one-step solution for a rate of 0.5, relative to iteration", claim, 1, experiments.Abs(0.1))
	add("entropy_correlation", "", "correlation over all settings of unit entropy and memory capacity", claim, 0.8, experiments.Minimum(0.3))
	published = []experiments.Condition{experiments.WhenBetween("spiking_units", 500, 500), experiments.WhenBetween("spiking_input", 0.5, 0.5), experiments.WhenBetween("density", 0.3, 0.3), experiments.WhenBetween("strength", 4, 4),
		experiments.WhenBetween("spiking_realisations", 3, math.Inf(1)), experiments.WhenBetween("adaptation_steps", 4000, math.Inf(1)), experiments.WhenBetween("train", 2500, 2500)}
	const same = "the claims for rates, held against spikes"
	add("spiking_best_balance", "", "spiking network: global balance of the largest memory capacity", same, -1.5, experiments.Band(-3, 0))
	add("spiking_mc_best", "", "spiking network: that memory capacity", "", 0, experiments.Tolerance{})
	add("spiking_mc_ratio_plus3", "", "spiking network: memory capacity at balance 3, relative to the best", same, 0.65, experiments.Band(0, 0.75))
	add("spiking_mc_ratio_minus3", "", "spiking network: memory capacity at balance -3, relative to the best", same, 0.98, experiments.Minimum(0.9))
	add("spiking_saturation", "", "spiking network: mean rate at balance 6 as a share of the largest", "", 0, experiments.Tolerance{})
	add("spiking_rate_error", "", "spiking network: largest distance of a mean rate from the target to which it adapted", same, 0, experiments.Abs(0.03))
	add("spiking_gain_mc", "%", "spiking network: memory gained by adaptation to the best common rate over the best balance", same, 36, experiments.Minimum(20))
	add("spiking_gain_mc_mixed", "%", "spiking network: the same with mixed targets", same, 13, experiments.Minimum(0))
	add("spiking_rate_error_by_gains", "", "spiking network, a gain of inhibition for each neuron: largest distance of a mean rate from its target", same, 0, experiments.Abs(0.03))
	add("spiking_gain_mc_by_gains", "%", "the same: memory gained by adaptation to the best common rate over the best balance", same, 36, experiments.Minimum(20))
	add("spiking_gain_mc_mixed_by_gains", "%", "the same: with mixed targets", same, 13, experiments.Minimum(0))
	add("gain_mc_largest", "%", "largest gain of memory over all scalings of the input", "", 0, experiments.Tolerance{})
}

func run(ctx context.Context, r *experiments.Run) error {
	r.Count(func(c *experiments.Counters) { c.Neurons = r.Int("units") })
	s := newStudy(r)
	if err := s.measure(ctx); err != nil {
		return err
	}
	spiking := newSpikingStudy(r)
	if err := spiking.measure(ctx); err != nil {
		return err
	}
	if err := s.report(r, spiking); err != nil {
		return err
	}
	if err := s.draw(r); err != nil {
		return err
	}
	return spiking.draw(r, s.sweep)
}
