package experiments

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Kind is the type of a parameter's value.
type Kind int

// The kinds of parameters.
const (
	Float  Kind = iota // a real number, Default is a float64
	Int                // a whole number, Default is an int
	Bool               // true or false, Default is a bool
	Choice             // one of Choices, Default is a string
	List               // several of Choices in an order, Default is a string with commas between them
)

// String returns "float", "int", "bool", "choice" or "list".
func (k Kind) String() string {
	switch k {
	case Float:
		return "float"
	case Int:
		return "int"
	case Bool:
		return "bool"
	case Choice:
		return "choice"
	case List:
		return "list"
	}
	return "Kind(" + strconv.Itoa(int(k)) + ")"
}

// Range is the interval of admissible numbers, in the parameter's unit. An end
// belongs to the interval unless it is open. The zero Range accepts every
// finite number.
type Range struct {
	Min, Max         float64 // ends; infinite where there is no bound
	OpenMin, OpenMax bool    // whether the end itself is excluded
}

// Closed is the range [min, max].
func Closed(min, max float64) Range { return Range{Min: min, Max: max} }

// Open is the range (min, max).
func Open(min, max float64) Range { return Range{Min: min, Max: max, OpenMin: true, OpenMax: true} }

// AtLeast is the range [min, +inf).
func AtLeast(min float64) Range { return Range{Min: min, Max: math.Inf(1)} }

// Positive is the range (0, +inf).
func Positive() Range { return Range{Max: math.Inf(1), OpenMin: true} }

// NonNegative is the range [0, +inf).
func NonNegative() Range { return AtLeast(0) }

func (r Range) unbounded() bool {
	return r == Range{} || (math.IsInf(r.Min, -1) && math.IsInf(r.Max, 1))
}

// Contains reports whether x is finite and inside the range.
func (r Range) Contains(x float64) bool {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return false
	}
	if r.unbounded() {
		return true
	}
	above := x > r.Min || (x == r.Min && !r.OpenMin)
	below := x < r.Max || (x == r.Max && !r.OpenMax)
	return above && below
}

// String writes the range as "[0, 1)", ">= 0", "> 0", "<= 5" or "any".
func (r Range) String() string {
	if r.unbounded() {
		return "any"
	}
	if math.IsInf(r.Max, 1) {
		return map[bool]string{false: ">= ", true: "> "}[r.OpenMin] + formatNumber(r.Min)
	}
	if math.IsInf(r.Min, -1) {
		return map[bool]string{false: "<= ", true: "< "}[r.OpenMax] + formatNumber(r.Max)
	}
	left, right := "[", "]"
	if r.OpenMin {
		left = "("
	}
	if r.OpenMax {
		right = ")"
	}
	return left + formatNumber(r.Min) + ", " + formatNumber(r.Max) + right
}

// Parameter declares one quantity a user may set.
type Parameter struct {
	Name    string   // lower case, unique within the experiment
	Kind    Kind     // type of the value
	Default any      // float64, int, bool or string, according to Kind
	Unit    string   // "ms", "Hz", "mV", ...; empty for a pure number
	Range   Range    // admissible numbers, in Unit; ignored for Bool, Choice and List
	Choices []string // admissible words of a Choice or List
	Meaning string   // one line for the user
}

// ParameterError says what is wrong with a value given for a parameter.
type ParameterError struct {
	Parameter string // name as the user gave it
	Value     string // text as the user gave it
	Reason    string // what is wrong and what would be right
}

// Error returns one line that names parameter, value, reason and remedy.
func (e *ParameterError) Error() string {
	if e.Value == "" {
		return fmt.Sprintf("parameter %q: %s", e.Parameter, e.Reason)
	}
	return fmt.Sprintf("parameter %q: value %q: %s", e.Parameter, e.Value, e.Reason)
}

// Accepts describes the admissible values in a few words, unit included:
// "[0, 100] ms", "true or false", "one of SR, AI".
func (p Parameter) Accepts() string {
	switch p.Kind {
	case Bool:
		return "true or false"
	case Choice:
		return "one of " + strings.Join(p.Choices, ", ")
	case List:
		return "one or more of " + strings.Join(p.Choices, ", ") + ", with commas between"
	}
	text := p.Range.String()
	if p.Kind == Int {
		if text[0] == '[' || text[0] == '(' {
			text = "in " + text
		}
		text = "whole number " + text
		if p.Range.unbounded() {
			text = "whole number"
		}
	} else if p.Range.unbounded() {
		text = "any number"
	}
	return withUnit(text, p.Unit)
}

// Parse reads a value of the parameter from text. Numbers may carry a unit.
// The result is a float64, int, bool or string, according to Kind. The error,
// if any, is a *ParameterError.
func (p Parameter) Parse(text string) (any, error) {
	fail := func(format string, args ...any) (any, error) {
		return nil, &ParameterError{Parameter: p.Name, Value: text, Reason: fmt.Sprintf(format, args...)}
	}
	switch p.Kind {
	case Bool:
		switch strings.ToLower(strings.TrimSpace(text)) {
		case "true", "yes", "on", "1":
			return true, nil
		case "false", "no", "off", "0":
			return false, nil
		}
		return fail("must be true or false")
	case Choice:
		word, ok := p.word(text)
		if ok {
			return word, nil
		}
		return fail("must be %s%s", p.Accepts(), didYouMean(word, p.Choices))
	case List:
		var words []string
		for text := range strings.SplitSeq(text, ",") {
			word, ok := p.word(text)
			switch {
			case !ok:
				return fail("%q must be %s%s", word, p.Accepts(), didYouMean(word, p.Choices))
			case slices.Contains(words, word):
				return fail("%s stands twice: name each once", word)
			}
			words = append(words, word)
		}
		return strings.Join(words, ","), nil
	}
	x, err := ParseQuantity(text, p.Unit)
	if err != nil {
		return fail("%v", err)
	}
	if !p.Range.Contains(x) {
		if p.Kind == Int {
			return fail("out of range: must be a %s", p.Accepts())
		}
		return fail("out of range: must be %s", p.Accepts())
	}
	if p.Kind == Int {
		// 2^53: beyond it a float64 no longer holds every whole number.
		if x != math.Trunc(x) || math.Abs(x) > 1<<53 {
			return fail("must be a %s", p.Accepts())
		}
		return int(x), nil
	}
	return x, nil
}

// word finds a word among Choices, in any case; if it is none of them it comes back as given.
func (p Parameter) word(text string) (string, bool) {
	text = strings.TrimSpace(text)
	for _, c := range p.Choices {
		if strings.EqualFold(c, text) {
			return c, true
		}
	}
	return text, false
}

func didYouMean(word string, choices []string) string {
	if near, ok := Nearest(word, choices); ok {
		return fmt.Sprintf("; did you mean %q?", near)
	}
	return ""
}

// Format writes a value the way Parse reads it, without unit.
func (p Parameter) Format(value any) string {
	if x, ok := value.(float64); ok {
		return formatNumber(x)
	}
	return fmt.Sprint(value)
}

// check reports a mistake in the declaration.
func (p Parameter) check() error {
	if !validName(p.Name) {
		return fmt.Errorf("parameter name %q must be lower-case letters, digits, - and _", p.Name)
	}
	mistake := func(format string, args ...any) error {
		return fmt.Errorf("parameter %q: %s", p.Name, fmt.Sprintf(format, args...))
	}
	if p.Meaning == "" {
		return mistake("no meaning given")
	}
	if (p.Kind == Choice || p.Kind == List) && len(p.Choices) == 0 {
		return mistake("a %s needs choices", p.Kind)
	}
	inRange := true
	switch d := p.Default.(type) {
	case float64:
		inRange = p.Kind == Float && p.Range.Contains(d)
	case int:
		inRange = p.Kind == Int && p.Range.Contains(float64(d))
	case bool:
		inRange = p.Kind == Bool
	case string:
		if p.Kind == Choice || p.Kind == List {
			again, err := p.Parse(d)
			inRange = err == nil && again == d
		} else {
			inRange = false
		}
	default:
		inRange = false
	}
	if !inRange {
		return mistake("default %v (%T) is not %s", p.Default, p.Default, p.Accepts())
	}
	return nil
}

func withUnit(text, unit string) string {
	if unit == "" {
		return text
	}
	return text + " " + unit
}

// validName reports whether s can name an experiment, parameter, metric or
// figure: it becomes a command argument, a JSON key and a file name.
func validName(s string) bool {
	for i, r := range s {
		letter := r >= 'a' && r <= 'z'
		other := r >= '0' && r <= '9' || r == '-' || r == '_'
		if !letter && (i == 0 || !other) {
			return false
		}
	}
	return s != ""
}
