package glia

import (
	"fmt"

	"github.com/glia-sim/glia/sim"
)

// LiRinzelCells is a set of Li-Rinzel astrocytes: a sim.Process to be added with
// net.AddProcess(cells, interval).
//
// In each step the cells are integrated; then the spikes that arrived during the step raise IP3; then
// the current that the cells send is taken from the new calcium. With a Step equal to the resolution of
// the network this is NEST's order of events.
type LiRinzelCells struct {
	Model LiRinzel
	// IP3 and Ca [µM] and H are the live states, one value per cell.
	IP3, Ca, H []float64
	// External is a flow of calcium into each cell [µM/ms], in force from the next step on. It is set by
	// the user; Reset leaves it alone.
	External []float64

	cadence
	feeds    []feed
	currents []*CellCurrent
	glia     *releaseSites
}

// NewLiRinzelCells makes n cells that are updated every interval ms and integrated in steps of step ms
// (0 means the interval).
func NewLiRinzelCells(model LiRinzel, n int, interval, step float64) (*LiRinzelCells, error) {
	if n < 1 {
		return nil, fmt.Errorf("glia: %d cells: want 1 or more", n)
	}
	a := &LiRinzelCells{Model: model, cadence: cadence{interval, step}, IP3: make([]float64, n), Ca: make([]float64, n),
		H: make([]float64, n), External: make([]float64, n)}
	if err := a.Validate(); err != nil {
		return nil, err
	}
	a.Reset()
	return a, nil
}

// Validate names the first parameter out of range.
func (a *LiRinzelCells) Validate() error {
	if err := a.Model.Validate(); err != nil {
		return err
	}
	return a.validate("LiRinzelCells")
}

// Len is the number of cells.
func (a *LiRinzelCells) Len() int { return len(a.Ca) }

// Listen lets the spikes of neurons raise the IP3 of the cells that the links say, delay ms after the
// spike, by Model.Delta times the weight. It fails on links that lead nowhere and on negative weights.
func (a *LiRinzelCells) Listen(net *sim.Network, to sim.Selection, links []Link, delay float64) error {
	e, err := listen(net, to, links, a.Len(), delay)
	if err == nil {
		a.feeds = append(a.feeds, e)
	}
	return err
}

// Current gives the slow inward current of the cells as a device, to be attached with
// net.Drive(neurons, sim.Current, device). Links go from cells to neurons; the weight scales the current.
// What is wrong with them is reported when the network is built.
func (a *LiRinzelCells) Current(model SlowInwardCurrent, links []Link, delay float64) *CellCurrent {
	d := newCellCurrent(model, links, delay, a.Len(), a.cadence)
	if d.err == nil {
		d.restart(a.Ca)
		a.currents = append(a.currents, d)
	}
	return d
}

// SetRelease lets the cells release gliotransmitter; a second call replaces the first.
func (a *LiRinzelCells) SetRelease(g Gliotransmission) error {
	if err := g.Validate(); err != nil {
		return err
	}
	a.glia = newReleaseSites(g, a.Len())
	return nil
}

// Pulses lists what a cell has released so far; nil without SetRelease. The slice is the cell's own.
func (a *LiRinzelCells) Pulses(cell int) []Pulse { return a.glia.of(cell) }

// Update carries the cells over the interval that ends now [ms].
func (a *LiRinzelCells) Update(now float64) error {
	m := &a.Model
	p, c, h := a.IP3, a.Ca, a.H
	for k := range a.steps() {
		t := a.time(now, k)
		for i := range c {
			p[i], c[i], h[i] = m.step(p[i], c[i], h[i], a.External[i], a.Step)
		}
		for _, f := range a.feeds {
			for _, d := range f.collect(t + slack*a.Step) {
				p[d.cell] += m.Delta * d.amount
			}
		}
		for _, d := range a.currents {
			d.sample(c)
		}
		a.glia.watch(c, t, now)
	}
	return nil
}

// Reset puts the cells back to their start.
func (a *LiRinzelCells) Reset() {
	for i := range a.Ca {
		a.IP3[i], a.Ca[i], a.H[i] = a.Model.IP3, a.Model.Ca, a.Model.H
	}
	for _, f := range a.feeds {
		f.reset()
	}
	for _, d := range a.currents {
		d.restart(a.Ca)
	}
	a.glia.reset()
}

// State lists the cells, what is under way to them, and the currents and gliotransmitter they give.
func (a *LiRinzelCells) State(c *sim.Codec) {
	c.Values(a.IP3, a.Ca, a.H, a.External)
	states(c, a.feeds, a.currents, a.glia)
}

// states lists what any set of cells has beside its own variables.
func states(c *sim.Codec, feeds []feed, currents []*CellCurrent, glia *releaseSites) {
	for _, f := range feeds {
		f.state(c)
	}
	for _, d := range currents {
		d.state(c)
	}
	glia.state(c)
}
