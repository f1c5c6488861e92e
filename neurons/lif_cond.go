package neurons

import (
	"math"

	"github.com/glia-sim/glia/sim"
)

// LIFCond is the leaky integrate-and-fire neuron with conductances that decay exponentially:
//
//	C dV/dt = -GL (V - EL) - gex (V - EEx) - gin (V - EIn) + I + IE
//	dgex/dt = -gex/TauEx + Σ w δ(t - arrival),  gin likewise with TauIn
//	V >= VTh:  spike, V = VReset for TRef, while the conductances go on
//
//	V        membrane potential [mV]
//	gex, gin synaptic conductances [nS]
//	w        weight: the jump of the conductance when a spike arrives [nS]
//	I        current, constant during a step [pA]
//
// A spike that arrives at t is contained in gex(t) and moves V from the next step on. At "in" the sum
// of the weights that arrive counts by its magnitude, so that inhibitory weights may be written as
// negative or as positive numbers; do not mix the two in one population. Positive ones are faster.
//
// With Method RK4 this is NEST's iaf_cond_exp (which integrates by RKF45; Meffin, Burkitt and Grayden
// 2004). Methods: RK4, ExponentialEuler (V exact with the conductances held for the step), Euler.
//
// The conductance-based network (COBA) of Brette et al. 2007 writes the conductances in units of the
// leak: TauM dV/dt = (EL - V) + ge (Ee - V) + gi (Ei - V). With C equal in number to TauM and GL: 1
// the numbers are the same: C: 20, GL: 1, TauEx: 5, TauIn: 10, EL: -60, EEx: 0, EIn: -80, VTh: -50,
// VReset: -60, TRef: 5, weights 0.6 and 6.7. Brian runs it with the method Euler.
//
// Receptors: "ex", "in" (weights in nS) and sim.Current (pA). Variables: V, gex, gin.
type LIFCond struct {
	C        float64 // membrane capacitance [pF]
	GL       float64 // leak conductance [nS]
	TauEx    float64 // decay time of the conductance at "ex" [ms]
	TauIn    float64 // decay time of the conductance at "in" [ms]
	TRef     float64 // refractory time [ms], rounded to steps
	EL       float64 // leak reversal potential [mV]; V starts here
	EEx      float64 // reversal potential of "ex" [mV]
	EIn      float64 // reversal potential of "in" [mV]
	VTh      float64 // threshold [mV], tested at the end of each step
	VReset   float64 // potential after a spike [mV]
	IE       float64 // constant current [pA]
	Method   Method  // RK4, ExponentialEuler or Euler
	Substeps int     // parts into which the method cuts a step; 0 means 1
}

// DefaultLIFCond gives the values of NEST's iaf_cond_exp and the method RK4.
func DefaultLIFCond() LIFCond {
	return LIFCond{C: 250, GL: 16.6667, TauEx: 0.2, TauIn: 2, TRef: 2, EL: -70, EEx: 0, EIn: -85, VTh: -55, VReset: -60}
}

// Validate names the first parameter out of range.
func (m LIFCond) Validate() error {
	p := params{model: "LIFCond"}
	p.positive("GL", m.GL, "nS")
	membrane(&p, m.C, m.C/m.GL, m.TRef, m.EL, m.VTh, m.VReset, m.IE)
	p.positive("TauEx", m.TauEx, "ms")
	p.positive("TauIn", m.TauIn, "ms")
	p.finite("EEx", m.EEx, "mV")
	p.finite("EIn", m.EIn, "mV")
	p.method(m.Method, RK4, ExponentialEuler, Euler)
	p.substeps(m.Substeps)
	return p.err
}

// Receptors lists "ex", "in" and sim.Current.
func (LIFCond) Receptors() []string { return []string{"ex", "in", sim.Current} }

// NewBlock makes neurons at rest.
func (m LIFCond) NewBlock(b sim.BlockSpec) (sim.Block, error) {
	m.Substeps = max(1, m.Substeps)
	h := b.Clock.DT / float64(m.Substeps)
	l := &lifCond{LIFCond: m, h: h,
		halfEx: leak(h/2, m.TauEx), halfIn: leak(h/2, m.TauIn),
		fullEx: leak(h, m.TauEx), fullIn: leak(h, m.TauIn),
		v:       make([]float64, b.N),
		gex:     make([]float64, b.N),
		gin:     make([]float64, b.N),
		crossed: make([]int32, b.N/8),
		ref:     newRefractory(b.N, steps(b.Clock, m.TRef)),
	}
	if m.Method == Euler {
		l.fullEx, l.fullIn = 1-h/m.TauEx, 1-h/m.TauIn
	}
	l.constants = lifCondConstants{l.GL, l.EL, l.EEx, l.EIn, l.IE, l.h / l.C, l.fullEx, l.fullIn, l.VTh}
	l.Reset(b.Key)
	return l, nil
}

type lifCond struct {
	LIFCond
	h              float64 // length of a substep [ms]
	halfEx, halfIn float64 // decay of the conductances in half a substep
	fullEx, fullIn float64 // and in a whole one
	constants      lifCondConstants
	v, gex, gin    []float64
	crossed        []int32 // room for what the loop finds at or above threshold
	ref            refractory
}

// Accumulates lists the conductances.
func (l *lifCond) Accumulates() []sim.Accumulated {
	return []sim.Accumulated{{Values: &l.gex}, {Values: &l.gin, Unsigned: true}, {}}
}

func (l *lifCond) Variables() []sim.Variable {
	return []sim.Variable{
		{Name: "V", Unit: "mV", Values: l.v},
		{Name: "gex", Unit: "nS", Values: l.gex},
		{Name: "gin", Unit: "nS", Values: l.gin},
	}
}

func (l *lifCond) Reset(sim.Key) {
	fill(l.v, l.EL)
	clear(l.gex)
	clear(l.gin)
	l.ref.reset()
}

func (l *lifCond) State(c *sim.Codec) {
	c.PerNeuron(l.v, l.gex, l.gin)
	l.ref.state(c)
}

// ClearsInput marks that Step does.
func (l *lifCond) ClearsInput() {}

func (l *lifCond) Step(t sim.Tick, in [][]float64, spikes []int32) []int32 {
	first := len(spikes)
	flush(t, l.gex, l.gin)
	if l.Method == Euler && l.Substeps == 1 {
		spikes = lifCondEuler(l.v, l.gex, l.gin, in[2], &l.constants, l.crossed, spikes)
	} else {
		spikes = l.substeps(in, spikes)
	}
	arrive(l.gex, in[0])
	arriveUnsigned(l.gin, in[1])
	clear(in[2])
	return l.ref.settle(t, l.v, l.VReset, spikes, first)
}

// substeps makes a step in parts and lists the neurons above threshold.
func (l *lifCond) substeps(in [][]float64, spikes []int32) []int32 {
	for lo := 0; lo < len(l.v); lo += chunk {
		hi := min(lo+chunk, len(l.v))
		cur := arriving(in, 2, lo, hi)
		for k := 0; k < l.Substeps; k++ {
			switch l.Method {
			case Euler:
				l.euler(lo, hi, cur)
			case ExponentialEuler:
				l.exponentialEuler(lo, hi, cur)
			default:
				l.rk4(lo, hi, cur)
			}
		}
		for i, x := range l.v[lo:hi] {
			if x >= l.VTh {
				spikes = append(spikes, int32(lo+i))
			}
		}
	}
	return spikes
}

// rk4 uses that the conductances inside the step are known: V alone is integrated.
func (l *lifCond) rk4(lo, hi int, cur []float64) {
	v := l.v[lo:hi]
	gex, gin, cur := l.gex[lo:hi][:len(v)], l.gin[lo:hi][:len(v)], cur[:len(v)]
	halfEx, halfIn, fullEx, fullIn := l.halfEx, l.halfIn, l.fullEx, l.fullIn
	gl, eex, ein := l.GL, l.EEx, l.EIn
	h, drive := l.h/l.C, float64(l.GL*l.EL)+l.IE
	for i := range v {
		x, g0, n0 := v[i], gex[i], gin[i]
		g1, n1 := float64(g0*halfEx), float64(n0*halfIn)
		g2, n2 := float64(g0*fullEx), float64(n0*fullIn)
		// The right-hand side is drive_k - total_k V at the start, middle and end of the step.
		c := drive + cur[i]
		d0, s0 := c+float64(g0*eex)+float64(n0*ein), gl+g0+n0
		d1, s1 := c+float64(g1*eex)+float64(n1*ein), gl+g1+n1
		d2, s2 := c+float64(g2*eex)+float64(n2*ein), gl+g2+n2
		k1 := d0 - float64(s0*x)
		k2 := d1 - float64(s1*(x+float64(h/2*k1)))
		k3 := d1 - float64(s1*(x+float64(h/2*k2)))
		k4 := d2 - float64(s2*(x+float64(h*k3)))
		v[i] = x + float64(h/6*(k1+float64(2*(k2+k3))+k4))
		gex[i], gin[i] = g2, n2
	}
}

func (l *lifCond) euler(lo, hi int, cur []float64) {
	v := l.v[lo:hi]
	gex, gin, cur := l.gex[lo:hi][:len(v)], l.gin[lo:hi][:len(v)], cur[:len(v)]
	fullEx, fullIn := l.fullEx, l.fullIn
	gl, el, eex, ein, ie, h := l.GL, l.EL, l.EEx, l.EIn, l.IE, l.h/l.C
	for i := range v {
		x := v[i]
		f := float64(gl*(el-x)) + float64(gex[i]*(eex-x)) + float64(gin[i]*(ein-x)) + (cur[i] + ie)
		v[i] = x + float64(h*f)
		gex[i] *= fullEx
		gin[i] *= fullIn
	}
}

// lifCondConstants are the constants of the Euler loop, in the order in which the assembly finds them.
type lifCondConstants struct {
	gl, el, eex, ein, ie, h, decayEx, decayIn, threshold float64
}

// lifCondGo is euler and the threshold in one loop, for a step that is not cut. It lists the neurons at or above
// threshold, counted from first; cur is nil where there is no current.
func lifCondGo(v, gex, gin, cur []float64, c *lifCondConstants, first int, spikes []int32) []int32 {
	gex, gin = gex[:len(v)], gin[:len(v)]
	k := *c
	for i := range v {
		x := v[i]
		current := k.ie
		if cur != nil {
			current += cur[i]
		}
		f := float64(k.gl*(k.el-x)) + float64(gex[i]*(k.eex-x)) + float64(gin[i]*(k.ein-x)) + current
		x += float64(k.h * f)
		v[i] = x
		gex[i] *= k.decayEx
		gin[i] *= k.decayIn
		if x >= k.threshold {
			spikes = append(spikes, int32(first+i))
		}
	}
	return spikes
}

func (l *lifCond) exponentialEuler(lo, hi int, cur []float64) {
	v := l.v[lo:hi]
	gex, gin, cur := l.gex[lo:hi][:len(v)], l.gin[lo:hi][:len(v)], cur[:len(v)]
	fullEx, fullIn := l.fullEx, l.fullIn
	gl, eex, ein := l.GL, l.EEx, l.EIn
	h, drive := l.h/l.C, float64(l.GL*l.EL)+l.IE
	for i := range v {
		total := gl + gex[i] + gin[i]
		target := (drive + cur[i] + float64(gex[i]*eex) + float64(gin[i]*ein)) / total
		v[i] = target + float64((v[i]-target)*math.Exp(-h*total))
		gex[i] *= fullEx
		gin[i] *= fullIn
	}
}
