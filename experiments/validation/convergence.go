package validation

import (
	"context"
	"fmt"
	"math"

	"github.com/glia-sim/glia/neurons"
	"github.com/glia-sim/glia/sim"
)

// convergenceOrders holds the methods that approximate against their order: on a smooth stretch without
// spikes the error falls as the power of dt that the method promises. The converged solution is the
// same model's by Runge-Kutta in 2000 substeps of an eighth of the stretch, or its closed form (QIF).
func convergenceOrders(ctx context.Context) ([]Row, error) {
	cond := func(m neurons.Method, substeps int) sim.Model {
		n := neurons.DefaultLIFCond()
		n.Method, n.Substeps, n.TauEx, n.VTh = m, substeps, 3, 100
		return n
	}
	adex := func(m neurons.Method, substeps int) sim.Model {
		n := neurons.DefaultAdEx()
		n.Method, n.Substeps, n.TauEx = m, substeps, 3
		return n
	}
	hh := func(m neurons.Method, substeps int) sim.Model {
		n := neurons.DefaultHodgkinHuxley()
		n.Method, n.Substeps = m, substeps
		return n
	}
	izh := func(m neurons.Method, substeps int) sim.Model {
		n := neurons.DefaultIzhikevich()
		n.Method, n.Substeps = m, substeps
		return n
	}
	qif := func(m neurons.Method, substeps int) sim.Model {
		n := neurons.DefaultQIF()
		if n.Method = m; substeps > 1 {
			n.Method = neurons.Exact
		}
		return n
	}
	synapse := map[string]float64{"gex": 15, "gin": 8}
	var rows []Row
	for _, c := range []struct {
		name     string
		method   neurons.Method
		model    func(neurons.Method, int) sim.Model
		v        string
		start    map[string]float64
		pA, ms   float64
		expected float64
	}{
		{"LIFCond, Euler", neurons.Euler, cond, "V", synapse, 100, 4, 1},
		{"LIFCond, exponential Euler", neurons.ExponentialEuler, cond, "V", synapse, 100, 4, 1},
		{"LIFCond, Runge-Kutta", neurons.RK4, cond, "V", synapse, 100, 4, 4},
		{"AdEx, Euler", neurons.Euler, adex, "V", synapse, 300, 8, 1},
		{"AdEx, Runge-Kutta", neurons.RK4, adex, "V", synapse, 300, 8, 4},
		{"HodgkinHuxley, exponential Euler", neurons.ExponentialEuler, hh, "V", map[string]float64{"gex": 3, "gin": 8}, 50, 0.8, 1},
		{"HodgkinHuxley, Runge-Kutta", neurons.RK4, hh, "V", map[string]float64{"gex": 3, "gin": 8}, 50, 0.8, 4},
		{"Izhikevich, Euler", neurons.Euler, izh, "v", map[string]float64{"v": -75}, 3, 8, 1},
		{"Izhikevich, Runge-Kutta", neurons.RK4, izh, "v", map[string]float64{"v": -75}, 3, 8, 4},
		{"QIF, Euler", neurons.Euler, qif, "V", map[string]float64{"V": -80}, 50, 8, 1},
		{"QIF, Runge-Kutta", neurons.RK4, qif, "V", map[string]float64{"V": -80}, 50, 8, 4},
	} {
		end := func(model sim.Model, dt float64) (float64, error) {
			net := sim.New(sim.Options{DT: dt, Workers: 1})
			cell := net.Populate("cell", 1, model)
			for _, name := range []string{"gex", "gin", "v", "V"} {
				if x, ok := c.start[name]; ok {
					cell.Initial(name, sim.Constant(x))
				}
			}
			net.Drive(cell, sim.Current, neurons.DC{Amplitude: c.pA})
			spikes := net.RecordSpikes(sim.SpikeOptions{}, cell)
			v := net.RecordState(cell, sim.StateOptions{Variable: c.v, Interval: c.ms})
			if err := net.Run(ctx, c.ms); err != nil {
				return 0, err
			}
			if len(spikes.Spikes()) > 0 {
				return 0, fmt.Errorf("%s: a spike on the stretch that should be smooth", c.name)
			}
			return v.Values(0)[len(v.Times())-1], nil
		}
		want, err := end(c.model(neurons.RK4, 2000), c.ms/8)
		if err != nil {
			return nil, err
		}
		var logDT, logError []float64
		for _, parts := range []float64{16, 32, 64, 128} {
			got, err := end(c.model(c.method, 1), c.ms/parts)
			if err != nil {
				return nil, err
			}
			logDT, logError = append(logDT, math.Log(c.ms/parts)), append(logError, math.Log(math.Abs(got-want)))
		}
		rows = append(rows, compare("order of convergence, "+c.name, "1", slope(logDT, logError), c.expected, 0.2))
	}
	return rows, nil
}
