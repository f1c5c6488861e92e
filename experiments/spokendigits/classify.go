package spokendigits

import (
	"context"
	"slices"

	"github.com/glia-sim/glia/experiments/dataset"
	"github.com/glia-sim/glia/networks/readout"
	"gonum.org/v1/gonum/mat"
)

// Takes 0 to 4 of each speaker and digit are the test set, as the data set's authors have it; 5 to 9 choose the regularisation.
const (
	testTakes       = 5
	validationTakes = 10
)

func isTest(u dataset.Utterance) bool       { return u.Index < testTakes }
func isValidation(u dataset.Utterance) bool { return u.Index >= testTakes && u.Index < validationTakes }
func isTraining(u dataset.Utterance) bool   { return u.Index >= validationTakes }
func isSeven(u dataset.Utterance) bool      { return u.Digit == 7 }

var lambdas = []float64{1e-3, 1e-2, 1e-1, 1, 10}

// pick lists the recordings for which keep holds.
func pick(all []dataset.Utterance, keep func(dataset.Utterance) bool) []int {
	var rows []int
	for i, u := range all {
		if keep(u) {
			rows = append(rows, i)
		}
	}
	return rows
}

// rowsOf copies rows of features, with their digits.
func rowsOf(features *mat.Dense, all []dataset.Utterance, rows []int) (*mat.Dense, []int) {
	_, cols := features.Dims()
	x, labels := mat.NewDense(len(rows), cols, nil), make([]int, len(rows))
	for k, i := range rows {
		x.SetRow(k, features.RawRowView(i))
		labels[k] = all[i].Digit
	}
	return x, labels
}

// fitted is a readout with the lambda that was chosen.
type fitted struct {
	Lambda   float64
	Accuracy float64
	// Validation is the accuracy on takes 5 to 9 of a readout that has not seen them.
	Validation float64
	Classes    []int // of the test recordings
	Labels     []int
}

// learned is what the readouts of one kind of features give.
type learned struct {
	Best       *fitted
	Accuracies []float64 // on each of the speakers, by a readout that does not know the voice; none if not asked for
	Speakers   []string
}

// learn trains all readouts of one kind of features.
func learn(ctx context.Context, features *mat.Dense, all []dataset.Utterance, newSpeakers bool) (l learned, err error) {
	if l.Best, err = official(features, all); err != nil || !newSpeakers {
		return l, err
	}
	l.Accuracies, l.Speakers, err = strangers(ctx, features, all, l.Best.Lambda)
	return l, err
}

// official trains on takes from 5 on and tests on the first five, with lambda chosen on takes 5 to 9.
func official(features *mat.Dense, all []dataset.Utterance) (*fitted, error) {
	x, labels := rowsOf(features, all, pick(all, isTraining))
	_, cols := features.Dims()
	ridge, err := readout.NewRidge(cols, 10)
	if err != nil {
		return nil, err
	}
	if err := ridge.AddLabels(x, labels); err != nil {
		return nil, err
	}
	vx, vl := rowsOf(features, all, pick(all, isValidation))
	chosen, err := ridge.SelectLabels(lambdas, vx, vl)
	if err != nil {
		return nil, err
	}
	if err := ridge.AddLabels(vx, vl); err != nil {
		return nil, err
	}
	f, err := test(ridge, chosen.Lambda, features, all, pick(all, isTest))
	if err == nil {
		f.Validation = 1 - slices.Min(chosen.Scores)
	}
	return f, err
}

func test(ridge *readout.Ridge, lambda float64, features *mat.Dense, all []dataset.Utterance, rows []int) (*fitted, error) {
	linear, err := ridge.Solve(lambda)
	if err != nil {
		return nil, err
	}
	x, labels := rowsOf(features, all, rows)
	f := &fitted{Lambda: lambda, Labels: labels}
	if f.Classes, err = linear.ClassifyBatch(x); err != nil {
		return nil, err
	}
	f.Accuracy, err = readout.Accuracy(f.Classes, labels)
	return f, err
}

// strangers is the accuracy on the recordings of each speaker by a readout that was trained on those of all others.
func strangers(ctx context.Context, features *mat.Dense, all []dataset.Utterance, lambda float64) ([]float64, []string, error) {
	var speakers []string
	for _, u := range all {
		if !slices.Contains(speakers, u.Speaker) {
			speakers = append(speakers, u.Speaker)
		}
	}
	slices.Sort(speakers)
	if len(speakers) < 2 {
		return nil, nil, nil
	}
	_, cols := features.Dims()
	var accuracies []float64
	for _, s := range speakers {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		ridge, err := readout.NewRidge(cols, 10)
		if err != nil {
			return nil, nil, err
		}
		x, labels := rowsOf(features, all, pick(all, func(u dataset.Utterance) bool { return u.Speaker != s }))
		if err := ridge.AddLabels(x, labels); err != nil {
			return nil, nil, err
		}
		f, err := test(ridge, lambda, features, all, pick(all, func(u dataset.Utterance) bool { return u.Speaker == s }))
		if err != nil {
			return nil, nil, err
		}
		accuracies = append(accuracies, f.Accuracy)
	}
	return accuracies, speakers, nil
}
