package tasks

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/glia-sim/glia/networks/reservoir"
)

// DamageAvalanches flips one unit after another of a network that runs on input bits, Mean ± 1 from the seed, and follows
// each flip until the flipped copy agrees with the other again: the size of that avalanche is the number of
// differing units summed over the steps, the flipped unit included, its duration the number of those steps. Near the
// critical line the avalanches of a network of threshold gates are those of a critical branching process, with the
// mean-field exponents 3/2 and 2.
type DamageAvalanches struct {
	Mean    float64
	Flips   int // avalanches
	Longest int // steps after which an avalanche is given up; those are not counted but returned as lasting
}

// Measure returns sizes and durations of the avalanches that ended, and the share of those that did not.
func (p DamageAvalanches) Measure(r reservoir.Restorable, seed uint64) (sizes, durations []float64, lasting float64, err error) {
	if p.Flips < 1 || p.Longest < 1 {
		return nil, nil, 0, fmt.Errorf("tasks: damage avalanches: %+v: flips and the longest duration must be at least 1", p)
	}
	rng := rand.New(rand.NewPCG(seed, 27))
	// advance takes a copy of the network one step on, in place.
	advance := func(x, input []float64) error {
		if err := r.SetState(x); err != nil {
			return err
		}
		err := r.Step(input)
		copy(x, r.State())
		return err
	}
	r.Reset()
	here := slices.Clone(r.State())
	flipped := make([]float64, len(here))
	u := []float64{0}
	next := func() { u[0] = p.Mean + float64(2*rng.IntN(2)-1) }
	for range 100 {
		next()
		if err := advance(here, u); err != nil {
			return nil, nil, 0, err
		}
	}
	for range p.Flips {
		copy(flipped, here)
		flipped[rng.IntN(len(flipped))] *= -1
		size, duration := 0, 0
		for different := 1; different > 0 && duration <= p.Longest; duration++ {
			size += different
			next()
			for _, x := range [][]float64{here, flipped} {
				if err := advance(x, u); err != nil {
					return nil, nil, 0, err
				}
			}
			different = 0
			for i := range here {
				if here[i] != flipped[i] {
					different++
				}
			}
		}
		if duration > p.Longest {
			lasting += 1 / float64(p.Flips)
			continue
		}
		sizes, durations = append(sizes, float64(size)), append(durations, float64(duration))
	}
	return sizes, durations, lasting, nil
}
