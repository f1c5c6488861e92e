package plasticity

import "math"

// GrowthCurve is how fast synaptic elements (boutons, spines) grow with the calcium of their neuron:
//
//	dz/dt = Nu (2 exp(-((Ca - xi)/zeta)²) - 1)
//	xi = (Eta + Eps)/2,  zeta = (Eps - Eta)/(2 sqrt(ln 2))
//
//	z   number of elements
//	Ca  calcium, a trace of the neuron's spikes
//
// Elements grow between Eta and Eps, fastest (Nu) in the middle, and are lost outside. Eps is the
// calcium, and so the rate, at which the neuron settles.
//
// Source: Butz and van Ooyen 2013, equations 4 and 5.
type GrowthCurve struct {
	Nu  float64 // largest growth [elements/ms]
	Eta float64 // calcium below which elements are lost
	Eps float64 // calcium above which elements are lost: the target
}

// Rate is dz/dt [elements/ms].
func (g GrowthCurve) Rate(ca float64) float64 {
	xi, zeta := (g.Eta+g.Eps)/2, (g.Eps-g.Eta)/(2*math.Sqrt(math.Ln2))
	d := (ca - xi) / zeta
	return g.Nu * (2*math.Exp(-d*d) - 1)
}

func (g GrowthCurve) check(c *checker, field string) {
	c.finite(field+".Nu", g.Nu, "per ms")
	c.finite(field+".Eta", g.Eta, "")
	c.complain(g.Eps > g.Eta && finite(g.Eps), field+".Eps", g.Eps, "", "more than Eta")
}
