//go:build !noasm

package mem

import "unsafe"

// Prefetch asks for the cache lines at a (two) and b (three) to be loaded; it has no effect on results.
// Its Go twin, in prefetch_other.go, does nothing.
//
//go:noescape
func Prefetch(a, b unsafe.Pointer)

//go:noescape
func prefetchAt(values *float64, at *uint32, n int)

// PrefetchAt asks for values[k] for each k in at, all of which must be indices of values.
func PrefetchAt(values []float64, at []uint32) {
	if len(at) > 0 {
		prefetchAt(unsafe.SliceData(values), unsafe.SliceData(at), len(at))
	}
}

//go:noescape
func prefetchStride(base unsafe.Pointer, at *int32, n, stride int)

// PrefetchAll asks for values[k] for each k in at, which must be indices of values.
func PrefetchAll[T any](values []T, at []int32) {
	if len(at) > 0 && len(values) > 0 {
		prefetchStride(unsafe.Pointer(unsafe.SliceData(values)), unsafe.SliceData(at), len(at), int(unsafe.Sizeof(values[0])))
	}
}

//go:noescape
func prefetchRun(from unsafe.Pointer, bytes int)

// PrefetchRun asks for all of a short slice.
func PrefetchRun[T any](values []T) {
	if len(values) > 0 {
		prefetchRun(unsafe.Pointer(unsafe.SliceData(values)), len(values)*int(unsafe.Sizeof(values[0])))
	}
}
