package networks

import (
	"context"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/glia-sim/glia/sim"
)

// course runs a liquid and gives its spikes and weights.
func course(t *testing.T, l Liquid, perTarget bool, workers, ms int) (*LiquidNetwork, []sim.Spike, []float64) {
	t.Helper()
	n, err := l.build(5, workers, newBlob(l.Inputs), perTarget)
	if err != nil {
		t.Fatal(err)
	}
	rec := n.Net.RecordSpikes(sim.SpikeOptions{}, n.Input, n.Liquid)
	if err := n.Net.Run(context.Background(), float64(ms)); err != nil {
		t.Fatal(err)
	}
	var weights []float64
	for _, p := range append([]*sim.Projection{n.InputSynapses}, n.Recurrent...) {
		w, err := p.Weights()
		if err != nil {
			t.Fatal(err)
		}
		weights = append(weights, w...)
	}
	return n, rec.Spikes(), weights
}

// One territory is the published liquid: the same spikes and weights, though the rule is another.
func TestOneDomainIsTheGlobalAstrocyte(t *testing.T) {
	l := DefaultLiquid(5, 100)
	_, spikes, weights := course(t, l, false, 1, 500)
	if len(spikes) < 1000 {
		t.Fatalf("%d spikes: too few to compare", len(spikes))
	}
	n, otherSpikes, otherWeights := course(t, l, true, 2, 500)
	if len(n.Astrocytes) != 1 || n.Astrocytes[0].Weight != l.AstroWeight {
		t.Errorf("%d astrocytes, the first with w_a %g", len(n.Astrocytes), n.Astrocytes[0].Weight)
	}
	if !slices.Equal(spikes, otherSpikes) {
		t.Error("other spikes with the rule for domains than with PairSTDP")
	}
	for k, w := range weights {
		if math.Abs(w-otherWeights[k]) > 1e-9 {
			t.Fatalf("weight %d is %g with the rule for domains, %g with PairSTDP", k, otherWeights[k], w)
		}
	}
}

// Several territories learn otherwise than one, the same on any number of workers; each astrocyte is in
// balance with its own part of the liquid.
func TestDomains(t *testing.T) {
	l := DefaultLiquid(5, 100) // 5 in two: stretches of three and two
	_, one, _ := course(t, l, false, 1, 400)
	l.Domains = 2
	n, spikes, weights := course(t, l, true, 1, 400)
	if slices.Equal(one, spikes) {
		t.Error("eight domains give the spikes of one")
	}
	_, spikes3, weights3 := course(t, l, true, 3, 400)
	if !slices.Equal(spikes, spikes3) || !reflect.DeepEqual(weights, weights3) {
		t.Error("3 workers: other spikes or weights than with 1")
	}
	sizes := map[int]int{}
	members := make([]int, 8)
	for i, d := range n.Territory {
		members[d]++
		for a := range 3 {
			high := n.Liquid.Positions[i][a] >= 3 // cut where a*2/5 reaches 1
			if bit := int(d) >> (2 - a) & 1; high != (bit == 1) {
				t.Fatalf("neuron at %v is in territory %03b", n.Liquid.Positions[i], d)
			}
		}
	}
	for _, m := range members {
		sizes[m]++
	}
	if want := map[int]int{27: 1, 18: 3, 12: 3, 8: 1}; !reflect.DeepEqual(sizes, want) {
		t.Errorf("territories by size: %v, want %v", sizes, want)
	}
	differ := false
	for _, a := range n.Astrocytes {
		differ = differ || a.Value() != n.Astrocytes[0].Value()
	}
	if len(n.Astrocytes) != 8 || !differ {
		t.Errorf("%d astrocytes, of different values: %v; want 8 that differ", len(n.Astrocytes), differ)
	}
}

// impulse fires some neurons at tick 1.
type impulse []int

func (impulse) Validate() error { return nil }
func (p impulse) NewInput(b sim.BlockSpec) (sim.InputBlock, error) {
	return impulseBlock{p, b}, nil
}

type impulseBlock struct {
	p impulse
	b sim.BlockSpec
}

func (p impulseBlock) Add(t sim.Tick, in []float64) {
	for _, i := range p.p {
		if k := i - p.b.First; t == 1 && k >= 0 && k < p.b.N {
			in[k] += 100
		}
	}
}

func (impulseBlock) State(*sim.Codec) {}

func afterImpulse(t *testing.T, l Liquid, input, liquid impulse) *LiquidNetwork {
	t.Helper()
	n, err := l.Build(5, 1, input)
	if err != nil {
		t.Fatal(err)
	}
	n.Net.Drive(n.Liquid, sim.Current, liquid)
	if err := n.Net.Run(context.Background(), 2); err != nil { // the astrocyte hears them in the second step
		t.Fatal(err)
	}
	return n
}

// The astrocyte of a territory hears the spikes there, N/N_d times, and all of the input.
func TestTerritorialBalance(t *testing.T) {
	l := DefaultLiquid(4, 10)
	l.Domains = 2
	probe := afterImpulse(t, l, nil, nil)
	var fire impulse
	for i, d := range probe.Territory {
		if d == 5 && len(fire) < 3 {
			fire = append(fire, i)
		}
	}
	n := afterImpulse(t, l, impulse{0, 7}, fire)
	for d, a := range n.Astrocytes {
		balance := -2.0
		if d == 5 {
			balance += 3 * 8
		}
		if want := 0.15 + 0.015*balance/100; math.Abs(a.Value()-want) > 1e-12 {
			t.Errorf("astrocyte %d is at %.9g, want %.9g", d, a.Value(), want)
		}
	}
	// All together they hear what the global astrocyte does.
	sum := 0.0
	for _, a := range n.Astrocytes {
		sum += a.Value() / 8
	}
	l.Domains = 1
	if global := afterImpulse(t, l, impulse{0, 7}, fire).Astrocyte.Value(); math.Abs(sum-global) > 1e-12 {
		t.Errorf("mean of the astrocytes is %.9g, the global one is at %.9g", sum, global)
	}
}

// A sparse astrocyte hears ceil(q count) neurons of either kind: with all of them firing once, its
// balance is the difference of those numbers. Which they are depends on the seed alone.
func TestSparseAstrocyte(t *testing.T) {
	l := DefaultLiquid(4, 30)
	var all impulse
	for i := range 64 {
		all = append(all, i)
	}
	for _, c := range []struct{ q, heard, input float64 }{{0.1, 7, 3}, {0.25, 16, 8}, {0.5, 32, 15}, {1, 64, 30}} {
		l.Heard = c.q
		if got, want := afterImpulse(t, l, nil, all).Astrocyte.Value(), 0.15+0.015*c.heard/100; math.Abs(got-want) > 1e-12 {
			t.Errorf("fraction %g of 64 liquid neurons: A is %.9g, want %.9g", c.q, got, want)
		}
		if got, want := afterImpulse(t, l, all[:30], nil).Astrocyte.Value(), 0.15-0.015*c.input/100; math.Abs(got-want) > 1e-12 {
			t.Errorf("fraction %g of 30 input neurons: A is %.9g, want %.9g", c.q, got, want)
		}
	}
	a, b, other := some(nil, 100, 0.2, sim.NewKey(1, "ear")), some(nil, 100, 0.2, sim.NewKey(1, "ear")), some(nil, 100, 0.2, sim.NewKey(2, "ear"))
	if len(a) != 20 || !slices.Equal(a, b) || slices.Equal(a, other) || len(slices.Compact(slices.Clone(a))) != 20 {
		t.Errorf("heard: %v, again %v, with another key %v", a, b, other)
	}
}

// Frozen weights stay through Reset and a new presentation; gated learning moves them until then.
func TestFreeze(t *testing.T) {
	l := DefaultLiquid(5, 100)
	l.Learning, l.Weight, l.GateRate, l.GateWidth = GatedSTDP, 1.5, 8, 8
	n, spikes, before := course(t, l, false, 2, 600)
	if len(spikes) < 1000 {
		t.Fatalf("%d spikes: too few to learn from", len(spikes))
	}
	moved := 0
	for _, w := range before {
		if math.Abs(w) != 1.5 {
			moved++
		}
	}
	if moved == 0 || moved == len(before) {
		t.Errorf("%d of %d weights moved, want some: the gates were never or always open", moved, len(before))
	}
	n.Freeze()
	if err := n.Net.Reset(1); err != nil {
		t.Fatal(err)
	}
	n.Begin(0.99)
	seen := n.LiquidSpikes.Total
	if err := n.Net.Run(context.Background(), 300); err != nil {
		t.Fatal(err)
	}
	if n.LiquidSpikes.Total == seen {
		t.Fatal("no spikes after the freeze")
	}
	var after []float64
	for _, p := range append([]*sim.Projection{n.InputSynapses}, n.Recurrent...) {
		w, err := p.Weights()
		if err != nil {
			t.Fatal(err)
		}
		after = append(after, w...)
	}
	if !slices.Equal(before, after) {
		t.Error("weights moved after Freeze")
	}
}

func TestLiquidErrors(t *testing.T) {
	for _, c := range []struct {
		change func(*Liquid)
		want   string
	}{
		{func(l *Liquid) { l.Domains = 0 }, "Domains is 0"},
		{func(l *Liquid) { l.Domains, l.Nz = 4, 3 }, "want 1 to 3"},
		{func(l *Liquid) { l.Heard = 0 }, "Heard is 0"},
		{func(l *Liquid) { l.Heard = 1.1 }, "Heard is 1.1"},
		{func(l *Liquid) { l.Weight = 4 }, "Weight is 4"},
		{func(l *Liquid) { l.Learning, l.GateWidth = GatedSTDP, 0 }, "GatedSTDP.Width is 0"},
	} {
		l := DefaultLiquid(4, 10)
		c.change(&l)
		if _, err := l.Build(1, 1, impulse{}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want one that says %q", err, c.want)
		}
	}
}
