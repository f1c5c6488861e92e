package readout

// Where the processor has AVX2 and there are ten classes, eight sums of a class share a register: forward
// those of eight rows, whose features are interleaved first, backward those of eight features, which lie
// side by side in a row. Every sum still runs over its terms in ascending order with each product rounded,
// so that the bits are those of mulDense. The optimisers have the same bits eight at a time as one by one.
//
// Measured (AMD EPYC, BenchmarkBatch): a mini-batch of 250 x 1000 counts, forward, backward and update, takes
// 0.3 to 0.4 ms on one worker, of which exponentials and optimiser are a tenth; row by row it takes 2.5 to 5. A
// pass over 50 000 of them with the scores of 20 000 (BenchmarkPass) takes 57 to 66 ms on two workers.

// lanes is the number of rows, or of features, of a block.
const lanes = 8

// sums are those of a block: by class, then by row or feature.
type sums [10][lanes]float32

// tileFeatures are interleaved at a time, so that they stay in the nearest cache.
const tileFeatures = 256

// tile holds features of eight rows, feature by feature.
type tile [tileFeatures * lanes]float32

// multiplyRows sets acc to the products of up to eight rows of x with m. What stands for rows that are
// missing means nothing.
func (s *scratch) multiplyRows(x *Features, rows []int, m []float32, acc *sums) {
	if s.tile == nil {
		s.tile = new(tile)
	}
	*acc = sums{}
	m = m[:10*x.cols]
	for from := 0; from < x.cols; from += tileFeatures {
		n := min(tileFeatures, x.cols-from)
		x.interleave(s.tile, rows, from, n)
		mulRows(&s.tile[0], n, &m[10*from], acc)
	}
}

// interleave brings n features of rows, from feature from on, into a tile; the last row stands for those
// that are missing.
func (f *Features) interleave(dst *tile, rows []int, from, n int) {
	var start [lanes]int
	for k := range start {
		start[k] = rows[min(k, len(rows)-1)]*f.cols + from
	}
	whole := n &^ (lanes - 1)
	if f.values != nil {
		if whole > 0 {
			var src [lanes]*float32
			for k, o := range start {
				src[k] = &f.values[o : o+n][0]
			}
			interleaveValues(&dst[0], &src, whole)
		}
		for i := whole; i < n; i++ {
			for k, o := range start {
				dst[i*lanes+k] = f.values[o+i]
			}
		}
		return
	}
	if whole > 0 {
		var src [lanes]*uint8
		for k, o := range start {
			src[k] = &f.counts[o : o+n][0]
		}
		interleaveCounts(&dst[0], &src, whole)
	}
	for i := whole; i < n; i++ {
		for k, o := range start {
			dst[i*lanes+k] = byteValue[f.counts[o+i]]
		}
	}
}

// multiplyColumns sets acc to the products of features first to first+7 of the samples that start at
// offsets with m.
func multiplyColumns(x *Features, first int, offsets []int, m []float32, acc *sums) {
	*acc = sums{}
	n := len(offsets)
	if n == 0 {
		return
	}
	m = m[:10*n]
	if x.values != nil {
		mulColumnsValues(&x.values[first], &offsets[0], n, &m[0], acc)
	} else {
		mulColumnsCounts(&x.counts[first], &offsets[0], n, &m[0], acc)
	}
}
