package viz

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"html"
	"regexp"
	"strings"
	"testing"
)

func page(t *testing.T, r Renderer) string {
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
	yes, no, target, tolerance, low, high := true, false, 94.3, 0.5, 93.8, 94.8
	return Report{
		Title: "Digits", Notice: "Interrupted.", Lead: []string{"First.", "Second."}, Citation: "A. Author (2021)",
		Facts: []EnvironmentRow{{"Neurons", "12 500"}},
		Metrics: []Metric{
			{Name: "accuracy", Meaning: "share that is right", Value: 94.1, Unit: "%", Target: &target, Tolerance: &tolerance, Low: &low, High: &high, Source: "Table 1", OK: &yes},
			{Name: "factor", Value: nan, OK: &no}, {Name: "spikes", Value: 1234567},
			{Name: "far", Value: 1000, Target: &target, Low: &low, High: &high, OK: &no}, {Name: "floor", Value: 1, Target: &target, Low: &low, OK: &no},
		},
		Phases:        []Phase{{"build", 0.5}, {"simulate", 150}},
		Figures:       []Figure{{Name: "curve", Caption: "One.", SVG: svg}, {Name: "curve", Caption: "Two.", SVG: svg}},
		Sections:      []Section{{"Method", []string{"Text."}}},
		Parameters:    []Parameter{{"dt", "0.5", "ms", "0.1", "resolution"}, {"neurons", "10", "", "10", "number"}},
		Environment:   []EnvironmentRow{{"Go", "1.26"}},
		RepeatCommand: "glia run digits --seed 1",
	}
}

func TestReportHoldsEverything(t *testing.T) {
	s := page(t, fullReport(t))
	for _, want := range []string{"<h1>Digits</h1>", "First.", "A. Author (2021)", "94.3\u00a0%", "± 0.5\u00a0%", "94.1\u00a0%", "\u22120.2\u00a0%", "✓ met", "✗ missed", "✗ not measured",
		"far above ▸", "at least 93.8", "1 of 4 within tolerance", "✗ Published values met: 1 of 4", "share that is right", "Interrupted.", "12 500",
		"2 min 30 s", "1 of 2 differ from the default", `class="copy"`, "Method", "resolution", "1.26", "glia run digits --seed 1", `download="curve.svg"`, `download="curve-2.svg"`} {
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
	for _, bad := range []string{"@import", "<?xml", "<link", "<iframe"} {
		if strings.Contains(s, bad) {
			t.Errorf("the page contains %s", bad)
		}
	}
	// The only script is the one whose digest the policy of the page allows.
	scripts := regexp.MustCompile(`(?s)<script>(.*?)</script>`).FindAllStringSubmatch(s, -1)
	if len(scripts) != 1 || strings.Count(s, "<script") != 1 {
		t.Fatalf("%d scripts, want 1", strings.Count(s, "<script"))
	}
	sum := sha256.Sum256([]byte(scripts[0][1]))
	digest := base64.StdEncoding.EncodeToString(sum[:])
	if policy := html.UnescapeString(regexp.MustCompile(`Content-Security-Policy" content="([^"]*)"`).FindStringSubmatch(s)[1]); !strings.Contains(policy, "script-src 'sha256-"+digest+"'") || !strings.Contains(policy, "default-src 'none'") {
		t.Errorf("the policy %s does not fit the script, of digest %s", policy, digest)
	}
	if m := regexp.MustCompile(`https?://[^"' <]*`).FindAllString(s, -1); len(m) > 0 {
		for _, url := range m {
			if url != "http://www.w3.org/2000/svg" && url != "http://www.w3.org/1999/xlink" { // names of formats
				t.Errorf("the page names %s", url)
			}
		}
	}
}

// The pages are written so that XML parsers read them as well, which checks what browsers would repair in silence.
func TestPagesAreWellFormed(t *testing.T) {
	r := fullReport(t)
	other := fullReport(t)
	other.Notice, other.Metrics, other.Parameters = "", other.Metrics[:2], append(other.Parameters, Parameter{Name: "extra", Value: "1"})
	for name, s := range map[string]string{"full": page(t, r), "empty": page(t, Report{}),
		"comparison": page(t, Comparison{Title: "Two", Runs: []ComparedRun{{"a", r}, {"b", other}}})} {
		checkXML(t, []byte(s))
		for _, svg := range regexp.MustCompile(`(?s)<svg.*?</svg>`).FindAllString(s, -1) {
			for _, want := range []string{`role="img"`, "aria-labelledby=", "<title id=", "<desc id="} {
				if !strings.Contains(svg, want) {
					t.Errorf("%s: a picture without %s", name, want)
				}
			}
		}
		headings := regexp.MustCompile(`<h([1-6])[ >]`).FindAllStringSubmatch(s, -1)
		for i, h := range headings {
			if level := h[1][0]; i == 0 && level != '1' || i > 0 && level > headings[i-1][1][0]+1 || i > 0 && level == '1' {
				t.Errorf("%s: heading %d is h%c", name, i, level)
			}
		}
		if th, scoped := strings.Count(s, "<th ")+strings.Count(s, "<th>"), strings.Count(s, `<th scope="`); th != scoped {
			t.Errorf("%s: %d of %d heads of tables have a scope", name, scoped, th)
		}
		for _, landmark := range []string{"<header>", "<main id=\"content\">", "<footer>", "<nav aria-label="} {
			if strings.Count(s, landmark) != 1 {
				t.Errorf("%s: %d of %s", name, strings.Count(s, landmark), landmark)
			}
		}
	}
}

func TestStrip(t *testing.T) {
	yes, lo, hi := true, 1.0, 2.0
	for _, c := range []struct {
		m    Metric
		want *strip
	}{
		{Metric{Value: 1.5, Low: &lo, High: &hi, OK: &yes}, &strip{33.3, 66.7, 50, 0}},
		{Metric{Value: 9, Low: &lo, High: &hi, OK: &yes}, &strip{33.3, 66.7, 98, 1}},
		{Metric{Value: -9, Low: &lo, High: &hi, OK: &yes}, &strip{33.3, 66.7, 2, -1}},
		{Metric{Value: 1, Low: &lo, OK: &yes}, &strip{50, 100, 50, 0}},
		{Metric{Value: 3, High: &hi, OK: &yes}, &strip{0, 50, 90, 0}},
		{Metric{Value: 1, Low: &lo, High: &lo, OK: &yes}, nil},
		{Metric{Value: nan, Low: &lo, High: &hi, OK: &yes}, nil},
		{Metric{Value: 1}, nil},
	} {
		if got := stripOf(c.m); (got == nil) != (c.want == nil) || got != nil && *got != *c.want {
			t.Errorf("%+v: %+v, want %+v", c.m, got, c.want)
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
	r.Notice, r.Facts, r.Phases, r.Metrics[0].Meaning, r.Metrics[0].Unit = evil, []EnvironmentRow{{evil, evil}}, []Phase{{evil, 1}}, evil, evil
	for _, s := range []string{page(t, r), page(t, Comparison{Title: evil, Runs: []ComparedRun{{evil, r}, {"b", r}}})} {
		if strings.Contains(s, "<script>alert") {
			t.Error("markup reached the page")
		}
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

func TestComparison(t *testing.T) {
	a, b := fullReport(t), fullReport(t)
	b.Metrics = b.Metrics[:1]
	b.Metrics[0].Value = 93.9
	b.Parameters = []Parameter{{"dt", "0.1", "ms", "0.1", "resolution"}, {"neurons", "10", "", "10", "number"}}
	b.Environment = []EnvironmentRow{{"Go", "1.27"}}
	b.Figures = append(b.Figures[:1], Figure{Name: "only b", SVG: b.Figures[0].SVG})
	s := page(t, Comparison{Title: "Both", Runs: []ComparedRun{{"first", a}, {"second", b}}})
	for _, want := range []string{"<h1>Both</h1>", "93.9\u00a0%", "94.1\u00a0%", "1 of 2 differ between the runs", "the same in all runs: 1<", "0.5\u00a0ms", "differs",
		"✗ 1 of 4", "✓ 1 of 1", "not measured", `download="first-curve.svg"`, `download="second-curve.svg"`, "only b", "<strong>first:</strong> Interrupted."} {
		if !strings.Contains(s, want) {
			t.Errorf("no %q in the page", want)
		}
	}
	if got := strings.Count(s, "<svg"); got != 4 {
		t.Errorf("%d pictures, want 4", got)
	}
	for _, bad := range []Comparison{{}, {Runs: []ComparedRun{{"a", a}}}, {Runs: []ComparedRun{{"a", a}, {"a", b}}}} {
		if err := bad.Render(&bytes.Buffer{}); err == nil {
			t.Errorf("%d runs: no error", len(bad.Runs))
		}
	}
}
