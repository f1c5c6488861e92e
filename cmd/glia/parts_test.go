package main

import (
	"math"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/glia-sim/glia/experiments/live"
)

func TestShellQuote(t *testing.T) {
	for in, want := range map[string]string{
		"g=4.5": "g=4.5", "": "''", "my data": "'my data'", "it's": `'it'\''s'`, "$HOME": "'$HOME'", "~/x": "'~/x'",
	} {
		if got := shellQuote(in); got != want {
			t.Errorf("shellQuote(%q) = %s, want %s", in, got, want)
		}
	}
}

func TestGrouped(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1 000", 12500000: "12 500 000", -1000: "-1 000", -999: "-999"} {
		if got := grouped(n); got != want {
			t.Errorf("grouped(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestVersionOf(t *testing.T) {
	for want, info := range map[string]*debug.BuildInfo{
		"devel":  {},
		"v0.1.0": {Main: debug.Module{Version: "v0.1.0"}},
		"devel+0123456789ab.modified": {Main: debug.Module{Version: "(devel)"}, Settings: []debug.BuildSetting{
			{Key: "vcs.revision", Value: "0123456789abcdef"}, {Key: "vcs.modified", Value: "true"},
		}},
	} {
		if got := versionOf(info); got != want {
			t.Errorf("versionOf = %q, want %q", got, want)
		}
	}
}

func TestLineReporter(t *testing.T) {
	var out strings.Builder
	now := time.Unix(0, 0)
	l := &lineReporter{w: &out, now: func() time.Time { return now }}
	l.Phase("build")
	l.Progress(1, 10) // too early for a line
	l.Phase("simulate")
	now = now.Add(10 * time.Second)
	l.Progress(25, 100) // 10 s for a quarter: 30 s left
	now = now.Add(time.Second)
	l.Progress(50, 100) // too early again
	now = now.Add(10 * time.Second)
	l.Progress(5, 0)
	l.Log("hello")
	l.Phase("")
	l.Progress(1, 2)
	want := "build\nsimulate\nsimulate: 25 %, 30.0 s left\nsimulate: 21.0 s so far\nhello\n"
	if out.String() != want {
		t.Errorf("lines\n%s\nwant\n%s", out.String(), want)
	}
}

func TestLinesGetRarer(t *testing.T) {
	var out strings.Builder
	now := time.Unix(0, 0)
	l := &lineReporter{w: &out, now: func() time.Time { return now }}
	l.Phase("simulate")
	for range 24 * 3600 {
		now = now.Add(time.Second)
		l.Progress(1, 2)
	}
	if n := strings.Count(out.String(), "\n"); n < 100 || n > 250 {
		t.Errorf("%d lines in a day", n)
	}
}

func TestBarReporterSurvivesAnyOrder(t *testing.T) {
	var out lockedBuilder
	b := newBarReporter(&out)
	b.Progress(1, 2) // before any phase
	b.Log("early")
	b.Phase("build")
	b.Progress(3, 0)
	b.Progress(5, 10)
	b.Progress(20, 10) // more than all
	b.Log("middle")
	b.Progress(math.NaN(), 10)
	b.Log("")
	b.Progress(-1, 10)
	b.Log("")
	b.Phase("simulate")
	b.Phase("")
	for _, w := range []string{"early\n", "middle\n", "build", "simulate", " ms  \n", "100 %", "  0 %"} {
		if !strings.Contains(out.String(), w) {
			t.Errorf("output lacks %q: %q", w, out.String())
		}
	}
}

// lockedBuilder takes writes from several goroutines.
type lockedBuilder struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *lockedBuilder) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuilder) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func TestBarLineFitsTheTerminal(t *testing.T) {
	s := live.Status{State: live.Running, Phase: "simulate", Done: 42, Total: 100, Simulated: 5040, PhaseWall: 6.1, Spikes: 300000, PhaseSpikes: 294084}
	b := &barReporter{}
	for width, want := range map[int]string{
		200: "simulate    ━━━━━━━━────────────   42 %  8.4 s left  6.1 s  5.0 s simulated  RTF 1.21  48 210 spikes/s",
		80:  "simulate    ━━━━━━━━────────────   42 %  8.4 s left  6.1 s  5.0 s simulated",
		45:  "simulate    ━━━━━━━━────────────   42 %",
		20:  "simulate     42 %",
		5:   "simul",
	} {
		if got := strings.TrimRight(b.line(s, width), " "); got != want {
			t.Errorf("in %d columns\n%q, want\n%q", width, got, want)
		}
	}
	s.State = live.Paused
	if got := b.line(s, 80); !strings.Contains(got, "  paused  ") {
		t.Errorf("a paused run shows %q", got)
	}
	for seconds, want := range map[float64]string{0.42: "420 ms", 6.12: "6.1 s", 59.99: "1 min 0 s", 3599.7: "1 h 0 min", 200: "3 min 20 s", 7500: "2 h 5 min"} {
		if got := span(seconds); got != want {
			t.Errorf("span(%g) = %q, want %q", seconds, got, want)
		}
	}
}
