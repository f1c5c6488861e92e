package chaos

import (
	"fmt"
	"math"

	"github.com/glia-sim/glia/analysis"
	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/networks/reservoir"
	"github.com/glia-sim/glia/networks/reservoir/tasks"
	"github.com/glia-sim/glia/viz"
)

func counting(n int, unit float64) []float64 {
	x := make([]float64, n)
	for k := range x {
		x[k] = float64(k) * unit
	}
	return x
}

func draw(r *experiments.Run, studies []*study) error {
	r.Phase("draw")
	for _, s := range studies {
		times, _ := s.valid()
		if err := r.Figure("forecast_"+s.key, fmt.Sprintf("First coordinate of the first free run of %d units, in standard deviations; it is valid for %.2g Lyapunov times",
			r.Int("units"), times[0]), path(s.flow.Name, s.found[0], s.perTime(), times[0])); err != nil {
			return err
		}
	}
	if err := validTimes(r, studies); err != nil {
		return err
	}
	var log []viz.Series
	var points []viz.RefPoint
	for _, s := range studies {
		points = append(points, viz.RefPoint{X: s.flow.Lyapunov(), Y: 100 * (s.exponents[0]/s.flow.Lyapunov() - 1), Label: s.flow.Name})
		e := viz.Series{Name: s.flow.Name, X: counting(s.protocol.Horizon, 1/s.perTime())}
		for h := range s.protocol.Horizon {
			var all []float64
			for _, f := range s.found {
				all = append(all, f.ErrorAt(h+1))
			}
			e.Y = append(e.Y, math.Min(10, analysis.Quantile(all, 0.5)))
		}
		log = append(log, e)
	}
	if err := r.Figure("exponents", fmt.Sprintf("Largest exponents over %g Lyapunov times: deviation from converged values, which are known to about 1 %%", r.Float("exponent_span")), viz.Line{
		Title: "Largest Lyapunov exponents", X: viz.Axis{Label: "Converged exponent", Unit: "1/time", Log: true}, Y: viz.Axis{Label: "Deviation", Unit: "%"},
		Lines:  []viz.RefLine{{Value: 3, Label: "accepted"}, {Value: -3}, {Value: 0}},
		Points: points, PointsName: "measured"}); err != nil {
		return err
	}
	return r.Figure("errors", fmt.Sprintf("Root mean square error in standard deviations over coordinates and %d starts, median of the networks; cut at 10", r.Int("forecasts")), viz.Line{
		Title: "Error in free run", X: viz.Axis{Label: "Time", Unit: "Lyapunov times"}, Y: viz.Axis{Label: "NRMSE", Log: true}, Series: log,
		Lines: []viz.RefLine{{Value: 0.4, Label: "valid below"}}})
}

// validTimes draws each system over its reference value, with its quantiles.
func validTimes(r *experiments.Run, studies []*study) error {
	var high float64
	quantiles := viz.Series{Name: "10 % and 90 % quantiles", NoLine: true, Markers: true}
	var medians []viz.RefPoint
	for _, s := range studies {
		times, _ := s.valid()
		want := references[s.flow.Name].valid
		medians = append(medians, viz.RefPoint{X: want, Y: analysis.Quantile(times, 0.5), Label: s.flow.Name})
		for _, q := range []float64{0.1, 0.9} {
			quantiles.X, quantiles.Y = append(quantiles.X, want), append(quantiles.Y, analysis.Quantile(times, q))
		}
		high = max(high, want)
	}
	end := high * 1.1
	return r.Figure("valid_times", fmt.Sprintf("Valid prediction times of %d forecasts a system over those of the reference table; the band is the accepted 35 %%",
		r.Int("realisations")*r.Int("forecasts")), viz.Line{
		Title: "Valid prediction time", X: viz.Axis{Label: "Reference median", Unit: "Lyapunov times", Min: 0, Max: end + 0.5}, Y: viz.Axis{Label: "Measured", Unit: "Lyapunov times", Min: 0, Max: 9.2},
		Series: []viz.Series{quantiles, {Name: "equal, ±35 %", X: []float64{0, end}, Y: []float64{0, end}, Err: []float64{0, 0.35 * end}}},
		Points: medians, PointsName: "median"})
}

// path is a picture of the first coordinate of the first forecast.
func path(name string, f *tasks.Forecasts, perTime, valid float64) viz.Line {
	truth, predicted := f.Coordinate(0, 0, 100)
	var largest float64
	for _, v := range truth {
		largest = max(largest, math.Abs(v))
	}
	for t, v := range predicted {
		if math.Abs(v) > 2*largest {
			predicted[t] = math.NaN()
		}
	}
	time := counting(len(truth), 1/perTime)
	return viz.Line{Title: name, X: viz.Axis{Label: "Time", Unit: "Lyapunov times"}, Y: viz.Axis{Label: "x"},
		Series: []viz.Series{{Name: "truth", X: time, Y: truth}, {Name: "free run", X: time, Y: predicted}},
		Lines:  []viz.RefLine{{Value: valid, Label: "valid", Vertical: true}}}
}

// ngrc forecasts the Lorenz system without a network.
func ngrc(r *experiments.Run) error {
	r.Phase("NG-RC")
	flow, p, series, err := tasks.NGRCLorenz(r.Int("forecasts"), r.Seed)
	if err != nil {
		return err
	}
	machine, err := reservoir.NewNGRC(len(flow.Start), 2, 1, 2)
	if err != nil {
		return err
	}
	f, err := p.Run(machine, series)
	if err != nil {
		return err
	}
	perTime := 1 / (flow.Sample * flow.Lyapunov())
	times := f.ValidTime(0.4)
	for k := range times {
		times[k] /= perTime
	}
	if err := r.Metrics(map[string]float64{
		"ngrc_valid_time": analysis.Quantile(times, 0.5), "ngrc_one_step": f.OneStep, "ngrc_nrmse": f.ErrorOver(int(perTime)),
	}); err != nil {
		return err
	}
	return r.Figure("ngrc", fmt.Sprintf("x of the first forecast from 28 features and %d training points; it is valid for %.2g Lyapunov times", p.Train, times[0]),
		path("Lorenz, NG-RC", f, perTime, times[0]))
}
