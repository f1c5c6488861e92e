package esnbenchmarks

import (
	"context"
	"fmt"

	"github.com/glia-sim/glia/analysis"
	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/networks/reservoir"
	"github.com/glia-sim/glia/networks/reservoir/tasks"
	"github.com/glia-sim/glia/viz"
	"gonum.org/v1/gonum/stat"
)

// narmaRow is a row of the table of NARMA-10 errors. A row without radius is a delay line: linear regression on
// the last inputs.
type narmaRow struct {
	name, meaning, source string
	value, tolerance      float64
	units                 int
	radius, scale, lambda float64
}

var narmas = []narmaRow{
	{"narma_taps_10", "NARMA-10, linear regression on the last 10 inputs", independent + "; realisations scatter by 0.02", 0.573, 0.02, 10, 0, 1, 1e-6},
	{"narma_taps_20", "NARMA-10, linear regression on the last 20 inputs", independent + "; realisations scatter by 0.02", 0.396, 0.02, 20, 0, 1, 1e-6},
	{"narma_taps_40", "NARMA-10, linear regression on the last 40 inputs", independent + "; realisations scatter by 0.02", 0.383, 0.02, 40, 0, 1, 1e-6},
	{"narma_50", "NARMA-10, 50 units, radius 0.9, input 0.3", independent + ": 0.491 +- 0.042", 0.491, 0.06, 50, 0.9, 0.3, 1e-6},
	{"narma_100", "NARMA-10, 100 units", independent + ": 0.372 +- 0.046", 0.372, 0.06, 100, 0.9, 0.3, 1e-6},
	{"narma_200", "NARMA-10, 200 units", independent + ": 0.259 +- 0.041", 0.259, 0.06, 200, 0.9, 0.3, 1e-6},
	{"narma_400", "NARMA-10, 400 units, radius 0.95", independent + ": 0.210 +- 0.036", 0.210, 0.06, 400, 0.95, 0.3, 1e-7},
	{"narma_100_strong", "NARMA-10, 100 units, input 1", independent + ": 0.733 +- 0.045", 0.733, 0.06, 100, 0.9, 1, 1e-6},
	{"narma_200_weak", "NARMA-10, 200 units, radius 0.95, input 0.1", independent + ": 0.251 +- 0.031", 0.251, 0.06, 200, 0.95, 0.1, 1e-8},
	{"narma_400_weak", "NARMA-10, 400 units, radius 0.95, input 0.1", independent + ": 0.200 +- 0.046", 0.200, 0.06, 400, 0.95, 0.1, 1e-8},
}

func (m narmaRow) build(seed uint64) (*reservoir.ESN, error) {
	if m.radius == 0 {
		return shiftRegister(m.units, seed)
	}
	c := reservoir.DefaultESN(m.units, 1)
	c.SpectralRadius, c.InputScale, c.BiasScale, c.Seed = m.radius, m.scale, m.scale, seed
	return c.Build()
}

// narmaErrors measures n realisations of each row. Linear regression costs little, and its targets are closer than
// single realisations scatter: there are forty times as many.
func (b *benchmarks) narmaErrors(ctx context.Context, rows []narmaRow, n int) ([][]tasks.Forecast, error) {
	type place struct{ row, realisation int }
	var places []place
	results := make([][]tasks.Forecast, len(rows))
	for k, m := range rows {
		results[k] = make([]tasks.Forecast, n)
		if m.radius == 0 {
			results[k] = make([]tasks.Forecast, 40*n)
		}
		for i := range results[k] {
			places = append(places, place{k, i})
		}
	}
	p := tasks.DefaultNARMA()
	p.Washout, p.Train, p.Test = b.steps(p.Washout), b.steps(p.Train), b.steps(p.Test)
	done := b.counter(len(places))
	err := tasks.Each(ctx, b.Workers, len(places), func(i int) error {
		defer done()
		at := places[i]
		m, seed := rows[at.row], b.seed(at.realisation)
		measure := func() (tasks.Forecast, error) {
			r, err := m.build(seed)
			if err != nil {
				return tasks.Forecast{}, err
			}
			p := p
			p.Lambda = m.lambda
			p.Features.Input = m.radius > 0 // a delay line holds the input already
			return p.Measure(r, seed)
		}
		var err error
		if m.radius > 0 {
			results[at.row][at.realisation], err = experiments.Keep(b.Run, fmt.Sprintf("%s %d", m.name, at.realisation), measure)
		} else {
			results[at.row][at.realisation], err = measure()
		}
		return err
	})
	return results, err
}

func (b *benchmarks) narma(ctx context.Context) error {
	b.Phase("NARMA-10")
	n := 2 * b.Int("realisations")
	var rows []narmaRow
	for _, m := range narmas {
		if m.units <= b.Int("largest") {
			rows = append(rows, m)
		}
	}
	results, err := b.narmaErrors(ctx, rows, n)
	if err != nil {
		return err
	}
	curve := viz.Series{Name: "input 0.3", Markers: true}
	weak := viz.Series{Name: "input 0.1", Markers: true}
	var points []viz.RefPoint
	var lines []viz.RefLine
	shown := 0
	for k, m := range rows {
		var errs []float64
		for _, f := range results[k] {
			errs = append(errs, f.NRMSE)
		}
		mean, sd := stat.Mean(errs, nil), analysis.SD(errs)
		if err := b.put(m.name, mean); err != nil {
			return err
		}
		switch {
		case m.radius == 0:
			lines = append(lines, viz.RefLine{Value: mean, Label: fmt.Sprintf("linear, %d inputs", m.units)})
			continue
		case m.scale == 0.3:
			curve.X, curve.Y, curve.Err = append(curve.X, float64(m.units)), append(curve.Y, mean), append(curve.Err, sd)
			shown = k
		case m.scale == 0.1:
			weak.X, weak.Y, weak.Err = append(weak.X, float64(m.units)), append(weak.Y, mean), append(weak.Err, sd)
		default:
			continue
		}
		points = append(points, viz.RefPoint{X: float64(m.units), Y: m.value})
	}
	series := []viz.Series{curve}
	if len(weak.X) > 0 {
		series = append(series, weak)
	}
	// The three baselines lie close together: the first and the last tell the story.
	if len(lines) == 3 {
		lines = []viz.RefLine{lines[0], lines[2]}
	}
	if err := b.Figure("narma", fmt.Sprintf("Error over the number of units; the band is the standard deviation over %d realisations. "+
		"Horizontal: linear regression on past inputs; a network above the lower one has learned nothing beyond a delay line.", n), viz.Line{
		Title: "NARMA-10", X: viz.Axis{Label: "Units"}, Y: viz.Axis{Label: "NRMSE", Zero: true}, Series: series, Points: points,
		PointsName: "independent implementation", Lines: lines}); err != nil {
		return err
	}
	f := results[shown][0]
	length := min(150, len(f.Target))
	steps := counting(length, 1)
	return b.Figure("narma_series", fmt.Sprintf("The start of a test series with %d units, NRMSE %.2f", rows[shown].units, f.NRMSE), viz.Line{
		Title: "NARMA-10, predicted", X: viz.Axis{Label: "Step"}, Y: viz.Axis{Label: "y"},
		Series: []viz.Series{{Name: "target", X: steps, Y: f.Target[:length]}, {Name: "prediction", X: steps, Y: f.Predicted[:length]}}})
}
