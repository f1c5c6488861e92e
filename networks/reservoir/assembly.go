package reservoir

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Contraction certifies that tau x' = -x + W f(x) + u forgets its start, for every f with slopes in [0, gain] and every
// input: by the test of absolute values, that -I + gain |W| be stable (Kozachkov, Ennis & Slotine, NeurIPS 2022,
// arXiv:2106.08928). It returns a diagonal metric M and the rate beta, in 1/tau, at which at least the distance
// sqrt(d' M d) of any two solutions shrinks; ok is false if the test fails, which does not prove the contrary.
func Contraction(w Matrix, gain float64) (metric []float64, rate float64, ok bool) {
	n, _ := w.Dims()
	a := w.Dense()
	a.Apply(func(_, _ int, v float64) float64 { return gain * math.Abs(v) }, a)
	// Positive solutions of (I - A) r = 1 and l (I - A) = 1 exist if and only if the radius of A is below 1.
	var m mat.Dense
	identity := mat.NewDiagDense(n, nil)
	for i := range n {
		identity.SetDiag(i, 1)
	}
	m.Sub(identity, a)
	ones := mat.NewVecDense(n, nil)
	for i := range n {
		ones.SetVec(i, 1)
	}
	var r, l mat.VecDense
	if r.SolveVec(&m, ones) != nil || l.SolveVec(m.T(), ones) != nil {
		return nil, 0, false
	}
	metric = make([]float64, n)
	for i := range metric {
		metric[i] = l.AtVec(i) / r.AtVec(i)
		if !(r.AtVec(i) > 0 && l.AtVec(i) > 0) || !finite(metric[i]) {
			return nil, 0, false
		}
	}
	// With M = diag(l/r) the symmetric part of M (A - I) is negative; its largest eigenvalue in that metric is -beta.
	s := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			root := math.Sqrt(metric[i] / metric[j])
			s.SetSym(i, j, -(m.At(i, j)*root+m.At(j, i)/root)/2)
		}
	}
	var eigen mat.EigenSym
	if !eigen.Factorize(s, false) {
		return nil, 0, false
	}
	rate = -floats.Max(eigen.Values(nil))
	return metric, rate, rate > 0
}

// AssemblyConfig describes a network of networks that is stable by construction (Sparse Combo Net of the same
// publication): modules of sparse random weights, each certified by [Contraction], joined by couplings that are skew in
// the metric of the modules, L_ji = -M_j^-1 L_ij' M_i, which cost none of the certified rate however strong they are:
//
//	tau x_i' = -x_i + W_i tanh(x_i) + sum_j L_ij x_j + V_i u.
type AssemblyConfig struct {
	Modules    int     // default 16
	Units      int     // of a module; default 32
	Inputs     int     // length of an input sample
	Density    float64 // of the weights within a module; default 0.03
	Radius     float64 // of the magnitudes |W_i|, below 1: the nearer, the slower a module forgets; default 0.9
	Coupling   float64 // standard deviation of the entries of L_ij, in the metric, times sqrt(Units); default 0.5
	Pairs      float64 // probability that two modules are coupled; default 0.3
	InputScale float64 // input weights are uniform in (-InputScale, InputScale); default 0.5
	StepTime   float64 // time that a sample lasts [tau]; default 0.5
	Seed       uint64
	// Symmetric spoils the couplings: L_ji = +M_j^-1 L_ij' M_i. It is the control that need not be stable.
	Symmetric bool
}

// DefaultAssembly has the geometry of the publication.
func DefaultAssembly(inputs int) AssemblyConfig {
	return AssemblyConfig{Modules: 16, Units: 32, Inputs: inputs, Density: 0.03, Radius: 0.9, Coupling: 0.5, Pairs: 0.3, InputScale: 0.5, StepTime: 0.5}
}

// Assembly is a network of contracting networks; see [AssemblyConfig]. It is integrated by the classical Runge-Kutta
// method with steps that the largest weights allow.
type Assembly struct {
	W        *CSR      // block-diagonal weights behind the tanh
	L        *CSR      // couplings
	In       *Dense    // units x inputs
	Metric   []float64 // of each unit
	Rate     float64   // certified rate of contraction [1/tau]
	StepTime float64   // time that a sample lasts [tau]

	steps          int // of integration in a sample
	x, z, f, drive []float64
	k              [4][]float64
	product        []float64
}

// Build draws the network.
func (c AssemblyConfig) Build() (*Assembly, error) {
	if err := firstFailed(
		check{"modules", c.Modules, c.Modules >= 1 && c.Modules <= 10000, "must be in 1..10000"},
		check{"units of a module", c.Units, c.Units >= 2 && c.Units <= 1000, "must be in 2..1000"},
		check{"inputs", c.Inputs, c.Inputs >= 1, "must be at least 1"},
		check{"density", c.Density, c.Density > 0 && c.Density <= 1, "must be above 0 and at most 1"},
		check{"radius", c.Radius, c.Radius >= 0 && c.Radius < 1, "must be at least 0 and below 1"},
		check{"coupling", c.Coupling, c.Coupling >= 0 && finite(c.Coupling), "must be finite and at least 0"},
		check{"probability of a pair", c.Pairs, c.Pairs >= 0 && c.Pairs <= 1, "must be in [0, 1]"},
		check{"input scale", c.InputScale, c.InputScale >= 0 && finite(c.InputScale), "must be finite and at least 0"},
		check{"step time", c.StepTime, c.StepTime > 0 && c.StepTime <= 100, "must be above 0 and at most 100"},
	); err != nil {
		return nil, err
	}
	n := c.Modules * c.Units
	a := &Assembly{Rate: math.Inf(1), StepTime: c.StepTime, Metric: make([]float64, 0, n),
		In: UniformInput(n, c.Inputs, c.InputScale, rand.New(rand.NewPCG(c.Seed, 41)))}
	weights, couplings := mat.NewDense(n, n, nil), mat.NewDense(n, n, nil)
	rng := rand.New(rand.NewPCG(c.Seed, 42))
	for k := range c.Modules {
		w, err := Random{Rows: c.Units, Cols: c.Units, Density: c.Density, Weights: Normal, NoSelf: true}.Build(rng)
		if err != nil {
			return nil, err
		}
		d := w.Dense()
		module := &Dense{Rows: c.Units, Cols: c.Units, Data: d.RawMatrix().Data}
		magnitudes := &Dense{Rows: c.Units, Cols: c.Units, Data: append([]float64(nil), module.Data...)}
		absolute(magnitudes)
		// A module without cycles has radius 0 and forgets by itself. The growth rate finds that exactly, eigenvalues
		// of such a matrix only to a few percent.
		if radius := growthRate(magnitudes, 2000); radius > 0 {
			module.Scale(c.Radius / radius)
		}
		metric, rate, ok := Contraction(module, 1)
		if !ok {
			return nil, refuse("radius", c.Radius, fmt.Sprintf("module %d cannot be certified: want a smaller one", k))
		}
		a.Metric, a.Rate = append(a.Metric, metric...), min(a.Rate, rate)
		weights.Slice(k*c.Units, (k+1)*c.Units, k*c.Units, (k+1)*c.Units).(*mat.Dense).Copy(d)
	}
	sign := -1.0
	if c.Symmetric {
		sign = 1
	}
	for i := range c.Modules {
		for j := range i {
			if rng.Float64() >= c.Pairs {
				continue
			}
			for r := i * c.Units; r < (i+1)*c.Units; r++ {
				for q := j * c.Units; q < (j+1)*c.Units; q++ {
					b := c.Coupling * rng.NormFloat64() / math.Sqrt(float64(c.Units))
					// The same strength in both directions as the metric measures it: L_ji = -M_j^-1 L_ij' M_i still.
					root := math.Sqrt(a.Metric[r] / a.Metric[q])
					couplings.Set(r, q, b/root)
					couplings.Set(q, r, sign*b*root)
				}
			}
		}
	}
	a.W, a.L = sparse(weights), sparse(couplings)
	return a, a.prepare()
}

// prepare chooses the steps of integration and makes room for the state.
func (a *Assembly) prepare() error {
	// Runge-Kutta keeps what rotates and what decays for steps below 1 over the largest rate, here bounded by row sums.
	largest := 1.0
	for r := range a.In.Rows {
		sum := 1.0
		for _, m := range []*CSR{a.W, a.L} {
			sum += floats.Norm(m.Data[m.Start[r]:m.Start[r+1]], 1)
		}
		largest = max(largest, sum)
	}
	steps := math.Ceil(a.StepTime * largest)
	if !(steps <= 1e6) {
		return refuse("strength of the couplings", largest, "so large that a sample takes a million steps: want less, or a shorter step time")
	}
	a.steps = int(steps)
	for _, v := range []*[]float64{&a.x, &a.z, &a.f, &a.drive, &a.product, &a.k[0], &a.k[1], &a.k[2], &a.k[3]} {
		*v = make([]float64, a.In.Rows)
	}
	return nil
}

// sparse keeps the entries of a matrix that are not 0.
func sparse(m *mat.Dense) *CSR {
	rows, cols := m.Dims()
	s := &CSR{Rows: rows, Cols: cols, Start: make([]int32, 1, rows+1)}
	for i := range rows {
		for j, v := range m.RawRowView(i) {
			if v != 0 {
				s.Index, s.Data = append(s.Index, int32(j)), append(s.Data, v)
			}
		}
		s.Start = append(s.Start, int32(len(s.Data)))
	}
	return s
}

// Inputs is the length of an input sample.
func (a *Assembly) Inputs() int { return a.In.Cols }

// Units is the length of the state.
func (a *Assembly) Units() int { return len(a.x) }

// Reset sets the state to 0.
func (a *Assembly) Reset() { clear(a.x) }

// State is the present state, valid until the next Step.
func (a *Assembly) State() []float64 { return a.x }

// SetState copies a state, of length Units, to continue from.
func (a *Assembly) SetState(x []float64) error { return setState(a.x, x) }

// Step presents one input sample for StepTime.
func (a *Assembly) Step(input []float64) error {
	if err := checkLength("the input", len(input), a.In.Cols); err != nil {
		return err
	}
	if err := checkFinite("input", input); err != nil {
		return err
	}
	clear(a.drive)
	addInput(a.drive, a.In, input)
	h := a.StepTime / float64(a.steps)
	for range a.steps {
		a.slope(a.k[0], a.x)
		a.slope(a.k[1], floats.AddScaledTo(a.z, a.x, h/2, a.k[0]))
		a.slope(a.k[2], floats.AddScaledTo(a.z, a.x, h/2, a.k[1]))
		a.slope(a.k[3], floats.AddScaledTo(a.z, a.x, h, a.k[2]))
		for i := range a.x {
			a.x[i] += h / 6 * (a.k[0][i] + 2*a.k[1][i] + 2*a.k[2][i] + a.k[3][i])
		}
	}
	return nil
}

// slope writes tau x' at a state to dst.
func (a *Assembly) slope(dst, x []float64) {
	copy(a.f, x)
	Tanh.apply(a.f)
	a.W.MulVec(dst, a.f)
	a.L.MulVec(a.product, x)
	for i := range dst {
		dst[i] += a.product[i] + a.drive[i] - x[i]
	}
}

// Distance is that of two states in the metric of the modules, which shrinks at least at Rate.
func (a *Assembly) Distance(x, y []float64) (float64, error) {
	if err := checkLength("a state", len(x), len(a.Metric)); err != nil {
		return 0, err
	}
	if err := checkLength("a state", len(y), len(a.Metric)); err != nil {
		return 0, err
	}
	var sum float64
	for i, m := range a.Metric {
		sum += m * (x[i] - y[i]) * (x[i] - y[i])
	}
	return math.Sqrt(sum), nil
}
