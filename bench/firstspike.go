package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/glia-sim/glia/experiments"
	_ "github.com/glia-sim/glia/experiments/izhikevich2003" // is what it runs
	"github.com/glia-sim/glia/experiments/runfolder"
)

func firstSpike() *Benchmark {
	return &Benchmark{
		Name:  "first-spike",
		Model: "'glia run izhikevich2003' from the start of the process to the moment the run folder gets its first spike",
		Measures: []Measure{{Name: "first_spike", Unit: "ms", Reach: 50,
			Meaning: "wall time from before the process is started until word of the first spike arrives"}},
		Run: runFirstSpike,
	}
}

// runFirstSpike does what "glia run izhikevich2003" does, run folder included, up to the first spike. Its process was
// started by the Runner, which also takes the time: so loading the program, its initialisation and the
// command line are in it.
func runFirstSpike(ctx context.Context, t *Trial) error {
	e, err := experiments.Lookup("izhikevich2003")
	if err != nil {
		return err
	}
	values, err := e.Parse(nil)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "glia-bench-")
	if err != nil {
		return fmt.Errorf("a place for the run folder: %w", err)
	}
	defer os.RemoveAll(dir)
	folder, err := runfolder.Create(runfolder.Options{Experiment: e, Values: values, Seed: seed, Workers: t.Workers,
		Version: t.Version, Command: "glia run " + e.Name, Start: time.Now(), Dir: filepath.Join(dir, "run")})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watch := &spikeWatch{Sink: folder, seen: func() {
		t.ReportNow("first_spike")
		cancel(errSeen)
	}}
	run := experiments.NewRun(e, values, experiments.Options{Seed: seed, Workers: t.Workers, Sink: watch})
	err = e.Run(ctx, run)
	finishErr := folder.Finish(run, runfolder.Interrupted, nil)
	switch {
	case err == nil && !watch.done:
		return errors.New("the network did not spike")
	case err != nil && !errors.Is(context.Cause(ctx), errSeen):
		return err
	}
	return finishErr
}

var errSeen = errors.New("the first spike was seen")

// spikeWatch passes on all results and calls seen once, after the first spikes.
type spikeWatch struct {
	experiments.Sink
	seen func()
	done bool
}

func (s *spikeWatch) WriteSpikes(spikes []experiments.Spike) error {
	err := s.Sink.WriteSpikes(spikes)
	if len(spikes) > 0 && !s.done {
		s.done = true
		s.seen()
	}
	return err
}
