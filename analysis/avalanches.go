package analysis

import (
	"fmt"
	"math"
)

// Avalanche is a maximal run of non-empty bins of population activity.
type Avalanche struct {
	Start    int     // first bin
	Duration int     // bins
	Size     float64 // sum of activity, for counts the number of spikes
}

// Avalanches cuts population activity (spikes per bin) into avalanches. A run that touches the start or the end
// of the recording is left out, since its true size is not known. The usual bin is the mean interval
// between spikes of the population (Beggs & Plenz 2003); the result depends on it, so report it. The error
// names activity that is negative or not finite.
func Avalanches(activity []float64) ([]Avalanche, error) {
	var found []Avalanche
	start := -1 // no empty bin seen yet
	open := false
	var size float64
	for t, a := range activity {
		if !(a >= 0) || !finite(a) {
			return nil, fmt.Errorf("analysis: avalanches: activity %d is %v: it must be finite and at least 0", t, a)
		}
		switch {
		case a > 0:
			size += a
		case open && size > 0:
			found = append(found, Avalanche{start, t - start, size})
			fallthrough
		default:
			open, start, size = true, t+1, 0
		}
	}
	return found, nil
}

// PowerLaw is a fitted discrete power law P(s) ~ s^-Exponent on Min..Max.
type PowerLaw struct {
	Exponent float64
	Error    float64 // standard error of the exponent, from the curvature of the likelihood
	KS       float64 // largest distance between the empirical and the fitted distribution function
	Samples  int     // values within Min..Max
	Min, Max int
}

// FitPowerLaw estimates the exponent of whole numbers, such as avalanche sizes or durations, by maximum
// likelihood on min..max (Clauset, Shalizi & Newman 2009, doi 10.1137/070710111, discrete and truncated form):
// straight lines through double-logarithmic histograms are biased by up to 0.3. Exponents from -5 to 20
// are searched. The error names bounds that make no sense or under 10 values within them.
// Cost: max-min evaluations of a power for each of about 40 steps.
func FitPowerLaw(values []float64, min, max int) (PowerLaw, error) {
	t, err := newTail(values, min, max)
	if err != nil {
		return PowerLaw{}, err
	}
	if t.samples < 10 {
		return PowerLaw{}, fmt.Errorf("analysis: power law: %d values lie in %d..%d: at least 10 are needed, so widen the bounds", t.samples, min, max)
	}
	// The likelihood is concave, its derivative n (<ln s> under the law - mean ln s) falls with the exponent.
	lo, hi := -5.0, 20.0
	for hi-lo > 1e-10 {
		mid := (lo + hi) / 2
		if t.moments(-mid, 0)[1] > 0 { // the mean log of the values is 0
			lo = mid
		} else {
			hi = mid
		}
	}
	fit := PowerLaw{Exponent: (lo + hi) / 2, Samples: t.samples, Min: min, Max: max}
	m := t.moments(-fit.Exponent, 0)
	fit.Error = 1 / math.Sqrt(float64(t.samples)*(m[2]-m[1]*m[1]))
	fit.KS = t.ks(t.law(func(_ int, l float64) float64 { return -fit.Exponent * l }))
	return fit, nil
}
