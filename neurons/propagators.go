package neurons

import "math"

// The propagators of the exact integration of a leaky membrane driven by decaying currents (Rotter and
// Diesmann 1999, "Exact digital simulation of time-invariant linear systems with applications to
// neuronal modeling", Biological Cybernetics 81). Written with expm1 and with the difference of the
// rates as a whole, they stay accurate where a synaptic time constant comes close to the membrane's.

// steady is the potential [mV] that a membrane with the constant current ie [pA] goes to.
func steady(el, tau, c, ie float64) float64 { return el + float64(tau/c*ie) }

// leak is what is left of a deviation after h: exp(-h/tau).
func leak(h, tau float64) float64 { return math.Exp(-h / tau) }

// fromConstant is the potential [mV] that 1 pA, constant during h, leaves behind.
//
//	tau/C (1 - exp(-h/tau))
func fromConstant(h, tau, c float64) float64 { return -tau / c * math.Expm1(-h/tau) }

// fromExponential is the potential [mV] that a current of 1 pA at the start of the step, decaying with
// tauSyn, leaves behind.
//
//	1/C ∫ exp(-(h-s)/tau) exp(-s/tauSyn) ds,  s from 0 to h
func fromExponential(h, tauSyn, tau, c float64) float64 {
	x := h * (1/tau - 1/tauSyn)
	return h / c * leak(h, tau) * exprel(x)
}

// fromAlpha is the potential [mV] that a current of 0 pA and slope 1 pA/ms at the start of the step,
// an alpha function of time constant tauSyn, leaves behind.
//
//	1/C ∫ exp(-(h-s)/tau) s exp(-s/tauSyn) ds,  s from 0 to h
func fromAlpha(h, tauSyn, tau, c float64) float64 {
	x := h * (1/tau - 1/tauSyn)
	return h * h / c * leak(h, tau) * ramprel(x)
}

// exprel is (exp(x)-1)/x, the mean of exp over [0, x].
func exprel(x float64) float64 {
	if x == 0 {
		return 1
	}
	return math.Expm1(x) / x
}

// ramprel is ∫ s exp(xs) ds over s from 0 to 1, that is (exp(x)(x-1)+1)/x².
func ramprel(x float64) float64 {
	if math.Abs(x) > 1 {
		return (float64(math.Exp(x)*(x-1)) + 1) / (x * x)
	}
	sum, power := 0.0, 1.0 // power is x^k/k!
	for k := 0.0; k < 20; {
		sum += power / (k + 2)
		k++
		power *= x / k
	}
	return sum
}
