package criticality

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"sync/atomic"

	"github.com/glia-sim/glia/analysis"
	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/networks/reservoir"
	"github.com/glia-sim/glia/networks/reservoir/tasks"
	"gonum.org/v1/gonum/stat"
)

// ofGates, ofCircuit and ofNetwork are the measurements of one realisation at one setting.
type ofGates struct{ Bits, Distance float64 }

type ofCircuit struct {
	Lambda, Growth         float64
	Kernel, Generalisation float64
	Branching, OneStep     float64
	Rate                   float64 // Hz
}

type ofNetwork struct{ Kernel, Generalisation float64 }

// study holds all measurements: by setting, then by realisation.
type study struct {
	r        *experiments.Run
	gates    [][]ofGates
	circuits [][]ofCircuit
	networks [][]ofNetwork

	damage [][]ofDamage  // by avalanchePoints
	laws   []*damageLaws // of all networks together
}

func newStudy(r *experiments.Run) *study {
	return &study{r: r, gates: table[ofGates](len(variances), r.Int("gate_networks")), circuits: table[ofCircuit](len(scales), r.Int("circuits")),
		networks: table[ofNetwork](len(radii), r.Int("networks")), damage: table[ofDamage](len(avalanchePoints), r.Int("gate_networks"))}
}

func table[T any](settings, realisations int) [][]T {
	t := make([][]T, settings)
	for k := range t {
		t[k] = make([]T, realisations)
	}
	return t
}

// measure runs everything side by side, the long measurements of the microcircuit first.
func (s *study) measure(ctx context.Context) error {
	s.r.Phase("measure")
	var jobs []func() error
	for k := range scales {
		for i := range s.circuits[k] {
			jobs = append(jobs, job(s.r, fmt.Sprintf("circuit %d at scale %g", i, scales[k]), &s.circuits[k][i], func() (ofCircuit, error) { return s.circuit(scales[k], uint64(i)) }))
		}
	}
	for k := range radii {
		for i := range s.networks[k] {
			jobs = append(jobs, job(s.r, fmt.Sprintf("network %d at radius %g", i, radii[k].radius), &s.networks[k][i], func() (ofNetwork, error) { return s.network(radii[k].radius, uint64(i)) }))
		}
	}
	for k := range variances {
		for i := range s.gates[k] {
			jobs = append(jobs, job(s.r, fmt.Sprintf("gates %d at variance %g", i, variances[k].variance), &s.gates[k][i], func() (ofGates, error) { return s.gate(variances[k].variance, uint64(i)) }))
		}
	}
	for k, p := range avalanchePoints {
		for i := range s.damage[k] {
			jobs = append(jobs, job(s.r, fmt.Sprintf("damage %d, %s", i, p.name), &s.damage[k][i], func() (ofDamage, error) { return s.avalanches(p.variance(), uint64(i)) }))
		}
	}
	var finished atomic.Int64
	if err := tasks.Each(ctx, s.r.Workers, len(jobs), func(i int) error {
		err := jobs[i]()
		s.r.Progress(float64(finished.Add(1)), float64(len(jobs)))
		return err
	}); err != nil {
		return err
	}
	return s.fitDamage()
}

func job[T any](r *experiments.Run, name string, to *T, f func() (T, error)) func() error {
	return func() (err error) {
		*to, err = experiments.Keep(r, name, f)
		return err
	}
}

func (s *study) gate(variance float64, i uint64) (ofGates, error) {
	seed := s.r.Seed<<16 + i
	n, err := reservoir.GatesConfig{Units: s.r.Int("gates"), InDegree: 4, Variance: variance, Seed: seed}.Build()
	if err != nil {
		return ofGates{}, err
	}
	p := tasks.DefaultParity()
	p.Train, p.Test = s.r.Int("gate_steps"), s.r.Int("gate_steps")/2
	c, err := p.Measure(n, seed)
	if err != nil {
		return ofGates{}, err
	}
	d, err := tasks.Damage(n, 0, 0.1, 100, seed)
	return ofGates{c.Total, d}, err
}

func (s *study) circuit(scale float64, i uint64) (m ofCircuit, err error) {
	seed := s.r.Seed<<16 + i
	c := reservoir.DefaultColumn()
	c.Nz, c.Lambda, c.WScale, c.Seed = s.r.Int("layers"), s.r.Float("lambda"), scale, seed
	n, err := c.Build()
	if err != nil {
		return m, err
	}
	shift := tasks.DefaultSpikeShift()
	shift.Inputs = s.r.Int("shifts")
	if m.Lambda, m.Growth, err = shift.Measure(n, seed); err != nil {
		return m, err
	}
	poisson := tasks.PoissonInput(c.Channels, shift.Rate, c.Step)
	// Inputs of 500 ms; variants agree in the last 300.
	ranks := tasks.Ranks{Series: s.r.Int("rank_inputs"), Steps: 1000, Common: 600, Tolerance: 0.01, Draw: poisson}
	kernel, generalisation, err := ranks.Measure(n, seed)
	if err != nil {
		return m, err
	}
	m.Kernel, m.Generalisation = float64(kernel), float64(generalisation)

	count := n.Net.CountSpikes(n.Of[0])
	other := n.Net.CountSpikes(n.Of[1])
	n.Reset()
	const bin = 8 // steps: 4 ms
	steps := int(s.r.Float("activity") * 1000 / c.Step)
	u := poisson(steps, rand.New(rand.NewPCG(seed, 61)))
	var activity []float64
	before := int64(0)
	for t := range steps {
		if err := n.Step(u[t*c.Channels : (t+1)*c.Channels]); err != nil {
			return m, err
		}
		if (t+1)%bin == 0 {
			now := count.Total + other.Total
			activity = append(activity, float64(now-before))
			before = now
		}
	}
	m.Rate = float64(before) / float64(n.Units()) / s.r.Float("activity")
	m.OneStep = analysis.OneStepSlope(activity)
	m.Branching = math.NaN()
	// A silent or constant circuit has no branching parameter.
	if fit, err := analysis.MultistepRegression(activity, analysis.MultistepOptions{}); err == nil {
		m.Branching = fit.M
	}
	return m, nil
}

func (s *study) network(radius float64, i uint64) (ofNetwork, error) {
	c := reservoir.DefaultESN(s.r.Int("echo_units"), 1)
	c.SpectralRadius, c.Weights, c.InputScale, c.BiasScale, c.Seed = radius, reservoir.Normal, 0.5, 0, s.r.Seed<<16+i
	n, err := c.Build()
	if err != nil {
		return ofNetwork{}, err
	}
	ranks := tasks.DefaultRanks()
	ranks.Series = c.Units
	kernel, generalisation, err := ranks.Measure(n, c.Seed)
	return ofNetwork{float64(kernel), float64(generalisation)}, err
}

// column takes one number out of each realisation.
func column[T any](of []T, f func(T) float64) []float64 {
	x := make([]float64, len(of))
	for i, m := range of {
		x[i] = f(m)
	}
	return x
}

func average[T any](of []T, f func(T) float64) float64 { return stat.Mean(column(of, f), nil) }

func bits(m ofGates) float64         { return m.Bits }
func distance(m ofGates) float64     { return m.Distance }
func lambda(m ofCircuit) float64     { return m.Lambda }
func difference(m ofCircuit) float64 { return m.Kernel - m.Generalisation }

// crossing is the scale at which the mean exponent first changes sign from below, linear in the logarithm.
func (s *study) crossing() float64 {
	for k := 1; k < len(scales); k++ {
		a, b := average(s.circuits[k-1], lambda), average(s.circuits[k], lambda)
		if a < 0 && b >= 0 {
			return math.Exp(math.Log(scales[k-1]) + math.Log(scales[k]/scales[k-1])*a/(a-b))
		}
	}
	return math.NaN()
}

// best is the setting of the largest mean of f.
func best[T any](table [][]T, f func(T) float64) int {
	at := 0
	for k := range table {
		if average(table[k], f) > average(table[at], f) {
			at = k
		}
	}
	return at
}

func (s *study) report(r *experiments.Run) error {
	values := map[string]float64{}
	for _, l := range lines {
		values[l.name()] = reservoir.CriticalVariance(l.inDegree, l.mean)
	}
	for k, p := range variances {
		values["parity_"+spelled(p.variance)] = average(s.gates[k], bits)
		if p.distance != none {
			values["damage_"+spelled(p.variance)] = average(s.gates[k], distance)
		}
	}
	peak := best(s.gates, bits)
	values["parity_peak"], values["parity_peak_at"] = average(s.gates[peak], bits), variances[peak].variance
	s.reportDamage(values)
	for k, x := range scales {
		if x == 1 {
			values["rate_1"] = average(s.circuits[k], func(m ofCircuit) float64 { return m.Rate })
		}
	}
	top := best(s.circuits, difference)
	values["lyapunov_weakest"], values["lyapunov_strongest"] = average(s.circuits[0], lambda), average(s.circuits[len(scales)-1], lambda)
	values["critical_scale"], values["best_scale"] = s.crossing(), scales[top]
	values["best_over_critical"] = scales[top] / s.crossing()
	values["rank_difference_best"] = average(s.circuits[top], difference)
	values["branching_best"] = average(s.circuits[top], func(m ofCircuit) float64 { return m.Branching })
	for k, p := range radii {
		values["rank_difference_"+spelled(p.radius)] = average(s.networks[k], func(m ofNetwork) float64 { return m.Kernel - m.Generalisation })
	}
	return r.Metrics(values)
}
