package whatwhen

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"sync/atomic"

	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/networks/reservoir/tasks"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
)

// The contingencies of the two phases.
var first, second = contingency{0.7, 500}, contingency{0.3, 700}

// probabilities at which the amplitude is measured.
var probabilities = []float64{0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9}

// noises at which robustness is measured [mV/ms].
var noises = []float64{0, 0.02, 0.05, 0.1, 0.2, 0.5}

// averaged is the number of last trials of a phase whose predictions are averaged.
const averaged = 20

// probe is what the readouts of a learner say after some trial, in a trial without learning.
type probe struct{ A500, B500, A700, B700 float64 }

func probeOf(y [2][]float64) probe {
	at := func(k, latency int) float64 { return y[k][cueTime+latency] }
	return probe{at(0, first.latency), at(1, first.latency), at(0, second.latency), at(1, second.latency)}
}

// peak is the latency [ms] of the largest prediction after the cue.
func peak(y []float64) float64 { return float64(floats.MaxIdx(y[cueTime:])) }

// relearning is the course of one learner over both phases.
type relearning struct {
	Course        []probe       // after each trial
	Before, After [2][]float64  // predictions at the end of the phases
	Mean          [2][2]float64 // by phase and outcome: amplitude at the phase's latency, over its last trials
}

// realisation is what one network measures.
type realisation struct {
	Local, RLS, Reset relearning
	Rate              float64
	Amplitudes        []float64 // of A over probabilities
	CosAB, CosRLS     float64
	CosWhatWhen       float64
	Two               [2][2][]float64 // predictions of the two pathways by cue and outcome
	TwoPeaks          [2]float64
	TwoAmplitudes     [2][2]float64
	Baselines, Gated  map[gate]float64
}

// noisePoint is a setting of the reservoir at some noise.
type noisePoint struct {
	name      string
	circuit   circuit
	amplitude []float64 // of A over realisations
	other     []float64 // of B
	latency   []float64
}

type study struct {
	r      *experiments.Run
	of     []*realisation
	points []*noisePoint
}

func newStudy(r *experiments.Run) *study {
	s := &study{r: r, of: make([]*realisation, r.Int("realisations"))}
	add := func(name string, c circuit, noise float64) {
		n := r.Int("noise_realisations")
		c.noise = noise
		s.points = append(s.points, &noisePoint{name, c, make([]float64, n), make([]float64, n), make([]float64, n)})
	}
	reference := circuit{units: r.Int("units"), excitation: 0.5, cue: 10, decay: 40, drive: 1}
	for _, noise := range noises {
		add("reference", reference, noise)
		add("robust", reference.robust(), noise)
	}
	const at = 0.1
	for _, single := range []struct {
		name   string
		change func(*circuit)
	}{
		{"steps of 0.2 ms", func(c *circuit) { c.substeps = 5 }}, {"weights of 0.05", func(c *circuit) { c.excitation = 0.05 }},
		{"drive of 1.5", func(c *circuit) { c.drive = 1.5 }},
		{"traces of 100 ms", func(c *circuit) { c.decay = 100 }}, {"twice the neurons", func(c *circuit) { c.units *= 2 }},
	} {
		c := reference
		single.change(&c)
		add(single.name, c, at)
	}
	c := reference.robust()
	c.excitation, c.substeps = 0.05, 5
	add("robust and fine, weights of 0.05", c, at)
	return s
}

func (s *study) circuit() circuit {
	r := s.r
	return circuit{units: r.Int("units"), excitation: r.Float("excitation"), noise: r.Float("noise"), cue: r.Float("cue"), decay: r.Float("decay"),
		substeps: r.Int("substeps"), recovery: r.Float("recovery"), drive: r.Float("drive")}
}

// measure runs all networks and all points of noise side by side.
func (s *study) measure(ctx context.Context) error {
	s.r.Phase("measure")
	per := s.r.Int("noise_realisations")
	total := len(s.of) + len(s.points)*per
	var finished atomic.Int64
	return tasks.Each(ctx, s.r.Workers, total, func(i int) (err error) {
		if i < len(s.of) {
			s.of[i], err = experiments.Keep(s.r, fmt.Sprintf("network %d", i), func() (*realisation, error) {
				return s.realise(ctx, s.r.Seed<<16+uint64(i))
			})
		} else {
			i -= len(s.of)
			err = s.points[i/per].measure(ctx, i%per, s.r)
		}
		s.r.Progress(float64(finished.Add(1)), float64(total))
		return err
	})
}

func (s *study) realise(ctx context.Context, seed uint64) (*realisation, error) {
	w, err := newWorld(s.circuit(), seed, 2)
	if err != nil {
		return nil, err
	}
	m := &realisation{Baselines: map[gate]float64{}, Gated: map[gate]float64{}}
	for _, step := range []func(context.Context, *world, *realisation, uint64) error{s.relearn, s.probability, s.pathways, s.gates} {
		if err := step(ctx, w, m, seed); err != nil {
			return nil, err
		}
	}
	m.Rate = w.rate()
	return m, nil
}

// relearn takes the local rule, recursive least squares, and the same with P put back to its start at the change
// through both phases, with the same trials for all.
func (s *study) relearn(ctx context.Context, w *world, m *realisation, seed uint64) error {
	units, n := w.net.Units(), s.r.Int("trials")
	local, err := newLocal(units, s.r.Float("rate"), windowed)
	if err != nil {
		return err
	}
	rls, err := newRLS(units)
	if err != nil {
		return err
	}
	reset, err := newRLS(units)
	if err != nil {
		return err
	}
	rng := rand.New(rand.NewPCG(seed, 42))
	c := first
	for k := range 2 * n {
		if err := ctx.Err(); err != nil {
			return err
		}
		if k == n {
			c = second
			mean, err := meanState(w)
			if err != nil {
				return err
			}
			m.CosAB = cosine(local.weights(0), local.weights(1), mean)
			m.CosRLS = cosine(rls.weights(0), rls.weights(1), mean)
			reset.copyFrom(rls)
			reset.resetP()
			m.Reset.Course = append(m.Reset.Course, m.RLS.Course...)
		}
		x, err := w.trial(0, uint64(k))
		if err != nil {
			return err
		}
		outcome := c.outcome(rng)
		for _, l := range []struct {
			rule   *onePathway
			course *relearning
			from   int
		}{{local, &m.Local, 0}, {rls, &m.RLS, 0}, {reset, &m.Reset, n}} {
			if k < l.from {
				continue
			}
			if err := l.rule.learn(x, c, outcome); err != nil {
				return err
			}
			p := probeOf(l.rule.predict(x, cueTime+first.latency, cueTime+second.latency))
			l.course.Course = append(l.course.Course, p)
			if k == n-1 || k == 2*n-1 {
				y := l.rule.predict(x)
				if k < n {
					l.course.Before = y
				} else {
					l.course.After = y
				}
			}
			if phase := k / n; k >= (phase+1)*n-averaged {
				a, b := p.A500, p.B500
				if phase == 1 {
					a, b = p.A700, p.B700
				}
				l.course.Mean[phase][0] += a / averaged
				l.course.Mean[phase][1] += b / averaged
			}
		}
	}
	return nil
}

// meanState is the mean trace over the open gate.
func meanState(w *world) ([]float64, error) {
	x, err := w.trial(0, 0)
	if err != nil {
		return nil, err
	}
	mean := make([]float64, w.net.Units())
	for _, r := range x[cueTime:] {
		floats.AddScaled(mean, 1/float64(len(x)-cueTime), r)
	}
	return mean, nil
}

// probability measures the amplitude of A, over the last trials, for several probabilities of it.
func (s *study) probability(ctx context.Context, w *world, m *realisation, seed uint64) error {
	for k, p := range probabilities {
		a, _, _, err := acquire(ctx, w, contingency{p, first.latency}, s.r.Int("trials"), s.r.Float("rate"), windowed, seed<<8+uint64(k))
		if err != nil {
			return err
		}
		m.Amplitudes = append(m.Amplitudes, a)
	}
	return nil
}

// acquire trains the local rule from scratch with the first cue and returns the mean predictions of A and B at the
// latency over the last trials, each made before learning from its trial, and the mean prediction of A over these trials.
func acquire(ctx context.Context, w *world, c contingency, trials int, rate float64, g gate, seed uint64) (a, b float64, mean []float64, err error) {
	l, err := newLocal(w.net.Units(), rate, g)
	if err != nil {
		return 0, 0, nil, err
	}
	rng := rand.New(rand.NewPCG(seed, 43))
	mean = make([]float64, trialTime)
	last := float64(min(averaged, trials))
	for k := range trials {
		if err := ctx.Err(); err != nil {
			return 0, 0, nil, err
		}
		x, err := w.trial(0, uint64(k))
		if err != nil {
			return 0, 0, nil, err
		}
		if k >= trials-averaged {
			y := l.predict(x)
			a, b = a+y[0][cueTime+c.latency]/last, b+y[1][cueTime+c.latency]/last
			floats.AddScaled(mean, 1/last, y[0])
		}
		if err := l.learn(x, c, c.outcome(rng)); err != nil {
			return 0, 0, nil, err
		}
	}
	return a, b, mean, nil
}

// pathways trains the two-pathway rule on two cues in random order, each with its own contingency.
func (s *study) pathways(ctx context.Context, w *world, m *realisation, seed uint64) error {
	l, err := newTwoPathways(w.net.Units(), s.r.Float("rate"), s.r.Float("what_rate"), s.r.Int("replays"))
	if err != nil {
		return err
	}
	rng := rand.New(rand.NewPCG(seed, 44))
	cues := [2]contingency{first, second}
	trials := 2 * s.r.Int("cue_trials")
	var seen [2]float64
	for k := range trials {
		if err := ctx.Err(); err != nil {
			return err
		}
		cue := rng.IntN(2)
		x, err := w.trial(cue, uint64(k))
		if err != nil {
			return err
		}
		if k >= trials-2*averaged {
			seen[cue]++
			for i := range 2 {
				m.TwoAmplitudes[cue][i] += l.at(x, cueTime+cues[cue].latency, i)
			}
		}
		if err := l.learn(x, cues[cue], cues[cue].outcome(rng)); err != nil {
			return err
		}
	}
	mean, err := meanState(w)
	if err != nil {
		return err
	}
	for k := range 2 {
		m.CosWhatWhen = max(m.CosWhatWhen, math.Abs(cosine(l.when.Row(0), l.what.Row(k), mean)))
	}
	for cue, c := range cues {
		x, err := w.trial(cue, uint64(trials+cue))
		if err != nil {
			return err
		}
		m.Two[cue] = l.predict(x)
		likely := 0
		if c.p < 0.5 {
			likely = 1
		}
		m.TwoPeaks[cue] = peak(m.Two[cue][likely])
		for i := range 2 {
			m.TwoAmplitudes[cue][i] /= max(1, seen[cue])
		}
	}
	return nil
}

// gates repeats the first phase with the gate of attention open all the time and never.
func (s *study) gates(ctx context.Context, w *world, m *realisation, seed uint64) error {
	for _, g := range []gate{windowed, always, never} {
		a, _, y, err := acquire(ctx, w, first, s.r.Int("trials"), s.r.Float("rate"), g, seed)
		if err != nil {
			return err
		}
		m.Gated[g] = a
		sum := 0.0
		for _, v := range y[:cueTime] {
			sum += math.Abs(v) / cueTime
		}
		m.Baselines[g] = sum
	}
	return nil
}

func (p *noisePoint) measure(ctx context.Context, k int, r *experiments.Run) error {
	type result struct{ A, B, Latency float64 }
	got, err := experiments.Keep(r, fmt.Sprintf("%s at noise %g, network %d", p.name, p.circuit.noise, k), func() (result, error) {
		seed := r.Seed<<16 + uint64(k)
		w, err := newWorld(p.circuit, seed, 1)
		if err != nil {
			return result{}, err
		}
		a, b, y, err := acquire(ctx, w, first, r.Int("noise_trials"), r.Float("rate"), windowed, seed)
		if err != nil {
			return result{}, err
		}
		return result{a, b, peak(y)}, nil
	})
	p.amplitude[k], p.other[k], p.latency[k] = got.A, got.B, got.Latency
	return err
}

func mean(x []float64) float64 { return stat.Mean(x, nil) }

// over collects a number from all realisations.
func (s *study) over(f func(*realisation) float64) []float64 {
	var x []float64
	for _, m := range s.of {
		x = append(x, f(m))
	}
	return x
}
