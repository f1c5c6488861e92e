package neurons

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/glia-sim/glia/sim"
)

// kernels are the models whose hot loops are measured, each with what keeps it busy.
var kernels = []struct {
	name    string
	model   sim.Model
	weight  []float64 // mean input per receptor and step; 0 leaves the receptor unconnected
	initial string    // variable that is spread so that neurons are not in step
	lo, hi  float64
}{
	{"LIFDelta", DefaultLIFDelta(), []float64{0.16, 0}, "V", -70, -55},
	{"LIFMap", DefaultLIFMap(), []float64{0.005, 0}, "V", 0, 20},
	{"LIFExp", DefaultLIFExp(), []float64{20, -2, 0}, "V", -70, -55},
	{"LIFExp/current", DefaultLIFExp(), []float64{20, -2, 10}, "V", -70, -55},
	{"LIFExpSingle", DefaultLIFExpSingle(), []float64{18, 0}, "V", -70, -55},
	{"LIFExpSingle/current", DefaultLIFExpSingle(), []float64{18, 10}, "V", -70, -55},
	{"LIFAlpha", DefaultLIFAlpha(), []float64{8, -1, 0}, "V", -70, -55},
	{"LIFCond/RK4", DefaultLIFCond(), []float64{6, -1, 0}, "V", -70, -55},
	{"LIFCond/Euler", with(DefaultLIFCond(), func(m *LIFCond) { m.Method, m.TauEx = Euler, 5 }), []float64{.12, -.1, 0}, "V", -70, -55},
	{"LIFCond/ExponentialEuler", with(DefaultLIFCond(), func(m *LIFCond) { m.Method = ExponentialEuler }), []float64{6, -1, 0}, "V", -70, -55},
	{"Izhikevich/Euler", DefaultIzhikevich(), []float64{0, 8}, "v", -70, -50},
	{"Izhikevich/HalfSteps", with(DefaultIzhikevich(), func(m *Izhikevich) { m.Method = HalfSteps }), []float64{0, 8}, "v", -70, -50},
	{"Izhikevich/RK4", with(DefaultIzhikevich(), func(m *Izhikevich) { m.Method = RK4 }), []float64{0, 8}, "v", -70, -50},
	{"Izhikevich/Euler x4", with(DefaultIzhikevich(), func(m *Izhikevich) { m.Substeps = 4 }), []float64{0.2, 8}, "v", -70, -50},
	{"AdEx/RK4 x2", DefaultAdEx(), []float64{0, 0, 1200}, "V", -70, -50},
	{"AdEx/Euler", with(DefaultAdEx(), func(m *AdEx) { m.Method, m.Substeps = Euler, 1 }), []float64{2, -0.1, 1000}, "V", -70, -50},
	{"HodgkinHuxley/ExponentialEuler", DefaultHodgkinHuxley(), []float64{0.1, -0.1, 200}, "V", -70, -60},
	{"HodgkinHuxley/RK4 x2", with(DefaultHodgkinHuxley(), func(m *HodgkinHuxley) { m.Method, m.Substeps = RK4, 2 }), []float64{0, 0, 200}, "V", -70, -60},
	{"QIF/Exact", with(DefaultQIF(), func(m *QIF) { m.IE, m.TRef = 100, 2 }), []float64{0.01, 0}, "V", -60, -40},
	{"QIF/Exact/current", DefaultQIF(), []float64{0, 150}, "V", -60, -40},
	{"QIF/RK4", with(DefaultQIF(), func(m *QIF) { m.Method = RK4 }), []float64{0, 150}, "V", -60, -40},
}

func with[M any](m M, change func(*M)) M {
	change(&m)
	return m
}

// bench drives a block of n neurons without a network.
type bench struct {
	block  sim.Stepper
	in     [][]float64
	spikes []int32
	t      sim.Tick
	total  int
	given  [][]float64 // in, as it is to be for every step
	direct []accumulated
}

// accumulated is a variable to which the engine would add the weights that arrive.
type accumulated struct{ variable, weights []float64 }

// accumulate has input reach variables as the engine does it. Each neuron gets in one of 16 steps what is meant for all.
func (b *bench) accumulate() {
	a, ok := b.block.(sim.Accumulator)
	if !ok {
		return
	}
	for r, x := range a.Accumulates() {
		if x.Values == nil || b.in[r] == nil {
			continue
		}
		for i := range b.in[r] {
			w := 16 * b.in[r][i]
			if x.Unsigned {
				w = math.Abs(w)
			}
			b.in[r][i] = w
		}
		b.direct = append(b.direct, accumulated{*x.Values, b.in[r]})
		b.in[r] = nil
	}
}

func newBench(tb testing.TB, k int, n int) *bench {
	tb.Helper()
	c := kernels[k]
	if err := c.model.Validate(); err != nil {
		tb.Fatal(err)
	}
	block, err := c.model.NewBlock(sim.BlockSpec{Population: "bench", N: n, Size: n, Clock: sim.Clock{DT: 0.1}, Key: sim.NewKey(1, "bench")})
	if err != nil {
		tb.Fatal(err)
	}
	b := &bench{block: block.(sim.Stepper), spikes: make([]int32, 0, n)}
	draws := sim.NewKey(2, "input").Draws(0)
	for r, w := range c.weight {
		var x []float64
		if w != 0 {
			x = make([]float64, n)
			for i := range x {
				x[i] = w * (0.8 + float64(0.4*draws.Float64(uint64(r*n+i))))
			}
		}
		b.in = append(b.in, x)
	}
	found := false
	for _, v := range block.Variables() {
		if v.Name == c.initial {
			found = true
			for i := range v.Values {
				v.Values[i] = c.lo + float64((c.hi-c.lo)*draws.Float64(uint64(1<<40+i)))
			}
		}
	}
	if !found {
		tb.Fatalf("%s has no variable %s", c.name, c.initial)
	}
	return b
}

func (b *bench) step() {
	b.t++
	if b.given == nil {
		for _, x := range b.in {
			b.given = append(b.given, slices.Clone(x))
		}
	}
	b.spikes = b.block.Step(b.t, b.in, b.spikes[:0])
	b.total += len(b.spikes)
	for _, d := range b.direct {
		n := len(d.variable)
		at := int(b.t % 16)
		lo, hi := n*at/16, n*(at+1)/16
		for i, w := range d.weights[lo:hi] {
			d.variable[lo+i] += w
		}
	}
	for r, x := range b.given { // the block may have cleared it
		copy(b.in[r], x)
	}
}

// BenchmarkStep reports the time per neuron and step of each kernel, and its firing rate at dt 0.1 ms: for 4000 neurons,
// and of LIF neurons with synaptic variables for other numbers as well.
func BenchmarkStep(b *testing.B) {
	for k, c := range kernels {
		b.Run(c.name, func(b *testing.B) { benchmarkStep(b, k, 4000) })
		if block, err := c.model.NewBlock(sim.BlockSpec{}); err == nil {
			if _, ok := block.(sim.Accumulator); ok {
				for _, n := range []int{500, 20000} {
					b.Run(fmt.Sprintf("%s/%d", c.name, n), func(b *testing.B) { benchmarkStep(b, k, n) })
				}
			}
		}
	}
}

func benchmarkStep(b *testing.B, kernel, n int) {
	x := newBench(b, kernel, n)
	x.accumulate()
	for range 300 {
		x.step()
	}
	b.ReportAllocs()
	b.ResetTimer()
	x.total = 0
	for range b.N {
		x.step()
	}
	neuronSteps := float64(b.N) * float64(n)
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/neuronSteps, "ns/neuron-step")
	b.ReportMetric(float64(x.total)/neuronSteps*1e4, "Hz")
}

func TestStepDoesNotAllocate(t *testing.T) {
	for k, c := range kernels {
		x := newBench(t, k, chunk+50)
		x.accumulate()
		for range 100 {
			x.step()
		}
		x.total = 0
		if a := testing.AllocsPerRun(500, x.step); a != 0 {
			t.Errorf("%s: %g allocations per step", c.name, a)
		}
		if x.total == 0 {
			t.Errorf("%s: no neuron spiked, so that the path of spikes was not measured", c.name)
		}
	}
}

// TestUnconnectedReceptors holds that a receptor without input and one with zeros are the same to the
// last bit, and that neurons do not influence each other across the chunks of the loops.
func TestUnconnectedReceptors(t *testing.T) {
	const n = chunk + 37
	for k, c := range kernels {
		a, b := newBench(t, k, n), newBench(t, k, n)
		for r := range b.in {
			if b.in[r] == nil {
				b.in[r] = make([]float64, n)
			}
		}
		for step := range 150 {
			a.step()
			b.step()
			if fmt.Sprint(a.spikes) != fmt.Sprint(b.spikes) {
				t.Fatalf("%s: step %d: spikes differ", c.name, step)
			}
		}
		for v, x := range a.block.Variables() {
			y := b.block.Variables()[v]
			for i := range x.Values {
				if !isFinite(x.Values[i]) || math.Float64bits(x.Values[i]) != math.Float64bits(y.Values[i]) {
					t.Fatalf("%s: %s of neuron %d: %g and %g", c.name, x.Name, i, x.Values[i], y.Values[i])
				}
			}
		}
	}
}

// TestBlocksAreSlices holds that a population cut into blocks behaves like one block, and that Reset
// brings back the state of NewBlock, refractory neurons included.
func TestBlocksAreSlices(t *testing.T) {
	const n, steps = 600, 150
	for k, c := range kernels {
		whole := newBench(t, k, n)
		var trains []string
		run := func(x *bench, record bool) {
			for s := range steps {
				x.step()
				got := fmt.Sprint(x.spikes)
				if record {
					trains = append(trains, got)
				} else if got != trains[s] {
					t.Fatalf("%s: step %d after Reset: spikes differ", c.name, s)
				}
			}
		}
		fresh := newBench(t, k, n)
		fresh.block.Reset(sim.NewKey(1, "bench"))
		run(fresh, true)
		whole.step()
		whole.step()
		for range 50 {
			whole.step()
		}
		whole.block.Reset(sim.NewKey(1, "bench")) // time goes on, as in Network.Quiet
		run(whole, false)

		for _, cut := range []int{1, chunk, 599} {
			spans := [][2]int{{0, cut}, {cut, n}}
			var parts []*bench
			for _, s := range spans {
				block, err := c.model.NewBlock(sim.BlockSpec{Population: "part", First: s[0], N: s[1] - s[0], Size: n, Clock: sim.Clock{DT: 0.1}, Key: sim.NewKey(1, "bench")})
				if err != nil {
					t.Fatal(err)
				}
				p := &bench{block: block.(sim.Stepper)}
				for _, x := range fresh.in {
					if x != nil {
						x = x[s[0]:s[1]]
					}
					p.in = append(p.in, x)
				}
				parts = append(parts, p)
			}
			for s := range steps {
				var got []int32
				for q, p := range parts {
					p.step()
					for _, i := range p.spikes {
						got = append(got, i+int32(spans[q][0]))
					}
				}
				if g := fmt.Sprint(got); g != trains[s] && !(len(got) == 0 && trains[s] == "[]") {
					t.Fatalf("%s: cut at %d: step %d: spikes differ", c.name, cut, s)
				}
			}
		}
	}
}
