package tasks

import (
	"math"
	"testing"

	"github.com/glia-sim/glia/analysis"
)

// The Jacobian that is written down is that of the equations.
func TestFlowJacobians(t *testing.T) {
	for _, f := range Flows() {
		d := len(f.Start)
		j, lo, hi := make([]float64, d*d), make([]float64, d), make([]float64, d)
		x := append([]float64(nil), f.Start...)
		f.Jacobian(j, x)
		for c := range d {
			const h = 1e-5
			x[c] += h
			f.Derivative(hi, x)
			x[c] -= 2 * h
			f.Derivative(lo, x)
			x[c] += h
			for i := range d {
				if want := (hi[i] - lo[i]) / (2 * h); math.Abs(j[i*d+c]-want) > 1e-6 {
					t.Errorf("%s: df_%d/dx_%d is %g: want %g", f.Name, i, c, j[i*d+c], want)
				}
			}
		}
	}
}

// Exponents of the twelve systems against converged ones of an independent implementation, and exactly: they sum to
// the divergence, and one is 0, the direction along the orbit. Two thousand Lyapunov times give the largest to 2 %; the
// systems with the most steps in a Lyapunov time are followed for a quarter of that, with twice the tolerance. The
// experiment chaos measures all of them in full.
func TestFlowExponents(t *testing.T) {
	for _, f := range Flows() {
		t.Run(f.Name, func(t *testing.T) {
			times, tolerance := 2000.0, 0.03
			if f.Sample*f.Lyapunov() < 0.0115 {
				times, tolerance = 500, 0.06
			}
			duration := times / f.Lyapunov()
			got, err := f.Spectrum(duration, 5)
			if err != nil {
				t.Fatal(err)
			}
			near(t, "largest", got[0], f.Exponents[0], tolerance*f.Exponents[0])
			near(t, "zero", got[1], 0, max(1e-3, 5/duration))
			last := len(got) - 1
			near(t, "smallest", got[last], f.Exponents[last], tolerance*math.Abs(f.Exponents[last]))
			if !math.IsNaN(f.Divergence) {
				var sum float64
				for _, l := range got {
					sum += l
				}
				near(t, "sum", sum, f.Divergence, 1e-3)
			}
			near(t, "dimension", analysis.KaplanYorke(got), analysis.KaplanYorke(f.Exponents), tolerance)
		})
	}
	if _, err := (Flow{Name: "x"}).Spectrum(1, 1); err == nil {
		t.Error("a flow without equations was accepted")
	}
	if _, err := Lorenz().Spectrum(0, 5); err == nil {
		t.Error("a duration of 0 was accepted")
	}
}
