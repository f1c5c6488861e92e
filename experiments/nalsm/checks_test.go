package nalsm

import (
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/glia-sim/glia/networks"
	"github.com/glia-sim/glia/sim"
)

// strikes drives neuron i far over its threshold at the ticks listed for it, so that it fires then.
type strikes map[int][]sim.Tick

func (strikes) Validate() error                                    { return nil }
func (s strikes) NewInput(b sim.BlockSpec) (sim.InputBlock, error) { return strikesBlock{s, b}, nil }

type strikesBlock struct {
	s strikes
	b sim.BlockSpec
}

func (s strikesBlock) Add(t sim.Tick, in []float64) {
	for i := range in {
		for _, at := range s.s[s.b.First+i] {
			if at == t {
				in[i] += eventCurrent
			}
		}
	}
}

func (strikesBlock) State(*sim.Codec) {}

// pairLiquid is a liquid of one excitatory and one inhibitory neuron that hears one input neuron by one
// synapse, with all weights of magnitude w and an astrocyte that does not listen.
func pairLiquid(w float64) networks.Liquid {
	l := networks.DefaultLiquid(1, 1)
	l.Nz, l.Excitatory, l.InputFraction = 2, 0.5, 0.5
	l.CEE, l.CEI, l.CIE, l.CII = 0, 0, 0, 0
	l.Lambda = 1e9 // C is the probability at any distance
	l.Weight, l.AstroWeight = w, 0
	return l
}

func build(t *testing.T, l networks.Liquid, input, liquid sim.Input) *networks.LiquidNetwork {
	t.Helper()
	n, err := l.Build(3, 1, input)
	if err != nil {
		t.Fatal(err)
	}
	n.Net.Drive(n.Liquid, sim.Current, liquid)
	return n
}

func advance(t *testing.T, n *networks.LiquidNetwork, ms int) {
	t.Helper()
	if err := n.Net.Run(context.Background(), float64(ms)); err != nil {
		t.Fatal(err)
	}
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s is %.9g, want %.9g to %g", what, got, want, tolerance)
	}
}

func only(t *testing.T, p *sim.Projection) sim.SynapseValue {
	t.Helper()
	var all []sim.SynapseValue
	if err := p.Each(func(v sim.SynapseValue) { all = append(all, v) }); err != nil {
		t.Fatal(err)
	}
	if len(all) != 1 {
		t.Fatalf("%s has %d synapses, want 1", p.Name, len(all))
	}
	return all[0]
}

// One synapse of weight 3 onto a neuron at rest: its kernel is e^-n, the leak 63/64.
func TestPostsynapticPotential(t *testing.T) {
	l := pairLiquid(3)
	l.Learning = networks.Static
	n := build(t, l, strikes{0: {1}}, strikes{})
	v := n.Net.RecordState(n.Liquid, sim.StateOptions{Variable: "V"})
	advance(t, n, 4)
	s := only(t, n.InputSynapses)
	// A spike of tick 1 arrives with tick 2.
	for k, want := range []float64{0, 3, 4.05676, 4.39938} {
		near(t, fmt.Sprintf("V %d ms after the spike", k), v.Values(s.Target)[k], math.Copysign(want, s.Weight), 1e-5)
	}
}

// An input neuron with an event in each step fires every third step, 83 times in a presentation.
func TestInputNeuronMergesEvents(t *testing.T) {
	n, input := pixelLiquid(t, pairLiquid(3))
	rec := n.Net.RecordSpikes(sim.SpikeOptions{}, n.Input)
	input.show([]byte{255}, 1, sim.NewKey(1, "events"))
	advance(t, n, 249) // the spike of step 250 would be counted after the presentation
	times, _ := rec.Trains()
	if len(times) != 83 || n.InputSpikes.Total != 83 {
		t.Fatalf("%d spikes, %d counted, want 83", len(times), n.InputSpikes.Total)
	}
	for k, at := range times {
		if at != float64(1+3*k) {
			t.Fatalf("spike %d is at %g ms, want %d", k, at, 1+3*k)
		}
	}
}

func pixelLiquid(t *testing.T, l networks.Liquid) (*networks.LiquidNetwork, *inputEvents) {
	t.Helper()
	input := &inputEvents{}
	return build(t, l, input, strikes{}), input
}

// A pair of spikes changes a weight by 0.015 exp(-k/10): for all synapses but inhibitory ones it grows
// when the target fires k steps later, for inhibitory ones its magnitude grows when the target fires first.
func TestPairChangesWeight(t *testing.T) {
	const f, first = 0.9047744745, 2
	for _, k := range []int{-9, -1, 0, 1, 2, 5, 20} {
		pre, post := sim.Tick(first), sim.Tick(first+k)
		if k < 0 {
			pre, post = sim.Tick(first-k), sim.Tick(first)
		}
		size := 0.015 * math.Pow(f, math.Abs(float64(k)))
		want := size
		if k < 0 {
			want = -size
		} else if k == 0 {
			want = 0
		}
		run := func(l networks.Liquid, input, liquid strikes) *networks.LiquidNetwork {
			n := build(t, l, input, liquid)
			advance(t, n, 40)
			return n
		}
		name := func(kind string) string { return fmt.Sprintf("%s synapse, target %d steps later: change", kind, k) }

		n := run(pairLiquid(1), strikes{0: {pre}}, strikes{0: {post}, 1: {post}})
		w := only(t, n.InputSynapses).Weight
		before := math.Copysign(1, w)
		near(t, name("input"), w-before, want, 1e-12)

		l := pairLiquid(1)
		l.CEI = 1
		n = run(l, strikes{}, strikes{0: {pre}, 1: {post}})
		near(t, name("excitatory"), only(t, n.Recurrent[1]).Weight-1, want, 1e-12)

		l = pairLiquid(1)
		l.CIE = 1
		n = run(l, strikes{}, strikes{1: {pre}, 0: {post}})
		// Causal pairs make the inhibitory weight more negative, others less.
		near(t, name("inhibitory"), only(t, n.Recurrent[2]).Weight+1, -want, 1e-12)
	}
}

// Without spikes the astrocyte stays at 0.15 while the liquid is initialised, and only fades while an
// image is shown.
func TestAstrocyteAtRest(t *testing.T) {
	for _, fade := range []float64{1, fade} {
		l := networks.DefaultLiquid(2, 4)
		n := build(t, l, strikes{}, strikes{})
		n.Astrocyte.Fade = fade
		for k := 1; k <= 250; k++ {
			advance(t, n, 1)
			near(t, fmt.Sprintf("A after %d steps with fading %g", k, fade), n.Astrocyte.Value(), 0.15*math.Pow(fade, float64(k)), 1e-14)
		}
	}
}

// One liquid spike raises the astrocyte by w_a/100, one input spike lowers it by as much; ten more liquid
// than input spikes in each step bring it to 0.30.
func TestAstrocyteFollowsBalance(t *testing.T) {
	l := networks.DefaultLiquid(1, 1)
	l.Nx, l.Ny, l.Nz = 2, 3, 5
	l.CEE, l.CEI, l.CIE, l.CII = 0, 0, 0, 0
	one := build(t, l, strikes{}, strikes{0: {1}})
	advance(t, one, 2) // the update of a step takes part in the next call
	near(t, "A after one liquid spike", one.Astrocyte.Value(), 0.15015, 1e-15)

	input := build(t, l, strikes{0: {1}}, strikes{})
	advance(t, input, 2)
	near(t, "A after one input spike", input.Astrocyte.Value(), 0.14985, 1e-15)

	turns := strikes{}
	for i := range 30 {
		for at := 1 + i%3; at <= 3000; at += 3 {
			turns[i] = append(turns[i], sim.Tick(at))
		}
	}
	many := build(t, l, strikes{}, turns)
	advance(t, many, 3000)
	if many.LiquidSpikes.Total != 30000 {
		t.Fatalf("%d liquid spikes in 3000 steps, want 30000", many.LiquidSpikes.Total)
	}
	near(t, "A under ten liquid spikes per step", many.Astrocyte.Value(), 0.30, 1e-9)
}

// Weights keep their signs under plasticity, but for those of the input, which may cross zero.
func TestOnlyInputWeightsChangeSign(t *testing.T) {
	l := networks.DefaultLiquid(3, 12)
	l.InputFraction, l.Weight = 0.5, 0.02
	l.CEE, l.CEI, l.CIE, l.CII, l.Lambda = 0.5, 0.5, 0.5, 0.5, 1e9
	input, liquid := strikes{}, strikes{}
	for i := range 27 {
		for at := 1 + (i*7)%11; at < 400; at += 5 + i%4 {
			liquid[i] = append(liquid[i], sim.Tick(at))
			input[i%12] = append(input[i%12], sim.Tick(at+i%3))
		}
	}
	n := build(t, l, input, liquid)
	if err := n.Net.Build(context.Background()); err != nil {
		t.Fatal(err)
	}
	before, err := n.InputSynapses.Weights()
	if err != nil {
		t.Fatal(err)
	}
	advance(t, n, 400)
	after, err := n.InputSynapses.Weights()
	if err != nil {
		t.Fatal(err)
	}
	up, down := 0, 0
	for k := range after {
		if before[k] < 0 && after[k] > 0 {
			up++
		} else if before[k] > 0 && after[k] < 0 {
			down++
		}
	}
	if up == 0 || down == 0 {
		t.Errorf("%d input weights became positive and %d negative, want some of both", up, down)
	}
	atZero := 0
	for k, p := range n.Recurrent {
		if err := p.Each(func(v sim.SynapseValue) {
			if inhibitory := k >= 2; inhibitory && v.Weight > 0 || !inhibitory && v.Weight < 0 {
				t.Errorf("%s: weight %g has the wrong sign", p.Name, v.Weight)
			}
			if v.Weight == 0 {
				atZero++
			}
		}); err != nil {
			t.Fatal(err)
		}
	}
	if atZero == 0 {
		t.Error("no recurrent weight was driven against zero: the test shows nothing")
	}
}
