package readout

import (
	"math"

	"gonum.org/v1/gonum/floats"
)

// Readout is what all online rules have in common. Both methods fail only on
// slices of the wrong length and on values that are not finite, and leave the
// readout unchanged then. They allocate nothing after the first call.
type Readout interface {
	// Predict writes the outputs for a state to out.
	Predict(state, out []float64) error
	// Update predicts, then learns from the difference to target.
	Update(state, target []float64) error
}

var (
	_ Readout = (*RLS)(nil)
	_ Readout = (*LMS)(nil)
	_ Readout = (*Delta)(nil)
)

// learn checks one sample and writes target - prediction to errors. The state is
// summed to find values that are not finite without a branch per element.
func (l *Linear) learn(state, target, errors []float64) error {
	if err := l.Predict(state, errors); err != nil {
		return err
	}
	if err := checkLength("target", len(target), l.Outputs); err != nil {
		return err
	}
	if s := floats.Sum(state); s-s != 0 {
		if err := checkFinite("state", state); err != nil {
			return err
		}
	}
	if err := checkFinite("target", target); err != nil {
		return err
	}
	for k, t := range target {
		errors[k] = t - errors[k]
	}
	return nil
}

// LMS is the normalised least-mean-squares rule,
//
//	W <- W + Rate * e x' / (Epsilon + |x|^2),   e = target - W x,
//
// with x extended by a constant 1 if there is a bias. Rate 1 with Epsilon 0
// makes the last sample exact; stable for 0 < Rate < 2 (Haykin, Adaptive
// Filter Theory, ch. 6).
type LMS struct {
	Linear
	Rate    float64 // step, 0 < Rate < 2
	Epsilon float64 // keeps the divisor above 0 for silent states
	HasBias bool    // learn Bias as well
	errors  []float64
}

// NewLMS returns a normalised LMS readout with zero weights, a bias and Epsilon
// 1e-8.
func NewLMS(inputs, outputs int, rate float64) (*LMS, error) {
	l, err := newLinear(inputs, outputs)
	if err != nil {
		return nil, err
	}
	if !(rate > 0 && rate < 2) {
		return nil, refuse("LMS rate", rate, "must be in (0, 2)")
	}
	return &LMS{Linear: *l, Rate: rate, Epsilon: 1e-8, HasBias: true}, nil
}

// Update learns from one state (length Inputs) and its target (length Outputs).
func (r *LMS) Update(state, target []float64) error {
	r.errors = sized(r.errors, r.Outputs)
	if err := r.learn(state, target, r.errors); err != nil {
		return err
	}
	norm := r.Epsilon + floats.Dot(state, state)
	if r.HasBias {
		norm++
	}
	if norm == 0 {
		return nil
	}
	r.descend(state, r.errors, r.Rate/norm, r.HasBias)
	return nil
}

// sized returns working memory of length n, the given one if it fits: a rule
// restored from its exported fields starts without.
func sized(s []float64, n int) []float64 {
	if len(s) != n {
		return make([]float64, n)
	}
	return s
}

// descend adds step * e x' to the weights.
func (l *Linear) descend(state, errors []float64, step float64, bias bool) {
	for k, e := range errors {
		floats.AddScaled(l.Row(k), step*e, state)
		if bias {
			l.Bias[k] += step * e
		}
	}
}

// Delta is the delta rule (Widrow & Hoff 1960) for linear units,
//
//	W <- W + Rate * e x',   e = target - W x.
//
// It is stable only for Rate < 2/|x|^2; see [LMS] for the form that needs no
// knowledge of the states' size.
type Delta struct {
	Linear
	Rate    float64 // step, above 0
	HasBias bool    // learn Bias as well
	errors  []float64
}

// NewDelta returns a delta-rule readout with zero weights and a bias.
func NewDelta(inputs, outputs int, rate float64) (*Delta, error) {
	l, err := newLinear(inputs, outputs)
	if err != nil {
		return nil, err
	}
	if err := checkPositive("delta rate", rate); err != nil {
		return nil, err
	}
	return &Delta{Linear: *l, Rate: rate, HasBias: true}, nil
}

// Update learns from one state (length Inputs) and its target (length Outputs).
func (r *Delta) Update(state, target []float64) error {
	r.errors = sized(r.errors, r.Outputs)
	if err := r.learn(state, target, r.errors); err != nil {
		return err
	}
	r.descend(state, r.errors, r.Rate, r.HasBias)
	return nil
}

// RLS is recursive least squares with exponential forgetting, the rule of
// FORCE learning (Sussillo & Abbott 2009, doi 10.1016/j.neuron.2009.07.018):
//
//	g = P x / (Forgetting + x' P x)
//	W <- W + e g',   P <- (P - g (P x)') / Forgetting,   e = target - W x.
//
// P starts as I/alpha. After n samples without forgetting, W is the ridge
// solution of these samples with lambda = alpha, without a bias; with a
// constant 1 among the inputs its weight is penalised like the others. A bias
// is therefore not learned apart. Cost per sample: Inputs^2 multiply-adds.
type RLS struct {
	Linear
	Forgetting float64   // weight of the past per sample, 0 < Forgetting <= 1
	P          []float64 // Inputs x Inputs, row-major; only j >= i is kept up to date
	gain       []float64 // P x
	errors     []float64
}

// NewRLS returns an RLS readout with zero weights, P = I/alpha and no
// forgetting.
func NewRLS(inputs, outputs int, alpha float64) (*RLS, error) {
	l, err := newLinear(inputs, outputs)
	if err != nil {
		return nil, err
	}
	if err := checkPositive("alpha", alpha); err != nil {
		return nil, err
	}
	r := &RLS{Linear: *l, Forgetting: 1, P: make([]float64, inputs*inputs)}
	for i := range inputs {
		r.P[i*inputs+i] = 1 / alpha
	}
	return r, nil
}

// Update learns from one state (length Inputs) and its target (length Outputs).
// It also fails on a Forgetting outside (0, 1], and when P has lost its
// positive definiteness, as it may after very long forgetting without input.
func (r *RLS) Update(state, target []float64) error {
	if !(r.Forgetting > 0 && r.Forgetting <= 1) {
		return refuse("forgetting", r.Forgetting, "must be in (0, 1]")
	}
	r.errors = sized(r.errors, r.Outputs)
	if err := r.learn(state, target, r.errors); err != nil {
		return err
	}
	n := r.Inputs
	if err := checkLength("P", len(r.P), n*n); err != nil {
		return err
	}
	r.gain = sized(r.gain, n)
	clear(r.gain)
	for i, x := range state {
		row := r.P[i*n+i : (i+1)*n]
		r.gain[i] += floats.Dot(row, state[i:])
		floats.AddScaled(r.gain[i+1:], x, row[1:])
	}
	power := floats.Dot(state, r.gain)
	if !(power >= 0) || math.IsInf(power, 0) {
		return refuse("x'Px", power, "must be finite and at least 0: P degenerated, start anew or forget less")
	}
	scale := 1 / (r.Forgetting + power)
	for k, e := range r.errors {
		floats.AddScaled(r.Row(k), e*scale, r.gain)
	}
	for i, g := range r.gain {
		row := r.P[i*n+i : (i+1)*n]
		floats.AddScaled(row, -g*scale, r.gain[i:])
		if r.Forgetting != 1 {
			floats.Scale(1/r.Forgetting, row)
		}
	}
	return nil
}
