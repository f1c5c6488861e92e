package whatwhen

import (
	"github.com/glia-sim/glia/networks/readout"
	"gonum.org/v1/gonum/floats"
)

// gate is the attention m(t) of the three-factor rules.
type gate int

const (
	windowed gate = iota // 1 from the cue on
	always               // 1 throughout
	never                // 0
)

func (g gate) open(t int) bool { return g == always || g == windowed && t >= cueTime }

// onePathway learns the bump of each identity online: the local rule, a normalised LMS at every ms of an open gate
// with the trace as eligibility, or, as a contrast, recursive least squares every 10 ms (FORCE).
type onePathway struct {
	rule  readout.Readout
	every int
	gate  gate
}

func newLocal(units int, rate float64, g gate) (*onePathway, error) {
	lms, err := readout.NewLMS(units, 2, rate)
	if err != nil {
		return nil, err
	}
	lms.HasBias = false
	return &onePathway{lms, 1, g}, nil
}

// newRLS starts from P = I, in the units in which a rate of 100 Hz is 1.
func newRLS(units int) (*onePathway, error) {
	rls, err := readout.NewRLS(units, 2, 1)
	return &onePathway{rls, 10, windowed}, err
}

// resetP forgets how much has been learned, but not what.
func (l *onePathway) resetP() {
	r := l.rule.(*readout.RLS)
	clear(r.P)
	for i := range r.Inputs {
		r.P[i*r.Inputs+i] = 1
	}
}

// copyFrom takes over what another recursive least squares has learned.
func (l *onePathway) copyFrom(other *onePathway) {
	to, from := l.rule.(*readout.RLS), other.rule.(*readout.RLS)
	copy(to.Weights, from.Weights)
	copy(to.P, from.P)
}

// learn goes through a trial.
func (l *onePathway) learn(x states, c contingency, outcome int) error {
	var target [2]float64
	for t := 0; t < len(x); t += l.every {
		if !l.gate.open(t) {
			continue
		}
		target[outcome] = c.bump(t)
		if err := l.rule.Update(x[t], target[:]); err != nil {
			return err
		}
	}
	return nil
}

// predict gives the predictions at some times of a trial, or at every ms.
func (l *onePathway) predict(x states, only ...int) (y [2][]float64) {
	var out [2]float64
	y[0], y[1] = make([]float64, len(x)), make([]float64, len(x))
	at := func(t int) {
		_ = l.rule.Predict(x[t], out[:]) // lengths are those of learn
		y[0][t], y[1][t] = out[0], out[1]
	}
	for _, t := range only {
		at(t)
	}
	if len(only) == 0 {
		for t := range x {
			at(t)
		}
	}
	return y
}

// weights of the readout of an outcome.
func (l *onePathway) weights(k int) []float64 {
	switch r := l.rule.(type) {
	case *readout.LMS:
		return r.Row(k)
	case *readout.RLS:
		return r.Row(k)
	}
	return nil
}

// twoPathways learns when online, from outcomes of any identity, and what offline, by replaying the mean trace around
// the outcome after the trial. The prediction of outcome k is the product of the two.
//
// Traces of two cues are much alike, so that what follows which is learned slowly. Means of four networks over
// both cues, where 0.7 is right: after 160 trials of each 0.52 with one replay, 0.60 with 5 and 0.63 with 10; after 200
// 0.54, 0.63 and 0.64. After 120, in two networks, 0.46, and 0.50 with 10; by themselves, stronger cues, more neurons, slower
// traces and a faster online rule leave it there (0.53, 0.59, 0.44 and 0.49 with 10 replays), slower recovery does not
// (0.67 at 500 ms, but with the pathways less orthogonal, a cosine of 0.29).
type twoPathways struct {
	when    *readout.LMS
	what    *readout.LMS
	replays int
}

func newTwoPathways(units int, whenRate, whatRate float64, replays int) (*twoPathways, error) {
	when, err := readout.NewLMS(units, 1, whenRate)
	if err != nil {
		return nil, err
	}
	what, err := readout.NewLMS(units, 2, whatRate)
	if err != nil {
		return nil, err
	}
	when.HasBias, what.HasBias = false, false
	return &twoPathways{when, what, replays}, nil
}

func (l *twoPathways) learn(x states, c contingency, outcome int) error {
	for t := cueTime; t < len(x); t++ {
		if err := l.when.Update(x[t], []float64{c.bump(t)}); err != nil {
			return err
		}
	}
	z := around(x, cueTime+c.latency)
	var occurred [2]float64
	occurred[outcome] = 1
	for range l.replays {
		if err := l.what.Update(z, occurred[:]); err != nil {
			return err
		}
	}
	return nil
}

// around is the mean trace over the 100 ms about a time.
func around(x states, at int) []float64 {
	z := make([]float64, len(x[0]))
	from, to := max(0, at-halfWhat), min(len(x), at+halfWhat+1)
	for _, r := range x[from:to] {
		floats.AddScaled(z, 1/float64(to-from), r)
	}
	return z
}

// at is the prediction of outcome k at a time: the product of when and what.
func (l *twoPathways) at(x states, t, k int) float64 {
	return floats.Dot(l.when.Row(0), x[t]) * floats.Dot(l.what.Row(k), around(x, t))
}

// predict gives both predictions at every ms of a trial.
func (l *twoPathways) predict(x states) (y [2][]float64) {
	for k := range y {
		y[k] = make([]float64, len(x))
		for t := range x {
			y[k][t] = l.at(x, t, k)
		}
	}
	return y
}

// cosine of two weight vectors after the component along the mean state has been taken out of both: a constant
// offset of all traces is no feature that the two could share.
func cosine(a, b []float64, mean []float64) float64 {
	a, b = without(a, mean), without(b, mean)
	return floats.Dot(a, b) / (floats.Norm(a, 2) * floats.Norm(b, 2))
}

func without(a, mean []float64) []float64 {
	out := append([]float64(nil), a...)
	floats.AddScaled(out, -floats.Dot(a, mean)/floats.Dot(mean, mean), mean)
	return out
}
