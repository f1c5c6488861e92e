package tasks

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/glia-sim/glia/networks/reservoir"
	"gonum.org/v1/gonum/floats"
)

// PoissonInput makes samples for reservoirs that take spike trains (coding.Direct): in each step of so many ms a channel
// has a spike with the probability of the rate [Hz].
func PoissonInput(channels int, rate, step float64) func(steps int, rng *rand.Rand) []float64 {
	return func(steps int, rng *rand.Rand) []float64 {
		u := make([]float64, steps*channels)
		for k := range u {
			if rng.Float64() < rate*step/1000 {
				u[k] = 1
			}
		}
		return u
	}
}

// SpikeShift is the Lyapunov exponent of a spiking reservoir for finite perturbations (Legenstein & Maass 2007,
// doi 10.1016/j.neunet.2007.04.017): the reservoir runs twice from the same state on the same Poisson input, of which
// one spike is moved by one step in the second run. With d the distance of the two states a time T later,
//
//	lambda = ln(d/d0)/T,   d0 = 1 - exp(-Step/Decay),
//
// d0 being the distance that the shift makes in the filtered input train itself, of which a spike adds 1. The sign
// says whether the circuit forgets or amplifies.
type SpikeShift struct {
	Rate   float64 // of each input channel [Hz]; default 20
	Step   float64 // of the reservoir, by which the spike is moved [ms]; default 0.5
	Settle float64 // time before the move [ms]; default 300
	After  float64 // T [ms]; default 2000
	Inputs int     // inputs to average over; default 20
	Decay  float64 // of the state's traces [ms]; default 30
}

// DefaultSpikeShift is the published protocol.
func DefaultSpikeShift() SpikeShift {
	return SpikeShift{Rate: 20, Step: 0.5, Settle: 300, After: 2000, Inputs: 20, Decay: 30}
}

// least is the share of d0 below which distances count as this: a circuit that forgets ends at exactly 0.
const least = 1e-3

// Measure draws inputs from the seed and returns lambda [1/s], of the mean distance over the inputs, and that mean
// distance in units of d0.
func (p SpikeShift) Measure(r reservoir.Reservoir, seed uint64) (lambda, growth float64, err error) {
	if !(p.Rate > 0) || !(p.Step > 0) || !(p.Settle >= 0) || !(p.After > 0) || p.Inputs < 1 || !(p.Decay > 0) {
		return 0, 0, fmt.Errorf("tasks: spike shift: %+v: rates, times and the number of inputs must be positive", p)
	}
	rng := rand.New(rand.NewPCG(seed, 26))
	channels := r.Inputs()
	settle, after := int(p.Settle/p.Step), int(p.After/p.Step)
	draw := PoissonInput(channels, p.Rate, p.Step)
	d0 := 1 - math.Exp(-p.Step/p.Decay)
	for range p.Inputs {
		u := draw(settle+2*after, rng)
		moved := settle * channels
		for moved+channels < len(u) && !(u[moved] == 1 && u[moved+channels] == 0) {
			moved++
		}
		if moved+(after+1)*channels > len(u) {
			return 0, 0, fmt.Errorf("tasks: spike shift: no input spike within %g ms: raise the rate, %g Hz", p.After, p.Rate)
		}
		end := moved/channels + after
		var ends [2][]float64
		for k := range ends {
			if k == 1 {
				u[moved], u[moved+channels] = 0, 1
			}
			r.Reset()
			for t := range end {
				if err := r.Step(u[t*channels : (t+1)*channels]); err != nil {
					return 0, 0, err
				}
			}
			ends[k] = append([]float64(nil), r.State()...)
		}
		growth += floats.Distance(ends[0], ends[1], 2) / d0 / float64(p.Inputs)
	}
	growth = max(growth, least)
	return math.Log(growth) / p.After * 1000, growth, nil
}
