package viz

import (
	"math"
	"strconv"
	"strings"
)

// tick is a labelled position on an axis.
type tick struct {
	value float64
	label string
}

// drawable is the range of values an axis can show. Beyond it the difference
// of two values may overflow.
const drawable = 1e300

func finite(v float64) bool { return math.Abs(v) <= drawable }

// niceStep is the smallest of 1, 2, 5 times a power of ten that divides span
// into at most n parts.
func niceStep(span float64, n int) float64 {
	raw := span / float64(max(n, 1))
	power := math.Pow(10, math.Floor(math.Log10(raw)))
	for _, m := range [...]float64{1, 2, 5} {
		if m*power >= raw*(1-1e-9) {
			return m * power
		}
	}
	return 10 * power
}

// linearTicks places at most n+1 ticks on nice numbers inside [lo, hi]. The
// labels leave out the factor 10^exp, which belongs into the axis label.
func linearTicks(lo, hi float64, n int) (ticks []tick, exp int) {
	step := niceStep(hi-lo, n)
	if step > hi-lo { // no multiple need lie inside: with few ticks the next nice step may be that long
		step = niceStep(hi-lo, 2*n)
	}
	if !(step > 0) || math.IsInf(step, 0) {
		return nil, 0
	}
	top := math.Max(math.Abs(lo), math.Abs(hi))
	if top >= 1e6 || top < 1e-3 {
		exp = 3 * int(math.Floor(math.Log10(top)/3))
	}
	decimals := max(0, -int(math.Floor(math.Log10(step)+1e-9))+exp)
	// Counting in whole steps keeps rounding errors from piling up.
	first, last := math.Ceil(lo/step-1e-9), math.Floor(hi/step+1e-9)
	for k := first; k <= last && len(ticks) <= 2*n+2; k++ {
		v := k * step
		if v == 0 {
			v = 0 // no negative zero
		}
		ticks = append(ticks, tick{v, fixed(v/math.Pow(10, float64(exp)), decimals)})
	}
	return ticks, exp
}

// fixed writes v with the given decimals, thousands grouped.
func fixed(v float64, decimals int) string {
	s := strconv.FormatFloat(math.Abs(v), 'f', decimals, 64)
	whole, frac, _ := strings.Cut(s, ".")
	if n, err := strconv.Atoi(whole); err == nil {
		s = group(n)
	}
	if frac != "" {
		s += "." + frac
	}
	if v < 0 && strings.ContainsAny(s, "123456789") {
		s = "\u2212" + s
	}
	return s
}

// logTicks labels powers of ten inside [lo, hi], both positive; the minor
// ticks carry no label. Ranges of about two decades get 2 and 5 as well, and ranges without
// any of these the ticks of a linear axis.
func logTicks(lo, hi float64, n int) (major []tick, minor []float64) {
	if !(lo > 0 && hi > lo) || math.IsInf(hi, 0) {
		return nil, nil
	}
	l, h := math.Log10(lo), math.Log10(hi)
	first, last := int(math.Ceil(l-1e-9)), int(math.Floor(h+1e-9))
	decades := last - first + 1
	if h-l < 2.2 {
		for e := int(math.Floor(l)); e <= int(math.Floor(h)); e++ {
			for m := 1; m <= 9; m++ {
				v := float64(m) * math.Pow(10, float64(e))
				if v < lo*(1-1e-9) || v > hi*(1+1e-9) {
					continue
				}
				if m == 1 || m == 2 || m == 5 {
					major = append(major, tick{v, number(v, 3)})
				} else {
					minor = append(minor, v)
				}
			}
		}
		if len(major) < 2 {
			major, _ = linearTicks(lo, hi, n)
			for i := range major {
				major[i].label = number(major[i].value, 4)
			}
			return major, nil
		}
		return major, minor
	}
	every := (decades + max(n, 1) - 1) / max(n, 1)
	plain := first >= -3 && last <= 4
	for e := first; e <= last; e++ {
		v := math.Pow(10, float64(e))
		switch {
		case (e-first)%every != 0:
			minor = append(minor, v)
		case plain:
			major = append(major, tick{v, number(v, 3)})
		default:
			major = append(major, tick{v, "10" + superscript(e)})
		}
	}
	if every == 1 && decades <= 8 {
		for e := first - 1; e <= last; e++ {
			for m := 2.0; m <= 9; m++ {
				if v := m * math.Pow(10, float64(e)); v >= lo && v <= hi {
					minor = append(minor, v)
				}
			}
		}
	}
	return major, minor
}
