package live

import (
	"encoding/json"
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/glia-sim/glia/experiments"
)

// frame is what the page reads.
type frame struct {
	Status  Status
	RTF     float64
	Left    float64
	Lost    uint64
	Start   int64
	Spikes  []int64
	Bins    [][]uint64
	Signals [][]float64
}

// received is what a viewer got in one turn, by the name of the event.
func received(t *testing.T, v *viewer) (names []string, f frame) {
	t.Helper()
	events, err := v.events()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		names = append(names, e.name)
		if e.name == "frame" {
			if err := json.Unmarshal(e.data, &f); err != nil {
				t.Fatalf("%v in %s", err, e.data)
			}
		} else if !json.Valid(e.data) {
			t.Fatalf("%s is no JSON: %s", e.name, e.data)
		}
	}
	return names, f
}

func testFeed(sizes ...int) *Feed {
	f := NewFeed(NewTracker(nil, nil, nil), About{Experiment: "fake", Control: true})
	var p []experiments.Population
	first := 0
	for k, n := range sizes {
		p = append(p, experiments.Population{Name: string(rune('A' + k)), First: first, Size: n})
		first += n
	}
	f.WritePopulations(p)
	return f
}

func TestLayoutSpreadsRows(t *testing.T) {
	l := newLayout([]experiments.Population{{Name: "E", First: 0, Size: 10000}, {Name: "I", First: 10000, Size: 2500}, {Name: "few", First: 12500, Size: 3}})
	if !slices.Equal(l.rows, []int{192, 48, 1}) {
		t.Errorf("rows %v, want 192, 48 and 1", l.rows)
	}
	shown := map[uint32]int{}
	for id, of := range l.of {
		if row := of & noRow; row != noRow {
			shown[row]++
			if s := of >> rowBits; (id < 10000) != (s == 0) || (id >= 12500) != (s == 2) {
				t.Errorf("neuron %d is in series %d", id, s)
			}
		}
	}
	if len(shown) != 241 {
		t.Errorf("%d different rows, want 241", len(shown))
	}
	small := newLayout([]experiments.Population{{Name: "E", Size: 5}})
	if small.rows[0] != 5 {
		t.Errorf("%d of 5 neurons shown", small.rows[0])
	}
	many := make([]experiments.Population, 40)
	for k := range many {
		many[k] = experiments.Population{Name: "p", First: k, Size: 1}
	}
	if l := newLayout(many); len(l.series) != maxSeries || l.series[maxSeries-1].Neurons != 40-maxSeries+1 {
		t.Errorf("40 populations make %d series, the last of %d neurons", len(l.series), l.series[len(l.series)-1].Neurons)
	}
}

func TestFramesBringSpikesAndRates(t *testing.T) {
	f := testFeed(4, 2)
	v := &viewer{feed: f}
	if names, _ := received(t, v); !slices.Equal(names, []string{"about", "layout", "frame"}) {
		t.Errorf("first events %v", names)
	}
	if names, _ := received(t, v); len(names) != 1 {
		t.Errorf("nothing new gives %v, want the status only", names)
	}
	f.WriteSpikes([]experiments.Spike{{Time: 0.1, ID: 0}, {Time: 0.1, ID: 5}, {Time: 0.9, ID: 1}})
	f.WriteSpikes([]experiments.Spike{{Time: 2.5, ID: 3}, {Time: 3, ID: 4}})
	_, got := received(t, v)
	if want := []int64{0, 0, 0, 5, 800, 1, 1600, 3, 500, 4}; got.Start != 100 || !slices.Equal(got.Spikes, want) {
		t.Errorf("spikes from %d µs: %v, want %v from 100", got.Start, got.Spikes, want)
	}
	// The bin from 3 ms on is still being filled.
	if want := [][]uint64{{0, 1, 2, 1}, {2, 1, 1, 0}}; !slices.EqualFunc(got.Bins, want, slices.Equal) {
		t.Errorf("bins %v, want %v", got.Bins, want)
	}
	f.Phase("analyse")
	if _, got = received(t, v); !slices.EqualFunc(got.Bins, [][]uint64{{3, 1, 0, 1}}, slices.Equal) {
		t.Errorf("bins at the end of a phase %v", got.Bins)
	}
	// Another one begins with what is kept.
	if _, got = received(t, &viewer{feed: f}); len(got.Spikes) != 10 || len(got.Bins) != 3 || got.Lost != 0 {
		t.Errorf("a late viewer gets %d numbers, %d bins, %d lost; want 10, 3, 0", len(got.Spikes), len(got.Bins), got.Lost)
	}
}

// What is dropped is counted, and no count of the rates goes missing.
func TestFramesAreBounded(t *testing.T) {
	f := testFeed(10)
	v := &viewer{feed: f}
	received(t, v)
	f.WriteSpikes([]experiments.Spike{{Time: 0.1, ID: 0}})
	received(t, v) // has had the first, fresh frame
	const n = 5 * frameSpikes
	burst := func(from, n int) frame {
		for k := range n {
			f.WriteSpikes([]experiments.Spike{{Time: float64(from+k+1) / 8, ID: uint32(k % 10)}})
		}
		_, got := received(t, v)
		return got
	}
	// Two frames have left what they might have held, all but a spike.
	got := burst(0, n)
	if want := 3*frameSpikes - 1; len(got.Spikes) != 2*want || got.Lost != uint64(n-want) {
		t.Errorf("%d spikes and %d lost of %d, want %d and the rest", len(got.Spikes)/2, got.Lost, n, want)
	}
	if len(got.Bins) > frameBins+1 {
		t.Errorf("%d bins in a frame", len(got.Bins))
	}
	sum := uint64(0)
	for _, b := range got.Bins {
		sum += b[2]
	}
	if sum != n { // the spike at 0.1 ms and those of all whole bins
		t.Errorf("bins count %d spikes, want %d", sum, n)
	}
	if got := burst(n, n); len(got.Spikes) != 2*frameSpikes {
		t.Errorf("%d spikes in the next frame, want %d", len(got.Spikes)/2, frameSpikes)
	}
	// What another process writes comes in bursts.
	for range savedFrames {
		received(t, v)
	}
	if got := burst(2*n, 8*frameSpikes); len(got.Spikes) != 2*8*frameSpikes || got.Lost != 0 {
		t.Errorf("%d of %d spikes after a silence, %d lost", len(got.Spikes)/2, 8*frameSpikes, got.Lost)
	}
}

func TestSignals(t *testing.T) {
	f := testFeed(1)
	v := &viewer{feed: f}
	f.Signal("calcium", "µM", 5, 0.25)
	f.Signal("A", "", 5, -1)
	f.Signal("A", "", 6, math.NaN()) // cannot be drawn
	names, got := received(t, v)
	if !slices.Contains(names, "signals") || !slices.EqualFunc(got.Signals, [][]float64{{5, 0.25}, {5, -1}}, slices.Equal) {
		t.Errorf("events %v, signals %v", names, got.Signals)
	}
	for k := range 3 * frameValues {
		f.Signal("A", "", float64(10+k), 1)
	}
	_, got = received(t, v)
	last := got.Signals[1][len(got.Signals[1])-2]
	if n := len(got.Signals[1]) / 2; n > frameValues || n < frameValues/2 || last != 10+3*frameValues-1 {
		t.Errorf("%d values, the last at %g", n, last)
	}
	for k := range 2 * maxSignals {
		f.Signal(string(rune('a'+k)), "", 0, 0)
	}
	if n := len(*f.signals.Load()); n != maxSignals {
		t.Errorf("%d signals kept", n)
	}
}

func TestMetricsFiguresAndLog(t *testing.T) {
	f := testFeed(1)
	v := &viewer{feed: f}
	received(t, v)
	f.WriteMetrics([]experiments.Result{{Metric: experiments.Metric{Name: "rate"}, Value: math.NaN()}})
	f.WriteFigure("raster", "spikes", nil)
	f.Log("hello")
	names, _ := received(t, v)
	if want := []string{"metrics", "figures", "log", "frame"}; !slices.Equal(names, want) {
		t.Errorf("events %v, want %v", names, want)
	}
	if names, _ = received(t, v); slices.Contains(names, "metrics") {
		t.Error("metrics come twice")
	}
	if file, ok := f.figureFile("raster"); !ok || file != "raster.svg" {
		t.Errorf("figure file %q", file)
	}
	if _, ok := f.figureFile("../manifest"); ok {
		t.Error("a figure that was not drawn is known")
	}
}

// failing is a sink that refuses.
type failing struct{ error }

func (f failing) WritePopulations([]experiments.Population) error                { return f.error }
func (f failing) WriteSpikes([]experiments.Spike) error                          { return f.error }
func (f failing) WriteFigure(name, caption string, r experiments.Renderer) error { return f.error }
func (f failing) WriteMetrics([]experiments.Result) error                        { return f.error }

func TestErrorsOfTheSinkComeBack(t *testing.T) {
	full := errors.New("disk full")
	f := NewFeed(NewTracker(failing{full}, nil, nil), About{})
	for name, err := range map[string]error{
		"populations": f.WritePopulations(nil), "spikes": f.WriteSpikes([]experiments.Spike{{}}),
		"figure": f.WriteFigure("x", "", nil), "metrics": f.WriteMetrics(nil),
	} {
		if !errors.Is(err, full) {
			t.Errorf("%s: %v, want the sink's error", name, err)
		}
	}
}

// A run pauses between windows and goes on, or ends when it is told to.
func TestPause(t *testing.T) {
	quit := make(chan struct{})
	f := NewFeed(NewTracker(nil, nil, quit), About{})
	f.Phase("simulate")
	f.Pause()
	if s := f.Status().State; s != Pausing {
		t.Errorf("state %q before the run notices", s)
	}
	steps := make(chan int)
	go func() {
		for k := range 3 {
			f.Progress(float64(k), 3)
			steps <- k
		}
	}()
	for f.Status().State != Paused { // ends when the run has noticed
	}
	select {
	case <-steps:
		t.Fatal("the run goes on while paused")
	default:
	}
	f.Resume()
	<-steps
	f.Pause()
	<-steps // may have passed before
	close(quit)
	<-steps
	f.End(Interrupted)
	if s := f.Status(); s.State != Interrupted || !s.State.Ended() {
		t.Errorf("state %q at the end", s.State)
	}
}

func TestStatusArithmetic(t *testing.T) {
	s := Status{State: Running, Done: 25, Total: 100, PhaseWall: 5, Simulated: 2000, PhaseSpikes: 1000}
	left, ok := s.Left()
	if s.RealTimeFactor() != 2.5 || s.SpikeRate() != 200 || !ok || left != 15 {
		t.Errorf("factor %g, rate %g, left %g", s.RealTimeFactor(), s.SpikeRate(), left)
	}
	if _, ok := (Status{PhaseWall: 5, Done: 3}).Left(); ok {
		t.Error("time left without a total")
	}
}

// BenchmarkKeep is what watching costs the run: per spike, in windows of 1000 spikes of 12500 neurons.
func BenchmarkKeep(b *testing.B) {
	f := testFeed(10000, 2500)
	window := make([]experiments.Spike, 1000)
	b.ReportAllocs()
	for k := 0; b.Loop(); k++ {
		for i := range window {
			window[i] = experiments.Spike{Time: float64(k) * 1.5, ID: uint32(i * 12)}
		}
		f.WriteSpikes(window)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1000, "ns/spike")
}

// BenchmarkFrame is what a viewer costs: a frame of 1000 spikes, ten times a second.
func BenchmarkFrame(b *testing.B) {
	f := testFeed(10000, 2500)
	v := &viewer{feed: f}
	shown := make([]experiments.Spike, 0, 1000)
	for id, of := range f.layout.Load().of {
		if of&noRow != noRow {
			shown = append(shown, experiments.Spike{ID: uint32(id)})
		}
	}
	for k := 0; b.Loop(); k++ {
		for range 1000 / len(shown) {
			for i := range shown {
				shown[i].Time = float64(k)
			}
			f.WriteSpikes(shown)
		}
		if _, err := v.events(); err != nil {
			b.Fatal(err)
		}
	}
}

// A phase that begins time anew leaves behind what lies on another axis; one that goes on does not.
func TestTimeThatBeginsAnew(t *testing.T) {
	f := testFeed(4)
	v := &viewer{feed: f}
	f.Phase("initialise")
	f.Signal("A", "", 500, 1)
	f.WriteSpikes([]experiments.Spike{{Time: 500, ID: 1}})
	received(t, v)
	f.Phase("go on")
	f.WriteSpikes([]experiments.Spike{{Time: 501, ID: 2}})
	if names, _ := received(t, v); slices.Contains(names, "layout") {
		t.Error("a phase that goes on begins the picture anew")
	}
	f.Phase("branching")
	if names, _ := received(t, v); slices.Contains(names, "layout") {
		t.Error("a phase without news begins the picture anew")
	}
	f.WriteSpikes([]experiments.Spike{{Time: 3, ID: 3}})
	names, got := received(t, v)
	if !slices.Contains(names, "layout") || !slices.Equal(got.Spikes, []int64{0, 3}) || len(got.Signals) != 0 {
		t.Errorf("events %v, spikes %v, signals %v", names, got.Spikes, got.Signals)
	}
	f.Signal("B", "", 4, 2)
	names, got = received(t, v)
	if !slices.Contains(names, "signals") || !slices.EqualFunc(got.Signals, [][]float64{{4, 2}}, slices.Equal) {
		t.Errorf("events %v, signals %v", names, got.Signals)
	}
	f.Phase("")
	f.WriteSpikes([]experiments.Spike{{Time: 5, ID: 3}}) // held back until the end
	if s := f.Status(); s.PhaseSpikes != 1 || s.Spikes != 4 || s.Simulated != 3 {
		t.Errorf("status after the end %+v", s)
	}
}
