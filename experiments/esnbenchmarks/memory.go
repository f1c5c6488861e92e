package esnbenchmarks

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/glia-sim/glia/analysis"
	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/networks/reservoir"
	"github.com/glia-sim/glia/networks/reservoir/tasks"
	"github.com/glia-sim/glia/viz"
	"gonum.org/v1/gonum/stat"
)

// memoryRow is a row of the table of memory capacities.
type memoryRow struct {
	name, meaning, source string
	value, tolerance      float64
	units                 int
	lambda                float64
	label                 string // in the figure; empty: not drawn
	build                 func(units int, seed uint64) (*reservoir.ESN, error)
}

// random is a network of dense uniform weights without bias.
func random(radius, scale, leak float64, f reservoir.Activation) func(int, uint64) (*reservoir.ESN, error) {
	return func(units int, seed uint64) (*reservoir.ESN, error) {
		c := reservoir.DefaultESN(units, 1)
		c.SpectralRadius, c.InputScale, c.BiasScale, c.Leak, c.Activation, c.Seed = radius, scale, 0, leak, f, seed
		return c.Build()
	}
}

// orthogonal is a network around a random orthogonal matrix times a radius.
func orthogonal(radius float64) func(int, uint64) (*reservoir.ESN, error) {
	return func(units int, seed uint64) (*reservoir.ESN, error) {
		rng := rand.New(rand.NewPCG(seed, 41))
		w, err := reservoir.Orthogonal(units, radius, rng)
		if err != nil {
			return nil, err
		}
		return reservoir.NewESN(w, reservoir.UniformInput(units, 1, 0.1, rng), nil, 1, reservoir.Tanh)
	}
}

func shiftRegister(cells int, _ uint64) (*reservoir.ESN, error) {
	w, err := reservoir.Shift(cells, 1)
	if err != nil {
		return nil, err
	}
	in := reservoir.NewDense(cells, 1)
	in.Data[0] = 0.1
	return reservoir.NewESN(w, in, nil, 1, reservoir.Identity)
}

// Cycles have input weights of one magnitude and aperiodic signs, for which the capacity of the linear one is known.
func linearCycle(units int, _ uint64) (*reservoir.ESN, error) {
	return cycle(units, 0.9, reservoir.Identity)
}

func tanhCycle(units int, _ uint64) (*reservoir.ESN, error) {
	return cycle(units, 0.95, reservoir.Tanh)
}

func cycle(units int, weight float64, f reservoir.Activation) (*reservoir.ESN, error) {
	w, err := reservoir.Ring(units, weight)
	if err != nil {
		return nil, err
	}
	return reservoir.NewESN(w, reservoir.AperiodicInput(units, 0.1), nil, 1, f)
}

func edgeOfStability(units int, seed uint64) (*reservoir.ESN, error) {
	n, err := random(0.9, 0.1, 0.05, reservoir.Tanh)(units, seed)
	if err == nil {
		n.Carry, err = reservoir.Orthogonal(units, 1, rand.New(rand.NewPCG(seed, 43)))
	}
	return n, err
}

var memories = []memoryRow{
	{"mc_shift_register", "memory of a linear shift register of 30 cells", "exact: 29", 29, 0.1, 30, 1e-12, "shift register, 30 cells", shiftRegister},
	{"mc_linear_cycle", "memory of a linear cycle of 50 units, weight 0.9", "exact: N - 1 + r^2N, Rodan & Tino 2011", 49, 0.1, 50, 1e-14, "linear cycle, 50 units", linearCycle},
	{"mc_tanh_20", "memory of 20 tanh units, radius 0.9, input 0.1", independent + ": 14.1 +- 1.1", 14.1, 2, 20, 1e-9, "", random(0.9, 0.1, 1, reservoir.Tanh)},
	{"mc_tanh", "memory of 100 tanh units, radius 0.9, input 0.1", independent + ": 30.6 +- 2.1; ReservoirPy notebook: 31.9", 30.6, 4, 100, 1e-7, "tanh, input 0.1", random(0.9, 0.1, 1, reservoir.Tanh)},
	{"mc_tanh_strong", "the same at input 1", independent + ": 13.5 +- 0.9", 13.5, 2, 100, 1e-7, "tanh, input 1", random(0.9, 1, 1, reservoir.Tanh)},
	{"mc_tanh_weak", "the same at input 0.01 and lambda 1e-12", independent + ": 43.0 +- 2.1", 43, 5, 100, 1e-12, "", random(0.9, 0.01, 1, reservoir.Tanh)},
	{"mc_leaky", "memory of 100 tanh units with leak 0.3", independent + ": 15.9 +- 0.3", 15.9, 1.5, 100, 1e-7, "tanh, leak 0.3", random(0.9, 0.1, 0.3, reservoir.Tanh)},
	{"mc_linear", "memory of 100 linear units, limited by numerical precision", independent + ": 53.7 +- 1.7", 53.7, 5, 100, 1e-12, "", random(0.9, 0.1, 1, reservoir.Identity)},
	{"mc_orthogonal", "memory of 100 tanh units, 0.9 times orthogonal", independent + ": 55.7 +- 0.8", 55.7, 3, 100, 1e-7, "", orthogonal(0.9)},
	{"mc_orthogonal_unscaled", "memory of 100 tanh units, orthogonal", notebook, 89.3, 5, 100, 1e-7, "", orthogonal(1)},
	{"mc_cycle", "memory of a cycle of 100 tanh units, weight 0.95", independent + ": 54.5 +- 0.6", 54.5, 3, 100, 1e-9, "tanh, cycle 0.95", tanhCycle},
	{"mc_edge_of_stability", "memory of 100 units at the edge of stability, proximity 0.05", notebook, 97.4, 4, 100, 1e-7, "edge of stability", edgeOfStability},
}

func (b *benchmarks) protocol(lambda float64) tasks.Memory {
	m := tasks.DefaultMemory()
	m.Washout, m.Train, m.Test, m.Lambda, m.SubtractChance = b.steps(m.Washout), b.steps(m.Train), b.steps(m.Test), lambda, true
	return m
}

func (b *benchmarks) memory(ctx context.Context) error {
	b.Phase("memory")
	n := b.Int("realisations")
	var rows []memoryRow
	for _, m := range memories {
		if m.units <= b.Int("largest") {
			rows = append(rows, m)
		}
	}
	capacities := make([]tasks.Capacity, len(rows)*n)
	if err := tasks.Each(ctx, b.Workers, len(capacities), func(i int) error {
		m, seed := rows[i/n], b.seed(i%n)
		var err error
		capacities[i], err = experiments.Keep(b.Run, fmt.Sprintf("%s %d", m.name, i%n), func() (tasks.Capacity, error) {
			r, err := m.build(m.units, seed)
			if err != nil {
				return tasks.Capacity{}, err
			}
			c, err := b.protocol(m.lambda).Measure(r, seed)
			if err != nil {
				err = fmt.Errorf("%s: %w", m.meaning, err)
			}
			return c, err
		})
		return err
	}); err != nil {
		return err
	}
	var curves []viz.Series
	bars := viz.Bars{Title: "Memory capacities", X: viz.Axis{Label: "Memory capacity"}, Groups: []viz.BarGroup{{Name: "this run", Err: []float64{}}}, PointsName: "expected"}
	for k, m := range rows {
		totals := make([]float64, n)
		lags := make([]float64, len(capacities[k*n].PerLag))
		for i, c := range capacities[k*n : (k+1)*n] {
			totals[i] = c.Total
			for l, v := range c.PerLag {
				lags[l] += v / float64(n)
			}
		}
		if err := b.put(m.name, stat.Mean(totals, nil)); err != nil {
			return err
		}
		bars.Categories, bars.Points, bars.PointErr = append(bars.Categories, strings.ReplaceAll(strings.TrimPrefix(m.name, "mc_"), "_", " ")), append(bars.Points, m.value), append(bars.PointErr, m.tolerance)
		g := &bars.Groups[0]
		g.Values, g.Err = append(g.Values, stat.Mean(totals, nil)), append(g.Err, analysis.SampleSD(totals))
		if m.label != "" {
			s := viz.Series{Name: m.label}
			for l, v := range lags {
				if l < 120 {
					s.X, s.Y = append(s.X, float64(l+1)), append(s.Y, v)
				}
			}
			curves = append(curves, s)
		}
	}
	if err := b.Figure("capacities", fmt.Sprintf("Memory capacity of each network, mean and standard deviation over %d realisations, beside the value expected and its tolerance", n), bars); err != nil {
		return err
	}
	return b.Figure("memory", "How well the input of some steps ago is recalled on held-out data. 100 units unless said otherwise. "+fmt.Sprintf("Mean over %d realisations.", n), viz.Line{
		Title: "Memory", X: viz.Axis{Label: "Lag", Unit: "steps"}, Y: viz.Axis{Label: "Squared correlation", Min: 0, Max: 1.05}, Series: curves})
}

// Spectral radii and input scales of the sweep.
var sweptRadii, sweptScales = []float64{0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 1, 1.05, 1.1, 1.2, 1.4}, []float64{0.1, 1}

// radius sweeps the spectral radius, without metrics of its own but the best one.
func (b *benchmarks) radius(ctx context.Context) error {
	b.Phase("radius")
	n, units := b.Int("realisations"), min(100, b.Int("largest"))
	radii, scales := sweptRadii, sweptScales
	totals := make([]float64, len(scales)*len(radii)*n)
	if err := tasks.Each(ctx, b.Workers, len(totals), func(i int) error {
		seed := b.seed(i % n)
		c, err := experiments.Keep(b.Run, fmt.Sprintf("radius %d", i), func() (tasks.Capacity, error) {
			r, err := random(radii[i/n%len(radii)], scales[i/n/len(radii)], 1, reservoir.Tanh)(units, seed)
			if err != nil {
				return tasks.Capacity{}, err
			}
			return b.protocol(1e-7).Measure(r, seed)
		})
		totals[i] = c.Total
		return err
	}); err != nil {
		return err
	}
	var curves []viz.Series
	for s, scale := range scales {
		curve := viz.Series{Name: fmt.Sprintf("input %g", scale), X: radii, Markers: true}
		for k := range radii {
			x := totals[(s*len(radii)+k)*n:][:n]
			curve.Y, curve.Err = append(curve.Y, stat.Mean(x, nil)), append(curve.Err, analysis.SD(x))
		}
		curves = append(curves, curve)
	}
	top := 0
	for k, y := range curves[0].Y {
		if y > curves[0].Y[top] {
			top = k
		}
	}
	if units == 100 {
		if err := b.put("memory_best_radius", radii[top]); err != nil {
			return err
		}
	}
	return b.Figure("memory_radius", fmt.Sprintf("Memory capacity of %d tanh units; the band is the standard deviation over %d realisations", units, n), viz.Line{
		Title: "Memory over the spectral radius", X: viz.Axis{Label: "Spectral radius"}, Y: viz.Axis{Label: "Memory capacity", Zero: true}, Series: curves,
		Lines: []viz.RefLine{{Value: 1, Vertical: true}}})
}
