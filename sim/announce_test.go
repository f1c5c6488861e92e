package sim

import (
	"math/rand/v2"
	"testing"
)

// Announcements against a list, for windows of any length and idle stretches between them: the earliest that
// holds comes first, nothing comes before the bound given for it, and those that were replaced again and
// again do not pile up.
func TestAnnouncementsComeInOrder(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	const n = 20
	for _, far := range []int{30, 1000, 1 << 40} {
		e := &Emitter{}
		q := &e.announced
		q.n = n
		q.reset(0)
		earliest := func() (Instant, int32) {
			best, who := Never, int32(-1)
			for k := range n {
				if at := q.dueOf(k); at.Before(best) {
					best, who = at, int32(k)
				}
			}
			return best, who
		}
		jumps := 0
		for now := Tick(0); now < 1<<50; {
			end := now + 1 + Tick(rng.IntN(40))
			q.extend(end)
			for range 30 {
				if i := int32(rng.IntN(n)); rng.IntN(3) > 0 {
					e.Announce(i, Instant{e.now.Tick + Tick(rng.IntN(1+rng.IntN(far))), float64(rng.IntN(4)) / 4})
				} else if q.due != nil {
					q.due[i] = Never
				}
				best, who := earliest()
				p, ok := q.peek()
				if want := who >= 0 && best.Tick <= end; ok != want || ok && (p.at != best || p.neuron != who) {
					t.Fatalf("first announcement up to tick %d %+v %v, want neuron %d at %+v", end, p, ok, who, best)
				}
				if len(q.near)+q.count > 2*n+33 {
					t.Fatalf("%d announcements for %d neurons", len(q.near)+q.count, n)
				}
				if rng.IntN(3) == 0 && ok {
					e.now, q.due[who] = p.at, Never
					q.drop()
				}
			}
			for p, ok := q.peek(); ok; p, ok = q.peek() { // the rest of the window
				q.due[p.neuron] = Never
				q.drop()
			}
			now = end
			best, _ := earliest()
			first := q.first()
			if first > best.Tick || first <= now {
				t.Fatalf("at tick %d: nothing before %d, but an announcement for %d", now, first, best.Tick)
			}
			if rng.IntN(3) == 0 && best != Never {
				now = first - 1
				jumps++
			}
			e.now = Instant{Tick: now, Lag: 0}
			if now > 1<<20 && far < 1<<20 {
				break
			}
		}
		if jumps == 0 {
			t.Error("never idle")
		}
	}
}

func TestAnnouncementsAreNotInThePast(t *testing.T) {
	e := &Emitter{now: Instant{5, 0.02}, first: Instant{1, 0.09}, announced: announcements{n: 1, until: 7}}
	e.Announce(0, Instant{5, 0.03})
	if p, _ := e.announced.peek(); p.at != e.now {
		t.Errorf("announced for %+v, want now, %+v", p.at, e.now)
	}
	e.now = Instant{}
	e.Announce(0, Instant{})
	if p, _ := e.announced.peek(); p.at != e.first {
		t.Errorf("announced for %+v, want %+v", p.at, e.first)
	}
}

// One announcement for each of many neurons, renewed when it comes true, as sources do.
func BenchmarkAnnouncements(b *testing.B) {
	const n = 500_000
	rng := rand.New(rand.NewPCG(3, 3))
	var q announcements
	q.n = n
	later := func(now Tick) Instant { return Instant{now + Tick(rng.ExpFloat64()*n/5), rng.Float64() / 10} }
	q.reset(0)
	for i := range int32(n) {
		q.set(i, later(0))
	}
	b.ReportAllocs()
	done := 0
	for now := Tick(10); done < b.N; now += 10 {
		q.extend(now)
		for p, ok := q.peek(); ok; p, ok = q.peek() {
			q.drop()
			q.set(p.neuron, later(p.at.Tick))
			done++
		}
	}
}
