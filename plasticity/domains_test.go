package plasticity

import (
	"math"
	"strings"
	"testing"

	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/synapses"
)

// volley is a network whose sources and targets fire at scattered times, many of them together.
func volley(t *testing.T, rule sim.Rule, workers int) []float64 {
	t.Helper()
	const sources, targets = 12, 10
	n := sim.New(sim.Options{DT: 1, Workers: workers, Seed: 4})
	script := func(size, step int) (times [][]float64) {
		for i := range size {
			var at []float64
			for ms := 2 + (i*step)%9; ms < 600; ms += 4 + (i*step+ms)%13 {
				at = append(at, float64(ms))
			}
			times = append(times, at)
		}
		return times
	}
	a := n.Populate("pre", sources, scripted{Times: script(sources, 5)})
	b := n.Populate("post", targets, scripted{Times: script(targets, 7)})
	p := n.Connect(a, b, synapses.Bernoulli{P: 0.7}, sim.Synapse{Weight: synapses.Uniform{Lo: 0.3, Hi: 0.7}, Plasticity: rule, Backpropagation: sim.Emission})
	run(t, n, 600)
	return weights(t, p)
}

func additive() PairSTDP {
	return PairSTDP{APlus: 0.02, AMinus: 0.021, TauPlus: 10, TauMinus: 15, WMin: 0, WMax: 1}
}

// With the same modulators in all domains the rule is PairSTDP, on any number of workers.
func TestDomainsAlikeArePairSTDP(t *testing.T) {
	plus, minus := sim.NewModulator("plus", 0.8), sim.NewModulator("minus", 1.3)
	pair := additive()
	pair.Plus, pair.Minus = plus, minus
	want := volley(t, pair, 1)
	for name, d := range map[string]DomainSTDP{
		"one domain":    {Pair: pair, Domain: make([]int32, 10)},
		"of the domain": {Pair: additive(), Domain: make([]int32, 10), Plus: []*sim.Modulator{plus}, Minus: []*sim.Modulator{minus}},
		"two alike":     {Pair: additive(), Domain: []int32{0, 1, 0, 1, 1, 0, 0, 0, 1, 1}, Plus: []*sim.Modulator{plus, plus}, Minus: []*sim.Modulator{minus, minus}},
		"half and half": {Pair: func() PairSTDP { p := additive(); p.Plus = plus; return p }(), Domain: make([]int32, 10), Minus: []*sim.Modulator{minus}},
	} {
		for _, workers := range []int{1, 3} {
			for k, w := range volley(t, d, workers) {
				if math.Abs(w-want[k]) > 1e-12 {
					t.Fatalf("%s, %d workers: weight %d is %g, PairSTDP gives %g", name, workers, k, w, want[k])
				}
			}
		}
	}
}

// A modulator acts on the synapses of its own domain only: two domains with different modulators have
// the weights of two networks.
func TestDomainsKeepApart(t *testing.T) {
	domain := []int32{0, 1, 0, 1, 1, 0, 0, 0, 1, 1}
	modulators := func(a, b float64) []*sim.Modulator {
		return []*sim.Modulator{sim.NewModulator("a", a), sim.NewModulator("b", b)}
	}
	both := volley(t, DomainSTDP{Pair: additive(), Domain: domain, Minus: modulators(0.2, 2)}, 2)
	low := volley(t, DomainSTDP{Pair: additive(), Domain: domain, Minus: modulators(0.2, 0.2)}, 2)
	high := volley(t, DomainSTDP{Pair: additive(), Domain: domain, Minus: modulators(2, 2)}, 2)
	fromLow, fromHigh := 0, 0
	for k := range both {
		switch {
		case low[k] == high[k]:
		case both[k] == low[k]:
			fromLow++
		case both[k] == high[k]:
			fromHigh++
		default:
			t.Fatalf("weight %d is %g, neither %g nor %g as with one modulator", k, both[k], low[k], high[k])
		}
	}
	if fromLow < 10 || fromHigh < 10 {
		t.Errorf("%d weights follow the first modulator, %d the second: want many of both", fromLow, fromHigh)
	}
}

func TestDomainErrors(t *testing.T) {
	nearest := additive()
	nearest.Nearest = true
	for _, c := range []struct {
		rule DomainSTDP
		want string
	}{
		{DomainSTDP{Pair: PairSTDP{TauPlus: 1}}, "TauMinus"},
		{DomainSTDP{Pair: nearest}, "Nearest"},
		{DomainSTDP{Pair: additive(), Domain: []int32{0, -1}}, "Domain[1] is -1"},
		{DomainSTDP{Pair: additive(), Domain: []int32{0, 2}, Plus: []*sim.Modulator{nil, nil}}, "2 modulators for 3 domains"},
	} {
		if err := c.rule.Validate(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want one that says %q", err, c.want)
		}
	}
	if _, err := (DomainSTDP{Pair: additive(), Domain: make([]int32, 3)}).NewRule(sim.RuleSpec{First: 2, Targets: 2}); err == nil {
		t.Error("a population of more neurons than entries of Domain is accepted")
	}
}
