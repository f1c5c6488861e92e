package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/experiments/runfolder"
	"github.com/glia-sim/glia/neurons"
	"github.com/glia-sim/glia/sim"
)

func init() {
	experiments.Register(&experiments.Experiment{
		Name: "hoarder", Title: "A small network whose recordings grow", Summary: "It keeps every potential in memory.",
		Metrics: []experiments.Metric{{Name: "samples", Meaning: "potentials kept"}, {Name: "sum", Unit: "mV", Meaning: "their sum"}},
		Run: func(ctx context.Context, r *experiments.Run) error {
			net := sim.New(sim.Options{Seed: r.Seed, Workers: r.Workers, DT: 0.1})
			p := net.Populate("p", 1000, neurons.DefaultLIFDelta())
			net.Drive(p, "v", neurons.PoissonDrive{Rate: 5000, Weight: 0.2})
			var kept []float64
			net.RecordState(p, sim.StateOptions{Variable: "V", Interval: 0.1, Sink: func(_ float64, v []float64) error {
				kept = append(kept, v...)
				return nil
			}})
			if err := r.Advance(ctx, "record", net, 1500, &kept); err != nil {
				return err
			}
			sum := 0.0
			for _, v := range kept {
				sum += v
			}
			return r.Metrics(map[string]float64{"samples": float64(len(kept)), "sum": sum})
		},
	})
}

// A run that outgrows --max-memory while it simulates ends with a checkpoint, and goes on from there to the
// same result.
func TestMaxMemoryWhileRunning(t *testing.T) {
	if residentMemory() == 0 {
		t.Skip("the system does not tell how much memory a process takes")
	}
	dir := t.TempDir()
	whole, bounded := filepath.Join(dir, "whole"), filepath.Join(dir, "bounded")
	if out, err := child("run", "hoarder", "-q", "--out", whole).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	out, err := child("run", "hoarder", "-q", "--out", bounded, "--max-memory", "110MB").CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != exitFailed {
		t.Fatalf("%v, want exit status %d: %s", err, exitFailed, out)
	}
	t.Logf("%s", out)
	if !regexp.MustCompile(`^glia: the run takes [0-9.]+ [MG]B of memory, more than the 110 MB that --max-memory allows; what was computed is in \S+, and 'glia resume \S+' goes on\n$`).Match(out) {
		t.Errorf("message %s", out)
	}
	if m, err := runfolder.ReadManifest(bounded); err != nil || m.Status != runfolder.Interrupted {
		t.Errorf("status %s, %v", m.Status, err)
	}
	out, err = child("resume", bounded).CombinedOutput()
	if err != nil || !regexp.MustCompile(`going on from [0-9.]+ ms of "record"`).Match(out) {
		t.Errorf("resume: %v: %s", err, out)
	}
	sameFiles(t, "hoarder", whole, bounded)
}

// stop interrupts the run under way once the fake experiment waits.
func stop(t *testing.T) {
	t.Helper()
	go func() {
		<-fakeStarted
		if err := syscall.Kill(os.Getpid(), syscall.SIGINT); err != nil {
			t.Error(err)
		}
	}()
}

// A resumed run draws its figures in the size it began with.
func TestResumeKeepsFigureSize(t *testing.T) {
	t.Chdir(t.TempDir())
	line := strings.Fields("izhikevich2003 --set neurons=50 --set duration=60000 --set warmup=0 --figure-size single -q --out")
	if status, _, stderr := glia(append(append([]string{"run"}, line...), "whole")...); status != 0 {
		t.Fatal(stderr)
	}
	// Stopped a tenth of a second after it has begun: long before its end, however fast the machine.
	if status, _, stderr := glia(append(append([]string{"run", "--max-wall", "1ns"}, line...), "stopped")...); status != exitFailed {
		t.Fatalf("status %d: %s", status, stderr)
	}
	if status, _, stderr := glia("resume", "stopped", "-q"); status != 0 {
		t.Fatal(stderr)
	}
	for _, name := range []string{"raster.svg", "spectrum.svg", "intervals.svg"} {
		if a, b := read(t, "whole", name), read(t, "stopped", name); a != b || !strings.Contains(b, `width="85.0mm"`) {
			t.Errorf("%s differs: %.160s", name, b)
		}
	}
	m, err := runfolder.ReadManifest("stopped")
	if err != nil || m.FigureSize != "single" || !strings.Contains(m.Command, "--figure-size single") {
		t.Errorf("figure size %q, command %s, %v", m.FigureSize, m.Command, err)
	}
	text := strings.Replace(read(t, "stopped", runfolder.ManifestFile), `"figure_size": "single"`, `"figure_size": "huge"`, 1)
	text = strings.Replace(text, `"complete"`, `"interrupted"`, 1)
	if err := os.WriteFile(filepath.Join("stopped", runfolder.ManifestFile), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	if status, _, stderr := glia("resume", "stopped"); status != exitFailed || !strings.Contains(stderr, `figure_size is "huge": want one of single, screen, double`) {
		t.Errorf("status %d: %s", status, stderr)
	}
}

// The advice to resume is given where there is something to go on from.
func TestAdviceToResume(t *testing.T) {
	t.Chdir(t.TempDir())
	_, _, stderr := glia("run", "fake-net", "--out", "bare", "-q", "--set", "behave=fail")
	if !strings.Contains(stderr, "what was computed is in bare, without a checkpoint or a finished stage to go on from") {
		t.Errorf("nothing was kept: %s", stderr)
	}
	_, _, stderr = glia("run", "fake-net", "--out", "staged", "-q", "--set", "behave=fail-late")
	if !strings.Contains(stderr, "what was computed is in staged, and 'glia resume staged' goes on") {
		t.Errorf("a stage was kept: %s", stderr)
	}
	stop(t)
	status, _, stderr := glia("run", "fake-net", "--out", "waiting", "-q", "--set", "behave=wait")
	if status != 130 || !strings.Contains(stderr, "without a checkpoint") {
		t.Errorf("status %d: %s", status, stderr)
	}
}
