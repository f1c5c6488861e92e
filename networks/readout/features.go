package readout

import (
	"fmt"
	"math"
)

// Features is a read-only matrix of non-negative or signed features, one row
// per sample. Counts stay in the bytes they were given in: 70 000 samples of
// 8 000 neurons are 560 MB, and as float32 they would be 2.2 GB.
//
// The matrix refers to the slice it was built from, which must not change
// while the features are in use.
type Features struct {
	rows, cols int
	counts     []uint8   // row-major; nil if values are held
	values     []float32 // row-major; nil if counts are held
}

// NewCounts returns rows x cols features held as bytes, for example the spike
// counts of cols neurons for each of rows stimuli. The slice is kept, not
// copied. It fails on a shape that does not fit the slice.
func NewCounts(counts []uint8, rows, cols int) (*Features, error) {
	if err := checkShape(len(counts), rows, cols); err != nil {
		return nil, err
	}
	return &Features{rows: rows, cols: cols, counts: counts}, nil
}

// NewValues returns rows x cols features held as float32. The slice is kept,
// not copied. It fails on a shape that does not fit the slice and on NaN or
// infinite values.
func NewValues(values []float32, rows, cols int) (*Features, error) {
	if err := checkShape(len(values), rows, cols); err != nil {
		return nil, err
	}
	for i, v := range values {
		if f := float64(v); math.IsNaN(f) || math.IsInf(f, 0) {
			return nil, refuse(fmt.Sprintf("feature %d of row %d", i%cols, i/cols), v, "must be finite")
		}
	}
	return &Features{rows: rows, cols: cols, values: values}, nil
}

func checkShape(length, rows, cols int) error {
	if rows < 1 {
		return refuse("rows", rows, "must be at least 1")
	}
	if cols < 1 {
		return refuse("cols", cols, "must be at least 1")
	}
	if length/cols != rows || length%cols != 0 {
		return refuse("length of the features", length, fmt.Sprintf("must be rows*cols = %d*%d", rows, cols))
	}
	return nil
}

// Rows is the number of samples.
func (f *Features) Rows() int { return f.rows }

// Cols is the number of features per sample.
func (f *Features) Cols() int { return f.cols }

// Slice returns the samples from..to-1, sharing memory with f.
func (f *Features) Slice(from, to int) (*Features, error) {
	if from < 0 || to > f.rows || from >= to {
		return nil, refuse("row range", fmt.Sprintf("%d..%d", from, to),
			fmt.Sprintf("must be non-empty and within 0..%d", f.rows))
	}
	s := &Features{rows: to - from, cols: f.cols}
	if f.counts != nil {
		s.counts = f.counts[from*f.cols : to*f.cols]
	} else {
		s.values = f.values[from*f.cols : to*f.cols]
	}
	return s, nil
}

// Row writes the unscaled features of one sample to dst (length Cols).
func (f *Features) Row(dst []float64, row int) error {
	if row < 0 || row >= f.rows {
		return refuse("row", row, fmt.Sprintf("must be in 0..%d", f.rows-1))
	}
	if err := checkLength("dst", len(dst), f.cols); err != nil {
		return err
	}
	lo := row * f.cols
	if f.counts != nil {
		for i, c := range f.counts[lo : lo+f.cols] {
			dst[i] = float64(c)
		}
		return nil
	}
	for i, v := range f.values[lo : lo+f.cols] {
		dst[i] = float64(v)
	}
	return nil
}

// summary is what the scalings and the choice of kernel need to know of a
// feature matrix; one scan of the matrix gives it.
type summary struct {
	inverse  []float32 // per row: 1/sum, 0 if the sum is 0
	peak     []float32 // per row: largest element divided by the sum, 0 if the sum is 0
	zeros    float64   // fraction of elements that are 0
	negative int       // index of a negative element, -1 if there is none
}

func (f *Features) summarise() summary {
	s := summary{
		inverse:  make([]float32, f.rows),
		peak:     make([]float32, f.rows),
		negative: -1,
	}
	zeros := 0
	for r := range f.rows {
		var sum float64
		var top float32
		lo := r * f.cols
		if f.counts != nil {
			total, largest := 0, uint8(0)
			for _, c := range f.counts[lo : lo+f.cols] {
				total += int(c)
				largest = max(largest, c)
				zeros += int((uint32(c) - 1) >> 31)
			}
			sum, top = float64(total), float32(largest)
		} else {
			for i, v := range f.values[lo : lo+f.cols] {
				if v < 0 {
					s.negative = lo + i
				}
				if v == 0 {
					zeros++
				}
				sum += float64(v)
				top = max(top, v)
			}
		}
		if sum > 1e-30 { // below, the inverse would leave float32
			s.inverse[r] = float32(1 / sum)
			s.peak[r] = float32(float64(top) / sum)
		}
	}
	s.zeros = float64(zeros) / float64(f.rows*f.cols)
	return s
}
