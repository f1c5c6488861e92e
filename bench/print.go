package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
)

// WriteTable prints reports for people: the machine, a line for each measure, how near the limits of the machine
// they come if it was measured, and what was simulated.
func WriteTable(w io.Writer, reports []Report, m Machine) error {
	if _, err := fmt.Fprintf(w, "%s\n\n", m); err != nil {
		return err
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "benchmark\tmeasure\tmedian\tmin..max\tunit\treach\tok")
	for _, r := range reports {
		if r.Refused != "" {
			fmt.Fprintf(t, "%s\tnot run\t-\t-\t\t\t\n", r.Benchmark.Name)
			continue
		}
		for _, v := range r.Results {
			if len(v.Values) == 0 {
				continue
			}
			lo, hi := v.Spread()
			fmt.Fprintf(t, "%s\t%s\t%s\t%s..%s\t%s\t%s\t%s\n", r.Benchmark.Name, v.Name,
				number(v.Median()), number(lo), number(hi), v.Unit, reach(v.Measure), verdict(v))
		}
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if err := writeRoofs(w, Rooflines(reports, m)); err != nil {
		return err
	}
	var lines strings.Builder
	for _, r := range reports {
		if r.Refused != "" {
			fmt.Fprintf(&lines, "%s: not run: %s\n", r.Benchmark.Name, r.Refused)
			continue
		}
		model, workers := r.model(), "workers"
		if r.Workers == 1 {
			workers = "worker"
		}
		fmt.Fprintf(&lines, "%s (%d %s): %s\n", r.Benchmark.Name, r.Workers, workers, model)
	}
	for _, r := range reports {
		if r.Benchmark.Footer == nil || r.Refused != "" || r.Quick {
			continue
		}
		if line := r.Benchmark.Footer(r, m); line != "" {
			fmt.Fprintf(&lines, "\n%s\n", line)
		}
	}
	_, err := fmt.Fprintf(w, "\n%s", lines.String())
	return err
}

func (r Report) model() string {
	if r.Quick && r.Benchmark.Quick != "" {
		return r.Benchmark.Quick
	}
	return r.Benchmark.Model
}

// number writes three digits, which is more than a shared machine is good for.
func number(x float64) string {
	if a := math.Abs(x); a >= 1000 && a < 1e6 {
		return strconv.FormatFloat(x, 'f', 0, 64)
	}
	return strconv.FormatFloat(x, 'g', 3, 64)
}

func reach(m Measure) string {
	switch {
	case m.Reach == 0:
		return ""
	case m.AtLeast:
		return ">= " + number(m.Reach)
	}
	return "<= " + number(m.Reach)
}

func verdict(r Result) string {
	switch ok, known := r.OK(); {
	case !known:
		return ""
	case ok:
		return "ok"
	}
	return "no"
}

// entry is one element of the JSON form. Other programs read it: fields may be added but keep their names.
type entry struct {
	Benchmark string   `json:"benchmark"`
	Measure   string   `json:"measure"`
	Value     *float64 `json:"value"` // median; null if not measured
	Unit      string   `json:"unit"`
	Meaning   string   `json:"meaning"`
	Reach     *float64 `json:"reach"` // null for none
	OK        *bool    `json:"ok"`    // null without a value or a reach
	Bound     string   `json:"bound"` // "max" or "min": which kind of bound reach is
	Min       *float64 `json:"min"`   // of the trials
	Max       *float64 `json:"max"`
	Trials    int      `json:"trials"`
	Workers   int      `json:"workers"`
	Quick     bool     `json:"quick"`
	Model     string   `json:"model"`
	Refused   string   `json:"refused,omitempty"` // why it was not run
	Machine   Machine  `json:"machine"`
}

// WriteJSON prints reports for programs: an array with an element for each measure, those of Rooflines included.
func WriteJSON(w io.Writer, reports []Report, m Machine) error {
	entries := []entry{}
	roofs := map[string][]Result{}
	for _, r := range Rooflines(reports, m) {
		roofs[r.Benchmark] = r.results()
	}
	for _, r := range reports {
		for _, v := range slices.Concat(r.Results, roofs[r.Benchmark.Name]) {
			e := entry{Benchmark: r.Benchmark.Name, Measure: v.Name, Unit: v.Unit, Meaning: v.Meaning, Bound: "max", Trials: len(v.Values),
				Workers: r.Workers, Quick: r.Quick, Model: r.model(), Refused: r.Refused, Machine: m}
			if v.AtLeast {
				e.Bound = "min"
			}
			if v.Reach != 0 {
				e.Reach = &v.Reach
			}
			if len(v.Values) > 0 {
				median := v.Median()
				lo, hi := v.Spread()
				e.Value, e.Min, e.Max = &median, &lo, &hi
			}
			if ok, known := v.OK(); known {
				e.OK = &ok
			}
			entries = append(entries, e)
		}
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(entries)
}
