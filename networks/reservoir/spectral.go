package reservoir

import (
	"fmt"
	"math"
	"math/cmplx"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// exactRadius is the size up to which all eigenvalues are computed: 0.1 s at 256, growing with the cube.
const exactRadius = 256

// SpectralRadius is the largest modulus of an eigenvalue of a square matrix. Up to 256 units all
// eigenvalues are computed. Beyond, it is the growth rate of a random vector over 4000 products, found
// to 0.2 %; that average holds for complex pairs as well, where ratios of single steps oscillate.
func SpectralRadius(m Matrix) (float64, error) {
	rows, cols := m.Dims()
	if rows != cols || rows == 0 {
		return 0, refuse("shape of the matrix", fmt.Sprintf("%d x %d", rows, cols), "must be square and not empty")
	}
	if rows > exactRadius {
		return growthRate(m, 4000), nil
	}
	var eigen mat.Eigen
	if !eigen.Factorize(m.Dense(), mat.EigenNone) {
		return 0, refuse("matrix", "not decomposable", "the eigenvalues did not converge: are all weights finite?")
	}
	radius := 0.0
	for _, v := range eigen.Values(nil) {
		radius = max(radius, cmplx.Abs(v))
	}
	return radius, nil
}

// growthRate is the mean factor by which a product lengthens a vector, after a fifth of the steps.
func growthRate(m Matrix, steps int) float64 {
	n, _ := m.Dims()
	rng := rand.New(rand.NewPCG(uint64(n), 0x9e3779b97f4a7c15))
	x, y := make([]float64, n), make([]float64, n)
	for i := range x {
		x[i] = rng.NormFloat64()
	}
	var sum float64
	for t := range steps {
		m.MulVec(y, x)
		norm := floats.Norm(y, 2)
		if norm == 0 {
			return 0 // nilpotent: every vector dies
		}
		// The first vector has length sqrt(n); its factor is not counted.
		if t >= steps/5 {
			sum += math.Log(norm)
		}
		floats.Scale(1/norm, y)
		x, y = y, x
	}
	return math.Exp(sum / float64(steps-steps/5))
}

// ScaleRadius multiplies the weights so that the spectral radius becomes the given one. It fails if
// the radius is 0, as for a shift register, whose scale is that of its weights.
func ScaleRadius(m Matrix, radius float64) error {
	if !(radius >= 0) || !finite(radius) {
		return refuse("spectral radius", radius, "must be finite and at least 0")
	}
	now, err := SpectralRadius(m)
	if err != nil {
		return err
	}
	if !(now > 1e-12) || !finite(now) {
		return refuse("spectral radius of the unscaled matrix", now, "must be above 0: use more connections, or set the weights directly")
	}
	m.Scale(radius / now)
	return nil
}
