//go:build !amd64 || noasm

package mem

import "unsafe"

// Prefetch does nothing where there is no assembly for it.
func Prefetch(a, b unsafe.Pointer) {}

// PrefetchAt does nothing where there is no assembly for it.
func PrefetchAt(values []float64, at []uint32) {}

// PrefetchAll does nothing where there is no assembly for it.
func PrefetchAll[T any](values []T, at []int32) {}

// PrefetchRun does nothing where there is no assembly for it.
func PrefetchRun[T any](values []T) {}
