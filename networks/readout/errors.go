package readout

import (
	"fmt"
	"math"
)

// ArgumentError says which argument or parameter was refused, and what would
// have been accepted.
type ArgumentError struct {
	Name  string // parameter or argument, in the words of the documentation
	Value any    // what was given
	Want  string // the accepted range or the remedy
}

// Error gives name, value and remedy in one line.
func (e *ArgumentError) Error() string {
	return fmt.Sprintf("readout: %s is %v: %s", e.Name, e.Value, e.Want)
}

func refuse(name string, value any, want string) error {
	return &ArgumentError{Name: name, Value: value, Want: want}
}

// checkPositive refuses anything but a finite number above 0.
func checkPositive(name string, v float64) error {
	if !(v > 0) || math.IsInf(v, 0) {
		return refuse(name, v, "must be finite and above 0")
	}
	return nil
}

// checkNonNegative refuses anything but a finite number of at least 0.
func checkNonNegative(name string, v float64) error {
	if !(v >= 0) || math.IsInf(v, 0) {
		return refuse(name, v, "must be finite and at least 0")
	}
	return nil
}

// checkLength refuses a slice whose length differs from what the model needs.
func checkLength(name string, got, want int) error {
	if got != want {
		return refuse("length of "+name, got, fmt.Sprintf("must be %d", want))
	}
	return nil
}

// checkFinite refuses NaN and infinities, naming the first one.
func checkFinite(name string, v []float64) error {
	for i, x := range v {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return refuse(fmt.Sprintf("%s[%d]", name, i), x, "must be finite")
		}
	}
	return nil
}

// checkLabels refuses a label outside 0..classes-1, naming the first one.
func checkLabels(name string, labels []int, classes int) error {
	for i, l := range labels {
		if l < 0 || l >= classes {
			return refuse(fmt.Sprintf("%s[%d]", name, i), l,
				fmt.Sprintf("must be in 0..%d for %d classes", classes-1, classes))
		}
	}
	return nil
}
