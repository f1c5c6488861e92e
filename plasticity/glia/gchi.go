package glia

import "math"

// GChI is the astrocyte of De Pittà et al. 2009: calcium and IP3 receptors as in LiRinzel ("C", "h"),
// with the making and breaking of IP3 ("I") and the receptors that hear neurotransmitter ("G").
//
//	dG/dt = ON Y (1-G) - OmegaN (1 + Zeta C/(C+KKC)) G
//	dI/dt = Jb + Jd - J3K - J5P + Jex + Jgap
//	dC/dt = (OmegaC m^3 h^3 + OmegaL) (CT - (1+RhoA) C) - OP C^2/(C^2+KP^2)
//	dh/dt = (hinf - h)/tauh,   hinf = Q/(Q+C),   tauh = 1/(O2 (Q+C)),   Q = D2 (I+D1)/(I+D3)
//
//	Jb  = OBeta G                            m = I/(I+D1) C/(C+D5)
//	Jd  = ODelta/(1+I/KappaDelta) C^2/(C^2+KDelta^2)
//	J3K = O3K C^4/(C^4+KD^4) I/(I+K3K)
//	J5P = Omega5P I
//	Jex = -F(I - Ibias; FEx)                 Jgap from GapJunctions
//	F(x; f) = f/2 (1 + tanh((|x|-ITheta)/OmegaI)) sign(x)
//
//	symbol  meaning                                          unit
//	G       share of the cell's receptors with transmitter   1
//	I       IP3                                              µM
//	C       calcium in the cytosol                           µM
//	h       share of IP3 receptors not inactivated           1
//	Y       neurotransmitter around the cell                 µM
//	Ibias   IP3 of the outside that Jex comes from           µM
//
// Rates are per second. The affinity KP of the pump decides how calcium encodes IP3: at 0.1 µM by its
// amplitude, at 0.05 µM by its frequency.
//
// With Noise the receptors gate at random: dh/dt is multiplied by 1 + Noise xi sqrt(tauh), with xi
// Gaussian white noise, in the sense of Stratonovich.
//
// Sources: De Pittà, Goldberg, Volman, Berry and Ben-Jacob 2009 (J. Biol. Phys. 35); form and
// parameters of Stimberg et al. 2019.
type GChI struct {
	OP, KP         float64 // pump: largest rate [µM/s], calcium of half of it [µM]
	CT             float64 // total calcium [µM]
	RhoA           float64 // volume of the reticulum over that of the cytosol
	OmegaC, OmegaL float64 // rates of the IP3 receptor channel and of the leak [Hz]
	D1, D2, D3, D5 float64 // dissociation constants of the IP3 receptor [µM]
	O2             float64 // binding rate of inactivating calcium [1/(µM s)]

	OBeta        float64 // largest production of IP3 by transmitter (PLC beta) [µM/s]
	ON           float64 // binding rate of transmitter [1/(µM s)]
	OmegaN       float64 // rate of unbinding [Hz]
	KKC, Zeta    float64 // of receptor desensitisation (PKC): calcium of half of it [µM], largest share
	ODelta       float64 // largest production of IP3 by calcium (PLC delta) [µM/s]
	KappaDelta   float64 // IP3 that halves it [µM]
	KDelta       float64 // calcium of half of it [µM]
	Omega5P      float64 // rate of breaking IP3 by IP-5P [Hz]
	KD, K3K, O3K float64 // breaking of IP3 by IP3-3K: calcium, IP3 of half of it [µM], largest rate [µM/s]

	FEx            float64 // largest exchange of IP3 with the outside [µM/s]
	ITheta, OmegaI float64 // threshold and width of it [µM]

	Noise float64 // of the gating: 0 none, 1 that of Stimberg et al. [sqrt(s) of white noise]
	// HoldIP3 keeps I as it is.
	HoldIP3 bool

	G0, I0, C0, H0 float64 // state at the start
}

// core is what all published parameter sets share.
func core() GChI {
	return GChI{OP: 0.9, KP: 0.05, CT: 2, RhoA: 0.18, OmegaC: 6, OmegaL: 0.1, D1: 0.13, D2: 1.05, D3: 0.9434, D5: 0.08, O2: 0.2,
		ON: 0.3, OmegaN: 0.5, KKC: 0.5, Zeta: 10, ODelta: 0.6, KappaDelta: 1.5, KDelta: 0.1, Omega5P: 0.05, KD: 0.7, K3K: 1, O3K: 4.5,
		FEx: 2, ITheta: 0.3, OmegaI: 0.05, H0: 0.9}
}

// DefaultGChI gives the astrocyte of closed-loop gliotransmission (Stimberg et al. 2019, example 4): it
// fires calcium pulses whose frequency follows the transmitter.
func DefaultGChI() GChI {
	m := core()
	m.OBeta = 3.2
	return m
}

// SynapticGChI gives the astrocyte that a synapse drives (Stimberg et al., example 2; Noise is 0).
func SynapticGChI() GChI {
	m := core()
	m.KP, m.OBeta, m.ODelta, m.KDelta, m.Omega5P, m.KD, m.FEx = 0.1, 5, 0.2, 0.3, 0.1, 0.5, 0.09
	return m
}

// OpenLoopGChI gives the astrocyte whose pulses an outside source of IP3 paces (Stimberg et al.,
// example 3). It hears no transmitter.
func OpenLoopGChI() GChI {
	m := core()
	m.I0 = 0.4
	return m
}

// RingGChI gives the astrocyte of the ring with gap junctions (Stimberg et al., example 5).
func RingGChI() GChI {
	m := core()
	m.FEx = 0.09
	return m
}

// NetworkGChI gives the astrocyte of the network with neurons (Stimberg et al., example 6).
func NetworkGChI() GChI {
	m := core()
	m.OBeta, m.ODelta, m.FEx, m.C0, m.I0 = 0.5, 1.2, 0, 0.01, 0.01
	return m
}

// Validate names the first parameter out of range.
func (m GChI) Validate() error {
	c := checks{typ: "GChI"}
	for _, v := range []struct {
		name string
		x    float64
		unit string
	}{{"OP", m.OP, "µM/s"}, {"RhoA", m.RhoA, ""}, {"OmegaC", m.OmegaC, "Hz"}, {"OmegaL", m.OmegaL, "Hz"}, {"O2", m.O2, "1/(µM s)"},
		{"OBeta", m.OBeta, "µM/s"}, {"ON", m.ON, "1/(µM s)"}, {"OmegaN", m.OmegaN, "Hz"}, {"Zeta", m.Zeta, ""}, {"ODelta", m.ODelta, "µM/s"},
		{"Omega5P", m.Omega5P, "Hz"}, {"O3K", m.O3K, "µM/s"}, {"FEx", m.FEx, "µM/s"}, {"ITheta", m.ITheta, "µM"}, {"Noise", m.Noise, ""}, {"I0", m.I0, "µM"}} {
		c.notNegative(v.name, v.x, v.unit)
	}
	for _, v := range []struct {
		name string
		x    float64
	}{{"KP", m.KP}, {"CT", m.CT}, {"D1", m.D1}, {"D2", m.D2}, {"D3", m.D3}, {"D5", m.D5}, {"KKC", m.KKC}, {"KappaDelta", m.KappaDelta},
		{"KDelta", m.KDelta}, {"KD", m.KD}, {"K3K", m.K3K}, {"OmegaI", m.OmegaI}} {
		c.positive(v.name, v.x, "µM")
	}
	c.within("G0", m.G0, 0, 1, "")
	c.within("C0", m.C0, 0, m.CT, "µM")
	c.within("H0", m.H0, 0, 1, "")
	return c.err
}

// gchiState is the state of one cell, or its derivative.
type gchiState struct{ g, i, c, h float64 }

// plus is s + dt r.
func (s gchiState) plus(dt float64, r gchiState) gchiState {
	return gchiState{s.g + dt*r.g, s.i + dt*r.i, s.c + dt*r.c, s.h + dt*r.h}
}

// Rates gives the derivatives [per second] of the bound receptors g, IP3 i [µM], calcium c [µM] and h at
// transmitter y [µM], outside IP3 bias [µM] and a flow of IP3 from neighbours jgap [µM/s].
func (m *GChI) Rates(g, i, c, h, y, bias, jgap float64) (dg, di, dc, dh float64) {
	r := m.rates(gchiState{g, i, c, h}, y, bias, jgap)
	return r.g, r.i, r.c, r.h
}

func (m *GChI) rates(s gchiState, y, bias, jgap float64) (r gchiState) {
	c, i := s.c, s.i
	h := min(max(s.h, 0), 1)
	if m.OBeta != 0 {
		g := min(max(s.g, 0), 1)
		r.g = m.ON*y*(1-g) - m.OmegaN*(1+m.Zeta*c/(c+m.KKC))*g
	}
	c2 := c * c
	if !m.HoldIP3 {
		c4, kd2 := c2*c2, m.KD*m.KD
		r.i = m.OBeta*s.g + m.ODelta/(1+i/m.KappaDelta)*c2/(c2+m.KDelta*m.KDelta) -
			m.O3K*c4/(c4+kd2*kd2)*i/(i+m.K3K) - m.Omega5P*i + jgap
		if m.FEx != 0 {
			r.i -= threshold(i-bias, m.FEx, m.ITheta, m.OmegaI)
		}
	}
	open := i / (i + m.D1) * c / (c + m.D5) * h
	r.c = (m.OmegaC*open*open*open+m.OmegaL)*(m.CT-(1+m.RhoA)*c) - m.OP*c2/(c2+m.KP*m.KP)
	q := m.D2 * (i + m.D1) / (i + m.D3)
	r.h = m.O2 * (q - (q+c)*h)
	return r
}

// threshold is the flow f/2 (1 + tanh((|x|-theta)/omega)) sign(x): nearly nothing for differences |x|
// below theta, f above.
func threshold(x, f, theta, omega float64) float64 {
	y := f / 2 * (1 + math.Tanh((math.Abs(x)-theta)/omega))
	switch {
	case x > 0:
		return y
	case x < 0:
		return -y
	}
	return 0
}

// step carries a cell over dt seconds by the classical Runge-Kutta method, with transmitter y0, ym and
// y1 at the start, middle and end of the step.
func (m *GChI) step(s gchiState, y0, ym, y1, bias, jgap, dt float64) gchiState {
	k1 := m.rates(s, y0, bias, jgap)
	k2 := m.rates(s.plus(dt/2, k1), ym, bias, jgap)
	k3 := m.rates(s.plus(dt/2, k2), ym, bias, jgap)
	k4 := m.rates(s.plus(dt, k3), y1, bias, jgap)
	s.g += dt / 6 * (k1.g + 2*k2.g + 2*k3.g + k4.g)
	s.i += dt / 6 * (k1.i + 2*k2.i + 2*k3.i + k4.i)
	s.c += dt / 6 * (k1.c + 2*k2.c + 2*k3.c + k4.c)
	s.h += dt / 6 * (k1.h + 2*k2.h + 2*k3.h + k4.h)
	return s
}

// gate adds the noise of the gating over dt seconds to h, by Milstein's method for the diffusion
// b(h) = Noise (hinf - h)/sqrt(tauh); w is a standard Gaussian.
func (m *GChI) gate(s gchiState, h0, dt, w float64) float64 {
	q := m.D2 * (s.i + m.D1) / (s.i + m.D3)
	rate := m.O2 * (q + s.c) // 1/tauh
	b := m.Noise * (q/(q+s.c) - h0) * math.Sqrt(rate)
	dw := w * math.Sqrt(dt)
	// b db/dh dw^2/2 with db/dh = -Noise sqrt(rate)
	return s.h + b*dw - b*m.Noise*math.Sqrt(rate)*dw*dw/2
}
