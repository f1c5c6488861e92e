package analysis

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// The map x <- tanh(J x) of 500 units with weights of standard deviation g/sqrt(N); an independent
// implementation found 0.152 and 0.525 over three realisations (tolerance 0.03).
func TestLyapunovOfRandomNetwork(t *testing.T) {
	const n = 500
	for _, k := range []struct{ g, want float64 }{{2, 0.152}, {5, 0.525}} {
		j := whiteNoise(n, n, 7)
		j.Scale(k.g/math.Sqrt(n), j)
		z := mat.NewVecDense(n, nil)
		start := whiteNoise(1, n, 8).RawRowView(0)
		got, err := LargestLyapunov(start, func(x []float64, _ int) {
			z.MulVec(j, mat.NewVecDense(n, x))
			for i := range x {
				x[i] = math.Tanh(z.AtVec(i))
			}
		}, LyapunovOptions{Discard: 200, Steps: 600})
		if err != nil {
			t.Fatal(err)
		}
		near(t, "exponent", got, k.want, 0.03)
	}
}

// The logistic map at 4 has ln 2, a diagonal linear map its largest factor, a driven linear unit its own.
func TestLyapunovKnown(t *testing.T) {
	got, err := LargestLyapunov([]float64{0.3}, func(x []float64, _ int) { x[0] = 4 * x[0] * (1 - x[0]) }, LyapunovOptions{Steps: 20000})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "logistic map", got, math.Ln2, 0.01)
	got, err = LargestLyapunov([]float64{0, 0}, func(x []float64, _ int) { x[0] *= 0.5; x[1] *= -0.9 }, LyapunovOptions{})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "linear map", got, math.Log(0.9), 1e-6)
	u := whiteNoise(1, 3000, 1).RawRowView(0)
	got, err = LargestLyapunov([]float64{0}, func(x []float64, t int) { x[0] = 0.7*x[0] + u[t] }, LyapunovOptions{})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "driven unit", got, math.Log(0.7), 1e-6)
}

func TestLyapunovEdges(t *testing.T) {
	same := func([]float64, int) {}
	_, err := LargestLyapunov(nil, same, LyapunovOptions{})
	wantError(t, "empty", err)
	_, err = LargestLyapunov([]float64{1}, same, LyapunovOptions{Steps: -1})
	wantError(t, "steps", err)
	_, err = LargestLyapunov([]float64{1}, func(x []float64, _ int) { x[0] *= 1e10 }, LyapunovOptions{})
	wantError(t, "divergence", err)
	if got, err := LargestLyapunov([]float64{1}, func(x []float64, _ int) { x[0] = 0 }, LyapunovOptions{}); err != nil || !math.IsInf(got, -1) {
		t.Errorf("collapse: %v, %v, want -Inf", got, err)
	}
}
