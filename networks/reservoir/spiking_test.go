package reservoir

import (
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/glia-sim/glia/networks/coding"
	"github.com/glia-sim/glia/sim"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

func noise(steps int, seed uint64) mat.Matrix {
	rng := rand.New(rand.NewPCG(seed, 1))
	u := make([]float64, steps)
	for k := range u {
		u[k] = 2*rng.Float64() - 1
	}
	return Series(u)
}

func spiking(t *testing.T, c SpikingConfig) *Spiking {
	t.Helper()
	s, err := c.Build()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func states(t *testing.T, r Reservoir, series mat.Matrix, washout int) *mat.Dense {
	t.Helper()
	x, err := Collect(r, series, washout)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// The state of told neurons is the sum of their kernels, exactly, across steps; each kernel has area 1.
func TestTraces(t *testing.T) {
	for _, f := range []Traces{{Decay: 20, Rate: 1000}, {Decay: 20, Rise: 5, Rate: 250}} {
		net := sim.New(sim.Options{DT: 0.5, Workers: 1})
		port := &SpikePort{Samples: 2, Coder: coding.Direct{}}
		pop, err := port.Populate(net, "told", 2)
		if err != nil {
			t.Fatal(err)
		}
		s, err := NewSpiking(net, port, 2, f, pop)
		if err != nil {
			t.Fatal(err)
		}
		kernel := func(age float64) float64 {
			return (math.Exp(-age/f.Decay) - math.Exp(-age/max(f.Rise, 1e-9))) / (f.Decay - f.Rise) * 1000 / f.Rate
		}
		if f.Rise == 0 {
			kernel = func(age float64) float64 { return math.Exp(-age/f.Decay) / f.Decay * 1000 / f.Rate }
		}
		x := states(t, s, mat.NewDense(20, 2, []float64{19: 2, 24: 1, 39: 0}), 0)
		area := 0.0
		for k := range 20 {
			one, two := 0.0, 0.0
			if k >= 12 {
				one = kernel(2 * float64(k-12))
			}
			if k >= 9 {
				two = 2 * kernel(2*float64(k-9))
			}
			near(t, "unit 0", x.At(k, 0), one, 1e-12)
			near(t, "unit 1", x.At(k, 1), two, 1e-12)
		}
		for age := 0.005; age < 400; age += 0.01 {
			area += kernel(age) * 0.01
		}
		near(t, "area of the kernel", area, 1000/f.Rate, 1e-3)
	}
}

// Without weights and input a leaky neuron fires at its textbook rate, which the state shows as a share.
func TestUncoupledRate(t *testing.T) {
	c := DefaultLIF(10, 1)
	c.InputScale, c.BiasE, c.BiasI, c.Strength = 0, [2]float64{1.5, 1.5}, [2]float64{2, 2}, 1e-9
	x := states(t, spiking(t, c), Series(make([]float64, 500)), 50)
	rate := func(bias float64) float64 { return 1000 / (5 + 20*math.Log((20*bias-10)/(20*bias-20))) } // rest -70, reset -60, threshold -50
	near(t, "excitatory", stat.Mean(mat.Col(nil, 0, x), nil), rate(1.5)/200, 0.02*rate(1.5)/200)
	near(t, "inhibitory", stat.Mean(mat.Col(nil, 9, x), nil), rate(2)/200, 0.02*rate(2)/200)
}

// The same seed gives the same states, on any number of workers and after a reset; trials differ in noise alone.
func TestSpikingRepeats(t *testing.T) {
	lif := DefaultLIF(60, 1)
	izh := DefaultIzhikevichReservoir(60, 1, 3)
	coded := lif
	coded.Coder = coding.Population{Lo: -1, Hi: 1, Fields: 5, Width: 1, Spikes: coding.Poisson{Lo: 0, Hi: 1, Rate: 100, Seed: 3}}
	for name, c := range map[string]SpikingConfig{"LIF": lif, "Izhikevich": izh, "spike-coded": coded} {
		c.Noise, c.Seed, c.Adaptive = 0.1, 3, true
		u := noise(40, 2)
		one := spiking(t, c)
		x := states(t, one, u, 0)
		if sum := mat.Sum(x); !(sum > 1) {
			t.Errorf("%s: silent, sum of states %g", name, sum)
		}
		c.Workers = 3
		if !mat.Equal(x, states(t, spiking(t, c), u, 0)) {
			t.Errorf("%s: three workers give other states", name)
		}
		one.Reset()
		if !mat.Equal(x, states(t, one, u, 0)) {
			t.Errorf("%s: a reset gives other states", name)
		}
		one.Trial = 1
		one.Reset()
		if mat.Equal(x, states(t, one, u, 0)) {
			t.Errorf("%s: another trial gives the same states", name)
		}
		c.Seed = 4
		if mat.Equal(x, states(t, spiking(t, c), u, 0)) {
			t.Errorf("%s: another seed gives the same states", name)
		}
	}
}

// Excitation raises the rate, inhibition lowers it, and the realised sums are those of the configuration.
func TestSpikingBalance(t *testing.T) {
	var rates []float64
	for _, beta := range []float64{-3, 0, 3} {
		c := DefaultLIF(100, 1)
		c.Balance = beta
		rates = append(rates, mat.Sum(states(t, spiking(t, c), noise(100, 1), 20))/8000)
	}
	t.Logf("rates %.3g", rates)
	if !(rates[0] < rates[1] && rates[1] < rates[2]) {
		t.Errorf("rates %v over a rising balance", rates)
	}
	c := DefaultLIF(100, 1)
	c.Balance = -2
	net := spiking(t, c).Net
	graph, err := c.EIConfig.Build()
	if err != nil {
		t.Fatal(err)
	}
	want, got := graph.Balance(), make([]float64, 100)
	for _, p := range net.Projections() {
		if err := p.Each(func(v sim.SynapseValue) {
			got[p.Target.Pop.First+v.Target] += v.Weight * 5 * 200 / 1000 / 200 // decay, rate, rheobase
		}); err != nil {
			t.Fatal(err)
		}
	}
	for i := range want {
		near(t, "signed sum", got[i], want[i], 1e-6) // stored as float32
	}
}

// Inhibitory plasticity brings neurons to one target rate, or each to its own, and so do gains. Gains leave the weights onto
// a neuron in proportion.
func TestSpikingAdaptation(t *testing.T) {
	for name, targets := range map[string][]float64{"one": HomogeneousTargets(100, 0.2),
		"of each": HeterogeneousTargets(100, 0.1, 0.4, rand.New(rand.NewPCG(1, 1))), "gains to that of each": HeterogeneousTargets(100, 0.1, 0.4, rand.New(rand.NewPCG(1, 1)))} {
		c := DefaultLIF(100, 1)
		c.Gains = strings.HasPrefix(name, "gains")
		c.Adaptive = !c.Gains
		s := spiking(t, c)
		before := means(states(t, s, noise(200, 5), 50))
		if err := (Adaptation{Targets: targets}).Run(s, noise(3000, 4)); err != nil {
			t.Fatal(err)
		}
		after := means(states(t, s, noise(600, 5), 50))
		was, is := distance(before, targets), distance(after, targets)
		t.Logf("%s: mean distance from the target rate %.3g before, %.3g after", name, was, is)
		if !(is < 0.04 && is < was/3) {
			t.Errorf("%s: mean distance from the target rate %.3g before, %.3g after", name, was, is)
		}
	}
}

func means(x *mat.Dense) []float64 {
	_, units := x.Dims()
	m := make([]float64, units)
	for i := range m {
		m[i] = stat.Mean(mat.Col(nil, i, x), nil)
	}
	return m
}

func distance(x, y []float64) float64 {
	sum := 0.0
	for i := range x {
		sum += math.Abs(x[i]-y[i]) / float64(len(x))
	}
	return sum
}

func TestSpikingRefusals(t *testing.T) {
	for field, change := range map[string]func(*SpikingConfig){
		"units":      func(c *SpikingConfig) { c.Units = 1 },
		"cells":      func(c *SpikingConfig) { c.Cells = Cells{} },
		"step":       func(c *SpikingConfig) { c.Step = 0.2 },
		"decay":      func(c *SpikingConfig) { c.Traces.Decay = 0 },
		"rise":       func(c *SpikingConfig) { c.Traces.Rise = 30 },
		"rate":       func(c *SpikingConfig) { c.Traces.Rate = math.NaN() },
		"bias":       func(c *SpikingConfig) { c.BiasE = [2]float64{2, 1} },
		"noise":      func(c *SpikingConfig) { c.Noise = -1 },
		"delay":      func(c *SpikingConfig) { c.Delay = 0 },
		"shape":      func(c *SpikingConfig) { c.In = NewDense(3, 1) },
		"Delta.Step": func(c *SpikingConfig) { c.Coder = coding.Delta{} },
	} {
		c := DefaultLIF(20, 1)
		change(&c)
		if _, err := c.Build(); err == nil || !strings.Contains(err.Error(), field) {
			t.Errorf("%s: error %v does not name it", field, err)
		}
	}
	s := spiking(t, DefaultLIF(20, 1))
	before := states(t, s, noise(5, 1), 4).RawRowView(0)
	for _, u := range [][]float64{nil, {1, 2}, {math.NaN()}} {
		if s.Step(u) == nil {
			t.Errorf("input %v was accepted", u)
		}
	}
	for i, x := range s.State() {
		near(t, "state after a refused input", x, before[i], 0)
	}
	var argument *ArgumentError
	if err := (Adaptation{Targets: HomogeneousTargets(20, 0.2)}).Run(s, noise(5, 1)); !errors.As(err, &argument) {
		t.Errorf("adaptation of static inhibition: %v", err)
	}
}

func TestSpikingStepsDoNotAllocate(t *testing.T) {
	c := DefaultLIF(100, 1)
	c.Adaptive = true
	s := spiking(t, c)
	u := []float64{0.3}
	step := func() {
		if err := s.Step(u); err != nil {
			t.Fatal(err)
		}
	}
	for range 50 {
		step()
	}
	if n := testing.AllocsPerRun(50, step); n > 0 {
		t.Errorf("%g allocations per step", n)
	}
}
