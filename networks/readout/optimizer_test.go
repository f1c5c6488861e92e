package readout

import (
	"math"
	"testing"
)

// Two steps with gradients 0.5 and -0.25 from a weight of 0.
func TestFirstStepsByHand(t *testing.T) {
	cases := []struct {
		name      string
		optimizer Optimizer
		want      [2]float64
	}{
		// E[g2] 0.0125, d = 0.5*1e-4/0.11180344 = 4.472134e-4, E[d2] 1e-8;
		// E[g2] 0.015, d = -0.25*1.4142132e-4/0.12247453 = -2.886749e-4.
		{"adadelta", DefaultAdadelta(), [2]float64{-4.472134e-5, -1.585385e-5}},
		// 0.5/sqrt(0.25) = 1; then (0.02/0.19)/sqrt(0.00031225/0.001999) = 0.26633705.
		{"adam", DefaultAdam(), [2]float64{-0.01, -0.0126633705}},
	}
	for _, c := range cases {
		s := c.optimizer.start(3)
		w := []float32{0}
		for i, g := range []float32{0.5, -0.25} {
			s.next()
			s.apply(1, w, []float32{g})
			// Single precision, and 1-beta2 = 0.001 carries its relative error.
			if got := float64(w[0]); math.Abs(got-c.want[i]) > 2e-6*math.Abs(c.want[i]) {
				t.Errorf("%s, step %d: %.9g, want %.9g", c.name, i+1, got, c.want[i])
			}
		}
	}
}

func TestOptimizerValidate(t *testing.T) {
	nan := math.NaN()
	bad := []Optimizer{
		Adam{0, 0.9, 0.999, 1e-8}, Adam{nan, 0.9, 0.999, 1e-8}, Adam{0.1, 1, 0.999, 1e-8},
		Adam{0.1, 0.9, -0.1, 1e-8}, Adam{0.1, 0.9, 0.999, 0}, Adam{math.Inf(1), 0.9, 0.999, 1e-8},
		Adadelta{0, 0.95, 1e-8}, Adadelta{0.1, 1, 1e-8}, Adadelta{0.1, nan, 1e-8}, Adadelta{0.1, 0.95, -1},
	}
	for _, o := range bad {
		wantRefusal(t, o.Validate())
	}
	for _, o := range []Optimizer{DefaultAdam(), DefaultAdadelta()} {
		if err := o.Validate(); err != nil {
			t.Error(err)
		}
	}
}
