package readout

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// Without forgetting, RLS from P = I/alpha is ridge with lambda = alpha.
func TestRLSIsRidge(t *testing.T) {
	x, y := normal(400, 30, 1, 0.3), normal(400, 2, 2, 1)
	for _, alpha := range []float64{0.01, 1, 50} {
		r, err := NewRLS(30, 2, alpha)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 400 {
			if err := r.Update(x.RawRowView(i), y.RawRowView(i)); err != nil {
				t.Fatal(err)
			}
		}
		if d := distance(&r.Linear, mustSolve(t, mustRidge(t, x, y, false), alpha)); d > 1e-9 {
			t.Errorf("alpha %g: RLS and ridge differ by %g", alpha, d)
		}
	}
}

// With forgetting f, sample i of n weighs f^(n-1-i) and the prior f^n.
func TestRLSForgetting(t *testing.T) {
	const n, f, alpha = 120, 0.97, 0.5
	x, y := normal(n, 6, 3, 0), normal(n, 1, 4, 0)
	r, err := NewRLS(6, 1, alpha)
	if err != nil {
		t.Fatal(err)
	}
	r.Forgetting = f
	wx, wy := mat.DenseCopyOf(x), mat.DenseCopyOf(y)
	for i := range n {
		if err := r.Update(x.RawRowView(i), y.RawRowView(i)); err != nil {
			t.Fatal(err)
		}
		weight := math.Sqrt(math.Pow(f, float64(n-1-i)))
		for j := range 6 {
			wx.Set(i, j, weight*x.At(i, j))
		}
		wy.Set(i, 0, weight*y.At(i, 0))
	}
	want := mustSolve(t, mustRidge(t, wx, wy, false), alpha*math.Pow(f, n))
	if d := distance(&r.Linear, want); d > 1e-9 {
		t.Errorf("differs from weighted least squares by %g", d)
	}
}

// One step from zero weights, by hand: x = (1, 2), target 3.
func TestOnlineFirstSteps(t *testing.T) {
	x, y := []float64{1, 2}, []float64{3}
	lms, err := NewLMS(2, 1, 0.5)
	if err != nil {
		t.Fatal(err)
	}
	lms.Epsilon = 0
	delta, err := NewDelta(2, 1, 0.1)
	if err != nil {
		t.Fatal(err)
	}
	rls, err := NewRLS(2, 1, 0.5) // P = 2I, Px = (2, 4), x'Px = 10
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name    string
		rule    Readout
		state   *Linear
		w0, w1  float64
		bias    float64
		predict float64
	}{
		{"LMS", lms, &lms.Linear, 0.25, 0.5, 0.25, 1.5}, // 0.5*3/(1+4+1)
		{"delta", delta, &delta.Linear, 0.3, 0.6, 0.3, 1.8},
		{"RLS", rls, &rls.Linear, 6.0 / 11, 12.0 / 11, 0, 30.0 / 11},
	} {
		if err := c.rule.Update(x, y); err != nil {
			t.Fatal(err)
		}
		out := make([]float64, 1)
		if err := c.rule.Predict(x, out); err != nil {
			t.Fatal(err)
		}
		for i, d := range []float64{c.state.Weights[0] - c.w0, c.state.Weights[1] - c.w1, c.state.Bias[0] - c.bias, out[0] - c.predict} {
			if math.Abs(d) > 1e-14 {
				t.Errorf("%s: weights %v, bias %v, output %v (difference %d is %g)", c.name, c.state.Weights, c.state.Bias, out, i, d)
			}
		}
	}
}

// A noiseless linear teacher is learned by all rules.
func TestOnlineRulesFindTheTeacher(t *testing.T) {
	teacher, err := newLinear(5, 2)
	if err != nil {
		t.Fatal(err)
	}
	copy(teacher.Weights, []float64{1, -2, 0.5, 0, 3, -1, 0, 0.25, 2, -0.5})
	lms, _ := NewLMS(5, 2, 1)
	delta, _ := NewDelta(5, 2, 0.02)
	rls, _ := NewRLS(5, 2, 1e-9)
	x := normal(3000, 5, 5, 0)
	y := make([]float64, 2)
	for i := range 3000 {
		if err := teacher.Predict(x.RawRowView(i), y); err != nil {
			t.Fatal(err)
		}
		for _, r := range []Readout{lms, delta, rls} {
			if err := r.Update(x.RawRowView(i), y); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, l := range map[string]*Linear{"LMS": &lms.Linear, "delta": &delta.Linear, "RLS": &rls.Linear} {
		if d := distance(l, teacher); d > 1e-6 {
			t.Errorf("%s is %g away from the teacher", name, d)
		}
	}
}

func TestOnlineRefusals(t *testing.T) {
	for _, build := range []func() error{
		func() error { _, err := NewRLS(0, 1, 1); return err },
		func() error { _, err := NewRLS(1, 1, 0); return err },
		func() error { _, err := NewRLS(1, 1, math.NaN()); return err },
		func() error { _, err := NewLMS(1, 1, 2); return err },
		func() error { _, err := NewLMS(1, 0, 1); return err },
		func() error { _, err := NewDelta(1, 1, -1); return err },
	} {
		wantRefusal(t, build())
	}
	lms, _ := NewLMS(2, 1, 1)
	delta, _ := NewDelta(2, 1, 0.1)
	rls, _ := NewRLS(2, 1, 1)
	for _, r := range []Readout{lms, delta, rls} {
		wantRefusal(t, r.Update([]float64{1}, []float64{1}))
		wantRefusal(t, r.Update([]float64{1, 2}, nil))
		wantRefusal(t, r.Update([]float64{1, math.NaN()}, []float64{1}))
		wantRefusal(t, r.Update([]float64{1, math.Inf(1)}, []float64{1}))
		wantRefusal(t, r.Update([]float64{1, 2}, []float64{math.NaN()}))
		wantRefusal(t, r.Predict([]float64{1, 2}, nil))
		out := make([]float64, 1)
		if err := r.Predict([]float64{1, 2}, out); err != nil || out[0] != 0 {
			t.Errorf("%T learned from refused samples: %v (%v)", r, out, err)
		}
		if err := r.Update([]float64{0, 0}, []float64{1}); err != nil {
			t.Errorf("%T refuses a silent state: %v", r, err)
		}
	}
	rls.Forgetting = 0
	wantRefusal(t, rls.Update([]float64{1, 2}, []float64{1}))
}

func TestUpdateDoesNotAllocate(t *testing.T) {
	x, y := normal(1, 20, 1, 0).RawRowView(0), []float64{1, -1}
	lms, _ := NewLMS(20, 2, 1)
	delta, _ := NewDelta(20, 2, 0.01)
	rls, _ := NewRLS(20, 2, 1)
	for _, r := range []Readout{lms, delta, rls} {
		if n := testing.AllocsPerRun(20, func() {
			if err := r.Update(x, y); err != nil {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("%T: %v allocations per update, want 0", r, n)
		}
	}
}

func BenchmarkRLS(b *testing.B) {
	x, y := normal(64, 1000, 1, 0), []float64{1}
	r, err := NewRLS(1000, 1, 1)
	if err != nil {
		b.Fatal(err)
	}
	for i := 0; b.Loop(); i++ {
		if err := r.Update(x.RawRowView(i%64), y); err != nil {
			b.Fatal(err)
		}
	}
}
