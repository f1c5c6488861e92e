package analysis

import (
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// UnitEntropy is the mean over units of the entropy [bit] of a unit's activity over time, from histograms of the
// given number of equal bins over [lo, hi]; values beyond fall into the outer bins. Silent and saturated units
// have 0; at most it is log2(bins). Srinivasan et al. (arXiv:2504.12480) found it to go along with
// performance; 20 bins over [0, 1] suit rates. NaN without states, for under one bin or lo >= hi.
func UnitEntropy(states mat.Matrix, lo, hi float64, bins int) float64 {
	rows, cols := states.Dims()
	if rows == 0 || cols == 0 || bins < 1 || !(lo < hi) {
		return math.NaN()
	}
	counts := make([]float64, bins)
	var sum float64
	for c := range cols {
		clear(counts)
		for t := range rows {
			k := int((states.At(t, c) - lo) / (hi - lo) * float64(bins))
			counts[min(max(k, 0), bins-1)]++
		}
		for _, n := range counts {
			if n > 0 {
				p := n / float64(rows)
				sum -= p * math.Log2(p)
			}
		}
	}
	return sum / float64(cols)
}

// Synchrony is the ratio of the temporal variance of the mean over units to the mean of the units' variances
// (Golomb & Rinzel 1993; its root is chi): 1 when all units move as one, about 1/N when they are independent. NaN
// for under two samples and for constant states.
func Synchrony(states mat.Matrix) float64 {
	rows, cols := states.Dims()
	if rows < 2 || cols < 1 {
		return math.NaN()
	}
	mean := make([]float64, rows)
	column := make([]float64, rows)
	var own float64
	for c := range cols {
		for t := range rows {
			column[t] = states.At(t, c)
			mean[t] += column[t] / float64(cols)
		}
		own += stat.PopVariance(column, nil) / float64(cols)
	}
	if own == 0 {
		return math.NaN()
	}
	return stat.PopVariance(mean, nil) / own
}

// CurrentBalance is the relative excess of excitation over inhibition of one neuron, <E - I>/<E + I>, from its
// summed excitatory and inhibitory inputs over time, both non-negative: 0 balanced, 1 excitation alone, -1
// inhibition alone. NaN without input or for different lengths.
func CurrentBalance(e, i []float64) float64 {
	if len(e) != len(i) || len(e) == 0 {
		return math.NaN()
	}
	me, mi := stat.Mean(e, nil), stat.Mean(i, nil)
	return (me - mi) / (me + mi)
}

// DetailedBalance is the correlation in time of the excitatory and inhibitory inputs of one neuron: near 1 when
// inhibition follows excitation tightly. NaN for constant inputs or different lengths.
func DetailedBalance(e, i []float64) float64 {
	if len(e) != len(i) || len(e) < 2 {
		return math.NaN()
	}
	return stat.Correlation(e, i, nil)
}
