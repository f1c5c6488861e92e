package viz

import "math"

// Axis says what is on an axis. The zero value is a linear axis without a
// label that covers the data.
type Axis struct {
	Label    string  // for instance "Membrane potential"
	Unit     string  // for instance "mV"; printed in brackets after the label
	Log      bool    // logarithmic; values of zero and below are left out
	Min, Max float64 // range; both 0: from the data
	Zero     bool    // the range from the data includes 0 (linear axes only)
}

func (a Axis) validate(name string) error {
	if a.Min == 0 && a.Max == 0 {
		return nil
	}
	if !finite(a.Min) || !finite(a.Max) || a.Min >= a.Max {
		return fieldError(name+".Min, Max", [2]float64{a.Min, a.Max}, "Min must be below Max, both finite; or leave both 0")
	}
	if a.Log && a.Min < 1/drawable {
		return fieldError(name+".Min", a.Min, "a logarithmic axis needs a positive minimum (at least 1e-300)")
	}
	return nil
}

// shows reports whether v has a place on the axis (inside its range or not).
func (a Axis) shows(v float64) bool { return finite(v) && (!a.Log || v >= 1/drawable) }

// text is the axis label with its unit and, if any, the factor taken out of
// the tick labels.
func (a Axis) text(exp int) string {
	s, unit := a.Label, a.Unit
	if exp != 0 {
		factor := "10" + superscript(exp)
		if unit == "" {
			unit = "×" + factor
		} else {
			unit = factor + " " + unit
		}
	}
	if unit != "" {
		if s != "" {
			s += " "
		}
		s += "(" + unit + ")"
	}
	return s
}

// extent collects the range of the data on an axis.
type extent struct {
	min, max float64
	any      bool
}

func (e *extent) add(v float64) {
	if !e.any {
		e.min, e.max, e.any = v, v, true
		return
	}
	e.min, e.max = math.Min(e.min, v), math.Max(e.max, v)
}

// rangeOf is the range the axis shows for this data, with a margin of pad
// (fraction of the range) where the data set the limits.
func (a Axis) rangeOf(e extent, pad float64) (lo, hi float64) {
	if a.Min < a.Max {
		return a.Min, a.Max
	}
	if !e.any {
		if a.Log {
			return 0.1, 10
		}
		return 0, 1
	}
	lo, hi = e.min, e.max
	if a.Log {
		l, h := math.Log10(lo), math.Log10(hi)
		if h-l < 1e-6 {
			l, h = l-0.5, h+0.5
		}
		d := (h - l) * pad
		// Beyond these the powers are 0 or infinite, and have no logarithm.
		return math.Pow(10, math.Max(l-d, -305)), math.Pow(10, math.Min(h+d, 305))
	}
	zeroLo, zeroHi := false, false
	if a.Zero {
		if lo >= 0 {
			lo, zeroLo = 0, true
		} else if hi <= 0 {
			hi, zeroHi = 0, true
		}
	}
	// A range finer than the numbers themselves cannot carry labels.
	if top := math.Max(math.Abs(lo), math.Abs(hi)); hi-lo <= top*1e-9 || hi-lo < 1e-290 {
		d := math.Max(top*0.05, 0.5)
		if top > 0 && top < 0.5 {
			d = top / 2
		}
		if top < 1e-280 {
			lo, hi, d = 0, 0, 1
		}
		return lo - d, hi + d
	}
	d := (hi - lo) * pad
	if !zeroLo {
		lo -= d
	}
	if !zeroHi {
		hi += d
	}
	return lo, hi
}

// scale maps values of an axis to px.
type scale struct {
	lo, hi float64
	log    bool
	a, b   float64 // px = a + b*value (or its logarithm)
}

func newScale(lo, hi float64, log bool, from, to float64) scale {
	s := scale{lo: lo, hi: hi, log: log}
	l, h := lo, hi
	if log {
		l, h = math.Log10(lo), math.Log10(hi)
	}
	s.b = (to - from) / (h - l)
	s.a = from - s.b*l
	return s
}

func (s scale) px(v float64) float64 {
	if s.log {
		v = math.Log10(v)
	}
	return s.a + s.b*v
}

func (s scale) ticks(n int) (major []tick, minor []float64, exp int) {
	if s.log {
		major, minor = logTicks(s.lo, s.hi, n)
		return major, minor, 0
	}
	major, exp = linearTicks(math.Min(s.lo, s.hi), math.Max(s.lo, s.hi), n)
	return major, nil, exp
}
