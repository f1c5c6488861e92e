package main

import (
	"os"
	"strings"
	"testing"
)

func TestResultsOfRunsOnOnePage(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, seed := range []string{"1", "2"} {
		if status, _, stderr := glia("run", "fake-net", "--seed", seed, "--out", "runs/"+seed, "--quiet"); status != 0 {
			t.Fatal(stderr)
		}
	}
	status, stdout, stderr := glia("results", "runs")
	if status != 0 || !strings.Contains(stdout, "    glia run fake-net\n") || !strings.Contains(stdout, "seeds 1, 2") {
		t.Errorf("exit status %d, %s\n%s", status, stderr, stdout)
	}
	if status, stdout, stderr = glia("results", "runs", "--markdown", "docs/page.md"); status != exitFailed || stdout != "" || !strings.Contains(stderr, "docs") {
		t.Errorf("a folder that does not exist: exit status %d, %s\n%s", status, stderr, stdout)
	}
	if status, _, stderr = glia("results", "runs", "--markdown", "page.md"); status != 0 {
		t.Errorf("exit status %d, %s", status, stderr)
	}
	if page, err := os.ReadFile("page.md"); err != nil || !strings.Contains(string(page), "## fake-net") {
		t.Errorf("page.md: %v\n%s", err, page)
	}
	for args, want := range map[string]int{"": exitUsage, "nowhere": exitFailed} {
		if status, _, stderr := glia(append([]string{"results"}, strings.Fields(args)...)...); status != want || !strings.HasPrefix(stderr, "glia: ") {
			t.Errorf("results %s: exit status %d, %q, want %d", args, status, stderr, want)
		}
	}
}
