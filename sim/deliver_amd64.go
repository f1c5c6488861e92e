//go:build !noasm

package sim

import (
	"unsafe"

	"golang.org/x/sys/cpu"
)

// These do what addRunsGo does without factors: see deliver_amd64.s.
//
//go:noescape
func addConstant16AVX(in *float64, slots *uint16, runs *run, n int, w float64)

//go:noescape
func addConstant32AVX(in *float64, slots *uint32, runs *run, n int, w float64)

//go:noescape
func addRuns16AVX(in *float64, slots *uint16, weight *float32, runs *run, n int)

//go:noescape
func addRuns32AVX(in *float64, slots *uint32, weight *float32, runs *run, n int)

// These do what addPlasticGo does.
//
//go:noescape
func addPlastic16AVX(in *float64, targets *uint16, weight *float64, n int, factor float64)

//go:noescape
func addPlastic32AVX(in *float64, targets *int32, weight *float64, n int, factor float64)

var haveAVX = cpu.X86.HasAVX

func addRuns[S uint16 | uint32](in []float64, slots []S, weight []float32, constant float64, runs []run, factors []float64) {
	if !haveAVX || factors != nil || len(runs) == 0 {
		addRunsGo(in, slots, weight, constant, runs, factors)
		return
	}
	first := unsafe.Pointer(&slots[0])
	switch narrow := unsafe.Sizeof(slots[0]) == 2; {
	case narrow && weight == nil:
		addConstant16AVX(&in[0], (*uint16)(first), &runs[0], len(runs), constant)
	case narrow:
		addRuns16AVX(&in[0], (*uint16)(first), &weight[0], &runs[0], len(runs))
	case weight == nil:
		addConstant32AVX(&in[0], (*uint32)(first), &runs[0], len(runs), constant)
	default:
		addRuns32AVX(&in[0], (*uint32)(first), &weight[0], &runs[0], len(runs))
	}
}

func addPlastic[T int32 | uint16](in []float64, targets []T, weight []float64, factor float64) {
	if !haveAVX || len(targets) == 0 {
		addPlasticGo(in, targets, weight, factor)
		return
	}
	first := unsafe.Pointer(&targets[0])
	if unsafe.Sizeof(targets[0]) == 2 {
		addPlastic16AVX(&in[0], (*uint16)(first), &weight[0], len(targets), factor)
	} else {
		addPlastic32AVX(&in[0], (*int32)(first), &weight[0], len(targets), factor)
	}
}
