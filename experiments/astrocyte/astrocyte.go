// Package astrocyte shows what astrocytes do: calcium that encodes IP3 by amplitude or by frequency,
// a wave through a ring of cells with gap junctions, a slow inward current into a neuron, and synapses
// whose use of their resources gliotransmitter changes.
package astrocyte

import (
	"context"

	"github.com/glia-sim/glia/experiments"
)

const (
	// Where the publication shows curves only, its equations were integrated independently.
	equations = ", equations integrated independently with Runge-Kutta of order 4"
	depitta   = "De Pittà et al. 2009 with the parameters of Stimberg et al. 2019" + equations
	ring      = "Goldberg et al. 2010 and Stimberg et al. 2019, Fig. 5" + equations
	gliotrans = "De Pittà et al. 2011 and Stimberg et al. 2019, Fig. 3" + equations
	loops     = "De Pittà et al. 2011 and Stimberg et al. 2019, Fig. 4C" + equations
	nest      = "NEST 3, astrocyte_lr_1994"
)

func init() {
	// Mean release per spike is a sample mean; its targets hold for enough spikes.
	sampled := []experiments.Condition{experiments.WhenBetween("replicates", 10, 1e4), experiments.WhenBetween("duration", 100, 1e5)}
	waved := []experiments.Condition{experiments.WhenBetween("ring_duration", 350, 1e5)}
	experiments.Register(&experiments.Experiment{
		Name:  "astrocyte",
		Title: "Astrocytes: calcium, waves, and synapses under gliotransmission",
		Summary: "Calcium of the G-ChI astrocyte encodes IP3 by amplitude or by frequency, as the affinity of its pump decides; a stimulated " +
			"cell sends a wave round a ring of cells with gap junctions; spikes drive a cell whose slow inward current reaches a neuron; and " +
			"gliotransmitter turns a depressing synapse into a facilitating one, so that release against the input rate becomes a bell.",
		Citation: "M. De Pittà, M. Goldberg, V. Volman, H. Berry, E. Ben-Jacob, Journal of Biological Physics 35, 383-411, 2009; " +
			"M. De Pittà, V. Volman, H. Berry, E. Ben-Jacob, PLoS Computational Biology 7, e1002293, 2011; " +
			"M. Stimberg, D. F. M. Goodman, R. Brette, M. De Pittà, Modeling neuron-glia interactions with the Brian 2 simulator, 2019",
		Parameters: []experiments.Parameter{
			{Name: "curves", Kind: experiments.Choice, Default: "fine", Choices: []string{"fine", "coarse"}, Meaning: "levels of IP3 at which oscillations are measured: every 0.01 or every 0.05 µM"},
			{Name: "cells", Kind: experiments.Int, Default: 50, Range: experiments.Closed(12, 10000), Meaning: "cells of the ring"},
			{Name: "ring_duration", Kind: experiments.Float, Default: 500.0, Unit: "s", Range: experiments.Closed(1, 1e5), Meaning: "simulated time of the ring"},
			{Name: "replicates", Kind: experiments.Int, Default: 20, Range: experiments.Closed(1, 10000), Meaning: "synapses per input rate and kind of gliotransmission"},
			{Name: "duration", Kind: experiments.Float, Default: 180.0, Unit: "s", Range: experiments.Closed(1, 1e5), Meaning: "time over which release is measured at each rate, after 15 s"},
			{Name: "step", Kind: experiments.Int, Default: 5, Unit: "ms", Range: experiments.Closed(1, 20), Meaning: "step of the cells that hear synapses"},
		},
		Whole: []string{"curves=fine"},
		Short: []string{"curves=coarse", "ring_duration=340s", "replicates=3", "duration=30s", "step=10ms"},
		Metrics: []experiments.Metric{
			{Name: "am_period", Unit: "s", Meaning: "period of calcium at 0.4 µM IP3, pump affinity 0.1 µM"},
			{Name: "am_period_change", Meaning: "period at 0.6 over that at 0.4 µM IP3, pump affinity 0.1 µM"},
			{Name: "am_amplitude_low", Unit: "µM", Meaning: "calcium from trough to peak at 0.4 µM IP3, pump affinity 0.1 µM"},
			{Name: "am_amplitude_high", Unit: "µM", Meaning: "the same at 0.6 µM IP3"},
			{Name: "fm_period_onset", Unit: "s", Meaning: "period of calcium at 0.55 µM IP3, pump affinity 0.05 µM"},
			{Name: "fm_period_end", Unit: "s", Meaning: "the same at 1.1 µM IP3"},
			{Name: "fm_amplitude", Unit: "µM", Meaning: "calcium from trough to peak at 1.0 µM IP3, pump affinity 0.05 µM"},
			{Name: "fm_amplitude_change", Meaning: "amplitude at 1.1 over that at 0.55 µM IP3, pump affinity 0.05 µM"},
			{Name: "sic_plateau", Unit: "pA", Meaning: "slow inward current of a cell under spikes at 1 Hz, once IP3 has settled"},
			{Name: "wave_delay", Unit: "s", Meaning: "time the wave takes from one cell of the ring to the next"},
			{Name: "wave_first", Unit: "s", Meaning: "time at which it reaches the neighbours of the stimulated cell"},
			{Name: "wave_asymmetry", Unit: "µM", Meaning: "largest difference of calcium between mirrored cells"},
			{Name: "release_time", Unit: "s", Meaning: "first release of gliotransmitter, cell biased to 0.8 µM IP3"},
			{Name: "pulse_height", Unit: "µM", Meaning: "gliotransmitter of a release from a full store"},
			{Name: "bound_weak", Meaning: "share of terminal receptors bound 14.4 s after one release"},
			{Name: "bound_strong", Meaning: "share bound after two releases"},
			{Name: "paired_none", Meaning: "second over first release of a burst, spikes 50 ms apart, without gliotransmitter: below 1 is depression"},
			{Name: "paired_weak", Meaning: "the same after one release of gliotransmitter: above 1 is facilitation"},
			{Name: "paired_strong", Meaning: "the same after two"},
			{Name: "release_1hz", Meaning: "mean release per spike at 1 Hz without gliotransmission"},
			{Name: "release_10hz", Meaning: "mean release per spike at 10 Hz without gliotransmission"},
			{Name: "release_low_open", Meaning: "mean release per spike at 0.1 Hz with open-loop gliotransmission"},
			{Name: "bell_rate", Unit: "Hz", Meaning: "input rate at the top of the open-loop bell, by a parabola through the three highest points"},
			{Name: "bell_height", Meaning: "mean release per spike there"},
			{Name: "bell_prominence", Meaning: "its height over the larger of the values at 0.1 and 100 Hz"},
			{Name: "closed_low", Meaning: "closed loop over no gliotransmission, mean release at the lowest rate with spikes (0.01 Hz by default); it tends to 1 as spikes come too rarely to act together on calcium"},
			{Name: "closed_mid", Meaning: "the smallest such ratio over all rates"},
		},
		Targets: []experiments.Target{
			{Metric: "am_period", Value: 12.7, Tolerance: experiments.Rel(0.01), Source: depitta},
			{Metric: "am_period_change", Value: 0.858, Tolerance: experiments.Rel(0.02), Source: depitta},
			{Metric: "am_amplitude_low", Value: 0.228, Tolerance: experiments.Rel(0.02), Source: depitta},
			{Metric: "am_amplitude_high", Value: 0.386, Tolerance: experiments.Rel(0.01), Source: depitta},
			{Metric: "fm_period_onset", Value: 38.3, Tolerance: experiments.Rel(0.01), Source: depitta},
			{Metric: "fm_period_end", Value: 17.3, Tolerance: experiments.Rel(0.01), Source: depitta},
			{Metric: "fm_amplitude", Value: 1.074, Tolerance: experiments.Rel(0.01), Source: depitta},
			{Metric: "fm_amplitude_change", Value: 1.075, Tolerance: experiments.Band(1, 1.08), Source: depitta + ": constant within 8 %"},
			{Metric: "sic_plateau", Value: 5.9, Tolerance: experiments.Rel(0.01), Source: nest + ", pynest/examples/astrocytes/astrocyte_single.py with a regular train" + equations},
			{Metric: "wave_delay", Value: 15.5, Tolerance: experiments.Abs(0.3), Source: ring, When: waved},
			{Metric: "wave_first", Value: 25.1, Tolerance: experiments.Abs(0.1), Source: ring},
			{Metric: "wave_asymmetry", Value: 0, Tolerance: experiments.Abs(0), Source: ring, When: []experiments.Condition{experiments.WhenIs("cells", "50")}},
			{Metric: "release_time", Value: 2.09, Tolerance: experiments.Abs(0.01), Source: gliotrans},
			{Metric: "pulse_height", Value: 78, Tolerance: experiments.Rel(0.001), Source: gliotrans},
			{Metric: "bound_weak", Value: 0.761, Tolerance: experiments.Rel(0.005), Source: gliotrans},
			{Metric: "bound_strong", Value: 0.922, Tolerance: experiments.Rel(0.005), Source: gliotrans},
			{Metric: "paired_none", Value: 0.367 / 0.600, Tolerance: experiments.Rel(0.01), Source: gliotrans},
			{Metric: "paired_weak", Value: 0.216 / 0.144, Tolerance: experiments.Rel(0.01), Source: gliotrans},
			{Metric: "paired_strong", Value: 0.081 / 0.047, Tolerance: experiments.Rel(0.02), Source: gliotrans},
			{Metric: "release_1hz", Value: 0.484, Tolerance: experiments.Rel(0.03), Source: loops, When: sampled},
			{Metric: "release_10hz", Value: 0.161, Tolerance: experiments.Rel(0.03), Source: loops, When: sampled},
			{Metric: "release_low_open", Value: 0.06, Tolerance: experiments.Band(0.04, 0.08), Source: loops + ": an order below that without gliotransmission", When: sampled},
			{Metric: "bell_rate", Value: 10, Tolerance: experiments.Band(5, 15), Source: loops + " with U0 fixed at 0.047", When: sampled},
			{Metric: "bell_height", Value: 0.087, Tolerance: experiments.Rel(0.15), Source: loops + " with U0 fixed at 0.047", When: sampled},
			{Metric: "bell_prominence", Value: 1.4, Tolerance: experiments.Minimum(1.2), Source: loops + ": release rises and falls with the rate", When: sampled},
			{Metric: "closed_mid", Value: 0.5, Tolerance: experiments.Band(0, 0.7), Source: loops + ": release is reduced once the rate drives calcium", When: sampled},
		},
		Figures: []experiments.FigureDoc{
			{Name: "amplitude-modulation", Caption: "Calcium whose amplitude follows IP3"},
			{Name: "frequency-modulation", Caption: "Calcium whose frequency follows IP3"},
			{Name: "amplitude", Caption: "Range of calcium against IP3"},
			{Name: "period", Caption: "Period of calcium against IP3"},
			{Name: "slow-inward-current", Caption: "A cell under spikes and its current"},
			{Name: "ring-wave", Caption: "Calcium wave round the ring"},
			{Name: "wave-front", Caption: "When the wave reaches each cell"},
			{Name: "gliotransmission", Caption: "Calcium, release of gliotransmitter and bound receptors"},
			{Name: "burst", Caption: "Release in a burst without and after gliotransmission"},
			{Name: "release-rate", Caption: "Mean release against the input rate without, with open-loop and with closed-loop gliotransmission"},
			{Name: "bell", Caption: "The bell of synaptic modulation: open-loop gliotransmission makes a band-pass of the synapse"},
		},
		Run: run,
	})
}

// outline says how many cells are integrated over how many steps.
func outline(r *experiments.Run) []experiments.Work {
	const step = 130 // operations of a step of a cell
	part := func(what string, cells int, steps float64) experiments.Work {
		return experiments.Work{What: what, Copies: 1, Units: cells, Steps: steps, Operations: step * float64(cells) * steps, Bytes: 200 * float64(cells)}
	}
	levels := 101
	if r.Choice("curves") == "coarse" {
		levels = 21
	}
	held := part("cells with IP3 held", 2*levels+6, 1e5)
	held.Bytes = 8 * 40000 * float64(levels) // their traces once they have settled
	return []experiments.Work{
		held,
		part("cells of the ring", r.Int("cells"), 1000*r.Float("ring_duration")/50),
		part("cells of the synapses", 2*17*r.Int("replicates"), (15000+1000*r.Float("duration"))/r.Float("step")),
	}
}

func run(ctx context.Context, r *experiments.Run) error {
	if err := r.Outline(func() []experiments.Work { return outline(r) }); err != nil {
		return err
	}
	for _, part := range []struct {
		phase string
		run   func(context.Context, *experiments.Run) error
	}{{"oscillations", oscillations}, {"slow inward current", current}, {"ring", wave}, {"gliotransmission", gliotransmission}, {"bell", bell}} {
		r.Phase(part.phase)
		if err := part.run(ctx, r); err != nil {
			return err
		}
	}
	return nil
}
