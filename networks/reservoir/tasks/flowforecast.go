package tasks

import (
	"math/rand/v2"

	"github.com/glia-sim/glia/networks/reservoir"
	"gonum.org/v1/gonum/mat"
)

// FlowForecast is the forecast protocol for chaotic flows: readout of state, squares and input, 200 samples of
// wash-out, ridge of 1e-7 times the number of training samples; starts 3 Lyapunov times apart, each after a warm-up
// of 200 samples, and forecasts over 9 Lyapunov times. The series is to be standardised.
func FlowForecast(f Flow, train, starts int) Free {
	perTime := 1 / (f.Sample * f.Lyapunov())
	return Free{Features: reservoir.Features{Squares: true, Input: true}, Washout: 200, Train: train, Lambda: 1e-7 * float64(train),
		Warmup: 200, Starts: starts, Spacing: int(3 * perTime), Horizon: int(9 * perTime)}
}

// FlowESN is the network of the reference table, one setting for all systems: sparse normal weights, ten a unit, of
// spectral radius 0.6, input weights in (-0.3, 0.3) and biases in (-0.5, 0.5).
func FlowESN(units, inputs int) reservoir.ESNConfig {
	return reservoir.ESNConfig{Units: units, Inputs: inputs, SpectralRadius: 0.6, PerRow: min(10, units), Weights: reservoir.Normal,
		InputScale: 0.3, BiasScale: 0.5, Leak: 1}
}

// NGRCLorenz is the protocol of Gauthier et al. (2021) for the Lorenz system, with its series: samples every 0.025, not
// standardised, a wash-out of 5 time units, training on the changes over 10 (400 points), ridge 2.5e-6. Forecasts start 3
// Lyapunov times apart.
//
// The samples to learn from carry noise of standard deviation 3e-4, drawn from the seed. The published program integrates at
// tolerances whose errors are of that order or above; with exact samples the ridge leaves the loop unstable, and
// forecasts break down within half a Lyapunov time (Zhang et al. 2024, How more data can hurt).
func NGRCLorenz(starts int, seed uint64) (Flow, Free, *mat.Dense, error) {
	f := Lorenz()
	f.Sample, f.Start = 0.025, []float64{17.6772, 12.9314, 43.9140}
	p := FlowForecast(f, 400, starts)
	p.Features.Squares, p.Lambda, p.Increments, p.Warmup = false, 2.5e-6, true, 2
	series, err := f.Series(p.Samples(), 0, 10)
	if err != nil {
		return f, p, nil, err
	}
	rng := rand.New(rand.NewPCG(seed, 24))
	for t := range p.Washout + p.Train + 1 {
		row := series.RawRowView(t)
		for c := range row {
			row[c] += 3e-4 * rng.NormFloat64()
		}
	}
	return f, p, series, nil
}
