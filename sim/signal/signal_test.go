package signal

import (
	"sync"
	"testing"
)

// Two goroutines take turns, each waiting for the other, whether they look or sleep.
func TestTurns(t *testing.T) {
	for _, goroutines := range []int{2, 1000} {
		ping, pong := New(goroutines), New(goroutines)
		const turns = 5000
		count := 0 // written by one and read by the other, which the race detector follows
		var wg sync.WaitGroup
		wg.Go(func() {
			for k := range uint32(turns) {
				if v := ping.Wait(k); v != k+1 {
					t.Errorf("turn %d, want %d", v, k+1)
				}
				count++
				pong.Set(k + 1)
			}
		})
		for k := range uint32(turns) {
			ping.Next()
			pong.Wait(k)
			if count != int(k)+1 {
				t.Fatalf("%d turns, want %d", count, k+1)
			}
		}
		wg.Wait()
	}
}

func TestLooksAdapt(t *testing.T) {
	s := New(1)
	for want := mostLooks / 2; want > 4*leastLooks; want /= 2 {
		late := make(chan struct{})
		go func() {
			for !s.asleep.Load() { // as late as it takes
			}
			s.Next()
			close(late)
		}()
		s.Wait(s.Value())
		<-late
		if s.looks != want {
			t.Fatalf("after waiting in vain %d looks, want %d", s.looks, want)
		}
	}
	seen := s.Value()
	s.Next()
	before := s.looks
	if s.Wait(seen); s.looks != 2*before {
		t.Errorf("%d looks after a short wait, want %d", s.looks, 2*before)
	}
	if s = New(1 << 20); s.looks != 0 || s.most != 0 {
		t.Errorf("%d looks with more goroutines than processors, want none", s.looks)
	}
}

func BenchmarkTurns(b *testing.B) {
	ping, pong := New(2), New(2)
	n := uint32(b.N)
	go func() {
		for k := range n {
			ping.Wait(k)
			pong.Set(k + 1)
		}
	}()
	b.ReportAllocs()
	for k := range n {
		ping.Set(k + 1)
		pong.Wait(k)
	}
}
