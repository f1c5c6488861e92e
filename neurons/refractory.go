package neurons

import (
	"cmp"
	"slices"

	"github.com/glia-sim/glia/sim"
)

// refractory holds the membrane potential of neurons that have just spiked. The update loops know
// nothing of it: they advance every neuron, list those at or above threshold, and leave it to settle
// to put the few refractory ones back. That is cheaper than a counter tested per neuron and step.
type refractory struct {
	ticks sim.Tick   // length of the refractory time
	until []sim.Tick // last tick at which the neuron is held; below the current tick if it is not
	held  []int32    // held neurons, in the order of their spikes; the first `head` are free again
	head  int
}

func newRefractory(n int, ticks sim.Tick) refractory {
	r := refractory{ticks: ticks, until: make([]sim.Tick, n)}
	if ticks > 0 {
		// A neuron is in the queue at most once, and half of the room is free for freed ones.
		r.held = make([]int32, 0, 2*n)
	}
	return r
}

func (r *refractory) reset() {
	clear(r.until)
	r.held, r.head = r.held[:0], 0
}

// state lists until when neurons are held; the queue follows from it.
func (r *refractory) state(c *sim.Codec) {
	c.PerNeuron(r.until)
	c.Loaded(func() error {
		r.held, r.head = r.held[:0], 0
		for i, t := range r.until {
			if t > c.Now() && r.ticks > 0 {
				r.held = append(r.held, int32(i))
			}
		}
		slices.SortStableFunc(r.held, func(a, b int32) int { return cmp.Compare(r.until[a], r.until[b]) })
		return nil
	})
}

// settle completes a step. From spikes[first:], the neurons found at or above threshold at tick t, it
// strikes those that are refractory; it puts v of the refractory and of the spiking neurons to
// potential, and holds the latter for the coming ticks.
func (r *refractory) settle(t sim.Tick, v []float64, potential float64, spikes []int32, first int) []int32 {
	r.free(t)
	for _, i := range r.held[r.head:] {
		v[i] = potential
	}
	fired := spikes[:first]
	for _, i := range spikes[first:] {
		if r.until[i] < t {
			v[i] = potential
			fired = append(fired, i)
		}
	}
	r.hold(t, fired[first:])
	return fired
}

// free lets go of the neurons whose refractory time is over at tick t.
func (r *refractory) free(t sim.Tick) {
	for r.head < len(r.held) && r.until[r.held[r.head]] < t {
		r.head++
	}
}

// hold makes neurons refractory that spike at tick t.
func (r *refractory) hold(t sim.Tick, fired []int32) {
	if r.ticks == 0 {
		return
	}
	if len(r.held)+len(fired) > cap(r.held) {
		r.held, r.head = r.held[:copy(r.held, r.held[r.head:])], 0
	}
	for _, i := range fired {
		r.until[i] = t + r.ticks
	}
	r.held = append(r.held, fired...)
}
