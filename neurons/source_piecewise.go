package neurons

import (
	"fmt"
	"math"
	"slices"
	"sort"

	"github.com/glia-sim/glia/sim"
)

// PiecewisePoisson is a population of independent Poisson processes whose common rate changes at given
// times, on the grid as PoissonSource.
type PiecewisePoisson struct {
	Times []float64 // at which the rate changes [ms], rising; before the first it is 0
	Rates []float64 // from each of the times on [Hz]
}

// Validate names the first parameter out of range.
func (m PiecewisePoisson) Validate() error { return m.check("PiecewisePoisson") }

// Receptors lists none.
func (PiecewisePoisson) Receptors() []string { return nil }

// NewBlock makes b.N sources.
func (m PiecewisePoisson) NewBlock(b sim.BlockSpec) (sim.Block, error) {
	return newPoissonSteps(b, "PiecewisePoisson", m)
}

// PiecewisePoissonEvent is the event-driven form of PiecewisePoisson, with the same parameters: spikes
// at exact times off the grid. Intervals of unit rate are stretched by the rates they meet
// (time rescaling).
type PiecewisePoissonEvent PiecewisePoisson

// Validate names the first parameter out of range.
func (m PiecewisePoissonEvent) Validate() error {
	return PiecewisePoisson(m).check("PiecewisePoissonEvent")
}

// Receptors lists none.
func (PiecewisePoissonEvent) Receptors() []string { return nil }

// NewBlock makes b.N sources.
func (m PiecewisePoissonEvent) NewBlock(b sim.BlockSpec) (sim.Block, error) {
	return newPoissonEvents(b, "PiecewisePoissonEvent", PiecewisePoisson(m))
}

func (m PiecewisePoisson) check(model string) error {
	if err := risingTimes(model, m.Times, "Rates", m.Rates); err != nil {
		return err
	}
	p := params{model: model}
	for k, r := range m.Rates {
		p.notNegative(fmt.Sprintf("Rates[%d]", k), r, "Hz")
	}
	return p.err
}

// risingTimes checks a list of times and the values that hold from them on.
func risingTimes(model string, times []float64, name string, values []float64) error {
	if len(times) == 0 || len(times) != len(values) {
		return fmt.Errorf("neurons: %s has %d Times and %d %s: want one each, at least one", model, len(times), len(values), name)
	}
	p := params{model: model}
	for k, t := range times {
		field := fmt.Sprintf("Times[%d]", k)
		p.notNegative(field, t, "ms")
		if k > 0 && t <= times[k-1] {
			p.complain(field, t, "ms", fmt.Sprintf("more than the time before it, %g ms", times[k-1]))
		}
	}
	return p.err
}

func (m PiecewisePoisson) highest() float64 { return slices.Max(m.Rates) }

// checkMean reports a rate [Hz] with more events per step than can be meant.
func checkMean(what string, rate float64, c sim.Clock) error {
	if most := maxMean / c.DT * 1000; !(rate >= 0 && rate <= most) {
		return fmt.Errorf("neurons: %s is %g Hz: want 0 to %g Hz (%g events per step of %g ms)", what, rate, most, maxMean, c.DT)
	}
	return nil
}

// rateProfile is a piecewise constant rate as a function of time.
type rateProfile struct {
	clock sim.Clock
	from  []sim.Instant
	rate  []float64 // 1/ms
}

func newRateProfile(c sim.Clock, m PiecewisePoisson) rateProfile {
	p := rateProfile{clock: c}
	for k, t := range m.Times {
		p.from = append(p.from, exactly(c, t))
		p.rate = append(p.rate, m.Rates[k]/1000)
	}
	return p
}

// piece gives the last piece that starts at or before an instant, or -1.
func (p *rateProfile) piece(at sim.Instant) int {
	return sort.Search(len(p.from), func(k int) bool { return at.Before(p.from[k]) }) - 1
}

// mean gives the mean number of events in the step that ends at tick t.
func (p *rateProfile) mean(t sim.Tick) float64 {
	start, end := sim.Instant{Tick: t - 1}, sim.Instant{Tick: t}
	k := p.piece(start)
	if k+1 == len(p.from) || !p.from[k+1].Before(end) {
		if k < 0 {
			return 0
		}
		return p.rate[k] * p.clock.DT
	}
	sum := 0.0
	for ; start.Before(end); k++ {
		stop := end
		if k+1 < len(p.from) && p.from[k+1].Before(end) {
			stop = p.from[k+1]
		}
		if k >= 0 {
			sum += p.rate[k] * p.clock.Elapsed(start, stop)
		}
		start = stop
	}
	return sum
}

// after gives the instant at which the integral of the rate from now on reaches events.
func (p *rateProfile) after(now sim.Instant, events float64) sim.Instant {
	for k := p.piece(now); k < len(p.from); k++ {
		last := k+1 == len(p.from)
		rate := 0.0
		if k >= 0 {
			rate = p.rate[k]
		}
		if rate > 0 {
			if ms := events / rate; last || ms < p.clock.Elapsed(now, p.from[k+1]) {
				if math.IsInf(ms, 1) {
					return never
				}
				return p.clock.After(now, ms)
			}
		}
		if last {
			return never
		}
		events = max(0, events-rate*p.clock.Elapsed(now, p.from[k+1]))
		now = p.from[k+1]
	}
	return never
}
