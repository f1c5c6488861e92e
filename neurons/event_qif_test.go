package neurons

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/glia-sim/glia/sim"
)

func TestQIFEventFiresRegularlyAboveRheobase(t *testing.T) {
	m := QIFEvent(DefaultQIF())
	m.IE = 120 // rheobase is K (VCrit-VRest)²/4 = 70
	a, root := m.K/m.C, math.Sqrt(m.IE/m.K-100)
	rise := func(from float64) float64 {
		return (math.Atan((m.VPeak+50)/root) - math.Atan((from+50)/root)) / (a * root)
	}
	var want []float64
	for x := rise(m.VRest); x < 400; x += m.TRef + rise(m.VReset) {
		want = append(want, x)
	}
	wantTimes(t, fire(t, m, 0.1, 400), want, 1e-9)

	// From reset at minus infinity to plus infinity would take π/(a root).
	m.VPeak, m.VReset, m.TRef = math.Inf(1), -1e9, 1
	got := fire(t, m, 0.1, 400)
	if isi, exact := got[3]-got[2], 1+math.Pi/(a*root); math.Abs(isi-exact) > 1e-6 {
		t.Errorf("interval %.10g ms, want %.10g", isi, exact)
	}
	m.IE = 70
	if got := fire(t, m, 0.1, 400); len(got) != 0 {
		t.Errorf("at rheobase, from below, it fires at %v", got)
	}
}

// carry and rise against RK4 in the three regimes of the drive.
func TestQIFEventSolvesItsEquation(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for _, ie := range []float64{-100, 0, 70, 71, 300} {
		m := QIFEvent(DefaultQIF())
		m.IE = ie
		q := mustBlock(t, m, 1).(*qifEvent)
		for range 40 {
			x := 80*rng.Float64() - 45
			ms := 3 * rng.Float64()
			if rise := q.rise(x, 85); rise < ms {
				ms = rise * rng.Float64()
			}
			y, h := x, ms/20000
			f := func(x float64) float64 { return q.rate * (x*x + q.mu) }
			for range 20000 {
				k1 := f(y)
				k2 := f(y + h/2*k1)
				k3 := f(y + h/2*k2)
				y += h / 6 * (k1 + 2*k2 + 2*k3 + f(y+h*k3))
			}
			if got := q.carry(x, ms); math.Abs(got-y) > 1e-9*(1+math.Abs(y)) {
				t.Errorf("IE %g: x(%g) = %.14g from %g, RK4 %.14g", ie, ms, got, x, y)
			}
			// The time that it took, seen from the other end; without bound it takes longer.
			if x2 := q.carry(x, ms); q.escapes(x) && ms > 0 {
				if got := q.rise(x, x2); math.Abs(got-ms) > 1e-9 {
					t.Errorf("IE %g: rise from %g to %g takes %.14g ms, want %.14g", ie, x, x2, got, ms)
				}
				if got, far := q.rise(x, math.Inf(1)), q.rise(x, 1e12); !(got > ms) || math.Abs(got-far) > 1e-9 {
					t.Errorf("IE %g: rise from %g to infinity takes %.14g ms, to 1e12 %.14g", ie, x, got, far)
				}
			}
		}
	}
}

func TestQIFEventFiresAfterInput(t *testing.T) {
	m := QIFEvent(DefaultQIF())
	m.TRef = 2
	q := mustBlock(t, m, 1).(*qifEvent)
	// 15 mV do not reach VCrit; 15 more, 1.4 ms later, do, and V runs away.
	x := q.carry(-10+15, 1.4) + 15
	want := 4.4 + q.rise(x, 85)
	got := fire(t, m, 0.1, 60, heard{"v", 15, []float64{2, 3.4}})
	wantTimes(t, got, []float64{want}, 1e-9)
	// A spike that lifts V over the peak fires at once, two that cancel do nothing.
	wantTimes(t, fire(t, m, 0.1, 30, heard{"v", 96, []float64{2.02}}), []float64{3.02}, 1e-14)
	if got := fire(t, m, 0.1, 60, heard{"v", 96, []float64{2.02}}, heard{"v", -90, []float64{2.02}}); len(got) != 0 {
		t.Errorf("fires at %v", got)
	}
}

// Just before its spike, V of the neuron without a peak is huge; an event there must not lose the spike.
func TestQIFEventNextToInfinity(t *testing.T) {
	m := QIFEvent(DefaultQIF())
	m.VPeak, m.IE = math.Inf(1), 120
	b := mustBlock(t, m, 1).(*qifEvent)
	at := b.next(0)
	for _, early := range []float64{0, 1e-17, 1e-16, 3e-16, 1e-15, 1e-14, 1e-12} {
		b.state[0].v, b.state[0].last = m.VRest, sim.Instant{}
		now := sim.Instant{Tick: at.Tick, Lag: at.Lag + early}
		fired := b.touch(&sim.Arrivals{At: now, Neurons: []int32{0}, In: [][]float64{{-3}}}, 0)
		if !fired {
			b.state[0].last = now
		}
		next := b.next(0)
		if !fired && !(b.clock.Elapsed(now, next) >= 0 && b.clock.Elapsed(now, next) < 1e-6) {
			t.Errorf("%g ms before its spike: V = %g, next spike in %g ms", early, b.state[0].v, b.clock.Elapsed(now, next))
		}
	}
}
