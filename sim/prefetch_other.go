//go:build !amd64 || noasm

package sim

import "unsafe"

// prefetch does nothing where there is no assembly for it.
func prefetch(a, b unsafe.Pointer) {}
