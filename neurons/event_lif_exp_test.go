package neurons

import (
	"math"
	"math/rand/v2"
	"testing"
)

// drawn gives a membrane and a state below threshold, of all kinds: equal and nearly equal time
// constants, currents of either sign at either receptor, drive below and above threshold.
func drawn(rng *rand.Rand) course {
	m := DefaultLIFExp()
	tau := func() float64 { return math.Exp(rng.Float64()*5 - 1.5) } // 0.2 to 33 ms
	m.TauM, m.TauEx, m.TauIn = tau(), tau(), tau()
	switch rng.IntN(6) {
	case 0:
		m.TauEx = m.TauM
	case 1:
		m.TauIn = m.TauM * (1 + 1e-9*rng.NormFloat64())
	case 2:
		m.TauIn = m.TauEx
	}
	m.IE = m.C / m.TauM * (15 + 8*rng.NormFloat64())
	e := newExpMembrane(m)
	unit := m.C / m.TauM * 20
	return course{m: &e, v: m.VTh - 20*rng.Float64(), ex: unit * rng.NormFloat64(), in: 2 * unit * rng.NormFloat64()}
}

// rk4 integrates the equations of LIFExp over ms in n steps, knowing nothing of their solution.
func rk4(c course, ms float64, n int) (v, ex, in float64) {
	m, h := c.m, ms/float64(n)
	y := [3]float64{c.v, c.ex, c.in}
	f := func(y [3]float64) [3]float64 {
		return [3]float64{-(y[0]-m.EL)/m.TauM + (y[1]+y[2]+m.IE)/m.C, -y[1] / m.TauEx, -y[2] / m.TauIn}
	}
	shifted := func(y, k [3]float64, h float64) [3]float64 {
		return [3]float64{y[0] + h*k[0], y[1] + h*k[1], y[2] + h*k[2]}
	}
	for ; n > 0; n-- {
		k1 := f(y)
		k2 := f(shifted(y, k1, h/2))
		k3 := f(shifted(y, k2, h/2))
		k4 := f(shifted(y, k3, h))
		for j := range y {
			y[j] += h / 6 * (k1[j] + 2*k2[j] + 2*k3[j] + k4[j])
		}
	}
	return y[0], y[1], y[2]
}

func TestCourseSolvesTheEquations(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 60 {
		c := drawn(rng)
		ms := 10 * rng.Float64()
		v, ex, in := rk4(c, ms, 4000)
		scale := 1 + math.Abs(v) + c.m.r*(math.Abs(c.ex)+math.Abs(c.in))
		if got := c.at(ms); math.Abs(got-v) > 1e-10*scale {
			t.Errorf("%+v of %+v: V(%g) = %.14g, RK4 %.14g", c, *c.m, ms, got, v)
		}
		_, dv := c.slope(ms)
		want := -(v-c.m.EL)/c.m.TauM + (ex+in+c.m.IE)/c.m.C
		if math.Abs(dv-want) > 1e-9*scale/min(c.m.TauM, c.m.TauEx, c.m.TauIn) {
			t.Errorf("V'(%g) = %.14g, RK4 %.14g", ms, dv, want)
		}
	}
}

// scan looks for the first crossing on a grid, then halves the interval.
func scan(c course, h, end float64) float64 {
	for t := h; t < end; t += h {
		if c.at(t) < c.m.VTh {
			continue
		}
		lo, hi := t-h, t
		for range 60 {
			if mid := lo + (hi-lo)/2; c.at(mid) < c.m.VTh {
				lo = mid
			} else {
				hi = mid
			}
		}
		return hi
	}
	return math.Inf(1)
}

// The first crossing, against a scan of V; most of the courses turn once or twice on their way.
func TestCrossingIsTheFirst(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	const end, h = 60, 0.005
	kinds := map[string]int{}
	for range 3000 {
		c := drawn(rng)
		if rng.IntN(3) == 0 { // a state from which it nearly crosses, or just does
			peak := math.Inf(-1)
			for x := 0.0; x < end; x += 0.05 {
				peak = max(peak, c.at(x))
			}
			shifted := *c.m
			shifted.VTh = max(peak+1e-4*rng.NormFloat64(), c.v+1e-3)
			c.m = &shifted
		}
		got, want := c.crossing(), scan(c, h, end)
		switch {
		case got > end && math.IsInf(want, 1):
			kinds["none"]++
		case math.Abs(got-want) < 1e-9:
			kinds["same"]++
			if v, dv := c.slope(got); math.Abs(v-c.m.VTh) > 1e-12*max(1, dv)+1e-12*c.m.r*(math.Abs(c.ex)+math.Abs(c.in)) {
				t.Errorf("%+v: V(%.15g) - VTh = %g", c, got, v-c.m.VTh)
			}
		case got < want && c.at(got) > c.m.VTh-1e-11:
			kinds["between grid points"]++ // the scan stepped over a peak; nothing crosses earlier
			if math.Remainder(got, h) == 0 {
				t.Errorf("%+v: crossing on the grid at %g not seen by the scan", c, got)
			}
		case math.Abs(c.at(got)-c.m.VTh) < 1e-11 && math.Abs(got-want) < 1e-4:
			kinds["flat"]++ // V grazes the threshold: the time is only as sharp as the last digit of V
		default:
			t.Errorf("%+v of %+v: crossing %.15g, scan %.15g", c, *c.m, got, want)
		}
	}
	if kinds["none"] < 300 || kinds["same"] < 1000 {
		t.Errorf("kinds of courses %v: want several hundred of each", kinds)
	}
	t.Log(kinds)
}

func TestCrossingEdgeCases(t *testing.T) {
	m := DefaultLIFExp()
	m.IE = m.C * 15 / m.TauM // V∞ is the threshold
	e := newExpMembrane(m)
	if e.vInf != m.VTh {
		t.Fatalf("V∞ = %g", e.vInf)
	}
	for _, c := range []course{
		{&e, -70, 0, 0},
		{&e, -70, 0, -100},
		{&e, -55.0001, -3, 0},
	} {
		if got := c.crossing(); !math.IsInf(got, 1) {
			t.Errorf("%+v crosses at %g, at rheobase", c, got)
		}
	}
	// Any excitation takes it over.
	if got := (course{&e, -55.0001, 100, 0}).crossing(); !(got < 0.01) {
		t.Errorf("crossing at %g, want soon", got)
	}
	m.IE = 0
	e = newExpMembrane(m)
	if got := (course{&e, m.VTh, -5, 0}).crossing(); got != 0 {
		t.Errorf("at threshold: crossing at %g, want 0", got)
	}
	// Opposite currents that cancel at all times, with equal time constants.
	if got := (course{&e, -60, 1e6, -1e6}).crossing(); !math.IsInf(got, 1) {
		t.Errorf("cancelled currents cross at %g", got)
	}
	// A drive far above threshold behind strong slow inhibition: V falls, then crosses late.
	m.IE, m.TauIn = 1000, 200
	e = newExpMembrane(m)
	c := course{&e, -56, 0, -5000}
	want := scan(c, 0.5, 2000)
	if got := c.crossing(); math.Abs(got-want) > 1e-9 || got < 100 {
		t.Errorf("late crossing at %.12g, want %.12g", got, want)
	}
}

// A whole neuron against fine RK4: arrivals, crossings, refractory times in which the currents go on.
func TestLIFExpEventAgainstRK4(t *testing.T) {
	m := DefaultLIFExp()
	m.TauEx, m.TauIn, m.IE, m.TRef, m.VReset = 2.5, 6, 330, 1.77, -67
	ex, in := []float64{3.33, 8.123, 9.5, 12.0, 22.7, 23.1, 41}, []float64{5.05, 14.2, 30.9}
	const wEx, wIn, end = 1800.0, -600.0, 60.0

	e := newExpMembrane(LIFExp(m))
	c := course{m: &e, v: m.EL}
	var want []float64
	now, free := 0.0, 0.0 // ms; end of the refractory time
	stop := func() float64 {
		next := end
		for _, x := range append(append([]float64{}, ex...), in...) {
			if x+1 > now {
				next = min(next, x+1)
			}
		}
		if free > now {
			next = min(next, free)
		}
		return next
	}
	for now < end {
		h := min(1e-3, stop()-now)
		v, iex, iin := rk4(c, h, 1)
		if now < free {
			v = m.VReset
		}
		if v >= m.VTh && now >= free {
			lo, hi := 0.0, h
			for range 50 {
				mid := (lo + hi) / 2
				if x, _, _ := rk4(c, mid, 1); x < m.VTh {
					lo = mid
				} else {
					hi = mid
				}
			}
			_, c.ex, c.in = rk4(c, hi, 1)
			now += hi
			c.v, free = m.VReset, now+m.TRef
			want = append(want, now)
			continue
		}
		c.v, c.ex, c.in = v, iex, iin
		if next := stop(); now+h >= next-1e-12 {
			now = next
		} else {
			now += h
		}
		for _, x := range ex {
			if x+1 == now {
				c.ex += wEx
			}
		}
		for _, x := range in {
			if x+1 == now {
				c.in += wIn
			}
		}
	}
	if len(want) < 4 {
		t.Fatalf("the reference fires only at %v", want)
	}
	for _, dt := range []float64{0.1, 1, 0.025} {
		wantTimes(t, fire(t, LIFExpEvent(m), dt, end, heard{"ex", wEx, ex}, heard{"in", wIn, in}), want, 1e-9)
	}
}
