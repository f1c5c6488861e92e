package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"testing"
)

// serveVariable makes this program the process of a trial.
const serveVariable = "GLIA_BENCH_SERVE_TRIAL"

func TestMain(m *testing.M) {
	if os.Getenv(serveVariable) == "" {
		os.Exit(m.Run())
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := serve(ctx, append(All(), fakes...), os.Stdin, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "a line before")
		fmt.Fprintln(os.Stderr, "glia:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

func testProcess(ctx context.Context) *exec.Cmd {
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(os.Environ(), serveVariable+"=1")
	return cmd
}

// fakes are benchmarks that do what real ones should not.
var fakes = []*Benchmark{
	{Name: "fake-count", Measures: []Measure{{Name: "workers", Reach: 1}, {Name: "pid"}, {Name: "since_start", Unit: "ms"}, {Name: "left_out"}},
		Run: func(_ context.Context, t *Trial) error {
			t.Report("workers", float64(t.Workers))
			t.Report("pid", float64(os.Getpid()))
			t.ReportNow("since_start")
			return nil
		}},
	{Name: "fake-fail", Run: func(context.Context, *Trial) error { return errors.New("the membrane broke") }},
	{Name: "fake-refuse", Measures: []Measure{{Name: "a"}}, Run: func(_ context.Context, t *Trial) error {
		t.Report("a", 1)
		return t.Refuse("it needs %d GB", 7)
	}},
	{Name: "fake-undeclared", Run: func(_ context.Context, t *Trial) error {
		t.Report("height", 3)
		return nil
	}},
	{Name: "fake-nan", Measures: []Measure{{Name: "a"}}, Run: func(_ context.Context, t *Trial) error {
		t.Report("a", 0/zero)
		return nil
	}},
	{Name: "fake-twice", Measures: []Measure{{Name: "a"}}, Run: func(_ context.Context, t *Trial) error {
		t.Report("a", 1)
		t.Report("a", 2)
		return nil
	}},
	{Name: "fake-work", Run: func(_ context.Context, t *Trial) error {
		t.reportWork(span{events: 1, model: 1, cpu: 1}, Work{})
		t.reportWork(span{events: 1, model: 1, cpu: 1}, Work{})
		return nil
	}},
	{Name: "fake-killed", Run: func(context.Context, *Trial) error {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	}},
	{Name: "fake-wait", Run: func(ctx context.Context, _ *Trial) error {
		if _, err := os.NewFile(3, "began").Write([]byte("b")); err != nil {
			return err
		}
		<-ctx.Done()
		return context.Cause(ctx)
	}},
}

var zero float64

func fake(t *testing.T, name string) *Benchmark {
	t.Helper()
	b, err := selectFrom(fakes, []string{name})
	if err != nil {
		t.Fatal(err)
	}
	return b[0]
}
