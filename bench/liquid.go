package bench

import (
	"context"
	"errors"

	"github.com/glia-sim/glia/experiments/dataset"
	"github.com/glia-sim/glia/networks"
	"github.com/glia-sim/glia/sim"
)

func nalsm() *Benchmark {
	return &Benchmark{
		Name:      "nalsm",
		TellsWork: true,
		OneWorker: true,
		Model:     "liquid of the experiment nalsm: 1000 neurons and 784 inputs, about 134 000 synapses with STDP steered by an astrocyte, generated digits of 20 ms each, dt 1 ms; 500 images after 2000, by which the weights have nearly settled",
		Quick:     "liquid of the experiment nalsm: 1000 neurons, 784 inputs; 20 images of 20 ms after 20",
		Measures: []Measure{
			{Name: "step_time", Unit: "us", Meaning: "processor time of a step of 1 ms", Reach: 60},
			{Name: "event_rate", Unit: "events/s/core", Meaning: "synaptic events, each with its plasticity, per second of processor time"},
			{Name: "liquid_rate", Unit: "Hz", Meaning: "mean rate of the liquid neurons"}},
		Run: runNALSM,
	}
}

func runNALSM(ctx context.Context, t *Trial) error {
	warmup, images := pick(t, 2000, 20), pick(t, 500, 20)
	set, err := dataset.Generate(seed, warmup+images, 0, 1)
	if err != nil {
		return err
	}
	if set.Train.Count < warmup+images {
		return errors.New("too few digits were drawn")
	}
	input := newPixels(set.Train)
	n, err := networks.DefaultLiquid(10, set.Train.Rows*set.Train.Cols).Build(seed, t.Workers, input)
	if err != nil {
		return err
	}
	if err := n.Net.Build(ctx); err != nil {
		return err
	}
	show := func(from, to int) error {
		for k := from; k < to; k++ {
			if err := n.Net.Quiet(uint64(k)); err != nil {
				return err
			}
			n.Astrocyte.Reset()
			input.show(k)
			if err := n.Net.Run(ctx, 20); err != nil {
				return err
			}
		}
		return nil
	}
	if err := show(0, warmup); err != nil {
		return err
	}
	n.LiquidSpikes.Reset()
	s, err := t.measure(n.Net, func() error { return show(warmup, warmup+images) })
	if err != nil {
		return err
	}
	t.reportCPU("step_time", s, s.cpu/s.ticks*1e6)
	t.reportCPU("event_rate", s, s.eventsPerCoreSecond())
	t.Report("liquid_rate", float64(n.LiquidSpikes.Total)/float64(n.Liquid.Size)/s.model)
	// An event reads its target and changes its weight; a spike of the liquid does so with the weights of its column, which lie
	// at scattered places. A neuron has two variables and its input.
	synapses := n.Net.Counts().Synapses
	columns := float64(n.LiquidSpikes.Total) * float64(synapses) / float64(n.Liquid.Size) / float64(s.events)
	w := Work{BytesPerEvent: wide + changed + columns*(column+changed), Vector: float64(synapses*value) / float64(t.Workers)}
	t.reportWork(s, w.updates(s, s.neurons, 3, t.Workers))
	return nil
}

// pixels is the input of the experiment nalsm: in each step, pixel i has an event with a probability in
// proportion to its value over the sum of its image's; the brightest pixel of all images has one in each step.
type pixels struct {
	set   dataset.LabeledImages
	scale float64
	p     []float64
	key   sim.Key
}

func newPixels(set dataset.LabeledImages) *pixels {
	x := &pixels{set: set, p: make([]float64, set.Rows*set.Cols)}
	for k := range set.Count {
		x.scale = max(x.scale, float64(brightest(set.At(k)))/float64(sum(set.At(k))))
	}
	return x
}

func brightest(image []byte) (most byte) {
	for _, p := range image {
		most = max(most, p)
	}
	return most
}

func sum(image []byte) (total int) {
	for _, p := range image {
		total += int(p)
	}
	return max(1, total)
}

// show chooses the image.
func (x *pixels) show(k int) {
	image := x.set.At(k)
	total := float64(sum(image))
	for i, p := range image {
		x.p[i] = float64(p) / total / x.scale
	}
	x.key = sim.NewKey(seed, "pixels").Sub(uint64(k))
}

// Validate has nothing to check.
func (x *pixels) Validate() error { return nil }

// NewInput gives the part that drives a block of input neurons.
func (x *pixels) NewInput(b sim.BlockSpec) (sim.InputBlock, error) {
	return &pixelBlock{x, b.First}, nil
}

type pixelBlock struct {
	*pixels
	first int
}

// Add gives the input neurons with an event five times the current that fires them.
func (b *pixelBlock) Add(t sim.Tick, in []float64) {
	draws := b.key.Draws(t)
	for i := range in {
		if p := b.p[b.first+i]; p > 0 && draws.Float64(uint64(b.first+i)) < p {
			in[i] += 100
		}
	}
}

// State lists the image.
func (b *pixelBlock) State(c *sim.Codec) { c.Values(&b.key, b.p) }
