package tasks

import (
	"fmt"
	"math/rand/v2"

	"github.com/glia-sim/glia/analysis"
	"github.com/glia-sim/glia/networks/reservoir"
	"gonum.org/v1/gonum/mat"
)

// Ranks measures kernel and generalisation rank (Legenstein & Maass 2007, doi 10.1016/j.neunet.2007.04.017): the
// reservoir is driven from rest by many random series, and its last states are stacked into a matrix. The rank is
// high for different series if it tells them apart (kernel), and should be low for series that agree in
// their last steps, as variants of one input do (generalisation).
type Ranks struct {
	Series    int     // number of series of each kind; default 100
	Steps     int     // length of each; default 200
	Common    int     // last steps that the variants have in common; default 30
	Tolerance float64 // singular values below this fraction of the largest do not count; default 0.01
	// Draw makes the inputs of so many steps, step by step; nil draws them uniform in (-1, 1). See [PoissonInput].
	Draw func(steps int, rng *rand.Rand) []float64
}

// DefaultRanks is the protocol of the reference table.
func DefaultRanks() Ranks { return Ranks{Series: 100, Steps: 200, Common: 30, Tolerance: 0.01} }

// Measure draws inputs from the seed and returns both ranks; their difference is the
// computational power of the reservoir.
func (p Ranks) Measure(r reservoir.Reservoir, seed uint64) (kernel, generalisation int, err error) {
	if p.Series < 2 || p.Steps < 1 || p.Common < 0 || p.Common > p.Steps {
		return 0, 0, fmt.Errorf("tasks: ranks: %d series of %d steps with %d in common: must be at least 2, at least 1, and between 0 and the steps", p.Series, p.Steps, p.Common)
	}
	rng := rand.New(rand.NewPCG(seed, 23))
	inputs := r.Inputs()
	draw := func(steps int) []float64 {
		if p.Draw != nil {
			return p.Draw(steps, rng)
		}
		return UniformSeries(steps*inputs, -1, 1, rng)
	}
	end := draw(p.Common)
	rank := func(common []float64) (int, error) {
		states := mat.NewDense(p.Series, r.Units(), nil)
		for k := range p.Series {
			r.Reset()
			u := append(draw(p.Steps-len(common)/inputs), common...)
			for t := range p.Steps {
				if err := r.Step(u[t*inputs : (t+1)*inputs]); err != nil {
					return 0, err
				}
			}
			states.SetRow(k, r.State())
		}
		return analysis.NumericalRank(states, p.Tolerance)
	}
	if kernel, err = rank(nil); err == nil {
		generalisation, err = rank(end)
	}
	return kernel, generalisation, err
}
