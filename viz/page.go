package viz

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"math"
	"strconv"
)

// The parts that all pages share: style sheet, theme switch, copy buttons.

//go:embed page.gohtml
var pageSource string

//go:embed report.gohtml
var reportSource string

//go:embed compare.gohtml
var compareSource string

//go:embed page.css
var pageStyle string

//go:embed page.js
var pageScript string

// shell is what a page needs beside its content. The script is the only one
// that may run, by its digest, and nothing may be loaded from anywhere.
type shell struct {
	Style  template.CSS
	Script template.JS
	Policy string
}

var theShell = func() shell {
	sum := sha256.Sum256([]byte(pageScript))
	return shell{
		Style: template.CSS(pageStyle), Script: template.JS(pageScript),
		Policy: "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'",
	}
}()

var pages = func() *template.Template {
	t := template.New("pages").Funcs(template.FuncMap{
		"number":     func(v float64) string { return number(v, 6) },
		"target":     targetText,
		"accepted":   acceptedText,
		"difference": differenceText,
		"strip":      stripOf,
		"value":      func(m Metric) string { return withUnit(number(m.Value, 6), m.Unit) },
		"missing":    func(m Metric) bool { return math.IsNaN(m.Value) },
		"passed":     func(ok *bool) bool { return ok != nil && *ok },
		"seconds":    secondsText,
		"share": func(part, whole float64) float64 {
			if whole <= 0 {
				return 0
			}
			return math.Round(1000*part/whole) / 10
		},
		"minus": func(a, b float64) float64 { return math.Round(10*(a-b)) / 10 },
	})
	template.Must(t.New("page.gohtml").Parse(pageSource))
	template.Must(t.New("report.gohtml").Parse(reportSource))
	template.Must(t.New("compare.gohtml").Parse(compareSource))
	return t
}()

// secondsText writes a duration for people: "0.42 s", "12.3 s", "3 min 20 s".
func secondsText(s float64) string {
	switch {
	case !(s >= 0) || s > 1e9:
		return "unknown"
	case s < 10:
		return strconv.FormatFloat(s, 'f', 2, 64) + " s"
	case s < 100:
		return strconv.FormatFloat(s, 'f', 1, 64) + " s"
	}
	n := int(math.Round(s))
	if n < 3600 {
		return strconv.Itoa(n/60) + " min " + strconv.Itoa(n%60) + " s"
	}
	return strconv.Itoa(n/3600) + " h " + strconv.Itoa(n%3600/60) + " min"
}
