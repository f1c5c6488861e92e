package neurons

import (
	"math"

	"github.com/glia-sim/glia/sim"
)

// A duration, such as a refractory time, is kept as the instant at which it ends when it starts at
// tick 0: whole ticks and a rest. A duration that is a multiple of dt has no rest, and adding it to
// an instant on the grid gives an instant on the grid.

// never is an instant that no run reaches.
var never = sim.Never

// exactly gives the instant ms milliseconds after tick 0, for a time or duration that a user wrote.
func exactly(c sim.Clock, ms float64) sim.Instant { return exactSum(c, ms, 0) }

// exactSum gives the instant hi+lo ms after tick 0, where lo is a small correction of hi. Decimal
// times and dt are both rounded numbers: what is a multiple of dt to within that rounding is taken as
// one.
func exactSum(c sim.Clock, hi, lo float64) sim.Instant {
	n := math.Round(hi / c.DT)
	if !(math.Abs(n) < float64(never.Tick)/2) {
		return never
	}
	rest := math.FMA(-n, c.DT, hi) + lo
	switch {
	case math.Abs(rest) <= 1e-15*math.Abs(hi):
		return sim.Instant{Tick: sim.Tick(n)}
	case rest < 0:
		return sim.Instant{Tick: sim.Tick(n), Lag: -rest}
	}
	return normal(c, sim.Instant{Tick: sim.Tick(n) + 1, Lag: c.DT - rest})
}

// multiple gives the instant phase + k*interval [ms], as exactly for a large k as for a small one.
func multiple(c sim.Clock, phase, interval float64, k int64) sim.Instant {
	p := float64(k) * interval
	lost := math.FMA(float64(k), interval, -p)
	s := p + phase
	b := s - p // Knuth's two-sum: s plus the rest is p plus phase
	return exactSum(c, s, lost+((p-(s-b))+(phase-b)))
}

// plus adds a duration to an instant.
func plus(c sim.Clock, a, duration sim.Instant) sim.Instant {
	return normal(c, sim.Instant{Tick: a.Tick + duration.Tick, Lag: a.Lag + duration.Lag})
}

// normal brings a lag from [0, 2 dt) into [0, dt).
func normal(c sim.Clock, a sim.Instant) sim.Instant {
	if a.Lag >= c.DT {
		a.Tick--
		a.Lag -= c.DT
	}
	return a
}
