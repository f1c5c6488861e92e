package glia

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/synapses"
)

// wire connects 400 sources to 300 targets through the rule and gives the projection's pairs.
func wire(t *testing.T, rule sim.Connector, workers int) (pairs [][2]int, weights []float64) {
	t.Helper()
	net := sim.New(sim.Options{Seed: 2, Workers: workers})
	a, b := net.Populate("A", 400, probeSpikes{}), net.Populate("B", 300, probeSpikes{})
	p := net.Connect(a, b, rule, sim.Synapse{})
	if err := net.Build(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := p.Each(func(v sim.SynapseValue) {
		pairs = append(pairs, [2]int{v.Source, v.Target})
		weights = append(weights, v.Weight)
	}); err != nil {
		t.Fatal(err)
	}
	return pairs, weights
}

// The share of synapses with a cell is P; they join what the primary rule joined; each target's cells
// come from a pool of the given size, and every cell of it is as likely.
func TestRandomPool(t *testing.T) {
	rule := &Tripartite{Primary: synapses.Bernoulli{P: 0.1}, P: 0.5, Pool: RandomPool{10}, Cells: 50}
	pairs, _ := wire(t, rule, 2)
	made := map[[2]int]bool{}
	for _, p := range pairs {
		made[p] = true
	}
	n, use := 0.0, make([]float64, 50)
	pools := make([]map[int]int, 300)
	rule.Each(func(s, target, c int) {
		if !made[[2]int{s, target}] {
			t.Errorf("cell %d is on a synapse from %d to %d that is not there", c, s, target)
		}
		if pools[target] == nil {
			pools[target] = map[int]int{}
		}
		pools[target][c]++
		use[c]++
		n++
	})
	total := float64(len(pairs))
	near(t, "synapses", total, 12000, 5*math.Sqrt(12000*0.9))
	near(t, "share with a cell", n/total, 0.5, 4*0.5/math.Sqrt(total))
	sizes := 0.0
	for _, p := range pools {
		if len(p) > 10 {
			t.Errorf("a target has %d cells, its pool only 10", len(p))
		}
		sizes += float64(len(p)) / 300
	}
	// 20 synapses with a cell leave 10 (9/10)^20 = 1.2 of the pool unused on average.
	near(t, "cells per target", sizes, 10-10*math.Pow(0.9, 20), 0.3)
	for c, k := range use {
		near(t, "use of a cell", k, n/50, 6*math.Sqrt(n/50*3))
		_ = c
	}
	in, out := rule.NeuronToCell(0.7), rule.CellToNeuron(2)
	if len(in) != int(n) || len(out) != int(n) || in[0].Weight != 0.7 || out[0].Weight != 2 {
		t.Errorf("%d and %d links, want %g each", len(in), len(out), n)
	}
	for k := range in {
		if in[k].To != out[k].From {
			t.Fatalf("link %d goes to cell %d and comes from cell %d", k, in[k].To, out[k].From)
		}
	}
	again := &Tripartite{Primary: rule.Primary, P: 0.5, Pool: RandomPool{10}, Cells: 50}
	if p, _ := wire(t, again, 3); !slices.Equal(p, pairs) || !slices.Equal(again.NeuronToCell(1), rule.NeuronToCell(1)) {
		t.Error("the wiring depends on the number of workers")
	}
}

// A weighted list keeps its weights, and P 1 gives every synapse a cell.
func TestTripartiteOfAList(t *testing.T) {
	list := synapses.ConnList{Sources: []int32{3, 1, 2}, Targets: []int32{0, 299, 0}, Weights: []float64{5, 6, 7}}
	rule := &Tripartite{Primary: list, P: 1, Cells: 4}
	pairs, weights := wire(t, rule, 2)
	if !slices.Equal(pairs, [][2]int{{1, 299}, {2, 0}, {3, 0}}) || !slices.Equal(weights, []float64{6, 7, 5}) {
		t.Errorf("synapses %v with weights %v", pairs, weights)
	}
	if got := rule.NeuronToCell(1); len(got) != 3 {
		t.Errorf("%d links, want 3", len(got))
	}
	none := &Tripartite{Primary: list, P: 0, Cells: 4}
	wire(t, none, 1)
	if got := none.NeuronToCell(1); len(got) != 0 {
		t.Errorf("%d links with P = 0", len(got))
	}
}

func TestBlockPool(t *testing.T) {
	rule := &Tripartite{Primary: synapses.FixedInDegree{K: 3}, P: 1, Pool: BlockPool{1}, Cells: 60}
	wire(t, rule, 1)
	rule.Each(func(_, target, c int) {
		if c != target/5 {
			t.Errorf("target %d has cell %d, want %d", target, c, target/5)
		}
	})
	rule = &Tripartite{Primary: synapses.FixedInDegree{K: 30}, P: 1, Pool: BlockPool{2}, Cells: 600}
	wire(t, rule, 1)
	seen := make([]bool, 600)
	rule.Each(func(_, target, c int) {
		if c/2 != target {
			t.Errorf("target %d has cell %d, want %d or %d", target, c, 2*target, 2*target+1)
		}
		seen[c] = true
	})
	if slices.Contains(seen, false) {
		t.Error("some cells of the pools are never picked")
	}
	for _, k := range []struct{ size, targets, cells int }{{1, 10, 3}, {2, 10, 10}, {0, 10, 10}} {
		if err := (BlockPool{k.size}).plan(k.targets, k.cells); err == nil {
			t.Errorf("a pool of %d for %d targets and %d cells is taken", k.size, k.targets, k.cells)
		}
	}
	if err := (RandomPool{5}).plan(10, 4); err == nil {
		t.Error("a pool larger than the number of cells is taken")
	}
}

// Territories: each neuron belongs to the nearest cell.
func TestTerritories(t *testing.T) {
	cells := [][3]float64{{0, 0, 0}, {10, 0, 0}, {0, 10, 0}}
	points := [][3]float64{{1, 1, 0}, {9, 2, 0}, {1, 8, 1}, {5, 0, 0}, {40, 0, 0}}
	owner := must(Territories(points, cells, 20))
	if !slices.Equal(owner, []int{0, 1, 2, 0, -1}) {
		t.Errorf("owners %v, want 0, 1, 2, 0 (of a tie), none", owner)
	}
	if all := must(Territories(points, cells, 0)); all[4] != 1 {
		t.Errorf("without a limit the far neuron belongs to %d, want 1", all[4])
	}
	if err := (Territory{owner}).plan(5, 3); err != nil {
		t.Error(err)
	}
	if err := (Territory{owner}).plan(6, 3); err == nil {
		t.Error("too few owners are taken")
	}
	if err := (Territory{owner}).plan(5, 1); err == nil {
		t.Error("owners beyond the cells are taken")
	}
	at := make([]int, 300)
	for j := range at {
		at[j] = j%4 - 1
	}
	rule := &Tripartite{Primary: synapses.FixedInDegree{K: 2}, P: 1, Pool: Territory{at}, Cells: 3}
	wire(t, rule, 1)
	n := 0
	rule.Each(func(_, target, c int) {
		n++
		if c != target%4-1 {
			t.Errorf("target %d has cell %d", target, c)
		}
	})
	if n != 2*225 {
		t.Errorf("%d synapses with a cell, want those of the 225 targets in a territory", n)
	}
}
