package live

import (
	"sync"
	"sync/atomic"
	"time"
)

// gate holds a run up while it is closed. Passing an open one costs an atomic load.
type gate struct {
	shut atomic.Bool

	mu      sync.Mutex
	opened  chan struct{} // closed when the gate opens; nil while it is open
	holding bool          // somebody waits
	since   time.Time     // holding
	held    time.Duration // in former waits
}

func (g *gate) close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.opened == nil {
		g.opened = make(chan struct{})
		g.shut.Store(true)
	}
}

func (g *gate) open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.opened != nil {
		g.shut.Store(false)
		close(g.opened)
		g.opened = nil
	}
}

// pass waits until the gate is open or quit is closed.
func (g *gate) pass(quit <-chan struct{}) {
	for g.shut.Load() {
		select {
		case <-quit:
			return
		default:
		}
		g.mu.Lock()
		opened := g.opened
		if opened != nil {
			g.holding, g.since = true, time.Now()
		}
		g.mu.Unlock()
		if opened == nil {
			return
		}
		select {
		case <-opened:
		case <-quit:
		}
		g.mu.Lock()
		g.holding = false
		g.held += time.Since(g.since)
		g.mu.Unlock()
	}
}

// waited returns how long runs have been held up in all, and whether one is now.
func (g *gate) waited() (time.Duration, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.holding {
		return g.held + time.Since(g.since), true
	}
	return g.held, false
}
