package tasks

import "github.com/glia-sim/glia/networks/reservoir"

// Operations of a measurement are counted in multiply-adds, to guess its time before it is made.

// StepOperations are those of a step of a network: its weights, and ten for the nonlinearity of each unit.
func StepOperations(c reservoir.ESNConfig) float64 { return weightsOf(c) + 10*float64(c.Units) }

// weightsOf counts the weights of a network.
func weightsOf(c reservoir.ESNConfig) float64 {
	units := float64(c.Units)
	row := c.Density * units
	if c.PerRow > 0 {
		row = float64(c.PerRow)
	}
	return units * (row + float64(c.Inputs))
}

// RidgeOperations are those of a ridge readout: the products of the features of all samples, and the solution.
func RidgeOperations(samples, features, outputs int) float64 {
	n, f, o := float64(samples), float64(features), float64(outputs)
	return n*f*(f/2+o) + f*f*f/3 + f*f*o
}

// FreeCost gives the operations of the protocol on a network and the memory that network, products and
// forecasts take [bytes].
func FreeCost(f Free, c reservoir.ESNConfig) (operations, bytes float64) {
	features := 1 + c.Units
	if f.Features.Squares {
		features += c.Units
	}
	if f.Features.Input {
		features += c.Inputs
	}
	steps := f.Samples() + f.Starts*(f.Warmup+f.Horizon)
	operations = float64(steps)*(StepOperations(c)+float64(features*c.Inputs)) + RidgeOperations(f.Train, features, c.Inputs)
	bytes = 8 * (weightsOf(c) + float64(features*features+(f.Samples()+f.Starts*f.Horizon)*c.Inputs))
	return operations, bytes
}
