package readout

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
)

func normal(rows, cols int, seed uint64, mean float64) *mat.Dense {
	rng := rand.New(rand.NewPCG(seed, 9))
	m := mat.NewDense(rows, cols, nil)
	for i := range rows {
		for j := range cols {
			m.Set(i, j, mean+rng.NormFloat64())
		}
	}
	return m
}

// closedForm solves (X'X + lambda I) W = X'Y by LU on the uncentred data with,
// if bias is set, an unpenalised column of ones.
func closedForm(x, y *mat.Dense, lambda float64, bias bool) *mat.Dense {
	rows, cols := x.Dims()
	n := cols
	if bias {
		n++
	}
	a := mat.NewDense(rows, n, nil)
	a.Slice(0, rows, 0, cols).(*mat.Dense).Copy(x)
	for i := range rows {
		if bias {
			a.Set(i, cols, 1)
		}
	}
	var gram, right, w mat.Dense
	gram.Mul(a.T(), a)
	right.Mul(a.T(), y)
	for i := range cols {
		gram.Set(i, i, gram.At(i, i)+lambda)
	}
	if err := w.Solve(&gram, &right); err != nil {
		panic(err)
	}
	return &w
}

func mustRidge(t *testing.T, x, y *mat.Dense, bias bool) *Ridge {
	t.Helper()
	_, in := x.Dims()
	_, out := y.Dims()
	build := NewRidge
	if !bias {
		build = NewRidgeNoBias
	}
	r, err := build(in, out)
	if err == nil {
		err = r.Add(x, y)
	}
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func mustSolve(t *testing.T, r *Ridge, lambda float64) *Linear {
	t.Helper()
	l, err := r.Solve(lambda)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// distance is the largest difference of weights and biases.
func distance(a, b *Linear) float64 {
	var d float64
	for i, w := range a.Weights {
		d = max(d, math.Abs(w-b.Weights[i]))
	}
	for i, v := range a.Bias {
		d = max(d, math.Abs(v-b.Bias[i]))
	}
	return d
}

func TestRidgeAgainstClosedForm(t *testing.T) {
	x, y := normal(300, 12, 1, 0.5), normal(300, 3, 2, -2)
	for _, bias := range []bool{true, false} {
		r := mustRidge(t, x, y, bias)
		for _, lambda := range []float64{0, 1e-3, 10} {
			l, want := mustSolve(t, r, lambda), closedForm(x, y, lambda, bias)
			for k := range 3 {
				for j := range 12 {
					if d := math.Abs(l.Row(k)[j] - want.At(j, k)); d > 1e-11 {
						t.Errorf("bias %t, lambda %g, weight %d,%d off by %g", bias, lambda, k, j, d)
					}
				}
				b := 0.0
				if bias {
					b = want.At(12, k)
				}
				if d := math.Abs(l.Bias[k] - b); d > 1e-11 {
					t.Errorf("bias %t, lambda %g, bias %d off by %g", bias, lambda, k, d)
				}
			}
		}
	}
}

// More inputs than one panel of the products, and batches of odd lengths.
func TestRidgeBatchesAndMerge(t *testing.T) {
	const inputs = 300
	x, y := normal(700, inputs, 3, 100), normal(700, 2, 4, 5) // means far above the spread
	whole := mustSolve(t, mustRidge(t, x, y, true), 0.1)
	part := func(lo, hi int) (mat.Matrix, mat.Matrix) {
		return x.Slice(lo, hi, 0, inputs), y.Slice(lo, hi, 0, 2)
	}
	batched, _ := NewRidge(inputs, 2)
	other, _ := NewRidge(inputs, 2)
	for lo, n := 0, 1; lo < 500; n += 30 {
		hi := min(lo+n, 500)
		if err := batched.Add(part(lo, hi)); err != nil {
			t.Fatal(err)
		}
		lo = hi
	}
	if err := other.Add(part(500, 700)); err != nil {
		t.Fatal(err)
	}
	if err := batched.Merge(other); err != nil {
		t.Fatal(err)
	}
	if batched.Count() != 700 {
		t.Errorf("count %d, want 700", batched.Count())
	}
	l := mustSolve(t, batched, 0.1)
	if d := distance(whole, l); d > 1e-10 { // biases are about 100 times the weights' error
		t.Errorf("batched and merged differ from one batch by %g", d)
	}
	want := closedForm(x, y, 0.1, true)
	for k := range 2 {
		for j := range inputs {
			// The reference is the weaker one here: its Gram matrix has condition 1e7.
			if d := math.Abs(l.Row(k)[j] - want.At(j, k)); d > 1e-8 {
				t.Fatalf("weight %d,%d off by %g", k, j, d)
			}
		}
	}
}

func TestRidgeProperties(t *testing.T) {
	// Square invertible X: no training error, with and without a constant added.
	x, y := normal(8, 8, 5, 0), normal(8, 1, 6, 0)
	out, err := mustSolve(t, mustRidge(t, x, y, false), 0).PredictBatch(x)
	if err != nil {
		t.Fatal(err)
	}
	out.Sub(out, y)
	if e := mat.Norm(out, math.Inf(1)); e > 1e-8 {
		t.Errorf("training error %g, want 0", e)
	}

	// A constant added to the target moves the bias alone; residuals are
	// orthogonal to X without regularisation.
	x, y = normal(100, 8, 7, 1), normal(100, 1, 8, 0)
	var shifted mat.Dense
	shifted.Apply(func(_, _ int, v float64) float64 { return v + 42 }, y)
	a, b := mustSolve(t, mustRidge(t, x, y, true), 0), mustSolve(t, mustRidge(t, x, &shifted, true), 0)
	b.Bias[0] -= 42
	if d := distance(a, b); d > 1e-11 {
		t.Errorf("a shift of the target changed the readout by %g", d)
	}
	if out, err = a.PredictBatch(x); err != nil {
		t.Fatal(err)
	}
	out.Sub(out, y)
	var inner mat.Dense
	inner.Mul(x.T(), out)
	if e := mat.Norm(&inner, math.Inf(1)); e > 1e-10 {
		t.Errorf("residual has a product of %g with the states", e)
	}

	single := make([]float64, 1)
	if err := a.Predict(x.RawRowView(3), single); err != nil || math.Abs(single[0]-out.At(3, 0)-y.At(3, 0)) > 1e-12 {
		t.Errorf("Predict and PredictBatch differ (%v)", err)
	}
}

func TestRidgeSelect(t *testing.T) {
	// 30 samples of 25 inputs, noise as large as the signal: lambda 0 over-fits.
	teacher := normal(25, 1, 10, 0)
	sample := func(rows int, seed uint64) (x, y *mat.Dense) {
		x, y = normal(rows, 25, seed, 0), mat.NewDense(rows, 1, nil)
		y.Mul(x, teacher)
		noise := normal(rows, 1, seed+1, 0)
		noise.Scale(5, noise)
		y.Add(y, noise)
		return x, y
	}
	x, y := sample(30, 11)
	vx, vy := sample(500, 13)
	r := mustRidge(t, x, y, true)
	lambdas := []float64{0, 1e-6, 1, 10, 1e6}
	s, err := r.SelectRegression(lambdas, vx, vy)
	if err != nil {
		t.Fatal(err)
	}
	if s.Lambda != 1 && s.Lambda != 10 {
		t.Errorf("chose lambda %g with scores %v", s.Lambda, s.Scores)
	}
	for i, lambda := range lambdas {
		l := mustSolve(t, r, lambda)
		out, _ := l.PredictBatch(vx)
		e, _ := NRMSE(mat.Col(nil, 0, out), mat.Col(nil, 0, vy))
		if e != s.Scores[i] {
			t.Errorf("lambda %g scored %v, want %v", lambda, s.Scores[i], e)
		}
		if lambda == s.Lambda && distance(l, s.Readout) != 0 {
			t.Error("the readout kept is not that of the chosen lambda")
		}
	}

	// Equal scores keep the first; singular equations rule out only their lambda.
	few := mustRidge(t, normal(5, 25, 20, 0), normal(5, 1, 21, 0), true)
	s, err = few.Select([]float64{0, 2, 1}, func(*Linear) (float64, error) { return 7, nil })
	if err != nil || s.Lambda != 2 || !math.IsInf(s.Scores[0], 1) {
		t.Errorf("chose %+v (%v), want lambda 2 and an infinite first score", s, err)
	}
	_, err = few.Select([]float64{0}, func(*Linear) (float64, error) { return 7, nil })
	wantRefusal(t, err)
}

func TestRidgeClassification(t *testing.T) {
	set, test := toy(t, 300, 4, 1), toy(t, 150, 4, 2)
	r, err := NewRidge(set.X.Cols(), 4)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.AddFeatures(set); err != nil {
		t.Fatal(err)
	}
	states := mat.NewDense(150, set.X.Cols(), nil)
	for i := range 150 {
		if err := test.X.Row(states.RawRowView(i), i); err != nil {
			t.Fatal(err)
		}
	}
	s, err := r.SelectLabels([]float64{1e-3, 1}, states, test.Labels)
	if err != nil || s.Lambda != 1e-3 || s.Scores[0] != 0 {
		t.Errorf("selection %+v (%v), want no errors at the first lambda", s, err)
	}
	for i, l := range test.Labels {
		if c, err := s.Readout.Classify(states.RawRowView(i)); err != nil || c != l {
			t.Fatalf("sample %d classified as %d (%v), want %d", i, c, err, l)
		}
	}
}

func TestRidgeRefusals(t *testing.T) {
	_, err := NewRidge(0, 1)
	wantRefusal(t, err)
	_, err = NewRidge(1, 0)
	wantRefusal(t, err)
	r, _ := NewRidge(3, 2)
	_, err = r.Solve(1)
	wantRefusal(t, err)
	x, y := normal(10, 3, 1, 0), normal(10, 2, 2, 0)
	wantRefusal(t, r.Add(normal(10, 4, 1, 0), y))
	wantRefusal(t, r.Add(x, normal(10, 1, 1, 0)))
	wantRefusal(t, r.Add(x, normal(9, 2, 1, 0)))
	spoilt := mat.DenseCopyOf(x)
	spoilt.Set(4, 1, math.NaN())
	wantRefusal(t, r.Add(spoilt, y))
	wantRefusal(t, r.AddLabels(x, make([]int, 9)))
	wantRefusal(t, r.AddLabels(x, []int{0, 1, 2, 0, 0, 0, 0, 0, 0, 0}))
	wantRefusal(t, r.AddFeatures(Set{}))
	if r.Count() != 0 {
		t.Errorf("refused states were counted: %d", r.Count())
	}
	other, _ := NewRidgeNoBias(3, 2)
	wantRefusal(t, r.Merge(other))
	if err := r.Add(x, y); err != nil {
		t.Fatal(err)
	}
	for _, lambda := range []float64{-1, math.NaN(), math.Inf(1)} {
		_, err = r.Solve(lambda)
		wantRefusal(t, err)
	}
	_, err = r.SelectRegression(nil, x, y)
	wantRefusal(t, err)
	_, err = r.SelectRegression([]float64{1, -1}, x, y)
	wantRefusal(t, err)
	_, err = r.SelectLabels([]float64{1}, x, []int{5})
	wantRefusal(t, err)
	l := mustSolve(t, r, 1)
	wantRefusal(t, l.Predict(make([]float64, 2), make([]float64, 2)))
	wantRefusal(t, l.Predict(make([]float64, 3), make([]float64, 1)))
	_, err = l.Classify(nil)
	wantRefusal(t, err)
	_, err = l.PredictBatch(normal(2, 2, 1, 0))
	wantRefusal(t, err)
}
