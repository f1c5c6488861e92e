package mem

import (
	"testing"
	"unsafe"
)

func TestLarge(t *testing.T) {
	for _, n := range []int{0, 1, 1000, 3 << 20} {
		s := Large[uint16](n)
		if len(s) != n {
			t.Fatalf("length %d, want %d", len(s), n)
		}
		for k := range s {
			if s[k] != 0 {
				t.Fatalf("element %d of %d is %d, want 0", k, n, s[k])
			}
			s[k] = uint16(k)
		}
		for k := range s {
			if s[k] != uint16(k) {
				t.Fatalf("element %d of %d reads %d", k, n, s[k])
			}
		}
	}
}

// Asking for memory changes nothing and may point past the end of a slice.
func TestPrefetchIsHarmless(t *testing.T) {
	v := []float64{1, 2, 3}
	Prefetch(unsafe.Pointer(&v[2]), unsafe.Pointer(&v[0]))
	PrefetchAll(v, []uint32{2, 0, 1, 1})
	PrefetchAll(v, []uint32(nil))
	PrefetchAll(v, []int32{2, 1})
	PrefetchAll(v, []int32(nil))
	PrefetchRun(v)
	PrefetchRun(v[:0])
	if v[0] != 1 || v[1] != 2 || v[2] != 3 {
		t.Errorf("values changed to %v", v)
	}
}
