package neurons

import "fmt"

// Method is a way to carry a neuron over a step. Each model lists the ones it has.
type Method int

const (
	// RK4 is the classical Runge-Kutta method of fourth order. Conductances and currents that decay
	// exponentially are taken at their exact values inside the step.
	RK4 Method = iota
	// Euler is the forward Euler method: all right-hand sides at the old state.
	Euler
	// ExponentialEuler solves each equation exactly with everything else held at its old value
	// (Rush and Larsen 1978, for gates; MacGregor 1987).
	ExponentialEuler
	// HalfSteps is the scheme of Izhikevich's 2003 listing: two Euler half steps of v with u held,
	// then one Euler step of u with the new v.
	HalfSteps
	// Exact is the closed-form solution for an input that is constant during the step.
	Exact
)

var methodNames = [...]string{"RK4", "Euler", "ExponentialEuler", "HalfSteps", "Exact"}

// String gives the name of the method.
func (m Method) String() string {
	if m < 0 || int(m) >= len(methodNames) {
		return fmt.Sprintf("Method(%d)", int(m))
	}
	return methodNames[m]
}
