package synapses

import (
	"context"
	"reflect"
	"strings"
	"testing"

	"github.com/glia-sim/glia/sim"
)

// Procedural synapses are the stored ones, and a network runs the same on either, for any number of
// workers.
func TestProceduralEqualsStored(t *testing.T) {
	for _, multapses := range []Permission{Allowed, Forbidden} {
		var want []sim.SynapseValue
		var spikes []sim.Spike
		for _, procedural := range []bool{false, true} {
			for _, workers := range []int{1, 2, 3} {
				net := sim.New(sim.Options{Seed: 9, DT: 1, Workers: workers})
				a, b := net.Populate("a", 60, ramp{}), net.Populate("b", 40, ramp{})
				rule := FixedOutDegree{K: 7, Autapses: Forbidden, Multapses: multapses}
				// Weights of a power of two, so that sums do not depend on how stores are merged.
				p := net.Connect(a.Range(5, 60), a.Range(0, 50), rule, sim.Synapse{Weight: sim.Constant(0.25), Delay: sim.Constant(3), Procedural: procedural})
				q := net.Connect(a, b, rule, sim.Synapse{Weight: sim.Constant(0.5), Delay: sim.Constant(1), Procedural: procedural})
				rec := net.RecordSpikes(sim.SpikeOptions{}, a, b)
				if err := net.Run(context.Background(), 60); err != nil {
					t.Fatal(err)
				}
				var got []sim.SynapseValue
				for _, x := range []*sim.Projection{p, q} {
					if err := x.Each(func(s sim.SynapseValue) { got = append(got, s) }); err != nil {
						t.Fatal(err)
					}
				}
				if p.Synapses() != 385 || q.Synapses() != 420 || len(got) != 805 {
					t.Fatalf("%d and %d synapses, %d seen: want 385, 420, 805", p.Synapses(), q.Synapses(), len(got))
				}
				if want == nil {
					want, spikes = got, rec.Spikes()
					if len(spikes) < 200 {
						t.Fatalf("%d spikes are too few to tell", len(spikes))
					}
					continue
				}
				if !reflect.DeepEqual(got, want) {
					t.Errorf("procedural %t, %d workers: other synapses", procedural, workers)
				}
				if !reflect.DeepEqual(rec.Spikes(), spikes) {
					t.Errorf("procedural %t, %d workers: %d spikes, stored %d", procedural, workers, len(rec.Spikes()), len(spikes))
				}
			}
		}
	}
}

func TestProceduralNeedsARuleBySource(t *testing.T) {
	for want, s := range map[string]struct {
		rule sim.Connector
		syn  sim.Synapse
	}{
		"source by source":  {FixedInDegree{K: 2}, sim.Synapse{Procedural: true}},
		"a constant weight": {FixedOutDegree{K: 2}, sim.Synapse{Procedural: true, Weight: Uniform{Lo: 0, Hi: 1}}},
	} {
		net := sim.New(sim.Options{})
		a := net.Populate("a", 10, ramp{})
		net.Connect(a, a, s.rule, s.syn)
		if err := net.Err(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
}

// ramp is a neuron that climbs by its own slope and by its input, and starts again at 16.
type ramp struct{}

func (ramp) Validate() error     { return nil }
func (ramp) Receptors() []string { return []string{"v"} }
func (ramp) NewBlock(b sim.BlockSpec) (sim.Block, error) {
	return &rampBlock{v: make([]float64, b.N), first: b.First}, nil
}

type rampBlock struct {
	v     []float64
	first int
}

func (b *rampBlock) Variables() []sim.Variable { return []sim.Variable{{Name: "v", Values: b.v}} }
func (b *rampBlock) Reset(sim.Key)             { clear(b.v) }
func (b *rampBlock) State(c *sim.Codec)        { c.PerNeuron(b.v) }
func (b *rampBlock) Step(_ sim.Tick, in [][]float64, spikes []int32) []int32 {
	for i := range b.v {
		b.v[i] += 0.5 + float64((b.first+i)%4)/8
		if in[0] != nil {
			b.v[i] += in[0][i]
		}
		if b.v[i] >= 16 {
			b.v[i] = 0
			spikes = append(spikes, int32(i))
		}
	}
	return spikes
}

// BenchmarkProcedural compares delivery from stored synapses and from synapses drawn anew: 100 of 10 000
// sources fire in each tick.
func BenchmarkProcedural(b *testing.B) {
	for _, procedural := range []bool{false, true} {
		for _, k := range []int{100, 1000} {
			b.Run(map[bool]string{false: "stored", true: "procedural"}[procedural]+"/"+map[int]string{100: "100", 1000: "1000"}[k], func(b *testing.B) {
				net := sim.New(sim.Options{Seed: 1, DT: 1, Workers: 1})
				src := net.Populate("source", 10000, clockwork{every: 100})
				dst := net.Populate("target", 20000, ramp{})
				net.Connect(src, dst, FixedOutDegree{K: k}, sim.Synapse{Weight: sim.Constant(-1), Delay: sim.Constant(1), Procedural: procedural})
				if err := net.Run(context.Background(), 200); err != nil {
					b.Fatal(err)
				}
				before := net.Counts().SynapticEvents
				b.ResetTimer()
				if err := net.Run(context.Background(), float64(b.N)); err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(net.Counts().SynapticEvents-before), "ns/event")
			})
		}
	}
}

// clockwork fires neuron i at ticks i, i+every, ...
type clockwork struct{ every int }

func (clockwork) Validate() error     { return nil }
func (clockwork) Receptors() []string { return nil }
func (c clockwork) NewBlock(b sim.BlockSpec) (sim.Block, error) {
	return clockworkBlock{c.every, b.First, b.N}, nil
}

type clockworkBlock struct{ every, first, n int }

func (clockworkBlock) Variables() []sim.Variable { return nil }
func (clockworkBlock) Reset(sim.Key)             {}
func (clockworkBlock) State(*sim.Codec)          {}
func (c clockworkBlock) Step(t sim.Tick, _ [][]float64, spikes []int32) []int32 {
	for i := 0; i < c.n; i++ {
		if (int(t)-c.first-i)%c.every == 0 {
			spikes = append(spikes, int32(i))
		}
	}
	return spikes
}
