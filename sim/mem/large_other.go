//go:build !linux

package mem

// Large allocates a slice; asking for huge pages is for Linux only.
func Large[T any](n int) []T { return make([]T, n) }
