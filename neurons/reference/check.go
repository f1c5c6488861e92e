package reference

import (
	"context"
	"fmt"
	"math"

	"github.com/glia-sim/glia/sim"
)

// Check is one comparison of a quantity with its reference.
type Check struct {
	Case      string
	Quantity  string
	Unit      string
	Ours      float64
	Reference float64
	Error     float64 // in Unit; +Inf where the two cannot be compared, as with unequal spike counts
	Bound     float64 // largest Error that counts as agreement
}

// OK says whether the error keeps the bound.
func (c Check) OK() bool { return c.Error <= c.Bound }

// String gives the check as a line of text.
func (c Check) String() string {
	verdict := "ok"
	if !c.OK() {
		verdict = "DIFFERS"
	}
	return fmt.Sprintf("%-34s %-28s ours %-12.9g reference %-12.9g error %-9.2g bound %-7.2g %-5s %s",
		c.Case, c.Quantity, c.Ours, c.Reference, c.Error, c.Bound, c.Unit, verdict)
}

// Case is one protocol with a reference.
type Case struct {
	Name   string
	Source string // where the reference is from
	Run    func(ctx context.Context) ([]Check, error)
}

// Cases lists all comparisons.
func Cases() []Case {
	var all []Case
	all = append(all, nestCases()...)
	all = append(all, brianCases()...)
	all = append(all, closedForms()...)
	return all
}

// compareSpikes compares two spike trains [ms]. Ours and Reference are the numbers of spikes, Error is
// the largest difference of times.
func compareSpikes(name string, ours, want []float64, bound float64) Check {
	c := Check{Case: name, Quantity: "spikes", Unit: "ms", Ours: float64(len(ours)), Reference: float64(len(want)), Bound: bound}
	if len(ours) != len(want) {
		c.Error = math.Inf(1)
		return c
	}
	for k := range want {
		c.Error = max(c.Error, math.Abs(ours[k]-want[k]))
	}
	return c
}

// sameTicks compares two spike trains on the grid: equal to the tick, whatever the last digit of ms.
func sameTicks(name string, ours, want []float64, dt float64) Check {
	round := func(ms []float64) []float64 {
		r := make([]float64, len(ms))
		for k, t := range ms {
			r[k] = math.Round(t/dt) * dt
		}
		return r
	}
	return compareSpikes(name, round(ours), round(want), 0)
}

// trace is a recorded variable over time.
type trace struct{ ms, values []float64 }

// compareTrace gives the largest difference of a variable over the samples of want for which keep is
// true; Ours and Reference are the two values there.
func compareTrace(name, quantity, unit string, ours *sim.StateRecorder, column int, want trace, dt, bound float64, keep func(ms float64) bool) (Check, error) {
	c := Check{Case: name, Quantity: quantity, Unit: unit, Bound: bound, Error: -1}
	values := ours.Values(column)
	if len(values) == 0 {
		return c, fmt.Errorf("reference: %s: nothing was recorded of %s", name, quantity)
	}
	first := int(math.Round(ours.Times()[0] / dt))
	for k, ms := range want.ms {
		i := int(math.Round(ms/dt)) - first
		if i < 0 || keep != nil && !keep(ms) {
			continue
		}
		if i >= len(values) {
			return c, fmt.Errorf("reference: %s: the recording of %s ends before %g ms", name, quantity, ms)
		}
		if e := math.Abs(values[i] - want.values[k]); e > c.Error || e != e {
			c.Error, c.Ours, c.Reference = e, values[i], want.values[k]
		}
	}
	if c.Error < 0 {
		return c, fmt.Errorf("reference: %s: no sample of %s to compare", name, quantity)
	}
	return c, nil
}
