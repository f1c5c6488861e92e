package neurons

import (
	"math"
	"slices"

	"github.com/glia-sim/glia/sim"
)

// poissonCounts draws Poisson distributed numbers of events, one per neuron and tick. The draw for a
// neuron is a function of the key, the tick and the neuron's index in its population, whatever part of
// the population is asked for.
//
// For means from sparseBelow on, the distribution function is inverted through a table: cell c of
// countCells holds the count for all uniform numbers in [c, c+1)/countCells, or, where a step of the
// function lies inside the cell, the least count of the cell, from which the function is searched.
// Both give the count that the uniform number belongs to; so does comparing the number with each step of the
// function, which costs least where processors compare eight at a time. For smaller means most neurons get
// nothing, and one draw tells how many of them follow one another: see sparse.
type poissonCounts struct {
	mean  float64
	used  int       // times drawn from this mean
	least int       // count of cdf[0]
	cdf   []float64 // cdf[k] is the probability of at most least+k events; the last one is 1
	table []int32   // per cell: the count, or the complement of the least count
	steps []step    // of the distribution function, in the order of cdf; none where there are too many
	most  int       // how many of them eight numbers hardly ever go beyond
	none  float64   // probability that a whole stretch of neurons gets nothing
	one   float64   // probability of one event, given that there is any
}

// step is the greatest uniform number of 32 bits below a step of the distribution function, with its sign bit
// reversed, eight times.
type step [8]int32

const (
	// mostSteps is how many it takes to make the table cheaper.
	mostSteps  = 48
	countBits  = 12
	countCells = 1 << countBits
	// countProducts is a power of two; smaller counts times the weight are looked up.
	countProducts = 16
	// sparseBelow is the mean from which the table is cheaper.
	sparseBelow = 0.1
	// stretch is how many neurons sparse treats as one. Stretches are counted from
	// neuron 0 of the population, so that they do not depend on partitions.
	stretch = 64
	// maxMean is a mean that no sensible drive exceeds and for which the table stays small.
	maxMean = 1e5
)

// set changes the mean number of events per neuron and tick.
func (c *poissonCounts) set(mean float64) {
	if mean == c.mean && c.used > 0 {
		return
	}
	c.mean, c.used = mean, 0
	if mean < sparseBelow {
		c.none = math.Exp(-mean * stretch)
		c.one = mean / math.Expm1(mean)
		return
	}
	c.distribution()
}

// distribution fills cdf, from where it leaves 0 to where it reaches 1 in 53 bits.
func (c *poissonCounts) distribution() {
	mode := math.Floor(c.mean)
	lg, _ := math.Lgamma(mode + 1)
	top := math.Exp(mode*math.Log(c.mean) - c.mean - lg)
	c.cdf = append(c.cdf[:0], top)
	for k, p := mode, top; k > 0 && p > 1e-20*top; k-- {
		p *= k / c.mean
		c.cdf = append(c.cdf, p)
	}
	slices.Reverse(c.cdf)
	c.least = int(mode) - len(c.cdf) + 1
	for k, p := mode+1, top; p > 1e-20*top; k++ {
		p *= c.mean / k
		c.cdf = append(c.cdf, p)
	}
	sum := 0.0
	for k, p := range c.cdf {
		sum += p
		c.cdf[k] = sum
	}
	for k := range c.cdf {
		c.cdf[k] /= sum
	}
}

// tabulate fills the table from cdf.
func (c *poissonCounts) tabulate() {
	if c.table == nil {
		c.table = make([]int32, countCells)
	}
	k := 0
	for cell := range c.table {
		first, last := uint64(cell)<<(53-countBits), uint64(cell+1)<<(53-countBits)-1
		for float64(first)*0x1p-53 >= c.cdf[k] {
			k++
		}
		c.table[cell] = int32(c.least + k)
		if float64(last)*0x1p-53 >= c.cdf[k] {
			c.table[cell] = ^c.table[cell]
		}
	}
}

// compare fills steps from cdf, up to a multiple of four with steps that no number exceeds.
func (c *poissonCounts) compare() {
	c.steps = c.steps[:0]
	c.most = 0
	for k, p := range c.cdf {
		if least := math.Ceil(p * 0x1p32); least < 0x1p32 { // the least number above the step
			c.steps = append(c.steps, stepAt(int32(uint32(least-1)^1<<31)))
		}
		if p < 0.99 {
			c.most = k + 1
		}
	}
	if len(c.steps) > mostSteps {
		c.steps = c.steps[:0]
	}
	for len(c.steps)%4 != 0 {
		c.steps = append(c.steps, stepAt(math.MaxInt32))
	}
	c.most = min((c.most+4)/4*4, len(c.steps))
}

func stepAt(x int32) step { return step{x, x, x, x, x, x, x, x} }

// search gives the count of a uniform number, at least from.
func (c *poissonCounts) search(u uint64, from int) int {
	x := float64(u>>11) * 0x1p-53
	k := from - c.least
	for x >= c.cdf[k] {
		k++
	}
	return c.least + k
}

// ready prepares a tick; it tells whether draws come from the table.
func (c *poissonCounts) ready() (tabled bool) {
	c.used++
	if c.used == 2 && c.mean >= sparseBelow { // a mean that changes at each tick is not worth a table
		c.tabulate()
		c.compare()
	}
	return c.used >= 2
}

// bisect gives the count of a uniform number without the table.
func (c *poissonCounts) bisect(u uint64) int {
	x := float64(u>>11) * 0x1p-53
	lo, hi := 0, len(c.cdf)-1
	for lo < hi {
		if mid := (lo + hi) / 2; x < c.cdf[mid] {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return c.least + lo
}

// add adds weight times the number of events of the tick to in[i], for neuron first+i.
func (c *poissonCounts) add(d sim.Draws, first int, weight float64, in []float64) {
	tabled := c.ready()
	switch {
	case c.mean == 0:
	case c.mean < sparseBelow:
		c.sparse(d, first, len(in), func(i, k int) { in[i] += float64(float64(k) * weight) })
	case tabled:
		c.tabled(d, first, weight, in)
	default:
		for i := range in {
			in[i] += float64(float64(c.bisect(half(d, first+i))) * weight)
		}
	}
}

// half gives neuron i its uniform number: one half of a draw that it shares with its neighbour, in the
// upper bits. 32 bits give each count its probability to within 2.4e-10.
func half(d sim.Draws, i int) uint64 {
	u := d.Uint64(uint64(i) / 2)
	if i%2 != 0 {
		return u << 32
	}
	return u >> 32 << 32
}

// tabled is add for a mean that stays: by steps as far as the processor does that, then by the table, two
// neurons at a time.
func (c *poissonCounts) tabled(d sim.Draws, first int, weight float64, in []float64) {
	table := (*[countCells]int32)(c.table)
	one := func(i int) {
		u := half(d, first+i)
		k := int(table[u>>(64-countBits)])
		if k < 0 {
			k = c.search(u, ^k)
		}
		in[i] += float64(float64(k) * weight)
	}
	i := 0
	if first%2 != 0 && len(in) > 0 {
		one(0)
		i = 1
	}
	i += addBySteps(d, first+i, c, weight, in[i:])
	var input [countProducts]float64 // of the counts that are common
	for k := range input {
		input[k] = float64(float64(k) * weight)
	}
	for ; i+1 < len(in); i += 2 {
		u := d.Uint64(uint64(first+i) / 2)
		a, b := uint32(table[u>>(64-countBits)]), uint32(table[uint32(u)>>(32-countBits)])
		if a|b >= countProducts { // complements among them
			one(i)
			one(i + 1)
			continue
		}
		in[i] += input[a%countProducts]
		in[i+1] += input[b%countProducts]
	}
	if i < len(in) {
		one(i)
	}
}

// emit appends neuron i as many times as it has events in the tick, for neurons first+i of n.
func (c *poissonCounts) emit(d sim.Draws, first, n int, spikes []int32) []int32 {
	tabled := c.ready()
	again := func(i, k int) {
		for ; k > 0; k-- {
			spikes = append(spikes, int32(i))
		}
	}
	switch {
	case c.mean == 0:
	case c.mean < sparseBelow:
		c.sparse(d, first, n, again)
	default:
		for i := 0; i < n; i++ {
			u := half(d, first+i)
			if !tabled {
				again(i, c.bisect(u))
			} else if k := int(c.table[u>>(64-countBits)]); k >= 0 {
				again(i, k)
			} else {
				again(i, c.search(u, ^k))
			}
		}
	}
	return spikes
}

// sparse visits the neurons first+i of n that have events, with their number. Along a stretch the distance
// from one neuron with events to the next is geometric, as each has some with probability 1-exp(-mean).
func (c *poissonCounts) sparse(d sim.Draws, first, n int, visit func(i, k int)) {
	// Draws of a stretch: first distances, then counts.
	const perStretch = 2 * stretch
	for r := first / stretch; r*stretch < first+n; r++ {
		base := uint64(r) * perStretch
		for at, j := 0, uint64(0); ; j++ {
			u := 1 - d.Float64(base+j) // in (0, 1]
			if u <= c.none {
				break
			}
			at += int(math.Log(u) / -c.mean)
			if at >= stretch {
				break
			}
			if i := r*stretch + at - first; i >= 0 && i < n {
				visit(i, c.several(d.Float64(base+stretch+uint64(at))))
			}
			if at++; at == stretch {
				break
			}
		}
	}
}

// several gives the number of events of a neuron that has any.
func (c *poissonCounts) several(u float64) int {
	k := 1
	for p := c.one; u >= p && p > 1e-18; k++ {
		u -= p
		p *= c.mean / float64(k+1)
	}
	return k
}
