package analysis

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat"
)

// DefaultMinIntervals is the least number of interspike intervals of a neuron that enters a mean
// of [MeanCV] or [MeanLV] when the caller gives none.
const DefaultMinIntervals = 2

// ISIs returns the interspike intervals [ms] of one spike train in time order: one
// fewer than spikes, nil for fewer than two spikes.
func ISIs(train []float64) []float64 {
	if len(train) < 2 {
		return nil
	}
	isis := make([]float64, len(train)-1)
	for i := range isis {
		isis[i] = train[i+1] - train[i]
	}
	return isis
}

// CV is the coefficient of variation of interspike intervals: population standard
// deviation over mean. It is 0 for a regular train and 1 for a Poisson process; NaN
// without intervals or with mean 0.
func CV(isis []float64) float64 {
	if len(isis) == 0 {
		return math.NaN()
	}
	mean, sd := stat.PopMeanStdDev(isis, nil)
	if mean == 0 {
		return math.NaN()
	}
	return sd / mean
}

// LV is the local variation of interspike intervals, insensitive to slow changes
// of the rate (Shinomoto, Shima & Tanji 2003):
//
//	LV = 3/(n-1) * sum_i ((I_i - I_{i+1}) / (I_i + I_{i+1}))^2
//
// It is 0 for a regular train and 1 for a Poisson process; NaN for fewer than two
// intervals. A pair of zero intervals counts as no variation.
func LV(isis []float64) float64 {
	if len(isis) < 2 {
		return math.NaN()
	}
	sum := 0.0
	for i := 1; i < len(isis); i++ {
		sum += localVariation(isis[i-1], isis[i])
	}
	return 3 * sum / float64(len(isis)-1)
}

func localVariation(a, b float64) float64 {
	if a+b == 0 {
		return 0
	}
	q := (a - b) / (a + b)
	return q * q
}

// CVs returns the [CV] of each neuron lo..hi-1, element i for neuron lo+i; NaN for a
// neuron with fewer than minIntervals intervals (below 1: [DefaultMinIntervals]).
// One pass over the spikes; memory is proportional to the neurons, not the spikes.
func CVs(s Spikes, lo, hi int32, minIntervals int) []float64 {
	stats := intervalStats(s, lo, hi)
	return perNeuron(stats, minIntervals, (*intervals).cv)
}

// LVs returns the [LV] of each neuron lo..hi-1, under the same rules as [CVs].
func LVs(s Spikes, lo, hi int32, minIntervals int) []float64 {
	stats := intervalStats(s, lo, hi)
	return perNeuron(stats, minIntervals, (*intervals).lv)
}

// MeanCV is the mean [CV] of those of the neurons lo..hi-1 that have at least
// minIntervals intervals (below 1: [DefaultMinIntervals]), and how many those are. It is NaN, 0
// when there is none. Short recordings bias the CV of slow neurons low, and the
// choice of minIntervals shifts the mean: state both with the result.
func MeanCV(s Spikes, lo, hi int32, minIntervals int) (cv float64, neurons int) {
	return meanOfDefined(CVs(s, lo, hi, minIntervals))
}

// MeanLV is the mean [LV] over neurons, under the same rules as [MeanCV].
func MeanLV(s Spikes, lo, hi int32, minIntervals int) (lv float64, neurons int) {
	return meanOfDefined(LVs(s, lo, hi, minIntervals))
}

// intervals gathers one neuron's interspike intervals as they pass (Welford's
// recurrence, stable where the plain sum of squares is not).
type intervals struct {
	last, prev float64 // time of the last spike, length of the last interval
	mean, m2   float64 // running mean, sum of squared deviations
	local      float64 // sum of local variations
	n          int     // intervals so far
	seen       bool    // has fired at all
}

func (v *intervals) add(t float64) {
	if !v.seen {
		v.seen, v.last = true, t
		return
	}
	isi := t - v.last
	if v.n > 0 {
		v.local += localVariation(v.prev, isi)
	}
	v.n++
	d := isi - v.mean
	v.mean += d / float64(v.n)
	v.m2 += d * (isi - v.mean)
	v.last, v.prev = t, isi
}

func (v *intervals) cv() float64 {
	if v.n == 0 || v.mean == 0 {
		return math.NaN()
	}
	return math.Sqrt(v.m2/float64(v.n)) / v.mean
}

func (v *intervals) lv() float64 {
	if v.n < 2 {
		return math.NaN()
	}
	return 3 * v.local / float64(v.n-1)
}

func intervalStats(s Spikes, lo, hi int32) []intervals {
	if hi <= lo {
		return nil
	}
	stats := make([]intervals, int(hi)-int(lo))
	for k, id := range s.IDs[:s.Len()] {
		if lo <= id && id < hi {
			stats[int(id)-int(lo)].add(s.Times[k])
		}
	}
	return stats
}

func perNeuron(stats []intervals, minIntervals int, measure func(*intervals) float64) []float64 {
	if minIntervals < 1 {
		minIntervals = DefaultMinIntervals
	}
	out := make([]float64, len(stats))
	for i := range stats {
		if stats[i].n < minIntervals {
			out[i] = math.NaN()
			continue
		}
		out[i] = measure(&stats[i])
	}
	return out
}

func meanOfDefined(x []float64) (mean float64, n int) {
	sum := 0.0
	for _, v := range x {
		if !math.IsNaN(v) {
			sum += v
			n++
		}
	}
	if n == 0 {
		return math.NaN(), 0
	}
	return sum / float64(n), n
}

// Histogram counts values in bins of equal width.
type Histogram struct {
	Start  float64 // left edge of the first bin
	Width  float64 // bin width
	Counts []int   // one per bin
	Above  int     // values at or beyond the last bin's right edge
}

// Edge is the left edge of bin i; Edge(len(Counts)) is the right end.
func (h Histogram) Edge(i int) float64 { return h.Start + float64(i)*h.Width }

// ISIHistogram is the histogram of all interspike intervals [ms] within each of the neurons
// lo..hi-1, pooled, in bins of bin ms from 0 to longest ms; longer intervals are counted in
// Above. The error names a bin or length that gives no bins.
func ISIHistogram(s Spikes, lo, hi int32, longest, bin float64) (Histogram, error) {
	n, err := wholeBins(0, longest, bin)
	if err != nil {
		return Histogram{}, fmt.Errorf("interval histogram: %w", err)
	}
	h := Histogram{Width: bin, Counts: make([]int, n)}
	if hi <= lo {
		return h, nil
	}
	last := make([]float64, int(hi)-int(lo))
	for i := range last {
		last[i] = math.NaN()
	}
	for k, id := range s.IDs[:s.Len()] {
		if id < lo || id >= hi {
			continue
		}
		i, t := int(id)-int(lo), s.Times[k]
		if !math.IsNaN(last[i]) {
			switch b := binOf(t-last[i], 0, bin); {
			case b >= float64(n):
				h.Above++
			case b >= 0: // negative only for spikes out of time order
				h.Counts[int(b)]++
			}
		}
		last[i] = t
	}
	return h, nil
}
