package nalsm

import (
	"math"

	"github.com/glia-sim/glia/sim"
)

// traces are exponentially filtered spike trains, read at the end of each window of a presentation:
//
//	r(T) = sum over the spikes at t <= T of exp(-(T-t)/tau)
//
// A neuron that fires as often as its refractory time allows has the largest value, 255 bytes' worth.
type traces struct {
	decay []float64 // by age in ms
	unit  float64   // bytes' worth of a spike of age 0
}

// shortestInterval is the time between two spikes of a neuron that is always over its threshold, in ms.
const shortestInterval = 3

func newTraces(tau float64, steps int) *traces {
	r := &traces{decay: make([]float64, steps), unit: 255 * -math.Expm1(-shortestInterval/tau)}
	for age := range r.decay {
		r.decay[age] = math.Exp(-float64(age) / tau)
	}
	return r
}

// read sets row to the traces of n neurons at each of the times ends: all neurons at the first time, then all
// at the next. The neuron of a spike is its ID less first.
func (r *traces) read(spikes []sim.Spike, first int32, n int, ends []int, row []uint8) {
	sum := make([]float64, len(row))
	for _, s := range spikes {
		j := int(s.ID - first)
		for w, end := range ends {
			if age := end - int(s.At.Tick); age >= 0 {
				sum[w*n+j] += r.decay[age]
			}
		}
	}
	for k, x := range sum {
		row[k] = uint8(min(math.Round(x*r.unit), 255))
	}
}
