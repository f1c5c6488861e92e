package reservoir

import (
	"bytes"
	"errors"
	"math"
	"math/cmplx"
	"strings"
	"testing"

	"github.com/glia-sim/glia/networks/readout"
	"gonum.org/v1/gonum/floats"
)

func waveEquation(t *testing.T, c WaveEquationConfig) *ESN {
	t.Helper()
	n, err := c.Build()
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func step(t *testing.T, n Reservoir, u ...float64) {
	t.Helper()
	if err := n.Step(u); err != nil {
		t.Fatal(err)
	}
}

// At a Courant number of 1 without damping each string is a delay line, whatever the units of length and time, and
// nothing comes back from its end.
func TestWaveEquationIsExactAtTheCourantLimit(t *testing.T) {
	c := DefaultWaveEquation(12, 2)
	c.Speed, c.Step, c.Spacing = 4, 0.5, 2
	n := waveEquation(t, c)
	var past [2][]float64
	g := rng(1)
	for range 40 {
		u := []float64{g.NormFloat64(), g.NormFloat64()}
		step(t, n, u...)
		for k := range past {
			past[k] = append(past[k], u[k])
			for i := range c.Sites {
				want := 0.0
				if i < len(past[k]) {
					want = past[k][len(past[k])-1-i]
				}
				near(t, "displacement", n.State()[k*c.Sites+i], want, 1e-12)
			}
		}
	}
}

// Standing waves between a fixed end and an end held by an input of 0 follow the closed form of the leap-frog to
// rounding; its frequency and decay are those of the equation within the error of the step.
func TestWaveEquationDispersion(t *testing.T) {
	for _, courant := range []float64{0.5, 0.9, 1} {
		for _, damping := range []float64{0, 0.02} {
			c := DefaultWaveEquation(65, 1)
			c.Step, c.Damping, c.Fixed = courant, damping, true
			n := waveEquation(t, c)
			for _, m := range []int{1, 5, 20, 50} {
				k := float64(m) * math.Pi / 64
				// Roots z of (1+g) z² - 2 b z + (1-g) = 0.
				g, sin := damping*c.Step/2, math.Sin(k/2)
				b := 1 - 2*courant*courant*sin*sin
				z := (complex(b, 0) + cmplx.Sqrt(complex(b*b-1+g*g, 0))) / complex(1+g, 0)
				x := make([]float64, n.Units())
				for i := range 65 {
					x[i], x[65+i] = math.Sin(k*float64(i)), real(1/z)*math.Sin(k*float64(i))
				}
				if err := n.SetState(x); err != nil {
					t.Fatal(err)
				}
				power := complex(1, 0)
				for at := range 200 {
					step(t, n, 0)
					power *= z
					for i := at % 20; i < 65; i += 20 {
						near(t, "standing wave", n.State()[i], real(power)*math.Sin(k*float64(i)), 1e-9)
					}
				}
				omega := cmplx.Phase(z) / c.Step
				near(t, "discrete frequency", math.Cos(omega*c.Step), b/math.Sqrt(1-g*g), 1e-12)
				near(t, "decay of the amplitude", math.Log(cmplx.Abs(z))/c.Step, -damping/2, 1e-6)
				// The relative error of the frequency is (k dx)²(1-r²)/24 for long waves.
				if m <= 5 {
					exact := math.Sqrt(k*k - damping*damping/4)
					near(t, "frequency over that of the equation", omega/exact, 1-k*k*(1-courant*courant)/24, 1e-4)
				}
			}
		}
	}
}

// Without damping the energy of any state is kept; with it, it falls at the rate of the damping.
func TestWaveEquationEnergy(t *testing.T) {
	for _, damping := range []float64{0, 0.05} {
		c := DefaultWaveEquation(65, 1)
		c.Step, c.Damping, c.Fixed = 0.8, damping, true
		n := waveEquation(t, c)
		// The invariant of the leap-frog: kinetic energy between the steps, and the product of both slopes.
		energy := func() (e float64) {
			u, before := n.State()[:65], n.State()[65:]
			for i := range 64 {
				v := (u[i] - before[i]) / c.Step
				e += v*v/2 + (u[i+1]-u[i])*(before[i+1]-before[i])/2
			}
			return e
		}
		x := make([]float64, n.Units())
		g := rng(2)
		for i := 1; i < 64; i++ {
			x[i] = g.NormFloat64()
			x[65+i] = x[i]
		}
		if err := n.SetState(x); err != nil {
			t.Fatal(err)
		}
		step(t, n, 0)
		start := energy()
		const steps = 100
		for range steps {
			step(t, n, 0)
		}
		if damping == 0 {
			near(t, "energy over that at the start", energy()/start, 1, 1e-12)
		} else {
			near(t, "rate of the energy", -math.Log(energy()/start)/(steps*c.Step), damping, 0.05*damping)
		}
	}
}

// A long pulse passes at the speed of the equation, loses what damping takes, and leaves the open end without an echo.
func TestWaveEquationPulse(t *testing.T) {
	for _, damping := range []float64{0, 0.01} {
		c := DefaultWaveEquation(121, 1)
		c.Speed, c.Step, c.Damping = 2, 0.3, damping // 0.6 sites a step
		n := waveEquation(t, c)
		const from, to = 20, 100
		var size, centre, top [2]float64
		var echo float64
		for k := range 600 {
			at := float64(k+1) * c.Step
			z := (at - 20) / 4
			step(t, n, math.Exp(-z*z/2))
			for e, i := range []int{from, to} {
				u := n.State()[i]
				size[e] += u
				centre[e] += u * at
				top[e] = max(top[e], u)
			}
			if at > 20+121/c.Speed+30 {
				echo = max(echo, floats.Norm(n.State(), math.Inf(1)))
			}
		}
		speed := (to - from) / (centre[1]/size[1] - centre[0]/size[0])
		t.Logf("damping %g: speed %.4f, height %.4f of it, echo %.2g", damping, speed, top[1]/top[0], echo)
		near(t, "height after 80 sites", top[1]/top[0], math.Exp(-damping*(to-from)/(2*c.Speed)), 2e-3)
		if damping == 0 {
			near(t, "speed", speed, 2, 0.002)
			if echo > 2e-3*top[0] {
				t.Errorf("echo of %g", echo)
			}
		}
	}
}

func TestWaveEquationRefusalsAndSaving(t *testing.T) {
	var argument *ArgumentError
	for want, change := range map[string]func(*WaveEquationConfig){
		"sites": func(c *WaveEquationConfig) { c.Sites = 2 }, "inputs": func(c *WaveEquationConfig) { c.Inputs = 0 },
		"speed": func(c *WaveEquationConfig) { c.Speed = math.NaN() }, "damping": func(c *WaveEquationConfig) { c.Damping = -1 },
		"step": func(c *WaveEquationConfig) { c.Step = 0 }, "spacing": func(c *WaveEquationConfig) { c.Spacing = math.Inf(1) },
		"shorten the step to 0.5": func(c *WaveEquationConfig) { c.Speed, c.Step = 2, 0.6 },
	} {
		c := DefaultWaveEquation(10, 1)
		change(&c)
		if _, err := c.Build(); !errors.As(err, &argument) || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: want an error that says %q", err, want)
		}
	}
	c := DefaultWaveEquation(10, 1)
	c.Step, c.Damping = 0.7, 0.1
	n := waveEquation(t, c)
	if err := n.W.(*CSR).check("string"); err != nil {
		t.Error(err)
	}
	m := &Model{Reservoir: n, Readout: &readout.Linear{Inputs: 20, Outputs: 1, Weights: make([]float64, 20), Bias: []float64{0}}}
	for k := range m.Readout.Weights {
		m.Readout.Weights[k] = float64(k)
	}
	step(t, n, 1)
	var file bytes.Buffer
	if err := m.Save(&file, About{}); err != nil {
		t.Fatal(err)
	}
	loaded, _, err := Load(&file, 1)
	if err != nil {
		t.Fatal(err)
	}
	var a, b [1]float64
	for k := range 30 {
		u := []float64{math.Sin(float64(k))}
		if err := errors.Join(m.Step(u, a[:]), loaded.Step(u, b[:])); err != nil || a != b {
			t.Fatalf("step %d: %v and %v: %v", k, a, b, err)
		}
	}
}
