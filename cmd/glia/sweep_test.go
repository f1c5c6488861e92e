package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestSweepCommandLines(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("file", nil, 0o666); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ line, want string }{
		{"", "which experiment"},
		{"fake-net", "--vary name=from:to:count"},
		{"fake-nte --vary g=1:2:3", `did you mean "fake-net"`},
		{"fake-net --vary h=1:2:3", "it has: g, duration, behave"},
		{"fake-net --vary durration=1:2:3", `did you mean "duration"`},
		{"fake-net --vary g=1:21:3", "21 is out of range"},
		{"fake-net --vary g=0:2:3log", "above 0"},
		{"fake-net --vary g=1:2:0", "count 0"},
		{"fake-net --vary g=1:2:3 --vary g=4,5", "stands twice"},
		{"fake-net --vary g=1:2:3 --set g=4", "both varied and set"},
		{"fake-net --vary g=1:2:3 --metric rat", `did you mean "rate"`},
		{"fake-net --vary g=1:2:3 --replicas 0", "--replicas 0"},
		{"fake-net --vary g=1:2:300 --replicas 1000", "more than 100000 points"},
		{"fake-net --vary g=1:2:3 --out .", "holds no sweep"},
		{"fake-plain --vary g=1", "has no parameters"},
		{"fake-net --vary g=1:3 --search random", "belong together"},
		{"fake-net --vary g=1:3 --search climbing --budget 5", "must be random or halving"},
		{"fake-net --vary g=1:3 --search random --budget 5 --metric rate", "is not measured on validation data; search by loss"},
		{"fake-net --vary g=1:3 --search random --budget 1", "two candidates need 2"},
		{"fake-net --vary g=1:3 --search halving --budget 9", "at least 3"},
		{"fake-net --vary g=1:3", "how many values"},
	} {
		status, _, stderr := glia(append([]string{"sweep"}, strings.Fields(test.line)...)...)
		if status != exitUsage || !strings.Contains(stderr, test.want) {
			t.Errorf("sweep %s: status %d, want 2 and %q\n%s", test.line, status, test.want, stderr)
		}
	}
	if _, err := os.Stat("sweeps"); err == nil {
		t.Error("a refused command line left a folder")
	}
}

func TestSweepWritesTableAndFigure(t *testing.T) {
	t.Chdir(t.TempDir())
	args := []string{"sweep", "fake-net", "--vary", "g=4:5:2", "--replicas", "2", "--metric", "rate", "--set", "duration=2ms"}
	status, stdout, stderr := glia(args...)
	if status != exitOK || !strings.Contains(stderr, "/4  g=5 seed 2: rate 100 Hz") {
		t.Fatalf("status %d\n%s", status, stderr)
	}
	dir, err := filepath.Glob("sweeps/fake-net-g-*")
	if err != nil || len(dir) != 1 || !strings.Contains(stdout, dir[0]) {
		t.Fatalf("folders %v in\n%s", dir, stdout)
	}
	table, err := os.ReadFile(filepath.Join(dir[0], "table.csv"))
	if want := "g,seed,rate,cv_isi,loss\n4,1,100,NaN,3\n4,2,100,NaN,3\n5,1,100,NaN,3\n5,2,100,NaN,3\n"; err != nil || string(table) != want {
		t.Errorf("table %q, want %q (%v)", table, want, err)
	}
	if figure, err := os.ReadFile(filepath.Join(dir[0], "rate.svg")); err != nil || !strings.Contains(string(figure), "published") {
		t.Errorf("no figure with the published value: %v", err)
	}
	// The same settings lead to the same folder, where nothing is left to do.
	status, _, stderr = glia(args...)
	if status != exitOK || !strings.Contains(stderr, "4 of 4 points done before") || strings.Contains(stderr, "seed") {
		t.Errorf("again: status %d\n%s", status, stderr)
	}
	status, stdout, _ = glia(append(args, "--quiet")...)
	if status != exitOK || stdout != dir[0]+"\n" {
		t.Errorf("quiet: status %d, %q", status, stdout)
	}
}

func TestSweepStoppedBySignalSaysHowToContinue(t *testing.T) {
	t.Chdir(t.TempDir())
	go func() {
		<-fakeStarted
		if err := syscall.Kill(os.Getpid(), syscall.SIGINT); err != nil {
			t.Error(err)
		}
	}()
	status, _, stderr := glia("sweep", "fake-net", "--vary", "behave=well,wait", "--workers", "1", "--out", "here")
	if status != 130 || !strings.Contains(stderr, "1 of 2 points are kept in here; the same command runs the others") {
		t.Errorf("status %d\n%s", status, stderr)
	}
	status, _, stderr = glia("sweep", "fake-net", "--vary", "behave=well,fail,panic", "--workers", "2", "--out", "here")
	if status != exitFailed || !strings.Contains(stderr, "2 of 3 points failed, the first at behave=fail seed 1: neuron 3 of E is NaN") {
		t.Errorf("status %d\n%s", status, stderr)
	}
}

func TestSearchShowsTheBest(t *testing.T) {
	t.Chdir(t.TempDir())
	args := []string{"sweep", "fake-net", "--vary", "g=1:3", "--vary", "behave=well,fail", "--search", "halving", "--budget", "30", "--replicas", "3", "--set", "duration=2ms"}
	status, stdout, stderr := glia(args...)
	if status != exitOK {
		t.Fatalf("status %d\n%s", status, stderr)
	}
	for _, want := range []string{"failed)", "table.csv", "glia run fake-net --seed 1 --set g=", "behave=well", "loss-g.svg"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("lacks %q:\n%s", want, stdout)
		}
	}
	again, _ := filepath.Glob("sweeps/fake-net-g-behave-halving-*/table.csv")
	if len(again) != 1 {
		t.Fatalf("tables %v", again)
	}
	if status, second, _ := glia(args...); status != exitOK || second != stdout {
		t.Errorf("again: status %d\n%s\nfirst\n%s", status, second, stdout)
	}
}
