package forecast

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/glia-sim/glia/analysis"
	"github.com/glia-sim/glia/networks/readout"
	"github.com/glia-sim/glia/networks/reservoir"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Kind is a kind of reservoir.
type Kind string

// The kinds.
const (
	ESN        Kind = "esn"        // leaky tanh units
	EI         Kind = "ei"         // sigmoid units under Dale's law, inhibition adapted to heterogeneous target rates
	LIF        Kind = "lif"        // spiking: leaky integrate-and-fire neurons (reservoir.DefaultLIF)
	Izhikevich Kind = "izhikevich" // spiking: heterogeneous Izhikevich neurons (reservoir.DefaultIzhikevichReservoir)
	Assembly   Kind = "assembly"   // modules that forget by construction (reservoir.AssemblyConfig)
	NGRC       Kind = "ngrc"       // past rows and their products, no network (reservoir.NGRC)
)

// Kinds lists them.
func Kinds() []Kind { return []Kind{ESN, EI, LIF, Izhikevich, Assembly, NGRC} }

// Spiking says whether the reservoir is made of spiking neurons.
func (k Kind) Spiking() bool { return k == LIF || k == Izhikevich }

// moduleUnits is the size of the modules of an assembly.
const moduleUnits = 20

// Options describe reservoir and training.
type Options struct {
	Inputs, Targets []string // columns; nil Targets for the inputs themselves
	Horizon         int      // rows from an input to the target it predicts; 0: the target of the same row

	Kind       Kind
	Units      int     // of an assembly a multiple of 20, the units of a module
	Density    float64 // of recurrent connections, above 0 and at most 1; 0 for what is usual of the kind
	Radius     float64 // spectral radius of an ESN
	Leak       float64 // of an ESN, in (0, 1]
	InputScale float64 // input weights are uniform in (-InputScale, InputScale), for inputs of standard deviation 1; 0 for 0.5, or 2 with a coder
	BiasScale  float64 // biases of an ESN are uniform in (-BiasScale, BiasScale)
	Balance    float64 // of spiking reservoirs: mean signed sum of weights, 0 balanced, below 0 over-inhibited
	Coder      string  // how rows reach spiking reservoirs: "" for currents, or poisson, latency, population or levels
	Workers    int     // goroutines of a spiking reservoir; 0 for 1. They change no result.
	Taps       int     // of NGRC: rows that it remembers, the present one among them
	Stride     int     // and their distance
	Degree     int     // of its products
	Squares    bool    // the readout sees the squares of the state too
	Seed       uint64

	Washout          int       // rows at the beginning that are not fitted
	Validation, Test float64   // fractions of the rows, at the end, that choose lambda and that measure the error
	Lambdas          []float64 // of the ridge; one fixes it, several are chosen among on the validation rows
}

// DefaultOptions are 500 units of radius 0.9 with leak 0.3, a horizon of 1, and a ridge chosen on a fifth of the
// rows, with another fifth for the test.
func DefaultOptions() Options {
	o := Options{Horizon: 1, Kind: ESN, Units: 500, Radius: 0.9, Leak: 0.3, BiasScale: 0.2,
		Taps: 2, Stride: 1, Degree: 2, Seed: 1, Washout: 100, Validation: 0.2, Test: 0.2}
	for e := -9; e <= 3; e++ {
		o.Lambdas = append(o.Lambdas, math.Pow(10, float64(e)))
	}
	return o
}

// Fit is a trained model with what is known of its errors.
type Fit struct {
	Model *reservoir.Model
	About reservoir.About

	Train, Validation, Test int // rows

	// Errors of the targets on validation and test rows: root mean square over the standard deviation of the target
	// there (NRMSE). NaN where a target does not vary or there are no such rows.
	ValidationError, TestError []float64
	// Persistence is the test error of the forecast that nothing changes; NaN for targets that are not inputs and for
	// a horizon of 0.
	Persistence []float64
}

// OptionError says which option was refused.
type OptionError struct {
	Option string
	Value  any
	Want   string
}

// Error names option, value and remedy.
func (e *OptionError) Error() string { return fmt.Sprintf("%s is %v: %s", e.Option, e.Value, e.Want) }

func (o Options) check(rows int) error {
	fraction := func(x float64) bool { return x >= 0 && x < 1 }
	for _, c := range []struct {
		option string
		value  any
		ok     bool
		want   string
	}{
		{"inputs", strings.Join(o.Inputs, ","), len(o.Inputs) > 0, "at least one column must be named"},
		{"horizon", o.Horizon, o.Horizon >= 0, "must be at least 0"},
		{"kind", o.Kind, slices.Contains(Kinds(), o.Kind), fmt.Sprintf("must be one of %v", Kinds())},
		{"units", o.Units, o.Units >= 10 && o.Units <= 20000, "must be in 10..20000"},
		{"units", o.Units, o.Kind != Assembly || o.Units%moduleUnits == 0, "must be a multiple of 20, the units of a module"},
		{"spectral radius", o.Radius, o.Radius >= 0 && o.Radius <= 100, "must be in [0, 100]"},
		{"leak", o.Leak, o.Leak > 0 && o.Leak <= 1, "must be above 0 and at most 1"},
		{"density", o.Density, o.Density >= 0 && o.Density <= 1, "must be above 0 and at most 1"},
		{"coder", o.Coder, o.Coder == "" || o.Kind.Spiking() && coders(o.Seed)[o.Coder] != nil, "must be poisson, latency, population or levels, for a spiking reservoir"},
		{"workers", o.Workers, o.Workers >= 0, "must be at least 0"},
		{"input scale", o.InputScale, o.InputScale >= 0 && o.InputScale <= 1e6, "must be above 0 and at most 1e6"},
		{"bias scale", o.BiasScale, o.BiasScale >= 0 && o.BiasScale <= 1e6, "must be in [0, 1e6]"},
		{"washout", o.Washout, o.Washout >= 0, "must be at least 0"},
		{"validation fraction", o.Validation, fraction(o.Validation), "must be in [0, 1)"},
		{"test fraction", o.Test, fraction(o.Test) && o.Validation+o.Test < 1, "must be in [0, 1) and leave rows to train on"},
		{"number of lambdas", len(o.Lambdas), len(o.Lambdas) > 0, "must be at least 1"},
		{"validation fraction", o.Validation, len(o.Lambdas) == 1 || o.Validation > 0, "must be above 0 to choose a ridge; or fix the ridge"},
	} {
		if !c.ok {
			return &OptionError{c.option, c.value, c.want}
		}
	}
	pairs := rows - o.Horizon
	train, validation, _ := o.split(pairs)
	if train-o.Washout < 10 || (len(o.Lambdas) > 1 && validation < 5) {
		return &OptionError{"number of rows", rows, fmt.Sprintf("too few: %d of wash-out, %d to train on and %d to validate; give more data or less wash-out", o.Washout, max(0, train-o.Washout), validation)}
	}
	return nil
}

// split cuts the pairs of input and target into rows for training (wash-out included), validation and test.
func (o Options) split(pairs int) (train, validation, test int) {
	if pairs < 1 {
		return 0, 0, 0
	}
	validation, test = int(o.Validation*float64(pairs)), int(o.Test*float64(pairs))
	return pairs - validation - test, validation, test
}

// Train fits a model to a table. Training rows come first, then validation rows, which choose lambda, then test rows,
// which neither training nor choice has seen. The readout is solved again with the validation rows added, and the model
// left in the state after the last row. The error is an *OptionError, *UnknownColumnError or that of the fit.
func Train(t *Table, o Options) (*Fit, error) {
	if o.Targets == nil {
		o.Targets = o.Inputs
	}
	if o.InputScale == 0 {
		if o.InputScale = 0.5; o.Coder != "" {
			o.InputScale = 2
		}
	}
	if err := o.check(t.Rows()); err != nil {
		return nil, err
	}
	raw, err := t.Select(o.Inputs)
	if err != nil {
		return nil, err
	}
	target, err := t.Select(o.Targets)
	if err != nil {
		return nil, err
	}
	pairs := t.Rows() - o.Horizon
	train, validation, test := o.split(pairs)
	inputs := newScales(raw, train)
	outputs := newScales(target.Slice(o.Horizon, t.Rows(), 0, len(o.Targets)), train)
	for k, flat := range inputs.flat {
		if flat {
			return nil, &OptionError{"input " + o.Inputs[k], inputs.mean[k], "it is constant over the training rows; leave it out"}
		}
	}
	x, y := inputs.apply(raw), outputs.apply(target.Slice(o.Horizon, t.Rows(), 0, len(o.Targets)))

	r, err := o.build(x.Slice(0, train, 0, len(o.Inputs)))
	if err != nil {
		return nil, err
	}
	features := reservoir.Features{Squares: o.Squares, Input: true}
	states, err := features.Collect(r, x, 0) // all rows: the model ends after the last
	if err != nil {
		return nil, err
	}
	part := func(m *mat.Dense, from, to int) mat.Matrix { _, c := m.Dims(); return m.Slice(from, to, 0, c) }
	ridge, err := readout.NewRidge(features.Width(r), len(o.Targets))
	if err != nil {
		return nil, err
	}
	if err := ridge.Add(part(states, o.Washout, train), part(y, o.Washout, train)); err != nil {
		return nil, err
	}
	lambda, linear := o.Lambdas[0], (*readout.Linear)(nil)
	if len(o.Lambdas) > 1 {
		chosen, err := ridge.Select(o.Lambdas, func(l *readout.Linear) (float64, error) {
			return meanSquare(l, part(states, train, train+validation), part(y, train, train+validation))
		})
		if err != nil {
			return nil, err
		}
		lambda, linear = chosen.Lambda, chosen.Readout
	} else if linear, err = ridge.Solve(lambda); err != nil {
		return nil, err
	}
	fit := &Fit{Train: train - o.Washout, Validation: validation, Test: test}
	if validation > 0 {
		if fit.ValidationError, err = errorsOf(linear, part(states, train, train+validation), part(y, train, train+validation)); err != nil {
			return nil, err
		}
		if err := ridge.Add(part(states, train, train+validation), part(y, train, train+validation)); err != nil {
			return nil, err
		}
		if linear, err = ridge.Solve(lambda); err != nil {
			return nil, err
		}
	}
	if test > 0 {
		from := train + validation
		if fit.TestError, err = errorsOf(linear, part(states, from, pairs), part(y, from, pairs)); err != nil {
			return nil, err
		}
		fit.Persistence = o.persistence(target, from, pairs)
	}
	fold(features, linear, inputs, outputs)
	scaled, err := reservoir.NewScaled(r, inputs.mean, inputs.sd)
	if err != nil {
		return nil, err
	}
	fit.Model = &reservoir.Model{Reservoir: scaled, Features: features, Readout: linear}
	fit.About = reservoir.About{Inputs: slices.Clone(o.Inputs), Targets: slices.Clone(o.Targets), Horizon: o.Horizon, Washout: o.Washout, Lambda: lambda,
		Note: fmt.Sprintf("trained on %d rows, validated on %d, tested on %d", fit.Train, validation, test)}
	return fit, nil
}

// meanSquare is the squared error of standardised targets, averaged over targets.
func meanSquare(l *readout.Linear, states, y mat.Matrix) (float64, error) {
	out, err := l.PredictBatch(states)
	if err != nil {
		return 0, err
	}
	out.Sub(out, y)
	rows, cols := out.Dims()
	d := mat.Norm(out, 2)
	return d * d / float64(rows*cols), nil
}

// errorsOf is the NRMSE of each output; that of a target that does not vary is NaN.
func errorsOf(l *readout.Linear, states, y mat.Matrix) ([]float64, error) {
	out, err := l.PredictBatch(states)
	if err != nil {
		return nil, err
	}
	e := make([]float64, l.Outputs)
	for k := range e {
		e[k] = nrmse(mat.Col(nil, k, out), mat.Col(nil, k, y))
	}
	return e, nil
}

// nrmse is the root mean square error over the standard deviation of the target, NaN if that is 0.
func nrmse(predicted, target []float64) float64 {
	sd := analysis.SD(target)
	if len(target) == 0 || !(sd > 0) {
		return math.NaN()
	}
	return floats.Distance(predicted, target, 2) / math.Sqrt(float64(len(target))) / sd
}

// persistence is the error of taking the present value for the future one.
func (o Options) persistence(target *mat.Dense, from, to int) []float64 {
	e := make([]float64, len(o.Targets))
	for k, name := range o.Targets {
		e[k] = math.NaN()
		if o.Horizon > 0 && slices.Contains(o.Inputs, name) {
			column := mat.Col(nil, k, target)
			e[k] = nrmse(column[from:to], column[from+o.Horizon:to+o.Horizon])
		}
	}
	return e
}
