package glia

// LiRinzel is the two-variable calcium model of Li and Rinzel 1994 with the linear IP3 equation of
// Nadkarni and Jung 2003: the astrocyte of NEST (astrocyte_lr_1994).
//
//	dp/dt = (p0 - p)/tau_p                          p += Delta w at a spike of weight w
//	dC/dt = Jchan - Jpump + Jleak + Jext
//	dh/dt = alpha (1-h) - beta h
//
//	Jchan = rho vR m^3 n^3 h^3 (CER - C)            m = p/(p+d1),  n = C/(C+dact)
//	Jleak = rho vL (CER - C)                        CER = (Ctot - C)/rho
//	Jpump = vS C^2/(KS^2 + C^2)
//	alpha = k dinh (p+d1)/(p+d3),  beta = k C
//
//	symbol  meaning                                                   unit
//	p       IP3 in the cytosol                                        µM
//	C       calcium in the cytosol, kept in [0, Ctot]                 µM
//	h       share of IP3 receptors not inactivated                    1
//	CER     calcium in the endoplasmic reticulum                      µM
//	Jext    current injected from outside                             µM/ms
//
// With the default values calcium oscillates for p between about 0.35 and 0.65 µM, with a nearly
// constant period and an amplitude that follows p (amplitude modulation).
//
// It ignores calcium entry through the membrane, and how calcium acts back on IP3: see GChI for that.
type LiRinzel struct {
	CTot   float64 // total calcium, as cytosolic concentration [µM]
	P0     float64 // IP3 at rest [µM]
	D1     float64 // dissociation constant of IP3 at its first site [µM]
	D3     float64 // dissociation constant of IP3 at its second site [µM]
	DAct   float64 // dissociation constant of activating calcium [µM]
	DInh   float64 // dissociation constant of inactivating calcium [µM]
	KS     float64 // calcium of half the pump rate (SERCA) [µM]
	K      float64 // binding rate of inactivating calcium [1/(µM ms)]
	VR     float64 // largest rate of the IP3 receptor channel [1/ms]
	VL     float64 // leak rate [1/ms]
	VS     float64 // largest pump rate (SERCA) [µM/ms]
	Rho    float64 // volume of the reticulum over that of the cytosol
	TauIP3 float64 // time constant of IP3 [ms]
	Delta  float64 // rise of IP3 by a spike of weight 1 [µM]

	IP3 float64 // at the start [µM]
	Ca  float64 // at the start [µM]
	H   float64 // at the start
}

// DefaultLiRinzel gives the values of NEST 3.
func DefaultLiRinzel() LiRinzel {
	return LiRinzel{CTot: 2, P0: 0.16, D1: 0.13, D3: 0.9434, DAct: 0.08234, DInh: 1.049, KS: 0.1, K: 0.0002,
		VR: 0.006, VL: 0.00011, VS: 0.0009, Rho: 0.185, TauIP3: 7142, Delta: 0.0002, IP3: 0.16, Ca: 0.073, H: 0.793}
}

// Validate names the first parameter out of range.
func (m LiRinzel) Validate() error {
	c := checks{typ: "LiRinzel"}
	c.positive("CTot", m.CTot, "µM")
	c.notNegative("P0", m.P0, "µM")
	c.positive("D1", m.D1, "µM")
	c.positive("D3", m.D3, "µM")
	c.positive("DAct", m.DAct, "µM")
	c.positive("DInh", m.DInh, "µM")
	c.positive("KS", m.KS, "µM")
	c.notNegative("K", m.K, "1/(µM ms)")
	c.notNegative("VR", m.VR, "1/ms")
	c.notNegative("VL", m.VL, "1/ms")
	c.notNegative("VS", m.VS, "µM/ms")
	c.positive("Rho", m.Rho, "")
	c.positive("TauIP3", m.TauIP3, "ms")
	c.notNegative("Delta", m.Delta, "µM")
	c.notNegative("IP3", m.IP3, "µM")
	c.within("Ca", m.Ca, 0, m.CTot, "µM")
	c.within("H", m.H, 0, 1, "")
	return c.err
}

// Rates gives the derivatives of IP3 [µM/ms], calcium [µM/ms] and h [1/ms].
func (m *LiRinzel) Rates(p, c, h, jext float64) (dp, dc, dh float64) {
	c = min(max(c, 0), m.CTot)
	gradient := (m.CTot-c)/m.Rho - c
	open := p / (p + m.D1) * c / (c + m.DAct) * h
	channel := m.Rho * m.VR * open * open * open * gradient
	leak := m.Rho * m.VL * gradient
	pump := m.VS * c * c / (m.KS*m.KS + c*c)
	alpha := m.K * m.DInh * (p + m.D1) / (p + m.D3)
	dp = (m.P0 - p) / m.TauIP3
	dc = channel - pump + leak + jext
	dh = alpha*(1-h) - m.K*c*h
	return dp, dc, dh
}

// step carries one cell over dt ms by the classical Runge-Kutta method.
func (m *LiRinzel) step(p, c, h, jext, dt float64) (float64, float64, float64) {
	p1, c1, h1 := m.Rates(p, c, h, jext)
	p2, c2, h2 := m.Rates(p+dt/2*p1, c+dt/2*c1, h+dt/2*h1, jext)
	p3, c3, h3 := m.Rates(p+dt/2*p2, c+dt/2*c2, h+dt/2*h2, jext)
	p4, c4, h4 := m.Rates(p+dt*p3, c+dt*c3, h+dt*h3, jext)
	p += dt / 6 * (p1 + 2*p2 + 2*p3 + p4)
	c += dt / 6 * (c1 + 2*c2 + 2*c3 + c4)
	h += dt / 6 * (h1 + 2*h2 + 2*h3 + h4)
	return p, min(max(c, 0), m.CTot), h
}
