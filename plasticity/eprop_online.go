package plasticity

// Online sums the gradient of a trial as the synapses would: step by step, with an eligibility trace
// and its low-passed form for each. It gives what Gradient gives, for neurons with and without
// adaptation, in O(neurons (inputs + neurons)) per step.
func (e *EProp) Online(t *EPropTrial) EPropGradient {
	n := e.Neurons
	g := EPropGradient{make([]float64, n*e.Inputs), make([]float64, n*n), make([]float64, e.Outputs*n)}
	in, rec := newEligibilities(e, e.Inputs, g.Win), newEligibilities(e, n, g.Wrec)
	for s := range t.Steps {
		l := e.learningSignal(t, s)
		in.step(t, s, t.xbar, l)
		rec.step(t, s, t.zbar, l)
		for k := range e.Outputs {
			d := t.Output[s*e.Outputs+k] - t.target[s*e.Outputs+k]
			for j := range n {
				g.Wout[k*n+j] += d * t.zkappa[s*n+j]
			}
		}
	}
	e.mask(g.Wrec)
	return g
}

// eligibilities are those of all synapses onto the neurons from one set of sources.
type eligibilities struct {
	e          *EProp
	sources    int
	kappa, rho float64
	epsa, ebar []float64
	sum        []float64 // of the gradient
}

func newEligibilities(e *EProp, sources int, sum []float64) *eligibilities {
	_, kappa, rho := e.decays()
	m := e.Neurons * sources
	return &eligibilities{e, sources, kappa, rho, make([]float64, m), make([]float64, m), sum}
}

func (q *eligibilities) step(t *EPropTrial, s int, bar, signal []float64) {
	n, m, beta := q.e.Neurons, q.sources, q.e.Beta
	for j := range n {
		psi, l, rate := t.Psi[s*n+j], signal[j], q.e.rateSignal(t, j)
		row := j * m
		for i, x := range bar[s*m : (s+1)*m] {
			a := q.epsa[row+i]
			e := psi * (x - beta*a)
			q.epsa[row+i] = psi*x + (q.rho-psi*beta)*a
			q.ebar[row+i] = q.kappa*q.ebar[row+i] + e
			q.sum[row+i] += l*q.ebar[row+i] + rate*e
		}
	}
}
