package plasticity

import (
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/glia-sim/glia/sim"
)

// byColumns hides that a rule can do without columns.
type byColumns struct{ sim.Rule }

// Rows and columns give the same weights, to the bit: with traces that are scaled back (short time
// constants), sources that stay silent while a target fires often, targets and sources that fire together,
// modulated amplitudes, and whenever the weights are looked at.
func TestRowsAndColumnsAgree(t *testing.T) {
	slow := pairRule(Additive, TieIgnored)
	slow.TauPlus, slow.TauMinus = 1, 1.5
	modulated := pairRule(VanRossum, TieIgnored)
	nearest := pairRule(Multiplicative, TieIgnored)
	nearest.Nearest = true
	bounded := pairRule(Additive, TieIgnored)
	bounded.WMin, bounded.WMax, bounded.APlus, bounded.AMinus = 5, 60, 20, 21
	outside := pairRule(Multiplicative, TieIgnored) // start weights above the bound
	outside.WMax = 30
	each := pairRule(Multiplicative, TieIgnored)
	each.ClipEach = true
	rules := map[string]PairSTDP{"additive": pairRule(Additive, TieIgnored), "multiplicative": pairRule(Multiplicative, TieIgnored),
		"van Rossum": pairRule(VanRossum, TieIgnored), "short traces": slow, "modulated": modulated, "nearest": nearest, "at the bounds": bounded, "outside": outside, "each": each}
	for name, rule := range rules {
		for k, like := range []sim.Synapse{{}, {DeliverFirst: true}, {Backpropagation: sim.Emission}, {Backpropagation: sim.Emission, DeliverFirst: true}, {Backpropagation: sim.Axonal}} {
			t.Run(fmt.Sprint(name, " ", k), func(t *testing.T) {
				if !rule.ByRows() {
					t.Fatal("the rule wants columns")
				}
				results := func(columns bool, workers int) []float64 {
					p := rule
					m := &waves{sim.Modulator{Name: "m", Values: make([]float64, 1)}}
					if name == "modulated" {
						p.Plus = &m.Modulator
					}
					var r sim.Rule = p
					if columns {
						r = byColumns{p}
					}
					w := withSynapse(r, like)(workers)
					w.n.AddProcess(m, 5)
					var all []float64
					for _, ms := range []float64{0.5, 99.5, 1, 400} {
						if err := w.n.Run(context.Background(), ms); err != nil {
							t.Fatal(err)
						}
						weights, err := w.p.Weights()
						if err != nil {
							t.Fatal(err)
						}
						all = append(all, weights...)
					}
					times, ids := w.spikes.Trains()
					if len(times) < 200 {
						t.Fatalf("only %d spikes", len(times))
					}
					for k := range times {
						all = append(all, times[k], float64(ids[k]))
					}
					return all
				}
				want := results(true, 1)
				for _, workers := range []int{1, 3} {
					got := results(false, workers)
					if len(got) != len(want) {
						t.Fatalf("%d workers: %d numbers, by columns %d", workers, len(got), len(want))
					}
					for k := range got {
						if math.Float64bits(got[k]) != math.Float64bits(want[k]) {
							t.Fatalf("%d workers: number %d is %g, by columns %g", workers, k, got[k], want[k])
						}
					}
				}
			})
		}
	}
}
