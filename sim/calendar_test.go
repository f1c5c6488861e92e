package sim

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// The calendar against a sorted list: windows of any length, as timers and ends of runs cut them,
// arrivals from the next tick to the largest delay, bursts, silences and restarts.
func TestCalendarGivesArrivalsInOrder(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for range 300 {
		width := Tick(1 + rng.IntN(20))
		reach := width + Tick(rng.IntN(200))
		c := newCalendar(width, reach, 1)
		var pending []arrival
		now := Tick(0)
		if rng.IntN(3) == 0 {
			now = Tick(rng.IntN(10000))
			c.clear(now)
		}
		for range 60 {
			n := rng.IntN(4) * rng.IntN(10)
			if rng.IntN(20) == 0 {
				n *= 10
			}
			lag := func() float64 { return float64(rng.IntN(3)) / 4 } // many at one instant
			if rng.IntN(2) == 0 {
				lag = rng.Float64
			}
			for ; n > 0; n-- {
				a := arrival{at: Instant{now + 1 + Tick(rng.IntN(int(reach))), lag()},
					store: int32(rng.IntN(2)), source: int32(rng.IntN(3)), lo: uint32(rng.IntN(2)), factor: float64(rng.IntN(2))}
				c.push(a)
				pending = append(pending, a)
			}
			slices.SortFunc(pending, arrival.compare)
			end := now + 1 + Tick(rng.IntN(int(width)))
			for {
				at, ok := c.peek(end)
				if want := len(pending) > 0 && pending[0].at.Tick <= end; ok != want {
					t.Fatalf("at tick %d, up to %d: arrival %v, want %v", now, end, ok, want)
				}
				if !ok {
					break
				}
				got := c.pop()
				if len(got) > len(pending) || !slices.Equal(got, pending[:len(got)]) || got[0].at != at ||
					len(got) < len(pending) && pending[len(got)].at == at {
					t.Fatalf("at %+v: got %+v of %+v", at, got, pending)
				}
				pending = pending[len(got):]
			}
			c.skip(end)
			now = end
			first := c.first()
			if len(pending) == 0 && first != never || len(pending) > 0 && (first > pending[0].at.Tick || first <= now-width) {
				t.Fatalf("at tick %d: first %d, pending %+v", now, first, pending)
			}
			if len(pending) == 0 && rng.IntN(4) == 0 { // nothing to do: an idle network jumps
				if jump := now + Tick(rng.IntN(3000)); jump > now {
					if _, ok := c.peek(jump); ok {
						t.Fatal("an arrival out of nothing")
					}
					c.skip(jump)
					now = jump
				}
			}
		}
	}
}

// A calendar whose arrivals always come in the current day must not keep what is past.
func TestCalendarForgetsThePast(t *testing.T) {
	c := newCalendar(1000, 1000, 1)
	for k := Tick(1); k < 900; k++ {
		c.push(arrival{at: Instant{Tick: k}})
		if _, ok := c.peek(k); !ok || len(c.pop()) != 1 {
			t.Fatal("lost an arrival")
		}
		c.peek(k)
	}
	if cap(c.current) > 16 {
		t.Errorf("keeps %d arrivals", cap(c.current))
	}
}

// BenchmarkCalendar pushes and pops some arrivals in each window of ten ticks.
func BenchmarkCalendar(b *testing.B) {
	for _, perWindow := range []int{10, 150, 3000} {
		for _, grid := range []bool{false, true} {
			b.Run(fmt.Sprintf("%d/grid=%v", perWindow, grid), func(b *testing.B) {
				rng := rand.New(rand.NewPCG(1, 1))
				c := newCalendar(10, 10, 0.1)
				day := make([]arrival, perWindow)
				for k := range day {
					day[k] = arrival{at: Instant{1 + Tick(rng.IntN(10)), 0.1 * rng.Float64()}, source: int32(k)}
					if grid {
						day[k].at.Lag = 0
					}
				}
				b.ReportAllocs()
				now := Tick(0)
				for done := 0; done < b.N; done += perWindow {
					for _, a := range day {
						a.at.Tick += now
						c.push(a)
					}
					now += 10
					for _, ok := c.peek(now); ok; _, ok = c.peek(now) {
						c.pop()
					}
				}
			})
		}
	}
}
