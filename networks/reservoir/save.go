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
//	uint32    version, 2; in version 1 inputs had no scale
//	uint32    length of the header
//	header    JSON: what the model is, and the arrays that follow
//	arrays    float64 values row by row; of a sparse matrix int32 row starts, int32 columns, float64 values; plain bytes
//	32 bytes  SHA-256 of everything before
const (
	saveMagic   = "glia-res"
	saveVersion = 2
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
	Kind       string         `json:"kind"` // one of savedKinds
	Activation string         `json:"activation,omitempty"`
	Leak       float64        `json:"leak,omitempty"`
	Excitatory int            `json:"excitatory,omitempty"`
	Start      float64        `json:"start,omitempty"`
	Assembly   *savedAssembly `json:"assembly,omitempty"`
	NGRC       *savedNGRC     `json:"ngrc,omitempty"`
	Spiking    *savedSpiking  `json:"spiking,omitempty"`
	Squares    bool           `json:"feature_squares,omitempty"`
	Input      bool           `json:"feature_input,omitempty"`
	Arrays     []savedArray   `json:"arrays"`
	About      About          `json:"about"`
}

// savedArray describes one array; those that a model does not have are left out.
type savedArray struct {
	Name    string `json:"name"`
	Rows    int    `json:"rows"`
	Cols    int    `json:"cols"`
	Sparse  bool   `json:"sparse,omitempty"`
	Entries int    `json:"entries,omitempty"` // stored values of a sparse matrix
	Bytes   bool   `json:"bytes,omitempty"`   // Rows bytes
}

// Save writes the model with its present state. Every float64 is kept exactly, so that a loaded model predicts the
// same bits. [ESN], [EI], [Assembly], [NGRC] and the [Spiking] reservoirs of a [SpikingConfig] can be saved, [Scaled] or
// not; others give an [*ArgumentError].
func (m *Model) Save(w io.Writer, about About) error {
	if m.Readout == nil {
		return refuse("readout", nil, "the model must be trained before it is saved")
	}
	e := &encoder{header: savedHeader{Squares: m.Features.Squares, Input: m.Features.Input, About: about}}
	r := m.Reservoir
	if s, ok := r.(*Scaled); ok {
		e.vector("input offset", s.Offset)
		e.vector("input scale", s.Scale)
		r = s.Reservoir
	}
	switch r := r.(type) {
	case *ESN:
		e.esn(r)
	case *EI:
		e.ei(r)
	case *Assembly:
		e.assembly(r)
	case *NGRC:
		e.ngrc(r)
	case *Spiking:
		e.spiking(r)
	default:
		e.err = refuse("reservoir", fmt.Sprintf("%T", r), "only ESN, EI, Assembly, NGRC and the Spiking reservoir of a SpikingConfig can be saved")
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

func (e *encoder) raw(name string, b []byte) {
	e.header.Arrays = append(e.header.Arrays, savedArray{Name: name, Rows: len(b), Cols: 1, Bytes: true})
	e.body.Write(b)
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

// Load reads a saved model, in the state it was saved in. Spiking reservoirs are simulated by so many workers, 0 meaning
// 1; their number changes no prediction. Data that are not a model, of another version, damaged or inconsistent give a
// [*FormatError]; memory grows with the data that are there, not with what they claim.
func Load(r io.Reader, workers int) (*Model, About, error) {
	if workers < 0 {
		return nil, About{}, refuse("workers", workers, "must be at least 0")
	}
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
	if v := binary.LittleEndian.Uint32(data[len(saveMagic):]); v < 1 || v > saveVersion {
		return nil, About{}, malformed("version %d, this program reads versions up to %d; use a newer glia or train anew", v, saveVersion)
	}
	body, sum := data[:len(data)-sha256.Size], data[len(data)-sha256.Size:]
	if have := sha256.Sum256(body); !bytes.Equal(have[:], sum) {
		return nil, About{}, malformed("the checksum does not fit: the file is damaged or incomplete")
	}
	return decode(body[len(saveMagic)+4:], workers)
}

// decode reads the length of the header and what follows.
func decode(b []byte, workers int) (*Model, About, error) {
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
	d := decoder{rest: b[n:], arrays: map[string]Matrix{}, bytes: map[string][]byte{}, workers: workers}
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
	rest    []byte
	arrays  map[string]Matrix
	bytes   map[string][]byte
	workers int
}

func (d *decoder) read(a savedArray) error {
	const largest = 1 << 24
	if a.Rows < 1 || a.Cols < 1 || (a.Rows > largest && !a.Bytes) || a.Cols > largest || a.Entries < 0 {
		return malformed("array %q of %d x %d", a.Name, a.Rows, a.Cols)
	}
	if d.arrays[a.Name] != nil || d.bytes[a.Name] != nil {
		return malformed("array %q comes twice", a.Name)
	}
	if a.Bytes {
		b, err := d.take(a.Name, a.Rows, 1)
		d.bytes[a.Name] = b
		return err
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

// vector returns a column that must be there.
func (d *decoder) vector(name string, n int) ([]float64, error) {
	m, err := d.dense(name, n, 1)
	if err != nil {
		return nil, err
	}
	return m.Data, nil
}

// model joins the arrays.
func (d *decoder) model(h savedHeader) (*Model, error) {
	r, err := d.reservoir(h)
	if err != nil {
		return nil, err
	}
	if d.arrays["input offset"] != nil {
		offset, err := d.vector("input offset", r.Inputs())
		if err != nil {
			return nil, err
		}
		scale, err := d.vector("input scale", r.Inputs())
		if err != nil {
			return nil, err
		}
		if r, err = NewScaled(r, offset, scale); err != nil {
			return nil, err
		}
	}
	m := &Model{Reservoir: r, Features: Features{Squares: h.Squares, Input: h.Input}}
	weights, err := d.dense("readout", -1, m.Features.Width(r))
	if err != nil {
		return nil, err
	}
	bias, err := d.vector("readout bias", weights.Rows)
	if err != nil {
		return nil, err
	}
	m.Readout = &readout.Linear{Inputs: weights.Cols, Outputs: weights.Rows, Weights: weights.Data, Bias: bias}
	return m, nil
}

// reservoir makes the reservoir in its state.
func (d *decoder) reservoir(h savedHeader) (Reservoir, error) {
	switch h.Kind {
	case "esn":
		return restore(d, h, d.esn)
	case "ei":
		return restore(d, h, d.ei)
	case "assembly":
		return restore(d, h, d.assembly)
	case "ngrc":
		return d.ngrc(h)
	case "spiking":
		return d.spiking(h)
	}
	return nil, malformed("a reservoir of kind %q; this program knows esn, ei, assembly, ngrc and spiking", h.Kind)
}

// restore makes a reservoir and sets its state.
func restore[R Restorable](d *decoder, h savedHeader, build func(savedHeader, *Dense) (R, error)) (Reservoir, error) {
	state, err := d.vector("state", -1)
	if err != nil {
		return nil, err
	}
	in, err := d.dense("input", len(state), -1)
	if err != nil {
		return nil, err
	}
	r, err := build(h, in)
	if err != nil {
		return nil, err
	}
	return r, r.SetState(state)
}
