package sim

import (
	"context"
	"math"
	"testing"
)

// testLIF is a minimal stepped neuron: V decays, weights jump it, threshold 1, reset 0. A negative
// threshold makes it fire whenever told by input to "fire".
type testLIF struct {
	Tau, Drive float64
	NaNAt      Tick // tick at which neuron 3 of the population breaks
}

func (testLIF) Validate() error     { return nil }
func (testLIF) Receptors() []string { return []string{"v", Current} }
func (m testLIF) NewBlock(b BlockSpec) (Block, error) {
	return &testLIFBlock{m: m, v: make([]float64, b.N), first: b.First, decay: math.Exp(-b.Clock.DT / m.Tau)}, nil
}

type testLIFBlock struct {
	m     testLIF
	v     []float64
	first int
	decay float64
}

func (b *testLIFBlock) Variables() []Variable { return []Variable{{Name: "V", Values: b.v}} }
func (b *testLIFBlock) Reset(Key)             { clear(b.v) }
func (b *testLIFBlock) State(c *Codec)        { c.PerNeuron(b.v) }
func (b *testLIFBlock) Step(t Tick, in [][]float64, spikes []int32) []int32 {
	for i := range b.v {
		b.v[i] = float64(b.v[i]*b.decay) + b.m.Drive
		if in[0] != nil {
			b.v[i] += in[0][i]
		}
		if in[1] != nil {
			b.v[i] += in[1][i]
		}
		if b.m.NaNAt == t && t > 0 && i+b.first == 3 {
			b.v[i] = math.NaN()
		}
		if b.v[i] >= 1 {
			b.v[i] = 0
			spikes = append(spikes, int32(i))
		}
	}
	return spikes
}

// testScript fires neuron i at the ticks listed for it.
type testScript [][]Tick

func (testScript) Validate() error     { return nil }
func (testScript) Receptors() []string { return nil }
func (s testScript) NewBlock(b BlockSpec) (Block, error) {
	return &testScriptBlock{s, b.First, b.N}, nil
}

type testScriptBlock struct {
	s        testScript
	first, n int
}

func (b *testScriptBlock) Variables() []Variable { return nil }
func (b *testScriptBlock) Reset(Key)             {}
func (b *testScriptBlock) State(*Codec)          {}
func (b *testScriptBlock) Step(t Tick, _ [][]float64, spikes []int32) []int32 {
	for i := 0; i < b.n; i++ {
		for _, at := range b.s[b.first+i] {
			if at == t {
				spikes = append(spikes, int32(i))
			}
		}
	}
	return spikes
}

// testNoise adds uniform noise per neuron and tick.
type testNoise struct{ Max float64 }

func (testNoise) Validate() error { return nil }
func (n testNoise) NewInput(b BlockSpec) (InputBlock, error) {
	return &testNoiseBlock{n.Max, b}, nil
}

type testNoiseBlock struct {
	max float64
	b   BlockSpec
}

func (*testNoiseBlock) State(*Codec) {}
func (n *testNoiseBlock) Add(t Tick, in []float64) {
	d := n.b.Key.Draws(t)
	for i := range in {
		in[i] += n.max * d.Float64(uint64(n.b.First+i))
	}
}

// testUniform is a distribution on [lo, hi].
type testUniform struct{ lo, hi float64 }

func (testUniform) Validate() error          { return nil }
func (u testUniform) Draw(r *Rand) float64   { return u.lo + (u.hi-u.lo)*r.Float64() }
func (u testUniform) Bounds() (a, b float64) { return u.lo, u.hi }

// testInDegree draws k sources per target with replacement.
type testInDegree int

func (k testInDegree) Plan(w Wiring) (Plan, error) { return testInDegreePlan{int(k), w}, nil }

type testInDegreePlan struct {
	k int
	w Wiring
}

func (p testInDegreePlan) Expected() float64 { return float64(p.k * p.w.Targets) }
func (p testInDegreePlan) Sources(dst []int32, _ int, r *Rand) []int32 {
	for k := 0; k < p.k; k++ {
		dst = append(dst, int32(r.IntN(p.w.Sources)))
	}
	return dst
}

// testPairs is an explicit list of (source, target) pairs.
type testPairs [][2]int

func (l testPairs) Plan(Wiring) (Plan, error) { return l, nil }
func (l testPairs) Expected() float64         { return float64(len(l)) }
func (l testPairs) Sources(dst []int32, target int, _ *Rand) []int32 {
	for _, p := range l {
		if p[1] == target {
			dst = append(dst, int32(p[0]))
		}
	}
	return dst
}

func mustRun(t *testing.T, n *Network, ms float64) {
	t.Helper()
	if err := n.Run(context.Background(), ms); err != nil {
		t.Fatal(err)
	}
}
