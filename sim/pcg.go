package sim

import (
	"math"
	"math/bits"
)

// pcg is the generator PCG-DXSM (O'Neill 2014, "PCG: A family of simple fast space-efficient statistically good
// algorithms for random number generation"; the output function is of 2019), number for number the one of
// math/rand/v2. Here its state can stay in registers while a slice is filled.
type pcg struct{ hi, lo uint64 }

// next gives the state that follows.
func (s pcg) next() pcg {
	const mulHi, mulLo = 0x2360ed051fc65da4, 0x4385df649fccf645
	const incHi, incLo = 0x5851f42d4c957f2d, 0x14057b7ef767814f
	hi, lo := bits.Mul64(s.lo, mulLo)
	lo, carry := bits.Add64(lo, incLo, 0)
	return pcg{hi + s.hi*mulLo + s.lo*mulHi + incHi + carry, lo}
}

// output gives the number that belongs to a state.
func (s pcg) output() uint64 {
	x := s.hi ^ s.hi>>32
	x *= 0xda942042e4dd58b5
	x ^= x >> 48
	return x * (s.lo | 1)
}

// Uint64 implements rand.Source.
func (s *pcg) Uint64() uint64 {
	*s = s.next()
	return s.output()
}

func float64Of(u uint64) float64 { return float64(u<<11>>11) / (1 << 53) }

// Float64s fills dst with uniform numbers in [0, 1): what as many calls of Float64 give.
func (r *Rand) Float64s(dst []float64) {
	s := r.pcg
	for k := range dst {
		s = s.next()
		dst[k] = float64Of(s.output())
	}
	r.pcg = s
}

// Int32Ns fills dst with uniform numbers in [0, n), where n > 0: what as many calls of Int32N give.
func (r *Rand) Int32Ns(dst []int32, n int32) {
	wide := uint64(n)
	if wide&(wide-1) == 0 {
		for k := range dst {
			dst[k] = int32(r.pcg.Uint64() & (wide - 1))
		}
		return
	}
	// The upper half of number times n (Lemire 2019, "Fast random integer generation in an interval"); a lower half below
	// the rest of 2^64/n would favour some results.
	rest := -wide % wide
	s := r.pcg
	for k := range dst {
		s = s.next()
		hi, lo := bits.Mul64(s.output(), wide)
		for lo < rest {
			s = s.next()
			hi, lo = bits.Mul64(s.output(), wide)
		}
		dst[k] = int32(hi)
	}
	r.pcg = s
}

// NormFloat64 gives a number from the standard normal distribution: that of rand.Rand, without calls through an
// interface.
func (r *Rand) NormFloat64() float64 {
	var x [1]float64
	r.NormFloat64s(x[:])
	return x[0]
}

// ziggurat covers the normal density with strips of equal area (Marsaglia and Tsang 2000, "The ziggurat method for
// generating random variables"). A number whose first 31 bits are below inside lies under the curve for certain.
var ziggurat = newZiggurat()

type strip struct {
	inside  uint32
	scale   float32 // of the 31 bits and their sign
	density float32 // at the outer edge, over that at 0
}

const (
	zigguratStrips = 128
	zigguratEdge   = 3.442619855899      // where the last strip begins, which holds the tail
	zigguratArea   = 9.91256303526217e-3 // of each strip
)

func newZiggurat() (z [zigguratStrips]strip) {
	const last = zigguratStrips - 1
	density := func(x float64) float64 { return math.Exp(-.5 * x * x) }
	edge := zigguratEdge
	base := zigguratArea / density(edge) // width of the last strip were it a rectangle
	z[0] = strip{uint32(edge / base * (1 << 31)), float32(base / (1 << 31)), 1}
	z[last].scale, z[last].density = float32(edge/(1<<31)), float32(density(edge))
	for i := last - 1; i >= 1; i-- {
		inner := math.Sqrt(-2 * math.Log(zigguratArea/edge+density(edge)))
		z[i+1].inside = uint32(inner / edge * (1 << 31))
		z[i].scale, z[i].density = float32(inner/(1<<31)), float32(density(inner))
		edge = inner
	}
	return z
}

// NormFloat64s fills dst with numbers from the standard normal distribution: what as many calls of NormFloat64 give.
func (r *Rand) NormFloat64s(dst []float64) {
	s := r.pcg
	for k := range dst {
		s = s.next()
		u := s.output()
		j := int32(u)
		i := u >> 32 % zigguratStrips
		x := float64(j) * float64(ziggurat[i].scale)
		if uint32(max(j, -j)) >= ziggurat[i].inside {
			r.pcg = s
			x = r.atEdge(i, j, x)
			s = r.pcg
		}
		dst[k] = x
	}
	r.pcg = s
}

// atEdge decides about x in strip i, which may lie above the curve, and draws again if it does.
func (r *Rand) atEdge(i uint64, j int32, x float64) float64 {
	for {
		if i == 0 {
			return r.tail(j > 0)
		}
		low, high := ziggurat[i].density, ziggurat[i-1].density
		if low+float32(float32(r.Float64())*(high-low)) < float32(math.Exp(-.5*x*x)) {
			return x
		}
		u := r.pcg.Uint64()
		j, i = int32(u), u>>32%zigguratStrips
		if x = float64(j) * float64(ziggurat[i].scale); uint32(max(j, -j)) < ziggurat[i].inside {
			return x
		}
	}
}

// tail draws from beyond the last strip's edge (Marsaglia 1964).
func (r *Rand) tail(positive bool) float64 {
	for {
		x := float64(-math.Log(r.Float64()) * (1.0 / zigguratEdge))
		y := -math.Log(r.Float64())
		if y+y < x*x {
			continue
		}
		if positive {
			return zigguratEdge + x
		}
		return -zigguratEdge - x
	}
}
