package esnbenchmarks

import (
	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/networks/reservoir"
	"github.com/glia-sim/glia/networks/reservoir/tasks"
)

// outline says what the parts have to do.
func (b *benchmarks) outline() []experiments.Work {
	n, largest := b.Int("realisations"), b.Int("largest")
	add := func(w *experiments.Work, copies, units, steps int, operations, bytes float64) {
		w.Copies, w.Units, w.Steps = w.Copies+copies, max(w.Units, units), max(w.Steps, float64(steps))
		w.Operations, w.Bytes = w.Operations+float64(copies)*operations, max(w.Bytes, bytes)
	}
	narma10 := tasks.DefaultNARMA()
	narma10.Washout, narma10.Train, narma10.Test = b.steps(narma10.Washout), b.steps(narma10.Train), b.steps(narma10.Test)
	steps := narma10.Washout + narma10.Train + narma10.Test
	series := func(w *experiments.Work, copies, units int) {
		add(w, copies, units, steps, float64(steps)*tasks.StepOperations(reservoir.DefaultESN(units, 1))+tasks.RidgeOperations(narma10.Train, units, 1), 16*float64(units*units))
	}
	own := experiments.Work{What: "networks of the settings own_*"}
	series(&own, 4*n, b.Int("own_units")) // each on two series
	if b.Choice("parts") == "own" {
		return []experiments.Work{own}
	}
	memory := experiments.Work{What: "networks whose memory is measured"}
	m := b.protocol(0)
	remember := func(copies, units int) {
		lags := 2 * units
		steps := m.Washout + m.Train + m.Test
		step := tasks.StepOperations(reservoir.DefaultESN(units, 1)) + float64(units*lags)
		add(&memory, copies, units, steps, float64(steps)*step+tasks.RidgeOperations(m.Train, units, lags), 8*float64(units*(2*units+2*lags)))
	}
	for _, row := range memories {
		if row.units <= largest {
			remember(n, row.units)
		}
	}
	remember(len(sweptRadii)*len(sweptScales)*n, min(100, largest))
	narma := experiments.Work{What: "networks for NARMA-10"}
	for _, row := range narmas {
		if row.units > largest {
			continue
		}
		copies := 2 * n
		if row.radius == 0 {
			copies *= 40
		}
		series(&narma, copies, row.units)
	}
	free := experiments.Work{What: "networks that forecast Mackey-Glass and Lorenz"}
	glass, units := b.glass(), min(500, largest)
	operations, bytes := tasks.FreeCost(glass, reservoir.DefaultESN(units, 1))
	add(&free, n, units, glass.Samples(), operations, bytes)
	lorenz, units := tasks.FlowForecast(tasks.Lorenz(), b.steps(4000), b.Int("forecasts")), min(300, largest)
	operations, bytes = tasks.FreeCost(lorenz, tasks.FlowESN(units, 3))
	add(&free, n, units, lorenz.Samples(), operations, bytes)
	return []experiments.Work{memory, narma, free, own}
}
