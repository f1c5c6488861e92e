package astrocyte

import (
	"context"
	"testing"

	"github.com/glia-sim/glia/experiments"
)

// A short run measures every metric, draws every figure, meets the targets that do not depend on its
// length, and does not depend on the number of workers.
func TestShortRun(t *testing.T) {
	e, err := experiments.Lookup("astrocyte")
	if err != nil {
		t.Fatal(err)
	}
	v, err := e.Parse(e.Short)
	if err != nil {
		t.Fatal(err)
	}
	var first []experiments.Result
	for _, workers := range []int{1, 3} {
		r := experiments.NewRun(e, v, experiments.Options{Seed: 1, Workers: workers})
		if err := e.Run(context.Background(), r); err != nil {
			t.Fatal(err)
		}
		results := r.Results()
		if workers == 1 {
			first = results
		}
		if len(results) != len(e.Metrics) || len(r.Figures()) != len(e.Figures) {
			t.Errorf("%d metrics and %d figures, want %d and %d", len(results), len(r.Figures()), len(e.Metrics), len(e.Figures))
		}
		for k, x := range results {
			if x.Value != first[k].Value {
				t.Errorf("%s is %g with %d workers, %g with 1", x.Name, x.Value, workers, first[k].Value)
			}
			if ok, known := x.OK(); known && !ok {
				t.Errorf("%s is %g, want %s", x.Name, x.Value, x.Target.Accepts())
			}
		}
	}
}

func TestCancelStopsTheRun(t *testing.T) {
	e, err := experiments.Lookup("astrocyte")
	if err != nil {
		t.Fatal(err)
	}
	v, err := e.Parse(nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := e.Run(ctx, experiments.NewRun(e, v, experiments.Options{Seed: 1, Workers: 1})); err == nil {
		t.Error("a cancelled run goes to its end")
	}
}
