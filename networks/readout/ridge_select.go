package readout

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// Selection is the outcome of choosing a regularisation on a validation split.
type Selection struct {
	Readout *Linear   // solved with the chosen lambda
	Lambda  float64   // the chosen one
	Scores  []float64 // per lambda of the list, lower is better; +Inf where the equations were singular
}

// Select solves for each lambda of the list and keeps the one with the lowest
// score, the first if several are equal. It fails on an empty list, if score
// fails, and if no lambda gave a finite score; singular equations only rule
// out their lambda.
func (r *Ridge) Select(lambdas []float64, score func(*Linear) (float64, error)) (*Selection, error) {
	if len(lambdas) == 0 {
		return nil, refuse("number of lambdas", 0, "must be at least 1")
	}
	for i, lambda := range lambdas {
		if err := checkNonNegative(fmt.Sprintf("lambdas[%d]", i), lambda); err != nil {
			return nil, err
		}
	}
	s := &Selection{Scores: make([]float64, len(lambdas))}
	best := math.Inf(1)
	var refusal error
	for i, lambda := range lambdas {
		s.Scores[i] = math.Inf(1)
		l, err := r.Solve(lambda)
		if err != nil {
			var argument *ArgumentError
			if !errors.As(err, &argument) {
				return nil, err
			}
			refusal = err
			continue
		}
		if s.Scores[i], err = score(l); err != nil {
			return nil, err
		}
		if s.Scores[i] < best {
			best = s.Scores[i]
			s.Readout, s.Lambda = l, lambda
		}
	}
	if s.Readout == nil {
		if refusal == nil {
			refusal = refuse("scores", s.Scores, "must have a finite one")
		}
		return nil, fmt.Errorf("readout: no lambda of the list gave a readout: %w", refusal)
	}
	return s, nil
}

// SelectRegression chooses lambda by the [NRMSE] on a validation split of
// states (T x inputs) and targets (T x outputs), averaged over the outputs.
func (r *Ridge) SelectRegression(lambdas []float64, states, targets mat.Matrix) (*Selection, error) {
	rows, cols := targets.Dims()
	if err := checkLength("a target", cols, r.outputs); err != nil {
		return nil, err
	}
	if n, _ := states.Dims(); n != rows {
		return nil, refuse("number of targets", rows, fmt.Sprintf("must be that of the states, %d", n))
	}
	return r.Select(lambdas, func(l *Linear) (float64, error) {
		out, err := l.PredictBatch(states)
		if err != nil {
			return 0, err
		}
		var sum float64
		for k := range cols {
			e, err := NRMSE(mat.Col(nil, k, out), mat.Col(nil, k, targets))
			if err != nil {
				return 0, err
			}
			sum += e
		}
		return sum / float64(cols), nil
	})
}

// SelectLabels chooses lambda by the fraction of wrong classes on a validation
// split of states (T x inputs) and labels.
func (r *Ridge) SelectLabels(lambdas []float64, states mat.Matrix, labels []int) (*Selection, error) {
	if err := checkLabels("labels", labels, r.outputs); err != nil {
		return nil, err
	}
	return r.Select(lambdas, func(l *Linear) (float64, error) {
		classes, err := l.ClassifyBatch(states)
		if err != nil {
			return 0, err
		}
		right, err := Accuracy(classes, labels)
		return 1 - right, err
	})
}
