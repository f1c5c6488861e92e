package reservoir

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"math"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/glia-sim/glia/networks/coding"
	"gonum.org/v1/gonum/mat"
)

// savedModels are small trained models of every kind.
func savedModels(t testing.TB) map[string]*Model {
	t.Helper()
	must := func(err error) {
		if err != nil {
			t.Helper()
			t.Fatal(err)
		}
	}
	models := map[string]*Model{}
	for name, density := range map[string]float64{"dense": 1, "sparse": 0.1} {
		c := DefaultESN(40, 2)
		c.Density, c.Leak, c.Seed = density, 0.4, 5
		n, err := c.Build()
		must(err)
		models[name] = &Model{Reservoir: n, Features: Features{Squares: true, Input: true}}
	}
	plain, err := ESNConfig{Units: 20, Inputs: 2, SpectralRadius: 0.5, Density: 1, InputScale: 1, Leak: 0.9, Activation: Sigmoid}.Build()
	must(err)
	models["without bias"] = &Model{Reservoir: plain}
	carried, err := DefaultESN(20, 2).Build()
	must(err)
	carried.Leak = 0.3
	carried.Carry, err = Orthogonal(20, 1, rng(2))
	must(err)
	models["carry"] = &Model{Reservoir: carried}
	ei, err := DefaultEI(50, 2).Build()
	must(err)
	must(Adaptation{Targets: HeterogeneousTargets(50, 0.1, 0.9, rng(4))}.Run(ei, twoInputs(300)))
	models["ei"] = &Model{Reservoir: ei}
	assembly := DefaultAssembly(2)
	assembly.Modules, assembly.Units, assembly.Density = 3, 8, 0.2
	modules, err := assembly.Build()
	must(err)
	models["assembly"] = &Model{Reservoir: modules}
	ngrc, err := NewNGRC(2, 3, 2, 2)
	must(err)
	scaled, err := NewScaled(ngrc, []float64{0.1, -0.1}, []float64{2, 0.5})
	must(err)
	models["scaled ngrc"] = &Model{Reservoir: scaled, Features: Features{Input: true}}
	lif, izhikevich := DefaultLIF(30, 2), DefaultIzhikevichReservoir(30, 2, 7)
	lif.Noise, lif.Adaptive, lif.Seed = 0.1, true, 6
	izhikevich.Density = 0.3
	coded := lif
	coded.Coder = coding.Population{Lo: -1, Hi: 1, Fields: 4, Width: 1, Spikes: coding.Poisson{Hi: 1, Rate: 100, Seed: 3}}
	gains := lif
	gains.Adaptive, gains.Gains = false, true
	for name, c := range map[string]SpikingConfig{"lif": lif, "izhikevich": izhikevich, "coded": coded, "gains": gains} {
		s, err := c.Build()
		must(err)
		if c.Adaptive || c.Gains {
			must(Adaptation{Targets: HomogeneousTargets(30, 0.2)}.Run(s, twoInputs(100)))
		}
		s.Trial = 2
		s.Reset()
		models[name] = &Model{Reservoir: s}
	}
	for name, m := range models {
		x := twoInputs(400)
		trained, err := Train(m.Reservoir, m.Features, x.Slice(0, 399, 0, 2), x.Slice(1, 400, 0, 2), 50, 1e-3)
		must(err)
		models[name] = trained
	}
	return models
}

func twoInputs(steps int) *mat.Dense {
	x := mat.NewDense(steps, 2, nil)
	for t := range steps {
		x.SetRow(t, []float64{math.Sin(0.2 * float64(t)), math.Cos(0.31*float64(t)) / 3})
	}
	return x
}

func saved(t testing.TB, m *Model, about About) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := m.Save(&b, about); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A loaded model gives the bits of the saved one: from the saved state, after Reset, running freely, and with other
// numbers of workers and processors. Saved again it gives the same file.
func TestLoadedModelPredictsTheSame(t *testing.T) {
	about := About{Inputs: []string{"a", "b"}, Targets: []string{"a", "b"}, Horizon: 1, Washout: 50, Lambda: 1e-3, Note: "two sines"}
	for name, m := range savedModels(t) {
		file := saved(t, m, about)
		want := run(t, m)
		for workers := 1; workers <= 3; workers++ {
			loaded, got, err := Load(bytes.NewReader(file), workers)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if !reflect.DeepEqual(got, about) {
				t.Errorf("%s: about %+v, want %+v", name, got, about)
			}
			if !bytes.Equal(saved(t, loaded, about), file) {
				t.Errorf("%s: saved again by %d workers it is another file", name, workers)
			}
			before := runtime.GOMAXPROCS(workers)
			bits := run(t, loaded)
			runtime.GOMAXPROCS(before)
			for i := range want {
				if math.Float64bits(bits[i]) != math.Float64bits(want[i]) {
					t.Fatalf("%s, %d workers: prediction %d is %v, before saving %v", name, workers, i, bits[i], want[i])
				}
			}
		}
	}
}

// run predicts from the present state, goes on freely, and predicts again from the start.
func run(t *testing.T, m *Model) []float64 {
	t.Helper()
	x := twoInputs(60)
	first, err := m.Predict(x)
	if err != nil {
		t.Fatal(err)
	}
	free, err := m.FreeRun(x.RawRowView(59), 40)
	if err != nil {
		t.Fatal(err)
	}
	m.Reservoir.Reset()
	again, err := m.Predict(x)
	if err != nil {
		t.Fatal(err)
	}
	return append(append(append([]float64(nil), first.RawMatrix().Data...), free.RawMatrix().Data...), again.RawMatrix().Data...)
}

func TestLoadRefusesDamage(t *testing.T) {
	m := savedModels(t)["sparse"]
	file := saved(t, m, About{})
	var bad *FormatError
	for name, change := range map[string]func([]byte) []byte{
		"it does not begin":      func(b []byte) []byte { return append([]byte("x"), b...) },
		"ends early":             func(b []byte) []byte { return b[:20] },
		"version 3":              func(b []byte) []byte { b[8] = 3; return b },
		"checksum":               func(b []byte) []byte { b[len(b)/2] ^= 1; return b },
		"damaged or incomplete":  func(b []byte) []byte { return b[:len(b)-1] },
		"bytes too many":         func(b []byte) []byte { return sealed(append(b[:len(b)-32], 0)) },
		`array "readout bias" e`: func(b []byte) []byte { return sealed(b[:len(b)-40]) },
		"header of":              func(b []byte) []byte { b[15] = 255; return sealed(b[:len(b)-32]) },
		"kind": func(b []byte) []byte {
			return sealed(bytes.Replace(b[:len(b)-32], []byte(`"esn"`), []byte(`"abc"`), 1))
		},
		"activation": func(b []byte) []byte { return sealed(bytes.Replace(b[:len(b)-32], []byte("tanh"), []byte("tank"), 1)) },
		"leak":       func(b []byte) []byte { return sealed(bytes.Replace(b[:len(b)-32], []byte("0.4"), []byte("7.4"), 1)) },
		"is missing": func(b []byte) []byte {
			return sealed(bytes.Replace(b[:len(b)-32], []byte("recurrent"), []byte("concurren"), 1))
		},
		"": func([]byte) []byte { return nil },
	} {
		_, _, err := Load(bytes.NewReader(change(bytes.Clone(file))), 1)
		if !errors.As(err, &bad) || !strings.Contains(err.Error(), name) {
			t.Errorf("error %v, want one with %q", err, name)
		}
	}
	// A file of version 1, whose inputs have no scale, is read.
	old := bytes.Clone(file[:len(file)-32])
	old[8] = 1
	if _, _, err := Load(bytes.NewReader(sealed(old)), 1); err != nil {
		t.Errorf("version 1: %v", err)
	}
	// A column beyond the matrix, and a value that is not finite, behind a right checksum.
	body := file[:len(file)-32]
	n := 16 + int(binary.LittleEndian.Uint32(file[12:]))
	beyond := bytes.Clone(body)
	binary.LittleEndian.PutUint32(beyond[n+4*41:], 99)
	value := bytes.Clone(body)
	binary.LittleEndian.PutUint64(value[len(value)-8:], math.Float64bits(math.NaN()))
	for want, b := range map[string][]byte{"column 99": beyond, "is NaN": value} {
		if _, _, err := Load(bytes.NewReader(sealed(b)), 1); !errors.As(err, &bad) || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
	var argument *ArgumentError
	column := DefaultColumn()
	column.Nx, column.Ny, column.Nz = 2, 2, 2
	own, err := column.Build()
	if err != nil {
		t.Fatal(err)
	}
	if err := (&Model{Reservoir: own, Readout: m.Readout}).Save(&bytes.Buffer{}, About{}); !errors.As(err, &argument) {
		t.Errorf("saving a network that no SpikingConfig describes: %v", err)
	}
	if err := (&Model{Reservoir: m.Reservoir}).Save(&bytes.Buffer{}, About{}); !errors.As(err, &argument) {
		t.Errorf("saving without a readout: %v", err)
	}
}

// Files of spiking reservoirs, of next-generation reservoirs and assemblies whose parts do not belong together.
func TestLoadRefusesForeignParts(t *testing.T) {
	models := savedModels(t)
	for _, test := range []struct{ model, from, to, want string }{
		{"coded", `"excitatory":24`, `"excitatory":23`, "excitation"},
		{"coded", `"kind":"poisson"`, `"kind":"poissom"`, "kind of coder"},
		{"coded", `"Fields":4`, `"Fields":5`, "columns of input weights"},
		{"coded", `"Rate":100,`, `"Rate":1e9,`, "at most 1e6 Hz"},
		{"coded", `"seed":6`, `"seed":7`, "seed 6"},
		{"lif", `"delay_ms":1`, `"delay_ms":2`, "delay"},
		{"lif", `"step_ms":10`, `"step_ms":1e9`, "steps of 1e+09 ms"},
		{"lif", `"VTh":-50`, `"VTh":-51`, "state of the network"},
		{"lif", `"lif":`, `"fil":`, "without cells"},
		{"lif", `"target rates"`, `"target ratex"`, "target rates"},
		{"izhikevich", `"peak":30`, `"peak":31`, "state of the network"},
		{"izhikevich", `"network"`, `"netwirk"`, "state of the network"},
		{"scaled ngrc", `"taps":3`, `"taps":2`, `"past"`},
		{"scaled ngrc", `"degree":2`, `"degree":3`, `"state"`},
		{"scaled ngrc", `"ngrc":{`, `"ngrd":{`, "without taps"},
		{"scaled ngrc", `"input scale"`, `"input stale"`, "input scale"},
		{"assembly", `"step_time":0.5`, `"step_time":500`, "step time"},
		{"assembly", `"couplings"`, `"coupling!"`, "couplings"},
	} {
		file := saved(t, models[test.model], About{})
		n := 16 + int(binary.LittleEndian.Uint32(file[12:]))
		header := bytes.Replace(file[16:n], []byte(test.from), []byte(test.to), 1)
		if bytes.Equal(header, file[16:n]) {
			t.Errorf("%s: no %s in the header", test.model, test.from)
			continue
		}
		body := binary.LittleEndian.AppendUint32(bytes.Clone(file[:12]), uint32(len(header)))
		body = append(append(body, header...), file[n:len(file)-32]...)
		var bad *FormatError
		if _, _, err := Load(bytes.NewReader(sealed(body)), 1); !errors.As(err, &bad) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s with %s: error %v, want one with %q", test.model, test.to, err, test.want)
		}
	}
}

// sealed puts the checksum behind a body.
func sealed(body []byte) []byte {
	sum := sha256.Sum256(body)
	return append(bytes.Clone(body), sum[:]...)
}

// Load survives anything, and what it accepts can be used and saved.
func FuzzLoad(f *testing.F) {
	for _, m := range savedModels(f) {
		b := saved(f, m, About{Inputs: []string{"a", "b"}})
		f.Add(b[12 : len(b)-32])
	}
	f.Add([]byte("\x02\x00\x00\x00{}"))
	f.Fuzz(func(t *testing.T, body []byte) {
		file := sealed(append([]byte("glia-res\x02\x00\x00\x00"), body...))
		m, about, err := Load(bytes.NewReader(file), 1)
		if err != nil {
			var bad *FormatError
			if !errors.As(err, &bad) {
				t.Fatalf("%T: %v", err, err)
			}
			return
		}
		out := make([]float64, m.Readout.Outputs)
		if err := m.Step(make([]float64, m.Reservoir.Inputs()), out); err != nil {
			// Weights of any size may take the state beyond what is finite, never the program.
			t.Log(err)
		}
		if err := m.Save(&bytes.Buffer{}, about); err != nil {
			t.Fatal(err)
		}
	})
}
