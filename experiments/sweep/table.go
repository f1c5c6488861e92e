package sweep

import (
	"encoding/csv"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/glia-sim/glia/experiments"
)

// WriteTable writes finished points as CSV: the varied parameters, the seed and the metrics, in the order of the
// experiment's declaration. A metric that a point did not report leaves an empty cell; points without a record are
// left out. So are metrics that keep refuses, if it is not nil.
func WriteTable(w io.Writer, f *Folder, e *experiments.Experiment, points []Point, keep func(experiments.Metric) bool) error {
	out := csv.NewWriter(w)
	header := append(slices.Clone(f.Settings.Varied), "seed")
	var metrics []experiments.Metric
	for _, m := range e.Metrics {
		if keep == nil || keep(m) {
			metrics = append(metrics, m)
			header = append(header, m.Name)
		}
	}
	if err := out.Write(header); err != nil {
		return err
	}
	for _, p := range points {
		r, ok := f.Done(p)
		if !ok {
			continue
		}
		row := make([]string, 0, len(header))
		for _, a := range p.Assignments {
			_, value, _ := strings.Cut(a, "=")
			row = append(row, value)
		}
		row = append(row, strconv.FormatUint(p.Seed, 10))
		for _, m := range metrics {
			cell := ""
			if x, ok := r.Metrics[m.Name]; ok {
				cell = strconv.FormatFloat(float64(x), 'g', -1, 64)
			}
			row = append(row, cell)
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// value returns a metric of a finished point, NaN if there is none.
func (f *Folder) value(p Point, metric string) float64 {
	if r, ok := f.Done(p); ok {
		if x, ok := r.Metrics[metric]; ok {
			return float64(x)
		}
	}
	return math.NaN()
}
