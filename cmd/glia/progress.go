package main

import (
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

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
	if clearLine(w) != "" {
		return newBarReporter(w)
	}
	return &lineReporter{w: w, now: time.Now}
}

// clearLine is what empties the line of the cursor, nothing where that cannot be done.
func clearLine(w io.Writer) string {
	if isTerminal(w) && os.Getenv("TERM") != "dumb" {
		return "\r\x1b[K"
	}
	return ""
}

// barReporter keeps one line up to date on a terminal, and leaves one line for each phase that is over.
type barReporter struct {
	w     io.Writer
	width func() int // columns of the terminal
	paint paint
	now   func() time.Time

	mu     sync.Mutex
	status func() live.Status // of the run; nil: what the reporter itself is told
	own    live.Status
	start  time.Time // of the phase
	drawn  bool      // there is a line to be cleared
	turn   int       // of what shows that something goes on
	quit   chan struct{}
}

const drawInterval = 200 * time.Millisecond

func newBarReporter(w io.Writer) *barReporter {
	return &barReporter{w: w, width: func() int { return widthOf(w) }, paint: paintFor(w), now: time.Now}
}

func (b *barReporter) tellFrom(status func() live.Status) { b.status = status }

func (b *barReporter) Phase(name string) {
	if b.quit != nil {
		close(b.quit) // before the lock: a line that is being drawn is cleared below
		b.quit = nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.clear()
	if b.own.Phase != "" {
		s := b.current()
		fmt.Fprintf(b.w, "%-16s %10s  %s\n", b.own.Phase, span(s.PhaseWall), b.paint.faint(strings.Join(simulated(s), ", ")))
	}
	b.own, b.start = live.Status{Phase: name}, b.now()
	if name == "" {
		return
	}
	b.draw()
	quit := make(chan struct{})
	b.quit = quit
	go b.keepUpToDate(quit)
}

// keepUpToDate draws the line anew until the phase ends, also when there is no news.
func (b *barReporter) keepUpToDate(quit <-chan struct{}) {
	ticks := time.NewTicker(drawInterval)
	defer ticks.Stop()
	for {
		select {
		case <-ticks.C:
			b.mu.Lock()
			select {
			case <-quit: // the line belongs to another phase now
			default:
				b.draw()
			}
			b.mu.Unlock()
		case <-quit:
			return
		}
	}
}

func (b *barReporter) Progress(done, total float64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.own.Done, b.own.Total = done, total
}

func (b *barReporter) Log(line string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.clear()
	fmt.Fprintln(b.w, line)
	if b.own.Phase != "" {
		b.draw()
	}
}

// current is how far the run is, or at least the phase.
func (b *barReporter) current() live.Status {
	if b.status != nil {
		if s := b.status(); s.Phase == b.own.Phase {
			return s
		}
	}
	s := b.own
	s.PhaseWall = b.now().Sub(b.start).Seconds()
	return s
}

func (b *barReporter) draw() {
	b.turn++
	fmt.Fprintf(b.w, "\r\x1b[K%s", b.line(b.current(), b.width()-1))
	b.drawn = true
}

func (b *barReporter) clear() {
	if b.drawn {
		fmt.Fprint(b.w, "\r\x1b[K")
		b.drawn = false
	}
}

// line writes the status in at most width columns: what does not fit is left out, the least important first.
func (b *barReporter) line(s live.Status, width int) string {
	const bar = 20
	name := fmt.Sprintf("%-10s", s.Phase)
	text, columns := b.paint.strong(name), utf8.RuneCountInString(name)
	if columns > width {
		return string([]rune(name)[:max(0, width)])
	}
	add := func(plain, painted string) bool {
		n := utf8.RuneCountInString(plain) + 2
		if columns+n > width {
			return false
		}
		columns += n
		text += "  " + painted
		return true
	}
	if s.Total > 0 {
		part := max(0, min(1, s.Done/s.Total))
		if part != part { // not a number
			part = 0
		}
		full := int(part * bar)
		add(strings.Repeat("━", bar), b.paint.good(strings.Repeat("━", full))+b.paint.faint(strings.Repeat("─", bar-full)))
		percent := fmt.Sprintf("%3.0f %%", math.Floor(100*part))
		add(percent, percent)
	} else {
		round := []string{"◐", "◓", "◑", "◒"}[b.turn%4]
		add(round, b.paint.good(round))
	}
	var facts []string
	if s.State == live.Paused || s.State == live.Pausing || s.State == live.Stopping {
		facts = append(facts, string(s.State))
	}
	if left, ok := s.Left(); ok {
		facts = append(facts, span(left)+" left")
	}
	facts = append(facts, span(s.PhaseWall))
	for _, f := range append(facts, simulated(s)...) {
		if !add(f, f) {
			break
		}
	}
	return text
}

// simulated tells what was simulated in a phase, and how fast.
func simulated(s live.Status) (facts []string) {
	if s.Simulated > 0 {
		facts = append(facts, span(s.Simulated/1000)+" simulated", fmt.Sprintf("RTF %.3g", s.RealTimeFactor()))
	}
	if s.PhaseSpikes > 0 && s.PhaseWall > 0 {
		facts = append(facts, grouped(int64(s.SpikeRate()))+" spikes/s")
	}
	return facts
}

// span writes a time in seconds: 420 ms, 6.1 s, 3 min 20 s, 2 h 5 min.
func span(seconds float64) string {
	whole := int(math.Round(seconds))
	switch {
	case seconds < 0.9995:
		return fmt.Sprintf("%.0f ms", 1000*seconds)
	case seconds < 59.95:
		return fmt.Sprintf("%.1f s", seconds)
	case whole < 3600:
		return fmt.Sprintf("%d min %d s", whole/60, whole%60)
	}
	return fmt.Sprintf("%d h %d min", whole/3600, whole/60%60)
}

// lineReporter writes plain lines, for logs: one when a phase begins and, in long phases, one every few
// seconds, then ever more rarely.
type lineReporter struct {
	w      io.Writer
	now    func() time.Time
	status func() live.Status // of the run; nil: what the reporter itself is told
	own    live.Status
	start  time.Time // of the phase
	last   time.Time // line of the phase
}

// A phase of a minute has about ten lines, one of a day about a hundred.
const (
	lineInterval = 5 * time.Second
	lineShare    = 20 // of the time the phase has taken
	lineRarest   = 15 * time.Minute
)

func (l *lineReporter) tellFrom(status func() live.Status) { l.status = status }

func (l *lineReporter) Phase(name string) {
	l.own, l.start = live.Status{Phase: name}, l.now()
	l.last = l.start
	if name != "" {
		fmt.Fprintln(l.w, name)
	}
}

func (l *lineReporter) Progress(done, total float64) {
	now := l.now()
	l.own.Done, l.own.Total = done, total
	elapsed := now.Sub(l.start)
	if l.own.Phase == "" || now.Sub(l.last) < min(lineRarest, max(lineInterval, elapsed/lineShare)) {
		return
	}
	l.last = now
	s := l.own
	s.PhaseWall = elapsed.Seconds()
	if l.status != nil {
		if of := l.status(); of.Phase == s.Phase {
			s = of
		}
	}
	facts := []string{span(s.PhaseWall) + " so far"}
	if left, ok := s.Left(); ok {
		facts = []string{fmt.Sprintf("%.0f %%", 100*min(1, s.Done/s.Total)), span(left) + " left"}
	}
	fmt.Fprintf(l.w, "%s: %s\n", s.Phase, strings.Join(append(facts, simulated(s)...), ", "))
}

func (l *lineReporter) Log(line string) { fmt.Fprintln(l.w, line) }
