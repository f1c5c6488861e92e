package nalsm

import (
	"fmt"

	"github.com/glia-sim/glia/sim"
)

// inputEvents is the input device. Of an image pixel i has an event with probability p_i in each step,
// drawn anew; a recording has its events at their steps. An event is a current of 100, five times the
// threshold of the input neuron.
type inputEvents struct {
	active   []int32
	p        []float64
	key      sim.Key
	recorded [][]int32
	start    sim.Tick // the recording's first step is the next one
}

const eventCurrent = 100

// Validate has nothing to check.
func (e *inputEvents) Validate() error { return nil }

// NewInput gives the part that drives a stretch of the input neurons.
func (e *inputEvents) NewInput(b sim.BlockSpec) (sim.InputBlock, error) {
	return &eventBlock{e, b.First, b.N}, nil
}

type eventBlock struct {
	e        *inputEvents
	first, n int
}

// Add draws the events of a step.
func (b *eventBlock) Add(t sim.Tick, in []float64) {
	draws := b.e.key.Draws(t)
	for k, i := range b.e.active {
		if j := int(i) - b.first; j >= 0 && j < b.n && draws.Float64(uint64(i)) < b.e.p[k] {
			in[j] += eventCurrent
		}
	}
	if k := t - b.e.start - 1; k >= 0 && k < sim.Tick(len(b.e.recorded)) {
		for _, i := range b.e.recorded[k] {
			if j := int(i) - b.first; j >= 0 && j < b.n {
				in[j] += eventCurrent
			}
		}
	}
}

// State lists the stimulus, which all parts have in common.
func (b *eventBlock) State(c *sim.Codec) {
	e := b.e
	c.Values(&e.active, &e.p, &e.key, &e.recorded, &e.start)
	c.Loaded(func() error {
		if len(e.active) != len(e.p) {
			return fmt.Errorf("%d pixels with %d probabilities", len(e.active), len(e.p))
		}
		return nil
	})
}

// show sets the image: pixels over their sum, over the constant of the set. The key decides the draws.
func (e *inputEvents) show(pixels []byte, scale float64, key sim.Key) {
	e.key = key
	e.active, e.p, e.recorded = e.active[:0], e.p[:0], nil
	sum := 0
	for _, p := range pixels {
		sum += int(p)
	}
	for i, p := range pixels {
		if p > 0 {
			e.active = append(e.active, int32(i))
			e.p = append(e.p, float64(p)/float64(sum)/scale)
		}
	}
}

// play sets the recorded events of the steps after tick now.
func (e *inputEvents) play(steps [][]int32, now sim.Tick) {
	e.active, e.p = e.active[:0], e.p[:0]
	e.recorded, e.start = steps, now
}
