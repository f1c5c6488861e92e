package live

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/experiments/runfolder"
)

var followed = &experiments.Experiment{
	Name: "followed", Title: "A fake that is followed",
	Metrics: []experiments.Metric{{Name: "rate", Unit: "Hz"}},
}

// begin starts a run into a folder, seen by a tracker.
func begin(t *testing.T, dir string) (*runfolder.Folder, *experiments.Run, *Tracker) {
	t.Helper()
	v, err := followed.Parse(nil)
	if err != nil {
		t.Fatal(err)
	}
	folder, err := runfolder.Create(runfolder.Options{Experiment: followed, Values: v, Seed: 3, Dir: dir, Start: time.Now(), Command: "glia run followed"})
	if err != nil {
		t.Fatal(err)
	}
	tracker := NewTracker(folder, nil, nil)
	return folder, experiments.NewRun(followed, v, experiments.Options{Seed: 3, Workers: 1, Sink: tracker, Reporter: tracker}), tracker
}

func look(t *testing.T, f *Follower) {
	t.Helper()
	m, err := runfolder.ReadManifest(f.dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.look(m); err != nil {
		t.Fatal(err)
	}
}

// What one process writes is what another one shows, while the run is on and after.
func TestFollower(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	folder, run, tracker := begin(t, dir)
	run.AddPopulation("E", 80)
	run.AddPopulation("I", 20)
	run.Phase("simulate")
	run.Metric("rate", 12)
	run.Signal("calcium", "µM", 3, 0.5)
	run.Progress(1, 4)
	f, err := NewFollower(dir)
	if err != nil {
		t.Fatal(err)
	}
	look(t, f)
	if s := f.Feed.Status(); s.State != Running {
		t.Errorf("state %q of a run without a journal", s.State)
	}
	end := tracker.Keep(dir)
	for _, err := os.Stat(filepath.Join(dir, runfolder.ProgressFile)); err != nil; _, err = os.Stat(filepath.Join(dir, runfolder.ProgressFile)) {
		time.Sleep(time.Millisecond)
	}
	look(t, f)
	if s := f.Feed.Status(); s.State != Running || s.Phase != "simulate" || s.Done != 1 || s.Total != 4 || s.Neurons != 100 {
		t.Errorf("status %+v", s)
	}
	v := &viewer{feed: f.Feed}
	names, got := received(t, v)
	if want := []string{"about", "layout", "signals", "metrics", "frame"}; !slices.Equal(names, want) {
		t.Errorf("events %v, want %v", names, want)
	}
	if !slices.EqualFunc(got.Signals, [][]float64{{3, 0.5}}, slices.Equal) {
		t.Errorf("signals %v", got.Signals)
	}
	if f.Feed.About.Control || !strings.Contains(f.Feed.About.Why, "another process") {
		t.Errorf("control %v because %q", f.Feed.About.Control, f.Feed.About.Why)
	}
	run.AddSpikes([]float64{1, 2, 2, 7}, []int32{5, 0, 99, 1})
	if err := folder.Finish(run, runfolder.Complete, nil); err != nil {
		t.Fatal(err)
	}
	end()
	look(t, f)
	_, got = received(t, v)
	if want := []int64{0, 5, 1000, 0, 0, 99, 5000, 1}; !slices.Equal(got.Spikes, want) {
		t.Errorf("spikes %v, want %v", got.Spikes, want)
	}
	if s := got.Status; s.State != Complete || s.Spikes != 4 {
		t.Errorf("status at the end %+v", s)
	}
	if _, err := os.Stat(filepath.Join(dir, runfolder.ProgressFile)); err == nil {
		t.Error("the journal outlives the run")
	}
	// One who comes late sees the same.
	late, err := NewFollower(dir)
	if err != nil {
		t.Fatal(err)
	}
	look(t, late)
	_, got = received(t, &viewer{feed: late.Feed})
	if len(got.Spikes) != 8 || got.Status.Phase != "simulate" || got.Status.Simulated != 7 {
		t.Errorf("later: %v, %+v", got.Spikes, got.Status)
	}
}

func TestSilentRun(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	begin(t, dir)
	old := `{"updated":"2020-01-01T00:00:00Z","status":{"state":"running","phase":"simulate"}}`
	if err := os.WriteFile(filepath.Join(dir, runfolder.ProgressFile), []byte(old), 0o666); err != nil {
		t.Fatal(err)
	}
	f, err := NewFollower(dir)
	if err != nil {
		t.Fatal(err)
	}
	look(t, f)
	if s := f.Feed.Status(); s.State != Silent {
		t.Errorf("state %q of a run without a sign of life since 2020", s.State)
	}
	// A journal that cannot be read is looked at again later.
	if err := os.WriteFile(filepath.Join(dir, runfolder.ProgressFile), []byte(old[:30]), 0o666); err != nil {
		t.Fatal(err)
	}
	look(t, f)
}

func TestNothingToFollow(t *testing.T) {
	if _, err := NewFollower(t.TempDir()); err == nil {
		t.Error("an empty folder is followed")
	}
}
