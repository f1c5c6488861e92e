package neurons

import "github.com/glia-sim/glia/sim"

// Izhikevich2007 is the two-variable neuron of Izhikevich with units, as in his book of 2007, "Dynamical Systems in
// Neuroscience", section 8.1.4:
//
//	C dV/dt = K (V - VRest)(V - VCrit) - u + I + IE + C Σ w δ(t - arrival)
//	du/dt   = A (B (V - VRest) - u)
//	V >= VPeak:  spike, V = VReset, u = u + D
//
//	V   membrane potential [mV]
//	u   recovery current [pA]
//	w   weight: the jump of V when a spike arrives [mV]
//	I   current, constant during a step [pA]
//
// A spike that arrives at t is contained in V(t). Threshold and reset are tested at the end of a step. Methods: Euler
// (both right-hand sides at the old state) and RK4. [Izhikevich] is the same neuron without units.
//
// Receptors: "v" (weights in mV) and sim.Current (pA). Variables: V, u.
type Izhikevich2007 struct {
	C      float64 // membrane capacitance [pF]
	K      float64 // curvature [nS/mV]
	VRest  float64 // resting potential [mV]; V starts here, u at 0
	VCrit  float64 // potential above which V runs away without input [mV]
	VPeak  float64 // cut-off of the spike [mV]
	VReset float64 // potential after a spike [mV]
	A      float64 // rate of recovery [1/ms]
	B      float64 // sensitivity of the recovery to V [nS]
	D      float64 // jump of the recovery at a spike [pA]
	IE     float64 // constant current [pA]
	Method Method  // Euler or RK4
}

// DefaultIzhikevich2007 gives the regular-spiking cell of section 8.2, advanced by Euler.
func DefaultIzhikevich2007() Izhikevich2007 {
	return Izhikevich2007{C: 100, K: 0.7, VRest: -60, VCrit: -40, VPeak: 35, VReset: -50, A: 0.03, B: -2, D: 100, Method: Euler}
}

// Validate names the first parameter out of range.
func (m Izhikevich2007) Validate() error {
	p := params{model: "Izhikevich2007"}
	p.positive("C", m.C, "pF")
	p.positive("K", m.K, "nS/mV")
	p.finite("VRest", m.VRest, "mV")
	p.finite("VCrit", m.VCrit, "mV")
	p.finite("VPeak", m.VPeak, "mV")
	p.finite("VReset", m.VReset, "mV")
	p.below("VCrit", m.VCrit, "VPeak", m.VPeak, "mV")
	p.below("VReset", m.VReset, "VPeak", m.VPeak, "mV")
	p.notNegative("A", m.A, "1/ms")
	p.finite("B", m.B, "nS")
	p.finite("D", m.D, "pA")
	p.finite("IE", m.IE, "pA")
	p.method(m.Method, Euler, RK4)
	return p.err
}

// Receptors lists "v" and sim.Current.
func (Izhikevich2007) Receptors() []string { return []string{"v", sim.Current} }

// NewBlock makes neurons at rest.
func (m Izhikevich2007) NewBlock(b sim.BlockSpec) (sim.Block, error) {
	z := &izhikevich2007{Izhikevich2007: m, h: b.Clock.DT, v: make([]float64, b.N), u: make([]float64, b.N)}
	z.Reset(b.Key)
	return z, nil
}

type izhikevich2007 struct {
	Izhikevich2007
	h    float64 // length of a step [ms]
	v, u []float64
}

func (z *izhikevich2007) Variables() []sim.Variable {
	return []sim.Variable{
		{Name: "V", Unit: "mV", Values: z.v},
		{Name: "u", Unit: "pA", Values: z.u},
	}
}

func (z *izhikevich2007) Reset(sim.Key) {
	fill(z.v, z.VRest)
	clear(z.u)
}

func (z *izhikevich2007) State(c *sim.Codec) { c.PerNeuron(z.v, z.u) }

func (z *izhikevich2007) Step(_ sim.Tick, in [][]float64, spikes []int32) []int32 {
	for lo := 0; lo < len(z.v); lo += chunk {
		hi := min(lo+chunk, len(z.v))
		w, cur := arriving(in, 0, lo, hi), arriving(in, 1, lo, hi)
		if z.Method == RK4 {
			spikes = z.rk4(lo, hi, w, cur, spikes)
		} else {
			spikes = z.euler(lo, hi, w, cur, spikes)
		}
	}
	return spikes
}

func (z *izhikevich2007) euler(lo, hi int, w, cur []float64, spikes []int32) []int32 {
	v := z.v[lo:hi]
	n := len(v)
	u := z.u[lo:hi][:n]
	w, cur = w[:n], cur[:n]
	hc, ha, k, b, rest, crit, ie, peak := z.h/z.C, z.h*z.A, z.K, z.B, z.VRest, z.VCrit, z.IE, z.VPeak
	for i := range v {
		x, r := v[i], u[i]
		f := float64(float64(k*(x-rest))*(x-crit)) - r + (cur[i] + ie)
		r += float64(ha * (float64(b*(x-rest)) - r))
		x += float64(hc*f) + w[i]
		if x >= peak {
			spikes = append(spikes, int32(lo+i))
			x = z.VReset
			r += z.D
		}
		v[i], u[i] = x, r
	}
	return spikes
}

func (z *izhikevich2007) rk4(lo, hi int, w, cur []float64, spikes []int32) []int32 {
	v := z.v[lo:hi]
	n := len(v)
	u := z.u[lo:hi][:n]
	w, cur = w[:n], cur[:n]
	h := z.h
	for i := range v {
		x, r, drive := v[i], u[i], cur[i]+z.IE
		k1, l1 := z.slope(x, r, drive)
		k2, l2 := z.slope(x+float64(h/2*k1), r+float64(h/2*l1), drive)
		k3, l3 := z.slope(x+float64(h/2*k2), r+float64(h/2*l2), drive)
		k4, l4 := z.slope(x+float64(h*k3), r+float64(h*l3), drive)
		x += float64(h/6*(k1+float64(2*(k2+k3))+k4)) + w[i]
		r += float64(h / 6 * (l1 + float64(2*(l2+l3)) + l4))
		if x >= z.VPeak {
			spikes = append(spikes, int32(lo+i))
			x = z.VReset
			r += z.D
		}
		v[i], u[i] = x, r
	}
	return spikes
}

func (z *izhikevich2007) slope(v, u, drive float64) (dv, du float64) {
	return (float64(float64(z.K*(v-z.VRest))*(v-z.VCrit)) - u + drive) / z.C, float64(z.A * (float64(z.B*(v-z.VRest)) - u))
}
