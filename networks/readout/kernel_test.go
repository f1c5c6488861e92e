package readout

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// naive is the definition of the product in float64.
func naive(x []float64, m []float32, width int) []float64 {
	acc := make([]float64, width)
	for i, v := range x {
		for k := range acc {
			acc[k] += v * float64(m[i*width+k])
		}
	}
	return acc
}

func TestKernelsAgree(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for _, width := range []int{2, 3, 4, 5, 9, 10, 11, 20} {
		for _, cols := range []int{1, 7, 100} {
			f := randomCounts(6, cols, 0.4)
			m := make([]float32, cols*width)
			for i := range m {
				m[i] = float32(rng.NormFloat64())
			}
			work := newScratch(1, max(cols, 6), width)
			dense, packed, row := make([]float32, width), make([]float32, width), make([]float64, cols)
			for r := range f.Rows() {
				if err := f.Row(row, r); err != nil {
					t.Fatal(err)
				}
				want := naive(row, m, width)
				work[0].multiplyRow(f, r, false, m, dense)
				work[0].multiplyRow(f, r, true, m, packed)
				for k := range dense {
					if math.Float32bits(dense[k]) != math.Float32bits(packed[k]) {
						t.Fatalf("width %d, %d features, row %d: dense %v, packed %v", width, cols, r, dense, packed)
					}
					// 100 products of at most about 60, rounded to 24 bits each.
					if math.Abs(float64(dense[k])-want[k]) > 1e-3 {
						t.Fatalf("width %d, %d features, row %d: %v, want %v", width, cols, r, dense, want)
					}
				}
			}
		}
	}
}

func TestColumnsMatchRows(t *testing.T) {
	const rows, cols, width = 9, 5, 10
	f := randomCounts(rows, cols, 0.4)
	values := make([]float32, rows*cols)
	for i, c := range f.counts {
		values[i] = float32(c)
	}
	asFloat, err := NewValues(values, rows, cols)
	if err != nil {
		t.Fatal(err)
	}
	samples := []int{4, 0, 8, 3}
	offsets := make([]int, len(samples))
	for i, r := range samples {
		offsets[i] = r * cols
	}
	rng := rand.New(rand.NewPCG(2, 2))
	m := make([]float32, len(samples)*width)
	for i := range m {
		m[i] = float32(rng.NormFloat64())
	}
	work := newScratch(1, rows, width)
	for feature := range cols {
		column := make([]float64, len(samples))
		for i, r := range samples {
			column[i] = float64(f.counts[r*cols+feature])
		}
		want := naive(column, m, width)
		var got [3][]float32
		for i := range got {
			got[i] = make([]float32, width)
		}
		work[0].multiplyColumn(f, feature, offsets, false, m, got[0])
		work[0].multiplyColumn(f, feature, offsets, true, m, got[1])
		work[0].multiplyColumn(asFloat, feature, offsets, false, m, got[2])
		for k := range width {
			if got[0][k] != got[1][k] || got[0][k] != got[2][k] {
				t.Fatalf("feature %d: dense, packed and float differ: %v", feature, got)
			}
			if math.Abs(float64(got[0][k])-want[k]) > 1e-4 {
				t.Fatalf("feature %d: %v, want %v", feature, got[0], want)
			}
		}
	}
}

// Four rows, and four columns, at a time give the bits of one at a time.
func TestBlocksAgree(t *testing.T) {
	if !haveBlocks {
		t.Skip("this processor, or this build, takes rows one at a time")
	}
	rng := rand.New(rand.NewPCG(5, 5))
	for _, cols := range []int{1, 4, 7, 8, 9, 31, 100} {
		f := randomCounts(13, cols, 0.4)
		m := make([]float32, max(cols, 13)*10)
		for i := range m {
			m[i] = float32(rng.NormFloat64())
		}
		var rows [blockRows][]float32
		x := make([]float32, 0, 13*cols)
		for r := range 13 {
			x = append(x, f.denseRow(r, make([]float32, cols))...)
		}
		for i, v := range x {
			if v != float32(f.counts[i]) {
				t.Fatalf("%d features: count %d became %g", cols, f.counts[i], v)
			}
		}
		for r := range rows {
			rows[r] = x[r*cols : (r+1)*cols]
		}
		var got, want [blockRows][10]float32
		mulBlock(&rows, m, &got)
		if mulRowsGo(&rows, m, &want); got != want {
			t.Errorf("%d features: rows give %v, want %v", cols, got, want)
		}
		for first := 0; first+blockRows <= cols; first++ {
			for _, n := range []int{1, 2, 13} {
				mulBlockColumns(x, cols, first, n, m, &got)
				if mulColumnsGo(x, cols, first, n, m, &want); got != want {
					t.Errorf("%d rows, columns from %d of %d: %v, want %v", n, first, cols, got, want)
				}
			}
		}
	}
}

// A fit has the same bits with blocks and without: counts and values, in file order and shuffled, for numbers
// of samples and features that are no multiples of a block.
func TestFitWithBlocksIsTheSame(t *testing.T) {
	if !haveBlocks {
		t.Skip("this processor, or this build, takes rows one at a time")
	}
	defer func() { haveBlocks = true }()
	counts := randomCounts(203, 77, 0.4)
	values := make([]float32, len(counts.counts))
	for i, c := range counts.counts {
		values[i] = float32(c)
	}
	asFloat, err := NewValues(values, 203, 77)
	if err != nil {
		t.Fatal(err)
	}
	labels := randomLabels(203, 10)
	for _, x := range []*Features{counts, asFloat} {
		for _, shuffle := range []bool{false, true} {
			s := DefaultSoftmax(10)
			s.Passes, s.Batch, s.Shuffle, s.L2 = 3, 50, shuffle, 1e-3
			var fits [2]*SoftmaxFit
			for k := range fits {
				haveBlocks = k == 1
				if fits[k], err = s.Fit(context.Background(), Set{x, labels}, Set{x, labels}, Set{}, WithWorkers(2)); err != nil {
					t.Fatal(err)
				}
			}
			if !slices.Equal(fits[0].Last.Weights, fits[1].Last.Weights) || !slices.Equal(fits[0].Last.Bias, fits[1].Last.Bias) {
				t.Errorf("counts %t, shuffle %t: weights differ", x.counts != nil, shuffle)
			}
			for i, p := range fits[0].History {
				if q := fits[1].History[i]; p.Loss != q.Loss || p.Train != q.Train || p.Validation != q.Validation {
					t.Errorf("counts %t, shuffle %t: pass %+v, with blocks %+v", x.counts != nil, shuffle, p, q)
				}
			}
		}
	}
}
