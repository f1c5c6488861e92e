package synapses

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mathext"

	"github.com/glia-sim/glia/sim"
)

// tails is the number of standard deviations at which normal and log-normal draws are cut: fewer
// than two draws in 1e15 lie beyond.
const tails = 8

// Normal is the normal distribution, clipped to a range or redrawn until it falls into it. Besides,
// draws more than 8 SD from the mean do not occur.
type Normal struct {
	Mean float64 // of the distribution before it is cut
	SD   float64 // standard deviation before it is cut, 0 or more
	// Min and Max are the range; both 0 means none. For one bound alone give math.Inf as the other.
	Min, Max float64
	// Redraw draws again what falls outside the range (a truncated normal distribution); by default
	// it becomes the nearer bound.
	Redraw bool
}

// KeepSign is a normal distribution redrawn until it has the sign of its mean, as the weights of the
// cortical microcircuit of Potjans and Diesmann (2014).
func KeepSign(mean, sd float64) Normal {
	d := Normal{Mean: mean, SD: sd, Min: 0, Max: math.Inf(1), Redraw: true}
	if mean < 0 {
		d.Min, d.Max = math.Inf(-1), 0
	}
	return d
}

// TickOrMore is a normal distribution of delays [ms] redrawn where it falls below dt/2, what would be
// rounded to less than one tick, as the delays of the microcircuit of Potjans and Diesmann (2014).
func TickOrMore(mean, sd, dt float64) Normal {
	return Normal{Mean: mean, SD: sd, Min: dt / 2, Max: math.Inf(1), Redraw: true}
}

// Validate names the first parameter out of range.
func (d Normal) Validate() error {
	if err := checkFinite("Normal.Mean", d.Mean); err != nil {
		return err
	}
	if !(d.SD >= 0) || math.IsInf(d.SD, 1) {
		return fmt.Errorf("Normal.SD is %g: want 0 or more", d.SD)
	}
	if !d.bounded() {
		return nil
	}
	if math.IsNaN(d.Min) || math.IsNaN(d.Max) || d.Min >= d.Max {
		return fmt.Errorf("Normal.Max is %g and Normal.Min %g: want Min below Max (math.Inf for a side without bound)", d.Max, d.Min)
	}
	if d.Redraw && (d.Mean+tails*d.SD < d.Min || d.Mean-tails*d.SD > d.Max) {
		return fmt.Errorf("Normal.Min is %g and Normal.Max %g: with Redraw want a range within %d SD (%g) of the mean %g", d.Min, d.Max, tails, d.SD, d.Mean)
	}
	return nil
}

func (d *Normal) bounded() bool { return d.Min != 0 || d.Max != 0 }

// Bounds gives the range, at most 8 SD to either side of the mean.
func (d Normal) Bounds() (lo, hi float64) { return d.bounds() }

func (d *Normal) bounds() (lo, hi float64) {
	cut := float64(tails * d.SD)
	lo, hi = d.Mean-cut, d.Mean+cut
	if d.bounded() {
		lo, hi = min(max(lo, d.Min), d.Max), min(max(hi, d.Min), d.Max)
	}
	return lo, hi
}

// Draw gives one value.
func (d Normal) Draw(r *sim.Rand) float64 {
	lo, hi := d.bounds()
	x := d.Mean + float64(d.SD*r.NormFloat64())
	if x >= lo && x <= hi {
		return x
	}
	if d.Redraw {
		return d.redraw(r, lo, hi)
	}
	return min(max(x, lo), hi)
}

// Fill gives what as many calls of Draw would.
func (d Normal) Fill(dst []float64, r *sim.Rand) {
	lo, hi := d.bounds()
	// Redrawing takes from the stream what falls into the range. Where that is most of it, the rest can be left out
	// afterwards; 32 misses in a row, at which redraw gives up, do not happen.
	filter := d.Redraw && d.Mean-lo >= d.SD && hi-d.Mean >= d.SD
	if d.Redraw && !filter {
		for k := range dst {
			dst[k] = d.Draw(r)
		}
		return
	}
	for len(dst) > 0 {
		r.NormFloat64s(dst)
		kept := 0
		for _, z := range dst {
			x := d.Mean + float64(d.SD*z)
			inside := x >= lo && x <= hi
			if !filter {
				x, inside = min(max(x, lo), hi), true
			}
			dst[kept] = x
			if inside {
				kept++
			}
		}
		dst = dst[kept:]
	}
}

// redraw tries again, but not for ever: a range that rarely comes up is drawn by inversion, which
// gives the same distribution.
func (d *Normal) redraw(r *sim.Rand, lo, hi float64) float64 {
	for range 32 {
		if x := d.Mean + float64(d.SD*r.NormFloat64()); x >= lo && x <= hi {
			return x
		}
	}
	if d.SD == 0 {
		return lo
	}
	a, b := (lo-d.Mean)/d.SD, (hi-d.Mean)/d.SD
	// Work in the lower tail, where small probabilities keep their digits.
	sign := 1.0
	if a > 0 {
		a, b, sign = -b, -a, -1
	}
	pa, pb := normalCDF(a), normalCDF(b)
	z := mathext.NormalQuantile(pa + float64(r.Float64()*(pb-pa)))
	return min(max(d.Mean+float64(sign*z*d.SD), lo), hi)
}

func normalCDF(z float64) float64 { return 0.5 * math.Erfc(-z/math.Sqrt2) }

// LogNormal is the distribution of exp(X) with X normal of mean Mu and standard deviation Sigma; X is cut
// at 8 Sigma from Mu. The median is exp(Mu), the mean exp(Mu + Sigma²/2).
//
// Song et al. (2005, "Highly nonrandom features of synaptic connectivity in local cortical circuits")
// found the excitatory potentials [mV] of cortical pairs to have Mu -0.702 and Sigma 0.9355.
type LogNormal struct {
	Mu    float64 // ln of the median
	Sigma float64 // 0 or more
}

// LogNormalOf gives the log-normal distribution with the given mean (above 0) and standard deviation.
func LogNormalOf(mean, sd float64) LogNormal {
	v := math.Log1p(sd / mean * (sd / mean))
	return LogNormal{Mu: math.Log(mean) - v/2, Sigma: math.Sqrt(v)}
}

// Validate names the first parameter out of range.
func (d LogNormal) Validate() error {
	if err := checkFinite("LogNormal.Mu", d.Mu); err != nil {
		return err
	}
	if !(d.Sigma >= 0) {
		return fmt.Errorf("LogNormal.Sigma is %g: want 0 or more", d.Sigma)
	}
	if _, hi := d.Bounds(); math.IsInf(hi, 1) {
		return fmt.Errorf("LogNormal.Sigma is %g with Mu %g: want Mu + %d Sigma below 709, the largest logarithm", d.Sigma, d.Mu, tails)
	}
	return nil
}

// Bounds gives the range in which all draws lie.
func (d LogNormal) Bounds() (lo, hi float64) {
	cut := float64(tails * d.Sigma)
	return math.Exp(d.Mu - cut), math.Exp(d.Mu + cut)
}

// Draw gives one value.
func (d LogNormal) Draw(r *sim.Rand) float64 {
	z := min(max(r.NormFloat64(), -tails), tails)
	return math.Exp(d.Mu + float64(d.Sigma*z))
}
