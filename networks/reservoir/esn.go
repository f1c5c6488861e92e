package reservoir

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
)

// Activation is the function of a unit.
type Activation int

// The activations.
const (
	Tanh     Activation = iota // hyperbolic tangent, in (-1, 1)
	Sigmoid                    // logistic function 1/(1+exp(-z)), in (0, 1)
	Identity                   // linear units
	ReLU                       // max(0, z)
)

// String returns "tanh", "sigmoid", "identity" or "relu".
func (f Activation) String() string {
	switch f {
	case Tanh:
		return "tanh"
	case Sigmoid:
		return "sigmoid"
	case Identity:
		return "identity"
	case ReLU:
		return "relu"
	}
	return fmt.Sprintf("Activation(%d)", int(f))
}

// apply replaces each value by the function of it.
func (f Activation) apply(z []float64) {
	switch f {
	case Tanh:
		for i, v := range z {
			z[i] = math.Tanh(v)
		}
	case Sigmoid:
		for i, v := range z {
			z[i] = logistic(v)
		}
	case ReLU:
		for i, v := range z {
			z[i] = max(0, v)
		}
	}
}

func logistic(z float64) float64 { return 1 / (1 + math.Exp(-z)) }

// ESN is an echo-state network (Jaeger 2001, GMD report 148; leaky form of Jaeger et al. 2007,
// doi 10.1016/j.neunet.2007.04.016):
//
//	x(t+1) = (1-a) C x(t) + a f(W x(t) + W_in u(t+1) + b)
//
//	x  state, 0 at first    a  Leak in (0, 1]        W     recurrent weights
//	u  input sample         f  Activation            W_in  input weights
//	b  Bias                 C  Carry, the identity   unless it is given
//
// With an orthogonal C it is the edge-of-stability network ES2N of Ceni & Gallicchio (2023), whose
// proximity is the leak. Feedback of an output is an input as any other: see [Model.FreeRun].
// Weights are plain data and may be changed between steps.
type ESN struct {
	W          Matrix    // units x units
	In         *Dense    // units x inputs
	Bias       []float64 // per unit; nil for none
	Leak       float64   // 1 for no memory beyond W
	Activation Activation
	Carry      Matrix // units x units; nil for the identity

	x, z, c []float64
}

// NewESN joins given weights to a network at rest. It fails on shapes that do not fit, on a leak outside
// (0, 1] and on values that are not finite. bias may be nil.
func NewESN(w Matrix, in *Dense, bias []float64, leak float64, f Activation) (*ESN, error) {
	if w == nil || in == nil {
		return nil, refuse("weights", nil, "recurrent and input weights must be given")
	}
	units, cols := w.Dims()
	if err := firstFailed(
		check{"shape of the recurrent weights", fmt.Sprintf("%d x %d", units, cols), units == cols && units > 0, "must be square"},
		check{"rows of the input weights", in.Rows, in.Rows == units, fmt.Sprintf("must be the units, %d", units)},
		check{"inputs", in.Cols, in.Cols >= 1 && len(in.Data) == in.Rows*in.Cols, "must be at least 1, with a weight for every unit and input"},
		check{"length of the bias", len(bias), bias == nil || len(bias) == units, fmt.Sprintf("must be the units, %d", units)},
		check{"leak", leak, leak > 0 && leak <= 1, "must be above 0 and at most 1"},
		check{"activation", f, f >= Tanh && f <= ReLU, "must be Tanh, Sigmoid, Identity or ReLU"},
	); err != nil {
		return nil, err
	}
	if err := checkFinite("bias", bias); err != nil {
		return nil, err
	}
	if err := checkFinite("input weights", in.Data); err != nil {
		return nil, err
	}
	return &ESN{W: w, In: in, Bias: bias, Leak: leak, Activation: f, x: make([]float64, units), z: make([]float64, units)}, nil
}

// Inputs is the length of an input sample.
func (n *ESN) Inputs() int { return n.In.Cols }

// Units is the length of the state.
func (n *ESN) Units() int { return len(n.x) }

// Reset sets the state to 0.
func (n *ESN) Reset() { clear(n.x) }

// State is the present state, valid until the next Step.
func (n *ESN) State() []float64 { return n.x }

// SetState copies a state, of length Units, to continue from.
func (n *ESN) SetState(x []float64) error { return setState(n.x, x) }

func setState(dst, x []float64) error {
	if err := checkLength("the state", len(x), len(dst)); err != nil {
		return err
	}
	if err := checkFinite("state", x); err != nil {
		return err
	}
	copy(dst, x)
	return nil
}

// Step advances by one input sample.
func (n *ESN) Step(input []float64) error {
	if err := checkLength("the input", len(input), n.In.Cols); err != nil {
		return err
	}
	if err := checkFinite("input", input); err != nil {
		return err
	}
	n.W.MulVec(n.z, n.x)
	addInput(n.z, n.In, input)
	if n.Bias != nil {
		floats.Add(n.z, n.Bias)
	}
	n.Activation.apply(n.z)
	if n.Carry != nil {
		if len(n.c) != len(n.x) {
			n.c = make([]float64, len(n.x))
		}
		n.Carry.MulVec(n.c, n.x)
		n.x, n.c = n.c, n.x
	}
	if n.Leak == 1 {
		n.x, n.z = n.z, n.x
		return nil
	}
	for i, z := range n.z {
		n.x[i] = (1-n.Leak)*n.x[i] + n.Leak*z
	}
	return nil
}

// addInput adds the weighted input to z.
func addInput(z []float64, in *Dense, input []float64) {
	if len(input) == 1 {
		floats.AddScaled(z, input[0], in.Data)
		return
	}
	for i := range z {
		for k, w := range in.Row(i) {
			z[i] += w * input[k]
		}
	}
}

// ESNConfig describes a random echo-state network.
type ESNConfig struct {
	Units          int          // number of units
	Inputs         int          // length of an input sample
	SpectralRadius float64      // of W, at least 0; default 0.9
	Density        float64      // of W, above 0 and at most 1; default 1
	PerRow         int          // if above 0: exactly so many connections per unit instead of Density
	Weights        Distribution // of W before scaling; default Uniform
	InputScale     float64      // input weights are uniform in (-InputScale, InputScale); default 0.3
	BiasScale      float64      // biases are uniform in (-BiasScale, BiasScale); default 0.3; 0 for none
	Leak           float64      // in (0, 1]; default 1
	Activation     Activation   // default Tanh
	Seed           uint64       // of all weights
}

// DefaultESN is the setting of the benchmark tables: dense uniform weights of spectral radius 0.9,
// input weights and biases in (-0.3, 0.3), tanh units without leak, seed 0.
func DefaultESN(units, inputs int) ESNConfig {
	return ESNConfig{Units: units, Inputs: inputs, SpectralRadius: 0.9, Density: 1, InputScale: 0.3, BiasScale: 0.3, Leak: 1}
}

// Build draws the network. W, input weights and biases come from three streams of the seed, so that changing
// one of them leaves the others alone.
func (c ESNConfig) Build() (*ESN, error) {
	if err := firstFailed(
		check{"units", c.Units, c.Units >= 1, "must be at least 1"},
		check{"inputs", c.Inputs, c.Inputs >= 1, "must be at least 1"},
		check{"input scale", c.InputScale, c.InputScale >= 0 && finite(c.InputScale), "must be finite and at least 0"},
		check{"bias scale", c.BiasScale, c.BiasScale >= 0 && finite(c.BiasScale), "must be finite and at least 0"},
	); err != nil {
		return nil, err
	}
	w, err := Random{Rows: c.Units, Cols: c.Units, Density: c.Density, PerRow: c.PerRow, Weights: c.Weights}.Build(rand.New(rand.NewPCG(c.Seed, 1)))
	if err != nil {
		return nil, err
	}
	if err := ScaleRadius(w, c.SpectralRadius); err != nil {
		return nil, err
	}
	var bias []float64
	if c.BiasScale > 0 {
		bias = UniformInput(c.Units, 1, c.BiasScale, rand.New(rand.NewPCG(c.Seed, 3))).Data
	}
	return NewESN(w, UniformInput(c.Units, c.Inputs, c.InputScale, rand.New(rand.NewPCG(c.Seed, 2))), bias, c.Leak, c.Activation)
}

// UniformInput draws input weights, uniform in (-scale, scale).
func UniformInput(units, inputs int, scale float64, rng *rand.Rand) *Dense {
	m := NewDense(units, inputs)
	for k := range m.Data {
		m.Data[k] = scale * (2*rng.Float64() - 1)
	}
	return m
}

// AperiodicInput returns input weights for one input, of one magnitude and with the signs of the logistic map
// x <- 4x(1-x) about 1/2, started at 0.33 (Rodan & Tino 2011). On a ring, signs that cancel or repeat would leave
// a wave that no input can raise; drawn at random they do so now and then.
func AperiodicInput(units int, magnitude float64) *Dense {
	m := NewDense(units, 1)
	x := 0.33
	for k := range m.Data {
		m.Data[k] = math.Copysign(magnitude, x-0.5)
		x = 4 * x * (1 - x)
	}
	return m
}
