package sweep

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/networks/reservoir/tasks"
	"github.com/glia-sim/glia/sim/panics"
)

// smallSynapses is the size up to which as many networks as there are workers fit into memory at once.
const smallSynapses = 10_000_000

// Runner runs points and puts them on record.
type Runner struct {
	Experiment *experiments.Experiment
	Set        []string // assignments of the fixed parameters
	Data       string   // folder of the data set; empty for none
	Workers    int      // goroutines in all, at least 1
	Folder     *Folder

	// Finished, if not nil, hears of every point that was run. Calls come one at a time.
	Finished func(r Record)
	// Started, if not nil, hears how many of the points of a call to Run are on record already.
	Started func(found, total int)
}

// PointsError says that some points failed. The others are on record.
type PointsError struct {
	Failed, Total int
	First         Point // the first failed one, in the order of the sweep
	Err           error
}

// Error names the first failed point.
func (e *PointsError) Error() string {
	return fmt.Sprintf("%d of %d points failed, the first at %s: %v", e.Failed, e.Total, e.First, e.Err)
}

// Unwrap returns the error of the first failed point.
func (e *PointsError) Unwrap() error { return e.Err }

// Run runs the points that are not on record. The first of them gets all workers; if it shows that the experiment
// is small, the others run several at a time with one worker each, which wastes none. A point that fails does not
// stop the others; the error is a *PointsError then. When ctx ends, points under way are given up, and the error
// is ctx's.
func (r *Runner) Run(ctx context.Context, points []Point) error {
	var missing []Point
	known, small := false, true // whether a record tells the size, and what it tells
	for _, p := range points {
		rec, ok := r.Folder.Done(p)
		if !ok {
			missing = append(missing, p)
			continue
		}
		known, small = true, small && rec.Synapses <= smallSynapses
	}
	if r.Started != nil {
		r.Started(len(points)-len(missing), len(points))
	}
	var mu sync.Mutex
	failed := make([]error, len(missing))
	do := func(i, workers int) error {
		var rec Record
		err := panics.Catch(func() (err error) {
			rec, err = r.point(ctx, missing[i], workers)
			return err
		})
		mu.Lock()
		defer mu.Unlock()
		switch {
		case err != nil && ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			failed[i] = err
			return nil
		}
		if !known {
			known, small = true, rec.Synapses <= smallSynapses
		}
		if err := r.Folder.add(rec); err != nil {
			return err
		}
		if r.Finished != nil {
			r.Finished(rec)
		}
		return nil
	}
	first := 0
	for first < len(missing) && !known { // until one has succeeded
		if err := do(first, r.Workers); err != nil {
			return err
		}
		first++
	}
	together, each := r.Workers, 1
	if !small {
		together, each = 1, r.Workers
	}
	if err := tasks.Each(ctx, together, len(missing)-first, func(i int) error { return do(first+i, each) }); err != nil {
		return err
	}
	var bad PointsError
	for i, err := range failed {
		if err == nil {
			continue
		}
		if bad.Failed == 0 {
			bad.First, bad.Err = missing[i], err
		}
		bad.Failed++
	}
	if bad.Failed > 0 {
		bad.Total = len(points)
		return &bad
	}
	return nil
}

// point runs the experiment once.
func (r *Runner) point(ctx context.Context, p Point, workers int) (rec Record, err error) {
	values, err := parse(r.Experiment, r.Set, p.Assignments)
	if err != nil {
		return rec, err
	}
	start := time.Now()
	run := experiments.NewRun(r.Experiment, values, experiments.Options{Seed: p.Seed, Workers: workers, Data: r.Data})
	if err := errors.Join(r.Experiment.Run(ctx, run), run.Close()); err != nil {
		return rec, err
	}
	rec = Record{Point: p, Metrics: map[string]Number{}, Data: run.DataName(), Synapses: run.Counters().Synapses, Seconds: time.Since(start).Seconds()}
	for _, m := range run.Results() {
		rec.Metrics[m.Name] = Number(m.Value)
	}
	return rec, nil
}
