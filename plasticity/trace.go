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
	// The values are scaled back every epoch, before they overflow: at times that do not depend on the
	// spikes, so that a value does not depend on what else is in the trace.
	epoch sim.Tick
	back  float64
}

// NewTrace makes traces of n neurons with time constant tau [ms] that grow by step at a spike; with
// nearest they are set to step instead (nearest-neighbour interaction).
func NewTrace(n int, tau float64, step float64, nearest bool, clock sim.Clock) *Trace {
	x := &Trace{tau: tau, dt: clock.DT, scaled: make([]float64, n), factor: 1, step: step, nearest: nearest}
	x.epoch = sim.Tick(max(1, min(200*tau/clock.DT, 1<<40)))
	x.back = math.Exp(-x.exponent(x.epoch))
	return x
}

// exponent is how many time constants d ticks are.
func (x *Trace) exponent(d sim.Tick) float64 { return float64(d) * x.dt / x.tau }

// rebases says whether moving to tick t scales the values back.
func (x *Trace) rebases(t sim.Tick) bool { return t-x.t0 >= x.epoch }

// MoveTo lets the traces decay to tick t and lets earlier spikes count.
func (x *Trace) MoveTo(t sim.Tick) {
	if len(x.pending) > 0 && t > x.when {
		x.apply()
	}
	for epochs := 0; x.rebases(t); epochs++ {
		if epochs == 8 { // nothing is left
			clear(x.scaled)
			x.t0 += (t - x.t0) / x.epoch * x.epoch
			break
		}
		for i := range x.scaled {
			x.scaled[i] *= x.back
		}
		x.t0 += x.epoch
	}
	if t != x.at {
		x.at = t
		x.factor = math.Exp(-x.exponent(t - x.t0))
	}
}

func (x *Trace) apply() {
	up := x.step * math.Exp(x.exponent(x.when-x.t0))
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

// State lists the traces for a checkpoint, by list: a method of c. All spikes up to tick t, to which
// the traces have come, count from now on.
func (x *Trace) State(c *sim.Codec, list func(...any), t sim.Tick) {
	if !c.Loading() {
		x.apply()
		x.MoveTo(t)
	}
	list(x.scaled)
	c.Loaded(func() error {
		x.pending = x.pending[:0]
		x.t0, x.at, x.when = max(0, t)/x.epoch*x.epoch, t, t
		x.factor = math.Exp(-x.exponent(t - x.t0))
		return nil
	})
}
