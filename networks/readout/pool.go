package readout

import (
	"runtime"
	"sync/atomic"

	"github.com/glia-sim/glia/sim/panics"
)

// pool runs phases of chunks on a fixed number of goroutines. A chunk writes
// only what belongs to it, so which worker takes it cannot be seen in the
// result; the chunks are cut by the size of the problem alone.
type pool struct {
	workers int
	phase   func(worker, chunk int)
	chunks  int64
	next    atomic.Int64
	turn    uint32   // number of the run
	start   []signal // one per goroutine beyond the caller's
	busy    atomic.Int32
	done    signal
	spin    int
	failed  atomic.Pointer[panics.Error] // panic of one of the goroutines
}

// spins are some 30 µs. A phase of a mini-batch takes some 100, and a goroutine that sleeps is back only after
// 50 and more.
const spins = 40000

// newPool starts workers-1 goroutines; the caller of run is the remaining one.
// close ends them.
func newPool(workers int) *pool {
	if workers > runtime.GOMAXPROCS(0) {
		return startPool(workers, 0) // spinning would keep the core from the worker that one waits for
	}
	return startPool(workers, spins)
}

func startPool(workers, spin int) *pool {
	p := &pool{workers: workers, start: make([]signal, workers-1), spin: spin}
	p.done.wake = make(chan struct{}, 1)
	for i := range p.start {
		s := &p.start[i]
		s.wake = make(chan struct{}, 1)
		go func() {
			for seen := uint32(0); ; {
				if seen = s.wait(seen, p.spin); seen == ended {
					return
				}
				if err := panics.Catch(func() error { p.take(i + 1); return nil }); err != nil {
					p.failed.Store(err.(*panics.Error))
				}
				if p.busy.Add(-1) == 0 {
					p.done.set(seen)
				}
			}
		}()
	}
	return p
}

// ended is the number of no run.
const ended = ^uint32(0)

// run calls phase for the chunks 0..chunks-1 and returns when all are done. A panic on one of the
// goroutines is passed on.
func (p *pool) run(chunks int, phase func(worker, chunk int)) {
	p.phase, p.chunks = phase, int64(chunks)
	p.next.Store(0)
	helpers := p.start[:min(len(p.start), chunks-1)]
	if p.turn++; p.turn == ended {
		p.turn = 1
	}
	before := p.done.value.Load()
	p.busy.Store(int32(len(helpers)))
	for i := range helpers {
		helpers[i].set(p.turn)
	}
	p.take(0)
	if len(helpers) > 0 {
		p.done.wait(before, p.spin)
	}
	if e := p.failed.Load(); e != nil {
		panics.Pass(e)
	}
}

func (p *pool) take(worker int) {
	for {
		c := p.next.Add(1) - 1
		if c >= p.chunks {
			return
		}
		p.phase(worker, int(c))
	}
}

func (p *pool) close() {
	for i := range p.start {
		p.start[i].set(ended)
	}
}

// signal lets one goroutine wait until another sets a number.
type signal struct {
	value  atomic.Uint32
	asleep atomic.Bool
	wake   chan struct{} // of one place
	_      [40]byte      // keeps signals off each other's cache lines
}

func (s *signal) set(v uint32) {
	s.value.Store(v)
	if s.asleep.CompareAndSwap(true, false) {
		s.wake <- struct{}{}
	}
}

// wait returns the number once it differs from the one seen; it spins for a while, then sleeps.
func (s *signal) wait(seen uint32, spin int) uint32 {
	for range spin {
		if v := s.value.Load(); v != seen {
			return v
		}
	}
	s.asleep.Store(true)
	if v := s.value.Load(); v != seen && s.asleep.CompareAndSwap(true, false) {
		return v // whoever set it has seen nobody sleep
	}
	<-s.wake
	return s.value.Load()
}
