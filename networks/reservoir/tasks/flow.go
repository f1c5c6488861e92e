package tasks

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// Flow is an autonomous system of differential equations x' = f(x) with what is known about it.
type Flow struct {
	Name       string
	Derivative func(dst, x []float64) // writes f(x) to dst
	Start      []float64              // a point near the attractor
	Sample     float64                // interval between samples that suits a forecast
	Lyapunov   float64                // largest exponent per unit of time, converged
}

// Lorenz is the system of Lorenz (1963, doi 10.1175/1520-0469(1963)020<0130:DNF>2.0.CO;2) with the usual
// parameters 10, 28, 8/3. Its largest exponent is 0.905.
func Lorenz() Flow {
	return Flow{Name: "Lorenz", Start: []float64{-9.787, -15.039, 20.534}, Sample: 0.02, Lyapunov: 0.905,
		Derivative: func(d, x []float64) {
			d[0] = 10 * (x[1] - x[0])
			d[1] = x[0]*(28-x[2]) - x[1]
			d[2] = x[0]*x[1] - 8./3*x[2]
		}}
}

// Series integrates by the Runge-Kutta method of order four with substeps steps per sample, and returns n
// samples (n x dimension) after discard samples. It fails when the solution is no longer finite.
func (f Flow) Series(n, discard, substeps int) (*mat.Dense, error) {
	if n < 1 || discard < 0 || substeps < 1 {
		return nil, fmt.Errorf("tasks: %s: %d samples, %d discarded, %d substeps: must be at least 1, 0 and 1", f.Name, n, discard, substeps)
	}
	if f.Derivative == nil || len(f.Start) == 0 || !(f.Sample > 0) {
		return nil, fmt.Errorf("tasks: %s: a flow needs a derivative, a start and a sample interval above 0", f.Name)
	}
	d := len(f.Start)
	x := append([]float64(nil), f.Start...)
	k1, k2, k3, k4, at := make([]float64, d), make([]float64, d), make([]float64, d), make([]float64, d), make([]float64, d)
	move := func(k []float64, h float64) []float64 {
		for i := range at {
			at[i] = x[i] + h*k[i]
		}
		return at
	}
	h := f.Sample / float64(substeps)
	out := mat.NewDense(n, d, nil)
	for t := range n + discard {
		if t >= discard {
			copy(out.RawRowView(t-discard), x)
		}
		for range substeps {
			f.Derivative(k1, x)
			f.Derivative(k2, move(k1, h/2))
			f.Derivative(k3, move(k2, h/2))
			f.Derivative(k4, move(k3, h))
			for i := range x {
				x[i] += h / 6 * (k1[i] + 2*k2[i] + 2*k3[i] + k4[i])
			}
		}
		for _, v := range x {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return nil, fmt.Errorf("tasks: %s: the solution diverges at sample %d: use more substeps or another start", f.Name, t)
			}
		}
	}
	return out, nil
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
