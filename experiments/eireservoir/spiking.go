package eireservoir

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
	"github.com/glia-sim/glia/viz"
	"gonum.org/v1/gonum/mat"
)

// spikingTargets are the rates to which the spiking network adapts, as shares of the largest, 200 Hz: it is biased to
// fire at some 15 % of it. mixedSpiking are the bounds of the targets that differ from neuron to neuron.
var (
	spikingTargets = []float64{0.05, 0.1, 0.2}
	mixedSpiking   = [2]float64{0.05, 0.25}
)

// spikingScore is what a spiking realisation reaches.
type spikingScore struct{ MC, NRMSE, Rate, Spread float64 }

// spikingSetting is a balance, or the adaptation to a rate from balance 0, with its realisations.
type spikingSetting struct {
	way    way
	gains  bool // adaptation by gains of neurons instead of synapse by synapse
	at     float64
	scores []spikingScore
}

func (p *spikingSetting) column(f func(spikingScore) float64) []float64 {
	x := make([]float64, len(p.scores))
	for k, s := range p.scores {
		x[k] = f(s)
	}
	return x
}

func (p *spikingSetting) mean(f func(spikingScore) float64) float64 { return mean(p.column(f)) }

func spikingMC(s spikingScore) float64   { return s.MC }
func spikingRate(s spikingScore) float64 { return s.Rate }

// spikingStudy repeats the sweep with leaky integrate-and-fire neurons: the same graphs and balances, and adaptation by
// inhibitory plasticity of every synapse, or by a gain of each neuron as in the rate network.
type spikingStudy struct {
	r                *experiments.Run
	sweep            []*spikingSetting
	synapses, gained spikingAdapted
}

// spikingAdapted is adaptation in one of its forms: to common rates, and to mixed ones.
type spikingAdapted struct {
	common []*spikingSetting
	mixed  *spikingSetting
}

func newSpikingStudy(r *experiments.Run) *spikingStudy {
	setting := func(w way, gains bool, at float64) *spikingSetting {
		return &spikingSetting{w, gains, at, make([]spikingScore, r.Int("spiking_realisations"))}
	}
	s := &spikingStudy{r: r}
	for _, b := range balances {
		s.sweep = append(s.sweep, setting(global, false, b.at))
	}
	for _, a := range []*spikingAdapted{&s.synapses, &s.gained} {
		a.mixed = setting(mixture, a == &s.gained, 0)
		for _, rate := range spikingTargets {
			a.common = append(a.common, setting(iterate, a == &s.gained, rate))
		}
	}
	return s
}

func (s *spikingStudy) measure(ctx context.Context) error {
	s.r.Phase("measure spiking")
	all := append(append(append([]*spikingSetting{}, s.synapses.common...), s.synapses.mixed), s.sweep...)
	all = append(append(all, s.gained.common...), s.gained.mixed)
	n := s.r.Int("spiking_realisations")
	var finished atomic.Int64
	return tasks.Each(ctx, s.r.Workers, len(all)*n, func(i int) (err error) {
		p, k := all[i/n], i%n
		p.scores[k], err = experiments.Keep(s.r, fmt.Sprintf("spiking setting %d, realisation %d", i/n, k), func() (spikingScore, error) { return s.realise(p, uint64(k)) })
		s.r.Progress(float64(finished.Add(1)), float64(len(all)*n))
		return err
	})
}

func (s *spikingStudy) realise(p *spikingSetting, k uint64) (score spikingScore, err error) {
	r := s.r
	seed := r.Seed<<16 + k
	c := reservoir.DefaultLIF(r.Int("spiking_units"), 1)
	c.Density, c.Strength, c.InputScale, c.Seed = r.Float("density"), r.Float("strength"), r.Float("spiking_input"), seed
	c.Adaptive, c.Gains = p.way != global && !p.gains, p.gains
	if p.way == global {
		c.Balance = p.at
	}
	n, err := c.Build()
	if err != nil {
		return score, err
	}
	drive := func(steps int, stream uint64) mat.Matrix {
		return reservoir.Series(tasks.UniformSeries(steps, -1, 1, rand.New(rand.NewPCG(seed, stream))))
	}
	if p.way != global {
		adapt := reservoir.Adaptation{Targets: reservoir.HomogeneousTargets(n.Units(), p.at)}
		if p.way == mixture {
			adapt.Targets = reservoir.HeterogeneousTargets(n.Units(), mixedSpiking[0], mixedSpiking[1], rand.New(rand.NewPCG(seed, 31)))
		}
		if err := adapt.Run(n, drive(r.Int("adaptation_steps"), 32)); err != nil {
			return score, err
		}
	}
	// The state of a spiking network is noisy, so the readout is regularised more and long lags are not asked for.
	const lambda = 1e-2
	memory := tasks.Memory{Amplitude: 1, Washout: 200, Train: r.Int("train"), Test: r.Int("test"), MaxLag: min(30, r.Int("lags")), Lambda: lambda, SubtractChance: true}
	m, err := memory.Measure(n, seed)
	if err != nil {
		return score, err
	}
	f, err := tasks.NARMA{Washout: 200, Train: r.Int("train"), Test: r.Int("test"), Lambda: lambda}.Measure(n, seed)
	if err != nil {
		return score, err
	}
	n.Reset()
	x, err := reservoir.Collect(n, drive(600, 33), 100)
	if err != nil {
		return score, err
	}
	rates := make([]float64, n.Units())
	for i := range rates {
		rates[i] = mean(mat.Col(nil, i, x))
	}
	return spikingScore{m.Total, f.NRMSE, mean(rates), analysis.SD(rates)}, nil
}

// best is the balance of the largest memory.
func (s *spikingStudy) best() *spikingSetting {
	top := s.sweep[0]
	for _, p := range s.sweep[1:] {
		if p.mean(spikingMC) > top.mean(spikingMC) {
			top = p
		}
	}
	return top
}

func (s *spikingStudy) at(beta float64) *spikingSetting {
	for _, p := range s.sweep {
		if p.at == beta {
			return p
		}
	}
	return nil
}

func (s *spikingStudy) report(values map[string]float64) {
	top := s.best()
	values["spiking_best_balance"], values["spiking_mc_best"] = top.at, top.mean(spikingMC)
	values["spiking_mc_ratio_plus3"] = s.at(3).mean(spikingMC) / top.mean(spikingMC)
	values["spiking_mc_ratio_minus3"] = s.at(-3).mean(spikingMC) / top.mean(spikingMC)
	values["spiking_saturation"] = s.at(6).mean(spikingRate)
	for of, a := range map[string]spikingAdapted{"": s.synapses, "_by_gains": s.gained} {
		largest, distance := math.Inf(-1), 0.0
		for _, p := range a.common {
			largest = max(largest, 100*(p.mean(spikingMC)/top.mean(spikingMC)-1))
			distance = max(distance, math.Abs(p.mean(spikingRate)-p.at))
		}
		values["spiking_gain_mc"+of], values["spiking_rate_error"+of] = largest, distance
		values["spiking_gain_mc_mixed"+of] = 100 * (a.mixed.mean(spikingMC)/top.mean(spikingMC) - 1)
	}
}

// draw shows the optimum of the spiking network beside that of the rate network, each relative to its best.
func (s *spikingStudy) draw(r *experiments.Run, sweep []*setting) error {
	relative := func(name string, x, y, sd []float64, best float64) viz.Series {
		c := viz.Series{Name: name, Markers: true, X: x}
		for k := range y {
			c.Y, c.Err = append(c.Y, y[k]/best), append(c.Err, sd[k]/best)
		}
		return c
	}
	memory, _ := best(sweep)
	rates := curve("", sweep, ofMemory)
	series := []viz.Series{relative("rates", rates.X, rates.Y, rates.Err, mean(memory.mc))}
	spiking := func(settings []*spikingSetting, f func(spikingScore) float64) (x, y, sd []float64) {
		for _, p := range settings {
			x, y, sd = append(x, p.at), append(y, p.mean(f)), append(sd, analysis.SD(p.column(f)))
		}
		return x, y, sd
	}
	top := s.best().mean(spikingMC)
	x, y, sd := spiking(s.sweep, spikingMC)
	series = append(series, relative("spikes", x, y, sd, top))
	beta := viz.Axis{Label: "Global balance β"}
	if err := r.Figure("spiking_memory", fmt.Sprintf("Memory capacity relative to its best, of the rate network (%.2g) and of %d leaky integrate-and-fire neurons with graphs and balances of the same kind (%.2g). Mean and "+
		"standard deviation over realisations.", mean(memory.mc), r.Int("spiking_units"), top), viz.Line{Title: "Balance with rates and with spikes", X: beta,
		Y: viz.Axis{Label: "Memory capacity / best", Zero: true}, Series: series}); err != nil {
		return err
	}
	fired := viz.Series{Name: "global balance, from -6 to 6", Markers: true}
	for _, p := range s.sweep {
		fired.X, fired.Y = append(fired.X, 200*p.mean(spikingRate)), append(fired.Y, p.mean(spikingMC))
	}
	series = []viz.Series{fired}
	for _, a := range []struct {
		name string
		of   spikingAdapted
	}{{"synapses", s.synapses}, {"gains", s.gained}} {
		adapted := viz.Series{Name: a.name + " adapted to one rate", Markers: true}
		for _, p := range a.of.common {
			adapted.X, adapted.Y = append(adapted.X, 200*p.mean(spikingRate)), append(adapted.Y, p.mean(spikingMC))
		}
		series = append(series, adapted, viz.Series{Name: a.name + " adapted to mixed rates", NoLine: true,
			X: []float64{200 * a.of.mixed.mean(spikingRate)}, Y: []float64{a.of.mixed.mean(spikingMC)}})
	}
	return r.Figure("spiking_adapted", "Memory capacity of the spiking network over its mean rate: inhibition set by the balance alone, or adapted to a target rate, one for all or one of each neuron, "+
		"by plasticity of every inhibitory synapse or by a gain of the inhibition of each neuron.", viz.Line{Title: "Spiking network: balance and adaptation", X: viz.Axis{Label: "Mean rate", Unit: "Hz"},
		Y: viz.Axis{Label: "Memory capacity", Zero: true}, Series: series})
}
