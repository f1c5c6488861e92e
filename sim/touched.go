package sim

import (
	"slices"

	"github.com/glia-sim/glia/sim/mem"
)

// Arrivals is what happens to the neurons of an event-driven block at one instant. Everything in it is the
// engine's own, and valid during the call.
type Arrivals struct {
	At      Instant
	Neurons []int32 // those that something reaches, each once, in any order
	// Due says how many of them, from the first on, have their announced spike now.
	Due int
	// In[r][k] is the sum of all weights that reach receptor r of Neurons[k] at this instant.
	In [][]float64
	// Next lists neurons that will be touched soon, most likely at the next instant: a block with little to do per
	// neuron does well to ask for their state meanwhile (mem.PrefetchAll). It may be empty.
	Next []int32
}

// begin empties the touched for another instant.
func (q *eventQueue) begin(now Instant) {
	t := &q.touched
	t.At, t.Due = now, 0
	t.Neurons = t.Neurons[:0]
	for r := range t.In {
		t.In[r] = t.In[r][:0]
	}
	q.placed = 0
}

// list gives the place of neuron i among the touched, where it is put if it is not there.
//
// Touched and place are a sparse set (Briggs and Torczon 1993, ACM Letters on Programming Languages and
// Systems 2): a place is believed if the neuron stands there, so that none need be cleared.
func (q *eventQueue) list(i int32) uint32 {
	t := &q.touched
	if len(t.Neurons) == 0 { // often the only one: its place is left for the second to find out
		q.append(i)
		return 0
	}
	for ; q.placed < len(t.Neurons); q.placed++ {
		q.place[t.Neurons[q.placed]] = uint32(q.placed)
	}
	if k := q.place[i]; int(k) < len(t.Neurons) && t.Neurons[k] == i {
		return k
	}
	k := uint32(len(t.Neurons))
	q.append(i)
	q.place[i] = k
	q.placed++
	return k
}

// append puts neuron i behind the touched, with no input yet.
func (q *eventQueue) append(i int32) {
	t := &q.touched
	t.Neurons = append(t.Neurons, i)
	for r := range t.In {
		t.In[r] = append(t.In[r], 0)
	}
}

// scatter adds a run of synapses to the input of their targets. The slots of all receptors of an
// event-driven block follow one another, n apart.
func scatter[S uint16 | uint32](q *eventQueue, a arrival, slots []S, base int, weight []float32, constant float64) {
	if weight != nil {
		weight = weight[a.lo:a.hi]
	}
	if len(q.touched.Neurons) == 0 && alone(q, a, slots, base, weight, constant) {
		return
	}
	if q.block.n >= foreseen {
		q.touched.Next = appendTargets(q.touched.Next[:0], q, slots, base)
		mem.PrefetchAll(q.place, q.touched.Next)
	}
	w := float64(constant * a.factor)
	first, n := q.block.slot, q.block.n
	for k, s := range slots {
		if weight != nil {
			w = float64(float64(weight[k]) * a.factor)
		}
		i, r := int(s)+base-first, 0
		for i >= n {
			i -= n
			r++
		}
		place := q.list(int32(i))
		q.touched.In[r][place] += w
	}
}

// alone is scatter for the first run of an instant, if its targets rise and lie on one receptor: no neuron is
// there twice, so nobody need look where it stands, and memory is written in sequence. It says whether that
// was so.
func alone[S uint16 | uint32](q *eventQueue, a arrival, slots []S, base int, weight []float32, constant float64) bool {
	t := &q.touched
	shift, r := base-q.block.slot, 0
	for int(slots[0])+shift >= q.block.n {
		shift -= q.block.n
		r++
	}
	neurons := slices.Grow(t.Neurons, len(slots))[:len(slots)]
	last := -1
	for k, s := range slots {
		i := int(s) + shift
		if i <= last {
			return false
		}
		neurons[k], last = int32(i), i
	}
	if last >= q.block.n {
		return false
	}
	t.Neurons = neurons
	for k, in := range t.In {
		in = slices.Grow(in, len(slots))[:len(slots)]
		t.In[k] = in
		switch {
		case k != r:
			clear(in)
		case weight != nil:
			for j, w := range weight[:len(in)] {
				in[j] = 0 + float64(float64(w)*a.factor) // 0 + makes 0 of -0, as in a sum
			}
		default:
			w := 0 + float64(constant*a.factor)
			for j := range in {
				in[j] = w
			}
		}
	}
	return true
}

// appendTargets appends the neurons that slots stand for.
func appendTargets[S uint16 | uint32](neurons []int32, q *eventQueue, slots []S, base int) []int32 {
	neurons = slices.Grow(neurons, len(slots))[:len(slots)]
	for k, s := range slots {
		i := int(s) + base - q.block.slot
		for i >= q.block.n {
			i -= q.block.n
		}
		neurons[k] = int32(i)
	}
	return neurons
}
