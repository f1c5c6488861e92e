package reference

import (
	"bytes"
	"compress/gzip"
	"embed"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strconv"
)

//go:embed testdata/*.csv.gz testdata/nest_runs.json
var files embed.FS

// table is a file of columns; the first may hold names instead of numbers.
type table struct {
	file   string
	header []string
	rows   [][]string
}

func readTable(name string) (*table, error) {
	raw, err := files.ReadFile("testdata/" + name + ".csv.gz")
	if err != nil {
		return nil, fmt.Errorf("reference: %w", err)
	}
	z, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, fmt.Errorf("reference: %s: %w", name, err)
	}
	rows, err := csv.NewReader(z).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("reference: %s: %w", name, err)
	}
	if len(rows) < 2 {
		return nil, fmt.Errorf("reference: %s holds no rows", name)
	}
	return &table{name, rows[0], rows[1:]}, nil
}

func (t *table) index(column string) int {
	for k, h := range t.header {
		if h == column {
			return k
		}
	}
	return -1
}

// column gives the numbers of a column.
func (t *table) column(name string) ([]float64, error) {
	c := t.index(name)
	if c < 0 {
		return nil, fmt.Errorf("reference: %s has no column %q: it has %q", t.file, name, t.header)
	}
	x := make([]float64, len(t.rows))
	for k, row := range t.rows {
		var err error
		if x[k], err = strconv.ParseFloat(row[c], 64); err != nil {
			return nil, fmt.Errorf("reference: %s: row %d: %w", t.file, k+1, err)
		}
	}
	return x, nil
}

// traceOf gives a column over the column t_ms.
func (t *table) traceOf(column string) (trace, error) {
	ms, err := t.column("t_ms")
	if err != nil {
		return trace{}, err
	}
	v, err := t.column(column)
	return trace{ms, v}, err
}

// readSpikes reads a file of (label, t_ms) rows into one train per label, each time plus shift.
func readSpikes(name string, shift float64) (map[string][]float64, error) {
	t, err := readTable(name)
	if err != nil {
		return nil, err
	}
	ms, err := t.column("t_ms")
	if err != nil {
		return nil, err
	}
	trains := map[string][]float64{}
	for k, row := range t.rows {
		trains[row[0]] = append(trains[row[0]], ms[k]+shift)
	}
	return trains, nil
}

// nestRun is one entry of the index of the NEST recordings.
type nestRun struct {
	File     string         `json:"file"`
	Model    string         `json:"model"`
	Protocol string         `json:"protocol"`
	DT       float64        `json:"dt_ms"`
	T        float64        `json:"T_ms"`
	Params   map[string]any `json:"params"`
	Spikes   []float64      `json:"spike_times_ms"`
	WExc     float64        `json:"w_exc"`
	WInh     float64        `json:"w_inh"`
	Trains   []string       `json:"trains"`
	Step     struct {
		Amplitude float64 `json:"amplitude_pA"`
		Start     float64 `json:"start"`
		Stop      float64 `json:"stop"`
		Delay     float64 `json:"delay"`
	} `json:"step"`
}

// p gives a numeric parameter; a missing one is 0.
func (r *nestRun) p(name string) float64 { x, _ := r.Params[name].(float64); return x }

type nestIndex struct {
	Trains map[string][]float64 `json:"trains_ms"`
	Delays map[string]float64   `json:"delays_ms"`
	Runs   []nestRun            `json:"runs"`
}

func readNest() (*nestIndex, error) {
	raw, err := files.ReadFile("testdata/nest_runs.json")
	if err != nil {
		return nil, fmt.Errorf("reference: %w", err)
	}
	x := &nestIndex{}
	if err := json.Unmarshal(raw, x); err != nil {
		return nil, fmt.Errorf("reference: nest_runs.json: %w", err)
	}
	return x, nil
}
