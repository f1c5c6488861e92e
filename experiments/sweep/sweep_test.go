package sweep

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/glia-sim/glia/experiments"
)

// bowl measures a valley over x and y with noise from the seed, and counts its runs.
func bowl(runs *atomic.Int64) *experiments.Experiment {
	return &experiments.Experiment{
		Name: "bowl", Title: "A valley",
		Parameters: []experiments.Parameter{
			{Name: "x", Kind: experiments.Float, Default: 1.0, Range: experiments.Closed(-10, 100), Meaning: "place"},
			{Name: "y", Kind: experiments.Float, Default: 1.0, Unit: "ms", Range: experiments.Positive(), Meaning: "place"},
			{Name: "n", Kind: experiments.Int, Default: 4, Range: experiments.Closed(1, 1000), Meaning: "whole"},
			{Name: "mode", Kind: experiments.Choice, Default: "plain", Choices: []string{"plain", "fail", "panic"}, Meaning: "what to do"},
		},
		Metrics: []experiments.Metric{
			{Name: "score", Meaning: "height", Split: experiments.Validation, Goal: experiments.Smaller},
			{Name: "test_score", Meaning: "height", Split: experiments.Test},
			{Name: "odd", Meaning: "not a number, infinite, or missing"},
		},
		Targets: []experiments.Target{{Metric: "score", Value: 2, Tolerance: experiments.Abs(1), Source: "drawn"}},
		Budget:  experiments.Budget{Parameter: "n", Levels: []string{"4", "40", "400"}},
		Check: func(v experiments.Values) error {
			if v.Float("x") == 13 {
				return &experiments.ParameterError{Parameter: "x", Value: "13", Reason: "is unlucky"}
			}
			return nil
		},
		Run: func(ctx context.Context, r *experiments.Run) error {
			runs.Add(1)
			if err := ctx.Err(); err != nil {
				return err
			}
			x, y := r.Float("x"), r.Float("y")
			switch {
			case r.Choice("mode") == "fail" && x > 2:
				return errors.New("too high")
			case r.Choice("mode") == "panic" && x > 2:
				panic("much too high")
			}
			noise := math.Sin(float64(r.Seed)*12.9898+x*78.233) / math.Sqrt(r.Float("n"))
			if _, err := r.Metric("score", (x-3)*(x-3)+math.Log(y)*math.Log(y)+noise); err != nil {
				return err
			}
			if x < 2 {
				_, err := r.Metric("odd", []float64{math.NaN(), math.Inf(1)}[r.Seed%2])
				return err
			}
			return nil
		},
	}
}

func axes(t *testing.T, e *experiments.Experiment, texts ...string) []Axis {
	t.Helper()
	var out []Axis
	for _, text := range texts {
		a, err := ParseAxis(e, text, true)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, a)
	}
	return out
}

func open(t *testing.T, dir string, varied ...string) *Folder {
	t.Helper()
	f, err := Open(dir, Settings{Experiment: "bowl", Varied: varied})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func table(t *testing.T, f *Folder, e *experiments.Experiment, points []Point) string {
	t.Helper()
	var b bytes.Buffer
	if err := WriteTable(&b, f, e, points, nil); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestAxes(t *testing.T) {
	e := bowl(new(atomic.Int64))
	for text, want := range map[string]string{
		"x=0:1:6":              "0 0.2 0.4 0.6 0.8 1",
		"x=1:-1:3":             "1 0 -1",
		"x=5:5:1":              "5",
		"y=1:1000:4log":        "1 10 100 1000",
		"y=1ms:1s:4log":        "1 10 100 1000",
		"y=1:1000:4:log":       "1 10 100 1000",
		"y=1:1000:4[log]":      "1 10 100 1000",
		"n=1:10:4":             "1 4 7 10",
		"n=1:100:5log":         "1 3 10 32 100",
		"mode=plain,FAIL":      "plain fail",
		"y=3,1 s,2e-1":         "3 1000 0.2",
		" x = 0.1 : 0.3 : 3 ":  "0.1 0.2 0.3",
		"x=0.1:0.7:7":          "0.1 0.2 0.3 0.4 0.5 0.6 0.7",
		"x=-10:100:2":          "-10 100",
		"x=1e-3:1e-1:3log":     "0.001 0.01 0.1",
		"x=0:0.30000000004:2 ": "0 0.30000000004",
	} {
		a, err := ParseAxis(e, text, false)
		if err != nil {
			t.Errorf("%s: %v", text, err)
		} else if got := strings.Join(a.Values, " "); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
	for text, want := range map[string]string{
		"x":                   "expected the form",
		"=1,2":                "expected the form",
		"x=":                  "expected the form",
		"mod=a,b":             `did you mean "mode"`,
		"x=0:101:3":           "101 is out of range: must be [-10, 100]",
		"x=0:1:3log":          "above 0",
		"x=0:1:0":             "count 0",
		"x=0:1:-2":            "count -2",
		"x=0:1:99999999999":   "count",
		"x=0:1:1":             "both ends",
		"x=1:1:4":             "equal",
		"x=0:1":               "how many values",
		"x=0:1:3lug":          "is not a count",
		"x=0:b:3":             `"b" is not a number`,
		"x=0mV:1:3":           "mV",
		"mode=plain:fail:2":   "list the values: mode=plain,fail,panic",
		"mode=plain,fial":     `did you mean "fail"`,
		"n=1:3:4":             "comes twice",
		"x=1,2,1.0":           "twice",
		"x=1,,2":              "not a number",
		"n=1:10:4.5":          "is not a count",
		"n=0.5,2":             "out of range",
		"x=NaN:1:2":           "not a number",
		"x=0:1:3log[log]:log": "is not a count",
	} {
		_, err := ParseAxis(e, text, false)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want one with %q", text, err, want)
		}
	}
}

// An interrupted sweep, with a damaged record on top, continues to the table of an uninterrupted one, byte for byte,
// and runs nothing twice but what was damaged.
func TestContinuedSweepEqualsUninterrupted(t *testing.T) {
	var runs atomic.Int64
	e := bowl(&runs)
	g := Grid{Axes: axes(t, e, "x=0:4:5", "y=0.1:10:3log"), Replicas: 2, Seed: 7}
	points, err := g.Points(e, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(points) != 30 || points[3].String() != "x=0 y=1 seed 8" {
		t.Fatalf("%d points, the fourth %s", len(points), points[3])
	}
	whole := open(t, t.TempDir(), "x", "y")
	if err := (&Runner{Experiment: e, Workers: 3, Folder: whole}).Run(context.Background(), points); err != nil {
		t.Fatal(err)
	}
	want := table(t, whole, e, points)
	if lines := strings.Split(want, "\n"); lines[0] != "x,y,seed,score,test_score,odd" || len(lines) != 32 || !strings.HasSuffix(lines[1], ",,+Inf") || !strings.HasSuffix(lines[2], ",,NaN") {
		t.Fatalf("table:\n%s", want)
	}

	dir := t.TempDir()
	ctx, stop := context.WithCancel(context.Background())
	cut := open(t, dir, "x", "y")
	finished := 0
	err = (&Runner{Experiment: e, Workers: 2, Folder: cut, Finished: func(Record) {
		if finished++; finished == 11 {
			stop()
		}
	}}).Run(ctx, points)
	if !errors.Is(err, context.Canceled) || finished < 11 || finished > 13 {
		t.Fatalf("error %v after %d points", err, finished)
	}
	if err := cut.Close(); err != nil {
		t.Fatal(err)
	}
	// A crash in the middle of a line, and a line spoilt by the disk.
	path := filepath.Join(dir, PointsFile)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(text, []byte("\n"))
	lines[4] = []byte("{\"po\x00nt\n")
	lines[finished-1] = lines[finished-1][:20]
	if err := os.WriteFile(path, bytes.Join(lines, nil), 0o666); err != nil {
		t.Fatal(err)
	}
	again := open(t, dir, "x", "y")
	if again.Damaged != 2 {
		t.Errorf("%d damaged lines, want 2", again.Damaged)
	}
	runs.Store(0)
	if err := (&Runner{Experiment: e, Workers: 1, Folder: again}).Run(context.Background(), points); err != nil {
		t.Fatal(err)
	}
	if n := runs.Load(); n != int64(30-finished+2) {
		t.Errorf("%d runs to continue, want %d", n, 30-finished+2)
	}
	if got := table(t, again, e, points); got != want {
		t.Errorf("continued:\n%s\nuninterrupted:\n%s", got, want)
	}
	// More replicas run the new ones only, and the record reads back what was written.
	again.Close()
	again = open(t, dir, "x", "y")
	runs.Store(0)
	g.Replicas = 3
	if points, err = g.Points(e, nil); err != nil {
		t.Fatal(err)
	}
	if err := (&Runner{Experiment: e, Workers: 2, Folder: again}).Run(context.Background(), points); err != nil {
		t.Fatal(err)
	}
	if runs.Load() != 15 {
		t.Errorf("%d runs for a third replica, want 15", runs.Load())
	}
}

func TestFailedPointsDoNotStopTheOthers(t *testing.T) {
	for mode, cause := range map[string]string{"fail": "too high", "panic": "internal error: much too high"} {
		var runs atomic.Int64
		e := bowl(&runs)
		g := Grid{Axes: axes(t, e, "x=4:0:5"), Replicas: 1}
		points, err := g.Points(e, nil)
		if err != nil {
			t.Fatal(err)
		}
		f := open(t, t.TempDir(), "x")
		err = (&Runner{Experiment: e, Set: []string{"mode=" + mode}, Workers: 2, Folder: f}).Run(context.Background(), points)
		var bad *PointsError
		if !errors.As(err, &bad) || bad.Failed != 2 || bad.First.String() != "x=4 seed 0" || !strings.Contains(err.Error(), cause) {
			t.Errorf("%s: error %v", mode, err)
		}
		if got := strings.Count(table(t, f, e, points), "\n"); got != 4 {
			t.Errorf("%s: table of %d lines, want 4", mode, got)
		}
	}
	e := bowl(new(atomic.Int64))
	_, err := Grid{Axes: axes(t, e, "x=12:14:3"), Replicas: 1}.Points(e, nil)
	if err == nil || !strings.Contains(err.Error(), "at x=13: ") || !strings.Contains(err.Error(), "unlucky") {
		t.Errorf("a combination that cannot be run: %v", err)
	}
}

func TestFoldersOfOthersAreRefused(t *testing.T) {
	dir := t.TempDir()
	open(t, dir, "x").Close()
	var other *SettingsError
	for _, s := range []Settings{
		{Experiment: "bowl", Varied: []string{"y"}},
		{Experiment: "well", Varied: []string{"x"}},
		{Experiment: "bowl", Varied: []string{"x"}, Set: []string{"n=5"}},
		{Experiment: "bowl", Varied: []string{"x"}, Data: "/data"},
	} {
		if _, err := Open(dir, s); !errors.As(err, &other) || other.Difference == "" {
			t.Errorf("%+v: %v", s, err)
		}
	}
	foreign := t.TempDir()
	if err := os.WriteFile(filepath.Join(foreign, "letter"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(foreign, Settings{}); !errors.As(err, &other) || other.Difference != "" {
		t.Errorf("a folder of letters: %v", err)
	}
	holder := open(t, dir, "x")
	if _, err := Open(dir, Settings{Experiment: "bowl", Varied: []string{"x"}}); err == nil || !strings.Contains(err.Error(), "in use") {
		t.Errorf("opened twice: %v", err)
	}
	holder.Close()
}

// The pictures of all shapes of a sweep render, and show what they should.
func TestPictures(t *testing.T) {
	e := bowl(new(atomic.Int64))
	for _, test := range []struct {
		name string
		vary []string
		want []string
	}{
		{"line", []string{"x=0:4:5"}, []string{"published", "Mean over 2 seeds"}},
		{"lines", []string{"mode=plain,fail", "x=0:2:3"}, []string{"mode=plain", "mode=fail"}},
		{"heat", []string{"x=0:2:3", "y=1:9:2"}, []string{"Published: 2 +- 1 at x=0 y=1"}},
		{"names", []string{"mode=plain,fail"}, []string{"plain", "seed"}},
		{"three", []string{"x=0:2:3", "n=3,4", "mode=plain,fail"}, []string{"n=4 mode=plain"}},
		{"none", []string{"x=0:1:3", "y=1:2:3", "n=1:9:9"}, nil},
	} {
		g := Grid{Axes: axes(t, e, test.vary...), Replicas: 2}
		points, err := g.Points(e, nil)
		if err != nil {
			t.Fatal(err)
		}
		f := open(t, t.TempDir(), slices.Repeat([]string{"v"}, len(test.vary))...)
		if err := (&Runner{Experiment: e, Workers: 2, Folder: f}).Run(context.Background(), points); err != nil {
			t.Fatal(err)
		}
		p, err := g.Picture(f, e, nil, points, e.Metrics[0])
		if test.want == nil {
			if !errors.Is(err, ErrNoFigure) {
				t.Errorf("%s: %v", test.name, err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := p.Render(&b); err != nil {
			t.Fatal(err)
		}
		for _, want := range test.want {
			if !strings.Contains(b.String(), want) {
				t.Errorf("%s: no %q in the figure", test.name, want)
			}
		}
		if p, err = g.Picture(f, e, nil, points, e.Metrics[1]); err != nil || p.Render(io.Discard) != nil {
			t.Errorf("%s: a metric that nobody measured has no figure: %v", test.name, err)
		}
	}
}

// Whatever stands in the record, opening it never fails for its content, and what it takes reads back.
func FuzzRecord(f *testing.F) {
	f.Add([]byte(`{"point":["x=1"],"seed":1,"metrics":{"score":1.5,"odd":"NaN"},"synapses":3,"wall_seconds":1}` + "\n"))
	f.Add([]byte("{}\n\n[1]\n{\"point\":null}\nrest"))
	f.Fuzz(func(t *testing.T, text []byte) {
		dir := t.TempDir()
		f, err := Open(dir, Settings{})
		if err != nil {
			t.Fatal(err)
		}
		f.Close()
		if err := os.WriteFile(filepath.Join(dir, PointsFile), text, 0o666); err != nil {
			t.Fatal(err)
		}
		if f, err = Open(dir, Settings{}); err != nil {
			t.Fatal(err)
		}
		p := Point{[]string{"x=2"}, 1}
		if _, ok := f.Done(p); !ok {
			if err := f.add(Record{Point: p, Metrics: map[string]Number{"score": Number(math.Inf(-1))}}); err != nil {
				t.Fatal(err)
			}
		}
		n := len(f.done)
		f.Close()
		if f, err = Open(dir, Settings{}); err != nil {
			t.Fatal(err)
		}
		if len(f.done) != n {
			t.Errorf("%d points, want %d", len(f.done), n)
		}
		f.Close()
	})
}

func ExampleParseAxis() {
	a, err := ParseAxis(bowl(new(atomic.Int64)), "y=1ms:1s:4log", false)
	fmt.Println(a.Values, err)
	// Output: [1 10 100 1000] <nil>
}
