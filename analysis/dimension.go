package analysis

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// ParticipationRatio is the effective number of dimensions of recorded states (T samples x N units),
//
//	PR = (sum l_i)^2 / sum l_i^2 = tr(C)^2 / tr(C^2),   1 <= PR <= N
//
// with l_i the eigenvalues of the covariance C, which need not be computed. White noise has NT/(N+T) to leading
// order, so a recording should have many more samples than units. NaN for under two samples or constant states.
// Cost: T*N^2.
func ParticipationRatio(states mat.Matrix) float64 {
	c, ok := covariance(states)
	if !ok {
		return math.NaN()
	}
	n := c.SymmetricDim()
	var trace, square float64
	for i := range n {
		trace += c.At(i, i)
		square += c.At(i, i) * c.At(i, i)
		for j := i + 1; j < n; j++ {
			square += 2 * c.At(i, j) * c.At(i, j)
		}
	}
	if !(square > 0) {
		return math.NaN()
	}
	return trace * trace / square
}

// VarianceDimension is the least number of principal components that carry the given fraction of the variance
// of states (T x N). The error names a fraction outside (0, 1] or states without variance.
func VarianceDimension(states mat.Matrix, fraction float64) (int, error) {
	if !(fraction > 0 && fraction <= 1) {
		return 0, fmt.Errorf("analysis: variance dimension: fraction is %v: it must be above 0 and at most 1", fraction)
	}
	l, err := principalVariances(states)
	if err != nil {
		return 0, err
	}
	var total, sum float64
	for _, v := range l {
		total += v
	}
	for k, v := range l {
		// A last component of rounding error alone must not count.
		if sum += v; sum >= fraction*total*(1-1e-12) {
			return k + 1, nil
		}
	}
	return len(l), nil
}

// EntropyDimension is exp(-sum p_i ln p_i) with p_i the fraction of the variance of states (T x N) that principal
// component i carries. The error says that the states have no variance.
func EntropyDimension(states mat.Matrix) (float64, error) {
	l, err := principalVariances(states)
	if err != nil {
		return 0, err
	}
	var total, h float64
	for _, v := range l {
		total += v
	}
	for _, v := range l {
		if p := v / total; p > 0 {
			h -= p * math.Log(p)
		}
	}
	return math.Exp(h), nil
}

// NumericalRank is the number of singular values above tolerance times the largest one: the kernel rank or
// the generalisation rank of Legenstein & Maass (2007, doi 10.1016/j.neunet.2007.04.017) when each row is the
// state reached on one of many different inputs, or on variants of one input. A tolerance near machine
// precision finds full rank almost always and tells nothing; 0.01 is robust. State it with the rank. The
// error names a tolerance outside (0, 1). A matrix of zeros has rank 0.
func NumericalRank(states mat.Matrix, tolerance float64) (int, error) {
	if !(tolerance > 0 && tolerance < 1) {
		return 0, fmt.Errorf("analysis: numerical rank: tolerance is %v: it must be in (0, 1)", tolerance)
	}
	var svd mat.SVD
	if rows, cols := states.Dims(); rows == 0 || cols == 0 || !svd.Factorize(states, mat.SVDNone) {
		return 0, fmt.Errorf("analysis: numerical rank: the matrix, %d x %d, has no singular values: it must be finite and not empty", rows, cols)
	}
	rank := 0
	values := svd.Values(nil)
	for _, s := range values {
		if s > tolerance*values[0] {
			rank++
		}
	}
	return rank, nil
}

// covariance of the columns, up to a factor that no dimension depends on.
func covariance(states mat.Matrix) (*mat.SymDense, bool) {
	rows, cols := states.Dims()
	if rows < 2 || cols < 1 {
		return nil, false
	}
	x := mat.DenseCopyOf(states)
	for c := range cols {
		var mean float64
		for t := range rows {
			mean += x.At(t, c)
		}
		mean /= float64(rows)
		for t := range rows {
			x.Set(t, c, x.At(t, c)-mean)
		}
	}
	sum := mat.NewDense(cols, cols, nil)
	blas64.Gemm(blas.Trans, blas.NoTrans, 1/float64(rows), x.RawMatrix(), x.RawMatrix(), 0, sum.RawMatrix())
	return mat.NewSymDense(cols, sum.RawMatrix().Data), true
}

// principalVariances are the eigenvalues of the covariance, largest first.
func principalVariances(states mat.Matrix) ([]float64, error) {
	c, ok := covariance(states)
	var eigen mat.EigenSym
	if !ok || !eigen.Factorize(c, false) {
		rows, cols := states.Dims()
		return nil, fmt.Errorf("analysis: dimension: states, %d x %d, must be finite with at least 2 samples of at least one unit", rows, cols)
	}
	l := eigen.Values(nil)
	slices.Reverse(l)
	for k := range l {
		l[k] = max(l[k], 0) // rounding
	}
	if !(l[0] > 0) {
		return nil, fmt.Errorf("analysis: dimension: the states are constant: without variance there is no dimension")
	}
	return l, nil
}
