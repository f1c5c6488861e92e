package glia

import (
	"fmt"
	"math"

	"github.com/glia-sim/glia/sim"
)

// GChICells is a set of G-ChI astrocytes: a sim.Process to be added with
// net.AddProcess(cells, interval). They hear transmitter, exchange IP3 through gap junctions and release
// gliotransmitter.
//
// The transmitter around a cell is an exponential trace, cleared at the rate OmegaC: what synapses
// release during a step reaches the cell at the step's end with what is left of it then, and decays
// within the Runge-Kutta step.
type GChICells struct {
	Model GChI
	// IP3 and Ca [µM], H and Bound (the share of receptors with transmitter) are the live states, one
	// value per cell.
	IP3, Ca, H, Bound []float64
	// Transmitter is the concentration around each cell [µM] at the last update.
	Transmitter []float64
	// Bias is the IP3 outside each cell that Model.FEx exchanges with [µM]: 0 by default. It is set by
	// the user, also between updates; Reset leaves it alone.
	Bias []float64
	// OmegaC is the rate at which transmitter is cleared [Hz].
	OmegaC float64

	cadence
	seed     sim.Key
	gap      GapJunctions
	flow     []float64
	feeds    []feed
	currents []*CellCurrent
	glia     *releaseSites
	count    sim.Tick // steps done
}

// NewGChICells makes n cells that are updated every interval ms and integrated in steps of step ms (0
// means the interval). The seed is that of the noise of their receptors.
func NewGChICells(model GChI, n int, interval, step float64, seed uint64) (*GChICells, error) {
	if n < 1 {
		return nil, fmt.Errorf("glia: %d cells: want 1 or more", n)
	}
	a := &GChICells{Model: model, OmegaC: 40, cadence: cadence{interval, step}, seed: sim.NewKey(seed, "gating of IP3 receptors")}
	for _, v := range []*[]float64{&a.IP3, &a.Ca, &a.H, &a.Bound, &a.Transmitter, &a.Bias, &a.flow} {
		*v = make([]float64, n)
	}
	if err := a.Validate(); err != nil {
		return nil, err
	}
	a.Reset()
	return a, nil
}

// Validate names the first parameter out of range.
func (a *GChICells) Validate() error {
	if err := a.Model.Validate(); err != nil {
		return err
	}
	c := checks{typ: "GChICells"}
	c.positive("OmegaC", a.OmegaC, "Hz")
	if c.err != nil {
		return c.err
	}
	return a.validate("GChICells")
}

// Len is the number of cells.
func (a *GChICells) Len() int { return len(a.Ca) }

// Couple joins the cells by gap junctions; a second call replaces the first.
func (a *GChICells) Couple(g GapJunctions) error {
	if err := g.Validate(a.Len()); err != nil {
		return err
	}
	a.gap = g
	return nil
}

// Listen lets each spike of a neuron add transmitter to the cells that the links say, delay ms after
// the spike: the weight is the rise in µM. For synapses with release of their own, see Hear.
func (a *GChICells) Listen(net *sim.Network, to sim.Selection, links []Link, delay float64) error {
	e, err := listen(net, to, links, a.Len(), delay)
	if err == nil {
		a.feeds = append(a.feeds, e)
	}
	return err
}

// Hear lets the transmitter that modulated synapses release reach the cells, by the synapses' own
// tables of cells and shares. Their clearance must be the cells' OmegaC.
func (a *GChICells) Hear(s Spillover) error {
	f, omega, err := s.spillover(a.Len())
	if err != nil {
		return err
	}
	if omega != a.OmegaC {
		return fmt.Errorf("glia: the synapses clear transmitter at %g Hz, the cells at OmegaC = %g Hz: set them to the same", omega, a.OmegaC)
	}
	a.feeds = append(a.feeds, f)
	return nil
}

// SetRelease lets the cells release gliotransmitter; a second call replaces the first.
func (a *GChICells) SetRelease(g Gliotransmission) error {
	if err := g.Validate(); err != nil {
		return err
	}
	a.glia = newReleaseSites(g, a.Len())
	return nil
}

// Pulses lists what a cell has released so far; nil without SetRelease. The slice is the cell's own.
func (a *GChICells) Pulses(cell int) []Pulse { return a.glia.of(cell) }

// Current gives the slow inward current of the cells as a device: see LiRinzelCells.Current.
func (a *GChICells) Current(model SlowInwardCurrent, links []Link, delay float64) *CellCurrent {
	d := newCellCurrent(model, links, delay, a.Len(), a.cadence)
	if d.err == nil {
		d.restart(a.Ca)
		a.currents = append(a.currents, d)
	}
	return d
}

// Update carries the cells over the interval that ends now [ms].
func (a *GChICells) Update(now float64) error {
	m := &a.Model
	dt := a.Step / 1000
	half := math.Exp(-a.OmegaC * dt / 2)
	whole := half * half
	for k := range a.steps() {
		t := a.time(now, k)
		clear(a.flow)
		a.gap.Flow(a.IP3, a.flow)
		draws := a.seed.Draws(a.count)
		for i := range a.Ca {
			y := a.Transmitter[i]
			s := gchiState{a.Bound[i], a.IP3[i], a.Ca[i], a.H[i]}
			next := m.step(s, y, y*half, y*whole, a.Bias[i], a.flow[i], dt)
			if m.Noise != 0 {
				next.h = m.gate(gchiState{s.g, s.i, s.c, next.h}, s.h, dt, gaussian(draws, i))
			}
			a.Bound[i], a.IP3[i] = next.g, next.i
			a.Ca[i], a.H[i] = min(max(next.c, 0), m.CT), min(max(next.h, 0), 1)
			a.Transmitter[i] = y * whole
		}
		for _, f := range a.feeds {
			for _, d := range f.collect(t + slack*a.Step) {
				a.Transmitter[d.cell] += d.amount * math.Exp(-a.OmegaC*max(t-d.at, 0)/1000)
			}
		}
		for _, d := range a.currents {
			d.sample(a.Ca)
		}
		a.glia.watch(a.Ca, t, now)
		a.count++
	}
	return nil
}

// gaussian gives the standard Gaussian of cell i (Box and Muller 1958).
func gaussian(d sim.Draws, i int) float64 {
	u, v := d.Float64(uint64(2*i)), d.Float64(uint64(2*i+1))
	return math.Sqrt(-2*math.Log1p(-u)) * math.Cos(2*math.Pi*v)
}

// Reset puts the cells back to their start; the noise repeats.
func (a *GChICells) Reset() {
	m := &a.Model
	for i := range a.Ca {
		a.Bound[i], a.IP3[i], a.Ca[i], a.H[i], a.Transmitter[i] = m.G0, m.I0, m.C0, m.H0, 0
	}
	a.count = 0
	for _, f := range a.feeds {
		f.reset()
	}
	for _, d := range a.currents {
		d.restart(a.Ca)
	}
	a.glia.reset()
}

// State lists the cells, what is under way to them, and the currents and gliotransmitter they give.
func (a *GChICells) State(c *sim.Codec) {
	c.Values(a.IP3, a.Ca, a.H, a.Bound, a.Transmitter, a.Bias, &a.count)
	states(c, a.feeds, a.currents, a.glia)
}
