package reservoir

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"

	"github.com/glia-sim/glia/networks/readout"
)

// Force is the rate network of Sussillo & Abbott (2009, doi 10.1016/j.neuron.2009.07.018), whose readout is fed back
// and trained while the network runs (FORCE):
//
//	x <- (1-h) x + h (J r + w_f z),   r = tanh(x),   z = w r
//
//	x  state            J    Weights, fixed        h  Step, the time step over the time constant
//	r  rates            w_f  Feedback, fixed       w  Readout, by recursive least squares
//	z  output
//
// Feedback keeps the error small from the first moments on, so that the network learns while it already does what
// it is to do. A network that is chaotic before training (gain above 1) learns best.
type Force struct {
	Weights  Matrix
	Feedback *Dense // units x outputs
	Step     float64
	Readout  *readout.RLS

	x, r, input, z []float64
}

// ForceConfig describes a random FORCE network.
type ForceConfig struct {
	Units, Outputs int
	Gain           float64 // g: weights are normal with variance g²/(Density Units); default 1.5
	Density        float64 // of J, above 0 and at most 1; default 0.1
	Step           float64 // in (0, 1]; default 0.1
	Alpha          float64 // the readout's P starts as I/Alpha; default 1
	Seed           uint64  // of weights, feedback (uniform in (-1, 1)) and start (normal, sd 0.5)
}

// DefaultForce is the published setting.
func DefaultForce(units, outputs int) ForceConfig {
	return ForceConfig{Units: units, Outputs: outputs, Gain: 1.5, Density: 0.1, Step: 0.1, Alpha: 1}
}

// Build draws the network, with a readout of zeros.
func (c ForceConfig) Build() (*Force, error) {
	if err := firstFailed(
		check{"outputs", c.Outputs, c.Outputs >= 1, "must be at least 1"},
		check{"gain", c.Gain, c.Gain >= 0 && finite(c.Gain), "must be finite and at least 0"},
		check{"step", c.Step, c.Step > 0 && c.Step <= 1, "must be above 0 and at most 1"},
	); err != nil {
		return nil, err
	}
	j, err := Random{Rows: c.Units, Cols: c.Units, Density: c.Density, Weights: Normal}.Build(rand.New(rand.NewPCG(c.Seed, 51)))
	if err != nil {
		return nil, err
	}
	j.Scale(c.Gain / math.Sqrt(c.Density*float64(c.Units)))
	rls, err := readout.NewRLS(c.Units, c.Outputs, c.Alpha)
	if err != nil {
		return nil, err
	}
	n := &Force{Weights: j, Feedback: UniformInput(c.Units, c.Outputs, 1, rand.New(rand.NewPCG(c.Seed, 52))), Step: c.Step, Readout: rls,
		x: make([]float64, c.Units), r: make([]float64, c.Units), input: make([]float64, c.Units), z: make([]float64, c.Outputs)}
	rng := rand.New(rand.NewPCG(c.Seed, 53))
	for i := range n.x {
		n.x[i] = 0.5 * rng.NormFloat64()
		n.r[i] = math.Tanh(n.x[i])
	}
	return n, nil
}

// Advance carries the network over a step.
func (n *Force) Advance() error {
	n.Weights.MulVec(n.input, n.r)
	addInput(n.input, n.Feedback, n.z)
	floats.Scale(1-n.Step, n.x)
	floats.AddScaled(n.x, n.Step, n.input)
	copy(n.r, n.x)
	Tanh.apply(n.r)
	return n.Readout.Predict(n.r, n.z)
}

// Learn changes the readout so that the output of the present step comes nearer to the target. The output itself,
// which is fed back, stays as it is until the next step.
func (n *Force) Learn(target []float64) error { return n.Readout.Update(n.r, target) }

// Output is the present output, valid until the next Advance.
func (n *Force) Output() []float64 { return n.z }

// Rates are the present rates, valid until the next Advance.
func (n *Force) Rates() []float64 { return n.r }
