package all

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/viz"
)

// sink renders every figure, in every size, and keeps them as a report takes them.
type sink struct {
	figures []string
	report  viz.Report
}

func (*sink) WritePopulations([]experiments.Population) error { return nil }
func (*sink) WriteSpikes([]experiments.Spike) error           { return nil }
func (*sink) WriteMetrics([]experiments.Result) error         { return nil }
func (s *sink) WriteFigure(name, caption string, r experiments.Renderer) error {
	s.figures = append(s.figures, name)
	for _, size := range viz.Sizes {
		var svg bytes.Buffer
		if err := viz.Resized(r, size.Size).Render(&svg); err != nil {
			return fmt.Errorf("%s size: %w", size.Name, err)
		}
		s.report.Figures = append(s.report.Figures, viz.Figure{Name: name + " " + size.Name, Caption: caption, SVG: svg.Bytes()})
	}
	return nil
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
		checkPage(t, drawn.report)
	}
	return s
}

// checkPage makes sure that a page with the figures is well-formed, that its ids are unique, that every picture
// is described and that nothing refers to another place.
func checkPage(t *testing.T, r viz.Report) {
	t.Helper()
	var page bytes.Buffer
	if err := r.Render(&page); err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	pictures, titles, descs := 0, 0, 0
	for d := xml.NewDecoder(&page); ; {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("the page is not well-formed: %v", err)
		}
		e, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		svg := e.Name.Space == "http://www.w3.org/2000/svg"
		switch {
		case svg && e.Name.Local == "svg":
			pictures++
		case svg && e.Name.Local == "title":
			titles++
		case svg && e.Name.Local == "desc":
			descs++
		}
		for _, a := range e.Attr {
			switch a.Name.Local {
			case "id":
				if ids[a.Value] {
					t.Errorf("id %q twice", a.Value)
				}
				ids[a.Value] = true
			case "href", "src":
				if !strings.HasPrefix(a.Value, "#") && !strings.HasPrefix(a.Value, "data:image/") {
					t.Errorf("<%s> refers to %.60s", e.Name.Local, a.Value)
				}
			}
			if strings.Contains(a.Value, "NaN") && a.Name.Local != "href" {
				t.Errorf("<%s %s=%.60q>", e.Name.Local, a.Name.Local, a.Value)
			}
		}
	}
	if want := len(r.Figures); pictures != want || titles != want || descs != want {
		t.Errorf("%d pictures, %d titles and %d descriptions of %d figures", pictures, titles, descs, want)
	}
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
