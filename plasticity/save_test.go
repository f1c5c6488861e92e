package plasticity

import (
	"slices"
	"testing"

	"github.com/glia-sim/glia/neurons"
	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/sim/simtest"
)

// savedRules are the rules and processes beside those of rulesInNetworks.
var savedRules = map[string]func(workers int) *plasticNetwork{
	"balance and gate": func(workers int) *plasticNetwork {
		a := DefaultBalanceAstrocyte()
		a.Weakening, a.Strengthening = sim.NewModulator("weakening", 0), sim.NewModulator("strengthening", 0)
		a.Bias, a.Weight, a.Fade = 2, 0.05, 0.999
		p := pairRule(Additive, TieIgnored)
		p.Plus, p.Minus = a.Strengthening, a.Weakening
		w := withRule(func() sim.Rule { return GatedSTDP{Pair: p, Theta: 0.4, Width: 0.6, TauActivity: 50} })(workers)
		a.Liquid, a.Input = w.count, w.n.CountSpikes(w.n.Populate("input", 10, neurons.PoissonSource{Rate: 40}))
		w.n.AddProcess(&a, 1)
		return w
	},
	"domains": func(workers int) *plasticNetwork {
		m := &waves{sim.Modulator{Name: "a", Values: make([]float64, 1)}}
		other := sim.NewModulator("b", 1)
		domain := make([]int32, 50)
		for j := range domain {
			domain[j] = int32(j % 2)
		}
		w := withRule(func() sim.Rule {
			return DomainSTDP{Pair: pairRule(Additive, TieIgnored), Domain: domain, Minus: []*sim.Modulator{&m.Modulator, other}}
		})(workers)
		w.n.AddProcess(m, 5)
		return w
	},
	// Signals that are no process of the network: the rule alone can save them.
	"pulses of a callback": func(workers int) *plasticNetwork {
		d := &Dopamine{Tau: 200}
		r := DefaultRewardSTDP()
		r.Dopamine, r.Gain, r.WMax = d, 0.05, 80
		w := withRule(func() sim.Rule { return r })(workers)
		w.n.At(40, func(now float64) error { d.Pulse(now, 0.5); return nil })
		return w
	},
	"error of a callback":  heldSince(40, 1),
	"errors of a callback": heldSince(40, 50),
	"axonal":               withSynapse(pairRule(Additive, TieIgnored), sim.Synapse{Backpropagation: sim.Axonal}),
	"ties, axonal":         withSynapse(pairRule(Additive, TiePotentiates), sim.Synapse{Backpropagation: sim.Axonal}),
	"emission, deliver":    withSynapse(pairRule(VanRossum, TieIgnored), sim.Synapse{Backpropagation: sim.Emission, DeliverFirst: true}),
}

// heldSince has a signal of so many values that a callback writes once.
func heldSince(ms float64, values int) func(workers int) *plasticNetwork {
	return func(workers int) *plasticNetwork {
		m := &sim.Modulator{Name: "error", Values: make([]float64, values)}
		w := withRule(func() sim.Rule {
			return ThreeFactor{Rule: unbounded(DefaultPairSTDP()), Tau: 30, Signal: Held{m}, Gain: 5, WMax: 80}
		})(workers)
		w.n.At(ms, func(float64) error {
			for i := range m.Values {
				m.Values[i] = 0.2 + 0.01*float64(i)
			}
			return nil
		})
		return w
	}
}

// Every rule and process can be saved and loaded at any time, and nothing is lost of what it has put off.
func TestRulesCanBeSaved(t *testing.T) {
	var saved [][]byte
	for _, table := range []map[string]func(workers int) *plasticNetwork{rulesInNetworks, savedRules} {
		for name, build := range table {
			t.Run(name, func(t *testing.T) {
				saved = append(saved, simtest.Resume(t, func(workers int) (*sim.Network, func() any) {
					w := build(workers)
					return w.n, func() any {
						o := w.outcome(t)
						if len(o.spikes) < 50 {
							t.Errorf("only %d spikes: too quiet to tell", len(o.spikes))
						}
						return []any{o, slices.Clone(w.count.PerNeuron)}
					}
				}, 160, []float64{71.5}))
			})
		}
	}
	simtest.All(t, "NewRule", saved)
	simtest.All(t, "NewInput", saved)
	simtest.All(t, "Update", saved)
}

// Traces that are scaled back on the way, and sources and targets that stay silent for long.
func TestOldTracesCanBeSaved(t *testing.T) {
	short := pairRule(Additive, TieIgnored)
	short.TauPlus, short.TauMinus = 0.1, 0.07 // scaled back every 14 and 20 ms
	columns := short
	columns.ClipEach = true
	for _, rule := range []sim.Rule{short, columns} {
		build := withRule(func() sim.Rule { return rule })
		simtest.Resume(t, func(workers int) (*sim.Network, func() any) {
			w := build(workers)
			return w.n, func() any { return w.outcome(t) }
		}, 160, []float64{59, 100})
	}
}
