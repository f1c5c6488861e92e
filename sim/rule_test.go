package sim

import (
	"cmp"
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// testFollower is a rule that follows the state of its targets between spikes, and puts off what it
// does to the weights.
type testFollower struct{ log *[]string }

func (testFollower) Validate() error { return nil }
func (f testFollower) NewRule(s RuleSpec) (RuleBlock, error) {
	return &testFollowerBlock{f.log, s, 0}, nil
}

type testFollowerBlock struct {
	log *[]string
	s   RuleSpec
	due float64
}

func (b *testFollowerBlock) Tick(t Tick) {
	*b.log = append(*b.log, fmt.Sprintf("tick %d V %g", t, b.s.Post.Variables()[0].Values[0]))
	b.due++
}
func (b *testFollowerBlock) Update(t Tick, pre, post []Span) {
	*b.log = append(*b.log, fmt.Sprintf("update %d: %d %d", t, len(pre), len(post)))
}
func (b *testFollowerBlock) Reset()         {}
func (b *testFollowerBlock) State(c *Codec) { c.Values(&b.due) }
func (b *testFollowerBlock) Settle() {
	b.s.Synapses.Weight[0] += b.due
	b.due = 0
}

// A rule that wants it is called at every tick, before the spikes of the tick, with the state of the
// tick before; the synapses' clock is Lag behind.
func TestRuleTicks(t *testing.T) {
	for _, k := range []struct {
		back Backpropagation
		lag  Tick
		want []string // of ticks 4 and 5: a spike at 2 with a delay of 3, that makes the target fire at 5
	}{
		{Dendritic, 3, []string{"tick 5 V 0", "update 2: 1 0", "tick 6 V 0"}},
		{Axonal, 0, []string{"tick 5 V 0", "update 5: 1 0", "update 5: 0 1", "tick 6 V 0"}},
	} {
		log := []string{}
		n := New(Options{DT: 1, Workers: 1})
		src := n.Populate("S", 1, testScript{{2}})
		dst := n.Populate("T", 1, testLIF{Tau: 1e9})
		p := n.Connect(src, dst, testPairs{{0, 0}}, Synapse{Weight: Constant(2), Delay: Constant(3), Receptor: "v", Plasticity: testFollower{&log}, Backpropagation: k.back})
		mustRun(t, n, 6)
		if got := log[4:]; !reflect.DeepEqual(got[:len(k.want)], k.want) {
			t.Errorf("backpropagation %d: %q, want %q", k.back, got, k.want)
		}
		if lag := p.stores[0].(*plasticRows).segments[0].rule.(*testFollowerBlock).s.Lag; lag != k.lag {
			t.Errorf("backpropagation %d: lag %d, want %d", k.back, lag, k.lag)
		}
		// What is due is settled before weights are read or set.
		if w, err := p.Weights(); err != nil || w[0] != 8 {
			t.Errorf("weight %v (%v), want 2 and 1 for each tick", w, err)
		}
		mustRun(t, n, 1)
		if err := p.SetWeights([]float64{5}); err != nil {
			t.Fatal(err)
		}
		if w := n.PlasticWeights(nil).stores[0][0]; w != 5 {
			t.Errorf("weight %g after setting it to 5", w)
		}
		mustRun(t, n, 2)
		if err := p.ChangeWeights(func(s SynapseValue) float64 { return -s.Weight }); err != nil {
			t.Fatal(err)
		}
		if w := n.PlasticWeights(nil).stores[0][0]; w != -7 {
			t.Errorf("weight %g after changing the sign of 7", w)
		}
	}
}

func TestChangeWeightsOfEveryStore(t *testing.T) {
	for _, workers := range []int{1, 3} {
		for _, syn := range []Synapse{
			{Weight: testUniform{0, 1}, Receptor: "v"},
			{Weight: testUniform{0, 1}, Receptor: "v", Delay: testUniform{0.1, 30}},
			{Weight: testUniform{0, 1}, Receptor: "v", Delay: testUniform{0.1, 3}, Plasticity: testStatic{}},
		} {
			n := New(Options{Seed: 3, Workers: workers})
			a := n.Populate("A", 10, testLIF{Tau: 10})
			p := n.Connect(a, a, testInDegree(4), syn)
			if err := n.Build(context.Background()); err != nil {
				t.Fatal(err)
			}
			if err := p.ChangeWeights(func(s SynapseValue) float64 { return float64(s.Source*16 + s.Target) }); err != nil {
				t.Fatal(err)
			}
			if err := p.Each(func(s SynapseValue) {
				if s.Weight != float64(s.Source*16+s.Target) {
					t.Errorf("synapse from %d to %d has weight %g", s.Source, s.Target, s.Weight)
				}
			}); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// testMover is a rule that can be rewired; its blocks remember where each synapse came from.
type testMover struct{ testStatic }

func (testMover) NewRule(s RuleSpec) (RuleBlock, error) {
	b := &testMoverBlock{s: s, id: make([]float64, len(s.Synapses.Weight))}
	for k := range b.id {
		b.id[k] = s.Synapses.Weight[k]
	}
	return b, nil
}

type testMoverBlock struct {
	testStatic
	s  RuleSpec
	id []float64 // the weight of each synapse at the start
}

func (b *testMoverBlock) State(c *Codec) { c.PerSynapse(b.id) }
func (b *testMoverBlock) Rewired(from []uint32) {
	old := append([]float64(nil), b.id...)
	for k, f := range from {
		b.id[k] = -1
		if f != NewSynapse {
			b.id[k] = old[f]
		}
	}
}

func TestRewire(t *testing.T) {
	var want []SynapseValue
	for _, workers := range []int{1, 2, 5} {
		n := New(Options{Seed: 3, DT: 0.5, Workers: workers})
		a, b := n.Populate("A", 30, testLIF{Tau: 10}), n.Populate("B", 11, testLIF{Tau: 10})
		p := n.Connect(a.Range(5, 30), b, testInDegree(6), Synapse{Weight: testUniform{0, 1}, Delay: testUniform{0.5, 2}, Receptor: "v", Plasticity: testMover{}})
		if err := n.Build(context.Background()); err != nil {
			t.Fatal(err)
		}
		var expected []SynapseValue
		last := -1
		if err := p.Rewire(func(target int, in []SynapseValue) {
			if target <= last || len(in) != 6 {
				t.Errorf("target %d with %d synapses after target %d", target, len(in), last)
			}
			last = target
			for k := range in {
				if in[k].Target != target || k > 0 && (in[k].Delay < in[k-1].Delay || in[k].Delay == in[k-1].Delay && in[k].Source < in[k-1].Source) {
					t.Errorf("synapses of target %d: %v", target, in)
				}
			}
			for k := range in {
				if k%3 == 1 {
					in[k].Source, in[k].Weight = 5+(in[k].Source*7+target)%25, 2
				}
			}
			expected = append(expected, in...)
		}); err != nil {
			t.Fatal(err)
		}
		var got []SynapseValue
		if err := p.Each(func(s SynapseValue) { got = append(got, s) }); err != nil {
			t.Fatal(err)
		}
		order := func(a, b SynapseValue) int {
			return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.Target, b.Target), cmp.Compare(a.Delay, b.Delay), cmp.Compare(a.Weight, b.Weight))
		}
		slices.SortFunc(expected, order)
		if sorted := slices.SortedFunc(slices.Values(got), order); !reflect.DeepEqual(sorted, expected) {
			t.Errorf("%d workers: after rewiring %v, want %v", workers, sorted, expected)
		}
		if workers == 1 {
			want = got
		} else if !reflect.DeepEqual(got, want) {
			t.Errorf("%d workers: another order of synapses than 1 worker", workers)
		}
		for _, st := range p.stores {
			for _, s := range st.(*plasticRows).segments {
				checkColumns(t, &s)
				if s.rule == nil {
					continue
				}
				for k, id := range s.rule.(*testMoverBlock).id {
					if s.Weight[k] != 2 && id != s.Weight[k] {
						t.Errorf("a synapse with weight %g was told to be the one that had %g", s.Weight[k], id)
					}
				}
			}
		}
		mustRun(t, n, 10)
	}
}

// checkColumns checks that rows and columns of a segment are two views of the same synapses.
func checkColumns(t *testing.T, s *plasticSegment) {
	t.Helper()
	seen := make([]bool, len(s.Weight))
	for j := range len(s.Column) - 1 {
		for c := s.Column[j]; c < s.Column[j+1]; c++ {
			k := s.ColumnSynapse[c]
			row := int(s.ColumnSource[c]) - 5
			if seen[k] || int(s.Target[k]) != j || k < s.Row[row] || k >= s.Row[row+1] {
				t.Fatalf("column entry %d of target %d: synapse %d of source %d does not fit the rows", c, j, k, s.ColumnSource[c])
			}
			seen[k] = true
		}
	}
}

func TestRewireMistakes(t *testing.T) {
	for want, syn := range map[string]Synapse{
		"has no plasticity":      {Receptor: "v"},
		"cannot be rewired":      {Receptor: "v", Plasticity: testRule{}},
		"source 99 for target 0": {Receptor: "v", Plasticity: testMover{}},
	} {
		n := New(Options{DT: 0.5, Workers: 2})
		a := n.Populate("A", 10, testLIF{Tau: 10})
		p := n.Connect(a, a, testInDegree(2), syn)
		f := func(_ int, in []SynapseValue) { in[0].Source = 99 }
		if err := p.Rewire(f); err == nil {
			t.Error("a network not built was rewired")
		}
		if err := n.Build(context.Background()); err != nil {
			t.Fatal(err)
		}
		if err := p.Rewire(f); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
}
