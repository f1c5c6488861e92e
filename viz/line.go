package viz

import (
	"fmt"
	"io"
	"math"
	"strings"
)

// Line draws y over x for one or several series, for instance a measured
// curve with its spread and the published values beside it.
type Line struct {
	Title   string
	Caption string
	Desc    string // for screen readers; empty: written from the data
	ID      string // prefix of ids in the file; empty: derived from the content
	Size    Size

	X, Y   Axis
	Series []Series
	// Lines and Points are values to compare with.
	Lines  []RefLine
	Points []RefPoint
	// PointsName names the points in the legend; empty: "published".
	PointsName string

	under func(*panel) // draws behind the curves
	gaps  bool         // values that are not finite are there on purpose
}

// Series is one curve. X and Y are equally long. Values that are not finite
// leave a gap.
type Series struct {
	Name string
	X, Y []float64
	// Err is the half width of a band around Y (for instance one standard
	// deviation); nil: no band. Lower and Upper, given together, are the
	// band's bounds instead.
	Err          []float64
	Lower, Upper []float64
	Markers      bool // mark every point
	NoLine       bool // markers only
	Steps        bool // hold each value until the next
}

func (s *Series) validate(i int) error {
	name := fmt.Sprintf("Series[%d]", i)
	if len(s.X) != len(s.Y) {
		return lengthError(name+".X", len(s.X), name+".Y", len(s.Y))
	}
	if s.Err != nil && len(s.Err) != len(s.Y) {
		return lengthError(name+".Err", len(s.Err), name+".Y", len(s.Y))
	}
	if (s.Lower == nil) != (s.Upper == nil) {
		return fmt.Errorf("viz: %s has only one of Lower and Upper: give both or none", name)
	}
	if s.Lower != nil && (len(s.Lower) != len(s.Y) || len(s.Upper) != len(s.Y)) {
		return lengthError(name+".Lower, Upper", min(len(s.Lower), len(s.Upper)), name+".Y", len(s.Y))
	}
	if s.Err != nil && s.Lower != nil {
		return fmt.Errorf("viz: %s has Err as well as Lower and Upper: give one of the two", name)
	}
	return nil
}

// bounds is the band of the series, or nil.
func (s *Series) bounds() (lower, upper []float64) {
	if s.Err == nil {
		return s.Lower, s.Upper
	}
	lower, upper = make([]float64, len(s.Y)), make([]float64, len(s.Y))
	for i, y := range s.Y {
		lower[i], upper[i] = y-math.Abs(s.Err[i]), y+math.Abs(s.Err[i])
	}
	return lower, upper
}

// markerLimit is the number of points above which markers would hide the
// curve and swell the file.
const markerLimit = 5000

// Render writes the figure as SVG.
func (l Line) Render(w io.Writer) error {
	if err := l.X.validate("X"); err != nil {
		return err
	}
	if err := l.Y.validate("Y"); err != nil {
		return err
	}
	for i := range l.Series {
		if err := l.Series[i].validate(i); err != nil {
			return err
		}
	}
	c, err := newCanvas(frame{l.Title, l.Caption, l.Desc, l.ID, l.Size})
	if err != nil {
		return err
	}
	ex, ey, drawn, skipped := l.extents()
	if len(l.Series) > 1 || len(l.Points) > 0 {
		c.legend(l.entries())
	}
	xlo, xhi := l.X.rangeOf(ex, l.padX())
	ylo, yhi := l.Y.rangeOf(ey, linePad(l.Lines))

	var notes []string
	if skipped > 0 && !l.gaps {
		notes = append(notes, l.skipNote(skipped))
	}
	dense := false
	for _, s := range l.Series {
		dense = dense || float64(len(s.X)) > 4*c.size.Width && ascending(s.X)
	}
	if dense {
		notes = append(notes, "Long series are drawn by the extremes within each pixel column.")
	}
	_, _, expX := newScale(xlo, xhi, l.X.Log, 0, 1).ticks(c.xTickCount(c.size.Width))
	below := c.belowX(l.X.text(expX))
	h := c.room(300, below, notes)
	left := c.gutter(l.Y, ylo, yhi, h)
	p := newPanel(c, left, c.y, c.size.Width-left-c.rightMargin(), h, l.X, l.Y, xlo, xhi, ylo, yhi)
	p.grid(true)
	if drawn == 0 && len(l.Points) == 0 {
		p.say("no data")
	}
	lab := &labeller{p: p}
	c.clip(p.x, p.y, p.w, p.h)
	if l.under != nil {
		l.under(p)
	}
	l.drawSeries(p, lab)
	lab.lines(l.Lines)
	c.Gend()
	hidden := lab.points(l.Points)
	lab.lineLabels(l.Lines)
	if hidden > 0 {
		notes = append(notes, plural(hidden, "reference point")+" outside the axes.")
	}
	p.left()
	p.bottom(true)
	c.y = p.y + p.h + below
	return c.finish(w, l.about(drawn, xlo, xhi, ylo, yhi), notes)
}

func (l Line) skipNote(n int) string {
	why := "not finite"
	if l.X.Log || l.Y.Log {
		why = "not finite or, on a logarithmic axis, not positive"
	}
	return fmt.Sprintf("Left out: %s (%s).", plural(n, "point"), why)
}

// linePad is the margin above and below the data: wider with reference
// lines, whose labels stand beside them.
func linePad(refs []RefLine) float64 {
	for _, r := range refs {
		if !r.Vertical && r.Label != "" {
			return 0.14
		}
	}
	return 0.05
}

// padX keeps markers off the axes; pure curves use the full width.
func (l Line) padX() float64 {
	for _, s := range l.Series {
		if s.Markers || s.NoLine {
			return 0.03
		}
	}
	if len(l.Points) > 0 {
		return 0.03
	}
	return 0
}

func (l Line) entries() []entry {
	var items []entry
	for i, s := range l.Series {
		kind := entryLine
		if s.NoLine {
			kind = entryDots
		}
		if s.Name != "" {
			items = append(items, entry{s.Name, i, kind})
		}
	}
	if len(l.Points) > 0 {
		name := l.PointsName
		if name == "" {
			name = "published"
		}
		items = append(items, entry{name, 0, entryPoint})
	}
	return items
}

// extents are the ranges of all that is shown.
func (l Line) extents() (ex, ey extent, drawn, skipped int) {
	addY := func(v float64) {
		if l.Y.shows(v) {
			ey.add(v)
		}
	}
	for i := range l.Series {
		s := &l.Series[i]
		lower, upper := s.bounds()
		for k, x := range s.X {
			if !l.X.shows(x) || !l.Y.shows(s.Y[k]) {
				skipped++
				continue
			}
			drawn++
			ex.add(x)
			ey.add(s.Y[k])
			if lower != nil {
				addY(lower[k])
				addY(upper[k])
			}
		}
	}
	for _, r := range l.Points {
		if l.X.shows(r.X) && l.Y.shows(r.Y) {
			ex.add(r.X)
			ey.add(r.Y)
			if r.Err > 0 {
				addY(r.Y - r.Err)
				addY(r.Y + r.Err)
			}
		}
	}
	for _, r := range l.Lines {
		if r.Vertical && l.X.shows(r.Value) {
			ex.add(r.Value)
		} else if !r.Vertical {
			addY(r.Value)
		}
	}
	return ex, ey, drawn, skipped
}

func (l Line) drawSeries(p *panel, lab *labeller) {
	c := p.c
	for i := range l.Series {
		if lower, upper := l.Series[i].bounds(); lower != nil {
			band := p.band(l.Series[i].X, lower, upper)
			c.draw(&band, 0, seriesFill(i), `fill-opacity=".2"`, `stroke="none"`)
		}
	}
	for i := range l.Series {
		s := &l.Series[i]
		xs, ys := s.X, s.Y
		if s.Steps {
			xs, ys = steps(xs, ys)
		}
		lab.watch(xs, ys)
		if !s.NoLine {
			d := p.curve(xs, ys)
			width := 1.8
			if float64(len(s.X)) > p.w/2 {
				width = 1.2 // fine detail
			}
			c.draw(&d, width, seriesStroke(i), dash(seriesDash(i)), `stroke-linejoin="round" stroke-linecap="round"`)
		}
		if (s.Markers || s.NoLine) && (s.NoLine || len(s.X) <= markerLimit) {
			var m path
			for k, x := range s.X {
				if l.X.shows(x) && l.Y.shows(s.Y[k]) {
					m.move(p.xs.px(x), p.ys.px(s.Y[k]))
					m.dot()
				}
			}
			c.draw(&m, 6, seriesStroke(i), `stroke-linecap="round"`)
		}
	}
}

// steps turns samples into a staircase.
func steps(xs, ys []float64) (sx, sy []float64) {
	for i := range xs {
		if i > 0 {
			sx, sy = append(sx, xs[i]), append(sy, ys[i-1])
		}
		sx, sy = append(sx, xs[i]), append(sy, ys[i])
	}
	return sx, sy
}

func (l Line) about(drawn int, xlo, xhi, ylo, yhi float64) string {
	if drawn == 0 && len(l.Points) == 0 {
		return "Empty plot."
	}
	var names []string
	for _, s := range l.Series {
		if s.Name != "" {
			names = append(names, s.Name)
		}
	}
	y, x := orElse(l.Y.text(0), "y"), orElse(l.X.text(0), "x")
	s := fmt.Sprintf("Line plot of %s over %s: %s in %d series, x from %s to %s, y from %s to %s.",
		y, x, plural(drawn, "point"), len(l.Series),
		number(xlo, 3), number(xhi, 3), number(ylo, 3), number(yhi, 3))
	if len(names) > 0 {
		s += " Series: " + strings.Join(names, ", ") + "."
	}
	for _, r := range l.Points {
		s += fmt.Sprintf(" Reference %s: %s at %s.", r.Label, number(r.Y, 4), number(r.X, 4))
	}
	for _, r := range l.Lines {
		s += fmt.Sprintf(" Reference line %s at %s.", r.Label, number(r.Value, 4))
	}
	return s
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// Spectrum draws power over frequency: a Line whose power axis is
// logarithmic.
type Spectrum struct {
	Title   string
	Caption string
	Desc    string
	ID      string
	Size    Size

	// Series hold frequency (Hz) in X and power in Y.
	Series []Series
	Unit   string // of the power, for instance "Hz²/Hz"
	// LogFrequency draws the frequencies logarithmically too; power at 0 Hz
	// is left out.
	LogFrequency bool
	Min, Max     float64   // shown frequencies, Hz; both 0: all
	Lines        []RefLine // for instance a rhythm's expected frequency
}

// Render writes the figure as SVG.
func (s Spectrum) Render(w io.Writer) error {
	series := s.Series
	x := Axis{Label: "Frequency", Unit: "Hz", Log: s.LogFrequency, Min: s.Min, Max: s.Max}
	if err := x.validate("Spectrum"); err != nil {
		return err
	}
	// Frequencies outside the window must not stretch the power axis, and
	// 0 Hz on a logarithmic axis is left out by intent, not for a fault.
	if s.LogFrequency || s.Min < s.Max {
		series = make([]Series, len(s.Series))
		for i, old := range s.Series {
			if err := old.validate(i); err != nil {
				return err
			}
			series[i] = old.only(func(f float64) bool {
				return !(s.LogFrequency && f == 0) && !(s.Min < s.Max && (f < s.Min || f > s.Max))
			})
		}
	}
	return Line{Title: s.Title, Caption: s.Caption, Desc: s.Desc, ID: s.ID, Size: s.Size, Series: series, Lines: s.Lines,
		X: x, Y: Axis{Label: "Power", Unit: s.Unit, Log: true}}.Render(w)
}

// only is the series without the points whose x is not kept.
func (s Series) only(keep func(x float64) bool) Series {
	out := s
	out.X, out.Y, out.Err, out.Lower, out.Upper = nil, nil, nil, nil, nil
	for i, x := range s.X {
		if !keep(x) {
			continue
		}
		out.X, out.Y = append(out.X, x), append(out.Y, s.Y[i])
		if s.Err != nil {
			out.Err = append(out.Err, s.Err[i])
		}
		if s.Lower != nil {
			out.Lower, out.Upper = append(out.Lower, s.Lower[i]), append(out.Upper, s.Upper[i])
		}
	}
	return out
}
