//go:build !amd64 || noasm

package readout

var haveBlocks = false

func mulRows(r0, r1, r2, r3 *float32, n int, m *float32, acc *[blockRows][10]float32) {
	panic("readout: no kernel for blocks")
}

func mulColumns(x *float32, cols, n int, m *float32, acc *[blockRows][10]float32) {
	panic("readout: no kernel for blocks")
}

func convert(dst []float32, src []uint8) { loadRow(dst, src) }
