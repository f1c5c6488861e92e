package glia

import (
	"compress/gzip"
	"context"
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"strconv"
	"testing"

	"github.com/glia-sim/glia/sim"
)

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s: %.9g, want %.9g within %.2g", what, got, want, tolerance)
	}
}

func run(t *testing.T, n *sim.Network, ms float64) {
	t.Helper()
	if err := n.Run(context.Background(), ms); err != nil {
		t.Fatal(err)
	}
}

func must[T any](x T, err error) T {
	if err != nil {
		panic(err)
	}
	return x
}

// table reads a column-named table of testdata.
func table(t *testing.T, name string) map[string][]float64 {
	t.Helper()
	f, err := os.Open("testdata/" + name + ".gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(z).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	columns := map[string][]float64{}
	for _, row := range rows[1:] {
		for k, s := range row {
			x, err := strconv.ParseFloat(s, 64)
			if err != nil {
				t.Fatal(err)
			}
			columns[rows[0][k]] = append(columns[rows[0][k]], x)
		}
	}
	return columns
}

func readJSON(t *testing.T, name string, into any) {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err == nil {
		err = json.Unmarshal(b, into)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// course is what a calcium trace does: rest at min = max, or an oscillation.
type course struct{ min, max, period float64 }

// settle runs cells of one kind for a long transient and measures their calcium over a further time.
// Times are in s; advance carries all cells over one step.
func settle(ca []float64, step, transient, measured float64, advance func()) []course {
	for range int(transient / step) {
		advance()
	}
	low, high := make([]float64, len(ca)), make([]float64, len(ca))
	traces := make([][]float64, len(ca))
	for i := range ca {
		low[i], high[i] = math.Inf(1), math.Inf(-1)
	}
	for range int(measured / step) {
		advance()
		for i, c := range ca {
			low[i], high[i] = min(low[i], c), max(high[i], c)
			traces[i] = append(traces[i], c)
		}
	}
	out := make([]course, len(ca))
	for i, trace := range traces {
		out[i] = course{low[i], high[i], 0}
		if high[i]-low[i] < 1e-3 {
			continue
		}
		mid := (low[i] + high[i]) / 2
		var first, last, n float64
		for k := 1; k < len(trace); k++ {
			if trace[k-1] <= mid && trace[k] > mid {
				at := step * (float64(k) - (trace[k]-mid)/(trace[k]-trace[k-1]))
				if n == 0 {
					first = at
				}
				last = at
				n++
			}
		}
		out[i].period = (last - first) / (n - 1)
	}
	return out
}
