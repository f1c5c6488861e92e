package viz

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// Trace draws state variables over time, one panel for each unit, all on one
// time axis.
type Trace struct {
	Title   string
	Caption string
	Desc    string
	ID      string
	Size    Size

	Times  []float64 // ms; shared by all series that have none of their own
	Series []TraceSeries
	Events []float64 // ms; marked by ticks above the first panel, e.g. spikes
	Lines  []RefLine // e.g. a threshold; Unit chooses the panel
	// Start and Stop bound the shown time in ms; both 0: all. From 10 s on the
	// axis counts seconds.
	Start, Stop float64

	seconds bool // all times are in s
}

const second = 1000.0 // ms

// inSeconds is the figure with all times in s.
func (t Trace) inSeconds(times [][]float64) Trace {
	scaled := func(ms []float64) []float64 {
		s := make([]float64, len(ms))
		for i, v := range ms {
			s[i] = v / second
		}
		return s
	}
	t.seconds, t.Start, t.Stop, t.Events = true, t.Start/second, t.Stop/second, scaled(t.Events)
	t.Series, t.Lines = slices.Clone(t.Series), slices.Clone(t.Lines)
	for i := range t.Series {
		t.Series[i].Times = scaled(times[i])
	}
	for i := range t.Lines {
		if t.Lines[i].Vertical {
			t.Lines[i].Value /= second
		}
	}
	return t
}

// TraceSeries is one recorded variable.
type TraceSeries struct {
	Name   string // for instance "V"
	Unit   string // for instance "mV"; series of one unit share a panel
	Times  []float64
	Values []float64
}

// tracePanel is what shares one unit.
type tracePanel struct {
	axis   Axis
	series []int
	lines  []RefLine
	lo, hi float64
}

// Render writes the figure as SVG.
func (t Trace) Render(w io.Writer) error {
	xa := Axis{Label: "Time", Unit: "ms", Min: t.Start, Max: t.Stop}
	if err := xa.validate("Trace.Start, Stop as"); err != nil {
		return err
	}
	times := make([][]float64, len(t.Series))
	for i, s := range t.Series {
		name := fmt.Sprintf("Series[%d]", i)
		times[i] = s.Times
		if s.Times == nil {
			times[i] = t.Times
			name += " (sharing Times)"
		}
		if len(times[i]) != len(s.Values) {
			return lengthError(name+".Times", len(times[i]), name+".Values", len(s.Values))
		}
	}
	var ex extent
	for i := range t.Series {
		for _, v := range times[i] {
			if finite(v) {
				ex.add(v)
			}
		}
	}
	if lo, hi := xa.rangeOf(ex, 0); hi-lo >= 10*second && !t.seconds {
		return t.inSeconds(times).Render(w)
	}
	if t.seconds {
		xa.Unit = "s"
	}
	c, err := newCanvas(frame{t.Title, t.Caption, t.Desc, t.ID, t.Size})
	if err != nil {
		return err
	}
	if len(t.Series) > 1 {
		c.legend(t.entries())
	}
	lo, hi := xa.rangeOf(ex, 0)
	panels, drawn, skipped := t.panels(times, lo, hi)

	var notes []string
	if skipped > 0 {
		notes = append(notes, fmt.Sprintf("Left out: %s (not finite).", plural(skipped, "value")))
	}
	for i := range times {
		if float64(len(times[i])) > 4*c.size.Width && ascending(times[i]) {
			notes = append(notes, "Long series are drawn by the extremes within each pixel column.")
			break
		}
	}
	t.drawPanels(c, xa, panels, times, lo, hi, notes)
	if drawn == 0 {
		return c.finish(w, "Empty trace plot.", notes)
	}
	return c.finish(w, t.about(panels, lo, hi), notes)
}

func (t Trace) entries() (items []entry) {
	for i, s := range t.Series {
		if s.Name != "" {
			items = append(items, entry{s.Name, i, entryLine})
		}
	}
	return items
}

// panels groups the series by unit, in order of appearance.
func (t Trace) panels(times [][]float64, lo, hi float64) (panels []tracePanel, drawn, skipped int) {
	at := map[string]int{}
	for i, s := range t.Series {
		k, ok := at[s.Unit]
		if !ok {
			k = len(panels)
			at[s.Unit] = k
			panels = append(panels, tracePanel{axis: Axis{Label: s.Name, Unit: s.Unit}})
		}
		panels[k].series = append(panels[k].series, i)
	}
	if len(panels) == 0 {
		panels = []tracePanel{{}}
	}
	for _, r := range t.Lines {
		k := at[r.Unit] // lines of no known unit go to the first panel
		if r.Vertical {
			k = 0
		}
		panels[k].lines = append(panels[k].lines, r)
	}
	for k := range panels {
		q := &panels[k]
		if len(q.series) > 1 {
			var names []string
			for _, i := range q.series {
				if n := t.Series[i].Name; n != "" {
					names = append(names, n)
				}
			}
			q.axis.Label = strings.Join(names, ", ")
		}
		var ey extent
		for _, i := range q.series {
			for j, v := range t.Series[i].Values {
				switch {
				case !finite(v) || !finite(times[i][j]):
					skipped++
				case times[i][j] >= lo && times[i][j] <= hi:
					ey.add(v)
					drawn++
				}
			}
		}
		for _, r := range q.lines {
			if !r.Vertical && finite(r.Value) {
				ey.add(r.Value)
			}
		}
		q.lo, q.hi = q.axis.rangeOf(ey, linePad(q.lines))
	}
	return panels, drawn, skipped
}

func (t Trace) drawPanels(c *canvas, xa Axis, panels []tracePanel, times [][]float64, lo, hi float64, notes []string) {
	gap := c.pad
	_, _, exp := newScale(lo, hi, false, 0, 1).ticks(c.xTickCount(c.size.Width))
	below := c.belowX(xa.text(exp))
	if len(t.Events) > 0 {
		c.y += c.font()
	}
	n := float64(len(panels))
	want := 135 * n
	if len(panels) == 1 {
		want = 200
	}
	h := (c.room(want+gap*(n-1), below, notes) - gap*(n-1)) / n
	left := 0.0
	for _, q := range panels {
		left = max(left, c.gutter(q.axis, q.lo, q.hi, h))
	}
	width := c.size.Width - left - c.rightMargin()
	for k, q := range panels {
		// The legend names the series as well.
		if len(q.series) > 1 && textWidth(q.axis.text(0), c.font()*0.8) > h+gap {
			q.axis.Label = ""
		}
		p := newPanel(c, left, c.y, width, h, xa, q.axis, lo, hi, q.lo, q.hi)
		p.grid(true)
		if len(q.series) == 0 {
			p.say("no data")
		}
		if k == 0 {
			t.drawEvents(p)
		}
		lab := &labeller{p: p}
		c.clip(p.x, p.y, p.w, p.h)
		for _, i := range q.series {
			d := p.curve(times[i], t.Series[i].Values)
			c.draw(&d, 1.4, seriesStroke(i), dash(seriesDash(i)), `stroke-linejoin="round" stroke-linecap="round"`)
			lab.watch(times[i], t.Series[i].Values)
		}
		lab.lines(q.lines)
		c.Gend()
		lab.lineLabels(q.lines)
		p.left()
		p.bottom(k == len(panels)-1)
		c.y += h + gap
	}
	c.y += below - gap
}

// drawEvents marks instants by short bars above the panel.
func (t Trace) drawEvents(p *panel) {
	var d path
	for _, v := range t.Events {
		if finite(v) && v >= p.xs.lo && v <= p.xs.hi {
			d.bar(tenth(p.xs.px(v)), tenth(p.y-10), 80)
		}
	}
	p.c.draw(&d, 1.2, inkText.stroke())
}

func (t Trace) about(panels []tracePanel, lo, hi float64) string {
	unit := "ms"
	if t.seconds {
		unit = "s"
	}
	s := fmt.Sprintf("Traces over time from %s to %s %s.", number(lo, 4), number(hi, 4), unit)
	for _, q := range panels {
		s += fmt.Sprintf(" %s between %s and %s.", orElse(q.axis.text(0), "Values"), number(q.lo, 3), number(q.hi, 3))
	}
	if len(t.Events) > 0 {
		s += " " + plural(len(t.Events), "event") + " marked above."
	}
	return s
}
