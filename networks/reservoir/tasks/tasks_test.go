package tasks

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/glia-sim/glia/networks/reservoir"
	"gonum.org/v1/gonum/mat"
)

// The recursion, evaluated term by term, with its stationary mean and scatter (0.385 and 0.106 in the reference).
func TestNARMA10Series(t *testing.T) {
	u, next := NARMA10(40_000, rand.New(rand.NewPCG(1, 0)))
	y := func(k int) float64 { return next[k-1] }
	for _, k := range []int{20, 500, 39_990} {
		sum := 0.0
		for i := range 10 {
			sum += y(k - i)
		}
		near(t, "y(t+1)", next[k], 0.3*y(k)+0.05*y(k)*sum+1.5*u[k-9]*u[k]+0.1, 1e-15)
	}
	if slices.Min(u) < 0 || slices.Max(u) > 0.5 {
		t.Error("inputs beyond 0..0.5")
	}
	m := mat.NewDense(len(next), 1, next)
	near(t, "mean", mat.Sum(m)/40_000, 0.386, 0.01)
	if narma10([]float64{0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5,
		0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5}, make([]float64, 30)) {
		t.Error("constant input of 0.5 diverges, but was accepted")
	}
}

// Halving the step leaves Mackey-Glass alone as far as chaos allows; wrong times are refused.
func TestMackeyGlassSeries(t *testing.T) {
	m := DefaultMackeyGlass()
	m.Discard = 0
	a, err := m.Series(100)
	if err != nil {
		t.Fatal(err)
	}
	m.Step = 0.05
	b, err := m.Series(100)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "start", a[0], 1.2, 0)
	// While the delayed value is the constant history: x' = c - 0.1 x.
	c := 0.2 * 1.2 / (1 + math.Pow(1.2, 10))
	near(t, "x(10)", a[10], c/0.1+(1.2-c/0.1)*math.Exp(-1), 1e-7)
	for k := range a {
		near(t, "half step", a[k], b[k], 2e-4)
	}
	for _, change := range []func(*MackeyGlass){
		func(m *MackeyGlass) { m.Tau = 0 }, func(m *MackeyGlass) { m.Step = 0 }, func(m *MackeyGlass) { m.Step = math.NaN() },
		func(m *MackeyGlass) { m.Sample = 0.33 }, func(m *MackeyGlass) { m.Discard = -1 },
	} {
		bad := DefaultMackeyGlass()
		change(&bad)
		if _, err := bad.Series(1); err == nil {
			t.Errorf("accepted: %+v", bad)
		}
	}
}

// Mean and scatter of the Lorenz attractor: (0, 0, 23.55) and (7.93, 9.01, 8.62).
func TestLorenzSeries(t *testing.T) {
	x, err := Lorenz().Series(50_000, 500, 5)
	if err != nil {
		t.Fatal(err)
	}
	for c, want := range [][2]float64{{0, 7.93}, {0, 9.01}, {23.55, 8.62}} {
		var mean, square float64
		for k := range 50_000 {
			mean += x.At(k, c) / 50_000
		}
		for k := range 50_000 {
			square += (x.At(k, c) - mean) * (x.At(k, c) - mean) / 50_000
		}
		near(t, "mean", mean, want[0], 0.8)
		near(t, "sd", math.Sqrt(square), want[1], 0.03*want[1])
	}
	if err := Standardise(x, 50_000); err != nil {
		t.Fatal(err)
	}
	near(t, "norm", mat.Norm(x, 2), math.Sqrt(3*50_000), 1e-3)
	diverging := Flow{Name: "x'=x^3", Start: []float64{2}, Sample: 1, Derivative: func(d, x []float64) { d[0] = x[0] * x[0] * x[0] }}
	if _, err := diverging.Series(100, 0, 1); err == nil {
		t.Error("a diverging flow was accepted")
	}
}

// With its training pairs shuffled a model cannot forecast, and with a warm-up it forecasts as from a stored state.
func TestForecastControls(t *testing.T) {
	flow := Lorenz()
	p := Free{Features: reservoir.Features{Squares: true, Input: true}, Washout: 100, Train: 1500, Lambda: 1e-4, Starts: 5, Spacing: 160, Horizon: 200}
	series, err := flow.Series(p.Samples()+200, 500, 5)
	if err != nil {
		t.Fatal(err)
	}
	if err := Standardise(series, 1600); err != nil {
		t.Fatal(err)
	}
	config := reservoir.ESNConfig{Units: 100, Inputs: 3, SpectralRadius: 0.6, PerRow: 10, InputScale: 0.3, BiasScale: 0.5, Leak: 1}
	go1, err := p.Run(build(t, config), series)
	if err != nil {
		t.Fatal(err)
	}
	p.Warmup = 200
	go2, err := p.Run(build(t, config), series)
	if err != nil {
		t.Fatal(err)
	}
	unit := flow.Sample * flow.Lyapunov()
	if m := median(go1.ValidTime(0.4)) * unit; m < 1 {
		t.Errorf("median valid time %.2g Lyapunov times", m)
	}
	if m := median(go2.ValidTime(0.4)) * unit; m < 1 {
		t.Errorf("median valid time %.2g Lyapunov times after a warm-up", m)
	}
	if go2.Origin[0] != 1800 || go1.Origin[0] != 1601 {
		t.Errorf("forecasts start at %d and %d", go2.Origin[0], go1.Origin[0])
	}
	near(t, "one step ahead", go1.Predicted[0].At(0, 0), series.At(1601, 0), 0.05)

	shuffled := mat.DenseCopyOf(series)
	rng := rand.New(rand.NewPCG(1, 1))
	for k := 1599; k > 0; k-- {
		j := rng.IntN(k + 1)
		for c := range 3 {
			a, b := shuffled.At(k, c), shuffled.At(j, c)
			shuffled.Set(k, c, b)
			shuffled.Set(j, c, a)
		}
	}
	lost, err := p.Run(build(t, config), shuffled)
	if err != nil {
		t.Fatal(err)
	}
	if m := median(lost.ValidTime(0.4)) * unit; m > 0.2 {
		t.Errorf("median valid time %.2g Lyapunov times although the training part is shuffled", m)
	}
}

func TestTaskRefusals(t *testing.T) {
	two := build(t, reservoir.DefaultESN(5, 2))
	one := build(t, reservoir.DefaultESN(5, 1))
	if _, err := DefaultMemory().Measure(two, 1); err == nil {
		t.Error("memory capacity accepted two inputs")
	}
	m := DefaultMemory()
	m.Train = 0
	if _, err := m.Measure(one, 1); err == nil {
		t.Error("memory capacity accepted no training")
	}
	m = DefaultMemory()
	m.MaxLag = -1
	if _, err := m.Measure(one, 1); err == nil {
		t.Error("memory capacity accepted a negative lag")
	}
	if _, err := (NARMA{}).Measure(one, 1); err == nil {
		t.Error("NARMA accepted no steps")
	}
	p := Free{Washout: 1, Train: 5, Starts: 1, Spacing: 1, Horizon: 1}
	if _, err := p.Run(one, mat.NewDense(p.Samples()-1, 1, nil)); err == nil {
		t.Error("a series too short was accepted")
	}
	if err := Standardise(mat.NewDense(3, 1, nil), 4); err == nil {
		t.Error("Standardise accepted more rows than there are")
	}
}
