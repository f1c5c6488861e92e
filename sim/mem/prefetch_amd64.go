//go:build !noasm

package mem

import "unsafe"

// Prefetch asks for the cache lines at a (two) and b (three) to be loaded; it has no effect on results.
// Its Go twin, in prefetch_other.go, does nothing.
//
//go:noescape
func Prefetch(a, b unsafe.Pointer)

//go:noescape
func prefetchStride(base, at unsafe.Pointer, n, stride int)

// PrefetchAll asks for values[k] for each k in at, which must be indices of values.
func PrefetchAll[T any, I int32 | uint32](values []T, at []I) {
	if len(at) > 0 && len(values) > 0 {
		prefetchStride(unsafe.Pointer(unsafe.SliceData(values)), unsafe.Pointer(unsafe.SliceData(at)), len(at), int(unsafe.Sizeof(values[0])))
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
