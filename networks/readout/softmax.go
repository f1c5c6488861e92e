package readout

import (
	"context"
	"fmt"
	"math"
	"runtime"
)

// Softmax is multinomial logistic regression by mini-batches, the readout of
// spike counts:
//
//	z[k] = Bias[k] + sum_i x[i] W[i][k],   p = softmax(z)
//	loss = mean over the batch of -sum_k target[k] log p[k]  +  L2/2 sum W^2
//
// x is the scaled count vector (see [Scaling]), W and Bias start at 0.
// Source: Ivanov & Michmizos, arXiv 2111.01760, and its public code; start from
// [PublishedSoftmax] for that protocol and [DefaultSoftmax] for a fast one.
//
// Cost: 2 rows*features*classes multiply-adds a pass, plus half of that for
// each row of the validation and test sets.
type Softmax struct {
	Classes     int       // number of classes, at least 2
	Batch       int       // samples per mini-batch, at least 1; the last one of a pass may be shorter
	Passes      int       // most passes over the training set, at least 1
	Optimizer   Optimizer // [Adam] or [Adadelta]
	Scaling     Scaling   // how counts become inputs
	SoftTargets bool      // targets are softmax(+1 for the class, -1 for others) instead of 1 and 0
	L2          float64   // weight of the penalty on W, at least 0; biases are free
	Shuffle     bool      // a new order each pass, drawn from Seed and the pass; else file order
	Seed        uint64    // of the order; without effect unless Shuffle is set
	Patience    int       // stop after so many passes without a better validation accuracy; 0 = never
}

// DefaultSoftmax trains in tens of passes: Adam, 30 passes of batches of 250 in
// file order, constant scaling, soft targets, L2 5e-10.
func DefaultSoftmax(classes int) Softmax {
	return Softmax{
		Classes:     classes,
		Batch:       250,
		Passes:      30,
		Optimizer:   DefaultAdam(),
		Scaling:     ScaleConstant,
		SoftTargets: true,
		L2:          5e-10,
	}
}

// PublishedSoftmax is the published readout of NALSM: Adadelta at rate 0.1, up
// to 5000 passes of batches of 250 in file order, scaling by batch.
func PublishedSoftmax(classes int) Softmax {
	s := DefaultSoftmax(classes)
	s.Passes = 5000
	s.Optimizer = DefaultAdadelta()
	s.Scaling = ScaleBatch
	return s
}

// Validate names the parameter that is out of range.
func (s Softmax) Validate() error {
	switch {
	case s.Classes < 2:
		return refuse("classes", s.Classes, "must be at least 2")
	case s.Batch < 1:
		return refuse("batch", s.Batch, "must be at least 1")
	case s.Passes < 1:
		return refuse("passes", s.Passes, "must be at least 1")
	case s.Patience < 0:
		return refuse("patience", s.Patience, "must be at least 0")
	case s.Optimizer == nil:
		return refuse("optimizer", nil, "must be set, for example to DefaultAdam()")
	}
	if err := checkNonNegative("l2", s.L2); err != nil {
		return err
	}
	if err := s.Scaling.Validate(); err != nil {
		return err
	}
	return s.Optimizer.Validate()
}

// targets returns the target of the true class and of each other class.
func (s Softmax) targets() (hit, miss float64) {
	if !s.SoftTargets {
		return 1, 0
	}
	total := math.E + float64(s.Classes-1)/math.E
	return math.E / total, 1 / (math.E * total)
}

// Set is a labelled set of samples; the zero value stands for "none".
type Set struct {
	X      *Features
	Labels []int // one class per row of X
}

// check refuses a set whose parts do not fit each other or the model.
func (s Set) check(name string, cols, classes int) error {
	if s.X == nil {
		if len(s.Labels) > 0 {
			return refuse(name+" features", nil, "must be given with the labels")
		}
		return nil
	}
	if s.X.cols != cols {
		return refuse(name+" features per sample", s.X.cols, fmt.Sprintf("must be %d", cols))
	}
	if err := checkLength(name+" labels", len(s.Labels), s.X.rows); err != nil {
		return err
	}
	return checkLabels(name+" labels", s.Labels, classes)
}

// Pass reports one pass over the training set. Accuracies are fractions of the
// samples; that of an absent set is NaN.
type Pass struct {
	Index      int     // 1 for the first pass
	Loss       float64 // mean cross-entropy while training, without the penalty [nat]
	Train      float64 // accuracy while training, each batch before its update
	Validation float64 // accuracy after the pass
	Test       float64 // accuracy after the pass
}

// SoftmaxFit is the outcome of [Softmax.Fit].
type SoftmaxFit struct {
	Best     *SoftmaxModel // after the pass of highest validation accuracy, the first if several are equal; after the last pass without a validation set
	BestPass int           // its pass, 1 for the first; 0 if no pass was completed
	Last     *SoftmaxModel // as training left it
	History  []Pass        // one entry per completed pass
}

// Option changes how a computation is carried out, never its result.
type Option func(*runOptions)

type runOptions struct {
	workers  int
	progress func(Pass)
}

// WithWorkers sets the number of goroutines, at least 1; the default is
// GOMAXPROCS. Results are the same bits for any number.
func WithWorkers(n int) Option { return func(o *runOptions) { o.workers = n } }

// WithProgress has f called after each pass, from the calling goroutine.
func WithProgress(f func(Pass)) Option { return func(o *runOptions) { o.progress = f } }

func applyOptions(options []Option) (runOptions, error) {
	o := runOptions{workers: runtime.GOMAXPROCS(0), progress: func(Pass) {}}
	for _, option := range options {
		option(&o)
	}
	if o.workers < 1 {
		return o, refuse("workers", o.workers, "must be at least 1")
	}
	if o.progress == nil {
		o.progress = func(Pass) {}
	}
	return o, nil
}

// Fit trains on train and scores validation and test, which may be absent,
// after each pass. It fails on bad shapes, labels and parameters, and if
// training diverges. A cancelled context stops it within one batch. Once
// training has begun, an error comes with the fit reached so far.
func (s Softmax) Fit(ctx context.Context, train, validation, test Set, options ...Option) (*SoftmaxFit, error) {
	o, err := applyOptions(options)
	if err != nil {
		return nil, err
	}
	p := newPool(o.workers)
	defer p.close()
	t, err := s.newTrainer(p, train, validation, test)
	if err != nil {
		return nil, err
	}
	fit := &SoftmaxFit{Best: t.model, Last: t.model}
	for pass := 1; pass <= s.Passes; pass++ {
		report, err := t.pass(ctx, pass)
		if err != nil {
			return fit, err
		}
		fit.History = append(fit.History, report)
		switch {
		case validation.X == nil:
			fit.BestPass = pass
		case fit.BestPass == 0 || report.Validation > fit.History[fit.BestPass-1].Validation:
			fit.BestPass = pass
			if fit.Best == t.model {
				fit.Best = t.model.clone()
			} else {
				copy(fit.Best.Weights, t.model.Weights)
				copy(fit.Best.Bias, t.model.Bias)
			}
		}
		o.progress(report)
		if s.Patience > 0 && pass-fit.BestPass >= s.Patience {
			break
		}
	}
	return fit, nil
}
