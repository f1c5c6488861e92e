package validation

import (
	"bytes"
	"fmt"
	"math"

	"github.com/glia-sim/glia/viz"
)

// Report gives the page for the browser. environment are facts about the machine and the program, and
// command the line that repeats the table.
func (t Table) Report(environment []viz.EnvironmentRow, command string) (viz.Report, error) {
	page := viz.Report{Title: "Validation of glia", RepeatCommand: command, Environment: environment,
		Lead: []string{
			t.Summary() + ".",
			"Each row holds a model, kernel, rule or network against an independent truth: the value is glia's, the target is " +
				"the reference, and the margin is the bound that the error must keep. For spike trains the two are numbers of spikes, " +
				"and the bound, with the source, is on the times of corresponding spikes. Where a row stands for many values it shows the worst.",
		}}
	var failed []string
	margins := viz.Sample{Name: "rows"}
	exact := 0
	for _, res := range t.Results {
		for _, r := range res.Rows {
			page.Metrics = append(page.Metrics, r.metric())
			switch e := r.excess(); {
			case !r.OK():
				failed = append(failed, r.Subject+", "+r.Quantity)
			case e == 0:
				exact++
			default:
				margins.Values = append(margins.Values, math.Log10(e))
			}
		}
	}
	if len(failed) > 0 {
		page.Sections = append(page.Sections, viz.Section{Title: "Not ok", Paragraphs: failed})
	}
	if len(margins.Values) > 1 {
		var svg bytes.Buffer
		h := viz.Histogram{Title: "How far inside the bounds", X: viz.Axis{Label: "log10(error / bound)"}, Samples: []viz.Sample{margins}, BinWidth: 0.5}
		if err := h.Render(&svg); err != nil {
			return page, fmt.Errorf("validation: figure of margins: %w", err)
		}
		page.Figures = append(page.Figures, viz.Figure{Name: "margins", SVG: svg.Bytes(),
			Caption: fmt.Sprintf("Errors of the rows that are ok over their bounds; a further %d have no error at all.", exact)})
	}
	return page, nil
}

func (r Row) metric() viz.Metric {
	c := r.cells()
	ok := r.OK()
	m := viz.Metric{Name: r.Subject + ": " + c.quantity, Value: r.Ours, Unit: r.Unit, Target: &r.Reference, OK: &ok,
		Source: fmt.Sprintf("%s; error %s, bound %s", r.Source, c.err, c.bound)}
	if m.Unit == "1" {
		m.Unit = ""
	}
	if r.ErrorUnit == r.Unit {
		m.Tolerance = &r.Bound
	}
	return m
}
