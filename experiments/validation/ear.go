package validation

import (
	"context"
	"math"
	"sync"

	"github.com/glia-sim/glia/neurons"
	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/synapses"
)

// ear is a neuron model that never fires and notes what reaches it.
type ear struct{ log *earLog }

type earLog struct {
	mu       sync.Mutex
	arrivals []heardWeight
}

type heardWeight struct {
	tick   sim.Tick
	neuron int
	weight float64
}

func (ear) Validate() error     { return nil }
func (ear) Receptors() []string { return []string{"in"} }

func (m ear) NewBlock(b sim.BlockSpec) (sim.Block, error) { return &earBlock{m, b}, nil }

type earBlock struct {
	ear
	spec sim.BlockSpec
}

func (*earBlock) Variables() []sim.Variable { return nil }
func (*earBlock) Reset(sim.Key)             {}
func (*earBlock) State(*sim.Codec)          {}

func (b *earBlock) Step(t sim.Tick, in [][]float64, spikes []int32) []int32 {
	if b.log == nil || in[0] == nil {
		return spikes
	}
	for i, w := range in[0] {
		if w != 0 {
			b.log.mu.Lock()
			b.log.arrivals = append(b.log.arrivals, heardWeight{t, b.spec.First + i, w})
			b.log.mu.Unlock()
		}
	}
	return spikes
}

// actor is a neuron model whose neurons fire at given times whatever reaches them: the two ends of a
// plastic synapse.
type actor struct{ trains [][]float64 } // ms, in rising order

func (actor) Validate() error     { return nil }
func (actor) Receptors() []string { return []string{"in"} }

func (m actor) NewBlock(b sim.BlockSpec) (sim.Block, error) {
	a := &actorBlock{fire: map[sim.Tick][]int32{}}
	for i := range b.N {
		for _, ms := range m.trains[b.First+i] {
			t := sim.Tick(math.Round(ms / b.Clock.DT))
			a.fire[t] = append(a.fire[t], int32(i))
		}
	}
	return a, nil
}

type actorBlock struct{ fire map[sim.Tick][]int32 } // neurons, in rising order

func (*actorBlock) Variables() []sim.Variable { return nil }
func (*actorBlock) Reset(sim.Key)             {}
func (*actorBlock) State(*sim.Codec)          {}

func (a *actorBlock) Step(t sim.Tick, _ [][]float64, spikes []int32) []int32 {
	return append(spikes, a.fire[t]...)
}

// listen sends trains [ms] through a projection onto n ears and gives what reaches them.
func listen(ctx context.Context, dt, ms float64, trains [][]float64, n int, rule sim.Connector, syn sim.Synapse) ([]heardWeight, error) {
	log := &earLog{}
	net := sim.New(sim.Options{Seed: 1, DT: dt, Workers: 1})
	source := net.Populate("source", len(trains), neurons.SpikeList{Times: trains})
	net.Connect(source, net.Populate("ears", n, ear{log}), rule, syn)
	err := net.Run(ctx, ms)
	return log.arrivals, err
}

// wire builds a projection between silent neurons and visits its synapses. With one group it is
// recurrent: sources and targets are the same neurons.
func wire(ctx context.Context, seed uint64, workers int, sources, targets [][3]float64, ns, nt int, recurrent bool, rule sim.Connector, syn sim.Synapse, visit func(sim.SynapseValue)) error {
	net := sim.New(sim.Options{Seed: seed, Workers: workers})
	from := net.Populate("from", ns, ear{})
	to := from
	if !recurrent {
		to = net.Populate("to", nt, ear{})
	}
	if sources != nil {
		from.At(sources)
	}
	if targets != nil {
		to.At(targets)
	}
	p := net.Connect(from, to, rule, syn)
	if err := net.Build(ctx); err != nil {
		return err
	}
	return p.Each(visit)
}

// oneToOne is the rule that the comparisons of single synapses use.
var oneToOne = synapses.OneToOne{}
