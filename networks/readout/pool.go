package readout

import (
	"sync"
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
	wake    []chan struct{} // one per goroutine beyond the caller's
	done    sync.WaitGroup
	failed  atomic.Pointer[panics.Error] // panic of one of them
}

// newPool starts workers-1 goroutines; the caller of run is the remaining one.
// close ends them.
func newPool(workers int) *pool {
	p := &pool{workers: workers, wake: make([]chan struct{}, workers-1)}
	for i := range p.wake {
		wake := make(chan struct{})
		p.wake[i] = wake
		go func() {
			for range wake {
				if err := panics.Catch(func() error { p.take(i + 1); return nil }); err != nil {
					p.failed.Store(err.(*panics.Error))
				}
				p.done.Done()
			}
		}()
	}
	return p
}

// run calls phase for the chunks 0..chunks-1 and returns when all are done. A panic on one of the
// goroutines is passed on.
func (p *pool) run(chunks int, phase func(worker, chunk int)) {
	p.phase, p.chunks = phase, int64(chunks)
	p.next.Store(0)
	helpers := min(len(p.wake), chunks-1)
	p.done.Add(helpers)
	for _, wake := range p.wake[:helpers] {
		wake <- struct{}{}
	}
	p.take(0)
	p.done.Wait()
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
	for _, wake := range p.wake {
		close(wake)
	}
}
