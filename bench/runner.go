package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Runner runs benchmarks, each repetition in a process of its own.
type Runner struct {
	// Command makes the process that calls Serve on its standard input and output.
	Command func(ctx context.Context) *exec.Cmd
	Repeat  int    // trials of each benchmark
	Workers int    // of the networks that may use several
	Quick   bool   // the quick sizes
	Version string // of glia, for the run folder of first-spike
	Profile string // a folder for CPU profiles of the measured stretches; empty for none
	// Progress, if set, is told before each trial.
	Progress func(b *Benchmark, trial int)
}

// patience is how long a trial may take to stop once asked to.
const patience = 10 * time.Second

// Run runs one benchmark. The report holds what was measured even if an error came in between. A benchmark that
// does not fit the machine gives a *RefusedError.
func (r *Runner) Run(ctx context.Context, b *Benchmark) (Report, error) {
	report := newReport(b, r)
	for k := 0; k < max(1, r.Repeat); k++ {
		if r.Progress != nil {
			r.Progress(b, k)
		}
		values, work, err := r.trial(ctx, b, k)
		if err != nil {
			var refused *RefusedError
			if errors.As(err, &refused) {
				report.Refused = refused.Reason
			} else if ctx.Err() == nil {
				err = fmt.Errorf("benchmark %s: %w", b.Name, err)
			}
			return report, err
		}
		for m, v := range values {
			i, _ := b.measure(m)
			report.Results[i].Values = append(report.Results[i].Values, v)
		}
		if work != nil {
			report.Work = append(report.Work, *work)
		}
	}
	return report, nil
}

func (r *Runner) workers(b *Benchmark) int {
	if b.OneWorker || r.Workers < 1 {
		return 1
	}
	return r.Workers
}

// trial makes one process, gives it its order and collects what it measures.
func (r *Runner) trial(ctx context.Context, b *Benchmark, k int) (map[string]float64, *Work, error) {
	order := Order{Benchmark: b.Name, Workers: r.workers(b), Quick: r.Quick, Version: r.Version}
	if r.Profile != "" && k == 0 {
		var err error
		if order.Profile, err = filepath.Abs(filepath.Join(r.Profile, b.Name+".pprof")); err != nil {
			return nil, nil, err
		}
	}
	text, err := json.Marshal(order)
	if err != nil {
		return nil, nil, err
	}
	cmd := r.Command(ctx)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = patience
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	in, err := cmd.StdinPipe() // open as long as we live; its end tells the process that we have gone
	if err != nil {
		return nil, nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, nil, err
	}
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return nil, nil, fmt.Errorf("cannot start a process to measure in: %w", err)
	}
	_, orderErr := in.Write(append(text, '\n'))
	values, work, readErr := r.collect(out, b, start)
	in.Close()
	err = cmd.Wait()
	switch {
	case ctx.Err() != nil:
		return nil, nil, context.Cause(ctx)
	case err != nil:
		return nil, nil, processError(err, stderr.String())
	case orderErr != nil:
		return nil, nil, orderErr
	}
	return values, work, readErr
}

// collect reads the messages of a trial that was started at the given time.
func (r *Runner) collect(out io.Reader, b *Benchmark, start time.Time) (values map[string]float64, work *Work, err error) {
	values = map[string]float64{}
	for messages := json.NewDecoder(out); ; {
		var m message
		err := messages.Decode(&m)
		if err == io.EOF {
			return values, work, nil
		}
		if err != nil {
			_, _ = io.Copy(io.Discard, out)
			return nil, nil, fmt.Errorf("cannot read what was measured: %w", err)
		}
		if m.Now {
			m.Value = float64(time.Since(start).Nanoseconds()) / 1e6
		}
		if m.Refused != "" {
			return nil, nil, &RefusedError{b.Name, m.Refused}
		}
		if m.Work != nil {
			if work != nil {
				return nil, nil, fmt.Errorf("the process told the work of %s twice", b.Name)
			}
			work = m.Work
			continue
		}
		if _, ok := b.measure(m.Measure); !ok {
			return nil, nil, fmt.Errorf("the process measured %q, which is not a measure of %s", m.Measure, b.Name)
		}
		if _, twice := values[m.Measure]; twice {
			return nil, nil, fmt.Errorf("the process measured %s of %s twice", m.Measure, b.Name)
		}
		values[m.Measure] = m.Value
	}
}

// processError says why a process failed: by the last line that it wrote, if any.
func processError(err error, stderr string) error {
	if lines := strings.Split(strings.TrimSpace(stderr), "\n"); lines[len(lines)-1] != "" {
		return errors.New(strings.TrimPrefix(lines[len(lines)-1], "glia: "))
	}
	var exit *exec.ExitError
	if errors.As(err, &exit) && !exit.Exited() {
		free := "unknown"
		if bytes, ok := availableMemory(); ok {
			free = fmt.Sprintf("%.1f GB are free now", float64(bytes)/1e9)
		}
		return fmt.Errorf("its process was killed (%v); memory may have run out (%s)", exit, free)
	}
	return fmt.Errorf("its process failed: %w", err)
}
