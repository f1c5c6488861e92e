package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// fakeRuns writes two run folders and one beside them that is no run.
func fakeRuns(t *testing.T) {
	t.Helper()
	t.Chdir(t.TempDir())
	for _, line := range []string{"run fake-net --seed 1 --out a -q", "run fake-net --seed 2 --set g=4 --out b -q"} {
		if status, _, stderr := glia(strings.Fields(line)...); status != 0 {
			t.Fatalf("%s: %s", line, stderr)
		}
	}
	if err := os.Mkdir("other", 0o777); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path ...string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func write(t *testing.T, text string, path ...string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(path...), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func TestReportRebuildsThePageOfTheRun(t *testing.T) {
	fakeRuns(t)
	before := read(t, "b", "report.html")
	if err := os.Remove("b/report.html"); err != nil {
		t.Fatal(err)
	}
	status, stdout, stderr := glia("report", "b")
	if status != 0 || strings.TrimSpace(stdout) != filepath.Join("b", "report.html") {
		t.Fatalf("status %d, stdout %q, stderr %q", status, stdout, stderr)
	}
	if after := read(t, "b", "report.html"); after != before {
		t.Error("the page built from the folder differs from that of the run")
	}
	for _, want := range []string{"A fake network", "It simulates nothing.", "Nobody 2000", "glia run fake-net --seed 2 --set g=4", "changed", "Published values met: the only one"} {
		if !strings.Contains(before, want) {
			t.Errorf("no %q in the page", want)
		}
	}
}

func TestReportCompares(t *testing.T) {
	fakeRuns(t)
	status, stdout, stderr := glia("report", "a", "b")
	if status != 0 || stdout != "comparison.html\n" {
		t.Fatalf("status %d, stdout %q, stderr %q", status, stdout, stderr)
	}
	page := read(t, "comparison.html")
	for _, want := range []string{"A fake network: 2 runs compared", "1 of 3 differ between the runs", `download="a-raster.svg"`, "✗ 1 of 2", "✓ 1 of 1"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in the page", want)
		}
	}
	if status, _, stderr := glia("report", "a", "b"); status != 0 {
		t.Errorf("a page of glia cannot be replaced: %s", stderr)
	}
}

func TestReportRefusesWhatIsNoRun(t *testing.T) {
	fakeRuns(t)
	write(t, "dear diary", "notes.txt")
	damaged := read(t, "a", "manifest.json")
	for name, text := range map[string]string{"cut": damaged[:len(damaged)/2], "future": strings.Replace(damaged, `"format": 1`, `"format": 99`, 1), "empty": "", "foreign": `{"name": "x"}`} {
		if err := os.Mkdir(name, 0o777); err != nil {
			t.Fatal(err)
		}
		write(t, text, name, "manifest.json")
	}
	for _, test := range []struct {
		line   string
		status int
		want   string
	}{
		{"report", 2, "which run folder"},
		{"report nowhere", 2, "there is no folder nowhere"},
		{"report other", 2, "holds no run of glia"},
		{"report notes.txt", 2, "is a file; give the run folder"},
		{"report a a", 2, "given twice"},
		{"report a ./a/", 2, "given twice"},
		{"report a nowhere", 2, "there is no folder nowhere"},
		{"report cut", 1, "cannot read the run in cut"},
		{"report empty", 1, "cannot read the run in empty"},
		{"report future", 1, "format 99, this glia reads 1"},
		{"report foreign", 1, "format 0, this glia reads 1"},
		{"report a b --out notes.txt", 2, "is no page of glia"},
		{"report a --out other", 2, "is not a file"},
		{"report a --out=", 2, "--out is empty"},
		{"report a --out nowhere/x.html", 1, "nowhere"},
		{"run fake-net --figure-size huge", 2, "none of single, screen, double"},
	} {
		status, _, stderr := glia(strings.Fields(test.line)...)
		if status != test.status || !strings.Contains(stderr, test.want) || strings.Count(stderr, "\n") != 1 {
			t.Errorf("%s: status %d, want %d; stderr %q, want one line with %q", test.line, status, test.status, stderr, test.want)
		}
	}
	if got := read(t, "notes.txt"); got != "dear diary" {
		t.Errorf("a file of the user became %.40q", got)
	}
	if status, _, stderr := glia("report", "a", "b", "--out", "notes.txt", "--force"); status != 0 {
		t.Errorf("--force: %s", stderr)
	}
}

func TestReportLeavesOutDamagedFigures(t *testing.T) {
	fakeRuns(t)
	for name, damage := range map[string]string{"cut": "<svg><g>", "script": "<svg><script>x()</script></svg>"} {
		write(t, damage, "a", "raster.svg")
		status, _, stderr := glia("report", "a")
		if status != 1 || !strings.Contains(stderr, "raster.svg") || !strings.Contains(stderr, "written, but") {
			t.Errorf("%s: status %d, stderr %q", name, status, stderr)
		}
		page := read(t, "a", "report.html")
		if !strings.Contains(page, `class="notice"`) || !strings.Contains(page, "A fake network") || strings.Contains(page, "x()") {
			t.Errorf("%s: the page lacks its notice or its content, or took over the figure", name)
		}
	}
	// A list of files is content: it does not lead out of the folder.
	write(t, strings.Replace(read(t, "a", "manifest.json"), `"file": "raster.svg"`, `"file": "../b/raster.svg"`, 1), "a", "manifest.json")
	if status, _, stderr := glia("report", "a"); status != 1 || !strings.Contains(stderr, "not in the folder") {
		t.Errorf("status %d, stderr %q", status, stderr)
	}
}

func TestReportOfAnUnknownExperiment(t *testing.T) {
	fakeRuns(t)
	write(t, strings.Replace(read(t, "a", "manifest.json"), `"experiment": "fake-net"`, `"experiment": "later-net"`, 1), "a", "manifest.json")
	if status, _, stderr := glia("report", "a"); status != 0 {
		t.Fatal(stderr)
	}
	page := read(t, "a", "report.html")
	for _, want := range []string{"does not know the experiment", "<h1>later-net</h1>", "duration", "100\u00a0Hz"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in the page", want)
		}
	}
}

func TestFigureSize(t *testing.T) {
	t.Chdir(t.TempDir())
	if status, _, stderr := glia(strings.Fields("run izhikevich2003 --set neurons=50 --set duration=200 --set warmup=0 --figure-size single --out small -q")...); status != 0 {
		t.Fatal(stderr)
	}
	for _, figure := range []string{"raster", "spectrum", "intervals"} {
		if s := read(t, "small", figure+".svg"); !strings.Contains(s, `width="85.0mm"`) {
			t.Errorf("%s: %.160s", figure, s)
		}
	}
}
