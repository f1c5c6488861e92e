// Package spokendigits recognises spoken digits with a liquid of spiking neurons behind a coarse model of the ear.
package spokendigits

import (
	"context"
	"fmt"
	"math"

	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/experiments/dataset"
	"gonum.org/v1/gonum/stat"
)

const (
	realName      = "free spoken digits"
	generatedName = "synthesised digits"
)

func init() {
	e := &experiments.Experiment{
		Name:  "spoken-digits",
		Title: "Spoken digits heard by a liquid of spiking neurons",
		Summary: "Sound goes through bands of equal width on the mel scale on a logarithmic scale, band energies become spikes, and the spikes " +
			"drive a network of integrate-and-fire neurons. A linear readout tells the digit from the filtered spikes of the network, averaged " +
			"over a few stretches of the recording; the same readout on the input spikes and on the energies shows what the network adds. " +
			"With --data it reads the Free Spoken Digit Dataset (3000 recordings, six speakers; takes 0 to 4 are the test set), else it " +
			"synthesises speech-like sounds, which are easier. Published liquids were tested on other recordings (TI46).",
		Citation: "D. Verstraeten, B. Schrauwen, D. Stroobandt & J. Van Campenhout, Isolated word recognition with the liquid state machine, Information " +
			"Processing Letters 95, 521-528, 2005; Y. Zhang, P. Li, Y. Jin & Y. Choe, A digital liquid state machine with biologically inspired learning " +
			"and its application to speech recognition, IEEE TNNLS 26, 2635-2649, 2015; Z. Jackson et al., Free Spoken Digit Dataset",
		AcceptsData: true,
		Parameters: []experiments.Parameter{
			{Name: "units", Kind: experiments.Int, Default: 400, Range: experiments.Closed(10, 5000), Meaning: "neurons of the liquid, four fifths excitatory"},
			{Name: "bands", Kind: experiments.Int, Default: 32, Range: experiments.Closed(4, 100), Meaning: "frequency bands of the ear"},
			{Name: "windows", Kind: experiments.Int, Default: 5, Range: experiments.Closed(1, 50), Meaning: "stretches of a recording over which features are averaged"},
			{Name: "coder", Kind: experiments.Choice, Default: "latency", Choices: []string{"poisson", "latency", "levels"}, Meaning: "how energies become spikes"},
			{Name: "input_rate", Kind: experiments.Float, Default: 300.0, Unit: "Hz", Range: experiments.Closed(1, 2000), Meaning: "rate of a band at full energy, coder poisson"},
			{Name: "input_scale", Kind: experiments.Float, Default: 1.0, Range: experiments.Closed(0, 100), Meaning: "largest input weight: mean current of a channel that fires at 200 Hz, in rheobases"},
			{Name: "input_density", Kind: experiments.Float, Default: 0.2, Range: experiments.Range{Min: 0, OpenMin: true, Max: 1}, Meaning: "probability that a neuron hears a channel"},
			{Name: "density", Kind: experiments.Float, Default: 0.1, Range: experiments.Range{Min: 0, OpenMin: true, Max: 1}, Meaning: "probability of a connection in the liquid"},
			{Name: "strength", Kind: experiments.Float, Default: 4.0, Range: experiments.Range{Min: 0, OpenMin: true, Max: 100}, Meaning: "mean current from all excitatory neurons firing at 200 Hz, in rheobases"},
			{Name: "balance", Kind: experiments.Float, Default: -1.0, Range: experiments.Closed(-10, 10), Meaning: "mean signed sum of the weights onto a neuron; below 0 inhibition dominates"},
			{Name: "trace", Kind: experiments.Float, Default: 30.0, Unit: "ms", Range: experiments.Closed(1, 1000), Meaning: "time constant of the filtered spikes"},
			{Name: "takes", Kind: experiments.Int, Default: 0, Range: experiments.Closed(0, 1000), Meaning: "takes of each digit and speaker, from the first on, 11 at least; 0: all of the data, or 20 synthesised"},
			{Name: "voices", Kind: experiments.Int, Default: 6, Range: experiments.Closed(1, 100), Meaning: "speakers that are synthesised, without --data"},
			{Name: "new_speakers", Kind: experiments.Bool, Default: true, Meaning: "test each speaker with a readout trained on all others, too"},
		},
		Metrics: []experiments.Metric{
			{Name: "validation_accuracy", Unit: "%", Split: experiments.Validation, Goal: experiments.Larger, Meaning: "recordings of takes 5 to 9 whose digit a readout of the liquid tells that has not seen them, at the best regularisation"},
			{Name: "accuracy", Unit: "%", Split: experiments.Test, Goal: experiments.Larger, Meaning: "test recordings whose digit the readout of the liquid tells"},
			{Name: "accuracy_spikes", Unit: "%", Meaning: "the same by a readout of the input spikes"},
			{Name: "accuracy_energies", Unit: "%", Meaning: "the same by a readout of the band energies"},
			{Name: "new_speaker_accuracy", Unit: "%", Meaning: "recordings of a speaker whom the readout does not know, mean over speakers: liquid"},
			{Name: "new_speaker_accuracy_spikes", Unit: "%", Meaning: "the same by a readout of the input spikes"},
			{Name: "new_speaker_accuracy_energies", Unit: "%", Meaning: "the same by a readout of the band energies"},
			{Name: "rate", Unit: "Hz", Meaning: "mean rate of the liquid"},
			{Name: "recordings", Meaning: "recordings used"},
		},
		Targets: []experiments.Target{
			{Metric: "accuracy", Value: 99.1, Tolerance: experiments.Abs(3), When: []experiments.Condition{experiments.WhenData(realName)},
				Source: "Zhang et al. 2015, TI46 (other recordings), 135 neurons; Verstraeten et al. 2005, TI46, 1200 neurons: 99.5; within 3 of the former"},
		},
		Figures: []experiments.FigureDoc{
			{Name: "ear", Caption: "Band energies of a recording"},
			{Name: "input", Caption: "Input spikes of that recording"},
			{Name: "liquid", Caption: "Filtered spikes of the liquid in that recording"},
			{Name: "confusion", Caption: "Test recordings by digit and by answer"},
			{Name: "speakers", Caption: "Accuracy for each speaker by readouts that do not know the voice"},
		},
		Short: []string{"units=40", "takes=11", "voices=1", "bands=8", "windows=2", "new_speakers=false"},
		Check: func(v experiments.Values) error {
			if t := v.Int("takes"); t > 0 && t <= validationTakes {
				return &experiments.ParameterError{Parameter: "takes", Value: fmt.Sprint(t), Reason: "takes 0 to 4 are the test set and 5 to 9 choose the regularisation: want 11 or more, or 0 for all"}
			}
			return nil
		},
		Run: run,
	}
	experiments.Register(e)
}

// recordings reads or synthesises them.
func recordings(r *experiments.Run) ([]dataset.Utterance, error) {
	if r.Data == "" {
		r.UseData(generatedName)
		takes := r.Int("takes")
		if takes == 0 {
			takes = 20
		}
		return speak(r.Seed, r.Int("voices"), takes), nil
	}
	all, err := dataset.LoadSpokenDigits(r.Data)
	if err != nil {
		return nil, err
	}
	r.UseData(realName)
	var kept []dataset.Utterance
	for _, u := range all {
		if u.Rate != sampleRate {
			return nil, fmt.Errorf("%s: recording %d of digit %d by %s has %d samples per second: the ear is made for %d; resample the recordings", r.Data, u.Index, u.Digit, u.Speaker, u.Rate, sampleRate)
		}
		if r.Int("takes") == 0 || u.Index < r.Int("takes") {
			kept = append(kept, u)
		}
	}
	for _, part := range []struct {
		name string
		keep func(dataset.Utterance) bool
	}{{"0 to 4, the test set,", isTest}, {"5 to 9, which choose the regularisation,", isValidation}, {"from 10 on, to learn from,", isTraining}, {"of the digit 7, to draw,", isSeven}} {
		if len(pick(kept, part.keep)) == 0 {
			return nil, fmt.Errorf("%s: no takes %s among %d recordings: want the whole data set", r.Data, part.name, len(kept))
		}
	}
	return kept, nil
}

func run(ctx context.Context, r *experiments.Run) error {
	r.Phase("read")
	all, err := recordings(r)
	if err != nil {
		return err
	}
	m := newMachine(r, all)
	if err := r.Outline(m.outline); err != nil {
		return err
	}
	r.Phase("listen")
	if err := m.listen(ctx); err != nil {
		return err
	}
	r.Phase("train")
	values := map[string]float64{"rate": m.rate, "recordings": float64(len(all))}
	var best *fitted
	var perSpeaker []speakerBars
	for k, f := range m.features() {
		if err := ctx.Err(); err != nil {
			return err
		}
		l, err := experiments.Keep(r, "readouts of "+f.name, func() (learned, error) { return learn(ctx, f.x, all, r.Bool("new_speakers")) })
		if err != nil {
			return err
		}
		r.Logf("%s: %.2f %% of %d test recordings, lambda %g", f.name, 100*l.Best.Accuracy, len(l.Best.Labels), l.Best.Lambda)
		values["accuracy"+f.suffix] = 100 * l.Best.Accuracy
		if k == 0 {
			best = l.Best
			values["validation_accuracy"] = 100 * l.Best.Validation
		}
		if !r.Bool("new_speakers") {
			continue
		}
		if len(l.Speakers) > 0 {
			values["new_speaker_accuracy"+f.suffix] = 100 * stat.Mean(l.Accuracies, nil)
			perSpeaker = append(perSpeaker, speakerBars{f.name, l.Speakers, l.Accuracies})
		} else {
			values["new_speaker_accuracy"+f.suffix] = math.NaN()
		}
	}
	if err := r.Metrics(values); err != nil {
		return err
	}
	r.Phase("draw")
	return m.draw(best, perSpeaker)
}
