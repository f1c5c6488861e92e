package analysis

import (
	"math"
	"slices"
	"testing"
)

func TestRegularTrain(t *testing.T) {
	times := []float64{3, 13, 23, 33, 43}
	near(t, "CV", CV(ISIs(times)), 0, 0)
	near(t, "LV", LV(ISIs(times)), 0, 0)
	cv, n := MeanCV(train(times...), 0, 1, 0)
	near(t, "MeanCV", cv, 0, 0)
	if n != 1 {
		t.Errorf("%d neurons", n)
	}
}

func TestHandComputedIntervals(t *testing.T) {
	isis := []float64{1, 3, 2} // mean 2, population variance 2/3
	near(t, "CV", CV(isis), math.Sqrt(2.0/3)/2, 1e-15)
	// pairs (1,3): (2/4)^2 = 1/4; (3,2): (1/5)^2 = 1/25; times 3/(3-1)
	near(t, "LV", LV(isis), 1.5*(0.25+0.04), 1e-15)
	wantNaN(t, "CV of none", CV(nil))
	wantNaN(t, "CV of zeros", CV([]float64{0, 0}))
	wantNaN(t, "LV of one", LV([]float64{1}))
	near(t, "LV of zeros", LV([]float64{0, 0}), 0, 0)
}

func TestMinIntervals(t *testing.T) {
	// Neuron 0 has one interval, neuron 1 two, neuron 2 three.
	s := Spikes{Times: []float64{0, 0, 0, 1, 1, 1, 4, 4, 6}, IDs: []int32{0, 1, 2, 0, 1, 2, 1, 2, 2}}
	for _, c := range []struct{ min, neurons int }{{0, 2}, {1, 3}, {2, 2}, {3, 1}, {4, 0}} {
		if _, n := MeanCV(s, 0, 3, c.min); n != c.neurons {
			t.Errorf("at least %d intervals: %d neurons, want %d", c.min, n, c.neurons)
		}
	}
	cvs := CVs(s, 0, 3, 2)
	wantNaN(t, "CV of neuron 0", cvs[0])
	near(t, "CV of neuron 1", cvs[1], 0.5, 1e-15) // 1, 3
	near(t, "LV of neuron 2", LVs(s, 0, 3, 2)[2], 1.5*(0.25+0.04), 1e-15)
}

func TestPoissonProcess(t *testing.T) {
	s := poisson(50, 20, 100_000, 1) // 2000 intervals each: the error of the mean CV is about 0.003
	near(t, "rate", MeanRate(s, 50, 0, 100_000), 20, 0.2)
	cv, n := MeanCV(s, 0, 50, 0)
	near(t, "CV", cv, 1, 0.015)
	lv, _ := MeanLV(s, 0, 50, 0)
	near(t, "LV", lv, 1, 0.015)
	if n != 50 {
		t.Errorf("%d neurons", n)
	}
	// The one-pass form equals the plain one.
	for i, train := range s.PerNeuron(0, 50) {
		near(t, "CVs", CVs(s, 0, 50, 0)[i], CV(ISIs(train)), 1e-12)
		near(t, "LVs", LVs(s, 0, 50, 0)[i], LV(ISIs(train)), 1e-12)
	}
	// Intervals are exponential: a fraction 1-1/e lies below the mean of 50 ms.
	h, err := ISIHistogram(s, 0, 50, 50, 1)
	if err != nil {
		t.Fatal(err)
	}
	below := 0
	for _, c := range h.Counts {
		below += c
	}
	if below+h.Above != s.Len()-50 {
		t.Errorf("%d intervals in the histogram, want %d", below+h.Above, s.Len()-50)
	}
	near(t, "fraction below the mean", float64(below)/float64(below+h.Above), 1-1/math.E, 0.01)
}

func TestISIHistogram(t *testing.T) {
	s := Spikes{Times: []float64{0, 0.5, 1, 2.5, 3, 20}, IDs: []int32{0, 1, 0, 1, 0, 1}}
	h, err := ISIHistogram(s, 0, 2, 4, 1) // intervals 1, 2 of neuron 0; 2, 17.5 of neuron 1
	if err != nil || !slices.Equal(h.Counts, []int{0, 1, 2, 0}) || h.Above != 1 {
		t.Errorf("%+v, %v", h, err)
	}
	near(t, "right end", h.Edge(4), 4, 0)
	_, err = ISIHistogram(s, 0, 2, 4, 0)
	wantError(t, "bin 0", err)
	_, err = ISIHistogram(s, 0, 2, 0, 1)
	wantError(t, "length 0", err)
}

func TestIzhikevichReferenceStatistics(t *testing.T) {
	s, want := izhikevichFirstSecond(t)
	near(t, "rate", MeanRate(s, 1000, 0, 1000), want["rate"], 1e-12)
	near(t, "rate_E", MeanRate(s.Subset(0, 800), 800, 0, 1000), want["rate_E"], 1e-12)
	near(t, "rate_I", MeanRate(s.Subset(800, 1000), 200, 0, 1000), want["rate_I"], 1e-12)
	cv, n := MeanCV(s, 0, 1000, 2)
	near(t, "cv_isi_mean", cv, want["cv_isi_mean"], 1e-12)
	near(t, "n_cv", float64(n), want["n_cv"], 0)
	fano, err := PopulationFano(s, 0, 1000, 1)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "pop_fano_1ms", fano, want["pop_fano_1ms"], 1e-12)
}

func BenchmarkMeanCV(b *testing.B) {
	s := poisson(10_000, 20, 5000, 1)
	b.ReportMetric(float64(s.Len()), "spikes")
	for b.Loop() {
		MeanCV(s, 0, 10_000, 0)
	}
}
