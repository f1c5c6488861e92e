package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/glia-sim/glia/experiments/validation"
)

// fakeComparisons replaces what is validated for the length of a test.
func fakeComparisons(t *testing.T, list ...validation.Comparison) {
	t.Helper()
	old := comparisons
	comparisons = func() []validation.Comparison { return list }
	t.Cleanup(func() { comparisons = old })
}

func fakeComparison(name string, err float64) validation.Comparison {
	return validation.Comparison{Name: name, Group: validation.Neurons, Source: "Nobody 2000", Run: func(context.Context) ([]validation.Row, error) {
		return []validation.Row{{Quantity: "V", Unit: "mV", Ours: -65 + err, Reference: -65, Error: err, Bound: 0.5}}, nil
	}}
}

func TestValidateWritesTableAndReport(t *testing.T) {
	t.Chdir(t.TempDir())
	fakeComparisons(t, fakeComparison("a/good", 0.25), fakeComparison("b/good", 0))
	status, stdout, stderr := glia("validate", "--out", "here", "--markdown", "page.md")
	if status != 0 {
		t.Fatalf("exit status %d\n%s", status, stderr)
	}
	for _, w := range []string{"a/good", "-64.75 mV", "-65 mV", "0.25 mV", "0.5 mV", "Nobody 2000", "2 of 2 rows ok", "report  " + filepath.Join("here", "report.html")} {
		if !strings.Contains(stdout, w) {
			t.Errorf("output lacks %q:\n%s", w, stdout)
		}
	}
	for file, want := range map[string]string{"here/report.html": "a/good: V", "here/validation.json": `"subject": "b/good"`, "page.md": "| a/good | V | -64.75 mV | -65 mV |"} {
		text, err := os.ReadFile(filepath.FromSlash(file))
		if err != nil || !bytes.Contains(text, []byte(want)) {
			t.Errorf("%s lacks %q: %v", file, want, err)
		}
	}
}

func TestValidateFailsOnARowThatIsNotOK(t *testing.T) {
	t.Chdir(t.TempDir())
	fakeComparisons(t, fakeComparison("a/good", 0), fakeComparison("b/bad", 0.75))
	status, stdout, stderr := glia("validate")
	if status != exitFailed || !strings.Contains(stderr, "1 of 2 rows are not ok") {
		t.Errorf("exit status %d, %q", status, stderr)
	}
	if !strings.Contains(stdout, "NOT OK") {
		t.Errorf("the table does not mark the row:\n%s", stdout)
	}
	if reports, _ := filepath.Glob("runs/validate-*/report.html"); len(reports) != 1 {
		t.Errorf("reports %v", reports)
	}
	status, stdout, _ = glia("validate", "--json", "--out", "here")
	var table struct {
		OK   bool
		Rows []struct {
			OK    bool
			Error float64
		}
	}
	if err := json.Unmarshal([]byte(stdout), &table); err != nil || status != exitFailed {
		t.Fatalf("exit status %d, %v:\n%s", status, err, stdout)
	}
	if table.OK || len(table.Rows) != 2 || !table.Rows[0].OK || table.Rows[1].OK || table.Rows[1].Error != 0.75 {
		t.Errorf("JSON %+v", table)
	}
	if status, _, _ := glia("validate", "a", "--out", "here"); status != 0 {
		t.Errorf("exit status %d for the good one alone", status)
	}
}

func TestValidateKeepsWhatWasDone(t *testing.T) {
	t.Chdir(t.TempDir())
	broken := validation.Comparison{Name: "c/broken", Group: validation.Neurons, Slow: true, Run: func(context.Context) ([]validation.Row, error) {
		return nil, errors.New("the reference is lost")
	}}
	fakeComparisons(t, fakeComparison("a/good", 0), broken)
	status, _, stderr := glia("validate", "--out", "here", "--markdown", "page.md")
	if status != exitFailed || !strings.Contains(stderr, "c/broken: the reference is lost") {
		t.Errorf("exit status %d, %q", status, stderr)
	}
	if _, err := os.Stat("page.md"); err == nil {
		t.Error("a document was written of a table that is not whole")
	}
	if status, _, _ := glia("validate", "--quick", "--out", "here"); status != 0 {
		t.Errorf("exit status %d without the slow one", status)
	}
}

func TestValidateCommandLines(t *testing.T) {
	t.Chdir(t.TempDir())
	fakeComparisons(t, fakeComparison("neurons/lif", 0))
	for _, test := range []struct {
		line string
		want string
	}{
		{"validate neurons/lfi", `did you mean "neurons/lif"`},
		{"validate quux", "glia validate --list"},
		{"validate --out=", "--out is empty"},
		{"validate --quick --markdown f", "wants the whole table"},
		{"validate neurons --markdown f", "wants the whole table"},
	} {
		status, _, stderr := glia(strings.Fields(test.line)...)
		if status != exitUsage || !strings.Contains(stderr, test.want) {
			t.Errorf("%s: exit status %d, %q lacks %q", test.line, status, stderr, test.want)
		}
	}
	if status, stdout, _ := glia("validate", "--list"); status != 0 || !strings.Contains(stdout, "neurons/lif") {
		t.Errorf("list: exit status %d\n%s", status, stdout)
	}
	if entries, _ := os.ReadDir("."); len(entries) != 0 {
		t.Errorf("refused command lines left %v", entries)
	}
	if status, _, stderr := glia("validate", "--out", "/dev/null/x"); status != exitFailed || !strings.Contains(stderr, "--out") {
		t.Errorf("unwritable folder: exit status %d, %q", status, stderr)
	}
}
