package force

import (
	"context"
	"fmt"
	"math"

	"github.com/glia-sim/glia/analysis"
	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/networks/reservoir"
	"github.com/glia-sim/glia/viz"
)

const (
	rateStep = 0.1 // time constants
	shown    = 5   // units in the figure of rates

	shownTime = 180 // time constants in it
)

// fourSines is the target of the rate network; its period is 120 time constants.
func fourSines(t float64) float64 {
	w := math.Pi * t / 60
	return 1.3 / 1.5 * (math.Sin(w) + math.Sin(2*w)/2 + math.Sin(3*w)/6 + math.Sin(4*w)/3)
}

// rateStudy trains and tests one rate network. A copy that is not trained shows what it does by itself: the network itself
// begins to learn at once, since one that is not chaotic falls silent in the meantime.
type rateStudy struct {
	units          int
	gain, duration float64
	seed           uint64

	train int // steps of training; the test is as long
	rateResult
}

// rateResult is what a rate network gives.
type rateResult struct {
	Found     *record
	Untrained [][]float64 // rates of the first units of the copy
	Rates     [][]float64 // the same of the network
}

// work is in multiply-adds, for the progress bar.
func (s *rateStudy) work() float64 { return 2 * s.duration / rateStep * s.perStep() }
func (s *rateStudy) perStep() float64 {
	n := float64(s.units)
	return 0.1*n*n + 0.4*n*n
}

func (s *rateStudy) run(ctx context.Context, p *progress) (err error) {
	s.train = int(s.duration / rateStep)
	s.rateResult, err = stage(p, fmt.Sprintf("rate network %d", s.seed), s.work(), func() (rateResult, error) { return s.measure(ctx, p) })
	return err
}

func (s *rateStudy) measure(ctx context.Context, p *progress) (out rateResult, err error) {
	c := reservoir.DefaultForce(s.units, 1)
	c.Gain, c.Step, c.Seed = s.gain, rateStep, s.seed
	run := func(l loop) (found *record, rates [][]float64, err error) {
		n, err := c.Build()
		if err != nil {
			return nil, nil, err
		}
		rates = make([][]float64, shown)
		l.readout, l.channels, l.sample = n.Readout.Weights, 1, 1
		l.target = func(k int, into []float64) { into[0] = fourSines(float64(k+1) * rateStep) }
		l.after = func(int) {
			for i := range rates {
				rates[i] = append(rates[i], n.Rates()[i])
			}
		}
		found, err = l.run(ctx, n, p)
		return found, rates, err
	}
	if _, out.Untrained, err = run(loop{steps: int(shownTime / rateStep)}); err != nil {
		return out, err
	}
	out.Found, out.Rates, err = run(loop{steps: 2 * s.train, learn: [2]int{0, s.train}, every: 2, workPerStep: s.perStep()})
	return out, err
}

func (s *rateStudy) trainError() float64 {
	return s.Found.meanError(s.train/2, s.train)
}

func (s *rateStudy) testError() float64 {
	return s.Found.meanError(s.train, 2*s.train)
}

func reportRates(r *experiments.Run, chaotic []*rateStudy, quiet *rateStudy) error {
	var train, test, length []float64
	good := 0.0
	for _, s := range chaotic {
		train, test = append(train, s.trainError()), append(test, s.testError())
		length = append(length, s.Found.Length[len(s.Found.Length)-1])
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
	end := s.train
	time := viz.Axis{Label: "Time", Unit: "time constants"}
	off := []viz.RefLine{{Value: s.duration, Label: "training ends", Vertical: true}}
	if err := r.Figure("rate_output", fmt.Sprintf("Sum of four sines and the output of the first of %d networks of %d units, gain %g", len(chaotic), s.units, s.gain), viz.Line{
		Title: "Rate network: output", X: time, Y: viz.Axis{Label: "Output"}, Lines: off, Series: s.Found.window(end-2400, end+4800, rateStep)}); err != nil {
		return err
	}
	var units []viz.Series
	for i, x := range s.Rates {
		n := min(len(x), int(shownTime/rateStep))
		c := viz.Series{Name: fmt.Sprintf("unit %d", i+1), X: append(steps(-len(s.Untrained[i]), 0, rateStep), steps(0, n, rateStep)...)}
		for _, v := range append(append([]float64(nil), s.Untrained[i]...), x[len(x)-n:]...) {
			c.Y = append(c.Y, v+2.2*float64(i))
		}
		units = append(units, c)
	}
	if err := r.Figure("rate_units", "Rates of five units, each shifted by 2.2: left of 0 in a copy of the network that is not trained, right of 0 at the end of the test", viz.Line{
		Title: "Rate network: units", X: time, Y: viz.Axis{Label: "Rate, shifted"}, Series: units, Lines: []viz.RefLine{{Value: 0, Label: "after training", Vertical: true}}}); err != nil {
		return err
	}
	var lines, lengths []viz.Series
	for k, s := range append(append([]*rateStudy{}, chaotic...), quiet) {
		name := fmt.Sprintf("gain %g, network %d", s.gain, k+1)
		lines = append(lines, s.Found.errors(name, 200, rateStep))
		lengths = append(lengths, s.Found.lengths(name, rateStep))
	}
	if err := r.Figure("rate_error", fmt.Sprintf("Mean absolute error in pieces of 20 time constants; the last network, of gain %g, is not chaotic before training", quiet.gain), viz.Line{
		Title: "Rate networks: error", X: time, Y: viz.Axis{Label: "Error", Log: true}, Series: lines, Lines: off}); err != nil {
		return err
	}
	return r.Figure("rate_readout", "Length of the readout's weights", viz.Line{Title: "Rate networks: readout", X: time, Y: viz.Axis{Label: "|w|", Log: true}, Series: lengths, Lines: off})
}
