package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
)

func TestEachTrialIsAProcess(t *testing.T) {
	var told []int
	r := Runner{Command: testProcess, Repeat: 3, Workers: 2, Progress: func(_ *Benchmark, k int) { told = append(told, k) }}
	report, err := r.Run(t.Context(), fake(t, "fake-count"))
	if err != nil {
		t.Fatal(err)
	}
	workers, _ := report.Find("workers")
	if lo, hi := workers.Spread(); len(workers.Values) != 3 || lo != 2 || hi != 2 {
		t.Errorf("workers %v, want 2 three times", workers.Values)
	}
	pids, _ := report.Find("pid")
	seen := map[float64]bool{float64(os.Getpid()): true}
	for _, pid := range pids.Values {
		if seen[pid] {
			t.Errorf("process %g measured twice, or is the runner's own", pid)
		}
		seen[pid] = true
	}
	since, _ := report.Find("since_start")
	if lo, _ := since.Spread(); !(lo > 0) {
		t.Errorf("time since the start %v ms", since.Values)
	}
	if _, ok := report.Find("left_out"); ok {
		t.Error("a measure that was not reported has a value")
	}
	if len(told) != 3 || told[2] != 2 {
		t.Errorf("told of trials %v", told)
	}
}

func TestOneWorker(t *testing.T) {
	b := *fake(t, "fake-count")
	b.OneWorker = true
	r := Runner{Command: testProcess, Repeat: 1, Workers: 8}
	report, err := r.Run(t.Context(), &b)
	if err != nil {
		t.Fatal(err)
	}
	if w, _ := report.Find("workers"); w.Median() != 1 || report.Workers != 1 {
		t.Errorf("%g workers, reported as %d", w.Median(), report.Workers)
	}
}

func TestTrialsThatFail(t *testing.T) {
	for name, want := range map[string]string{
		"fake-fail":       "benchmark fake-fail: the membrane broke",
		"fake-undeclared": `does not declare the measure "height"`,
		"fake-nan":        "a of fake-nan is NaN",
		"fake-twice":      "a of fake-twice twice",
		"fake-work":       "work of fake-work twice",
		"fake-killed":     "memory may have run out",
	} {
		r := Runner{Command: testProcess, Repeat: 1, Workers: 1}
		report, err := r.Run(t.Context(), fake(t, name))
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: error %v, want one line with %q", name, err, want)
		}
		if report.Measured() || report.Refused != "" {
			t.Errorf("%s: report %+v", name, report)
		}
	}
	r := Runner{Command: func(ctx context.Context) *exec.Cmd { return exec.CommandContext(ctx, "/nonexistent/glia") }}
	if _, err := r.Run(t.Context(), fake(t, "fake-count")); err == nil || !strings.Contains(err.Error(), "cannot start") {
		t.Errorf("a program that is not there: %v", err)
	}
}

func TestRefusal(t *testing.T) {
	r := Runner{Command: testProcess, Repeat: 2, Workers: 1}
	report, err := r.Run(t.Context(), fake(t, "fake-refuse"))
	var refused *RefusedError
	if !errors.As(err, &refused) || refused.Error() != "fake-refuse: not run: it needs 7 GB" {
		t.Errorf("error %v", err)
	}
	if report.Refused != "it needs 7 GB" || report.Measured() {
		t.Errorf("report %+v", report)
	}
}

func TestInterrupt(t *testing.T) {
	began, childEnd, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer began.Close()
	defer childEnd.Close()
	ctx, cancel := context.WithCancelCause(t.Context())
	r := Runner{Repeat: 1, Workers: 1, Command: func(ctx context.Context) *exec.Cmd {
		cmd := testProcess(ctx)
		cmd.ExtraFiles = []*os.File{childEnd}
		return cmd
	}}
	stop := errors.New("the user wants to stop")
	go func() {
		_, _ = began.Read(make([]byte, 1))
		cancel(stop)
	}()
	report, err := r.Run(ctx, fake(t, "fake-wait"))
	if !errors.Is(err, stop) || report.Measured() {
		t.Errorf("error %v, want the cause; report %+v", err, report)
	}
}

func TestServeStopsWithItsRunner(t *testing.T) {
	in, runner := io.Pipe()
	done := make(chan error, 1)
	began := make(chan struct{})
	wait := &Benchmark{Name: "wait", Run: func(ctx context.Context, _ *Trial) error {
		close(began)
		<-ctx.Done()
		return context.Cause(ctx)
	}}
	go func() { done <- serve(t.Context(), []*Benchmark{wait}, in, io.Discard) }()
	if err := json.NewEncoder(runner).Encode(Order{Benchmark: "wait", Workers: 1}); err != nil {
		t.Fatal(err)
	}
	<-began
	runner.Close()
	if err := <-done; !errors.Is(err, errAbandoned) {
		t.Errorf("error %v", err)
	}
}

func TestServeWithoutAnOrder(t *testing.T) {
	for text, want := range map[string]string{"": "no order", "hello": "no order", `{"benchmark":"brunle"}`: `did you mean "brunel"`} {
		if err := Serve(t.Context(), strings.NewReader(text), io.Discard); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", text, err, want)
		}
	}
}

func TestBrunelThatDoesNotFit(t *testing.T) {
	if _, ok := peakMemory(); !ok {
		t.Skip("the system does not say how much memory a process uses")
	}
	trial := &Trial{Order: Order{Benchmark: "brunel8", Workers: 1, Quick: true}, out: json.NewEncoder(&bytes.Buffer{})}
	err := trial.roomForBrunel(t.Context(), 40000, 1<<20)
	var refused *RefusedError
	if !errors.As(err, &refused) || !strings.Contains(refused.Reason, "GB of memory, and 0.0 GB are free") {
		t.Errorf("error %v", err)
	}
}
