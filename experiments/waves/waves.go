// Package waves is memory in travelling waves, after Keller, Muller, Sejnowski & Welling (2024): a trained network of rings
// against one without waves on the copy task, and untrained lines and strings as reservoirs.
package waves

import (
	"context"
	"strconv"

	"github.com/glia-sim/glia/experiments"
)

// kinds of trained networks, in the order of the figures.
var kinds = []string{"wave", "identity", "standing"}

// delays of the publication, and one between.
var delays = []string{"10", "20", "50", "100", "200", "500"}

func init() {
	e := &experiments.Experiment{
		Name:  "waves",
		Title: "Travelling waves remember the recent past",
		Summary: "The copy task: ten symbols are shown, then a number of blanks, the delay, the last of which is a marker; then the ten symbols are " +
			"to be given in order. All weights of two recurrent networks are trained by back-propagation through time: a network of rings on " +
			"which activity moves by one site per step at first (wRNN), and a dense one that starts as the identity (iRNN). Trained until the task is " +
			"solved, at most for a number of steps. Beside them reservoirs that are not trained: a line of first order that hands its state " +
			"on from site to site, one that lets it spread, and strings that obey the wave equation, with and without dispersion and " +
			"damping. The wave network needs some hundred steps, in which the dense one learns nothing; the publication gave both 60000. Its longest delay takes a quarter of an hour (networks=wave delays=500 steps=2000).",
		Citation: "T. A. Keller, L. Muller, T. J. Sejnowski & M. Welling, Traveling waves encode the recent past and enhance sequence learning, ICLR 2024; " +
			"Q. V. Le, N. Jaitly & G. E. Hinton, A simple way to initialize recurrent networks of rectified linear units, arXiv:1504.00941, 2015",
		Parameters: []experiments.Parameter{
			{Name: "delays", Kind: experiments.List, Default: "10,20,50,100", Choices: delays, Meaning: "steps between the last symbol and its being asked for less ten"},
			{Name: "networks", Kind: experiments.List, Default: "wave,identity", Choices: kinds, Meaning: "what is trained; standing: rings whose activity stays at its site at first"},
			{Name: "sites", Kind: experiments.Int, Default: 100, Range: experiments.Closed(3, 2000), Meaning: "of each ring, and of the lines and strings"},
			{Name: "channels", Kind: experiments.Int, Default: 6, Range: experiments.Closed(1, 100), Meaning: "rings"},
			{Name: "units", Kind: experiments.Int, Default: 100, Range: experiments.Closed(1, 2000), Meaning: "of the dense network"},
			{Name: "steps", Kind: experiments.Int, Default: 400, Range: experiments.Closed(1, 10000000), Meaning: "of training at most; published 60000"},
			{Name: "batch", Kind: experiments.Int, Default: 64, Range: experiments.Closed(1, 4096), Meaning: "sequences of a step; published 128"},
			{Name: "rate", Kind: experiments.Float, Default: 0.001, Range: experiments.Range{Min: 0, OpenMin: true, Max: 1}, Meaning: "learning rate of Adam"},
			{Name: "clip", Kind: experiments.Float, Default: 1.0, Range: experiments.NonNegative(), Meaning: "longest gradient; 0 for no bound"},
			{Name: "test", Kind: experiments.Int, Default: 128, Range: experiments.Closed(1, 100000), Meaning: "sequences of the test"},
		},
		Figures: []experiments.FigureDoc{
			{Name: "accuracy", Caption: "Symbols recalled over the delay, by network"},
			{Name: "learning", Caption: "Symbols recalled in the course of training"},
			{Name: "loss", Caption: "Loss on the symbols to be recalled in the course of training"},
			{Name: "hidden_wave", Caption: "Where along the rings of the trained network the first symbol is, while it copies"},
			{Name: "memory", Caption: "Memory of lines and strings without training, over the lag"},
			{Name: "string", Caption: "Two pulses on a string of the wave equation"},
		},
		Short: []string{"delays=10", "sites=20", "channels=2", "units=12", "steps=4", "batch=20", "test=20"},
		Run:   run,
	}
	declare(e)
	experiments.Register(e)
}

func declare(e *experiments.Experiment) {
	const published = "Keller et al. 2024: the wave network solves the task up to T = 500"
	is := experiments.WhenBetween
	size := []experiments.Condition{is("sites", 100, 100), is("channels", 6, 6), is("units", 100, 625), is("batch", 64, 128)}
	for _, kind := range kinds {
		for _, d := range delays {
			delay, _ := strconv.Atoi(d)
			accuracy := kind + "_accuracy_" + d
			e.Metrics = append(e.Metrics,
				experiments.Metric{Name: accuracy, Split: experiments.Test, Goal: experiments.Larger, Meaning: kind + ": fraction of the symbols recalled at a delay of " + d + "; chance is 0.125"},
				experiments.Metric{Name: kind + "_steps_" + d, Meaning: kind + ": steps of training until 99 % were recalled at a delay of " + d + "; not a number: never"})
			switch {
			case kind == "wave":
				e.Targets = append(e.Targets, experiments.Target{Metric: accuracy, Value: 1, Tolerance: experiments.Minimum(0.99), Source: published,
					When: append([]experiments.Condition{is("steps", 400, 1e7)}, size...)})
			case kind == "identity" && delay >= 100:
				e.Targets = append(e.Targets, experiments.Target{Metric: accuracy, Value: 0.125, Tolerance: experiments.Band(0, 0.5),
					Source: "Keller et al. 2024: the network without waves fails from T = 100 on (after 60000 steps)", When: append([]experiments.Condition{is("steps", 400, 1e7)}, size...)})
			}
		}
	}
	for _, m := range []struct {
		name, meaning, source string
		value                 float64
		tolerance             experiments.Tolerance
	}{
		{"capacity_line", "memory capacity over lags from 1 on: line of first order", "delay line: sites - 1 (analytic)", 99, experiments.Abs(0.5)},
		{"capacity_spreading", "the same with a kernel that lets activity spread", "Keller et al. 2024: no memory without waves; well below half the sites", 0, experiments.Band(0, 40)},
		{"capacity_string", "string of the wave equation at a Courant number of 1", "exact solution: sites, as the displacements before count (analytic)", 100, experiments.Abs(0.5)},
		{"capacity_dispersive", "the same at a Courant number of 0.5, which a third of the frequencies can pass", "", 0, experiments.Tolerance{}},
		{"capacity_damped", "string at a Courant number of 1 with a damping of 0.02", "", 0, experiments.Tolerance{}},
	} {
		e.Metrics = append(e.Metrics, experiments.Metric{Name: m.name, Meaning: m.meaning})
		if m.source != "" {
			e.Targets = append(e.Targets, experiments.Target{Metric: m.name, Value: m.value, Tolerance: m.tolerance, Source: m.source, When: []experiments.Condition{is("sites", 100, 100)}})
		}
	}
}

func run(ctx context.Context, r *experiments.Run) error {
	trained, err := train(ctx, r)
	if err != nil {
		return err
	}
	if err := drawTraining(r, trained); err != nil {
		return err
	}
	return reservoirs(ctx, r)
}
