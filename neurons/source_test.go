package neurons

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/glia-sim/glia/sim"
)

// record runs a source population alone.
func record(t testing.TB, m sim.Model, n int, opt sim.Options, ms ...float64) []sim.Spike {
	t.Helper()
	net := sim.New(opt)
	rec := net.RecordSpikes(sim.SpikeOptions{}, net.Populate("sources", n, m))
	simulate(t, net, ms...)
	return rec.Spikes()
}

func trainsOf(c sim.Clock, spikes []sim.Spike, n int) [][]float64 {
	trains := make([][]float64, n)
	for _, s := range spikes {
		trains[s.ID] = append(trains[s.ID], c.InstantMS(s.At))
	}
	return trains
}

func TestRegularSource(t *testing.T) {
	m := RegularSource{Interval: 0.73, Phase: 0.2}
	var exact, grid []float64
	for k := 0; 0.2+float64(k)*0.73 < 200; k++ {
		x := 0.2 + float64(k)*0.73
		exact, grid = append(exact, x), append(grid, math.Ceil(x*10-1e-9)/10)
	}
	opt := sim.Options{Workers: 2}
	for _, train := range trainsOf(sim.Clock{DT: 0.1}, record(t, RegularSourceEvent(m), 3, opt, 200), 3) {
		wantTimes(t, train, exact, 1e-12)
	}
	for _, train := range trainsOf(sim.Clock{DT: 0.1}, record(t, m, 3, opt, 200), 3) {
		wantTimes(t, train, grid, 1e-12)
	}
	// On the grid in both forms, exactly; time 0 does not count.
	on := RegularSource{Interval: 0.3}
	a, b := record(t, on, 2, opt, 100.2), record(t, RegularSourceEvent(on), 2, opt, 100.2)
	sameSpikes(t, "0.3 ms", a, b)
	if len(a) != 2*334 || a[0].At != (sim.Instant{Tick: 3}) || a[len(a)-1].At != (sim.Instant{Tick: 1002}) {
		t.Errorf("%d spikes from %+v to %+v", len(a), a[0], a[len(a)-1])
	}
	// Several spikes in a step are that many spikes.
	if got := len(record(t, RegularSource{Interval: 0.03}, 2, opt, 30)); got != 2000 {
		t.Errorf("0.03 ms: %d spikes on the grid, want 2000", got)
	}
	if got := len(record(t, RegularSourceEvent{Interval: 0.03}, 2, opt, 30)); got != 2000 {
		t.Errorf("0.03 ms: %d exact spikes, want 2000", got)
	}
}

func TestSpikeList(t *testing.T) {
	m := SpikeList{Times: [][]float64{{5, 0.25, 5, 17.31}, nil, {0.25, 0.21, 3e-300}}}
	for workers := 1; workers <= 4; workers++ {
		opt := sim.Options{Workers: workers}
		exact := trainsOf(sim.Clock{DT: 0.1}, record(t, SpikeListEvent(m), 3, opt, 16, 4), 3)
		wantTimes(t, exact[0], []float64{0.25, 5, 5, 17.31}, 1e-15)
		wantTimes(t, exact[1], nil, 0)
		wantTimes(t, exact[2], []float64{0, 0.21, 0.25}, 1e-15)
		grid := trainsOf(sim.Clock{DT: 0.1}, record(t, m, 3, opt, 16, 4), 3)
		wantTimes(t, grid[0], []float64{0.3, 5, 5, 17.4}, 1e-12)
		wantTimes(t, grid[2], []float64{0.1, 0.3, 0.3}, 1e-12)
	}
	if _, err := m.NewBlock(sim.BlockSpec{N: 2, Size: 2, Clock: sim.Clock{DT: 0.1}}); err == nil {
		t.Error("three lists for two neurons: no error")
	}
}

// Sources go by the time of the run: after a pause they neither repeat nor skip.
func TestSourcesAfterPauseAndReset(t *testing.T) {
	list := SpikeList{Times: [][]float64{{1.05, 4.5, 12.25, 19}}}
	regular := RegularSource{Interval: 3.5}
	for name, m := range map[string]sim.Model{"list": list, "exact list": SpikeListEvent(list), "regular": regular, "exact regular": RegularSourceEvent(regular)} {
		net := sim.New(sim.Options{Workers: 1})
		rec := net.RecordSpikes(sim.SpikeOptions{}, net.Populate("s", 1, m))
		simulate(t, net, 10)
		if err := net.Quiet(1); err != nil {
			t.Fatal(err)
		}
		simulate(t, net, 10)
		paused := slices.Clone(rec.Spikes())
		rec.Clear()
		if err := net.Reset(0); err != nil {
			t.Fatal(err)
		}
		simulate(t, net, 20)
		sameSpikes(t, name, paused, rec.Spikes())
		if len(paused) < 4 {
			t.Errorf("%s: %d spikes", name, len(paused))
		}
	}
}

// Counts in windows are Poisson distributed and intervals exponential, for both forms.
func TestPoissonSourceStatistics(t *testing.T) {
	const n, hz, ms = 400, 80, 1000
	for name, m := range map[string]sim.Model{"grid": PoissonSource{Rate: hz}, "exact": PoissonSourceEvent{Rate: hz}} {
		trains := trainsOf(sim.Clock{DT: 0.1}, record(t, m, n, sim.Options{Seed: 3, Workers: 1}, ms), n)
		var counts []int
		var isi []float64
		for _, train := range trains {
			window := make([]int, 20)
			for k, x := range train {
				window[int((x-1e-9)/50)]++
				if k > 0 {
					isi = append(isi, x-train[k-1])
				}
			}
			counts = append(counts, window...)
		}
		if p := chiSquare(counts, hz*0.05); p < 1e-3 {
			t.Errorf("%s: counts in 50 ms: chi-square p = %g", name, p)
		}
		// Kolmogorov and Smirnov on the intervals; those longer than a quarter of the run are too few to matter.
		slices.Sort(isi)
		worst, ahead := 0.0, 0.0
		if name == "grid" {
			ahead = 0.05 // on the grid an interval stands for those within half a step
		}
		e := distuv.Exponential{Rate: hz / 1000.0}
		for k, x := range isi {
			if k+1 == len(isi) || isi[k+1] > x+1e-9 {
				worst = max(worst, math.Abs(float64(k+1)/float64(len(isi))-e.CDF(x+ahead)))
			}
		}
		if d := worst * math.Sqrt(float64(len(isi))); d > 1.95 { // p = 0.001
			t.Errorf("%s: intervals differ from the exponential distribution: D sqrt(n) = %g", name, d)
		}
	}
}

// The exact sources do not know the resolution.
func TestExactSourcesDoNotDependOnResolution(t *testing.T) {
	profile := PiecewisePoissonEvent{Times: []float64{3.3, 50, 120.7}, Rates: []float64{30, 400, 0}}
	for _, m := range []sim.Model{PoissonSourceEvent{Rate: 55}, profile} {
		var want [][]float64
		for _, dt := range []float64{1, 0.1, 0.0125} {
			got := trainsOf(sim.Clock{DT: dt}, record(t, m, 20, sim.Options{Seed: 5, DT: dt, Workers: 1}, 200), 20)
			if want == nil {
				want = got
			}
			for i := range got {
				wantTimes(t, got[i], want[i], 1e-11)
			}
		}
	}
}

func TestPoissonSourcesDoNotDependOnWorkers(t *testing.T) {
	profile := PiecewisePoisson{Times: []float64{0, 20}, Rates: []float64{40, 3000}}
	for _, m := range []sim.Model{PoissonSource{Rate: 100}, PoissonSource{Rate: 5000}, PoissonSourceEvent{Rate: 100},
		profile, PiecewisePoissonEvent(profile)} {
		want := record(t, m, 150, sim.Options{Seed: 1, Workers: 1}, 60)
		if len(want) < 300 {
			t.Errorf("%T: %d spikes", m, len(want))
		}
		for _, workers := range []int{2, 3, 7} {
			sameSpikes(t, "workers", record(t, m, 150, sim.Options{Seed: 1, Workers: workers}, 13.7, 46.3), want)
		}
		if other := record(t, m, 150, sim.Options{Seed: 2, Workers: 1}, 60); slices.Equal(other, want) {
			t.Errorf("%T: another seed gives the same spikes", m)
		}
	}
}

func TestPiecewisePoissonFollowsItsRate(t *testing.T) {
	const n = 2000
	m := PiecewisePoisson{Times: []float64{10, 20.05, 40}, Rates: []float64{100, 10, 300}}
	rate := func(x float64) float64 { // Hz at time x
		switch {
		case x < 10:
			return 0
		case x < 20.05:
			return 100
		case x < 40:
			return 10
		}
		return 300
	}
	for name, model := range map[string]sim.Model{"grid": m, "exact": PiecewisePoissonEvent(m)} {
		bins := make([]float64, 600)
		for _, s := range record(t, model, n, sim.Options{Seed: 2, Workers: 1}, 60) {
			bins[s.At.Tick-1]++
		}
		chi, cells := 0.0, 0.0
		for k := range bins { // steps of 0.1 ms
			x := float64(k)*0.1 + 1e-9
			mean := n * (rate(x) + rate(x+0.05)) / 2 * 1e-4
			if mean == 0 {
				if bins[k] != 0 {
					t.Errorf("%s: %g spikes where the rate is 0", name, bins[k])
				}
				continue
			}
			chi += (bins[k] - mean) * (bins[k] - mean) / mean
			cells++
		}
		if z := (chi - cells) / math.Sqrt(2*cells); math.Abs(z) > 4.5 {
			t.Errorf("%s: chi-square %g for %g steps", name, chi, cells)
		}
	}
}

func TestRateProfile(t *testing.T) {
	c := sim.Clock{DT: 0.5}
	p := newRateProfile(c, PiecewisePoisson{Times: []float64{0.3, 0.4, 2}, Rates: []float64{1000, 5000, 200}})
	for tick, want := range map[sim.Tick]float64{1: 0.1*1 + 0.1*5, 2: 2.5, 4: 2.5, 5: 0.1, 100: 0.1} {
		if got := p.mean(tick); math.Abs(got-want) > 1e-14 {
			t.Errorf("mean of step %d: %.15g, want %.15g", tick, got, want)
		}
	}
	for events, want := range map[float64]float64{0.05: 0.35, 0.6: 0.5, 8.1: 2, 8.2: 2.5} {
		if got := c.InstantMS(p.after(sim.Instant{}, events)); math.Abs(got-want) > 1e-12 {
			t.Errorf("%g events are reached at %.15g ms, want %g", events, got, want)
		}
	}
	silent := newRateProfile(c, PiecewisePoisson{Times: []float64{0, 1}, Rates: []float64{1000, 0}})
	if got := silent.after(sim.Instant{}, 1.5); got != never {
		t.Errorf("an event at %+v after the rate fell to 0", got)
	}
}
