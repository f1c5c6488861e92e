package sweep

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/glia-sim/glia/experiments"
)

// Both methods spend no more than their budget and find the valley at x = 3, y = 1 ms; halving comes nearer with the
// same runs, since it can try more.
func TestSearchFindsTheValley(t *testing.T) {
	found := map[Method]float64{}
	for _, method := range []Method{RandomSearch, Halving} {
		var runs atomic.Int64
		e := bowl(&runs)
		s := Search{Axes: axes(t, e, "x=-10:10", "y=0.01:100:log"), Method: method, Runs: 60, Replicas: 1, Seed: 3, Objective: e.Metrics[0]}
		varied := []string{"x", "y"}
		if _, ok := s.BudgetParameter(e, nil); ok != (method == Halving) {
			t.Errorf("%s: budget parameter %v", method, ok)
		} else if ok {
			varied = append(varied, "n")
		}
		f := open(t, t.TempDir(), varied...)
		o, err := s.Run(context.Background(), &Runner{Experiment: e, Workers: 3, Folder: f})
		if err != nil {
			t.Fatal(err)
		}
		if n := int(runs.Load()); n > 60 || n < 50 || n != len(o.Points) {
			t.Errorf("%s: %d runs, %d points, want at most 60", method, n, len(o.Points))
		}
		best := o.Candidates[0]
		found[method] = best.Mean
		if !(best.Mean < 5) {
			t.Errorf("%s: best %v at %g", method, best.Assignments, best.Mean)
		}
		for _, c := range o.Candidates {
			if c.Round == best.Round && c.Mean < best.Mean {
				t.Errorf("%s: %v at %g is better than the best, %g", method, c.Assignments, c.Mean, best.Mean)
			}
		}
		if err := s.Picture(e, o, 1).Render(&bytes.Buffer{}); err != nil {
			t.Error(err)
		}
		if method == Halving {
			if best.Round != 2 || best.Assignments[2] != "n=400" || len(o.Candidates) != 42 {
				t.Errorf("halving ended in round %d with %v of %d candidates", best.Round, best.Assignments, len(o.Candidates))
			}
			// 42 + 14 + 4 = 60.
			rounds, err := s.Rounds(e, nil)
			if err != nil || fmt.Sprint(rounds) != "[{42 1 n=4} {14 1 n=40} {4 1 n=400}]" {
				t.Errorf("rounds %v, %v", rounds, err)
			}
		}
	}
	t.Log(found)
}

// A search that was stopped and continued, on other workers, ends as one that was not, and a finished one runs nothing.
func TestContinuedSearch(t *testing.T) {
	outcome := func(dir string, stopAfter, workers int) (*Outcome, string, int64) {
		var runs atomic.Int64
		e := bowl(&runs)
		s := Search{Axes: axes(t, e, "x=-10:10", "n=1,10,100"), Method: Halving, Runs: 40, Replicas: 9, Seed: 1, Objective: e.Metrics[0]}
		f := open(t, dir, "x", "n")
		defer f.Close()
		ctx, stop := context.WithCancel(context.Background())
		defer stop()
		finished := 0
		o, err := s.Run(ctx, &Runner{Experiment: e, Workers: workers, Folder: f, Finished: func(Record) {
			if finished++; finished == stopAfter {
				stop()
			}
		}})
		if stopAfter > 0 {
			if !errors.Is(err, context.Canceled) {
				t.Fatalf("stopped: %v", err)
			}
			return nil, "", runs.Load()
		}
		if err != nil {
			t.Fatal(err)
		}
		return o, table(t, f, e, o.Points), runs.Load()
	}
	want, wantTable, all := outcome(t.TempDir(), 0, 1)
	dir := t.TempDir()
	outcome(dir, 7, 2)
	outcome(dir, 9, 1)
	got, gotTable, _ := outcome(dir, 0, 3)
	if !reflect.DeepEqual(got, want) || gotTable != wantTable {
		t.Errorf("continued %+v\nwant %+v", got, want)
	}
	// 16 candidates of one seed, 5 with two more, 1 with six more.
	if all > 40 || want.Candidates[0].Seeds != 9 || strings.Count(wantTable, "\n") != int(all)+1 {
		t.Errorf("%d runs, best of %d seeds", all, want.Candidates[0].Seeds)
	}
	if _, _, n := outcome(dir, 0, 1); n != 0 {
		t.Errorf("%d runs when all was done", n)
	}
}

func TestSearchRefuses(t *testing.T) {
	e := bowl(new(atomic.Int64))
	for metric, want := range map[string]string{
		"test_score": "would make the test a part of the training; search by score",
		"odd":        "is not measured on validation data; search by score",
	} {
		for _, m := range e.Metrics {
			if m.Name == metric {
				if err := CheckObjective(e, m); err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("%s: %v", metric, err)
				}
			}
		}
	}
	if err := CheckObjective(e, e.Metrics[0]); err != nil {
		t.Error(err)
	}
	none := &experiments.Experiment{Name: "blind", Metrics: []experiments.Metric{{Name: "loss"}}}
	if err := CheckObjective(none, none.Metrics[0]); err == nil || !strings.Contains(err.Error(), "no metric that is") {
		t.Error(err)
	}
	s := Search{Axes: axes(t, e, "x=0:1"), Method: RandomSearch, Runs: 3, Replicas: 2, Objective: e.Metrics[0]}
	if _, err := s.Rounds(e, nil); err == nil || !strings.Contains(err.Error(), "two candidates need 4") {
		t.Errorf("too small a budget: %v", err)
	}
	s.Method, s.Runs = Halving, 100
	if _, err := s.Rounds(e, []string{"n=5"}); err == nil || !strings.Contains(err.Error(), "at least 3") {
		t.Errorf("halving without anything to spend: %v", err)
	}
	// Four combinations, one of which cannot be run, are three candidates, whatever the budget.
	s = Search{Axes: axes(t, e, "x=12,13", "mode=plain,fail"), Method: RandomSearch, Runs: 50, Replicas: 1, Objective: e.Metrics[0]}
	f := open(t, t.TempDir(), "x", "mode")
	o, err := s.Run(context.Background(), &Runner{Experiment: e, Workers: 2, Folder: f})
	if err != nil || len(o.Candidates) != 2 || o.Failed != 1 || !math.IsNaN(o.Candidates[1].Mean) {
		t.Errorf("few combinations: %+v, %v", o, err)
	}
}
