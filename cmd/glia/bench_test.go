package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// asCommand is the environment variable that makes this program answer as glia.
const asCommand = "GLIA_TEST_AS_COMMAND"

// TestMain makes this program answer as glia when a test asks for that, or "glia bench" starts it as one of
// its processes.
func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" || slices.Equal(os.Args[1:], []string{"bench", "--" + benchServe}) {
		os.Exit(run(os.Args, os.Stdin, os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

func TestBenchCommandLines(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "roof.svg")
	if err := os.Mkdir(folder, 0o777); err != nil {
		t.Fatal(err)
	}
	for line, want := range map[string]string{
		"bench brunle":                `unknown benchmark "brunle"; did you mean "brunel"`,
		"bench zzzzzzzzzzzz":          "there are: machine,",
		"bench brunel --repeat 0":     "--repeat 0: must be a whole number from 1 to 1000",
		"bench brunel --workers 0":    "from 1 to 1024",
		"bench brunel --quikc":        "did you mean --quick",
		"bench brunel --profile= x y": `unknown benchmark "x"`,
		// Nothing is measured before these are found.
		"bench machine brunel --roofline roof.png":         "--roofline roof.png: give a file that ends in .svg",
		"bench machine brunel --roofline=":                 "--roofline '': give a file",
		"bench brunel --roofline roof.svg":                 "name the benchmark machine as well",
		"bench machine first-spike --roofline roof.svg":    "name one or more of cuba, coba",
		"bench machine brunel --roofline nowhere/roof.svg": "--roofline nowhere/roof.svg cannot be written: no such file",
		"bench machine brunel --roofline " + folder:        "is not a file; choose another",
	} {
		status, stdout, stderr := glia(strings.Fields(line)...)
		if status != 2 || stdout != "" || strings.Count(stderr, "\n") != 1 || !strings.HasPrefix(stderr, "glia: ") || !strings.Contains(stderr, want) {
			t.Errorf("%s: exit status %d, stdout %q, stderr %q, want %q", line, status, stdout, stderr, want)
		}
	}
	status, stdout, _ := glia("bench", "--help")
	if status != 0 || !strings.Contains(stdout, "bytes_per_plastic_synapse") || strings.Contains(stdout, benchServe) {
		t.Errorf("help: exit status %d\n%s", status, stdout)
	}
}

func TestBenchTable(t *testing.T) {
	status, stdout, stderr := glia("bench", "nalsm", "first-spike", "--quick", "--repeat", "2")
	if status != 0 {
		t.Fatalf("exit status %d\n%s", status, stderr)
	}
	for _, w := range []string{"cores", "benchmark", "min..max", "reach", "step_time", "us", "first_spike", "ms", "nalsm (1 worker): liquid"} {
		if !strings.Contains(stdout, w) {
			t.Errorf("table lacks %q:\n%s", w, stdout)
		}
	}
	if stderr != "nalsm, 1 of 2\nnalsm, 2 of 2\nfirst-spike, 1 of 2\nfirst-spike, 2 of 2\n" {
		t.Errorf("progress %q", stderr)
	}
}

func TestBenchRoofline(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the system does not say how much time a process has used")
	}
	path := filepath.Join(t.TempDir(), "roof.svg")
	status, stdout, stderr := glia("bench", "machine", "cuba", "--quick", "--repeat", "1", "--roofline", path)
	if status != 0 || !strings.Contains(stdout, "\nroofline ") || !strings.Contains(stdout, "62 KiB (") {
		t.Errorf("exit status %d\n%s%s", status, stdout, stderr)
	}
	figure, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(figure), "cuba") || !strings.Contains(string(figure), "scatter_dram") {
		t.Errorf("figure of %d bytes (%v)", len(figure), err)
	}
}

func TestBenchJSON(t *testing.T) {
	status, stdout, stderr := glia("bench", "cuba", "--json", "--quick", "--repeat", "1")
	if status != 0 {
		t.Fatalf("exit status %d\n%s", status, stderr)
	}
	var entries []struct {
		Benchmark, Measure, Unit string
		Value, Reach             *float64
		OK                       *bool
	}
	if err := json.Unmarshal([]byte(stdout), &entries); err != nil {
		t.Fatalf("%v\n%s", err, stdout)
	}
	if e := entries[0]; e.Benchmark != "cuba" || e.Measure != "core_time" || e.Unit != "core s/model s" || e.Value == nil || !(*e.Value > 0) || e.OK != nil {
		t.Errorf("first entry %+v", e)
	}
}
