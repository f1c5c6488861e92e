package nalsm

import (
	"fmt"
	"slices"
	"strings"

	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/experiments/dataset"
)

const source = "Ivanov & Michmizos 2021"

// targets are the published numbers that apply to a run, by its parameters.
func targets() []experiments.Target {
	is, between := experiments.WhenIs, experiments.WhenBetween
	at := func(parameter string, x float64) experiments.Condition {
		return between(parameter, x-1e-9, x+1e-9)
	}
	mnist, fashion := experiments.WhenData("MNIST"), experiments.WhenData("Fashion-MNIST")
	// Accuracies of a subset are not comparable, branching factors are.
	events, someEvents := experiments.WhenData("N-MNIST"), experiments.WhenData("N-MNIST", "N-MNIST subset of 1000 + 100")
	thousand := at("neurons", 1000)
	all := func(more ...experiments.Condition) []experiments.Condition {
		return append(more, at("domains", 1))
	}
	nalsm := func(more ...experiments.Condition) []experiments.Condition {
		return all(append(more, is("model", "nalsm"), at("heard", 1))...)
	}
	wa := at("w_a", 0.015)
	var t []experiments.Target
	// accuracy is a published test accuracy: of counts, after the whole protocol, by either readout in either scale
	// of the test images.
	whole := []experiments.Condition{is("protocol", "full"), at("init_images", -1), at("train_images", 0), at("validation_images", 0), at("test_images", 0)}
	accuracy := func(value, tolerance float64, from string, when []experiments.Condition, metrics ...string) {
		when = append(when, whole...)
		for _, name := range metrics {
			one := experiments.Target{Metric: name, Value: value, Tolerance: experiments.Abs(tolerance), Source: from, When: when}
			if strings.HasPrefix(name, "test_accuracy") {
				one.When = append(slices.Clone(when), is("readout", practical, published))
			}
			t = append(t, one)
		}
	}
	headline := []string{"test_accuracy", "test_accuracy" + ownScale, "published_test_accuracy", "published_test_accuracy" + ownScale}
	// beyond is a published accuracy that readouts of more than counts should pass.
	beyond := func(value float64, from string, when []experiments.Condition) {
		when = append(when, whole...)
		one := experiments.Target{Value: value, Tolerance: experiments.Minimum(value), Source: from, When: when}
		for _, name := range []string{windowed, traced, joint} {
			one.Metric = name + "_test_accuracy"
			t = append(t, one)
		}
		one.Metric, one.When = "test_accuracy", append(slices.Clone(when), is("readout", standard, windowed, traced, joint))
		t = append(t, one)
	}
	accuracy(95.96, 0.3, source+", NALSM1000, mean of 10 networks", nalsm(mnist, thousand, wa), headline...)
	accuracy(83.05, 0.5, source+", NALSM1000, mean of 10 networks", nalsm(fashion, thousand, wa), headline...)
	accuracy(97.49, 0.25, source+", NALSM8000, mean of 5 networks", nalsm(mnist, at("neurons", 8000)), headline...)
	accuracy(85.61, 0.4, source+", NALSM8000, mean of 5 networks", nalsm(fashion, at("neurons", 8000)), headline...)
	accuracy(95.90, 0.3, source+", NALSM1000, mean of 10 networks", nalsm(events, thousand, wa), headline...)
	accuracy(97.42, 0.25, source+", NALSM8000, mean of 5 networks", nalsm(events, at("neurons", 8000)), headline...)
	accuracy(95.30, 0.3, source+", static LSM, best w0 of each of 10 networks", all(mnist, thousand, is("model", "lsm")), headline...)
	accuracy(89.47, 1, source+", LSM+STDP, mean of 10 networks", all(mnist, thousand, is("model", "stdp")), headline...)
	accuracy(95.49, 0.3, source+", LSM+AP-STDP, mean of 10 networks", all(mnist, thousand, is("model", "ap-stdp")), headline...)
	beyond(95.96, source+", NALSM1000 with counts, mean of 10 networks", nalsm(mnist, thousand, wa))
	beyond(83.05, source+", NALSM1000 with counts, mean of 10 networks", nalsm(fashion, thousand, wa))
	beyond(97.61, source+", NALSM8000 with counts, best of 5 networks", nalsm(mnist, at("neurons", 8000)))
	beyond(85.84, source+", NALSM8000 with counts, best of 5 networks", nalsm(fashion, at("neurons", 8000)))
	t = append(t, []experiments.Target{
		{Metric: "validation_accuracy", Value: 94.3, Tolerance: experiments.Abs(0.5), Source: "independent re-implementation, 10 000 initialisation and training images",
			When: nalsm(mnist, is("protocol", "reduced"), thousand, wa)},
		{Metric: "test_accuracy", Value: 85, Tolerance: experiments.Minimum(85), Source: "this project: generated digits, no published value",
			When: []experiments.Condition{experiments.WhenData(dataset.GeneratedName), is("protocol", "quick")}},
		{Metric: "branching_factor", Value: 1.246, Tolerance: experiments.Band(1.2, 1.28), Source: source + ", w_a = 0.015, range of 10 networks 1.209 to 1.274",
			When: nalsm(mnist, thousand, wa)},
		{Metric: "branching_factor", Value: 1.197, Tolerance: experiments.Abs(0.05), Source: source + ", w_a = 0.015",
			When: nalsm(fashion, thousand, wa)},
		{Metric: "branching_factor", Value: 1.129, Tolerance: experiments.Abs(0.054), Source: source + ", full N-MNIST, w_a = 0.015, mean of 10 networks",
			When: nalsm(someEvents, thousand, wa)},
		{Metric: "branching_factor", Value: 1.415, Tolerance: experiments.Abs(0.05), Source: source + ", LSM+STDP",
			When: all(mnist, thousand, is("model", "stdp"))},
		{Metric: "branching_factor", Value: 0.916, Tolerance: experiments.Abs(0.1), Source: source + ", LSM+AP-STDP",
			When: all(mnist, thousand, is("model", "ap-stdp"))},
	}...)
	for _, k := range []struct{ w0, bf float64 }{{0.4, 0.369}, {0.5, 0.539}, {0.6, 0.704}, {0.7, 0.863}, {0.8, 1.002}, {0.9, 1.130},
		{1.0, 1.240}, {1.1, 1.341}, {1.2, 1.404}, {1.3, 1.437}, {1.4, 1.438}} {
		t = append(t, experiments.Target{Metric: "branching_factor", Value: k.bf, Tolerance: experiments.Abs(0.03),
			Source: fmt.Sprintf("%s, static LSM, w0 = %g, mean of 10 networks", source, k.w0),
			When:   all(mnist, thousand, is("model", "lsm"), at("w0", k.w0))})
	}
	for _, k := range []struct{ wa, bf, sd, accuracy float64 }{{0.002, 1.424, 0.015, 95.91}, {0.0075, 1.325, 0.025, 96.00}, {0.025, 1.179, 0.022, 95.87},
		{0.05, 1.086, 0.023, 95.94}, {0.1, 0.988, 0.024, 95.67}, {0.2, 0.885, 0.031, 95.22}} {
		from := fmt.Sprintf("%s, w_a = %g, mean of 10 networks", source, k.wa)
		t = append(t, experiments.Target{Metric: "branching_factor", Value: k.bf, Tolerance: experiments.Abs(2 * k.sd), Source: from,
			When: nalsm(mnist, thousand, at("w_a", k.wa))})
		accuracy(k.accuracy, 0.3, from, nalsm(mnist, thousand, at("w_a", k.wa)), "test_accuracy")
	}
	for _, k := range []struct{ heard, accuracy float64 }{{0.1, 95.76}, {0.2, 95.94}, {0.4, 96.00}, {0.6, 96.00}, {0.8, 96.06}} {
		accuracy(k.accuracy, 0.3, fmt.Sprintf("%s, astrocyte hears %g of the neurons, mean of 9 runs", source, k.heard),
			all(mnist, thousand, wa, is("model", "nalsm"), at("heard", k.heard)), "test_accuracy")
	}
	return t
}
