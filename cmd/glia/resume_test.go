package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/glia-sim/glia/experiments/runfolder"
)

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
	line := strings.Fields("izhikevich2003 --set neurons=50 --set duration=8000 --set warmup=0 --figure-size single -q --out")
	if status, _, stderr := glia(append(append([]string{"run"}, line...), "whole")...); status != 0 {
		t.Fatal(stderr)
	}
	// Stopped a tenth of a second after it has begun.
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
