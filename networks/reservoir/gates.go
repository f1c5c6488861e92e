package reservoir

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/stat/distuv"
)

// Gates is a network of threshold gates (Bertschinger & Natschläger 2004, doi 10.1162/089976604323057443):
//
//	x_i(t+1) = sign( sum_j w_ij x_j(t) + u(t+1) ),   x in {-1, +1}
//
// Every gate hears InDegree others through normal weights and the same input u. Weak weights follow the input and
// forget, strong ones are chaotic; see [CriticalVariance].
type Gates struct {
	W *CSR

	start, x, z []float64
}

// GatesConfig describes a network of threshold gates.
type GatesConfig struct {
	Units    int     // at least 2
	InDegree int     // connections per unit, none to itself; default 4
	Variance float64 // of the weights, above 0
	Seed     uint64  // of graph, weights and start state; at another variance the graph is the same
}

// Build draws the network.
func (c GatesConfig) Build() (*Gates, error) {
	if err := firstFailed(
		check{"units", c.Units, c.Units >= 2, "must be at least 2"},
		check{"in-degree", c.InDegree, c.InDegree >= 1, "must be at least 1"},
		check{"variance", c.Variance, c.Variance > 0 && finite(c.Variance), "must be finite and above 0"},
	); err != nil {
		return nil, err
	}
	m, err := Random{Rows: c.Units, Cols: c.Units, PerRow: c.InDegree, Weights: Normal, NoSelf: true}.Build(rand.New(rand.NewPCG(c.Seed, 51)))
	if err != nil {
		return nil, err
	}
	w, ok := m.(*CSR)
	if !ok {
		return nil, refuse("in-degree", c.InDegree, fmt.Sprintf("must be below %g of the units", sparseBelow))
	}
	w.Scale(math.Sqrt(c.Variance))
	n := &Gates{W: w, start: make([]float64, c.Units), x: make([]float64, c.Units), z: make([]float64, c.Units)}
	rng := rand.New(rand.NewPCG(c.Seed, 52))
	for i := range n.start {
		n.start[i] = float64(2*rng.IntN(2) - 1)
	}
	n.Reset()
	return n, nil
}

// Inputs is 1.
func (n *Gates) Inputs() int { return 1 }

// Units is the length of the state.
func (n *Gates) Units() int { return len(n.x) }

// Reset returns to the random start state.
func (n *Gates) Reset() { copy(n.x, n.start) }

// State holds -1 or +1 for each gate, valid until the next Step.
func (n *Gates) State() []float64 { return n.x }

// SetState copies a state, of length Units, to continue from.
func (n *Gates) SetState(x []float64) error { return setState(n.x, x) }

// Step advances by one input sample.
func (n *Gates) Step(input []float64) error {
	if err := checkLength("the input", len(input), 1); err != nil {
		return err
	}
	if err := checkFinite("input", input); err != nil {
		return err
	}
	n.W.MulVec(n.z, n.x)
	for i, z := range n.z {
		n.x[i] = math.Copysign(1, z+input[0])
	}
	return nil
}

// DamageSlope is the number of gates, in the annealed theory, that differ one step after a single gate was flipped,
// for weights of the given variance and inputs mean ± 1 of equal probability:
//
//	K P(|B| > |A + u|),   B ~ N(0, variance), A ~ N(0, (K-1) variance)
//
// the mean being over u. Below 1 damage heals, above it spreads. Without input it is K (2/pi) atan(1/sqrt(K-1)).
func DamageSlope(inDegree int, variance, mean float64) float64 {
	if inDegree < 2 || !(variance > 0) {
		return math.NaN()
	}
	b := math.Sqrt(variance)
	a := math.Sqrt(float64(inDegree-1) * variance)
	// Over each side of the kink at A = -u the integrand is smooth: the midpoint rule with A = -u ± a t.
	const steps, reach = 1000, 10.0
	sum := 0.0
	for _, u := range []float64{mean - 1, mean + 1} {
		for _, side := range []float64{-1, 1} {
			width := (reach + math.Abs(u)/a) / steps
			for k := range steps {
				t := (float64(k) + 0.5) * width
				z := side*t - u/a // A/a
				sum += width * distuv.UnitNormal.Prob(z) * math.Erfc(a*t/(b*math.Sqrt2)) / 2
			}
		}
	}
	return float64(inDegree) * sum
}

// CriticalVariance is the variance of the weights at which DamageSlope is 1; NaN if there is none, as for fewer than
// three connections.
func CriticalVariance(inDegree int, mean float64) float64 {
	lo, hi := 1e-4, 1e4
	if !(DamageSlope(inDegree, lo, mean) < 1) || !(DamageSlope(inDegree, hi, mean) > 1) {
		return math.NaN()
	}
	for range 60 {
		if m := math.Sqrt(lo * hi); DamageSlope(inDegree, m, mean) < 1 {
			lo = m
		} else {
			hi = m
		}
	}
	return math.Sqrt(lo * hi)
}
