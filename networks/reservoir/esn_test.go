package reservoir

import (
	"errors"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// Two steps of two units against the equation, by hand.
func TestESNStep(t *testing.T) {
	w := &Dense{2, 2, []float64{0.5, -0.2, 0.1, 0.3}}
	in := &Dense{2, 2, []float64{1, 0.5, -1, 2}}
	bias := []float64{0.1, -0.1}
	for _, f := range []Activation{Tanh, Sigmoid, Identity} {
		n, err := NewESN(w, in, bias, 0.4, f)
		if err != nil {
			t.Fatal(err)
		}
		fn := map[Activation]func(float64) float64{Tanh: math.Tanh, Identity: func(z float64) float64 { return z },
			Sigmoid: func(z float64) float64 { return 1 / (1 + math.Exp(-z)) }}[f]
		a, b := 0.0, 0.0
		for _, u := range [][]float64{{0.3, -0.4}, {-1, 0.2}} {
			if err := n.Step(u); err != nil {
				t.Fatal(err)
			}
			a, b = 0.6*a+0.4*fn(0.5*a-0.2*b+u[0]+0.5*u[1]+0.1), 0.6*b+0.4*fn(0.1*a+0.3*b-u[0]+2*u[1]-0.1)
			near(t, f.String()+" unit 0", n.State()[0], a, 1e-15)
			near(t, f.String()+" unit 1", n.State()[1], b, 1e-15)
		}
		n.Reset()
		near(t, "after Reset", mat.Sum(mat.NewVecDense(2, n.State())), 0, 0)
	}
}

// The carried state passes through the matrix C, the default being the identity.
func TestESNCarry(t *testing.T) {
	c := DefaultESN(30, 1)
	c.Leak = 0.2
	a, err := c.Build()
	if err != nil {
		t.Fatal(err)
	}
	b, err := c.Build()
	if err != nil {
		t.Fatal(err)
	}
	one := NewDense(30, 30)
	for i := range 30 {
		one.Row(i)[i] = 1
	}
	b.Carry = one
	for k := range 5 {
		u := []float64{float64(k) - 2}
		if err := errors.Join(a.Step(u), b.Step(u)); err != nil {
			t.Fatal(err)
		}
	}
	for i := range a.State() {
		near(t, "unit", b.State()[i], a.State()[i], 1e-15)
	}
	moved := NewDense(30, 30) // a permutation: what leaks into unit 0 is the last unit's state
	for i := range 30 {
		moved.Row(i)[(i+29)%30] = 1
	}
	b.Carry = moved
	before := append([]float64(nil), b.State()...)
	z := make([]float64, 30)
	b.W.MulVec(z, before)
	if err := b.Step([]float64{0}); err != nil {
		t.Fatal(err)
	}
	near(t, "unit 0", b.State()[0], 0.8*before[29]+0.2*math.Tanh(z[0]+b.Bias[0]), 1e-15)
}

func TestSeedsAndStates(t *testing.T) {
	c := DefaultESN(40, 1)
	u := mat.NewDense(60, 1, nil)
	for k := range 60 {
		u.Set(k, 0, math.Sin(float64(k)))
	}
	run := func(seed uint64) *mat.Dense {
		c.Seed = seed
		n, err := c.Build()
		if err != nil {
			t.Fatal(err)
		}
		x, err := Collect(n, u, 10)
		if err != nil {
			t.Fatal(err)
		}
		// Continuing from a stored state repeats the end bit by bit.
		n.Reset()
		if err := n.SetState(x.RawRowView(29)); err != nil {
			t.Fatal(err)
		}
		rest, err := Collect(n, u.Slice(40, 60, 0, 1), 0)
		if err != nil {
			t.Fatal(err)
		}
		if !mat.Equal(rest, x.Slice(30, 50, 0, 40)) {
			t.Error("continuing from a stored state differs")
		}
		return x
	}
	if !mat.Equal(run(1), run(1)) {
		t.Error("the same seed gives other states")
	}
	if mat.Equal(run(1), run(2)) {
		t.Error("two seeds give the same states")
	}
}

func TestFeatures(t *testing.T) {
	n, err := NewESN(&Dense{1, 1, []float64{0}}, &Dense{1, 1, []float64{2}}, nil, 1, Identity)
	if err != nil {
		t.Fatal(err)
	}
	x, err := Features{Squares: true, Input: true}.Collect(n, Series([]float64{1, 2, 3}), 1)
	if err != nil {
		t.Fatal(err)
	}
	if want := mat.NewDense(2, 3, []float64{4, 16, 2, 6, 36, 3}); !mat.Equal(x, want) {
		t.Errorf("features %v", mat.Formatted(x))
	}
}

// A linear reservoir continues a sine for ever: two delayed values determine the next one.
func TestTrainAndFreeRun(t *testing.T) {
	w, err := Shift(4, 1)
	if err != nil {
		t.Fatal(err)
	}
	in := NewDense(4, 1)
	in.Data[0] = 1
	n, err := NewESN(w, in, nil, 1, Identity)
	if err != nil {
		t.Fatal(err)
	}
	sine := func(k int) float64 { return math.Sin(0.3 * float64(k)) }
	u := make([]float64, 201)
	for k := range u {
		u[k] = sine(k)
	}
	m, err := Train(n, Features{}, Series(u[:200]), Series(u[1:]), 10, 1e-10)
	if err != nil {
		t.Fatal(err)
	}
	out, err := m.FreeRun([]float64{sine(200)}, 50)
	if err != nil {
		t.Fatal(err)
	}
	for k := range 50 {
		near(t, "free run", out.At(k, 0), sine(201+k), 1e-6)
	}
}

func TestRefusals(t *testing.T) {
	good := DefaultESN(5, 1)
	for field, change := range map[string]func(*ESNConfig){
		"units":           func(c *ESNConfig) { c.Units = 0 },
		"inputs":          func(c *ESNConfig) { c.Inputs = 0 },
		"density":         func(c *ESNConfig) { c.Density = 1.5 },
		"leak":            func(c *ESNConfig) { c.Leak = 0 },
		"spectral radius": func(c *ESNConfig) { c.SpectralRadius = -1 },
		"input scale":     func(c *ESNConfig) { c.InputScale = math.NaN() },
		"bias scale":      func(c *ESNConfig) { c.BiasScale = -1 },
		"connections":     func(c *ESNConfig) { c.PerRow = 6 },
		"activation":      func(c *ESNConfig) { c.Activation = 7 },
	} {
		c := good
		change(&c)
		if _, err := c.Build(); err == nil || !strings.Contains(err.Error(), field) {
			t.Errorf("%s: error %v does not name it", field, err)
		}
	}
	for field, change := range map[string]func(*EIConfig){
		"units":       func(c *EIConfig) { c.Units = 1 },
		"excitatory":  func(c *EIConfig) { c.Excitatory = 1 },
		"strength":    func(c *EIConfig) { c.Strength = 0 },
		"balance":     func(c *EIConfig) { c.Balance = 8 },
		"density":     func(c *EIConfig) { c.Density = 0 },
		"input scale": func(c *EIConfig) { c.InputScale = -1 },
	} {
		c := DefaultEI(20, 1)
		change(&c)
		if _, err := c.Build(); err == nil || !strings.Contains(err.Error(), field) {
			t.Errorf("%s: error %v does not name it", field, err)
		}
	}
	n, err := good.Build()
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Step([]float64{0.5}); err != nil {
		t.Fatal(err)
	}
	before := append([]float64(nil), n.State()...)
	for _, u := range [][]float64{nil, {1, 2}, {math.NaN()}, {math.Inf(1)}} {
		if n.Step(u) == nil {
			t.Errorf("input %v was accepted", u)
		}
	}
	for i, x := range n.State() {
		near(t, "state after a refused input", x, before[i], 0)
	}
	if _, err := Collect(n, Series([]float64{1}), 1); err == nil {
		t.Error("a wash-out as long as the series was accepted")
	}
	if _, err := Collect(n, Series(nil), 0); err == nil {
		t.Error("an empty series was accepted")
	}
	if _, err := Train(n, Features{}, Series([]float64{1, 2}), Series([]float64{1}), 0, 1); err == nil {
		t.Error("targets of another length were accepted")
	}
}
