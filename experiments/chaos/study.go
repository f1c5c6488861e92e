package chaos

import (
	"context"
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
	series    []*mat.Dense // per network: a stretch of the orbit of its own
	protocol  tasks.Free
	found     []*tasks.Forecasts // per network
	scatter   float64            // of the freely running first network: largest relative error of a standard deviation
	exponent  float64            // of the same
}

// perTime is the number of samples in a Lyapunov time.
func (s *study) perTime() float64 { return 1 / (s.flow.Sample * s.flow.Lyapunov()) }

// measure does everything that takes time: per system the exponents, and each network.
func measure(ctx context.Context, r *experiments.Run, studies []*study) error {
	r.Phase("forecast")
	networks := r.Int("realisations")
	for _, s := range studies {
		s.found, s.series = make([]*tasks.Forecasts, networks), make([]*mat.Dense, networks)
		s.protocol = tasks.FlowForecast(s.flow, r.Int("train"), r.Int("forecasts"))
	}
	var done atomic.Int64
	total := len(studies) * (networks + 1)
	return tasks.Each(ctx, r.Workers, total, func(i int) error {
		s, k := studies[i/(networks+1)], i%(networks+1)
		defer func() { r.Progress(float64(done.Add(1)), float64(total)) }()
		if k == networks {
			var err error
			s.exponents, err = s.flow.Spectrum(r.Float("exponent_span")/s.flow.Lyapunov(), 5)
			return err
		}
		// Stretches differ more than networks: Arneodo's may stay in one of its two lobes for all of the training.
		var err error
		n := s.protocol.Samples()
		if s.series[k], err = s.flow.Series(n, 500+k*n, 5); err != nil {
			return err
		}
		if err := tasks.Standardise(s.series[k], s.protocol.Washout+s.protocol.Train); err != nil {
			return err
		}
		c := tasks.FlowESN(r.Int("units"), len(s.flow.Start))
		c.SpectralRadius, c.InputScale, c.Seed = r.Float("radius"), r.Float("input_scale"), r.Seed<<16+uint64(k)
		network, err := c.Build()
		if err != nil {
			return err
		}
		if s.found[k], err = s.protocol.Run(network, s.series[k]); err != nil {
			return err
		}
		if k == 0 {
			s.climate(network, int(r.Float("climate_span")*s.perTime()))
		}
		return nil
	})
}

// climate lets a network run freely for long after the last forecast and compares standard deviations and the largest exponent
// with those of its system. A loop that diverges has neither.
func (s *study) climate(n *reservoir.ESN, steps int) {
	s.scatter, s.exponent = math.NaN(), math.NaN()
	steps = max(steps, 10)
	model, units, dim := s.found[0].Model, n.Units(), len(s.flow.Start)
	point := make([]float64, units+dim) // state of the network, and the prediction that is its next input
	copy(point, n.State())
	rows, _ := s.series[0].Dims()
	copy(point[units:], s.series[0].RawRowView(rows-1))
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
		return
	}
	s.scatter = 0
	for c := range dim {
		truth := analysis.SD(mat.Col(nil, c, s.series[0]))
		s.scatter = max(s.scatter, math.Abs(analysis.SD(mat.Col(nil, c, run))/truth-1))
	}
	if l, err := analysis.LargestLyapunov(point, advance, analysis.LyapunovOptions{Discard: 200, Steps: steps}); err == nil {
		s.exponent = l / s.flow.Sample
	}
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
		s.key + "_climate_scatter":  100 * s.scatter,
		s.key + "_climate_exponent": s.exponent,
	})
}
