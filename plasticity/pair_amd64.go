//go:build !noasm

package plasticity

import (
	"unsafe"

	"golang.org/x/sys/cpu"
)

// addRowAVX and addColumnAVX do what addRowGo and addColumnGo do: see pair_amd64.s.
//
//go:noescape
func addRowAVX(n int, weight *float64, target *int32, ys *float64, fired *bool, c *addition)

//go:noescape
func addColumnAVX(n int, weight *float64, at *uint32, source *int32, xs *float64, fired *bool, c *addition)

// linearRow16AVX2 and linearRow32AVX2 do what linearRowGo does.
//
//go:noescape
func linearRow16AVX2(n int, weight *float64, target *uint16, recent *recentSpikes, ys *float64, l *linear) int

//go:noescape
func linearRow32AVX2(n int, weight *float64, target *int32, recent *recentSpikes, ys *float64, l *linear) int

var haveAVX, haveAVX2 = cpu.X86.HasAVX, cpu.X86.HasAVX2

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

func linearRow[T int32 | uint16](weight []float64, target []T, recent []recentSpikes, ys []float64, l *linear) int {
	if !haveAVX2 || len(target) == 0 {
		return linearRowGo(weight, target, recent, ys, l)
	}
	weight = weight[:len(target)]
	if unsafe.Sizeof(target[0]) == 2 {
		return linearRow16AVX2(len(target), &weight[0], (*uint16)(unsafe.Pointer(&target[0])), &recent[0], &ys[0], l)
	}
	return linearRow32AVX2(len(target), &weight[0], (*int32)(unsafe.Pointer(&target[0])), &recent[0], &ys[0], l)
}
