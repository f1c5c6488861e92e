package mem

import (
	"syscall"
	"unsafe"
)

// Large allocates a slice that is visited at random places. Where it spans several huge pages it
// asks the system for them: with small pages nearly every visit of a large network's synapses misses
// the translation buffer as well as the cache. (Building the full cortical microcircuit takes half the time
// that way, delivering its spikes a tenth less.) It is advice, so a refusal is no error.
func Large[T any](n int) []T {
	s := make([]T, n)
	const huge = 2 << 20
	var zero T
	size := uintptr(n) * unsafe.Sizeof(zero)
	if size < 2*huge {
		return s
	}
	from := uintptr(unsafe.Pointer(unsafe.SliceData(s)))
	skip := (huge - from%huge) % huge
	length := (size - skip) / huge * huge
	inner := unsafe.Slice((*byte)(unsafe.Add(unsafe.Pointer(unsafe.SliceData(s)), skip)), length)
	_ = syscall.Madvise(inner, syscall.MADV_HUGEPAGE)
	return s
}
