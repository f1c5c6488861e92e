package networks

import (
	"context"
	"fmt"
	"math"
	"reflect"
	"testing"

	"github.com/glia-sim/glia/sim"
)

// blobEvents drives the input neurons with events of a blurred ring, about 20 per ms as MNIST images do.
type blobEvents struct {
	p   []float64
	key sim.Key
}

func newBlob(inputs int) *blobEvents {
	b := &blobEvents{p: make([]float64, inputs)}
	edge := math.Sqrt(float64(inputs))
	sum := 0.0
	for i := range b.p {
		x, y := math.Mod(float64(i), edge)-edge/2, math.Floor(float64(i)/edge)-edge/2
		d := math.Hypot(x, y) - edge/4
		if p := math.Exp(-d * d / 4); p > 0.05 {
			b.p[i] = p
			sum += p
		}
	}
	for i := range b.p {
		b.p[i] *= 20 / sum
	}
	return b
}

func (b *blobEvents) Validate() error { return nil }
func (b *blobEvents) NewInput(s sim.BlockSpec) (sim.InputBlock, error) {
	return &blobBlock{b, s}, nil
}

type blobBlock struct {
	e *blobEvents
	s sim.BlockSpec
}

func (b *blobBlock) Add(t sim.Tick, in []float64) {
	d := b.e.key.Draws(t)
	for i := range in {
		if p := b.e.p[b.s.First+i]; p > 0 && d.Float64(uint64(b.s.First+i)) < p {
			in[i] += 100
		}
	}
}

func (b *blobBlock) State(c *sim.Codec) { c.Values(&b.e.key) }

func buildLiquid(t testing.TB, l Liquid, workers int) *LiquidNetwork {
	t.Helper()
	n, err := l.Build(5, workers, newBlob(l.Inputs))
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Net.Build(context.Background()); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestLiquidWiring(t *testing.T) {
	n := buildLiquid(t, DefaultLiquid(10, 784), 2)
	if got := n.InputSynapses.Synapses(); got != 117600 {
		t.Errorf("%d input synapses, want 117600", got)
	}
	// Expected numbers of the published wiring, with five standard deviations of a Poisson count.
	for k, want := range []float64{11029, 1380, 4141, 172} {
		if got := float64(n.Recurrent[k].Synapses()); math.Abs(got-want) > 5*math.Sqrt(want) {
			t.Errorf("%s has %g synapses, want about %g", n.Recurrent[k].Name, got, want)
		}
	}
	positive := 0
	if err := n.InputSynapses.Each(func(s sim.SynapseValue) {
		if s.Weight > 0 {
			positive++
		}
		if math.Abs(s.Weight) != 3 {
			t.Fatalf("input weight %g, want 3 or -3", s.Weight)
		}
	}); err != nil {
		t.Fatal(err)
	}
	if math.Abs(float64(positive)-58800) > 5*math.Sqrt(117600)/2 {
		t.Errorf("%d of 117600 input weights are positive, want about half", positive)
	}
}

// The weights keep to their bounds and signs, and the liquid is the same on any number of workers.
func TestLiquidLearnsTheSameOnAnyWorkers(t *testing.T) {
	var want [][]float64
	for _, workers := range []int{1, 2, 3} {
		n := buildLiquid(t, DefaultLiquid(5, 100), workers)
		if err := n.Net.Run(context.Background(), 400); err != nil {
			t.Fatal(err)
		}
		if n.LiquidSpikes.Total < 100 {
			t.Fatalf("%d liquid spikes: too few to learn from", n.LiquidSpikes.Total)
		}
		var got [][]float64
		for k, p := range append([]*sim.Projection{n.InputSynapses}, n.Recurrent...) {
			w, err := p.Weights()
			if err != nil {
				t.Fatal(err)
			}
			moved := false
			for _, x := range w {
				moved = moved || math.Abs(x) != 3
				if lo, hi := [][2]float64{{-3, 3}, {0, 3}, {0, 3}, {-3, 0}, {-3, 0}}[k][0], [][2]float64{{-3, 3}, {0, 3}, {0, 3}, {-3, 0}, {-3, 0}}[k][1]; x < lo || x > hi {
					t.Fatalf("%s: weight %g outside [%g, %g]", p.Name, x, lo, hi)
				}
			}
			if !moved && p.Synapses() > 20 {
				t.Errorf("%s: no weight moved", p.Name)
			}
			got = append(got, w)
		}
		if want == nil {
			want = got
		} else if !reflect.DeepEqual(got, want) {
			t.Errorf("%d workers: other weights than with 1", workers)
		}
	}
}

// BenchmarkLiquidStep measures one 1 ms step of the 1000-neuron liquid under MNIST-like input with
// plasticity at work, steered by the global astrocyte or by one in each of eight territories.
func BenchmarkLiquidStep(b *testing.B) {
	for _, domains := range []int{1, 2} {
		b.Run(fmt.Sprintf("domains=%d", domains), func(b *testing.B) {
			l := DefaultLiquid(10, 784)
			l.Domains = domains
			n := buildLiquid(b, l, 1)
			run := func(ms int) {
				if err := n.Net.Run(context.Background(), float64(ms)); err != nil {
					b.Fatal(err)
				}
			}
			run(20000) // until the weights have settled
			liquid, input := n.LiquidSpikes.Total, n.InputSpikes.Total
			b.ResetTimer()
			b.ReportAllocs()
			run(b.N)
			b.ReportMetric(float64(n.LiquidSpikes.Total-liquid)/float64(b.N), "liquid-spikes/step")
			b.ReportMetric(float64(n.InputSpikes.Total-input)/float64(b.N), "input-spikes/step")
		})
	}
}
