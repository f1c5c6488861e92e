package analysis

import (
	"fmt"
	"math"
)

// Correlogram counts the lags between the spikes of two trains. Its bins are centred
// on whole multiples of Bin, from -MaxLag to +MaxLag, so there is one for lag 0 and
// the number of bins is odd.
type Correlogram struct {
	Bin        float64 // bin width [ms]
	Counts     []int   // pairs of spikes in each bin
	References int     // spikes of the reference train
}

// Lag is the lag at the centre of bin i [ms].
func (c Correlogram) Lag(i int) float64 { return float64(i-len(c.Counts)/2) * c.Bin }

// Rate is the rate [Hz] of the other train at the lag of bin i, given a spike of the
// reference train at lag 0; NaN where there is no reference spike.
func (c Correlogram) Rate(i int) float64 {
	if c.References == 0 {
		return math.NaN()
	}
	return 1000 * float64(c.Counts[i]) / (float64(c.References) * c.Bin)
}

// CrossCorrelogram counts the lags other - reference [ms] of all pairs of spikes, in
// bins of bin ms up to the multiple of bin at or below maxLag. Positive lags mean that
// other fires later. Both trains must be in time order. A lag on the edge of two bins
// counts for the one farther from 0, which keeps the result symmetric.
// The cost is the number of spikes plus the number of pairs counted.
// The error names bin or maxLag.
func CrossCorrelogram(reference, other []float64, bin, maxLag float64) (Correlogram, error) {
	half, err := lagBins(bin, maxLag)
	if err != nil {
		return Correlogram{}, err
	}
	c := Correlogram{Bin: bin, Counts: make([]int, 2*half+1), References: len(reference)}
	reach := (float64(half) + 0.5) * bin
	first := 0
	for _, t := range reference {
		for first < len(other) && other[first] < t-reach {
			first++
		}
		for _, u := range other[first:] {
			if u > t+reach {
				break
			}
			if k := math.Round((u - t) / bin); math.Abs(k) <= float64(half) {
				c.Counts[half+int(k)]++
			}
		}
	}
	return c, nil
}

// AutoCorrelogram is the [CrossCorrelogram] of a train with itself, without the pairs of
// a spike with itself.
func AutoCorrelogram(train []float64, bin, maxLag float64) (Correlogram, error) {
	c, err := CrossCorrelogram(train, train, bin, maxLag)
	if err != nil {
		return Correlogram{}, err
	}
	c.Counts[len(c.Counts)/2] -= len(train)
	return c, nil
}

// lagBins is the number of bins on each side of lag 0.
func lagBins(bin, maxLag float64) (int, error) {
	if !(bin > 0) || math.IsInf(bin, 0) {
		return 0, fmt.Errorf("analysis: bin is %v ms: it must be positive and finite", bin)
	}
	if !(maxLag >= 0) || maxLag/bin > maxBins/2 {
		return 0, fmt.Errorf("analysis: maxLag is %v ms: it must lie between 0 and %d bins of %v ms", maxLag, maxBins/2, bin)
	}
	return int(math.Floor(maxLag/bin + edgeSlack)), nil
}
