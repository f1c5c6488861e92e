package reservoir

import "fmt"

// NGRC is the next-generation reservoir of Gauthier et al. (2021, doi 10.1038/s41467-021-25801-2): no network, but
// a memory of past samples and the products of what it holds. With k = Taps samples, Stride steps apart and the
// present one first, its state is
//
//	the k-1 past samples, then all unique products of Degree of the k*Inputs values.
//
// The present sample itself joins through [Features], and the constant is the readout's bias, so that Features{Input:
// true} gives the published set: 28 numbers for three inputs, two taps and degree two. State is 0 before the first
// sample; the first (k-1)*Stride+1 steps only fill the memory.
type NGRC struct {
	inputs, taps, stride, degree int

	past   []float64 // ring of samples, the present one at now
	now    int
	values []float64 // present sample, then past ones
	state  []float64
}

// NewNGRC returns a machine with an empty memory. It fails on numbers below 1 (degree below 2 or above 4) and where
// the state would exceed a million numbers.
func NewNGRC(inputs, taps, stride, degree int) (*NGRC, error) {
	if err := firstFailed(
		check{"inputs", inputs, inputs >= 1 && inputs <= 1000, "must be in 1..1000"},
		check{"taps", taps, taps >= 1 && taps <= 1000, "must be in 1..1000"},
		check{"stride", stride, stride >= 1 && stride <= 1e6, "must be in 1..1000000"},
		check{"degree", degree, degree >= 2 && degree <= 4, "must be in 2..4"},
	); err != nil {
		return nil, err
	}
	n := inputs * taps
	products := 1 // combinations with repetition
	for k := 0; k < degree && products <= 1e6; k++ {
		products = products * (n + k) / (k + 1)
	}
	if products > 1e6 {
		return nil, refuse("number of products", products, fmt.Sprintf("must be at most 1000000: %d inputs and %d taps are too many for degree %d", inputs, taps, degree))
	}
	return &NGRC{inputs: inputs, taps: taps, stride: stride, degree: degree, past: make([]float64, ((taps-1)*stride+1)*inputs),
		values: make([]float64, n), state: make([]float64, n-inputs+products)}, nil
}

// Inputs is the length of an input sample.
func (r *NGRC) Inputs() int { return r.inputs }

// Units is the length of the state.
func (r *NGRC) Units() int { return len(r.state) }

// Reset empties the memory.
func (r *NGRC) Reset() {
	clear(r.past)
	clear(r.state)
	r.now = 0
}

// State is the present state, valid until the next Step.
func (r *NGRC) State() []float64 { return r.state }

// Step takes in one sample.
func (r *NGRC) Step(input []float64) error {
	if err := checkLength("the input", len(input), r.inputs); err != nil {
		return err
	}
	if err := checkFinite("input", input); err != nil {
		return err
	}
	r.now = (r.now + r.inputs) % len(r.past)
	copy(r.past[r.now:], input)
	for k := range r.taps {
		at := (r.now - k*r.stride*r.inputs + len(r.past)) % len(r.past)
		copy(r.values[k*r.inputs:(k+1)*r.inputs], r.past[at:])
	}
	n := copy(r.state, r.values[r.inputs:])
	r.products(r.state[:n], 0, 1, r.degree)
	return nil
}

// products appends all products of so many values, from index first on, times a factor.
func (r *NGRC) products(dst []float64, first int, factor float64, degree int) []float64 {
	for i := first; i < len(r.values); i++ {
		if degree == 1 {
			dst = append(dst, factor*r.values[i])
		} else {
			dst = r.products(dst, i, factor*r.values[i], degree-1)
		}
	}
	return dst
}
