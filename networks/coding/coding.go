package coding

import (
	"fmt"
	"math"

	"github.com/glia-sim/glia/sim"
)

// Spike is a spike of a channel.
type Spike struct {
	At      float64 // ms after the start of the sample, in (0, duration]
	Channel int32
}

// Coder is a way to turn samples into spikes.
type Coder interface {
	// NewEncoder makes the encoder of samples of so many values that each last duration ms. It names the first
	// parameter out of range.
	NewEncoder(inputs int, duration float64) (Encoder, error)
}

// Encoder encodes the samples of a series in their order.
type Encoder interface {
	// Channels is the number of spike trains.
	Channels() int
	// Encode appends the spikes of the next sample, of each channel in the order of time. The sample must have as
	// many values as the encoder has inputs, all finite.
	Encode(dst []Spike, sample []float64) []Spike
	// Reset returns to the state before the first sample. Random encoders start the stream of the trial.
	Reset(trial uint64)
	// State lists what one sample leaves to the next.
	State(c *sim.Codec)
}

// ArgumentError says which parameter was refused, and what would have been accepted.
type ArgumentError struct {
	Name  string // coder and parameter
	Value any
	Want  string
}

// Error gives name, value and remedy in one line.
func (e *ArgumentError) Error() string {
	return fmt.Sprintf("coding: %s is %v: %s", e.Name, e.Value, e.Want)
}

// checker collects the first complaint about a coder.
type checker struct{ err error }

func (c *checker) require(ok bool, name string, value any, want string) {
	if c.err == nil && !ok {
		c.err = &ArgumentError{name, value, want}
	}
}

func (c *checker) common(inputs int, duration float64) {
	c.require(inputs >= 1, "number of inputs", inputs, "must be at least 1")
	c.require(duration > 0 && finite(duration), "duration of a sample", duration, "must be a positive time in ms")
}

func (c *checker) scale(coder string, lo, hi float64) {
	c.require(finite(lo) && finite(hi) && lo < hi, coder+".Lo and Hi", [2]float64{lo, hi}, "must be finite and in rising order")
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// share is where x lies between lo and hi, held in [0, 1].
func share(x, lo, hi float64) float64 { return min(max((x-lo)/(hi-lo), 0), 1) }

// Encode runs an encoder over a whole series (samples of equal length) from its start and returns the spike times of
// each channel in ms from the start of the series.
func Encode(c Coder, series [][]float64, duration float64) ([][]float64, error) {
	if len(series) == 0 {
		return nil, &ArgumentError{"length of the series", 0, "must be at least 1"}
	}
	e, err := c.NewEncoder(len(series[0]), duration)
	if err != nil {
		return nil, err
	}
	e.Reset(0)
	trains := make([][]float64, e.Channels())
	var spikes []Spike
	for t, sample := range series {
		if len(sample) != len(series[0]) {
			return nil, &ArgumentError{fmt.Sprintf("length of sample %d", t), len(sample), fmt.Sprintf("must be that of the first, %d", len(series[0]))}
		}
		for k, x := range sample {
			if !finite(x) {
				return nil, &ArgumentError{fmt.Sprintf("value %d of sample %d", k, t), x, "must be finite"}
			}
		}
		spikes = e.Encode(spikes[:0], sample)
		for _, s := range spikes {
			trains[s.Channel] = append(trains[s.Channel], float64(t)*duration+s.At)
		}
	}
	return trains, nil
}
