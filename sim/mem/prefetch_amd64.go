//go:build !noasm

package mem

import "unsafe"

// Prefetch asks for the cache lines at a (two) and b (three) to be loaded; it has no effect on results.
// Its Go twin, in prefetch_other.go, does nothing.
//
//go:noescape
func Prefetch(a, b unsafe.Pointer)
