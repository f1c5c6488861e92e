package glia

import (
	"fmt"
	"math"
	"slices"

	"github.com/glia-sim/glia/sim"
)

// Link joins a neuron and a cell: From a neuron To a cell where the cell listens, From a cell To a
// neuron where it speaks. Neurons count within their population.
type Link struct {
	From, To int
	Weight   float64
}

// linkTable finds the links of one end: entries start[i] to start[i+1]-1 belong to end i.
type linkTable struct {
	start  []int32
	other  []int32
	weight []float64
}

// tabulate checks links and sorts them by their From end, or by their To end; links of one end keep
// their order.
func tabulate(links []Link, froms, tos int, byTo bool, from, to string) (linkTable, error) {
	n := froms
	if byTo {
		n = tos
	}
	t := linkTable{start: make([]int32, n+1), other: make([]int32, len(links)), weight: make([]float64, len(links))}
	for k, l := range links {
		switch {
		case l.From < 0 || l.From >= froms:
			return t, fmt.Errorf("link %d comes from %s %d: want 0 to %d", k, from, l.From, froms-1)
		case l.To < 0 || l.To >= tos:
			return t, fmt.Errorf("link %d goes to %s %d: want 0 to %d", k, to, l.To, tos-1)
		case math.IsNaN(l.Weight) || math.IsInf(l.Weight, 0):
			return t, fmt.Errorf("link %d has weight %g: want a finite number", k, l.Weight)
		}
		end := l.From
		if byTo {
			end = l.To
		}
		t.start[end+1]++
	}
	for i := range n {
		t.start[i+1] += t.start[i]
	}
	next := slices.Clone(t.start)
	for _, l := range links {
		end, other := l.From, l.To
		if byTo {
			end, other = l.To, l.From
		}
		t.other[next[end]], t.weight[next[end]] = int32(other), l.Weight
		next[end]++
	}
	return t, nil
}

// deposit is something that reaches a cell at a time: weight units of a spike, or µM of transmitter.
type deposit struct {
	at     float64 // ms
	cell   int32
	amount float64
}

// feed brings deposits to cells.
type feed interface {
	// collect hands over, in the order of time, what reaches the cells up to and including the
	// time until [ms] and was not handed over before. The slice is reused.
	collect(until float64) []deposit
	reset()
	state(c *sim.Codec)
}

// ear is a feed of spikes: a recorder's sink with a delay.
type ear struct {
	clock   sim.Clock
	first   int32 // global id of the population's neuron 0
	delay   sim.Tick
	links   linkTable
	pending []sim.Spike // At is the time of arrival
	taken   int
	out     []deposit
}

// listen makes the spikes of a selection reach cells through links after a delay.
func listen(net *sim.Network, to sim.Selection, links []Link, cells int, delay float64) (*ear, error) {
	g := to.Group()
	e := &ear{clock: net.Clock(), first: int32(g.Pop.First)}
	var err error
	if e.delay, err = e.clock.Ticks(delay, "delay of spikes to astrocytes"); err != nil {
		return nil, err
	}
	if e.delay < 0 {
		return nil, fmt.Errorf("glia: delay is %g ms: want 0 or more", delay)
	}
	if e.links, err = tabulate(links, g.Pop.Size, cells, false, "neuron", "cell"); err != nil {
		return nil, fmt.Errorf("glia: listening to %s: %w", g.Pop.Name, err)
	}
	for k, l := range links {
		if l.Weight < 0 {
			return nil, fmt.Errorf("glia: listening to %s: link %d has weight %g: want 0 or more", g.Pop.Name, k, l.Weight)
		}
	}
	net.RecordSpikes(sim.SpikeOptions{Sink: e.hear}, g)
	return e, nil
}

func (e *ear) hear(spikes []sim.Spike) error {
	for _, s := range spikes {
		if i := s.ID - e.first; e.links.start[i] == e.links.start[i+1] {
			continue
		}
		s.At.Tick += e.delay
		e.pending = append(e.pending, s)
	}
	return nil
}

func (e *ear) collect(until float64) []deposit {
	e.out = e.out[:0]
	for ; e.taken < len(e.pending); e.taken++ {
		s := e.pending[e.taken]
		at := e.clock.InstantMS(s.At)
		if at > until {
			break
		}
		i := s.ID - e.first
		for k := e.links.start[i]; k < e.links.start[i+1]; k++ {
			e.out = append(e.out, deposit{at, e.links.other[k], e.links.weight[k]})
		}
	}
	if 2*e.taken > len(e.pending) {
		n := copy(e.pending, e.pending[e.taken:])
		e.pending, e.taken = e.pending[:n], 0
	}
	return e.out
}

func (e *ear) reset() { e.pending, e.taken = e.pending[:0], 0 }

func (e *ear) state(c *sim.Codec) {
	e.pending = append(e.pending[:0], e.pending[e.taken:]...)
	e.taken = 0
	c.Values(&e.pending)
	c.Loaded(func() error {
		for _, s := range e.pending {
			if i := s.ID - e.first; i < 0 || int(i) >= len(e.links.start)-1 {
				return fmt.Errorf("a spike of neuron %d is under way to the cells", i)
			}
		}
		return nil
	})
}

// Everyone links each of n neurons to one cell.
func Everyone(n, cell int, weight float64) []Link {
	links := make([]Link, n)
	for i := range links {
		links[i] = Link{i, cell, weight}
	}
	return links
}

// Pairwise links neuron (or cell) i to cell (or neuron) i.
func Pairwise(n int, weight float64) []Link {
	links := make([]Link, n)
	for i := range links {
		links[i] = Link{i, i, weight}
	}
	return links
}
