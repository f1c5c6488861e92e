//go:build !amd64 || noasm

package readout

var haveBlocks = false

const noKernel = "readout: no kernel for blocks"

func mulRows(x *float32, n int, m *float32, acc *sums) { panic(noKernel) }

func mulColumnsCounts(x *uint8, offsets *int, n int, m *float32, acc *sums) { panic(noKernel) }

func mulColumnsValues(x *float32, offsets *int, n int, m *float32, acc *sums) { panic(noKernel) }

func interleaveCounts(dst *float32, rows *[lanes]*uint8, n int) { panic(noKernel) }

func interleaveValues(dst *float32, rows *[lanes]*float32, n int) { panic(noKernel) }

func adamUpdate(parameters, gradients, m, v *float32, n int, c *adamFactors) { panic(noKernel) }

func adadeltaUpdate(parameters, gradients, eg, ed *float32, n int, c *adadeltaFactors) {
	panic(noKernel)
}
