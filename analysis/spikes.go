package analysis

import (
	"fmt"
	"math"
	"slices"
	"sort"
)

// Spikes is a set of recorded spikes: parallel slices in time order. Times are in ms,
// IDs are neuron indices. The zero value is an empty recording.
//
// The measures of this package rely on the time order; [Spikes.Validate] checks it and
// [Spikes.Sorted] establishes it.
type Spikes struct {
	Times []float64 // spike times [ms], never decreasing
	IDs   []int32   // index of the neuron that fired, one per time
}

// Len is the number of spikes. Where the two slices differ in length (which
// [Spikes.Validate] reports) it is the shorter length; no method looks beyond it.
func (s Spikes) Len() int { return min(len(s.Times), len(s.IDs)) }

// Validate reports the first thing that makes s unusable: slices of unequal length, a
// time that is not finite, times out of order, or a negative neuron index.
func (s Spikes) Validate() error {
	if len(s.Times) != len(s.IDs) {
		return fmt.Errorf("analysis: spikes: %d times but %d neuron indices: one index per time is needed", len(s.Times), len(s.IDs))
	}
	last := math.Inf(-1)
	for k, t := range s.Times {
		switch {
		case math.IsNaN(t) || math.IsInf(t, 0):
			return fmt.Errorf("analysis: spikes: time %d is %v: it must be finite", k, t)
		case t < last:
			return fmt.Errorf("analysis: spikes: time %d is %v ms, before the one preceding it (%v ms): order them with Sorted", k, t, last)
		case s.IDs[k] < 0:
			return fmt.Errorf("analysis: spikes: neuron index %d is %d: it must be 0 or more", k, s.IDs[k])
		}
		last = t
	}
	return nil
}

// Sorted returns a copy in the order of time, and of neuron index among equal times.
func (s Spikes) Sorted() Spikes {
	n := s.Len()
	c := Spikes{Times: slices.Clone(s.Times[:n]), IDs: slices.Clone(s.IDs[:n])}
	sort.Sort(byTime(c)) // stability is moot: spikes that tie in both keys are equal
	return c
}

type byTime Spikes

func (s byTime) Len() int { return len(s.Times) }
func (s byTime) Less(i, j int) bool {
	if s.Times[i] != s.Times[j] {
		return s.Times[i] < s.Times[j]
	}
	return s.IDs[i] < s.IDs[j]
}
func (s byTime) Swap(i, j int) {
	s.Times[i], s.Times[j] = s.Times[j], s.Times[i]
	s.IDs[i], s.IDs[j] = s.IDs[j], s.IDs[i]
}

// Window returns the spikes with from <= time < to [ms]. It shares memory with s and
// costs two binary searches.
func (s Spikes) Window(from, to float64) Spikes {
	n := s.Len()
	times := s.Times[:n]
	a := sort.SearchFloat64s(times, from)
	b := max(a, sort.SearchFloat64s(times, to))
	return Spikes{Times: times[a:b:b], IDs: s.IDs[a:b:b]}
}

// Subset returns a copy with the spikes of neurons lo <= index < hi only. Indices are kept as they
// are, so the subset's first neuron is still lo.
func (s Spikes) Subset(lo, hi int32) Spikes {
	n := 0
	for _, id := range s.IDs[:s.Len()] {
		if lo <= id && id < hi {
			n++
		}
	}
	out := Spikes{Times: make([]float64, 0, n), IDs: make([]int32, 0, n)}
	for k, id := range s.IDs[:s.Len()] {
		if lo <= id && id < hi {
			out.Times = append(out.Times, s.Times[k])
			out.IDs = append(out.IDs, id)
		}
	}
	return out
}

// Counts returns how often each of the neurons lo..hi-1 fired; element i belongs to
// neuron lo+i. It is nil when hi <= lo.
func (s Spikes) Counts(lo, hi int32) []int {
	if hi <= lo {
		return nil
	}
	counts := make([]int, int(hi)-int(lo))
	for _, id := range s.IDs[:s.Len()] {
		if lo <= id && id < hi {
			counts[int(id)-int(lo)]++
		}
	}
	return counts
}

// PerNeuron returns the spike train of each of the neurons lo..hi-1 in time order;
// element i belongs to neuron lo+i and is empty for a silent one. All trains are cut
// from one backing array, 8 bytes per spike. It is nil when hi <= lo.
func (s Spikes) PerNeuron(lo, hi int32) [][]float64 {
	counts := s.Counts(lo, hi)
	if counts == nil {
		return nil
	}
	total := 0
	for _, c := range counts {
		total += c
	}
	backing := make([]float64, total)
	trains := make([][]float64, len(counts))
	for i, c := range counts {
		trains[i] = backing[:0:c]
		backing = backing[c:]
	}
	for k, id := range s.IDs[:s.Len()] {
		if lo <= id && id < hi {
			i := int(id) - int(lo)
			trains[i] = append(trains[i], s.Times[k])
		}
	}
	return trains
}

// edgeSlack is how far below a bin edge, in bins, a spike still counts for the bin that
// begins there. Simulated spikes sit on a grid of ticks, bin edges usually too, and
// 0.3/0.1 is 2.9999999999999996: without slack, rounding would move spikes by a bin.
const edgeSlack = 1e-6

// maxBins bounds what a mistyped bin width can allocate (2 GiB of float64).
const maxBins = 1 << 28

// wholeBins returns how many whole bins of width ms fit in [from, to).
func wholeBins(from, to, width float64) (int, error) {
	if !(width > 0) || math.IsInf(width, 0) {
		return 0, fmt.Errorf("analysis: bin is %v ms: it must be positive and finite", width)
	}
	if !finite(from) || !finite(to) || to <= from {
		return 0, fmt.Errorf("analysis: window is [%v, %v) ms: both ends must be finite and the end after the beginning", from, to)
	}
	n := math.Floor((to-from)/width + edgeSlack)
	if n < 1 {
		return 0, fmt.Errorf("analysis: bin is %v ms: it does not fit in the window [%v, %v) ms; choose a bin of at most %v ms", width, from, to, to-from)
	}
	if n > maxBins {
		return 0, fmt.Errorf("analysis: bin is %v ms: the window [%v, %v) ms would have %.3g bins, more than the %d allowed; choose a wider bin", width, from, to, n, maxBins)
	}
	return int(n), nil
}

// binOf is the index of the bin in which t falls; it may lie outside the window.
func binOf(t, from, width float64) float64 {
	return math.Floor((t-from)/width + edgeSlack)
}

// BinCounts returns the number of spikes in each bin of width ms from from to to [ms]. Only whole
// bins are counted: a remainder at the end is dropped. A bin holds its left edge; a
// spike within a millionth of a bin below an edge counts as lying on it.
// The error names a width or window that cannot be binned.
func (s Spikes) BinCounts(from, to, width float64) ([]float64, error) {
	n, err := wholeBins(from, to, width)
	if err != nil {
		return nil, err
	}
	counts := make([]float64, n)
	for _, t := range s.Times[:s.Len()] {
		if b := binOf(t, from, width); b >= 0 && b < float64(n) {
			counts[int(b)]++
		}
	}
	return counts, nil
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
