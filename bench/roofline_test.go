package bench

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/glia-sim/glia/networks"
	"github.com/glia-sim/glia/sim"
)

// machineReport is what the benchmark machine could have given: 10 GB/s, and 1e9, 4e8 and 1e8 additions/s.
func machineReport() Report {
	r := newReport(machine(), &Runner{Workers: 2})
	for measure, value := range map[string]float64{"bandwidth_one_core": 10, "scatter_l2": 1e9, "scatter_l3": 4e8, "scatter_dram": 1e8} {
		i, _ := r.Benchmark.measure(measure)
		r.Results[i].Values = []float64{value}
	}
	return r
}

func TestLimits(t *testing.T) {
	l, ok := limitsOf([]Report{machineReport()})
	if !ok {
		t.Fatal("the limits were not found")
	}
	for name, k := range map[string]struct {
		work                        Work
		workers                     int
		level                       string
		bytes, bandwidth, additions float64
	}{
		"near":              {Work{Events: 1e6, BytesPerEvent: 2, Vector: 512 << 10}, 2, "scatter_l2", 2, 5e9, 1e9},
		"third level":       {Work{Events: 1e6, BytesPerEvent: 50, Vector: 513 << 10}, 1, "scatter_l3", 50, 2e8, 4e8},
		"whole third level": {Work{Events: 1e6, BytesPerEvent: 4, Vector: 20 << 20}, 1, "scatter_l3", 4, 2.5e9, 4e8},
		"two share it":      {Work{Events: 1e6, BytesPerEvent: 4, Vector: 20 << 20}, 2, "scatter_dram", 4, 2.5e9, 1e8},
		// A state in the caches does not come from memory; a larger one does, 48 bytes ten times per event.
		"small state": {Work{Events: 1e6, Updates: 1e7, BytesPerEvent: 20, BytesPerUpdate: 48, State: 16 << 20, Vector: 1}, 2, "scatter_l2", 20, 5e8, 1e9},
		"large state": {Work{Events: 1e6, Updates: 1e7, BytesPerEvent: 20, BytesPerUpdate: 48, State: 17 << 20, Vector: 1}, 2, "scatter_l2", 500, 2e7, 1e9},
	} {
		r := l.roof("x", k.work, 5e6, k.workers, printedMachine)
		if r.Level != k.level || r.Bytes != k.bytes || r.Bandwidth != k.bandwidth || r.Additions != k.additions ||
			r.Limit() != min(k.bandwidth, k.additions) || r.Reached() != 5e6/r.Limit() {
			t.Errorf("%s: %+v, limit %g, reached %g; want %+v", name, r, r.Limit(), r.Reached(), k)
		}
	}
	if r := l.roof("x", Work{Vector: 300 << 10}, 1, 1, Machine{}); r.Level != "scatter_l2" {
		t.Errorf("where sizes of caches are unknown, 300 KiB meet %s", r.Level)
	}
}

func rooflineReports() []Report {
	a := newReport(&Benchmark{Name: "alpha", Model: "a model"}, &Runner{Workers: 2})
	a.Work = []Work{ // 5e7, 2e8 and 1e8 events per core second
		{Events: 1e8, Updates: 3e7, Draws: 3e7, Core: 2, BytesPerEvent: 6, BytesPerUpdate: 32, Vector: 300 << 10},
		{Events: 1e8, Core: 0.5}, {Events: 1e8, Core: 1}}
	b := newReport(&Benchmark{Name: "beta", Model: "another"}, &Runner{Workers: 1})
	b.Work = []Work{{Events: 1e6, Core: 0.2, BytesPerEvent: 4, Vector: 64 << 20}}
	return []Report{a, machineReport(), b}
}

func TestRooflineTable(t *testing.T) {
	var out bytes.Buffer
	if err := WriteTable(&out, rooflineReports(), printedMachine); err != nil {
		t.Fatal(err)
	}
	want := `
roofline  events  updates  draws  B/event  B/update  scattered into  events/s/core  by bandwidth  by additions  limit  reached
alpha     1e+08   3e+07    3e+07  6        32        300 KiB (L2)    1e+08          1.67e+09      1e+09         1e+09  10.0 %
beta      1e+06   -        -      4        -         64 MiB (DRAM)   5e+06          2.5e+09       1e+08         1e+08  5.0 %
`
	if !strings.Contains(out.String(), want) {
		t.Errorf("got\n%s\nwant in it\n%s", out.String(), want)
	}
	out.Reset()
	reports := rooflineReports()
	if err := WriteTable(&out, []Report{reports[0], reports[2]}, printedMachine); err != nil || strings.Contains(out.String(), "roofline") {
		t.Errorf("without the machine (%v):\n%s", err, out.String())
	}
}

func TestRooflineJSON(t *testing.T) {
	var out bytes.Buffer
	if err := WriteJSON(&out, rooflineReports(), printedMachine); err != nil {
		t.Fatal(err)
	}
	var entries []struct {
		Benchmark, Measure, Unit, Meaning string
		Value                             *float64
	}
	if err := json.Unmarshal(out.Bytes(), &entries); err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, e := range entries {
		if e.Value != nil {
			got[e.Benchmark+" "+e.Measure] = *e.Value
		}
		if e.Unit == "" || e.Meaning == "" {
			t.Errorf("%s of %s lacks a unit or a meaning", e.Measure, e.Benchmark)
		}
	}
	for key, want := range map[string]float64{
		"alpha roofline_events": 1e8, "alpha roofline_updates": 3e7, "alpha roofline_draws": 3e7, "alpha roofline_bytes_per_event": 6,
		"alpha roofline_bytes_per_update": 32, "alpha roofline_vector": 300 << 10, "alpha roofline_rate": 1e8, "alpha roofline_bandwidth_limit": 1e10 / 6,
		"alpha roofline_additions_limit": 1e9, "alpha roofline_limit": 1e9, "alpha roofline_reached": 0.1, "beta roofline_reached": 0.05,
		"machine scatter_l2": 1e9,
	} {
		if math.Abs(got[key]-want) > 1e-12*want {
			t.Errorf("%s is %g, want %g", key, got[key], want)
		}
	}
}

func TestRooflineFigure(t *testing.T) {
	f, err := RooflineFigure(rooflineReports(), printedMachine)
	if err != nil {
		t.Fatal(err)
	}
	if s := f.Series[0]; math.Abs(s.Y[0]/s.X[0]-1e10) > 1 || math.Abs(s.Y[1]/s.X[1]-1e10) > 1 || s.X[0] > 1.0/6 || s.X[1] < 1.0/4 {
		t.Errorf("roof of bandwidth %+v, want 1e10 y per x over all benchmarks", s)
	}
	if p := f.Points[0]; p.Label != "alpha" || p.X != 1.0/6 || p.Y != 1e8 {
		t.Errorf("first point %+v", p)
	}
	var out bytes.Buffer
	if err := f.Render(&out); err != nil {
		t.Fatal(err)
	}
	for _, w := range []string{"alpha", "beta", "bandwidth_one_core", "scatter_l2", "scatter_l3", "scatter_dram", "Abacus 9"} {
		if !strings.Contains(out.String(), w) {
			t.Errorf("the figure lacks %q", w)
		}
	}
	if strings.Contains(out.String(), "outside the axes") || strings.Contains(out.String(), "Left out") {
		t.Error("a benchmark or a roof is not in the figure")
	}
	reports := rooflineReports()
	if _, err := RooflineFigure(reports[:1], printedMachine); err == nil || !strings.Contains(err.Error(), "machine has not measured") {
		t.Errorf("without the machine: %v", err)
	}
	if _, err := RooflineFigure(reports[1:2], printedMachine); err == nil || !strings.Contains(err.Error(), "no benchmark") {
		t.Errorf("with the machine alone: %v", err)
	}
}

// The bytes per event that benchmarks state are those of the engine's own estimate, which counts neurons and the beginnings
// of rows besides.
func TestBytesPerEventAreTheLayout(t *testing.T) {
	options := sim.Options{Seed: seed, DT: 0.1, Workers: 2}
	brunel, err := brunelNetwork(12500).Build(options)
	if err != nil {
		t.Fatal(err)
	}
	cuba, err := networks.DefaultCUBA().Build(options)
	if err != nil {
		t.Fatal(err)
	}
	micro, err := networks.DefaultMicrocircuit().Build(options)
	if err != nil {
		t.Fatal(err)
	}
	for name, k := range map[string]struct {
		net   *sim.Network
		bytes float64
		most  float64 // of the estimate, over bytes
	}{
		"brunel": {brunel.Net, brunelWork(span{neurons: 12500, model: 1}, 2).BytesPerEvent, 1.1},
		"cuba":   {cuba.Net, narrow, 3}, // 80 synapses per neuron
		"micro":  {micro.Net, narrow + weight32, 1.1},
	} {
		e := k.net.Estimate()
		if ratio := float64(e.Bytes) / e.Synapses / k.bytes; ratio < 1 || ratio > k.most {
			t.Errorf("%s: %g bytes per event, and the network takes %.2f per synapse", name, k.bytes, float64(e.Bytes)/e.Synapses)
		}
	}
}

// What scatter measures are additions, and all of them.
func TestScatterDelivers(t *testing.T) {
	trial := &Trial{Order: Order{Workers: 2}}
	rate, err := trial.scatter(t.Context(), 1<<20, 8*runLength)
	if err != nil || !(rate > 0) {
		t.Errorf("%g additions/s (%v)", rate, err)
	}
}
