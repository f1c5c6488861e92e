package synapses

import (
	"fmt"
	"math"
)

// Kernel gives the probability of a synapse by the distance between two neurons.
type Kernel interface {
	// Validate names the first parameter out of range.
	Validate() error
	// Probability of a synapse over distance d >= 0, in the unit of the positions.
	Probability(d float64) float64
	// Max is a bound of Probability at all distances, at most 1. The lower it is, the faster the drawing.
	Max() float64
	// Reach is a distance beyond which Probability is 0; infinite if there is none.
	Reach() float64
}

// Gaussian is the kernel of Maass, Natschläger and Markram (2002, "Real-time computing without stable
// states"):
//
//	C exp(-(d/Lambda)²)
//
// A Gaussian profile of standard deviation σ has Lambda = √2 σ.
type Gaussian struct {
	C      float64 // probability at distance 0, 0 to 1
	Lambda float64 // length, above 0 [unit of the positions]
}

// Validate names the first parameter out of range.
func (k Gaussian) Validate() error {
	return validateKernel("Gaussian.C", k.C, "Gaussian.Lambda", k.Lambda)
}

// Probability at distance d.
func (k Gaussian) Probability(d float64) float64 {
	x := d / k.Lambda
	return k.C * math.Exp(-x*x)
}

// Max is C.
func (k Gaussian) Max() float64 { return k.C }

// Reach is infinite.
func (k Gaussian) Reach() float64 { return math.Inf(1) }

// ExponentialDecay is the kernel
//
//	C exp(-d/Lambda)
type ExponentialDecay struct {
	C      float64 // probability at distance 0, 0 to 1
	Lambda float64 // length, above 0 [unit of the positions]
}

// Validate names the first parameter out of range.
func (k ExponentialDecay) Validate() error {
	return validateKernel("ExponentialDecay.C", k.C, "ExponentialDecay.Lambda", k.Lambda)
}

// Probability at distance d.
func (k ExponentialDecay) Probability(d float64) float64 { return k.C * math.Exp(-d/k.Lambda) }

// Max is C.
func (k ExponentialDecay) Max() float64 { return k.C }

// Reach is infinite.
func (k ExponentialDecay) Reach() float64 { return math.Inf(1) }

// Box is a kernel that is P up to Radius (included) and 0 beyond.
type Box struct {
	P      float64 // probability, 0 to 1
	Radius float64 // above 0 [unit of the positions]
}

// Validate names the first parameter out of range.
func (k Box) Validate() error { return validateKernel("Box.P", k.P, "Box.Radius", k.Radius) }

// Probability at distance d.
func (k Box) Probability(d float64) float64 {
	if d > k.Radius {
		return 0
	}
	return k.P
}

// Max is P.
func (k Box) Max() float64 { return k.P }

// Reach is Radius.
func (k Box) Reach() float64 { return k.Radius }

func validateKernel(pName string, p float64, lengthName string, length float64) error {
	if err := checkProbability(pName, p); err != nil {
		return err
	}
	return checkPositive(lengthName, length, "length")
}

func checkPositive(field string, x float64, what string) error {
	if !(x > 0) || math.IsInf(x, 1) {
		return fmt.Errorf("%s is %g: want a positive %s", field, x, what)
	}
	return nil
}

func checkFinite(field string, x float64) error {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return fmt.Errorf("%s is %g: want a finite number", field, x)
	}
	return nil
}
