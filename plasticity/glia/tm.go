package glia

import (
	"fmt"
	"math"

	"github.com/glia-sim/glia/sim"
)

// ModulatedTM is a Tsodyks-Markram synapse whose terminal has receptors for gliotransmitter (De Pittà
// et al. 2011). At a presynaptic spike, in this order:
//
//	U0 = (1-g) U + Alpha g
//	u += U0 (1-u);   r = u x;   x -= r;   Y += RhoC YT r
//
// and between spikes
//
//	du/dt = -OmegaF u,   dx/dt = OmegaD (1-x),   dY/dt = -OmegaC Y
//	dg/dt = OG GA (1-g) - OmegaG g
//
//	symbol  meaning                                               unit
//	u       share of the available resources that is released     1
//	x       resources available                                   1
//	r       resources released by a spike: scales the weight      1
//	g       share of terminal receptors with gliotransmitter      1
//	Y       transmitter outside                                   µM
//	GA      gliotransmitter outside, in pulses that decay with    µM
//	        OmegaE (see Gliotransmission)
//
// Alpha below U makes gliotransmission reduce release, Alpha above U increase it. All four are solved
// in closed form from event to event: with K = OG GA/OmegaE at the start of a stretch of time t,
// q = exp(-OmegaE t), b = OmegaG/OmegaE and M(z) = 1F1(1; 1-b; z),
//
//	1-g(t) = M(K q) - (M(K) - (1-g(0))) exp(-K (1-q) - OmegaG t)
//
// Sources: De Pittà, Volman, Berry and Ben-Jacob 2011 (PLoS Comput. Biol. 7, e1002293); Tsodyks, Uziel
// and Markram 2000; parameters of Stimberg et al. 2019.
type ModulatedTM struct {
	U      float64 // release probability at rest without gliotransmitter
	Alpha  float64 // release probability with all receptors bound
	OmegaF float64 // rate at which facilitation is lost [Hz]
	OmegaD float64 // rate at which resources recover [Hz]
	OG     float64 // binding rate of gliotransmitter [1/(µM s)]
	OmegaG float64 // rate of unbinding [Hz]
	OmegaE float64 // rate at which gliotransmitter is cleared [Hz]; above OmegaG
	RhoC   float64 // volume of the vesicles over that outside
	YT     float64 // concentration in vesicles [µM]
	OmegaC float64 // rate at which transmitter is cleared [Hz]
}

// DefaultModulatedTM gives the values of Stimberg et al.: a depressing synapse (U 0.6) that
// gliotransmitter silences (Alpha 0).
func DefaultModulatedTM() ModulatedTM {
	return ModulatedTM{U: 0.6, Alpha: 0, OmegaF: 3.33, OmegaD: 2, OG: 1.5, OmegaG: 0.5 / 60, OmegaE: 60, RhoC: 0.005, YT: 500e3, OmegaC: 40}
}

// Validate names the first parameter out of range.
func (m ModulatedTM) Validate() error {
	c := checks{typ: "ModulatedTM"}
	c.within("U", m.U, 0, 1, "")
	c.within("Alpha", m.Alpha, 0, 1, "")
	c.notNegative("OmegaF", m.OmegaF, "Hz")
	c.notNegative("OmegaD", m.OmegaD, "Hz")
	c.notNegative("OG", m.OG, "1/(µM s)")
	c.notNegative("OmegaG", m.OmegaG, "Hz")
	c.positive("OmegaE", m.OmegaE, "Hz")
	if c.err == nil && m.OmegaG >= m.OmegaE {
		c.complain("OmegaG", m.OmegaG, "Hz", "less than OmegaE: gliotransmitter unbinds more slowly than it is cleared")
	}
	c.notNegative("RhoC", m.RhoC, "")
	c.notNegative("YT", m.YT, "µM")
	c.positive("OmegaC", m.OmegaC, "Hz")
	return c.err
}

// saturation is the K above which the closed form would lose too many digits. Receptors are then bound
// within a fraction of a millisecond.
const saturation = 20

// bound gives the share of bound receptors and the gliotransmitter that is left after t seconds without
// pulses.
func (m *ModulatedTM) bound(g, ga, t float64) (float64, float64) {
	if m.OG == 0 || ga < 1e-12 {
		return g * math.Exp(-m.OmegaG*t), 0
	}
	k, b := m.OG*ga/m.OmegaE, m.OmegaG/m.OmegaE
	if k > saturation {
		// Binding is so fast that the free share follows its equilibrium b/K.
		h := min(t, math.Log(k/saturation)/m.OmegaE)
		q := math.Exp(-m.OmegaE * h)
		left := math.Exp(-k * (1 - q))
		g = 1 - min((1-g)*left+b/(k*q)*(1-left), 1)
		ga *= q
		if h == t {
			return g, ga
		}
		t, k = t-h, saturation
	}
	q := math.Exp(-m.OmegaE * t)
	free := kummer(b, k*q) - (kummer(b, k)-(1-g))*math.Exp(-k*(1-q)-m.OmegaG*t)
	return 1 - min(max(free, 0), 1), ga * q
}

// kummer is 1F1(1; 1-b; z) = sum over n of z^n/((1-b)(2-b)...(n-b)) for z >= 0 and b < 1.
func kummer(b, z float64) float64 {
	sum, term := 1.0, 1.0
	for n := 1.0; term > 1e-17*sum; n++ {
		term *= z / (n - b)
		sum += term
	}
	return sum
}

// Terminals are modulated synapses, each with a state of its own. Events of one terminal must come in
// the order of time.
type Terminals struct {
	Model ModulatedTM
	u, x  []float64 // after the latest spike
	spike []float64 // time of it [ms]
	y     []float64 // transmitter, just after the latest spike [µM]
	g, ga []float64 // bound receptors and gliotransmitter
	gTime []float64 // time of both [ms]
	seen  []int32   // pulses of the cell taken
}

// NewTerminals makes n terminals at rest.
func NewTerminals(m ModulatedTM, n int) *Terminals {
	t := &Terminals{Model: m, seen: make([]int32, n)}
	for _, v := range []*[]float64{&t.u, &t.x, &t.spike, &t.y, &t.g, &t.ga, &t.gTime} {
		*v = make([]float64, n)
	}
	t.Reset(0, n)
	return t
}

// Reset puts terminals lo to hi-1 back to rest at time 0.
func (t *Terminals) Reset(lo, hi int) {
	for i := lo; i < hi; i++ {
		t.u[i], t.x[i], t.spike[i], t.y[i] = 0, 1, 0, 0
		t.g[i], t.ga[i], t.gTime[i], t.seen[i] = 0, 0, 0, 0
	}
}

// state lists the terminals lo to hi-1 by list, a method of c.
func (t *Terminals) state(c *sim.Codec, list func(...any), lo, hi int) {
	seen := t.seen[lo:hi]
	list(t.u[lo:hi], t.x[lo:hi], t.spike[lo:hi], t.y[lo:hi], t.g[lo:hi], t.ga[lo:hi], t.gTime[lo:hi], seen)
	c.Loaded(func() error {
		for _, k := range seen {
			if k < 0 {
				return fmt.Errorf("%d pulses of gliotransmitter", k)
			}
		}
		return nil
	})
}

// Spike gives the resources r that a spike of terminal i at a time [ms] releases.
func (t *Terminals) Spike(i int, at float64) float64 {
	m := &t.Model
	t.bindTo(i, at)
	h := (at - t.spike[i]) / 1000
	u := t.u[i] * math.Exp(-m.OmegaF*h)
	x := 1 - (1-t.x[i])*math.Exp(-m.OmegaD*h)
	u0 := (1-t.g[i])*m.U + m.Alpha*t.g[i]
	u += u0 * (1 - u)
	r := u * x
	t.u[i], t.x[i], t.spike[i] = u, x-r, at
	t.y[i] = t.y[i]*math.Exp(-m.OmegaC*h) + m.RhoC*m.YT*r
	return r
}

// Pulse adds a height of gliotransmitter [µM] around terminal i at a time [ms].
func (t *Terminals) Pulse(i int, at, height float64) {
	t.bindTo(i, at)
	t.ga[i] += height
}

func (t *Terminals) bindTo(i int, at float64) {
	t.g[i], t.ga[i] = t.Model.bound(t.g[i], t.ga[i], (at-t.gTime[i])/1000)
	t.gTime[i] = at
}

// follow takes the pulses that a cell has released and that are felt up to a time.
func (t *Terminals) follow(i int, pulses []Pulse, at float64) {
	for k := t.seen[i]; int(k) < len(pulses) && pulses[k].seen <= at; k++ {
		t.Pulse(i, pulses[k].seen, pulses[k].Height)
		t.seen[i]++
	}
}

// Bound is the share of receptors of terminal i that have gliotransmitter at a time [ms] not before its
// latest event.
func (t *Terminals) Bound(i int, at float64) float64 {
	g, _ := t.Model.bound(t.g[i], t.ga[i], (at-t.gTime[i])/1000)
	return g
}

// Resources gives u and x of terminal i at a time [ms] not before its latest spike.
func (t *Terminals) Resources(i int, at float64) (u, x float64) {
	h := (at - t.spike[i]) / 1000
	return t.u[i] * math.Exp(-t.Model.OmegaF*h), 1 - (1-t.x[i])*math.Exp(-t.Model.OmegaD*h)
}

// Transmitter is the concentration that terminal i has left outside [µM] at a time [ms] not before its
// latest spike.
func (t *Terminals) Transmitter(i int, at float64) float64 {
	return t.y[i] * math.Exp(-t.Model.OmegaC*(at-t.spike[i])/1000)
}
