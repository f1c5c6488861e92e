package neurons

import (
	"fmt"
	"math"

	"github.com/glia-sim/glia/sim"
)

// QIFEvent is the quadratic integrate-and-fire neuron with delta synapses, event-driven:
//
//	C dV/dt = K (V - EL)(V - VC) + IE + C Σ w δ(t - arrival)
//	V >= VPeak:  spike, V = VReset for TRef
//
//	V   membrane potential [mV]
//	w   weight: the jump of V when a spike arrives [mV]
//
// Without IE, EL is the resting potential and VC the one above which V runs away. With x the distance
// of V from the middle of the two, it is x' = a (x² + µ) with a = K/C, and between events
//
//	x(t) = (x(0) + µ S)/(1 - x(0) S),  S = tan(a √µ t)/√µ for µ > 0,
//	                                   S = tanh(a √-µ t)/√-µ for µ < 0,  S = a t for µ = 0
//
// from which the time at which V reaches VPeak, or infinity, follows in closed form (Ermentrout and
// Kopell 1986, SIAM J. Appl. Math. 46; Gerstner et al. 2014, "Neuronal Dynamics", section 5.3; Tonnelier,
// Belmabrouk and Martinez 2007, "Event-driven simulations of nonlinear integrate-and-fire neurons",
// Neural Computation 19). An infinite VPeak is the canonical model: V reaches infinity in a finite
// time, and no arriving spike alone makes the neuron fire at once.
//
// Spikes that arrive during the refractory time are lost, one at its very end included.
//
// Receptor: "v" (weights in mV). Variable: V, as of the last event.
type QIFEvent struct {
	C      float64 // membrane capacitance [pF]
	K      float64 // steepness of the parabola [nS/mV]
	EL     float64 // resting potential, without IE [mV]; V starts here
	VC     float64 // critical potential, without IE [mV]; at least EL
	VPeak  float64 // potential at which the neuron fires [mV]; may be infinite
	VReset float64 // potential after a spike [mV]
	TRef   float64 // refractory time [ms]
	IE     float64 // constant current [pA]
}

// DefaultQIFEvent gives the parabola, the peak and the reset of Izhikevich's regular spiking cell
// (Izhikevich 2007, "Dynamical Systems in Neuroscience", section 8.2.1) without its slow variable.
func DefaultQIFEvent() QIFEvent {
	return QIFEvent{C: 100, K: 0.7, EL: -60, VC: -40, VPeak: 35, VReset: -50}
}

// Validate names the first parameter out of range.
func (m QIFEvent) Validate() error {
	p := params{model: "QIFEvent"}
	p.positive("C", m.C, "pF")
	p.positive("K", m.K, "nS/mV")
	p.finite("EL", m.EL, "mV")
	p.finite("VC", m.VC, "mV")
	if m.VC < m.EL {
		p.complain("VC", m.VC, "mV", fmt.Sprintf("at least EL, which is %g mV", m.EL))
	}
	if math.IsNaN(m.VPeak) {
		p.complain("VPeak", m.VPeak, "mV", "a number, or +Inf")
	}
	p.finite("VReset", m.VReset, "mV")
	p.below("VReset", m.VReset, "VPeak", m.VPeak, "mV")
	p.below("VC", m.VC, "VPeak", m.VPeak, "mV")
	p.notNegative("TRef", m.TRef, "ms")
	p.finite("IE", m.IE, "pA")
	return p.err
}

// Receptors lists "v".
func (QIFEvent) Receptors() []string { return []string{"v"} }

// NewBlock makes neurons at EL.
func (m QIFEvent) NewBlock(b sim.BlockSpec) (sim.Block, error) {
	q := &qifEvent{QIFEvent: m, eventTimes: newEventTimes(b, m.TRef), middle: m.EL + (m.VC-m.EL)/2, rate: m.K / m.C}
	half := (m.VC - m.EL) / 2
	q.mu = m.IE/m.K - half*half
	q.root = math.Sqrt(math.Abs(q.mu))
	q.variables = []sim.Variable{{Name: "V", Unit: "mV", Values: make([]float64, b.N)}}
	q.v = q.variables[0].Values
	q.Reset(b.Key)
	return q, nil
}

type qifEvent struct {
	QIFEvent
	eventTimes
	middle    float64 // of EL and VC [mV]
	rate      float64 // a [1/(mV ms)]
	mu, root  float64 // µ [mV²] and the root of its magnitude
	v         []float64
	variables []sim.Variable
}

func (q *qifEvent) Variables() []sim.Variable { return q.variables }

func (q *qifEvent) Reset(sim.Key) { fill(q.v, q.EL) }

func (q *qifEvent) Start(out *sim.Emitter) { startEvents(q, &q.eventTimes, out) }

func (q *qifEvent) Advance(now sim.Instant, touched []int32, in [][]float64, out *sim.Emitter) {
	advanceEvents(q, &q.eventTimes, now, touched, in, out)
}

// Sample gives V of neuron i at an instant after its last event.
func (q *qifEvent) Sample(_, i int, now sim.Instant) float64 { return q.at(int32(i), now) }

func (q *qifEvent) at(i int32, now sim.Instant) float64 {
	x, t := q.v[i]-q.middle, q.since(i, now)
	if t == 0 {
		return q.v[i]
	}
	later := q.carry(x, t)
	if q.escapes(x) && !(later >= x) {
		// V passed infinity: the instant lies so close before the spike that rounding went over it.
		return math.Min(q.VPeak, math.MaxFloat64)
	}
	return q.middle + later
}

// escapes says whether x grows without bound if nothing happens.
func (q *qifEvent) escapes(x float64) bool { return q.mu > 0 || x > q.root }

// carry gives x after t ms.
func (q *qifEvent) carry(x, t float64) float64 {
	s := q.rate * t
	switch {
	case q.mu > 0:
		s = math.Tan(q.root*s) / q.root
	case q.mu < 0:
		s = math.Tanh(q.root*s) / q.root
	}
	return (x + q.mu*s) / (1 - x*s)
}

// rise gives the ms that x takes to reach peak, which may be infinite; +Inf if it never does.
func (q *qifEvent) rise(x, peak float64) float64 {
	switch {
	case !q.escapes(x):
		return math.Inf(1)
	case q.mu > 0:
		if math.IsInf(peak, 1) {
			return math.Atan2(q.root, x) / (q.rate * q.root)
		}
		return math.Atan2(q.root*(peak-x), q.mu+x*peak) / (q.rate * q.root)
	case q.mu < 0:
		// x' = a (x - root)(x + root): partial fractions.
		r := 2 * q.root / (x - q.root)
		if !math.IsInf(peak, 1) {
			r *= (peak - x) / (peak + q.root)
		}
		return math.Log1p(r) / (2 * q.rate * q.root)
	}
	return (1/x - 1/peak) / q.rate
}

func (q *qifEvent) touch(i int32, now sim.Instant, in [][]float64) bool {
	if q.isHeld(i, now) {
		return false
	}
	v := q.VPeak
	if !q.isDue(i, now) {
		v = q.at(i, now)
	}
	v += in[0][i]
	if v >= q.VPeak {
		q.v[i] = q.VReset
		return true
	}
	q.v[i], q.last[i] = v, now
	return false
}

func (q *qifEvent) next(i int32) sim.Instant {
	if q.v[i] >= q.VPeak { // a start value
		return q.last[i]
	}
	ms := q.rise(q.v[i]-q.middle, q.VPeak-q.middle)
	if math.IsInf(ms, 1) {
		return never
	}
	return q.clock.After(q.last[i], ms)
}
