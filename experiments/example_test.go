package experiments_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/glia-sim/glia/experiments"
)

// An experiment declares itself, and tests can run it without a terminal or a
// run folder.
func Example() {
	clock := &experiments.Experiment{
		Name: "clock", Title: "A neuron that fires regularly",
		Parameters: []experiments.Parameter{
			{Name: "interval", Kind: experiments.Float, Default: 10.0, Unit: "ms", Range: experiments.Positive(), Meaning: "time between spikes"},
			{Name: "duration", Kind: experiments.Float, Default: 1000.0, Unit: "ms", Range: experiments.Positive(), Meaning: "model time"},
		},
		Metrics: []experiments.Metric{{Name: "rate", Unit: "Hz", Meaning: "firing rate"}},
		Targets: []experiments.Target{{
			Metric: "rate", Value: 50, Tolerance: experiments.Rel(0.01), Source: "arithmetic",
			When: []experiments.Condition{experiments.WhenIs("interval", "20 ms")},
		}},
		Run: func(_ context.Context, run *experiments.Run) error {
			run.Phase("simulate")
			if _, err := run.AddPopulation("E", 1); err != nil {
				return err
			}
			duration := run.Float("duration")
			for t := run.Float("interval"); t <= duration; t += run.Float("interval") {
				if err := run.AddSpikes([]float64{t}, []int32{0}); err != nil {
					return err
				}
				run.Progress(t, duration)
			}
			_, err := run.Metric("rate", 1000*float64(run.Spikes())/duration)
			return err
		},
	}
	values, err := clock.Parse([]string{"interval=0.02s"})
	if err != nil {
		fmt.Println(err)
		return
	}
	run := experiments.NewRun(clock, values, experiments.Options{Seed: 1})
	if err := errors.Join(clock.Run(context.Background(), run), run.Close()); err != nil {
		fmt.Println(err)
		return
	}
	rate, _ := run.Result("rate")
	ok, _ := rate.OK()
	fmt.Println(rate.Value, rate.Unit, "published:", rate.Target.Accepts(), "ok:", ok)

	_, err = clock.Parse([]string{"intervall=20"})
	fmt.Println(err)
	// Output:
	// 50 Hz published: 50 +- 0.5 ok: true
	// parameter "intervall": value "20": unknown to experiment "clock"; did you mean "interval" (> 0 ms)?
}
