package validation

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"text/tabwriter"
)

// cells are the texts of a row, without its subject.
type cells struct{ quantity, ours, reference, err, bound, source, ok string }

func (r Row) cells() cells {
	quantity := r.Quantity
	if r.Checks > 1 && r.ErrorUnit == r.Unit {
		worst := "worst of "
		if r.Reference == 0 && r.Bound == 0 { // a number of mistakes
			worst = "of "
		}
		quantity += fmt.Sprintf(" (%s%d)", worst, r.Checks)
	}
	c := cells{quantity: quantity, ours: withUnit(number(r.Ours, r.Bound), r.Unit), reference: withUnit(number(r.Reference, r.Bound), r.Unit),
		err: withUnit(magnitude(r.Error), r.ErrorUnit), bound: withUnit(magnitude(r.Bound), r.ErrorUnit), source: r.Source, ok: "ok"}
	if !r.OK() {
		c.ok = "NOT OK"
	}
	return c
}

// number writes a value with the digits that its bound leaves: one more than can differ, at most nine.
func number(x, bound float64) string {
	if x == 0 || math.IsNaN(x) || math.IsInf(x, 0) || x == math.Trunc(x) && math.Abs(x) < 1e9 {
		return strconv.FormatFloat(x, 'f', -1, 64)
	}
	digits := 9
	if bound > 0 {
		digits = min(max(int(math.Ceil(math.Log10(math.Abs(x)/bound)))+2, 3), 9)
	}
	return strconv.FormatFloat(x, 'g', digits, 64)
}

// magnitude writes an error or a bound.
func magnitude(x float64) string { return strconv.FormatFloat(x, 'g', 2, 64) }

func withUnit(value, unit string) string {
	if unit == "" || unit == "1" {
		return value
	}
	return value + " " + unit
}

// Summary is the last line of the table.
func (t Table) Summary() string {
	s := fmt.Sprintf("%d of %d rows ok, %d values compared", t.Rows()-t.Failed(), t.Rows(), t.Checks())
	if n := t.Failed(); n > 0 {
		s += fmt.Sprintf("; %d NOT OK", n)
	}
	return s
}

// Text writes the table for a terminal, group by group. If mark is not nil, each line of a row that is
// not ok goes through it (for colour).
func (t Table) Text(w io.Writer, mark func(line string) string) error {
	var b strings.Builder
	tw := tabwriter.NewWriter(&b, 0, 8, 2, ' ', 0)
	group := Group("")
	var failed []bool // by line
	for _, res := range t.Results {
		if res.Comparison.Group != group {
			group = res.Comparison.Group
			// A line without tabs would end the columns; empty cells keep them.
			fmt.Fprintf(tw, "\t\t\t\t\t\t\t\n%s\tquantity\tours\treference\terror\tbound\tok\tsource\n", strings.ToUpper(string(group)))
			failed = append(failed, false, false)
		}
		for _, r := range res.Rows {
			c := r.cells()
			fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r.Subject, c.quantity, c.ours, c.reference, c.err, c.bound, c.ok, c.source)
			failed = append(failed, !r.OK())
		}
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	lines := strings.SplitAfter(b.String(), "\n")
	for k, line := range lines {
		text := strings.TrimRight(line, " \n")
		if k < len(failed) && failed[k] && mark != nil {
			text = mark(text)
		}
		if k < len(failed) {
			if _, err := fmt.Fprintln(w, text); err != nil {
				return err
			}
		}
	}
	_, err := fmt.Fprintf(w, "\n%s\n", t.Summary())
	return err
}

// rowJSON is a row for other programs: fields may be added but keep their names. Numbers that JSON does
// not have are null.
type rowJSON struct {
	Comparison string   `json:"comparison"`
	Group      Group    `json:"group"`
	Subject    string   `json:"subject"`
	Quantity   string   `json:"quantity"`
	Unit       string   `json:"unit"`
	Ours       *float64 `json:"ours"`
	Reference  *float64 `json:"reference"`
	Error      *float64 `json:"error"`
	Bound      *float64 `json:"bound"`
	ErrorUnit  string   `json:"error_unit"`
	Checks     int      `json:"checks"`
	Source     string   `json:"source"`
	OK         bool     `json:"ok"`
}

// JSON writes the table for other programs.
func (t Table) JSON(w io.Writer) error {
	out := struct {
		OK     bool      `json:"ok"`
		Failed int       `json:"failed"`
		Rows   []rowJSON `json:"rows"`
	}{OK: t.OK(), Failed: t.Failed(), Rows: []rowJSON{}}
	for _, res := range t.Results {
		for _, r := range res.Rows {
			out.Rows = append(out.Rows, rowJSON{res.Comparison.Name, res.Comparison.Group, r.Subject, r.Quantity, r.Unit,
				finite(r.Ours), finite(r.Reference), finite(r.Error), finite(r.Bound), r.ErrorUnit, r.Checks, r.Source, r.OK()})
		}
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(out)
}

func finite(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return &x
}
