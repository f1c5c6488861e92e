package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/experiments/runfolder"
	"github.com/glia-sim/glia/networks/reservoir/tasks"
)

// fakeStarted receives a value when the fake experiment waits to be stopped.
var fakeStarted = make(chan struct{}, 1)

type fakeFigure struct{}

func (fakeFigure) Render(w io.Writer) error {
	_, err := io.WriteString(w, "<svg></svg>")
	return err
}

func init() {
	experiments.Register(&experiments.Experiment{
		Name: "fake-net", Title: "A fake network", Summary: "It simulates nothing.", Citation: "Nobody 2000",
		Parameters: []experiments.Parameter{
			{Name: "g", Kind: experiments.Float, Default: 5.0, Range: experiments.Closed(0, 20), Meaning: "inhibition"},
			{Name: "duration", Kind: experiments.Float, Default: 10.0, Unit: "ms", Range: experiments.Positive(), Meaning: "model time"},
			{Name: "behave", Kind: experiments.Choice, Default: "well", Choices: []string{"well", "fail", "fail-late", "panic", "panic-aside", "wait"}, Meaning: "what to do"},
		},
		Metrics: []experiments.Metric{{Name: "rate", Unit: "Hz", Meaning: "mean rate"}, {Name: "cv_isi", Meaning: "irregularity"}, {Name: "loss", Meaning: "never right", Split: experiments.Validation, Goal: experiments.Smaller}},
		Targets: []experiments.Target{
			{Metric: "rate", Value: 100, Tolerance: experiments.Abs(5), Source: "Nobody, Table 1"},
			{Metric: "loss", Value: 0, Tolerance: experiments.Abs(0.1), Source: "Nobody, Table 2", When: []experiments.Condition{experiments.WhenIs("g", "5")}},
		},
		Figures:     []experiments.FigureDoc{{Name: "raster", Caption: "spikes"}},
		AcceptsData: true,
		Run:         runFake,
	})
	experiments.Register(&experiments.Experiment{
		Name: "fake-data", Title: "A fake that needs data", NeedsData: true,
		Run: func(context.Context, *experiments.Run) error { return nil },
	})
	experiments.Register(&experiments.Experiment{
		Name: "fake-plain", Title: "A fake that takes no data",
		Run: func(context.Context, *experiments.Run) error { return nil },
	})
}

func runFake(ctx context.Context, run *experiments.Run) error {
	run.Phase("simulate")
	if _, err := run.AddPopulation("E", 12500); err != nil {
		return err
	}
	// The "spikes" depend on the seed and on nothing else.
	for i := range int(run.Float("duration")) {
		if err := run.AddSpikes([]float64{float64(i)}, []int32{int32((run.Seed + uint64(i)) % 12500)}); err != nil {
			return err
		}
	}
	_, err := run.Metric("rate", 100)
	_, lossErr := run.Metric("loss", 3)
	_, cvErr := run.Metric("cv_isi", math.NaN())
	if err := errors.Join(err, lossErr, cvErr, run.Figure("raster", "spikes", fakeFigure{})); err != nil {
		return err
	}
	switch run.Choice("behave") {
	case "fail":
		return errors.New("neuron 3 of E is NaN\nat 5 ms")
	case "fail-late":
		if _, err := experiments.Keep(run, "stage", func() (int, error) { time.Sleep(100 * time.Millisecond); return 1, nil }); err != nil {
			return err
		}
		return errors.New("too late")
	case "panic":
		panic("index out of luck")
	case "panic-aside":
		return tasks.Each(ctx, run.Workers, 3, func(int) error { panic("index out of luck elsewhere") })
	case "wait":
		fakeStarted <- struct{}{}
		<-ctx.Done()
		return fmt.Errorf("simulate: %w", ctx.Err())
	}
	return nil
}

// glia runs a command line as the shell would.
func glia(args ...string) (status int, stdout, stderr string) {
	var out, errs bytes.Buffer
	status = run(append([]string{"glia"}, args...), strings.NewReader(""), &out, &errs)
	return status, out.String(), errs.String()
}

func TestCommandLines(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("file", nil, 0o666); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		line   string
		status int
		want   []string // in stdout if status is 0, else in stderr
	}{
		{"", 0, []string{"COMMANDS", "describe"}},
		{"--help", 0, []string{"glia run nalsm --seed 3"}},
		{"list", 0, []string{"fake-net", "A fake network", "glia describe"}},
		{"list --json", 0, []string{`"name": "fake-net"`}},
		{"list fake-net", 2, []string{`unexpected argument "fake-net"`}},
		{"lsit", 2, []string{"unknown command", "glia list"}},
		{"fake-net", 2, []string{"glia run fake-net"}},
		{"frobnicate", 2, []string{"list, describe, run, ", "data, validate"}},
		{"--bogus", 2, []string{"unknown flag --bogus"}},
		{"version", 0, []string{"glia ", "go1."}},
		{"--version", 0, []string{"glia ", "go1."}},
		{"run --help", 0, []string{"--workers", "1 to 1024", "Examples:"}},
		{"run fake-net --help", 0, []string{"--workers"}},
		{"help run", 0, []string{"--workers"}},
		{"help nothing", 2, nil},
		{"data fetch --help", 0, []string{"--mirror", "Examples:"}},
		{"describe fake-net", 0, []string{"[0, 20]", "> 0 ms", "one of well, fail, fail-late, panic, panic-aside, wait", "100 +- 5 Hz", "Nobody, Table 1", "when g = 5", "raster.svg", "--data DIR"}},
		{"describe", 2, []string{"which experiment"}},
		{"describe fake-nte", 2, []string{`did you mean "fake-net"`}},
		{"describe fake-net fake-data", 2, []string{`"fake-data" is one too many`}},
		{"run", 2, []string{"which experiment"}},
		{"run fake-nte", 2, []string{`unknown experiment "fake-nte"`, `did you mean "fake-net"`}},
		{"run fake-net --workers 0", 2, []string{"--workers 0", "from 1 to 1024"}},
		{"run fake-net --workers -3", 2, []string{"--workers -3", "from 1 to 1024"}},
		{"run fake-net --workers=many", 2, []string{"--workers many", "from 1 to 1024"}},
		{"run fake-net --seed -1", 2, []string{"--seed -1", "18446744073709551615"}},
		{"run fake-net --seed", 2, []string{"--seed needs a value"}},
		{"run fake-net --sede 3", 2, []string{"unknown flag --sede", "--seed"}},
		{"run fake-net --set g=21", 2, []string{`"g"`, `"21"`, "[0, 20]"}},
		{"run fake-net --set h=1", 2, []string{`parameter "h"`, "it has: g, duration, behave"}},
		{"run fake-net --set durration=1", 2, []string{`did you mean "duration"`}},
		{"run fake-net --set duration=20mV", 2, []string{"voltage", "time"}},
		{"run fake-net --set g", 2, []string{"name=value"}},
		{"run fake-net g=3", 2, []string{"--set g=3"}},
		{"run fake-net --data nowhere", 2, []string{"--data nowhere is not a folder"}},
		{"run fake-net --data=", 2, []string{"is not a folder"}},
		{"run fake-data", 2, []string{"needs a data set"}},
		{"run fake-plain --data .", 2, []string{"takes no data set"}},
		{"run fake-net --out=", 2, []string{"--out is empty"}},
		{"run fake-net --out .", 2, []string{"is not empty", "choose a new folder with --out"}},
		{"run fake-net --out file", 1, []string{"is a file"}},
		{"run fake-net --out file/run", 1, []string{"cannot create run folder", "--out"}},
		{"data", 2, []string{"list, fetch, check"}},
		{"data list", 0, []string{"mnist", "fashion-mnist"}},
		{"data list --json", 0, []string{`"name": "mnist"`}},
		{"data fetch", 2, []string{"which data set"}},
		{"data fetch mnits", 2, []string{`did you mean "mnist"`}},
		{"data check nowhere", 1, []string{"nowhere"}},
		{"data check .", 1, []string{"glia data fetch"}},
		{"data chekc .", 2, []string{"glia data check"}},
	} {
		t.Run(test.line, func(t *testing.T) {
			status, stdout, stderr := glia(strings.Fields(test.line)...)
			if status != test.status {
				t.Fatalf("exit status %d, want %d\n%s%s", status, test.status, stdout, stderr)
			}
			text := stdout
			if status != 0 {
				text = stderr
				if !strings.HasPrefix(stderr, "glia: ") || strings.Count(stderr, "\n") != 1 {
					t.Errorf("not one line that begins with \"glia: \":\n%s", stderr)
				}
			}
			for _, w := range test.want {
				if !strings.Contains(text, w) {
					t.Errorf("lacks %q:\n%s", w, text)
				}
			}
		})
	}
	if _, err := os.Stat("runs"); err == nil {
		t.Error("a refused command line left a run folder")
	}
}

func TestRunWritesFolderAndSummary(t *testing.T) {
	t.Chdir(t.TempDir())
	// Flags on both sides of the experiment.
	status, stdout, stderr := glia("run", "--seed", "3", "fake-net", "--workers=2", "--set", "duration=0.02s", "--out", "here", "--set", "g=5")
	if status != 0 {
		t.Fatalf("exit status %d\n%s", status, stderr)
	}
	for _, w := range []string{"12 500 neurons", "20 spikes", "100 Hz", "100 +- 5 Hz", "Nobody, Table 1", "ok", "off target", "not measured", "run folder  here"} {
		if !strings.Contains(stdout, w) {
			t.Errorf("summary lacks %q:\n%s", w, stdout)
		}
	}
	if strings.Contains(stdout, "\x1b") || strings.Contains(stderr, "\x1b") {
		t.Error("escape codes without a terminal")
	}
	if !strings.Contains(stderr, "simulate") {
		t.Errorf("progress lacks the phase: %q", stderr)
	}
	m, err := runfolder.ReadManifest("here")
	if err != nil {
		t.Fatal(err)
	}
	if m.Status != runfolder.Complete || m.Seed != 3 || m.Workers != 2 || m.Parameters["duration"] != 20.0 {
		t.Errorf("manifest %+v", m)
	}
	if want := "glia run fake-net --seed 3 --set duration=20"; m.Command != want {
		t.Errorf("command %q, want %q", m.Command, want)
	}
}

func TestRepeatCommandRepeats(t *testing.T) {
	t.Chdir(t.TempDir())
	hash := func(line ...string) (string, string) {
		t.Helper()
		status, stdout, stderr := glia(line...)
		if status != 0 {
			t.Fatal(stderr)
		}
		m, err := runfolder.ReadManifest(strings.TrimSpace(stdout))
		if err != nil {
			t.Fatal(err)
		}
		return m.SpikesSHA256, m.Command
	}
	first, command := hash("run", "fake-net", "--seed", "9", "--set", "duration=7", "-q", "--workers", "1")
	again, _ := hash(append(strings.Fields(command)[1:], "-q", "--workers", "7")...)
	other, _ := hash("run", "fake-net", "--seed", "10", "--set", "duration=7", "-q")
	if first != again || first == other {
		t.Errorf("hashes: first %s, repeated %s, other seed %s", first, again, other)
	}
}

func TestQuietPrintsTheFolderOnly(t *testing.T) {
	t.Chdir(t.TempDir())
	status, stdout, stderr := glia("run", "fake-net", "--quiet")
	if status != 0 || stderr != "" || strings.Count(stdout, "\n") != 1 {
		t.Fatalf("exit status %d, stdout %q, stderr %q", status, stdout, stderr)
	}
	if _, err := runfolder.ReadManifest(strings.TrimSpace(stdout)); err != nil {
		t.Error(err)
	}
}

func TestOlderRunNeedsForce(t *testing.T) {
	t.Chdir(t.TempDir())
	line := []string{"run", "fake-net", "--out", "here", "-q"}
	if status, _, stderr := glia(line...); status != 0 {
		t.Fatal(stderr)
	}
	status, _, stderr := glia(line...)
	if status != 2 || !strings.Contains(stderr, "already holds a run (fake-net, seed 1") || !strings.Contains(stderr, "--out here-2") {
		t.Errorf("exit status %d: %s", status, stderr)
	}
	if status, _, stderr := glia(append(line, "--force", "--seed", "2")...); status != 0 {
		t.Errorf("--force: exit status %d: %s", status, stderr)
	}
	if m, err := runfolder.ReadManifest("here"); err != nil || m.Seed != 2 {
		t.Errorf("seed %d (%v), want 2", m.Seed, err)
	}
}

func TestFailureIsOneLine(t *testing.T) {
	for behave, want := range map[string]string{
		"fail":        "neuron 3 of E is NaN; at 5 ms; what was computed is in here",
		"panic":       "internal error: index out of luck; what was computed is in here, without a checkpoint or a finished stage to go on from; please report it at https://",
		"panic-aside": "internal error: index out of luck elsewhere; what was computed is in here",
	} {
		t.Chdir(t.TempDir())
		t.Setenv("GLIA_DEBUG", "")
		status, stdout, stderr := glia("run", "fake-net", "--out", "here", "--quiet", "--set", "behave="+behave)
		if status != 1 || stdout != "" || strings.Count(stderr, "\n") != 1 || !strings.Contains(stderr, want) {
			t.Errorf("%s: exit status %d, stdout %q, stderr %q", behave, status, stdout, stderr)
		}
		m, err := runfolder.ReadManifest("here")
		if err != nil || m.Status != runfolder.Failed || m.Error == "" || m.Spikes != 10 {
			t.Errorf("%s: manifest %+v (%v)", behave, m, err)
		}
		t.Setenv("GLIA_DEBUG", "1")
		_, _, stderr = glia("run", "fake-net", "--quiet", "--set", "behave="+behave)
		if got := strings.Contains(stderr, "runFake"); got != strings.HasPrefix(behave, "panic") {
			t.Errorf("%s: stack with GLIA_DEBUG=1: %v", behave, got)
		}
	}
}

func TestPanicOutsideARun(t *testing.T) {
	var stderr bytes.Buffer
	status := run([]string{"glia", "list"}, nil, panicWriter{}, &stderr)
	if status != 1 || !strings.Contains(stderr.String(), "internal error") || strings.Contains(stderr.String(), "goroutine") {
		t.Errorf("exit status %d: %s", status, stderr.String())
	}
}

type panicWriter struct{}

func (panicWriter) Write([]byte) (int, error) { panic("paper jam") }

func TestInterruptKeepsTheRun(t *testing.T) {
	for signal, want := range map[syscall.Signal]int{syscall.SIGINT: 130, syscall.SIGTERM: 143} {
		t.Chdir(t.TempDir())
		go func() {
			<-fakeStarted
			// The handler is installed: the experiment runs below it.
			_ = syscall.Kill(os.Getpid(), signal)
		}()
		status, _, stderr := glia("run", "fake-net", "--out", "here", "--set", "behave=wait")
		if status != want {
			t.Fatalf("%v: exit status %d, want %d\n%s", signal, status, want, stderr)
		}
		if !strings.Contains(stderr, "repeat to stop at once") || !strings.Contains(stderr, "what was computed is in here") {
			t.Errorf("%v: stderr %q", signal, stderr)
		}
		m, err := runfolder.ReadManifest("here")
		if err != nil || m.Status != runfolder.Interrupted || m.Error != "" || m.Spikes != 10 {
			t.Errorf("%v: manifest %+v (%v)", signal, m, err)
		}
		for _, name := range m.Files {
			if _, err := os.Stat(filepath.Join("here", name)); err != nil {
				t.Errorf("%v: %v", signal, err)
			}
		}
		if !slices.Contains(m.Files, runfolder.SpikesFile) || !slices.Contains(m.Files, "raster.svg") {
			t.Errorf("%v: files %v", signal, m.Files)
		}
	}
}

func TestSecondSignalEndsAtOnce(t *testing.T) {
	statuses := make(chan int, 1)
	exit = func(status int) { statuses <- status }
	defer func() { exit = os.Exit }()
	ctx, stop := untilSignal(io.Discard)
	defer stop()
	if err := syscall.Kill(os.Getpid(), syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	<-ctx.Done()
	select {
	case status := <-statuses:
		t.Fatalf("the first signal ended the process with status %d", status)
	default:
	}
	if err := syscall.Kill(os.Getpid(), syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if status := <-statuses; status != 130 {
		t.Errorf("exit status %d, want 130", status)
	}
}

func TestOfflineFetchIsOneLine(t *testing.T) {
	t.Chdir(t.TempDir())
	// Port 1 of this machine refuses connections at once.
	status, _, stderr := glia("data", "fetch", "mnist", "--mirror", "http://127.0.0.1:1/")
	lines := strings.Split(strings.TrimSpace(stderr), "\n")
	if last := lines[len(lines)-1]; status != 1 || !strings.HasPrefix(last, "glia: ") || !strings.Contains(last, "127.0.0.1:1") {
		t.Errorf("exit status %d\n%s", status, stderr)
	}
}

func TestJSONForms(t *testing.T) {
	_, stdout, _ := glia("describe", "--json", "fake-net")
	var d experimentDescription
	if err := json.Unmarshal([]byte(stdout), &d); err != nil {
		t.Fatal(err)
	}
	g, duration := d.Parameters[0], d.Parameters[1]
	if *g.Min != 0 || *g.Max != 20 || g.OpenMin || duration.Max != nil || !duration.OpenMin || duration.Unit != "ms" || duration.Default != 10.0 {
		t.Errorf("parameters %+v", d.Parameters)
	}
	if *d.Targets[0].Tolerance != 5 || *d.Targets[0].Min != 95 || !slices.Equal(d.Targets[1].When, []string{"g = 5"}) {
		t.Errorf("targets %+v", d.Targets)
	}
	if !d.AcceptsData || d.NeedsData || d.Metrics[0].Name != "rate" || d.Figures[0].Name != "raster" {
		t.Errorf("description %+v", d)
	}
	_, stdout, _ = glia("list", "--json")
	var heads []experimentHead
	if err := json.Unmarshal([]byte(stdout), &heads); err != nil || !slices.ContainsFunc(heads, func(h experimentHead) bool { return h.Name == "fake-data" && h.NeedsData && h.AcceptsData }) {
		t.Errorf("list --json: %v\n%s", err, stdout)
	}
}
