package analysis

import (
	"fmt"
	"math"
)

// BranchingWindow says which spikes of a presentation enter the [BranchingFactor].
// Start from [DefaultBranchingWindow].
type BranchingWindow struct {
	Start    float64 // time of step 0 [ms]. Default 0
	Steps    int     // steps of 1 ms in the presentation. Default 250
	Cut      int     // steps dropped at either end. Default 25
	Lookback int     // steps searched before and after a spike. Default 4
}

// DefaultBranchingWindow is that of the published code: 250 steps, 25 cut at both
// ends, 4 ms before and after.
func DefaultBranchingWindow() BranchingWindow {
	return BranchingWindow{Steps: 250, Cut: 25, Lookback: 4}
}

// Validate reports the first field out of range.
func (w BranchingWindow) Validate() error {
	switch {
	case !finite(w.Start):
		return fmt.Errorf("analysis: BranchingWindow Start is %v ms: it must be finite", w.Start)
	case w.Cut < 0:
		return fmt.Errorf("analysis: BranchingWindow Cut is %d steps: it must be 0 or more", w.Cut)
	case w.Lookback < 1:
		return fmt.Errorf("analysis: BranchingWindow Lookback is %d steps: it must be 1 or more; start from DefaultBranchingWindow()", w.Lookback)
	case w.Cut > maxBins || w.Lookback > maxBins || w.Steps > maxBins:
		return fmt.Errorf("analysis: BranchingWindow has %d steps, Cut %d, Lookback %d: each must be at most %d", w.Steps, w.Cut, w.Lookback, maxBins)
	case w.Steps <= 2*(w.Cut+w.Lookback):
		return fmt.Errorf("analysis: BranchingWindow Steps is %d: it must exceed 2*(Cut+Lookback) = %d, or no spike is left", w.Steps, 2*(w.Cut+w.Lookback))
	}
	return nil
}

// BranchingFactor is the local branching factor of one presentation, as computed by the
// public code of Ivanov & Michmizos (NeurIPS 2021). For each spike of neuron i at step t,
// with pre(i) and post(i) the neurons that project to i and that i projects to:
//
//	ratio = spikes of post(i) in t+1 .. t+L  /  max(1, spikes of pre(i) in t-L .. t-1)
//
// with L = Lookback and Cut+L <= t < Steps-Cut-L, which keeps both windows inside the
// steps that are not cut. The mean is taken over the spikes of a neuron, then over the
// neurons with at least one such spike. It is NaN when there is none. The published
// value is the mean of this over [BranchingImages], images without a value left out.
//
// It is not the population ratio of [NaiveBranching]: values above 1 do not imply
// run-away activity, since each neighbour's spikes count wherever they were caused.
//
// s holds the spikes of the liquid only, times in whole steps of 1 ms (rounded to the
// nearest). post has rows pre to post, pre rows post to pre, both over the same neurons,
// each listing a pair once. The cost is spikes times mean degree; 20 presentations of
// 1000 neurons take some ten ms.
//
// The error names an inconsistent adjacency, a field of w, or a spike of a neuron that
// the adjacency does not have.
func BranchingFactor(s Spikes, post, pre Adjacency, w BranchingWindow) (float64, error) {
	if err := w.Validate(); err != nil {
		return math.NaN(), err
	}
	if err := post.Validate(); err != nil {
		return math.NaN(), fmt.Errorf("post: %w", err)
	}
	if err := pre.Validate(); err != nil {
		return math.NaN(), fmt.Errorf("pre: %w", err)
	}
	n := post.Len()
	if pre.Len() != n || len(pre.Indices) != len(post.Indices) {
		return math.NaN(), fmt.Errorf("analysis: branching factor: post has %d neurons and %d connections, pre %d and %d: pre must be the transpose of post",
			n, len(post.Indices), pre.Len(), len(pre.Indices))
	}
	rows, err := stepRows(s, n, w)
	if err != nil {
		return math.NaN(), err
	}

	// before[j] and after[j] are the spikes of neuron j in the L steps before and after
	// t; moving t by one step touches only the spikes that enter or leave a window.
	before, after := make([]int32, n), make([]int32, n)
	add := func(count []int32, step int, by int32) {
		for _, j := range rows.Row(step) {
			count[j] += by
		}
	}
	from, to := w.Cut+w.Lookback, w.Steps-w.Cut-w.Lookback
	for d := 1; d <= w.Lookback; d++ {
		add(before, from-d, 1)
		add(after, from+d, 1)
	}
	sum := make([]float64, n)
	spikes := make([]int, n)
	for t := from; t < to; t++ {
		for _, i := range rows.Row(t) {
			var nPre, nPost int32
			for _, j := range pre.Row(int(i)) {
				nPre += before[j]
			}
			for _, j := range post.Row(int(i)) {
				nPost += after[j]
			}
			sum[i] += float64(nPost) / float64(max(1, nPre))
			spikes[i]++
		}
		if t+1 < to {
			add(before, t-w.Lookback, -1)
			add(before, t, 1)
			add(after, t+1, -1)
			add(after, t+1+w.Lookback, 1)
		}
	}
	total, active := 0.0, 0
	for i, k := range spikes {
		if k > 0 {
			total += sum[i] / float64(k)
			active++
		}
	}
	if active == 0 {
		return math.NaN(), nil
	}
	return total / float64(active), nil
}

// stepRows lists the neurons that fired in each step: row t of the result is step t.
func stepRows(s Spikes, n int, w BranchingWindow) (Adjacency, error) {
	rows := Adjacency{Offsets: make([]int, w.Steps+1)}
	step := func(k int) (int, bool) {
		t := math.Round(s.Times[k] - w.Start)
		if !(t >= 0 && t < float64(w.Steps)) {
			return 0, false
		}
		return int(t), true
	}
	for k := range s.Len() {
		if t, ok := step(k); ok {
			if id := s.IDs[k]; id < 0 || int(id) >= n {
				return Adjacency{}, fmt.Errorf("analysis: branching factor: spike %d is of neuron %d: the adjacency has neurons 0..%d; take the liquid's spikes only (Subset)", k, id, n-1)
			}
			rows.Offsets[t+1]++
		}
	}
	for t := range w.Steps {
		rows.Offsets[t+1] += rows.Offsets[t]
	}
	rows.Indices = make([]int32, rows.Offsets[w.Steps])
	next := make([]int, w.Steps)
	copy(next, rows.Offsets)
	for k := range s.Len() {
		if t, ok := step(k); ok {
			rows.Indices[next[t]] = s.IDs[k]
			next[t]++
		}
	}
	return rows, nil
}

// BranchingImages returns the numbers of the count images, out of a batch, over which the published
// branching factor is averaged: round(batch*k/count) for k = 0..count-1, halves to the
// even number. The published choice is 20 out of 250. It is nil when either is below 1.
func BranchingImages(batch, count int) []int {
	if batch < 1 || count < 1 {
		return nil
	}
	images := make([]int, count)
	for k := range images {
		images[k] = min(batch-1, int(math.RoundToEven(float64(batch)*float64(k)/float64(count))))
	}
	return images
}

// NaiveBranching is the ratio of descendants to ancestors in a fully observed population
// activity a (spikes per bin, bins of one synaptic delay):
//
//	sigma = mean over t with a(t) > 0 of a(t+1)/a(t)
//
// It is NaN when no bin but the last is active. Input that drives the population raises
// it, coalescence and sub-sampling bias it low: see [MultistepRegression].
func NaiveBranching(a []float64) float64 {
	sum, n := 0.0, 0
	for t := 0; t+1 < len(a); t++ {
		if a[t] > 0 {
			sum += a[t+1] / a[t]
			n++
		}
	}
	if n == 0 {
		return math.NaN()
	}
	return sum / float64(n)
}
