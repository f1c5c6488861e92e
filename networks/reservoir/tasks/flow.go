package tasks

import (
	"fmt"
	"math"

	"github.com/glia-sim/glia/analysis"
	"gonum.org/v1/gonum/mat"
)

// Flow is an autonomous system of differential equations x' = f(x) with what is known about it.
type Flow struct {
	Name       string
	Derivative func(dst, x []float64) // writes f(x) to dst
	Jacobian   func(dst, x []float64) // writes df_i/dx_j to dst[i*dimension+j]; entries it leaves alone are 0
	Start      []float64              // a point near the attractor
	Sample     float64                // interval between samples that suits a forecast
	Exponents  []float64              // Lyapunov exponents per unit of time, converged, in descending order
	Divergence float64                // sum of the exponents where it is the same everywhere; else NaN
}

// Lyapunov is the largest exponent, the inverse of the Lyapunov time.
func (f Flow) Lyapunov() float64 { return f.Exponents[0] }

// runge integrates by the Runge-Kutta method of order four.
type runge struct {
	f                  func(dst, x []float64)
	k1, k2, k3, k4, at []float64
}

func newRunge(dimension int, f func(dst, x []float64)) *runge {
	buffer := func() []float64 { return make([]float64, dimension) }
	return &runge{f, buffer(), buffer(), buffer(), buffer(), buffer()}
}

// step advances x by h.
func (r *runge) step(x []float64, h float64) {
	move := func(k []float64, h float64) []float64 {
		for i := range r.at {
			r.at[i] = x[i] + h*k[i]
		}
		return r.at
	}
	r.f(r.k1, x)
	r.f(r.k2, move(r.k1, h/2))
	r.f(r.k3, move(r.k2, h/2))
	r.f(r.k4, move(r.k3, h))
	for i := range x {
		x[i] += h / 6 * (r.k1[i] + 2*r.k2[i] + 2*r.k3[i] + r.k4[i])
	}
}

func (f Flow) check() error {
	if f.Derivative == nil || len(f.Start) == 0 || !(f.Sample > 0) {
		return fmt.Errorf("tasks: %s: a flow needs a derivative, a start and a sample interval above 0", f.Name)
	}
	return nil
}

// Series integrates by the Runge-Kutta method of order four with substeps steps per sample, and returns n
// samples (n x dimension) after discard samples. It fails when the solution is no longer finite.
func (f Flow) Series(n, discard, substeps int) (*mat.Dense, error) {
	if n < 1 || discard < 0 || substeps < 1 {
		return nil, fmt.Errorf("tasks: %s: %d samples, %d discarded, %d substeps: must be at least 1, 0 and 1", f.Name, n, discard, substeps)
	}
	if err := f.check(); err != nil {
		return nil, err
	}
	d := len(f.Start)
	x := append([]float64(nil), f.Start...)
	integrator := newRunge(d, f.Derivative)
	out := mat.NewDense(n, d, nil)
	for t := range n + discard {
		if t >= discard {
			copy(out.RawRowView(t-discard), x)
		}
		for range substeps {
			integrator.step(x, f.Sample/float64(substeps))
		}
		for _, v := range x {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return nil, fmt.Errorf("tasks: %s: the solution diverges at sample %d: use more substeps or another start", f.Name, t)
			}
		}
	}
	return out, nil
}

// Spectrum measures all Lyapunov exponents per unit of time, in descending order, over duration time units after 200
// that are discarded. State and linearised equations are integrated together, with substeps steps per sample, and
// the tangent vectors made orthonormal at each sample (see [analysis.LyapunovSpectrum]). Two thousand Lyapunov times
// give the largest exponent to about 1 %.
func (f Flow) Spectrum(duration float64, substeps int) ([]float64, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	if f.Jacobian == nil || !(duration >= f.Sample) || duration/f.Sample > 1e9 || substeps < 1 {
		return nil, fmt.Errorf("tasks: %s: exponents over %v time units with %d substeps: a Jacobian is needed, a duration of 1 to 1e9 samples (of %v) and at least one substep",
			f.Name, duration, substeps, f.Sample)
	}
	d := len(f.Start)
	// One vector holds the state and behind it the d tangent vectors.
	jacobian := make([]float64, d*d)
	integrator := newRunge(d+d*d, func(dst, x []float64) {
		f.Derivative(dst[:d], x[:d])
		f.Jacobian(jacobian, x[:d])
		for v := d; v < len(x); v += d {
			for i := range d {
				var sum float64
				for j, c := range jacobian[i*d : (i+1)*d] {
					sum += c * x[v+j]
				}
				dst[v+i] = sum
			}
		}
	})
	joint := make([]float64, d+d*d)
	advance := func(x []float64, tangents [][]float64, _ int) {
		copy(joint, x)
		for k, v := range tangents {
			copy(joint[d+k*d:], v)
		}
		for range substeps {
			integrator.step(joint, f.Sample/float64(substeps))
		}
		copy(x, joint)
		for k, v := range tangents {
			copy(v, joint[d+k*d:])
		}
	}
	exponents, err := analysis.LyapunovSpectrum(f.Start, d, advance, analysis.LyapunovOptions{
		Discard: int(200/f.Sample) + 1, Steps: int(duration / f.Sample)})
	if err != nil {
		return nil, fmt.Errorf("tasks: %s: %w", f.Name, err)
	}
	for k := range exponents {
		exponents[k] /= f.Sample
	}
	return exponents, nil
}

// Standardise shifts and scales each column of a series, in place, to the mean 0 and standard deviation 1 of
// its first rows rows. A constant column is only shifted.
func Standardise(series *mat.Dense, rows int) error {
	n, cols := series.Dims()
	if rows < 1 || rows > n {
		return fmt.Errorf("tasks: rows to standardise by is %d: must be in 1..%d, the length of the series", rows, n)
	}
	for c := range cols {
		var mean, square float64
		for t := range rows {
			mean += series.At(t, c)
		}
		mean /= float64(rows)
		for t := range rows {
			square += (series.At(t, c) - mean) * (series.At(t, c) - mean)
		}
		sd := math.Sqrt(square / float64(rows))
		if sd == 0 {
			sd = 1
		}
		for t := range n {
			series.Set(t, c, (series.At(t, c)-mean)/sd)
		}
	}
	return nil
}
