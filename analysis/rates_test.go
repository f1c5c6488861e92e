package analysis

import (
	"math"
	"testing"
)

func TestRates(t *testing.T) {
	s := Spikes{Times: []float64{0, 10, 20, 30, 40}, IDs: []int32{0, 1, 0, 1, 0}}
	near(t, "MeanRate", MeanRate(s, 4, 0, 40), 1000*4/(4*40.0), 1e-12)
	r := Rates(s, 0, 3, 0, 50)
	for i, want := range []float64{60, 40, 0} {
		near(t, "Rates", r[i], want, 1e-12)
	}
	p, err := PopulationRate(s, 2, 0, 40, 20)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "PopulationRate bin 0", p.Values[0], 50, 1e-12)
	near(t, "PopulationRate bin 1", p.Values[1], 50, 1e-12)
	near(t, "bin centre", p.Time(1), 30, 0)
	_, err = PopulationRate(s, 0, 0, 40, 20)
	wantError(t, "empty population", err)
}

func TestSmooth(t *testing.T) {
	r := Series{Step: 0.5, Values: make([]float64, 401)}
	r.Values[200] = 1
	g, err := r.Smooth(5)
	if err != nil {
		t.Fatal(err)
	}
	// An impulse becomes the Gaussian itself: unit sum, standard deviation 5 ms.
	sum, second := 0.0, 0.0
	for i, v := range g.Values {
		d := float64(i-200) * r.Step
		sum += v
		second += v * d * d
	}
	near(t, "sum", sum, 1, 1e-12)
	near(t, "sd", math.Sqrt(second), 5, 0.01) // cut at four sigma
	near(t, "ratio at one sigma", g.Values[210]/g.Values[200], math.Exp(-0.5), 1e-12)

	for i := range r.Values {
		r.Values[i] = 7
	}
	g, err = r.Smooth(1000) // much longer than the series
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range g.Values {
		near(t, "constant", v, 7, 1e-12)
	}
	if g, err = r.Smooth(0); err != nil || g.Values[3] != 7 {
		t.Errorf("sigma 0: %v, %v", g.Values[3], err)
	}
	_, err = r.Smooth(-1)
	wantError(t, "negative sigma", err)
	_, err = Series{Values: []float64{1}}.Smooth(1)
	wantError(t, "step 0", err)
}
