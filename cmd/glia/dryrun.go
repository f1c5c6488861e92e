package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"time"

	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/sim/panics"
)

// Costs by which a dry run guesses the time, of the order of those in docs/PERFORMANCE.md, one worker.
const (
	stepCost    = 10e-9 // s per neuron and step, input included
	eventCost   = 2e-9  // s per spike that reaches a synapse
	plasticCost = 10e-9 // s more for one that learns
	drawCost    = 60e-9 // s per synapse built
	multiply    = 3e-9  // s per multiply-add of rate networks and readouts: within a factor of three for those in docs/RESULTS.md
	usualRate   = 10.0  // Hz, where no published rate applies
)

// dryRun goes as far as the first network, and prints its size without building it.
func (r *request) dryRun(ctx context.Context, stdout io.Writer) error {
	limit, reason := r.safety.memory()
	run := experiments.NewRun(r.experiment, r.values, experiments.Options{Seed: r.seed, Workers: r.workers, Data: r.data,
		DryRun: true, Limits: experiments.Limits{Memory: limit, MemoryReason: reason}})
	// An experiment without networks and stages must not be carried out after all.
	ctx, cancel := context.WithTimeoutCause(ctx, 10*time.Second, experiments.ErrDryRun)
	defer cancel()
	err := panics.Catch(func() error { return r.experiment.Run(ctx, run) })
	planned := run.Planned()
	var tooLarge *experiments.MemoryError
	if err != nil && !errors.Is(err, experiments.ErrDryRun) && !errors.Is(err, ctx.Err()) && !errors.As(err, &tooLarge) {
		return err
	}
	if causeOf := context.Cause(ctx); causeOf != nil && !errors.Is(causeOf, experiments.ErrDryRun) {
		return causeOf
	}
	if work := run.Outlined(); len(work) > 0 {
		return r.outline(stdout, work, limit, reason)
	}
	if len(planned) == 0 {
		_, err := fmt.Fprintf(stdout, "%s works stage by stage, and describes each network only when its turn comes: there is nothing to estimate before.\n"+
			"'glia run %s --max-wall 1m' shows how far it comes in a minute; 'glia resume' goes on from there.\n", r.experiment.Name, r.experiment.Name)
		return err
	}
	w := table(stdout)
	for _, p := range planned {
		row := func(name, format string, args ...any) {
			fmt.Fprintf(w, "%s\t%s\t\n", name, fmt.Sprintf(format, args...))
		}
		if p.Copies > 1 {
			row("networks", "%d alike, each of", p.Copies)
		}
		row("neurons", "%s", grouped(int64(p.Neurons)))
		row("synapses", "%s (expected)", grouped(int64(math.Round(p.Synapses))))
		row("memory", "%s, while it is built %s", experiments.Bytes(int64(p.Copies)*p.Bytes), experiments.Bytes(int64(p.Copies)*p.Peak))
		if limit > 0 {
			row("limit", "%s %s", experiments.Bytes(limit), reason)
		}
		row("time", "%s", r.timeEstimate(run, p))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if tooLarge != nil {
		return tooLarge
	}
	return nil
}

// outline prints what an experiment does without spiking networks.
func (r *request) outline(stdout io.Writer, work []experiments.Work, limit int64, reason string) error {
	w := table(stdout)
	var operations, largest float64
	side := 1 // how many can be done side by side; the parts come one after the other
	for _, x := range work {
		fmt.Fprintf(w, "%s\t%s of %s units, %s steps each, %s on one core\t\n", x.What, grouped(int64(x.Copies)), grouped(int64(x.Units)), grouped(int64(math.Round(x.Steps))), roughly(x.Operations*multiply))
		operations, largest, side = operations+x.Operations, max(largest, x.Bytes), max(side, x.Copies)
	}
	workers := min(r.workers, side)
	fmt.Fprintf(w, "memory\tabout %s with %s\t\n", experiments.Bytes(int64(largest)*int64(workers)), plural(workers, "worker"))
	if limit > 0 {
		fmt.Fprintf(w, "limit\t%s %s\t\n", experiments.Bytes(limit), reason)
	}
	fmt.Fprintf(w, "time\t%s with %s, a guess within a factor of three\t\n", roughly(operations*multiply/float64(workers)), plural(workers, "worker"))
	return w.Flush()
}

// timeEstimate guesses how long the run takes, and says from what.
func (r *request) timeEstimate(run *experiments.Run, p experiments.PlannedNetwork) string {
	rate, from := usualRate, "the usual order"
	if t, ok := run.TargetOf("rate"); ok && t.Unit == "Hz" && t.Target != nil {
		rate, from = t.Target.Value, "as published"
	}
	workers := float64(min(r.workers, max(1, p.Neurons/100)))
	build := float64(p.Copies) * p.Synapses * drawCost / workers
	perSecond := (float64(p.Stepped)*1000/p.DT*stepCost + rate*(p.Synapses*eventCost+p.Plastic*plasticCost)) / workers
	text := fmt.Sprintf("%s to build and %s per simulated second, at %.3g Hz (%s), a guess, for most models within a factor of three",
		roughly(build), roughly(perSecond), rate, from)
	total := 0.0
	for _, name := range []string{"warmup", "duration"} {
		for _, q := range r.values.Parameters() {
			if q.Name == name && q.Unit == "ms" {
				total += r.values.Float(name)
			}
		}
	}
	if total > 0 && p.Copies == 1 {
		text = roughly(build+perSecond*total/1000) + ": " + text
	}
	return text
}

// roughly writes a time with two digits.
func roughly(seconds float64) string {
	switch {
	case seconds >= 7200:
		return fmt.Sprintf("about %.2g h", seconds/3600)
	case seconds >= 120:
		return fmt.Sprintf("about %.2g min", seconds/60)
	case seconds < 0.01:
		return "less than 0.01 s"
	}
	return fmt.Sprintf("about %.2g s", seconds)
}
