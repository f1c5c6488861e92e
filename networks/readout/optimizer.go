package readout

import "math"

// Optimizer turns gradients into weight changes: [Adam] or [Adadelta].
type Optimizer interface {
	// Validate names the parameter that is out of range.
	Validate() error
	// start returns the state for n parameters.
	start(n int) stepper
}

// stepper is an optimiser in use. Parameters are independent of each other, so
// disjoint ranges may be applied concurrently between two calls of next.
type stepper interface {
	// next begins the update for one more batch.
	next()
	// apply updates parameters lo, lo+1, ... from their gradients.
	apply(lo int, parameters, gradients []float32)
}

// Adam is the optimiser of Kingma & Ba, arXiv 1412.6980, algorithm 1:
//
//	m <- Beta1 m + (1-Beta1) g;   v <- Beta2 v + (1-Beta2) g^2
//	w <- w - Rate * (m / (1-Beta1^t)) / (sqrt(v / (1-Beta2^t)) + Epsilon)
type Adam struct {
	Rate    float64 // step size, above 0
	Beta1   float64 // decay of the mean gradient, 0 <= Beta1 < 1
	Beta2   float64 // decay of the mean squared gradient, 0 <= Beta2 < 1
	Epsilon float64 // keeps the divisor above 0, above 0
}

// DefaultAdam is rate 0.01, betas 0.9 and 0.999, epsilon 1e-8. The rate suits
// scaled spike counts, which are small; the usual 0.001 needs many more passes.
func DefaultAdam() Adam {
	return Adam{Rate: 0.01, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8}
}

// Validate names the parameter that is out of range.
func (a Adam) Validate() error {
	if err := checkPositive("Adam rate", a.Rate); err != nil {
		return err
	}
	if !(a.Beta1 >= 0 && a.Beta1 < 1) {
		return refuse("Adam beta1", a.Beta1, "must be in [0, 1)")
	}
	if !(a.Beta2 >= 0 && a.Beta2 < 1) {
		return refuse("Adam beta2", a.Beta2, "must be in [0, 1)")
	}
	return checkPositive("Adam epsilon", a.Epsilon)
}

func (a Adam) start(n int) stepper {
	return &adamState{Adam: a, power1: 1, power2: 1, m: make([]float32, n), v: make([]float32, n)}
}

type adamState struct {
	Adam
	power1, power2 float64 // Beta1^t, Beta2^t
	m, v           []float32
}

func (s *adamState) next() {
	s.power1 *= s.Beta1
	s.power2 *= s.Beta2
}

// adamFactors are the constants of one update.
type adamFactors struct{ beta1, beta2, rest1, rest2, rate, correct, epsilon float32 }

func (s *adamState) apply(lo int, parameters, gradients []float32) {
	c := adamFactors{float32(s.Beta1), float32(s.Beta2), float32(1 - s.Beta1), float32(1 - s.Beta2),
		float32(s.Rate / (1 - s.power1)), float32(1 / (1 - s.power2)), float32(s.Epsilon)}
	n := len(gradients)
	m, v := s.m[lo:lo+n], s.v[lo:lo+n]
	parameters = parameters[:n]
	n &^= lanes - 1
	if !haveBlocks {
		n = 0
	}
	if n > 0 {
		adamUpdate(&parameters[0], &gradients[0], &m[0], &v[0], n, &c)
	}
	adamUpdateGo(parameters[n:], gradients[n:], m[n:], v[n:], c)
}

func adamUpdateGo(parameters, gradients, m, v []float32, c adamFactors) {
	for i, g := range gradients {
		mi := float32(c.beta1*m[i]) + float32(c.rest1*g)
		vi := float32(c.beta2*v[i]) + float32(c.rest2*float32(g*g))
		m[i], v[i] = mi, vi
		parameters[i] -= float32(c.rate * (mi / (squareRoot(float32(vi*c.correct)) + c.epsilon)))
	}
}

// Adadelta is the optimiser of Zeiler, arXiv 1212.5701, with a rate, as in
// TensorFlow 1:
//
//	E[g^2] <- Rho E[g^2] + (1-Rho) g^2
//	d      <- g * sqrt(E[d^2]+Epsilon) / sqrt(E[g^2]+Epsilon)
//	E[d^2] <- Rho E[d^2] + (1-Rho) d^2;   w <- w - Rate d
type Adadelta struct {
	Rate    float64 // factor of the step, above 0
	Rho     float64 // decay of both means, 0 <= Rho < 1
	Epsilon float64 // sets the size of the first steps, above 0
}

// DefaultAdadelta is the published readout optimiser of NALSM: rate 0.1, rho
// 0.95, epsilon 1e-8. It needs thousands of passes; rate 1 needs about 60.
func DefaultAdadelta() Adadelta {
	return Adadelta{Rate: 0.1, Rho: 0.95, Epsilon: 1e-8}
}

// Validate names the parameter that is out of range.
func (a Adadelta) Validate() error {
	if err := checkPositive("Adadelta rate", a.Rate); err != nil {
		return err
	}
	if !(a.Rho >= 0 && a.Rho < 1) {
		return refuse("Adadelta rho", a.Rho, "must be in [0, 1)")
	}
	return checkPositive("Adadelta epsilon", a.Epsilon)
}

func (a Adadelta) start(n int) stepper {
	return &adadeltaState{Adadelta: a, gradient: make([]float32, n), delta: make([]float32, n)}
}

type adadeltaState struct {
	Adadelta
	gradient, delta []float32 // E[g^2], E[d^2]
}

func (s *adadeltaState) next() {}

// adadeltaFactors are the constants of an update.
type adadeltaFactors struct{ rate, rho, rest, epsilon float32 }

func (s *adadeltaState) apply(lo int, parameters, gradients []float32) {
	c := adadeltaFactors{float32(s.Rate), float32(s.Rho), float32(1 - s.Rho), float32(s.Epsilon)}
	n := len(gradients)
	eg, ed := s.gradient[lo:lo+n], s.delta[lo:lo+n]
	parameters = parameters[:n]
	n &^= lanes - 1
	if !haveBlocks {
		n = 0
	}
	if n > 0 {
		adadeltaUpdate(&parameters[0], &gradients[0], &eg[0], &ed[0], n, &c)
	}
	adadeltaUpdateGo(parameters[n:], gradients[n:], eg[n:], ed[n:], c)
}

func adadeltaUpdateGo(parameters, gradients, eg, ed []float32, c adadeltaFactors) {
	for i, g := range gradients {
		gi := float32(c.rho*eg[i]) + float32(c.rest*float32(g*g))
		d := g * squareRoot(ed[i]+c.epsilon) / squareRoot(gi+c.epsilon)
		eg[i] = gi
		ed[i] = float32(c.rho*ed[i]) + float32(c.rest*float32(d*d))
		parameters[i] -= float32(c.rate * d)
	}
}

// squareRoot compiles to one single-precision instruction.
func squareRoot(x float32) float32 { return float32(math.Sqrt(float64(x))) }
