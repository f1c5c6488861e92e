package viz

import (
	"bytes"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"math"
	"strings"
)

// Report is one self-contained HTML page about a run: it needs no network,
// follows the light or dark theme of the reader and prints well. Empty parts
// are left out.
type Report struct {
	Title    string
	Lead     []string // opening paragraphs
	Citation string   // the published work that is reproduced

	Metrics       []Metric
	Figures       []Figure
	Sections      []Section
	Parameters    []Parameter
	Environment   []EnvironmentRow
	RepeatCommand string // the command line that repeats the run
}

// Metric is a measured number beside the published one.
type Metric struct {
	Name      string
	Value     float64
	Unit      string
	Target    *float64 // nil: none
	Tolerance *float64 // half width around Target; nil: none
	Source    string   // of the target
	OK        *bool    // within tolerance; nil: not judged
}

// Figure is a picture of the report.
type Figure struct {
	Name    string // also the name of the downloaded file, without ".svg"
	Caption string // below the picture; leave it empty if the picture has one
	SVG     []byte // as a figure of this package renders it
}

// Section is text with a heading.
type Section struct {
	Title      string
	Paragraphs []string
}

// Parameter is a row of the table of parameters.
type Parameter struct {
	Name, Value, Unit, Default, Meaning string
}

// EnvironmentRow is a fact about the machine or the program.
type EnvironmentRow struct {
	Name, Value string
}

//go:embed report.gohtml
var reportSource string

var reportTemplate = template.Must(template.New("report").Funcs(template.FuncMap{
	"number":  func(v float64) string { return number(v, 6) },
	"changed": func(p Parameter) bool { return p.Default != "" && p.Default != p.Value },
	"target":  targetText,
	"passed":  func(ok *bool) bool { return ok != nil && *ok },
}).Parse(reportSource))

// targetText is "12.3 ± 0.4", or empty without a target.
func targetText(m Metric) string {
	if m.Target == nil {
		return ""
	}
	s := number(*m.Target, 6)
	if m.Tolerance != nil {
		s += " ± " + number(math.Abs(*m.Tolerance), 6)
	}
	return s
}

// reportFigure is a figure made ready for the page.
type reportFigure struct {
	Number        int
	Name, Caption string
	Inline        template.HTML
	Link          template.URL
	File          string
}

// Render writes the page.
func (r Report) Render(w io.Writer) error {
	page := struct {
		Report
		Pictures       []reportFigure
		Judged, Passed int
	}{Report: r}
	for _, m := range r.Metrics {
		if m.OK != nil {
			page.Judged++
			if *m.OK {
				page.Passed++
			}
		}
	}
	seen := map[string]bool{}
	files := map[string]bool{}
	for i, f := range r.Figures {
		inline, err := inlineSVG(f.SVG, i+1, seen)
		if err != nil {
			return fmt.Errorf("viz: report figure %d (%s): %w", i+1, f.Name, err)
		}
		file := strings.Trim(slug(f.Name), "-_")
		if file == "" || files[file] {
			file = strings.TrimPrefix(fmt.Sprintf("%s-%d", file, i+1), "-")
		}
		files[file] = true
		page.Pictures = append(page.Pictures, reportFigure{
			Number: i + 1, Name: f.Name, Caption: f.Caption,
			Inline: template.HTML(inline),
			Link:   template.URL("data:image/svg+xml;base64," + base64.StdEncoding.EncodeToString(f.SVG)),
			File:   file + ".svg",
		})
	}
	var b bytes.Buffer
	if err := reportTemplate.Execute(&b, page); err != nil {
		return fmt.Errorf("viz: report %q: %w", r.Title, err)
	}
	n, err := w.Write(b.Bytes())
	if err == nil && n < b.Len() {
		err = io.ErrShortWrite
	}
	if err != nil {
		return fmt.Errorf("viz: writing report %q: %w", r.Title, err)
	}
	return nil
}
