package all

import (
	"context"
	"io"
	"math"
	"reflect"
	"testing"

	"github.com/glia-sim/glia/experiments"
)

// sink renders every figure and keeps nothing.
type sink struct{ figures []string }

func (*sink) WritePopulations([]experiments.Population) error { return nil }
func (*sink) WriteSpikes([]experiments.Spike) error           { return nil }
func (*sink) WriteMetrics([]experiments.Result) error         { return nil }
func (s *sink) WriteFigure(name, _ string, r experiments.Renderer) error {
	s.figures = append(s.figures, name)
	return r.Render(io.Discard)
}

type short struct {
	sha      string
	spikes   int64
	results  []uint64 // bits, so that NaN equals NaN
	counters experiments.Counters
}

func runShort(t *testing.T, e *experiments.Experiment, seed uint64, workers int, draws bool) short {
	t.Helper()
	values, err := e.Parse(e.Short)
	if err != nil {
		t.Fatal(err)
	}
	opt := experiments.Options{Seed: seed, Workers: workers}
	var drawn sink
	if draws {
		opt.Sink = &drawn
	}
	run := experiments.NewRun(e, values, opt)
	if err := e.Run(context.Background(), run); err != nil {
		t.Fatal(err)
	}
	if err := run.Close(); err != nil {
		t.Fatal(err)
	}
	s := short{sha: run.SpikesSHA256(), spikes: run.Spikes(), counters: run.Counters()}
	for _, r := range run.Results() {
		s.results = append(s.results, math.Float64bits(r.Value))
	}
	if draws {
		announced := map[string]bool{}
		for _, f := range e.Figures {
			announced[f.Name] = true
		}
		for _, name := range drawn.figures {
			if !announced[name] {
				t.Errorf("figure %q is drawn but not announced", name)
			}
		}
		if len(drawn.figures) == 0 {
			t.Error("no figure was drawn")
		}
	}
	return s
}

// Every experiment, in its short form, gives the same spikes and metrics on any number of workers, and
// others with another seed.
func TestExperimentsDoNotDependOnWorkers(t *testing.T) {
	for _, e := range experiments.All() {
		t.Run(e.Name, func(t *testing.T) {
			t.Parallel()
			if e.NeedsData {
				t.Skip("needs a data set")
			}
			if e.Short == nil {
				t.Fatal("declares no Short form")
			}
			want := runShort(t, e, 1, 1, true)
			if want.spikes == 0 {
				t.Log("records no spikes")
			}
			for _, workers := range []int{2, 3, 7} {
				if got := runShort(t, e, 1, workers, false); !reflect.DeepEqual(got, want) {
					t.Errorf("%d workers: %+v\n1 worker: %+v", workers, got, want)
				}
			}
			if other := runShort(t, e, 2, 2, false); want.spikes > 0 && other.sha == want.sha {
				t.Error("seeds 1 and 2 give the same spikes")
			}
		})
	}
}
