package reservoir

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
)

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s = %.12g, want %.12g within %g", what, got, want, tolerance)
	}
}

func rng(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0)) }

// Both storages give gonum's product, rows of every length modulo four included.
func TestMulVec(t *testing.T) {
	for _, density := range []float64{0.05, 0.2, 1} {
		m, err := Random{Rows: 40, Cols: 23, Density: density, Weights: Normal}.Build(rng(1))
		if err != nil {
			t.Fatal(err)
		}
		if _, sparse := m.(*CSR); sparse != (density < 0.3) {
			t.Errorf("density %g: %T", density, m)
		}
		x, got := make([]float64, 23), make([]float64, 40)
		for i := range x {
			x[i] = float64(i) - 11
		}
		m.MulVec(got, x)
		var want mat.VecDense
		want.MulVec(m.Dense(), mat.NewVecDense(23, x))
		for i := range got {
			near(t, "product", got[i], want.AtVec(i), 1e-12)
		}
	}
}

func TestRandomConnections(t *testing.T) {
	m, err := Random{Rows: 50, Cols: 30, PerRow: 6, NoSelf: true, Offset: 20}.Build(rng(2))
	if err != nil {
		t.Fatal(err)
	}
	d := m.Dense()
	for i := range 50 {
		n := 0
		for j := range 30 {
			if d.At(i, j) != 0 {
				n++
			}
		}
		if n != 6 {
			t.Errorf("row %d has %d connections, want 6", i, n)
		}
		if i >= 20 && d.At(i, i-20) != 0 {
			t.Errorf("unit %d connects to itself", i)
		}
	}
	m, err = Random{Rows: 300, Cols: 300, Density: 0.1, Weights: Normal}.Build(rng(3))
	if err != nil {
		t.Fatal(err)
	}
	near(t, "density", float64(len(m.(*CSR).Data))/90000, 0.1, 4*math.Sqrt(0.09/90000))
}

// The circular law: entries of variance 1/N have radius near 1. The growth estimate agrees with the eigenvalues.
func TestSpectralRadius(t *testing.T) {
	m, err := Random{Rows: 250, Cols: 250, Density: 1, Weights: Normal}.Build(rng(4))
	if err != nil {
		t.Fatal(err)
	}
	m.Scale(1 / math.Sqrt(250))
	exact, err := SpectralRadius(m)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "radius", exact, 1.02, 0.06)
	near(t, "growth estimate", growthRate(m, 4000), exact, 0.002*exact)
	big, err := Random{Rows: 1000, Cols: 1000, Density: 0.1, Weights: Normal}.Build(rng(5))
	if err != nil {
		t.Fatal(err)
	}
	big.Scale(1 / math.Sqrt(100))
	estimate, err := SpectralRadius(big)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "radius of 1000 sparse units", estimate, 1.02, 0.05)
	if err := ScaleRadius(m, 0.7); err != nil {
		t.Fatal(err)
	}
	scaled, err := SpectralRadius(m)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "scaled radius", scaled, 0.7, 1e-9)
}

func TestTopologies(t *testing.T) {
	ring, err := Ring(7, -0.8)
	if err != nil {
		t.Fatal(err)
	}
	radius, err := SpectralRadius(ring)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "radius of the ring", radius, 0.8, 1e-12)
	y := make([]float64, 7)
	ring.MulVec(y, []float64{1, 2, 3, 4, 5, 6, 7})
	for i, want := range []float64{7, 1, 2, 3, 4, 5, 6} {
		near(t, "ring", y[i], -0.8*want, 1e-12)
	}
	shift, err := Shift(3, 1)
	if err != nil {
		t.Fatal(err)
	}
	shift.MulVec(y[:3], []float64{1, 2, 3})
	for i, want := range []float64{0, 1, 2} {
		near(t, "shift", y[i], want, 0)
	}
	if err := ScaleRadius(shift, 1); err == nil {
		t.Error("a shift register was scaled to a spectral radius")
	}
	q, err := Orthogonal(20, 0.9, rng(6))
	if err != nil {
		t.Fatal(err)
	}
	var p mat.Dense
	p.Mul(q.Dense().T(), q.Dense())
	for i := range 20 {
		for j := range 20 {
			want := 0.0
			if i == j {
				want = 0.81
			}
			near(t, "Q'Q", p.At(i, j), want, 1e-12)
		}
	}
}
