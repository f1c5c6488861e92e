package reservoirdata

import (
	"context"
	"fmt"
	"math"

	"github.com/glia-sim/glia/analysis"
	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/experiments/dataset"
	"github.com/glia-sim/glia/networks/readout"
	"github.com/glia-sim/glia/networks/reservoir"
	"github.com/glia-sim/glia/networks/reservoir/tasks"
	"github.com/glia-sim/glia/viz"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

const (
	speakers  = 9
	stretches = 3
)

// features are the means over three stretches of what see returns for each frame, an utterance a row.
func features(utterances []dataset.Vowel, width int, begin func(), see func(frame []float64) ([]float64, error)) (*mat.Dense, []int, error) {
	x, labels := mat.NewDense(len(utterances), width*stretches, nil), make([]int, len(utterances))
	for k, u := range utterances {
		labels[k] = u.Speaker
		begin()
		row := x.RawRowView(k)
		var frames [stretches]float64
		for t, frame := range u.Frames {
			s := t * stretches / len(u.Frames)
			seen, err := see(frame)
			if err != nil {
				return nil, nil, err
			}
			floats.Add(row[s*width:(s+1)*width], seen)
			frames[s]++
		}
		for s, n := range frames {
			floats.Scale(1/max(n, 1), row[s*width:(s+1)*width])
		}
	}
	return x, labels, nil
}

// outputs trains a readout and returns what it says of the test utterances, with its accuracy.
func outputs(train, test *mat.Dense, trainLabels, testLabels []int, ridge float64) (*mat.Dense, float64, error) {
	_, cols := train.Dims()
	fit, err := readout.NewRidge(cols, speakers)
	if err != nil {
		return nil, 0, err
	}
	if err := fit.AddLabels(train, trainLabels); err != nil {
		return nil, 0, err
	}
	linear, err := fit.Solve(ridge)
	if err != nil {
		return nil, 0, err
	}
	out, err := linear.PredictBatch(test)
	if err != nil {
		return nil, 0, err
	}
	accuracy, err := readout.Accuracy(answers(out), testLabels)
	return out, accuracy, err
}

// validateVowels is the accuracy on every third utterance to learn from by a readout of the others.
func validateVowels(x *mat.Dense, labels []int, ridge float64) (float64, error) {
	_, cols := x.Dims()
	var parts [2]*mat.Dense
	var of [2][]int
	for k := range parts {
		parts[k] = mat.NewDense(len(labels), cols, nil)
	}
	for i, l := range labels {
		k := 0
		if i%3 == 2 {
			k = 1
		}
		parts[k].SetRow(len(of[k]), x.RawRowView(i))
		of[k] = append(of[k], l)
	}
	for k := range parts {
		if len(of[k]) == 0 {
			return math.NaN(), nil
		}
		parts[k] = parts[k].Slice(0, len(of[k]), 0, cols).(*mat.Dense)
	}
	_, accuracy, err := outputs(parts[0], parts[1], of[0], of[1], ridge)
	return accuracy, err
}

func answers(out *mat.Dense) []int {
	rows, _ := out.Dims()
	a := make([]int, rows)
	for k := range a {
		a[k] = floats.MaxIdx(out.RawRowView(k))
	}
	return a
}

// classify tells the speakers of the vowels.
func classify(ctx context.Context, r *experiments.Run, train, test []dataset.Vowel) error {
	r.Phase("vowels")
	width := len(train[0].Frames[0])
	same := func(frame []float64) ([]float64, error) { return frame, nil }
	rawTrain, labels, err := features(train, width, func() {}, same)
	if err != nil {
		return err
	}
	rawTest, testLabels, err := features(test, width, func() {}, same)
	if err != nil {
		return err
	}
	ridge := r.Float("vowel_ridge")
	_, inputs, err := outputs(rawTrain, rawTest, labels, testLabels, ridge)
	if err != nil {
		return err
	}
	n := r.Int("realisations")
	found, accuracies, held := make([]*mat.Dense, n), make([]float64, n), make([]float64, n)
	if err := tasks.Each(ctx, r.Workers, n, func(k int) error {
		defer r.Progress(float64(k+1), float64(n))
		c := reservoir.DefaultESN(r.Int("vowel_units"), width)
		c.SpectralRadius, c.InputScale, c.Leak, c.Seed = r.Float("vowel_radius"), r.Float("vowel_input"), r.Float("vowel_leak"), r.Seed<<16+uint64(k)
		network, err := c.Build()
		if err != nil {
			return err
		}
		see := func(frame []float64) ([]float64, error) {
			err := network.Step(frame)
			return network.State(), err
		}
		x, labels, err := features(train, network.Units(), network.Reset, see)
		if err != nil {
			return err
		}
		if held[k], err = validateVowels(x, labels, ridge); err != nil {
			return err
		}
		y, testLabels, err := features(test, network.Units(), network.Reset, see)
		if err != nil {
			return err
		}
		found[k], accuracies[k], err = outputs(x, y, labels, testLabels, ridge)
		return err
	}); err != nil {
		return err
	}
	sum := mat.DenseCopyOf(found[0])
	for _, f := range found[1:] {
		sum.Add(sum, f)
	}
	vote := answers(sum)
	right, err := readout.Accuracy(vote, testLabels)
	if err != nil {
		return err
	}
	if err := r.Metrics(map[string]float64{"vowel_validation": 100 * stat.Mean(held, nil), "vowel_accuracy": 100 * stat.Mean(accuracies, nil), "vowel_vote": 100 * right, "vowel_inputs": 100 * inputs}); err != nil {
		return err
	}
	confusion, err := analysis.Confuse(testLabels, vote, speakers)
	if err != nil {
		return err
	}
	cells := make([][]float64, speakers)
	var names []string
	for s := range cells {
		names = append(names, fmt.Sprint(s+1))
		for _, c := range confusion[s] {
			cells[s] = append(cells[s], float64(c))
		}
	}
	return r.Figure("vowels", fmt.Sprintf("Test utterances by speaker (rows) and by the vote of %d networks (columns): %.1f %% of %d are right", n, 100*right, len(vote)), viz.HeatMap{
		Title: "Japanese vowels", Values: cells, Rows: names, Columns: names, X: viz.Axis{Label: "Answer"}, Y: viz.Axis{Label: "Speaker"}, Label: "Utterances", Counts: true})
}
