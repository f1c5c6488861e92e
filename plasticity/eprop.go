package plasticity

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/glia-sim/glia/sim"
)

// EProp trains a recurrent network of LIF neurons by e-prop: each synapse keeps an eligibility trace,
// forward in time, and each neuron hears a learning signal from the readout; no error travels back
// through time.
//
// In steps of DT, with neurons j, inputs or neurons i, readouts k:
//
//	v_j(t+1) = alpha v_j(t) + Σ Win_ji x_i(t+1) + Σ Wrec_ji z_i(t) - VTh z_j(t)
//	a_j(t+1) = rho a_j(t) + z_j(t)
//	z_j(t)   = 1 if v_j(t) > VTh + Beta a_j(t), else 0
//	y_k(t)   = kappa y_k(t-1) + Σ Wout_kj z_j(t)
//	alpha = exp(-DT/TauM), kappa = exp(-DT/TauOut), rho = exp(-DT/TauA)
//
//	v, a   membrane potential, adaptation of the threshold    z, x  spikes (0 or 1)
//	y      readout                                            target  what y should be
//
// The gradient of E = ½ Σ (y - target)² + ½ RateCost Σ_j (rate_j - Rate)² is taken as
//
//	psi_j(t)    = (Gamma/VTh) max(0, 1 - |v_j - VTh - Beta a_j|/VTh)
//	zbar_i(t)   = alpha zbar_i(t-1) + z_i(t); for inputs likewise, without the step's delay
//	epsa(t+1)   = psi zbar_i(t-1) + (rho - psi Beta) epsa(t)
//	e_ji(t)     = psi_j(t) (zbar_i(t-1) - Beta epsa_ji(t))
//	L_j(t)      = Σ_k B_kj (y_k(t) - target_k(t)),  B = Wout, or fixed random Feedback
//	dE/dW_ji    = Σ_t L_j(t) Σ_{t'<=t} kappa^(t-t') e_ji(t')  + rate term
//
// With B = Wout this is the exact gradient if spikes are taken not to reach other neurons (and v of the
// neuron itself) in the derivative. Self-connections stay zero.
//
// Source: Bellec, Scherr, Subramoney, Hajek, Salaj, Legenstein and Maass 2020, equations 21 to 28 of
// Methods, and the authors' tutorial code (pattern generation).
type EProp struct {
	Inputs, Neurons, Outputs int
	DT                       float64 // ms
	TauM, TauOut             float64 // ms
	VTh                      float64
	Gamma                    float64 // height of the pseudo-derivative
	Beta, TauA               float64 // adaptation of the threshold (ALIF) and its time constant [ms]; Beta 0: none
	RateCost                 float64 // weight of the rate term, for rates in spikes per ms
	Rate                     float64 // target rate [Hz]
	// Weights, row by row: of neuron j from input or neuron i, and of output k from neuron j.
	Win, Wrec, Wout []float64
	// Feedback is B, shaped as Wout; nil means Wout itself (symmetric e-prop).
	Feedback []float64
}

// DefaultEProp gives the parameters of the pattern-generation task: 100 inputs, 100 neurons, 1 ms
// steps, time constants 30 ms, threshold 0.03, rate term 300 toward 10 Hz; weights all zero.
func DefaultEProp(outputs int) *EProp {
	e := &EProp{Inputs: 100, Neurons: 100, Outputs: outputs, DT: 1, TauM: 30, TauOut: 30, VTh: 0.03, Gamma: 0.3, RateCost: 300, Rate: 10}
	e.allocate()
	return e
}

func (e *EProp) allocate() {
	e.Win, e.Wrec, e.Wout = make([]float64, e.Neurons*e.Inputs), make([]float64, e.Neurons*e.Neurons), make([]float64, e.Outputs*e.Neurons)
}

// Randomise draws normal weights: sd (1-alpha)/sqrt(inputs) into the network, so that potentials are of
// order 1/sqrt(TauM), and (1-kappa)/sqrt(neurons) out of it.
func (e *EProp) Randomise(key sim.Key) {
	e.allocate()
	r := sim.NewRand(key)
	fill := func(w []float64, sd float64) {
		for k := range w {
			w[k] = sd * r.NormFloat64()
		}
	}
	fill(e.Win, -math.Expm1(-e.DT/e.TauM)/math.Sqrt(float64(e.Inputs)))
	fill(e.Wrec, -math.Expm1(-e.DT/e.TauM)/math.Sqrt(float64(e.Neurons)))
	fill(e.Wout, -math.Expm1(-e.DT/e.TauOut)/math.Sqrt(float64(e.Neurons)))
	e.mask(e.Wrec)
}

// mask zeroes self-connections.
func (e *EProp) mask(w []float64) {
	for j := range e.Neurons {
		w[j*e.Neurons+j] = 0
	}
}

// Validate names the first parameter out of range.
func (e *EProp) Validate() error {
	c := checker{rule: "EProp"}
	c.tau("DT", e.DT)
	c.tau("TauM", e.TauM)
	c.tau("TauOut", e.TauOut)
	c.positive("VTh", e.VTh, "")
	c.notNegative("Gamma", e.Gamma, "")
	c.notNegative("Beta", e.Beta, "")
	if e.Beta > 0 {
		c.tau("TauA", e.TauA)
	}
	c.notNegative("RateCost", e.RateCost, "")
	c.notNegative("Rate", e.Rate, "Hz")
	if c.err != nil {
		return c.err
	}
	for _, w := range []struct {
		name      string
		w         []float64
		rows, col int
	}{{"Win", e.Win, e.Neurons, e.Inputs}, {"Wrec", e.Wrec, e.Neurons, e.Neurons}, {"Wout", e.Wout, e.Outputs, e.Neurons}, {"Feedback", e.Feedback, e.Outputs, e.Neurons}} {
		if len(w.w) != w.rows*w.col && (w.name != "Feedback" || w.w != nil) {
			return fmt.Errorf("EProp.%s has %d weights: want %d x %d", w.name, len(w.w), w.rows, w.col)
		}
	}
	return nil
}

// EPropTrial is what happened in one presentation, step by step: Spikes and Psi have Neurons values
// per step, Output has Outputs.
type EPropTrial struct {
	Steps               int
	Spikes, Psi, Output []float64
	Error               float64 // E, with the rate term
	SquaredError        float64 // Σ (y - target)²

	inputs, target []float64
	xbar, zbar     []float64 // low-passed by alpha: inputs at t, spikes at t-1
	zkappa         []float64 // spikes low-passed by kappa
	rates          []float64 // spikes per ms
}

// Rate is the mean rate of the neurons [Hz].
func (t *EPropTrial) Rate() float64 {
	sum := 0.0
	for _, r := range t.rates {
		sum += r
	}
	return 1000 * sum / float64(len(t.rates))
}

// Run presents inputs (Inputs values per step) and compares the readout with the target (Outputs values
// per step).
func (e *EProp) Run(inputs, target []float64) (*EPropTrial, error) {
	if err := e.Validate(); err != nil {
		return nil, err
	}
	steps := len(inputs) / e.Inputs
	if steps < 1 || len(inputs) != steps*e.Inputs || len(target) != steps*e.Outputs {
		return nil, fmt.Errorf("plasticity: EProp: %d inputs and %d targets: want %d and %d for each step", len(inputs), len(target), e.Inputs, e.Outputs)
	}
	n := e.Neurons
	t := &EPropTrial{Steps: steps, inputs: inputs, target: target, rates: make([]float64, n),
		Spikes: make([]float64, steps*n), Psi: make([]float64, steps*n), Output: make([]float64, steps*e.Outputs),
		xbar: make([]float64, steps*e.Inputs), zbar: make([]float64, steps*n), zkappa: make([]float64, steps*n)}
	alpha, kappa, rho := e.decays()
	v, a := make([]float64, n), make([]float64, n)
	silent := make([]float64, max(n, e.Inputs, e.Outputs))
	before := func(x []float64, s, width int) []float64 { // the values of the step before s
		if s == 0 {
			return silent[:width]
		}
		return x[(s-1)*width : s*width]
	}
	for s := range steps {
		x, z, last := inputs[s*e.Inputs:(s+1)*e.Inputs], t.Spikes[s*n:(s+1)*n], before(t.Spikes, s, n)
		filter(t.xbar[s*e.Inputs:(s+1)*e.Inputs], before(t.xbar, s, e.Inputs), x, alpha)
		filter(t.zbar[s*n:(s+1)*n], before(t.zbar, s, n), last, alpha)
		for j := range v {
			v[j] = alpha*v[j] - e.VTh*last[j]
			a[j] = rho*a[j] + last[j]
		}
		addColumns(v, e.Win, x)
		addColumns(v, e.Wrec, last)
		for j := range v {
			over := v[j] - e.VTh - e.Beta*a[j]
			t.Psi[s*n+j] = e.Gamma / e.VTh * max(0, 1-math.Abs(over)/e.VTh)
			if over > 0 {
				z[j] = 1
				t.rates[j] += 1 / (float64(steps) * e.DT)
			}
		}
		filter(t.zkappa[s*n:(s+1)*n], before(t.zkappa, s, n), z, kappa)
		y := t.Output[s*e.Outputs : (s+1)*e.Outputs]
		filter(y, before(t.Output, s, e.Outputs), silent[:e.Outputs], kappa)
		addColumns(y, e.Wout, z)
		for k := range y {
			d := y[k] - target[s*e.Outputs+k]
			t.SquaredError += d * d
		}
	}
	t.Error = t.SquaredError / 2
	for _, r := range t.rates {
		d := r - e.Rate/1000
		t.Error += e.RateCost / 2 * d * d
	}
	return t, nil
}

func (e *EProp) decays() (alpha, kappa, rho float64) {
	if e.Beta > 0 {
		rho = math.Exp(-e.DT / e.TauA)
	}
	return math.Exp(-e.DT / e.TauM), math.Exp(-e.DT / e.TauOut), rho
}

// filter low-passes: dst = decay old + in.
func filter(dst, old, in []float64, decay float64) {
	for i := range dst {
		dst[i] = decay*old[i] + in[i]
	}
}

// addColumns adds W x to dst, for x that is mostly zero.
func addColumns(dst, w, x []float64) {
	for i, f := range x {
		if f == 0 {
			continue
		}
		for j := range dst {
			dst[j] += w[j*len(x)+i] * f
		}
	}
}

// EPropGradient is dE/dW, shaped as the weights.
type EPropGradient struct{ Win, Wrec, Wout []float64 }

// Descend changes the weights by -eta times the gradient. E sums over all steps, and the low-pass filters
// have no factor 1 - decay, so that weights are small and eta must be: 5e-7 suits the task of
// DefaultEProp with 1000 steps (1e-4 where filters are normalised, as 1 - alpha is 1/30).
func (e *EProp) Descend(g EPropGradient, eta float64) {
	for _, p := range [][2][]float64{{e.Win, g.Win}, {e.Wrec, g.Wrec}, {e.Wout, g.Wout}} {
		for k, d := range p[1] {
			p[0][k] -= float64(eta * d)
		}
	}
}

// Gradient sums the gradient of a trial. Without adaptation, where an eligibility is a product of a
// factor of the neuron and one of the source, the sums over time are matrix products; with it, it is
// Online.
func (e *EProp) Gradient(t *EPropTrial) EPropGradient {
	if e.Beta > 0 {
		return e.Online(t)
	}
	n, steps := e.Neurons, t.Steps
	_, kappa, _ := e.decays()
	// The filter of the eligibility is turned round onto the learning signal.
	signal := make([]float64, steps*n)
	ahead := make([]float64, n)
	for s := steps - 1; s >= 0; s-- {
		l := e.learningSignal(t, s)
		for j := range ahead {
			ahead[j] = kappa*ahead[j] + l[j]
			signal[s*n+j] = t.Psi[s*n+j] * (ahead[j] + e.rateSignal(t, j))
		}
	}
	g := EPropGradient{make([]float64, n*e.Inputs), make([]float64, n*n), make([]float64, e.Outputs*n)}
	product := func(dst []float64, rows int, left []float64, cols int, right []float64) {
		l, r := mat.NewDense(steps, rows, left), mat.NewDense(steps, cols, right)
		mat.NewDense(rows, cols, dst).Mul(l.T(), r)
	}
	product(g.Win, n, signal, e.Inputs, t.xbar)
	product(g.Wrec, n, signal, n, t.zbar)
	product(g.Wout, e.Outputs, t.deviation(), n, t.zkappa)
	e.mask(g.Wrec)
	return g
}

func (t *EPropTrial) deviation() []float64 {
	d := append([]float64(nil), t.Output...)
	for k := range d {
		d[k] -= t.target[k]
	}
	return d
}

// learningSignal is L_j at step s.
func (e *EProp) learningSignal(t *EPropTrial, s int) []float64 {
	b := e.Feedback
	if b == nil {
		b = e.Wout
	}
	l := make([]float64, e.Neurons)
	for k := range e.Outputs {
		d := t.Output[s*e.Outputs+k] - t.target[s*e.Outputs+k]
		for j := range l {
			l[j] += b[k*e.Neurons+j] * d
		}
	}
	return l
}

// rateSignal is what the rate term adds to each eligibility of neuron j.
func (e *EProp) rateSignal(t *EPropTrial, j int) float64 {
	return e.RateCost * (t.rates[j] - e.Rate/1000) / (float64(t.Steps) * e.DT)
}
