package bench

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"
)

var printedMachine = Machine{CPU: "Abacus 9", Cores: 2, MemoryGB: 16, L2: 512 << 10, L3: 32 << 20, Load: 0.25, OS: "linux", Arch: "amd64", Go: "go1.26", Glia: "v9"}

func printedReports() []Report {
	a := &Benchmark{Name: "alpha", Model: "a model", Quick: "a small model", Measures: []Measure{
		{Name: "wall_time", Unit: "s/model s", Reach: 2}, {Name: "rate", Unit: "events/s", Reach: 1e7, AtLeast: true},
		{Name: "size", Unit: "B"}, {Name: "absent", Reach: 1}},
		Footer: func(r Report, m Machine) string { return "footer of " + r.Benchmark.Name + " on " + m.CPU }}
	b := &Benchmark{Name: "b", Model: "a huge model", Measures: []Measure{{Name: "wall_time", Unit: "s", Reach: 3}}}
	ra := newReport(a, &Runner{Workers: 2})
	ra.Results[0].Values = []float64{1.25, 4, 1.5}
	ra.Results[1].Values = []float64{5.4321e6, 6e6}
	ra.Results[2].Values = []float64{12345.6}
	rb := newReport(b, &Runner{Workers: 1})
	rb.Refused = "it needs 7 GB"
	return []Report{ra, rb}
}

func TestMedianAndSpread(t *testing.T) {
	for _, k := range []struct {
		values         []float64
		median, lo, hi float64
	}{
		{[]float64{3}, 3, 3, 3},
		{[]float64{3, 1}, 2, 1, 3},
		{[]float64{9, 1, 2}, 2, 1, 9},
		{[]float64{4, 1, 100, 2}, 3, 1, 100},
	} {
		r := Result{Values: k.values}
		first := k.values[0]
		if lo, hi := r.Spread(); r.Median() != k.median || lo != k.lo || hi != k.hi {
			t.Errorf("%v: median %g, %g to %g; want %g, %g to %g", k.values, r.Median(), lo, hi, k.median, k.lo, k.hi)
		}
		if k.values[0] != first {
			t.Errorf("%v: the order of the trials was changed", k.values)
		}
	}
	none := Result{Measure: Measure{Reach: 1}}
	if lo, hi := none.Spread(); !math.IsNaN(none.Median()) || !math.IsNaN(lo) || !math.IsNaN(hi) {
		t.Errorf("nothing measured: median %g, %g to %g", none.Median(), lo, hi)
	}
	if _, known := none.OK(); known {
		t.Error("nothing measured, and yet a verdict")
	}
}

func TestMeets(t *testing.T) {
	most, least := Measure{Reach: 3}, Measure{Reach: 3, AtLeast: true}
	for value, want := range map[float64][2]bool{2.9: {true, false}, 3: {true, true}, 3.1: {false, true}} {
		a, _ := most.Meets(value)
		b, _ := least.Meets(value)
		if a != want[0] || b != want[1] {
			t.Errorf("%g: at most 3 %v, at least 3 %v", value, a, b)
		}
	}
	if _, known := (Measure{}).Meets(1); known {
		t.Error("a verdict without a value to reach")
	}
}

func TestTable(t *testing.T) {
	var out bytes.Buffer
	if err := WriteTable(&out, printedReports(), printedMachine); err != nil {
		t.Fatal(err)
	}
	want := `Abacus 9, 2 cores, 512 KiB L2, 32 MiB L3, 16 GB; linux/amd64, go1.26, glia v9; load before 0.2

benchmark  measure    median    min..max         unit       reach     ok
alpha      wall_time  1.5       1.25..4          s/model s  <= 2      ok
alpha      rate       5.72e+06  5.43e+06..6e+06  events/s   >= 1e+07  no
alpha      size       12346     12346..12346     B                    
b          not run    -         -                                     

alpha (2 workers): a model
b: not run: it needs 7 GB

footer of alpha on Abacus 9
`
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
	if err := WriteTable(failingWriter{}, printedReports(), printedMachine); err == nil {
		t.Error("a table that could not be written, and no error")
	}
}

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, bytes.ErrTooLarge }

func TestJSON(t *testing.T) {
	var out bytes.Buffer
	if err := WriteJSON(&out, printedReports(), printedMachine); err != nil {
		t.Fatal(err)
	}
	var got []map[string]any
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	type row struct{ benchmark, measure, value, unit, reach, ok any }
	want := []row{
		{"alpha", "wall_time", 1.5, "s/model s", 2.0, true},
		{"alpha", "rate", (5.4321e6 + 6e6) / 2, "events/s", 1e7, false},
		{"alpha", "size", 12345.6, "B", nil, nil},
		{"alpha", "absent", nil, "", 1.0, nil},
		{"b", "wall_time", nil, "s", 3.0, nil},
	}
	if len(got) != len(want) {
		t.Fatalf("%d entries, want %d", len(got), len(want))
	}
	for i, w := range want {
		g := got[i]
		if (row{g["benchmark"], g["measure"], g["value"], g["unit"], g["reach"], g["ok"]}) != w {
			t.Errorf("entry %d is %v, want %v", i, g, w)
		}
		for _, key := range []string{"benchmark", "measure", "value", "unit", "reach", "ok", "min", "max", "trials", "workers", "model", "machine"} {
			if _, ok := g[key]; !ok {
				t.Errorf("entry %d lacks %q", i, key)
			}
		}
		if cpu := g["machine"].(map[string]any)["cpu"]; cpu != "Abacus 9" {
			t.Errorf("entry %d: cpu %v", i, cpu)
		}
	}
	if got[0]["min"] != 1.25 || got[0]["max"] != 4.0 || got[0]["trials"] != 3.0 || got[0]["bound"] != "max" || got[1]["bound"] != "min" {
		t.Errorf("spread of %v and %v", got[0], got[1])
	}
	if got[4]["refused"] != "it needs 7 GB" {
		t.Errorf("refusal %v", got[4])
	}
	out.Reset()
	if err := WriteJSON(&out, nil, printedMachine); err != nil || strings.TrimSpace(out.String()) != "[]" {
		t.Errorf("no reports give %q (%v), want an empty array", out.String(), err)
	}
}

func TestQuickHasNoVerdict(t *testing.T) {
	b := &Benchmark{Name: "a", Model: "big", Quick: "small", Measures: []Measure{{Name: "wall_time", Reach: 3}}}
	r := newReport(b, &Runner{Quick: true})
	r.Results[0].Values = []float64{1}
	if _, known := r.Results[0].OK(); known {
		t.Error("the quick size was held against the value of the full one")
	}
	if b.Measures[0].Reach != 3 {
		t.Error("the benchmark itself was changed")
	}
	if r.model() != "small" {
		t.Errorf("model %q", r.model())
	}
}

func TestCommunityLine(t *testing.T) {
	r := newReport(microcircuit(), &Runner{Workers: 2})
	if line := communityLine(r, printedMachine); line != "" {
		t.Errorf("a line without a measured time: %q", line)
	}
	r.Results[0].Values = []float64{2.5}
	line := communityLine(r, printedMachine)
	if !strings.Contains(line, "| 2.5 | - | glia v9 CPU | 1 | Abacus 9, 2 of 2 cores | - | Poisson |") {
		t.Errorf("line %q", line)
	}
}
