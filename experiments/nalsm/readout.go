package nalsm

import (
	"context"
	"math"

	"github.com/glia-sim/glia/networks/readout"
)

// bestPass is the pass of the best validation accuracy.
func bestPass(f *readout.SoftmaxFit) readout.Pass { return f.History[f.BestPass-1] }

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
