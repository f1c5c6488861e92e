package experiments

import (
	"fmt"
	"math"
	"strings"
)

// Values holds one value for every parameter of an experiment. It is made by
// Experiment.Parse and not changed afterwards.
type Values struct {
	parameters []Parameter
	values     map[string]any
}

// Parse reads assignments of the form "name=value", such as those of --set, on
// top of the defaults. A later assignment to the same name wins. The error, if
// any, is a *ParameterError: unknown name (with the nearest known one), value
// that cannot be read, or out of range.
func (e *Experiment) Parse(assignments []string) (Values, error) {
	v := Values{parameters: e.Parameters, values: make(map[string]any, len(e.Parameters))}
	for _, p := range e.Parameters {
		v.values[p.Name] = p.Default
	}
	for _, a := range assignments {
		name, text, found := strings.Cut(a, "=")
		name = strings.TrimSpace(name)
		if !found || name == "" {
			return Values{}, &ParameterError{Parameter: a, Reason: `expected the form name=value, for example ` + e.exampleAssignment()}
		}
		p, ok := e.parameter(name)
		if !ok {
			return Values{}, &ParameterError{Parameter: name, Value: text, Reason: e.unknownParameter(name)}
		}
		value, err := p.Parse(text)
		if err != nil {
			return Values{}, err
		}
		v.values[name] = value
	}
	if e.Check != nil {
		if err := e.Check(v); err != nil {
			return Values{}, err
		}
	}
	return v, nil
}

func (e *Experiment) parameter(name string) (Parameter, bool) {
	for _, p := range e.Parameters {
		if p.Name == name {
			return p, true
		}
	}
	return Parameter{}, false
}

func (e *Experiment) exampleAssignment() string {
	if len(e.Parameters) == 0 {
		return "name=value"
	}
	p := e.Parameters[0]
	return p.Name + "=" + p.Format(p.Default)
}

func (e *Experiment) unknownParameter(name string) string {
	if len(e.Parameters) == 0 {
		return fmt.Sprintf("unknown: experiment %q has no parameters", e.Name)
	}
	names := make([]string, len(e.Parameters))
	for i, p := range e.Parameters {
		names[i] = p.Name
	}
	if near, ok := Nearest(name, names); ok {
		p, _ := e.parameter(near)
		return fmt.Sprintf("unknown to experiment %q; did you mean %q (%s)?", e.Name, near, p.Accepts())
	}
	return fmt.Sprintf("unknown to experiment %q; it has: %s", e.Name, strings.Join(names, ", "))
}

// Parameters returns the declarations, in their order.
func (v Values) Parameters() []Parameter { return v.parameters }

// Get returns the value of a declared parameter as float64, int, bool or
// string. It panics when the experiment does not declare the name: that is a
// mistake in the experiment, not in the user's input.
func (v Values) Get(name string) any {
	value, ok := v.values[name]
	if !ok {
		panic(fmt.Sprintf("experiments: parameter %q is not declared", name))
	}
	return value
}

// Float returns the value of a Float parameter, in its declared unit; an Int
// is converted. It panics on an undeclared name or another kind.
func (v Values) Float(name string) float64 {
	if i, ok := v.Get(name).(int); ok {
		return float64(i)
	}
	return typed[float64](v, name)
}

// Int returns the value of an Int parameter. It panics on an undeclared name
// or another kind.
func (v Values) Int(name string) int { return typed[int](v, name) }

// Bool returns the value of a Bool parameter. It panics on an undeclared name
// or another kind.
func (v Values) Bool(name string) bool { return typed[bool](v, name) }

// Choice returns the value of a Choice parameter, spelled as declared. It
// panics on an undeclared name or another kind.
func (v Values) Choice(name string) string { return typed[string](v, name) }

// List returns the words of a List parameter, spelled as declared. It panics on an undeclared name or
// another kind.
func (v Values) List(name string) []string { return strings.Split(typed[string](v, name), ",") }

func typed[T any](v Values, name string) T {
	value, ok := v.Get(name).(T)
	if !ok {
		panic(fmt.Sprintf("experiments: parameter %q holds a %T, not a %T", name, v.values[name], value))
	}
	return value
}

// Assignments returns "name=value" for every parameter that differs from its
// default, in declaration order: what --set must say to repeat the run.
func (v Values) Assignments() []string {
	var out []string
	for _, p := range v.parameters {
		if value := v.values[p.Name]; value != p.Default {
			out = append(out, p.Name+"="+p.Format(value))
		}
	}
	return out
}

// Condition restricts a target to the runs it speaks about. Make one with
// WhenIs, WhenBetween or WhenData.
type Condition struct {
	parameter string
	values    []string // any of these
	min, max  float64  // when values is empty
	data      []string // when parameter is empty: any of these data sets
}

// WhenIs holds when the parameter has one of the values, each written as in
// --set; of a list, when its first word is one of them.
func WhenIs(parameter string, values ...string) Condition {
	return Condition{parameter: parameter, values: values}
}

// WhenBetween holds when the numeric parameter lies in [min, max], in its
// declared unit. Infinite ends leave a side open.
func WhenBetween(parameter string, min, max float64) Condition {
	return Condition{parameter: parameter, min: min, max: max}
}

// WhenData holds when the experiment has said, with Run.UseData, that it runs
// on one of the named data sets.
func WhenData(names ...string) Condition { return Condition{data: names} }

// String writes the condition as "g = 5", "neurons >= 1000" or "data = mnist".
func (c Condition) String() string {
	switch {
	case c.parameter == "":
		return "data = " + strings.Join(c.data, " or ")
	case len(c.values) > 0:
		return c.parameter + " = " + strings.Join(c.values, " or ")
	case math.IsInf(c.max, 1):
		return c.parameter + " >= " + formatNumber(c.min)
	case math.IsInf(c.min, -1):
		return c.parameter + " <= " + formatNumber(c.max)
	}
	return fmt.Sprintf("%s in [%s, %s]", c.parameter, formatNumber(c.min), formatNumber(c.max))
}

// holds reports whether the condition is met. The declaration was checked at
// registration, so reading its values cannot fail.
func (c Condition) holds(v Values, data string) bool {
	if c.parameter == "" {
		for _, d := range c.data {
			if d == data {
				return true
			}
		}
		return false
	}
	if len(c.values) == 0 {
		x := v.Float(c.parameter)
		return c.min <= x && x <= c.max
	}
	for _, p := range v.parameters {
		if p.Name != c.parameter {
			continue
		}
		have := v.values[p.Name]
		if p.Kind == List {
			have = v.List(p.Name)[0]
		}
		for _, text := range c.values {
			if want, err := p.Parse(text); err == nil && want == have {
				return true
			}
		}
	}
	return false
}

// check reports a mistake in the declaration.
func (c Condition) check(e *Experiment) error {
	if c.parameter == "" {
		if len(c.data) == 0 {
			return fmt.Errorf("an empty condition")
		}
		return nil
	}
	p, ok := e.parameter(c.parameter)
	if !ok {
		return fmt.Errorf("condition on undeclared parameter %q", c.parameter)
	}
	for _, text := range c.values {
		if _, err := p.Parse(text); err != nil {
			return err
		}
	}
	if len(c.values) == 0 && (p.Kind != Float && p.Kind != Int) {
		return fmt.Errorf("condition %q needs a numeric parameter", c)
	}
	if len(c.values) == 0 && !(c.min <= c.max) {
		return fmt.Errorf("condition %q has no admissible value", c)
	}
	return nil
}
