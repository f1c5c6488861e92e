package analysis

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/dsp/fourier"
	"gonum.org/v1/gonum/dsp/window"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
)

// Scaling says in what unit a [Spectrum] gives power.
type Scaling int

const (
	// RawPower is |FFT|^2 of the windowed segment, averaged over segments, without any
	// further factor: it grows with the segment. A spike-count signal gives (spikes)^2.
	RawPower Scaling = iota
	// Density is the one-sided power spectral density, signal^2/Hz: RawPower divided
	// by sampling rate times the sum of squared window weights, and doubled except at
	// 0 Hz and the Nyquist frequency. Its sum times the line spacing estimates the variance.
	Density
)

// Detrend says which mean is subtracted before the transform.
type Detrend int

const (
	// SignalMean subtracts the mean of the whole signal, so that changes slower than a
	// segment stay visible at 0 Hz.
	SignalMean Detrend = iota
	// SegmentMean subtracts from each segment its own mean.
	SegmentMean
	// NoDetrend subtracts nothing.
	NoDetrend
)

// Welch holds the choices of Welch's method. Start from [DefaultWelch].
type Welch struct {
	Segment float64 // length of a segment [ms]; line spacing is 1000/Segment Hz. Default 1000
	Overlap float64 // fraction of a segment shared with the next, 0 <= Overlap < 1. Default 0.5
	Scaling Scaling // unit of power. Default RawPower
	Detrend Detrend // mean to subtract. Default SignalMean
}

// DefaultWelch is segments of 1 s (lines 1 Hz apart) that overlap by half, RawPower and
// SignalMean.
func DefaultWelch() Welch { return Welch{Segment: 1000, Overlap: 0.5} }

// Validate reports the first field out of range.
func (w Welch) Validate() error {
	switch {
	case !(w.Segment > 0) || math.IsInf(w.Segment, 0):
		return fmt.Errorf("analysis: Welch Segment is %v ms: it must be positive and finite; start from DefaultWelch()", w.Segment)
	case !(w.Overlap >= 0 && w.Overlap < 1):
		return fmt.Errorf("analysis: Welch Overlap is %v: it must be at least 0 and below 1", w.Overlap)
	case w.Scaling != RawPower && w.Scaling != Density:
		return fmt.Errorf("analysis: Welch Scaling is %d: it must be RawPower or Density", w.Scaling)
	case w.Detrend < SignalMean || w.Detrend > NoDetrend:
		return fmt.Errorf("analysis: Welch Detrend is %d: it must be SignalMean, SegmentMean or NoDetrend", w.Detrend)
	}
	return nil
}

// Spectrum is a power spectrum in lines of equal spacing from 0 Hz to the Nyquist frequency.
type Spectrum struct {
	Freq     []float64 // [Hz]
	Power    []float64 // in the unit of the Scaling asked for
	Segments int       // segments averaged; the relative error of a line is about 1/sqrt(Segments)
}

// PowerSpectrum estimates the power spectrum of the signal x, sampled every step ms, by
// Welch's method (Welch 1967): the mean is subtracted, the signal is cut into overlapping segments,
// each is multiplied by a Hann window and transformed, and |FFT|^2 is averaged. What is
// left after the last whole segment is not used.
//
// The window is the symmetric Hann window 0.5 - 0.5 cos(2 pi i/(n-1)) (numpy's
// hanning; scipy's default differs by n in place of n-1).
//
// The error names a field of w, a step that is not positive, a value of x that is not
// finite, or a segment that is longer than the signal or under 4 samples.
func PowerSpectrum(x []float64, step float64, w Welch) (Spectrum, error) {
	if err := w.Validate(); err != nil {
		return Spectrum{}, err
	}
	if !(step > 0) || math.IsInf(step, 0) {
		return Spectrum{}, fmt.Errorf("analysis: sampling step is %v ms: it must be positive and finite", step)
	}
	samples := math.Round(w.Segment / step)
	if samples < 4 {
		return Spectrum{}, fmt.Errorf("analysis: Welch Segment is %v ms, %v samples of %v ms: at least 4 are needed; lengthen it", w.Segment, samples, step)
	}
	if samples > float64(len(x)) {
		return Spectrum{}, fmt.Errorf("analysis: Welch Segment is %v ms, but the signal has only %v ms: record longer or shorten the segment", w.Segment, float64(len(x))*step)
	}
	for i, v := range x {
		if !finite(v) {
			return Spectrum{}, fmt.Errorf("analysis: signal value %d is %v: it must be finite", i, v)
		}
	}
	n := int(samples)
	hop := max(1, n-int(math.Round(w.Overlap*samples)))
	hann := make([]float64, n)
	for i := range hann {
		hann[i] = 1
	}
	window.Hann(hann)

	fft := fourier.NewFFT(n)
	segment := make([]float64, n)
	coeff := make([]complex128, n/2+1)
	out := Spectrum{Freq: make([]float64, n/2+1), Power: make([]float64, n/2+1)}
	mean := 0.0
	if w.Detrend == SignalMean {
		mean = stat.Mean(x, nil)
	}
	for at := 0; at+n <= len(x); at += hop {
		if w.Detrend == SegmentMean {
			mean = stat.Mean(x[at:at+n], nil)
		}
		for i, v := range x[at : at+n] {
			segment[i] = (v - mean) * hann[i]
		}
		for i, c := range fft.Coefficients(coeff, segment) {
			out.Power[i] += real(c)*real(c) + imag(c)*imag(c)
		}
		out.Segments++
	}
	floats.Scale(1/float64(out.Segments), out.Power)
	rate := 1000 / step // Hz
	for i := range out.Freq {
		out.Freq[i] = float64(i) * rate / float64(n)
	}
	if w.Scaling == Density {
		floats.Scale(1/(rate*floats.Dot(hann, hann)), out.Power)
		for i := 1; i < len(out.Power); i++ {
			if 2*i != n {
				out.Power[i] *= 2
			}
		}
	}
	return out, nil
}

// PopulationSpectrum is the [PowerSpectrum] of the count of all spikes of s in bins of
// bin ms over [from, to) ms.
func PopulationSpectrum(s Spikes, from, to, bin float64, w Welch) (Spectrum, error) {
	counts, err := s.BinCounts(from, to, bin)
	if err != nil {
		return Spectrum{}, err
	}
	return PowerSpectrum(counts, bin, w)
}

// Peak is the frequency [Hz] and power of the largest line with lo <= frequency <= hi
// [Hz], the lowest of equal ones; NaN, NaN where the band holds no line.
func (p Spectrum) Peak(lo, hi float64) (freq, power float64) {
	freq, power = math.NaN(), math.NaN()
	for i, f := range p.Freq {
		if f >= lo && f <= hi && !(p.Power[i] <= power) {
			freq, power = f, p.Power[i]
		}
	}
	return freq, power
}

// Band is the sum of the power of the lines with lo <= frequency <= hi [Hz]; both ends
// belong to the band. 0 where it holds no line. Multiply by the line spacing to
// integrate a Density.
func (p Spectrum) Band(lo, hi float64) float64 {
	sum := 0.0
	for i, f := range p.Freq {
		if f >= lo && f <= hi {
			sum += p.Power[i]
		}
	}
	return sum
}
