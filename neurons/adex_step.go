package neurons

import (
	"math"

	"github.com/glia-sim/glia/sim"
)

// adExState is the state of one neuron during a step.
type adExState struct {
	v, w, ex, in float64
	held         bool // V stays at VReset
	fired        bool
}

func (a *adEx) advance(t sim.Tick, lo, hi int, cur []float64, spikes []int32) []int32 {
	v := a.v[lo:hi]
	n := len(v)
	w, sex, sin, until, cur := a.w[lo:hi][:n], a.sex[lo:hi][:n], a.sin[lo:hi][:n], a.until[lo:hi][:n], cur[:n]
	for i := range v {
		x := adExState{v: v[i], w: w[i], ex: sex[i], in: sin[i], held: until[i] >= t}
		drive := cur[i] + a.IE
		for range a.Substeps {
			if a.Method == Euler {
				a.euler(&x, drive)
			} else {
				a.rk4(&x, drive)
			}
		}
		v[i], w[i], sex[i], sin[i] = x.v, x.w, x.ex, x.in
		if x.fired {
			until[i] = t + a.refTicks
			spikes = append(spikes, int32(lo+i))
		}
	}
	return spikes
}

// spike resets a neuron that has reached the peak.
func (a *adEx) spike(x *adExState) {
	x.v = a.VReset
	x.w += a.B
	x.fired, x.held = true, a.refTicks > 0
}

// settle keeps V where it is held, and catches it above the peak.
func (a *adEx) settle(x *adExState) {
	if x.held {
		x.v = a.VReset
	} else if x.v >= a.VPeak {
		a.spike(x)
	}
}

// upstroke is the slope of V that the exponential makes [mV/ms].
func (a *adEx) upstroke(v float64) float64 {
	// A trial point of the method may lie far above the peak.
	return float64(a.onset * math.Exp((min(v, a.VPeak)-a.VT)/a.DeltaT))
}

// rest is the slope of V without the exponential [mV/ms].
func (a *adEx) rest(v, w, ex, in, drive float64) float64 {
	v = min(v, a.VPeak)
	c := float64(a.conductive * v)
	synaptic := float64(ex*(a.pullEx-c)) + float64(in*(a.pullIn-c))
	return (float64(a.GL*(a.EL-v)) - w + synaptic + drive) / a.C
}

// slope gives dV/dt and dw/dt.
func (a *adEx) slope(v, w, ex, in, drive float64) (dv, dw float64) {
	return a.upstroke(v) + a.rest(v, w, ex, in, drive), (float64(a.A*(min(v, a.VPeak)-a.EL)) - w) / a.TauW
}

func (a *adEx) euler(x *adExState, drive float64) {
	dv, dw := a.slope(x.v, x.w, x.ex, x.in, drive)
	x.v += float64(a.h * dv)
	x.w += float64(a.h * dw)
	x.ex *= a.fullEx
	x.in *= a.fullIn
	a.settle(x)
}

// rk4 carries the neuron over a substep, by way of the peak if it is reached.
func (a *adEx) rk4(x *adExState, drive float64) {
	h, halfEx, halfIn, fullEx, fullIn := a.h, a.halfEx, a.halfIn, a.fullEx, a.fullIn
	if x.v > a.VT && !x.held {
		// A neuron whose reset lies in the upstroke may reach the peak more than once.
		for range 8 {
			peak := a.timeToPeak(x, drive)
			if peak >= h || x.held {
				break
			}
			x.w += float64(peak * (float64(a.A*(x.v-a.EL)) - x.w) / a.TauW)
			x.ex *= leak(peak, a.TauEx)
			x.in *= leak(peak, a.TauIn)
			a.spike(x)
			h -= peak
		}
		if h != a.h {
			halfEx, halfIn, fullEx, fullIn = leak(h/2, a.TauEx), leak(h/2, a.TauIn), leak(h, a.TauEx), leak(h, a.TauIn)
		}
	}
	if x.held {
		x.v = a.VReset
	}
	ex1, in1 := float64(x.ex*halfEx), float64(x.in*halfIn)
	ex2, in2 := float64(x.ex*fullEx), float64(x.in*fullIn)
	k1, l1 := a.slope(x.v, x.w, x.ex, x.in, drive)
	k2, l2 := a.slope(x.v+float64(h/2*k1), x.w+float64(h/2*l1), ex1, in1, drive)
	k3, l3 := a.slope(x.v+float64(h/2*k2), x.w+float64(h/2*l2), ex1, in1, drive)
	k4, l4 := a.slope(x.v+float64(h*k3), x.w+float64(h*l3), ex2, in2, drive)
	x.v += float64(h / 6 * (k1 + float64(2*(k2+k3)) + k4))
	x.w += float64(h / 6 * (l1 + float64(2*(l2+l3)) + l4))
	x.ex, x.in = ex2, in2
	a.settle(x)
}

// timeToPeak is how long V takes from here to VPeak [ms] if all but the exponential stays as it is:
//
//	dV/dt = U exp((V - V0)/DeltaT) + R
//	t     = T(U) - T(U at the peak),  T(U) = DeltaT/R ln(1 + R/U),  DeltaT/U for R = 0
//
// T is the time to infinity. It is +Inf where the rest R pulls V down faster than the exponential
// drives it up.
func (a *adEx) timeToPeak(x *adExState, drive float64) float64 {
	if x.v >= a.VPeak {
		return 0
	}
	rest := a.rest(x.v, x.w, x.ex, x.in, drive)
	blowup := func(upstroke float64) float64 {
		y := rest / upstroke
		switch {
		case y <= -1:
			return math.Inf(1)
		case math.Abs(y) < 1e-12:
			return a.DeltaT / upstroke
		}
		return a.DeltaT / rest * math.Log1p(y)
	}
	t := blowup(a.upstroke(x.v))
	if math.IsInf(t, 1) {
		return t
	}
	return max(0, t-blowup(a.upstroke(a.VPeak)))
}
