package synapses

import (
	"context"
	"fmt"
	"testing"

	"github.com/glia-sim/glia/sim"
)

// BenchmarkDraw measures one draw of each distribution.
func BenchmarkDraw(b *testing.B) {
	for _, d := range []sim.Distribution{
		Normal{Mean: 1, SD: 0.1}, KeepSign(87.8, 8.78), TickOrMore(1.5, 0.75, 0.1), LogNormal{Sigma: 1}, Uniform{Hi: 1},
		Exponential{Mean: 1}, Gamma{Shape: 2, Scale: 1}, Choice{Values: []float64{3, -3}},
	} {
		b.Run(fmt.Sprintf("%T/%+v", d, d), func(b *testing.B) {
			r := sim.NewRand(sim.NewKey(1, "bench"))
			for b.Loop() {
				d.Draw(r)
			}
		})
	}
}

// BenchmarkSources measures how long a rule takes to name one source.
func BenchmarkSources(b *testing.B) {
	const n = 10000
	at, err := RandomCuboid(n, [3]float64{1, 1, 1}, sim.Key{})
	if err != nil {
		b.Fatal(err)
	}
	w := placed(at, at)
	for _, rule := range []sim.Connector{
		Bernoulli{P: 0.1}, FixedInDegree{K: 1000}, FixedInDegree{K: 1000, Multapses: Forbidden}, FixedTotal{N: 1000 * n},
		DistanceDependent{Kernel: Gaussian{C: 0.2, Lambda: 0.3}},
		DistanceDependent{Kernel: Gaussian{C: 0.2, Lambda: 0.1}, Cutoff: 0.25},
	} {
		b.Run(fmt.Sprintf("%T/%+v", rule, rule), func(b *testing.B) {
			plan, err := rule.Plan(w)
			if err != nil {
				b.Fatal(err)
			}
			r := sim.NewRand(sim.NewKey(1, "bench"))
			var dst []int32
			drawn, j := 0, 0
			for b.Loop() {
				dst = plan.Sources(dst[:0], j%n, r)
				drawn += len(dst)
				j++
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(drawn), "ns/synapse")
		})
	}
}

// BenchmarkPlan measures what is drawn before the network is built.
func BenchmarkPlan(b *testing.B) {
	const n, synapses = 10000, 10_000_000
	for _, rule := range []sim.Connector{
		FixedTotal{N: synapses}, FixedTotal{N: synapses, Autapses: Forbidden}, FixedTotal{N: synapses, Multapses: Forbidden},
		FixedOutDegree{K: synapses / n}, FixedOutDegree{K: synapses / n, Multapses: Forbidden},
	} {
		b.Run(fmt.Sprintf("%T/%+v", rule, rule), func(b *testing.B) {
			for b.Loop() {
				if _, err := rule.Plan(recurrent(n, n, 0)); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/synapses, "ns/synapse")
		})
	}
}

// BenchmarkBuild measures the building of a projection of a million synapses on one worker.
func BenchmarkBuild(b *testing.B) {
	const n, k = 10000, 100
	for _, rule := range []sim.Connector{FixedInDegree{K: k}, FixedTotal{N: n * k}} {
		for _, c := range []struct {
			name string
			syn  sim.Synapse
		}{
			{"constant", sim.Synapse{Delay: sim.Constant(1.5)}},
			{"normal", sim.Synapse{Weight: KeepSign(87.8, 8.78), Delay: TickOrMore(1.5, 0.75, 0.1)}},
		} {
			b.Run(fmt.Sprintf("%T/%s", rule, c.name), func(b *testing.B) {
				for b.Loop() {
					net := sim.New(sim.Options{Workers: 1})
					pop := net.Populate("pop", n, script{})
					net.Connect(pop, pop, rule, c.syn)
					if err := net.Build(context.Background()); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/(n*k), "ns/synapse")
			})
		}
	}
}
