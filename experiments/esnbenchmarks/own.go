package esnbenchmarks

import (
	"context"
	"fmt"

	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/networks/reservoir"
	"github.com/glia-sim/glia/networks/reservoir/tasks"
	"gonum.org/v1/gonum/stat"
)

// own measures NARMA-10 by a network of the user's settings: on series by which settings may be chosen, and on others.
func (b *benchmarks) own(ctx context.Context) error {
	b.Phase("own settings")
	const choice = 1 << 40 // added to the seeds of series for the choice
	p := tasks.DefaultNARMA()
	p.Washout, p.Train, p.Test, p.Lambda = b.steps(p.Washout), b.steps(p.Train), b.steps(p.Test), b.Float("own_ridge")
	n := 2 * b.Int("realisations")
	type scores struct{ Validation, Test float64 }
	found := make([]scores, n)
	done := b.counter(n)
	if err := tasks.Each(ctx, b.Workers, n, func(k int) (err error) {
		defer done()
		found[k], err = experiments.Keep(b.Run, fmt.Sprintf("own settings %d", k), func() (e scores, err error) {
			c := reservoir.DefaultESN(b.Int("own_units"), 1)
			c.SpectralRadius, c.InputScale, c.BiasScale, c.Leak, c.Seed = b.Float("own_radius"), b.Float("own_scale"), b.Float("own_scale"), b.Float("own_leak"), b.seed(k)
			r, err := c.Build()
			if err != nil {
				return e, err
			}
			for seed, to := range map[uint64]*float64{b.seed(k) + choice: &e.Validation, b.seed(k): &e.Test} {
				f, err := p.Measure(r, seed)
				if err != nil {
					return e, err
				}
				*to = f.NRMSE
			}
			return e, nil
		})
		return err
	}); err != nil {
		return err
	}
	var validation, test []float64
	for _, e := range found {
		validation, test = append(validation, e.Validation), append(test, e.Test)
	}
	return b.Metrics(map[string]float64{"own_validation": stat.Mean(validation, nil), "own_test": stat.Mean(test, nil)})
}
