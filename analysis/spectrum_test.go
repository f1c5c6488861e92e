package analysis

import (
	"math"
	"math/cmplx"
	"testing"

	"gonum.org/v1/gonum/stat"
)

// The transform, the window and both ends of the segment against the definition.
func TestPowerSpectrumDefinition(t *testing.T) {
	rng := newRand(4)
	x := make([]float64, 50)
	for i := range x {
		x[i] = 3 + rng.NormFloat64()
	}
	const n, hop = 20, 10
	want := make([]float64, n/2+1)
	mean, segments := stat.Mean(x, nil), 0
	for at := 0; at+n <= len(x); at += hop {
		for f := range want {
			var sum complex128
			for i := range n {
				w := 0.5 - 0.5*math.Cos(2*math.Pi*float64(i)/(n-1))
				sum += complex((x[at+i]-mean)*w, 0) * cmplx.Exp(complex(0, -2*math.Pi*float64(f*i)/n))
			}
			want[f] += real(sum)*real(sum) + imag(sum)*imag(sum)
		}
		segments++
	}
	got, err := PowerSpectrum(x, 1, Welch{Segment: n, Overlap: 0.5})
	if err != nil || got.Segments != segments || segments != 4 {
		t.Fatalf("%d segments, want %d, %v", got.Segments, segments, err)
	}
	for f := range want {
		near(t, "power", got.Power[f], want[f]/float64(segments), 1e-9)
		near(t, "frequency", got.Freq[f], float64(f)*50, 1e-9)
	}
}

func TestPowerSpectrumScalings(t *testing.T) {
	// White noise of variance 4 sampled at 1 kHz has density 4/500 per Hz.
	rng := newRand(8)
	x := make([]float64, 100_000)
	for i := range x {
		x[i] = 10 + 2*rng.NormFloat64()
	}
	w := DefaultWelch()
	w.Scaling = Density
	p, err := PowerSpectrum(x, 1, w)
	if err != nil || p.Segments != 199 {
		t.Fatalf("%d segments, %v", p.Segments, err)
	}
	near(t, "integral", p.Band(0, 500), 4, 0.05)
	near(t, "mean density", Mean(p.Power[10:490]), 4.0/500, 2e-4)

	// The mean: kept, or taken out as a whole or by segment.
	for i := range x {
		x[i] = 1 + float64(i/50_000) // a step in the middle
	}
	dc := func(d Detrend) float64 {
		p, err := PowerSpectrum(x, 1, Welch{Segment: 1000, Detrend: d})
		if err != nil {
			t.Fatal(err)
		}
		return math.Sqrt(p.Power[0])
	}
	const windowSum = 499.5 // of the symmetric Hann window of 1000 samples
	near(t, "SegmentMean", dc(SegmentMean), 0, 1e-9)
	near(t, "SignalMean", dc(SignalMean), 0.5*windowSum, 1e-6)
	near(t, "NoDetrend", dc(NoDetrend), math.Sqrt(2.5)*windowSum, 1e-6)
}

func TestSineModulatedRate(t *testing.T) {
	// Thinned Poisson processes at 20 Hz (1 + 0.8 sin(2 pi 33 t)).
	rng := newRand(6)
	homogeneous := poisson(200, 36, 10_000, 7)
	var s Spikes
	for k, tm := range homogeneous.Times {
		if rng.Float64()*1.8 < 1+0.8*math.Sin(2*math.Pi*33*tm/1000) {
			s.Times, s.IDs = append(s.Times, tm), append(s.IDs, homogeneous.IDs[k])
		}
	}
	p, err := PopulationSpectrum(s, 0, 10_000, 1, DefaultWelch())
	if err != nil {
		t.Fatal(err)
	}
	f, power := p.Peak(5, 100)
	near(t, "peak", f, 33, 0)
	if floor := Mean(p.Power[50:100]); power < 20*floor {
		t.Errorf("peak %v over a floor of %v", power, floor)
	}
	f, power = p.Peak(33.2, 33.8)
	wantNaN(t, "frequency of a band without lines", f)
	wantNaN(t, "power of a band without lines", power)
}

func TestPowerSpectrumBadInput(t *testing.T) {
	x := make([]float64, 2000)
	for name, w := range map[string]Welch{
		"zero value": {}, "overlap 1": {Segment: 100, Overlap: 1}, "negative overlap": {Segment: 100, Overlap: -0.1},
		"NaN segment": {Segment: math.NaN()}, "short segment": {Segment: 3}, "long segment": {Segment: 2001},
		"scaling": {Segment: 100, Scaling: 9}, "detrend": {Segment: 100, Detrend: -1},
	} {
		_, err := PowerSpectrum(x, 1, w)
		wantError(t, name, err)
	}
	_, err := PowerSpectrum(x, 0, DefaultWelch())
	wantError(t, "step 0", err)
	_, err = PowerSpectrum(nil, 1, DefaultWelch())
	wantError(t, "no signal", err)
	x[7] = math.Inf(1)
	_, err = PowerSpectrum(x, 1, DefaultWelch())
	wantError(t, "infinite value", err)
	p, err := PopulationSpectrum(Spikes{}, 0, 2000, 1, DefaultWelch())
	if err != nil || p.Band(0, 500) != 0 {
		t.Errorf("silence: power %v, %v", p.Band(0, 500), err)
	}
	_, err = PopulationSpectrum(Spikes{}, 0, -1, 1, DefaultWelch())
	wantError(t, "window", err)
}

// The reference's unit is RawPower of spikes per 1 ms: its band powers of the first
// second, both ends included, come out to the last digits. That fixes the window as
// symmetric too (the periodic one is off by 1e-3).
func TestIzhikevichReferenceSpectrum(t *testing.T) {
	s, want := izhikevichFirstSecond(t)
	p, err := PopulationSpectrum(s, 0, 1000, 1, DefaultWelch())
	if err != nil || p.Segments != 1 {
		t.Fatalf("%d segments, %v", p.Segments, err)
	}
	near(t, "alpha_power", p.Band(4, 20)/want["alpha_power"], 1, 1e-12)
	near(t, "gamma_power", p.Band(20, 100)/want["gamma_power"], 1, 1e-12)
	alpha, _ := p.Peak(4, 20)
	gamma, _ := p.Peak(20, 100)
	near(t, "alpha_peak_4_20", alpha, want["alpha_peak_4_20"], 0)
	near(t, "gamma_peak_20_100", gamma, want["gamma_peak_20_100"], 0)
}
