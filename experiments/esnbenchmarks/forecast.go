package esnbenchmarks

import (
	"context"
	"fmt"
	"math"
	"sync/atomic"

	"github.com/glia-sim/glia/analysis"
	"github.com/glia-sim/glia/networks/reservoir"
	"github.com/glia-sim/glia/networks/reservoir/tasks"
	"github.com/glia-sim/glia/viz"
	"gonum.org/v1/gonum/mat"
)

// counter returns a function that reports one more of n as done.
func (b *benchmarks) counter(n int) func() {
	var done atomic.Int64
	return func() { b.Progress(float64(done.Add(1)), float64(n)) }
}

func counting(n int, unit float64) []float64 {
	x := make([]float64, n)
	for k := range x {
		x[k] = float64(k) * unit
	}
	return x
}

// forecasts trains and frees one network per realisation.
func (b *benchmarks) forecasts(ctx context.Context, n int, p tasks.Free, series *mat.Dense, c reservoir.ESNConfig) ([]*tasks.Forecasts, error) {
	found := make([]*tasks.Forecasts, n)
	done := b.counter(n)
	err := tasks.Each(ctx, b.Workers, n, func(k int) error {
		defer done()
		c := c
		c.Seed = b.seed(k)
		r, err := c.Build()
		if err != nil {
			return err
		}
		found[k], err = p.Run(r, series)
		return err
	})
	return found, err
}

// glass is the protocol for Mackey-Glass. There are five times as many starts as for Lorenz, but short ones: networks
// differ by a factor of two, starts by more.
func (b *benchmarks) glass() tasks.Free {
	return tasks.Free{Features: reservoir.Features{Input: true}, Washout: b.steps(200), Train: b.steps(3000), Lambda: 1e-8,
		Starts: 5 * b.Int("forecasts"), Spacing: 40, Horizon: 84}
}

func (b *benchmarks) mackeyGlass(ctx context.Context) error {
	b.Phase("Mackey-Glass")
	units := min(500, b.Int("largest"))
	p := b.glass()
	const shown = 500
	x, err := tasks.DefaultMackeyGlass().Series(max(p.Samples(), p.Washout+p.Train+shown))
	if err != nil {
		return err
	}
	c := reservoir.DefaultESN(units, 1)
	c.SpectralRadius, c.Leak, c.InputScale, c.BiasScale = 1.25, 0.3, 0.5, 0.5
	n := b.Int("realisations")
	found, err := b.forecasts(ctx, n, p, mat.NewDense(len(x), 1, x), c)
	if err != nil {
		return err
	}
	growth := viz.Series{Name: "mean over networks"}
	var series []viz.Series
	for k, f := range found {
		s := viz.Series{X: counting(p.Horizon+1, 1)[1:]}
		for h := range p.Horizon {
			s.Y = append(s.Y, f.ErrorAt(h+1))
		}
		if growth.Y == nil {
			growth.X, growth.Y = s.X, make([]float64, p.Horizon)
		}
		for h, e := range s.Y {
			growth.Y[h] += e / float64(n)
		}
		if k < 5 {
			s.Name = fmt.Sprintf("network %d", k+1)
			series = append(series, s)
		}
	}
	ahead := growth.Y[p.Horizon-1]
	if units == 500 {
		var one float64
		for _, f := range found {
			one += f.OneStep / float64(n)
		}
		if err := b.put("mackey_glass_one_step", one); err != nil {
			return err
		}
		if err := b.put("mackey_glass_84", ahead); err != nil {
			return err
		}
	}
	if err := b.Figure("mackey_glass_error", fmt.Sprintf("Error over the steps of free run, %d starts each, %d units", p.Starts, units), viz.Line{
		Title: "Mackey-Glass, error in free run", X: viz.Axis{Label: "Steps ahead"}, Y: viz.Axis{Label: "NRMSE", Log: true}, Series: append(series, growth),
		Points: []viz.RefPoint{{X: 1, Y: 6.8e-4}, {X: 84, Y: 7.5e-3}}, PointsName: "independent implementation, 500 units"}); err != nil {
		return err
	}
	// One longer run, from the end of the training data, for the eye.
	trained := p.Washout + p.Train
	model := found[0].Model
	model.Reservoir.Reset()
	next, err := model.Predict(reservoir.Series(x[:trained]))
	if err != nil {
		return err
	}
	free := make([]float64, shown)
	u := next.RawRowView(trained - 1)
	for t := range free {
		free[t] = u[0]
		if model.Step(u, u) != nil { // diverged: the rest is left blank
			u[0] = math.NaN()
		}
	}
	time := counting(shown, 1)
	return b.Figure("mackey_glass", fmt.Sprintf("A free run of %d units, on its own predictions from time 0 on", units), viz.Line{
		Title: "Mackey-Glass, delay 17", X: viz.Axis{Label: "Time"}, Y: viz.Axis{Label: "x"},
		Series: []viz.Series{{Name: "truth", X: time, Y: x[trained : trained+shown]}, {Name: "free run", X: time, Y: bounded(free, 3)}}})
}

// bounded replaces values of a diverging run by NaN, so that they do not set the scale of a figure.
func bounded(x []float64, limit float64) []float64 {
	for k, v := range x {
		if !(math.Abs(v) <= limit) {
			x[k] = math.NaN()
		}
	}
	return x
}

func (b *benchmarks) lorenz(ctx context.Context) error {
	b.Phase("Lorenz")
	units := min(300, b.Int("largest"))
	flow := tasks.Lorenz()
	perTime := 1 / (flow.Sample * flow.Lyapunov()) // samples in a Lyapunov time
	p := tasks.FlowForecast(flow, b.steps(4000), b.Int("forecasts"))
	p.Washout = b.steps(200)
	series, err := flow.Series(p.Samples(), 500, 5)
	if err != nil {
		return err
	}
	if err := tasks.Standardise(series, p.Washout+p.Train); err != nil {
		return err
	}
	found, err := b.forecasts(ctx, b.Int("realisations"), p, series, tasks.FlowESN(units, 3))
	if err != nil {
		return err
	}
	var valid, errs []float64
	for _, f := range found {
		for k, v := range f.ValidTime(0.4) {
			valid = append(valid, v/perTime)
			errs = append(errs, f.SMAPE(k, int(perTime)))
		}
	}
	median := analysis.Quantile(valid, 0.5)
	if units == 300 {
		for _, m := range []struct {
			name  string
			value float64
		}{{"lorenz_valid_time", median}, {"lorenz_valid_time_10", analysis.Quantile(valid, 0.1)}, {"lorenz_valid_time_90", analysis.Quantile(valid, 0.9)},
			{"lorenz_smape", analysis.Quantile(errs, 0.5)}} {
			if err := b.put(m.name, m.value); err != nil {
				return err
			}
		}
	}
	time := counting(p.Horizon, 1/perTime)
	truth, predicted := found[0].Coordinate(0, 0, 6)
	if err := b.Figure("lorenz", fmt.Sprintf("x of the first free run of %d units, in standard deviations; it is valid for %.1f Lyapunov times", units, valid[0]), viz.Line{
		Title: "Lorenz", X: viz.Axis{Label: "Time", Unit: "Lyapunov times"}, Y: viz.Axis{Label: "x", Unit: "sd"},
		Series: []viz.Series{{Name: "truth", X: time, Y: truth}, {Name: "free run", X: time, Y: predicted}},
		Lines:  []viz.RefLine{{Value: valid[0], Label: "valid", Vertical: true}}}); err != nil {
		return err
	}
	return b.Figure("valid_times", fmt.Sprintf("Time until the distance exceeds 0.4 standard deviations, %d forecasts; runs end at 9", len(valid)), viz.Histogram{
		Title: "Valid prediction time", X: viz.Axis{Label: "Valid time", Unit: "Lyapunov times", Min: 0, Max: 9}, BinWidth: 0.5,
		Samples: []viz.Sample{{Name: "forecasts", Values: valid}}, Lines: []viz.RefLine{{Value: median, Label: "median", Vertical: true}}})
}
