package analysis

import (
	"math"
	"slices"
	"testing"
)

func TestSpikesCuts(t *testing.T) {
	s := Spikes{Times: []float64{1, 2, 2, 3, 5}, IDs: []int32{0, 2, 1, 0, 2}}
	if err := s.Validate(); err != nil {
		t.Fatal(err)
	}
	w := s.Window(2, 5)
	if !slices.Equal(w.Times, []float64{2, 2, 3}) || !slices.Equal(w.IDs, []int32{2, 1, 0}) {
		t.Errorf("Window(2,5) = %v", w)
	}
	if got := s.Window(5, 2).Len(); got != 0 {
		t.Errorf("Window(5,2) has %d spikes", got)
	}
	// Appending to a window must not write into the recording.
	_ = append(w.Times, 99)
	if s.Times[4] != 5 {
		t.Error("append to a window changed the recording")
	}
	u := s.Subset(1, 3)
	if !slices.Equal(u.Times, []float64{2, 2, 5}) || !slices.Equal(u.IDs, []int32{2, 1, 2}) {
		t.Errorf("Subset(1,3) = %v", u)
	}
	trains := s.PerNeuron(0, 4)
	want := [][]float64{{1, 3}, {2}, {2, 5}, {}}
	if len(trains) != 4 {
		t.Fatalf("PerNeuron gives %d trains", len(trains))
	}
	for i := range want {
		if !slices.Equal(trains[i], want[i]) {
			t.Errorf("train %d = %v, want %v", i, trains[i], want[i])
		}
	}
	if got := s.Counts(1, 4); !slices.Equal(got, []int{1, 2, 0}) {
		t.Errorf("Counts(1,4) = %v", got)
	}
}

func TestSpikesValidateAndSorted(t *testing.T) {
	for name, s := range map[string]Spikes{
		"unequal lengths": {Times: []float64{1}, IDs: nil},
		"out of order":    {Times: []float64{2, 1}, IDs: []int32{0, 0}},
		"NaN":             {Times: []float64{math.NaN()}, IDs: []int32{0}},
		"infinite":        {Times: []float64{math.Inf(1)}, IDs: []int32{0}},
		"negative index":  {Times: []float64{1}, IDs: []int32{-1}},
	} {
		wantError(t, name, s.Validate())
	}
	got := Spikes{Times: []float64{3, 1, 1}, IDs: []int32{0, 2, 1}}.Sorted()
	if !slices.Equal(got.Times, []float64{1, 1, 3}) || !slices.Equal(got.IDs, []int32{1, 2, 0}) {
		t.Errorf("Sorted = %v", got)
	}
}

func TestBinCountsOnTickGrid(t *testing.T) {
	// One spike on every tick of 0.1 ms must put the same number into every bin, whatever
	// rounding does to tick times and edges: 0.3/0.1 and (200.1-200)/0.1 fall below 3 and 1.
	var s Spikes
	for _, k := range []struct {
		from, bin float64
		each      int
	}{{0, 0.1, 1}, {0, 0.3, 3}, {200, 0.1, 1}, {200, 0.5, 5}, {0.7, 0.1, 1}} {
		s = Spikes{}
		for i := range 300 * k.each {
			s.Times = append(s.Times, (math.Round(10*k.from)+float64(i))/10)
			s.IDs = append(s.IDs, 0)
		}
		counts, err := s.BinCounts(k.from, k.from+300*k.bin, k.bin)
		if err != nil || len(counts) != 300 {
			t.Fatalf("%+v: %d bins, %v", k, len(counts), err)
		}
		for i, c := range counts {
			if c != float64(k.each) {
				t.Fatalf("%+v: bin %d has %v spikes", k, i, c)
			}
		}
	}
	// A remainder is dropped, and so is what lies outside.
	counts, err := train(-1, 0, 9.5, 10.5, 20).BinCounts(0, 10.9, 5)
	if err != nil || !slices.Equal(counts, []float64{1, 1}) {
		t.Errorf("counts %v, %v; want [1 1]", counts, err)
	}
	for _, w := range [][3]float64{{0, 10, 0}, {0, 10, -1}, {0, 10, math.NaN()}, {10, 10, 1}, {10, 0, 1}, {0, 10, 11}, {0, 1e12, 1e-3}, {0, math.Inf(1), 1}} {
		_, err := s.BinCounts(w[0], w[1], w[2])
		wantError(t, "BinCounts", err)
	}
}

// No measure panics or invents a number where there is nothing to measure.
func TestNothingToMeasure(t *testing.T) {
	broken := Spikes{Times: []float64{1, 2, 3}, IDs: []int32{0}}
	for name, s := range map[string]Spikes{"none": {}, "one spike": train(5), "unequal slices": broken} {
		s.Sorted()
		s.PerNeuron(3, 1)
		if got := s.PerNeuron(0, 0); got != nil {
			t.Errorf("%s: PerNeuron of no neurons = %v", name, got)
		}
		wantNaN(t, name+": rate of an empty population", MeanRate(s, 0, 0, 100))
		wantNaN(t, name+": rate over no time", MeanRate(s, 1, 5, 5))
		for _, v := range Rates(s, 0, 2, 5, 5) {
			wantNaN(t, name+": rates over no time", v)
		}
		if got := Rates(s, 2, 1, 0, 100); got != nil {
			t.Errorf("%s: Rates of no neurons = %v", name, got)
		}
		cv, n := MeanCV(s, 0, 10, 0)
		wantNaN(t, name+": MeanCV", cv)
		lv, m := MeanLV(s, 0, 10, 0)
		wantNaN(t, name+": MeanLV", lv)
		if n != 0 || m != 0 {
			t.Errorf("%s: CV of %d, LV of %d neurons", name, n, m)
		}
		c, err := MeanCorrelation(s, 0, 10, 0, 100, CorrelationOptions{})
		if err != nil || c.Pairs != 0 {
			t.Errorf("%s: correlation %+v, %v", name, c, err)
		}
		wantNaN(t, name+": correlation", c.Mean)
		h, err := ISIHistogram(s, 0, 1, 10, 1)
		if err != nil || slices.Max(h.Counts) != 0 || h.Above != 0 {
			t.Errorf("%s: interval histogram %+v, %v", name, h, err)
		}
		a, err := AutoCorrelogram(s.Times[:min(1, s.Len())], 1, 5)
		if err != nil || slices.Max(a.Counts) != 0 {
			t.Errorf("%s: autocorrelogram %+v, %v", name, a, err)
		}
	}
	fano, err := PopulationFano(Spikes{}, 0, 10, 1)
	wantNaN(t, "Fano factor of silence", fano)
	if err != nil {
		t.Error(err)
	}
	near(t, "rate of silence", MeanRate(Spikes{}, 10, 0, 100), 0, 0)
}
