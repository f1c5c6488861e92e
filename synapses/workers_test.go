package synapses

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/glia-sim/glia/sim"
)

// rules are one of each kind, for a projection of 400 sources onto 300 targets with places.
var rules = []struct {
	rule sim.Connector
	hash string // of the sources drawn with seed 7
}{
	{AllToAll{}, ""},
	{Bernoulli{P: 0.1}, "6c441f0451585329"},
	{FixedInDegree{K: 20}, "a6f64614cf147fe0"},
	{FixedInDegree{K: 20, Multapses: Forbidden}, "a88456fb6d9b1a12"},
	{FixedOutDegree{K: 20}, "60c895dfdb36d405"},
	{FixedOutDegree{K: 10, Multapses: Forbidden}, "ac877c0801d40b79"},
	{FixedTotal{N: 9000}, "3960c4526e0566e5"},
	{FixedTotal{N: 9000, Multapses: Forbidden}, "fa8994405db5f1c4"},
	{FixedTotal{N: 100000, Multapses: Forbidden}, "67edd285a11df921"},
	{DistanceDependent{Kernel: Gaussian{C: 0.9, Lambda: 0.2}}, "0f8280119eb06b3b"},
	{DistanceDependent{Kernel: ExponentialDecay{C: 0.9, Lambda: 0.2}, Cutoff: 0.3, Periodic: [3]float64{1, 1, 0}}, "20f576f6f76ec4f8"},
}

// TestSameForAnyWorkers builds each rule, with weights and delays drawn, on several numbers of workers.
func TestSameForAnyWorkers(t *testing.T) {
	for _, c := range rules {
		t.Run(fmt.Sprintf("%T", c.rule), func(t *testing.T) {
			compareWorkers(t, 400, 300, c.rule)
		})
	}
}

func TestMillionSynapsesForAnyWorkers(t *testing.T) {
	if testing.Short() {
		t.Skip("four million synapses")
	}
	compareWorkers(t, 8000, 10000, FixedTotal{N: 1_000_000})
}

func compareWorkers(t *testing.T, ns, nt int, rule sim.Connector) {
	syn := sim.Synapse{Weight: KeepSign(87.8, 8.78), Delay: TickOrMore(1.5, 0.75, 0.1)}
	want := ""
	for _, workers := range []int{1, 2, 3, 7} {
		p := project(t, ns, nt, workers, rule, syn)
		d := newDigest()
		n := int64(0)
		if err := p.Each(func(v sim.SynapseValue) {
			n++
			d.int(v.Source)
			d.int(v.Target)
			d.float(v.Weight)
			d.float(v.Delay)
		}); err != nil {
			t.Fatal(err)
		}
		if n == 0 || n != p.Synapses() {
			t.Fatalf("%d workers: %d synapses visited, %d counted", workers, n, p.Synapses())
		}
		if want == "" {
			want = d.String()
		} else if got := d.String(); got != want {
			t.Errorf("%d workers: synapses %s, on one %s", workers, got, want)
		}
	}
}

// TestFrozenWiring: what a seed gives does not change from one version to the next. Whoever changes it on
// purpose says so in the change log.
func TestFrozenWiring(t *testing.T) {
	size := [3]float64{1, 1, 0.5}
	w := placed(cuboid(t, 400, size, 1), cuboid(t, 300, size, 2))
	for _, c := range rules {
		if c.hash == "" {
			continue
		}
		d := newDigest()
		for _, s := range draw(t, c.rule, w, 7) {
			d.int(len(s))
			for _, i := range s {
				d.int(int(i))
			}
		}
		if d.String() != c.hash {
			t.Errorf("%T%+v: sources %q, frozen %q", c.rule, c.rule, d, c.hash)
		}
	}
}

func TestFrozenDistributions(t *testing.T) {
	for _, c := range []struct {
		d    sim.Distribution
		hash string
	}{
		{Normal{Mean: 1, SD: 2}, "c288a2514477696c"},
		{KeepSign(-1, 2), "da13cac7f4816253"},
		{Normal{Mean: 0, SD: 1, Min: 4, Max: math.Inf(1), Redraw: true}, "a537798a035824da"},
		{LogNormal{Mu: -0.702, Sigma: 0.9355}, "4e1f8bf727c957c6"},
		{Uniform{Lo: -2, Hi: 3}, "0a24afb5450ff638"},
		{Exponential{Mean: 2, Offset: 1}, "827244a37d9ae5d6"},
		{Gamma{Shape: 0.5, Scale: 2}, "2f40818fd498ac94"},
		{Choice{Values: []float64{3, -3}}, "d41a61b27a3e7300"},
		{Choice{Values: []float64{1, 2}, Probabilities: []float64{0.25, 0.75}}, "82fbac7b86357954"},
	} {
		r := sim.NewRand(sim.NewKey(7, "frozen"))
		d := newDigest()
		for range 1000 {
			d.float(c.d.Draw(r))
		}
		if d.String() != c.hash {
			t.Errorf("%T%+v: draws %q, frozen %q", c.d, c.d, d, c.hash)
		}
	}
}

func TestFrozenPlaces(t *testing.T) {
	at, err := Grid3D(5, 6, 7, 1)
	if err != nil {
		t.Fatal(err)
	}
	Shuffle(at, sim.NewKey(7, "places"))
	d := newDigest()
	for _, x := range slices.Concat(at, cuboid(t, 100, [3]float64{1, 2, 3}, 7)) {
		for _, v := range x {
			d.float(v)
		}
	}
	if want := "5f6615e244ca5dec"; d.String() != want {
		t.Errorf("places %q, frozen %q", d, want)
	}
}

// TestWeightsOfProjection reads and writes the weights of rules through the projection.
func TestWeightsOfProjection(t *testing.T) {
	const n = 20000
	p := project(t, 100, 200, 3, FixedInDegree{K: 100}, sim.Synapse{Weight: KeepSign(-3, 1), Delay: Uniform{Lo: 1, Hi: 2}})
	w, err := p.Weights()
	if err != nil {
		t.Fatal(err)
	}
	if len(w) != n {
		t.Fatalf("%d weights: want %d", len(w), n)
	}
	sum := 0.0
	for _, x := range w {
		if x > 0 {
			t.Fatalf("weight %g has changed its sign", x)
		}
		sum += x
	}
	// The mean of the truncated normal: -3 - phi(3)/Phi(3).
	mean := -3 - math.Exp(-4.5)/math.Sqrt(2*math.Pi)/normalCDF(3)
	near(t, "mean weight", sum/n, mean, 5/math.Sqrt(n))
	for k := range w {
		w[k] = float64(k)
	}
	if err := p.SetWeights(w); err != nil {
		t.Fatal(err)
	}
	again, err := p.Weights()
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(w, again) {
		t.Error("the weights read are not those written")
	}
	shortest, longest, total := math.Inf(1), 0.0, 0.0
	if err := p.Each(func(v sim.SynapseValue) {
		shortest, longest = min(shortest, v.Delay), max(longest, v.Delay)
		total += v.Delay
	}); err != nil {
		t.Fatal(err)
	}
	near(t, "shortest delay", shortest, 1, 1e-12)
	near(t, "longest delay", longest, 2, 1e-12)
	near(t, "mean delay", total/n, 1.5, 5/math.Sqrt(12*n))
}
