package glia

import (
	"fmt"
	"math"
)

// cadence is when a set of cells is advanced.
type cadence struct {
	// Interval between updates [ms], as given to Network.AddProcess.
	Interval float64
	// Step of the integration [ms]; a whole number of them makes an interval. 0 means the interval.
	Step float64
}

func (c *cadence) validate(typ string) error {
	k := checks{typ: typ}
	k.positive("Interval", c.Interval, "ms")
	if c.Step == 0 {
		c.Step = c.Interval
	}
	k.positive("Step", c.Step, "ms")
	if k.err != nil {
		return k.err
	}
	if n := c.Interval / c.Step; n < 1-1e-9 || math.Abs(n-math.Round(n)) > 1e-6 {
		return fmt.Errorf("%s.Step is %g ms: want a whole number of steps in the interval of %g ms", typ, c.Step, c.Interval)
	}
	return nil
}

// steps is the number of steps in an interval.
func (c *cadence) steps() int { return int(math.Round(c.Interval / c.Step)) }

// time is the end of step k, from 0, of the interval that ends at now.
func (c *cadence) time(now float64, k int) float64 {
	return now - float64(c.steps()-1-k)*c.Step
}

// slack is the share of a step by which an event may seem to come after the step in which it comes.
const slack = 1e-6
