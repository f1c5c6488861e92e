// Package nalsm is the experiment of Ivanov and Michmizos (NeurIPS 2021): a liquid state machine whose
// synaptic plasticity is steered by an astrocyte learns to classify images.
//
// A 3-D liquid of leaky integrate-and-fire neurons is initialised on images shown 20 ms each, with STDP
// and the astrocyte at work. Then every image is shown 250 ms, starting from the same initialised
// weights; the spike counts of the liquid are the features of a linear softmax readout.
package nalsm

import (
	"context"
	"fmt"
	"math"

	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/experiments/dataset"
	"github.com/glia-sim/glia/networks"
)

const source = "Ivanov & Michmizos 2021"

func init() {
	experiments.Register(&experiments.Experiment{
		Name:  "nalsm",
		Title: "Neuron-astrocyte liquid state machine classifies images",
		Summary: "A 3-D liquid of 80 % excitatory and 20 % inhibitory neurons receives spikes from one input neuron per pixel. " +
			"All synapses start at their maximal strength and are plastic; an astrocyte that listens to the balance of liquid and input " +
			"activity sets the amplitude of synaptic weakening and brings the liquid near the edge of chaos, without labels. " +
			"A linear readout of the liquid's spike counts is then trained to name the image.",
		Citation: "V. A. Ivanov and K. P. Michmizos, Increasing Liquid State Machine Performance with Edge-of-Chaos Dynamics " +
			"Organized by Astrocyte-modulated Plasticity, NeurIPS 2021, arXiv:2111.01760",
		AcceptsData: true,
		Parameters: []experiments.Parameter{
			{Name: "protocol", Kind: experiments.Choice, Default: "quick", Choices: []string{"quick", "reduced", "full"},
				Meaning: "numbers of images, where not set one by one: quick 4000 to initialise, 4000/500/1000 to train/validate/test; reduced 10000, 10000/2000/2000; full 50000, 50000/10000/10000 as published"},
			{Name: "model", Kind: experiments.Choice, Default: "nalsm", Choices: []string{"nalsm", "stdp", "lsm"},
				Meaning: "nalsm: STDP steered by the astrocyte; stdp: without it; lsm: static weights of magnitude w0"},
			{Name: "neurons", Kind: experiments.Int, Default: 1000, Range: experiments.Closed(8, 64000), Meaning: "liquid neurons, the cube of a whole number (1000 and 8000 as published)"},
			{Name: "w_a", Kind: experiments.Float, Default: 0.015, Range: experiments.Closed(0, 1), Meaning: "weight of the activity balance in the astrocyte (0.015 for 1000 neurons, 0.0075 for 8000)"},
			{Name: "w0", Kind: experiments.Float, Default: 0.8, Range: experiments.Closed(0, 3), Meaning: "magnitude of all weights of the static liquid (model lsm)"},
			{Name: "duration", Kind: experiments.Float, Default: 250.0, Unit: "ms", Range: experiments.Closed(60, 10000), Meaning: "presentation of an image"},
			{Name: "init_duration", Kind: experiments.Float, Default: 20.0, Unit: "ms", Range: experiments.Closed(1, 10000), Meaning: "presentation of an image in the initialisation"},
			{Name: "dt", Kind: experiments.Float, Default: 1.0, Unit: "ms", Range: experiments.Closed(1, 1), Meaning: "resolution; the model is a map of 1 ms steps"},
			{Name: "init_images", Kind: experiments.Int, Default: -1, Range: experiments.AtLeast(-1), Meaning: "images of the initialisation; -1: by protocol"},
			{Name: "train_images", Kind: experiments.Int, Default: 0, Range: experiments.NonNegative(), Meaning: "training images; 0: by protocol"},
			{Name: "validation_images", Kind: experiments.Int, Default: 0, Range: experiments.NonNegative(), Meaning: "images, after the training ones, that choose the pass; 0: by protocol"},
			{Name: "test_images", Kind: experiments.Int, Default: 0, Range: experiments.NonNegative(), Meaning: "test images; 0: by protocol"},
			{Name: "readout", Kind: experiments.Choice, Default: "practical", Choices: []string{"practical", "published"},
				Meaning: "practical: Adam, counts scaled by a constant of the training set; published: Adadelta 0.1, counts scaled batch by batch"},
			{Name: "passes", Kind: experiments.Int, Default: 0, Range: experiments.NonNegative(), Meaning: "passes of the readout over the training images; 0: 40 practical, 5000 published"},
			{Name: "test_scaling", Kind: experiments.Choice, Default: "training", Choices: []string{"training", "published"},
				Meaning: "constant that scales test pixels: that of the training images, or as published that of the test images themselves"},
		},
		Metrics: []experiments.Metric{
			{Name: "test_accuracy", Unit: "%", Meaning: "test images classified correctly, at the pass of the best validation accuracy"},
			{Name: "validation_accuracy", Unit: "%", Meaning: "best accuracy on the validation images"},
			{Name: "branching_factor", Meaning: "spikes of a neuron's targets after its spike per spike of its sources before, 4 ms each"},
			{Name: "liquid_rate", Unit: "Hz", Meaning: "mean rate of the liquid neurons while images are shown"},
			{Name: "input_rate", Unit: "Hz", Meaning: "mean rate of the input neurons while images are shown"},
			{Name: "pixel_accuracy", Unit: "%", Meaning: "test accuracy of the same readout on raw pixels, for comparison"},
		},
		Targets: targets(),
		Figures: []experiments.FigureDoc{
			{Name: "raster", Caption: "Spikes of input and liquid while four images are shown"},
			{Name: "images", Caption: "Images of the test set"},
			{Name: "learning", Caption: "Accuracy of the readout per pass"},
			{Name: "confusion", Caption: "Confusion matrix of the test images"},
			{Name: "weights", Caption: "Weights of the liquid before and after initialisation"},
			{Name: "initialisation", Caption: "Mean weights in the course of initialisation"},
			{Name: "astrocyte", Caption: "Amplitude of weakening while an image is shown"},
		},
		Short: []string{"neurons=64", "init_images=20", "train_images=60", "validation_images=40", "test_images=40", "duration=70", "passes=3"},
		Check: check,
		Run:   run,
	})
}

func targets() []experiments.Target {
	mnist, fashion := experiments.WhenData("MNIST"), experiments.WhenData("Fashion-MNIST")
	is, between := experiments.WhenIs, experiments.WhenBetween
	full, thousand := is("protocol", "full"), between("neurons", 1000, 1000)
	astro, wa := is("model", "nalsm"), between("w_a", 0.015, 0.015)
	t := []experiments.Target{
		{Metric: "test_accuracy", Value: 95.96, Tolerance: experiments.Abs(0.3), Source: source + ", NALSM1000, mean of 10 networks",
			When: []experiments.Condition{mnist, full, thousand, astro, wa}},
		{Metric: "test_accuracy", Value: 83.05, Tolerance: experiments.Abs(0.5), Source: source + ", NALSM1000, mean of 10 networks",
			When: []experiments.Condition{fashion, full, thousand, astro, wa}},
		{Metric: "test_accuracy", Value: 97.49, Tolerance: experiments.Abs(0.25), Source: source + ", NALSM8000, mean of 5 networks",
			When: []experiments.Condition{mnist, full, between("neurons", 8000, 8000), astro}},
		{Metric: "test_accuracy", Value: 85.61, Tolerance: experiments.Abs(0.4), Source: source + ", NALSM8000, mean of 5 networks",
			When: []experiments.Condition{fashion, full, between("neurons", 8000, 8000), astro}},
		{Metric: "validation_accuracy", Value: 94.3, Tolerance: experiments.Abs(0.5), Source: "independent re-implementation, 10 000 initialisation and training images",
			When: []experiments.Condition{mnist, is("protocol", "reduced"), thousand, astro, wa}},
		{Metric: "test_accuracy", Value: 85, Tolerance: experiments.Minimum(85), Source: "this project: generated digits, no published value",
			When: []experiments.Condition{experiments.WhenData(dataset.GeneratedName), is("protocol", "quick")}},
		{Metric: "branching_factor", Value: 1.246, Tolerance: experiments.Band(1.2, 1.28), Source: source + ", w_a = 0.015, range of 10 networks 1.209 to 1.274",
			When: []experiments.Condition{mnist, thousand, astro, wa}},
		{Metric: "branching_factor", Value: 1.197, Tolerance: experiments.Abs(0.05), Source: source + ", w_a = 0.015",
			When: []experiments.Condition{fashion, thousand, astro, wa}},
		{Metric: "branching_factor", Value: 1.415, Tolerance: experiments.Abs(0.05), Source: source + ", LSM+STDP",
			When: []experiments.Condition{mnist, thousand, is("model", "stdp")}},
	}
	for _, k := range []struct{ w0, bf float64 }{{0.4, 0.369}, {0.5, 0.539}, {0.6, 0.704}, {0.7, 0.863}, {0.8, 1.002}, {0.9, 1.130},
		{1.0, 1.240}, {1.1, 1.341}, {1.2, 1.404}, {1.3, 1.437}, {1.4, 1.438}} {
		t = append(t, experiments.Target{Metric: "branching_factor", Value: k.bf, Tolerance: experiments.Abs(0.03),
			Source: fmt.Sprintf("%s, static LSM, w0 = %g, mean of 10 networks", source, k.w0),
			When:   []experiments.Condition{mnist, thousand, is("model", "lsm"), between("w0", k.w0-1e-9, k.w0+1e-9)}})
	}
	return t
}

func check(v experiments.Values) error {
	n := v.Int("neurons")
	if e := edge(n); e*e*e != n {
		return &experiments.ParameterError{Parameter: "neurons", Value: fmt.Sprint(n),
			Reason: fmt.Sprintf("want the cube of a whole number, such as %d or %d", e*e*e, (e+1)*(e+1)*(e+1))}
	}
	for _, name := range []string{"duration", "init_duration"} {
		if d := v.Float(name); d != math.Trunc(d) {
			return &experiments.ParameterError{Parameter: name, Value: fmt.Sprint(d), Reason: "want a whole number of ms, the step of the model"}
		}
	}
	return nil
}

// edge is the edge of the largest cube of at most n points.
func edge(n int) int { return int(math.Cbrt(float64(n)) + 1e-9) }

// sizes are the numbers of images of a run.
type sizes struct{ init, train, validation, test int }

func sizesOf(v experiments.Values) sizes {
	s := map[string]sizes{"quick": {4000, 4000, 500, 1000}, "reduced": {10000, 10000, 2000, 2000}, "full": {50000, 50000, 10000, 10000}}[v.Choice("protocol")]
	for _, k := range []struct {
		name  string
		unset int
		to    *int
	}{{"init_images", -1, &s.init}, {"train_images", 0, &s.train}, {"validation_images", 0, &s.validation}, {"test_images", 0, &s.test}} {
		if n := v.Int(k.name); n != k.unset {
			*k.to = n
		}
	}
	if v.Choice("model") == "lsm" {
		s.init = 0
	}
	return s
}

func liquidOf(v experiments.Values, inputs int) networks.Liquid {
	l := networks.DefaultLiquid(edge(v.Int("neurons")), inputs)
	l.AstroWeight = v.Float("w_a")
	switch v.Choice("model") {
	case "stdp":
		l.Learning = networks.STDP
	case "lsm":
		l.Learning = networks.Static
		l.Weight = v.Float("w0")
	}
	return l
}

func run(ctx context.Context, r *experiments.Run) error {
	r.Phase("data")
	images, err := loadImages(r, sizesOf(r.Values))
	if err != nil {
		return err
	}
	m := &machine{run: r, images: images, liquid: liquidOf(r.Values, images.pixels),
		steps: int(r.Float("duration")), initSteps: int(r.Float("init_duration"))}
	r.Phase("build")
	if err := m.build(ctx); err != nil {
		return err
	}
	r.Phase("initialise")
	if err := m.initialise(ctx); err != nil {
		return err
	}
	r.Phase("branching")
	if err := m.branching(ctx); err != nil {
		return err
	}
	r.Phase("features")
	if err := m.features(ctx); err != nil {
		return err
	}
	r.Phase("readout")
	return m.readout(ctx)
}
