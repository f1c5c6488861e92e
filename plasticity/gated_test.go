package plasticity

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/glia-sim/glia/sim"
)

// gatedSteps is the rule step by step, as the published code has it, for one synapse.
func gatedSteps(g GatedSTDP, w float64, pre, post map[int]bool, steps int) (change float64, kept, dropped int) {
	start, x, y, c := w, 0.0, 0.0, 0.0
	gate := func(term float64) float64 {
		if term > 0 && g.Theta < c && c < g.Theta+g.Width || term < 0 && g.Theta-g.Width < c && c < g.Theta {
			kept++
			return term
		}
		if term != 0 {
			dropped++
		}
		return 0
	}
	for t := 1; t <= steps; t++ {
		c *= 1 - 1/g.TauActivity
		if post[t] {
			c++
		}
		delta := 0.0
		if post[t] {
			delta += gate(g.Pair.APlus * x)
		}
		if pre[t] {
			delta += gate(-g.Pair.AMinus * y)
		}
		w = min(max(w+delta, g.Pair.WMin), g.Pair.WMax)
		if pre[t] {
			x++
		}
		if post[t] {
			y++
		}
		x *= math.Exp(-1 / g.Pair.TauPlus)
		y *= math.Exp(-1 / g.Pair.TauMinus)
	}
	return w - start, kept, dropped
}

// The rule in closed form does what the rule step by step does, for excitatory and inhibitory synapses.
func TestGatedStepByStep(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for trial := range 40 {
		const steps = 3000
		pre, post := map[int]bool{}, map[int]bool{}
		var preMS, postMS []float64
		for at := 1; at <= steps; at++ {
			if r.Float64() < 0.05 {
				pre[at] = true
				preMS = append(preMS, float64(at))
			}
			if r.Float64() < 0.04 {
				post[at] = true
				postMS = append(postMS, float64(at))
			}
		}
		g := GatedSTDP{Pair: additive(), Theta: 25, Width: 8, TauActivity: 1000}
		w := 0.5
		if trial%2 == 1 { // inhibitory: causal pairs weaken the weight
			g.Pair.APlus, g.Pair.AMinus, g.Pair.WMin, g.Pair.WMax, w = -0.02, -0.021, -1, 0, -0.5
		}
		want, kept, dropped := gatedSteps(g, w, pre, post, steps)
		if kept < 20 || dropped < 20 {
			t.Fatalf("%d changes kept and %d dropped: the spikes do not test the gates", kept, dropped)
		}
		near(t, fmt.Sprintf("trial %d", trial), play(t, g, 1, w, preMS, postMS), want, 1e-10)
	}
}

// A silent modulator makes the rule rest; the activity goes on counting meanwhile.
func TestGatedRests(t *testing.T) {
	g := GatedSTDP{Pair: additive(), Theta: 2, Width: 5, TauActivity: 1000}
	m := sim.NewModulator("learning", 0)
	g.Pair.Plus, g.Pair.Minus = m, m
	var post []float64
	for k := range 4 {
		post = append(post, float64(100+20*k))
	}
	if got := play(t, g, 1, 0.5, []float64{90, 105, 131}, post); got != 0 {
		t.Errorf("the weight changed by %g under an amplitude of 0", got)
	}
	s := &sim.Synapses{Target: []int32{0}, Weight: []float64{0.5}, Column: []uint32{0, 1}, ColumnSynapse: []uint32{0}, ColumnSource: []int32{0}}
	b, err := g.NewRule(sim.RuleSpec{Clock: sim.Clock{DT: 1}, Sources: 1, Targets: 1, Synapses: s})
	if err != nil {
		t.Fatal(err)
	}
	span := []sim.Span{{Neuron: 0, Lo: 0, Hi: 1}}
	for at := range 4 {
		b.Update(sim.Tick(10*at+1), nil, span)
	}
	m.Values[0] = 1
	b.Update(50, span, nil)
	b.Update(51, nil, span) // C = about 4.9: between 2 and 7
	near(t, "weight after a causal pair", s.Weight[0]-0.5, 0.02*math.Exp(-0.1), 1e-12)
}

func TestGatedErrors(t *testing.T) {
	ok := GatedSTDP{Pair: additive(), Theta: 37, Width: 23, TauActivity: 1000}
	if err := ok.Validate(); err != nil {
		t.Error(err)
	}
	for _, c := range []struct {
		change func(*GatedSTDP)
		want   string
	}{
		{func(g *GatedSTDP) { g.Theta = -1 }, "Theta is -1"},
		{func(g *GatedSTDP) { g.Width = 0 }, "Width is 0"},
		{func(g *GatedSTDP) { g.TauActivity = math.NaN() }, "TauActivity"},
		{func(g *GatedSTDP) { g.Pair.Dependence = Multiplicative }, "Additive"},
	} {
		g := ok
		c.change(&g)
		if err := g.Validate(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want one that says %q", err, c.want)
		}
	}
	ok.TauActivity = 0.5
	if _, err := ok.NewRule(sim.RuleSpec{Clock: sim.Clock{DT: 1}}); err == nil {
		t.Error("an activity that forgets within a step is accepted")
	}
}
