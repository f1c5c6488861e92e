package viz

import "fmt"

// fieldError names the field, the value it had and the remedy.
func fieldError(field string, value any, remedy string) error {
	return fmt.Errorf("viz: %s = %v: %s", field, value, remedy)
}

// lengthError says that two parallel slices disagree.
func lengthError(a string, na int, b string, nb int) error {
	return fmt.Errorf("viz: %s has %d values but %s has %d: they must be equally long", a, na, b, nb)
}
