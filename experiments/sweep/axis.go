package sweep

import (
	"fmt"
	"math"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"

	"github.com/glia-sim/glia/experiments"
)

// maxValues bounds the values of an axis; more is a typing mistake.
const maxValues = 10000

// Axis is a parameter that is varied.
type Axis struct {
	Parameter experiments.Parameter
	Values    []string // as --set takes them, in the parameter's unit; nil for a range to draw from
	Log       bool     // evenly spaced, or drawn, by ratio

	from, to float64 // ends of a range to draw from
}

// numeric reports whether the values are numbers.
func (a Axis) numeric() bool {
	return a.Parameter.Kind == experiments.Float || a.Parameter.Kind == experiments.Int
}

// numbers returns the values of a numeric axis.
func (a Axis) numbers() []float64 {
	x := make([]float64, len(a.Values))
	for i, text := range a.Values {
		x[i] = number(text)
	}
	return x
}

// number reads a value that was formatted by the program itself.
func number(text string) float64 {
	x, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return math.NaN()
	}
	return x
}

// ParseAxis reads what --vary takes:
//
//	name=from:to:count      count values from from to to, evenly spaced
//	name=from:to:countlog   the same with equal ratios
//	name=a,b,c              these values; the form for choices
//
// and, if ranges is true, for a search that draws values itself:
//
//	name=from:to            any value between
//	name=from:to:log        the same, drawn by ratio
//
// Numbers may carry units. Values of whole-number parameters are rounded. The error is an
// *experiments.ParameterError.
func ParseAxis(e *experiments.Experiment, text string, ranges bool) (Axis, error) {
	name, rest, found := strings.Cut(text, "=")
	name, rest = strings.TrimSpace(name), strings.TrimSpace(rest)
	if !found || name == "" || rest == "" {
		return Axis{}, &experiments.ParameterError{Parameter: text, Reason: "expected the form name=from:to:count, name=from:to:countlog or name=a,b,c"}
	}
	a := Axis{}
	for _, p := range e.Parameters {
		if p.Name == name {
			a.Parameter = p
		}
	}
	if a.Parameter.Name == "" {
		_, err := e.Parse([]string{name + "=" + rest}) // says what is near
		return Axis{}, err
	}
	var err error
	if strings.Contains(rest, ":") {
		err = a.parseRange(rest, ranges)
	} else {
		err = a.parseList(rest)
	}
	return a, err
}

func (a *Axis) refuse(text, format string, args ...any) error {
	return &experiments.ParameterError{Parameter: a.Parameter.Name, Value: text, Reason: fmt.Sprintf(format, args...)}
}

func (a *Axis) parseList(text string) error {
	seen := map[string]bool{}
	for _, part := range strings.Split(text, ",") {
		value, err := a.Parameter.Parse(part)
		if err != nil {
			return err
		}
		word := a.Parameter.Format(value)
		if seen[word] {
			return a.refuse(text, "%s stands twice in the list", word)
		}
		seen[word] = true
		a.Values = append(a.Values, word)
	}
	return nil
}

var countForm = regexp.MustCompile(`^([+-]?\d+)\s*[:\[]?\s*(log)?\]?$`)

func (a *Axis) parseRange(text string, ranges bool) error {
	if !a.numeric() {
		return a.refuse(text, "a %s has no range; list the values: %s=%s", a.Parameter.Kind, a.Parameter.Name, strings.Join(a.words(), ","))
	}
	parts := strings.SplitN(text, ":", 3)
	ends := [2]float64{}
	for i := range ends {
		x, err := experiments.ParseQuantity(parts[i], a.Parameter.Unit)
		if err != nil {
			return a.refuse(text, "%v", err)
		}
		if !a.Parameter.Range.Contains(x) {
			return a.refuse(text, "%s is out of range: must be %s", strings.TrimSpace(parts[i]), a.Parameter.Accepts())
		}
		ends[i] = x
	}
	a.from, a.to = ends[0], ends[1]
	count, drawn := 0, len(parts) == 2
	switch {
	case drawn:
	case strings.TrimSpace(parts[2]) == "log":
		a.Log, drawn = true, true
	default:
		m := countForm.FindStringSubmatch(strings.TrimSpace(parts[2]))
		if m == nil {
			return a.refuse(text, "%q is not a count; write from:to:count, such as %s:%s:5, or from:to:countlog for equal ratios", parts[2], parts[0], parts[1])
		}
		n, err := strconv.Atoi(m[1])
		if err != nil || n < 1 || n > maxValues {
			return a.refuse(text, "count %s must be from 1 to %d", m[1], maxValues)
		}
		count, a.Log = n, m[2] != ""
	}
	if a.Log && !(a.from > 0 && a.to > 0) {
		return a.refuse(text, "equal ratios (log) need both ends above 0")
	}
	if drawn {
		if !ranges {
			return a.refuse(text, "how many values? Write from:to:count, such as %s:%s:5", parts[0], parts[1])
		}
		if !(a.from < a.to) {
			return a.refuse(text, "a range to draw from needs its lower end first")
		}
		return nil
	}
	if count == 1 && a.from != a.to {
		return a.refuse(text, "one value cannot stand at both ends; want a count of at least 2")
	}
	if count > 1 && a.from == a.to {
		return a.refuse(text, "the ends are equal; want %s=%s", a.Parameter.Name, parts[0])
	}
	return a.space(text, count)
}

// space fills in count values between the ends.
func (a *Axis) space(text string, count int) error {
	for i := range count {
		f := 0.0
		if count > 1 {
			f = float64(i) / float64(count-1)
		}
		word, err := a.between(f)
		if err != nil {
			return err
		}
		if i > 0 && word == a.Values[i-1] {
			return a.refuse(text, "%d values are too many: %s comes twice", count, word)
		}
		a.Values = append(a.Values, word)
	}
	return nil
}

// between is the value at a fraction of the way from one end to the other, as text.
func (a *Axis) between(f float64) (string, error) {
	var x float64
	switch {
	case f == 0:
		x = a.from
	case f == 1:
		x = a.to
	case a.Log:
		x = a.from * math.Pow(a.to/a.from, f)
	default:
		x = a.from + f*(a.to-a.from)
	}
	if a.Parameter.Kind == experiments.Int {
		x = math.Round(x)
	} else if f != 0 && f != 1 {
		// 0.3 and not 0.30000000000000004.
		x = number(strconv.FormatFloat(x, 'g', 10, 64))
	}
	value, err := a.Parameter.Parse(strconv.FormatFloat(x, 'g', -1, 64))
	if err != nil {
		return "", err
	}
	return a.Parameter.Format(value), nil
}

// draw picks a value: any of a list, or one between the ends of a range.
func (a *Axis) draw(rng *rand.Rand) (string, error) {
	u := rng.Float64()
	if a.Values == nil {
		return a.between(math.Floor(u*1e4) / 1e4) // four digits of the way are enough, and short to write
	}
	return a.Values[int(u*float64(len(a.Values)))], nil
}

func (a *Axis) words() []string {
	if a.Parameter.Kind == experiments.Bool {
		return []string{"true", "false"}
	}
	return a.Parameter.Choices
}
