package synapses

import (
	"fmt"
	"math"

	"github.com/glia-sim/glia/sim"
)

// TsodyksMarkram is short-term depression and facilitation of all synapses of a source alike. A spike
// counts as the weight times u·x, with u the share of the available resources x that a spike releases
// (Tsodyks, Pawelzik and Markram 1998; Tsodyks, Uziel and Markram 2000):
//
//	at a spike             u += U (1-u);  release u x;  x -= u x
//	between two spikes     du/dt = -u/TauFac,  dx/dt = (1-x)/TauRec
//
//	symbol  meaning                                            unit
//	u       share of the available resources released, 0..1    1
//	x       resources available, 0..1                          1
//	y, z    resources in use, and waiting to recover           1
//
// At rest u is 0 and x is 1, so that the first release is U. This is NEST's tsodyks2_synapse, whose
// recurrence u -> U + u (1-U) exp(-h/TauFac) is the same thing, as is that of u relaxing to U where
// the release takes u before its jump (Mongillo, Barak and Tsodyks 2008).
//
// With TauPsc above 0 resources stay in use for that time and recover only afterwards, as in the full
// model of 2000 and NEST's tsodyks_synapse:
//
//	at a spike             x -= u x,  y += u x
//	between two spikes     dy/dt = -y/TauPsc,  dz/dt = y/TauPsc - z/TauRec,  x = 1-y-z
//
// Both are solved exactly between spikes. Spikes take effect in the order of emission, which for one
// source and any delay is that of arrival.
type TsodyksMarkram struct {
	U      float64 // utilisation of a first spike, above 0 up to 1
	TauRec float64 // time constant of recovery [ms], above 0
	TauFac float64 // time constant of facilitation [ms]; 0 for none, when u is always U
	TauPsc float64 // time that released resources stay in use [ms]; 0 for none
	// DecayToU lets u relax to U instead of 0 and still jump before the release, as some simulators
	// do: at rest u is U, and the first release U + U(1-U).
	DecayToU bool
}

// Validate names the first parameter out of range.
func (m TsodyksMarkram) Validate() error {
	if !(m.U > 0 && m.U <= 1) {
		return fmt.Errorf("TsodyksMarkram.U is %g: want a share above 0 and up to 1", m.U)
	}
	if err := checkPositive("TsodyksMarkram.TauRec", m.TauRec, "time in ms"); err != nil {
		return err
	}
	if !(m.TauFac >= 0) || math.IsInf(m.TauFac, 1) {
		return fmt.Errorf("TsodyksMarkram.TauFac is %g: want a time of 0 or more in ms", m.TauFac)
	}
	if !(m.TauPsc >= 0) || math.IsInf(m.TauPsc, 1) {
		return fmt.Errorf("TsodyksMarkram.TauPsc is %g: want a time of 0 or more in ms", m.TauPsc)
	}
	return nil
}

// NewRelease makes the state of n sources at rest.
func (m TsodyksMarkram) NewRelease(n int, clock sim.Clock) sim.ReleaseBlock {
	b := &tsodyksBlock{m: m, clock: clock, last: make([]sim.Instant, n), u: make([]float64, n), x: make([]float64, n)}
	if m.TauPsc > 0 {
		b.y = make([]float64, n)
	}
	b.Reset()
	return b
}

type tsodyksBlock struct {
	m     TsodyksMarkram
	clock sim.Clock
	last  []sim.Instant // latest spike; Never before the first
	u, x  []float64     // just after it
	y     []float64     // nil where TauPsc is 0
}

func (b *tsodyksBlock) Reset() {
	for i := range b.last {
		b.last[i], b.u[i], b.x[i] = sim.Never, b.m.base(), 1
	}
	clear(b.y)
}

func (b *tsodyksBlock) State(c *sim.Codec) { c.PerNeuron(b.last, b.u, b.x, b.y) }

// base is the value to which u relaxes.
func (m *TsodyksMarkram) base() float64 {
	if m.DecayToU {
		return m.U
	}
	return 0
}

func (b *tsodyksBlock) Spike(i int, at sim.Instant) float64 {
	m := &b.m
	if b.last[i] != sim.Never {
		b.relax(i, b.clock.Elapsed(b.last[i], at))
	}
	b.last[i] = at
	u := b.u[i]
	u += float64(m.U * (1 - u))
	released := float64(u * b.x[i])
	b.u[i] = u
	b.x[i] -= released
	if b.y != nil {
		b.y[i] += released
	}
	return released
}

// relax carries the state of source i over h ms without spikes.
func (b *tsodyksBlock) relax(i int, h float64) {
	m := &b.m
	base := m.base()
	b.u[i] = base + float64((b.u[i]-base)*decay(h, m.TauFac))
	recover := -math.Expm1(-h / m.TauRec)
	if b.y == nil {
		b.x[i] += float64((1 - b.x[i]) * recover)
		return
	}
	y := b.y[i]
	z := 1 - b.x[i] - y
	left := decay(h, m.TauPsc)
	moved := y * chained(h, m.TauPsc, m.TauRec) // from y to z and still there
	b.y[i] = y * left
	b.x[i] += float64(z*recover) + (y - float64(y*left) - moved)
}

// decay is exp(-h/tau); 0 for tau 0.
func decay(h, tau float64) float64 {
	if tau == 0 {
		return 0
	}
	return math.Exp(-h / tau)
}

// chained is the share of what decays with tau1 into a pool that decays with tau2 that is in the pool
// after h:
//
//	tau2/(tau1-tau2) (exp(-h/tau1) - exp(-h/tau2))
//
// written so that equal time constants give the limit h/tau exp(-h/tau).
func chained(h, tau1, tau2 float64) float64 {
	a, b := h/tau1, h/tau2
	slow, gap := min(a, b), math.Abs(a-b)
	if gap == 0 {
		return a * math.Exp(-slow)
	}
	return a * math.Exp(-slow) * -math.Expm1(-gap) / gap
}
