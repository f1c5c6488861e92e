package sim

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// testNetwork is a network with a bit of everything: two populations, constant and spread delays,
// stores that push and that pull, plastic synapses, efficacies, noise.
func testNetwork(workers int) (*Network, *SpikeRecorder, *StateRecorder, *Projection) {
	n := New(Options{Seed: 7, DT: 0.5, Workers: workers})
	e := n.Populate("E", 83, testLIF{Tau: 10}).Initial("V", testUniform{0, 1})
	i := n.Populate("I", 21, testLIF{Tau: 8})
	n.Drive(e, "v", testNoise{0.12})
	n.Drive(i.Range(3, 20), Current, testNoise{0.1})
	n.Connect(e, i, testInDegree(9), Synapse{Weight: Constant(0.06), Delay: Constant(1), Receptor: "v"})
	n.Connect(i, e, testInDegree(5), Synapse{Weight: testUniform{-0.2, -0.05}, Delay: testUniform{1, 40}, Receptor: "v"})
	n.Connect(e.Range(0, 40), e.Range(30, 83), testInDegree(6), Synapse{Weight: testUniform{0, 0.1}, Delay: testUniform{1, 3}, Receptor: "v", Release: testRelease{}})
	p := n.Connect(e, e, testInDegree(8), Synapse{Weight: testUniform{0.01, 0.05}, Delay: testUniform{1, 2}, Receptor: "v", Plasticity: testRule{}})
	return n, n.RecordSpikes(SpikeOptions{}, e, i), n.RecordState(e.Range(10, 60), StateOptions{Variable: "V", Interval: 2.5, Neurons: []int{0, 49, 20}}), p
}

// testRule adds a little at each postsynaptic spike in proportion to how lately the source fired.
type testRule struct{}

func (testRule) Validate() error { return nil }
func (testRule) NewRule(s RuleSpec) (RuleBlock, error) {
	return &testRuleBlock{s: s, last: make([]Tick, s.Sources)}, nil
}

type testRuleBlock struct {
	s    RuleSpec
	last []Tick
}

func (b *testRuleBlock) Reset()         { clear(b.last) }
func (b *testRuleBlock) State(c *Codec) { c.Values(b.last) }
func (b *testRuleBlock) Update(t Tick, pre, post []Span) {
	for _, p := range post {
		for c := p.Lo; c < p.Hi; c++ {
			b.s.Synapses.Weight[b.s.Synapses.ColumnSynapse[c]] += 0.001 / float64(1+t-b.last[b.s.Synapses.ColumnSource[c]])
		}
	}
	for _, p := range pre {
		for k := p.Lo; k < p.Hi; k++ {
			b.s.Synapses.Weight[k] *= 0.999
		}
		b.last[p.Neuron] = t
	}
}

// testRelease halves the efficacy of spikes that follow one another within 5 ms.
type testRelease struct{}

func (testRelease) Validate() error { return nil }
func (testRelease) NewRelease(n int, c Clock) ReleaseBlock {
	r := &testReleaseBlock{clock: c, last: make([]Tick, n)}
	r.Reset()
	return r
}

type testReleaseBlock struct {
	clock Clock
	last  []Tick
}

func (r *testReleaseBlock) Reset() {
	for i := range r.last {
		r.last[i] = -1000
	}
}
func (r *testReleaseBlock) State(c *Codec) { c.PerNeuron(r.last) }
func (r *testReleaseBlock) Spike(i int, at Instant) float64 {
	f := 1.0
	if r.clock.MS(at.Tick-r.last[i]) < 5 {
		f = 0.5
	}
	r.last[i] = at.Tick
	return f
}

type outcome struct {
	spikes  []Spike
	times   []float64
	states  [][]float64
	weights []float64
	counts  Counts
}

func result(t *testing.T, n *Network, s *SpikeRecorder, v *StateRecorder, p *Projection) outcome {
	t.Helper()
	w, err := p.Weights()
	if err != nil {
		t.Fatal(err)
	}
	counts := n.Counts()
	counts.SynapticEvents = 0 // spikes in flight count when they are sent or when they arrive, by store
	return outcome{s.Spikes(), v.Times(), [][]float64{v.Values(0), v.Values(1), v.Values(2)}, w, counts}
}

func TestWorkersDoNotMatter(t *testing.T) {
	var want outcome
	for _, workers := range []int{1, 2, 3, 7, 16} {
		n, s, v, p := testNetwork(workers)
		mustRun(t, n, 300)
		got := result(t, n, s, v, p)
		if workers == 1 {
			want = got
			if len(got.spikes) < 500 || len(got.times) != 120 {
				t.Fatalf("the test network is too quiet to tell: %d spikes, %d samples", len(got.spikes), len(got.times))
			}
			continue
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%d workers: another result than 1 worker (%d spikes against %d)", workers, len(got.spikes), len(want.spikes))
		}
	}
}

func TestSplitRunEqualsWholeRun(t *testing.T) {
	whole, s1, v1, p1 := testNetwork(2)
	mustRun(t, whole, 150)
	split, s2, v2, p2 := testNetwork(2)
	for _, ms := range []float64{0.5, 1, 48.5, 0, 99.5, 0.5} {
		mustRun(t, split, ms)
	}
	if a, b := result(t, whole, s1, v1, p1), result(t, split, s2, v2, p2); !reflect.DeepEqual(a, b) {
		t.Errorf("runs of 150 ms in one and in six pieces differ: %d and %d spikes", len(a.spikes), len(b.spikes))
	}
}

func TestResetRepeatsTheTrial(t *testing.T) {
	n, s, _, p := testNetwork(2)
	if err := n.Build(context.Background()); err != nil {
		t.Fatal(err)
	}
	w := n.PlasticWeights(nil)
	mustRun(t, n, 60)
	first := append([]Spike(nil), s.Spikes()...)
	again := func(trial uint64) []Spike {
		s.Clear()
		if err := n.Reset(trial); err != nil {
			t.Fatal(err)
		}
		if err := n.SetPlasticWeights(w); err != nil {
			t.Fatal(err)
		}
		mustRun(t, n, 60)
		return s.Spikes()
	}
	if got := again(0); !reflect.DeepEqual(got, first) {
		t.Errorf("trial 0 again: %d spikes, first %d", len(got), len(first))
	}
	if got := again(1); reflect.DeepEqual(got, first) {
		t.Error("trial 1 repeats the start values of trial 0")
	}
	_ = p
}

// A spike fired at s acts through a delay d at s+d: on every kind of store.
func TestDelays(t *testing.T) {
	for _, kind := range []string{"pull", "push", "plastic", "efficacy"} {
		for _, delay := range []float64{0.1, 0.2, 1, 7.3, 100} {
			n := New(Options{DT: 0.1, Workers: 2})
			src := n.Populate("S", 2, testScript{{5, 90}, {6}})
			dst := n.Populate("T", 3, testLIF{Tau: 1e9})
			syn := Synapse{Weight: Constant(0.25), Delay: Constant(delay), Receptor: "v"}
			switch kind {
			case "push": // many delays, few synapses
				syn.Delay = testFixed{delay, 0.1, 150}
			case "plastic":
				syn.Plasticity = testStatic{}
			case "efficacy":
				syn.Release = testRelease{}
			}
			n.Connect(src, dst, testPairs{{0, 1}, {1, 2}}, syn)
			v := n.RecordState(dst, StateOptions{Variable: "V"})
			mustRun(t, n, 120)
			for k, want := range []func(tick int) float64{
				func(int) float64 { return 0 },
				func(tick int) float64 { return 0.25*step(tick >= 5+ticks(delay)) + 0.25*step(tick >= 90+ticks(delay)) },
				func(tick int) float64 { return 0.25 * step(tick >= 6+ticks(delay)) },
			} {
				got := v.Values(k)
				for s := range got {
					if w := want(s + 1); got[s]-w > 1e-6 || w-got[s] > 1e-6 {
						t.Fatalf("%s, delay %g: V of neuron %d at tick %d is %g, want %g", kind, delay, k, s+1, got[s], w)
					}
				}
			}
		}
	}
}

func ticks(ms float64) int { return int(ms/0.1 + 0.5) }

func step(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// testFixed always draws x but admits a wide range, so that the engine expects spread delays.
type testFixed struct{ x, lo, hi float64 }

func (testFixed) Validate() error          { return nil }
func (f testFixed) Draw(*Rand) float64     { return f.x }
func (f testFixed) Bounds() (a, b float64) { return f.lo, f.hi }

// testStatic is a rule that changes nothing.
type testStatic struct{}

func (testStatic) Validate() error                     { return nil }
func (testStatic) NewRule(RuleSpec) (RuleBlock, error) { return testStatic{}, nil }
func (testStatic) Reset()                              {}
func (testStatic) State(*Codec)                        {}
func (testStatic) Update(Tick, []Span, []Span)         {}

// A rule sees the two spikes of a pair at the times that Backpropagation says.
func TestBackpropagation(t *testing.T) {
	for _, k := range []struct {
		back      Backpropagation
		part      float64
		pre, post Tick // times on the synapse's clock for spikes at 10 and 12 and a delay of 4
	}{{Dendritic, 0, 10, 16}, {Axonal, 0, 14, 12}, {Emission, 0, 10, 12},
		// The synapse's clock is that of the source: only differences count.
		{Split, 0.5, 10, 12}, {Split, 0.25, 10, 10}, {Split, 0.75, 10, 14}, {Split, 0.125, 10, 9}} {
		log := &testLog{}
		n := New(Options{DT: 1, Workers: 1})
		src := n.Populate("S", 1, testScript{{10}})
		dst := n.Populate("T", 1, testLIF{Tau: 1e9})
		kick := n.Populate("K", 1, testScript{{11}})
		n.Connect(kick, dst, testPairs{{0, 0}}, Synapse{Weight: Constant(2), Delay: Constant(1), Receptor: "v"})
		n.Connect(src, dst, testPairs{{0, 0}}, Synapse{Weight: Constant(0), Delay: Constant(4), Receptor: "v", Plasticity: log, Backpropagation: k.back, DendriticPart: k.part})
		mustRun(t, n, 40)
		if !reflect.DeepEqual(log.pre, []Tick{k.pre}) || !reflect.DeepEqual(log.post, []Tick{k.post}) {
			t.Errorf("backpropagation %d (part %g): pre at %v, post at %v, want %d and %d", k.back, k.part, log.pre, log.post, k.pre, k.post)
		}
	}
}

type testLog struct{ pre, post []Tick }

func (l *testLog) Validate() error                     { return nil }
func (l *testLog) NewRule(RuleSpec) (RuleBlock, error) { return l, nil }
func (l *testLog) Reset()                              {}
func (l *testLog) State(c *Codec)                      { c.Values(&l.pre, &l.post) }
func (l *testLog) Update(t Tick, pre, post []Span) {
	for range pre {
		l.pre = append(l.pre, t)
	}
	for range post {
		l.post = append(l.post, t)
	}
}

func TestCancelKeepsWhatWasRecorded(t *testing.T) {
	n, s, v, p := testNetwork(3)
	ctx, cancel := context.WithCancel(context.Background())
	n.At(40, func(float64) error { cancel(); return nil })
	err := n.Run(ctx, 100)
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v, want one that wraps context.Canceled", err)
	}
	if n.Now() != 40 {
		t.Errorf("stopped at %g ms, want 40", n.Now())
	}
	mustRun(t, n, 60)
	whole, s2, v2, p2 := testNetwork(1)
	mustRun(t, whole, 100)
	if a, b := result(t, n, s, v, p), result(t, whole, s2, v2, p2); !reflect.DeepEqual(a, b) {
		t.Error("going on after a cancelled run gives another result than a run never stopped")
	}
}

func TestNaNStopsTheRun(t *testing.T) {
	for _, workers := range []int{1, 4} {
		n := New(Options{DT: 0.1, Workers: workers})
		n.Populate("good", 5, testLIF{Tau: 10})
		n.Populate("bad", 9, testLIF{Tau: 10, NaNAt: 77})
		err := n.Run(context.Background(), 50)
		var state *StateError
		if !errors.As(err, &state) {
			t.Fatalf("error %v, want a StateError", err)
		}
		if state.Population != "bad" || state.Neuron != 3 || state.Variable != "V" || state.Time < 7.7 || state.Time > 9 {
			t.Errorf("%+v: want neuron 3 of bad at 7.7 ms or shortly after", state)
		}
		if err := n.Run(context.Background(), 1); err == nil {
			t.Error("a broken network runs on")
		}
	}
}

func TestRecorderWindowsAndSubsets(t *testing.T) {
	n := New(Options{DT: 0.5, Workers: 2})
	src := n.Populate("S", 6, testScript{{2, 4, 6}, {4}, {}, {5, 6}, {6}, {4, 40}})
	other := n.Populate("O", 1, testScript{{4}})
	all := n.RecordSpikes(SpikeOptions{}, other, src)
	part := n.RecordSpikes(SpikeOptions{From: 1.5, To: 3}, src.Range(1, 5))
	var streamed []Spike
	n.RecordSpikes(SpikeOptions{Sink: func(s []Spike) error { streamed = append(streamed, s...); return nil }}, src, other)
	count := n.CountSpikes(src.Range(3, 6))
	mustRun(t, n, 30)
	spike := func(tick Tick, id int32) Spike { return Spike{Instant{Tick: tick}, id} }
	want := []Spike{spike(2, 0), spike(4, 0), spike(4, 1), spike(4, 5), spike(4, 6), spike(5, 3), spike(6, 0), spike(6, 3), spike(6, 4), spike(40, 5)}
	if !reflect.DeepEqual(all.Spikes(), want) {
		t.Errorf("all spikes: %v, want %v", all.Spikes(), want)
	}
	if !reflect.DeepEqual(streamed, want) {
		t.Errorf("streamed: %v, want %v", streamed, want)
	}
	if want := []Spike{spike(4, 1), spike(5, 3), spike(6, 3), spike(6, 4)}; !reflect.DeepEqual(part.Spikes(), want) {
		t.Errorf("part: %v, want %v", part.Spikes(), want)
	}
	if want := []int32{2, 1, 2}; !reflect.DeepEqual(count.PerNeuron, want) || count.Total != 5 {
		t.Errorf("counted %v (%d), want %v", count.PerNeuron, count.Total, want)
	}
	times, ids := part.Trains()
	if !reflect.DeepEqual(times, []float64{2, 2.5, 3, 3}) || !reflect.DeepEqual(ids, []int32{1, 3, 3, 4}) {
		t.Errorf("trains %v %v", times, ids)
	}
}

func TestWeightsCanBeReadAndSet(t *testing.T) {
	for _, plastic := range []bool{false, true} {
		var orders [][]SynapseValue
		for _, workers := range []int{1, 3} {
			n := New(Options{Seed: 3, Workers: workers})
			a, b := n.Populate("A", 10, testLIF{Tau: 10}), n.Populate("B", 7, testLIF{Tau: 10})
			syn := Synapse{Weight: testUniform{0, 1}, Delay: testUniform{0.1, 3}, Receptor: "v"}
			if plastic {
				syn.Plasticity = testStatic{}
			}
			n.Connect(a, a, testInDegree(4), Synapse{Weight: testUniform{5, 6}, Receptor: "v"})
			p := n.Connect(a, b, testInDegree(20), syn)
			if err := n.Build(context.Background()); err != nil {
				t.Fatal(err)
			}
			if p.Synapses() != 140 {
				t.Fatalf("%d synapses, want 140", p.Synapses())
			}
			w, err := p.Weights()
			if err != nil {
				t.Fatal(err)
			}
			for k := range w {
				w[k] = float64(k) / 256
			}
			if err := p.SetWeights(w); err != nil {
				t.Fatal(err)
			}
			var order []SynapseValue
			if err := p.Each(func(s SynapseValue) { order = append(order, s) }); err != nil {
				t.Fatal(err)
			}
			for k, s := range order {
				if s.Weight != float64(k)/256 {
					t.Fatalf("synapse %d has weight %g after setting it to %g", k, s.Weight, float64(k)/256)
				}
				if s.Delay < 0.1-1e-12 || s.Delay > 3+1e-12 {
					t.Fatalf("synapse %d has a delay of %g ms, want 0.1 to 3", k, s.Delay)
				}
			}
			orders = append(orders, order)
			if err := p.SetWeights(w[1:]); err == nil {
				t.Error("too few weights were taken")
			}
		}
		if !reflect.DeepEqual(orders[0], orders[1]) {
			t.Error("the order of synapses depends on the number of workers")
		}
	}
}

func TestMistakesAreReported(t *testing.T) {
	bad := map[string]func(n *Network, p *Population){
		"no receptor \"x\"":  func(n *Network, p *Population) { n.Connect(p, p, testInDegree(1), Synapse{Receptor: "x"}) },
		"no connection rule": func(n *Network, p *Population) { n.Connect(p, p, nil, Synapse{}) },
		"no negative delay":  func(n *Network, p *Population) { n.Connect(p, p, testInDegree(1), Synapse{Delay: Constant(-1)}) },
		"named \"P\"":        func(n *Network, p *Population) { n.Populate("P", 1, testLIF{Tau: 1}) },
		"size 0":             func(n *Network, p *Population) { n.Populate("Q", 0, testLIF{Tau: 1}) },
		"no model":           func(n *Network, p *Population) { n.Populate("Q", 1, nil) },
		"has no state variable \"W\"": func(n *Network, p *Population) {
			n.RecordState(p, StateOptions{Variable: "W"})
		},
		"multiple of the resolution": func(n *Network, p *Population) { n.Every(0.25, func(float64) error { return nil }) },
		"range 3 to 99":              func(n *Network, p *Population) { n.Connect(p.Range(3, 99), p, testInDegree(1), Synapse{}) },
		"gave source 7 of 5":         func(n *Network, p *Population) { n.Connect(p, p, testPairs{{7, 0}}, Synapse{Receptor: "v"}) },
		"is a source": func(n *Network, p *Population) {
			n.Connect(p, n.Populate("S", 1, testScript{{}}), testInDegree(1), Synapse{})
		},
	}
	for want, describe := range bad {
		n := New(Options{DT: 0.1, Workers: 2})
		describe(n, n.Populate("P", 5, testLIF{Tau: 10}))
		if err := n.Run(context.Background(), 1); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
	if err := New(Options{Workers: -2}).Run(context.Background(), 1); err == nil || !strings.Contains(err.Error(), "workers is -2") {
		t.Errorf("error %v, want one about workers", err)
	}
	n := New(Options{})
	p := n.Populate("P", 5, testLIF{Tau: 10})
	mustRun(t, n, 1)
	n.Connect(p, p, testInDegree(1), Synapse{Receptor: "v"})
	if err := n.Run(context.Background(), 1); err == nil || !strings.Contains(err.Error(), "after the network was built") {
		t.Errorf("error %v, want one about describing too late", err)
	}
}

func TestNoAllocationPerStep(t *testing.T) {
	n, s, _, _ := testNetwork(1)
	mustRun(t, n, 400)
	s.Clear()
	n.spikeRecs, n.stateRecs = nil, nil
	perRun := testing.AllocsPerRun(5, func() { mustRun(t, n, 100) }) // 200 ticks
	if perRun > 20 {
		t.Errorf("%g allocations in 200 ticks, want only the few of starting a run", perRun)
	}
}

func ExampleNetwork() {
	n := New(Options{Seed: 1, DT: 1, Workers: 2})
	source := n.Populate("source", 1, testScript{{10, 20}})
	target := n.Populate("target", 1, testLIF{Tau: 10})
	n.Connect(source, target, testPairs{{0, 0}}, Synapse{Weight: Constant(1.5), Delay: Constant(2), Receptor: "v"})
	rec := n.RecordSpikes(SpikeOptions{}, target)
	if err := n.Run(context.Background(), 50); err != nil {
		fmt.Println(err)
	}
	times, _ := rec.Trains()
	fmt.Println(times)
	// Output: [12 22]
}

// Float64 of a stream is that of math/rand/v2 on the same state.
func TestRandFloat64(t *testing.T) {
	a, b := NewRand(NewKey(1, "twin")), NewRand(NewKey(1, "twin"))
	for k := range 1000 {
		if x, y := a.Float64(), b.Rand.Float64(); x != y {
			t.Fatalf("draw %d is %g: want %g", k, x, y)
		}
	}
}
