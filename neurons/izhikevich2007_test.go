package neurons

import (
	"math"
	"testing"

	"github.com/glia-sim/glia/sim"
)

// The neuron of 2003 is the one with units for C = 1 pF and the roots of 0.04 V² + 5 V + 140: its u is larger by B VRest.
func TestIzhikevich2007IsThatOf2003(t *testing.T) {
	root := math.Sqrt(25 - 4*0.04*140)
	rest, crit := (-5-root)/0.08, (-5+root)/0.08
	set := RegularSpiking
	for _, method := range []Method{Euler, RK4} {
		u0 := set.B * rest
		old := Izhikevich{Set: set, IE: 10, Peak: 30, V0: rest, U0: &u0, Method: method}
		units := Izhikevich2007{C: 1, K: 0.04, VRest: rest, VCrit: crit, VPeak: 30, VReset: set.C, A: set.A, B: set.B, D: set.D, IE: 10 - u0, Method: method}
		var times [2][]sim.Tick
		for k, m := range []sim.Model{old, units} {
			x := newCell(t, m, 0.1)
			for range 5000 {
				if x.step(0.01) {
					times[k] = append(times[k], x.tick)
				}
			}
		}
		if len(times[0]) < 10 || len(times[0]) != len(times[1]) {
			t.Fatalf("%v: %d and %d spikes", method, len(times[0]), len(times[1]))
		}
		for i, at := range times[0] {
			if d := at - times[1][i]; d < -1 || d > 1 { // rounding may move a spike by a step
				t.Fatalf("%v: spike %d at ticks %d and %d", method, i, at, times[1][i])
			}
		}
	}
}

// The regular-spiking cell is silent below its rheobase and fires above. In equilibrium k (v-r)(v-c) + I = b (v-r): the
// roots meet at I = k/4 (c - r + b/k)² (Izhikevich 2007, section 8.1).
func TestIzhikevich2007Rheobase(t *testing.T) {
	m := DefaultIzhikevich2007()
	rheobase := m.K / 4 * math.Pow(m.VCrit-m.VRest+m.B/m.K, 2)
	for _, c := range []struct {
		current float64
		fires   bool
	}{{0.97 * rheobase, false}, {1.03 * rheobase, true}} {
		x := newCell(t, m, 0.1)
		// The current rises slowly, so that it is the equilibrium which is lost.
		fired := false
		for k := range 40000 {
			fired = x.step(0, c.current*math.Min(1, float64(k)/20000)) || fired
		}
		if fired != c.fires {
			t.Errorf("%.3g pA of a rheobase of %.3g pA: fires is %t", c.current, rheobase, fired)
		}
	}
}
