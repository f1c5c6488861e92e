package experiments

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
)

// keep is a sink that remembers.
type keep struct {
	spikes  []Spike
	calls   int
	figures []string
	fail    error
}

func (k *keep) WritePopulations([]Population) error { return k.fail }
func (k *keep) WriteSpikes(s []Spike) error {
	k.spikes = append(k.spikes, s...)
	k.calls++
	return k.fail
}
func (k *keep) WriteFigure(name, _ string, _ Renderer) error {
	k.figures = append(k.figures, name)
	return k.fail
}
func (k *keep) WriteMetrics([]Result) error { return k.fail }

type blank struct{}

func (blank) Render(io.Writer) error { return nil }

func newRun(t *testing.T, sink Sink) *Run {
	t.Helper()
	return NewRun(sample(), parse(t, sample()), Options{Sink: sink, Seed: 3})
}

func TestSpikeOrderDoesNotDependOnCutting(t *testing.T) {
	times := []float64{3, 1, 1, 2, 5, 5, 4, 1}
	ids := []int32{0, 9, 2, 7, 8, 1, 3, 4}
	var hash string
	for _, cuts := range [][]int{{8}, {4, 8}, {1, 2, 3, 4, 5, 6, 7, 8}} {
		k := &keep{}
		run := newRun(t, k)
		if _, err := run.AddPopulation("E", 10); err != nil {
			t.Fatal(err)
		}
		// Calls move forward in time, so sort the whole before cutting it, but
		// by time alone: ids stay shuffled across calls.
		order := []int{1, 2, 7, 3, 0, 6, 4, 5}
		from := 0
		for _, to := range cuts {
			var bt []float64
			var bi []int32
			for _, j := range order[from:to] {
				bt, bi = append(bt, times[j]), append(bi, ids[j])
			}
			if err := run.AddSpikes(bt, bi); err != nil {
				t.Fatal(err)
			}
			from = to
		}
		if err := run.Close(); err != nil {
			t.Fatal(err)
		}
		want := []Spike{{1, 2}, {1, 4}, {1, 9}, {2, 7}, {3, 0}, {4, 3}, {5, 1}, {5, 8}}
		if !slices.Equal(k.spikes, want) || run.Spikes() != 8 {
			t.Errorf("cuts %v: %v, want %v", cuts, k.spikes, want)
		}
		if hash == "" {
			hash = run.SpikesSHA256()
		}
		if run.SpikesSHA256() != hash {
			t.Errorf("cuts %v: another hash", cuts)
		}
	}
}

// The encoding is a contract with other tools: the bytes are written out here.
func TestSpikesSHA256IsFrozen(t *testing.T) {
	run := newRun(t, nil)
	if err := errors.Join(run.AddSpikes([]float64{1.5, 1}, []int32{258, 3}), run.Close()); err != nil {
		t.Fatal(err)
	}
	records := []byte{
		0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 3, 0, 0, 0, // 1.0 ms, neuron 3
		0, 0, 0, 0, 0, 0, 0xf8, 0x3f, 2, 1, 0, 0, // 1.5 ms, neuron 258
	}
	if want := fmt.Sprintf("%x", sha256.Sum256(records)); run.SpikesSHA256() != want {
		t.Errorf("hash %s, want %s", run.SpikesSHA256(), want)
	}
	negative, zero := newRun(t, nil), newRun(t, nil)
	err := errors.Join(
		negative.AddSpikes([]float64{math.Copysign(0, -1)}, []int32{0}), negative.Close(),
		zero.AddSpikes([]float64{0}, []int32{0}), zero.Close())
	if err != nil || negative.SpikesSHA256() != zero.SpikesSHA256() {
		t.Errorf("-0 ms and 0 ms are told apart (%v)", err)
	}
}

func TestSpikesStream(t *testing.T) {
	k := &keep{}
	run := newRun(t, k)
	for w := range 100 {
		if err := run.AddSpikes([]float64{float64(w), float64(w) + 0.5}, []int32{1, 2}); err != nil {
			t.Fatal(err)
		}
		if len(run.spikes.held) != 1 {
			t.Fatalf("window %d: %d spikes held back, want 1", w, len(run.spikes.held))
		}
	}
	if len(k.spikes) != 199 || k.calls != 100 {
		t.Errorf("%d spikes in %d calls passed on before Close, want 199 in 100", len(k.spikes), k.calls)
	}
}

func TestSpikeErrors(t *testing.T) {
	for want, batch := range map[string]SpikeBatch{
		"2 times but 1":   {Times: []float64{6, 7}, IDs: []int32{1}},
		"not finite":      {Times: []float64{6, math.NaN()}, IDs: []int32{1, 1}},
		"lies before 5":   {Times: []float64{6, 4}, IDs: []int32{1, 1}},
		"outside [0, 10)": {Times: []float64{6, 6}, IDs: []int32{1, 10}},
		"index 10":        {First: 8, Times: []float64{6}, IDs: []int32{2}},
		"index -1":        {Times: []float64{6}, IDs: []int32{-1}},
	} {
		run := newRun(t, nil)
		if _, err := run.AddPopulation("E", 10); err != nil {
			t.Fatal(err)
		}
		if err := run.AddSpikes([]float64{5}, []int32{0}); err != nil {
			t.Fatal(err)
		}
		if err := run.AddSpikeBatches(batch); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v; want an error with %q", err, want)
		}
		if run.Spikes() != 1 || len(run.spikes.held) != 1 {
			t.Errorf("%s: part of a refused call was recorded", want)
		}
	}
}

func TestPopulations(t *testing.T) {
	run := newRun(t, nil)
	for _, p := range []struct {
		name string
		size int
	}{{"E", 8}, {"I", 2}} {
		if _, err := run.AddPopulation(p.name, p.size); err != nil {
			t.Fatal(err)
		}
	}
	if got := run.Populations(); got[1] != (Population{"I", 8, 2}) || run.Counters().Neurons != 10 {
		t.Errorf("populations %v, %d neurons", got, run.Counters().Neurons)
	}
	for _, bad := range []Population{{"E", 0, 1}, {"", 0, 1}, {"X", 0, -1}, {"Y", 0, math.MaxUint32}} {
		if _, err := run.AddPopulation(bad.Name, bad.Size); err == nil {
			t.Errorf("population %q of size %d was accepted", bad.Name, bad.Size)
		}
	}
}

func TestPhasesAddUp(t *testing.T) {
	run := newRun(t, nil)
	for _, name := range []string{"build", "simulate", "build"} {
		run.Phase(name)
	}
	if err := run.Close(); err != nil {
		t.Fatal(err)
	}
	phases := run.Phases()
	if len(phases) != 2 || phases[0].Name != "build" || phases[1].Name != "simulate" || phases[0].Seconds < 0 {
		t.Errorf("phases %v", phases)
	}
}

func TestMetricReplacesAndReadsBack(t *testing.T) {
	run := newRun(t, nil)
	for _, x := range []float64{10, 35} {
		if _, err := run.Metric("rate", x); err != nil {
			t.Fatal(err)
		}
	}
	r, found := run.Result("rate")
	if ok, known := r.OK(); !found || r.Value != 35 || !ok || !known || len(run.Results()) != 1 {
		t.Errorf("result %+v", r)
	}
	if r, found := run.Result("cv_isi"); found || !math.IsNaN(r.Value) {
		t.Errorf("a result that was never recorded: %+v", r)
	}
	defer func() {
		if recover() == nil {
			t.Error("an undeclared metric did not panic")
		}
	}()
	_, _ = run.Metric("rates", 1)
}

func TestFigureNames(t *testing.T) {
	k := &keep{}
	run := newRun(t, k)
	if err := run.Figure("raster", "", blank{}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"raster", "../raster", "a b", ""} {
		if err := run.Figure(name, "", blank{}); err == nil {
			t.Errorf("figure %q was accepted", name)
		}
	}
	if !slices.Equal(k.figures, []string{"raster"}) {
		t.Errorf("figures %v", k.figures)
	}
}

func TestSinkErrorsComeBack(t *testing.T) {
	full := errors.New("disk full")
	run := newRun(t, &keep{fail: full})
	_, metricErr := run.Metric("rate", 1)
	_, populationErr := run.AddPopulation("E", 5)
	for name, err := range map[string]error{
		"Metric": metricErr, "AddPopulation": populationErr,
		"Figure":    run.Figure("raster", "", blank{}),
		"AddSpikes": run.AddSpikes([]float64{1, 2}, []int32{0, 0}),
		"Close":     run.Close(),
	} {
		if !errors.Is(err, full) {
			t.Errorf("%s: %v, want the sink's error", name, err)
		}
	}
}

// monitored notes what a Monitor is told.
type monitored struct{ told []string }

func (m *monitored) Phase(name string)            { m.told = append(m.told, "phase "+name) }
func (m *monitored) Progress(done, total float64) {}
func (m *monitored) Log(string)                   {}
func (m *monitored) Simulated(ms float64)         { m.told = append(m.told, fmt.Sprintf("%g ms", ms)) }
func (m *monitored) Counted(c Counters) {
	m.told = append(m.told, fmt.Sprintf("%d neurons, %d synapses", c.Neurons, c.Synapses))
}
func (m *monitored) Signal(name, unit string, ms, value float64) {
	m.told = append(m.told, fmt.Sprintf("%s %g %s at %g", name, value, unit, ms))
}

func TestMonitorFollowsTheRun(t *testing.T) {
	m := &monitored{}
	r := NewRun(&Experiment{Name: "x"}, Values{}, Options{Reporter: m})
	if _, err := r.AddPopulation("E", 8); err != nil {
		t.Fatal(err)
	}
	r.Count(func(c *Counters) { c.Synapses = 3 })
	r.Phase("simulate")
	r.Simulated(20)
	r.Signal("calcium", "µM", 20, 0.4)
	want := []string{"8 neurons, 0 synapses", "8 neurons, 3 synapses", "phase simulate", "20 ms", "calcium 0.4 µM at 20"}
	if !slices.Equal(m.told, want) {
		t.Errorf("told %q, want %q", m.told, want)
	}
}
