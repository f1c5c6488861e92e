package all

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/experiments/runfolder"
)

// stopper counts what it is told and stops the run at one of the calls.
type stopper struct {
	calls atomic.Int64
	at    int64
	stop  func()
	lines []string
}

func (s *stopper) count() {
	if s.calls.Add(1) == s.at {
		s.stop()
	}
}
func (s *stopper) Phase(string)              { s.count() }
func (s *stopper) Progress(float64, float64) { s.count() }
func (s *stopper) Log(line string)           { s.lines = append(s.lines, line) }

// kept is what a run leaves behind.
type kept struct {
	short
	files map[string]string
}

// carryOut runs an experiment into a folder, or goes on with the one there, and stops it at a call of its
// reporter, never if that is 0.
func carryOut(t *testing.T, e *experiments.Experiment, dir string, at int64) (k kept, calls int64, checkpoints int) {
	t.Helper()
	values, err := e.Parse(e.Short)
	if err != nil {
		t.Fatal(err)
	}
	o := runfolder.Options{Experiment: e, Values: values, Seed: 1, Workers: 2, Version: "test", Start: time.Now(), Dir: dir}
	var folder *runfolder.Folder
	var from *experiments.Checkpoint
	if m, readErr := runfolder.ReadManifest(dir); readErr == nil {
		folder, from, err = runfolder.Resume(m, o)
	} else {
		folder, err = runfolder.Create(o)
	}
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	s := &stopper{at: at, stop: cancel}
	run := experiments.NewRun(e, values, experiments.Options{Seed: 1, Workers: 2, Sink: folder, Store: folder, Reporter: s, Resume: from, StageWorth: 1})
	status := runfolder.Complete
	switch err := e.Run(ctx, run); {
	case err == nil:
	case errors.Is(err, context.Canceled):
		status = runfolder.Interrupted
	default:
		t.Fatal(err)
	}
	if err := folder.Finish(run, status, nil); err != nil {
		t.Fatal(err)
	}
	for _, line := range s.lines {
		if strings.Contains(line, "no checkpoints") {
			t.Error(line)
		}
	}
	k = kept{short: short{sha: run.SpikesSHA256(), spikes: run.Spikes(), counters: run.Counters()}, files: map[string]string{}}
	for _, r := range run.Results() {
		k.results = append(k.results, math.Float64bits(r.Value))
	}
	for _, f := range append(run.Figures(), experiments.Figure{Name: "metrics"}, experiments.Figure{Name: "spikes"}) {
		for _, ending := range []string{".svg", ".json", ".npz"} {
			if b, err := os.ReadFile(filepath.Join(dir, f.Name+ending)); err == nil {
				k.files[f.Name+ending] = string(b)
			}
		}
	}
	return k, s.calls.Load(), run.Checkpoints()
}

// Every experiment, in its short form, stopped in the middle and resumed, gives the spikes, metrics and
// figures that it gives when left alone.
func TestExperimentsResume(t *testing.T) {
	for _, e := range experiments.All() {
		t.Run(e.Name, func(t *testing.T) {
			t.Parallel()
			if e.NeedsData {
				t.Skip("needs a data set")
			}
			want, calls, _ := carryOut(t, e, filepath.Join(t.TempDir(), "run"), 0)
			dir := filepath.Join(t.TempDir(), "run")
			_, _, checkpoints := carryOut(t, e, dir, max(1, calls/2))
			m, err := runfolder.ReadManifest(dir)
			if err != nil {
				t.Fatal(err)
			}
			got := want
			if m.Status != runfolder.Complete {
				got, _, _ = carryOut(t, e, dir, 0)
			}
			if !reflect.DeepEqual(got.short, want.short) {
				t.Errorf("resumed: %+v\nleft alone: %+v", got.short, want.short)
			}
			for name, content := range want.files {
				if got.files[name] != content {
					t.Errorf("%s differs after resuming", name)
				}
			}
			t.Logf("stopped at %d of %d calls, %d checkpoints", max(1, calls/2), calls, checkpoints)
			if e.Name == "brunel" && checkpoints == 0 {
				t.Error("no checkpoint was written")
			}
		})
	}
}
