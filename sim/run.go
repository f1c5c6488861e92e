package sim

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/glia-sim/glia/sim/panics"
	"github.com/glia-sim/glia/sim/signal"
)

// Run advances the network by ms milliseconds, building it first if need be. Run(1.5) and Run(1) then
// Run(0.5) give the same spikes. When the context ends, Run stops within one window and returns an
// error that wraps the context's; what was recorded stays, and another Run goes on from there.
func (n *Network) Run(ctx context.Context, ms float64) error {
	if err := n.Build(ctx); err != nil {
		return err
	}
	if n.broken != nil {
		return n.broken
	}
	if n.abort != nil {
		return fmt.Errorf("sim: the network stopped at %g ms and cannot go on: %w", n.Now(), n.abort)
	}
	ticks, err := n.clock.Ticks(ms, "duration")
	if err != nil {
		return err
	}
	if ticks < 0 {
		return fmt.Errorf("sim: duration is %g ms: want no negative time", ms)
	}
	end := n.now + ticks
	n.running = true
	defer func() { n.running = false }()
	// A checkpoint that a callback wrote comes before the callbacks of the same time after it.
	if err := n.callBack(n.now); err != nil {
		return err
	}
	n.bar.start(n)
	defer n.bar.stop()
	done := ctx.Done()
	for n.now < end {
		select {
		case <-done:
			return fmt.Errorf("sim: stopped at %g ms of %g: %w", n.Now(), n.clock.MS(end), ctx.Err())
		default:
		}
		from := n.idleUntil(end)
		to := min(end, from+n.window)
		for _, t := range n.timers {
			if t.next > from {
				to = min(to, t.next)
			}
		}
		n.bar.advance(n, n.last, from, to)
		n.last, n.now = from, to
		if err := n.settle(from, to); err != nil {
			n.abort = err
			return err
		}
		if err := n.callBack(to); err != nil {
			return err
		}
	}
	return nil
}

// idleUntil skips the stretch in which a network of event-driven neurons alone has nothing to do.
func (n *Network) idleUntil(end Tick) Tick {
	if n.stepped || n.fired > 0 {
		return n.now
	}
	next := end
	for _, t := range n.timers {
		next = min(next, t.next)
	}
	for _, p := range n.parts {
		for _, b := range p.blocks {
			if b.n > 0 {
				next = min(next, b.queue.first())
			}
		}
	}
	if next-1 <= n.now {
		return n.now
	}
	n.last = next - 1
	return next - 1
}

// settle does, between two windows, what concerns the whole network: recorders and counters.
func (n *Network) settle(from, to Tick) error {
	for _, p := range n.parts {
		if p.err != nil {
			return p.err
		}
	}
	total := int64(0)
	for _, p := range n.parts {
		total += p.spikes
	}
	n.fired, n.firedTotal = total-n.firedTotal, total
	for _, r := range n.spikeRecs {
		if err := r.collect(n, from, to); err != nil {
			return err
		}
	}
	for _, r := range n.stateRecs {
		if err := r.collect(n, to); err != nil {
			return err
		}
	}
	for _, c := range n.counters {
		c.collect(n, from, to)
	}
	return nil
}

// callBack calls what is due at tick now.
func (n *Network) callBack(now Tick) error {
	for _, t := range n.timers {
		if t.next != now {
			continue
		}
		if t.every > 0 {
			t.next += t.every
		} else {
			t.next = never
		}
		if err := t.fire(now); err != nil {
			n.abort = err
			return err
		}
	}
	return nil
}

// Reset puts the network back to time 0: neurons to their initial state, nothing in flight, traces,
// processes and counters at their start. Weights stay as they are. Random draws of devices and start
// values are drawn anew from (seed, trial): the same trial repeats them. Recorders keep what they have.
func (n *Network) Reset(trial uint64) error {
	if !n.built {
		return errNotBuilt
	}
	if n.broken != nil {
		return n.broken
	}
	n.now, n.last, n.abort, n.fired = 0, 0, nil, 0
	if err := n.Quiet(trial); err != nil {
		return err
	}
	for _, p := range n.parts {
		p.checkAt = 0
		for _, r := range p.plastic {
			for k := range r.segments {
				if rule := r.segments[k].rule; rule != nil {
					rule.Reset()
				}
			}
		}
	}
	for _, c := range n.counters {
		c.Reset()
	}
	for _, t := range n.timers {
		t.next = t.first
		if t.process != nil {
			t.process.Reset()
		}
	}
	return nil
}

// Quiet puts the neurons back to their initial state and removes the spikes in flight, but time,
// weights, traces and processes go on: a pause between two presentations.
func (n *Network) Quiet(trial uint64) error {
	if !n.built {
		return errNotBuilt
	}
	n.hist.clear()
	for _, p := range n.parts {
		clear(p.in) // before start values are set: some of it is variables of blocks
		for _, b := range p.blocks {
			b.state.Reset(b.pop.key("neurons", trial))
			if err := b.initialise(b.pop.key("initial", trial)); err != nil {
				return err
			}
			if b.queue != nil {
				b.queue.reset(n.now)
			}
			for k := range b.inputs {
				if r, ok := b.inputs[k].dev.(interface{ Reset(trial uint64) }); ok {
					r.Reset(trial)
				}
			}
		}
		for _, slot := range p.ahead {
			clear(slot)
		}
		for _, r := range p.pull {
			r.due.clear()
		}
	}
	for _, proj := range n.projs {
		for _, r := range proj.release {
			r.Reset()
		}
	}
	return nil
}

// barrier lets the workers advance one window at a time. Worker 0 is the caller of Run; the others are
// goroutines that live as long as the call.
type barrier struct {
	open    []*signal.Signal // one to each of the others, to begin
	arrived atomic.Int32
	done    *signal.Signal
	quit    atomic.Bool
	last    Tick
	from    Tick
	to      Tick
	wg      sync.WaitGroup
	failed  atomic.Pointer[panics.Error] // panic of one of the others
}

func (b *barrier) start(n *Network) {
	workers := len(n.parts)
	if b.done == nil {
		b.done = signal.New(workers)
		for range workers - 1 {
			b.open = append(b.open, signal.New(workers))
		}
	}
	b.quit.Store(false)
	b.failed.Store(nil)
	for k, open := range b.open {
		seen := open.Value()
		b.wg.Go(func() {
			err := panics.Catch(func() error {
				for {
					seen = open.Wait(seen)
					if b.quit.Load() {
						return nil
					}
					n.parts[k+1].advance(b.last, b.from, b.to)
					b.arrive()
				}
			})
			if err != nil {
				b.failed.Store(err.(*panics.Error))
				b.arrive()
			}
		})
	}
}

func (b *barrier) arrive() {
	if int(b.arrived.Add(1)) == len(b.open) {
		b.done.Next()
	}
}

func (b *barrier) stop() {
	b.quit.Store(true)
	for _, open := range b.open {
		open.Next()
	}
	b.wg.Wait()
}

func (b *barrier) advance(n *Network, last, from, to Tick) {
	if len(b.open) == 0 {
		n.parts[0].advance(last, from, to)
		return
	}
	b.last, b.from, b.to = last, from, to
	b.arrived.Store(0)
	seen := b.done.Value()
	for _, open := range b.open {
		open.Next()
	}
	n.parts[0].advance(last, from, to)
	b.done.Wait(seen)
	if e := b.failed.Load(); e != nil {
		panics.Pass(e)
	}
}
