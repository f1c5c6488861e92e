package readout

import (
	"fmt"
	"slices"
)

// Scaling says how count vectors become inputs of [Softmax]. Every scaling is
// one factor per sample, so it costs nothing beyond the raw counts.
type Scaling string

const (
	// ScaleConstant divides each vector by its sum, then by a constant of the
	// training set: the median, over its batches in file order, of the divisor
	// that ScaleBatch would use. Inputs have the same size as under ScaleBatch,
	// but a prediction does not depend on the other samples of its batch, and
	// one nearly silent sample cannot shrink all others.
	ScaleConstant Scaling = "constant"

	// ScaleBatch is the published form (Ivanov & Michmizos 2021, public code):
	// divide each vector by its sum, then the whole batch by its largest
	// element, in training, validation and test alike. A vector of zeros stays
	// zero; the published code makes the whole batch NaN.
	ScaleBatch Scaling = "batch"

	// ScaleNone takes the features as they are; for states that are not counts.
	ScaleNone Scaling = "none"
)

// Validate accepts the three scalings above.
func (s Scaling) Validate() error {
	switch s {
	case ScaleConstant, ScaleBatch, ScaleNone:
		return nil
	}
	return refuse("scaling", fmt.Sprintf("%q", string(s)), `must be "constant", "batch" or "none"`)
}

// check refuses features that a scaling by the sum has no meaning for.
func (s Scaling) check(name string, f *Features, sum *summary) error {
	if s == ScaleNone || sum.negative < 0 {
		return nil
	}
	i := sum.negative
	return refuse(fmt.Sprintf("%s feature %d of row %d", name, i%f.cols, i/f.cols), f.values[i],
		`must be at least 0, or choose scaling "none"`)
}

// constant derives the divisor of ScaleConstant from a training set; 1 for the
// scalings that need none and for a set without a single count.
func (s Scaling) constant(sum *summary, batch int) float32 {
	if s != ScaleConstant {
		return 1
	}
	var divisors []float32
	for lo := 0; lo < len(sum.peak); lo += batch {
		hi := min(lo+batch, len(sum.peak))
		if m := slices.Max(sum.peak[lo:hi]); m > 0 {
			divisors = append(divisors, m)
		}
	}
	if len(divisors) == 0 {
		return 1
	}
	slices.Sort(divisors)
	return divisors[len(divisors)/2]
}

// factors writes to dst the factor of each of the rows that form one batch.
func (s Scaling) factors(dst []float32, rows []int, sum *summary, constant float32) {
	divisor := constant
	switch s {
	case ScaleNone:
		for i := range rows {
			dst[i] = 1
		}
		return
	case ScaleBatch:
		divisor = 0
		for _, r := range rows {
			divisor = max(divisor, sum.peak[r])
		}
		if divisor == 0 {
			divisor = 1
		}
	}
	for i, r := range rows {
		dst[i] = sum.inverse[r] / divisor
	}
}
