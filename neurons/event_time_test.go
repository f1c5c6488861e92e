package neurons

import (
	"math"
	"math/big"
	"testing"

	"github.com/glia-sim/glia/sim"
)

// bigMS gives the time of an instant in ms, without rounding.
func bigMS(c sim.Clock, at sim.Instant) *big.Float {
	x := new(big.Float).SetPrec(300).SetInt64(int64(at.Tick))
	x.Mul(x, big.NewFloat(c.DT))
	return x.Sub(x, big.NewFloat(at.Lag))
}

func TestExactly(t *testing.T) {
	for _, c := range []struct {
		dt, ms float64
		want   sim.Instant
	}{
		{0.1, 0.3, sim.Instant{Tick: 3}},
		{0.1, 100000.7, sim.Instant{Tick: 1000007}},
		{0.1, 0, sim.Instant{}},
		{0.3, 2.1, sim.Instant{Tick: 7}},
		{0.25, 1.125, sim.Instant{Tick: 5, Lag: 0.125}},
		{0.25, 1.0625, sim.Instant{Tick: 5, Lag: 0.1875}},
		{0.25, 1.1875, sim.Instant{Tick: 5, Lag: 0.0625}},
		{0.25, math.Inf(1), never},
	} {
		if got := exactly(sim.Clock{DT: c.dt}, c.ms); got != c.want {
			t.Errorf("exactly %g ms at dt %g: %+v, want %+v", c.ms, c.dt, got, c.want)
		}
	}
}

// The k-th multiple must not gather rounding errors, however large k.
func TestMultiple(t *testing.T) {
	c := sim.Clock{DT: 0.1}
	for _, k := range []int64{0, 1, 7, 1000, 123456789, 30_000_000_000} {
		for _, interval := range []float64{0.07, 1.0 / 3, 17.123} {
			const phase = 0.0123456
			want := new(big.Float).SetPrec(300).SetInt64(k)
			want.Mul(want, big.NewFloat(interval)).Add(want, big.NewFloat(phase))
			at := multiple(c, phase, interval, k)
			off, _ := want.Sub(bigMS(c, at), want).Float64()
			// Times that look like multiples of dt to the rounding of a decimal time may be moved by that.
			if tol := 1e-16 + 1e-15*float64(k)*interval; at.Lag < 0 || at.Lag >= c.DT || math.Abs(off) > tol {
				t.Errorf("phase + %d*%g is %+v: off by %g ms", k, interval, at, off)
			}
			if at.Lag != 0 && math.Abs(off) > 2e-16 {
				t.Errorf("phase + %d*%g is %+v: off by %g ms off the grid", k, interval, at, off)
			}
		}
	}
	// A refractory time that is a multiple of dt keeps spikes on the grid there.
	if got, want := plus(c, sim.Instant{Tick: 10}, exactly(c, 2)), (sim.Instant{Tick: 30}); got != want {
		t.Errorf("plus: %+v, want %+v", got, want)
	}
	if got := plus(c, sim.Instant{Tick: 10, Lag: 0.08}, exactly(c, 0.53)); got.Tick != 15 || math.Abs(got.Lag-0.05) > 1e-15 {
		t.Errorf("plus: %+v, want tick 15 lag 0.05", got)
	}
}
