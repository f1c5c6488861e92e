//go:build !amd64 || noasm

package mem

import "unsafe"

// Prefetch does nothing where there is no assembly for it.
func Prefetch(a, b unsafe.Pointer) {}

// PrefetchAll does nothing where there is no assembly for it.
func PrefetchAll[T any, I int32 | uint32](values []T, at []I) {}

// PrefetchRun does nothing where there is no assembly for it.
func PrefetchRun[T any](values []T) {}
