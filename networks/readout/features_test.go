package readout

import (
	"math"
	"slices"
	"testing"
)

func TestFeatureShapes(t *testing.T) {
	for _, c := range []struct{ length, rows, cols int }{{6, 2, 2}, {6, 0, 3}, {6, 3, 0}, {7, 2, 3}, {0, 1, 1}, {6, -2, -3}} {
		_, err := NewCounts(make([]uint8, c.length), c.rows, c.cols)
		wantRefusal(t, err)
		_, err = NewValues(make([]float32, c.length), c.rows, c.cols)
		wantRefusal(t, err)
	}
	_, err := NewValues([]float32{1, float32(math.NaN())}, 1, 2)
	wantRefusal(t, err)
	_, err = NewValues([]float32{1, float32(math.Inf(-1))}, 2, 1)
	wantRefusal(t, err)

	f := counts(t, []uint8{1, 2, 3, 4, 5, 6}, 3, 2)
	s, err := f.Slice(1, 3)
	if err != nil {
		t.Fatal(err)
	}
	row := make([]float64, 2)
	if err := s.Row(row, 1); err != nil || !slices.Equal(row, []float64{5, 6}) {
		t.Errorf("row 1 of rows 1..2 is %v (%v), want [5 6]", row, err)
	}
	for _, r := range [][2]int{{-1, 2}, {2, 2}, {0, 4}} {
		_, err := f.Slice(r[0], r[1])
		wantRefusal(t, err)
	}
	wantRefusal(t, f.Row(row, 3))
	wantRefusal(t, f.Row(row[:1], 0))
}

// Rows 2 4 | 0 0 | 1 0 | 3 1 have sums 6 0 1 4 and peaks 2/3 0 1 3/4.
func TestScalingFactors(t *testing.T) {
	f := counts(t, []uint8{2, 4, 0, 0, 1, 0, 3, 1}, 4, 2)
	sum := f.summarise()
	if sum.zeros != 3.0/8 {
		t.Errorf("fraction of zeros %v, want 0.375", sum.zeros)
	}
	near := func(name string, got []float32, want ...float64) {
		t.Helper()
		for i, w := range want {
			if math.Abs(float64(got[i])-w) > 1e-6 {
				t.Errorf("%s: factors %v, want %v", name, got, want)
				return
			}
		}
	}
	// Batches of two: divisors 2/3 and 1.
	near("batch", ScaleBatch.allFactors(&sum, 2, 1), 1.0/4, 0, 1, 1.0/4)
	near("batch of three", ScaleBatch.allFactors(&sum, 3, 1), 1.0/6, 0, 1, 1.0/3)
	near("none", ScaleNone.allFactors(&sum, 2, 1), 1, 1, 1, 1)
	// Divisors of batches of one: 2/3, 1, 3/4 (the silent row has none); median 3/4.
	c := ScaleConstant.constant(&sum, 1)
	near("median divisor", []float32{c}, 0.75)
	near("constant", ScaleConstant.allFactors(&sum, 2, c), 1/4.5, 0, 1/0.75, 1.0/3)

	silent := counts(t, make([]uint8, 4), 2, 2)
	none := silent.summarise()
	near("silent, batch", ScaleBatch.allFactors(&none, 2, 1), 0, 0)
	near("silent, constant", ScaleConstant.allFactors(&none, 2, ScaleConstant.constant(&none, 2)), 0, 0)
}
