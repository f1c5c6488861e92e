package experiments

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/glia-sim/glia/sim"
)

// longestPiece is the model time between two reports of progress at most [ms].
const longestPiece = 100.0

// Advance carries a network on for ms milliseconds, and shows progress. The run can be stopped at any
// moment in between, at the user's wish or by a crash, and then goes on from the last checkpoint. name
// tells the stretches of a run apart.
//
// What callbacks of the network add up outside it is not part of its state: pass pointers to it as
// state, of types that package gob knows.
//
// A resumed run begins from the start: it builds the network anew, makes shorter work of the stages that
// Keep has kept, and of this stretch up to the checkpoint. Only earlier stretches are simulated again; put
// those that take long, with what is measured on them, into stages.
func (r *Run) Advance(ctx context.Context, name string, net *sim.Network, ms float64, state ...any) error {
	total, err := r.prepare(ctx, net, ms)
	if err != nil {
		return err
	}
	start := ticksOf(net)
	s, err := r.enter(name, net, state)
	if err != nil {
		return err
	}
	clock := net.Clock()
	// Small enough for a progress bar, and for a long run to be paused and followed; a run does not depend on
	// where it is cut.
	piece := max(1, min(total/100, sim.Tick(longestPiece/clock.DT)))
	for now := ticksOf(net); now < start+total; now = ticksOf(net) {
		next := min(start+((now-start)/piece+1)*piece, start+total)
		until, done := s.untilDue(ctx)
		err := net.Run(until, clock.MS(next-now))
		ended := until.Err()
		done()
		if err != nil && (ended == nil || !errors.Is(err, ended)) {
			return err
		}
		if err := s.pause(ctx); err != nil {
			return err
		}
		r.Simulated(net.Now())
		r.Progress(clock.MS(ticksOf(net)-start), ms)
	}
	return nil
}

// Loop carries out the steps of a protocol on a network, from 0 to n-1: present a stimulus, change
// weights, read counters. It is Advance for what is more than letting time pass: the run can be stopped
// and resumed between any two steps. A step is not interrupted, so it should take less than a second or
// so; the context it gets does not end. As with Advance, whatever steps add up outside the network is
// given as state.
func (r *Run) Loop(ctx context.Context, name string, net *sim.Network, n int, step func(ctx context.Context, k int) error, state ...any) error {
	if _, err := r.prepare(ctx, net, 0); err != nil {
		return err
	}
	s, err := r.enter(name, net, state)
	if err != nil {
		return err
	}
	whole := context.WithoutCancel(ctx)
	for s.step < n {
		if err := s.pause(ctx); err != nil {
			return err
		}
		if err := step(whole, s.step); err != nil {
			return err
		}
		s.step++
	}
	return nil
}

func (r *Run) prepare(ctx context.Context, net *sim.Network, ms float64) (sim.Tick, error) {
	if err := r.Plan(net, 1); err != nil {
		return 0, err
	}
	if err := net.Build(ctx); err != nil {
		return 0, err
	}
	total, err := net.Clock().Ticks(ms, "duration")
	if err == nil && total < 0 {
		err = fmt.Errorf("experiments: duration is %g ms: want no negative time", ms)
	}
	return total, err
}

func ticksOf(net *sim.Network) sim.Tick {
	return sim.Tick(math.Round(net.Now() / net.Clock().DT))
}
