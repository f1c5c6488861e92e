package coding

import (
	"fmt"
	"math"
	"slices"

	"github.com/glia-sim/glia/sim"
)

// Delta is delta modulation: whenever the signal has moved Step away from the reference, a spike is sent and the
// reference follows by Step. Between samples the signal is a straight line from the last value, Start before the
// first, which it reaches at the end of its sample: the spikes are at the exact crossings of that line. Input k has the
// channels 2k (up) and 2k+1 (down).
//
// The sum of all steps follows the signal to within Step, which is how it is decoded; a monotonic change by D
// sends floor(|D|/Step) spikes, up to one for what the reference lagged behind.
type Delta struct {
	Step  float64 // above 0
	Start float64 // signal and reference before the first sample
}

// NewEncoder makes the encoder.
func (p Delta) NewEncoder(inputs int, duration float64) (Encoder, error) {
	var c checker
	c.common(inputs, duration)
	c.require(p.Step > 0 && finite(p.Step), "Delta.Step", p.Step, "must be above 0")
	c.require(finite(p.Start), "Delta.Start", p.Start, "must be finite")
	if c.err != nil {
		return nil, c.err
	}
	e := &deltaEncoder{Delta: p, duration: duration, last: make([]float64, inputs), steps: make([]int, inputs)}
	e.Reset(0)
	return e, nil
}

type deltaEncoder struct {
	Delta
	duration float64
	last     []float64 // value at the end of the sample before
	steps    []int     // the reference, in steps from Start, so that no rounding adds up
}

func (e *deltaEncoder) Channels() int { return 2 * len(e.last) }

func (e *deltaEncoder) Reset(uint64) {
	for k := range e.last {
		e.last[k], e.steps[k] = e.Start, 0
	}
}

func (e *deltaEncoder) State(c *sim.Codec) { c.Values(e.last, e.steps) }

func (e *deltaEncoder) Encode(dst []Spike, sample []float64) []Spike {
	for k, x := range sample {
		from, direction, channel := e.last[k], 1, int32(2*k)
		if x < from {
			direction, channel = -1, channel+1
		}
		for {
			level := e.Start + float64(e.steps[k]+direction)*e.Step
			if float64(direction)*(x-level) < 0 || x == from {
				break
			}
			dst = append(dst, Spike{crossing(from, x, level, e.duration), channel})
			e.steps[k] += direction
		}
		e.last[k] = x
	}
	return dst
}

// crossing is when a line from one value to another meets a level, in (0, duration].
func crossing(from, to, level, duration float64) float64 {
	return min(max(duration*(level-from)/(to-from), math.SmallestNonzeroFloat64), duration)
}

// Levels is level crossing: a spike is sent whenever the signal, a straight line between samples as for Delta,
// reaches one of the levels from below (rises to it) or goes below it. Level l of input k has the channels
// 2(k n + l) (up) and 2(k n + l)+1 (down), n being the number of levels.
type Levels struct {
	At    []float64 // in rising order
	Start float64   // signal before the first sample
}

// EvenLevels gives n levels that cut lo to hi into n+1 equal parts.
func EvenLevels(n int, lo, hi float64) Levels {
	at := make([]float64, n)
	for l := range at {
		at[l] = lo + (hi-lo)*float64(l+1)/float64(n+1)
	}
	return Levels{At: at, Start: (lo + hi) / 2}
}

// NewEncoder makes the encoder.
func (p Levels) NewEncoder(inputs int, duration float64) (Encoder, error) {
	var c checker
	c.common(inputs, duration)
	c.require(len(p.At) >= 1, "length of Levels.At", len(p.At), "must be at least 1")
	for l, v := range p.At {
		c.require(finite(v) && (l == 0 || v > p.At[l-1]), fmt.Sprintf("Levels.At[%d]", l), v, "must be finite and above the one before")
	}
	c.require(finite(p.Start), "Levels.Start", p.Start, "must be finite")
	e := &levelsEncoder{Levels: p, duration: duration, last: make([]float64, max(inputs, 0))}
	e.Reset(0)
	return e, c.err
}

type levelsEncoder struct {
	Levels
	duration float64
	last     []float64
}

func (e *levelsEncoder) Channels() int { return 2 * len(e.last) * len(e.At) }

func (e *levelsEncoder) Reset(uint64) {
	for k := range e.last {
		e.last[k] = e.Start
	}
}

func (e *levelsEncoder) State(c *sim.Codec) { c.Values(e.last) }

func (e *levelsEncoder) Encode(dst []Spike, sample []float64) []Spike {
	n := len(e.At)
	for k, x := range sample {
		// A level counts as reached by a signal that stands on it.
		before, _ := slices.BinarySearchFunc(e.At, e.last[k], atMost)
		after, _ := slices.BinarySearchFunc(e.At, x, atMost)
		for l := before; l < after; l++ {
			dst = append(dst, Spike{crossing(e.last[k], x, e.At[l], e.duration), int32(2 * (k*n + l))})
		}
		for l := before - 1; l >= after; l-- {
			dst = append(dst, Spike{crossing(e.last[k], x, e.At[l], e.duration), int32(2*(k*n+l) + 1)})
		}
		e.last[k] = x
	}
	return dst
}

// atMost orders levels so that the search finds how many are at most x.
func atMost(level, x float64) int {
	if level <= x {
		return -1
	}
	return 1
}
