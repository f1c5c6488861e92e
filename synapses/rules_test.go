package synapses

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/glia-sim/glia/sim"
)

func TestAllToAll(t *testing.T) {
	all := draw(t, AllToAll{}, recurrent(4, 4, 0), 1)
	if count(all) != 16 || !slices.Equal(all[2], []int32{0, 1, 2, 3}) {
		t.Errorf("with autapses: %v", all)
	}
	// Targets 0 to 2 are sources 2 to 4, of which only 2 and 3 exist.
	w := recurrent(4, 3, 2)
	all = draw(t, AllToAll{Autapses: Forbidden}, w, 1)
	if fmt.Sprint(all) != "[[0 1 3] [0 1 2] [0 1 2 3]]" {
		t.Errorf("without autapses: %v", all)
	}
	plan, _ := AllToAll{Autapses: Forbidden}.Plan(w)
	near(t, "expected", plan.Expected(), 10, 0)
	// Other populations: no neuron is in both, whatever Self says.
	w.Overlap = false
	if n := count(draw(t, AllToAll{Autapses: Forbidden}, w, 1)); n != 12 {
		t.Errorf("%d synapses between two populations: want 12", n)
	}
	refuses(t, AllToAll{Autapses: 7}, w, "AllToAll.Autapses is 7")
}

func TestOneToOne(t *testing.T) {
	if all := draw(t, OneToOne{}, wiring(3, 3), 1); fmt.Sprint(all) != "[[0] [1] [2]]" {
		t.Errorf("got %v", all)
	}
	refuses(t, OneToOne{}, wiring(3, 4), "3 sources and 4 targets")
}

func TestBernoulliDegrees(t *testing.T) {
	const n, p = 2000, 0.03
	all := draw(t, Bernoulli{P: p, Autapses: Forbidden}, recurrent(n, n, 0), 5)
	if hasMultapse(all) || hasAutapse(all, 0) {
		t.Error("multapse or autapse")
	}
	pairs := float64(n * (n - 1))
	near(t, "synapses", float64(count(all)), p*pairs, 5*math.Sqrt(pairs*p*(1-p)))
	variance := func(degree func(k int) int) float64 {
		s := 0.0
		for k := range n {
			d := float64(degree(k)) - p*(n-1)
			s += d * d / n
		}
		return s
	}
	out := outDegrees(all, n)
	// Binomial degrees: variance n p q, its own standard error a share sqrt(2/n).
	want := (n - 1) * p * (1 - p)
	near(t, "variance of in-degrees", variance(func(j int) int { return len(all[j]) }), want, 5*want*math.Sqrt(2.0/n))
	near(t, "variance of out-degrees", variance(func(i int) int { return out[i] }), want, 5*want*math.Sqrt(2.0/n))
	for _, s := range all {
		if !slices.IsSorted(s) {
			t.Fatal("sources out of order")
		}
	}
	if n := count(draw(t, Bernoulli{P: 1}, wiring(30, 7), 1)); n != 210 {
		t.Errorf("P 1 gives %d synapses: want 210", n)
	}
	if n := count(draw(t, Bernoulli{}, wiring(30, 7), 1)); n != 0 {
		t.Errorf("P 0 gives %d synapses", n)
	}
	refuses(t, Bernoulli{P: 1.5}, wiring(3, 3), "Bernoulli.P is 1.5", "0 to 1")
	refuses(t, Bernoulli{P: math.NaN()}, wiring(3, 3), "Bernoulli.P is NaN")
}

func TestDegrees(t *testing.T) {
	const ns, nt = 300, 200
	w := recurrent(ns, nt, 50)
	for _, auto := range []Permission{Allowed, Forbidden} {
		for _, multi := range []Permission{Allowed, Forbidden} {
			rules := map[string]sim.Connector{
				"in":                FixedInDegree{K: 90, Autapses: auto, Multapses: multi},
				"out":               FixedOutDegree{K: 60, Autapses: auto, Multapses: multi},
				"total":             FixedTotal{N: 18001, Autapses: auto, Multapses: multi},
				"total, most pairs": FixedTotal{N: 50000, Autapses: auto, Multapses: multi},
			}
			want := map[string]int{"in": 90 * nt, "out": 60 * ns, "total": 18001, "total, most pairs": 50000}
			for name, rule := range rules {
				what := fmt.Sprintf("%s, autapses %d, multapses %d", name, auto, multi)
				all := draw(t, rule, w, 9)
				if count(all) != want[name] {
					t.Errorf("%s: %d synapses, want %d", what, count(all), want[name])
				}
				w.Key = sim.NewKey(9, "wiring")
				plan, _ := rule.Plan(w)
				near(t, what+": expected", plan.Expected(), float64(want[name]), 0)
				if hasAutapse(all, 50) != (auto == Allowed) {
					t.Errorf("%s: autapses %v", what, hasAutapse(all, 50))
				}
				if hasMultapse(all) != (multi == Allowed) {
					t.Errorf("%s: multapses %v", what, hasMultapse(all))
				}
				out := outDegrees(all, ns)
				if name == "in" {
					for j, s := range all {
						if len(s) != 90 {
							t.Fatalf("%s: target %d has %d", what, j, len(s))
						}
					}
				}
				if name == "out" {
					for i, k := range out {
						if k != 60 {
							t.Fatalf("%s: source %d has %d", what, i, k)
						}
					}
				}
			}
		}
	}
}

func TestDegreeErrors(t *testing.T) {
	w := wiring(10, 8)
	refuses(t, FixedInDegree{K: 20, Multapses: Forbidden}, w, "FixedInDegree.K is 20: only 10 sources and no multapses", "0 to 10")
	refuses(t, FixedInDegree{K: -1}, w, "FixedInDegree.K is -1")
	refuses(t, FixedInDegree{K: 10, Autapses: Forbidden, Multapses: Forbidden}, recurrent(10, 8, -3),
		"FixedInDegree.K is 10: only 9 sources for target 3 without autapses and no multapses")
	refuses(t, FixedInDegree{K: 1, Autapses: Forbidden}, recurrent(1, 1, 0), "FixedInDegree.K is 1: only 0 sources")
	refuses(t, FixedInDegree{K: 1, Multapses: 3}, w, "FixedInDegree.Multapses is 3")
	refuses(t, FixedOutDegree{K: 9, Multapses: Forbidden}, w, "FixedOutDegree.K is 9: only 8 targets and no multapses")
	refuses(t, FixedOutDegree{K: 8, Autapses: Forbidden, Multapses: Forbidden}, recurrent(10, 8, 4),
		"only 7 targets for source 4 without autapses")
	refuses(t, FixedOutDegree{K: -2}, w, "FixedOutDegree.K is -2")
	refuses(t, FixedTotal{N: 81, Multapses: Forbidden}, w, "FixedTotal.N is 81: only 80 pairs and no multapses")
	refuses(t, FixedTotal{N: -1}, w, "FixedTotal.N is -1")
	refuses(t, FixedTotal{N: 5, Autapses: Forbidden}, recurrent(1, 1, 0), "FixedTotal.N is 5", "no autapses")
	if n := count(draw(t, FixedTotal{N: 80, Multapses: Forbidden}, w, 1)); n != 80 {
		t.Errorf("all pairs: %d", n)
	}
}

// TestInputOfLiquid draws the input synapses of the liquid of Ivanov and Michmizos (2021): exactly
// 0.15 of all pairs, so that in- and out-degrees scatter less than with replacement.
func TestInputOfLiquid(t *testing.T) {
	const inputs, neurons, n = 784, 1000, 117600
	all := draw(t, FixedTotal{N: n, Multapses: Forbidden}, wiring(inputs, neurons), 4)
	if count(all) != n || hasMultapse(all) {
		t.Fatalf("%d synapses, multapses %v", count(all), hasMultapse(all))
	}
	in, out := 0.0, 0.0
	for _, s := range all {
		d := float64(len(s)) - n/neurons
		in += d * d / neurons
	}
	for _, k := range outDegrees(all, inputs) {
		d := float64(k) - n/inputs
		out += d * d / inputs
	}
	// Hypergeometric variances; with replacement they would be 117.5 and 149.8.
	near(t, "variance of in-degrees", in, 99.96*(1-1/1000.0), 5*99.96*math.Sqrt(2.0/neurons))
	near(t, "variance of out-degrees", out, 127.5*(1-1/784.0), 5*127.5*math.Sqrt(2.0/inputs))
}

func TestConnList(t *testing.T) {
	list := ConnList{
		Sources: []int32{2, 0, 2, 1, 2},
		Targets: []int32{1, 0, 1, 0, 2},
		Weights: []float64{5, 1, 4, 2, 3},
		Delays:  []float64{0.5, 0.1, 0.4, 0.2, 0.3},
	}
	p := project(t, 3, 4, 2, list, sim.Synapse{})
	var got []sim.SynapseValue
	if err := p.Each(func(v sim.SynapseValue) { got = append(got, v) }); err != nil {
		t.Fatal(err)
	}
	want := []sim.SynapseValue{
		{Source: 0, Target: 0, Weight: 1, Delay: 0.1},
		{Source: 1, Target: 0, Weight: 2, Delay: 0.2},
		{Source: 2, Target: 1, Weight: 4, Delay: 0.4},
		{Source: 2, Target: 1, Weight: 5, Delay: 0.5},
		{Source: 2, Target: 2, Weight: 3, Delay: 0.3},
	}
	for k := range got {
		got[k].Delay = math.Round(got[k].Delay*1e9) / 1e9 // 3 ticks of 0.1 ms are not 0.3 ms to the last digit
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	// Without weights and delays of its own the list takes those of the projection.
	list.Weights, list.Delays = nil, nil
	p = project(t, 3, 4, 2, list, sim.Synapse{Weight: sim.Constant(7), Delay: sim.Constant(2)})
	if err := p.Each(func(v sim.SynapseValue) {
		if v.Weight != 7 || v.Delay != 2 {
			t.Errorf("synapse %v: want weight 7 and delay 2", v)
		}
	}); err != nil {
		t.Fatal(err)
	}
	if n := project(t, 3, 4, 1, ConnList{Weights: []float64{}}, sim.Synapse{}).Synapses(); n != 0 {
		t.Errorf("an empty list makes %d synapses", n)
	}
	w := wiring(3, 4)
	one := []int32{1}
	refuses(t, ConnList{Sources: one}, w, "ConnList.Targets has 0 entries", "1")
	refuses(t, ConnList{Sources: one, Targets: one, Weights: []float64{1, 2}}, w, "ConnList.Weights has 2 entries")
	refuses(t, ConnList{Sources: one, Targets: one, Delays: []float64{}}, w, "ConnList.Delays has 0 entries")
	refuses(t, ConnList{Sources: []int32{3}, Targets: one}, w, "ConnList.Sources[0] is 3: want 0 to 2")
	refuses(t, ConnList{Sources: one, Targets: []int32{-1}}, w, "ConnList.Targets[0] is -1: want 0 to 3")
	refuses(t, ConnList{Sources: one, Targets: one, Weights: []float64{math.NaN()}}, w, "ConnList.Weights[0] is NaN")
	refuses(t, ConnList{Sources: one, Targets: one, Delays: []float64{0}}, w, "ConnList.Delays[0] is 0 ms")
}
