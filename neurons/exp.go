package neurons

import "math"

// The exponential function, one value or four at a time with the same bits, on all processors:
//
//	exp(x) = 2^k exp(r),  k = x/ln 2 to the nearest integer,  r = x - k ln 2
//
// with exp(r), |r| <= 0.35, by its Taylor polynomial of degree 13. What comes out lies within 0.8 units in the last
// place of the true value. (Muller et al. 2018, "Handbook of Floating-Point Arithmetic", chapter 10.)

// expConstants are four times each what the loop needs.
type expConstants struct {
	least, most [4]float64 // below and above, exp is 0 and infinite
	perLn2      [4]float64
	ln2Hi       [4]float64 // of so few digits that k ln2Hi is exact
	ln2Lo       [4]float64
	taylor      [12][4]float64 // 1/2!, 1/3! … 1/13!
	one         [4]float64
	bias        [4]uint64 // of exponents
}

var exponential = newExpConstants()

func newExpConstants() *expConstants {
	c := &expConstants{}
	const ln2Hi = 0x1.62e42feep-1
	factorial := 1.0
	for k := range 4 {
		c.least[k], c.most[k], c.perLn2[k], c.one[k], c.bias[k] = -746, 710, 1/math.Ln2, 1, 1023
		c.ln2Hi[k], c.ln2Lo[k] = ln2Hi, math.Ln2-ln2Hi
	}
	for n := range c.taylor {
		factorial *= float64(n + 2)
		for k := range 4 {
			c.taylor[n][k] = 1 / factorial
		}
	}
	return c
}

// exp gives e to the power x.
func exp(x float64) float64 {
	if x != x {
		return x
	}
	c := exponential
	x = min(max(x, c.least[0]), c.most[0])
	k := math.RoundToEven(x * c.perLn2[0])
	hi, lo := x-float64(k*c.ln2Hi[0]), float64(k*c.ln2Lo[0])
	r := hi - lo
	r2 := float64(r * r)
	r4 := float64(r2 * r2)
	// The polynomial by pairs (Estrin's scheme): few operations wait for one another.
	var q [6]float64
	for j := range q {
		q[j] = c.taylor[2*j][0] + float64(c.taylor[2*j+1][0]*r)
	}
	t0, t1, t2 := q[0]+float64(q[1]*r2), q[2]+float64(q[3]*r2), q[4]+float64(q[5]*r2)
	p := t0 + float64((t1+float64(t2*r4))*r4)
	// 1 + r + r² p, smallest first.
	e := c.one[0] + (hi + (float64(p*r2) - lo))
	// 2^k in two factors, since for the smallest and largest results it is out of range.
	half := int(k) >> 1
	return e * powerOf2(half) * powerOf2(int(k)-half)
}

// powerOf2 gives 2^k for |k| < 1023.
func powerOf2(k int) float64 { return math.Float64frombits(uint64(k+1023) << 52) }

// expsGo replaces each value by its exponential.
func expsGo(x []float64) {
	for i, v := range x {
		x[i] = exp(v)
	}
}
