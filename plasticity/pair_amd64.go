//go:build !noasm

package plasticity

import "golang.org/x/sys/cpu"

// addRowAVX and addColumnAVX do what addRowGo and addColumnGo do: see pair_amd64.s.
//
//go:noescape
func addRowAVX(n int, weight *float64, target *int32, ys *float64, fired *bool, c *addition)

//go:noescape
func addColumnAVX(n int, weight *float64, at *uint32, source *int32, xs *float64, fired *bool, c *addition)

var haveAVX = cpu.X86.HasAVX

func addRow(weight []float64, target []int32, ys []float64, fired []bool, c *addition) {
	if !haveAVX || len(target) == 0 {
		addRowGo(weight, target, ys, fired, c)
		return
	}
	addRowAVX(len(target), &weight[:len(target)][0], &target[0], &ys[0], &fired[0], c)
}

func addColumn(weight []float64, at []uint32, source []int32, xs []float64, fired []bool, c *addition) {
	if !haveAVX || len(at) == 0 {
		addColumnGo(weight, at, source, xs, fired, c)
		return
	}
	addColumnAVX(len(at), &weight[0], &at[0], &source[:len(at)][0], &xs[0], &fired[0], c)
}
