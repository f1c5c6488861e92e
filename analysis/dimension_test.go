package analysis

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
)

func whiteNoise(rows, cols int, seed uint64) *mat.Dense {
	rng := newRand(seed)
	m := mat.NewDense(rows, cols, nil)
	for k := range m.RawMatrix().Data {
		m.RawMatrix().Data[k] = rng.NormFloat64()
	}
	return m
}

// White noise of 100 units and 1000 samples has NT/(N+T) = 90.9.
func TestParticipationRatioOfWhiteNoise(t *testing.T) {
	for seed := range uint64(3) {
		near(t, "PR", ParticipationRatio(whiteNoise(1000, 100, seed)), 100*1000/1100., 1)
	}
}

// Two orthogonal courses of variances 3 and 1, and a third column that repeats the first.
func TestDimensionsKnown(t *testing.T) {
	x := mat.NewDense(4, 2, []float64{math.Sqrt(3), 1, -math.Sqrt(3), 1, math.Sqrt(3), -1, -math.Sqrt(3), -1})
	near(t, "PR", ParticipationRatio(x), 16./10, 1e-12)
	d, err := EntropyDimension(x)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "entropy dimension", d, math.Exp(-0.75*math.Log(0.75)-0.25*math.Log(0.25)), 1e-12)
	for fraction, want := range map[float64]int{0.5: 1, 0.75: 1, 0.76: 2, 1: 2} {
		if got, err := VarianceDimension(x, fraction); err != nil || got != want {
			t.Errorf("variance dimension at %g: %d, %v, want %d", fraction, got, err, want)
		}
	}
	near(t, "PR of one direction", ParticipationRatio(mat.NewDense(3, 2, []float64{1, 2, 2, 4, 5, 10})), 1, 1e-12)
}

func TestDimensionsUndefined(t *testing.T) {
	constant := mat.NewDense(5, 2, nil)
	wantNaN(t, "PR of constant states", ParticipationRatio(constant))
	wantNaN(t, "PR of one sample", ParticipationRatio(mat.NewDense(1, 2, nil)))
	_, err := EntropyDimension(constant)
	wantError(t, "constant states", err)
	_, err = VarianceDimension(whiteNoise(10, 2, 1), 0)
	wantError(t, "fraction 0", err)
	_, err = NumericalRank(constant, 0)
	wantError(t, "tolerance 0", err)
	_, err = NumericalRank(&mat.Dense{}, 0.1)
	wantError(t, "empty", err)
}

func TestNumericalRank(t *testing.T) {
	x := mat.NewDense(3, 3, []float64{10, 0, 0, 0, 1, 0, 0, 0, 0.001})
	for tolerance, want := range map[float64]int{0.5: 1, 0.01: 2, 1e-6: 3} {
		if got, err := NumericalRank(x, tolerance); err != nil || got != want {
			t.Errorf("rank at %g: %d, %v, want %d", tolerance, got, err, want)
		}
	}
	if got, err := NumericalRank(mat.NewDense(2, 2, nil), 0.1); err != nil || got != 0 {
		t.Errorf("rank of zeros: %d, %v", got, err)
	}
}
