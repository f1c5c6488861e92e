package sim

import (
	"math/rand/v2"
	"testing"
)

// The streams are those of math/rand/v2, however they are drawn.
func TestRandIsThatOfTheLibrary(t *testing.T) {
	key := NewKey(3, "library")
	ours, library := NewRand(key), rand.New(rand.NewPCG(key.hi, key.lo))
	for k := range 1_000_000 {
		if a, b := ours.NormFloat64(), library.NormFloat64(); a != b {
			t.Fatalf("normal number %d is %v, the library's %v", k, a, b)
		}
	}
	if a, b := ours.Float64(), library.Float64(); a != b {
		t.Errorf("uniform number %v, the library's %v", a, b)
	}
	if a, b := ours.ExpFloat64(), library.ExpFloat64(); a != b {
		t.Errorf("exponential number %v, the library's %v", a, b)
	}
	normal, uniform := make([]float64, 1000), make([]float64, 1000)
	whole := make([]int32, 1000)
	for _, n := range []int32{1, 2, 64, 1000, 1<<31 - 1} {
		ours.NormFloat64s(normal)
		ours.Float64s(uniform)
		ours.Int32Ns(whole, n)
		for k := range normal {
			if b := library.NormFloat64(); normal[k] != b {
				t.Fatalf("normal number %d is %v, the library's %v", k, normal[k], b)
			}
		}
		for k := range uniform {
			if b := library.Float64(); uniform[k] != b {
				t.Fatalf("uniform number %d is %v, the library's %v", k, uniform[k], b)
			}
		}
		for k := range whole {
			if b := library.Int32N(n); whole[k] != b {
				t.Fatalf("number %d below %d is %d, the library's %d", k, n, whole[k], b)
			}
		}
	}
	state, err := ours.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	again := NewRand(Key{})
	if err := again.UnmarshalBinary(state); err != nil {
		t.Fatal(err)
	}
	if a, b := again.Uint64(), library.Uint64(); a != b {
		t.Errorf("after saving and loading %x, the library's %x", a, b)
	}
	if err := again.UnmarshalBinary(state[:10]); err == nil {
		t.Error("a state that was cut short was loaded")
	}
}

func BenchmarkRand(b *testing.B) {
	r := NewRand(NewKey(1, "bench"))
	x, whole := make([]float64, 1000), make([]int32, 1000)
	for _, c := range []struct {
		name string
		fill func()
	}{
		{"NormFloat64s", func() { r.NormFloat64s(x) }},
		{"NormFloat64 of the library", func() {
			for k := range x {
				x[k] = r.Rand.NormFloat64()
			}
		}},
		{"Float64s", func() { r.Float64s(x) }},
		{"Int32Ns", func() { r.Int32Ns(whole, 20683) }},
		{"Int32N of the library", func() {
			for k := range whole {
				whole[k] = r.Int32N(20683)
			}
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.fill()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1000, "ns/number")
		})
	}
}
