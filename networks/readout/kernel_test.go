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

// Eight rows, and eight features, at a time give the bits of one at a time.
func TestBlocksAgree(t *testing.T) {
	if !haveBlocks {
		t.Skip("this processor, or this build, takes rows one at a time")
	}
	rng := rand.New(rand.NewPCG(5, 5))
	for _, cols := range []int{1, 7, 8, 9, 31, 100, tileFeatures, 2*tileFeatures + 13} {
		counts := randomCounts(13, cols, 0.4)
		asFloat := make([]float32, 13*cols)
		for i := range asFloat {
			asFloat[i] = float32(rng.NormFloat64())
		}
		values, err := NewValues(asFloat, 13, cols)
		if err != nil {
			t.Fatal(err)
		}
		m := make([]float32, max(cols, 13)*10)
		for i := range m {
			m[i] = float32(rng.NormFloat64())
		}
		work := newScratch(1, max(cols, 13), 1)
		want := make([]float32, 10)
		for _, x := range []*Features{counts, values} {
			for _, rows := range [][]int{{5}, {12, 0, 3}, {4, 2, 9, 0, 12, 7, 1, 11}} {
				acc := sums{{1}}
				work[0].multiplyRows(x, rows, m, &acc)
				for k, r := range rows {
					work[0].multiplyRow(x, r, false, m[:10*cols], want)
					for c := range want {
						if math.Float32bits(acc[c][k]) != math.Float32bits(want[c]) {
							t.Fatalf("%d features, counts %t, row %d of %v, class %d: %g, want %g", cols, x == counts, k, rows, c, acc[c][k], want[c])
						}
					}
				}
				offsets := make([]int, len(rows))
				for k, r := range rows {
					offsets[k] = r * cols
				}
				for first := 0; first+lanes <= cols; first++ {
					multiplyColumns(x, first, offsets, m, &acc)
					for f := range lanes {
						work[0].multiplyColumn(x, first+f, offsets, false, m[:10*len(rows)], want)
						for c := range want {
							if math.Float32bits(acc[c][f]) != math.Float32bits(want[c]) {
								t.Fatalf("%d features, counts %t, feature %d of rows %v, class %d: %g, want %g", cols, x == counts, first+f, rows, c, acc[c][f], want[c])
							}
						}
					}
				}
			}
		}
	}
}

// An optimiser has the same bits eight parameters at a time as one by one.
func TestUpdatesAgree(t *testing.T) {
	if !haveBlocks {
		t.Skip("this processor, or this build, takes parameters one at a time")
	}
	defer func() { haveBlocks = true }()
	const n = 43
	for _, o := range []Optimizer{DefaultAdam(), DefaultAdadelta(), Adam{Rate: 0.3, Beta1: 0, Beta2: 0.5, Epsilon: 1e-3}} {
		var parameters [2][]float32
		for k := range parameters {
			haveBlocks = k == 1
			rng := rand.New(rand.NewPCG(6, 6))
			s, p, g := o.start(n+3), make([]float32, n), make([]float32, n)
			for range 50 {
				for i := range g {
					g[i] = float32(rng.NormFloat64() * math.Pow(10, -5*rng.Float64()))
				}
				g[3] = 0
				s.next()
				s.apply(3, p, g)
			}
			parameters[k] = p
		}
		for i, want := range parameters[0] {
			if got := parameters[1][i]; math.Float32bits(got) != math.Float32bits(want) || i != 3 && got == 0 {
				t.Errorf("%T: parameter %d is %g, one by one %g", o, i, got, want)
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
