package force

import (
	"context"
	"fmt"
	"math"

	"github.com/glia-sim/glia/analysis"
	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/networks/reservoir"
	"github.com/glia-sim/glia/viz"
	"gonum.org/v1/gonum/floats"
)

const (
	rateStep = 0.1 // time constants
	shown    = 5   // units in the figure of rates
)

// fourSines is the target of the rate network; its period is 120 time constants.
func fourSines(t float64) float64 {
	w := math.Pi * t / 60
	return 1.3 / 1.5 * (math.Sin(w) + math.Sin(2*w)/2 + math.Sin(3*w)/6 + math.Sin(4*w)/3)
}

// rateStudy trains and tests one rate network. Before, it runs for half a period untrained.
type rateStudy struct {
	units          int
	gain, duration float64
	seed           uint64

	before, train int // steps of these phases; the test is as long as training
	found         *record
	rates         [][]float64 // of the first units
}

// work is in multiply-adds, for the progress bar.
func (s *rateStudy) work() float64 { return 2 * s.duration / rateStep * s.perStep() }
func (s *rateStudy) perStep() float64 {
	n := float64(s.units)
	return 0.1*n*n + 0.4*n*n
}

func (s *rateStudy) run(ctx context.Context, p *progress) error {
	c := reservoir.DefaultForce(s.units, 1)
	c.Gain, c.Step, c.Seed = s.gain, rateStep, s.seed
	n, err := c.Build()
	if err != nil {
		return err
	}
	s.before, s.train = int(60/rateStep), int(s.duration/rateStep)
	s.rates = make([][]float64, shown)
	s.found, err = loop{steps: s.before + 2*s.train, learn: [2]int{s.before, s.before + s.train}, every: 2, workPerStep: s.perStep(),
		readout: n.Readout.Weights,
		target:  func(k int) float64 { return fourSines(float64(k+1-s.before) * rateStep) },
		after: func(int) {
			for i := range s.rates {
				s.rates[i] = append(s.rates[i], n.Rates()[i])
			}
		}}.run(ctx, n, p)
	return err
}

func (s *rateStudy) trainError() float64 {
	return s.found.meanError(s.before+s.train/2, s.before+s.train)
}

func (s *rateStudy) testError() float64 {
	return s.found.meanError(s.before+s.train, s.before+2*s.train)
}

func reportRates(r *experiments.Run, chaotic []*rateStudy, quiet *rateStudy) error {
	var train, test, length []float64
	good := 0.0
	for _, s := range chaotic {
		train, test = append(train, s.trainError()), append(test, s.testError())
		length = append(length, s.found.length[len(s.found.length)-1])
		if s.testError() < 0.1 {
			good++
		}
	}
	if err := r.Metrics(map[string]float64{
		"rate_train_error": analysis.Quantile(train, 0.5), "rate_test_error": analysis.Quantile(test, 0.5), "rate_success": good / float64(len(chaotic)),
		"rate_readout": analysis.Quantile(length, 0.5), "quiet_train_error": quiet.trainError(), "quiet_test_error": quiet.testError(),
	}); err != nil {
		return err
	}
	s := chaotic[0]
	end := s.before + s.train
	zero := float64(s.before) * rateStep
	shift := func(series []viz.Series) []viz.Series {
		for _, c := range series {
			floats.AddConst(-zero, c.X)
		}
		return series
	}
	time := viz.Axis{Label: "Time", Unit: "time constants"}
	off := []viz.RefLine{{Value: s.duration, Label: "training ends", Vertical: true}}
	if err := r.Figure("rate_output", fmt.Sprintf("Sum of four sines and the output of the first of %d networks of %d units, gain %g", len(chaotic), s.units, s.gain), viz.Line{
		Title: "Rate network: output", X: time, Y: viz.Axis{Label: "Output"}, Lines: off, Series: shift(s.found.window(end-2400, end+4800, rateStep))}); err != nil {
		return err
	}
	var units []viz.Series
	for i, x := range s.rates {
		c := viz.Series{Name: fmt.Sprintf("unit %d", i+1), X: steps(0, len(x), rateStep)}
		for _, v := range x {
			c.Y = append(c.Y, v+2.2*float64(i))
		}
		c.X, c.Y = c.X[:min(len(x), s.before+1800)], c.Y[:min(len(x), s.before+1800)]
		units = append(units, c)
	}
	if err := r.Figure("rate_units", "Rates of five units, each shifted by 2.2: chaos before training, then the period of the target", viz.Line{
		Title: "Rate network: units", X: time, Y: viz.Axis{Label: "Rate, shifted"}, Series: shift(units), Lines: []viz.RefLine{{Value: 0, Label: "training begins", Vertical: true}}}); err != nil {
		return err
	}
	var lines, lengths []viz.Series
	for k, s := range append(append([]*rateStudy{}, chaotic...), quiet) {
		name := fmt.Sprintf("gain %g, network %d", s.gain, k+1)
		lines = append(lines, s.found.errors(name, 200, rateStep))
		lengths = append(lengths, s.found.lengths(name, rateStep))
	}
	if err := r.Figure("rate_error", fmt.Sprintf("Mean absolute error in pieces of 20 time constants; the last network, of gain %g, is not chaotic before training", quiet.gain), viz.Line{
		Title: "Rate networks: error", X: time, Y: viz.Axis{Label: "Error", Log: true}, Series: shift(lines), Lines: off}); err != nil {
		return err
	}
	return r.Figure("rate_readout", "Length of the readout's weights", viz.Line{Title: "Rate networks: readout", X: time, Y: viz.Axis{Label: "|w|", Log: true}, Series: shift(lengths), Lines: off})
}
