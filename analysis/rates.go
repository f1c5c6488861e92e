package analysis

import (
	"fmt"
	"math"
)

// MeanRate is the mean firing rate [Hz] of a population of n neurons over [from, to) ms:
//
//	rate = 1000 * spikes / (n * (to - from))
//
// s must hold this population's spikes only; take [Spikes.Subset] first where it holds
// more. A silent population has rate 0. The result is NaN when n < 1 or to <= from.
func MeanRate(s Spikes, n int, from, to float64) float64 {
	if n < 1 || !(to > from) {
		return math.NaN()
	}
	return 1000 * float64(s.Window(from, to).Len()) / (float64(n) * (to - from))
}

// Rates returns the firing rate [Hz] over [from, to) ms of each neuron lo..hi-1;
// element i belongs to neuron lo+i. It is nil when hi <= lo, and all NaN when to <= from.
func Rates(s Spikes, lo, hi int32, from, to float64) []float64 {
	if hi <= lo {
		return nil
	}
	rates := make([]float64, int(hi)-int(lo))
	if !(to > from) {
		for i := range rates {
			rates[i] = math.NaN()
		}
		return rates
	}
	for i, c := range s.Window(from, to).Counts(lo, hi) {
		rates[i] = 1000 * float64(c) / (to - from)
	}
	return rates
}

// Series is a quantity sampled in consecutive bins of equal width.
type Series struct {
	Start  float64   // left edge of the first bin [ms]
	Step   float64   // bin width [ms]
	Values []float64 // one per bin
}

// Time is the centre of bin i [ms].
func (r Series) Time(i int) float64 { return r.Start + (float64(i)+0.5)*r.Step }

// PopulationRate is the rate per neuron [Hz] of a population of n neurons in each bin
// of bin ms from from to to [ms]. s must hold this population's spikes only. Bins are those of
// [Spikes.BinCounts]. The error names n, the bin or the window.
func PopulationRate(s Spikes, n int, from, to, bin float64) (Series, error) {
	if n < 1 {
		return Series{}, fmt.Errorf("analysis: population size n is %d: it must be 1 or more", n)
	}
	counts, err := s.BinCounts(from, to, bin)
	if err != nil {
		return Series{}, err
	}
	for i, c := range counts {
		counts[i] = 1000 * c / (float64(n) * bin)
	}
	return Series{Start: from, Step: bin, Values: counts}, nil
}

// Smooth returns r filtered with a Gaussian of standard deviation sigma [ms], cut at
// four sigma. Near the ends the kernel is renormalised to the part that lies
// inside, so a constant stays constant. A sigma of 0 returns a copy; a negative or
// infinite sigma, or a step that is not positive, is an error.
// The cost is len(Values) * 8*sigma/Step.
func (r Series) Smooth(sigma float64) (Series, error) {
	if !(sigma >= 0) || math.IsInf(sigma, 0) {
		return Series{}, fmt.Errorf("analysis: sigma is %v ms: it must be 0 or more and finite", sigma)
	}
	if !(r.Step > 0) {
		return Series{}, fmt.Errorf("analysis: series step is %v ms: it must be positive", r.Step)
	}
	out := Series{Start: r.Start, Step: r.Step, Values: make([]float64, len(r.Values))}
	// A kernel longer than the series has no effect beyond it.
	half := int(math.Min(math.Ceil(4*sigma/r.Step), float64(len(r.Values))))
	kernel := make([]float64, half+1)
	kernel[0] = 1
	for k := 1; k <= half; k++ {
		x := float64(k) * r.Step / sigma
		kernel[k] = math.Exp(-x * x / 2)
	}
	for i := range out.Values {
		sum, weight := 0.0, 0.0
		for j := max(0, i-half); j <= min(len(r.Values)-1, i+half); j++ {
			w := kernel[max(i-j, j-i)]
			sum += w * r.Values[j]
			weight += w
		}
		out.Values[i] = sum / weight
	}
	return out, nil
}
