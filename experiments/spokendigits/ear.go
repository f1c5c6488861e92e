package spokendigits

import (
	"math"

	"gonum.org/v1/gonum/dsp/fourier"
)

// The ear turns sound of 8 kHz into frames of band energies, as the cochlea does in coarse: bands of equal width on the
// mel scale, on a logarithmic scale of loudness.
const (
	sampleRate = 8000
	window     = 256 // samples of a spectrum, 32 ms
	hop        = 80  // samples between frames, 10 ms
	lowest     = 100.0
	highest    = 3900.0
	loudness   = 50.0 // dB below the loudest band of the recording that count as silence
)

func mel(hz float64) float64 { return 2595 * math.Log10(1+hz/700) }

func hertz(mel float64) float64 { return 700 * (math.Pow(10, mel/2595) - 1) }

// ear holds the filters; it is not safe for several goroutines.
type ear struct {
	fft     *fourier.FFT
	taper   []float64
	filters [][]float64 // per band, over the lines of the spectrum
	buffer  []float64
	lines   []complex128
}

func newEar(bands int) *ear {
	e := &ear{fft: fourier.NewFFT(window), taper: make([]float64, window), buffer: make([]float64, window)}
	for k := range e.taper {
		e.taper[k] = 0.5 - 0.5*math.Cos(2*math.Pi*(float64(k)+0.5)/window)
	}
	edge := func(k int) float64 {
		return hertz(mel(lowest)+(mel(highest)-mel(lowest))*float64(k)/float64(bands+1)) * window / sampleRate
	}
	for b := range bands {
		f := make([]float64, window/2+1)
		lo, mid, hi := edge(b), edge(b+1), edge(b+2)
		// A triangle, averaged over each line's width, so that bands narrower than a line are not empty.
		for k := range f {
			const parts = 16
			for p := range parts {
				x := float64(k) - 0.5 + (float64(p)+0.5)/parts
				f[k] += math.Max(0, math.Min((x-lo)/(mid-lo), (hi-x)/(hi-mid))) / parts
			}
		}
		e.filters = append(e.filters, f)
	}
	return e
}

// hear returns frames x bands in [0, 1]: 1 is the loudest energy of the recording, 0 is 50 dB below and less.
func (e *ear) hear(sound []float64) [][]float64 {
	frames := make([][]float64, 0, len(sound)/hop+1)
	top := math.Inf(-1)
	for at := -window / 2; at+window/2 < len(sound); at += hop {
		for k := range e.buffer {
			e.buffer[k] = 0
			if i := at + k; i >= 0 && i < len(sound) {
				e.buffer[k] = sound[i] * e.taper[k]
			}
		}
		e.lines = e.fft.Coefficients(e.lines, e.buffer)
		frame := make([]float64, len(e.filters))
		for b, f := range e.filters {
			energy := 1e-12
			for k, w := range f {
				if w > 0 {
					re, im := real(e.lines[k]), imag(e.lines[k])
					energy += w * (re*re + im*im)
				}
			}
			frame[b] = 10 * math.Log10(energy)
			top = max(top, frame[b])
		}
		frames = append(frames, frame)
	}
	for _, frame := range frames {
		for b, dB := range frame {
			frame[b] = min(1, max(0, 1+(dB-top)/loudness))
		}
	}
	return frames
}
