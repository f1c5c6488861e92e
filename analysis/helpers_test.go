package analysis

import (
	"encoding/csv"
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s = %.12g, want %.12g within %g", what, got, want, tolerance)
	}
}

func wantNaN(t *testing.T, what string, got float64) {
	t.Helper()
	if !math.IsNaN(got) {
		t.Errorf("%s = %v, want NaN", what, got)
	}
}

// wantError fails unless there is an error that names the package.
func wantError(t *testing.T, what string, err error) {
	t.Helper()
	if err == nil {
		t.Errorf("%s: no error", what)
		return
	}
	if !strings.Contains(err.Error(), "analysis: ") {
		t.Errorf("%s: error %q does not name the package", what, err)
	}
}

func newRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 1)) }

// poisson is n independent Poisson processes of the given rate [Hz] over duration ms.
func poisson(n int, rate, duration float64, seed uint64) Spikes {
	rng := newRand(seed)
	var s Spikes
	for i := range n {
		for t := rng.ExpFloat64() * 1000 / rate; t < duration; t += rng.ExpFloat64() * 1000 / rate {
			s.Times = append(s.Times, t)
			s.IDs = append(s.IDs, int32(i))
		}
	}
	return s.Sorted()
}

// train is the spikes of a single neuron 0.
func train(times ...float64) Spikes {
	return Spikes{Times: times, IDs: make([]int32, len(times))}
}

// reference opens a file of the reference data that may lie beside the checkout.
func reference(t *testing.T, name string) *os.File {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "shared", "reference", name))
	if err != nil {
		t.Skipf("reference data not at hand: %v", err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// izhikevichFirstSecond is the first second of the 1000-neuron Izhikevich reference network, and its
// published statistics for that second.
func izhikevichFirstSecond(t *testing.T) (Spikes, map[string]float64) {
	t.Helper()
	rows, err := csv.NewReader(reference(t, "brian2/izh2003_net_seed1_spikes_first1s.csv")).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var s Spikes
	for _, row := range rows[1:] {
		time, err1 := strconv.ParseFloat(row[0], 64)
		id, err2 := strconv.ParseInt(row[1], 10, 32)
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		s.Times = append(s.Times, time)
		s.IDs = append(s.IDs, int32(id))
	}
	var all map[string]map[string]map[string]float64
	if err := json.NewDecoder(reference(t, "brian2/izh2003_net_stats.json")).Decode(&all); err != nil {
		t.Fatal(err)
	}
	return s, all["seed1"]["first_1s"]
}
