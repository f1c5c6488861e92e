// Package analysis measures recorded spikes and states: how fast, how irregular,
// how correlated, how rhythmic and how close to criticality a network's activity is.
//
// It reads recordings and knows no model: the input is a [Spikes] value (times in
// ms and neuron indices, in time order) or a plain slice of numbers, and the output
// is plain numbers for a report or a test. Use it after a run, or on any recording
// that can be brought into that form.
//
//   - rates: [MeanRate], [Rates], [PopulationRate] with [Series.Smooth]
//   - irregularity: [ISIs], [CV], [LV], [MeanCV], [MeanLV], [ISIHistogram]
//   - correlation: [MeanCorrelation], [FanoFactor], [CrossCorrelogram], [AutoCorrelogram]
//   - rhythm: [PowerSpectrum], [PopulationSpectrum]
//   - criticality: [BranchingFactor] (local, NALSM), [NaiveBranching], [OneStepSlope], [MultistepRegression]
//   - states: [Separation], [ClassSeparation], [NMSeparation], [ParticipationRatio], [Synchrony], [UnitEntropy]
//   - balance: [WeightBalance], [CurrentBalance], [DetailedBalance], [FluctuationRatio]
//   - plain statistics and classifiers: [Mean], [SD], [Quantile], [Summarize], [Confusion]
//
// # Conventions
//
// Times are ms, rates and frequencies Hz. Intervals of time are half open, [from, to);
// ranges of neuron indices are half open too, [lo, hi).
//
// A measure that the data leave undefined (no spikes, one interval, zero variance) is
// NaN, never a silent zero; a rate of a silent population is a true 0. An argument
// that cannot mean anything (a negative bin, a range that ends before it begins) is an
// error that names the argument, its value, the allowed range and what to do; the few
// one-line measures without an error result return NaN for it. No measure panics on
// bad data; an accessor given an index out of range does, as a slice would.
//
// Every result is a function of its arguments alone: random samples are drawn from a
// seed that the caller gives, and sums have one order. Between processor architectures
// the last digits may differ, since vector sums are grouped differently.
package analysis
