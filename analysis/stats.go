package analysis

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
)

// Mean is the arithmetic mean of x; NaN when x is empty.
func Mean(x []float64) float64 { return stat.Mean(x, nil) }

// SD is the population standard deviation (divisor n) of x; NaN when x is empty.
func SD(x []float64) float64 {
	if len(x) == 0 {
		return math.NaN()
	}
	return stat.PopStdDev(x, nil)
}

// SampleSD is the sample standard deviation (divisor n-1) of x, the one for error
// bars over seeds; NaN for fewer than two values.
func SampleSD(x []float64) float64 {
	if len(x) < 2 {
		return math.NaN()
	}
	return stat.StdDev(x, nil)
}

// Quantile is the p-quantile of x, 0 <= p <= 1, with linear interpolation between the
// order statistics (type 7 of Hyndman & Fan 1996, the default of numpy and R). x need not be
// sorted and is not changed. NaN when x is empty, holds a NaN, or p lies outside [0, 1].
func Quantile(x []float64, p float64) float64 {
	return quantileSorted(sortedCopy(x), p)
}

func sortedCopy(x []float64) []float64 {
	c := slices.Clone(x)
	slices.Sort(c)
	return c
}

// quantileSorted is Quantile of x in ascending order; a NaN in x sorts first.
func quantileSorted(x []float64, p float64) float64 {
	if len(x) == 0 || !(p >= 0 && p <= 1) || math.IsNaN(x[0]) {
		return math.NaN()
	}
	pos := p * float64(len(x)-1)
	i := int(pos)
	if i+1 >= len(x) {
		return x[len(x)-1]
	}
	if frac := pos - float64(i); frac > 0 {
		return x[i] + frac*(x[i+1]-x[i])
	}
	return x[i]
}

// Summary describes a sample in the numbers a report prints.
type Summary struct {
	N                          int     // values
	Mean, SD                   float64 // SD with divisor n
	Min, Q25, Median, Q75, Max float64
}

// Summarize returns the [Summary] of the values of x that are not NaN, so that it can
// be given the output of [CVs] or [Rates] directly. All but N are NaN when nothing is left.
func Summarize(x []float64) Summary {
	kept := make([]float64, 0, len(x))
	for _, v := range x {
		if !math.IsNaN(v) {
			kept = append(kept, v)
		}
	}
	slices.Sort(kept)
	return Summary{
		N: len(kept), Mean: Mean(kept), SD: SD(kept),
		Min: quantileSorted(kept, 0), Q25: quantileSorted(kept, 0.25), Median: quantileSorted(kept, 0.5),
		Q75: quantileSorted(kept, 0.75), Max: quantileSorted(kept, 1),
	}
}
