package sim

import (
	"math/rand/v2"
	"testing"
)

// Announcements against a list: the earliest that holds comes first, and those that were replaced
// again and again do not pile up.
func TestAnnouncementsComeInOrder(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	const n = 20
	e := &Emitter{due: make([]Instant, n)}
	for i := range e.due {
		e.due[i] = Never
	}
	for range 20000 {
		i := int32(rng.IntN(n))
		e.due[i] = Never
		if rng.IntN(5) > 0 {
			e.Announce(i, Instant{e.now.Tick + Tick(rng.IntN(1000)), float64(rng.IntN(4)) / 4})
		}
		best, who := Never, int32(-1)
		for k, at := range e.due {
			if at.Before(best) {
				best, who = at, int32(k)
			}
		}
		p, ok := e.peek()
		if ok != (who >= 0) || ok && (p.at != best || p.neuron != who) {
			t.Fatalf("first announcement %+v %v, want neuron %d at %+v", p, ok, who, best)
		}
		if rng.IntN(10) == 0 && ok {
			e.now, e.due[who] = p.at, Never
			e.drop()
		}
		if len(e.announce) > 2*n+33 {
			t.Fatalf("%d announcements for %d neurons", len(e.announce), n)
		}
	}
}

func TestAnnouncementsAreNotInThePast(t *testing.T) {
	e := &Emitter{due: []Instant{Never}, now: Instant{5, 0.02}, first: Instant{1, 0.09}}
	e.Announce(0, Instant{5, 0.03})
	if p, _ := e.peek(); p.at != e.now {
		t.Errorf("announced for %+v, want now, %+v", p.at, e.now)
	}
	e.now = Instant{}
	e.Announce(0, Instant{})
	if p, _ := e.peek(); p.at != e.first {
		t.Errorf("announced for %+v, want %+v", p.at, e.first)
	}
}
