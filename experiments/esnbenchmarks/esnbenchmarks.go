// Package esnbenchmarks is the table of standard benchmarks of echo-state networks: memory capacity, NARMA-10,
// Mackey-Glass and the Lorenz forecast, each at fixed settings with values to reproduce.
package esnbenchmarks

import (
	"context"
	"math"

	"github.com/glia-sim/glia/experiments"
)

const (
	independent = "independent implementation of the same protocol"
	notebook    = "ReservoirPy example notebook after Ceni & Gallicchio 2023"
)

func init() {
	e := &experiments.Experiment{
		Name:  "esn-benchmarks",
		Title: "Standard benchmarks of echo-state networks",
		Summary: "Memory capacity of random, orthogonal, cyclic and edge-of-stability networks; NARMA-10 over the number of units with linear " +
			"baselines; Mackey-Glass one step and 84 steps ahead; the Lorenz attractor in free run. Settings are fixed, not tuned; those of one more network are yours, to search by validation data. NRMSE is " +
			"divided by the standard deviation of the test target; memory capacity counts lags from 1.",
		Citation: "H. Jaeger, The echo state approach to analysing and training recurrent neural networks, GMD report 148, 2001; " +
			"A. Rodan & P. Tino, Minimum complexity echo state network, IEEE Transactions on Neural Networks 22, 131-144, 2011; " +
			"W. Gilpin, Chaos as an interpretable benchmark for forecasting and data-driven modelling, NeurIPS Datasets and Benchmarks, 2021",
		Parameters: []experiments.Parameter{
			{Name: "realisations", Kind: experiments.Int, Default: 5, Range: experiments.Closed(1, 1000), Meaning: "networks and input series to average over; twice as many for NARMA-10"},
			{Name: "largest", Kind: experiments.Int, Default: 500, Range: experiments.Closed(20, 1000), Meaning: "rows of the table with more units are left out"},
			{Name: "effort", Kind: experiments.Float, Default: 1.0, Range: experiments.Range{Min: 0.02, Max: 1}, Meaning: "fraction of the published steps of training and testing, for a quick look"},
			{Name: "forecasts", Kind: experiments.Int, Default: 20, Range: experiments.Closed(1, 1000), Meaning: "start points of the Lorenz forecasts; five times as many for Mackey-Glass"},
			{Name: "parts", Kind: experiments.Choice, Default: "all", Choices: []string{"all", "own"}, Meaning: "all of the table, or only NARMA-10 by a network of the settings that follow"},
			{Name: "own_units", Kind: experiments.Int, Default: 100, Range: experiments.Closed(1, 5000), Meaning: "units of that network"},
			{Name: "own_radius", Kind: experiments.Float, Default: 0.9, Range: experiments.Closed(0, 10), Meaning: "its spectral radius"},
			{Name: "own_scale", Kind: experiments.Float, Default: 0.3, Range: experiments.Closed(0, 100), Meaning: "its input weights and biases are uniform between minus and plus this"},
			{Name: "own_leak", Kind: experiments.Float, Default: 1.0, Range: experiments.Range{Min: 0, OpenMin: true, Max: 1}, Meaning: "its leak"},
			{Name: "own_ridge", Kind: experiments.Float, Default: 1e-6, Range: experiments.Closed(0, 1e6), Meaning: "ridge of its readout"},
		},
		Metrics: []experiments.Metric{
			{Name: "own_validation", Split: experiments.Validation, Goal: experiments.Smaller, Meaning: "NARMA-10 by the network of your own settings, on series for the choice of settings"},
			{Name: "own_test", Split: experiments.Test, Goal: experiments.Smaller, Meaning: "the same on other series"},
		},
		Budget: experiments.Budget{Parameter: "realisations", Levels: []string{"1", "3", "9"}},
		Figures: []experiments.FigureDoc{
			{Name: "capacities", Caption: "Memory capacities of all networks beside expected ones"},
			{Name: "memory", Caption: "Squared correlation of recalled and true input over the lag"},
			{Name: "memory_radius", Caption: "Memory capacity over the spectral radius"},
			{Name: "narma", Caption: "Error of NARMA-10 over the number of units"},
			{Name: "narma_series", Caption: "NARMA-10 and its prediction"},
			{Name: "mackey_glass", Caption: "Mackey-Glass: free run beside the truth"},
			{Name: "mackey_glass_error", Caption: "Mackey-Glass: error over the steps of free run"},
			{Name: "lorenz", Caption: "Lorenz: free run beside the truth"},
			{Name: "valid_times", Caption: "Valid prediction times of the Lorenz forecasts"},
		},
		Whole: []string{"effort=1"},
		Short: []string{"realisations=1", "own_units=50", "largest=50", "effort=0.05", "forecasts=2"},
		Run:   run,
	}
	declare(e)
	experiments.Register(e)
}

func declare(e *experiments.Experiment) {
	full := []experiments.Condition{experiments.WhenBetween("effort", 1, 1), experiments.WhenBetween("realisations", 3, math.Inf(1))}
	add := func(name, unit, meaning, source string, value float64, tolerance experiments.Tolerance) {
		e.Metrics = append(e.Metrics, experiments.Metric{Name: name, Unit: unit, Meaning: meaning})
		if source != "" {
			e.Targets = append(e.Targets, experiments.Target{Metric: name, Value: value, Tolerance: tolerance, Source: source, When: full})
		}
	}
	for _, m := range memories {
		add(m.name, "", m.meaning, m.source, m.value, experiments.Abs(m.tolerance))
	}
	add("memory_best_radius", "", "spectral radius of the largest memory capacity, tanh network of 100 units", "shape: rises to just below 1, collapses above 1.1 ("+independent+")", 0.95, experiments.Band(0.85, 1.05))
	for _, n := range narmas {
		add(n.name, "", n.meaning, n.source, n.value, experiments.Abs(n.tolerance))
	}
	const mg, lorenz = "Mackey-Glass, 500 units", "Lorenz, 300 units"
	add("mackey_glass_one_step", "", mg+": NRMSE one step ahead", independent+": 6.4e-4 to 7.1e-4", 6.8e-4, experiments.Band(6.8e-4/1.5, 6.8e-4*1.5))
	add("mackey_glass_84", "", mg+": NRMSE 84 steps ahead in free run", independent+": 6.9e-3 to 7.9e-3", 7.5e-3, experiments.Band(7.5e-3/1.5, 7.5e-3*1.5))
	add("lorenz_valid_time", "Lyapunov times", lorenz+": median valid prediction time, threshold 0.4", independent+": median of 20", 4.9, experiments.Rel(0.35))
	add("lorenz_valid_time_10", "Lyapunov times", lorenz+": 10 % quantile", "", 0, experiments.Tolerance{})
	add("lorenz_valid_time_90", "Lyapunov times", lorenz+": 90 % quantile", "", 0, experiments.Tolerance{})
	add("lorenz_smape", "%", lorenz+": symmetric mean absolute percentage error (0 to 200) in the first Lyapunov time, median", "", 0, experiments.Tolerance{})
}

func run(ctx context.Context, r *experiments.Run) error {
	b := &benchmarks{Run: r}
	if err := r.Outline(b.outline); err != nil {
		return err
	}
	parts := []func(context.Context) error{b.memory, b.radius, b.narma, b.mackeyGlass, b.lorenz, b.own}
	if r.Choice("parts") == "own" {
		parts = parts[len(parts)-1:]
	}
	for _, part := range parts {
		if err := part(ctx); err != nil {
			return err
		}
	}
	return nil
}

// benchmarks are the parts of the table on one run.
type benchmarks struct{ *experiments.Run }

// steps scales a published number of steps.
func (b *benchmarks) steps(n int) int { return max(20, int(b.Float("effort")*float64(n))) }

// seed is that of a realisation.
func (b *benchmarks) seed(k int) uint64 { return b.Seed<<16 + uint64(k) }

func (b *benchmarks) put(name string, value float64) error {
	_, err := b.Metric(name, value)
	return err
}
