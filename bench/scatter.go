package bench

import (
	"context"
	"time"

	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/synapses"
)

// runLength is how many additions of scatter one spike makes. It is long, so that what a run costs besides hides among
// them, and short beside the vectors: neighbours of a run share no cache line.
const runLength = 1024

// scatter gives additions per second at random places of a vector of so many bytes by one worker: a network in which
// nothing but the delivery of spikes takes time. All of its sources fire in every step, and its targets do nothing; each
// source has synapses of constant weight at runLength random places, in rising order, as rows have them.
func (t *Trial) scatter(ctx context.Context, bytes, additions int) (float64, error) {
	opt := t.options()
	opt.Workers = 1
	net := sim.New(opt)
	sources := net.Populate("sources", additions/runLength, idle{fires: true})
	targets := net.Populate("targets", bytes/8, idle{})
	step := net.Clock().DT
	net.Connect(sources, targets, synapses.FixedOutDegree{K: runLength}, sim.Synapse{Weight: sim.Constant(1), Delay: sim.Constant(step)})
	if err := net.Build(ctx); err != nil {
		return 0, err
	}
	if err := net.Run(ctx, 2*step); err != nil { // in the second step the first spikes arrive, and touch all memory
		return 0, err
	}
	best := 0.0
	for range passes {
		events, start := net.Counts().SynapticEvents, time.Now()
		if err := net.Run(ctx, step); err != nil {
			return 0, err
		}
		best = max(best, float64(net.Counts().SynapticEvents-events)/time.Since(start).Seconds())
	}
	return best, nil
}

// idle is a neuron that costs nothing: it fires in every step or never, and leaves its input where it was added.
type idle struct{ fires bool }

func (idle) Validate() error     { return nil }
func (idle) Receptors() []string { return []string{"in"} }

func (m idle) NewBlock(b sim.BlockSpec) (sim.Block, error) {
	x := idleBlock{}
	if m.fires {
		x.spikes = make([]int32, b.N)
		for i := range x.spikes {
			x.spikes[i] = int32(i)
		}
	}
	return x, nil
}

type idleBlock struct{ spikes []int32 }

func (idleBlock) Variables() []sim.Variable { return nil }
func (idleBlock) Reset(sim.Key)             {}
func (idleBlock) State(*sim.Codec)          {}
func (idleBlock) ClearsInput()              {} // it has not read it

func (b idleBlock) Step(_ sim.Tick, _ [][]float64, spikes []int32) []int32 {
	return append(spikes, b.spikes...)
}
