// Package signal lets goroutines that share short phases of work wait for one another without going to sleep.
package signal

import (
	"runtime"
	"sync/atomic"
)

// Signal holds a number. One goroutine waits until others set it to another.
//
// A goroutine that sleeps is back some 50 µs after it is woken, which is long where a phase takes 100. So the waiting one
// first looks again and again, for up to 300 µs. Where that was in vain it looks half as long the next time, so that on a
// busy machine, on which the other one does not get a processor, it soon leaves its own; where it was not, twice as long.
type Signal struct {
	value  atomic.Uint32
	asleep atomic.Bool
	wake   chan struct{} // of one place
	looks  int           // how often to look before going to sleep
	most   int
	_      [64]byte // keeps signals off each other's cache lines
}

const (
	mostLooks  = 400_000
	leastLooks = 2_000
)

// New gives a signal for work shared by so many goroutines. If there are more of them than processors, the
// waiting one sleeps at once: looking would keep a processor from the one that it waits for.
func New(goroutines int) *Signal {
	s := &Signal{wake: make(chan struct{}, 1)}
	if goroutines <= runtime.GOMAXPROCS(0) {
		s.looks, s.most = mostLooks, mostLooks
	}
	return s
}

// Value gives the number.
func (s *Signal) Value() uint32 { return s.value.Load() }

// Set changes the number, and wakes the one that waits.
func (s *Signal) Set(v uint32) {
	s.value.Store(v)
	s.rouse()
}

// Next adds 1 to the number, and wakes the one that waits.
func (s *Signal) Next() {
	s.value.Add(1)
	s.rouse()
}

func (s *Signal) rouse() {
	if s.asleep.Load() && s.asleep.CompareAndSwap(true, false) {
		s.wake <- struct{}{}
	}
}

// Wait returns the number once it differs from the one seen.
func (s *Signal) Wait(seen uint32) uint32 {
	for range s.looks {
		if v := s.value.Load(); v != seen {
			s.looks = min(2*s.looks, s.most)
			return v
		}
	}
	s.looks = min(max(s.looks/2, leastLooks), s.most)
	s.asleep.Store(true)
	if v := s.value.Load(); v != seen && s.asleep.CompareAndSwap(true, false) {
		return v // whoever set it has seen nobody sleep
	}
	<-s.wake
	return s.value.Load()
}
