package synapses

import (
	"fmt"
	"math"

	"github.com/glia-sim/glia/sim"
)

// Grid3D gives the nx·ny·nz points of a cubic grid, coordinates 0, spacing, 2·spacing, ... along each
// axis, x slowest. Shuffle them, or cut them with slices, to share them out between populations:
//
//	at, err := synapses.Grid3D(10, 10, 10, 1)
//	synapses.Shuffle(at, sim.NewKey(seed, "places"))
//	exc.At(at[:800])
//	inh.At(at[800:])
func Grid3D(nx, ny, nz int, spacing float64) ([][3]float64, error) {
	for a, n := range [3]int{nx, ny, nz} {
		if n < 1 {
			return nil, fmt.Errorf("synapses: n%c of Grid3D is %d: want 1 or more", "xyz"[a], n)
		}
	}
	if float64(nx)*float64(ny)*float64(nz) > math.MaxInt32 {
		return nil, fmt.Errorf("synapses: Grid3D of %d x %d x %d points: want at most %d in all", nx, ny, nz, math.MaxInt32)
	}
	if err := checkPositive("spacing of Grid3D", spacing, "length"); err != nil {
		return nil, fmt.Errorf("synapses: %w", err)
	}
	at := make([][3]float64, 0, nx*ny*nz)
	for x := range nx {
		for y := range ny {
			for z := range nz {
				at = append(at, [3]float64{float64(x) * spacing, float64(y) * spacing, float64(z) * spacing})
			}
		}
	}
	return at, nil
}

// Shuffle puts positions into a random order, each order equally likely, the same for the same key.
func Shuffle(at [][3]float64, key sim.Key) {
	sim.NewRand(key).Shuffle(len(at), func(i, j int) { at[i], at[j] = at[j], at[i] })
}

// RandomCuboid gives n points drawn uniformly from the cuboid [0, size[0]) x [0, size[1]) x [0, size[2]).
// A size of 0 makes it flat along that axis. Point i is the same for any n.
func RandomCuboid(n int, size [3]float64, key sim.Key) ([][3]float64, error) {
	if n < 0 {
		return nil, fmt.Errorf("synapses: number of points of RandomCuboid is %d: want 0 or more", n)
	}
	for a, s := range size {
		if !(s >= 0) || math.IsInf(s, 1) {
			return nil, fmt.Errorf("synapses: size[%d] of RandomCuboid is %g: want a length of 0 or more", a, s)
		}
	}
	at := make([][3]float64, n)
	r := sim.NewRand(key)
	for i := range at {
		for a := range at[i] {
			at[i][a] = r.Float64() * size[a]
		}
	}
	return at, nil
}
