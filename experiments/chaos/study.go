package chaos

import (
	"context"
	"fmt"
	"math"
	"sync/atomic"

	"github.com/glia-sim/glia/analysis"
	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/networks/reservoir"
	"github.com/glia-sim/glia/networks/reservoir/tasks"
	"gonum.org/v1/gonum/mat"
)

func kaplanYorke(exponents []float64) float64 { return analysis.KaplanYorke(exponents) }

// study is what is measured of one system.
type study struct {
	flow      tasks.Flow
	key       string
	exponents []float64
	protocol  tasks.Free
	found     []*tasks.Forecasts // per network
	climate   climate            // of the first network
}

// climate is how a network that runs freely for long resembles its system. A loop that diverges has neither.
type climate struct {
	Scatter  float64 // largest relative error of a standard deviation
	Exponent float64 // largest Lyapunov exponent
}

// perTime is the number of samples in a Lyapunov time.
func (s *study) perTime() float64 { return 1 / (s.flow.Sample * s.flow.Lyapunov()) }

// outline says what measure has to do.
func outline(r *experiments.Run, studies []*study) []experiments.Work {
	networks := experiments.Work{What: "echo-state networks", Units: r.Int("units"), Copies: len(studies) * r.Int("realisations")}
	exponents := experiments.Work{What: "systems of equations, with tangents", Copies: len(studies)}
	for _, s := range studies {
		p, dim := tasks.FlowForecast(s.flow, r.Int("train"), r.Int("forecasts")), len(s.flow.Start)
		operations, bytes := tasks.FreeCost(p, tasks.FlowESN(r.Int("units"), dim))
		networks.Operations += operations * float64(r.Int("realisations"))
		networks.Bytes, networks.Steps = max(networks.Bytes, bytes), max(networks.Steps, float64(p.Samples()))
		steps := 5 * r.Float("exponent_span") * s.perTime()
		exponents.Steps, exponents.Units = max(exponents.Steps, steps), max(exponents.Units, dim*(dim+1))
		exponents.Operations += steps * 4 * float64(10*dim+dim*dim*dim)
	}
	return []experiments.Work{networks, exponents}
}

// measure does everything that takes time: per system the exponents, and each network. What is finished is not
// computed again when the run is resumed.
func measure(ctx context.Context, r *experiments.Run, studies []*study) error {
	r.Phase("forecast")
	networks := r.Int("realisations")
	for _, s := range studies {
		s.found = make([]*tasks.Forecasts, networks)
		s.protocol = tasks.FlowForecast(s.flow, r.Int("train"), r.Int("forecasts"))
	}
	var done atomic.Int64
	total := len(studies) * (networks + 1)
	return tasks.Each(ctx, r.Workers, total, func(i int) (err error) {
		s, k := studies[i/(networks+1)], i%(networks+1)
		defer func() { r.Progress(float64(done.Add(1)), float64(total)) }()
		if k == networks {
			s.exponents, err = experiments.Keep(r, s.key+" exponents", func() ([]float64, error) {
				return s.flow.Spectrum(r.Float("exponent_span")/s.flow.Lyapunov(), 5)
			})
			return err
		}
		got, err := experiments.Keep(r, fmt.Sprintf("%s network %d", s.key, k), func() (forecast, error) { return s.forecast(r, k) })
		if s.found[k] = got.Found; k == 0 {
			s.climate = got.Climate
		}
		return err
	})
}

// forecast is what one network of a system gives; the first one tells its climate, too.
type forecast struct {
	Found   *tasks.Forecasts
	Climate climate
}

func (s *study) forecast(r *experiments.Run, k int) (f forecast, err error) {
	// Stretches differ more than networks: Arneodo's may stay in one of its two lobes for all of the training.
	n := s.protocol.Samples()
	series, err := s.flow.Series(n, 500+k*n, 5)
	if err != nil {
		return f, err
	}
	if err := tasks.Standardise(series, s.protocol.Washout+s.protocol.Train); err != nil {
		return f, err
	}
	c := tasks.FlowESN(r.Int("units"), len(s.flow.Start))
	c.SpectralRadius, c.InputScale, c.Seed = r.Float("radius"), r.Float("input_scale"), r.Seed<<16+uint64(k)
	network, err := c.Build()
	if err != nil {
		return f, err
	}
	if f.Found, err = s.protocol.Run(network, series); err != nil {
		return f, err
	}
	if k == 0 {
		f.Climate = s.runFreely(network, f.Found.Model, series, int(r.Float("climate_span")*s.perTime()))
	}
	return f, nil
}

// runFreely lets a network run for long after the last forecast and compares standard deviations and the largest exponent
// with those of its system.
func (s *study) runFreely(n *reservoir.ESN, model *reservoir.Model, series *mat.Dense, steps int) climate {
	none := climate{math.NaN(), math.NaN()}
	steps = max(steps, 10)
	units, dim := n.Units(), len(s.flow.Start)
	point := make([]float64, units+dim) // state of the network, and the prediction that is its next input
	copy(point, n.State())
	rows, _ := series.Dims()
	copy(point[units:], series.RawRowView(rows-1))
	out := make([]float64, dim)
	advance := func(x []float64, _ int) {
		if n.SetState(x[:units]) != nil || model.Step(x[units:], out) != nil {
			x[0] = math.NaN()
			return
		}
		copy(x, n.State())
		copy(x[units:], out)
	}
	run := mat.NewDense(steps, dim, nil)
	for t := range steps + 200 {
		advance(point, t)
		if t >= 200 {
			copy(run.RawRowView(t-200), point[units:])
		}
	}
	if math.IsNaN(point[0]) {
		return none
	}
	found := climate{0, math.NaN()}
	for c := range dim {
		truth := analysis.SD(mat.Col(nil, c, series))
		found.Scatter = max(found.Scatter, math.Abs(analysis.SD(mat.Col(nil, c, run))/truth-1))
	}
	if l, err := analysis.LargestLyapunov(point, advance, analysis.LyapunovOptions{Discard: 200, Steps: steps}); err == nil {
		found.Exponent = l / s.flow.Sample
	}
	return found
}

// valid returns the valid times of all forecasts in Lyapunov times, and the errors in the first of these.
func (s *study) valid() (times, smape []float64) {
	for _, f := range s.found {
		for k, v := range f.ValidTime(0.4) {
			times = append(times, v/s.perTime())
			smape = append(smape, f.SMAPE(k, int(s.perTime())))
		}
	}
	return times, smape
}

func (s *study) report(r *experiments.Run) error {
	times, smape := s.valid()
	var sum float64
	for _, l := range s.exponents {
		sum += l
	}
	return r.Metrics(map[string]float64{
		s.key + "_exponent":         s.exponents[0],
		s.key + "_exponent_zero":    s.exponents[1],
		s.key + "_exponent_sum":     sum,
		s.key + "_dimension":        kaplanYorke(s.exponents),
		s.key + "_valid_time":       analysis.Quantile(times, 0.5),
		s.key + "_valid_time_10":    analysis.Quantile(times, 0.1),
		s.key + "_valid_time_90":    analysis.Quantile(times, 0.9),
		s.key + "_smape":            analysis.Quantile(smape, 0.5),
		s.key + "_climate_scatter":  100 * s.climate.Scatter,
		s.key + "_climate_exponent": s.climate.Exponent,
	})
}
