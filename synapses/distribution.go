package synapses

import (
	"fmt"
	"math"

	"github.com/glia-sim/glia/sim"
)

// Uniform is the uniform distribution on [Lo, Hi).
type Uniform struct{ Lo, Hi float64 }

// Validate names the first parameter out of range.
func (d Uniform) Validate() error {
	if err := checkFinite("Uniform.Lo", d.Lo); err != nil {
		return err
	}
	if err := checkFinite("Uniform.Hi", d.Hi); err != nil {
		return err
	}
	if d.Hi < d.Lo || math.IsInf(d.Hi-d.Lo, 1) {
		return fmt.Errorf("Uniform.Hi is %g: want at least Lo, %g, and a finite width", d.Hi, d.Lo)
	}
	return nil
}

// Bounds gives Lo and Hi.
func (d Uniform) Bounds() (lo, hi float64) { return d.Lo, d.Hi }

// Draw gives one value.
func (d Uniform) Draw(r *sim.Rand) float64 {
	return min(d.Lo+float64((d.Hi-d.Lo)*r.Float64()), d.Hi) // rounding may pass Hi
}

// Fill draws len(dst) values.
func (d Uniform) Fill(dst []float64, r *sim.Rand) {
	r.Float64s(dst)
	for k, u := range dst {
		dst[k] = min(d.Lo+float64((d.Hi-d.Lo)*u), d.Hi)
	}
}

// Exponential is Offset plus an exponentially distributed value of mean Mean; the latter is cut at
// 40 means, beyond which lie fewer than 5 draws in 1e18.
type Exponential struct {
	Mean   float64 // of the part above Offset, above 0
	Offset float64 // smallest value
}

const exponentialTail = 40

// Validate names the first parameter out of range.
func (d Exponential) Validate() error {
	if err := checkPositive("Exponential.Mean", d.Mean, "number"); err != nil {
		return err
	}
	return checkFinite("Exponential.Offset", d.Offset)
}

// Bounds gives Offset and Offset plus 40 means.
func (d Exponential) Bounds() (lo, hi float64) {
	return d.Offset, d.Offset + float64(exponentialTail*d.Mean)
}

// Draw gives one value.
func (d Exponential) Draw(r *sim.Rand) float64 {
	return d.Offset + float64(d.Mean*min(r.ExpFloat64(), exponentialTail))
}

// Gamma is the gamma distribution of mean Shape·Scale and variance Shape·Scale². It is cut where, by
// the Chernoff bound, fewer than 5 draws in 1e18 lie.
type Gamma struct {
	Shape float64 // above 0
	Scale float64 // above 0, the unit of the value
}

// Validate names the first parameter out of range.
func (d Gamma) Validate() error {
	if err := checkPositive("Gamma.Shape", d.Shape, "number"); err != nil {
		return err
	}
	return checkPositive("Gamma.Scale", d.Scale, "number")
}

// Bounds gives 0 and where the tail is cut: P(X > k + sqrt(2ks) + s) <= exp(-s) for scale 1 and
// shape k (Boucheron, Lugosi and Massart 2013, "Concentration inequalities", section 2.4), s = 40.
func (d Gamma) Bounds() (lo, hi float64) {
	const s = 40
	return 0, d.Scale * (d.Shape + math.Sqrt(2*d.Shape*s) + s)
}

// Draw gives one value, by the method of Marsaglia and Tsang (2000, "A simple method for generating
// gamma variables").
func (d Gamma) Draw(r *sim.Rand) float64 {
	_, hi := d.Bounds()
	shape, boost := d.Shape, 1.0
	if shape < 1 {
		boost = math.Pow(1-r.Float64(), 1/shape)
		shape++
	}
	a := shape - 1.0/3
	c := 1 / math.Sqrt(9*a)
	// A trial fails with a probability below 0.05: all of 64 never do.
	v := 1.0
	for range 64 {
		x := r.NormFloat64()
		t := 1 + float64(c*x)
		if t <= 0 {
			continue
		}
		v = float64(t * t * t)
		if math.Log(1-r.Float64()) < float64(0.5*x*x)+a-float64(a*v)+float64(a*math.Log(v)) {
			break
		}
	}
	return min(d.Scale*a*v*boost, hi)
}

// Choice draws one of some values, such as a weight that is +w or -w with probability 1/2 each.
type Choice struct {
	Values []float64
	// Probabilities of the values, adding up to 1; nil for equal ones.
	Probabilities []float64
}

// Validate names the first parameter out of range.
func (d Choice) Validate() error {
	if len(d.Values) == 0 {
		return fmt.Errorf("Choice.Values is empty: want at least one value")
	}
	for k, v := range d.Values {
		if err := checkFinite(fmt.Sprintf("Choice.Values[%d]", k), v); err != nil {
			return err
		}
	}
	if d.Probabilities == nil {
		return nil
	}
	if len(d.Probabilities) != len(d.Values) {
		return fmt.Errorf("Choice.Probabilities has %d entries: want as many as Values, %d, or nil", len(d.Probabilities), len(d.Values))
	}
	sum := 0.0
	for k, p := range d.Probabilities {
		if err := checkProbability(fmt.Sprintf("Choice.Probabilities[%d]", k), p); err != nil {
			return err
		}
		sum += p
	}
	if math.Abs(sum-1) > 1e-9 {
		return fmt.Errorf("Choice.Probabilities add up to %g: want 1", sum)
	}
	return nil
}

// Bounds gives the smallest and the largest value.
func (d Choice) Bounds() (lo, hi float64) { return bounds(d.Values) }

// Draw gives one value.
func (d Choice) Draw(r *sim.Rand) float64 {
	if d.Probabilities == nil {
		return d.Values[r.IntN(len(d.Values))]
	}
	u := r.Float64()
	last := 0
	for k, p := range d.Probabilities {
		if p == 0 {
			continue
		}
		if u < p {
			return d.Values[k]
		}
		u -= p
		last = k
	}
	return d.Values[last]
}

// Scaled is another distribution times Factor plus Shift: inhibitory weights from a log-normal
// distribution, or a distribution in another unit.
type Scaled struct {
	Of     sim.Distribution
	Factor float64
	Shift  float64
}

// Validate names the first parameter out of range.
func (d Scaled) Validate() error {
	if d.Of == nil {
		return fmt.Errorf("Scaled.Of is nil: want a distribution")
	}
	if err := checkFinite("Scaled.Factor", d.Factor); err != nil {
		return err
	}
	if err := checkFinite("Scaled.Shift", d.Shift); err != nil {
		return err
	}
	return d.Of.Validate()
}

// Bounds gives the range in which all draws lie.
func (d Scaled) Bounds() (lo, hi float64) {
	lo, hi = d.Of.Bounds()
	lo, hi = d.apply(lo), d.apply(hi)
	return min(lo, hi), max(lo, hi)
}

// Draw gives one value.
func (d Scaled) Draw(r *sim.Rand) float64 { return d.apply(d.Of.Draw(r)) }

func (d Scaled) apply(x float64) float64 { return float64(d.Factor*x) + d.Shift }

// Clipped is another distribution whose draws outside [Lo, Hi] become the nearer bound: a long tail of
// delays costs memory for each tick of it.
type Clipped struct {
	Of     sim.Distribution
	Lo, Hi float64
}

// Validate names the first parameter out of range.
func (d Clipped) Validate() error {
	if d.Of == nil {
		return fmt.Errorf("Clipped.Of is nil: want a distribution")
	}
	if !(d.Lo <= d.Hi) {
		return fmt.Errorf("Clipped.Hi is %g: want at least Lo, %g", d.Hi, d.Lo)
	}
	return d.Of.Validate()
}

// Bounds gives the range in which all draws lie.
func (d Clipped) Bounds() (lo, hi float64) {
	lo, hi = d.Of.Bounds()
	return d.apply(lo), d.apply(hi)
}

// Draw gives one value.
func (d Clipped) Draw(r *sim.Rand) float64 { return d.apply(d.Of.Draw(r)) }

func (d Clipped) apply(x float64) float64 { return min(max(x, d.Lo), d.Hi) }
