package tasks

import (
	"fmt"
	"math"

	"github.com/glia-sim/glia/networks/reservoir"
	"gonum.org/v1/gonum/mat"
)

// Free trains one-step prediction of a series, teacher-forced, and then forecasts from several start points on
// the reservoir's own predictions. Before each start the reservoir is reset and warmed up on true data, or, with
// Warmup 0, continues from the state that true data since the training have brought it to.
type Free struct {
	Features       reservoir.Features // what the readout sees
	Washout, Train int                // steps of the training part
	Lambda         float64            // of the ridge readout, beside sums over samples
	Increments     bool               // fit the change from sample to sample, which the readout adds to its input; needs Features.Input
	Warmup         int                // true samples before each forecast, after a reset; 0 to continue, for a Restorable reservoir
	Starts         int                // number of forecasts
	Spacing        int                // samples between their starts
	Horizon        int                // samples forecast
}

// Forecasts holds what [Free.Run] found. Step h of forecast k is to be compared with sample Origin[k]+h
// of the series. Package gob carries all of it but the model.
type Forecasts struct {
	Model     *reservoir.Model
	OneStep   float64      // NRMSE of one-step prediction over the samples after training, mean square over coordinates
	Predicted []*mat.Dense // one per start: Horizon x dimension; NaN from where the loop diverged
	Origin    []int        // index of the first forecast sample

	series *mat.Dense
	sd     []float64 // of each coordinate over the part after training
}

// Samples is the length of the series that the protocol needs.
func (f Free) Samples() int {
	return f.Washout + f.Train + max(f.Warmup, 1) + (f.Starts-1)*f.Spacing + f.Horizon + 1
}

// Run trains the reservoir on the first Washout+Train samples of the series and forecasts after them.
func (f Free) Run(r reservoir.Reservoir, series *mat.Dense) (*Forecasts, error) {
	n, dim := series.Dims()
	if f.Washout < 0 || f.Train < 2 || f.Warmup < 0 || f.Starts < 1 || f.Spacing < 1 || f.Horizon < 1 {
		return nil, fmt.Errorf("tasks: free run: wash-out %d, training %d, warm-up %d, starts %d, spacing %d, horizon %d: must be at least 0, 2, 0, 1, 1, 1",
			f.Washout, f.Train, f.Warmup, f.Starts, f.Spacing, f.Horizon)
	}
	if n < f.Samples() {
		return nil, fmt.Errorf("tasks: free run: the series has %d samples: the protocol needs %d", n, f.Samples())
	}
	restorable, ok := r.(reservoir.Restorable)
	if f.Warmup == 0 && !ok {
		return nil, fmt.Errorf("tasks: free run: warm-up is 0, but the reservoir (%T) cannot continue from a stored state: set a warm-up", r)
	}
	trained := f.Washout + f.Train
	if f.Increments && !f.Features.Input {
		return nil, fmt.Errorf("tasks: free run: increments without the input among the features: set Features.Input")
	}
	r.Reset()
	model, err := f.train(r, series.Slice(0, trained, 0, dim), series.Slice(1, trained+1, 0, dim))
	if err != nil {
		return nil, err
	}
	out := &Forecasts{Model: model, series: series, sd: make([]float64, dim)}
	// One teacher-forced pass over the rest gives the one-step error and the states to continue from.
	rest := mat.NewDense(n-1-trained, dim, nil)
	states := make([][]float64, f.Starts)
	for t := range n - 1 - trained {
		if err := model.Step(mat.Row(nil, trained+t, series), rest.RawRowView(t)); err != nil {
			return nil, err
		}
		if k := t / f.Spacing; f.Warmup == 0 && t%f.Spacing == 0 && k < f.Starts {
			states[k] = append([]float64(nil), r.State()...)
		}
	}
	out.measureOneStep(rest, trained+1)
	for k := range f.Starts {
		at := trained + k*f.Spacing // first true sample of the warm-up
		first := rest.RawRowView(k * f.Spacing)
		if f.Warmup == 0 {
			err = restorable.SetState(states[k])
		} else {
			r.Reset()
			var warm *mat.Dense
			if warm, err = model.Predict(series.Slice(at, at+f.Warmup, 0, dim)); err == nil {
				first = warm.RawRowView(f.Warmup - 1)
			}
		}
		if err != nil {
			return nil, err
		}
		out.Predicted = append(out.Predicted, runFreely(model, first, f.Horizon))
		out.Origin = append(out.Origin, at+max(f.Warmup, 1))
	}
	return out, nil
}

func (f Free) train(r reservoir.Reservoir, inputs, next mat.Matrix) (*reservoir.Model, error) {
	if !f.Increments {
		return reservoir.Train(r, f.Features, inputs, next, f.Washout, f.Lambda)
	}
	var change mat.Dense
	change.Sub(next, inputs)
	model, err := reservoir.Train(r, f.Features, inputs, &change, f.Washout, f.Lambda)
	if err != nil {
		return nil, err
	}
	// The input is the last of the features: with 1 on its weight the readout predicts the next sample.
	for c := range r.Inputs() {
		model.Readout.Row(c)[model.Readout.Inputs-r.Inputs()+c]++
	}
	return model, nil
}

// measureOneStep scores predictions of the samples from the given one on.
func (f *Forecasts) measureOneStep(predicted *mat.Dense, from int) {
	rows, dim := predicted.Dims()
	var sum float64
	for c := range dim {
		var mean, square, wrong float64
		for t := range rows {
			mean += f.series.At(from+t, c) / float64(rows)
		}
		for t := range rows {
			d, e := f.series.At(from+t, c)-mean, predicted.At(t, c)-f.series.At(from+t, c)
			square += d * d
			wrong += e * e
		}
		f.sd[c] = math.Sqrt(square / float64(rows))
		sum += wrong / square / float64(dim)
	}
	f.OneStep = math.Sqrt(sum)
}

// runFreely continues from a first prediction; a loop that diverges leaves NaN.
func runFreely(model *reservoir.Model, first []float64, horizon int) *mat.Dense {
	run := mat.NewDense(horizon, len(first), nil)
	copy(run.RawRowView(0), first)
	for h := 1; h < horizon; h++ {
		if model.Step(run.RawRowView(h-1), run.RawRowView(h)) == nil {
			continue
		}
		for ; h < horizon; h++ {
			for c := range first {
				run.Set(h, c, math.NaN())
			}
		}
	}
	return run
}

// ErrorAt is the root mean square error of the forecasts h samples ahead (1 is one-step prediction), over all
// starts and coordinates, in standard deviations: NRMSE84 of Mackey-Glass is ErrorAt(84). Infinite if
// a forecast diverged before, NaN for a horizon that was not run.
func (f *Forecasts) ErrorAt(h int) float64 {
	if steps, _ := f.Predicted[0].Dims(); h < 1 || h > steps {
		return math.NaN()
	}
	var sum float64
	for k := range f.Predicted {
		e := f.distance(k, h-1)
		if math.IsNaN(e) {
			return math.Inf(1)
		}
		sum += e * e
	}
	return math.Sqrt(sum / float64(len(f.Predicted)))
}

// ErrorOver is the root mean square of [Forecasts.ErrorAt] over the first h samples.
func (f *Forecasts) ErrorOver(h int) float64 {
	var sum float64
	for k := range h {
		e := f.ErrorAt(k + 1)
		sum += e * e
	}
	return math.Sqrt(sum / float64(h))
}

// distance is sqrt(mean over coordinates of (error/sd)^2) of forecast k at step h, counted from 0.
func (f *Forecasts) distance(k, h int) float64 {
	var sum float64
	for c, sd := range f.sd {
		e := (f.Predicted[k].At(h, c) - f.series.At(f.Origin[k]+h, c)) / sd
		sum += e * e
	}
	return math.Sqrt(sum / float64(len(f.sd)))
}

// SMAPE is the symmetric mean absolute percentage error, 0 to 200, of the first steps of forecast k over all
// coordinates. A step that diverged counts 200.
func (f *Forecasts) SMAPE(k, steps int) float64 {
	h, dim := f.Predicted[k].Dims()
	steps = min(steps, h)
	var sum float64
	for t := range steps {
		for c := range dim {
			y, p := f.series.At(f.Origin[k]+t, c), f.Predicted[k].At(t, c)
			if e := math.Abs(y-p) / (math.Abs(y) + math.Abs(p) + 1e-10); e <= 1 {
				sum += e
			} else {
				sum++
			}
		}
	}
	return 200 * sum / float64(steps*dim)
}

// Coordinate returns coordinate c of forecast k and of the samples it aims at, for a picture: values of the
// forecast beyond the limit, on their way to infinity, are NaN.
func (f *Forecasts) Coordinate(k, c int, limit float64) (truth, predicted []float64) {
	truth, predicted = mat.Col(nil, c, f.Truth(k)), mat.Col(nil, c, f.Predicted[k])
	for t, v := range predicted {
		if !(math.Abs(v) <= limit) {
			predicted[t] = math.NaN()
		}
	}
	return truth, predicted
}

// Truth returns the samples that forecast k aims at.
func (f *Forecasts) Truth(k int) mat.Matrix {
	h, dim := f.Predicted[k].Dims()
	return f.series.Slice(f.Origin[k], f.Origin[k]+h, 0, dim)
}

// ValidTime returns for every start the valid prediction time: how many samples pass until the distance between
// forecast and truth, in standard deviations, exceeds the threshold (0.4 is usual). Multiply by the sample
// interval and the largest Lyapunov exponent for Lyapunov times. A forecast that stays valid has the horizon.
func (f *Forecasts) ValidTime(threshold float64) []float64 {
	valid := make([]float64, len(f.Predicted))
	for k, p := range f.Predicted {
		steps, _ := p.Dims()
		h := 0
		for h < steps && f.distance(k, h) <= threshold {
			h++
		}
		valid[k] = float64(h)
	}
	return valid
}
