package experiments

import (
	"strings"
	"testing"
)

func TestParseQuantity(t *testing.T) {
	for _, test := range []struct {
		text, unit string
		want       float64
	}{
		{"20", "ms", 20},
		{"20 ms", "ms", 20},
		{"0.1s", "ms", 100},
		{"0.3 s", "ms", 300}, // 0.3*1000 is exact only because the exponent is shifted first
		{"100us", "ms", 0.1},
		{"100 \u00b5s", "ms", 0.1},
		{"100 \u03bcs", "ms", 0.1},
		{"1.5e3 us", "ms", 1.5},
		{"-70mV", "mV", -70},
		{"-.07 V", "mV", -70},
		{"5 kHz", "Hz", 5000},
		{"2 nA", "pA", 2000},
		{"3 uS", "nS", 3000},
		{"250 pF", "nF", 0.25},
		{"7.", "", 7},
		{"50%", "", 0.5},
		{"50%", "%", 50},
		{"50", "%", 50},
		{"0.95", "%", 0.95},
		{"12 images", "images", 12},
		{" 4 ", "", 4},
		{"2m", "m", 2},
		{"2 mM", "uM", 2000},
	} {
		if got, err := ParseQuantity(test.text, test.unit); err != nil || got != test.want {
			t.Errorf("ParseQuantity(%q, %q) = %v, %v; want %v", test.text, test.unit, got, err, test.want)
		}
	}
}

func TestParseQuantityErrors(t *testing.T) {
	for _, test := range []struct{ text, unit, want string }{
		{"", "ms", "is not a number"},
		{"fast", "ms", "is not a number"},
		{"NaN", "", "is not a number"},
		{"inf", "", "is not a number"},
		{"0x10", "", `unit "x10" is not known`},
		{"1,5", "", `unit ",5" is not known`},
		{"20 mV", "ms", `unit "mV" (voltage) does not fit (expected: time, for example in ms, s, us)`},
		{"20 ms", "", "the value has no unit"},
		{"20 bananas", "Hz", `unit "bananas" is not known (expected: frequency`},
		{"20 MS", "ms", `unit "MS" is not known`},
		{"20 ms", "images", "a number in images"},
		{"1e400", "", "too large"},
		{"1e99999", "", `unit "9" is not known`},
		{"20 ms ms", "ms", "is not known"},
	} {
		got, err := ParseQuantity(test.text, test.unit)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("ParseQuantity(%q, %q) = %v, %v; want an error with %q", test.text, test.unit, got, err, test.want)
		}
	}
}

func TestNearest(t *testing.T) {
	known := []string{"nalsm", "brunel", "izhikevich2003", "g", "eta"}
	for name, want := range map[string]string{
		"nlsm": "nalsm", "Brunel": "brunel", "burnel": "brunel", "izhikevich": "izhikevich2003",
		"etta": "eta", "microcircuit": "", "x": "", "": "",
	} {
		if got, ok := Nearest(name, known); got != want || ok != (want != "") {
			t.Errorf("Nearest(%q) = %q, %v; want %q", name, got, ok, want)
		}
	}
}

func TestEditDistance(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{{"kitten", "sitting", 3}, {"", "abc", 3}, {"abc", "", 3}, {"same", "same", 0}, {"ab", "ba", 2}} {
		if got := editDistance(test.a, test.b); got != test.want {
			t.Errorf("editDistance(%q, %q) = %d, want %d", test.a, test.b, got, test.want)
		}
	}
}

func FuzzParseQuantity(f *testing.F) {
	for _, s := range []string{"20 ms", "1e9999 s", "-.", "%", "1e-9999", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		x, err := ParseQuantity(s, "ms")
		if err == nil && !(Range{}).Contains(x) {
			t.Errorf("ParseQuantity(%q) = %v without an error", s, x)
		}
	})
}
