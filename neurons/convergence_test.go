package neurons

import (
	"fmt"
	"math"
	"testing"

	"github.com/glia-sim/glia/sim"
)

// cell is one neuron driven by hand.
type cell struct {
	t     *testing.T
	block sim.Stepper
	in    [][]float64
	tick  sim.Tick
	dt    float64
}

func newCell(t *testing.T, model sim.Model, dt float64) *cell {
	t.Helper()
	if err := model.Validate(); err != nil {
		t.Fatal(err)
	}
	b, err := model.NewBlock(sim.BlockSpec{Population: "cell", N: 1, Size: 1, Clock: sim.Clock{DT: dt}})
	if err != nil {
		t.Fatal(err)
	}
	c := &cell{t: t, block: b.(sim.Stepper), dt: dt}
	for range model.Receptors() {
		c.in = append(c.in, make([]float64, 1))
	}
	return c
}

// value gives a pointer to a state variable.
func (c *cell) value(name string) *float64 {
	c.t.Helper()
	for _, v := range c.block.Variables() {
		if v.Name == name {
			return &v.Values[0]
		}
	}
	c.t.Fatalf("no variable %q", name)
	return nil
}

// step advances by one tick with the given input per receptor and says whether the neuron spiked.
func (c *cell) step(input ...float64) bool {
	for r := range c.in {
		c.in[r][0] = 0
		if r < len(input) {
			c.in[r][0] = input[r]
		}
	}
	c.tick++
	return len(c.block.Step(c.tick, c.in, nil)) > 0
}

// TestConvergenceOrder holds that the error of each approximate method falls with the power of dt that
// the method promises: the slope of log(error) over log(dt) on a smooth stretch without spikes.
func TestConvergenceOrder(t *testing.T) {
	lif := func(m Method) func(int) sim.Model {
		return func(substeps int) sim.Model {
			return with(DefaultLIFCond(), func(l *LIFCond) { l.Method, l.Substeps, l.TauEx, l.VTh = m, substeps, 3, 100 })
		}
	}
	adex := func(m Method) func(int) sim.Model {
		return func(substeps int) sim.Model {
			return with(DefaultAdEx(), func(a *AdEx) { a.Method, a.Substeps, a.TauEx = m, substeps, 3 })
		}
	}
	hh := func(m Method) func(int) sim.Model {
		return func(substeps int) sim.Model {
			return with(DefaultHodgkinHuxley(), func(k *HodgkinHuxley) { k.Method, k.Substeps = m, substeps })
		}
	}
	izh := func(m Method) func(int) sim.Model {
		return func(substeps int) sim.Model {
			return with(DefaultIzhikevich(), func(z *Izhikevich) { z.Method, z.Substeps = m, substeps })
		}
	}
	for _, c := range []struct {
		name    string
		model   func(substeps int) sim.Model
		fine    func(substeps int) sim.Model // for the converged solution
		v       string
		set     map[string]float64
		current float64
		receive int // receptor of the current
		ms      float64
		parts   int // of ms: the coarsest dt
		order   float64
	}{
		{"LIFCond/Euler", lif(Euler), lif(RK4), "V", map[string]float64{"gex": 20, "gin": 8}, 100, 2, 4, 16, 1},
		{"LIFCond/ExponentialEuler", lif(ExponentialEuler), lif(RK4), "V", map[string]float64{"gex": 20, "gin": 8}, 100, 2, 4, 16, 1},
		{"LIFCond/RK4", lif(RK4), lif(RK4), "V", map[string]float64{"gex": 20, "gin": 8}, 100, 2, 10, 16, 4},
		{"AdEx/Euler", adex(Euler), adex(RK4), "V", map[string]float64{"gex": 15, "gin": 8}, 300, 2, 8, 16, 1},
		{"AdEx/RK4", adex(RK4), adex(RK4), "V", map[string]float64{"gex": 15, "gin": 8}, 300, 2, 8, 16, 4},
		{"HodgkinHuxley/ExponentialEuler", hh(ExponentialEuler), hh(RK4), "V", map[string]float64{"gex": 3, "gin": 8}, 50, 2, 2, 16, 1},
		{"HodgkinHuxley/RK4", hh(RK4), hh(RK4), "V", map[string]float64{"V": -70, "gex": 3, "gin": 8}, 50, 2, 1, 20, 4},
		{"Izhikevich/Euler", izh(Euler), izh(RK4), "v", map[string]float64{"v": -75}, 3, 1, 8, 16, 1},
		{"Izhikevich/RK4", izh(RK4), izh(RK4), "v", map[string]float64{"v": -75}, 3, 1, 8, 16, 4},
	} {
		end := func(model sim.Model, dt float64) float64 {
			x := newCell(t, model, dt)
			for name, value := range c.set {
				*x.value(name) = value
			}
			input := make([]float64, len(x.in))
			input[c.receive] = c.current
			for range int(math.Round(c.ms / dt)) {
				if x.step(input...) {
					t.Fatalf("%s: a spike on the stretch that should be smooth", c.name)
				}
			}
			return *x.value(c.v)
		}
		want := end(c.fine(2000), c.ms/8)
		var logDT, logError []float64
		for _, parts := range []int{c.parts, 2 * c.parts, 4 * c.parts, 8 * c.parts} {
			dt := c.ms / float64(parts)
			logDT = append(logDT, math.Log(dt))
			logError = append(logError, math.Log(math.Abs(end(c.model(1), dt)-want)))
		}
		if got := slopeOf(logDT, logError); math.Abs(got-c.order) > 0.2 {
			t.Errorf("%s: error falls as dt^%.2f: want dt^%g (errors %.3g)", c.name, got, c.order, logError)
		}
		// Cutting a step into parts is the same as a smaller dt where nothing arrives in between.
		coarse := c.ms / float64(2*c.parts)
		if a, b := end(c.model(8), coarse), end(c.model(1), coarse/8); math.Abs(a-b) > 1e-11 {
			t.Errorf("%s: 8 substeps give %.17g, an eighth of dt %.17g", c.name, a, b)
		}
	}
}

// slopeOf is the least-squares slope of y over x.
func slopeOf(x, y []float64) float64 {
	var sx, sy, sxx, sxy float64
	for k := range x {
		sx, sy, sxx, sxy = sx+x[k], sy+y[k], sxx+x[k]*x[k], sxy+x[k]*y[k]
	}
	n := float64(len(x))
	return (n*sxy - sx*sy) / (n*sxx - sx*sx)
}

// TestQIFMethods holds Euler and RK4 against the closed form of Exact, and Exact against itself with
// the step cut in two, on both sides of the rheobase, for all starts and into divergence.
func TestQIFMethods(t *testing.T) {
	for _, pA := range []float64{-300, 0, 69, 70, 71, 300, 5000, 1e5} {
		for _, start := range []float64{-120, -60, -50, -41, -38, 0, 34} {
			end := func(m Method, dt float64) (float64, bool) {
				x := newCell(t, with(DefaultQIF(), func(q *QIF) { q.Method = m }), dt)
				*x.value("V") = start
				spiked := false
				for range int(math.Round(1 / dt)) {
					if spiked = x.step(0, pA); spiked {
						break
					}
				}
				return *x.value("V"), spiked
			}
			name := fmt.Sprintf("%g pA from %g mV", pA, start)
			once, a := end(Exact, 1)
			parts, b := end(Exact, 1./64)
			if a != b || !a && math.Abs(once-parts) > 1e-10 {
				t.Errorf("%s: one step gives %.15g (spike %v), 64 steps %.15g (spike %v)", name, once, a, parts, b)
			}
			if a {
				continue
			}
			var errRK, errEuler, logDT []float64
			for _, n := range []float64{64, 128, 256} {
				logDT = append(logDT, -math.Log(n))
				rk, _ := end(RK4, 1/n)
				eu, _ := end(Euler, 1/n)
				errRK = append(errRK, math.Log(math.Abs(rk-once)+1e-300))
				errEuler = append(errEuler, math.Log(math.Abs(eu-once)+1e-300))
			}
			if errEuler[0] > math.Log(1e-6) {
				if s := slopeOf(logDT, errEuler); math.Abs(s-1) > 0.25 {
					t.Errorf("%s: Euler converges as dt^%.2f", name, s)
				}
			}
			if errRK[2] > math.Log(1e-10) { // above rounding
				if s := slopeOf(logDT, errRK); math.Abs(s-4) > 0.4 {
					t.Errorf("%s: RK4 converges as dt^%.2f", name, s)
				}
			}
			if errRK[2] > math.Log(1e-3) {
				t.Errorf("%s: RK4 misses the closed form by %g mV", name, math.Exp(errRK[2]))
			}
		}
	}
}

// TestAdExPeak holds the closed form of the upstroke against very fine steps, also where the reset lies
// so high that a neuron reaches the peak several times within a step: spikes, and V and w after them.
func TestAdExPeak(t *testing.T) {
	for _, c := range []struct {
		vReset, vPeak, current float64
		substeps               int
		bound                  float64 // of V after 40 ms and w
	}{
		{-60, 0, 1000, 1, 0.05}, {-60, 0, 1000, 20, 0.005}, {-47, 20, 900, 10, 0.1}, {-58, -40, 2000, 10, 0.05},
	} {
		end := func(substeps int) (v, w float64, spikes []sim.Tick) {
			x := newCell(t, with(DefaultAdEx(), func(m *AdEx) { m.VReset, m.VPeak, m.Substeps = c.vReset, c.vPeak, substeps }), 0.1)
			for range 400 {
				if x.step(0, 0, c.current) {
					spikes = append(spikes, x.tick)
				}
			}
			return *x.value("V"), *x.value("w"), spikes
		}
		v, w, spikes := end(c.substeps)
		fv, fw, fine := end(500)
		if len(fine) < 2 || len(spikes) != len(fine) {
			t.Errorf("%+v: %d spikes: want %d", c, len(spikes), len(fine))
			continue
		}
		for k := range fine {
			if d := spikes[k] - fine[k]; d < -1 || d > 1 {
				t.Errorf("%+v: spike %d at tick %d: want %d", c, k, spikes[k], fine[k])
			}
		}
		t.Logf("%+v: V %.6g (%.6g), w %.6g (%.6g)", c, v, fv, w, fw)
		if math.Abs(v-fv) > c.bound || math.Abs(w-fw) > c.bound*10 {
			t.Errorf("%+v: V is %g and w %g: want %g and %g", c, v, w, fv, fw)
		}
	}
	// A reset into the upstroke: several peaks within a step are one spike and several jumps of w.
	m := with(DefaultAdEx(), func(m *AdEx) { m.VReset, m.B = -30, 1 })
	x := newCell(t, m, 0.1)
	*x.value("V") = -30
	if !x.step() || *x.value("w") < 2 {
		t.Errorf("w is %g after resets into the upstroke: want several jumps", *x.value("w"))
	}
}
