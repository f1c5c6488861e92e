//go:build !noasm

package sim

import "unsafe"

// prefetch asks for the cache lines at a (two) and b (three) to be loaded; it has no effect on results.
// Its Go twin, in prefetch_other.go, does nothing.
//
//go:noescape
func prefetch(a, b unsafe.Pointer)
