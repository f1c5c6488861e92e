package readout

import (
	"sync/atomic"

	"github.com/glia-sim/glia/sim/panics"
	"github.com/glia-sim/glia/sim/signal"
)

// pool runs phases of chunks on a fixed number of goroutines. A chunk writes
// only what belongs to it, so which worker takes it cannot be seen in the
// result; the chunks are cut by the size of the problem alone.
type pool struct {
	workers int
	phase   func(worker, chunk int)
	chunks  int64
	next    atomic.Int64
	turn    uint32           // number of the run
	start   []*signal.Signal // one per goroutine beyond the caller's
	busy    atomic.Int32
	done    *signal.Signal
	failed  atomic.Pointer[panics.Error] // panic of one of the goroutines
}

// newPool starts workers-1 goroutines; the caller of run is the remaining one.
// close ends them.
func newPool(workers int) *pool {
	p := &pool{workers: workers, done: signal.New(workers)}
	for i := range workers - 1 {
		s := signal.New(workers)
		p.start = append(p.start, s)
		go func() {
			for seen := uint32(0); ; {
				if seen = s.Wait(seen); seen == ended {
					return
				}
				if err := panics.Catch(func() error { p.take(i + 1); return nil }); err != nil {
					p.failed.Store(err.(*panics.Error))
				}
				if p.busy.Add(-1) == 0 {
					p.done.Set(seen)
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
	before := p.done.Value()
	p.busy.Store(int32(len(helpers)))
	for i := range helpers {
		helpers[i].Set(p.turn)
	}
	p.take(0)
	if len(helpers) > 0 {
		p.done.Wait(before)
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
		p.start[i].Set(ended)
	}
}
