package plasticity

import (
	"testing"

	"github.com/glia-sim/glia/sim"
)

// BenchmarkUpdate is the time per synapse that a spike touches: one source and one target of 1000 each
// fire per tick, so that 2000 synapses of a million are touched.
func BenchmarkUpdate(b *testing.B) {
	three := ThreeFactor{Rule: unbounded(DefaultPairSTDP()), Tau: 1000, Signal: &Dopamine{Tau: 200}, Gain: 1e-3, WMax: 1}
	triplet, _ := TripletSet("visual cortex, full")
	for _, k := range []struct {
		name string
		rule sim.Rule
	}{{"pair additive", DefaultPairSTDP()}, {"pair general", PairSTDP{APlus: 0.01, AMinus: 0.01, TauPlus: 20, TauMinus: 20, WMax: 1, Dependence: Multiplicative}},
		{"triplet", triplet}, {"inhibitory", DefaultInhibitorySTDP()}, {"clopath LIF", DefaultClopathLIF()}, {"three factors", three}} {
		b.Run(k.name, func(b *testing.B) {
			const n = 1000
			s := &sim.Synapses{Target: make([]int32, n*n), Weight: make([]float64, n*n), Column: make([]uint32, n+1), ColumnSynapse: make([]uint32, n*n), ColumnSource: make([]int32, n*n)}
			for i := range n {
				for j := range n {
					s.Target[i*n+j], s.Weight[i*n+j] = int32(j), 0.5
					s.ColumnSynapse[j*n+i], s.ColumnSource[j*n+i] = uint32(i*n+j), int32(i)
				}
				s.Column[i+1] = uint32((i + 1) * n)
			}
			post, err := scripted{Times: make([][]float64, n)}.NewBlock(sim.BlockSpec{N: n, Clock: sim.Clock{DT: 1}})
			if err != nil {
				b.Fatal(err)
			}
			block, err := k.rule.NewRule(sim.RuleSpec{Clock: sim.Clock{DT: 1}, Sources: n, Targets: n, Synapses: s, Post: post})
			if err != nil {
				b.Fatal(err)
			}
			pre, fired := make([]sim.Span, 1), make([]sim.Span, 1)
			t := sim.Tick(0)
			for b.Loop() {
				t++
				i, j := uint32(t*7)%n, uint32(t*11)%n
				pre[0], fired[0] = sim.Span{Neuron: int32(i), Lo: i * n, Hi: i*n + n}, sim.Span{Neuron: int32(j), Lo: j * n, Hi: j*n + n}
				block.Update(t, pre, fired)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/(2*n), "ns/synapse")
		})
	}
}
