package neurons

import (
	"fmt"
	"math"

	"github.com/glia-sim/glia/sim"
)

// HodgkinHuxley is a single-compartment neuron with the sodium and potassium currents of Traub and
// Miles 1991 as written in Brette et al. 2007 (their COBAHH benchmark), and conductances that decay
// exponentially:
//
//	C dV/dt = GL (EL - V) + GNa m³h (ENa - V) + GK n⁴ (EK - V) + gex (EEx - V) + gin (EIn - V) + I + IE
//	dx/dt   = αx (1 - x) - βx x                        for x = m, h, n
//	αm = 0.32 (13 - s)/(exp((13 - s)/4) - 1)           βm = 0.28 (s - 40)/(exp((s - 40)/5) - 1)
//	αh = 0.128 exp((17 - s)/18)                        βh = 4/(1 + exp((40 - s)/5))
//	αn = 0.032 (15 - s)/(exp((15 - s)/5) - 1)          βn = 0.5 exp((10 - s)/40),       s = V - VT
//
//	V        membrane potential [mV]
//	m, h, n  gates: sodium activation and inactivation, potassium activation [1]
//	gex, gin synaptic conductances [nS]
//	αx, βx   rates [1/ms]
//	I        current, constant during a step [pA]
//
// A spike is reported when V reaches Threshold from below, then none for the time Blind; nothing is
// reset. A spike that arrives at t is contained in gex(t). At "in" the sum of the weights that arrive
// counts by its magnitude, as in LIFCond.
//
// Methods: ExponentialEuler, each variable exact with all others held (as Brian runs it; first order
// in dt), and RK4, whose substeps must not exceed 0.05 ms: the sodium gate opens at 30/ms in a spike.
//
// The published cell has its leak reversal above threshold: it fires by itself.
//
// Receptors: "ex", "in" (weights in nS) and sim.Current (pA). Variables: V, m, h, n, gex, gin. Start
// values: V at EL and the gates at their steady state there; where V is set otherwise, the gates follow
// within milliseconds unless set too.
type HodgkinHuxley struct {
	C         float64 // membrane capacitance [pF]
	GL        float64 // leak conductance [nS]
	GNa       float64 // maximal sodium conductance [nS]
	GK        float64 // maximal potassium conductance [nS]
	EL        float64 // leak reversal potential [mV]
	ENa       float64 // sodium reversal potential [mV]
	EK        float64 // potassium reversal potential [mV]
	VT        float64 // shift of the rates [mV]
	TauEx     float64 // decay time of the conductance at "ex" [ms]
	TauIn     float64 // decay time of the conductance at "in" [ms]
	EEx       float64 // reversal potential of "ex" [mV]
	EIn       float64 // reversal potential of "in" [mV]
	Threshold float64 // potential that counts as a spike [mV]
	Blind     float64 // time after a spike without another [ms], rounded to steps
	IE        float64 // constant current [pA]
	Method    Method  // ExponentialEuler or RK4
	Substeps  int     // parts into which the method cuts a step; 0 means 1
}

// DefaultHodgkinHuxley gives the cell of Brette et al. 2007: 20 000 µm² of membrane with 1 µF/cm²,
// leak 0.05, sodium 100 and potassium 30 mS/cm², advanced by ExponentialEuler.
func DefaultHodgkinHuxley() HodgkinHuxley {
	return HodgkinHuxley{C: 200, GL: 10, GNa: 20000, GK: 6000, EL: -60, ENa: 50, EK: -90, VT: -63,
		TauEx: 5, TauIn: 10, EEx: 0, EIn: -80, Threshold: -20, Blind: 3, Method: ExponentialEuler}
}

// Validate names the first parameter out of range.
func (m HodgkinHuxley) Validate() error {
	p := params{model: "HodgkinHuxley"}
	p.positive("C", m.C, "pF")
	p.positive("GL", m.GL, "nS")
	p.notNegative("GNa", m.GNa, "nS")
	p.notNegative("GK", m.GK, "nS")
	p.finite("EL", m.EL, "mV")
	p.finite("ENa", m.ENa, "mV")
	p.finite("EK", m.EK, "mV")
	p.finite("VT", m.VT, "mV")
	p.positive("TauEx", m.TauEx, "ms")
	p.positive("TauIn", m.TauIn, "ms")
	p.finite("EEx", m.EEx, "mV")
	p.finite("EIn", m.EIn, "mV")
	p.finite("Threshold", m.Threshold, "mV")
	p.notNegative("Blind", m.Blind, "ms")
	p.finite("IE", m.IE, "pA")
	p.method(m.Method, ExponentialEuler, RK4)
	p.substeps(m.Substeps)
	return p.err
}

// Receptors lists "ex", "in" and sim.Current.
func (HodgkinHuxley) Receptors() []string { return []string{"ex", "in", sim.Current} }

// rk4Limit is the longest substep [ms] at which RK4 is stable for the fastest gate, with a margin.
const rk4Limit = 0.05

// NewBlock makes neurons at EL with gates at their steady state. It reports substeps too long for RK4.
func (m HodgkinHuxley) NewBlock(b sim.BlockSpec) (sim.Block, error) {
	m.Substeps = max(1, m.Substeps)
	h := b.Clock.DT / float64(m.Substeps)
	if m.Method == RK4 && h > rk4Limit*(1+1e-9) {
		return nil, fmt.Errorf("neurons: HodgkinHuxley.Method RK4 with substeps of %g ms would diverge: want at most %g ms, so Substeps of %g or more",
			h, rk4Limit, math.Ceil(b.Clock.DT/rk4Limit-1e-9))
	}
	k := &hodgkinHuxley{HodgkinHuxley: m, h: h, blindTicks: steps(b.Clock, m.Blind),
		halfEx: leak(h/2, m.TauEx), halfIn: leak(h/2, m.TauIn),
		fullEx: leak(h, m.TauEx), fullIn: leak(h, m.TauIn),
		v: make([]float64, b.N), m: make([]float64, b.N), hh: make([]float64, b.N), n: make([]float64, b.N),
		gex: make([]float64, b.N), gin: make([]float64, b.N),
		until: make([]sim.Tick, b.N),
	}
	k.Reset(b.Key)
	return k, nil
}

type hodgkinHuxley struct {
	HodgkinHuxley
	h              float64 // length of a substep [ms]
	blindTicks     sim.Tick
	halfEx, halfIn float64 // decay of the conductances in half a substep
	fullEx, fullIn float64 // and in a whole one
	v, m, hh, n    []float64
	gex, gin       []float64
	until          []sim.Tick // first tick at which the neuron may spike again
}

func (k *hodgkinHuxley) Variables() []sim.Variable {
	return []sim.Variable{
		{Name: "V", Unit: "mV", Values: k.v},
		{Name: "m", Unit: "1", Values: k.m},
		{Name: "h", Unit: "1", Values: k.hh},
		{Name: "n", Unit: "1", Values: k.n},
		{Name: "gex", Unit: "nS", Values: k.gex},
		{Name: "gin", Unit: "nS", Values: k.gin},
	}
}

func (k *hodgkinHuxley) Reset(sim.Key) {
	r := traubMiles(k.EL - k.VT)
	fill(k.v, k.EL)
	fill(k.m, r.am/(r.am+r.bm))
	fill(k.hh, r.ah/(r.ah+r.bh))
	fill(k.n, r.an/(r.an+r.bn))
	clear(k.gex)
	clear(k.gin)
	clear(k.until)
}

func (k *hodgkinHuxley) State(c *sim.Codec) {
	c.PerNeuron(k.v, k.m, k.hh, k.n, k.gex, k.gin, k.until)
}

func (k *hodgkinHuxley) Step(t sim.Tick, in [][]float64, spikes []int32) []int32 {
	flush(t, k.gex, k.gin)
	for lo := 0; lo < len(k.v); lo += chunk {
		hi := min(lo+chunk, len(k.v))
		spikes = k.advance(t, lo, hi, arriving(in, 0, lo, hi), arriving(in, 1, lo, hi), arriving(in, 2, lo, hi), spikes)
	}
	return spikes
}

func (k *hodgkinHuxley) advance(t sim.Tick, lo, hi int, ex, inh, cur []float64, spikes []int32) []int32 {
	v := k.v[lo:hi]
	c := len(v)
	m, hh, n := k.m[lo:hi][:c], k.hh[lo:hi][:c], k.n[lo:hi][:c]
	gex, gin, until := k.gex[lo:hi][:c], k.gin[lo:hi][:c], k.until[lo:hi][:c]
	ex, inh, cur = ex[:c], inh[:c], cur[:c]
	for i := range v {
		x := hhState{v[i], m[i], hh[i], n[i]}
		ge, gi, drive, crossed := gex[i], gin[i], cur[i]+k.IE, false
		for range k.Substeps {
			before := x.v
			if k.Method == RK4 {
				k.rk4(&x, ge, gi, drive)
			} else {
				k.exponentialEuler(&x, ge, gi, drive)
			}
			ge, gi = float64(ge*k.fullEx), float64(gi*k.fullIn)
			crossed = crossed || before < k.Threshold && x.v >= k.Threshold
		}
		v[i], m[i], hh[i], n[i] = x.v, x.m, x.h, x.n
		gex[i], gin[i] = ge+ex[i], gi+math.Abs(inh[i])
		if crossed && t >= until[i] {
			until[i] = t + k.blindTicks
			spikes = append(spikes, int32(lo+i))
		}
	}
	return spikes
}

type hhState struct{ v, m, h, n float64 }

// gateRates are the opening and closing rates [1/ms] of the three gates.
type gateRates struct{ am, bm, ah, bh, an, bn float64 }

// traubMiles gives the rates at s = V - VT [mV]. The quotients x/(exp(x)-1) are written with exprel,
// which has no hole at x = 0.
func traubMiles(s float64) gateRates {
	return gateRates{
		am: 0.32 * 4 / exprel((13-s)/4),
		bm: 0.28 * 5 / exprel((s-40)/5),
		ah: 0.128 * math.Exp((17-s)/18),
		bh: 4 / (1 + math.Exp((40-s)/5)),
		an: 0.032 * 5 / exprel((15-s)/5),
		bn: 0.5 * math.Exp((10-s)/40),
	}
}

func (k *hodgkinHuxley) exponentialEuler(x *hhState, ge, gi, drive float64) {
	h := k.h
	gNa := float64(k.GNa * x.m * x.m * x.m * x.h) // assignment alone does not keep a compiler from fusing
	gK := float64(k.GK * x.n * x.n * x.n * x.n)
	total := k.GL + gNa + gK + ge + gi
	target := (float64(k.GL*k.EL) + float64(gNa*k.ENa) + float64(gK*k.EK) + float64(ge*k.EEx) + float64(gi*k.EIn) + drive) / total
	r := traubMiles(x.v - k.VT)
	x.m = relax(x.m, r.am, r.bm, h)
	x.h = relax(x.h, r.ah, r.bh, h)
	x.n = relax(x.n, r.an, r.bn, h)
	x.v = target + float64((x.v-target)*math.Exp(-h*total/k.C))
}

// relax carries a gate with constant rates over h.
func relax(x, a, b, h float64) float64 {
	end := a / (a + b)
	return end + float64((x-end)*math.Exp(-h*(a+b)))
}

func (k *hodgkinHuxley) slope(x hhState, ge, gi, drive float64) hhState {
	r := traubMiles(x.v - k.VT)
	gNa := float64(k.GNa * x.m * x.m * x.m * x.h) // assignment alone does not keep a compiler from fusing
	gK := float64(k.GK * x.n * x.n * x.n * x.n)
	return hhState{
		v: (float64(k.GL*(k.EL-x.v)) + float64(gNa*(k.ENa-x.v)) + float64(gK*(k.EK-x.v)) +
			float64(ge*(k.EEx-x.v)) + float64(gi*(k.EIn-x.v)) + drive) / k.C,
		m: float64(r.am*(1-x.m)) - float64(r.bm*x.m),
		h: float64(r.ah*(1-x.h)) - float64(r.bh*x.h),
		n: float64(r.an*(1-x.n)) - float64(r.bn*x.n),
	}
}

// along gives x + h*d.
func (x hhState) along(h float64, d hhState) hhState {
	return hhState{x.v + float64(h*d.v), x.m + float64(h*d.m), x.h + float64(h*d.h), x.n + float64(h*d.n)}
}

func (k *hodgkinHuxley) rk4(x *hhState, ge, gi, drive float64) {
	h := k.h
	he, hi := float64(ge*k.halfEx), float64(gi*k.halfIn)
	k1 := k.slope(*x, ge, gi, drive)
	k2 := k.slope(x.along(h/2, k1), he, hi, drive)
	k3 := k.slope(x.along(h/2, k2), he, hi, drive)
	k4 := k.slope(x.along(h, k3), float64(ge*k.fullEx), float64(gi*k.fullIn), drive)
	*x = x.along(h/6, k1).along(h/3, k2).along(h/3, k3).along(h/6, k4)
}
