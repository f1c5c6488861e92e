package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/glia-sim/glia/experiments/dataset"
)

func TestDoctor(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, name := range []string{"data/digits", "data/empty", "data/half"} {
		if err := os.MkdirAll(name, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := dataset.WriteGenerated("data/digits", 1, 20, 10, 1); err != nil {
		t.Fatal(err)
	}
	found, err := os.ReadDir("data/digits")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found[:2] {
		text, err := os.ReadFile(filepath.Join("data/digits", f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join("data/half", f.Name()), text, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	status, stdout, stderr := glia("doctor")
	if status != 0 {
		t.Fatalf("exit status %d: %s", status, stderr)
	}
	for _, w := range []string{"processor", "kernels", "gives the same", "runs/ can be written to", "data/digits: ", "20 + 10 images", "data/half: not complete"} {
		if !strings.Contains(stdout, w) {
			t.Errorf("lacks %q:\n%s", w, stdout)
		}
	}
	if strings.Contains(stdout, "data/empty") || strings.Contains(stdout, "\x1b") {
		t.Errorf("an empty folder, or colours without a terminal:\n%s", stdout)
	}
	if entries, err := os.ReadDir("."); err != nil || len(entries) != 1 {
		t.Errorf("doctor left something behind: %v %v", entries, err)
	}
}

func TestDoctorFindsWhatIsBroken(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("runs", nil, 0o666); err != nil {
		t.Fatal(err)
	}
	status, stdout, stderr := glia("doctor", "--json", "--data", "nowhere")
	var d diagnosis
	if err := json.Unmarshal([]byte(stdout), &d); err != nil {
		t.Fatal(err)
	}
	if status != exitFailed || d.OK || len(d.problems()) != 2 || d.Machine.Cores < 1 || d.DataSets == nil {
		t.Errorf("exit status %d, %+v", status, d)
	}
	for _, w := range []string{"runs is a file", "--out", "nowhere"} {
		if !strings.Contains(stderr, w) {
			t.Errorf("the error lacks %q: %s", w, stderr)
		}
	}
}

func TestNoColor(t *testing.T) {
	t.Setenv("NO_COLOR", "") // put back afterwards
	if got := withoutColour([]string{"glia", "--no-color", "run", "--", "--no-color"}); strings.Join(got, " ") != "glia run -- --no-color" || os.Getenv("NO_COLOR") != "1" {
		t.Errorf("left %q, NO_COLOR is %q", got, os.Getenv("NO_COLOR"))
	}
}
