package analysis

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Separation says how far apart states lie that different inputs have led to (Maass, Natschlaeger & Markram 2002, doi
// 10.1162/089976602760407955): the mean over all pairs of inputs of
//
//	|x_a - x_b| / d(a, b)
//
// with x_a row a of states (inputs x units), taken at the time of readout, and d the distance of the inputs, row a and
// column b. Pairs of equal inputs are left out. The error names shapes that do not fit or inputs without a distance.
func Separation(states, distances mat.Matrix) (float64, error) {
	n, _ := states.Dims()
	if r, c := distances.Dims(); r != n || c != n {
		return 0, fmt.Errorf("analysis: separation: distances are %d x %d: must be %d x %d, a row and a column for each state", r, c, n, n)
	}
	x := mat.DenseCopyOf(states)
	var sum float64
	pairs := 0
	for a := range n {
		for b := range a {
			if d := distances.At(a, b); d > 0 {
				sum += floats.Distance(x.RawRowView(a), x.RawRowView(b), 2) / d
				pairs++
			}
		}
	}
	if pairs == 0 {
		return 0, fmt.Errorf("analysis: separation: no two of the %d inputs differ", n)
	}
	return sum / float64(pairs), nil
}

// ClassSeparation is the distance of classes in state space over their own extent (Goodman & Ventura 2006, doi
// 10.1109/IJCNN.2006.246867):
//
//	S = mean |c_k - c_l| / (1 + mean_k <|x - c_k|>)
//
// with the centres c of the classes among the states (samples x units), the first mean over pairs of classes, the second
// over classes. The error names labels that do not fit or fewer than two classes.
func ClassSeparation(states mat.Matrix, labels []int) (float64, error) {
	n, units := states.Dims()
	if len(labels) != n {
		return 0, fmt.Errorf("analysis: class separation: %d labels for %d states", len(labels), n)
	}
	x := mat.DenseCopyOf(states)
	index := map[int]int{} // position of a class, in the order in which they first come
	var centres [][]float64
	var counts []float64
	for i, label := range labels {
		k, ok := index[label]
		if !ok {
			k = len(centres)
			index[label] = k
			centres, counts = append(centres, make([]float64, units)), append(counts, 0)
		}
		floats.Add(centres[k], x.RawRowView(i))
		counts[k]++
	}
	if len(centres) < 2 {
		return 0, fmt.Errorf("analysis: class separation: %d classes: at least 2 are needed", len(centres))
	}
	for k := range centres {
		floats.Scale(1/counts[k], centres[k])
	}
	extent := make([]float64, len(centres))
	for i, label := range labels {
		k := index[label]
		extent[k] += floats.Distance(x.RawRowView(i), centres[k], 2) / counts[k]
	}
	var between float64
	for a := range centres {
		for b := range a {
			between += floats.Distance(centres[a], centres[b], 2)
		}
	}
	pairs := float64(len(centres)*(len(centres)-1)) / 2
	return between / pairs / (1 + Mean(extent)), nil
}

// NMSeparation is what a binary network keeps of its input beyond what it keeps of its past (Bertschinger & Natschlaeger
// 2004, doi 10.1162/089976604323057443): the normalised Hamming distance, averaged over rows, of states that different
// inputs led to from one start, minus that of states that one input led to from different starts. Each matrix is samples
// x units, compared row by row; values count as equal or not. The error names shapes that do not fit.
func NMSeparation(input, otherInput, start, otherStart mat.Matrix) (float64, error) {
	apart, err := hamming(input, otherInput)
	if err != nil {
		return 0, err
	}
	together, err := hamming(start, otherStart)
	return apart - together, err
}

func hamming(a, b mat.Matrix) (float64, error) {
	rows, cols := a.Dims()
	if r, c := b.Dims(); r != rows || c != cols || rows == 0 || cols == 0 {
		return 0, fmt.Errorf("analysis: NM-separation: states are %d x %d and %d x %d: must be alike and not empty", rows, cols, r, c)
	}
	different := 0
	for i := range rows {
		for j := range cols {
			if a.At(i, j) != b.At(i, j) {
				different++
			}
		}
	}
	return float64(different) / float64(rows*cols), nil
}

// WeightBalance is the relative excess of excitation over inhibition in the weights onto each unit,
// (E - I)/(E + I) with E and I the summed magnitudes of positive and negative weights in a row of w (onto x from): 0
// balanced, 1 excitation alone, -1 inhibition alone. NaN for a unit without connections.
func WeightBalance(w mat.Matrix) []float64 {
	rows, cols := w.Dims()
	b := make([]float64, rows)
	for i := range b {
		var e, inh float64
		for j := range cols {
			if v := w.At(i, j); v > 0 {
				e += v
			} else {
				inh -= v
			}
		}
		b[i] = (e - inh) / (e + inh)
	}
	return b
}

// FluctuationRatio is sd(E - I)/<E> of the summed excitatory and inhibitory inputs of one neuron over time. In a
// balanced network of K inputs of weight 1/sqrt(K) the mean of E grows as sqrt(K) and the fluctuations stay, so that it
// falls as 1/sqrt(K) (van Vreeswijk & Sompolinsky 1996, doi 10.1126/science.274.5293.1724). NaN without excitation or for
// different lengths.
func FluctuationRatio(e, i []float64) float64 {
	if len(e) != len(i) || len(e) == 0 {
		return math.NaN()
	}
	net := make([]float64, len(e))
	floats.SubTo(net, e, i)
	mean := Mean(e)
	if mean == 0 {
		return math.NaN()
	}
	return SD(net) / mean
}
