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
