package readout

// The two inner loops of the softmax readout, forward and backward, are one
// product: a row of features times a tall matrix with few columns,
//
//	acc[k] = sum_i x[i] * m[i*width+k],
//
// with m the weights (forward, i counts features) or the errors of the batch
// (backward, i counts samples). Weights are therefore feature-major. The sum
// runs over i in ascending order, with every product rounded before it is
// added, so that neither the partition of the work nor the architecture's
// fused multiply-add can change a bit.
//
// Measured (Sapphire Rapids, 1000 features, 10 classes): 3.7 us per row with
// ten accumulators in registers, against 1.0 us for ten gonum float32 dot
// products and 2.0 us for ten axpys. The latter were not taken: gonum's dot
// trims to a 16-byte address first, so its rounding depends on where the
// slices lie, and it cannot skip zeros.

// entry is one non-zero feature of a row or column.
type entry struct {
	offset uint32 // index times width: where its row of m starts
	value  float32
}

// byteValue spares the conversion of an integer, which is slower than a load.
var byteValue = func() (t [256]float32) {
	for i := range t {
		t[i] = float32(i)
	}
	return t
}()

// denseZeros is the fraction of zeros above which rows are packed first;
// measured, see BenchmarkKernel.
const denseZeros = 0.2

// mulDense computes the product for a full row; len(acc) = width and m holds
// len(x) rows.
func mulDense(x, m, acc []float32) {
	width := len(acc)
	if width == 10 {
		mulDense10(x, m, (*[10]float32)(acc))
		return
	}
	k := 0
	for ; k+4 <= width; k += 4 {
		var a0, a1, a2, a3 float32
		for i, v := range x {
			w := (*[4]float32)(m[i*width+k:])
			a0 += float32(v * w[0])
			a1 += float32(v * w[1])
			a2 += float32(v * w[2])
			a3 += float32(v * w[3])
		}
		*(*[4]float32)(acc[k:]) = [4]float32{a0, a1, a2, a3}
	}
	for ; k < width; k++ {
		var a float32
		for i, v := range x {
			a += float32(v * m[i*width+k])
		}
		acc[k] = a
	}
}

// mulDense10 is mulDense for ten classes, all sums in registers.
func mulDense10(x, m []float32, acc *[10]float32) {
	var a0, a1, a2, a3, a4, a5, a6, a7, a8, a9 float32
	for _, v := range x {
		w := (*[10]float32)(m)
		m = m[10:]
		a0 += float32(v * w[0])
		a1 += float32(v * w[1])
		a2 += float32(v * w[2])
		a3 += float32(v * w[3])
		a4 += float32(v * w[4])
		a5 += float32(v * w[5])
		a6 += float32(v * w[6])
		a7 += float32(v * w[7])
		a8 += float32(v * w[8])
		a9 += float32(v * w[9])
	}
	*acc = [10]float32{a0, a1, a2, a3, a4, a5, a6, a7, a8, a9}
}

// mulPacked computes the product for the non-zero entries of a row. It gives
// the bits of mulDense: adding a product with 0 changes no finite sum.
func mulPacked(x []entry, m, acc []float32) {
	if len(acc) == 10 {
		mulPacked10(x, m, (*[10]float32)(acc))
		return
	}
	clear(acc)
	for _, e := range x {
		w := m[e.offset:][:len(acc)]
		for k, a := range acc {
			acc[k] = a + float32(e.value*w[k])
		}
	}
}

// mulPacked10 is mulPacked for ten classes, all sums in registers.
func mulPacked10(x []entry, m []float32, acc *[10]float32) {
	var a0, a1, a2, a3, a4, a5, a6, a7, a8, a9 float32
	for _, e := range x {
		v := e.value
		w := (*[10]float32)(m[e.offset:])
		a0 += float32(v * w[0])
		a1 += float32(v * w[1])
		a2 += float32(v * w[2])
		a3 += float32(v * w[3])
		a4 += float32(v * w[4])
		a5 += float32(v * w[5])
		a6 += float32(v * w[6])
		a7 += float32(v * w[7])
		a8 += float32(v * w[8])
		a9 += float32(v * w[9])
	}
	*acc = [10]float32{a0, a1, a2, a3, a4, a5, a6, a7, a8, a9}
}

// packRow lists the non-zero counts of a row in dst, which must be at least as
// long as the row, and returns how many there are. No branch depends on the
// counts: every element is written, and the position advances past non-zeros.
func packRow(dst []entry, row []uint8, width int) int {
	n := 0
	dst = dst[:len(row)]
	for i, c := range row {
		dst[n] = entry{uint32(i * width), byteValue[c]}
		n += int((uint32(c) + 255) >> 8)
	}
	return n
}

// packColumn is packRow for one feature of several samples; offsets says where
// in counts each sample starts.
func packColumn(dst []entry, counts []uint8, offsets []int, feature, width int) int {
	n := 0
	dst = dst[:len(offsets)]
	for i, o := range offsets {
		c := counts[o+feature]
		dst[n] = entry{uint32(i * width), byteValue[c]}
		n += int((uint32(c) + 255) >> 8)
	}
	return n
}

// loadRow converts a row of counts.
func loadRow(dst []float32, row []uint8) {
	dst = dst[:len(row)]
	for i, c := range row {
		dst[i] = byteValue[c]
	}
}

// loadColumn converts one feature of several samples.
func loadColumn(dst []float32, counts []uint8, offsets []int, feature int) {
	dst = dst[:len(offsets)]
	for i, o := range offsets {
		dst[i] = byteValue[counts[o+feature]]
	}
}
