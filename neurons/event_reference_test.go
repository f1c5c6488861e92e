package neurons

import (
	"container/heap"
	"slices"
	"testing"

	"github.com/glia-sim/glia/sim"
)

// A plain sequential simulator of event-driven populations: one heap of events, no windows, no
// calendar, no partitions. It shares the neurons' equations with the engine, and the synapses that
// the engine drew; everything about when and in which order things happen is its own.

func (e *eventTimes) times() *eventTimes { return e }

type timedNeuron interface {
	eventNeuron
	times() *eventTimes
}

// LIFDelta has a loop of its own; here it goes neuron by neuron like the others.
func (l *lifDeltaEvent) touch(a *sim.Arrivals, k int) bool {
	s := &l.state[a.Neurons[k]]
	return l.arrive(s, exp(l.rate*s.since(l.clock, a.At)), a.In[0][k], k < a.Due)
}

func (*lifDeltaEvent) lost(*sim.Arrivals, int) {}

type plainEvent struct {
	at                 sim.Instant
	proj, source       int // -1: an announced spike
	delay              sim.Tick
	pop, neuron, input int
	weight             float64
	pushed             int // equals keep their order
}

func (a plainEvent) compare(b plainEvent) int {
	if c := compareInstants(a.at, b.at); c != 0 {
		return c
	}
	for _, d := range [...]int{a.proj - b.proj, a.source - b.source, int(a.delay - b.delay), a.pushed - b.pushed} {
		if d != 0 {
			return d
		}
	}
	return 0
}

type plainQueue []plainEvent

func (q plainQueue) Len() int           { return len(q) }
func (q plainQueue) Less(i, j int) bool { return q[i].compare(q[j]) < 0 }
func (q plainQueue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *plainQueue) Push(e any)        { *q = append(*q, e.(plainEvent)) }
func (q *plainQueue) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}

// plainRun simulates ms of a built network; trains are the spikes of its population 0, a SpikeListEvent.
func plainRun(t *testing.T, net *sim.Network, trains [][]float64, ms float64) []sim.Spike {
	clock, pops := net.Clock(), net.Populations()
	end, _ := clock.Ticks(ms, "duration")
	neurons := make([]timedNeuron, len(pops))
	inputs := make([][][]float64, len(pops))
	due := make([][]sim.Instant, len(pops))
	for p, pop := range pops[1:] {
		b, err := pop.Model.NewBlock(sim.BlockSpec{N: pop.Size, Size: pop.Size, Clock: clock})
		if err != nil {
			t.Fatal(err)
		}
		neurons[p+1] = b.(timedNeuron)
		due[p+1] = make([]sim.Instant, pop.Size)
		for range pop.Model.Receptors() {
			inputs[p+1] = append(inputs[p+1], make([]float64, pop.Size))
		}
	}
	outgoing := make([][]plainEvent, net.Counts().Neurons) // at is the delay
	for k, proj := range net.Projections() {
		target := slices.Index(pops, proj.Target.Pop)
		if err := proj.Each(func(v sim.SynapseValue) {
			delay, _ := clock.Ticks(v.Delay, "delay")
			input := 0
			if len(inputs[target]) == 2 && v.Weight < 0 {
				input = 1
			}
			i := proj.Source.Pop.First + v.Source
			outgoing[i] = append(outgoing[i], plainEvent{proj: k, source: v.Source, delay: delay, pop: target, neuron: v.Target, input: input, weight: v.Weight})
		}); err != nil {
			t.Fatal(err)
		}
	}
	var queue plainQueue
	pushed := 0
	push := func(e plainEvent) {
		if e.at.Tick <= end {
			pushed++
			e.pushed = pushed
			heap.Push(&queue, e)
		}
	}
	var spikes []sim.Spike
	emit := func(id int, at sim.Instant) {
		spikes = append(spikes, sim.Spike{At: at, ID: int32(id)})
		for _, e := range outgoing[id] {
			e.at = sim.Instant{Tick: at.Tick + e.delay, Lag: at.Lag}
			push(e)
		}
	}
	for i, train := range trains {
		for _, x := range train {
			push(plainEvent{at: exactly(clock, x), proj: -1, pop: 0, neuron: i})
		}
	}
	for p, n := range neurons {
		for i := 0; p > 0 && i < pops[p].Size; i++ {
			due[p][i] = n.next(int32(i))
			push(plainEvent{at: due[p][i], proj: -1, pop: p, neuron: i})
		}
	}
	for len(queue) > 0 {
		now := queue[0].at
		var touched [][2]int
		for len(queue) > 0 && queue[0].at == now {
			e := heap.Pop(&queue).(plainEvent)
			switch {
			case e.proj >= 0:
				inputs[e.pop][e.input][e.neuron] += e.weight
			case e.pop == 0:
				emit(e.neuron, now)
				continue
			case due[e.pop][e.neuron] != now:
				continue // announced before something else reached the neuron
			}
			if w := [2]int{e.pop, e.neuron}; !slices.Contains(touched, w) {
				touched = append(touched, w)
			}
		}
		for _, w := range touched {
			p, i := w[0], int32(w[1])
			n, e := neurons[p], neurons[p].times()
			a := &sim.Arrivals{At: now, Neurons: []int32{i}}
			if due[p][i] == now {
				a.Due = 1
			}
			for _, in := range inputs[p] {
				a.In = append(a.In, []float64{in[i]})
				in[i] = 0
			}
			switch {
			case a.Due == 0 && e.state[i].isHeld(now):
				n.lost(a, 0)
			case n.touch(a, 0):
				e.state[i].last = plus(clock, now, e.rest)
				emit(pops[p].First+w[1], now)
			default:
				e.state[i].last = now
			}
			due[p][i] = n.next(i)
			push(plainEvent{at: due[p][i], proj: -1, pop: p, neuron: w[1]})
		}
	}
	slices.SortFunc(spikes, func(a, b sim.Spike) int {
		if c := compareInstants(a.At, b.At); c != 0 {
			return c
		}
		return int(a.ID - b.ID)
	})
	return spikes
}
