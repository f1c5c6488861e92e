package readout

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// wantRefusal asserts an *ArgumentError.
func wantRefusal(t *testing.T, err error) {
	t.Helper()
	var a *ArgumentError
	if !errors.As(err, &a) {
		t.Errorf("got error %v, want an ArgumentError", err)
	}
}

func counts(t *testing.T, c []uint8, rows, cols int) *Features {
	t.Helper()
	f, err := NewCounts(c, rows, cols)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// toy is a separable task: each class raises its own block of three features.
func toy(t *testing.T, rows, classes int, seed uint64) Set {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 7))
	cols := 3*classes + 5
	c, labels := make([]uint8, rows*cols), make([]int, rows)
	for r := range rows {
		labels[r] = rng.IntN(classes)
		for i := range cols {
			n := rng.IntN(4)
			if i/3 == labels[r] {
				n += 20
			}
			c[r*cols+i] = uint8(n)
		}
	}
	return Set{counts(t, c, rows, cols), labels}
}

func TestSoftTargets(t *testing.T) {
	hit, miss := DefaultSoftmax(10).targets()
	if math.Abs(hit-0.450853) > 5e-7 || math.Abs(miss-0.061016) > 5e-7 {
		t.Errorf("targets %.6f and %.6f, want 0.450853 and 0.061016", hit, miss)
	}
	for _, classes := range []int{2, 3, 10} {
		hit, miss := DefaultSoftmax(classes).targets()
		if sum := hit + float64(classes-1)*miss; math.Abs(sum-1) > 1e-15 {
			t.Errorf("%d classes: targets sum to %v", classes, sum)
		}
	}
}

// recorder is an optimiser that keeps gradients and changes nothing.
type recorder struct{ gradients []float32 }

func (r *recorder) Validate() error     { return nil }
func (r *recorder) start(n int) stepper { r.gradients = make([]float32, n); return r }
func (r *recorder) next()               {}
func (r *recorder) apply(lo int, _, gradients []float32) {
	copy(r.gradients[lo:], gradients)
}

func TestGradientAgainstFiniteDifferences(t *testing.T) {
	const rows, cols, classes = 6, 70, 3 // two chunks of features
	x := randomCounts(rows, cols, 0.3)
	labels := []int{0, 1, 2, 1, 0, 2}
	for _, scaling := range []Scaling{ScaleBatch, ScaleConstant} {
		for _, soft := range []bool{true, false} {
			r := &recorder{}
			s := Softmax{Classes: classes, Batch: 4, Passes: 1, Optimizer: r, Scaling: scaling, SoftTargets: soft, L2: 0.3}
			p := newPool(2)
			tr, err := s.newTrainer(p, Set{x, labels}, Set{}, Set{})
			if err != nil {
				t.Fatal(err)
			}
			rng := rand.New(rand.NewPCG(8, 8))
			for i := range tr.model.Weights {
				tr.model.Weights[i] = float32(0.3 * rng.NormFloat64())
			}
			batch := []int{5, 0, 3, 2}
			loss := func() float64 {
				sum, _ := tr.step(batch)
				var penalty float64
				for _, w := range tr.model.Weights {
					penalty += float64(w) * float64(w)
				}
				return sum/float64(len(batch)) + 0.15*penalty
			}
			loss()
			analytic := slices.Clone(r.gradients)
			check := func(name string, parameters []float32, gradients []float32) {
				for i, w := range parameters {
					const h = 1.0 / 64
					parameters[i] = w + h
					up := loss()
					parameters[i] = w - h
					down := loss()
					parameters[i] = w
					// Logits are float32: 1e-7 in the loss, divided by h.
					if d := (up - down) / (2 * h); math.Abs(d-float64(gradients[i])) > 5e-5 {
						t.Errorf("%s, soft %t, %s %d: gradient %v, finite difference %v", scaling, soft, name, i, gradients[i], d)
					}
				}
			}
			check("weight", tr.model.Weights, analytic[:cols*classes])
			check("bias", tr.model.Bias, analytic[cols*classes:])
			p.close()
		}
	}
}

func TestWorkersGiveTheSameBits(t *testing.T) {
	// Ten classes and another number take different kernels; 333 rows leave a short batch.
	for _, classes := range []int{10, 7} {
		train, validation := toy(t, 333, classes, 1), toy(t, 100, classes, 2)
		for i := range train.Labels { // label noise, so that training does not saturate
			if i%5 == 0 {
				train.Labels[i] = (train.Labels[i] + 1) % classes
			}
		}
		for _, o := range []Optimizer{DefaultAdam(), DefaultAdadelta()} {
			for _, scaling := range []Scaling{ScaleBatch, ScaleConstant} {
				s := DefaultSoftmax(classes)
				s.Batch, s.Passes, s.Optimizer, s.Scaling, s.Shuffle = 50, 3, o, scaling, true
				var first *SoftmaxFit
				for _, workers := range []int{1, 2, 3, 7} {
					fit, err := s.Fit(context.Background(), train, validation, validation, WithWorkers(workers))
					if err != nil {
						t.Fatal(err)
					}
					if first == nil {
						first = fit
					}
					if !reflect.DeepEqual(fit, first) {
						t.Errorf("%d classes, %T, %s: %d workers differ from 1", classes, o, scaling, workers)
					}
					scores, err := fit.Best.Scores(validation.X, WithWorkers(workers))
					if err != nil {
						t.Fatal(err)
					}
					if one, _ := first.Best.Scores(validation.X, WithWorkers(1)); !slices.Equal(scores, one) {
						t.Errorf("%d classes: scores of %d workers differ from 1", classes, workers)
					}
				}
			}
		}
	}
}

func TestSeparableToy(t *testing.T) {
	for _, classes := range []int{2, 10} {
		train, validation, test := toy(t, 400, classes, 1), toy(t, 200, classes, 2), toy(t, 200, classes, 3)
		fast := DefaultSoftmax(classes)
		fast.Batch, fast.Passes = 40, 20
		published := PublishedSoftmax(classes)
		published.Batch, published.Passes = 40, 150
		hard := fast
		hard.SoftTargets, hard.Scaling = false, ScaleNone
		for i, s := range []Softmax{fast, published, hard} {
			fit, err := s.Fit(context.Background(), train, validation, test)
			if err != nil {
				t.Fatal(err)
			}
			if p := fit.History[fit.BestPass-1]; p.Validation != 1 || p.Test != 1 {
				t.Errorf("%d classes, variant %d: best pass %+v, want accuracies 1", classes, i, p)
			}
			if a, err := fit.Best.Accuracy(test); err != nil || a != fit.History[fit.BestPass-1].Test {
				t.Errorf("%d classes, variant %d: model scores %v (%v), history %v", classes, i, a, err, fit.History[fit.BestPass-1].Test)
			}
		}
	}
}

func TestZeroVectorsStayFinite(t *testing.T) {
	set := toy(t, 120, 3, 1)
	for i := range set.X.Cols() {
		set.X.counts[17*set.X.Cols()+i] = 0 // one silent sample
	}
	clear(set.X.counts[40*set.X.Cols() : 80*set.X.Cols()]) // one silent batch
	for _, scaling := range []Scaling{ScaleBatch, ScaleConstant, ScaleNone} {
		s := DefaultSoftmax(3)
		s.Batch, s.Passes, s.Scaling = 40, 5, scaling
		fit, err := s.Fit(context.Background(), set, set, set)
		if err != nil {
			t.Fatalf("%s: %v", scaling, err)
		}
		scores, err := fit.Last.Scores(set.X)
		if err != nil {
			t.Fatal(err)
		}
		for i, z := range scores {
			if z-z != 0 {
				t.Fatalf("%s: score %d is %v", scaling, i, z)
			}
		}
		if z := scores[17*3 : 18*3]; !slices.Equal(z, fit.Last.Bias) {
			t.Errorf("%s: silent sample scores %v, want the biases %v", scaling, z, fit.Last.Bias)
		}
	}
}

func TestSelectionKeepsTheFirstBest(t *testing.T) {
	train, validation := toy(t, 300, 4, 1), toy(t, 150, 4, 2)
	s := DefaultSoftmax(4)
	s.Batch, s.Passes = 30, 12
	var seen []Pass
	fit, err := s.Fit(context.Background(), train, validation, Set{}, WithProgress(func(p Pass) { seen = append(seen, p) }))
	if err != nil {
		t.Fatal(err)
	}
	if len(seen) != 12 || len(fit.History) != 12 {
		t.Fatalf("%d progress calls, %d passes in the history, want 12", len(seen), len(fit.History))
	}
	best := 0
	for i, p := range fit.History {
		if p.Index != i+1 || p.Validation != seen[i].Validation || !math.IsNaN(p.Test) {
			t.Errorf("pass %d reported as %+v, to the callback %+v", i+1, p, seen[i])
		}
		if p.Validation > fit.History[best].Validation {
			best = i
		}
	}
	if fit.BestPass != best+1 {
		t.Errorf("best pass %d, want %d", fit.BestPass, best+1)
	}
	if a, err := fit.Best.Accuracy(validation); err != nil || a != fit.History[best].Validation {
		t.Errorf("kept model has accuracy %v (%v), want %v", a, err, fit.History[best].Validation)
	}
	// A shorter run that ends at the best pass has the same weights.
	s.Passes = fit.BestPass
	short, err := s.Fit(context.Background(), train, validation, Set{})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(short.Last.Weights, fit.Best.Weights) {
		t.Error("weights kept differ from those after the best pass")
	}

	s.Passes, s.Patience = 100, 2
	stopped, err := s.Fit(context.Background(), train, validation, Set{})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(stopped.History), stopped.BestPass+2; got != want {
		t.Errorf("patience 2 stopped after %d passes, want %d", got, want)
	}
}

func TestShuffleFollowsTheSeed(t *testing.T) {
	train := toy(t, 200, 3, 1)
	weights := func(shuffle bool, seed uint64) []float32 {
		s := DefaultSoftmax(3)
		s.Batch, s.Passes, s.Shuffle, s.Seed = 20, 2, shuffle, seed
		fit, err := s.Fit(context.Background(), train, Set{}, Set{})
		if err != nil {
			t.Fatal(err)
		}
		if fit.Best != fit.Last || fit.BestPass != 2 {
			t.Errorf("without validation the last pass must be kept, got %d", fit.BestPass)
		}
		return fit.Best.Weights
	}
	if !slices.Equal(weights(true, 1), weights(true, 1)) {
		t.Error("same seed, different weights")
	}
	if slices.Equal(weights(true, 1), weights(true, 2)) {
		t.Error("different seeds, same weights")
	}
	if !slices.Equal(weights(false, 1), weights(false, 2)) {
		t.Error("the seed matters in file order")
	}
}

func TestCancellationKeepsWhatWasReached(t *testing.T) {
	train := toy(t, 200, 3, 1)
	s := DefaultSoftmax(3)
	ctx, cancel := context.WithCancel(context.Background())
	fit, err := s.Fit(ctx, train, train, Set{}, WithProgress(func(p Pass) {
		if p.Index == 3 {
			cancel()
		}
	}))
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v, want context.Canceled", err)
	}
	if len(fit.History) != 3 || fit.Best == nil || fit.BestPass < 1 {
		t.Errorf("fit holds %d passes, best %d; want 3 passes and a model", len(fit.History), fit.BestPass)
	}
}

func TestDivergenceIsReported(t *testing.T) {
	train := toy(t, 60, 3, 1)
	s := DefaultSoftmax(3)
	s.Scaling, s.Batch = ScaleNone, 10
	s.Optimizer = Adam{Rate: 1e37, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8}
	_, err := s.Fit(context.Background(), train, train, Set{})
	if err == nil || !strings.Contains(err.Error(), "diverged in pass 1") {
		t.Errorf("error %v, want a report of divergence in pass 1", err)
	}
}

func TestStepDoesNotAllocate(t *testing.T) {
	set := toy(t, 100, 10, 1)
	for _, workers := range []int{1, 2} {
		p := newPool(workers)
		tr, err := PublishedSoftmax(10).newTrainer(p, set, Set{}, Set{})
		if err != nil {
			t.Fatal(err)
		}
		if n := testing.AllocsPerRun(50, func() { tr.step(tr.order[:tr.Batch]) }); n != 0 {
			t.Errorf("%d workers: %v allocations per batch, want 0", workers, n)
		}
		p.close()
	}
}

func TestSoftmaxRefusals(t *testing.T) {
	set := toy(t, 30, 3, 1)
	narrow := Set{counts(t, make([]uint8, 30), 30, 1), make([]int, 30)}
	signed, err := NewValues([]float32{1, -1, 2, 3}, 2, 2)
	if err != nil {
		t.Fatal(err)
	}
	with := func(change func(*Softmax)) Softmax {
		s := DefaultSoftmax(3)
		change(&s)
		return s
	}
	cases := map[string]struct {
		s                       Softmax
		train, validation, test Set
		options                 []Option
	}{
		"classes":          {s: with(func(s *Softmax) { s.Classes = 1 }), train: set},
		"batch":            {s: with(func(s *Softmax) { s.Batch = 0 }), train: set},
		"passes":           {s: with(func(s *Softmax) { s.Passes = 0 }), train: set},
		"l2":               {s: with(func(s *Softmax) { s.L2 = math.NaN() }), train: set},
		"scaling":          {s: with(func(s *Softmax) { s.Scaling = "max" }), train: set},
		"optimizer":        {s: with(func(s *Softmax) { s.Optimizer = nil }), train: set},
		"rate":             {s: with(func(s *Softmax) { s.Optimizer = Adam{} }), train: set},
		"patience":         {s: with(func(s *Softmax) { s.Patience = 3 }), train: set},
		"no training":      {s: DefaultSoftmax(3)},
		"label":            {s: DefaultSoftmax(2), train: set},
		"label count":      {s: DefaultSoftmax(3), train: Set{set.X, set.Labels[:29]}},
		"validation width": {s: DefaultSoftmax(3), train: set, validation: narrow},
		"test width":       {s: DefaultSoftmax(3), train: set, test: narrow},
		"labels alone":     {s: DefaultSoftmax(3), train: set, test: Set{Labels: []int{1}}},
		"negative feature": {s: DefaultSoftmax(3), train: Set{signed, []int{0, 1}}},
		"workers":          {s: DefaultSoftmax(3), train: set, options: []Option{WithWorkers(0)}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := c.s.Fit(context.Background(), c.train, c.validation, c.test, c.options...)
			wantRefusal(t, err)
		})
	}
	s := DefaultSoftmax(3)
	s.Passes = 1
	fit, err := s.Fit(context.Background(), set, Set{}, Set{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = fit.Best.Scores(narrow.X)
	wantRefusal(t, err)
	_, err = fit.Best.Predict(nil)
	wantRefusal(t, err)
	_, err = fit.Best.Accuracy(Set{})
	wantRefusal(t, err)
	_, err = (&SoftmaxModel{}).Predict(set.X)
	wantRefusal(t, err)
}

func TestSignedValuesWithoutScaling(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	values, labels := make([]float32, 200*3), make([]int, 200)
	for r := range labels {
		labels[r] = r % 2
		for i := range 3 {
			values[r*3+i] = float32(0.3*rng.NormFloat64() + 2*float64(labels[r]) - 1)
		}
	}
	x, err := NewValues(values, 200, 3)
	if err != nil {
		t.Fatal(err)
	}
	s := DefaultSoftmax(2)
	s.Scaling, s.Batch = ScaleNone, 20
	fit, err := s.Fit(context.Background(), Set{x, labels}, Set{}, Set{})
	if err != nil {
		t.Fatal(err)
	}
	if a, err := fit.Last.Accuracy(Set{x, labels}); err != nil || a != 1 {
		t.Errorf("accuracy %v (%v), want 1", a, err)
	}
}
