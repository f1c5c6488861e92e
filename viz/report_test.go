package viz

import (
	"bytes"
	"encoding/base64"
	"regexp"
	"strings"
	"testing"
)

func page(t *testing.T, r Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := r.Render(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func fullReport(t *testing.T) Report {
	x := []float64{1, 2}
	svg := []byte(draw(t, Line{Title: "A line", X: Axis{Log: true}, Series: []Series{{X: x, Y: x}}}))
	yes, no, target, tolerance := true, false, 94.3, 0.5
	return Report{
		Title: "Digits", Lead: []string{"First.", "Second."}, Citation: "A. Author (2021)",
		Metrics: []Metric{
			{Name: "accuracy", Value: 94.1, Unit: "%", Target: &target, Tolerance: &tolerance, Source: "Table 1", OK: &yes},
			{Name: "factor", Value: nan, OK: &no}, {Name: "spikes", Value: 1234567},
		},
		Figures:       []Figure{{Name: "curve", Caption: "One.", SVG: svg}, {Name: "curve", Caption: "Two.", SVG: svg}},
		Sections:      []Section{{"Method", []string{"Text."}}},
		Parameters:    []Parameter{{"dt", "0.5", "ms", "0.1", "resolution"}, {"neurons", "10", "", "10", "number"}},
		Environment:   []EnvironmentRow{{"Go", "1.26"}},
		RepeatCommand: "glia run digits --seed 1",
	}
}

func TestReportHoldsEverything(t *testing.T) {
	s := page(t, fullReport(t))
	for _, want := range []string{"<h1>Digits</h1>", "First.", "A. Author (2021)", "94.3 ± 0.5", "✓ yes", "✗ no", "not judged",
		"not a number", "1 of 2 within tolerance", "Method", "resolution", "1.26", "glia run digits --seed 1", `download="curve.svg"`, `download="curve-2.svg"`} {
		if !strings.Contains(s, want) {
			t.Errorf("no %q in the page", want)
		}
	}
	if got := strings.Count(s, `class="tag"`); got != 1 {
		t.Errorf("%d parameters marked as changed, want 1", got)
	}
	if s != page(t, fullReport(t)) {
		t.Error("the same input gave different bytes")
	}
}

func TestReportIsSelfContained(t *testing.T) {
	s := page(t, fullReport(t))
	for _, m := range regexp.MustCompile(`(?:src|href|action)="([^"]*)"`).FindAllStringSubmatch(s, -1) {
		if !strings.HasPrefix(m[1], "#") && !strings.HasPrefix(m[1], "data:image/") {
			t.Errorf("the page refers to %q", m[1])
		}
	}
	for _, bad := range []string{"<script", "@import", "<?xml"} {
		if strings.Contains(s, bad) {
			t.Errorf("the page contains %s", bad)
		}
	}
}

func TestReportKeepsIDsUnique(t *testing.T) {
	s := page(t, fullReport(t))
	ids := map[string]bool{}
	for _, m := range regexp.MustCompile(` id="([^"]*)"`).FindAllStringSubmatch(s, -1) {
		if ids[m[1]] {
			t.Errorf("id %q twice", m[1])
		}
		ids[m[1]] = true
	}
	for _, m := range regexp.MustCompile(`(?:aria-labelledby=|url\()["#]*([^" )]*)(?: ([^" )]*))?`).FindAllStringSubmatch(s, -1) {
		for _, id := range m[1:] {
			if id != "" && !ids[id] {
				t.Errorf("reference to missing id %q", id)
			}
		}
	}
}

func TestReportDownloadsTheFigure(t *testing.T) {
	r := fullReport(t)
	m := regexp.MustCompile(`href="data:image/svg&#43;xml;base64,([^"]*)"|href="data:image/svg\+xml;base64,([^"]*)"`).FindStringSubmatch(page(t, r))
	if m == nil {
		t.Fatal("no download link")
	}
	got, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(m[1]+m[2], "&#43;", "+"))
	if err != nil || !bytes.Equal(got, r.Figures[0].SVG) {
		t.Errorf("the link does not hold the figure (error %v)", err)
	}
}

func TestReportEscapes(t *testing.T) {
	evil := `"><script>alert(1)</script>`
	r := fullReport(t)
	r.Title, r.Lead, r.Citation, r.RepeatCommand = evil, []string{evil}, evil, evil
	r.Metrics[0].Name, r.Metrics[0].Source = evil, evil
	r.Figures[0].Name, r.Figures[0].Caption = evil, evil
	r.Sections = []Section{{evil, []string{evil}}}
	r.Parameters = []Parameter{{evil, evil, evil, evil, evil}}
	if s := page(t, r); strings.Contains(s, "<script") {
		t.Error("markup reached the page")
	}
}

func TestReportRefusesUnsafePictures(t *testing.T) {
	for svg, want := range map[string]string{
		"":                                       "empty",
		"<svg>":                                  "well-formed",
		"<html></html>":                          "want svg",
		"<svg><script>1</script></svg>":          "script",
		`<svg onload="x()"></svg>`:               "event handler",
		`<svg><image href="http://x"/></svg>`:    "self-contained",
		`<svg><style>@import "x";</style></svg>`: "self-contained",
		`<svg><rect fill="url(http://x)"/></svg>`:  "self-contained",
		`<svg><desc><![CDATA[><b>]]></desc></svg>`: "CDATA",
		`<svg><!--><b>--></svg>`:                   "comment",
		`<!DOCTYPE svg><svg></svg>`:                "document type",
		`<svg><foreignObject/></svg>`:              "foreignObject",
	} {
		err := Report{Figures: []Figure{{Name: "f", SVG: []byte(svg)}}}.Render(&bytes.Buffer{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got error %v, want one about %q", svg, err, want)
		}
	}
}

func TestEmptyReport(t *testing.T) {
	s := page(t, Report{})
	if !strings.Contains(s, "<title>Report</title>") || strings.Contains(s, "<table") {
		t.Error("an empty report should have a title and no tables")
	}
}
