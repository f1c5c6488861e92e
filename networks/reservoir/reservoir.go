package reservoir

import (
	"fmt"

	"github.com/glia-sim/glia/networks/readout"
	"gonum.org/v1/gonum/mat"
)

// Reservoir is a dynamical system that is driven by a series, one sample a step. The same input from
// the same state gives the same states.
type Reservoir interface {
	Inputs() int // length of an input sample
	Units() int  // length of the state

	// Reset returns to the state before the first step. What was learned, such as adapted inhibition,
	// stays.
	Reset()

	// Step advances by one sample of length Inputs. It fails on another length and on values that
	// are not finite, and leaves the state unchanged then.
	Step(input []float64) error

	// State is the present state, of length Units, which already contains the last input. The slice
	// belongs to the reservoir and is valid until the next Step or Reset.
	State() []float64
}

// Restorable is a reservoir whose State is all there is to know: setting it continues from there.
type Restorable interface {
	Reservoir
	// SetState copies a state of length Units. It fails on another length and on values that are not finite.
	SetState(x []float64) error
}

// Features say what a readout sees at each step: the state, then its squares, then the input. A
// constant is not needed, since the readout has a bias of its own. The zero value is the state alone.
type Features struct {
	Squares bool // the squares of the state: even terms, without which odd-symmetric systems cannot be continued
	Input   bool // the input sample itself
}

// Width is the number of features for a reservoir.
func (f Features) Width(r Reservoir) int {
	n := r.Units()
	if f.Squares {
		n *= 2
	}
	if f.Input {
		n += r.Inputs()
	}
	return n
}

// Fill writes the features of the present state, after a step with input, to dst of length Width.
func (f Features) Fill(dst []float64, r Reservoir, input []float64) {
	x := r.State()
	n := copy(dst, x)
	if f.Squares {
		for i, v := range x {
			dst[n+i] = v * v
		}
		n *= 2
	}
	if f.Input {
		copy(dst[n:], input)
	}
}

// Collect drives the reservoir from its present state with a series (T x Inputs) and returns the
// features after each step, without the first washout steps: (T - washout) x Width.
func (f Features) Collect(r Reservoir, series mat.Matrix, washout int) (*mat.Dense, error) {
	steps, inputs := series.Dims()
	if err := firstFailed(
		check{"inputs of the series", inputs, inputs == r.Inputs(), fmt.Sprintf("must be those of the reservoir, %d", r.Inputs())},
		check{"wash-out", washout, 0 <= washout && washout < steps, fmt.Sprintf("must be in 0..%d, below the length of the series", steps-1)},
	); err != nil {
		return nil, err
	}
	out := mat.NewDense(steps-washout, f.Width(r), nil)
	u := make([]float64, inputs)
	for t := range steps {
		mat.Row(u, t, series)
		if err := r.Step(u); err != nil {
			return nil, fmt.Errorf("step %d: %w", t, err)
		}
		if t >= washout {
			f.Fill(out.RawRowView(t-washout), r, u)
		}
	}
	return out, nil
}

// Collect drives a reservoir and returns its states; see [Features.Collect].
func Collect(r Reservoir, series mat.Matrix, washout int) (*mat.Dense, error) {
	return Features{}.Collect(r, series, washout)
}

// Series makes a series of one input from a slice, sharing memory with it.
func Series(u []float64) mat.Matrix {
	if len(u) == 0 {
		return &mat.Dense{}
	}
	return mat.NewDense(len(u), 1, u)
}

// Model is a reservoir with a trained readout.
type Model struct {
	Reservoir Reservoir
	Features  Features
	Readout   *readout.Linear

	row []float64
}

// Train drives a reservoir from its present state with a series (T x inputs) and fits a readout by
// ridge regression to the targets (T x outputs) that belong to the states after each step. The
// first washout steps are not fitted. The reservoir is left in its last state. lambda multiplies the
// identity beside the sums, not the means, of squares (see [readout.Ridge]).
func Train(r Reservoir, f Features, series, targets mat.Matrix, washout int, lambda float64) (*Model, error) {
	rows, outputs := targets.Dims()
	if steps, _ := series.Dims(); steps != rows {
		return nil, refuse("number of targets", rows, fmt.Sprintf("must be that of the steps, %d", steps))
	}
	x, err := f.Collect(r, series, washout)
	if err != nil {
		return nil, err
	}
	ridge, err := readout.NewRidge(f.Width(r), outputs)
	if err != nil {
		return nil, err
	}
	if err := ridge.Add(x, mat.DenseCopyOf(targets).Slice(washout, rows, 0, outputs)); err != nil {
		return nil, err
	}
	linear, err := ridge.Solve(lambda)
	if err != nil {
		return nil, err
	}
	return &Model{Reservoir: r, Features: f, Readout: linear}, nil
}

// Step drives the reservoir with one sample and writes the readout's outputs to out.
func (m *Model) Step(input, out []float64) error {
	if err := m.Reservoir.Step(input); err != nil {
		return err
	}
	if n := m.Features.Width(m.Reservoir); len(m.row) != n {
		m.row = make([]float64, n)
	}
	m.Features.Fill(m.row, m.Reservoir, input)
	return m.Readout.Predict(m.row, out)
}

// Predict drives the reservoir from its present state with a series (T x inputs) and returns the
// outputs after each step (T x outputs).
func (m *Model) Predict(series mat.Matrix) (*mat.Dense, error) {
	steps, inputs := series.Dims()
	if steps == 0 || inputs != m.Reservoir.Inputs() {
		return nil, refuse("shape of the series", fmt.Sprintf("%d x %d", steps, inputs), fmt.Sprintf("must be T x %d with T at least 1", m.Reservoir.Inputs()))
	}
	out := mat.NewDense(steps, m.Readout.Outputs, nil)
	u := make([]float64, inputs)
	for t := range steps {
		mat.Row(u, t, series)
		if err := m.Step(u, out.RawRowView(t)); err != nil {
			return nil, fmt.Errorf("step %d: %w", t, err)
		}
	}
	return out, nil
}

// FreeRun closes the loop: the first sample is input, every later one the output of the step before.
// It returns steps outputs. The readout must predict the next input. A model that diverges fails
// with the error of the first step whose input is no longer finite.
func (m *Model) FreeRun(input []float64, steps int) (*mat.Dense, error) {
	if err := firstFailed(
		check{"outputs", m.Readout.Outputs, m.Readout.Outputs == m.Reservoir.Inputs(), fmt.Sprintf("must equal the inputs, %d, to close the loop", m.Reservoir.Inputs())},
		check{"steps", steps, steps >= 1, "must be at least 1"},
	); err != nil {
		return nil, err
	}
	out := mat.NewDense(steps, m.Readout.Outputs, nil)
	for t := range steps {
		if err := m.Step(input, out.RawRowView(t)); err != nil {
			return nil, fmt.Errorf("free-running step %d: %w", t, err)
		}
		input = out.RawRowView(t)
	}
	return out, nil
}
