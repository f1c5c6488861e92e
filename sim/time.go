package sim

import (
	"fmt"
	"math"
)

// Tick counts steps of the resolution dt. Tick 0 is the start of the run; the state at tick t is the
// state after the step (t-1, t].
type Tick int64

// never is later than any tick a run can reach.
const never = Tick(math.MaxInt64 / 4)

// Instant is a point in continuous time, written as the right border of the step that holds it and
// how long before that border it lies: Tick*dt - Lag, with 0 <= Lag < dt. Stepped neurons spike on
// the grid (Lag 0); event-driven neurons anywhere. Keeping the two apart keeps 1e-13 ms of precision
// however long the run.
type Instant struct {
	Tick Tick
	Lag  float64 // ms before the right border of the step, in [0, dt)
}

// Never is an instant that no run reaches: the prediction of a neuron that will not fire by itself.
var Never = Instant{Tick: never}

// Before says whether a is earlier than b.
func (a Instant) Before(b Instant) bool {
	return a.Tick < b.Tick || a.Tick == b.Tick && a.Lag > b.Lag
}

// Clock converts between ms and ticks.
type Clock struct {
	DT float64 // resolution [ms]
}

// Ticks converts a duration in ms to ticks. A duration that is no multiple of dt (to 1e-6 of a step)
// is an error that names what it belongs to.
func (c Clock) Ticks(ms float64, what string) (Tick, error) {
	x := ms / c.DT
	n := math.Round(x)
	if math.IsNaN(x) || math.IsInf(x, 0) || math.Abs(n) > float64(never)/2 {
		return 0, fmt.Errorf("sim: %s is %g ms: want a finite time", what, ms)
	}
	if math.Abs(x-n) > 1e-6*math.Max(1, math.Abs(n)*1e-6) {
		return 0, fmt.Errorf("sim: %s is %g ms: want a multiple of the resolution dt = %g ms", what, ms, c.DT)
	}
	return Tick(n), nil
}

// MS gives the time of a tick in ms.
func (c Clock) MS(t Tick) float64 { return float64(t) * c.DT }

// InstantMS gives the time of an instant in ms.
func (c Clock) InstantMS(t Instant) float64 { return float64(t.Tick)*c.DT - t.Lag }

// Elapsed gives the ms from a to b, without the loss of digits that two absolute times would bring.
func (c Clock) Elapsed(a, b Instant) float64 {
	return float64(b.Tick-a.Tick)*c.DT + (a.Lag - b.Lag)
}

// After gives the instant ms milliseconds after now; ms must not be negative. An ms that is infinite
// or beyond the reach of a run gives Never.
func (c Clock) After(now Instant, ms float64) Instant {
	x := ms - now.Lag // relative to the border now.Tick
	n := math.Ceil(x / c.DT)
	if !(n < float64(never-now.Tick)) {
		return Never
	}
	lag := n*c.DT - x
	if lag < 0 {
		lag = 0
	} else if lag >= c.DT {
		n--
		lag -= c.DT
		if lag < 0 {
			lag = 0
		}
	}
	return Instant{Tick: now.Tick + Tick(n), Lag: lag}
}
