package sim_test

import (
	"context"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/sim/simtest"
	"github.com/glia-sim/glia/synapses"
)

// grid is what all values of these tests are multiples of, so that sums are exact in any order.
const grid = 1. / 64

func rounded(x float64) float64 { return math.Floor(x/grid) * grid }

// gridCell is a stepped neuron with synaptic variables x and y; y takes magnitudes. Plain hides from the engine that
// weights can be added to them.
type gridCell struct{ Plain bool }

func (gridCell) Validate() error     { return nil }
func (gridCell) Receptors() []string { return []string{"x", sim.Current, "y"} }
func (m gridCell) NewBlock(b sim.BlockSpec) (sim.Block, error) {
	c := &gridCells{v: make([]float64, b.N), x: make([]float64, b.N), y: make([]float64, b.N)}
	if m.Plain {
		return struct{ sim.Stepper }{c}, nil
	}
	return c, nil
}

type gridCells struct {
	v, x, y []float64
	given   [3]bool // receptors whose input has come to Step
}

func (c *gridCells) Accumulates() []sim.Accumulated {
	return []sim.Accumulated{{Values: &c.x}, {}, {Values: &c.y, Unsigned: true}}
}
func (c *gridCells) Variables() []sim.Variable {
	return []sim.Variable{{Name: "v", Values: c.v}, {Name: "x", Values: c.x}, {Name: "y", Values: c.y}}
}
func (c *gridCells) Reset(sim.Key) {
	clear(c.v)
	clear(c.x)
	clear(c.y)
}
func (c *gridCells) State(s *sim.Codec) { s.PerNeuron(c.v, c.x, c.y) }
func (c *gridCells) Step(_ sim.Tick, in [][]float64, spikes []int32) []int32 {
	for i := range c.v {
		c.v[i] = rounded(c.v[i]*0.75 + c.x[i] - c.y[i])
		c.x[i], c.y[i] = rounded(c.x[i]*0.5), rounded(c.y[i]*0.75)
		for r, add := range []func(w float64){
			func(w float64) { c.x[i] += w }, func(w float64) { c.v[i] += w }, func(w float64) { c.y[i] += math.Abs(w) }} {
			if in[r] != nil {
				c.given[r] = true
				add(in[r][i])
			}
		}
		if c.v[i] >= 1 {
			c.v[i] = 0
			spikes = append(spikes, int32(i))
		}
	}
	return spikes
}

// gridWeights draws multiples of the grid.
type gridWeights struct{ lo, hi float64 }

func (gridWeights) Validate() error            { return nil }
func (w gridWeights) Draw(r *sim.Rand) float64 { return w.lo + rounded((w.hi-w.lo)*r.Float64()) }
func (w gridWeights) Bounds() (lo, hi float64) { return w.lo, w.hi }
func (gridWeights) NewRelease(n int, _ sim.Clock) sim.ReleaseBlock {
	return &halves{make([]bool, n)}
}

// halves lets every other spike of a source count half.
type halves struct{ tired []bool }

func (h *halves) Reset()             { clear(h.tired) }
func (h *halves) State(c *sim.Codec) { c.PerNeuron(h.tired) }
func (h *halves) Spike(i int, _ sim.Instant) float64 {
	h.tired[i] = !h.tired[i]
	if h.tired[i] {
		return 1
	}
	return 0.5
}

// gridNoise is a device.
type gridNoise struct{ max float64 }

func (gridNoise) Validate() error { return nil }
func (n gridNoise) NewInput(b sim.BlockSpec) (sim.InputBlock, error) {
	return &gridNoiseBlock{n.max, b.First, b.Key}, nil
}

type gridNoiseBlock struct {
	max   float64
	first int
	key   sim.Key
}

func (n *gridNoiseBlock) State(c *sim.Codec) {}
func (n *gridNoiseBlock) Add(t sim.Tick, in []float64) {
	d := n.key.Draws(t)
	for i := range in {
		in[i] += rounded(n.max * d.Float64(uint64(n.first+i)))
	}
}

// strengthen is a rule by which a synapse grows at each spike of its source.
type strengthen struct{}

func (strengthen) Validate() error { return nil }
func (strengthen) NewRule(s sim.RuleSpec) (sim.RuleBlock, error) {
	return strengthenBlock{s.Synapses}, nil
}

type strengthenBlock struct{ s *sim.Synapses }

func (strengthenBlock) Reset()           {}
func (strengthenBlock) State(*sim.Codec) {}
func (b strengthenBlock) Update(_ sim.Tick, pre, post []sim.Span) {
	for _, p := range pre {
		for k := p.Lo; k < p.Hi; k++ {
			b.s.Weight[k] = min(b.s.Weight[k]+grid, 0.5)
		}
	}
	for _, p := range post {
		for _, k := range b.s.ColumnSynapse[p.Lo:p.Hi] {
			b.s.Weight[k] = max(b.s.Weight[k]-grid, 0)
		}
	}
}

// gridNetwork reaches the variables in every way there is.
func gridNetwork(plain bool, workers int) (*sim.Network, func() any) {
	n := sim.New(sim.Options{Seed: 3, DT: 0.5, Workers: workers})
	a, b := n.Populate("a", 21, gridCell{plain}), n.Populate("b", 10, gridCell{plain})
	a.Initial("x", gridWeights{0, 1})
	n.Drive(a, "x", gridNoise{0.5})
	n.Drive(b.Range(2, 9), sim.Current, gridNoise{0.3})
	pull, push := sim.Constant(1), synapses.Uniform{Lo: 1, Hi: 40}
	n.Connect(a, a, synapses.FixedInDegree{K: 5}, sim.Synapse{Receptor: "x", Weight: sim.Constant(4 * grid), Delay: pull})
	n.Connect(a, b, synapses.FixedInDegree{K: 6}, sim.Synapse{Receptor: "x", Weight: gridWeights{-2 * grid, 14 * grid}, Delay: synapses.Uniform{Lo: 1, Hi: 2}})
	n.Connect(a, b, synapses.FixedInDegree{K: 2}, sim.Synapse{Receptor: sim.Current, Weight: sim.Constant(4 * grid), Delay: pull})
	n.Connect(b, a, synapses.FixedInDegree{K: 3}, sim.Synapse{Receptor: "x", Weight: gridWeights{0, 8 * grid}, Delay: push})
	n.Connect(b, b, synapses.FixedOutDegree{K: 2}, sim.Synapse{Receptor: "x", Weight: sim.Constant(3 * grid), Delay: pull, Procedural: true})
	n.Connect(a, b, synapses.FixedInDegree{K: 3}, sim.Synapse{Receptor: "x", Weight: gridWeights{0, 8 * grid}, Delay: pull, Release: gridWeights{}})
	n.Connect(b, a, synapses.FixedInDegree{K: 2}, sim.Synapse{Receptor: "y", Weight: sim.Constant(6 * grid), Delay: pull})
	n.Connect(b, b, synapses.FixedInDegree{K: 2}, sim.Synapse{Receptor: "y", Weight: sim.Constant(-6 * grid), Delay: push})
	for _, way := range []sim.Backpropagation{sim.Dendritic, sim.Axonal} {
		n.Connect(a, a, synapses.FixedInDegree{K: 4}, sim.Synapse{Receptor: "x", Weight: gridWeights{0, 8 * grid}, Delay: synapses.Uniform{Lo: 1, Hi: 2}, Plasticity: strengthen{}, Backpropagation: way})
	}
	spikes := n.RecordSpikes(sim.SpikeOptions{}, a, b)
	var states []*sim.StateRecorder
	for _, p := range []*sim.Population{a, b} {
		for _, v := range []string{"v", "x", "y"} {
			states = append(states, n.RecordState(p, sim.StateOptions{Variable: v}))
		}
	}
	return n, func() any {
		out := []any{slices.Clone(spikes.Spikes())}
		for _, r := range states {
			for k := range 10 {
				out = append(out, r.Values(k))
			}
		}
		for _, p := range n.Projections() {
			w, err := p.Weights()
			out = append(out, w, err)
		}
		return out
	}
}

func runTo(t *testing.T, n *sim.Network, ms float64) {
	t.Helper()
	if err := n.Run(context.Background(), ms); err != nil {
		t.Fatal(err)
	}
}

// Weights that are added to a variable as they arrive give what the same model gives that takes them in its step.
func TestAccumulatedWeights(t *testing.T) {
	n, outcome := gridNetwork(true, 1)
	runTo(t, n, 100)
	want := outcome()
	if c := n.Counts(); c.Spikes < 500 || c.SynapticEvents < 5000 {
		t.Fatalf("%d spikes, %d events: too few to compare", c.Spikes, c.SynapticEvents)
	}
	for _, workers := range []int{1, 2, 4} {
		n, outcome := gridNetwork(false, workers)
		runTo(t, n, 30)
		runTo(t, n, 70)
		if !reflect.DeepEqual(outcome(), want) {
			t.Errorf("workers %d: other spikes, states or weights than by input of the step", workers)
		}
	}
	n, outcome = gridNetwork(false, 2)
	runTo(t, n, 13)
	if err := n.Reset(0); err != nil {
		t.Fatal(err)
	}
	m, again := gridNetwork(true, 1)
	runTo(t, m, 13)
	if err := m.Reset(0); err != nil {
		t.Fatal(err)
	}
	runTo(t, n, 20)
	runTo(t, m, 20)
	if !reflect.DeepEqual(outcome(), again()) {
		t.Error("after a reset: other spikes, states or weights than by input of the step")
	}
	simtest.Resume(t, func(workers int) (*sim.Network, func() any) { return gridNetwork(false, workers) }, 60, []float64{0, 7, 31.5})
}

// keepCells shows the block to the test.
type keepCells struct {
	gridCell
	cells **gridCells
}

func (k keepCells) NewBlock(b sim.BlockSpec) (sim.Block, error) {
	c, err := k.gridCell.NewBlock(b)
	*k.cells = c.(*gridCells)
	return c, err
}

// What adds magnitudes is left to the step where a weight may be below zero: one that is drawn, learnt or a device's.
func TestUnsignedAccumulation(t *testing.T) {
	for _, c := range []struct {
		name    string
		connect func(n *sim.Network, p *sim.Population)
		input   bool // comes to Step
	}{
		{"nothing", func(*sim.Network, *sim.Population) {}, false},
		{"positive", func(n *sim.Network, p *sim.Population) {
			n.Connect(p, p, synapses.AllToAll{}, sim.Synapse{Receptor: "y", Weight: gridWeights{0, 1}})
		}, false},
		{"negative", func(n *sim.Network, p *sim.Population) {
			n.Connect(p, p, synapses.AllToAll{}, sim.Synapse{Receptor: "y", Weight: gridWeights{-grid, 1}})
		}, true},
		{"plastic", func(n *sim.Network, p *sim.Population) {
			n.Connect(p, p, synapses.AllToAll{}, sim.Synapse{Receptor: "y", Plasticity: strengthen{}})
		}, true},
		{"device", func(n *sim.Network, p *sim.Population) { n.Drive(p, "y", gridNoise{1}) }, true},
	} {
		var cells *gridCells
		n := sim.New(sim.Options{Workers: 1})
		p := n.Populate("cells", 4, keepCells{gridCell{}, &cells})
		n.Drive(p, sim.Current, gridNoise{1})
		c.connect(n, p)
		runTo(t, n, 1)
		if want := [3]bool{false, true, c.input}; cells.given != want {
			t.Errorf("%s: input came to receptors %v: want %v", c.name, cells.given, want)
		}
		if c.name == "positive" {
			w := make([]float64, 16)
			w[5] = -0.5
			if err := n.Projections()[0].SetWeights(w); err == nil || !strings.Contains(err.Error(), `weight is -0.5, and at receptor "y"`) {
				t.Errorf("a negative weight set later: error %v", err)
			}
		}
	}
}
