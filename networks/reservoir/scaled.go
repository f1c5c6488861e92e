package reservoir

import "fmt"

// Scaled is a reservoir that takes its input in the user's own units: value k of a sample reaches it as
//
//	(u_k - Offset_k)/Scale_k.
type Scaled struct {
	Reservoir
	Offset, Scale []float64 // for each input; Scale above 0

	u []float64
}

// NewScaled puts a scale before a reservoir.
func NewScaled(r Reservoir, offset, scale []float64) (*Scaled, error) {
	for _, v := range [][]float64{offset, scale} {
		if err := checkLength("offset and scale of the inputs", len(v), r.Inputs()); err != nil {
			return nil, err
		}
	}
	for k := range scale {
		if !finite(offset[k]) || !(scale[k] > 0) || !finite(scale[k]) {
			return nil, refuse(fmt.Sprintf("offset and scale of input %d", k), [2]float64{offset[k], scale[k]}, "must be finite, and the scale above 0")
		}
	}
	return &Scaled{Reservoir: r, Offset: offset, Scale: scale, u: make([]float64, len(offset))}, nil
}

// Step advances by one input sample.
func (s *Scaled) Step(input []float64) error {
	if err := checkLength("the input", len(input), len(s.u)); err != nil {
		return err
	}
	for k, x := range input {
		s.u[k] = (x - s.Offset[k]) / s.Scale[k]
	}
	return s.Reservoir.Step(s.u)
}
