package nalsm

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/networks/readout"
)

// kind is a readout that a run can train.
type kind struct {
	name, meaning string
	of            feature
	standard      bool // features of mean 0 and standard deviation 1, and a chosen penalty; instead of shares of the image's sum
}

// feature says what of the spikes a readout sees; several may be joined.
type feature int

const (
	ofCounts  feature = 1 << iota // over the whole presentation
	ofWindows                     // counts in each of several windows
	ofTraces                      // filtered spike trains at the end of each window
)

const (
	practical = "practical"
	published = "published"
	standard  = "standard"
	windowed  = "windows"
	traced    = "traces"
	joint     = "joint"
	ownScale  = "_own_scale" // ends the name of a metric of test images in their own scale
)

var kinds = []kind{
	{name: practical, meaning: "counts over their sum, scaled by a constant of the training set, Adam", of: ofCounts},
	{name: published, meaning: "counts over their sum, scaled batch by batch, Adadelta 0.1", of: ofCounts},
	{name: standard, meaning: "each count to mean 0 and standard deviation 1 over the training images, Adam, penalty chosen on the validation images", of: ofCounts, standard: true},
	{name: windowed, meaning: "as standard, with the counts in each of several windows", of: ofWindows, standard: true},
	{name: traced, meaning: "as standard, with exponentially filtered spike trains at the end of each window", of: ofTraces, standard: true},
	{name: joint, meaning: "as standard, with counts, counts in windows and filtered spike trains together", of: ofCounts | ofWindows | ofTraces, standard: true},
}

// asked is what the readouts of a run see.
func asked(v experiments.Values) (all feature) {
	for _, k := range kinds {
		if slices.Contains(v.List("readout"), k.name) {
			all |= k.of
		}
	}
	return all
}

func readoutNames() []string {
	var names []string
	for _, k := range kinds {
		names = append(names, k.name)
	}
	return names
}

func readoutMeanings() string {
	var all []string
	for _, k := range kinds {
		all = append(all, k.name+": "+k.meaning)
	}
	return strings.Join(all, "; ")
}

// readoutMetrics are the accuracies of the readouts after the first of a run.
func readoutMetrics() []experiments.Metric {
	var all []experiments.Metric
	for _, k := range kinds {
		for _, x := range []struct {
			name, what string
			split      experiments.Split
		}{{"test_accuracy", "test accuracy", experiments.Test}, {"validation_accuracy", "validation accuracy", experiments.Validation},
			{"test_accuracy" + ownScale, "test accuracy, images in their own scale,", experiments.Test}} {
			all = append(all, experiments.Metric{Name: k.name + "_" + x.name, Unit: "%", Split: x.split, Goal: experiments.Larger,
				Meaning: fmt.Sprintf("%s of the readout %s, where it is not the first", x.what, k.name)})
		}
	}
	return all
}

func learningFigures() []experiments.FigureDoc {
	all := []experiments.FigureDoc{{Name: "learning", Caption: "Accuracy of the readout per pass"}}
	for _, k := range kinds {
		all = append(all, experiments.FigureDoc{Name: "learning-" + k.name, Caption: "Accuracy of the readout " + k.name + " per pass, where it is not the first"})
	}
	return all
}

// softmax is the readout of a kind for training images of these features, but for the weight of its penalty.
func (m *machine) softmax(k kind, train *readout.Features) readout.Softmax {
	s := readout.DefaultSoftmax(10)
	s.SoftTargets = true
	s.Passes = m.run.Int("passes")
	if k.name == published {
		s = readout.PublishedSoftmax(10)
		s.Passes = m.run.Int("published_passes")
	}
	if k.standard {
		// Standardised features are some ten times as large as shares, and a step moves an answer by the rate times
		// their number: a smaller rate does better.
		a := readout.DefaultAdam()
		a.Rate = 0.1 / float64(train.Cols())
		s.Scaling, s.Optimizer = readout.ScaleNone, a
		batches := (train.Rows() + s.Batch - 1) / s.Batch
		s.Passes = max(s.Passes, min(mostPasses*s.Passes, choiceBatches/batches))
	}
	s.Seed = m.run.Seed
	return s
}

// penalties are the weights of the readout's penalty among which the validation images choose.
var penalties = []float64{5e-10, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1}

// A small step needs many batches: training goes on for choiceBatches where a pass has few, in up to mostPasses
// times as many passes. Under one of several penalties it ends after choicePatience passes without a better
// validation accuracy, or as many as patientBatches take.
const (
	choiceBatches  = 8000
	mostPasses     = 10
	choicePatience = 12
	patientBatches = 600
)

// patience is that in passes.
func patience(s readout.Softmax, train *readout.Features) int {
	return max(choicePatience, min(mostPasses*choicePatience, patientBatches*s.Batch/train.Rows()))
}

// fit trains the readout, with the penalty asked for or the one of the best validation accuracy, the
// first if several are equal. With an error comes the best so far, nil if there is none.
func (m *machine) fit(ctx context.Context, k kind, sets []readout.Set) (best *readout.SoftmaxFit, l2 float64, err error) {
	s := m.softmax(k, sets[0].X)
	try := []float64{s.L2}
	if asked := m.run.Float("readout_l2"); asked >= 0 {
		try[0] = asked
	} else if k.standard {
		try, s.Patience = penalties, patience(s, sets[0].X)
	}
	for n, x := range try {
		s.L2 = x
		fit, err := experiments.Keep(m.run, fmt.Sprintf("readout %s %d", k.name, n), func() (*readout.SoftmaxFit, error) {
			return s.Fit(ctx, sets[0], sets[1], sets[2], readout.WithWorkers(m.run.Workers), readout.WithProgress(func(p readout.Pass) {
				m.run.Progress(float64(n*s.Passes+p.Index), float64(len(try)*s.Passes))
			}))
		})
		if fit == nil || fit.BestPass == 0 {
			return best, l2, err
		}
		if len(try) > 1 {
			m.run.Logf("%s, penalty %g: validation accuracy %.2f %% at pass %d", k.name, x, 100*bestPass(fit).Validation, fit.BestPass)
		}
		if best == nil || bestPass(fit).Validation > bestPass(best).Validation {
			best, l2 = fit, x
		}
		if err != nil {
			return best, l2, err
		}
	}
	return best, l2, nil
}

// readouts trains the classifiers asked for on the spikes of the liquid, and for comparison one on the pixels.
func (m *machine) readouts(ctx context.Context) error {
	for n, name := range m.run.List("readout") {
		m.run.Phase("readout " + name)
		for _, k := range kinds {
			if k.name != name {
				continue
			}
			if err := m.readout(ctx, k, n == 0); err != nil {
				return err
			}
		}
	}
	m.run.Phase("readout of pixels")
	return m.pixels(ctx)
}

// readout trains one classifier; the metrics of the first bear its name not.
func (m *machine) readout(ctx context.Context, k kind, first bool) error {
	sets, err := m.sets(k)
	if err != nil {
		return err
	}
	fit, l2, stopped := m.fit(ctx, k, sets)
	if fit == nil {
		return stopped
	}
	if stopped != nil {
		m.run.Logf("readout %s stopped: its accuracies are those of the passes up to then", k.name)
	}
	prefix, figure := k.name+"_", "learning-"+k.name
	if first {
		prefix, figure = "", "learning"
		if _, err := m.run.Metric("readout_l2", l2); err != nil {
			return err
		}
	}
	best := bestPass(fit)
	if _, err := m.run.Metric(prefix+"validation_accuracy", 100*best.Validation); err != nil {
		return err
	}
	if _, err := m.run.Metric(prefix+"test_accuracy", 100*best.Test); err != nil {
		return err
	}
	if len(sets) > 3 {
		own, err := fit.Best.Accuracy(sets[3], readout.WithWorkers(m.run.Workers))
		if err != nil {
			return err
		}
		if _, err := m.run.Metric(prefix+"test_accuracy"+ownScale, 100*own); err != nil {
			return err
		}
	}
	if err := m.drawLearning(figure, k.name, fit); err != nil {
		return err
	}
	if !first || stopped != nil {
		return stopped
	}
	predicted, err := fit.Best.Predict(sets[2].X)
	if err != nil {
		return err
	}
	return m.drawConfusion(sets[2].Labels, predicted)
}

// sets are the features of the training, validation and test images in the form that a readout takes.
func (m *machine) sets(k kind) ([]readout.Set, error) {
	sets := make([]readout.Set, len(m.counts))
	var scale *standardiser
	for n, c := range m.counts {
		features, rows := m.columns(c.n, k.of), c.set.count()
		cols := len(features) / rows
		var x *readout.Features
		var err error
		if k.standard {
			if scale == nil { // the training images come first
				scale = newStandardiser(features, cols)
			}
			x, err = readout.NewValues(scale.apply(features), rows, cols)
		} else {
			x, err = readout.NewCounts(features, rows, cols)
		}
		if err != nil {
			return nil, err
		}
		sets[n] = readout.Set{X: x, Labels: c.set.labels()}
	}
	return sets, nil
}

// columns are those features of each image that a readout sees.
func (m *machine) columns(all []uint8, of feature) []uint8 {
	size, counted := m.liquid.Size(), m.counted()
	if of == ofCounts && m.features() == size { // nothing else was kept
		return all
	}
	var out []uint8
	for row := all; len(row) > 0; row = row[m.features():] {
		if of&ofCounts != 0 {
			start := len(out)
			out = append(out, row[:size]...)
			for from := size; from < counted; from += size {
				for j, x := range row[from : from+size] {
					out[start+j] = uint8(min(int(out[start+j])+int(x), 255))
				}
			}
		}
		if of&ofWindows != 0 {
			out = append(out, row[:counted]...)
		}
		if of&ofTraces != 0 {
			out = append(out, row[counted:2*counted]...)
		}
	}
	return out
}
