package reservoirdata

import (
	"context"
	"fmt"

	"github.com/glia-sim/glia/analysis"
	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/networks/readout"
	"github.com/glia-sim/glia/networks/reservoir"
	"github.com/glia-sim/glia/networks/reservoir/tasks"
	"github.com/glia-sim/glia/viz"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// delayLine holds the last values: with it the readout is a linear regression on them.
func delayLine(values int) (*reservoir.ESN, error) {
	w, err := reservoir.Shift(values, 1)
	if err != nil {
		return nil, err
	}
	in := reservoir.NewDense(values, 1)
	in.Data[0] = 1
	return reservoir.NewESN(w, in, nil, 1, reservoir.Identity)
}

// validate is the error of one-step prediction on the last fifth of the samples to learn from, by a readout of the
// others.
func validate(network reservoir.Reservoir, p tasks.Free, series *mat.Dense) (float64, error) {
	end := p.Washout + p.Train
	split := end - p.Train/5
	network.Reset()
	m, err := reservoir.Train(network, p.Features, series.Slice(0, split, 0, 1), series.Slice(1, split+1, 0, 1), p.Washout, p.Lambda)
	if err != nil {
		return 0, err
	}
	out, err := m.Predict(series.Slice(split, end-1, 0, 1))
	if err != nil {
		return 0, err
	}
	return readout.NRMSE(mat.Col(nil, 0, out), mat.Col(nil, 0, series.Slice(split+1, end, 0, 1)))
}

func laserProtocol(r *experiments.Run) tasks.Free {
	return tasks.Free{Features: reservoir.Features{Input: true}, Washout: 200, Train: r.Int("laser_train"), Lambda: r.Float("laser_ridge"), Starts: 30, Spacing: 100, Horizon: 100}
}

// predict trains networks to predict the laser's next value.
func predict(ctx context.Context, r *experiments.Run, recorded []float64) error {
	r.Phase("laser")
	n, p := r.Int("realisations"), laserProtocol(r)
	if len(recorded) < p.Samples() {
		return fmt.Errorf("the laser has %d samples: the protocol needs %d; lower laser_train", len(recorded), p.Samples())
	}
	series := mat.NewDense(len(recorded), 1, append([]float64(nil), recorded...))
	if err := tasks.Standardise(series, p.Washout+p.Train); err != nil {
		return err
	}
	found, held := make([]*tasks.Forecasts, n+2), make([]float64, n)
	if err := tasks.Each(ctx, r.Workers, len(found), func(k int) error {
		defer r.Progress(float64(k+1), float64(len(found)))
		p := p
		var network *reservoir.ESN
		var err error
		if k >= n {
			p.Features = reservoir.Features{}
			network, err = delayLine(20 * (k - n + 1))
		} else {
			c := reservoir.DefaultESN(r.Int("laser_units"), 1)
			c.SpectralRadius, c.Leak, c.InputScale, c.BiasScale, c.Seed = r.Float("laser_radius"), r.Float("laser_leak"), r.Float("laser_input"), r.Float("laser_input"), r.Seed<<16+uint64(k)
			if network, err = c.Build(); err == nil {
				held[k], err = validate(network, p, series)
			}
		}
		if err != nil {
			return err
		}
		found[k], err = p.Run(network, series)
		return err
	}); err != nil {
		return err
	}
	var one, free []float64
	for _, f := range found[:n] {
		one, free = append(one, f.OneStep), append(free, f.ValidTime(0.4)...)
	}
	if err := r.Metrics(map[string]float64{"laser_validation": stat.Mean(held, nil),
		"laser_one_step": stat.Mean(one, nil), "laser_valid": analysis.Quantile(free, 0.5),
		"laser_linear_20": found[n].OneStep, "laser_linear_40": found[n+1].OneStep, "laser_valid_linear": analysis.Quantile(found[n+1].ValidTime(0.4), 0.5),
	}); err != nil {
		return err
	}
	truth, predicted := found[0].Coordinate(0, 0, 10)
	_, linear := found[n+1].Coordinate(0, 0, 10)
	step := viz.Axis{Label: "Steps ahead"}
	x := make([]float64, p.Horizon)
	for h := range x {
		x[h] = float64(h + 1)
	}
	return r.Figure("laser", "Intensity in standard deviations: the first free run of the first network, and of linear regression on 40 values", viz.Line{
		Title: "Santa Fe laser", X: step, Y: viz.Axis{Label: "Intensity", Unit: "sd"},
		Series: []viz.Series{{Name: "recording", X: x, Y: truth}, {Name: "network", X: x, Y: predicted}, {Name: "linear", X: x, Y: linear}}})
}
