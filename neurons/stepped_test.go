package neurons

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/glia-sim/glia/sim"
)

// stepped lists the models of equations in continuous time, for what holds for all of them.
var stepped = []sim.Model{
	DefaultLIFDelta(), DefaultLIFExp(), DefaultLIFExpSingle(), DefaultLIFAlpha(), DefaultLIFCond(), DefaultIzhikevich(), DefaultAdEx(), DefaultHodgkinHuxley(), DefaultQIF(), DefaultIzhikevich2007(),
}

func TestDefaultsAreValid(t *testing.T) {
	for _, m := range stepped {
		if err := m.Validate(); err != nil {
			t.Errorf("%T: %v", m, err)
		}
	}
}

// TestValidateNamesTheField sets each number of each model to NaN and to infinity.
func TestValidateNamesTheField(t *testing.T) {
	for _, m := range stepped {
		typ := reflect.TypeOf(m)
		for k := range typ.NumField() {
			if typ.Field(k).Type.Kind() != reflect.Float64 {
				continue
			}
			for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
				v := reflect.New(typ).Elem()
				v.Set(reflect.ValueOf(m))
				v.Field(k).SetFloat(bad)
				err := v.Interface().(sim.Model).Validate()
				if want := typ.Name() + "." + typ.Field(k).Name; err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("%s = %g: error %v", want, bad, err)
				}
			}
		}
	}
}

func TestValidateRanges(t *testing.T) {
	for want, m := range map[string]sim.Model{
		"LIFDelta.C is 0 pF":                      with(DefaultLIFDelta(), func(m *LIFDelta) { m.C = 0 }),
		"LIFDelta.TRef is -1 ms":                  with(DefaultLIFDelta(), func(m *LIFDelta) { m.TRef = -1 }),
		"LIFExp.VReset is -55 mV: want less than": with(DefaultLIFExp(), func(m *LIFExp) { m.VReset = m.VTh }),
		"LIFExp.TauEx is 0 ms":                    with(DefaultLIFExp(), func(m *LIFExp) { m.TauEx = 0 }),
		"LIFExpSingle.TauSyn is 0 ms":             with(DefaultLIFExpSingle(), func(m *LIFExpSingle) { m.TauSyn = 0 }),
		"LIFAlpha.TauIn is -2 ms":                 with(DefaultLIFAlpha(), func(m *LIFAlpha) { m.TauIn = -2 }),
		"LIFCond.GL is 0 nS":                      with(DefaultLIFCond(), func(m *LIFCond) { m.GL = 0 }),
		"LIFCond.Method is HalfSteps":             with(DefaultLIFCond(), func(m *LIFCond) { m.Method = HalfSteps }),
		"LIFCond.Substeps is -1":                  with(DefaultLIFCond(), func(m *LIFCond) { m.Substeps = -1 }),
		"Izhikevich.Set.C is 30 mV":               with(DefaultIzhikevich(), func(m *Izhikevich) { m.Set.C = 30 }),
		"Izhikevich.Set.A is NaN":                 with(DefaultIzhikevich(), func(m *Izhikevich) { m.Set.A = math.NaN() }),
		"Izhikevich.U0 is NaN":                    with(DefaultIzhikevich(), func(m *Izhikevich) { u := math.NaN(); m.U0 = &u }),
		"Izhikevich.Substeps is 2: want 1":        with(DefaultIzhikevich(), func(m *Izhikevich) { m.Method, m.Substeps = HalfSteps, 2 }),
		"Izhikevich.Method is Method(77)":         with(DefaultIzhikevich(), func(m *Izhikevich) { m.Method = 77 }),
		"AdEx.DeltaT is 0 mV":                     with(DefaultAdEx(), func(m *AdEx) { m.DeltaT = 0 }),
		"AdEx.VPeak is 2000 mV: want at most 500": with(DefaultAdEx(), func(m *AdEx) { m.VPeak = 2000 }),
		"HodgkinHuxley.GNa is -1 nS":              with(DefaultHodgkinHuxley(), func(m *HodgkinHuxley) { m.GNa = -1 }),
		"HodgkinHuxley.Method is Euler":           with(DefaultHodgkinHuxley(), func(m *HodgkinHuxley) { m.Method = Euler }),
		"QIF.VRest is -30 mV: want at most VCrit": with(DefaultQIF(), func(m *QIF) { m.VRest = -30 }),
		"QIF.VCrit is 40 mV: want less than":      with(DefaultQIF(), func(m *QIF) { m.VCrit = 40 }),
	} {
		if err := m.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v: want one that says %q", err, want)
		}
	}
}

// TestRefractoryTime counts the steps for which V is held after a spike: round(TRef/dt).
func TestRefractoryTime(t *testing.T) {
	const dt = 0.1
	for tRef, want := range map[float64]int{0: 0, 0.04: 0, 0.06: 1, 0.1: 1, 2: 20, 5: 50} {
		for _, c := range []struct {
			model  sim.Model
			reset  float64
			driven int // receptor of a current that moves V from reset
		}{
			{with(DefaultLIFDelta(), func(m *LIFDelta) { m.TRef = tRef }), -70, 1},
			{with(DefaultLIFExp(), func(m *LIFExp) { m.TRef = tRef }), -70, 2},
			{with(DefaultLIFAlpha(), func(m *LIFAlpha) { m.TRef = tRef }), -70, 2},
			{with(DefaultLIFCond(), func(m *LIFCond) { m.TRef = tRef }), -60, 2},
			{with(DefaultAdEx(), func(m *AdEx) { m.TRef, m.Method, m.Substeps = tRef, Euler, 1 }), -60, 2},
			{with(DefaultQIF(), func(m *QIF) { m.TRef = tRef }), -50, 1},
		} {
			x := newCell(t, c.model, dt)
			input := make([]float64, len(x.in))
			input[c.driven] = 100
			v := x.value("V")
			*v = 100 // above any threshold: it spikes in the first step
			if !x.step(input...) || *v != c.reset {
				t.Fatalf("%T: no spike from V = 100 mV (V now %g)", c.model, *v)
			}
			held := 0
			for x.step(input...); *v == c.reset && held < 1000; x.step(input...) {
				held++
			}
			if held != want {
				t.Errorf("%T: V was held for %d steps after TRef %g ms: want %d", c.model, held, tRef, want)
			}
		}
	}
}

// TestHardDrivenNeuronFiresOncePerRefractoryTime: the input alone would lift V over the threshold in
// each refractory step.
func TestHardDrivenNeuronFiresOncePerRefractoryTime(t *testing.T) {
	for _, c := range []struct {
		model sim.Model
		input []float64
	}{
		{DefaultLIFDelta(), []float64{1000}},
		{DefaultLIFDelta(), []float64{0, 1e6}},
		{DefaultLIFExp(), []float64{0, 0, 1e6}},
		{DefaultLIFExp(), []float64{1e6, 0, 0}},
		{DefaultLIFExpSingle(), []float64{0, 1e6}},
		{DefaultLIFExpSingle(), []float64{1e6, 0}},
		{DefaultLIFAlpha(), []float64{0, 0, 1e6}},
		{DefaultLIFCond(), []float64{0, 0, 1e6}},
		{with(DefaultAdEx(), func(m *AdEx) { m.TRef, m.B = 2, 0 }), []float64{0, 0, 1e6}},
		{with(DefaultQIF(), func(m *QIF) { m.TRef = 2 }), []float64{1000}},
		{with(DefaultQIF(), func(m *QIF) { m.TRef, m.Method = 2, RK4 }), []float64{0, 1e9}},
	} {
		x := newCell(t, c.model, 0.1)
		var at []sim.Tick
		for range 200 {
			if x.step(c.input...) {
				at = append(at, x.tick)
			}
		}
		for k := 1; k < len(at); k++ {
			if d := at[k] - at[k-1]; d != 21 {
				t.Errorf("%T %v: interval of %d steps: want 21", c.model, c.input, d)
				break
			}
		}
		if len(at) < 9 {
			t.Errorf("%T %v: %d spikes in 200 steps", c.model, c.input, len(at))
		}
	}
}

// TestDeltaSpikesAreLostWhileRefractory: the last refractory step belongs to the refractory time.
func TestDeltaSpikesAreLostWhileRefractory(t *testing.T) {
	for _, c := range []struct {
		arrival int // steps after the spike
		lost    bool
	}{{1, true}, {19, true}, {20, true}, {21, false}} {
		x := newCell(t, DefaultLIFDelta(), 0.1)
		*x.value("V") = 0
		x.step()
		for k := 1; k <= 21; k++ {
			w := 0.0
			if k == c.arrival {
				w = 3
			}
			x.step(w)
		}
		want := -67.0
		if c.lost {
			want = -70
		}
		if v := *x.value("V"); v != want {
			t.Errorf("arrival %d steps after a spike: V is %g mV: want %g", c.arrival, v, want)
		}
	}
}

// TestRefractoryQueue holds the queue of refractory neurons against a counter per neuron, with random
// threshold crossings, resets in between, and populations that are refractory as a whole.
func TestRefractoryQueue(t *testing.T) {
	for _, ticks := range []sim.Tick{0, 1, 3, 40} {
		for _, p := range []float64{0.02, 0.5, 1} {
			const n = 23
			r := newRefractory(n, ticks)
			v, left := make([]float64, n), make([]sim.Tick, n)
			rng := sim.NewRand(sim.NewKey(3, "queue").Sub(uint64(ticks)))
			for now := sim.Tick(1); now < 600; now++ {
				if now == 300 {
					r.reset()
					clear(left)
				}
				above, want := []int32{-7}, []int32{-7} // what other blocks may have listed before
				for i := range n {
					v[i] = 1
					held := left[i] > 0
					if held {
						left[i]--
					}
					if rng.Float64() < p {
						above = append(above, int32(i))
						if !held {
							want = append(want, int32(i))
							left[i] = ticks
						}
					}
					if held {
						v[i] = 2 // to be put to the reset potential
					}
				}
				got := r.settle(now, v, 0, above, 1)
				if fmt.Sprint(got) != fmt.Sprint(want) {
					t.Fatalf("refractory for %d, tick %d: spikes %v: want %v", ticks, now, got, want)
				}
				for i := range v {
					if v[i] == 2 {
						t.Fatalf("refractory for %d, tick %d: neuron %d was not held", ticks, now, i)
					}
				}
				if cap(r.held) > 2*n {
					t.Fatalf("the queue grew to %d", cap(r.held))
				}
			}
		}
	}
}

// TestInhibitoryConductanceHasNoSign: weights at "in" may be written either way.
func TestInhibitoryConductanceHasNoSign(t *testing.T) {
	for _, m := range []sim.Model{DefaultLIFCond(), DefaultAdEx(), DefaultHodgkinHuxley()} {
		plus, minus, none := newCell(t, m, 0.1), newCell(t, m, 0.1), newCell(t, m, 0.1)
		for k := range 50 {
			w := float64(k % 7)
			plus.step(0, w)
			minus.step(0, -w)
			none.step()
		}
		a, b, c := *plus.value("V"), *minus.value("V"), *none.value("V")
		if a != b || !(a < c) {
			t.Errorf("%T: V is %g with positive, %g with negative and %g mV without inhibitory weights", m, a, b, c)
		}
	}
}

// TestPropagators holds the closed forms against Simpson's rule, where the time constants are equal,
// nearly equal and far apart.
func TestPropagators(t *testing.T) {
	const tau, c = 10., 250.
	for _, h := range []float64{0.1, 1, 30} {
		for _, tauSyn := range []float64{0.3, 2, 9.99, 10, 10 * (1 + 1e-12), 10.1, 100} {
			integral := func(f func(s float64) float64) float64 {
				const n = 4000
				sum := 0.0
				for k := 0; k <= n; k++ {
					w := 2 + 2*float64(k%2)
					if k == 0 || k == n {
						w = 1
					}
					s := h * float64(k) / n
					sum += w * math.Exp(-(h-s)/tau) * f(s)
				}
				return sum * h / n / 3 / c
			}
			for name, x := range map[string][2]float64{
				"constant":    {fromConstant(h, tau, c), integral(func(float64) float64 { return 1 })},
				"exponential": {fromExponential(h, tauSyn, tau, c), integral(func(s float64) float64 { return math.Exp(-s / tauSyn) })},
				"alpha":       {fromAlpha(h, tauSyn, tau, c), integral(func(s float64) float64 { return s * math.Exp(-s/tauSyn) })},
			} {
				if e := math.Abs(x[0]/x[1] - 1); e > 1e-8 {
					t.Errorf("%s, h %g, tauSyn %g: %.15g: want %.15g", name, h, tauSyn, x[0], x[1])
				}
			}
		}
	}
}

// TestOneCurrentForTwo: where both currents of LIFExp decay alike, their sum does.
func TestOneCurrentForTwo(t *testing.T) {
	two := newCell(t, with(DefaultLIFExp(), func(m *LIFExp) { m.IE = 200 }), 0.1)
	one := newCell(t, with(DefaultLIFExpSingle(), func(m *LIFExpSingle) { m.IE = 200 }), 0.1)
	spikes := 0
	for k := range 20000 {
		ex, in, cur := float64(k*k%97), -float64(k*k%31), float64(k%7)
		a, b := two.step(ex, in, cur), one.step(ex+in, cur)
		if a != b || math.Abs(*two.value("V")-*one.value("V")) > 1e-10 || math.Abs(*two.value("Iex")+*two.value("Iin")-*one.value("Isyn")) > 1e-9 {
			t.Fatalf("step %d: V is %.15g mV, with one current %.15g", k, *two.value("V"), *one.value("V"))
		}
		if a {
			spikes++
		}
	}
	if spikes < 10 {
		t.Errorf("%d spikes: want some", spikes)
	}
}

// TestVoltageLikeCurrents holds the recipe for the CUBA network in LIFExp's comment:
// TauM dV/dt = EL - V + ge with ge in mV.
func TestVoltageLikeCurrents(t *testing.T) {
	const tau, taue, w, dt = 20., 5., 1.62, 0.1
	x := newCell(t, LIFExp{C: 20, TauM: tau, TauEx: taue, TauIn: 10, EL: -60, VTh: -50, VReset: -60, TRef: 5}, dt)
	x.step(w)
	for k := 1; k <= 400; k++ {
		x.step()
		s := float64(k) * dt
		want := -60 + w*taue/(tau-taue)*(math.Exp(-s/tau)-math.Exp(-s/taue))
		if v := *x.value("V"); math.Abs(v-want) > 1e-12 {
			t.Fatalf("V is %.15g mV %g ms after a spike: want %.15g", v, s, want)
		}
	}
}

// TestCurrentSynapsesOfAdEx: a synaptic current that does not decay is a constant current.
func TestCurrentSynapsesOfAdEx(t *testing.T) {
	for _, method := range []Method{RK4, Euler} {
		m := with(DefaultAdEx(), func(m *AdEx) { m.CurrentSynapses, m.TauEx, m.TauIn, m.Method = true, 1e15, 1e15, method })
		synaptic, constant := newCell(t, m, 0.1), newCell(t, m, 0.1)
		*synaptic.value("Iex"), *synaptic.value("Iin") = 1000, -200
		spikes := 0
		for k := range 2000 {
			a, b := synaptic.step(), constant.step(0, 0, 800)
			if a != b || math.Abs(*synaptic.value("V")-*constant.value("V")) > 1e-6 {
				t.Fatalf("%v: step %d: V is %g and %g mV", method, k, *synaptic.value("V"), *constant.value("V"))
			}
			if a {
				spikes++
			}
		}
		if spikes == 0 {
			t.Errorf("%v: no spikes", method)
		}
	}
}

// TestHodgkinHuxleySpikesAreCrossings: a depolarisation block is one spike, and gates stay in [0, 1].
func TestHodgkinHuxleySpikesAreCrossings(t *testing.T) {
	for _, method := range []Method{ExponentialEuler, RK4} {
		x := newCell(t, with(DefaultHodgkinHuxley(), func(m *HodgkinHuxley) { m.Method, m.Threshold = method, -40 }), 0.01)
		first := 0
		for range 5000 {
			if x.step(0, 0, 60000) {
				first++
			}
			for _, g := range []string{"m", "h", "n"} {
				if v := *x.value(g); v < 0 || v > 1 {
					t.Fatalf("%v: %s is %g", method, g, v)
				}
			}
		}
		if v := *x.value("V"); first != 1 || v < -40 {
			t.Errorf("%v: %d spikes in a depolarisation block with V at %g mV: want 1", method, first, v)
		}
	}
}

// TestTraubMilesHasNoHoles evaluates the rates where their published quotients are 0/0.
func TestTraubMilesHasNoHoles(t *testing.T) {
	for _, s := range []float64{13, 40, 15} {
		a, b, c := traubMiles(s-1e-7), traubMiles(s), traubMiles(s+1e-7)
		for k, x := range [][3]float64{{a.am, b.am, c.am}, {a.bm, b.bm, c.bm}, {a.an, b.an, c.an}} {
			if !(x[1] > 0) || math.Abs(x[0]-2*x[1]+x[2]) > 1e-12 {
				t.Errorf("rate %d at s = %g: %g %g %g", k, s, x[0], x[1], x[2])
			}
		}
	}
}

// TestHodgkinHuxleyRK4Limit: the longest step that is let through gives the converged number of spikes.
func TestHodgkinHuxleyRK4Limit(t *testing.T) {
	model := func(substeps int) HodgkinHuxley {
		return with(DefaultHodgkinHuxley(), func(m *HodgkinHuxley) { m.Method, m.Substeps = RK4, substeps })
	}
	if _, err := model(1).NewBlock(sim.BlockSpec{N: 1, Size: 1, Clock: sim.Clock{DT: 0.1}}); err == nil || !strings.Contains(err.Error(), "Substeps of 2 or more") {
		t.Errorf("RK4 at 0.1 ms: error %v", err)
	}
	for _, pA := range []float64{200, 500, 3000} {
		var spikes [2]int
		for k, substeps := range []int{2, 20} {
			x := newCell(t, model(substeps), 0.1)
			for range 4000 {
				if x.step(0, 0, pA) {
					spikes[k]++
				}
			}
		}
		if spikes[0] != spikes[1] || spikes[0] < 10 {
			t.Errorf("%g pA: %d spikes with substeps of 0.05 ms, %d with 0.005 ms", pA, spikes[0], spikes[1])
		}
	}
}
