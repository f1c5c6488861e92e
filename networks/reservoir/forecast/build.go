package forecast

import (
	"errors"
	"math/rand/v2"

	"github.com/glia-sim/glia/networks/coding"
	"github.com/glia-sim/glia/networks/reservoir"
	"gonum.org/v1/gonum/mat"
)

// coders bring standardised rows, most of which lie within 2.5 standard deviations, to spiking reservoirs.
func coders(seed uint64) map[string]coding.Coder {
	const reach = 2.5
	return map[string]coding.Coder{
		"poisson":    coding.Poisson{Lo: -reach, Hi: reach, Rate: 500, Seed: seed},
		"latency":    coding.Latency{Lo: -reach, Hi: reach},
		"population": coding.Population{Lo: -reach, Hi: reach, Fields: 10, Width: 1, Spikes: coding.Latency{Hi: 1}},
		"levels":     coding.EvenLevels(20, -reach, reach),
	}
}

// build draws the reservoir for standardised inputs, of which it is given those to train on.
func (o Options) build(x mat.Matrix) (reservoir.Reservoir, error) {
	inputs := len(o.Inputs)
	density := func(usual float64) float64 {
		if o.Density > 0 {
			return o.Density
		}
		return usual
	}
	switch o.Kind {
	case EI:
		return o.buildEI(x, density)
	case LIF, Izhikevich:
		c := reservoir.DefaultLIF(o.Units, inputs)
		if o.Kind == Izhikevich {
			c = reservoir.DefaultIzhikevichReservoir(o.Units, inputs, o.Seed)
		}
		c.Density, c.InputScale, c.Balance, c.Seed, c.Workers = density(c.Density), o.InputScale, o.Balance, o.Seed, o.Workers
		c.Coder = coders(o.Seed)[o.Coder]
		return refused(c.Build())
	case Assembly:
		c := reservoir.DefaultAssembly(inputs)
		c.Modules, c.Units, c.Density, c.InputScale, c.Seed = o.Units/moduleUnits, moduleUnits, density(0.1), o.InputScale, o.Seed
		return refused(c.Build())
	case NGRC:
		return refused(reservoir.NewNGRC(inputs, o.Taps, o.Stride, o.Degree))
	}
	c := reservoir.DefaultESN(o.Units, inputs)
	c.SpectralRadius, c.Density, c.Leak, c.InputScale, c.BiasScale, c.Seed = o.Radius, density(0.1), o.Leak, o.InputScale, o.BiasScale, o.Seed
	return refused(c.Build())
}

// buildEI adapts the inhibition of an EI to target rates of each unit.
func (o Options) buildEI(x mat.Matrix, density func(float64) float64) (reservoir.Reservoir, error) {
	c := reservoir.DefaultEI(o.Units, len(o.Inputs))
	c.Density, c.InputScale, c.Seed = density(c.Density), o.InputScale, o.Seed
	n, err := c.Build()
	if err != nil {
		return refused(n, err)
	}
	targets := reservoir.HeterogeneousTargets(o.Units, 0.1, 0.9, rand.New(rand.NewPCG(o.Seed, 31)))
	if err := (reservoir.Adaptation{Targets: targets}).Run(n, x); err != nil {
		return nil, err
	}
	n.Reset()
	return n, nil
}

// refused tells options that a reservoir refuses from failures.
func refused[R reservoir.Reservoir](r R, err error) (reservoir.Reservoir, error) {
	var argument *reservoir.ArgumentError
	if errors.As(err, &argument) {
		return nil, &OptionError{argument.Name, argument.Value, argument.Want}
	}
	if err != nil {
		return nil, err
	}
	return r, nil
}
