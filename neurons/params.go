package neurons

import (
	"fmt"
	"math"

	"github.com/glia-sim/glia/sim"
)

// params collects the first complaint about the parameters of a model.
type params struct {
	model string
	err   error
}

func (p *params) complain(field string, value float64, unit, want string) {
	if p.err == nil {
		if unit != "" {
			unit = " " + unit
		}
		p.err = fmt.Errorf("neurons: %s.%s is %g%s: want %s", p.model, field, value, unit, want)
	}
}

func isFinite(x float64) bool { return x-x == 0 }

func (p *params) finite(field string, value float64, unit string) {
	if !isFinite(value) {
		p.complain(field, value, unit, "a finite number")
	}
}

func (p *params) positive(field string, value float64, unit string) {
	if !(value > 0) || !isFinite(value) {
		p.complain(field, value, unit, "a positive, finite number")
	}
}

func (p *params) notNegative(field string, value float64, unit string) {
	if !(value >= 0) || !isFinite(value) {
		p.complain(field, value, unit, "zero or a positive, finite number")
	}
}

// below wants value < limit, where limit is the value of another field.
func (p *params) below(field string, value float64, limitField string, limit float64, unit string) {
	if !(value < limit) {
		p.complain(field, value, unit, fmt.Sprintf("less than %s, which is %g %s", limitField, limit, unit))
	}
}

func (p *params) method(m Method, allowed ...Method) {
	for _, a := range allowed {
		if m == a {
			return
		}
	}
	if p.err == nil {
		p.err = fmt.Errorf("neurons: %s.Method is %v: want one of %v", p.model, m, allowed)
	}
}

func (p *params) substeps(n int) {
	if n < 0 || n > maxSubsteps {
		p.complain("Substeps", float64(n), "", fmt.Sprintf("1 to %d (0 counts as 1)", maxSubsteps))
	}
}

const maxSubsteps = 1 << 20

// steps rounds a duration [ms] to ticks, as NEST does with refractory times.
func steps(clock sim.Clock, ms float64) sim.Tick { return sim.Tick(math.Round(ms / clock.DT)) }
