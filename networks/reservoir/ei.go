package reservoir

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
)

// EI is a reservoir of excitatory and inhibitory rate units under Dale's law:
//
//	x_i(t+1) = s( sum_E W_ij x_j(t) - g_i sum_I |W_ij| x_j(t) + sum_k w_ik u_k(t+1) - theta_i )
//	s(z) = 1/(1 + exp(-z))
//
//	x      rate of a unit in (0, 1), Start at first
//	E, I   weights from the first NE and from the remaining units, all non-negative
//	g      Gain of the inhibition that a unit receives, 1 at first; adaptation changes it
//	w, u   input weights and input sample
//	theta  threshold
//
// It reconstructs the reservoir of Srinivasan, Plenz & Girvan (arXiv:2504.12480; Nature
// Communications 2025), whose sizes and learning rates are not public; the defaults of [EIConfig]
// are choices that show the published shape. There is no leak and no delay.
type EI struct {
	NE        int       // excitatory units come first
	E, I      Matrix    // units x NE and units x (units-NE), non-negative
	Gain      []float64 // of inhibition, per unit
	In        *Dense    // units x inputs
	Threshold []float64 // per unit
	Start     float64   // rate of all units after Reset

	x, z, inhibition []float64
	adapting         *Adaptation // while it runs
}

// EIConfig describes an excitatory-inhibitory reservoir.
type EIConfig struct {
	Units      int          // number of units, at least 2
	Inputs     int          // length of an input sample
	Excitatory float64      // fraction of excitatory units, in (0, 1); default 0.8
	Density    float64      // of connections, above 0 and at most 1, without self-connections; default 0.3
	Weights    Distribution // of magnitudes, taken as absolute values; default HalfNormal
	Strength   float64      // J: mean over units of the summed excitation and of the summed inhibition, above 0; default 4
	Balance    float64      // beta: mean over units of the signed sum, in (-2J, 2J); 0 balanced, above 0 excitation-dominated
	InputScale float64      // input weights are uniform in (-InputScale, InputScale); default 0.5
	Seed       uint64       // of all weights; the same seed at another balance gives the same graph
}

// DefaultEI is the setting of the reference table: density 0.3, J = 4, input scale 0.5. Below 500 units a
// density of 0.1 would leave some units without inhibition, which then cannot adapt.
func DefaultEI(units, inputs int) EIConfig {
	return EIConfig{Units: units, Inputs: inputs, Excitatory: 0.8, Density: 0.3, Weights: HalfNormal, Strength: 4, InputScale: 0.5}
}

// Build draws the network. The blocks of excitation and of inhibition are scaled so that the mean over units
// of their summed weights is J; single units differ. Then excitation is multiplied by 1 + beta/2J and
// inhibition by 1 - beta/2J, so that the mean signed sum is beta.
func (c EIConfig) Build() (*EI, error) {
	j := c.Strength
	ne := int(math.Round(c.Excitatory * float64(c.Units)))
	if err := firstFailed(
		check{"units", c.Units, c.Units >= 2, "must be at least 2"},
		check{"inputs", c.Inputs, c.Inputs >= 1, "must be at least 1"},
		check{"excitatory fraction", c.Excitatory, c.Excitatory > 0 && c.Excitatory < 1 && ne >= 1 && ne < c.Units, "must be in (0, 1) and leave a unit of each kind"},
		check{"strength", j, j > 0 && finite(j), "must be finite and above 0"},
		check{"balance", c.Balance, math.Abs(c.Balance) < 2*j, fmt.Sprintf("must be in (%g, %g), twice the strength", -2*j, 2*j)},
		check{"input scale", c.InputScale, c.InputScale >= 0 && finite(c.InputScale), "must be finite and at least 0"},
	); err != nil {
		return nil, err
	}
	block := func(cols, offset int, total float64, stream uint64) (Matrix, error) {
		m, err := Random{Rows: c.Units, Cols: cols, Offset: offset, NoSelf: true, Density: c.Density, Weights: c.Weights}.
			Build(rand.New(rand.NewPCG(c.Seed, stream)))
		if err != nil {
			return nil, err
		}
		absolute(m)
		sum := floats.Sum(rowSums(m))
		if sum == 0 {
			return nil, refuse("density", c.Density, "too small: a population has no connection")
		}
		m.Scale(total * float64(c.Units) / sum)
		return m, nil
	}
	e, err := block(ne, 0, j+c.Balance/2, 11)
	if err != nil {
		return nil, err
	}
	i, err := block(c.Units-ne, ne, j-c.Balance/2, 12)
	if err != nil {
		return nil, err
	}
	n := &EI{NE: ne, E: e, I: i, Gain: make([]float64, c.Units), Threshold: make([]float64, c.Units), Start: 0.5,
		In: UniformInput(c.Units, c.Inputs, c.InputScale, rand.New(rand.NewPCG(c.Seed, 13))),
		x:  make([]float64, c.Units), z: make([]float64, c.Units), inhibition: make([]float64, c.Units)}
	for k := range n.Gain {
		n.Gain[k] = 1
	}
	n.Reset()
	return n, nil
}

func absolute(m Matrix) {
	data := []float64(nil)
	switch m := m.(type) {
	case *Dense:
		data = m.Data
	case *CSR:
		data = m.Data
	}
	for k, v := range data {
		data[k] = math.Abs(v)
	}
}

// Inputs is the length of an input sample.
func (n *EI) Inputs() int { return n.In.Cols }

// Units is the length of the state.
func (n *EI) Units() int { return len(n.x) }

// Reset sets all rates to Start. Gains stay as they are.
func (n *EI) Reset() {
	for i := range n.x {
		n.x[i] = n.Start
	}
}

// State holds the rates, excitatory units first, valid until the next Step.
func (n *EI) State() []float64 { return n.x }

// SetState copies rates, of length Units, to continue from.
func (n *EI) SetState(x []float64) error { return setState(n.x, x) }

// Step advances by one input sample.
func (n *EI) Step(input []float64) error {
	if err := checkLength("the input", len(input), n.In.Cols); err != nil {
		return err
	}
	if err := checkFinite("input", input); err != nil {
		return err
	}
	n.E.MulVec(n.z, n.x[:n.NE])
	n.I.MulVec(n.inhibition, n.x[n.NE:])
	addInput(n.z, n.In, input)
	for i, z := range n.z {
		n.z[i] = logistic(z - n.Gain[i]*n.inhibition[i] - n.Threshold[i])
	}
	n.x, n.z = n.z, n.x
	if n.adapting != nil {
		n.adapt()
	}
	return nil
}

// Weights returns the signed recurrent matrix with the gains applied.
func (n *EI) Weights() *Dense {
	w := NewDense(len(n.x), len(n.x))
	e, i := n.E.Dense(), n.I.Dense()
	for r := range n.x {
		row := w.Row(r)
		copy(row, e.RawRowView(r))
		for c, v := range i.RawRowView(r) {
			row[n.NE+c] = -n.Gain[r] * v
		}
	}
	return w
}

// Balance returns the signed sum of the weights onto each unit, gains applied; its mean is the beta of
// the configuration until the inhibition adapts.
func (n *EI) Balance() []float64 {
	e, i := rowSums(n.E), rowSums(n.I)
	for k := range e {
		e[k] -= n.Gain[k] * i[k]
	}
	return e
}
