package readout

import "math"

// Accuracy is the fraction of predicted classes equal to the labels, in 0..1.
// It fails on empty input and on different lengths.
func Accuracy(predicted, labels []int) (float64, error) {
	if len(labels) == 0 {
		return 0, refuse("number of labels", 0, "must be at least 1")
	}
	if err := checkLength("predicted", len(predicted), len(labels)); err != nil {
		return 0, err
	}
	hits := 0
	for i, l := range labels {
		if predicted[i] == l {
			hits++
		}
	}
	return float64(hits) / float64(len(labels)), nil
}

// Confusion counts how often a sample of class r was predicted as class c, in
// [r][c]. It fails on different lengths and on classes outside 0..classes-1.
func Confusion(predicted, labels []int, classes int) ([][]int, error) {
	if classes < 1 {
		return nil, refuse("classes", classes, "must be at least 1")
	}
	if err := checkLength("predicted", len(predicted), len(labels)); err != nil {
		return nil, err
	}
	if err := checkLabels("labels", labels, classes); err != nil {
		return nil, err
	}
	if err := checkLabels("predicted", predicted, classes); err != nil {
		return nil, err
	}
	m := make([][]int, classes)
	for r := range m {
		m[r] = make([]int, classes)
	}
	for i, l := range labels {
		m[l][predicted[i]]++
	}
	return m, nil
}

// NRMSE is the root mean square error divided by the standard deviation of the
// target (divisor n): 0 is perfect, 1 is as good as the target's mean. It fails
// on empty input, on different lengths and on a constant target, for which it
// is not defined.
func NRMSE(predicted, target []float64) (float64, error) {
	n := len(target)
	if n == 0 {
		return 0, refuse("number of targets", 0, "must be at least 1")
	}
	if err := checkLength("predicted", len(predicted), n); err != nil {
		return 0, err
	}
	var mean float64
	for _, t := range target {
		mean += t
	}
	mean /= float64(n)
	var sse, sst float64
	for i, t := range target {
		e := predicted[i] - t
		sse += e * e
		d := t - mean
		sst += d * d
	}
	if sst == 0 {
		return 0, refuse("variance of target", 0.0, "must be above 0: the target is constant")
	}
	return math.Sqrt(sse / sst), nil
}
