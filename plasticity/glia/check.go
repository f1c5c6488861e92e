package glia

import (
	"fmt"
	"math"
)

// checks keeps the first complaint about the fields of a type.
type checks struct {
	typ string
	err error
}

func (c *checks) complain(field string, value any, unit, want string) {
	if c.err == nil {
		if unit != "" {
			unit = " " + unit
		}
		c.err = fmt.Errorf("%s.%s is %v%s: want %s", c.typ, field, value, unit, want)
	}
}

func (c *checks) positive(field string, x float64, unit string) {
	if !(x > 0) || math.IsInf(x, 0) {
		c.complain(field, x, unit, "a positive number")
	}
}

func (c *checks) notNegative(field string, x float64, unit string) {
	if !(x >= 0) || math.IsInf(x, 0) {
		c.complain(field, x, unit, "0 or more")
	}
}

func (c *checks) finite(field string, x float64, unit string) {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		c.complain(field, x, unit, "a finite number")
	}
}

func (c *checks) within(field string, x, lo, hi float64, unit string) {
	if !(x >= lo && x <= hi) {
		c.complain(field, x, unit, fmt.Sprintf("%g to %g", lo, hi))
	}
}
