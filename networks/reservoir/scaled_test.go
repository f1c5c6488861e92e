package reservoir

import (
	"errors"
	"math"
	"testing"
)

// A scaled reservoir is the reservoir driven by scaled input.
func TestScaled(t *testing.T) {
	plain, err := DefaultESN(20, 2).Build()
	if err != nil {
		t.Fatal(err)
	}
	inner, err := DefaultESN(20, 2).Build()
	if err != nil {
		t.Fatal(err)
	}
	scaled, err := NewScaled(inner, []float64{3, -1}, []float64{2, 0.5})
	if err != nil {
		t.Fatal(err)
	}
	for k := range 5 {
		u, v := float64(k), math.Sin(float64(k))
		if err := errors.Join(plain.Step([]float64{(u - 3) / 2, (v + 1) / 0.5}), scaled.Step([]float64{u, v})); err != nil {
			t.Fatal(err)
		}
	}
	for i, x := range scaled.State() {
		near(t, "state", x, plain.State()[i], 0)
	}
	var argument *ArgumentError
	for _, bad := range [][2][]float64{{{0}, {1, 1}}, {{0, 0}, {1}}, {{0, math.NaN()}, {1, 1}}, {{0, 0}, {1, 0}}, {{0, 0}, {1, math.Inf(1)}}} {
		if _, err := NewScaled(inner, bad[0], bad[1]); !errors.As(err, &argument) {
			t.Errorf("offset and scale %v: %v", bad, err)
		}
	}
	if err := scaled.Step([]float64{1}); !errors.As(err, &argument) {
		t.Errorf("a short sample: %v", err)
	}
}
