package viz

import (
	"errors"
	"io"
	"slices"
)

// Comparison is one self-contained HTML page that sets runs side by side:
// metrics with a column for each run, the parameters in which they differ,
// and figures of one name next to each other.
type Comparison struct {
	Title string
	Runs  []ComparedRun
}

// ComparedRun is a run of a Comparison.
type ComparedRun struct {
	Name   string // heads its columns; short, and another for each run
	Report Report
}

// comparedRow is a quantity with a cell for each run.
type comparedRow struct {
	Name, Meaning, Default string
	Cells                  []string
	Same                   bool
}

// comparedMetric is a metric with a cell for each run; nil: not measured.
type comparedMetric struct {
	Name, Meaning string
	Published     []string // the distinct published values
	Cells         []*Metric
}

// comparedFigures are the figures of one name.
type comparedFigures struct {
	Name    string
	Figures []reportFigure
}

type verdict struct{ Judged, Passed int }

// Render writes the page. It is an error to compare fewer than two runs, or
// runs of one name.
func (c Comparison) Render(w io.Writer) error {
	if len(c.Runs) < 2 {
		return errors.New("viz: a comparison needs at least two runs")
	}
	page := struct {
		shell
		Title                         string
		Lead, Citations, Names        []string
		Facts, Environment            []comparedRow
		Parameters, Differing, Common []comparedRow
		Verdicts                      []verdict
		Notices, Commands             []EnvironmentRow
		Metrics                       []comparedMetric
		Pictures                      []comparedFigures
	}{shell: theShell, Title: c.Title, Metrics: c.metrics()}
	for _, r := range c.Runs {
		if slices.Contains(page.Names, r.Name) {
			return fieldError("Runs.Name", r.Name, "two runs have this name; give each its own")
		}
		page.Names = append(page.Names, r.Name)
		for _, p := range r.Report.Lead {
			if !slices.Contains(page.Lead, p) {
				page.Lead = append(page.Lead, p)
			}
		}
		if s := r.Report.Citation; s != "" && !slices.Contains(page.Citations, s) {
			page.Citations = append(page.Citations, s)
		}
		if r.Report.Notice != "" {
			page.Notices = append(page.Notices, EnvironmentRow{r.Name, r.Report.Notice})
		}
		if r.Report.RepeatCommand != "" {
			page.Commands = append(page.Commands, EnvironmentRow{r.Name, r.Report.RepeatCommand})
		}
		var v verdict
		for _, m := range r.Report.Metrics {
			if m.OK != nil {
				if v.Judged++; *m.OK {
					v.Passed++
				}
			}
		}
		page.Verdicts = append(page.Verdicts, v)
	}
	page.Facts = c.rows(func(r Report) []EnvironmentRow { return r.Facts })
	page.Environment = c.rows(func(r Report) []EnvironmentRow { return r.Environment })
	page.Parameters = c.parameters()
	for _, p := range page.Parameters {
		if p.Same {
			page.Common = append(page.Common, p)
		} else {
			page.Differing = append(page.Differing, p)
		}
	}
	var err error
	if page.Pictures, err = c.figures(); err != nil {
		return err
	}
	return writePage(w, "compare.gohtml", c.Title, page)
}

// table gathers named cells, in order of appearance; absent ones hold a dash.
func (c Comparison) table(cells func(Report, func(name, value string) *comparedRow)) []comparedRow {
	var rows []comparedRow
	for k, run := range c.Runs {
		cells(run.Report, func(name, value string) *comparedRow {
			i := slices.IndexFunc(rows, func(r comparedRow) bool { return r.Name == name })
			if i < 0 {
				i = len(rows)
				rows = append(rows, comparedRow{Name: name, Cells: slices.Repeat([]string{"–"}, len(c.Runs))})
			}
			rows[i].Cells[k] = value
			return &rows[i]
		})
	}
	for i := range rows {
		rows[i].Same = true
		for _, v := range rows[i].Cells {
			rows[i].Same = rows[i].Same && v == rows[i].Cells[0]
		}
	}
	return rows
}

func (c Comparison) rows(of func(Report) []EnvironmentRow) []comparedRow {
	return c.table(func(r Report, put func(name, value string) *comparedRow) {
		for _, e := range of(r) {
			put(e.Name, e.Value)
		}
	})
}

func (c Comparison) parameters() []comparedRow {
	return c.table(func(r Report, put func(name, value string) *comparedRow) {
		for _, p := range r.Parameters {
			row := put(p.Name, withUnit(p.Value, p.Unit))
			row.Meaning, row.Default = p.Meaning, withUnit(p.Default, p.Unit)
		}
	})
}

func (c Comparison) metrics() []comparedMetric {
	var rows []comparedMetric
	for k, run := range c.Runs {
		for _, m := range run.Report.Metrics {
			i := slices.IndexFunc(rows, func(r comparedMetric) bool { return r.Name == m.Name })
			if i < 0 {
				i = len(rows)
				rows = append(rows, comparedMetric{Name: m.Name, Meaning: m.Meaning, Cells: make([]*Metric, len(c.Runs))})
			}
			rows[i].Cells[k] = &m
			if m.Target == nil {
				continue
			}
			s := targetText(m) + " (" + acceptedText(m) + ")"
			if !slices.Contains(rows[i].Published, s) {
				rows[i].Published = append(rows[i].Published, s)
			}
		}
	}
	return rows
}

func (c Comparison) figures() ([]comparedFigures, error) {
	var all []comparedFigures
	var names []string
	for _, run := range c.Runs {
		for _, f := range run.Report.Figures {
			if !slices.Contains(names, f.Name) {
				names = append(names, f.Name)
			}
		}
	}
	g := newGallery()
	for _, name := range names {
		group := comparedFigures{Name: name}
		for _, run := range c.Runs {
			for _, f := range run.Report.Figures {
				if f.Name != name {
					continue
				}
				f.Name = run.Name
				picture, err := g.add(f, run.Name+"-"+name)
				if err != nil {
					return nil, err
				}
				group.Figures = append(group.Figures, picture)
			}
		}
		all = append(all, group)
	}
	return all, nil
}
