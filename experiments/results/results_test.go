package results

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/experiments/runfolder"
)

func init() {
	experiments.Register(&experiments.Experiment{
		Name: "pendulum", Title: "A pendulum", Summary: "Swings.", Citation: "C. Huygens 1673",
		AcceptsData: true,
		Parameters: []experiments.Parameter{
			{Name: "length", Kind: experiments.Float, Default: 1.0, Unit: "mm", Meaning: "of the thread"},
			{Name: "swings", Kind: experiments.Int, Default: 10, Range: experiments.AtLeast(1), Meaning: "counted"},
		},
		Metrics: []experiments.Metric{{Name: "period", Unit: "s", Meaning: "of a swing"}, {Name: "warmth", Meaning: "of the day"}},
		Targets: []experiments.Target{
			{Metric: "period", Value: 2, Tolerance: experiments.Abs(0.1), Source: "Huygens_1673", When: []experiments.Condition{experiments.WhenBetween("length", 1, 1), experiments.WhenBetween("swings", 100, 100)}},
			{Metric: "period", Value: 4, Tolerance: experiments.Abs(0.1), Source: "Huygens", When: []experiments.Condition{experiments.WhenBetween("length", 4, 4), experiments.WhenBetween("swings", 100, 100)}},
		},
		Whole: []string{"swings=100"},
		Run:   func(context.Context, *experiments.Run) error { return nil },
	})
}

// swing writes a run folder of a pendulum with the given period.
func swing(t *testing.T, dir string, seed uint64, period float64, cause error, sets ...string) {
	t.Helper()
	e, err := experiments.Lookup("pendulum")
	if err != nil {
		t.Fatal(err)
	}
	v, err := e.Parse(sets)
	if err != nil {
		t.Fatal(err)
	}
	command := "glia run pendulum --seed 1 --data '/home/some one/clocks'"
	for _, s := range sets {
		command += " --set '" + s + "'"
	}
	folder, err := runfolder.Create(runfolder.Options{Experiment: e, Values: v, Seed: seed, Workers: 1, Version: "v1", Command: command, Start: time.Now(), Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	run := experiments.NewRun(e, v, experiments.Options{Seed: seed, Sink: folder})
	run.UseData("CLOCKS")
	for name, x := range map[string]float64{"period": period, "warmth": 21} {
		if _, err := run.Metric(name, x); err != nil {
			t.Fatal(err)
		}
	}
	run.Phase("swing")
	status := runfolder.Complete
	if errors.Is(cause, context.Canceled) {
		status, cause = runfolder.Interrupted, nil
	} else if cause != nil {
		status = runfolder.Failed
	}
	if err := folder.Finish(run, status, cause); err != nil {
		t.Fatal(err)
	}
}

func TestPage(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	swing(t, at("a"), 1, 2.02, nil, "swings=100")
	swing(t, at("b"), 2, 2.06, nil, "swings=100")
	swing(t, at("c"), 1, 4.3, nil, "swings=100", "length=4")
	swing(t, at("d"), 1, 3, nil, "swings=7", "length=4")
	swing(t, at("e"), 1, 3, errors.New("the thread broke"))
	swing(t, at("g"), 3, 9, context.Canceled, "length=9")
	swing(t, at("h"), 1, 9, context.Canceled, "swings=100") // a complete one with this seed goes before
	if err := os.Mkdir(at("f"), 0o777); err != nil {
		t.Fatal(err)
	}
	groups, omitted, err := Read([]string{dir})
	if err != nil {
		t.Fatal(err)
	}
	if len(groups) != 4 {
		t.Fatalf("%d groups, want 4", len(groups))
	}
	if len(omitted) != 1 || !strings.Contains(omitted[0].Reason, "failed") {
		t.Errorf("omitted %v, want the run that failed", omitted)
	}
	var b bytes.Buffer
	if err := Markdown(&b, groups, nil, "img"); err != nil {
		t.Fatal(err)
	}
	page := b.String()
	for _, want := range []string{
		"| [pendulum](#pendulum) | 4 | 5 | 1 of 2 |",
		"\n    glia run pendulum --data clocks --set swings=100\n",
		"seeds 1, 2 · data CLOCKS",
		"| `period` | 2 s | ± 0.1 | 2.04 ± 0.028 s | ok | Huygens\\_1673 |",
		"| `period` | 4 s | ± 0.1 | 4.3 s | **no** | Huygens |",
		"**Reduced:** swings=7 ·",
		"Measured without a published value: `period` 3 s, `warmth` 21.",
		"C. Huygens 1673.",
		"**Stopped early:** seed 3 during swing; what had been measured by then ·",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
	if strings.Contains(page, "some one") || strings.Contains(page, dir) {
		t.Errorf("the page names a place of this machine:\n%s", page)
	}
}

// Groups that differ in one number make a curve; what is published for the whole protocol stands beside it.
func TestCurves(t *testing.T) {
	dir := t.TempDir()
	for i, length := range []string{"1", "4", "9"} {
		swing(t, filepath.Join(dir, length), 1, float64(2*i+2), nil, "length="+length)
	}
	swing(t, filepath.Join(dir, "again"), 2, 2.2, nil, "length=1")
	groups, _, err := Read([]string{dir})
	if err != nil {
		t.Fatal(err)
	}
	curves := Curves(groups)
	if len(curves) != 1 {
		t.Fatalf("%d curves, want one of the period over the length", len(curves))
	}
	c := curves[0]
	if c.Name != "pendulum-period-length" || !strings.Contains(c.Caption, "reduced") {
		t.Errorf("curve %q: %s", c.Name, c.Caption)
	}
	if len(c.published) != 2 || c.published[1].X != 4 || c.published[1].Y != 4 {
		t.Errorf("published points %v", c.published)
	}
	if want := 2.1; math.Abs(c.y[0]-want) > 1e-12 || !(c.sd[0] > 0) || c.x[2] != 9 {
		t.Errorf("curve x %v y %v sd %v", c.x, c.y, c.sd)
	}
	if err := c.Render(io.Discard); err != nil {
		t.Error(err)
	}
}

func TestReadErrors(t *testing.T) {
	dir := t.TempDir()
	if _, _, err := Read([]string{dir}); err == nil || !strings.Contains(err.Error(), "holds no run") {
		t.Errorf("an empty folder: %v", err)
	}
	if _, _, err := Read([]string{filepath.Join(dir, "nowhere")}); err == nil || !strings.Contains(err.Error(), "does not exist") {
		t.Errorf("no folder: %v", err)
	}
	swing(t, filepath.Join(dir, "[a]*"), 1, 1, nil)
	if groups, _, err := Read([]string{filepath.Join(dir, "[a]*")}); err != nil || len(groups) != 1 {
		t.Errorf("a folder with special characters: %v, %v", groups, err)
	}
}

func TestShellWords(t *testing.T) {
	if got := split("a 'b c'  d ''"); !slices.Equal(got, []string{"a", "b c", "d", ""}) {
		t.Errorf("words %q", got)
	}
	for _, word := range []string{"plain", "it's", "a b", "$x"} {
		if got := split(quote(word)); len(got) != 1 || got[0] != word {
			t.Errorf("%s: quoted as %s, read as %q", word, quote(word), got)
		}
	}
}
