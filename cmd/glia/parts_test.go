package main

import (
	"math"
	"runtime/debug"
	"strings"
	"testing"
	"time"
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
	want := "build\nsimulate\nsimulate: 25 %, 30s left\nsimulate: 21s so far\nhello\n"
	if out.String() != want {
		t.Errorf("lines\n%s\nwant\n%s", out.String(), want)
	}
}

func TestBarReporterSurvivesAnyOrder(t *testing.T) {
	var out strings.Builder
	b := &barReporter{w: &out}
	b.Progress(1, 2) // before any phase
	b.Log("early")
	b.Phase("build")
	b.Progress(3, 0)
	b.Progress(5, 10)
	b.Progress(20, 10) // more than all
	b.Progress(math.NaN(), 10)
	b.Progress(-1, 10)
	b.Log("middle")
	b.Phase("simulate")
	b.Phase("")
	for _, w := range []string{"early\n", "middle\n", "build", "simulate", " s\n"} {
		if !strings.Contains(out.String(), w) {
			t.Errorf("output lacks %q: %q", w, out.String())
		}
	}
}
