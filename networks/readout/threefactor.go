package readout

import "gonum.org/v1/gonum/floats"

// ThreeFactor is a local rule whose third factor is a gate, such as attention or a neuromodulator (the readout rule of
// Yamada & Chao 2025, arXiv:2510.14382, in normalised form):
//
//	z <- Decay z + (1 - Decay) x
//	W <- W + Rate * Gate * e z' / (Epsilon + |z|^2),   e = target - W x
//
// with the eligibility z of each input, which outlasts the state x, and the gate between 0 (nothing is learned) and 1.
// With Decay 0 and Gate 1 it is [LMS] without a bias. For targets that scatter, the weights end near the conditional
// mean: a target that is 1 with probability p in a given state gives an output of mean p and variance
// Rate p(1-p)/(2-Rate).
type ThreeFactor struct {
	Linear
	Rate        float64   // step, 0 < Rate < 2
	Gate        float64   // in [0, 1]; set it before each Update
	Decay       float64   // of the eligibility per update, in [0, 1)
	Epsilon     float64   // keeps the divisor above 0 for silent states
	Eligibility []float64 // z, of length Inputs
	errors      []float64
}

var _ Readout = (*ThreeFactor)(nil)

// NewThreeFactor returns a readout with zero weights, an open gate and Epsilon 1e-8. decay is that of the eligibility.
func NewThreeFactor(inputs, outputs int, rate, decay float64) (*ThreeFactor, error) {
	l, err := newLinear(inputs, outputs)
	if err != nil {
		return nil, err
	}
	if !(rate > 0 && rate < 2) {
		return nil, refuse("three-factor rate", rate, "must be in (0, 2)")
	}
	if !(decay >= 0 && decay < 1) {
		return nil, refuse("decay of the eligibility", decay, "must be in [0, 1)")
	}
	return &ThreeFactor{Linear: *l, Rate: rate, Gate: 1, Decay: decay, Epsilon: 1e-8, Eligibility: make([]float64, inputs)}, nil
}

// Forget sets the eligibility to 0, as at the start of a trial.
func (r *ThreeFactor) Forget() { clear(r.Eligibility) }

// Update learns from one state (length Inputs) and its target (length Outputs) as far as the gate is open. The
// eligibility follows the state also when it is shut.
func (r *ThreeFactor) Update(state, target []float64) error {
	if !(r.Gate >= 0 && r.Gate <= 1) {
		return refuse("gate", r.Gate, "must be in [0, 1]")
	}
	if err := checkLength("eligibility", len(r.Eligibility), r.Inputs); err != nil {
		return err
	}
	r.errors = sized(r.errors, r.Outputs)
	if err := r.learn(state, target, r.errors); err != nil {
		return err
	}
	z := r.Eligibility
	floats.Scale(r.Decay, z)
	floats.AddScaled(z, 1-r.Decay, state)
	if norm := r.Epsilon + floats.Dot(z, z); norm > 0 && r.Gate > 0 {
		r.descend(z, r.errors, r.Rate*r.Gate/norm, false)
	}
	return nil
}
