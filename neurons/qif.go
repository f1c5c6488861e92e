package neurons

import (
	"math"

	"github.com/glia-sim/glia/sim"
)

// QIF is the quadratic integrate-and-fire neuron, the normal form of a neuron that starts to fire at
// arbitrarily low rates (Ermentrout and Kopell 1986; Latham et al. 2000):
//
//	C dV/dt = K (V - VRest)(V - VCrit) + I + IE + C Σ w δ(t - arrival)
//	V >= VPeak:  spike, V = VReset for TRef
//
//	V   membrane potential [mV]
//	w   weight: the jump of V when a spike arrives [mV]
//	I   current, constant during a step [pA]
//
// With VPeak and -VReset large against VCrit - VRest this is the theta neuron: V - (VRest + VCrit)/2 is
// proportional to tan(θ/2).
//
// A spike that arrives at t is contained in V(t); those that arrive while V is held are lost. Methods:
// Exact (the closed-form solution between arrivals, which knows also of a divergence inside the step),
// RK4 and Euler.
//
// Receptors: "v" (weights in mV) and sim.Current (pA). Variable: V.
type QIF struct {
	C      float64 // membrane capacitance [pF]
	K      float64 // curvature [nS/mV]
	VRest  float64 // resting potential [mV]; V starts here
	VCrit  float64 // potential above which V runs away without input [mV]
	VPeak  float64 // cut-off of the spike [mV]
	VReset float64 // potential after a spike [mV]
	TRef   float64 // refractory time [ms], rounded to steps
	IE     float64 // constant current [pA]
	Method Method  // Exact, RK4 or Euler
}

// DefaultQIF gives the V equation of the regular-spiking cell of Izhikevich 2007, "Dynamical Systems
// in Neuroscience", section 8.2, without its recovery variable: rheobase 70 pA. The method is Exact.
func DefaultQIF() QIF {
	return QIF{C: 100, K: 0.7, VRest: -60, VCrit: -40, VPeak: 35, VReset: -50, Method: Exact}
}

// Validate names the first parameter out of range.
func (m QIF) Validate() error {
	p := params{model: "QIF"}
	p.positive("C", m.C, "pF")
	p.positive("K", m.K, "nS/mV")
	p.finite("VRest", m.VRest, "mV")
	p.finite("VCrit", m.VCrit, "mV")
	p.finite("VPeak", m.VPeak, "mV")
	p.finite("VReset", m.VReset, "mV")
	if m.VRest > m.VCrit {
		p.complain("VRest", m.VRest, "mV", "at most VCrit")
	}
	p.below("VCrit", m.VCrit, "VPeak", m.VPeak, "mV")
	p.below("VReset", m.VReset, "VPeak", m.VPeak, "mV")
	p.notNegative("TRef", m.TRef, "ms")
	p.finite("IE", m.IE, "pA")
	p.method(m.Method, Exact, RK4, Euler)
	return p.err
}

// Receptors lists "v" and sim.Current.
func (QIF) Receptors() []string { return []string{"v", sim.Current} }

// NewBlock makes neurons at rest.
func (m QIF) NewBlock(b sim.BlockSpec) (sim.Block, error) {
	q := &qif{QIF: m, h: b.Clock.DT,
		middle: (m.VRest + m.VCrit) / 2,
		bend:   m.K / m.C,
		v:      make([]float64, b.N),
		ref:    newRefractory(b.N, steps(b.Clock, m.TRef)),
	}
	half := (m.VCrit - m.VRest) / 2
	q.base = m.IE/m.C - float64(q.bend*half*half)
	q.alone = q.flow(q.base)
	q.Reset(b.Key)
	return q, nil
}

// qif works with u = V - middle, for which du/dt = bend u² + push.
type qif struct {
	QIF
	h      float64
	middle float64 // mV
	bend   float64 // 1/(mV ms)
	base   float64 // push without a current from outside [mV/ms]
	alone  qifFlow // of the base
	v      []float64
	ref    refractory
}

func (q *qif) Variables() []sim.Variable {
	return []sim.Variable{{Name: "V", Unit: "mV", Values: q.v}}
}

func (q *qif) Reset(sim.Key) {
	fill(q.v, q.VRest)
	q.ref.reset()
}

func (q *qif) State(c *sim.Codec) {
	c.PerNeuron(q.v)
	q.ref.state(c)
}

// qifFlow is the solution over one step of du/dt = bend u² + push:
//
//	u(h) = (u + push G)/(1 - bend u G),  G = tan(ωh)/ω,  ω = sqrt(bend push)
//
// with tanh and sqrt(-bend push) for a negative push, and G = h for none.
type qifFlow struct {
	push, g float64
	omega   float64 // of a positive push, else 0
}

func (q *qif) flow(push float64) qifFlow {
	x := q.bend * push
	switch {
	case x > 0:
		w := math.Sqrt(x)
		return qifFlow{push, math.Tan(w*q.h) / w, w}
	case x < 0:
		w := math.Sqrt(-x)
		return qifFlow{push, math.Tanh(w*q.h) / w, 0}
	}
	return qifFlow{push, q.h, 0}
}

// after gives u at the end of the step, +Inf if it diverges on the way.
func (q *qif) after(f qifFlow, u float64) float64 {
	below := 1 - float64(q.bend*u*f.g)
	// The denominator falls with time to 0 where u diverges, as long as tan has not come to its pole.
	diverged := below <= 0
	if x := f.omega * q.h; x >= math.Pi/2 {
		diverged = x >= math.Pi/2-math.Atan(q.bend*u/f.omega)
	}
	if diverged {
		return math.Inf(1)
	}
	return (u + float64(f.push*f.g)) / below
}

func (q *qif) Step(t sim.Tick, in [][]float64, spikes []int32) []int32 {
	first := len(spikes)
	for lo := 0; lo < len(q.v); lo += chunk {
		hi := min(lo+chunk, len(q.v))
		spikes = q.advance(lo, hi, arriving(in, 0, lo, hi), arriving(in, 1, lo, hi), spikes)
	}
	return q.ref.settle(t, q.v, q.VReset, spikes, first)
}

func (q *qif) advance(lo, hi int, w, cur []float64, spikes []int32) []int32 {
	v := q.v[lo:hi]
	w, cur = w[:len(v)], cur[:len(v)]
	for i := range v {
		u, push := v[i]-q.middle, q.base+cur[i]/q.C
		switch q.Method {
		case Euler:
			u += float64(q.h * (float64(q.bend*u*u) + push))
		case RK4:
			u = q.rk4(u, push)
		default:
			f := q.alone
			if cur[i] != 0 {
				f = q.flow(push)
			}
			u = q.after(f, u)
		}
		x := q.middle + u + w[i]
		v[i] = x
		if !(x < q.VPeak) { // an overflow of RK4 counts as a spike as well
			v[i] = q.VPeak
			spikes = append(spikes, int32(lo+i))
		}
	}
	return spikes
}

func (q *qif) rk4(u, push float64) float64 {
	slope := func(u float64) float64 { return float64(q.bend*u*u) + push }
	h := q.h
	k1 := slope(u)
	k2 := slope(u + float64(h/2*k1))
	k3 := slope(u + float64(h/2*k2))
	k4 := slope(u + float64(h*k3))
	return u + float64(h/6*(k1+float64(2*(k2+k3))+k4))
}
