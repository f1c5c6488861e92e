package sim

import (
	"fmt"
	"slices"
)

// Spike is one recorded spike.
type Spike struct {
	At Instant
	ID int32 // global: Population.First plus the index in the population
}

// SpikeOptions says which spikes a recorder keeps.
type SpikeOptions struct {
	From float64 // ms; spikes after From
	To   float64 // ms; and up to To are kept; 0 means no end
	// Sink, if set, gets the spikes of each window in order, instead of memory; the slice is reused.
	Sink func([]Spike) error
}

// SpikeRecorder keeps spikes in the order of (time, id), whatever the number of workers.
type SpikeRecorder struct {
	net      *Network
	groups   []Group
	from, to Tick
	sink     func([]Spike) error
	spikes   []Spike
}

// RecordSpikes records the spikes of one or more groups.
func (n *Network) RecordSpikes(opt SpikeOptions, of ...Selection) *SpikeRecorder {
	r := &SpikeRecorder{net: n, sink: opt.Sink, to: never}
	var err error
	if r.from, err = n.clock.Ticks(opt.From, "start of recording"); err != nil {
		n.fail(err)
	}
	if opt.To != 0 {
		if r.to, err = n.clock.Ticks(opt.To, "end of recording"); err != nil {
			n.fail(err)
		}
	}
	if r.to <= r.from {
		n.fail(fmt.Errorf("sim: recording from %g to %g ms: want an end after the start", opt.From, opt.To))
	}
	for _, s := range of {
		r.groups = append(r.groups, s.Group())
	}
	slices.SortFunc(r.groups, func(a, b Group) int { return a.Pop.First + a.Lo - b.Pop.First - b.Lo })
	n.spikeRecs = append(n.spikeRecs, r)
	return r
}

func (r *SpikeRecorder) collect(n *Network, from, to Tick) error {
	if r.sink != nil {
		r.spikes = r.spikes[:0]
	}
	for t := max(from, r.from) + 1; t <= min(to, r.to); t++ {
		start, lags := len(r.spikes), false
		for _, g := range r.groups {
			for _, l := range n.hist.of(g.Pop, t) {
				for k, i := range l.ids {
					if int(i) < g.Lo || int(i) >= g.Hi {
						continue
					}
					s := Spike{Instant{Tick: t}, i + int32(g.Pop.First)}
					if l.lags != nil {
						s.At.Lag = l.lags[k]
						lags = lags || s.At.Lag != 0
					}
					r.spikes = append(r.spikes, s)
				}
			}
		}
		if lags {
			slices.SortStableFunc(r.spikes[start:], func(a, b Spike) int {
				switch {
				case a.At.Before(b.At):
					return -1
				case b.At.Before(a.At):
					return 1
				}
				return int(a.ID) - int(b.ID)
			})
		}
	}
	if r.sink != nil && len(r.spikes) > 0 {
		if err := r.sink(r.spikes); err != nil {
			return fmt.Errorf("sim: writing recorded spikes: %w", err)
		}
	}
	return nil
}

// Spikes gives what has been recorded in memory, in order. The slice is the recorder's own.
func (r *SpikeRecorder) Spikes() []Spike { return r.spikes }

// Trains gives the recorded spikes as parallel slices: times [ms] and global ids.
func (r *SpikeRecorder) Trains() (times []float64, ids []int32) {
	times, ids = make([]float64, len(r.spikes)), make([]int32, len(r.spikes))
	for k, s := range r.spikes {
		times[k], ids[k] = r.net.clock.InstantMS(s.At), s.ID
	}
	return times, ids
}

// Clear forgets what has been recorded.
func (r *SpikeRecorder) Clear() { r.spikes = r.spikes[:0] }

// StateOptions says what a state recorder samples.
type StateOptions struct {
	Variable string
	Interval float64 // ms between samples; 0 means every tick
	From, To float64 // ms; samples at From, From+Interval, … up to To; To 0 means no end
	Neurons  []int   // indices in the group; nil for all
	// Sink, if set, gets each sample instead of memory; the slice is reused.
	Sink func(ms float64, values []float64) error
}

// StateRecorder samples a state variable of some neurons.
type StateRecorder struct {
	net             *Network
	opt             StateOptions
	group           Group
	from, to, every Tick
	neurons         []int // population indices
	parts           []statePart
	event           bool
	times           []float64
	values          []float64 // sample by sample
	row             []float64
}

// statePart is what one partition contributes.
type statePart struct {
	column  []int // of the sample
	local   []int // index in the block
	v       *Variable
	block   *block
	buf     []float64
	pending []Tick
}

// Sampler is implemented by event-driven blocks whose state variables are those of the last event:
// it gives the value that variable v (index in Variables) of neuron i has at a later instant.
type Sampler interface {
	Sample(v, i int, now Instant) float64
}

// RecordState samples a state variable.
func (n *Network) RecordState(of Selection, opt StateOptions) *StateRecorder {
	g := of.Group()
	r := &StateRecorder{net: n, opt: opt, group: g, to: never, every: 1}
	var err error
	set := func(dst *Tick, ms float64, what string) {
		if err == nil {
			*dst, err = n.clock.Ticks(ms, what)
		}
	}
	set(&r.from, opt.From, "start of recording")
	if opt.Interval != 0 {
		set(&r.every, opt.Interval, "sampling interval")
	}
	if opt.To != 0 {
		set(&r.to, opt.To, "end of recording")
	}
	if err == nil && r.every < 1 {
		err = fmt.Errorf("sim: sampling interval is %g ms: want at least dt", opt.Interval)
	}
	if opt.Neurons == nil {
		for i := g.Lo; i < g.Hi; i++ {
			r.neurons = append(r.neurons, i)
		}
	}
	for _, i := range opt.Neurons {
		if i < 0 || i >= g.Size() {
			err = fmt.Errorf("sim: recording of neuron %d: the group has %d", i, g.Size())
			break
		}
		r.neurons = append(r.neurons, g.Lo+i)
	}
	if err != nil {
		n.fail(err)
	}
	if n.describing("RecordState") {
		n.stateRecs = append(n.stateRecs, r)
	}
	return r
}

// bind finds the neurons in the partitions.
func (r *StateRecorder) bind(n *Network) error {
	r.row = make([]float64, len(r.neurons))
	for _, p := range n.parts {
		b := p.blocks[r.group.Pop.index]
		v := variable(b.state, r.opt.Variable)
		if v == nil {
			return fmt.Errorf("sim: population %s has no state variable %q: it has %s", b.pop.Name, r.opt.Variable, variableNames(b.state))
		}
		part := statePart{v: v, block: b}
		for c, i := range r.neurons {
			if i >= b.lo && i < b.lo+b.n {
				part.column, part.local = append(part.column, c), append(part.local, i-b.lo)
			}
		}
		r.parts = append(r.parts, part)
		r.event = b.queue != nil
	}
	if r.event {
		// The state of event-driven neurons is known between windows only: let windows end at samples.
		first := r.from
		if first == 0 {
			first = r.every
		}
		n.timers = append(n.timers, &timer{first: first, next: first, every: r.every, fire: func(Tick) error { return nil }})
	}
	return nil
}

func (r *StateRecorder) due(t Tick) bool {
	return t >= r.from && t <= r.to && (t-r.from)%r.every == 0
}

// sample is called by each partition after tick t.
func (r *StateRecorder) sample(p *partition, t Tick) {
	if r.event || !r.due(t) {
		return
	}
	part := &r.parts[p.index]
	part.pending = append(part.pending, t)
	for _, i := range part.local {
		part.buf = append(part.buf, part.v.At(i))
	}
}

// collect puts the partitions' samples together, between windows.
func (r *StateRecorder) collect(n *Network, to Tick) error {
	if r.event {
		if r.due(to) {
			for k := range r.parts {
				r.parts[k].sampleEvent(r, to)
			}
		}
	}
	for s, t := range r.parts[0].pending {
		for _, part := range r.parts {
			for c, col := range part.column {
				r.row[col] = part.buf[s*len(part.column)+c]
			}
		}
		if r.opt.Sink != nil {
			if err := r.opt.Sink(n.clock.MS(t), r.row); err != nil {
				return fmt.Errorf("sim: writing samples of %s: %w", r.opt.Variable, err)
			}
			continue
		}
		r.times = append(r.times, n.clock.MS(t))
		r.values = append(r.values, r.row...)
	}
	for k := range r.parts {
		r.parts[k].pending, r.parts[k].buf = r.parts[k].pending[:0], r.parts[k].buf[:0]
	}
	return nil
}

func (p *statePart) sampleEvent(r *StateRecorder, t Tick) {
	p.pending = append(p.pending, t)
	s, ok := p.block.state.(Sampler)
	v := 0
	for k, x := range p.block.state.Variables() {
		if x.Name == r.opt.Variable {
			v = k
		}
	}
	for _, i := range p.local {
		x := p.v.At(i)
		if ok {
			x = s.Sample(v, i, Instant{Tick: t})
		}
		p.buf = append(p.buf, x)
	}
}

// Times gives the times of the samples [ms].
func (r *StateRecorder) Times() []float64 { return r.times }

// Values gives the samples of the k-th recorded neuron, in the unit of the variable.
func (r *StateRecorder) Values(k int) []float64 {
	v := make([]float64, len(r.times))
	for s := range v {
		v[s] = r.values[s*len(r.neurons)+k]
	}
	return v
}

// Counter counts spikes of a group.
type Counter struct {
	group Group
	// PerNeuron is the number of spikes of each neuron of the group since the last Reset.
	PerNeuron []int32
	// Total is their sum.
	Total int64
}

// CountSpikes counts the spikes of a group, from now on.
func (n *Network) CountSpikes(of Selection) *Counter {
	g := of.Group()
	c := &Counter{group: g, PerNeuron: make([]int32, g.Size())}
	n.counters = append(n.counters, c)
	return c
}

// Reset starts to count from zero.
func (c *Counter) Reset() {
	clear(c.PerNeuron)
	c.Total = 0
}

func (c *Counter) collect(n *Network, from, to Tick) {
	for t := from + 1; t <= to; t++ {
		for _, l := range n.hist.of(c.group.Pop, t) {
			for _, i := range l.ids {
				if k := int(i) - c.group.Lo; uint(k) < uint(len(c.PerNeuron)) {
					c.PerNeuron[k]++
					c.Total++
				}
			}
		}
	}
}
