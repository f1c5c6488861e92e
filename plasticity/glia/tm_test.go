package glia

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// The spike train of example 3 [ms].
var burst = []float64{0, 50, 100, 150, 200, 300, 310, 320, 330, 340, 350, 360, 370, 380, 390, 400}

// Without gliotransmitter the synapse depresses.
func TestReleaseWithoutGlia(t *testing.T) {
	s := NewTerminals(DefaultModulatedTM(), 1)
	want := []float64{0.600, 0.367, 0.154, 0.104, 0.096, 0.163, 0.043, 0.022, 0.020, 0.020}
	for k, at := range burst {
		r := s.Spike(0, 1000+at)
		if k < len(want) {
			near(t, fmt.Sprintf("release of spike %d", k), r, want[k], 1e-3)
		}
	}
	u, x := s.Resources(0, 1400)
	near(t, "last release", u*x/(1-u), 0.0198, 2e-4) // r = u x before the spike took it
	if y := s.Transmitter(0, 1400); y < 2500*0.0198 || y > 2500*0.2 {
		t.Errorf("transmitter after the train: %g µM", y)
	}
}

// After the releases of section D the same train first facilitates: the astrocyte turns a depressing
// synapse into a facilitating one.
func TestReleaseAfterGliotransmission(t *testing.T) {
	cells := openLoopCells(t)
	if _, err := advanceTo(cells, 17100); err != nil {
		t.Fatal(err)
	}
	for cell, want := range []struct {
		bound float64
		r     []float64
	}{
		{0.761, []float64{0.144, 0.216, 0.222, 0.195, 0.161, 0.146, 0.111}},
		{0.922, []float64{0.047, 0.081, 0.102, 0.113, 0.115, 0.106, 0.111, 0.107, 0.097}},
	} {
		s := NewTerminals(DefaultModulatedTM(), 1)
		s.follow(0, cells.Pulses(cell), 16500)
		near(t, "bound receptors at 16.5 s", s.Bound(0, 16500), want.bound, 0.005*want.bound)
		for k, w := range want.r {
			near(t, fmt.Sprintf("cell %d, spike %d", cell, k), s.Spike(0, 16500+burst[k]), w, max(0.01*w, 1.3e-3)) // the specification starts from the share above without unbinding during the pulses
		}
	}
}

// The closed form of the bound share against Runge-Kutta integration, also on both sides of where
// receptors saturate.
func TestBoundShare(t *testing.T) {
	m := DefaultModulatedTM()
	for _, k := range []struct{ og, unbind, ga, g0, tolerance float64 }{
		{1.5, 0.5 / 60, 78, 0, 1e-9}, {1.5, 0.5 / 60, 78, 0.7, 1e-9}, {1.5, 20, 78, 0.2, 1e-9}, {0, 0.1, 50, 0.4, 1e-9}, {15, 0.5, 78, 0, 1e-7}, {60, 0.5, 90, 0, 5e-5},
	} {
		m.OG, m.OmegaG = k.og, k.unbind
		g, ga, now := k.g0, k.ga, 0.0
		const dt = 1e-5 // s
		rate := func(g, ga float64) float64 { return m.OG*ga*(1-g) - m.OmegaG*g }
		for _, until := range []float64{0.0003, 0.01, 0.05, 0.3, 2} {
			for ; now < until-dt/2; now += dt {
				mid, end := ga*math.Exp(-m.OmegaE*dt/2), ga*math.Exp(-m.OmegaE*dt)
				k1 := rate(g, ga)
				k2 := rate(g+dt/2*k1, mid)
				k3 := rate(g+dt/2*k2, mid)
				k4 := rate(g+dt*k3, end)
				g += dt / 6 * (k1 + 2*k2 + 2*k3 + k4)
				ga = end
			}
			got, left := m.bound(k.g0, k.ga, until)
			near(t, fmt.Sprintf("%+v after %g s", k, until), got, g, k.tolerance)
			if m.OG > 0 {
				near(t, "gliotransmitter", left, ga, 1e-9*k.ga+1e-12)
			}
		}
	}
	// O_G 78 / Omega_e = 1.95: the share jumps from 0 to 0.858 and is forgotten with 120 s.
	m = DefaultModulatedTM()
	g, _ := m.bound(0, 78, 0.2)
	near(t, "jump by a full release", g, 0.858, 0.002)
	later, _ := m.bound(0, 78, 0.2+120)
	near(t, "after 120 s", later, g/math.E, 1e-5)
}

// Taking a stretch in one piece or in several gives the same.
func TestBoundShareComposes(t *testing.T) {
	a, b := NewTerminals(DefaultModulatedTM(), 1), NewTerminals(DefaultModulatedTM(), 1)
	for k := range 40 {
		at := float64(k) * 7
		if k%9 == 0 {
			a.Pulse(0, at, 30)
			b.Pulse(0, at, 30)
		}
		if k%4 == 0 {
			a.bindTo(0, at)
		}
	}
	near(t, "bound share", a.Bound(0, 300), b.Bound(0, 300), 1e-12)
}

// Mean release per spike under Poisson input.
func TestMeanRelease(t *testing.T) {
	m := DefaultModulatedTM()
	for _, k := range []struct{ u, rate, want float64 }{
		{0.6, 0.1, 0.586}, {0.6, 1, 0.484}, {0.6, 3.16, 0.333}, {0.6, 10, 0.161}, {0.6, 31.6, 0.060}, {0.6, 100, 0.0196},
		{0.144, 0.1, 0.145}, {0.144, 1, 0.160}, {0.144, 3.16, 0.169}, {0.144, 10, 0.129}, {0.144, 31.6, 0.058},
		{0.047, 0.1, 0.048}, {0.047, 1, 0.058}, {0.047, 3.16, 0.075}, {0.047, 10, 0.087}, {0.047, 31.6, 0.053},
	} {
		m.U = k.u
		s := NewTerminals(m, 1)
		rng := rand.New(rand.NewPCG(5, 0))
		at, sum := 0.0, 0.0
		const spikes, settled = 40000, 1000
		for n := range spikes + settled {
			at += rng.ExpFloat64() / k.rate * 1000
			if r := s.Spike(0, at); n >= settled {
				sum += r
			}
		}
		near(t, fmt.Sprintf("mean release at %g Hz, U0 %g", k.rate, k.u), sum/spikes, k.want, 0.03*k.want)
	}
}

// Alpha above U makes gliotransmission increase release.
func TestReleaseIncreasing(t *testing.T) {
	m := DefaultModulatedTM()
	m.U, m.Alpha = 0.1, 0.9
	s := NewTerminals(m, 2)
	s.Pulse(1, 0, 78)
	near(t, "without", s.Spike(0, 500), 0.1, 1e-12)
	near(t, "with", s.Spike(1, 500), 0.1+0.8*s.Bound(1, 500), 1e-12)
}
