package readout

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Linear is an affine map from a state to outputs,
//
//	out[k] = Bias[k] + sum_j Weights[k*Inputs+j] * state[j],
//
// the fitted form of [Ridge] and the working form of the online rules.
type Linear struct {
	Inputs  int       // length of a state
	Outputs int       // number of outputs, or of classes
	Weights []float64 // Outputs x Inputs, row-major
	Bias    []float64 // Outputs; all 0 where the rule has no bias
}

// newLinear returns a map of zeros.
func newLinear(inputs, outputs int) (*Linear, error) {
	if inputs < 1 {
		return nil, refuse("inputs", inputs, "must be at least 1")
	}
	if outputs < 1 {
		return nil, refuse("outputs", outputs, "must be at least 1")
	}
	return &Linear{
		Inputs:  inputs,
		Outputs: outputs,
		Weights: make([]float64, inputs*outputs),
		Bias:    make([]float64, outputs),
	}, nil
}

// Row returns the weights into output k, sharing memory with l.
func (l *Linear) Row(k int) []float64 {
	return l.Weights[k*l.Inputs : (k+1)*l.Inputs]
}

// Predict writes the outputs for one state (length Inputs) to out (length
// Outputs). It allocates nothing; wrong lengths give an error.
func (l *Linear) Predict(state, out []float64) error {
	if err := checkLength("state", len(state), l.Inputs); err != nil {
		return err
	}
	if err := checkLength("out", len(out), l.Outputs); err != nil {
		return err
	}
	l.predict(state, out)
	return nil
}

func (l *Linear) predict(state, out []float64) {
	for k := range out {
		out[k] = l.Bias[k] + floats.Dot(l.Row(k), state)
	}
}

// Classify returns the index of the largest output for one state, the lowest
// index if several are equal.
func (l *Linear) Classify(state []float64) (int, error) {
	if err := checkLength("state", len(state), l.Inputs); err != nil {
		return 0, err
	}
	best, top := 0, math.Inf(-1)
	for k := range l.Outputs {
		if v := l.Bias[k] + floats.Dot(l.Row(k), state); v > top {
			best, top = k, v
		}
	}
	return best, nil
}

// PredictBatch returns the outputs (T x Outputs) for T states (T x Inputs).
func (l *Linear) PredictBatch(states mat.Matrix) (*mat.Dense, error) {
	rows, cols := states.Dims()
	if err := checkLength("a state", cols, l.Inputs); err != nil {
		return nil, err
	}
	if rows == 0 {
		return nil, refuse("number of states", 0, "must be at least 1")
	}
	out := mat.NewDense(rows, l.Outputs, nil)
	out.Mul(states, mat.NewDense(l.Outputs, l.Inputs, l.Weights).T())
	for t := range rows {
		floats.Add(out.RawRowView(t), l.Bias)
	}
	return out, nil
}

// ClassifyBatch returns the class of each of T states (T x Inputs).
func (l *Linear) ClassifyBatch(states mat.Matrix) ([]int, error) {
	out, err := l.PredictBatch(states)
	if err != nil {
		return nil, err
	}
	rows, _ := out.Dims()
	classes := make([]int, rows)
	for t := range classes {
		classes[t] = floats.MaxIdx(out.RawRowView(t))
	}
	return classes, nil
}
