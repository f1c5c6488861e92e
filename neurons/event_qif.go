package neurons

import (
	"fmt"
	"math"

	"github.com/glia-sim/glia/sim"
)

// QIFEvent is the event-driven form of QIF, with the same parameters; Method plays no part:
//
//	neurons.QIFEvent(neurons.DefaultQIF())
//
// A neuron is touched only when a spike reaches it or its own is due, and fires at exact times off the
// grid. With x the distance of V from the middle of VRest and VCrit, the equation is x' = a (x² + µ)
// with a = K/C, and between events
//
//	x(t) = (x(0) + µ S)/(1 - x(0) S),  S = tan(a √µ t)/√µ for µ > 0,
//	                                   S = tanh(a √-µ t)/√-µ for µ < 0,  S = a t for µ = 0
//
// from which the time at which V reaches VPeak follows in closed form (Ermentrout and Kopell 1986, SIAM
// J. Appl. Math. 46; Tonnelier, Belmabrouk and Martinez 2007, "Event-driven simulations of nonlinear
// integrate-and-fire neurons", Neural Computation 19). VPeak may be +Inf here, which is the canonical
// model: V reaches infinity in a finite time, and no arriving spike alone makes the neuron fire at once.
//
// TRef is not rounded to steps. Spikes that arrive during the refractory time are lost, one at its
// very end included.
//
// Receptor: "v" (weights in mV); there is none for currents. Variable: V, as of the last event.
type QIFEvent QIF

// Validate names the first parameter out of range.
func (m QIFEvent) Validate() error {
	p := params{model: "QIFEvent"}
	p.positive("C", m.C, "pF")
	p.positive("K", m.K, "nS/mV")
	p.finite("VRest", m.VRest, "mV")
	p.finite("VCrit", m.VCrit, "mV")
	if m.VCrit < m.VRest {
		p.complain("VCrit", m.VCrit, "mV", fmt.Sprintf("at least VRest, which is %g mV", m.VRest))
	}
	p.finite("VReset", m.VReset, "mV")
	p.below("VCrit", m.VCrit, "VPeak", m.VPeak, "mV")
	p.below("VReset", m.VReset, "VPeak", m.VPeak, "mV")
	p.notNegative("TRef", m.TRef, "ms")
	p.finite("IE", m.IE, "pA")
	return p.err
}

// Receptors lists "v".
func (QIFEvent) Receptors() []string { return []string{"v"} }

// NewBlock makes neurons at rest.
func (m QIFEvent) NewBlock(b sim.BlockSpec) (sim.Block, error) {
	q := &qifEvent{QIFEvent: m, eventTimes: newEventTimes(b, m.TRef), middle: m.VRest + (m.VCrit-m.VRest)/2, rate: m.K / m.C}
	half := (m.VCrit - m.VRest) / 2
	q.mu = m.IE/m.K - half*half
	q.root = math.Sqrt(math.Abs(q.mu))
	q.variables = []sim.Variable{q.first("V", "mV")}
	q.Reset(b.Key)
	return q, nil
}

type qifEvent struct {
	QIFEvent
	eventTimes
	middle    float64 // of VRest and VCrit [mV]
	rate      float64 // a [1/(mV ms)]
	mu, root  float64 // µ [mV²] and the root of its magnitude
	variables []sim.Variable
}

func (q *qifEvent) Variables() []sim.Variable { return q.variables }

func (q *qifEvent) Reset(sim.Key) { q.fill(q.VRest) }

func (q *qifEvent) State(c *sim.Codec) { c.PerNeuron(q.state) }

func (q *qifEvent) Start(out *sim.Emitter) { startEvents(q.next, &q.eventTimes, out) }

func (q *qifEvent) Advance(a *sim.Arrivals, out *sim.Emitter) {
	advanceEvents(q, &q.eventTimes, a, out)
}

// Sample gives V of neuron i at an instant after its last event.
func (q *qifEvent) Sample(_, i int, now sim.Instant) float64 { return q.at(int32(i), now) }

func (q *qifEvent) at(i int32, now sim.Instant) float64 {
	x, t := q.state[i].v-q.middle, q.state[i].since(q.clock, now)
	if t == 0 {
		return q.state[i].v
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

func (q *qifEvent) touch(a *sim.Arrivals, k int) bool {
	i := a.Neurons[k]
	v := q.VPeak
	if k >= a.Due {
		v = q.at(i, a.At)
	}
	v += a.In[0][k]
	if v >= q.VPeak {
		q.state[i].v = q.VReset
		return true
	}
	q.state[i].v = v
	return false
}

func (*qifEvent) lost(*sim.Arrivals, int) {}

func (q *qifEvent) next(i int32) sim.Instant {
	if q.state[i].v >= q.VPeak { // a start value
		return q.state[i].last
	}
	ms := q.rise(q.state[i].v-q.middle, q.VPeak-q.middle)
	if math.IsInf(ms, 1) {
		return never
	}
	return q.clock.After(q.state[i].last, ms)
}
