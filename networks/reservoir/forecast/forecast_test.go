package forecast

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"runtime"
	"strings"
	"testing"

	"github.com/glia-sim/glia/networks/reservoir"
	"github.com/glia-sim/glia/networks/reservoir/tasks"
	"gonum.org/v1/gonum/mat"
)

func read(t testing.TB, text string) *Table {
	t.Helper()
	table, err := ReadCSV(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func TestReadCSV(t *testing.T) {
	for _, text := range []string{"a,b\n1,-2e3\n\n 0.5 ,4\n", "\xef\xbb\xbfa;b\r\n1;-2e3\r\n0.5;4", "a\tb\n1\t-2e3\n0.5\t4\n", "\"a\",\"b\"\n\"1\",-2e3\n0.5,4\n"} {
		table := read(t, text)
		if fmt.Sprint(table.Names) != "[a b]" || !mat.Equal(table.Values, mat.NewDense(2, 2, []float64{1, -2e3, 0.5, 4})) {
			t.Errorf("%q: %v %v", text, table.Names, table.Values.RawMatrix().Data)
		}
	}
	var bad *CSVError
	for text, want := range map[string]string{
		"":                                       "empty",
		"a,b\n":                                  "without rows",
		"1,2\n3,4\n":                             "line 1: the first line holds numbers",
		"a,a\n1,2\n":                             "line 1, column a: the name stands twice",
		"a,\n1,2\n":                              "line 1, column 2: a column without a name",
		"a,b\n1,2\n3\n":                          "line 3: 1 fields, but the header has 2 columns",
		"a,b\n1,2\n3,x4\n":                       `line 3, column b: "x4" is not a number`,
		"a,b\n1,\n":                              "line 2, column b: no value",
		"a,b\n1,2\n\n1,NaN\n":                    "line 4, column b: NaN is not a finite number",
		"a,b\n1,1e999\n":                         "line 2, column b: 1e999 is too large",
		"a,b\n1,\"2\n":                           "line 2",
		"a\n" + strings.Repeat("1", 1000) + "\n": "is too large",
	} {
		if _, err := ReadCSV(strings.NewReader(text)); !errors.As(err, &bad) || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: error %v, want one with %q", text, err, want)
		}
	}
	if _, err := ReadCSV(strings.NewReader("a\n" + strings.Repeat("0", maxLine+1<<17))); err == nil || !strings.Contains(err.Error(), "line 2: longer than") {
		t.Errorf("an endless line: %v", err)
	}
}

func FuzzReadCSV(f *testing.F) {
	for _, text := range []string{"a,b\n1,2\n", "a;b\n1;2\n", "\xef\xbb\xbfa\n1\n", "a,b\n\"1\n", "a\n1,2", "\n\n"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		table, err := ReadCSV(bytes.NewReader(text))
		if err != nil {
			var bad *CSVError
			if !errors.As(err, &bad) || strings.TrimSpace(bad.Reason) == "" {
				t.Fatalf("error %v", err)
			}
			return
		}
		rows, cols := table.Values.Dims()
		if rows < 1 || cols != len(table.Names) {
			t.Fatalf("%d x %d with %d names", rows, cols, len(table.Names))
		}
		for _, v := range table.Values.RawMatrix().Data {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				t.Fatal("a value that is not finite")
			}
		}
	})
}

// mackeyGlass is a chaotic series in units of its own, with a slow partner and a flat column.
func mackeyGlass(t testing.TB, rows int) *Table {
	t.Helper()
	m := tasks.DefaultMackeyGlass()
	x, err := m.Series(rows)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("temperature,lagged,flat\n")
	for i := range rows {
		fmt.Fprintf(&b, "%v,%v,7\n", 300+20*x[i], 1e-3*x[max(0, i-30)])
	}
	return read(t, b.String())
}

func small() Options {
	o := DefaultOptions()
	o.Units, o.Inputs = 100, []string{"temperature"}
	return o
}

// A model of a series in the user's units beats persistence by far on rows it has not seen, and saved and loaded it
// gives the same bytes, on one processor or several.
func TestTrainSaveLoadPredict(t *testing.T) {
	table := mackeyGlass(t, 2500)
	for _, kind := range append(Kinds(), "coded") {
		o, rows, most := small(), 2500, 1./3
		if o.Kind = kind; kind == "coded" {
			o.Kind, o.Coder = LIF, "levels"
		}
		if o.Kind.Spiking() { // slower, and a hundred spiking neurons carry much less
			rows, most, o.Units = 500, 0.8, 60
		}
		table := &Table{table.Names, mat.DenseCopyOf(table.Values.Slice(0, rows, 0, 3))}
		fit, err := Train(table, o)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: test error %.3g, persistence %.3g", kind, fit.TestError[0], fit.Persistence[0])
		if e := fit.TestError[0]; !(e < most*fit.Persistence[0]) {
			t.Errorf("%s: test error %g, persistence %g", kind, e, fit.Persistence[0])
		}
		var file bytes.Buffer
		if err := fit.Model.Save(&file, fit.About); err != nil {
			t.Fatal(err)
		}
		text := func(m *reservoir.Model, about reservoir.About) string {
			p, err := Predict(m, about, table, PredictOptions{FreeRun: 50})
			if err != nil {
				t.Fatal(err)
			}
			// The model was trained on these rows.
			if !(p.Error[0] < most*0.15) {
				t.Errorf("%s: error %g", kind, p.Error[0])
			}
			var b bytes.Buffer
			if err := p.WriteCSV(&b); err != nil {
				t.Fatal(err)
			}
			return b.String()
		}
		want := text(fit.Model, fit.About)
		for workers := 1; workers <= 3; workers += 2 {
			m, about, err := reservoir.Load(bytes.NewReader(file.Bytes()), workers)
			if err != nil {
				t.Fatal(err)
			}
			before := runtime.GOMAXPROCS(workers)
			got := text(m, about)
			runtime.GOMAXPROCS(before)
			if got != want {
				t.Errorf("%s: other predictions after loading, with %d workers", kind, workers)
			}
		}
		lines := strings.Split(strings.TrimSpace(want), "\n")
		if lines[0] != "row,temperature_predicted,temperature" || len(lines) != 1+rows-100+49 ||
			!strings.HasPrefix(lines[1], "102,") || !strings.HasPrefix(lines[len(lines)-1], fmt.Sprint(rows+50, ",")) || !strings.HasSuffix(lines[len(lines)-1], ",") {
			t.Errorf("%s: %d lines, %s ... %s", kind, len(lines), lines[1], lines[len(lines)-1])
		}
	}
}

// Continued from the saved state, a model predicts what it would have predicted in one piece.
func TestContinue(t *testing.T) {
	table := mackeyGlass(t, 1200)
	head := &Table{table.Names, mat.DenseCopyOf(table.Values.Slice(0, 1000, 0, 3))}
	tail := &Table{table.Names, mat.DenseCopyOf(table.Values.Slice(1000, 1200, 0, 3))}
	fit, err := Train(head, small())
	if err != nil {
		t.Fatal(err)
	}
	p, err := Predict(fit.Model, fit.About, tail, PredictOptions{Continue: true})
	if err != nil {
		t.Fatal(err)
	}
	whole, err := Predict(fit.Model, fit.About, table, PredictOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if p.First != 2 {
		t.Errorf("first row %d, want 2", p.First)
	}
	for i := range 200 {
		if a, b := p.Predicted.At(i, 0), whole.Predicted.At(900+i, 0); math.Abs(a-b) > 1e-9*math.Abs(b) {
			t.Fatalf("row %d: %v continued, %v in one piece", i, a, b)
		}
	}
}

// The scales that were folded into the weights give what standardised data give: here the readout of a network of one
// input, whose target is another column of the same row, is exact.
func TestLinearTargetIsFound(t *testing.T) {
	table := mackeyGlass(t, 800)
	o := small()
	o.Targets, o.Horizon, o.Lambdas = []string{"lagged", "temperature"}, 0, []float64{1e-8}
	fit, err := Train(table, o)
	if err != nil {
		t.Fatal(err)
	}
	if !(fit.TestError[1] < 1e-5) || !(fit.TestError[0] < 0.6) {
		t.Errorf("errors %v", fit.TestError)
	}
	if !math.IsNaN(fit.Persistence[0]) {
		t.Errorf("persistence of the same row %v", fit.Persistence)
	}
}

func TestTrainRefuses(t *testing.T) {
	table := mackeyGlass(t, 400)
	for want, change := range map[string]func(*Options){
		`no column "temp"`:                func(o *Options) { o.Inputs = []string{"temp"} },
		`no column "x"`:                   func(o *Options) { o.Targets = []string{"x"} },
		"input flat is 7: it is constant": func(o *Options) { o.Inputs = []string{"flat"} },
		"leak is 0":                       func(o *Options) { o.Leak = 0 },
		"units is 3":                      func(o *Options) { o.Units = 3 },
		"horizon is -1":                   func(o *Options) { o.Horizon = -1 },
		"too few":                         func(o *Options) { o.Washout = 390 },
		"test fraction is 0.9":            func(o *Options) { o.Test = 0.9 },
		"fix the ridge":                   func(o *Options) { o.Validation = 0 },
		"kind is liquid":                  func(o *Options) { o.Kind = "liquid" },
		"units is 30":                     func(o *Options) { o.Kind, o.Units = Assembly, 30 },
		"coder is latency":                func(o *Options) { o.Coder = "latency" },
		"coder is morse":                  func(o *Options) { o.Kind, o.Coder = LIF, "morse" },
		"taps is 0":                       func(o *Options) { o.Kind, o.Taps = NGRC, 0 },
		"workers is -1":                   func(o *Options) { o.Workers = -1 },
		"number of rows is 400":           func(o *Options) { o.Horizon = 399 },
		"inputs is ":                      func(o *Options) { o.Inputs = nil },
	} {
		o := small()
		change(&o)
		if _, err := Train(table, o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
	fit, err := Train(table, small())
	if err != nil {
		t.Fatal(err)
	}
	short := &Table{table.Names, mat.DenseCopyOf(table.Values.Slice(0, 50, 0, 3))}
	if _, err := Predict(fit.Model, fit.About, short, PredictOptions{}); err == nil || !strings.Contains(err.Error(), "wash-out") {
		t.Errorf("fewer rows than the wash-out: %v", err)
	}
	fit.About.Horizon = 2
	if _, err := Predict(fit.Model, fit.About, table, PredictOptions{FreeRun: 5}); err == nil || !strings.Contains(err.Error(), "one row ahead") {
		t.Errorf("free run of a horizon of 2: %v", err)
	}
}
