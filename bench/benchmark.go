package bench

import (
	"context"
	"fmt"
	"strings"

	"github.com/glia-sim/glia/experiments"
)

// Benchmark is something whose cost is measured.
type Benchmark struct {
	Name string
	// Model says in words what is simulated in the full size, Quick in the quick one; empty where they are alike.
	Model, Quick string
	Measures     []Measure
	// OneWorker says that the benchmark is about one core, however many workers are asked for.
	OneWorker bool
	// TellsWork says that trials report their Work, so that they can be held against what the machine can do.
	TellsWork bool
	// Run measures once, in a process of its own, and reports each measure to the trial. It may leave out
	// measures that the quick size or the system has no value for.
	Run func(ctx context.Context, t *Trial) error
	// Footer, if set, gives a line to print below the table, "" for none.
	Footer func(r Report, m Machine) string
}

// Measure is one number that a benchmark gives.
type Measure struct {
	Name    string
	Unit    string
	Meaning string
	// Reach is the value to reach in the full size, the largest that will do; 0 means none.
	Reach float64
	// AtLeast makes Reach the smallest value that will do.
	AtLeast bool
}

// Meets says whether a value is as good as Reach or better; known is false without a Reach.
func (m Measure) Meets(value float64) (ok, known bool) {
	if m.Reach == 0 {
		return false, false
	}
	if m.AtLeast {
		return value >= m.Reach, true
	}
	return value <= m.Reach, true
}

// measure finds a measure of the benchmark.
func (b *Benchmark) measure(name string) (int, bool) {
	for i, m := range b.Measures {
		if m.Name == name {
			return i, true
		}
	}
	return 0, false
}

// All lists the benchmarks in the order in which they are run.
func All() []*Benchmark {
	return []*Benchmark{
		machine(), firstSpike(), cuba(), coba(), nalsm(), brunel(), stdp(), sparse(), microcircuit(), scaling(), brunel8(),
	}
}

// UnknownError says that no benchmark has the given name.
type UnknownError struct {
	Name    string
	Nearest string // the most similar known name, or empty
	Known   []string
}

// Error names the unknown benchmark and what could be meant instead.
func (e *UnknownError) Error() string {
	if e.Nearest != "" {
		return fmt.Sprintf("unknown benchmark %q; did you mean %q?", e.Name, e.Nearest)
	}
	return fmt.Sprintf("unknown benchmark %q; there are: %s", e.Name, strings.Join(e.Known, ", "))
}

// Select gives the benchmarks of the given names, in the order of the names and each once; without names
// all of them. The error is an *UnknownError.
func Select(names []string) ([]*Benchmark, error) { return selectFrom(All(), names) }

func selectFrom(all []*Benchmark, names []string) ([]*Benchmark, error) {
	if len(names) == 0 {
		return all, nil
	}
	byName := map[string]*Benchmark{}
	var known []string
	for _, b := range all {
		byName[b.Name] = b
		known = append(known, b.Name)
	}
	var chosen []*Benchmark
	seen := map[string]bool{}
	for _, name := range names {
		b := byName[name]
		if b == nil {
			near, _ := experiments.Nearest(name, known)
			return nil, &UnknownError{Name: name, Nearest: near, Known: known}
		}
		if !seen[name] {
			seen[name] = true
			chosen = append(chosen, b)
		}
	}
	return chosen, nil
}
