package analysis

import (
	"testing"

	"gonum.org/v1/gonum/mat"
)

func TestUnitEntropy(t *testing.T) {
	// One unit in two of four bins evenly: 1 bit; one constant: 0; mean 0.5. A rate of 1 falls into the last bin.
	x := mat.NewDense(4, 2, []float64{0.1, 1, 0.9, 1, 0.1, 1, 1, 1})
	near(t, "entropy", UnitEntropy(x, 0, 1, 4), 0.5, 1e-12)
	wantNaN(t, "no bins", UnitEntropy(x, 0, 1, 0))
	wantNaN(t, "empty range", UnitEntropy(x, 1, 1, 4))
	wantNaN(t, "no states", UnitEntropy(&mat.Dense{}, 0, 1, 4))
}

func TestSynchrony(t *testing.T) {
	near(t, "as one", Synchrony(mat.NewDense(3, 2, []float64{1, 1, 2, 2, 5, 5})), 1, 1e-12)
	near(t, "opposed", Synchrony(mat.NewDense(3, 2, []float64{1, -1, 2, -2, 5, -5})), 0, 1e-12)
	near(t, "independent", Synchrony(whiteNoise(20000, 50, 3)), 1./50, 0.002)
	wantNaN(t, "constant", Synchrony(mat.NewDense(3, 2, nil)))
	wantNaN(t, "one sample", Synchrony(mat.NewDense(1, 2, nil)))
}

func TestBalance(t *testing.T) {
	e, i := []float64{3, 1, 2}, []float64{1, 0, 0.5}
	near(t, "balance", CurrentBalance(e, i), 0.6, 1e-12)
	near(t, "detailed balance", DetailedBalance(e, i), 1, 1e-12)
	wantNaN(t, "no input", CurrentBalance([]float64{0}, []float64{0}))
	wantNaN(t, "lengths", CurrentBalance(e, i[:2]))
	wantNaN(t, "lengths", DetailedBalance(e, i[:2]))
}
