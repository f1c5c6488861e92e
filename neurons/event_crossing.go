package neurons

import "math"

// expMembrane holds what the course of V of a LIFExp neuron between events depends on.
type expMembrane struct {
	LIFExp
	vInf           float64 // where V tends to without synaptic currents
	r              float64 // membrane resistance [GΩ]
	tauMax         float64
	ex, in         synapticKernel
	peakEx, peakIn float64 // largest potential that 1 pA of synaptic current causes [mV/pA]
}

func newExpMembrane(m LIFExp) expMembrane {
	e := expMembrane{LIFExp: m, r: m.TauM / m.C, tauMax: max(m.TauM, m.TauEx, m.TauIn),
		ex: newSynapticKernel(m.TauEx, m.TauM, m.C), in: newSynapticKernel(m.TauIn, m.TauM, m.C)}
	e.vInf = m.EL + e.r*m.IE
	e.peakEx, e.peakIn = e.ex.peak(m.TauEx, m.TauM), e.in.peak(m.TauIn, m.TauM)
	return e
}

// synapticKernel is the potential that a decaying current of 1 pA leaves behind after t. Written with
// the slower decay in front it neither overflows nor loses digits where the time constants come close:
//
//	K(t) = exp(-slow t) (1 - exp(-gap t))/(gap C)
type synapticKernel struct {
	slow, gap float64 // the smaller of the rates 1/tauSyn and 1/tauM; by how much the other is larger
	scale     float64 // 1/(gap C), or 1/C where gap is 0
}

func newSynapticKernel(tauSyn, tauM, c float64) synapticKernel {
	k := synapticKernel{slow: 1 / max(tauSyn, tauM), scale: 1 / c}
	if k.gap = math.Abs(tauM-tauSyn) / (tauM * tauSyn); k.gap > 0 {
		k.scale /= k.gap
	}
	return k
}

func (k synapticKernel) at(t float64) float64 {
	v, _ := k.slope(t)
	return v
}

// slope gives the kernel and its derivative. Their signs are right however late t is: the search for
// peaks relies on it.
func (k synapticKernel) slope(t float64) (v, dv float64) {
	decay := k.scale * math.Exp(-k.slow*t)
	if k.gap == 0 {
		return decay * t, decay * (1 - k.slow*t)
	}
	rise := -math.Expm1(-k.gap * t)
	return decay * rise, decay * (float64(k.gap*(1-rise)) - float64(k.slow*rise))
}

// peak gives the maximum of the kernel, rounded up.
func (k synapticKernel) peak(tauSyn, tauM float64) float64 {
	x, t := tauM/tauSyn-1, tauM
	if x != 0 {
		t *= math.Log1p(x) / x
	}
	return k.at(t) * (1 + 1e-9)
}

// course is V after an event, as a function of the time t since then [ms]:
//
//	V(t) = V∞ + (V(0) - V∞) exp(-t/TauM) + Iex Kex(t) + Iin Kin(t)
//
// Its turning points are those of h = TauM V' = W - V, where W = EL + R (IE + Iex(t) + Iin(t)) is the
// potential that V runs after. Since (exp(t/TauM) h)' = exp(t/TauM) W', and since W' is a sum of two
// exponentials and so changes sign at most once, V' has at most one zero before and one after that
// turn of W. The crossing of the threshold can therefore be bracketed without fail, whatever the
// signs of the currents and whichever time constants are equal.
type course struct {
	m         *expMembrane
	v, ex, in float64 // V [mV] and synaptic currents [pA] at t = 0
}

func (c course) at(t float64) float64 {
	m := c.m
	return m.vInf + (float64((c.v-m.vInf)*math.Exp(-t/m.TauM)) + float64(c.ex*m.ex.at(t)) + float64(c.in*m.in.at(t)))
}

// slope gives V and its derivative at t.
func (c course) slope(t float64) (v, dv float64) {
	m := c.m
	leak := (c.v - m.vInf) * math.Exp(-t/m.TauM)
	kex, dex := m.ex.slope(t)
	kin, din := m.in.slope(t)
	v = m.vInf + (leak + float64(c.ex*kex) + float64(c.in*kin)) // as in at
	dv = -leak/m.TauM + float64(c.ex*dex) + float64(c.in*din)
	return v, dv
}

// bend gives the second derivative at t, where the first is dv.
func (c course) bend(t, dv float64) float64 {
	m := c.m
	dw := -m.r * (c.ex/m.TauEx*math.Exp(-t/m.TauEx) + c.in/m.TauIn*math.Exp(-t/m.TauIn))
	return (dw - dv) / m.TauM
}

// crossing gives the first t >= 0 at which V reaches the threshold, or +Inf.
func (c course) crossing() float64 {
	m := c.m
	if c.v >= m.VTh {
		return 0
	}
	// Nearly always V stays too low by far: each current alone raises it to no more than its peak.
	if max(c.v, m.vInf)+max(c.ex, 0)*m.peakEx+max(c.in, 0)*m.peakIn < m.VTh {
		return math.Inf(1)
	}
	turn := c.turn()
	if turn > 0 {
		if t := c.crossingIn(0, turn); t <= turn {
			return t
		}
	}
	return c.crossingAfter(turn)
}

// turn gives the time at which W turns, or 0 if that does not lie ahead.
func (c course) turn() float64 {
	m := c.m
	t := math.Log(-(c.in/m.TauIn)/(c.ex/m.TauEx)) / (1/m.TauIn - 1/m.TauEx)
	if t > 0 && !math.IsInf(t, 1) {
		return t
	}
	return 0
}

// crossingIn looks for the crossing in (a, b], where V is below threshold at a and turns at most once.
func (c course) crossingIn(a, b float64) float64 {
	if c.at(b) > c.m.VTh {
		return c.root(a, b)
	}
	_, da := c.slope(a)
	_, db := c.slope(b)
	if da > 0 && db <= 0 {
		return c.crossingBelowPeak(a, b)
	}
	return math.Inf(1)
}

// crossingAfter looks for the crossing after a, where V is below threshold and from where it turns at
// most once before it tends to V∞.
func (c course) crossingAfter(a float64) float64 {
	m := c.m
	_, da := c.slope(a)
	if m.vInf <= m.VTh && da <= 0 {
		return math.Inf(1) // V falls, and if it turns, it rises to V∞
	}
	for step := m.TauM / 4; step < 2000*m.tauMax; step *= 2 {
		b := a + step
		v, db := c.slope(b)
		switch {
		case m.vInf > m.VTh: // V crosses once, for certain
			if v >= m.VTh {
				return c.root(a, b)
			}
		case v > m.VTh: // it rises through the threshold and comes back
			return c.root(a, b)
		case db <= 0:
			return c.crossingBelowPeak(a, b)
		}
	}
	return math.Inf(1)
}

// crossingBelowPeak looks for the crossing in (a, b), where V first rises and then falls, and is below
// threshold at both ends.
func (c course) crossingBelowPeak(a, b float64) float64 {
	start := a
	t := a
	for b-a > 1e-9 { // V is flat at its peak: that is close enough for the last digit of V
		v, dv := c.slope(t)
		switch {
		case v > c.m.VTh: // a V that tends to the threshold does not cross it
			return c.root(start, t)
		case dv > 0:
			// exp(t/TauM) V' falls, so V rises by less than this.
			if a = t; v+dv*min(b-t, c.m.TauM) < c.m.VTh {
				return math.Inf(1)
			}
		default:
			b = t
		}
		if t -= dv / c.bend(t, dv); !(t > a && t < b) {
			t = a + (b-a)/2
		}
	}
	return math.Inf(1)
}

// root gives the crossing between a and b, where V is below threshold at a, is not at b, and crosses
// once: Newton's method kept inside the bracket.
func (c course) root(a, b float64) float64 {
	for t := a; b-a > 1e-14*b; {
		v, dv := c.slope(t)
		if v == c.m.VTh {
			return t
		}
		if v < c.m.VTh {
			a = max(a, t)
		} else {
			b = t
		}
		next := t - (v-c.m.VTh)/dv
		if math.Abs(next-t) < 1e-13 && next >= a && next <= b {
			return next
		}
		if !(next > a && next < b) {
			next = a + (b-a)/2
		}
		t = next
	}
	return b
}
