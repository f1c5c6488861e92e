package validation

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/glia-sim/glia/viz"
)

// TestRows carries out every comparison of glia validate.
func TestRows(t *testing.T) {
	for _, c := range Comparisons() {
		t.Run(c.Name, func(t *testing.T) {
			if c.Slow && testing.Short() {
				t.Skip("slow")
			}
			t.Parallel()
			rows, err := c.rows(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range rows {
				text := fmt.Sprintf("%+v", r.cells())
				if r.OK() {
					t.Log(text)
				} else {
					t.Error("not ok: " + text)
				}
			}
		})
	}
}

func TestComparisonsAreComplete(t *testing.T) {
	seen := map[string]bool{}
	group := Group("")
	groups := map[Group]bool{}
	for _, c := range Comparisons() {
		if seen[c.Name] || c.Name == "" || slug(c.Name) != c.Name {
			t.Errorf("name %q is not one: want unique names in lower case", c.Name)
		}
		seen[c.Name] = true
		if c.Source == "" || c.Run == nil {
			t.Errorf("%s has no source or does nothing", c.Name)
		}
		if c.Group != group && groups[c.Group] {
			t.Errorf("%s: the group %s is in two pieces", c.Name, c.Group)
		}
		group = c.Group
		groups[group] = true
	}
	if len(groups) != 8 {
		t.Errorf("%d groups, want 8", len(groups))
	}
}

// TestDocument holds docs/VALIDATION.md against the rows that are cheap: the same rows in the same order, and
// numbers that agree as well as the bounds ask for.
func TestDocument(t *testing.T) {
	path := filepath.Join("..", "..", "docs", "VALIDATION.md")
	const remedy = "run: go run ./cmd/glia validate --markdown docs/VALIDATION.md"
	file, err := os.Open(path)
	if err != nil {
		t.Fatalf("%v; %s", err, remedy)
	}
	defer file.Close()
	document := map[string][][]string{} // by what
	for lines := bufio.NewScanner(file); lines.Scan(); {
		cells := strings.Split(strings.Trim(lines.Text(), "| "), " | ")
		if len(cells) == 8 && cells[0] != "what" {
			document[cells[0]] = append(document[cells[0]], cells)
		}
	}
	known := map[string]bool{}
	for _, c := range Comparisons() {
		name := markdownEscape.Replace(c.Name)
		known[name] = true
		if len(document[name]) == 0 {
			t.Errorf("%s is not in the document; %s", c.Name, remedy)
			continue
		}
		for _, cells := range document[name] {
			if cells[7] != "ok" {
				t.Errorf("the document has a row that is not ok: %q", cells)
			}
		}
		if c.Slow {
			continue
		}
		rows, err := c.rows(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(rows) != len(document[name]) {
			t.Errorf("%s has %d rows, in the document %d; %s", c.Name, len(rows), len(document[name]), remedy)
			continue
		}
		for k, r := range rows {
			want := strings.Split(strings.Trim(r.markdown(), "| \n"), " | ")
			got := document[name][k]
			// Which of many values is the worst may depend on the processor's last digits.
			quantity := func(cells []string) string { text, _, _ := strings.Cut(cells[1], " (worst"); return topicOf(text) }
			if quantity(got) != quantity(want) || got[5] != want[5] || got[6] != want[6] {
				t.Errorf("row of %s:\n in the document %q\n now            %q\n%s", c.Name, got, want, remedy)
			}
			if got[1] != want[1] || r.ErrorUnit != r.Unit {
				continue
			}
			for _, column := range []int{2, 3} {
				a, b := leadingNumber(t, got[column]), leadingNumber(t, want[column])
				if math.Abs(a-b) > r.Bound+1e-8*math.Abs(b) {
					t.Errorf("row of %s, %s: %s in the document, now %s; %s", c.Name, r.Quantity, got[column], want[column], remedy)
				}
			}
		}
	}
	for name := range document {
		if !known[name] {
			t.Errorf("the document has %s, which is no comparison; %s", name, remedy)
		}
	}
}

func leadingNumber(t *testing.T, cell string) float64 {
	t.Helper()
	text, _, _ := strings.Cut(cell, " ")
	x, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Errorf("cell %q: %v", cell, err)
	}
	return x
}

func TestRowVerdict(t *testing.T) {
	for _, c := range []struct {
		name string
		row  Row
		ok   bool
	}{
		{"at the bound", compare("x", "1", 1.5, 1, 0.5), true},
		{"beyond", compare("x", "1", 1.6, 1, 0.5), false},
		{"equal", compare("x", "1", 1, 1, 0), true},
		{"not a number", compare("x", "1", math.NaN(), 1, 0.5), false},
		{"not a number in one of many", compareAll("x", "1", []float64{1, math.NaN(), 1}, []float64{1, 1, 1}, 0.5), false},
		{"one of many beyond", compareAll("x", "1", []float64{1, 3, 1}, []float64{1, 1, 1}, 0.5), false},
		{"too few", compareAll("x", "1", []float64{1}, []float64{1, 1}, 0.5), false},
		{"nothing", compareAll("x", "1", nil, nil, 0.5), false},
		{"all", compareAll("x", "1", []float64{1, 2}, []float64{1, 2}, 0), true},
		{"same spikes", spikeTimes("x", []float64{1, 2}, []float64{1, 2}, 0), true},
		{"a late spike", spikeTimes("x", []float64{1, 2.1}, []float64{1, 2}, 0), false},
		{"a missing spike", spikeTimes("x", []float64{1}, []float64{1, 2}, 10), false},
		{"no spikes at all", spikeTimes("x", nil, nil, 10), false},
		{"a time that is no number", spikeTimes("x", []float64{math.NaN()}, []float64{1}, 10), false},
	} {
		if c.row.OK() != c.ok {
			t.Errorf("%s: ok is %v: %+v", c.name, c.row.OK(), c.row)
		}
	}
	r := compareAll("x", "mV", []float64{1, 5, 2}, []float64{1, 1, 1}, 8)
	if r.Ours != 5 || r.Error != 4 || r.Checks != 3 {
		t.Errorf("worst of three: %+v", r)
	}
	// Rows with bounds of their own are ranked by how far the error goes towards the bound.
	w := compare("wide", "1", 3, 0, 10)
	w.keepWorse(compare("narrow", "1", 1, 0, 1.5))
	w.keepWorse(compare("exact", "1", 2, 2, 0))
	if w.Quantity != "narrow" || w.Checks != 3 {
		t.Errorf("worst of different bounds: %+v", w)
	}
}

// Quantiles of the chi-square distribution from tables.
func TestStatistics(t *testing.T) {
	for _, c := range []struct{ x, df, z float64 }{
		{18.307, 10, 1.6449}, {3.940, 10, 1.6449}, {124.342, 100, 1.6449}, {29.588, 10, 3.0902},
	} {
		if got := chiSquare("", c.x, c.df).Error; math.Abs(got-c.z) > 0.03 {
			t.Errorf("chi-square %g of %g: %g sd, want %g", c.x, c.df, got, c.z)
		}
	}
	if got := kolmogorov("", []float64{0.1, 0.5, 0.6}, func(x float64) float64 { return x }); math.Abs(got.Ours-0.4*math.Sqrt(3)) > 1e-12 {
		t.Errorf("Kolmogorov-Smirnov: %+v", got)
	}
	p := binomial(10, 0.3)
	if math.Abs(p[3]-0.266827932) > 1e-9 {
		t.Errorf("binomial: %v", p)
	}
	// 100 draws of which the last cells are rare: they count as one.
	s, df := histogramFit([]int{50, 30, 15, 3, 2}, []float64{45, 35, 12, 5, 3})
	if want := 25./45 + 25./35 + 9./12 + 9./8; math.Abs(s-want) > 1e-12 && df != 3 {
		t.Errorf("fit %g of %g, want %g of 3", s, df, want)
	}
}

func TestSelect(t *testing.T) {
	list := []Comparison{{Name: "neurons/nest/a-b"}, {Name: "neurons/brian", Slow: true}, {Name: "neuronsx"}}
	names := func(picked []Comparison) string {
		var s []string
		for _, c := range picked {
			s = append(s, c.Name)
		}
		return strings.Join(s, " ")
	}
	for _, c := range []struct {
		names string
		quick bool
		want  string
	}{
		{"", false, "neurons/nest/a-b neurons/brian neuronsx"},
		{"", true, "neurons/nest/a-b neuronsx"},
		{"neurons", false, "neurons/nest/a-b neurons/brian"},
		{"neurons/nest/ neuronsx", false, "neurons/nest/a-b neuronsx"},
		{"neurons/nest/a", false, "neurons/nest/a-b"},
	} {
		got, err := Select(list, strings.Fields(c.names), c.quick)
		if err != nil || names(got) != c.want {
			t.Errorf("%q: %q, %v; want %q", c.names, names(got), err, c.want)
		}
	}
	var unknown *UnknownError
	if _, err := Select(list, []string{"neuron"}, false); !errors.As(err, &unknown) || unknown.Name != "neuron" {
		t.Errorf("part of a word: %v", err)
	}
	if _, err := Select(list, []string{"neurons/brian"}, true); err == nil {
		t.Error("nothing left, and no error")
	}
}

func fake(name string, run func(ctx context.Context) ([]Row, error)) Comparison {
	return Comparison{Name: name, Group: Neurons, Source: "nobody", Run: run}
}

func good(context.Context) ([]Row, error) { return []Row{compare("V", "mV", -65, -65, 0)}, nil }

func TestRunKeepsTheOrder(t *testing.T) {
	var list []Comparison
	for k := range 20 {
		c := fake(fmt.Sprint("c", k), good)
		c.Slow = k%3 == 0
		list = append(list, c)
	}
	var told []int
	table, err := Run(t.Context(), list, Options{Parallel: 4, Done: func(_ string, _ time.Duration, done, all int) {
		if all != 20 {
			t.Errorf("%d in all", all)
		}
		told = append(told, done)
	}})
	if err != nil || !table.OK() || table.Rows() != 20 || table.Checks() != 20 {
		t.Fatalf("%v: %d rows, %d checks", err, table.Rows(), table.Checks())
	}
	for k, r := range table.Results {
		if r.Comparison.Name != list[k].Name {
			t.Errorf("place %d holds %s", k, r.Comparison.Name)
		}
	}
	if !slices.IsSorted(told) || len(told) != 20 {
		t.Errorf("told %v", told)
	}
}

func TestRunErrors(t *testing.T) {
	lost := errors.New("lost")
	bad := fake("bad", func(context.Context) ([]Row, error) { return nil, lost })
	empty := fake("empty", func(context.Context) ([]Row, error) { return nil, nil })
	for _, c := range []struct {
		broken Comparison
		want   string
	}{{bad, "bad: lost"}, {empty, "empty: the comparison yields no rows"}} {
		table, err := Run(t.Context(), []Comparison{fake("good", good), c.broken}, Options{Parallel: 1})
		if err == nil || err.Error() != c.want || table.Rows() != 1 {
			t.Errorf("error %v with %d rows, want %q with one", err, table.Rows(), c.want)
		}
	}
	ctx, stop := context.WithCancelCause(t.Context())
	wait := fake("wait", func(ctx context.Context) ([]Row, error) { stop(lost); <-ctx.Done(); return nil, ctx.Err() })
	if _, err := Run(ctx, []Comparison{wait, fake("good", good)}, Options{Parallel: 1}); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
	if table, err := Run(ctx, []Comparison{fake("good", good)}, Options{}); !errors.Is(err, lost) || table.Rows() != 0 {
		t.Errorf("stopped before it began: %v", err)
	}
}

func TestTableForms(t *testing.T) {
	off := compare("V | u", "mV", -64.123456, -65, 1e-3)
	table := Table{Results: []Result{
		{Comparison: Comparison{Name: "a", Group: Neurons}, Rows: []Row{{Subject: "a_b", Quantity: "V", Unit: "mV", Ours: -65.0000001, Reference: -65, Error: 1e-7, Bound: 1e-6, ErrorUnit: "mV", Source: "NEST", Checks: 12}}},
		{Comparison: Comparison{Name: "c", Group: Networks}, Rows: []Row{off, spikeTimes("spikes", []float64{1}, []float64{1, 2}, 0)}},
	}}
	if table.OK() || table.Failed() != 2 || table.Summary() != "1 of 3 rows ok, 15 values compared; 2 NOT OK" {
		t.Errorf("summary %q", table.Summary())
	}
	var text, page, data, html strings.Builder
	if err := errors.Join(table.Text(&text, func(line string) string { return "!" + line }), table.Markdown(&page), table.JSON(&data)); err != nil {
		t.Fatal(err)
	}
	report, err := table.Report([]viz.EnvironmentRow{{Name: "Go", Value: "x"}}, "glia validate")
	if err != nil {
		t.Fatal(err)
	}
	if err := report.Render(&html); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ form, text, want string }{
		{"text", text.String(), "NEURONS"},
		{"text", text.String(), "V (worst of 12)  -65.0000001 mV  -65 mV"},
		{"text", text.String(), "1 spikes        2 spikes   +Inf ms"},
		{"Markdown", page.String(), "| a\\_b | V (worst of 12) | -65.0000001 mV | -65 mV | 1e-07 mV | 1e-06 mV | NEST | ok |"},
		{"Markdown", page.String(), "V \\| u"},
		{"JSON", data.String(), `"failed": 2`},
		{"JSON", data.String(), `"error": null`},
		{"report", html.String(), "a_b: V (worst of 12)"},
		{"report", html.String(), "Not ok"},
	} {
		if !strings.Contains(c.text, c.want) {
			t.Errorf("%s lacks %q:\n%s", c.form, c.want, c.text)
		}
	}
	if n := strings.Count(text.String(), "\n!"); n != 2 {
		t.Errorf("%d lines are marked, want 2:\n%s", n, text.String())
	}
}
