package analysis

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
)

func TestSeparationByHand(t *testing.T) {
	// Distances 5, 10, 5 over inputs apart by 1, 2 and 0: the last pair does not count.
	x := mat.NewDense(3, 2, []float64{0, 0, 3, 4, 6, 8})
	d := mat.NewDense(3, 3, []float64{0, 1, 2, 1, 0, 0, 2, 0, 0})
	s, err := Separation(x, d)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "separation", s, 5, 1e-12)
	if _, err := Separation(x, mat.NewDense(2, 2, nil)); err == nil {
		t.Error("distances of another size were accepted")
	}
	if _, err := Separation(x, mat.NewDense(3, 3, nil)); err == nil {
		t.Error("equal inputs have a separation")
	}
	// Centres (0,0) and (6,8), 10 apart; extents 1 and 0.
	x = mat.NewDense(4, 2, []float64{-1, 0, 1, 0, 6, 8, 6, 8})
	s, err = ClassSeparation(x, []int{7, 7, -2, -2})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "class separation", s, 10/1.5, 1e-12)
	if _, err := ClassSeparation(x, []int{1, 1, 1, 1}); err == nil {
		t.Error("one class has a separation")
	}
	if _, err := ClassSeparation(x, []int{1, 2}); err == nil {
		t.Error("too few labels were accepted")
	}
}

// A network that keeps its input and forgets its past has NM-separation 1/2 for random inputs; one that does the
// opposite -1/2.
func TestNMSeparation(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	coin := func() *mat.Dense {
		m := mat.NewDense(400, 100, nil)
		m.Apply(func(int, int, float64) float64 { return float64(rng.IntN(2)) }, m)
		return m
	}
	a, b := coin(), coin()
	s, err := NMSeparation(a, b, a, a)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "input kept", s, 0.5, 0.01)
	if s, err = NMSeparation(a, a, a, b); err != nil {
		t.Fatal(err)
	}
	near(t, "past kept", s, -0.5, 0.01)
	if _, err := NMSeparation(a, mat.NewDense(1, 1, nil), a, a); err == nil {
		t.Error("states of different shape were compared")
	}
}

func TestBalanceOfWeightsAndFluctuations(t *testing.T) {
	b := WeightBalance(mat.NewDense(3, 3, []float64{1, -1, 0, 3, 0, -1, 0, 0, 0}))
	near(t, "balanced", b[0], 0, 1e-12)
	near(t, "excited", b[1], 0.5, 1e-12)
	wantNaN(t, "unconnected", b[2])
	near(t, "fluctuations", FluctuationRatio([]float64{4, 6}, []float64{3, 3}), 0.2, 1e-12)
	wantNaN(t, "no excitation", FluctuationRatio([]float64{0}, []float64{1}))
	wantNaN(t, "lengths", FluctuationRatio([]float64{1}, nil))
	// Poisson inputs of weight 1/sqrt(K): four times as many inputs halve the ratio.
	rng := rand.New(rand.NewPCG(1, 9))
	ratio := func(k int) float64 {
		e, i := make([]float64, 4000), make([]float64, 4000)
		for t := range e {
			for range k {
				e[t] += float64(rng.IntN(2)) / math.Sqrt(float64(k))
				i[t] += float64(rng.IntN(2)) / math.Sqrt(float64(k))
			}
		}
		return FluctuationRatio(e, i)
	}
	near(t, "ratio of ratios", ratio(50)/ratio(200), 2, 0.1)
}
