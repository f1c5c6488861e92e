package nalsm

import (
	"fmt"

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
	full, thousand := is("protocol", "full"), at("neurons", 1000)
	// The readout matters for accuracies only.
	counts := is("features", "counts")
	all := func(more ...experiments.Condition) []experiments.Condition {
		return append(more, at("domains", 1))
	}
	nalsm := func(more ...experiments.Condition) []experiments.Condition {
		return all(append(more, is("model", "nalsm"), at("heard", 1))...)
	}
	wa := at("w_a", 0.015)
	t := []experiments.Target{
		{Metric: "test_accuracy", Value: 95.96, Tolerance: experiments.Abs(0.3), Source: source + ", NALSM1000, mean of 10 networks",
			When: nalsm(counts, mnist, full, thousand, wa)},
		{Metric: "test_accuracy", Value: 83.05, Tolerance: experiments.Abs(0.5), Source: source + ", NALSM1000, mean of 10 networks",
			When: nalsm(counts, fashion, full, thousand, wa)},
		{Metric: "test_accuracy", Value: 97.49, Tolerance: experiments.Abs(0.25), Source: source + ", NALSM8000, mean of 5 networks",
			When: nalsm(counts, mnist, full, at("neurons", 8000))},
		{Metric: "test_accuracy", Value: 85.61, Tolerance: experiments.Abs(0.4), Source: source + ", NALSM8000, mean of 5 networks",
			When: nalsm(counts, fashion, full, at("neurons", 8000))},
		{Metric: "test_accuracy", Value: 95.90, Tolerance: experiments.Abs(0.3), Source: source + ", NALSM1000, mean of 10 networks",
			When: nalsm(counts, events, full, thousand, wa)},
		{Metric: "test_accuracy", Value: 97.42, Tolerance: experiments.Abs(0.25), Source: source + ", NALSM8000, mean of 5 networks",
			When: nalsm(counts, events, full, at("neurons", 8000))},
		{Metric: "test_accuracy", Value: 95.30, Tolerance: experiments.Abs(0.3), Source: source + ", static LSM, best w0 of each of 10 networks",
			When: all(counts, mnist, full, thousand, is("model", "lsm"))},
		{Metric: "test_accuracy", Value: 89.47, Tolerance: experiments.Abs(1), Source: source + ", LSM+STDP, mean of 10 networks",
			When: all(counts, mnist, full, thousand, is("model", "stdp"))},
		{Metric: "test_accuracy", Value: 95.49, Tolerance: experiments.Abs(0.3), Source: source + ", LSM+AP-STDP, mean of 10 networks",
			When: all(counts, mnist, full, thousand, is("model", "ap-stdp"))},
		{Metric: "validation_accuracy", Value: 94.3, Tolerance: experiments.Abs(0.5), Source: "independent re-implementation, 10 000 initialisation and training images",
			When: nalsm(counts, mnist, is("protocol", "reduced"), thousand, wa)},
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
	}
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
			When: nalsm(mnist, thousand, at("w_a", k.wa))},
			experiments.Target{Metric: "test_accuracy", Value: k.accuracy, Tolerance: experiments.Abs(0.3), Source: from,
				When: nalsm(counts, mnist, full, thousand, at("w_a", k.wa))})
	}
	for _, k := range []struct{ heard, accuracy float64 }{{0.1, 95.76}, {0.2, 95.94}, {0.4, 96.00}, {0.6, 96.00}, {0.8, 96.06}} {
		t = append(t, experiments.Target{Metric: "test_accuracy", Value: k.accuracy, Tolerance: experiments.Abs(0.3),
			Source: fmt.Sprintf("%s, astrocyte hears %g of the neurons, mean of 9 runs", source, k.heard),
			When:   all(counts, mnist, full, thousand, wa, is("model", "nalsm"), at("heard", k.heard))})
	}
	return t
}
