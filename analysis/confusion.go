package analysis

import (
	"fmt"
	"math"
)

// Confusion is the confusion matrix of a classifier: Confusion[truth][predicted] counts
// the examples of class truth that were given the label predicted. Make it with
// [NewConfusion] and fill it with [Confusion.Add], or do both with [Confuse].
type Confusion [][]int

// NewConfusion returns an empty matrix for the given number of classes, empty for fewer than one.
func NewConfusion(classes int) Confusion {
	c := make(Confusion, max(0, classes))
	for i := range c {
		c[i] = make([]int, classes)
	}
	return c
}

// Confuse counts the pairs (truth[i], predicted[i]). The error names slices of unequal
// length or a label outside 0..classes-1.
func Confuse(truth, predicted []int, classes int) (Confusion, error) {
	if len(truth) != len(predicted) {
		return nil, fmt.Errorf("analysis: confusion matrix: %d true labels but %d predicted: one prediction per example is needed", len(truth), len(predicted))
	}
	c := NewConfusion(classes)
	for i := range truth {
		if err := c.Add(truth[i], predicted[i]); err != nil {
			return nil, fmt.Errorf("example %d: %w", i, err)
		}
	}
	return c, nil
}

// Add counts one example. A label outside 0..len(c)-1 is an error and counts nothing.
func (c Confusion) Add(truth, predicted int) error {
	if truth < 0 || truth >= len(c) {
		return fmt.Errorf("analysis: confusion matrix: true label is %d: it must lie in 0..%d", truth, len(c)-1)
	}
	if predicted < 0 || predicted >= len(c) {
		return fmt.Errorf("analysis: confusion matrix: predicted label is %d: it must lie in 0..%d", predicted, len(c)-1)
	}
	c[truth][predicted]++
	return nil
}

// Total is the number of examples counted.
func (c Confusion) Total() int {
	n := 0
	for _, row := range c {
		for _, k := range row {
			n += k
		}
	}
	return n
}

// Accuracy is the fraction of examples on the diagonal, 0 to 1; NaN without examples.
func (c Confusion) Accuracy() float64 {
	right := 0
	for i, row := range c {
		right += row[i]
	}
	return ratio(right, c.Total())
}

// Recall is the fraction of the examples of class k that were recognised; NaN where
// there are none or k is no class.
func (c Confusion) Recall(k int) float64 {
	if k < 0 || k >= len(c) {
		return math.NaN()
	}
	n := 0
	for _, v := range c[k] {
		n += v
	}
	return ratio(c[k][k], n)
}

// Precision is the fraction of the examples labelled k that are of class k; NaN where
// the label was never given or k is no class.
func (c Confusion) Precision(k int) float64 {
	if k < 0 || k >= len(c) {
		return math.NaN()
	}
	n := 0
	for _, row := range c {
		n += row[k]
	}
	return ratio(c[k][k], n)
}

// Accuracy is the fraction of equal labels, 0 to 1. It is NaN when there are none or
// the slices differ in length.
func Accuracy(truth, predicted []int) float64 {
	if len(truth) != len(predicted) {
		return math.NaN()
	}
	right := 0
	for i := range truth {
		if truth[i] == predicted[i] {
			right++
		}
	}
	return ratio(right, len(truth))
}

func ratio(a, b int) float64 {
	if b == 0 {
		return math.NaN()
	}
	return float64(a) / float64(b)
}
