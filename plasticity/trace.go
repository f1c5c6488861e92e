package plasticity

import (
	"math"

	"github.com/glia-sim/glia/sim"
)

// Trace is an exponentially decaying memory of the spikes of n neurons:
//
//	dx/dt = -x/tau,   x += step at a spike.
//
// It costs nothing while nothing happens: the values are kept divided by the common decay factor
// exp(-(t-t0)/tau), so that letting all of them decay means to change one number. A spike at tick t
// counts in values read after t, not at t, which is what "read the trace, then increment it" means
// for spikes of one instant.
type Trace struct {
	tau, dt float64
	scaled  []float64 // x divided by the common factor
	t0      sim.Tick  // the common factor is 1 here
	at      sim.Tick  // tick for which factor holds
	factor  float64
	pending []int32  // spikes that count from the next tick on
	when    sim.Tick // their tick
	step    float64
	nearest bool // a spike sets the trace instead of adding to it
}

// NewTrace makes traces of n neurons with time constant tau [ms] that grow by step at a spike; with
// nearest they are set to step instead (nearest-neighbour interaction).
func NewTrace(n int, tau float64, step float64, nearest bool, clock sim.Clock) *Trace {
	return &Trace{tau: tau, dt: clock.DT, scaled: make([]float64, n), factor: 1, step: step, nearest: nearest}
}

// rebase is the exponent at which the values are scaled back, before they overflow.
const rebase = 200

// MoveTo lets the traces decay to tick t and lets earlier spikes count.
func (x *Trace) MoveTo(t sim.Tick) {
	if len(x.pending) > 0 && t > x.when {
		x.apply()
	}
	if t != x.at {
		x.at = t
		x.factor = math.Exp(-float64(t-x.t0) * x.dt / x.tau)
	}
}

func (x *Trace) apply() {
	e := float64(x.when-x.t0) * x.dt / x.tau
	if e > rebase {
		f := math.Exp(-e)
		for i := range x.scaled {
			x.scaled[i] *= f
		}
		x.t0, e = x.when, 0
		x.at = x.when
		x.factor = 1
	}
	up := x.step * math.Exp(e)
	if x.nearest {
		for _, i := range x.pending {
			x.scaled[i] = up
		}
	} else {
		for _, i := range x.pending {
			x.scaled[i] += up
		}
	}
	x.pending = x.pending[:0]
}

// Value gives the trace of neuron i at the tick of the last MoveTo, without spikes of that tick.
func (x *Trace) Value(i int32) float64 { return x.scaled[i] * x.factor }

// gain is by how much n spikes at the tick of the last MoveTo will raise the trace of neuron i.
func (x *Trace) gain(i int32, n float64) float64 {
	if x.nearest {
		return x.step - x.Value(i)
	}
	return n * x.step
}

// Spike notes a spike of neuron i at the tick of the last MoveTo.
func (x *Trace) Spike(i int32) {
	x.when = x.at
	x.pending = append(x.pending, i)
}

// Reset sets all traces to zero at tick 0.
func (x *Trace) Reset() {
	clear(x.scaled)
	x.pending = x.pending[:0]
	x.t0, x.at, x.when, x.factor = 0, 0, 0, 1
}
