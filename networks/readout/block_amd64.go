//go:build !noasm

package readout

import "golang.org/x/sys/cpu"

// haveBlocks says whether mulRows and mulColumns may be called.
var haveBlocks = cpu.X86.HasAVX2

// mulRows does what mulRowsGo does for four rows of n features, n above 0: see block_amd64.s.
//
//go:noescape
func mulRows(r0, r1, r2, r3 *float32, n int, m *float32, acc *[blockRows][10]float32)

// mulColumns does what mulColumnsGo does, x being the first of the four features in the first row, n above 0.
//
//go:noescape
func mulColumns(x *float32, cols, n int, m *float32, acc *[blockRows][10]float32)

// convertBytes converts n counts, a multiple of 8.
//
//go:noescape
func convertBytes(dst *float32, src *uint8, n int)

// convert gives counts as floats; it needs AVX2.
func convert(dst []float32, src []uint8) {
	n := len(src) &^ 7
	dst = dst[:len(src)]
	if n > 0 {
		convertBytes(&dst[0], &src[0], n)
	}
	loadRow(dst[n:], src[n:])
}
