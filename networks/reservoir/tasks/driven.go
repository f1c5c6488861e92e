package tasks

import (
	"fmt"
	"math/rand/v2"

	"github.com/glia-sim/glia/networks/readout"
	"github.com/glia-sim/glia/networks/reservoir"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// split is the common course of tasks with a held-out part.
type split struct {
	features             reservoir.Features
	washout, train, test int
	lambda               float64
}

func (s split) check(task string, r reservoir.Reservoir) error {
	if s.washout < 0 || s.train < 2 || s.test < 2 {
		return fmt.Errorf("tasks: %s: wash-out, training and test are %d, %d, %d steps: must be at least 0, 2 and 2", task, s.washout, s.train, s.test)
	}
	if r.Inputs() != 1 {
		return fmt.Errorf("tasks: %s: the reservoir has %d inputs: it must have one", task, r.Inputs())
	}
	return nil
}

// run drives the reservoir from rest, trains on the first part and returns predictions for the test part.
func (s split) run(r reservoir.Reservoir, u []float64, targets *mat.Dense) (*mat.Dense, error) {
	r.Reset()
	rows, outputs := targets.Dims()
	trained := s.washout + s.train
	model, err := reservoir.Train(r, s.features, reservoir.Series(u[:trained]), targets.Slice(0, trained, 0, outputs), s.washout, s.lambda)
	if err != nil {
		return nil, err
	}
	return model.Predict(reservoir.Series(u[trained:rows]))
}

// Memory is the memory capacity of Jaeger (2001, GMD report 152): independent uniform inputs u(t) are to be
// recalled k steps later,
//
//	MC = sum_{k=1}^{MaxLag} corr^2( u(t-k), y_k(t) )
//
// on held-out data. It is at most the number of units; a state that contains u(t) perfectly leaves one less to
// the lags from 1 on.
type Memory struct {
	Amplitude            float64 // inputs are uniform in (-Amplitude, Amplitude); default 0.8
	Washout, Train, Test int     // steps; default 1000, 6000, 6000
	MaxLag               int     // default 0: twice the number of units
	Lambda               float64 // of the ridge readout; default 1e-7
	// SubtractChance takes 1/Test, the squared correlation of unrelated series, off every lag.
	SubtractChance bool
}

// DefaultMemory is the protocol of the reference table.
func DefaultMemory() Memory {
	return Memory{Amplitude: 0.8, Washout: 1000, Train: 6000, Test: 6000, Lambda: 1e-7}
}

// Capacity is a measured memory.
type Capacity struct {
	Total  float64   // MC
	PerLag []float64 // squared correlation at lags 1, 2, ...
}

// Measure draws inputs from the seed and returns the capacity.
func (m Memory) Measure(r reservoir.Reservoir, seed uint64) (Capacity, error) {
	s := split{reservoir.Features{}, m.Washout, m.Train, m.Test, m.Lambda}
	if err := s.check("memory capacity", r); err != nil {
		return Capacity{}, err
	}
	lags := m.MaxLag
	if lags == 0 {
		lags = 2 * r.Units()
	}
	if lags < 1 {
		return Capacity{}, fmt.Errorf("tasks: memory capacity: MaxLag is %d: must be at least 1, or 0 for twice the units", m.MaxLag)
	}
	n := m.Washout + m.Train + m.Test
	// Inputs from before the first step make the targets of all lags true from the start.
	series := UniformSeries(lags+n, -m.Amplitude, m.Amplitude, rand.New(rand.NewPCG(seed, 21)))
	targets := mat.NewDense(n, lags, nil)
	for t := range n {
		row := targets.RawRowView(t)
		for k := range row {
			row[k] = series[lags+t-k-1]
		}
	}
	out, err := s.run(r, series[lags:], targets)
	if err != nil {
		return Capacity{}, err
	}
	c := Capacity{PerLag: make([]float64, lags)}
	got, want := make([]float64, m.Test), make([]float64, m.Test)
	for k := range c.PerLag {
		mat.Col(got, k, out)
		mat.Col(want, k, targets.Slice(n-m.Test, n, 0, lags))
		rho := stat.Correlation(got, want, nil)
		if rho*rho >= 0 { // a constant output, whose correlation is undefined, remembers nothing
			c.PerLag[k] = rho * rho
		}
		if m.SubtractChance {
			c.PerLag[k] -= 1 / float64(m.Test)
		}
		c.Total += c.PerLag[k]
	}
	return c, nil
}

// NARMA predicts y(t+1) of [NARMA10] from the state after u(t); the reservoir receives 4u - 1, in (-1, 1).
type NARMA struct {
	Features             reservoir.Features // what the readout sees; default state and input
	Washout, Train, Test int                // steps; default 200, 2000, 2000
	Lambda               float64            // of the ridge readout; default 1e-6
}

// DefaultNARMA is the protocol of the reference table.
func DefaultNARMA() NARMA {
	return NARMA{Features: reservoir.Features{Input: true}, Washout: 200, Train: 2000, Test: 2000, Lambda: 1e-6}
}

// Forecast is a test series beside its prediction.
type Forecast struct {
	NRMSE             float64
	Target, Predicted []float64
}

// Measure draws the system from the seed and returns the prediction of the test part.
func (p NARMA) Measure(r reservoir.Reservoir, seed uint64) (Forecast, error) {
	s := split{p.Features, p.Washout, p.Train, p.Test, p.Lambda}
	if err := s.check("NARMA-10", r); err != nil {
		return Forecast{}, err
	}
	n := p.Washout + p.Train + p.Test
	u, y := NARMA10(n, rand.New(rand.NewPCG(seed, 22)))
	for t := range u {
		u[t] = 4*u[t] - 1
	}
	out, err := s.run(r, u, mat.NewDense(n, 1, y))
	if err != nil {
		return Forecast{}, err
	}
	f := Forecast{Target: y[n-p.Test:], Predicted: mat.Col(nil, 0, out)}
	f.NRMSE, err = readout.NRMSE(f.Predicted, f.Target)
	return f, err
}
