package eireservoir

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"sync/atomic"

	"github.com/glia-sim/glia/analysis"
	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/networks/reservoir"
	"github.com/glia-sim/glia/networks/reservoir/tasks"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// way is how inhibition is set.
type way int

const (
	global  way = iota // by the balance alone
	iterate            // adapted step by step to a common rate
	oneStep            // by the mean-field solution for a common rate
	mixture            // adapted step by step to a rate of each unit
)

// setting is a point of the study with the scores of its realisations.
type setting struct {
	way        way
	at         float64 // beta for global, else the target rate
	inputScale float64
	memoryOnly bool

	mc, nrmse, rate, spread, entropy []float64 // per realisation
	validMC, validNRMSE              []float64 // of mixed rates, on series for choices of parameters
	units                            []float64 // rates of single units, first realisation
	drawn                            bool      // the eigenvalues are wanted
	eigenvalues                      []complex128
}

// study is everything that is measured.
type study struct {
	r                *experiments.Run
	sweep, adapted   []*setting // over balances and over target rates
	solved           []*setting // over target rates, in one step
	mixed            *setting
	scales           []float64
	scaled           [][]*setting // per input scale: balances -3 to 0, then adapted to 0.5, then mixed
	unadapted, plain int          // indices in sweep: beta 0, and into adapted: rate 0.5
}

// eigenUnits is the number of units up to which eigenvalues are computed, a second at the most.
const eigenUnits = 500

func newStudy(r *experiments.Run) *study {
	n, scale := r.Int("realisations"), r.Float("input_scale")
	make1 := func(w way, at, scale float64) *setting {
		return &setting{way: w, at: at, inputScale: scale, mc: make([]float64, n), nrmse: make([]float64, n), rate: make([]float64, n),
			spread: make([]float64, n), entropy: make([]float64, n), validMC: make([]float64, n), validNRMSE: make([]float64, n)}
	}
	s := &study{r: r, mixed: make1(mixture, 0, scale), scales: []float64{0.1, 0.25, 0.5, 1, 2}}
	for k, b := range balances {
		s.sweep = append(s.sweep, make1(global, b.at, scale))
		if b.at == 0 {
			s.unadapted = k
		}
	}
	for k, b := range targets {
		s.adapted = append(s.adapted, make1(iterate, b.at, scale))
		s.solved = append(s.solved, make1(oneStep, b.at, scale))
		if b.at == 0.5 {
			s.plain = k
		}
	}
	for _, p := range []*setting{s.sweep[s.unadapted], s.adapted[s.plain], s.mixed} {
		p.drawn = true
	}
	for _, x := range s.scales {
		row := []*setting{make1(global, -3, x), make1(global, -2, x), make1(global, -1, x), make1(global, 0, x), make1(iterate, 0.5, x), make1(mixture, 0, x)}
		for _, p := range row {
			p.memoryOnly = true
		}
		s.scaled = append(s.scaled, row)
	}
	return s
}

func (s *study) all() []*setting {
	all := append(append(append([]*setting{}, s.sweep...), s.adapted...), s.solved...)
	all = append(all, s.mixed)
	for _, row := range s.scaled {
		all = append(all, row...)
	}
	return all
}

// measure runs all realisations of all settings. A realisation has the same graph and the same series in every
// setting.
func (s *study) measure(ctx context.Context) error {
	s.r.Phase("measure")
	all, n := s.all(), s.r.Int("realisations")
	var finished atomic.Int64
	return tasks.Each(ctx, s.r.Workers, len(all)*n, func(i int) error {
		score, err := experiments.Keep(s.r, fmt.Sprintf("setting %d, realisation %d", i/n, i%n), func() (score, error) { return s.realise(all[i/n], i%n) })
		all[i/n].take(score, i%n)
		s.r.Progress(float64(finished.Add(1)), float64(len(all)*n))
		return err
	})
}

// score is what a realisation of a setting gives.
type score struct {
	MC, NRMSE, Rate, Spread, Entropy float64
	ValidMC, ValidNRMSE              float64
	Units                            []float64 // rates
	Eigenvalues                      []complex128
}

func (p *setting) take(s score, k int) {
	p.mc[k], p.nrmse[k], p.rate[k], p.spread[k], p.entropy[k] = s.MC, s.NRMSE, s.Rate, s.Spread, s.Entropy
	p.validMC[k], p.validNRMSE[k] = s.ValidMC, s.ValidNRMSE
	if k == 0 {
		p.units, p.eigenvalues = s.Units, s.Eigenvalues
	}
}

func (s *study) realise(p *setting, k int) (out score, err error) {
	r := s.r
	seed := r.Seed<<16 + uint64(k)
	c := reservoir.DefaultEI(r.Int("units"), 1)
	c.Density, c.Strength, c.InputScale, c.Seed = r.Float("density"), r.Float("strength"), p.inputScale, seed
	if p.way == global {
		c.Balance = p.at
	}
	n, err := c.Build()
	if err != nil {
		return out, err
	}
	drive := func(steps int, stream uint64) mat.Matrix {
		return reservoir.Series(tasks.UniformSeries(steps, -1, 1, rand.New(rand.NewPCG(seed, stream))))
	}
	adapt := reservoir.Adaptation{Targets: reservoir.HomogeneousTargets(n.Units(), p.at), Rate: r.Float("adaptation_rate")}
	switch p.way {
	case mixture:
		adapt.Targets = reservoir.HeterogeneousTargets(n.Units(), 0.1, 0.9, rand.New(rand.NewPCG(seed, 31)))
		fallthrough
	case iterate:
		err = adapt.Run(n, drive(r.Int("adaptation_steps"), 32))
	case oneStep:
		err = adapt.Solve(n, []float64{0})
	}
	if err != nil {
		return out, err
	}
	memory := tasks.Memory{Amplitude: 1, Washout: 200, Train: r.Int("train"), Test: r.Int("test"), MaxLag: r.Int("lags"), Lambda: 1e-7, SubtractChance: true}
	m, err := memory.Measure(n, seed)
	if err != nil {
		return out, err
	}
	out.MC = m.Total
	if p.memoryOnly {
		return out, nil
	}
	f, err := tasks.NARMA{Washout: 200, Train: r.Int("train"), Test: r.Int("test"), Lambda: 1e-7}.Measure(n, seed)
	if err != nil {
		return out, err
	}
	out.NRMSE = f.NRMSE
	if p == s.mixed {
		const others = 1 << 40 // seeds of series that the scores above do not see
		if m, err = memory.Measure(n, seed+others); err != nil {
			return out, err
		}
		if f, err = (tasks.NARMA{Washout: 200, Train: r.Int("train"), Test: r.Int("test"), Lambda: 1e-7}).Measure(n, seed+others); err != nil {
			return out, err
		}
		out.ValidMC, out.ValidNRMSE = m.Total, f.NRMSE
	}
	n.Reset()
	x, err := reservoir.Collect(n, drive(1200, 33), 200)
	if err != nil {
		return out, err
	}
	rates := make([]float64, n.Units())
	for i := range rates {
		rates[i] = stat.Mean(mat.Col(nil, i, x), nil)
	}
	out.Rate, out.Spread, out.Entropy = stat.Mean(rates, nil), analysis.SD(rates), analysis.UnitEntropy(x, 0, 1, 20)
	out.Units = rates
	if k == 0 && p.drawn && n.Units() <= eigenUnits {
		var e mat.Eigen
		if !e.Factorize(n.Weights().Dense(), mat.EigenNone) {
			return out, errors.New("the eigenvalues of the weights did not converge")
		}
		out.Eigenvalues = e.Values(nil)
	}
	return out, nil
}

func mean(x []float64) float64 { return stat.Mean(x, nil) }

// best is the setting with the largest memory, and the smallest error, among several.
func best(settings []*setting) (memory, narma *setting) {
	memory, narma = settings[0], settings[0]
	for _, p := range settings[1:] {
		if mean(p.mc) > mean(memory.mc) {
			memory = p
		}
		if mean(p.nrmse) < mean(narma.nrmse) {
			narma = p
		}
	}
	return memory, narma
}

// report hands the metrics over.
func (s *study) report(r *experiments.Run, spiking *spikingStudy) error {
	values := map[string]float64{}
	put := func(p *setting, name string) {
		values["mc_"+name], values["nrmse_"+name], values["mean_"+name] = mean(p.mc), mean(p.nrmse), mean(p.rate)
	}
	at := map[float64]*setting{}
	var mcs, entropies []float64
	for _, p := range s.sweep {
		put(p, betaName(p.at))
		at[p.at] = p
	}
	for _, p := range s.adapted {
		put(p, rateName(p.at))
	}
	put(s.mixed, "rates_mixed")
	for _, p := range append(append([]*setting{s.mixed}, s.sweep...), s.adapted...) {
		mcs, entropies = append(mcs, mean(p.mc)), append(entropies, mean(p.entropy))
	}
	values["validation_mc"], values["validation_nrmse"] = mean(s.mixed.validMC), mean(s.mixed.validNRMSE)
	memory, narma := best(s.sweep)
	adaptedMemory, adaptedNARMA := best(s.adapted[1:3]) // rates 0.3 and 0.5
	gain := func(better, than float64) float64 { return 100 * (better/than - 1) }
	values["best_balance"] = memory.at
	values["mc_ratio_plus3"] = mean(at[3].mc) / mean(memory.mc)
	values["mc_ratio_minus3"] = mean(at[-3].mc) / mean(memory.mc)
	values["gain_mc"] = gain(mean(adaptedMemory.mc), mean(memory.mc))
	values["gain_nrmse"] = -gain(mean(adaptedNARMA.nrmse), mean(narma.nrmse))
	values["gain_mc_mixed"] = gain(mean(s.mixed.mc), mean(memory.mc))
	values["gain_nrmse_mixed"] = -gain(mean(s.mixed.nrmse), mean(narma.nrmse))
	values["one_step_ratio"] = mean(s.solved[s.plain].mc) / mean(s.adapted[s.plain].mc)
	values["entropy_correlation"] = stat.Correlation(entropies, mcs, nil)
	largest := math.Inf(-1)
	for _, row := range s.scaled {
		m, _ := best(row[:4])
		largest = max(largest, gain(max(mean(row[4].mc), mean(row[5].mc)), mean(m.mc)))
	}
	values["gain_mc_largest"] = largest
	spiking.report(values)
	return r.Metrics(values)
}
