package tasks

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/glia-sim/glia/networks/reservoir"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Processing is the information processing capacity of Dambre, Verstraeten, Schrauwen & Massar (2012, doi
// 10.1038/srep00514). Independent inputs u(t), uniform in (-1, 1), are to be rebuilt from the state in every way: as the
// products of Legendre polynomials of past inputs,
//
//	y(t) = P_d1(u(t-k1)) P_d2(u(t-k2)) ...,   d1 + d2 + ... = degree,
//
// which are orthogonal, each with a capacity 1 - <(y - y_hat)^2>/<y^2> of the best linear readout. All capacities add up
// to the number of linearly independent units if the reservoir has fading memory, and to less if degrees or lags that it
// uses are left out.
type Processing struct {
	Washout, Steps int   // steps; default 500, 10000
	MaxLag         []int // largest lag of each degree, from degree 1 on, lags counted from 0; default 60, 20, 8, 5, 4
	// Chance is the probability that a target the reservoir does not know counts all the same: capacities below the
	// quantile of what unrelated states give are set to 0. Default 1e-4.
	Chance float64
}

// DefaultProcessing covers small networks up to degree 5.
func DefaultProcessing() Processing {
	return Processing{Washout: 500, Steps: 10000, MaxLag: []int{60, 20, 8, 5, 4}, Chance: 1e-4}
}

// maxTargets bounds the number of products.
const maxTargets = 200000

// ProcessingCapacity is a measured capacity.
type ProcessingCapacity struct {
	Total    float64   // over all degrees
	ByDegree []float64 // from degree 1 on
	Rank     int       // linearly independent units: what the total is held against
	Targets  int       // products tried
}

// Measure draws inputs from the seed and returns the capacity.
func (p Processing) Measure(r reservoir.Reservoir, seed uint64) (ProcessingCapacity, error) {
	fail := func(format string, args ...any) (ProcessingCapacity, error) {
		return ProcessingCapacity{}, fmt.Errorf("tasks: processing capacity: "+format, args...)
	}
	switch {
	case r.Inputs() != 1:
		return fail("the reservoir has %d inputs: it must have one", r.Inputs())
	case p.Washout < 0 || p.Steps <= 2*r.Units():
		return fail("wash-out and steps are %d and %d: must be at least 0 and above twice the units, %d", p.Washout, p.Steps, r.Units())
	case !(p.Chance > 0 && p.Chance < 1):
		return fail("chance is %g: must be in (0, 1)", p.Chance)
	case len(p.MaxLag) == 0:
		return fail("no degrees: MaxLag must have at least one entry")
	}
	longest := 0
	for d, k := range p.MaxLag {
		if k < 0 {
			return fail("the largest lag of degree %d is %d: must be at least 0", d+1, k)
		}
		longest = max(longest, k)
	}
	u := UniformSeries(longest+p.Washout+p.Steps, -1, 1, rand.New(rand.NewPCG(seed, 26)))
	r.Reset()
	states, err := reservoir.Collect(r, reservoir.Series(u[longest:]), p.Washout)
	if err != nil {
		return ProcessingCapacity{}, err
	}
	basis, rank, err := orthonormal(states)
	if err != nil {
		return fail("%w", err)
	}
	c := ProcessingCapacity{ByDegree: make([]float64, len(p.MaxLag)), Rank: rank}
	if rank == 0 {
		return c, nil
	}
	polynomials := legendre(u, len(p.MaxLag))
	floor := distuv.ChiSquared{K: float64(rank)}.Quantile(1-p.Chance) / float64(p.Steps)
	y, product := make([]float64, p.Steps), mat.NewVecDense(rank, nil)
	for d := range p.MaxLag {
		err := eachProduct(d+1, p.MaxLag[d], func(factors []factor) error {
			if c.Targets++; c.Targets > maxTargets {
				return fmt.Errorf("tasks: processing capacity: more than %d targets; want smaller lags", maxTargets)
			}
			for t := range y {
				y[t] = 1
			}
			for _, f := range factors {
				floats.Mul(y, polynomials[f.degree][longest+p.Washout-f.lag:][:p.Steps])
			}
			floats.AddConst(-floats.Sum(y)/float64(p.Steps), y)
			product.MulVec(basis, mat.NewVecDense(p.Steps, y))
			if part := mat.Dot(product, product) / floats.Dot(y, y); part > floor {
				c.ByDegree[d] += part
				c.Total += part
			}
			return nil
		})
		if err != nil {
			return ProcessingCapacity{}, err
		}
	}
	return c, nil
}

// orthonormal returns rows that span the columns of centred states, and their number.
func orthonormal(states *mat.Dense) (*mat.Dense, int, error) {
	rows, cols := states.Dims()
	for j := range cols {
		x := mat.Col(nil, j, states)
		floats.AddConst(-floats.Sum(x)/float64(rows), x)
		states.SetCol(j, x)
	}
	var svd mat.SVD
	if !svd.Factorize(states, mat.SVDThin) {
		return nil, 0, fmt.Errorf("the states have no singular values: are they finite?")
	}
	values := svd.Values(nil)
	rank := 0
	for rank < len(values) && values[rank] > 1e-9*values[0] && values[0] > 0 {
		rank++
	}
	if rank == 0 {
		return nil, 0, nil
	}
	var u mat.Dense
	svd.UTo(&u)
	return mat.DenseCopyOf(u.Slice(0, rows, 0, rank).T()), rank, nil
}

// legendre returns P_d(u) for each degree up to the largest, by the recurrence (d+1) P_d+1 = (2d+1) u P_d - d P_d-1.
func legendre(u []float64, largest int) [][]float64 {
	p := make([][]float64, largest+1)
	for d := range p {
		p[d] = make([]float64, len(u))
		for t, x := range u {
			switch d {
			case 0:
				p[d][t] = 1
			case 1:
				p[d][t] = x
			default:
				n := float64(d - 1)
				p[d][t] = ((2*n+1)*x*p[d-1][t] - n*p[d-2][t]) / (n + 1)
			}
		}
	}
	return p
}

// factor is a polynomial of the input some steps ago.
type factor struct{ lag, degree int }

// eachProduct calls do for every set of factors of different lags, at most maxLag, whose degrees add up to degree.
func eachProduct(degree, maxLag int, do func([]factor) error) error {
	var extend func(chosen []factor, left, from int) error
	extend = func(chosen []factor, left, from int) error {
		if left == 0 {
			return do(chosen)
		}
		for lag := from; lag <= maxLag; lag++ {
			for d := 1; d <= left; d++ {
				if err := extend(append(chosen, factor{lag, d}), left-d, lag+1); err != nil {
					return err
				}
			}
		}
		return nil
	}
	return extend(make([]factor, 0, degree), degree, 0)
}

// Nonlinear is the share of the capacity beyond degree 1; NaN without any.
func (c ProcessingCapacity) Nonlinear() float64 {
	if c.Total == 0 {
		return math.NaN()
	}
	return 1 - c.ByDegree[0]/c.Total
}
