package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"time"
)

// Order says which trial to make. Runner writes it to the process that makes it.
type Order struct {
	Benchmark string `json:"benchmark"`
	Workers   int    `json:"workers"`
	Quick     bool   `json:"quick"`
	Version   string `json:"version"` // of glia
	// Profile is a file to write a CPU profile of the measured stretch to; empty for none.
	Profile string `json:"profile,omitempty"`
}

// Trial is one measurement of one benchmark, as its Run function sees it.
type Trial struct {
	Order
	benchmark *Benchmark
	out       *json.Encoder
	err       error // of the first line that could not be written
}

// message is a line from a trial to its runner.
type message struct {
	Measure string  `json:"measure,omitempty"`
	Value   float64 `json:"value,omitempty"`
	Now     bool    `json:"now,omitempty"`     // the value is the time [ms] since the process was started
	Refused string  `json:"refused,omitempty"` // why the trial cannot be made here
	Work    *Work   `json:"work,omitempty"`    // what was done in the time measured
}

// Report gives the value of a measure of the benchmark. A measure given twice, or one that the benchmark does not
// declare, is an error of the trial.
func (t *Trial) Report(measure string, value float64) {
	switch {
	case t.err != nil:
	case math.IsNaN(value) || math.IsInf(value, 0):
		t.err = fmt.Errorf("%s of %s is %g: want a finite number", measure, t.Benchmark, value)
	default:
		t.send(message{Measure: measure, Value: value})
	}
}

// ReportNow gives as the value of a measure the time since the runner started this process [ms].
func (t *Trial) ReportNow(measure string) { t.send(message{Measure: measure, Now: true}) }

func (t *Trial) send(m message) {
	if t.err != nil {
		return
	}
	if m.Measure != "" {
		if _, ok := t.benchmark.measure(m.Measure); !ok {
			t.err = fmt.Errorf("benchmark %s does not declare the measure %q", t.Benchmark, m.Measure)
			return
		}
	}
	t.err = t.out.Encode(m)
}

// RefusedError says that a benchmark cannot be run on this machine as it is.
type RefusedError struct {
	Benchmark, Reason string
}

func (e *RefusedError) Error() string { return e.Benchmark + ": not run: " + e.Reason }

// Refuse makes the error that Run returns where the machine is too small.
func (t *Trial) Refuse(format string, args ...any) error {
	return &RefusedError{t.Benchmark, fmt.Sprintf(format, args...)}
}

var errAbandoned = errors.New("the process that asked for the benchmark has gone")

// Serve makes the trial that the first line of in orders and writes what it measures to out, for the
// Runner that started this process. It stops when the context ends and when in does: then the runner is gone,
// and a trial that does not stop within ten seconds takes the process with it.
func Serve(ctx context.Context, in io.Reader, out io.Writer) error { return serve(ctx, All(), in, out) }

func serve(ctx context.Context, all []*Benchmark, in io.Reader, out io.Writer) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	t := &Trial{out: json.NewEncoder(out)}
	orders := json.NewDecoder(in)
	if err := orders.Decode(&t.Order); err != nil {
		return fmt.Errorf("no order for a benchmark on standard input: %w", err)
	}
	chosen, err := selectFrom(all, []string{t.Benchmark})
	if err != nil {
		return err
	}
	t.benchmark = chosen[0]
	done := make(chan struct{})
	defer close(done)
	go func() {
		_, _ = io.Copy(io.Discard, in) // the runner writes no more, but keeps it open
		cancel(errAbandoned)
		select { // nobody else would end a trial that takes too long to notice
		case <-done:
		case <-time.After(patience):
			os.Exit(1)
		}
	}()
	err = t.benchmark.Run(ctx, t)
	var refused *RefusedError
	if errors.As(err, &refused) {
		t.send(message{Refused: refused.Reason})
		return t.err
	}
	if err == nil {
		err = t.err
	}
	return err
}
