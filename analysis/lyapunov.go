package analysis

import (
	"fmt"
	"math"
)

// LyapunovOptions are the choices of [LargestLyapunov]. The zero value is the default.
type LyapunovOptions struct {
	Discard  int     // steps before measuring; 0 means 500
	Steps    int     // measured steps; 0 means 2000
	Distance float64 // distance to which the copy is rescaled; 0 means 1e-8
}

// LargestLyapunov estimates the largest Lyapunov exponent of a map, per step, with two trajectories (Benettin et
// al. 1976): a copy starts at a small distance, both advance, the logarithm of the growth of their distance is
// summed and the copy is pulled back.
//
// advance(x, t) replaces the state x by its successor at step t; it must depend on x and t alone. A system that
// is driven by a series, the input being looked up by t, has the conditional exponent, which is negative where
// the system forgets its initial state on that input (echo-state property). For a flow, let
// advance integrate over a short time and divide the result by it.
//
// start is not changed. The error names an option out of range or a state that diverges. The result is
// -Inf if the copy falls onto the trajectory.
func LargestLyapunov(start []float64, advance func(x []float64, t int), opt LyapunovOptions) (float64, error) {
	if opt.Discard == 0 {
		opt.Discard = 500
	}
	if opt.Steps == 0 {
		opt.Steps = 2000
	}
	if opt.Distance == 0 {
		opt.Distance = 1e-8
	}
	if opt.Discard < 0 || opt.Steps < 1 || !(opt.Distance > 0) || !finite(opt.Distance) {
		return 0, fmt.Errorf("analysis: Lyapunov exponent: discard %d, steps %d, distance %v: must be at least 0, at least 1 and above 0", opt.Discard, opt.Steps, opt.Distance)
	}
	if len(start) == 0 {
		return 0, fmt.Errorf("analysis: Lyapunov exponent: the state is empty: it needs at least one number")
	}
	x := append([]float64(nil), start...)
	y := append([]float64(nil), start...)
	// The copy moves towards the fastest direction during the discarded steps. It starts off with all
	// signs mixed, so that no symmetry keeps it away from that direction.
	for i := range y {
		sign := 1.0
		if (i*i+i/3)%5 < 2 {
			sign = -1
		}
		y[i] += sign * opt.Distance / math.Sqrt(float64(len(y)))
	}
	var sum float64
	for t := range opt.Discard + opt.Steps {
		advance(x, t)
		advance(y, t)
		var square, largest float64
		for i := range x {
			largest = math.Max(largest, math.Abs(x[i]))
			square += (y[i] - x[i]) * (y[i] - x[i])
		}
		d := math.Sqrt(square)
		if !finite(d) || largest*1e-16 > opt.Distance {
			return 0, fmt.Errorf("analysis: Lyapunov exponent: the state reaches %.3g at step %d, too large for a distance of %g: the system diverges, or Distance must be larger", largest, t, opt.Distance)
		}
		if d == 0 {
			return math.Inf(-1), nil
		}
		if t >= opt.Discard {
			sum += math.Log(d / opt.Distance)
		}
		f := opt.Distance / d
		for i := range x {
			y[i] = x[i] + f*(y[i]-x[i])
		}
	}
	return sum / float64(opt.Steps), nil
}
