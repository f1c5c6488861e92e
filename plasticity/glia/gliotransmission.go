package glia

import (
	"math"

	"github.com/glia-sim/glia/sim"
)

// Gliotransmission is the release of gliotransmitter by a cell whose calcium crosses a threshold
// upwards; it releases again only after calcium has fallen below the threshold:
//
//	at a crossing            GA += RhoE GT UA xA,   then xA -= UA xA
//	between two crossings    dxA/dt = OmegaA (1 - xA),   dGA/dt = -OmegaE GA
//
//	symbol  meaning                                                  unit
//	xA      share of the cell's gliotransmitter ready for release    1
//	GA      gliotransmitter outside the cell                         µM
//
// Sources: De Pittà, Volman, Berry and Ben-Jacob 2011; Stimberg et al. 2019, example 3.
type Gliotransmission struct {
	Threshold float64 // of calcium [µM]
	UA        float64 // share of the ready store that a crossing releases
	OmegaA    float64 // rate at which the store recovers [Hz]
	GT        float64 // concentration in vesicles [µM]
	RhoE      float64 // volume of the vesicles over that outside the cell
	OmegaE    float64 // rate of clearance [Hz]
}

// DefaultGliotransmission gives the values of Stimberg et al.: a crossing from a full store releases
// 78 µM.
func DefaultGliotransmission() Gliotransmission {
	return Gliotransmission{Threshold: 0.5, UA: 0.6, OmegaA: 0.6, GT: 200e3, RhoE: 6.5e-4, OmegaE: 60}
}

// Validate names the first parameter out of range.
func (g Gliotransmission) Validate() error {
	c := checks{typ: "Gliotransmission"}
	c.positive("Threshold", g.Threshold, "µM")
	c.within("UA", g.UA, 0, 1, "")
	c.notNegative("OmegaA", g.OmegaA, "Hz")
	c.notNegative("GT", g.GT, "µM")
	c.notNegative("RhoE", g.RhoE, "")
	c.positive("OmegaE", g.OmegaE, "Hz")
	return c.err
}

// Pulse is one release of gliotransmitter.
type Pulse struct {
	Time   float64 // of the crossing [ms]
	Height float64 // rise of the concentration outside the cell [µM]

	// from when on synapses feel it: the end of the cells' interval, since spikes before that may be
	// done with already
	seen float64
}

// Concentration gives what is left at a time [ms] of pulses cleared at the rate omega [Hz], in µM.
// Pulses must be in order.
func Concentration(pulses []Pulse, omega, at float64) float64 {
	sum := 0.0
	for _, p := range pulses {
		if p.Time > at {
			break
		}
		sum += p.Height * math.Exp(-omega*(at-p.Time)/1000)
	}
	return sum
}

// releaseSites is the release machinery of a set of cells. A nil one does nothing.
type releaseSites struct {
	g      Gliotransmission
	above  []bool
	ready  []float64 // xA after the latest crossing
	pulses [][]Pulse
}

func newReleaseSites(g Gliotransmission, n int) *releaseSites {
	r := &releaseSites{g: g, above: make([]bool, n), ready: make([]float64, n), pulses: make([][]Pulse, n)}
	r.reset()
	return r
}

func (r *releaseSites) of(cell int) []Pulse {
	if r == nil {
		return nil
	}
	return r.pulses[cell]
}

// watch looks for crossings in the step that ends at t, of the interval that ends at now.
func (r *releaseSites) watch(ca []float64, t, now float64) {
	if r == nil {
		return
	}
	for i, c := range ca {
		above := c > r.g.Threshold
		if above && !r.above[i] {
			r.fire(i, t, now)
		}
		r.above[i] = above
	}
}

func (r *releaseSites) fire(i int, t, now float64) {
	x := r.ready[i]
	if n := len(r.pulses[i]); n > 0 {
		since := t - r.pulses[i][n-1].Time
		x = 1 - (1-x)*math.Exp(-r.g.OmegaA*since/1000)
	}
	r.pulses[i] = append(r.pulses[i], Pulse{Time: t, Height: r.g.RhoE * r.g.GT * r.g.UA * x, seen: now})
	r.ready[i] = x - r.g.UA*x
}

func (r *releaseSites) reset() {
	if r == nil {
		return
	}
	for i := range r.pulses {
		r.above[i], r.ready[i], r.pulses[i] = false, 1, r.pulses[i][:0]
	}
}

func (r *releaseSites) state(c *sim.Codec) {
	if r != nil {
		c.Values(r.above, r.ready, r.pulses)
	}
}

// Releaser is a set of cells that releases gliotransmitter.
type Releaser interface {
	Len() int
	Pulses(cell int) []Pulse
}
