package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/experiments/live"
)

// syncWriter takes one Write at a time: progress and the answer to a signal
// come from different goroutines.
type syncWriter struct {
	mu sync.Mutex
	w  io.Writer
}

func (s *syncWriter) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.w.Write(b)
}

// statusTeller is a reporter that shows more when it can ask how far the run is.
type statusTeller interface{ tellFrom(func() live.Status) }

// newReporter returns a bar for a terminal and lines for everything else.
func newReporter(w io.Writer) experiments.Reporter {
	if isTerminal(w) && os.Getenv("TERM") != "dumb" {
		return &barReporter{w: w}
	}
	return &lineReporter{w: w, now: time.Now}
}

// barReporter draws a progress bar with the time left, and leaves one line for
// each phase that is over.
type barReporter struct {
	w     io.Writer
	phase string
	start time.Time
	bar   *progressbar.ProgressBar
	steps int // of the bar; -1 when the end is not known
}

// barSteps is the resolution of the bar. It counts whole steps, progress comes
// in any unit.
const barSteps = 1000

func (b *barReporter) Phase(name string) {
	b.clear()
	if b.phase != "" {
		fmt.Fprintf(b.w, "%-16s %8.1f s\n", b.phase, time.Since(b.start).Seconds())
	}
	b.phase, b.start = name, time.Now()
	if name != "" {
		b.draw(-1)
	}
}

func (b *barReporter) Progress(done, total float64) {
	if b.phase == "" {
		return
	}
	if total <= 0 {
		if b.steps != -1 {
			b.draw(-1)
		}
		_ = b.bar.Add(1) // only moves the spinner; a bar that cannot be drawn is no reason to stop
		return
	}
	if b.steps != barSteps {
		b.draw(barSteps)
	}
	// The last step would end the bar; the phase ends when the next begins.
	_ = b.bar.Set(min(int(barSteps*done/total), barSteps-1))
}

func (b *barReporter) Log(line string) {
	if b.bar != nil {
		_ = b.bar.Clear()
	}
	fmt.Fprintln(b.w, line)
	if b.bar != nil {
		_ = b.bar.RenderBlank()
	}
}

func (b *barReporter) draw(steps int) {
	b.clear()
	b.steps = steps
	b.bar = progressbar.NewOptions(steps,
		progressbar.OptionSetWriter(b.w),
		progressbar.OptionSetDescription(fmt.Sprintf("%-16s", b.phase)),
		progressbar.OptionSetWidth(30),
		progressbar.OptionSetElapsedTime(true),
		progressbar.OptionSetPredictTime(true),
		progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionSetSpinnerChangeInterval(0),
		progressbar.OptionClearOnFinish(),
	)
	_ = b.bar.RenderBlank()
}

func (b *barReporter) clear() {
	if b.bar != nil {
		_ = b.bar.Clear()
		b.bar = nil
	}
}

// lineReporter writes plain lines, for logs: one when a phase begins and, in
// long phases, one every few seconds.
type lineReporter struct {
	w     io.Writer
	now   func() time.Time
	phase string
	start time.Time // of the phase
	last  time.Time // line of the phase
}

const lineInterval = 5 * time.Second

func (l *lineReporter) Phase(name string) {
	l.phase, l.start = name, l.now()
	l.last = l.start
	if name != "" {
		fmt.Fprintln(l.w, name)
	}
}

func (l *lineReporter) Progress(done, total float64) {
	now := l.now()
	if l.phase == "" || now.Sub(l.last) < lineInterval {
		return
	}
	l.last = now
	if total <= 0 || done <= 0 {
		fmt.Fprintf(l.w, "%s: %s so far\n", l.phase, now.Sub(l.start).Round(time.Second))
		return
	}
	done = min(done, total)
	left := time.Duration(float64(now.Sub(l.start)) * (total - done) / done)
	fmt.Fprintf(l.w, "%s: %.0f %%, %s left\n", l.phase, 100*done/total, left.Round(time.Second))
}

func (l *lineReporter) Log(line string) { fmt.Fprintln(l.w, line) }
