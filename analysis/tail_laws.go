package analysis

import (
	"fmt"
	"math"
)

// Alternative is another law fitted by maximum likelihood to the values of a power law, in the same bounds, and the
// likelihood ratio of the two (Clauset, Shalizi & Newman 2009, doi 10.1137/070710111, section 5 and appendix C, after
// Vuong 1989, doi 10.2307/1912557).
type Alternative struct {
	Law string // "exponential" or "log-normal"
	// Rate is that of the exponential, P(s) ~ exp(-Rate s). Mu and Sigma are those of the log-normal,
	// P(s) ~ exp(-(ln s - Mu)²/(2 Sigma²))/s; Sigma is infinite, and Mu without meaning, where no curvature is found.
	Rate, Mu, Sigma float64
	KS              float64 // largest distance between the empirical and the fitted distribution function
	Ratio           float64 // log-likelihood of the power law less that of this law: above 0 speaks for the power law
	Normalised      float64 // Ratio over its standard deviation
	P               float64 // probability of a ratio at least that large, of either sign, if both laws were equally good
}

// Alternatives fits the discrete exponential and log-normal laws to the values of FitPowerLaw within its bounds, and
// compares. A P below 0.1 says that the sign of the ratio can be trusted. The log-normal has the power law as a
// limit, so that its ratio is never above 0, and 0 if the values do not bend down in double-logarithmic scales: then P is
// 1. The error names values that are not those of the fit. Cost: max-min exponentials for each of about 60 steps.
func (fit PowerLaw) Alternatives(values []float64) (exponential, logNormal Alternative, err error) {
	t, err := newTail(values, fit.Min, fit.Max)
	if err != nil {
		return exponential, logNormal, err
	}
	if t.samples != fit.Samples || t.samples == 0 {
		return exponential, logNormal, fmt.Errorf("analysis: alternatives: %d values lie in %d..%d and %d were fitted: give the same values", t.samples, fit.Min, fit.Max, fit.Samples)
	}
	law := func(a, b, rate float64) tailLaw {
		return t.law(func(k int, l float64) float64 { return a*l + b*l*l - rate*float64(k) })
	}
	power := law(-fit.Exponent, 0, 0)

	exponential = Alternative{Law: "exponential", Rate: t.rate()}
	t.compare(&exponential, power, law(0, 0, exponential.Rate))

	a, b := t.curved(-fit.Exponent)
	logNormal = Alternative{Law: "log-normal", Sigma: math.Inf(1)}
	if b < 0 {
		// exp(a l + b l²) = exp(-(l - Mu)²/(2 Sigma²) - l) up to a factor.
		logNormal.Sigma = math.Sqrt(-1 / (2 * b))
		logNormal.Mu = t.centre - (a+1)/(2*b)
	}
	t.compare(&logNormal, power, law(a, b, 0))
	return exponential, logNormal, nil
}

// tail holds how often each whole number within bounds occurs.
type tail struct {
	min     int
	counts  []float64
	logs    []float64 // of the numbers, less centre
	samples int
	mean    float64 // of the values, counted from min
	centre  float64 // mean logarithm of the values
	square  float64 // mean of their logs squared
}

func newTail(values []float64, min, max int) (*tail, error) {
	if min < 1 || max <= min || max > 1e8 {
		return nil, fmt.Errorf("analysis: power law: bounds are %d and %d: the lower must be at least 1 and below the upper, which is at most 1e8", min, max)
	}
	t := &tail{min: min, counts: make([]float64, max-min+1), logs: make([]float64, max-min+1)}
	for _, v := range values {
		if v >= float64(min) && v <= float64(max) {
			k := int(math.Round(v))
			t.counts[k-min]++
			t.centre += math.Log(float64(k))
			t.mean += float64(k - min)
			t.samples++
		}
	}
	t.mean /= float64(t.samples)
	t.centre /= float64(t.samples)
	for k := range t.logs {
		t.logs[k] = math.Log(float64(min+k)) - t.centre
		t.square += t.counts[k] * t.logs[k] * t.logs[k] / float64(t.samples)
	}
	return t, nil
}

// tailLaw gives the logarithm of the probability of each number.
type tailLaw []float64

// law normalises exp(exponent), which is given the number, counted from min, and its logarithm.
func (t *tail) law(exponent func(k int, l float64) float64) tailLaw {
	p := make(tailLaw, len(t.logs))
	top := math.Inf(-1)
	for k, l := range t.logs {
		p[k] = exponent(k, l)
		top = math.Max(top, p[k])
	}
	var norm float64
	for _, e := range p {
		norm += math.Exp(e - top)
	}
	shift := top + math.Log(norm)
	for k := range p {
		p[k] -= shift
	}
	return p
}

// rate is that of the exponential whose mean is that of the values: its likelihood is concave.
func (t *tail) rate() float64 {
	lo, hi := 0.0, 50.0
	for range 60 {
		mid := (lo + hi) / 2
		var norm, first float64
		for k := range t.logs {
			p := math.Exp(-mid * float64(k))
			if p == 0 {
				break
			}
			norm += p
			first += p * float64(k)
		}
		if first/norm > t.mean {
			lo = mid
		} else {
			hi = mid
		}
	}
	return (lo + hi) / 2
}

// curved maximises the likelihood of exp(a l + b l²) with b at most 0, by Newton's method from the power law, b = 0. The
// likelihood is concave: where its slope in b is not below 0 there, the maximum with b <= 0 is the power law.
func (t *tail) curved(a float64) (_, b float64) {
	for step := range 100 {
		m := t.moments(a, b)
		// Slopes of the mean log-likelihood; the mean log of the values is 0.
		ga, gb := -m[1], t.square-m[2]
		if step == 0 && gb >= 0 {
			return a, 0
		}
		haa, hab, hbb := m[2]-m[1]*m[1], m[3]-m[1]*m[2], m[4]-m[2]*m[2]
		det := haa*hbb - hab*hab
		if !(det > 0) || math.Abs(ga)+math.Abs(gb) < 1e-12 {
			break
		}
		da, db := (hbb*ga-hab*gb)/det, (haa*gb-hab*ga)/det
		gain, here := ga*da+gb*db, t.likelihood(a, b)
		if gain < 1e-14 {
			break
		}
		f := 1.0
		for f > 1e-9 && !(b+f*db <= 0 && t.likelihood(a+f*da, b+f*db) >= here+1e-4*f*gain) {
			f /= 2
		}
		if f <= 1e-9 {
			break
		}
		a, b = a+f*da, b+f*db
	}
	return a, b
}

// moments are the means of l to the powers of 0 to 4 under exp(a l + b l²).
func (t *tail) moments(a, b float64) (m [5]float64) {
	for k, e := range t.law(func(_ int, l float64) float64 { return a*l + b*l*l }) {
		p, l := math.Exp(e), t.logs[k]
		for i := range m {
			m[i] += p
			p *= l
		}
	}
	return m
}

// likelihood is the mean log-likelihood of exp(a l + b l²).
func (t *tail) likelihood(a, b float64) float64 {
	p := t.law(func(_ int, l float64) float64 { return a*l + b*l*l })
	var sum float64
	for k, c := range t.counts {
		if c > 0 {
			sum += c * p[k]
		}
	}
	return sum / float64(t.samples)
}

// ks is the largest distance between the distribution functions of the values and of a law.
func (t *tail) ks(p tailLaw) (worst float64) {
	var empirical, law float64
	for k, e := range p {
		empirical += t.counts[k] / float64(t.samples)
		law += math.Exp(e)
		worst = math.Max(worst, math.Abs(empirical-law))
	}
	return worst
}

// compare completes an alternative, of distribution q, to a power law.
func (t *tail) compare(a *Alternative, power, q tailLaw) {
	a.KS = t.ks(q)
	n := float64(t.samples)
	for k, c := range t.counts {
		if c > 0 {
			a.Ratio += c * (power[k] - q[k])
		}
	}
	var variance float64
	for k, c := range t.counts {
		if d := power[k] - q[k] - a.Ratio/n; c > 0 {
			variance += c * d * d / n
		}
	}
	a.P = 1
	// Laws that agree to rounding are not to be told apart.
	if math.Abs(a.Ratio) > 1e-9*n && variance > 0 {
		a.Normalised = a.Ratio / math.Sqrt(n*variance)
		a.P = math.Erfc(math.Abs(a.Normalised) / math.Sqrt2)
	}
}
