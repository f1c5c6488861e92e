package experiments

import (
	"fmt"
	"math"
	"regexp"
	"sort"
	"strconv"
	"strings"
)

// baseUnits maps the symbol of each coherent unit to the dimension it measures.
var baseUnits = map[string]string{
	"s":  "time",
	"Hz": "frequency",
	"V":  "voltage",
	"A":  "current",
	"S":  "conductance",
	"F":  "capacitance",
	"M":  "concentration",
	"m":  "length",
	"":   "ratio",
}

// prefixes maps an SI prefix to its power of ten. Both Unicode spellings of
// micro and the ASCII stand-in are accepted.
var prefixes = map[string]int{
	"G": 9, "k": 3, "m": -3, "u": -6, "\u00b5": -6, "\u03bc": -6, "n": -9, "p": -12,
}

// resolveUnit returns dimension and power of ten of a unit symbol.
func resolveUnit(symbol string) (dimension string, power int, ok bool) {
	if symbol == "%" {
		return "ratio", -2, true
	}
	if d, found := baseUnits[symbol]; found {
		return d, 0, true
	}
	for prefix, p := range prefixes {
		base, cut := strings.CutPrefix(symbol, prefix)
		if !cut || base == "" {
			continue
		}
		if d, found := baseUnits[base]; found {
			return d, p, true
		}
	}
	return "", 0, false
}

var quantityForm = regexp.MustCompile(`^([+-]?(?:\d+\.?\d*|\.\d+))(?:[eE]([+-]?\d{1,4}))?\s*(.*)$`)

// ParseQuantity reads a number with an optional unit, such as "20 ms", "0.1s",
// "5 kHz" or "-70", and returns it in the given unit. A number without a unit
// is taken to be in that unit already. The conversion shifts the decimal
// exponent before the number is rounded, so "0.1s" in ms is exactly 100.
//
// It is an error when the text is not a finite number, when the unit is
// unknown, or when it measures something else than the wanted unit does. A
// wanted unit that is not an SI unit (for example "images") accepts only
// itself.
func ParseQuantity(text, unit string) (float64, error) {
	trimmed := strings.TrimSpace(text)
	parts := quantityForm.FindStringSubmatch(trimmed)
	if parts == nil {
		return 0, fmt.Errorf("%q is not a number%s", text, unitHint(unit))
	}
	shift := 0
	if given := strings.TrimSpace(parts[3]); given != "" && given != unit {
		var err error
		if shift, err = unitShift(given, unit); err != nil {
			return 0, err
		}
	}
	exponent := shift
	if parts[2] != "" {
		e, err := strconv.Atoi(parts[2])
		if err != nil {
			return 0, fmt.Errorf("%q is not a number%s", text, unitHint(unit))
		}
		exponent += e
	}
	value, err := strconv.ParseFloat(parts[1]+"e"+strconv.Itoa(exponent), 64)
	if err != nil || math.IsInf(value, 0) {
		return 0, fmt.Errorf("%q is too large to be represented", text)
	}
	return value, nil
}

// unitShift returns the power of ten that turns a number in unit given into
// one in unit want.
func unitShift(given, want string) (int, error) {
	gd, gp, ok := resolveUnit(given)
	if !ok {
		return 0, fmt.Errorf("unit %q is not known%s", given, unitHint(want))
	}
	wd, wp, ok := resolveUnit(want)
	if !ok || gd != wd {
		if want == "" {
			return 0, fmt.Errorf("unit %q (%s) does not fit: the value has no unit", given, gd)
		}
		return 0, fmt.Errorf("unit %q (%s) does not fit%s", given, gd, unitHint(want))
	}
	return gp - wp, nil
}

// unitHint says which units would be accepted, for the end of a message.
func unitHint(want string) string {
	if want == "" {
		return ""
	}
	dimension, _, ok := resolveUnit(want)
	if !ok {
		return fmt.Sprintf(" (expected: a number in %s)", want)
	}
	return fmt.Sprintf(" (expected: %s, for example in %s)", dimension, strings.Join(unitsLike(want, dimension), ", "))
}

// unitsLike lists the wanted unit and its common relatives.
func unitsLike(want, dimension string) []string {
	common := map[string][]string{
		"time": {"ms", "s", "us"}, "frequency": {"Hz", "kHz"}, "voltage": {"mV", "V"},
		"current": {"pA", "nA"}, "conductance": {"nS", "uS"}, "capacitance": {"pF", "nF"},
		"concentration": {"uM", "nM"}, "length": {"um", "mm"}, "ratio": {"%"},
	}[dimension]
	units := []string{want}
	for _, u := range common {
		if u != want {
			units = append(units, u)
		}
	}
	return units
}

// formatNumber writes a number the way a person would type it: integers
// without exponent, everything else in the shortest form that reads back.
func formatNumber(x float64) string {
	if x == math.Trunc(x) && math.Abs(x) < 1e15 {
		return strconv.FormatFloat(x, 'f', -1, 64)
	}
	return strconv.FormatFloat(x, 'g', -1, 64)
}

// Nearest returns the candidate with the smallest edit distance to name, if
// one is near enough to be what was meant: a beginning of it, or not too many
// letters away. Ties go to the first in alphabetical order.
func Nearest(name string, candidates []string) (string, bool) {
	sorted := append([]string(nil), candidates...)
	sort.Strings(sorted)
	best, bestDistance := "", math.MaxInt
	for _, c := range sorted {
		given, candidate := strings.ToLower(name), strings.ToLower(c)
		distance := editDistance(given, candidate)
		if len(given) >= 3 && strings.HasPrefix(candidate, given) {
			distance = 1
		}
		if distance < bestDistance {
			best, bestDistance = c, distance
		}
	}
	// A third of the letters may differ; short names may be off by two.
	if best == "" || bestDistance > max(2, len(name)/3) || bestDistance >= max(len(name), len(best)) {
		return "", false
	}
	return best, true
}

// editDistance is the Levenshtein distance in bytes, O(len(a)*len(b)) time.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			diagonal, row[j] = row[j], min(row[j]+1, row[j-1]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
