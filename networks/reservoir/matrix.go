package reservoir

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Matrix holds weights; row i are the weights onto unit i. [Dense] and [CSR] fill it.
type Matrix interface {
	Dims() (rows, cols int)
	// MulVec writes the product with x to dst, which must not overlap x. Lengths are the caller's
	// affair: those of dst and x must be rows and cols.
	MulVec(dst, x []float64)
	// Scale multiplies all weights.
	Scale(f float64)
	// Dense copies the weights into a matrix of gonum.
	Dense() *mat.Dense
}

// Dense stores all weights, row by row.
type Dense struct {
	Rows, Cols int
	Data       []float64 // Rows x Cols
}

// NewDense returns a matrix of zeros.
func NewDense(rows, cols int) *Dense {
	return &Dense{Rows: rows, Cols: cols, Data: make([]float64, rows*cols)}
}

// Dims returns the shape.
func (m *Dense) Dims() (rows, cols int) { return m.Rows, m.Cols }

// Row returns the weights onto unit i, sharing memory.
func (m *Dense) Row(i int) []float64 { return m.Data[i*m.Cols : (i+1)*m.Cols] }

// MulVec writes the product with x to dst.
func (m *Dense) MulVec(dst, x []float64) {
	if m.Cols == 0 {
		clear(dst)
		return
	}
	blas64.Gemv(blas.NoTrans, 1, blas64.General{Rows: m.Rows, Cols: m.Cols, Stride: m.Cols, Data: m.Data},
		blas64.Vector{N: m.Cols, Inc: 1, Data: x}, 0, blas64.Vector{N: m.Rows, Inc: 1, Data: dst})
}

// Scale multiplies all weights.
func (m *Dense) Scale(f float64) { floats.Scale(f, m.Data) }

// Dense copies the weights.
func (m *Dense) Dense() *mat.Dense {
	return mat.DenseCopyOf(mat.NewDense(m.Rows, m.Cols, m.Data))
}

// CSR stores the non-zero weights only, row by row: row i are the entries Start[i]..Start[i+1]-1.
type CSR struct {
	Rows, Cols int
	Start      []int32   // Rows+1 positions
	Index      []int32   // column of each entry, ascending within a row
	Data       []float64 // weight of each entry
}

// Dims returns the shape.
func (m *CSR) Dims() (rows, cols int) { return m.Rows, m.Cols }

// MulVec writes the product with x to dst.
func (m *CSR) MulVec(dst, x []float64) {
	for i := range dst {
		lo, hi := m.Start[i], m.Start[i+1]
		index, data := m.Index[lo:hi], m.Data[lo:hi]
		// Four sums hide the latency of addition: a fifth less time than one sum, at a hundred entries a row.
		var a, b, c, d float64
		for len(index) >= 4 && len(data) >= 4 {
			a += data[0] * x[index[0]]
			b += data[1] * x[index[1]]
			c += data[2] * x[index[2]]
			d += data[3] * x[index[3]]
			index, data = index[4:], data[4:]
		}
		for k, j := range index {
			a += data[k] * x[j]
		}
		dst[i] = (a + b) + (c + d)
	}
}

// Scale multiplies all weights.
func (m *CSR) Scale(f float64) { floats.Scale(f, m.Data) }

// Dense copies the weights.
func (m *CSR) Dense() *mat.Dense {
	d := mat.NewDense(m.Rows, m.Cols, nil)
	for i := range m.Rows {
		for k := m.Start[i]; k < m.Start[i+1]; k++ {
			d.Set(i, int(m.Index[k]), m.Data[k])
		}
	}
	return d
}

// rowSums returns the sum of the weights onto each unit.
func rowSums(m Matrix) []float64 {
	rows, cols := m.Dims()
	ones, sums := make([]float64, cols), make([]float64, rows)
	for j := range ones {
		ones[j] = 1
	}
	m.MulVec(sums, ones)
	return sums
}
