package plasticity

import (
	"fmt"
	"math"
)

// checker collects the first complaint about the parameters of a rule.
type checker struct {
	rule string
	err  error
}

func (c *checker) complain(ok bool, field string, value float64, unit, want string) {
	if ok || c.err != nil {
		return
	}
	if unit != "" {
		unit = " " + unit
	}
	c.err = fmt.Errorf("%s.%s is %g%s: want %s", c.rule, field, value, unit, want)
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

func (c *checker) tau(field string, ms float64) {
	c.complain(ms > 0 && finite(ms), field, ms, "ms", "a positive time")
}

func (c *checker) finite(field string, x float64, unit string) {
	c.complain(finite(x), field, x, unit, "a finite number")
}

func (c *checker) notNegative(field string, x float64, unit string) {
	c.complain(x >= 0 && finite(x), field, x, unit, "a finite number, 0 or more")
}

func (c *checker) positive(field string, x float64, unit string) {
	c.complain(x > 0 && finite(x), field, x, unit, "a positive, finite number")
}

// bounds checks the limits of the weights, which may be infinite.
func (c *checker) bounds(lo, hi float64) {
	if c.err == nil && !(lo < hi) {
		c.err = fmt.Errorf("%s.WMin is %g and WMax %g: want WMin < WMax", c.rule, lo, hi)
	}
}

func (c *checker) tie(t Tie) {
	if c.err == nil && (t < TieIgnored || t > TieDepresses) {
		c.err = fmt.Errorf("%s.Tie is %d: want TieIgnored, TiePotentiates or TieDepresses", c.rule, t)
	}
}

func clip(w, lo, hi float64) float64 { return min(max(w, lo), hi) }
