package coding

import (
	"math"
	"math/rand/v2"

	"github.com/glia-sim/glia/sim"
)

// Poisson codes a value by the rate of a Poisson train, which rises linearly from 0 at Lo to Rate at Hi; there is
// one channel per input. A sample of share s between Lo and Hi has s·Rate·duration/1000 spikes on average, and as
// large a variance.
type Poisson struct {
	Lo, Hi float64 // values of rate 0 and of the full rate; values beyond count as these
	Rate   float64 // Hz
	Seed   uint64
}

// NewEncoder makes the encoder.
func (p Poisson) NewEncoder(inputs int, duration float64) (Encoder, error) {
	var c checker
	c.common(inputs, duration)
	c.scale("Poisson", p.Lo, p.Hi)
	c.require(p.Rate > 0 && finite(p.Rate), "Poisson.Rate", p.Rate, "must be a positive rate in Hz")
	e := &poissonEncoder{Poisson: p, inputs: inputs, duration: duration}
	e.Reset(0)
	return e, c.err
}

type poissonEncoder struct {
	Poisson
	inputs   int
	duration float64
	pcg      rand.PCG
	rng      *rand.Rand
}

func (e *poissonEncoder) Channels() int { return e.inputs }

func (e *poissonEncoder) Reset(trial uint64) {
	e.pcg.Seed(e.Seed, 0x706f6973^trial<<32)
	e.rng = rand.New(&e.pcg)
}

func (e *poissonEncoder) State(c *sim.Codec) { c.Values(&e.pcg) }

func (e *poissonEncoder) Encode(dst []Spike, sample []float64) []Spike {
	for k, x := range sample {
		rate := share(x, e.Lo, e.Hi) * e.Rate / 1000 // 1/ms
		if rate == 0 {
			continue
		}
		for t := e.rng.ExpFloat64() / rate; t <= e.duration; t += e.rng.ExpFloat64() / rate {
			if t > 0 {
				dst = append(dst, Spike{t, int32(k)})
			}
		}
	}
	return dst
}

// Direct takes samples that are spike trains already: a value k, rounded, stands for so many spikes at the end of
// the sample. There is one channel per input.
type Direct struct{}

// NewEncoder makes the encoder.
func (Direct) NewEncoder(inputs int, duration float64) (Encoder, error) {
	var c checker
	c.common(inputs, duration)
	return &directEncoder{inputs, duration}, c.err
}

type directEncoder struct {
	inputs   int
	duration float64
}

func (e *directEncoder) Channels() int { return e.inputs }

func (e *directEncoder) Reset(uint64) {}

func (e *directEncoder) State(*sim.Codec) {}

func (e *directEncoder) Encode(dst []Spike, sample []float64) []Spike {
	for k, x := range sample {
		for range int(math.Round(x)) {
			dst = append(dst, Spike{e.duration, int32(k)})
		}
	}
	return dst
}

// Latency codes a value by the time of the one spike that its channel fires in a sample: the larger, the earlier.
// With s the share of the value between Lo and Hi, the spike comes at
//
//	Window (1 - s)            by default: at the end of the window for s -> 0, at once for s = 1
//	Tau ln(s/(s - Threshold)) with Tau above 0: the first spike of a leaky integrator that receives s
//
// A channel is silent at s = 0, for s at or below the threshold, and where the spike would come after the window.
type Latency struct {
	Lo, Hi    float64 // range of the values; those beyond count as the ends
	Window    float64 // ms, at most the duration of a sample; 0 for that duration
	Tau       float64 // time constant of the integrator [ms]; 0 for the linear code
	Threshold float64 // of the integrator, in (0, 1), as a share
}

// NewEncoder makes the encoder.
func (p Latency) NewEncoder(inputs int, duration float64) (Encoder, error) {
	var c checker
	c.common(inputs, duration)
	c.scale("Latency", p.Lo, p.Hi)
	c.require(p.Window >= 0 && p.Window <= duration, "Latency.Window", p.Window, "must be a time in ms up to the duration of a sample, or 0 for that")
	c.require(p.Tau >= 0 && finite(p.Tau), "Latency.Tau", p.Tau, "must be a time in ms, or 0 for the linear code")
	c.require(p.Tau == 0 || p.Threshold > 0 && p.Threshold < 1, "Latency.Threshold", p.Threshold, "must be in (0, 1)")
	if p.Window == 0 {
		p.Window = duration
	}
	return &latencyEncoder{p, inputs}, c.err
}

type latencyEncoder struct {
	Latency
	inputs int
}

func (e *latencyEncoder) Channels() int { return e.inputs }

func (e *latencyEncoder) Reset(uint64) {}

func (e *latencyEncoder) State(*sim.Codec) {}

func (e *latencyEncoder) Encode(dst []Spike, sample []float64) []Spike {
	for k, x := range sample {
		s := share(x, e.Lo, e.Hi)
		at := e.Window * (1 - s)
		switch {
		case s <= e.Threshold:
			continue
		case e.Tau > 0:
			at = e.Tau * math.Log(s/(s-e.Threshold))
		}
		if at <= e.Window {
			// A spike at once is one just after the start, since a sample does not own its start.
			dst = append(dst, Spike{max(at, math.SmallestNonzeroFloat64), int32(k)})
		}
	}
	return dst
}
