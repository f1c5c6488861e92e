package tasks

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// UniformSeries draws n independent inputs, uniform in (lo, hi).
func UniformSeries(n int, lo, hi float64, rng *rand.Rand) []float64 {
	u := make([]float64, n)
	for t := range u {
		u[t] = lo + (hi-lo)*rng.Float64()
	}
	return u
}

// narmaLimit is the value beyond which a realisation of NARMA-10 is on its way to infinity.
const narmaLimit = 2

// NARMA10 draws the nonlinear autoregressive moving-average system of order ten (Atiya & Parlos 2000,
// doi 10.1109/72.846741):
//
//	y(t+1) = 0.3 y(t) + 0.05 y(t) sum_{i=0}^{9} y(t-i) + 1.5 u(t-9) u(t) + 0.1
//
// with u uniform in (0, 0.5) and y = 0 at first. It returns n inputs u and targets next(t) = y(t+1), to be
// told from inputs up to u(t). Realisations that exceed 2, on their way to infinity, are drawn again. Some
// programs sum y(t-10..t-1) and multiply u(t-10) u(t), one step longer: their errors differ by a few percent.
func NARMA10(n int, rng *rand.Rand) (u, next []float64) {
	for {
		u = UniformSeries(n, 0, 0.5, rng)
		next = make([]float64, n)
		if narma10(u, next) {
			return u, next
		}
	}
}

func narma10(u, next []float64) bool {
	at := func(s []float64, t int) float64 {
		if t < 0 {
			return 0
		}
		return s[t]
	}
	for t := range u {
		y, sum := at(next, t-1), 0.0
		for i := range 10 {
			sum += at(next, t-1-i)
		}
		next[t] = 0.3*y + 0.05*y*sum + 1.5*at(u, t-9)*u[t] + 0.1
		if !(next[t] <= narmaLimit) {
			return false
		}
	}
	return true
}

// MackeyGlass is the delay equation of Mackey & Glass (1977, doi 10.1126/science.267326),
//
//	x'(t) = 0.2 x(t-Tau)/(1 + x(t-Tau)^10) - 0.1 x(t),
//
// integrated by the Runge-Kutta method of order four with step Step; the delayed value at mid-step is the mean of
// its neighbours. The history is 1.2 and the first Discard time units are left out.
type MackeyGlass struct {
	Tau     float64 // delay; 17 (mildly chaotic) or 30; a multiple of Step
	Step    float64 // of integration; default 0.1
	Sample  float64 // interval between samples, a multiple of Step; default 1
	Discard float64 // default 1000
}

// DefaultMackeyGlass has a delay of 17 and one sample per time unit.
func DefaultMackeyGlass() MackeyGlass {
	return MackeyGlass{Tau: 17, Step: 0.1, Sample: 1, Discard: 1000}
}

// Series returns n samples: for the default mean 0.93, standard deviation 0.23. It fails on times that are not
// positive multiples of the step.
func (m MackeyGlass) Series(n int) ([]float64, error) {
	multiple := func(name string, v float64, least int) (int, error) {
		k := math.Round(v / m.Step)
		if !(m.Step > 0) || !(k >= float64(least)) || math.Abs(k*m.Step-v) > 1e-9*math.Abs(v) || k > 1e9 {
			return 0, fmt.Errorf("tasks: Mackey-Glass: %s is %v: it must be a multiple, at least %d, of the step %v", name, v, least, m.Step)
		}
		return int(k), nil
	}
	delay, err := multiple("delay Tau", m.Tau, 1)
	if err != nil {
		return nil, err
	}
	every, err := multiple("Sample", m.Sample, 1)
	if err != nil {
		return nil, err
	}
	discard, err := multiple("Discard", m.Discard, 0)
	if err != nil {
		return nil, err
	}
	if n < 0 {
		return nil, fmt.Errorf("tasks: Mackey-Glass: number of samples is %d: it must be at least 0", n)
	}
	past := make([]float64, delay+1) // ring buffer: past[k] is x delay-steps ago, then the present
	for k := range past {
		past[k] = 1.2
	}
	rate := func(x, delayed float64) float64 { return 0.2*delayed/(1+math.Pow(delayed, 10)) - 0.1*x }
	out := make([]float64, 0, n)
	x, oldest, h := 1.2, 0, m.Step
	for k := 0; len(out) < n; k++ {
		if k >= discard && (k-discard)%every == 0 {
			out = append(out, x)
		}
		now, then := past[oldest], past[(oldest+1)%len(past)]
		k1 := rate(x, now)
		k2 := rate(x+h/2*k1, (now+then)/2)
		k3 := rate(x+h/2*k2, (now+then)/2)
		k4 := rate(x+h*k3, then)
		x += h / 6 * (k1 + 2*k2 + 2*k3 + k4)
		past[oldest] = x
		oldest = (oldest + 1) % len(past)
	}
	return out, nil
}
