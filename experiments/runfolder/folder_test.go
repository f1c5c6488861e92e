package runfolder

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sbinet/npyio/npz"

	"github.com/glia-sim/glia/experiments"
)

type svg string

func (s svg) Render(w io.Writer) error {
	_, err := io.WriteString(w, string(s))
	return err
}

type brokenFigure struct{}

func (brokenFigure) Render(w io.Writer) error {
	if _, err := io.WriteString(w, "<svg>half of"); err != nil {
		return err
	}
	return errors.New("no ink")
}

var fake = &experiments.Experiment{
	Name: "fake", Title: "A fake <experiment>", Summary: "Nothing is simulated.", Citation: "Nobody 2000",
	Parameters: []experiments.Parameter{
		{Name: "g", Kind: experiments.Float, Default: 5.0, Range: experiments.NonNegative(), Meaning: "inhibition"},
		{Name: "duration", Kind: experiments.Float, Default: 100.0, Unit: "ms", Range: experiments.Positive(), Meaning: "model time"},
	},
	Metrics: []experiments.Metric{
		{Name: "rate", Unit: "Hz", Meaning: "mean rate"},
		{Name: "cv_isi", Meaning: "irregularity"},
		{Name: "test_accuracy", Unit: "%", Meaning: "accuracy"},
	},
	Targets: []experiments.Target{
		{Metric: "rate", Value: 40, Tolerance: experiments.Rel(0.1), Source: "Nobody 2000, Table 1"},
		{Metric: "test_accuracy", Value: 90, Tolerance: experiments.Minimum(85), Source: "Nobody 2000, Table 2"},
	},
	Run: func(context.Context, *experiments.Run) error { return nil },
}

// start creates a folder and a run that writes to it.
func start(t *testing.T, o Options) (*Folder, *experiments.Run) {
	t.Helper()
	v, err := fake.Parse([]string{"g=4"})
	if err != nil {
		t.Fatal(err)
	}
	o.Experiment, o.Values, o.Seed, o.Workers = fake, v, 7, 2
	o.Version, o.Command = "test", "glia run fake --seed 7 --set g=4"
	if o.Start.IsZero() {
		o.Start = time.Now()
	}
	f, err := Create(o)
	if err != nil {
		t.Fatal(err)
	}
	return f, experiments.NewRun(fake, v, experiments.Options{Seed: 7, Workers: 2, Sink: f})
}

func must(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

func metric(t *testing.T, run *experiments.Run, name string, value float64) {
	t.Helper()
	if _, err := run.Metric(name, value); err != nil {
		t.Fatal(err)
	}
}

// work reports a little of everything.
func work(t *testing.T, run *experiments.Run) {
	t.Helper()
	run.Phase("build")
	if _, err := run.AddPopulation("E", 8); err != nil {
		t.Fatal(err)
	}
	inhibitory, err := run.AddPopulation("I", 2)
	must(t, err)
	run.Phase("simulate")
	must(t,
		run.AddSpikeBatches(
			experiments.SpikeBatch{Times: []float64{0.3, 0.1}, IDs: []int32{5, 1}},
			experiments.SpikeBatch{First: inhibitory.First, Times: []float64{0.1}, IDs: []int32{0}},
		),
		run.AddSpikes([]float64{0.3, 0.4}, []int32{2, 9}),
		run.Figure("raster", "spikes & rates", svg(`<?xml version="1.0"?><svg><g/></svg>`)),
	)
	run.Count(func(c *experiments.Counters) { c.DT, c.Synapses, c.SynapticEvents = 0.1, 20, 50 })
	metric(t, run, "rate", 41)
	metric(t, run, "cv_isi", math.NaN())
	metric(t, run, "test_accuracy", 80)
}

// readArray reads an array of the spike file with code that is not ours.
func readArray(dir, name string, into any) error {
	r, err := npz.Open(filepath.Join(dir, SpikesFile))
	if err != nil {
		return err
	}
	return errors.Join(r.Read(name, into), r.Close())
}

func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	must(t, err)
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

func TestCompleteRun(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deep", "run")
	f, run := start(t, Options{Dir: dir})
	if m, err := ReadManifest(dir); err != nil || m.Status != Running {
		t.Fatalf("at the start: status %q, err %v; want running", m.Status, err)
	}
	work(t, run)
	must(t, f.Finish(run, Complete, nil))

	want := []string{"manifest.json", "metrics.json", "raster.svg", "report.html", "spikes.npz"}
	if got := names(t, dir); !slices.Equal(got, want) {
		t.Errorf("files %v, want %v", got, want)
	}
	m, err := ReadManifest(dir)
	must(t, err)
	if m.Status != Complete || m.Error != "" || m.Experiment != "fake" || m.Seed != 7 || m.Workers != 2 {
		t.Errorf("manifest head %+v", m)
	}
	if m.Neurons != 10 || m.Spikes != 5 || m.Synapses != 20 || m.SynapticEvents != 50 || m.DT != 0.1 {
		t.Errorf("counters %+v", m)
	}
	if m.Parameters["g"] != 4.0 || m.ParameterUnits["duration"] != "ms" {
		t.Errorf("parameters %v %v", m.Parameters, m.ParameterUnits)
	}
	if len(m.Phases) != 2 || m.Phases[0].Name != "build" || m.Phases[1].Name != "simulate" {
		t.Errorf("phases %v", m.Phases)
	}
	if m.PeakMemoryBytes < 1<<20 {
		t.Errorf("peak memory %d bytes is less than any Go program has", m.PeakMemoryBytes)
	}
	if len(m.Populations) != 2 || m.Populations[1] != (experiments.Population{Name: "I", First: 8, Size: 2}) {
		t.Errorf("populations %v", m.Populations)
	}
	page, err := os.ReadFile(filepath.Join(dir, ReportFile))
	must(t, err)
	for _, s := range []string{"A fake &lt;experiment&gt;", "<svg", "glia run fake --seed 7 --set g=4"} {
		if !bytes.Contains(page, []byte(s)) {
			t.Errorf("report.html lacks %q", s)
		}
	}
	if bytes.Contains(page, []byte("<?xml")) {
		t.Error("report.html holds an XML declaration")
	}
}

func TestSpikesReadBack(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	f, run := start(t, Options{Dir: dir})
	work(t, run)
	must(t, f.Finish(run, Complete, nil))

	var times []float64
	var ids []uint32
	must(t, readArray(dir, "times_ms.npy", &times))
	must(t, readArray(dir, "ids.npy", &ids))
	if want := []float64{0.1, 0.1, 0.3, 0.3, 0.4}; !slices.Equal(times, want) {
		t.Errorf("times %v, want %v", times, want)
	}
	if want := []uint32{1, 8, 2, 5, 9}; !slices.Equal(ids, want) {
		t.Errorf("ids %v, want %v", ids, want)
	}
}

func TestNoSpikesIsAnEmptyArchive(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	f, run := start(t, Options{Dir: dir})
	must(t, f.Finish(run, Complete, nil))
	times := []float64{1}
	must(t, readArray(dir, "times_ms.npy", &times))
	if len(times) != 0 {
		t.Errorf("times %v, want none", times)
	}
	b, err := os.ReadFile(filepath.Join(dir, MetricsFile))
	must(t, err)
	if strings.TrimSpace(string(b)) != "[]" {
		t.Errorf("metrics.json = %s, want []", b)
	}
}

func TestNpyHeaderIsAligned(t *testing.T) {
	for _, n := range []int64{0, 9, 10, 99, 12345678, math.MaxInt64} {
		h := npyHeader("<f8", n)
		if len(h)%64 != 0 || h[len(h)-1] != '\n' || int(h[8])|int(h[9])<<8 != len(h)-10 {
			t.Errorf("n = %d: header of %d bytes, stated %d", n, len(h), int(h[8])|int(h[9])<<8)
		}
		if !bytes.Contains(h, fmt.Appendf(nil, "(%d,)", n)) {
			t.Errorf("n = %d: shape missing in %q", n, h)
		}
	}
}

func TestMetricsFile(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	f, run := start(t, Options{Dir: dir})
	work(t, run)
	// Before the run ends: metrics are kept as they come.
	early, err := ReadMetrics(dir)
	must(t, err)
	must(t, f.Finish(run, Complete, nil))
	metrics, err := ReadMetrics(dir)
	must(t, err)
	if len(early) != 3 || len(metrics) != 3 {
		t.Fatalf("%d metrics during, %d after the run; want 3", len(early), len(metrics))
	}
	rate, cv, accuracy := metrics[0], metrics[1], metrics[2]
	if *rate.Target != 40 || *rate.Tolerance != 4 || *rate.Min != 36 || *rate.Max != 44 || !*rate.OK || *rate.Source != "Nobody 2000, Table 1" {
		t.Errorf("rate: %+v", rate)
	}
	if !math.IsNaN(float64(cv.Value)) || cv.Target != nil || cv.OK != nil || cv.Source != nil || cv.Tolerance != nil {
		t.Errorf("cv_isi: %+v", cv)
	}
	if *accuracy.OK || accuracy.Tolerance != nil || *accuracy.Min != 85 || accuracy.Max != nil {
		t.Errorf("test_accuracy: %+v", accuracy)
	}
	b, err := os.ReadFile(filepath.Join(dir, MetricsFile))
	must(t, err)
	if !bytes.Contains(b, []byte(`"value": null`)) || bytes.Contains(b, []byte("NaN")) {
		t.Errorf("NaN is not written as null:\n%s", b)
	}
}

func TestEarlyEndKeepsFiles(t *testing.T) {
	for _, test := range []struct {
		status Status
		cause  error
		text   string
	}{
		{Interrupted, nil, ""},
		{Failed, errors.New("neuron 3 is NaN\nat 5 ms"), "neuron 3 is NaN; at 5 ms"},
	} {
		dir := filepath.Join(t.TempDir(), "run")
		f, run := start(t, Options{Dir: dir})
		work(t, run)
		must(t, f.Finish(run, test.status, test.cause))
		m, err := ReadManifest(dir)
		must(t, err)
		if m.Status != test.status || m.Error != test.text {
			t.Errorf("status %q, error %q; want %q, %q", m.Status, m.Error, test.status, test.text)
		}
		for _, name := range []string{SpikesFile, MetricsFile, ReportFile, "raster.svg"} {
			if !slices.Contains(names(t, dir), name) || !slices.Contains(m.Files, name) {
				t.Errorf("%s: %s is missing in the folder or in the list of files", test.status, name)
			}
		}
		var ids []uint32
		must(t, readArray(dir, "ids.npy", &ids))
		if len(ids) != 5 {
			t.Errorf("%s: %d spikes kept, want 5", test.status, len(ids))
		}
	}
}

func TestBrokenFigureLeavesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	f, run := start(t, Options{Dir: dir})
	err := run.Figure("raster", "", brokenFigure{})
	if err == nil || !strings.Contains(err.Error(), "no ink") || !strings.Contains(err.Error(), "raster") {
		t.Errorf("error %v does not name figure and cause", err)
	}
	must(t, f.Finish(run, Failed, err))
	for _, n := range names(t, dir) {
		if strings.Contains(n, "raster") {
			t.Errorf("%s was left behind", n)
		}
	}
}

func TestUnwritableReportIsNotComplete(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	f, run := start(t, Options{Dir: dir})
	work(t, run)
	must(t, os.Remove(filepath.Join(dir, "raster.svg"))) // the report cannot inline it now
	if err := f.Finish(run, Complete, nil); err == nil || !strings.Contains(err.Error(), "not complete") {
		t.Errorf("Finish: %v; want an error that says the folder is not complete", err)
	}
	m, err := ReadManifest(dir)
	must(t, err)
	if m.Status != Failed || m.Error == "" {
		t.Errorf("status %q, error %q; want failed with a reason", m.Status, m.Error)
	}
}

func TestOlderRunIsNotOverwritten(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	f, run := start(t, Options{Dir: dir})
	work(t, run)
	must(t, f.Finish(run, Complete, nil))
	before, err := os.ReadFile(filepath.Join(dir, ManifestFile))
	must(t, err)

	o := Options{Dir: dir, Experiment: fake, Start: time.Now()}
	_, err = Create(o)
	var inUse *InUseError
	if !errors.As(err, &inUse) || inUse.Old == nil {
		t.Fatalf("Create over an older run: %v, want an InUseError", err)
	}
	for _, s := range []string{"fake", "seed 7", "complete", dir + "-2", "--force"} {
		if !strings.Contains(err.Error(), s) {
			t.Errorf("message %q lacks %q", err, s)
		}
	}
	after, err := os.ReadFile(filepath.Join(dir, ManifestFile))
	must(t, err)
	if !bytes.Equal(before, after) {
		t.Error("the refused run changed the manifest")
	}
}

func TestForceRemovesOnlyTheRun(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	_, run := start(t, Options{Dir: dir})
	work(t, run) // never finished: as a killed process leaves it
	notes := filepath.Join(dir, "notes.txt")
	outside := filepath.Join(filepath.Dir(dir), "outside.txt")
	must(t, os.WriteFile(notes, nil, 0o666), os.WriteFile(outside, nil, 0o666))
	// A manifest that was tampered with must not reach other folders.
	m, err := ReadManifest(dir)
	must(t, err)
	if !slices.Contains(m.Files, "raster.svg") {
		t.Errorf("the manifest of a running run lists %v, without its figure", m.Files)
	}
	f := &Folder{dir: dir, manifest: m}
	f.manifest.Files = append(f.manifest.Files, "../outside.txt")
	must(t, f.writeManifest())

	f, run = start(t, Options{Dir: dir, Force: true})
	must(t, f.Finish(run, Complete, nil))
	if _, err := os.Stat(outside); err != nil {
		t.Error("--force deleted a file outside the folder")
	}
	want := []string{"manifest.json", "metrics.json", "notes.txt", "report.html", "spikes.npz"}
	if got := names(t, dir); !slices.Equal(got, want) {
		t.Errorf("files %v, want %v", got, want)
	}
}

func TestRefusedPlaces(t *testing.T) {
	dir := t.TempDir()
	foreign := filepath.Join(dir, "foreign")
	must(t, os.Mkdir(foreign, 0o777), os.WriteFile(filepath.Join(foreign, "thesis.tex"), nil, 0o666))
	file := filepath.Join(dir, "file")
	must(t, os.WriteFile(file, nil, 0o666))
	corrupt := filepath.Join(dir, "corrupt")
	must(t, os.Mkdir(corrupt, 0o777), os.WriteFile(filepath.Join(corrupt, ManifestFile), []byte("{"), 0o666))
	for place, want := range map[string]string{
		foreign:                  "holds no run of glia",
		file:                     "is a file",
		corrupt:                  "cannot be read",
		filepath.Join(file, "x"): "choose a writable place with --out",
	} {
		_, err := Create(Options{Dir: place, Experiment: fake, Start: time.Now(), Force: true})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v; want a message with %q", filepath.Base(place), err, want)
		}
	}
	if _, err := os.Stat(filepath.Join(foreign, "thesis.tex")); err != nil {
		t.Error("a foreign file was removed")
	}
}

func TestEmptyFolderIsTaken(t *testing.T) {
	dir := t.TempDir()
	f, run := start(t, Options{Dir: dir})
	must(t, f.Finish(run, Complete, nil))
}

func TestDefaultFoldersAreDistinct(t *testing.T) {
	t.Chdir(t.TempDir())
	at := time.Date(2026, 11, 23, 3, 4, 5, 0, time.UTC)
	a, _ := start(t, Options{Start: at})
	b, _ := start(t, Options{Start: at})
	if want := filepath.Join("runs", "fake-7-20261123T030405"); a.Dir() != want || b.Dir() != want+"-2" {
		t.Errorf("folders %s and %s, want %s and %[3]s-2", a.Dir(), b.Dir(), want)
	}
}

func TestFormatOfTheFutureIsRefused(t *testing.T) {
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, ManifestFile), []byte(`{"format": 99}`), 0o666))
	if _, err := ReadManifest(dir); err == nil || !strings.Contains(err.Error(), "format 99") {
		t.Errorf("ReadManifest: %v, want an error about the format", err)
	}
}
