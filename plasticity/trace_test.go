package plasticity

import (
	"fmt"
	"math"
	"testing"

	"github.com/glia-sim/glia/sim"
)

// A trace against the sum of exponentials, over times that rebase it many times.
func TestTraceIsASumOfExponentials(t *testing.T) {
	const dt, tau = 0.1, 7.0
	r := sim.NewRand(sim.NewKey(1, "trace"))
	for _, nearest := range []bool{false, true} {
		x := NewTrace(2, tau, 0.5, nearest, sim.Clock{DT: dt})
		want, last := 0.0, sim.Tick(0)
		at := sim.Tick(0)
		for range 3000 {
			at += 1 + sim.Tick(r.IntN(300))
			if r.IntN(200) == 0 {
				at += 50_000 // a long silence
			}
			x.MoveTo(at)
			want *= math.Exp(-float64(at-last) * dt / tau)
			last = at
			if math.Abs(x.Value(1)-want) > 1e-12*want+1e-300 {
				t.Fatalf("nearest %v, tick %d: trace %g, want %g", nearest, at, x.Value(1), want)
			}
			if x.Value(0) != 0 {
				t.Fatalf("the trace of a silent neuron is %g", x.Value(0))
			}
			x.Spike(1)
			if v := x.Value(1); math.Abs(v-want) > 1e-12*want+1e-300 {
				t.Fatalf("a spike counts at its own tick: %g, want %g", v, want)
			}
			if want += 0.5; nearest {
				want = 0.5
			}
		}
		x.Reset()
		x.MoveTo(1)
		near(t, fmt.Sprintf("after Reset, nearest %v", nearest), x.Value(1), 0, 0)
	}
}

// The balance astrocyte by its equation, with the spikes of one interval held back.
func TestBalanceAstrocyte(t *testing.T) {
	n := sim.New(sim.Options{DT: 1, Workers: 1})
	in := n.Populate("input", 2, scripted{Times: [][]float64{{1, 2, 9}, {2}}})
	out := n.Populate("liquid", 1, scripted{Times: [][]float64{{2, 3, 4, 5, 6}}})
	a := DefaultBalanceAstrocyte()
	a.Liquid, a.Input, a.Weakening = n.CountSpikes(out), n.CountSpikes(in), sim.NewModulator("weakening", 0)
	n.AddProcess(&a, 1)
	for range 2 {
		want, held := 0.15, 0.0
		for _, d := range []float64{-1, -1, 1, 1, 1, 1, 0, 0, -1, 0, 0} {
			run(t, n, 1)
			want += (0.015*held + 0.15 - want) / 100
			held = d
			near(t, fmt.Sprintf("A at %g ms", n.Now()), a.Value(), want, 1e-15)
			near(t, "modulator", a.Weakening.Value(), want, 1e-15)
		}
		if err := n.Reset(0); err != nil {
			t.Fatal(err)
		}
		near(t, "A after Reset", a.Value(), 0.15, 0)
	}
}
