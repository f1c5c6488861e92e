package nalsm

import (
	"context"
	"math"

	"github.com/glia-sim/glia/networks/readout"
)

// classifier is the readout that the parameters ask for, but for the weight of its penalty.
func (m *machine) classifier() readout.Softmax {
	s := readout.DefaultSoftmax(10)
	s.SoftTargets = true
	s.Passes = 40
	if m.run.Choice("readout") == "published" {
		s = readout.PublishedSoftmax(10)
	}
	if m.run.Choice("readout_scaling") == "standard" {
		// Standardised features are some ten times as large as shares: a smaller rate does better.
		s.Scaling, s.Optimizer = readout.ScaleNone, standardAdam()
	}
	if p := m.run.Int("passes"); p > 0 {
		s.Passes = p
	}
	s.Seed = m.run.Seed
	return s
}

func standardAdam() readout.Adam {
	a := readout.DefaultAdam()
	a.Rate = 1e-4
	return a
}

// penalties are the weights of the readout's penalty among which the validation images choose.
var penalties = []float64{5e-10, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1}

// choicePatience ends the training under one of several penalties after so many passes without a better
// validation accuracy.
const choicePatience = 12

// fit trains the readout, with the penalty asked for or the one of the best validation accuracy, the
// first if several are equal.
func (m *machine) fit(ctx context.Context, sets []readout.Set) (best *readout.SoftmaxFit, l2 float64, err error) {
	s, try := m.classifier(), penalties
	if asked := m.run.Float("readout_l2"); asked >= 0 {
		try = []float64{asked}
	} else {
		s.Patience = choicePatience
	}
	for k, x := range try {
		s.L2 = x
		fit, err := s.Fit(ctx, sets[0], sets[1], sets[2], readout.WithWorkers(m.run.Workers), readout.WithProgress(func(p readout.Pass) {
			m.run.Progress(float64(k*s.Passes+p.Index), float64(len(try)*s.Passes))
		}))
		if err != nil {
			return nil, 0, err
		}
		if len(try) > 1 {
			m.run.Logf("penalty %g: validation accuracy %.2f %% at pass %d", x, 100*bestPass(fit).Validation, fit.BestPass)
		}
		if best == nil || bestPass(fit).Validation > bestPass(best).Validation {
			best, l2 = fit, x
		}
	}
	return best, l2, nil
}

// bestPass is the pass of the best validation accuracy.
func bestPass(f *readout.SoftmaxFit) readout.Pass { return f.History[f.BestPass-1] }

// readout trains the classifier on the counts, and for comparison on the pixels.
func (m *machine) readout(ctx context.Context) error {
	sets, err := m.sets()
	if err != nil {
		return err
	}
	fit, l2, err := m.fit(ctx, sets)
	if err != nil {
		return err
	}
	best := bestPass(fit)
	for _, r := range []struct {
		name  string
		value float64
	}{{"validation_accuracy", 100 * best.Validation}, {"test_accuracy", 100 * best.Test}, {"readout_l2", l2}} {
		if _, err := m.run.Metric(r.name, r.value); err != nil {
			return err
		}
	}
	if err := m.drawLearning(fit); err != nil {
		return err
	}
	predicted, err := fit.Best.Predict(sets[2].X)
	if err != nil {
		return err
	}
	if err := m.drawConfusion(sets[2].Labels, predicted); err != nil {
		return err
	}
	return m.pixels(ctx)
}

// sets are the features of the training, validation and test images in the form the readout takes.
func (m *machine) sets() ([]readout.Set, error) {
	sets := make([]readout.Set, len(m.counts))
	var standard *standardiser
	if m.run.Choice("readout_scaling") == "standard" {
		standard = newStandardiser(m.counts[0].n, m.features())
	}
	for k, c := range m.counts {
		var x *readout.Features
		var err error
		if standard != nil {
			x, err = readout.NewValues(standard.apply(c.n), c.set.count(), m.features())
		} else {
			x, err = readout.NewCounts(c.n, c.set.count(), m.features())
		}
		if err != nil {
			return nil, err
		}
		sets[k] = readout.Set{X: x, Labels: c.set.labels()}
	}
	return sets, nil
}

// standardiser brings features to mean 0 and standard deviation 1 over the images it is made from.
type standardiser struct{ mean, scale []float32 }

func newStandardiser(counts []uint8, features int) *standardiser {
	sum, squares := make([]int64, features), make([]int64, features)
	for row := counts; len(row) > 0; row = row[features:] {
		for j, x := range row[:features] {
			sum[j] += int64(x)
			squares[j] += int64(x) * int64(x)
		}
	}
	n := float64(len(counts) / features)
	s := &standardiser{make([]float32, features), make([]float32, features)}
	for j := range sum {
		mean := float64(sum[j]) / n
		s.mean[j] = float32(mean)
		// A feature that never varies says nothing: it becomes 0.
		if v := float64(squares[j])/n - mean*mean; v > 1e-12 {
			s.scale[j] = float32(1 / math.Sqrt(v))
		}
	}
	return s
}

// apply gives the standardised features. They are held within ten standard deviations: a neuron that was
// all but silent in training must not outweigh all others when it fires.
func (s *standardiser) apply(counts []uint8) []float32 {
	out := make([]float32, len(counts))
	for k, x := range counts {
		j := k % len(s.mean)
		out[k] = min(max((float32(x)-s.mean[j])*s.scale[j], -10), 10)
	}
	return out
}

// pixels trains the same readout on the images themselves, or on the number of events of each input
// neuron: what the liquid has to beat.
func (m *machine) pixels(ctx context.Context) error {
	var sets [3]readout.Set
	for k, part := range []split{m.images.train, m.images.validation, m.images.test} {
		pixels := part.images.Pixels
		if part.recorded != nil {
			pixels = make([]byte, part.count()*m.images.inputs)
			for i, r := range part.recorded {
				r.counts(pixels[i*m.images.inputs:(i+1)*m.images.inputs], m.steps)
			}
		}
		x, err := readout.NewCounts(pixels, part.count(), m.images.inputs)
		if err != nil {
			return err
		}
		sets[k] = readout.Set{X: x, Labels: part.labels()}
	}
	s := readout.DefaultSoftmax(10)
	s.SoftTargets, s.Seed = true, m.run.Seed
	fit, err := s.Fit(ctx, sets[0], sets[1], sets[2], readout.WithWorkers(m.run.Workers))
	if err != nil {
		return err
	}
	_, err = m.run.Metric("pixel_accuracy", 100*bestPass(fit).Test)
	return err
}
