package forecast

import (
	"math/rand/v2"

	"github.com/glia-sim/glia/analysis"
	"github.com/glia-sim/glia/networks/readout"
	"github.com/glia-sim/glia/networks/reservoir"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

func newRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 31)) }

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

// fold moves the scales of inputs and outputs into the weights: a unit that receives w (u - mean)/sd receives (w/sd) u
// and a bias of -w mean/sd, and likewise for the readout.
func fold(r reservoir.Restorable, f reservoir.Features, l *readout.Linear, inputs, outputs scales) {
	switch n := r.(type) {
	case *reservoir.ESN:
		if n.Bias == nil {
			n.Bias = make([]float64, n.Units())
		}
		foldInput(n.In, inputs, n.Bias, 1)
	case *reservoir.EI:
		foldInput(n.In, inputs, n.Threshold, -1)
	}
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

// foldInput divides input weights by the scale and adds what the means gave, with a sign, to the bias.
func foldInput(in *reservoir.Dense, s scales, bias []float64, sign float64) {
	for i := range bias {
		row := in.Row(i)
		for j := range row {
			row[j] /= s.sd[j]
			bias[i] -= sign * row[j] * s.mean[j]
		}
	}
}
