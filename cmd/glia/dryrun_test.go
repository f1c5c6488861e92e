package main

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/glia-sim/glia/experiments"
)

// A dry run of each experiment says how large it is and how long it takes, or why nobody knows, and writes nothing.
func TestDryRunOfEveryExperiment(t *testing.T) {
	t.Chdir(t.TempDir())
	known := map[string]bool{"astrocyte": true, "chaos": true, "esn-benchmarks": true, "force": true, "spoken-digits": true, "nalsm": true, "brunel": true}
	for _, e := range experiments.All() {
		if e.NeedsData || strings.HasPrefix(e.Name, "fake") || e.Name == "doctor" {
			continue
		}
		status, stdout, stderr := glia("run", e.Name, "--dry-run", "--workers", "2")
		switch {
		case status != exitOK:
			t.Errorf("%s: exit status %d: %s", e.Name, status, stderr)
		case strings.Contains(stdout, "works stage by stage"):
			if known[e.Name] || !strings.Contains(stdout, "'glia run "+e.Name+" --max-wall 1m'") {
				t.Errorf("%s: %s", e.Name, stdout)
			}
		default:
			for _, want := range []string{`(?m)^memory +(about )?[0-9.]+ [kMG]B`, `(?m)^time .* a guess.* within a factor of three`, `(?m)^(neurons +[0-9]|.* of [0-9 ]+ units, [0-9 ]+ steps each)`} {
				if !regexp.MustCompile(want).MatchString(stdout) {
					t.Errorf("%s: no %s in\n%s", e.Name, want, stdout)
				}
			}
		}
	}
	if entries, err := os.ReadDir("."); err != nil || len(entries) > 0 {
		t.Errorf("a dry run left %v, %v", entries, err)
	}
}
