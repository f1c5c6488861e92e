package viz

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"math"
	"strings"
)

// Report is one self-contained HTML page about a run: it needs no network,
// follows the light or dark theme of the reader, who can choose another, and
// prints well. Empty parts are left out.
type Report struct {
	Title    string
	Notice   string   // what must be known first, for instance that the run failed
	Lead     []string // opening paragraphs
	Citation string   // the published work that is reproduced

	Facts         []EnvironmentRow // the run in short, at the top of the page
	Metrics       []Metric
	Figures       []Figure
	Sections      []Section
	Parameters    []Parameter
	Phases        []Phase
	Environment   []EnvironmentRow
	RepeatCommand string // the command line that repeats the run
}

// Metric is a measured number beside the published one.
type Metric struct {
	Name      string
	Meaning   string // one line
	Value     float64
	Unit      string
	Target    *float64 // nil: none
	Tolerance *float64 // half width around Target; nil: none
	Low, High *float64 // the accepted values; nil: no bound
	Source    string   // of the target
	OK        *bool    // within tolerance; nil: not judged
}

// Figure is a picture of the report.
type Figure struct {
	Name    string // also the name of the downloaded file, without ".svg"
	Caption string // below the picture; leave it empty if the picture has one
	SVG     []byte // as a figure of this package renders it
}

// Check reports why a page would refuse the picture: it must be well-formed,
// refer to nothing outside itself and do nothing.
func (f Figure) Check() error {
	_, _, err := checkSVG(f.SVG)
	return err
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

// Changed reports whether the value is another than the default.
func (p Parameter) Changed() bool { return p.Default != "" && p.Default != p.Value }

// Phase is a part of the run and the wall time it took.
type Phase struct {
	Name    string
	Seconds float64
}

// EnvironmentRow is a fact about the machine or the program.
type EnvironmentRow struct {
	Name, Value string
}

// reportFigure is a figure made ready for the page.
type reportFigure struct {
	Number        int
	Name, Caption string
	Inline        template.HTML
	Link          template.URL
	File          string
}

// gallery makes figures ready for one page: it keeps ids and file names apart.
type gallery struct {
	ids, files map[string]bool
	n          int
}

func newGallery() *gallery { return &gallery{ids: map[string]bool{}, files: map[string]bool{}} }

// add checks a figure. file is the name of the download without ".svg".
func (g *gallery) add(f Figure, file string) (reportFigure, error) {
	g.n++
	inline, err := inlineSVG(f.SVG, g.n, g.ids)
	if err != nil {
		return reportFigure{}, fmt.Errorf("viz: report figure %d (%s): %w", g.n, f.Name, err)
	}
	file = strings.Trim(slug(file), "-_")
	if file == "" || g.files[file] {
		file = strings.TrimPrefix(fmt.Sprintf("%s-%d", file, g.n), "-")
	}
	g.files[file] = true
	return reportFigure{
		Number: g.n, Name: f.Name, Caption: f.Caption,
		Inline: template.HTML(inline),
		Link:   template.URL("data:image/svg+xml;base64," + base64.StdEncoding.EncodeToString(f.SVG)),
		File:   file + ".svg",
	}, nil
}

// Render writes the page.
func (r Report) Render(w io.Writer) error {
	page := struct {
		Report
		shell
		Pictures       []reportFigure
		Held, Others   []Metric // with a published value, and without
		Judged, Passed int
		Changed        int
		Wall           float64
	}{Report: r, shell: theShell}
	for _, m := range r.Metrics {
		if m.OK == nil {
			page.Others = append(page.Others, m)
			continue
		}
		page.Held = append(page.Held, m)
		if page.Judged++; *m.OK {
			page.Passed++
		}
	}
	for _, p := range r.Parameters {
		if p.Changed() {
			page.Changed++
		}
	}
	for _, p := range r.Phases {
		page.Wall += p.Seconds
	}
	g := newGallery()
	for _, f := range r.Figures {
		picture, err := g.add(f, f.Name)
		if err != nil {
			return err
		}
		page.Pictures = append(page.Pictures, picture)
	}
	return writePage(w, "report.gohtml", r.Title, page)
}

// writePage fills a template and hands the page over at once.
func writePage(w io.Writer, name, title string, page any) error {
	var b bytes.Buffer
	if err := pages.ExecuteTemplate(&b, name, page); err != nil {
		return fmt.Errorf("viz: report %q: %w", title, err)
	}
	n, err := w.Write(b.Bytes())
	if err == nil && n < b.Len() {
		err = io.ErrShortWrite
	}
	if err != nil {
		return fmt.Errorf("viz: writing report %q: %w", title, err)
	}
	return nil
}

// targetText is "12.3", or empty without a target.
func targetText(m Metric) string {
	if m.Target == nil {
		return ""
	}
	return withUnit(number(*m.Target, 6), m.Unit)
}

// acceptedText is "± 0.4", "0 to 3", "at least 5", or empty.
func acceptedText(m Metric) string {
	switch {
	case m.Target != nil && m.Tolerance != nil:
		return "± " + withUnit(number(math.Abs(*m.Tolerance), 4), m.Unit)
	case m.Low != nil && m.High != nil:
		return withUnit(number(*m.Low, 4)+" to "+number(*m.High, 4), m.Unit)
	case m.Low != nil:
		return "at least " + withUnit(number(*m.Low, 4), m.Unit)
	case m.High != nil:
		return "at most " + withUnit(number(*m.High, 4), m.Unit)
	}
	return ""
}

// differenceText is how far the value is from the published one, in percent
// of it where that says something.
func differenceText(m Metric) string {
	if m.Target == nil || !finite(m.Value) {
		return ""
	}
	d, unit := m.Value-*m.Target, m.Unit
	if share := math.Round(1000*d/math.Abs(*m.Target)) / 10; finite(share) && math.Abs(share) < 1000 && unit != "%" {
		d, unit = share, "%"
	}
	sign := ""
	if d > 0 {
		sign = "+"
	}
	return sign + withUnit(number(d, 3), unit)
}

func withUnit(s, unit string) string {
	if unit == "" {
		return s
	}
	return s + "\u00a0" + unit
}

// strip places a value and what is accepted on a line of 100 units.
type strip struct {
	From, To, At float64 // the accepted part, and the value
	Beyond       int     // -1 or 1: the value lies off the line, on this side
}

// stripOf is the line for a metric, or nil where there is nothing to show. An
// accepted interval fills the middle third, an open one half of the line.
func stripOf(m Metric) *strip {
	if m.OK == nil || !finite(m.Value) {
		return nil
	}
	var s strip
	var lo, span float64 // value at 0, and length of the line
	switch {
	case m.Low != nil && m.High != nil && *m.High > *m.Low:
		width := *m.High - *m.Low
		lo, span = *m.Low-width, 3*width
		s.From, s.To = 100.0/3, 200.0/3
	case m.Low != nil && m.High == nil:
		half := math.Max(math.Abs(*m.Low)/2, math.Abs(m.Value-*m.Low)*1.25)
		lo, span = *m.Low-half, 2*half
		s.From, s.To = 50, 100
	case m.High != nil && m.Low == nil:
		half := math.Max(math.Abs(*m.High)/2, math.Abs(m.Value-*m.High)*1.25)
		lo, span = *m.High-half, 2*half
		s.From, s.To = 0, 50
	default:
		return nil
	}
	if !(span > 0) {
		return nil
	}
	at := 100 * (m.Value - lo) / span
	s.At = math.Round(10*math.Max(2, math.Min(98, at))) / 10
	if at < 0 {
		s.Beyond = -1
	} else if at > 100 {
		s.Beyond = 1
	}
	s.From, s.To = math.Round(s.From*10)/10, math.Round(s.To*10)/10
	return &s
}
