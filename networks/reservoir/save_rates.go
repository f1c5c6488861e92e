package reservoir

// savedAssembly is what the header says of an Assembly.
type savedAssembly struct {
	Rate     float64 `json:"rate"`
	StepTime float64 `json:"step_time"`
}

// savedNGRC is what the header says of an NGRC.
type savedNGRC struct {
	Taps   int `json:"taps"`
	Stride int `json:"stride"`
	Degree int `json:"degree"`
}

func (e *encoder) esn(r *ESN) {
	e.header.Kind, e.header.Activation, e.header.Leak = "esn", r.Activation.String(), r.Leak
	e.matrix("recurrent", r.W)
	e.matrix("input", r.In)
	e.vector("bias", r.Bias)
	e.matrix("carry", r.Carry)
	e.vector("state", r.x)
}

func (d *decoder) esn(h savedHeader, in *Dense) (*ESN, error) {
	w, err := d.weights("recurrent", in.Rows, in.Rows)
	if err != nil {
		return nil, err
	}
	f := Activation(-1)
	for _, known := range []Activation{Tanh, Sigmoid, Identity, ReLU} {
		if known.String() == h.Activation {
			f = known
		}
	}
	var bias []float64
	if d.arrays["bias"] != nil {
		if bias, err = d.vector("bias", in.Rows); err != nil {
			return nil, err
		}
	}
	n, err := NewESN(w, in, bias, h.Leak, f)
	if err == nil && d.arrays["carry"] != nil {
		n.Carry, err = d.weights("carry", in.Rows, in.Rows)
	}
	return n, err
}

func (e *encoder) ei(r *EI) {
	e.header.Kind, e.header.Excitatory, e.header.Start = "ei", r.NE, r.Start
	e.matrix("excitation", r.E)
	e.matrix("inhibition", r.I)
	e.matrix("input", r.In)
	e.vector("gain", r.Gain)
	e.vector("threshold", r.Threshold)
	e.vector("state", r.x)
}

func (d *decoder) ei(h savedHeader, in *Dense) (*EI, error) {
	units := in.Rows
	if h.Excitatory < 1 || h.Excitatory >= units || !(h.Start >= 0 && h.Start <= 1) {
		return nil, malformed("%d excitatory of %d units that start at %g", h.Excitatory, units, h.Start)
	}
	e, err := d.weights("excitation", units, h.Excitatory)
	if err != nil {
		return nil, err
	}
	i, err := d.weights("inhibition", units, units-h.Excitatory)
	if err != nil {
		return nil, err
	}
	gain, err := d.vector("gain", units)
	if err != nil {
		return nil, err
	}
	threshold, err := d.vector("threshold", units)
	if err != nil {
		return nil, err
	}
	return &EI{NE: h.Excitatory, E: e, I: i, Gain: gain, In: in, Threshold: threshold, Start: h.Start,
		x: make([]float64, units), z: make([]float64, units), inhibition: make([]float64, units)}, nil
}

func (e *encoder) assembly(a *Assembly) {
	e.header.Kind, e.header.Assembly = "assembly", &savedAssembly{a.Rate, a.StepTime}
	e.matrix("recurrent", a.W)
	e.matrix("couplings", a.L)
	e.matrix("input", a.In)
	e.vector("metric", a.Metric)
	e.vector("state", a.x)
}

func (d *decoder) assembly(h savedHeader, in *Dense) (*Assembly, error) {
	if h.Assembly == nil || !(h.Assembly.StepTime > 0 && h.Assembly.StepTime <= 100) {
		return nil, malformed("an assembly without a step time in (0, 100]")
	}
	metric, err := d.vector("metric", in.Rows)
	if err != nil {
		return nil, err
	}
	a := &Assembly{In: in, Metric: metric, Rate: h.Assembly.Rate, StepTime: h.Assembly.StepTime}
	for name, m := range map[string]**CSR{"recurrent": &a.W, "couplings": &a.L} {
		w, err := d.weights(name, in.Rows, in.Rows)
		if err != nil {
			return nil, err
		}
		var sparse bool
		if *m, sparse = w.(*CSR); !sparse {
			return nil, malformed("array %q is not sparse", name)
		}
	}
	return a, a.prepare()
}

func (e *encoder) ngrc(r *NGRC) {
	e.header.Kind, e.header.NGRC = "ngrc", &savedNGRC{r.taps, r.stride, r.degree}
	// The ring from the present sample on.
	past := append(append(make([]float64, 0, len(r.past)), r.past[r.now:]...), r.past[:r.now]...)
	e.array(savedArray{Name: "past", Rows: len(past) / r.inputs, Cols: r.inputs}, past)
	e.vector("state", r.state)
}

func (d *decoder) ngrc(h savedHeader) (*NGRC, error) {
	if h.NGRC == nil || h.NGRC.Taps < 1 || h.NGRC.Taps > 1000 || h.NGRC.Stride < 1 || h.NGRC.Stride > 1e6 {
		return nil, malformed("a next-generation reservoir without taps and stride")
	}
	past, err := d.dense("past", (h.NGRC.Taps-1)*h.NGRC.Stride+1, -1)
	if err != nil {
		return nil, err
	}
	r, err := NewNGRC(past.Cols, h.NGRC.Taps, h.NGRC.Stride, h.NGRC.Degree)
	if err != nil {
		return nil, err
	}
	state, err := d.vector("state", len(r.state))
	if err != nil {
		return nil, err
	}
	r.past = past.Data
	copy(r.state, state)
	return r, nil
}
