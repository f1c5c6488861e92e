package plasticity

// BCM is the rule of Bienenstock, Cooper and Munro for one neuron with rates as inputs, in steps of
// one presentation:
//
//	dw_i = Eta x_i y (y - theta),  w_i >= 0
//	dtheta = (y² - theta)/TauTheta
//
//	x, y   rates of the inputs and of the neuron [any unit]
//	w      weights
//	theta  sliding threshold [unit of y²: with weights of order 1, of y]
//
// Learning is selective: of N equally likely orthonormal inputs, one keeps a response, y = N, at which
// theta is N too. TauTheta must be short against 1/Eta, or the weights oscillate.
//
// For spikes, TripletSTDP with A3Minus 0 has the same averages (Pfister and Gerstner 2006).
//
// Source: Bienenstock, Cooper and Munro 1982, with the threshold of Intrator and Cooper 1992.
type BCM struct {
	Eta      float64 // per presentation
	TauTheta float64 // presentations
	Theta    float64 // state: the threshold
}

// Validate names the first parameter out of range.
func (b *BCM) Validate() error {
	c := checker{rule: "BCM"}
	c.positive("Eta", b.Eta, "")
	c.complain(b.TauTheta >= 1 && finite(b.TauTheta), "TauTheta", b.TauTheta, "presentations", "1 or more")
	c.finite("Theta", b.Theta, "")
	return c.err
}

// Update changes the weights w after the input x, of the same length, gave the output y.
func (b *BCM) Update(w, x []float64, y float64) {
	x = x[:len(w)]
	phi := b.Eta * y * (y - b.Theta)
	for i := range w {
		w[i] = max(0, w[i]+float64(phi*x[i]))
	}
	b.Theta += (y*y - b.Theta) / b.TauTheta
}
