//go:build !linux

package sim

// makeLarge allocates a slice; asking for huge pages is for Linux only.
func makeLarge[T any](n int) []T { return make([]T, n) }
