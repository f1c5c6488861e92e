package analysis

import (
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat"
)

// fromCounts places counts[i][b] spikes of neuron i in the middle of bin b (1 ms).
func fromCounts(counts [][]float64) Spikes {
	var s Spikes
	for b := range counts[0] {
		for i := range counts {
			for range int(counts[i][b]) {
				s.Times = append(s.Times, float64(b)+0.5)
				s.IDs = append(s.IDs, int32(i))
			}
		}
	}
	return s
}

func TestMeanCorrelationByHand(t *testing.T) {
	counts := [][]float64{
		{0, 1, 2, 0, 1, 0},
		{1, 1, 2, 0, 0, 0},
		{2, 0, 0, 1, 0, 3},
		{1, 1, 1, 1, 1, 1}, // no variance: no coefficient
		{0, 0, 0, 0, 0, 0}, // silent: not active
	}
	c, err := MeanCorrelation(fromCounts(counts), 0, 5, 0, 6, CorrelationOptions{Bin: 1})
	if err != nil {
		t.Fatal(err)
	}
	want := []float64{
		stat.Correlation(counts[0], counts[1], nil),
		stat.Correlation(counts[0], counts[2], nil),
		stat.Correlation(counts[1], counts[2], nil),
	}
	near(t, "mean", c.Mean, Mean(want), 1e-14)
	near(t, "sd", c.SD, SD(want), 1e-14)
	if c.Neurons != 4 || c.Pairs != 3 {
		t.Errorf("%d neurons, %d pairs; want 4, 3", c.Neurons, c.Pairs)
	}
}

func TestMeanCorrelationKnown(t *testing.T) {
	// In each bin of 2 ms every neuron repeats a shared coin and adds one of its own:
	// with equal variances the correlation is 1/2; without the shared coin it is 0.
	for _, k := range []struct{ shared, own, want float64 }{{0.1, 0.1, 0.5}, {0.2, 0.2, 0.5}, {0, 0.1, 0}, {0.1, 0, 1}} {
		rng := newRand(3)
		var s Spikes
		for b := range 20_000 {
			common := rng.Float64() < k.shared
			for i := range 20 {
				if common {
					s.Times, s.IDs = append(s.Times, 2*float64(b)), append(s.IDs, int32(i))
				}
			}
			for i := range 20 {
				if rng.Float64() < k.own {
					s.Times, s.IDs = append(s.Times, 2*float64(b)+1), append(s.IDs, int32(i))
				}
			}
		}
		c, err := MeanCorrelation(s, 0, 20, 0, 40_000, CorrelationOptions{})
		if err != nil || c.Pairs != 190 {
			t.Fatalf("%+v, %v", c, err)
		}
		near(t, "correlation", c.Mean, k.want, 0.01)
	}
}

func TestMeanCorrelationSample(t *testing.T) {
	s := poisson(300, 20, 1000, 5)
	draw := func(seed uint64) Correlation {
		c, err := MeanCorrelation(s, 0, 300, 0, 1000, CorrelationOptions{PairsFrom: 50, Seed: seed})
		if err != nil || c.Neurons != 50 || c.Pairs != 50*49/2 {
			t.Fatalf("%+v, %v", c, err)
		}
		return c
	}
	if draw(1) != draw(1) {
		t.Error("the same seed gives another result")
	}
	if draw(1) == draw(2) {
		t.Error("another seed gives the same sample")
	}
	near(t, "independent neurons", draw(1).Mean, 0, 0.01)
	_, err := MeanCorrelation(s, 0, 300, 0, 1000, CorrelationOptions{PairsFrom: 1})
	wantError(t, "PairsFrom 1", err)
	_, err = MeanCorrelation(s, 0, 300, 0, 1000, CorrelationOptions{Bin: -2})
	wantError(t, "negative bin", err)
	_, err = MeanCorrelation(s, 0, 300, 1000, 0, CorrelationOptions{})
	wantError(t, "empty window", err)
	c, err := MeanCorrelation(s, 9, 3, 0, 1000, CorrelationOptions{})
	if err != nil || c.Neurons != 0 {
		t.Errorf("no neurons: %+v, %v", c, err)
	}
}

func TestFanoFactor(t *testing.T) {
	near(t, "constant", FanoFactor([]float64{3, 3, 3}), 0, 0)
	near(t, "0,2", FanoFactor([]float64{0, 2}), 1, 0)
	wantNaN(t, "zeros", FanoFactor([]float64{0, 0}))
	fano, err := PopulationFano(poisson(100, 10, 20_000, 2), 0, 20_000, 5)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "Poisson", fano, 1, 0.08) // 4000 bins: standard error 0.022
	_, err = PopulationFano(Spikes{}, 0, 10, -1)
	wantError(t, "negative bin", err)
}

func TestCrossCorrelogram(t *testing.T) {
	c, err := CrossCorrelogram([]float64{10, 20}, []float64{9, 12, 20, 25}, 1, 3)
	if err != nil {
		t.Fatal(err)
	}
	// Lags: -1, 2 (10, 15 too far); -8, 0 (others too far)
	if !slices.Equal(c.Counts, []int{0, 0, 1, 1, 0, 1, 0}) {
		t.Errorf("counts %v", c.Counts)
	}
	near(t, "lag", c.Lag(0), -3, 0)
	near(t, "rate", c.Rate(5), 1000.0/2, 1e-12)
	wantNaN(t, "rate without reference", Correlogram{Bin: 1, Counts: []int{0}}.Rate(0))
	for _, bad := range [][2]float64{{0, 3}, {-1, 3}, {1, -1}, {1e-9, 1e9}} {
		_, err := CrossCorrelogram(nil, nil, bad[0], bad[1])
		wantError(t, "CrossCorrelogram", err)
	}
}

func TestAutoCorrelogram(t *testing.T) {
	// A regular train of period 10 correlates with itself at multiples of 10 only.
	var times []float64
	for k := range 101 {
		times = append(times, 10*float64(k))
	}
	a, err := AutoCorrelogram(times, 2, 25)
	if err != nil {
		t.Fatal(err)
	}
	for i, n := range a.Counts {
		want := map[float64]int{-20: 99, -10: 100, 10: 100, 20: 99}[a.Lag(i)]
		if n != want {
			t.Errorf("lag %v: %d, want %d", a.Lag(i), n, want)
		}
	}
	// Lags on bin edges keep it symmetric; a coincident other spike counts at lag 0.
	a, err = AutoCorrelogram([]float64{0, 0, 0.5, 1.5, 4, 5.5}, 1, 6)
	if err != nil {
		t.Fatal(err)
	}
	back := slices.Clone(a.Counts)
	slices.Reverse(back)
	if !slices.Equal(a.Counts, back) || a.Counts[len(back)/2] != 2 {
		t.Errorf("autocorrelogram %v", a.Counts)
	}
}

func BenchmarkMeanCorrelation(b *testing.B) {
	s := poisson(1000, 30, 1000, 1)
	for b.Loop() {
		if _, err := MeanCorrelation(s, 0, 1000, 0, 1000, CorrelationOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}
