package reservoir

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/glia-sim/glia/networks/readout"
)

// The form of a saved model, all numbers little-endian:
//
//	8 bytes   "glia-res"
//	uint32    version, 1
//	uint32    length of the header
//	header    JSON: what the model is, and the arrays that follow
//	arrays    float64 values row by row; of a sparse matrix int32 row starts, int32 columns, float64 values
//	32 bytes  SHA-256 of everything before
const (
	saveMagic   = "glia-res"
	saveVersion = 1
	// maxSaved bounds what Load reads into memory: a dense network of 20 000 units is 3.2 GB.
	maxSaved = 1 << 32
	// maxHeader bounds the header, which names columns and arrays and is small.
	maxHeader = 1 << 20
)

// FormatError says why data cannot be read as a saved model.
type FormatError struct {
	Reason string // what is wrong, and the remedy if there is one
}

// Error gives the reason.
func (e *FormatError) Error() string { return "reservoir: not a readable model: " + e.Reason }

func malformed(format string, args ...any) error {
	return &FormatError{fmt.Sprintf(format, args...)}
}

// About is what a saved model says of itself beside its weights.
type About struct {
	Inputs  []string `json:"inputs,omitempty"`  // names of the inputs, in order
	Targets []string `json:"targets,omitempty"` // names of the outputs
	Horizon int      `json:"horizon"`           // steps from an input to the target that its output predicts
	Washout int      `json:"washout"`           // steps after which the start state is forgotten
	Lambda  float64  `json:"lambda"`            // of the ridge readout
	Note    string   `json:"note,omitempty"`    // how it was trained
}

// savedHeader is the JSON of the header.
type savedHeader struct {
	Kind       string       `json:"kind"` // esn or ei
	Activation string       `json:"activation,omitempty"`
	Leak       float64      `json:"leak,omitempty"`
	Excitatory int          `json:"excitatory,omitempty"`
	Start      float64      `json:"start,omitempty"`
	Squares    bool         `json:"feature_squares,omitempty"`
	Input      bool         `json:"feature_input,omitempty"`
	Arrays     []savedArray `json:"arrays"`
	About      About        `json:"about"`
}

// savedArray describes one array; those that a model does not have are left out.
type savedArray struct {
	Name    string `json:"name"`
	Rows    int    `json:"rows"`
	Cols    int    `json:"cols"`
	Sparse  bool   `json:"sparse,omitempty"`
	Entries int    `json:"entries,omitempty"` // stored values of a sparse matrix
}

// Save writes the model with its present state. Every float64 is kept exactly, so that a loaded model predicts the
// same bits. Rate reservoirs ([ESN], [EI]) can be saved; others give an [*ArgumentError].
func (m *Model) Save(w io.Writer, about About) error {
	if m.Readout == nil {
		return refuse("readout", nil, "the model must be trained before it is saved")
	}
	e := &encoder{header: savedHeader{Squares: m.Features.Squares, Input: m.Features.Input, About: about}}
	switch r := m.Reservoir.(type) {
	case *ESN:
		e.header.Kind, e.header.Activation, e.header.Leak = "esn", r.Activation.String(), r.Leak
		e.matrix("recurrent", r.W)
		e.matrix("input", r.In)
		e.vector("bias", r.Bias)
		e.matrix("carry", r.Carry)
		e.vector("state", r.x)
	case *EI:
		e.header.Kind, e.header.Excitatory, e.header.Start = "ei", r.NE, r.Start
		e.matrix("excitation", r.E)
		e.matrix("inhibition", r.I)
		e.matrix("input", r.In)
		e.vector("gain", r.Gain)
		e.vector("threshold", r.Threshold)
		e.vector("state", r.x)
	default:
		return refuse("reservoir", fmt.Sprintf("%T", m.Reservoir), "only rate reservoirs (ESN and EI) can be saved")
	}
	e.array(savedArray{Name: "readout", Rows: m.Readout.Outputs, Cols: m.Readout.Inputs}, m.Readout.Weights)
	e.vector("readout bias", m.Readout.Bias)
	if e.err != nil {
		return e.err
	}
	header, err := json.Marshal(e.header)
	if err != nil {
		return err
	}
	if len(header) > maxHeader {
		return refuse("length of the header", len(header), fmt.Sprintf("must be at most %d: use shorter names and notes", maxHeader))
	}
	sum := sha256.New()
	out := io.MultiWriter(w, sum)
	head := append([]byte(saveMagic), binary.LittleEndian.AppendUint32(nil, saveVersion)...)
	head = binary.LittleEndian.AppendUint32(head, uint32(len(header)))
	for _, part := range [][]byte{head, header, e.body.Bytes()} {
		if _, err := out.Write(part); err != nil {
			return err
		}
	}
	_, err = w.Write(sum.Sum(nil))
	return err
}

// encoder gathers arrays and their descriptions.
type encoder struct {
	header savedHeader
	body   bytes.Buffer
	err    error
}

func (e *encoder) array(a savedArray, values []float64) {
	e.header.Arrays = append(e.header.Arrays, a)
	e.floats(values)
}

func (e *encoder) floats(values []float64) {
	b := make([]byte, 0, 8*len(values))
	for _, v := range values {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
	}
	e.body.Write(b)
}

func (e *encoder) integers(values []int32) {
	b := make([]byte, 0, 4*len(values))
	for _, v := range values {
		b = binary.LittleEndian.AppendUint32(b, uint32(v))
	}
	e.body.Write(b)
}

func (e *encoder) vector(name string, v []float64) {
	if v != nil {
		e.array(savedArray{Name: name, Rows: len(v), Cols: 1}, v)
	}
}

func (e *encoder) matrix(name string, m Matrix) {
	switch m := m.(type) {
	case nil:
	case *Dense:
		e.array(savedArray{Name: name, Rows: m.Rows, Cols: m.Cols}, m.Data)
	case *CSR:
		e.header.Arrays = append(e.header.Arrays, savedArray{Name: name, Rows: m.Rows, Cols: m.Cols, Sparse: true, Entries: len(m.Data)})
		e.integers(m.Start)
		e.integers(m.Index)
		e.floats(m.Data)
	default:
		e.err = refuse(name+" weights", fmt.Sprintf("%T", m), "only Dense and CSR matrices can be saved")
	}
}

// Load reads a saved model, in the state it was saved in. Data that are not a model, of another version, damaged or
// inconsistent give a [*FormatError]; memory grows with the data that are there, not with what they claim.
func Load(r io.Reader) (*Model, About, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxSaved+1))
	if err != nil {
		return nil, About{}, err
	}
	switch {
	case len(data) > maxSaved:
		return nil, About{}, malformed("larger than %d bytes", int64(maxSaved))
	case !bytes.HasPrefix(data, []byte(saveMagic)):
		return nil, About{}, malformed("it does not begin with %q", saveMagic)
	case len(data) < len(saveMagic)+8+sha256.Size:
		return nil, About{}, malformed("it ends early")
	}
	if v := binary.LittleEndian.Uint32(data[len(saveMagic):]); v != saveVersion {
		return nil, About{}, malformed("version %d, this program reads version %d; use a newer glia or train anew", v, saveVersion)
	}
	body, sum := data[:len(data)-sha256.Size], data[len(data)-sha256.Size:]
	if have := sha256.Sum256(body); !bytes.Equal(have[:], sum) {
		return nil, About{}, malformed("the checksum does not fit: the file is damaged or incomplete")
	}
	return decode(body[len(saveMagic)+4:])
}

// decode reads the length of the header and what follows.
func decode(b []byte) (*Model, About, error) {
	var h savedHeader
	if len(b) < 4 {
		return nil, h.About, malformed("it ends early")
	}
	n := int64(binary.LittleEndian.Uint32(b))
	if b = b[4:]; n > maxHeader || n > int64(len(b)) {
		return nil, h.About, malformed("a header of %d bytes", n)
	}
	if err := json.Unmarshal(b[:n], &h); err != nil {
		return nil, h.About, malformed("header: %v", err)
	}
	d := decoder{rest: b[n:], arrays: map[string]Matrix{}}
	for _, a := range h.Arrays {
		if err := d.read(a); err != nil {
			return nil, h.About, err
		}
	}
	if len(d.rest) > 0 {
		return nil, h.About, malformed("%d bytes too many", len(d.rest))
	}
	m, err := d.model(h)
	var argument *ArgumentError
	if errors.As(err, &argument) {
		err = malformed("%s is %v: %s", argument.Name, argument.Value, argument.Want)
	}
	if err != nil {
		return nil, h.About, err
	}
	return m, h.About, nil
}

// decoder reads arrays from what is left of the data.
type decoder struct {
	rest   []byte
	arrays map[string]Matrix
}

func (d *decoder) read(a savedArray) error {
	const largest = 1 << 24
	if a.Rows < 1 || a.Cols < 1 || a.Rows > largest || a.Cols > largest || a.Entries < 0 {
		return malformed("array %q of %d x %d", a.Name, a.Rows, a.Cols)
	}
	if _, twice := d.arrays[a.Name]; twice {
		return malformed("array %q comes twice", a.Name)
	}
	if !a.Sparse {
		v, err := d.floats(a.Name, a.Rows*a.Cols)
		d.arrays[a.Name] = &Dense{Rows: a.Rows, Cols: a.Cols, Data: v}
		return err
	}
	m := &CSR{Rows: a.Rows, Cols: a.Cols}
	var err error
	if m.Start, err = d.integers(a.Name, a.Rows+1); err != nil {
		return err
	}
	if m.Index, err = d.integers(a.Name, a.Entries); err != nil {
		return err
	}
	if m.Data, err = d.floats(a.Name, a.Entries); err != nil {
		return err
	}
	d.arrays[a.Name] = m
	return m.check(a.Name)
}

// check reports rows that do not follow each other and columns that do not ascend within the matrix.
func (m *CSR) check(name string) error {
	if m.Start[0] != 0 || int(m.Start[m.Rows]) != len(m.Data) {
		return malformed("array %q: its rows do not cover its %d values", name, len(m.Data))
	}
	for i := range m.Rows {
		lo, hi := m.Start[i], m.Start[i+1]
		if lo > hi || int(hi) > len(m.Data) {
			return malformed("array %q: row %d ends before it begins", name, i)
		}
		last := int32(-1)
		for _, j := range m.Index[lo:hi] {
			if j <= last || int(j) >= m.Cols {
				return malformed("array %q: row %d has column %d where one of %d..%d should stand", name, i, j, last+1, m.Cols-1)
			}
			last = j
		}
	}
	return nil
}

func (d *decoder) take(name string, n, size int) ([]byte, error) {
	if n > len(d.rest)/size {
		return nil, malformed("array %q ends early", name)
	}
	b := d.rest[:n*size]
	d.rest = d.rest[n*size:]
	return b, nil
}

func (d *decoder) floats(name string, n int) ([]float64, error) {
	b, err := d.take(name, n, 8)
	if err != nil {
		return nil, err
	}
	v := make([]float64, n)
	for i := range v {
		v[i] = math.Float64frombits(binary.LittleEndian.Uint64(b[8*i:]))
		if !finite(v[i]) {
			return nil, malformed("array %q: value %d is %g", name, i, v[i])
		}
	}
	return v, nil
}

func (d *decoder) integers(name string, n int) ([]int32, error) {
	b, err := d.take(name, n, 4)
	if err != nil {
		return nil, err
	}
	v := make([]int32, n)
	for i := range v {
		v[i] = int32(binary.LittleEndian.Uint32(b[4*i:]))
	}
	return v, nil
}

// dense returns an array that must be there, with so many rows and columns; -1 accepts any number.
func (d *decoder) dense(name string, rows, cols int) (*Dense, error) {
	m, ok := d.arrays[name].(*Dense)
	if !ok || (rows >= 0 && m.Rows != rows) || (cols >= 0 && m.Cols != cols) {
		return nil, malformed("array %q is missing or of another shape", name)
	}
	return m, nil
}

// weights returns a matrix of weights that must be there.
func (d *decoder) weights(name string, rows, cols int) (Matrix, error) {
	m, ok := d.arrays[name]
	if !ok {
		return nil, malformed("array %q is missing", name)
	}
	if r, c := m.Dims(); (rows >= 0 && r != rows) || (cols >= 0 && c != cols) {
		return nil, malformed("array %q is of another shape", name)
	}
	return m, nil
}

// model joins the arrays.
func (d *decoder) model(h savedHeader) (*Model, error) {
	state, err := d.dense("state", -1, 1)
	if err != nil {
		return nil, err
	}
	in, err := d.dense("input", state.Rows, -1)
	if err != nil {
		return nil, err
	}
	var r Restorable
	switch h.Kind {
	case "esn":
		r, err = d.esn(h, in)
	case "ei":
		r, err = d.ei(h, in)
	default:
		return nil, malformed("a reservoir of kind %q; this program knows esn and ei", h.Kind)
	}
	if err != nil {
		return nil, err
	}
	if err := r.SetState(state.Data); err != nil {
		return nil, err
	}
	m := &Model{Reservoir: r, Features: Features{Squares: h.Squares, Input: h.Input}}
	weights, err := d.dense("readout", -1, m.Features.Width(r))
	if err != nil {
		return nil, err
	}
	bias, err := d.dense("readout bias", weights.Rows, 1)
	if err != nil {
		return nil, err
	}
	m.Readout = &readout.Linear{Inputs: weights.Cols, Outputs: weights.Rows, Weights: weights.Data, Bias: bias.Data}
	return m, nil
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
		b, err := d.dense("bias", in.Rows, 1)
		if err != nil {
			return nil, err
		}
		bias = b.Data
	}
	n, err := NewESN(w, in, bias, h.Leak, f)
	if err == nil && d.arrays["carry"] != nil {
		n.Carry, err = d.weights("carry", in.Rows, in.Rows)
	}
	return n, err
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
	gain, err := d.dense("gain", units, 1)
	if err != nil {
		return nil, err
	}
	threshold, err := d.dense("threshold", units, 1)
	if err != nil {
		return nil, err
	}
	return &EI{NE: h.Excitatory, E: e, I: i, Gain: gain.Data, In: in, Threshold: threshold.Data, Start: h.Start,
		x: make([]float64, units), z: make([]float64, units), inhibition: make([]float64, units)}, nil
}
