package bench

import (
	"math"
	"slices"
)

// Report is what a Runner found out about a benchmark.
type Report struct {
	Benchmark *Benchmark
	Quick     bool
	Workers   int
	Results   []Result // in the order of the benchmark's measures
	Refused   string   // why it was not run; empty if it was
	Work      []Work   // of each trial, for the benchmarks that tell it
}

// Result is a measure with a value from each trial.
type Result struct {
	Measure
	Values []float64 // empty if nothing was measured
}

func newReport(b *Benchmark, r *Runner) Report {
	report := Report{Benchmark: b, Quick: r.Quick, Workers: r.workers(b)}
	for _, m := range b.Measures {
		if r.Quick {
			m.Reach = 0 // set for the full size
		}
		report.Results = append(report.Results, Result{Measure: m})
	}
	return report
}

// Find gives the result of a measure.
func (r Report) Find(measure string) (Result, bool) {
	i, ok := r.Benchmark.measure(measure)
	if !ok || i >= len(r.Results) || len(r.Results[i].Values) == 0 {
		return Result{}, false
	}
	return r.Results[i], true
}

// Median is the middle value, or the mean of the two in the middle; NaN if there is none.
func (r Result) Median() float64 {
	n := len(r.Values)
	if n == 0 {
		return math.NaN()
	}
	v := slices.Sorted(slices.Values(r.Values))
	return (v[(n-1)/2] + v[n/2]) / 2
}

// Spread is the smallest and the largest value; NaN if there is none.
func (r Result) Spread() (lo, hi float64) {
	if len(r.Values) == 0 {
		return math.NaN(), math.NaN()
	}
	return slices.Min(r.Values), slices.Max(r.Values)
}

// OK says whether the median meets Reach; known is false where nothing was measured or there is no Reach.
func (r Result) OK() (ok, known bool) {
	if len(r.Values) == 0 {
		return false, false
	}
	return r.Meets(r.Median())
}

// Measured says whether the report holds any value.
func (r Report) Measured() bool {
	return slices.ContainsFunc(r.Results, func(v Result) bool { return len(v.Values) > 0 })
}
