package plasticity

import (
	"fmt"
	"math"
	"testing"

	"github.com/glia-sim/glia/sim"
)

// randomEProp is a network with frozen Poisson inputs of 50 Hz and a target of sines.
func randomEProp(seed uint64, inputs, n, outputs, steps int) (e *EProp, x, target []float64) {
	e = DefaultEProp(outputs)
	e.Inputs, e.Neurons = inputs, n
	e.Randomise(sim.NewKey(seed, "weights"))
	r := sim.NewRand(sim.NewKey(seed, "inputs"))
	x, target = make([]float64, steps*inputs), make([]float64, steps*outputs)
	for k := range x {
		if r.Float64() < 0.05 {
			x[k] = 1
		}
	}
	for k := range outputs {
		for _, period := range []float64{1000, 500, 333, 200} {
			a, phase := 0.5+1.5*r.Float64(), 2*math.Pi*r.Float64()
			for s := range steps {
				target[s*outputs+k] += a * math.Sin(2*math.Pi*float64(s)/period+phase) / 4
			}
		}
	}
	return e, x, target
}

// Specification A10, check 1: with the spikes' effect on other neurons (and on their own potential)
// stopped, e-prop is the gradient. It is taken here backward in time, from the chain rule; e-prop goes
// forward. With and without adaptation, by either way of summing.
func TestA10EPropIsTheGradient(t *testing.T) {
	for _, beta := range []float64{0, 0.005} {
		e, x, target := randomEProp(3, 15, 20, 2, 100)
		e.Beta, e.TauA = beta, 80
		for k := range e.Win {
			e.Win[k] *= 3 // enough spikes in 100 steps
		}
		trial, err := e.Run(x, target)
		if err != nil {
			t.Fatal(err)
		}
		if trial.Rate() < 5 || trial.Rate() > 300 {
			t.Fatalf("rate %g Hz tells little", trial.Rate())
		}
		want := backward(e, trial)
		for name, got := range map[string]EPropGradient{"batch": e.Gradient(trial), "online": e.Online(trial)} {
			for part, v := range map[string][2][]float64{"Win": {got.Win, want.Win}, "Wrec": {got.Wrec, want.Wrec}, "Wout": {got.Wout, want.Wout}} {
				diff, size := 0.0, 0.0
				for k := range v[0] {
					diff, size = diff+(v[0][k]-v[1][k])*(v[0][k]-v[1][k]), size+v[1][k]*v[1][k]
				}
				if size == 0 || !(math.Sqrt(diff/size) < 1e-10) { // the specification asks for 1e-5
					t.Errorf("beta %g, %s: gradient of %s differs by %g of its length %g", beta, name, part, math.Sqrt(diff/size), math.Sqrt(size))
				}
			}
		}
	}
}

// backward is reverse-mode differentiation of the trial.
func backward(e *EProp, t *EPropTrial) EPropGradient {
	n := e.Neurons
	alpha, kappa, rho := e.decays()
	g := EPropGradient{make([]float64, n*e.Inputs), make([]float64, n*n), make([]float64, e.Outputs*n)}
	dy, dv, da := make([]float64, e.Outputs), make([]float64, n), make([]float64, n)
	for s := t.Steps - 1; s >= 0; s-- {
		for k := range dy { // of y(s), through y(s+1)
			dy[k] = kappa*dy[k] + t.Output[s*e.Outputs+k] - t.target[s*e.Outputs+k]
		}
		for j := range n {
			dz := da[j] // a(s+1) = rho a(s) + z(s)
			for k := range dy {
				dz += e.Wout[k*n+j] * dy[k]
				g.Wout[k*n+j] += dy[k] * t.Spikes[s*n+j]
			}
			// rate_j = Σ z/(steps DT)
			dz += e.RateCost * (t.rates[j] - e.Rate/1000) / (float64(t.Steps) * e.DT)
			psi := t.Psi[s*n+j]
			dv[j] = alpha*dv[j] + psi*dz
			da[j] = rho*da[j] - e.Beta*psi*dz
			for i := range e.Inputs {
				g.Win[j*e.Inputs+i] += dv[j] * t.inputs[s*e.Inputs+i]
			}
			for i := range n {
				if s > 0 && i != j {
					g.Wrec[j*n+i] += dv[j] * t.Spikes[(s-1)*n+i]
				}
			}
		}
	}
	return g
}

// The derivative of the readout's weights is one that differences can check, on the real network.
func TestEPropReadoutGradientByDifferences(t *testing.T) {
	e, x, target := randomEProp(5, 15, 20, 2, 200)
	e.RateCost = 0
	trial, err := e.Run(x, target)
	if err != nil {
		t.Fatal(err)
	}
	g := e.Gradient(trial)
	for _, k := range []int{0, 7, 33} {
		const h = 1e-4
		value := func(d float64) float64 {
			e.Wout[k] += d
			defer func() { e.Wout[k] -= d }()
			tr, err := e.Run(x, target)
			if err != nil {
				t.Fatal(err)
			}
			return tr.Error
		}
		near(t, fmt.Sprintf("derivative of Wout[%d]", k), g.Wout[k], (value(h)-value(-h))/(2*h), 1e-6*(1+math.Abs(g.Wout[k])))
	}
}

// Specification A10, check 2: pattern generation, with plain gradient descent. The specification allows
// 500 iterations; 120 do.
func TestA10PatternGeneration(t *testing.T) {
	e, x, target := randomEProp(1, 100, 100, 1, 1000)
	variance, iterations := 0.0, 120
	for _, y := range target {
		variance += y * y
	}
	first, last := 0.0, 0.0
	for k := range iterations {
		trial, err := e.Run(x, target)
		if err != nil {
			t.Fatal(err)
		}
		last = trial.SquaredError / variance
		if k == 0 {
			first = last
		}
		if k%30 == 0 || k == iterations-1 {
			t.Logf("iteration %d: error %.3f, rate %.1f Hz", k, last, trial.Rate())
		}
		e.Descend(e.Gradient(trial), 5e-7)
	}
	if first < 0.5 || last >= 0.2 {
		t.Errorf("normalised squared error %g, at the start %g: want below 0.2, from above 0.5", last, first)
	}
}
