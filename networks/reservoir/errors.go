package reservoir

import (
	"fmt"
	"math"
)

// ArgumentError says which argument or parameter was refused, and what would have been accepted.
type ArgumentError struct {
	Name  string // parameter or argument, in the words of the documentation
	Value any    // what was given
	Want  string // the accepted range or the remedy
}

// Error gives name, value and remedy in one line.
func (e *ArgumentError) Error() string {
	return fmt.Sprintf("reservoir: %s is %v: %s", e.Name, e.Value, e.Want)
}

func refuse(name string, value any, want string) error {
	return &ArgumentError{Name: name, Value: value, Want: want}
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// check is a requirement: a value, whether it holds, and what was wanted.
type check struct {
	name  string
	value any
	ok    bool
	want  string
}

// firstFailed returns the error of the first requirement that does not hold.
func firstFailed(checks ...check) error {
	for _, c := range checks {
		if !c.ok {
			return refuse(c.name, c.value, c.want)
		}
	}
	return nil
}

func checkLength(name string, got, want int) error {
	if got != want {
		return refuse("length of "+name, got, fmt.Sprintf("must be %d", want))
	}
	return nil
}

func checkFinite(name string, v []float64) error {
	for i, x := range v {
		if !finite(x) {
			return refuse(fmt.Sprintf("%s[%d]", name, i), x, "must be finite")
		}
	}
	return nil
}
