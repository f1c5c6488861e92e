package all

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
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

// stageStore notes the stages that a run keeps, and stops the run once it has kept some of them.
type stageStore struct {
	*runfolder.Folder
	mu      sync.Mutex
	written []string
	at      int
	stop    func()
}

func (s *stageStore) WriteStage(name string, result []byte) error {
	s.mu.Lock()
	s.written = append(s.written, name)
	if len(s.written) == s.at {
		s.stop()
	}
	s.mu.Unlock()
	return s.Folder.WriteStage(name, result)
}

// kept is what a run leaves behind.
type kept struct {
	short
	files  map[string]string
	stages []string // those it has carried out, sorted
}

// carryOut runs an experiment into a folder, or goes on with the one there, and stops it at a call of its
// reporter, or when so many stages are kept; never if that is 0.
func carryOut(t *testing.T, e *experiments.Experiment, dir string, at int64, atStage int) (k kept, calls int64, checkpoints int) {
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
	store := &stageStore{Folder: folder, at: atStage, stop: cancel}
	run := experiments.NewRun(e, values, experiments.Options{Seed: 1, Workers: 2, Sink: folder, Store: store, Reporter: s, Resume: from, StageWorth: 1})
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
		if strings.Contains(line, "no checkpoints") || strings.Contains(line, "cannot be used") {
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
	k.stages = slices.Sorted(slices.Values(store.written))
	return k, s.calls.Load(), run.Checkpoints()
}

// staged are experiments that must be divided into stages.
var staged = map[string]bool{"nalsm": true, "esn-benchmarks": true, "ei-reservoir": true, "what-when": true, "criticality": true,
	"chaos": true, "force": true, "spoken-digits": true, "waves": true}

// Every experiment, in its short form, stopped in the middle and resumed, gives the spikes, metrics and
// figures that it gives when left alone, and carries out no stage twice.
func TestExperimentsResume(t *testing.T) {
	for _, e := range experiments.All() {
		t.Run(e.Name, func(t *testing.T) {
			t.Parallel()
			if e.NeedsData {
				t.Skip("needs a data set")
			}
			want, calls, _ := carryOut(t, e, filepath.Join(t.TempDir(), "run"), 0, 0)
			dir := filepath.Join(t.TempDir(), "run")
			at, atStage := max(1, calls/2), len(want.stages)/2
			if atStage > 0 {
				at = 0
			}
			first, _, checkpoints := carryOut(t, e, dir, at, atStage)
			m, err := runfolder.ReadManifest(dir)
			if err != nil {
				t.Fatal(err)
			}
			got := want
			if m.Status != runfolder.Complete {
				got, _, _ = carryOut(t, e, dir, 0, 0)
				if all := slices.Sorted(slices.Values(append(first.stages, got.stages...))); !slices.Equal(all, want.stages) {
					t.Errorf("stages carried out before and after resuming: %q and %q; left alone: %q", first.stages, got.stages, want.stages)
				}
			}
			if !reflect.DeepEqual(got.short, want.short) {
				t.Errorf("resumed: %+v\nleft alone: %+v", got.short, want.short)
			}
			for name, content := range want.files {
				if got.files[name] != content {
					t.Errorf("%s differs after resuming", name)
				}
			}
			t.Logf("stopped at %d of %d calls, %d of %d stages, %d checkpoints", at, calls, len(first.stages), len(want.stages), checkpoints)
			if e.Name == "brunel" && checkpoints == 0 {
				t.Error("no checkpoint was written")
			}
			if staged[e.Name] && len(want.stages) < 2 {
				t.Errorf("%d stages", len(want.stages))
			}
		})
	}
}
