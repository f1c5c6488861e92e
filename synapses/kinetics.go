package synapses

import "math"

// DualExponential gives the synaptic time course
//
//	A (exp(-t/decay) - exp(-t/rise))
//
// at t ms after the spike, with A such that its peak is 1; 0 before the spike. Equal time constants give
// the limit, the alpha function t/decay exp(1-t/decay). The time constants [ms] must be positive and
// rise must not be the longer one; otherwise it gives NaN.
func DualExponential(t, rise, decay float64) float64 {
	switch {
	case !validCourse(rise, decay):
		return math.NaN()
	case t < 0:
		return 0
	case rise == decay:
		return t / decay * math.Exp(1-t/decay)
	}
	return course(t, rise, decay) / course(DualExponentialPeak(rise, decay), rise, decay)
}

// course is exp(-t/decay) - exp(-t/rise) without cancellation.
func course(t, rise, decay float64) float64 {
	return -math.Exp(-t/decay) * math.Expm1(-t*(decay-rise)/(rise*decay))
}

func validCourse(rise, decay float64) bool { return rise > 0 && decay >= rise && !math.IsInf(decay, 1) }

// DualExponentialPeak gives the time [ms] from a spike to the peak of DualExponential,
//
//	rise decay/(decay-rise) ln(decay/rise)
//
// or NaN for time constants out of range.
func DualExponentialPeak(rise, decay float64) float64 {
	if !validCourse(rise, decay) {
		return math.NaN()
	}
	if rise == decay {
		return decay
	}
	x := (decay - rise) / rise
	return decay * math.Log1p(x) / x
}

// DualExponentialNorm gives the factor A of DualExponential: a spike of weight w adds A·w to each of the
// two exponentials whose difference the conductance is (NEURON's Exp2Syn, NEST's beta functions). It is
// infinite for equal time constants, whose time course no such difference makes, and NaN for time
// constants out of range.
func DualExponentialNorm(rise, decay float64) float64 {
	if !validCourse(rise, decay) {
		return math.NaN()
	}
	return 1 / course(DualExponentialPeak(rise, decay), rise, decay)
}

// DualExponentialArea gives the integral [ms] of DualExponential over all time: the charge per spike
// for a peak current of 1.
func DualExponentialArea(rise, decay float64) float64 {
	if rise == decay && validCourse(rise, decay) {
		return math.E * decay
	}
	return DualExponentialNorm(rise, decay) * (decay - rise)
}

// MagnesiumBlock gives the share of NMDA conductance that magnesium leaves open at membrane potential v
// [mV] and magnesium concentration mg [mM]:
//
//	1/(1 + mg/3.57 exp(-0.062 v))
//
// (Jahr and Stevens 1990, "Voltage dependence of NMDA-activated macroscopic conductances predicted by
// single-channel kinetics"). In vivo mg is about 1.
func MagnesiumBlock(v, mg float64) float64 {
	return 1 / (1 + mg/3.57*math.Exp(-0.062*v))
}
