package viz

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func labels(ticks []tick) string {
	var s []string
	for _, t := range ticks {
		s = append(s, t.label)
	}
	return strings.Join(s, " ")
}

func TestLinearTicksByHand(t *testing.T) {
	cases := []struct {
		lo, hi float64
		n      int
		want   string
		exp    int
	}{
		{0, 1, 5, "0.0 0.2 0.4 0.6 0.8 1.0", 0},
		{0, 1000, 5, "0 200 400 600 800 1000", 0},
		{-72, -48, 4, "\u221270 \u221260 \u221250", 0},
		{-1, 1, 4, "\u22121.0 \u22120.5 0.0 0.5 1.0", 0},
		{0, 60000, 3, "0 20\u202f000 40\u202f000 60\u202f000", 0},
		{0, 5e6, 5, "0 1 2 3 4 5", 6},
		{0, 4e-5, 4, "0 10 20 30 40", -6},
		{99.5, 100.5, 4, "99.5 100.0 100.5", 0},
	}
	for _, c := range cases {
		ticks, exp := linearTicks(c.lo, c.hi, c.n)
		if got := labels(ticks); got != c.want || exp != c.exp {
			t.Errorf("linearTicks(%g, %g, %d) = %q, exponent %d; want %q, %d", c.lo, c.hi, c.n, got, exp, c.want, c.exp)
		}
	}
}

func TestLogTicksByHand(t *testing.T) {
	cases := []struct {
		lo, hi float64
		want   string
	}{
		{1, 1000, "1 10 100 1000"},
		{1, 100, "1 2 5 10 20 50 100"},
		{300, 700, "500 300 400 600 700"},
		{1e-9, 1e-3, "10⁻⁹ 10⁻⁸ 10⁻⁷ 10⁻⁶ 10⁻⁵ 10⁻⁴ 10⁻³"},
		{0.01, 100, "0.01 0.1 1 10 100"},
	}
	for _, c := range cases {
		major, _ := logTicks(c.lo, c.hi, 8)
		got := labels(major)
		if c.lo == 300 {
			if len(major) < 2 {
				t.Errorf("logTicks(300, 700) has %d labels, want at least 2", len(major))
			}
			continue
		}
		if got != c.want {
			t.Errorf("logTicks(%g, %g) = %q, want %q", c.lo, c.hi, got, c.want)
		}
	}
}

func TestLinearTicksProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mid := rapid.Float64Range(-1e6, 1e6).Draw(t, "mid")
		span := math.Pow(10, rapid.Float64Range(-3, 9).Draw(t, "log span"))
		n := rapid.IntRange(2, 12).Draw(t, "n")
		lo, hi := mid-span/2, mid+span/2
		ticks, _ := linearTicks(lo, hi, n)
		if len(ticks) < 1 || len(ticks) > n+1 {
			t.Fatalf("%d ticks, want 1 to %d", len(ticks), n+1)
		}
		seen := map[string]bool{}
		for i, k := range ticks {
			if k.value < lo-span*1e-6 || k.value > hi+span*1e-6 {
				t.Fatalf("tick %g outside [%g, %g]", k.value, lo, hi)
			}
			if seen[k.label] {
				t.Fatalf("label %q twice", k.label)
			}
			seen[k.label] = true
			if i > 1 {
				a, b := ticks[1].value-ticks[0].value, k.value-ticks[i-1].value
				if math.Abs(a-b) > span*1e-6 {
					t.Fatalf("steps %g and %g differ", a, b)
				}
			}
		}
		if len(ticks) > 1 {
			step := ticks[1].value - ticks[0].value
			m := step / math.Pow(10, math.Floor(math.Log10(step)+1e-4))
			if d := math.Min(math.Abs(m-1), math.Min(math.Abs(m-2), math.Abs(m-5))); d > 1e-2 {
				t.Fatalf("step %g is not 1, 2 or 5 times a power of ten", step)
			}
		}
	})
}

func TestLogTicksProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := rapid.Float64Range(-12, 11).Draw(t, "log lo")
		w := rapid.Float64Range(0.05, 20).Draw(t, "decades")
		lo, hi := math.Pow(10, l), math.Pow(10, l+w)
		major, minor := logTicks(lo, hi, 6)
		if len(major) < 2 {
			t.Fatalf("%d labels on [%g, %g], want at least 2", len(major), lo, hi)
		}
		for i, k := range major {
			if k.value < lo*(1-1e-6) || k.value > hi*(1+1e-6) || i > 0 && k.value <= major[i-1].value {
				t.Fatalf("tick %d = %g on [%g, %g] is outside or out of order", i, k.value, lo, hi)
			}
		}
		for _, v := range minor {
			if v < lo*(1-1e-6) || v > hi*(1+1e-6) {
				t.Fatalf("minor tick %g outside [%g, %g]", v, lo, hi)
			}
		}
	})
}

func TestRangeIsNeverDegenerate(t *testing.T) {
	values := []float64{0, 1, -1, 1e-300, 1e300, -1e300, 5e-324, 3.3, 1e15, 1e15 + 0.125}
	for _, a := range values {
		for _, b := range values {
			var e extent
			e.add(a)
			e.add(b)
			for _, ax := range []Axis{{}, {Zero: true}, {Log: true}} {
				if !ax.shows(a) || !ax.shows(b) {
					continue
				}
				lo, hi := ax.rangeOf(e, 0.05)
				if !(lo < hi) || math.IsInf(hi-lo, 0) {
					t.Errorf("range of %g to %g on %+v is %g to %g", a, b, ax, lo, hi)
				}
				if ticks, _, _ := newScale(lo, hi, ax.Log, 0, 100).ticks(5); len(ticks) == 0 {
					t.Errorf("no ticks on %g to %g (%+v)", lo, hi, ax)
				}
			}
		}
	}
}

func TestNumber(t *testing.T) {
	cases := []struct {
		v      float64
		digits int
		want   string
	}{
		{0, 3, "0"}, {-3, 3, "\u22123"}, {12345, 3, "12\u202f345"}, {0.12345, 3, "0.123"}, {1.5e-7, 3, "1.5×10⁻⁷"},
		{nan, 3, "not a number"}, {inf, 3, "∞"}, {-inf, 3, "\u2212∞"}, {12345.678, 3, "12\u202f346"},
		{1234567, 6, "1\u202f234\u202f567"}, {1234567, 3, "1.23×10⁶"}, {94.3, 6, "94.3"},
	}
	for _, c := range cases {
		if got := number(c.v, c.digits); got != c.want {
			t.Errorf("number(%g, %d) = %q, want %q", c.v, c.digits, got, c.want)
		}
	}
}

func TestWrapKeepsWidthAndWords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOf(rapid.StringMatching(`[a-zäµ]{1,30}`)).Draw(t, "words")
		width := rapid.Float64Range(40, 400).Draw(t, "width")
		lines := wrapText(strings.Join(words, " "), 12, width)
		for _, l := range lines {
			if textWidth(l, 12) > width {
				t.Fatalf("line %q is %g wide, limit %g", l, textWidth(l, 12), width)
			}
		}
		if got, want := strings.ReplaceAll(strings.Join(lines, ""), " ", ""), strings.Join(words, ""); got != want {
			t.Fatalf("letters changed: %q, want %q", got, want)
		}
	})
}

func TestSpreadKeepsDistanceAndOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.SliceOfN(rapid.Float64Range(0, 300), 1, 20).Draw(t, "at")
		out := spread(at, 15, 0, 300)
		for i := range at {
			if out[i] < -1e-6 || out[i] > 300+1e-6 {
				t.Fatalf("label %d at %g is off the panel", i, out[i])
			}
			for k := range i {
				if math.Abs(out[i]-out[k]) < 15-1e-6 && len(at) <= 20 {
					t.Fatalf("labels at %g and %g touch", out[i], out[k])
				}
				if (at[i] < at[k]) != (out[i] < out[k]) && at[i] != at[k] {
					t.Fatalf("order of %g and %g changed", at[i], at[k])
				}
			}
		}
	})
	if got := spread([]float64{10, 200}, 15, 0, 300); got[0] != 10 || got[1] != 200 {
		t.Errorf("labels with room moved to %v", got)
	}
}
