package neurons

import (
	"slices"

	"github.com/glia-sim/glia/sim"
)

func (z *izhikevich) Step(_ sim.Tick, in [][]float64, spikes []int32) []int32 {
	for lo := 0; lo < len(z.v); lo += chunk {
		hi := min(lo+chunk, len(z.v))
		w, cur := arriving(in, 0, lo, hi), arriving(in, 1, lo, hi)
		switch {
		case z.Substeps > 1:
			spikes = z.substeps(lo, hi, w, cur, spikes)
		case z.Method == HalfSteps:
			spikes = z.halfSteps(lo, hi, w, cur, spikes)
		case z.Method == RK4:
			spikes = z.rk4(lo, hi, w, cur, spikes)
		default:
			spikes = z.euler(lo, hi, w, cur, spikes)
		}
	}
	return spikes
}

// restart resets the neurons of spikes[first:].
func (z *izhikevich) restart(spikes []int32, first int) []int32 {
	for _, i := range spikes[first:] {
		z.v[i] = z.c[i]
		z.u[i] += z.d[i]
	}
	return spikes
}

// substeps repeats a fine step; the weights come with the last.
func (z *izhikevich) substeps(lo, hi int, w, cur []float64, spikes []int32) []int32 {
	fired := z.fired[:0]
	first := len(spikes)
	for k := 1; k <= z.Substeps; k++ {
		arrived := silence[:hi-lo]
		if k == z.Substeps {
			arrived = w
		}
		if z.Method == RK4 {
			fired = z.rk4(lo, hi, arrived, cur, fired)
		} else {
			fired = z.euler(lo, hi, arrived, cur, fired)
		}
	}
	z.fired = fired
	slices.Sort(fired)
	for _, i := range fired {
		if len(spikes) == first || spikes[len(spikes)-1] != i {
			spikes = append(spikes, i)
		}
	}
	return spikes
}

// halfSteps is the published scheme, with the weights as a current during the step.
func (z *izhikevich) halfSteps(lo, hi int, w, cur []float64, spikes []int32) []int32 {
	v := z.v[lo:hi]
	n := len(v)
	u, a, b := z.u[lo:hi][:n], z.a[lo:hi][:n], z.b[lo:hi][:n]
	w, cur = w[:n], cur[:n]
	first := len(spikes)
	h, half, rate, ie, peak := z.h, z.h/2, 1/z.dt, z.IE, z.Peak
	for i := range v {
		x, r := v[i], u[i]
		drive := 140 - r + (cur[i] + ie + float64(w[i]*rate))
		x += float64(half * (float64((float64(0.04*x)+5)*x) + drive))
		x += float64(half * (float64((float64(0.04*x)+5)*x) + drive))
		r += float64(h * a[i] * (float64(b[i]*x) - r))
		v[i], u[i] = x, r
		if x >= peak {
			spikes = append(spikes, int32(lo+i))
		}
	}
	return z.restart(spikes, first)
}

// euler takes both right-hand sides at the old state.
func (z *izhikevich) euler(lo, hi int, w, cur []float64, spikes []int32) []int32 {
	v := z.v[lo:hi]
	n := len(v)
	u, a, b := z.u[lo:hi][:n], z.a[lo:hi][:n], z.b[lo:hi][:n]
	w, cur = w[:n], cur[:n]
	first := len(spikes)
	h, ie, peak := z.h, z.IE, z.Peak
	for i := range v {
		x, r := v[i], u[i]
		f := float64((float64(0.04*x)+5)*x) + (140 - r + (cur[i] + ie))
		r += float64(h * a[i] * (float64(b[i]*x) - r))
		x += float64(h*f) + w[i]
		v[i], u[i] = x, r
		if x >= peak {
			spikes = append(spikes, int32(lo+i))
		}
	}
	return z.restart(spikes, first)
}

// rk4 is the classical Runge-Kutta method.
func (z *izhikevich) rk4(lo, hi int, w, cur []float64, spikes []int32) []int32 {
	v := z.v[lo:hi]
	n := len(v)
	u, a, b := z.u[lo:hi][:n], z.a[lo:hi][:n], z.b[lo:hi][:n]
	w, cur = w[:n], cur[:n]
	first := len(spikes)
	h, ie, peak := z.h, z.IE, z.Peak
	for i := range v {
		drive, ai, bi := 140+(cur[i]+ie), a[i], b[i]
		x, r := v[i], u[i]
		k1, l1 := izhikevichSlope(x, r, drive, ai, bi)
		k2, l2 := izhikevichSlope(x+float64(h/2*k1), r+float64(h/2*l1), drive, ai, bi)
		k3, l3 := izhikevichSlope(x+float64(h/2*k2), r+float64(h/2*l2), drive, ai, bi)
		k4, l4 := izhikevichSlope(x+float64(h*k3), r+float64(h*l3), drive, ai, bi)
		x += float64(h/6*(k1+float64(2*(k2+k3))+k4)) + w[i]
		r += float64(h / 6 * (l1 + float64(2*(l2+l3)) + l4))
		v[i], u[i] = x, r
		if x >= peak {
			spikes = append(spikes, int32(lo+i))
		}
	}
	return z.restart(spikes, first)
}

func izhikevichSlope(v, u, drive, a, b float64) (dv, du float64) {
	return float64((float64(0.04*v)+5)*v) + (drive - u), float64(a * (float64(b*v) - u))
}
