package neurons

import (
	"math"

	"github.com/glia-sim/glia/sim"
)

// chunk is how many neurons the hot loops treat at a time. It lets receptors that nothing is connected
// to read their zeros from a short array that stays in the first-level cache, instead of having a loop
// for each combination of connected receptors.
const chunk = 512

var silence [chunk]float64 // never written

// arriving gives the input of receptor r for neurons lo to hi-1, at most chunk of them.
func arriving(in [][]float64, r, lo, hi int) []float64 {
	if in[r] == nil {
		return silence[:hi-lo]
	}
	return in[r][lo:hi]
}

// arrive adds to a synaptic variable the weights that reach it at the end of a step, where the engine does not add
// them itself (sim.Accumulator), and clears them.
func arrive(x, weights []float64) {
	if weights == nil {
		return
	}
	weights = weights[:len(x)]
	for i, w := range weights {
		x[i] += w
	}
	clear(weights)
}

// arriveUnsigned adds the magnitude of the sum of the weights.
func arriveUnsigned(x, weights []float64) {
	if weights == nil {
		return
	}
	weights = weights[:len(x)]
	for i, w := range weights {
		x[i] += math.Abs(w)
	}
	clear(weights)
}

// flush sets values that have all but decayed to zero, now and then: below 1e-308 arithmetic falls back
// to subnormal numbers, which take the processor ten times as long, and a network that has fallen
// silent would run at a crawl.
func flush(t sim.Tick, states ...[]float64) {
	if t%256 != 0 {
		return
	}
	for _, x := range states {
		for i, v := range x {
			if v < 1e-280 && v > -1e-280 {
				x[i] = 0
			}
		}
	}
}
