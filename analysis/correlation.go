package analysis

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat"
)

// CorrelationOptions are the choices of [MeanCorrelation].
type CorrelationOptions struct {
	Bin       float64 // bin of the spike counts [ms]; 0 means 2
	PairsFrom int     // how many active neurons to draw, all pairs among them are used; 0 means 200
	Seed      uint64  // seed of the draw; no effect where there are PairsFrom active neurons or fewer
}

// Correlation is the result of [MeanCorrelation].
type Correlation struct {
	Mean    float64 // mean Pearson correlation coefficient over the pairs; NaN without pairs
	SD      float64 // population standard deviation over the pairs; NaN without pairs
	Neurons int     // active neurons drawn
	Pairs   int     // pairs with a defined coefficient
}

// MeanCorrelation is the mean Pearson correlation coefficient of spike counts over all pairs of a
// random sample of the active neurons among lo..hi-1. Counts are taken in the whole
// bins of [from, to) ms; active is a neuron with at least one spike in them. A neuron
// with the same count in every bin has no defined coefficient, and its pairs are left out.
//
// Pairs share neurons, so SD/sqrt(Pairs) understates the error of the mean. The value
// depends on the bin (wider bins gather slower covariation): give it with the result.
//
// Cost: for each of the pairs, the spikes of one of the two neurons; 200 neurons at
// 30 Hz and 1 s are under 10 ms. Memory: bins + spikes of the sample.
// The error names the bin, the window or PairsFrom.
func MeanCorrelation(s Spikes, lo, hi int32, from, to float64, opt CorrelationOptions) (Correlation, error) {
	if opt.Bin == 0 {
		opt.Bin = 2
	}
	if opt.PairsFrom == 0 {
		opt.PairsFrom = 200
	}
	if opt.PairsFrom < 2 {
		return Correlation{}, fmt.Errorf("analysis: PairsFrom is %d: a pair needs 2 neurons or more (0 means 200)", opt.PairsFrom)
	}
	bins, err := wholeBins(from, to, opt.Bin)
	if err != nil {
		return Correlation{}, err
	}
	counts := sampleCounts(s, lo, hi, from, bins, opt)
	res := Correlation{Neurons: len(counts)}

	// One neuron of each pair is spread over all bins, the other stays a list, so that
	// a pair costs spikes and not bins. Products of counts are integers: exact sums.
	spread := make([]float64, bins)
	n := float64(bins)
	var coefficients []float64
	for i, a := range counts {
		for k, b := range a.bins {
			spread[b] = a.counts[k]
		}
		for _, b := range counts[i+1:] {
			if v := a.variance * b.variance; v > 0 {
				sum := 0.0
				for k, bin := range b.bins {
					sum += spread[bin] * b.counts[k]
				}
				coefficients = append(coefficients, (sum/n-a.mean*b.mean)/math.Sqrt(v))
			}
		}
		for _, b := range a.bins {
			spread[b] = 0
		}
	}
	res.Pairs = len(coefficients)
	res.Mean, res.SD = Mean(coefficients), SD(coefficients)
	return res, nil
}

// binned is the spike count of one neuron: its non-empty bins, and moments over all bins.
type binned struct {
	bins           []int32
	counts         []float64
	mean, variance float64
}

// sampleCounts draws opt.PairsFrom active neurons and bins their spikes.
func sampleCounts(s Spikes, lo, hi int32, from float64, bins int, opt CorrelationOptions) []binned {
	if hi <= lo {
		return nil
	}
	inside := func(k int) (neuron int, bin int32, ok bool) {
		id := s.IDs[k]
		if id < lo || id >= hi {
			return 0, 0, false
		}
		b := binOf(s.Times[k], from, opt.Bin)
		if !(b >= 0 && b < float64(bins)) {
			return 0, 0, false
		}
		return int(id) - int(lo), int32(b), true
	}
	active := make([]bool, int(hi)-int(lo))
	for k := range s.Len() {
		if i, _, ok := inside(k); ok {
			active[i] = true
		}
	}
	var chosen []int
	for i, a := range active {
		if a {
			chosen = append(chosen, i)
		}
	}
	if len(chosen) > opt.PairsFrom {
		// Partial Fisher-Yates: the first PairsFrom places are a uniform sample.
		rng := rand.New(rand.NewPCG(opt.Seed, 0x70616972)) // second word: "pair", apart from other uses of the seed
		for k := range opt.PairsFrom {
			j := k + rng.IntN(len(chosen)-k)
			chosen[k], chosen[j] = chosen[j], chosen[k]
		}
		chosen = chosen[:opt.PairsFrom]
		slices.Sort(chosen)
	}
	slot := make([]int, len(active))
	for i := range slot {
		slot[i] = -1
	}
	for k, i := range chosen {
		slot[i] = k
	}
	out := make([]binned, len(chosen))
	for k := range s.Len() {
		i, bin, ok := inside(k)
		if !ok || slot[i] < 0 {
			continue
		}
		c := &out[slot[i]]
		if m := len(c.bins); m > 0 && c.bins[m-1] == bin {
			c.counts[m-1]++
		} else {
			c.bins = append(c.bins, bin)
			c.counts = append(c.counts, 1)
		}
	}
	n := float64(bins)
	for k := range out {
		c := &out[k]
		sum, squares := 0.0, 0.0
		for _, v := range c.counts {
			sum += v
			squares += v * v
		}
		c.mean = sum / n
		// n*squares and sum*sum are integers, so a constant count gives exactly 0.
		c.variance = (n*squares - sum*sum) / (n * n)
	}
	return out
}

// FanoFactor is the population variance over the mean of spike counts: 1 for a Poisson
// process, 0 for constant counts; NaN without counts or with mean 0.
func FanoFactor(counts []float64) float64 {
	if len(counts) == 0 {
		return math.NaN()
	}
	mean, variance := stat.PopMeanVariance(counts, nil)
	if mean == 0 {
		return math.NaN()
	}
	return variance / mean
}

// PopulationFano is the [FanoFactor] of the count of all spikes of s in bins of bin ms over
// [from, to) ms: N independent Poisson neurons give 1, synchrony gives more.
// The error names the bin or the window.
func PopulationFano(s Spikes, from, to, bin float64) (float64, error) {
	counts, err := s.BinCounts(from, to, bin)
	if err != nil {
		return math.NaN(), err
	}
	return FanoFactor(counts), nil
}
