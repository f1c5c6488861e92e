// Package reservoirdata measures echo-state networks on recordings: the laser of the Santa Fe competition and the Japanese
// vowels of nine speakers.
package reservoirdata

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/experiments/dataset"
	"github.com/glia-sim/glia/networks/reservoir"
	"github.com/glia-sim/glia/networks/reservoir/tasks"
)

func init() {
	experiments.Register(&experiments.Experiment{
		Name:  "reservoir-data",
		Title: "Echo-state networks on recorded data: laser and vowels",
		Summary: "Two data sets, each run if the folder holds it. Santa Fe laser (santafe_laser.txt, one number a line): prediction one step ahead and in " +
			"free run, beside linear regression on past values. Japanese vowels (ae.train, ae.test, size_ae.train, size_ae.test): which of nine " +
			"speakers says /ae/, from the states in three stretches of the utterance, beside the same readout of the sound's coefficients. Default settings " +
			"are not tuned; 'glia sweep reservoir-data --search' tunes them on validation data.",
		Citation: "U. Huebner, N. B. Abraham & C. O. Weiss, Dimensions and entropies of chaotic intensity pulsations in a single-mode far-infrared NH3 laser, " +
			"Physical Review A 40, 6354, 1989; M. Kudo, J. Toyama & M. Shimbo, Multidimensional curve classification using passing-through regions, Pattern " +
			"Recognition Letters 20, 1103-1111, 1999",
		NeedsData: true,
		Parameters: []experiments.Parameter{
			{Name: "realisations", Kind: experiments.Int, Default: 10, Range: experiments.Closed(1, 1000), Meaning: "networks to average over, and to vote"},
			{Name: "laser_units", Kind: experiments.Int, Default: 300, Range: experiments.Closed(10, 5000), Meaning: "units of the networks for the laser"},
			{Name: "laser_train", Kind: experiments.Int, Default: 3000, Range: experiments.Closed(50, 100000), Meaning: "samples of the laser to learn from, after 200 of wash-out"},
			{Name: "laser_radius", Kind: experiments.Float, Default: 0.9, Range: experiments.Closed(0, 10), Meaning: "their spectral radius"},
			{Name: "laser_leak", Kind: experiments.Float, Default: 1.0, Range: experiments.Range{Min: 0, OpenMin: true, Max: 1}, Meaning: "their leak"},
			{Name: "laser_input", Kind: experiments.Float, Default: 0.5, Range: experiments.Closed(0, 100), Meaning: "their input weights and biases are uniform between minus and plus this"},
			{Name: "laser_ridge", Kind: experiments.Float, Default: 1e-3, Range: experiments.Closed(0, 1e6), Meaning: "ridge of their readouts"},
			{Name: "vowel_units", Kind: experiments.Int, Default: 100, Range: experiments.Closed(10, 5000), Meaning: "units of the networks for the vowels"},
			{Name: "vowel_radius", Kind: experiments.Float, Default: 0.9, Range: experiments.Closed(0, 10), Meaning: "their spectral radius"},
			{Name: "vowel_leak", Kind: experiments.Float, Default: 0.3, Range: experiments.Range{Min: 0, OpenMin: true, Max: 1}, Meaning: "their leak"},
			{Name: "vowel_input", Kind: experiments.Float, Default: 1.0, Range: experiments.Closed(0, 100), Meaning: "their input weights are uniform between minus and plus this"},
			{Name: "vowel_ridge", Kind: experiments.Float, Default: 1.0, Range: experiments.Closed(0, 1e6), Meaning: "ridge of all readouts of the vowels"},
		},
		Metrics: []experiments.Metric{
			{Name: "laser_validation", Split: experiments.Validation, Goal: experiments.Smaller, Meaning: "laser: NRMSE one step ahead on the last fifth of the samples to learn from, by readouts of the others, mean over networks"},
			{Name: "laser_one_step", Split: experiments.Test, Goal: experiments.Smaller, Meaning: "laser: NRMSE one step ahead on what follows the training, mean over networks"},
			{Name: "laser_linear_20", Meaning: "the same by linear regression on 20 past values"},
			{Name: "laser_linear_40", Meaning: "the same by linear regression on 40 past values"},
			{Name: "laser_valid", Unit: "steps", Meaning: "laser: free run until the error exceeds 0.4 standard deviations, median over networks and starts"},
			{Name: "laser_valid_linear", Unit: "steps", Meaning: "the same by linear regression on 40 past values"},
			{Name: "vowel_validation", Unit: "%", Split: experiments.Validation, Goal: experiments.Larger, Meaning: "vowels: every third utterance of each speaker to learn from, told by readouts of the others, mean over networks"},
			{Name: "vowel_accuracy", Unit: "%", Split: experiments.Test, Goal: experiments.Larger, Meaning: "vowels: test utterances whose speaker is told, mean over networks"},
			{Name: "vowel_vote", Unit: "%", Meaning: "the same by the summed outputs of all networks"},
			{Name: "vowel_inputs", Unit: "%", Meaning: "the same by a readout of the coefficients, without a network"},
		},
		Targets: []experiments.Target{
			{Metric: "vowel_vote", Value: 94.1, Tolerance: experiments.Minimum(94.1), Source: "Kudo et al. 1999: 94.1 by their classifier, 96.2 by a hidden Markov model"},
		},
		Figures: []experiments.FigureDoc{
			{Name: "laser", Caption: "Laser: free run beside the recording"},
			{Name: "vowels", Caption: "Vowels: test utterances by speaker and by answer"},
		},
		Budget: experiments.Budget{Parameter: "realisations", Levels: []string{"1", "3", "10"}},
		Run:    run,
	})
}

// find looks for a file in the folder and in a subfolder of it.
func find(dir, sub string, names ...string) (string, bool) {
	for _, d := range []string{dir, filepath.Join(dir, sub)} {
		for _, n := range names {
			if _, err := os.Stat(filepath.Join(d, n)); !errors.Is(err, fs.ErrNotExist) {
				return d, true
			}
		}
	}
	return "", false
}

func run(ctx context.Context, r *experiments.Run) error {
	const laser = "santafe_laser.txt"
	atLaser, hasLaser := find(r.Data, "timeseries", laser)
	atVowels, hasVowels := find(r.Data, "japanese-vowels", "ae.train", "ae.train.gz")
	if !hasLaser && !hasVowels {
		return fmt.Errorf("%s: neither %s nor ae.train is there, nor in its subfolders timeseries and japanese-vowels: want the Santa Fe laser, the Japanese vowels, or both", r.Data, laser)
	}
	if err := r.Outline(func() []experiments.Work {
		var work []experiments.Work
		if hasLaser {
			p := laserProtocol(r)
			operations, bytes := tasks.FreeCost(p, reservoir.DefaultESN(r.Int("laser_units"), 1))
			n := r.Int("realisations")
			work = append(work, experiments.Work{What: "networks for the laser", Copies: n, Units: r.Int("laser_units"), Steps: float64(p.Samples()), Operations: float64(n) * operations, Bytes: bytes})
		}
		if hasVowels {
			const frames, utterances = 10000, 640 // of the data set, about
			n, units := r.Int("realisations"), r.Int("vowel_units")
			operations := frames*tasks.StepOperations(reservoir.DefaultESN(units, 12)) + tasks.RidgeOperations(utterances, units, speakers)
			work = append(work, experiments.Work{What: "networks for the vowels", Copies: n, Units: units, Steps: frames, Operations: float64(n) * operations, Bytes: 8 * float64(units*(2*units+utterances))})
		}
		return work
	}); err != nil {
		return err
	}
	r.UseData(map[[2]bool]string{{true, false}: "Santa Fe laser", {false, true}: "Japanese vowels", {true, true}: "Santa Fe laser and Japanese vowels"}[[2]bool{hasLaser, hasVowels}])
	if hasLaser {
		series, err := dataset.LoadSeries(filepath.Join(atLaser, laser))
		if err != nil {
			return err
		}
		if err := predict(ctx, r, series); err != nil {
			return err
		}
	}
	if !hasVowels {
		return nil
	}
	train, test, err := dataset.LoadVowels(atVowels)
	if err != nil {
		return err
	}
	return classify(ctx, r, train, test)
}
