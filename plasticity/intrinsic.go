package plasticity

import (
	"fmt"
	"math"

	"github.com/glia-sim/glia/sim"
)

// LogisticIP is intrinsic plasticity of neurons with a logistic output, which makes the outputs follow
// an exponential distribution of mean Mu, the one of most information for its mean:
//
//	y = 1/(1 + exp(-(a x + b)))
//	db = Eta (1 - (2 + 1/Mu) y + y²/Mu),  da = Eta/a + x db
//
//	x, y  input and output    a, b  gain and bias, one of each per neuron
//
// Source: Triesch 2005.
type LogisticIP struct {
	Eta  float64
	Mu   float64   // mean of the outputs, 0 to 1
	A, B []float64 // state, per neuron; A starts above 0
}

// NewLogisticIP makes n neurons with gain 1 and bias 0.
func NewLogisticIP(n int, eta, mu float64) *LogisticIP {
	a, b := gains(n)
	return &LogisticIP{eta, mu, a, b}
}

func gains(n int) (a, b []float64) {
	a, b = make([]float64, n), make([]float64, n)
	for i := range a {
		a[i] = 1
	}
	return a, b
}

// Validate names the first parameter out of range.
func (p *LogisticIP) Validate() error {
	c := checker{rule: "LogisticIP"}
	c.positive("Eta", p.Eta, "")
	c.complain(p.Mu > 0 && p.Mu < 1, "Mu", p.Mu, "", "between 0 and 1")
	return c.err
}

// Update writes the outputs for the inputs x to y and adapts gains and biases.
func (p *LogisticIP) Update(y, x []float64) {
	for i, in := range x {
		out := 1 / (1 + math.Exp(-(p.A[i]*in + p.B[i])))
		y[i] = out
		db := p.Eta * (1 - (2+1/p.Mu)*out + out*out/p.Mu)
		p.A[i] += p.Eta/p.A[i] + db*in
		p.B[i] += db
	}
}

// TanhIP is intrinsic plasticity of neurons with a hyperbolic tangent, which makes the outputs follow a
// normal distribution:
//
//	y = tanh(a x + b)
//	db = -Eta (-M/S² + (y/S²) (2 S² + 1 - y² + M y)),  da = Eta/a + x db
//
//	M, S  mean and standard deviation of the outputs
//
// Source: Schrauwen, Wardermann, Verstraeten, Steil and Stroobandt 2008 (for reservoirs).
type TanhIP struct {
	Eta  float64
	M    float64
	S    float64
	A, B []float64 // state, per neuron; A starts above 0
}

// NewTanhIP makes n neurons with gain 1 and bias 0.
func NewTanhIP(n int, eta, mean, sd float64) *TanhIP {
	a, b := gains(n)
	return &TanhIP{eta, mean, sd, a, b}
}

// Validate names the first parameter out of range.
func (p *TanhIP) Validate() error {
	c := checker{rule: "TanhIP"}
	c.positive("Eta", p.Eta, "")
	c.complain(p.M > -1 && p.M < 1, "M", p.M, "", "between -1 and 1")
	c.complain(p.S > 0 && p.S < 1, "S", p.S, "", "between 0 and 1")
	return c.err
}

// Update writes the outputs for the inputs x to y and adapts gains and biases.
func (p *TanhIP) Update(y, x []float64) {
	v := p.S * p.S
	for i, in := range x {
		out := math.Tanh(p.A[i]*in + p.B[i])
		y[i] = out
		db := -p.Eta * (-p.M/v + out/v*(2*v+1-out*out+p.M*out))
		p.A[i] += p.Eta/p.A[i] + db*in
		p.B[i] += db
	}
}

// ThresholdIP is intrinsic plasticity of spiking neurons: each spike raises the neuron's threshold,
// silence lowers it, until it fires at the target rate.
//
//	dtheta = Eta (spikes - Target dt),  within ±Limit
//
//	theta  shift of the threshold [mV]
//
// A shift of threshold and reset by theta is the same as a current -GL theta, in a neuron whose inputs
// are currents. As such it acts: ThresholdIP is a process (Network.AddProcess) and an input of the same
// neurons (Network.Drive, receptor sim.Current).
//
// Sources: Desai, Rutherford and Turrigiano 1999 (finding); this form as in Diehl and Cook 2015,
// with the target rate in place of a decay.
type ThresholdIP struct {
	Rates  *sim.Counter // of the driven neurons
	Eta    float64      // mV per spike
	Target float64      // Hz
	Limit  float64      // mV; 0 means none
	GL     float64      // leak conductance of the neurons [nS]
	Theta  []float64    // state: shifts of the thresholds [mV]

	seen []int32
	last float64 // time of the last Update [ms]
}

// Validate names the first parameter out of range.
func (p *ThresholdIP) Validate() error {
	c := checker{rule: "ThresholdIP"}
	c.positive("Eta", p.Eta, "mV")
	c.notNegative("Target", p.Target, "Hz")
	c.notNegative("Limit", p.Limit, "mV")
	c.positive("GL", p.GL, "nS")
	if c.err == nil && p.Rates == nil {
		return fmt.Errorf("ThresholdIP.Rates is not set: give it the counter of Network.CountSpikes")
	}
	if c.err == nil && p.seen == nil {
		p.seen, p.Theta = make([]int32, len(p.Rates.PerNeuron)), make([]float64, len(p.Rates.PerNeuron))
	}
	return c.err
}

// Update moves the thresholds by the spikes of the interval that ends now.
func (p *ThresholdIP) Update(now float64) error {
	quiet := p.Target / 1000 * (now - p.last)
	p.last = now
	for j := range p.Theta {
		p.Theta[j] += p.Eta * (float64(newSpikes(p.Rates, p.seen, j)) - quiet)
		if p.Limit > 0 {
			p.Theta[j] = clip(p.Theta[j], -p.Limit, p.Limit)
		}
	}
	return nil
}

// Reset starts a new trial: the thresholds stay, as weights do.
func (p *ThresholdIP) Reset() {
	p.last = 0
	copy(p.seen, p.Rates.PerNeuron)
}

// State lists the shifts of the thresholds.
func (p *ThresholdIP) State(c *sim.Codec) { c.Values(p.Theta, p.seen, &p.last) }

// NewInput makes the part of the current that drives a block.
func (p *ThresholdIP) NewInput(b sim.BlockSpec) (sim.InputBlock, error) {
	if b.Size != len(p.Theta) {
		return nil, fmt.Errorf("ThresholdIP.Rates counts %d neurons and the driven population has %d: want both whole", len(p.Theta), b.Size)
	}
	return &thresholdInput{p.Theta[b.First : b.First+b.N], p.GL}, nil
}

type thresholdInput struct {
	theta []float64
	gl    float64
}

// Add adds the current that stands for the shift [pA].
func (t *thresholdInput) Add(_ sim.Tick, in []float64) {
	for i, v := range t.theta {
		in[i] -= float64(t.gl * v)
	}
}

// State lists the shifts, for a ThresholdIP that is not a process of the network.
func (t *thresholdInput) State(c *sim.Codec) { c.PerNeuron(t.theta) }
