package readout

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/stat"
)

func threeFactor(t *testing.T, inputs int, rate, decay float64) *ThreeFactor {
	t.Helper()
	r, err := NewThreeFactor(inputs, 1, rate, decay)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// With an open gate and no memory it is LMS, bit for bit; with a shut gate it learns nothing.
func TestThreeFactorIsGatedLMS(t *testing.T) {
	lms, err := NewLMS(3, 1, 0.7)
	if err != nil {
		t.Fatal(err)
	}
	lms.HasBias = false
	open, shut := threeFactor(t, 3, 0.7, 0), threeFactor(t, 3, 0.7, 0)
	shut.Gate = 0
	rng := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		x, y := []float64{rng.NormFloat64(), rng.NormFloat64(), rng.NormFloat64()}, []float64{rng.NormFloat64()}
		for _, r := range []Readout{lms, open, shut} {
			if err := r.Update(x, y); err != nil {
				t.Fatal(err)
			}
		}
	}
	for j := range 3 {
		if open.Weights[j] != lms.Weights[j] || shut.Weights[j] != 0 {
			t.Errorf("weight %d: open %g, LMS %g, shut %g", j, open.Weights[j], lms.Weights[j], shut.Weights[j])
		}
	}
}

// The eligibility is a low-pass of the state, and credit goes to what was active before the error came.
func TestThreeFactorCredit(t *testing.T) {
	r := threeFactor(t, 2, 0.5, 0.5)
	r.Epsilon, r.Gate = 0, 0
	if err := r.Update([]float64{1, 0}, []float64{0}); err != nil {
		t.Fatal(err)
	}
	r.Gate = 1
	if err := r.Update([]float64{0, 1}, []float64{3}); err != nil {
		t.Fatal(err)
	}
	// z = (1/4, 1/2), |z|^2 = 5/16, e = 3: W = 0.5 * 3 * z / |z|^2.
	for j, want := range []float64{1.2, 2.4} {
		if math.Abs(r.Weights[j]-want) > 1e-12 {
			t.Errorf("weight %d is %g, want %g", j, r.Weights[j], want)
		}
	}
	if r.Forget(); r.Eligibility[0] != 0 {
		t.Error("the eligibility was not forgotten")
	}
	r.Gate = 1.5
	if err := r.Update([]float64{0, 1}, []float64{3}); err == nil {
		t.Error("a gate of 1.5 was accepted")
	}
}

// For a target that is 1 with probability p: mean p, variance eta p(1-p)/(2-eta), and after a change geometric
// relaxation.
func TestThreeFactorLearnsProbabilities(t *testing.T) {
	const p, eta = 0.7, 0.1
	r := threeFactor(t, 1, eta, 0)
	r.Epsilon = 0
	rng := rand.New(rand.NewPCG(3, 4))
	x, outcome := []float64{1}, []float64{0}
	var seen []float64
	for k := range 60000 {
		outcome[0] = 0
		if rng.Float64() < p {
			outcome[0] = 1
		}
		if err := r.Update(x, outcome); err != nil {
			t.Fatal(err)
		}
		if k > 200 {
			seen = append(seen, r.Weights[0])
		}
	}
	mean, variance := stat.PopMeanVariance(seen, nil)
	if want := eta * p * (1 - p) / (2 - eta); math.Abs(mean-p) > 0.01 || math.Abs(variance-want) > 0.05*want {
		t.Errorf("mean %g, want %g; variance %g, want %g", mean, p, variance, want)
	}
	r.Weights[0], outcome[0] = 1, 0
	for range 20 {
		if err := r.Update(x, outcome); err != nil {
			t.Fatal(err)
		}
	}
	if want := math.Pow(1-eta, 20); math.Abs(r.Weights[0]-want) > 1e-12 {
		t.Errorf("after 20 updates %g is left, want %g", r.Weights[0], want)
	}
}
