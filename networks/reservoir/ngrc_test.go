package reservoir

import (
	"slices"
	"testing"
)

// Two inputs and two taps, three steps apart, written out.
func TestNGRCState(t *testing.T) {
	r, err := NewNGRC(2, 2, 3, 2)
	if err != nil {
		t.Fatal(err)
	}
	if r.Inputs() != 2 || r.Units() != 2+10 {
		t.Fatalf("%d inputs, %d units", r.Inputs(), r.Units())
	}
	for range 2 { // a second time after a reset
		for k := range 6 {
			if err := r.Step([]float64{float64(k), float64(10 * k)}); err != nil {
				t.Fatal(err)
			}
		}
		a, b, c, d := 5., 50., 2., 20.
		want := []float64{c, d, a * a, a * b, a * c, a * d, b * b, b * c, b * d, c * c, c * d, d * d}
		if !slices.Equal(r.State(), want) {
			t.Fatalf("state %v: want %v", r.State(), want)
		}
		r.Reset()
		if slices.Max(r.State()) != 0 {
			t.Error("state after a reset")
		}
	}
	cubic, err := NewNGRC(3, 2, 1, 3)
	if err != nil || cubic.Units() != 3+56 {
		t.Errorf("degree three: %v units, %v", cubic.Units(), err)
	}
	if n := testing.AllocsPerRun(10, func() { _ = cubic.Step([]float64{1, 2, 3}) }); n > 0 {
		t.Errorf("%v allocations a step", n)
	}
	for _, bad := range [][4]int{{0, 1, 1, 2}, {1, 0, 1, 2}, {1, 1, 0, 2}, {1, 1, 1, 1}, {1, 1, 1, 5}, {500, 4, 1, 4}} {
		if _, err := NewNGRC(bad[0], bad[1], bad[2], bad[3]); err == nil {
			t.Errorf("%v was accepted", bad)
		}
	}
	if err := r.Step([]float64{1}); err == nil {
		t.Error("a sample of the wrong length was accepted")
	}
}
