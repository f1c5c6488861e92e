package synapses

import (
	"math"
	"math/bits"
	"slices"
	"sync"

	"github.com/glia-sim/glia/sim"
)

// drawWith appends k numbers out of 0 to n-1 other than banned (-1 for none), drawn with replacement.
// At least one number must be allowed.
func drawWith(dst []int32, k, n, banned int, r *sim.Rand) []int32 {
	from := len(dst)
	dst = slices.Grow(dst, k)[:from+k]
	if banned < 0 {
		r.Int32Ns(dst[from:], int32(n))
		return dst
	}
	r.Int32Ns(dst[from:], int32(n-1))
	for c, i := range dst[from:] {
		if int(i) >= banned {
			dst[from+c] = i + 1
		}
	}
	return dst
}

// drawWithout appends k different numbers out of 0 to n-1 other than banned (-1 for none); every
// set of k is equally likely. Floyd's algorithm (Bentley and Floyd 1987, "A sample of brilliance"): k
// draws however close k is to n.
func drawWithout(dst []int32, k, n, banned int, r *sim.Rand) []int32 {
	from := len(dst)
	if banned >= 0 {
		n--
	}
	switch {
	case k == n:
		for i := range n {
			dst = append(dst, int32(i))
		}
	case k <= 16: // looking through a few numbers is faster than a bit set
		for j := n - k; j < n; j++ {
			i := r.Int32N(int32(j + 1))
			for _, have := range dst[from:] {
				if have == i {
					i = int32(j)
					break
				}
			}
			dst = append(dst, i)
		}
	default:
		dst = floyd(dst, k, n, r)
	}
	if banned >= 0 {
		for c, i := range dst[from:] {
			if int(i) >= banned {
				dst[from+c] = i + 1
			}
		}
	}
	return dst
}

// bitSets lends out bit sets whose bits are all clear.
var bitSets = sync.Pool{New: func() any { return new([]uint64) }}

func floyd(dst []int32, k, n int, r *sim.Rand) []int32 {
	lent := bitSets.Get().(*[]uint64)
	words := (n + 63) / 64
	if len(*lent) < words {
		*lent = make([]uint64, words)
	}
	set := *lent
	from := len(dst)
	for j := n - k; j < n; j++ {
		i := uint32(r.Int32N(int32(j + 1)))
		if set[i/64]>>(i%64)&1 == 1 {
			i = uint32(j)
		}
		set[i/64] |= 1 << (i % 64)
		dst = append(dst, int32(i))
	}
	for _, i := range dst[from:] {
		set[i/64] = 0
	}
	bitSets.Put(lent)
	return dst
}

// gaps draws the numbers of failures between successes of independent trials that each succeed with
// probability p in (0, 1].
type gaps struct{ perLog float64 } // 1/ln(1-p)

func newGaps(p float64) gaps { return gaps{1 / math.Log1p(-p)} }

// next draws one gap by inversion: P(gap >= k) = (1-p)^k.
func (g gaps) next(r *sim.Rand) int {
	if g.perLog == 0 {
		return 0 // p is 1
	}
	// 1-u is exact, so that Log loses nothing against the slower Log1p.
	x := math.Log(1-r.Float64()) * g.perLog
	if x >= math.MaxInt32 {
		return math.MaxInt32 // beyond any number of sources
	}
	return int(x)
}

// half draws how many of n fair coins fall heads.
func half(n int, r *sim.Rand) int {
	heads := 0
	for ; n >= 64; n -= 64 {
		heads += bits.OnesCount64(r.Uint64())
	}
	if n > 0 {
		heads += bits.OnesCount64(r.Uint64() >> (64 - n))
	}
	return heads
}

// scatter throws n balls into len(cells) equally likely cells and adds the counts to cells. It halves
// a power of two of cells again and again, counting coins, and throws anew what fell beyond the last
// cell; that costs about n/64 random words per halving instead of n words, and no rounding.
func scatter(cells []int, n int, r *sim.Rand) {
	size := 1
	for size < len(cells) {
		size *= 2
	}
	for n > 0 {
		n = scatterHalves(cells, size, n, r)
	}
}

// scatterHalves throws n balls into size cells of which only len(cells) exist; it returns how many fell
// into the others.
func scatterHalves(cells []int, size, n int, r *sim.Rand) int {
	switch {
	case n == 0:
		return 0
	case len(cells) == 0:
		return n
	case size == 1:
		cells[0] += n
		return 0
	}
	size /= 2
	lower := half(n, r)
	cut := min(size, len(cells))
	return scatterHalves(cells[:cut], size, lower, r) + scatterHalves(cells[cut:], size, n-lower, r)
}
