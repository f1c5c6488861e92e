package synapses

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/glia-sim/glia/sim"
)

// pair is a source and a target.
type pair struct{ i, j int }

// urn is a set of pairs from which k are drawn, one after the other.
type urn struct {
	k       int
	pairs   []pair
	replace bool
}

// outcomes gives the probability of each network that drawing from the urns makes, by trying all
// sequences of draws.
func outcomes(urns []urn) map[string]float64 {
	probability := map[string]float64{}
	var drawn []pair
	var visit func(u, k int, p float64)
	visit = func(u, k int, p float64) {
		if u == len(urns) {
			probability[name(drawn)] += p
			return
		}
		if k == urns[u].k {
			visit(u+1, 0, p)
			return
		}
		var free []pair
		for _, c := range urns[u].pairs {
			if urns[u].replace || !slices.Contains(drawn, c) {
				free = append(free, c)
			}
		}
		for _, c := range free {
			drawn = append(drawn, c)
			visit(u, k+1, p/float64(len(free)))
			drawn = drawn[:len(drawn)-1]
		}
	}
	visit(0, 0, 1)
	return probability
}

// name writes a network as the sorted list of its pairs.
func name(pairs []pair) string {
	s := make([]string, len(pairs))
	for k, c := range pairs {
		s[k] = fmt.Sprint(c.i, ">", c.j)
	}
	slices.Sort(s)
	return strings.Join(s, " ")
}

// TestExactDistribution compares how often each network comes up with its probability by enumeration.
func TestExactDistribution(t *testing.T) {
	const draws = 12000
	inDegree := func(k int, auto, multi Permission) (sim.Connector, func(pair) int) {
		return FixedInDegree{K: k, Autapses: auto, Multapses: multi}, func(c pair) int { return c.j }
	}
	outDegree := func(k int, auto, multi Permission) (sim.Connector, func(pair) int) {
		return FixedOutDegree{K: k, Autapses: auto, Multapses: multi}, func(c pair) int { return c.i }
	}
	total := func(n int, auto, multi Permission) (sim.Connector, func(pair) int) {
		return FixedTotal{N: n, Autapses: auto, Multapses: multi}, func(pair) int { return 0 }
	}
	for _, c := range []struct {
		make   func(k int, auto, multi Permission) (sim.Connector, func(pair) int)
		k      int
		ns, nt int
		self   int
	}{
		{inDegree, 2, 3, 2, 0},
		{inDegree, 1, 4, 3, 1},
		{outDegree, 2, 2, 3, 0},
		{outDegree, 1, 3, 4, -1},
		{total, 2, 3, 3, 0},
		{total, 3, 3, 2, 1}, // target 1 is source 2, target 0 source 1
		{total, 3, 2, 3, -1},
		{total, 4, 2, 3, 0}, // all pairs without autapses
		{total, 3, 1, 3, 2}, // the overlap is said, but no pair is an autapse
	} {
		for _, auto := range []Permission{Allowed, Forbidden} {
			for _, multi := range []Permission{Allowed, Forbidden} {
				rule, group := c.make(c.k, auto, multi)
				t.Run(fmt.Sprintf("%+v/%dx%d self %d", rule, c.ns, c.nt, c.self), func(t *testing.T) {
					groups := map[int][]pair{}
					for i := range c.ns {
						for j := range c.nt {
							if g := group(pair{i, j}); auto == Allowed || i != j+c.self {
								groups[g] = append(groups[g], pair{i, j})
							}
						}
					}
					var urns []urn
					for _, g := range slices.Sorted(maps.Keys(groups)) {
						urns = append(urns, urn{c.k, groups[g], multi == Allowed})
					}
					want := outcomes(urns)
					got := map[string]float64{}
					for seed := range uint64(draws) {
						var drawn []pair
						for j, s := range draw(t, rule, recurrent(c.ns, c.nt, c.self), seed) {
							for _, i := range s {
								drawn = append(drawn, pair{int(i), j})
							}
						}
						got[name(drawn)]++
					}
					var g, w []float64
					for _, k := range slices.Sorted(maps.Keys(want)) {
						g, w = append(g, got[k]), append(w, draws*want[k])
						delete(got, k)
					}
					if len(got) > 0 {
						t.Fatalf("impossible networks: %v", got)
					}
					if len(w) == 1 {
						return // one network only, and that is what came up
					}
					chiSquare(t, "networks", g, w)
				})
			}
		}
	}
}

func TestBernoulliPairsAreIndependent(t *testing.T) {
	const draws = 20000
	for _, p := range []float64{0.05, 0.3, 0.9} {
		got, want := make([]float64, 64), make([]float64, 64)
		for seed := range uint64(draws) {
			mask := 0
			for j, s := range draw(t, Bernoulli{P: p}, wiring(3, 2), seed) {
				for _, i := range s {
					mask |= 1 << (3*j + int(i))
				}
			}
			got[mask]++
		}
		for mask := range want {
			want[mask] = draws
			for b := range 6 {
				if mask>>b&1 == 1 {
					want[mask] *= p
				} else {
					want[mask] *= 1 - p
				}
			}
		}
		chiSquare(t, fmt.Sprint("networks at P ", p), got, want)
	}
}
