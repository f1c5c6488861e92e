package synapses

import "math"

// cells sorts places into a grid of cubes, so that those within a given reach of a point are found in
// at most 27 of them (linked-cell method, Hockney and Eastwood 1981).
type cells struct {
	reach  float64
	edge   [3]float64 // of the periodic box; 0 where it does not wrap around
	origin [3]float64
	width  [3]float64
	size   [3]int
	start  []int // of each cell in member
	member []int32
}

func newCells(at [][3]float64, reach float64, edge [3]float64) *cells {
	// A place at exactly the reach must not be missed by rounding: look a little further, and make the
	// cells wider than that.
	c := &cells{reach: reach * (1 + 1e-9), edge: edge}
	// More cells along an axis than this would cost more memory than the places themselves.
	most := max(1, int(math.Cbrt(float64(8*len(at)))))
	for a := range 3 {
		extent := edge[a]
		if extent == 0 {
			lo, hi := math.Inf(1), math.Inf(-1)
			for _, x := range at {
				lo, hi = min(lo, x[a]), max(hi, x[a])
			}
			c.origin[a], extent = lo, hi-lo
			if len(at) == 0 {
				c.origin[a], extent = 0, 0
			}
		}
		c.size[a] = 1
		if n := extent / (reach * (1 + 1e-8)); n > 1 {
			c.size[a] = int(min(n, float64(most)))
		}
		c.width[a] = extent / float64(c.size[a])
	}
	c.start = make([]int, c.size[0]*c.size[1]*c.size[2]+1)
	home := make([]int32, len(at))
	for i, x := range at {
		var k [3]int
		for a := range 3 {
			k[a] = c.index(a, x[a])
		}
		home[i] = int32(c.cell(k[0], k[1], k[2]))
		c.start[home[i]+1]++
	}
	for k := 1; k < len(c.start); k++ {
		c.start[k] += c.start[k-1]
	}
	c.member = make([]int32, len(at))
	next := append([]int(nil), c.start...)
	for i, h := range home {
		c.member[next[h]] = int32(i)
		next[h]++
	}
	return c
}

func (c *cells) cell(x, y, z int) int { return (x*c.size[1]+y)*c.size[2] + z }

// index is the cell of a coordinate along one axis; for an axis that does not wrap around it is that
// of the nearest cell.
func (c *cells) index(a int, x float64) int {
	if c.size[a] == 1 {
		return 0
	}
	x -= c.origin[a]
	if e := c.edge[a]; e > 0 {
		x -= e * math.Floor(x/e)
	}
	return int(min(max(x/c.width[a], 0), float64(c.size[a]-1)))
}

// near visits the members of the cells that may hold places within reach of x, each once.
func (c *cells) near(x [3]float64, visit func([]int32)) {
	var list [3][3]int
	var n [3]int
	for a := range 3 {
		n[a] = c.around(a, x[a], &list[a])
	}
	for _, kx := range list[0][:n[0]] {
		for _, ky := range list[1][:n[1]] {
			for _, kz := range list[2][:n[2]] {
				k := c.cell(kx, ky, kz)
				if lo, hi := c.start[k], c.start[k+1]; lo < hi {
					visit(c.member[lo:hi])
				}
			}
		}
	}
}

// around lists the cells along one axis within reach of a coordinate: its own and its two neighbours,
// since no cell is narrower than the reach.
func (c *cells) around(a int, x float64, list *[3]int) int {
	size := c.size[a]
	if c.edge[a] > 0 {
		if size <= 3 {
			for k := range size {
				list[k] = k
			}
			return size
		}
		k := c.index(a, x)
		*list = [3]int{(k + size - 1) % size, k, (k + 1) % size}
		return 3
	}
	lo, hi := c.index(a, x-c.reach), c.index(a, x+c.reach)
	n := 0
	for k := lo; k <= hi && n < 3; k++ {
		list[n] = k
		n++
	}
	return n
}

// meanNear is about how many of n places near visits.
func (c *cells) meanNear(n int) int {
	share := 1.0
	for a := range 3 {
		share *= min(1, 3/float64(c.size[a]))
	}
	return int(share * float64(n))
}
