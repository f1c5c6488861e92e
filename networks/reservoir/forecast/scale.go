package forecast

import (
	"github.com/glia-sim/glia/analysis"
	"github.com/glia-sim/glia/networks/readout"
	"github.com/glia-sim/glia/networks/reservoir"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// scales bring columns to mean 0 and standard deviation 1.
type scales struct {
	mean, sd []float64
	flat     []bool // columns that do not vary: their sd is taken as 1
}

// newScales measures the first rows.
func newScales(m mat.Matrix, rows int) scales {
	_, cols := m.Dims()
	s := scales{make([]float64, cols), make([]float64, cols), make([]bool, cols)}
	for k := range cols {
		x := mat.Col(nil, k, m)[:rows]
		s.mean[k], s.sd[k] = analysis.Mean(x), analysis.SD(x)
		// Below that the variation is rounding.
		if !(s.sd[k] > 1e-13*floats.Norm(x, 2)/float64(len(x))) {
			s.sd[k], s.flat[k] = 1, true
		}
	}
	return s
}

func (s scales) apply(m mat.Matrix) *mat.Dense {
	out := mat.DenseCopyOf(m)
	rows, _ := out.Dims()
	for t := range rows {
		row := out.RawRowView(t)
		for k := range row {
			row[k] = (row[k] - s.mean[k]) / s.sd[k]
		}
	}
	return out
}

// fold moves the scales into the readout: where it sees the input itself, which comes in the user's units, and in what
// it gives.
func fold(f reservoir.Features, l *readout.Linear, inputs, outputs scales) {
	for k := range l.Outputs {
		row := l.Row(k)
		if f.Input {
			seen := row[len(row)-len(inputs.mean):]
			for j := range seen {
				seen[j] /= inputs.sd[j]
				l.Bias[k] -= seen[j] * inputs.mean[j]
			}
		}
		floats.Scale(outputs.sd[k], row)
		l.Bias[k] = outputs.sd[k]*l.Bias[k] + outputs.mean[k]
	}
}
