package reservoir

import (
	"bytes"
	"errors"
	"math"
	"math/cmplx"
	"testing"

	"gonum.org/v1/gonum/dsp/fourier"
)

func wave(t *testing.T, c WaveConfig) *ESN {
	t.Helper()
	n, err := c.Build()
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// A pulse moves by one site per step: the space-time plot is a straight diagonal, and on a ring the power of its
// two-dimensional spectrum lies on omega = v k with v one site per step.
func TestPulseTravels(t *testing.T) {
	const n = 16
	for _, closed := range []bool{false, true} {
		c := DefaultWave(n, 2)
		c.Closed, c.Activation = closed, ReLU
		net := wave(t, c)
		u := []float64{1, 0}
		plot := make([][]complex128, n)
		for step := range n {
			if err := net.Step(u); err != nil {
				t.Fatal(err)
			}
			u[0] = 0
			plot[step] = make([]complex128, n)
			for i, x := range net.State() {
				if want := i == step; (x == 1) != want || (x == 0) == want {
					t.Fatalf("closed %v, step %d: unit %d is %g", closed, step, i, x)
				}
				if i < n {
					plot[step][i] = complex(x, 0)
				}
			}
		}
		fft := fourier.NewCmplxFFT(n)
		for _, row := range plot {
			fft.Coefficients(row, row)
		}
		var on, all float64
		column := make([]complex128, n)
		for k := range n {
			for step := range n {
				column[step] = plot[step][k]
			}
			fft.Coefficients(column, column)
			for w, v := range column {
				power := cmplx.Abs(v) * cmplx.Abs(v)
				all += power
				// exp(-i(k x + w t)) with x = t: only w = -k, modulo the ring.
				if (w+k)%n == 0 {
					on += power
				}
			}
		}
		near(t, "share of the power on the line", on/all, 1, 1e-12)
		if err := net.Step(u); err != nil {
			t.Fatal(err)
		}
		// On a ring the pulse comes round, on a line it is gone.
		if got := net.State()[0]; (got == 1) != closed {
			t.Errorf("closed %v: site 0 is %g after a round", closed, got)
		}
	}
	c := DefaultWave(5, 1)
	c.Closed, c.Kernel, c.Decay = true, [3]float64{1. / 3, 1. / 3, 1. / 3}, 0.9
	spread := wave(t, c)
	for i := range 5 {
		near(t, "row sum", rowSums(spread.W)[i], 0.9, 1e-15)
	}
	radius, err := SpectralRadius(spread.W)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "radius of a spreading ring", radius, 0.9, 1e-12)
	if err := spread.W.(*CSR).check("ring"); err != nil {
		t.Error(err)
	}
	var argument *ArgumentError
	for _, bad := range []WaveConfig{{}, DefaultWave(2, 1), {Sites: 5, Channels: 1, Inputs: 2, Decay: 1}, {Sites: 5, Channels: 1, Inputs: 1}} {
		if _, err := bad.Build(); !errors.As(err, &argument) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	// Waves can be saved like any network of this kind.
	if err := (&Model{Reservoir: spread}).Save(&bytes.Buffer{}, About{}); err == nil {
		t.Error("a model without readout was saved")
	}
}

// The certificate against matrices whose contraction is known.
func TestContraction(t *testing.T) {
	m := NewDense(2, 2)
	m.Data = []float64{0, 8, 0.1, 0} // radius of |W| sqrt(0.8)
	metric, rate, ok := Contraction(m, 1)
	if !ok {
		t.Fatal("a contracting pair was refused")
	}
	// In a metric with M_2/M_1 = 80 the pair is symmetric with rate 1 - sqrt(0.8); no diagonal metric does better.
	if !(rate > 0 && rate <= 1-math.Sqrt(0.8)+1e-12) || !(metric[0] > 0 && metric[1] > metric[0]) {
		t.Errorf("rate %g in the metric %v", rate, metric)
	}
	if _, _, ok := Contraction(m, 1.2); ok {
		t.Error("a pair of radius above 1 was certified")
	}
	m.Data = []float64{0, 0.5, 0.5, 0}
	_, rate, _ = Contraction(m, 1)
	near(t, "rate of a symmetric pair", rate, 0.5, 1e-12)
}

// Two starts under one input approach each other at the certified rate at least, however strong the couplings; with
// the sign of half of them turned, they do not.
func TestAssembliesForget(t *testing.T) {
	for _, symmetric := range []bool{false, true} {
		c := DefaultAssembly(1)
		c.Modules, c.Units, c.Density, c.Coupling, c.Pairs, c.Symmetric, c.Seed = 4, 16, 0.1, 2.5, 1, symmetric, 3
		a, err := c.Build()
		if err != nil {
			t.Fatal(err)
		}
		b, err := c.Build()
		if err != nil {
			t.Fatal(err)
		}
		if !(a.Rate > 0.01 && a.Rate <= 1) {
			t.Fatalf("certified rate %g", a.Rate)
		}
		start := make([]float64, a.Units())
		g := rng(8)
		for i := range start {
			start[i] = g.NormFloat64()
		}
		if err := b.SetState(start); err != nil {
			t.Fatal(err)
		}
		first, err := a.Distance(a.State(), b.State())
		if err != nil {
			t.Fatal(err)
		}
		steps := 60
		if symmetric {
			steps = 4 // it grows without bound
		}
		last, grew := first, false
		for k := range steps {
			u := []float64{math.Sin(0.7 * float64(k))}
			if err := errors.Join(a.Step(u), b.Step(u)); err != nil {
				t.Fatal(err)
			}
			d, err := a.Distance(a.State(), b.State())
			if err != nil {
				t.Fatal(err)
			}
			if !symmetric && d > last*math.Exp(-a.Rate*a.StepTime)*(1+1e-6) && d > 1e-12 {
				t.Fatalf("step %d: distance %g after %g shrinks by less than the rate %g", k, d, last, a.Rate)
			}
			grew = grew || d > 10*first
			last = d
		}
		if symmetric != grew {
			t.Errorf("symmetric %v: distance %g at first, %g at the end", symmetric, first, last)
		}
		t.Logf("symmetric %v: certified rate %.3f, measured %.3f per tau", symmetric, a.Rate, -math.Log(last/first)/(float64(steps)*a.StepTime))
	}
	var argument *ArgumentError
	for _, change := range []func(*AssemblyConfig){
		func(c *AssemblyConfig) { c.Radius = 1 }, func(c *AssemblyConfig) { c.Modules = 0 }, func(c *AssemblyConfig) { c.StepTime = 0 },
		func(c *AssemblyConfig) { c.Pairs = 2 }, func(c *AssemblyConfig) { c.Density = 0 },
	} {
		c := DefaultAssembly(1)
		change(&c)
		if _, err := c.Build(); !errors.As(err, &argument) {
			t.Errorf("%+v: %v", c, err)
		}
	}
}
