package readout

import (
	"fmt"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Ridge gathers the normal equations of regularised least squares,
//
//	W = (Sxx + lambda I)^-1 Sxy,   bias = mean(y) - W' mean(x),
//
// from batches of states x and targets y. Sxx and Sxy are sums, not means, of
// the products of centred states and targets, so the bias is not penalised and
// the effect of lambda depends on the number of samples (the convention of
// reservoir computing; Lukosevicius 2012, doi 10.1007/978-3-642-35289-8_36).
//
// Batches are centred on their own mean and joined by the pairwise update of
// Chan, Golub & LeVeque (1983), which loses no digits to large means; how the
// data were cut into batches changes the result by rounding only. Solving for
// one more lambda costs one Cholesky factorisation and no second look at the data.
//
// Cost: T*Inputs^2 multiply-adds for T states, Inputs^3/3 per lambda; memory
// 8*Inputs^2 bytes, twice that while solving.
type Ridge struct {
	inputs, outputs int
	noBias          bool
	count           int
	meanX, meanY    []float64
	xx, xy          *mat.Dense // centred sums; of xx only the blocks on and above the diagonal
}

// NewRidge returns empty normal equations for states of length inputs and the
// given number of outputs (classes, for classification).
func NewRidge(inputs, outputs int) (*Ridge, error) {
	l, err := newLinear(inputs, outputs)
	if err != nil {
		return nil, err
	}
	return &Ridge{
		inputs:  inputs,
		outputs: outputs,
		meanX:   make([]float64, inputs),
		meanY:   l.Bias,
		xx:      mat.NewDense(inputs, inputs, nil),
		xy:      mat.NewDense(inputs, outputs, nil),
	}, nil
}

// NewRidgeNoBias is NewRidge without a bias: the map goes through the origin.
func NewRidgeNoBias(inputs, outputs int) (*Ridge, error) {
	r, err := NewRidge(inputs, outputs)
	if err == nil {
		r.noBias = true
	}
	return r, err
}

// Count is the number of states seen.
func (r *Ridge) Count() int { return r.count }

// Add takes in T states (T x inputs) and their targets (T x outputs). It fails,
// leaving the sums as they were, on shapes that do not fit and on NaN or
// infinite values.
func (r *Ridge) Add(states, targets mat.Matrix) error {
	rows, cols := states.Dims()
	if err := checkLength("a state", cols, r.inputs); err != nil {
		return err
	}
	targetRows, targetCols := targets.Dims()
	if err := checkLength("a target", targetCols, r.outputs); err != nil {
		return err
	}
	if targetRows != rows {
		return refuse("number of targets", targetRows, fmt.Sprintf("must be that of the states, %d", rows))
	}
	if rows == 0 {
		return nil
	}
	x, y := mat.DenseCopyOf(states), mat.DenseCopyOf(targets)
	for t := range rows {
		if err := checkFinite(fmt.Sprintf("state %d", t), x.RawRowView(t)); err != nil {
			return err
		}
		if err := checkFinite(fmt.Sprintf("target %d", t), y.RawRowView(t)); err != nil {
			return err
		}
	}
	meanX, meanY := make([]float64, r.inputs), make([]float64, r.outputs)
	if !r.noBias {
		centre(x, meanX)
		centre(y, meanY)
	}
	addProducts(r.xx, x, x, true)
	addProducts(r.xy, x, y, false)
	r.join(rows, meanX, meanY)
	return nil
}

// AddLabels takes in T states (T x inputs) with one class each; the targets are
// 1 for the class and 0 for the other outputs.
func (r *Ridge) AddLabels(states mat.Matrix, labels []int) error {
	if rows, _ := states.Dims(); rows != len(labels) {
		return refuse("number of labels", len(labels), fmt.Sprintf("must be that of the states, %d", rows))
	}
	if err := checkLabels("labels", labels, r.outputs); err != nil {
		return err
	}
	if len(labels) == 0 {
		return nil
	}
	targets := mat.NewDense(len(labels), r.outputs, nil)
	for t, l := range labels {
		targets.Set(t, l, 1)
	}
	return r.Add(states, targets)
}

// AddFeatures is AddLabels for a labelled set, converted block by block so that
// counts never fill the memory as float64. Features are taken as they are.
func (r *Ridge) AddFeatures(set Set) error {
	if set.X == nil {
		return refuse("features", nil, "must be given")
	}
	if err := set.check("", r.inputs, r.outputs); err != nil {
		return err
	}
	const block = 1024
	buffer := mat.NewDense(min(block, set.X.rows), r.inputs, nil)
	for lo := 0; lo < set.X.rows; lo += block {
		hi := min(lo+block, set.X.rows)
		for i := lo; i < hi; i++ {
			if err := set.X.Row(buffer.RawRowView(i-lo), i); err != nil {
				return err
			}
		}
		if err := r.AddLabels(buffer.Slice(0, hi-lo, 0, r.inputs), set.Labels[lo:hi]); err != nil {
			return err
		}
	}
	return nil
}

// Merge adds what another Ridge has seen, for example another worker's share or
// the validation split after lambda was chosen. Merging in a fixed order gives
// a fixed result.
func (r *Ridge) Merge(o *Ridge) error {
	if o.inputs != r.inputs || o.outputs != r.outputs || o.noBias != r.noBias {
		return refuse("merged ridge", fmt.Sprintf("%d x %d, bias %t", o.inputs, o.outputs, !o.noBias),
			fmt.Sprintf("must be %d x %d, bias %t", r.inputs, r.outputs, !r.noBias))
	}
	if o.count == 0 {
		return nil
	}
	count, meanX, meanY := o.count, append([]float64(nil), o.meanX...), append([]float64(nil), o.meanY...)
	r.xx.Add(r.xx, o.xx)
	r.xy.Add(r.xy, o.xy)
	r.join(count, meanX, meanY)
	return nil
}

// join accounts for the distance between the means of what was seen before and
// of count new samples, whose centred products are already in the sums.
func (r *Ridge) join(count int, meanX, meanY []float64) {
	before, added := float64(r.count), float64(count)
	r.count += count
	if r.noBias {
		return
	}
	floats.Sub(meanX, r.meanX)
	floats.Sub(meanY, r.meanY)
	weight := before * added / (before + added)
	for i, d := range meanX {
		floats.AddScaled(r.xx.RawRowView(i)[i:], weight*d, meanX[i:])
		floats.AddScaled(r.xy.RawRowView(i), weight*d, meanY)
	}
	floats.AddScaled(r.meanX, added/(before+added), meanX)
	floats.AddScaled(r.meanY, added/(before+added), meanY)
}

// Solve returns the readout for one regularisation, lambda >= 0. It fails if no
// state was seen and if the equations are singular, as they are for lambda = 0
// with fewer states than inputs or with dependent inputs.
func (r *Ridge) Solve(lambda float64) (*Linear, error) {
	if err := checkNonNegative("lambda", lambda); err != nil {
		return nil, err
	}
	if r.count == 0 {
		return nil, refuse("number of states", 0, "must be at least 1: call Add first")
	}
	a := mat.NewSymDense(r.inputs, nil)
	for i := range r.inputs {
		copy(a.RawSymmetric().Data[i*r.inputs+i:(i+1)*r.inputs], r.xx.RawRowView(i)[i:])
		a.SetSym(i, i, r.xx.At(i, i)+lambda)
	}
	var factor mat.Cholesky
	if !factor.Factorize(a) {
		return nil, refuse("lambda", lambda, "too small: the normal equations are singular to working precision")
	}
	solution := mat.NewDense(r.inputs, r.outputs, nil)
	if err := factor.SolveTo(solution, r.xy); err != nil { // condition above 1e16
		return nil, refuse("lambda", lambda, "too small: the normal equations are singular to working precision")
	}
	l, err := newLinear(r.inputs, r.outputs)
	if err != nil {
		return nil, err
	}
	for k := range r.outputs {
		mat.Col(l.Row(k), k, solution)
		l.Bias[k] = r.meanY[k] - floats.Dot(l.Row(k), r.meanX)
	}
	return l, nil
}

// centre subtracts from each column its mean, which it writes to mean.
func centre(m *mat.Dense, mean []float64) {
	rows, _ := m.Dims()
	for t := range rows {
		floats.Add(mean, m.RawRowView(t))
	}
	floats.Scale(1/float64(rows), mean)
	for t := range rows {
		floats.Sub(m.RawRowView(t), mean)
	}
}

// addProducts adds x'y to sum. If upper is set, blocks below the diagonal are
// left out: panels of Gemm, which runs in parallel, beat gonum's serial Syrk.
func addProducts(sum, x, y *mat.Dense, upper bool) {
	const panel = 256
	a, b, c := x.RawMatrix(), y.RawMatrix(), sum.RawMatrix()
	for lo := 0; lo < a.Cols; lo += panel {
		width := min(panel, a.Cols-lo)
		from := 0
		if upper {
			from = lo
		}
		blas64.Gemm(blas.Trans, blas.NoTrans, 1,
			blas64.General{Rows: a.Rows, Cols: width, Stride: a.Stride, Data: a.Data[lo:]},
			blas64.General{Rows: b.Rows, Cols: b.Cols - from, Stride: b.Stride, Data: b.Data[from:]},
			1,
			blas64.General{Rows: width, Cols: c.Cols - from, Stride: c.Stride, Data: c.Data[lo*c.Stride+from:]})
	}
}
