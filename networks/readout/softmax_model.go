package readout

import (
	"fmt"
	"slices"
)

// SoftmaxModel is a fitted [Softmax]. Its fields are its whole state.
type SoftmaxModel struct {
	Inputs  int       // features per sample
	Classes int       // number of classes
	Weights []float32 // Inputs x Classes, feature-major
	Bias    []float32 // Classes
	Scaling Scaling   // how features become inputs
	Divisor float32   // constant of ScaleConstant, from the training set
	Batch   int       // rows scaled together under ScaleBatch
}

func newSoftmaxModel(s Softmax, inputs int, divisor float32) *SoftmaxModel {
	return &SoftmaxModel{
		Inputs:  inputs,
		Classes: s.Classes,
		Weights: make([]float32, inputs*s.Classes),
		Bias:    make([]float32, s.Classes),
		Scaling: s.Scaling,
		Divisor: divisor,
		Batch:   s.Batch,
	}
}

func (m *SoftmaxModel) clone() *SoftmaxModel {
	c := *m
	c.Weights = slices.Clone(m.Weights)
	c.Bias = slices.Clone(m.Bias)
	return &c
}

// Validate says what a model read from elsewhere is missing.
func (m *SoftmaxModel) Validate() error {
	switch {
	case m.Inputs < 1:
		return refuse("inputs", m.Inputs, "must be at least 1")
	case m.Classes < 2:
		return refuse("classes", m.Classes, "must be at least 2")
	case m.Batch < 1:
		return refuse("batch", m.Batch, "must be at least 1")
	case !(m.Divisor > 0):
		return refuse("divisor", m.Divisor, "must be above 0")
	}
	if err := checkLength("weights", len(m.Weights), m.Inputs*m.Classes); err != nil {
		return err
	}
	if err := checkLength("bias", len(m.Bias), m.Classes); err != nil {
		return err
	}
	return m.Scaling.Validate()
}

// scoreChunk is the number of rows one worker scores at a time.
const scoreChunk = 64

// Scores returns the logits z, rows x Classes, row-major. Under ScaleBatch the
// rows are taken in file order in batches of m.Batch, as in training.
func (m *SoftmaxModel) Scores(x *Features, options ...Option) ([]float32, error) {
	if err := m.Validate(); err != nil {
		return nil, err
	}
	o, err := applyOptions(options)
	if err != nil {
		return nil, err
	}
	if x == nil {
		return nil, refuse("features", nil, "must be given")
	}
	if x.cols != m.Inputs {
		return nil, refuse("features per sample", x.cols, fmt.Sprintf("must be %d", m.Inputs))
	}
	sum := x.summarise()
	if err := m.Scaling.check("", x, &sum); err != nil {
		return nil, err
	}
	factors := m.Scaling.allFactors(&sum, m.Batch, m.Divisor)
	packed := sum.zeros > denseZeros
	scores, rows := make([]float32, x.rows*m.Classes), ascending(x.rows)
	work := newScratch(o.workers, m.Inputs, m.Classes)
	p := newPool(o.workers)
	defer p.close()
	p.run((x.rows+scoreChunk-1)/scoreChunk, func(worker, chunk int) {
		from, to := chunk*scoreChunk, min((chunk+1)*scoreChunk, x.rows)
		m.logitsOf(x, rows[from:to], factors[from:to], packed, &work[worker], scores[from*m.Classes:to*m.Classes])
	})
	return scores, nil
}

// Predict returns the class of each row, the lowest if several are equal.
func (m *SoftmaxModel) Predict(x *Features, options ...Option) ([]int, error) {
	scores, err := m.Scores(x, options...)
	if err != nil {
		return nil, err
	}
	classes := make([]int, x.rows)
	for r := range classes {
		classes[r] = largest(scores[r*m.Classes : (r+1)*m.Classes])
	}
	return classes, nil
}

// Accuracy returns the fraction of rows whose class is predicted.
func (m *SoftmaxModel) Accuracy(set Set, options ...Option) (float64, error) {
	if err := set.check("", m.Inputs, m.Classes); err != nil {
		return 0, err
	}
	predicted, err := m.Predict(set.X, options...)
	if err != nil {
		return 0, err
	}
	return Accuracy(predicted, set.Labels)
}

// logits writes the scores of one row to z.
func (m *SoftmaxModel) logits(x *Features, row int, factor float32, packed bool, work *scratch, z []float32) {
	work.multiplyRow(x, row, packed, m.Weights, z)
	for k, a := range z {
		z[k] = float32(a*factor) + m.Bias[k]
	}
}

// logitsOf writes the scores of several rows to z, one after the other.
func (m *SoftmaxModel) logitsOf(x *Features, rows []int, factors []float32, packed bool, work *scratch, z []float32) {
	width := m.Classes
	for haveBlocks && width == 10 && len(rows) > 0 {
		n := min(lanes, len(rows))
		var acc sums
		work.multiplyRows(x, rows[:n], m.Weights, &acc)
		for k := range n {
			for c := range acc {
				z[k*width+c] = float32(acc[c][k]*factors[k]) + m.Bias[c]
			}
		}
		rows, factors, z = rows[n:], factors[n:], z[n*width:]
	}
	for k, row := range rows {
		m.logits(x, row, factors[k], packed, work, z[k*width:(k+1)*width])
	}
}

// ascending is 0, 1, ..., n-1.
func ascending(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

// allFactors scales all rows of a set, batch by batch in file order.
func (s Scaling) allFactors(sum *summary, batch int, constant float32) []float32 {
	factors := make([]float32, len(sum.peak))
	rows := ascending(len(factors))
	for lo := 0; lo < len(rows); lo += batch {
		hi := min(lo+batch, len(rows))
		s.factors(factors[lo:hi], rows[lo:hi], sum, constant)
	}
	return factors
}

func largest(z []float32) int {
	best := 0
	for k, v := range z {
		if v > z[best] {
			best = k
		}
	}
	return best
}

// scratch is the working memory of one worker.
type scratch struct {
	dense    []float32 // a row or a column
	packed   []entry   // its non-zero entries
	gradient []float32 // of the weights of one chunk of features
	powers   []float64 // of e, by class, while training
	tile     *tile     // made when first needed
	_        [64]byte  // keeps workers off each other's cache lines
}

func newScratch(workers, length, gradient int) []scratch {
	s := make([]scratch, workers)
	for i := range s {
		s[i].dense = make([]float32, length)
		s[i].packed = make([]entry, length)
		s[i].gradient = make([]float32, gradient)
	}
	return s
}

// multiplyRow sets acc to the product of one row of x with m.
func (s *scratch) multiplyRow(x *Features, row int, packed bool, m, acc []float32) {
	lo, hi := row*x.cols, (row+1)*x.cols
	switch {
	case x.values != nil:
		mulDense(x.values[lo:hi], m, acc)
	case packed:
		n := packRow(s.packed, x.counts[lo:hi], len(acc))
		mulPacked(s.packed[:n], m, acc)
	default:
		loadRow(s.dense, x.counts[lo:hi])
		mulDense(s.dense[:x.cols], m, acc)
	}
}

// multiplyColumn sets acc to the product of one feature of the samples that
// start at offsets with m.
func (s *scratch) multiplyColumn(x *Features, feature int, offsets []int, packed bool, m, acc []float32) {
	switch {
	case x.values != nil:
		dense := s.dense[:len(offsets)]
		for i, o := range offsets {
			dense[i] = x.values[o+feature]
		}
		mulDense(dense, m, acc)
	case packed:
		n := packColumn(s.packed, x.counts, offsets, feature, len(acc))
		mulPacked(s.packed[:n], m, acc)
	default:
		loadColumn(s.dense, x.counts, offsets, feature)
		mulDense(s.dense[:len(offsets)], m, acc)
	}
}
