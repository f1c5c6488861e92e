package glia

import (
	"fmt"
	"math"

	"github.com/glia-sim/glia/sim"
)

// SlowInwardCurrent is how a cell's calcium becomes a current into neurons (Nadkarni and Jung 2003):
//
//	y = (C - Threshold)/(1 nM),   I = Scale ln y  if y > 1,  else 0
type SlowInwardCurrent struct {
	Threshold float64 // calcium above which current flows [µM]
	Scale     float64 // pA
}

// DefaultSlowInwardCurrent gives NEST's values: 0.19669 µM and 1 pA.
func DefaultSlowInwardCurrent() SlowInwardCurrent {
	return SlowInwardCurrent{Threshold: 0.19669, Scale: 1}
}

// Validate names the first parameter out of range.
func (s SlowInwardCurrent) Validate() error {
	c := checks{typ: "SlowInwardCurrent"}
	c.notNegative("Threshold", s.Threshold, "µM")
	c.finite("Scale", s.Scale, "pA")
	return c.err
}

// At gives the current [pA] at a concentration of calcium [µM].
func (s SlowInwardCurrent) At(c float64) float64 {
	if y := (c - s.Threshold) * 1000; y > 1 {
		return s.Scale * math.Log(y)
	}
	return 0
}

// CellCurrent is the slow inward current of a set of cells as a device for neurons with a receptor
// sim.Current. The current during the step (t-dt, t] is that of the calcium at t - dt - delay, as in
// NEST, where a neuron first feels in the next step what reaches it at a grid point. It holds between
// two steps of the cells; where the delay is shorter than the interval at which the cells are updated,
// the latest known current holds until the update.
type CellCurrent struct {
	model  SlowInwardCurrent
	delay  float64
	step   float64 // ms between samples
	cells  int
	links  []Link
	err    error
	ring   [][]float64 // current of every cell, by sample
	active []bool      // whether any cell of the sample has current
	latest int         // sample number; sample k is the state at k steps
}

func newCellCurrent(model SlowInwardCurrent, links []Link, delay float64, cells int, c cadence) *CellCurrent {
	d := &CellCurrent{model: model, delay: delay, step: c.Step, cells: cells, links: links, err: model.Validate()}
	if d.err == nil {
		d.err = c.validate("CellCurrent")
	}
	if !(delay >= 0) || delay > 1e6 {
		d.err = fmt.Errorf("glia: delay of the slow inward current is %g ms: want 0 to 1e6", delay)
	}
	if d.err == nil {
		d.ring = make([][]float64, int((delay+c.Interval)/c.Step)+3)
		for k := range d.ring {
			d.ring[k] = make([]float64, cells)
		}
		d.active = make([]bool, len(d.ring))
	}
	return d
}

// Validate reports what was wrong with the parameters.
func (d *CellCurrent) Validate() error { return d.err }

// restart begins anew with the calcium at time 0.
func (d *CellCurrent) restart(ca []float64) {
	d.latest = -1
	d.sample(ca)
}

// sample takes the calcium after one more step.
func (d *CellCurrent) sample(ca []float64) {
	d.latest++
	k := d.latest % len(d.ring)
	row := d.ring[k]
	d.active[k] = false
	for i, c := range ca {
		row[i] = d.model.At(c)
		if row[i] != 0 {
			d.active[k] = true
		}
	}
}

func (d *CellCurrent) state(c *sim.Codec) {
	if d.err != nil {
		return
	}
	c.Values(d.ring, d.active, &d.latest)
	c.Loaded(func() error {
		if d.latest < 0 {
			return fmt.Errorf("%d samples of a slow inward current", d.latest)
		}
		for _, row := range d.ring {
			if len(row) != d.cells {
				return fmt.Errorf("a slow inward current of %d cells: want %d", len(row), d.cells)
			}
		}
		return nil
	})
}

// NewInput makes the part that drives a block of neurons.
func (d *CellCurrent) NewInput(b sim.BlockSpec) (sim.InputBlock, error) {
	t, err := tabulate(d.links, d.cells, b.Size, true, "cell", "neuron")
	if err != nil {
		return nil, fmt.Errorf("glia: slow inward current: %w", err)
	}
	return &cellCurrentBlock{dev: d, links: t, first: b.First, dt: b.Clock.DT, held: make([]float64, b.N), sample: -1}, nil
}

type cellCurrentBlock struct {
	dev    *CellCurrent
	links  linkTable
	first  int
	dt     float64
	held   []float64 // current of each neuron
	sample int       // of which sample
	flows  bool
}

func (b *cellCurrentBlock) Add(t sim.Tick, in []float64) {
	d := b.dev
	k := int(math.Floor((float64(t-1)*b.dt-d.delay)/d.step + 1e-6))
	if k < 0 {
		return
	}
	if k = min(k, d.latest); k != b.sample {
		b.take(k)
	}
	if !b.flows {
		return
	}
	for i, x := range b.held {
		in[i] += x
	}
}

// take sums the current of each neuron's cells at sample k.
func (b *cellCurrentBlock) take(k int) {
	d := b.dev
	b.sample = k
	b.flows = d.active[k%len(d.ring)]
	if !b.flows {
		return
	}
	row := d.ring[k%len(d.ring)]
	for i := range b.held {
		sum := 0.0
		for l := b.links.start[b.first+i]; l < b.links.start[b.first+i+1]; l++ {
			sum += b.links.weight[l] * row[b.links.other[l]]
		}
		b.held[i] = sum
	}
}

// Reset forgets what was held, since time may have been put back.
func (b *cellCurrentBlock) Reset(uint64) { b.sample = -1 }

// State is empty: the sample is taken again. The samples are the cells' to save.
func (b *cellCurrentBlock) State(c *sim.Codec) {
	c.Loaded(func() error { b.sample = -1; return nil })
}
