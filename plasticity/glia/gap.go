package glia

import (
	"fmt"
	"math"
	"slices"
)

// GapJunctions couple cells by a flow of IP3 that sets in above a threshold:
//
//	Jgap_i = - sum over neighbours j of F/2 (1 + tanh((|Ii-Ij|-Theta)/Omega)) sign(Ii-Ij)
//
// What leaves one cell enters its neighbour. The flow is taken at the start of a step and held.
//
// Sources: Goldberg, De Pittà, Volman, Berry and Ben-Jacob 2010 (PLoS Comput. Biol. 6, e1000909);
// Stimberg et al. 2019, example 5.
type GapJunctions struct {
	F     float64    // largest flow through a junction [µM/s]
	Theta float64    // difference of IP3 at half of it [µM]
	Omega float64    // width of the threshold [µM]
	Pairs [][2]int32 // cells joined; each pair once
}

// DefaultGapJunctions gives the values of Stimberg et al. for the given pairs.
func DefaultGapJunctions(pairs [][2]int32) GapJunctions {
	return GapJunctions{F: 0.09, Theta: 0.3, Omega: 0.05, Pairs: pairs}
}

// Validate names the first parameter out of range for a set of n cells.
func (g GapJunctions) Validate(n int) error {
	c := checks{typ: "GapJunctions"}
	c.notNegative("F", g.F, "µM/s")
	c.notNegative("Theta", g.Theta, "µM")
	c.positive("Omega", g.Omega, "µM")
	if c.err != nil {
		return c.err
	}
	for k, p := range g.Pairs {
		if p[0] == p[1] || min(p[0], p[1]) < 0 || int(max(p[0], p[1])) >= n {
			return fmt.Errorf("GapJunctions.Pairs[%d] joins cells %d and %d: want two cells of 0 to %d", k, p[0], p[1], n-1)
		}
	}
	return nil
}

// Flow adds the flow of IP3 [µM/s] into each cell to into.
func (g *GapJunctions) Flow(ip3, into []float64) {
	for _, p := range g.Pairs {
		j := threshold(ip3[p[0]]-ip3[p[1]], g.F, g.Theta, g.Omega)
		into[p[0]] -= j
		into[p[1]] += j
	}
}

// RingPairs joins n cells to a ring.
func RingPairs(n int) [][2]int32 {
	if n < 2 {
		return nil
	}
	pairs := ChainPairs(n)
	if n > 2 {
		pairs = append(pairs, [2]int32{int32(n - 1), 0})
	}
	return pairs
}

// ChainPairs joins n cells to a chain.
func ChainPairs(n int) [][2]int32 {
	var pairs [][2]int32
	for i := 1; i < n; i++ {
		pairs = append(pairs, [2]int32{int32(i - 1), int32(i)})
	}
	return pairs
}

// PairsWithin joins all cells that are at most reach apart [the unit of the positions], in the order of
// the first cell, then of the second. It looks only at cells of neighbouring cubes of that size.
func PairsWithin(at [][3]float64, reach float64) ([][2]int32, error) {
	if !(reach > 0) || math.IsInf(reach, 0) {
		return nil, fmt.Errorf("glia: reach of gap junctions is %g: want a positive distance", reach)
	}
	cubes := map[[3]int][]int32{}
	cube := func(p [3]float64) (c [3]int) {
		for d, x := range p {
			c[d] = int(math.Floor(x / reach))
		}
		return c
	}
	var pairs [][2]int32
	for j, p := range at {
		c := cube(p)
		var near []int32
		for dx := -1; dx <= 1; dx++ {
			for dy := -1; dy <= 1; dy++ {
				for dz := -1; dz <= 1; dz++ {
					for _, i := range cubes[[3]int{c[0] + dx, c[1] + dy, c[2] + dz}] {
						if distance2(at[i], p) <= reach*reach*(1+1e-12) {
							near = append(near, i)
						}
					}
				}
			}
		}
		for _, i := range near {
			pairs = append(pairs, [2]int32{i, int32(j)})
		}
		cubes[c] = append(cubes[c], int32(j))
	}
	slices.SortFunc(pairs, func(a, b [2]int32) int {
		if a[0] != b[0] {
			return int(a[0] - b[0])
		}
		return int(a[1] - b[1])
	})
	return pairs, nil
}

func distance2(a, b [3]float64) float64 {
	sum := 0.0
	for d := range a {
		sum += (a[d] - b[d]) * (a[d] - b[d])
	}
	return sum
}
