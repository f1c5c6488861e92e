package bench

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

func TestSelect(t *testing.T) {
	all, err := Select(nil)
	if err != nil || len(all) != len(All()) {
		t.Fatalf("no names give %d benchmarks (%v), want all", len(all), err)
	}
	some, err := Select([]string{"stdp", "brunel", "stdp"})
	if err != nil || len(some) != 2 || some[0].Name != "stdp" || some[1].Name != "brunel" {
		t.Errorf("got %v (%v)", some, err)
	}
	var unknown *UnknownError
	if _, err := Select([]string{"brunel", "microcirciut"}); !errors.As(err, &unknown) || unknown.Nearest != "microcircuit" ||
		err.Error() != `unknown benchmark "microcirciut"; did you mean "microcircuit"?` {
		t.Errorf("error %v", err)
	}
	if _, err := Select([]string{"zzzzzzzzzz"}); err == nil || !strings.Contains(err.Error(), "there are: machine, first-spike") {
		t.Errorf("error %v", err)
	}
}

// The values to reach are a promise to the outside: they do not change by accident.
func TestReaches(t *testing.T) {
	want := map[string]float64{
		"microcircuit wall_time": 3, "microcircuit construction": 20, "microcircuit peak_memory": 2.6,
		"brunel wall_time": 1, "brunel8 bytes_per_synapse": 5,
		"stdp wall_time": 3, "stdp bytes_per_plastic_synapse": 12,
		"cuba core_time": 0.07, "cuba core_time_20000": 0.35, "coba core_time": 0.07, "coba core_time_20000": 0.35,
		"sparse event_rate": 1e7, "sparse speedup_over_stepped": 10,
		"nalsm step_time": 60, "first-spike first_spike": 50,
		"scaling brunel_speedup": 1.8, "scaling microcircuit_speedup": 1.8,
	}
	names := map[string]bool{}
	for _, b := range All() {
		if names[b.Name] {
			t.Errorf("two benchmarks are called %s", b.Name)
		}
		names[b.Name] = true
		if b.Model == "" || len(b.Measures) == 0 || b.Run == nil {
			t.Errorf("%s lacks a model, measures or Run", b.Name)
		}
		for i, m := range b.Measures {
			if m.Meaning == "" || m.Unit == "" {
				t.Errorf("%s of %s lacks a meaning or a unit", m.Name, b.Name)
			}
			if k, _ := b.measure(m.Name); k != i {
				t.Errorf("%s has the measure %s twice", b.Name, m.Name)
			}
			if m.Reach == 0 || m.Name == "allocations" {
				continue
			}
			key := b.Name + " " + m.Name
			if want[key] != m.Reach {
				t.Errorf("%s is to reach %g, want %g", key, m.Reach, want[key])
			}
			if up := m.Name == "event_rate" || strings.Contains(m.Name, "speedup"); up != m.AtLeast {
				t.Errorf("%s: at least %v", key, m.AtLeast)
			}
			delete(want, key)
		}
	}
	for key := range want {
		t.Errorf("nothing is to reach the value of %s", key)
	}
}

// TestQuick runs every benchmark in its quick size and holds what does not depend on the machine against what
// is known of the networks.
func TestQuick(t *testing.T) {
	plausible := map[string][2]float64{
		"cuba rate": {4, 8}, "coba rate": {10, 30}, "brunel rate": {20, 90}, "stdp rate": {20, 90},
		"sparse rate": {0.08, 0.12}, "microcircuit rate": {0.1, 10}, "nalsm liquid_rate": {5, 300},
	}
	// Where small networks are lost in the pages of the process, and what a system may not tell.
	mayMiss := func(measure string) bool {
		return runtime.GOOS != "linux" && (strings.Contains(measure, "bytes") || strings.Contains(measure, "memory"))
	}
	profiles := t.TempDir()
	r := Runner{Command: testProcess, Repeat: 1, Workers: 2, Quick: true, Version: "test", Profile: profiles}
	for _, b := range All() {
		report, err := r.Run(t.Context(), b)
		var refused *RefusedError
		if errors.As(err, &refused) {
			t.Logf("%v", err)
			continue
		}
		if err != nil {
			t.Error(err)
			continue
		}
		if _, times := processorTime(); times && b.TellsWork != (len(report.Work) == 1) {
			t.Errorf("%s: work %+v, declared %v", b.Name, report.Work, b.TellsWork)
		}
		for _, w := range report.Work {
			if !(w.Events > 0 && w.Core > 0 && w.BytesPerEvent >= 2 && w.Vector > 0) || w.Updates > 0 != (w.BytesPerUpdate > 0 && w.State > 0) || w.Draws > w.Updates {
				t.Errorf("%s: work %+v", b.Name, w)
			}
		}
		for _, m := range b.Measures {
			result, ok := report.Find(m.Name)
			if !ok {
				if !strings.HasSuffix(m.Name, "_20000") && !mayMiss(m.Name) {
					t.Errorf("%s: nothing was measured for %s", b.Name, m.Name)
				}
				continue
			}
			value := result.Median()
			if value < 0 || value == 0 && m.Name != "allocations" {
				if !strings.Contains(m.Name, "bytes") {
					t.Errorf("%s: %s is %g %s", b.Name, m.Name, value, m.Unit)
				}
			}
			if bounds, ok := plausible[b.Name+" "+m.Name]; ok && (value < bounds[0] || value > bounds[1]) {
				t.Errorf("%s: %s is %g %s, want %g to %g", b.Name, m.Name, value, m.Unit, bounds[0], bounds[1])
			}
		}
	}
	for _, name := range []string{"brunel", "nalsm"} {
		if info, err := os.Stat(filepath.Join(profiles, name+".pprof")); err != nil || info.Size() == 0 {
			t.Errorf("profile of %s: %v", name, err)
		}
	}
}

func TestThisMachine(t *testing.T) {
	m := ThisMachine("v1")
	if m.Cores < 1 || m.Go != runtime.Version() || m.Glia != "v1" {
		t.Errorf("machine %+v", m)
	}
	if runtime.GOOS != "linux" {
		return
	}
	resident, ok := residentMemory()
	peak, ok2 := peakMemory()
	free, ok3 := availableMemory()
	// The kernel batches its counts of resident pages, so that the peak may lag a little.
	if !ok || !ok2 || !ok3 || resident < 1<<20 || peak < resident-1<<20 || free <= 0 || m.MemoryGB*1e9 < float64(resident) {
		t.Errorf("resident %d, peak %d, free %d bytes of %g GB", resident, peak, free, m.MemoryGB)
	}
}

func TestMemoryIsSeen(t *testing.T) {
	before, ok := held()
	if !ok {
		t.Skip("the system does not say how much memory a process uses")
	}
	const size = 64 << 20
	block := make([]byte, size)
	for i := 0; i < size; i += 4096 {
		block[i] = 1
	}
	with, _ := held()
	runtime.KeepAlive(block)
	block = nil
	after, _ := held()
	if grown := with - before; grown < size*9/10 || grown > size*12/10 {
		t.Errorf("64 MiB more are seen as %d bytes", grown)
	}
	if left := after - before; left > size/10 {
		t.Errorf("%d bytes of garbage are still counted", left)
	}
	_ = block
}

func TestProcField(t *testing.T) {
	path := filepath.Join(t.TempDir(), "status")
	if err := os.WriteFile(path, []byte("Name:\tglia\nVmRSS:\t    123 kB\nVmRSS:\t 9 kB\nOdd: many kB\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if n, ok := kibibytes(path, "VmRSS"); !ok || n != 123<<10 {
		t.Errorf("VmRSS %d %v", n, ok)
	}
	for _, key := range []string{"Odd", "VmHWM"} {
		if _, ok := kibibytes(path, key); ok {
			t.Errorf("%s was read", key)
		}
	}
	if _, ok := field(path+"-", "Name"); ok {
		t.Error("a file that is not there was read")
	}
}

func TestProcessorTimeGrows(t *testing.T) {
	before, ok := processorTime()
	if !ok {
		t.Skip("the system does not say how much time a process has used")
	}
	// Work until the clock has moved.
	places := make([]uint32, 1<<16)
	for {
		slices.Sort(slices.Clone(places))
		if now, _ := processorTime(); now > before {
			return
		}
	}
}
