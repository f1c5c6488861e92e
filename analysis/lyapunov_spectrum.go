package analysis

import (
	"fmt"
	"math"
)

// LyapunovSpectrum estimates the largest Lyapunov exponents of a map, per step, in descending order, one for each
// of so many tangent vectors (Benettin et al. 1980; Shimada & Nagashima 1979).
//
// advance replaces the state x by its successor at step t and every tangent vector by its image under the
// derivative of the same step. After each step the vectors are made orthonormal by modified Gram-Schmidt, and the
// logarithms of their lengths are summed. For a flow, let advance integrate state and linearised equations over a
// short time and divide the results by it: with as many vectors as dimensions the exponents then sum to the mean
// divergence, and one of them is 0.
//
// Options are those of [LargestLyapunov], without Distance. start is not changed. The error names an option out of
// range or a state that diverges. An exponent is -Inf if a vector vanishes.
func LyapunovSpectrum(start []float64, vectors int, advance func(x []float64, tangents [][]float64, t int), opt LyapunovOptions) ([]float64, error) {
	if opt.Discard == 0 {
		opt.Discard = 500
	}
	if opt.Steps == 0 {
		opt.Steps = 2000
	}
	d := len(start)
	if opt.Discard < 0 || opt.Steps < 1 || vectors < 1 || vectors > d {
		return nil, fmt.Errorf("analysis: Lyapunov spectrum: discard %d, steps %d, vectors %d: must be at least 0, at least 1 and 1 to %d, the length of the state",
			opt.Discard, opt.Steps, vectors, d)
	}
	x := append([]float64(nil), start...)
	tangents := make([][]float64, vectors)
	for k := range tangents {
		tangents[k] = make([]float64, d)
		tangents[k][k] = 1
	}
	sums := make([]float64, vectors)
	for t := range opt.Discard + opt.Steps {
		advance(x, tangents, t)
		for _, v := range x {
			if !finite(v) {
				return nil, fmt.Errorf("analysis: Lyapunov spectrum: the state is no longer finite at step %d: the system diverges", t)
			}
		}
		for k, v := range tangents {
			for _, w := range tangents[:k] {
				var dot float64
				for i := range v {
					dot += v[i] * w[i]
				}
				for i := range v {
					v[i] -= dot * w[i]
				}
			}
			var square float64
			for _, c := range v {
				square += c * c
			}
			length := math.Sqrt(square)
			if t >= opt.Discard {
				sums[k] += math.Log(length)
			}
			if length == 0 { // the direction is lost: any other will do, since its exponent is -Inf already
				v[k] = 1
				continue
			}
			for i := range v {
				v[i] /= length
			}
		}
	}
	for k := range sums {
		sums[k] /= float64(opt.Steps)
	}
	return sums, nil
}

// KaplanYorke is the dimension of an attractor by the conjecture of Kaplan & Yorke (1979), from all exponents in
// descending order:
//
//	D = j + (l_1 + ... + l_j)/|l_{j+1}|,  j the largest number with a sum of at least 0.
//
// It is 0 where the first exponent is negative, and the number of exponents where none of the sums is.
func KaplanYorke(exponents []float64) float64 {
	var sum float64
	for j, l := range exponents {
		if sum+l < 0 {
			return float64(j) + sum/math.Abs(l)
		}
		sum += l
	}
	return float64(len(exponents))
}
