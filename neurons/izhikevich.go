package neurons

import (
	"fmt"

	"github.com/glia-sim/glia/sim"
)

// Izhikevich is the two-variable neuron of Izhikevich 2003:
//
//	dv/dt = 0.04 v² + 5 v + 140 - u + I + IE
//	du/dt = A (B v - u)
//	v >= Peak:  spike, v = C, u = u + D
//
//	v   membrane potential [mV], t in ms
//	u   recovery [mV/ms]
//	I   current in the model's own unit [mV/ms]: 10 makes a regular-spiking cell fire tonically
//
// Methods. All test for spikes and reset at the end of each substep, so that no recorded v lies at or
// above Peak; a neuron spikes at most once per step. Weights at "v" that arrive at t are contained in
// v(t), whole, except with HalfSteps.
//
//   - HalfSteps at dt = 1 ms is the published scheme: v twice by half a step with u held, then u by a
//     whole step with the new v. Weights at "v" act through I during the step that ends at their
//     arrival, as w/dt, so that w is still the jump in mV as long as v changes little; this is NEST's
//     izhikevich with consistent_integration false, and Substeps must be 1.
//   - Euler takes both right-hand sides at the old state: NEST's consistent_integration true, and
//     Brian's "euler".
//   - RK4 with u and v together, for converged trajectories.
//
// The 1 ms scheme is coarse: it gives a fast-spiking cell half the spikes of the converged solution.
// Use it to repeat published networks, which are tuned with it, and Euler or RK4 with dt of 0.1 ms
// otherwise.
//
// In the listing of 2003 the spikes found at the start of a step act as current in the same step: with
// spikes stamped at the end of steps, as here, that is a delay of 1 ms onto sim.Current.
//
// Receptors: "v" (weights in mV) and sim.Current. Variables: v, u.
type Izhikevich struct {
	Set IzhikevichSet // of all neurons, unless PerNeuron is set
	// PerNeuron gives the set of neuron i of the population; it must depend on i alone. nil means
	// that all have Set.
	PerNeuron func(i int) IzhikevichSet
	IE        float64 // constant current [mV/ms]
	Peak      float64 // cut-off of the spike [mV]
	V0        float64 // start of v [mV]; u starts at B v unless U0 is set
	U0        *float64
	Method    Method // HalfSteps, Euler or RK4
	Substeps  int    // parts into which Euler and RK4 cut a step; 0 means 1
}

// DefaultIzhikevich gives regular-spiking cells that start at v = -65 mV and are advanced by Euler.
func DefaultIzhikevich() Izhikevich {
	return Izhikevich{Set: RegularSpiking, Peak: 30, V0: -65, Method: Euler}
}

// Validate names the first parameter out of range.
func (m Izhikevich) Validate() error {
	p := params{model: "Izhikevich"}
	p.finite("Peak", m.Peak, "mV")
	if m.PerNeuron == nil {
		m.Set.check(&p, "Set.")
		p.below("Set.C", m.Set.C, "Peak", m.Peak, "mV")
	}
	p.finite("IE", m.IE, "mV/ms")
	p.finite("V0", m.V0, "mV")
	if m.U0 != nil {
		p.finite("U0", *m.U0, "mV/ms")
	}
	p.method(m.Method, HalfSteps, Euler, RK4)
	p.substeps(m.Substeps)
	if m.Method == HalfSteps && m.Substeps > 1 {
		p.complain("Substeps", float64(m.Substeps), "", "1 with the method HalfSteps (take Euler or RK4 for finer steps)")
	}
	return p.err
}

// Receptors lists "v" and sim.Current.
func (Izhikevich) Receptors() []string { return []string{"v", sim.Current} }

// NewBlock makes neurons at their start values. It reports a set of PerNeuron that is out of range.
func (m Izhikevich) NewBlock(b sim.BlockSpec) (sim.Block, error) {
	m.Substeps = max(1, m.Substeps)
	z := &izhikevich{Izhikevich: m, h: b.Clock.DT / float64(m.Substeps), dt: b.Clock.DT,
		v: make([]float64, b.N), u: make([]float64, b.N),
		a: make([]float64, b.N), b: make([]float64, b.N),
		c: make([]float64, b.N), d: make([]float64, b.N),
	}
	for i := range z.a {
		s := m.Set
		if m.PerNeuron != nil {
			s = m.PerNeuron(b.First + i)
			p := params{model: "Izhikevich"}
			s.check(&p, fmt.Sprintf("PerNeuron(%d).", b.First+i))
			p.below(fmt.Sprintf("PerNeuron(%d).C", b.First+i), s.C, "Peak", m.Peak, "mV")
			if p.err != nil {
				return nil, p.err
			}
		}
		z.a[i], z.b[i], z.c[i], z.d[i] = s.A, s.B, s.C, s.D
	}
	if m.Substeps > 1 {
		z.fired = make([]int32, 0, b.N)
	}
	z.Reset(b.Key)
	return z, nil
}

type izhikevich struct {
	Izhikevich
	h, dt      float64 // length of a substep and of a step [ms]
	v, u       []float64
	a, b, c, d []float64
	fired      []int32 // with several substeps: who has spiked in this step
}

func (z *izhikevich) Variables() []sim.Variable {
	return []sim.Variable{
		{Name: "v", Unit: "mV", Values: z.v},
		{Name: "u", Unit: "mV/ms", Values: z.u},
	}
}

func (z *izhikevich) Reset(sim.Key) {
	fill(z.v, z.V0)
	for i := range z.u {
		z.u[i] = z.b[i] * z.V0
	}
	if z.U0 != nil {
		fill(z.u, *z.U0)
	}
}

func (z *izhikevich) State(c *sim.Codec) { c.PerNeuron(z.v, z.u) }
