package viz

import (
	"fmt"
	"io"
	"math"
)

// Bars draws a value for each of several named categories, with published
// values beside them: rates of populations, capacities of networks. The bars
// lie, so that names of any length can be read.
type Bars struct {
	Title   string
	Caption string
	Desc    string
	ID      string
	Size    Size

	Categories []string // from the top down
	Groups     []BarGroup
	// Points are published values, one for each category; NaN: none. Their
	// error bars are half widths.
	Points, PointErr []float64
	PointsName       string // in the legend; empty: "published"
	X                Axis   // of the values; a logarithmic one has marks instead of bars
}

// BarGroup is one set of values, one for each category; NaN: none.
type BarGroup struct {
	Name   string
	Values []float64
	Err    []float64 // half widths of error bars; nil: none
}

// Render writes the figure as SVG.
func (b Bars) Render(w io.Writer) error {
	if err := b.validate(); err != nil {
		return err
	}
	c, err := newCanvas(frame{b.Title, b.Caption, b.Desc, b.ID, b.Size})
	if err != nil {
		return err
	}
	var items []entry
	for i, g := range b.Groups {
		if g.Name != "" && (len(b.Groups) > 1 || b.Points != nil) {
			kind := entryBox
			if b.X.Log {
				kind = entryDots
			}
			items = append(items, entry{g.Name, i, kind})
		}
	}
	if b.Points != nil {
		items = append(items, entry{orElse(b.PointsName, "published"), 0, entryPoint})
	}
	c.legend(items)
	xa := b.X
	xa.Zero = !xa.Log
	e, drawn := b.extent()
	lo, hi := xa.rangeOf(e, 0.05)
	_, _, exp := newScale(lo, hi, xa.Log, 0, 1).ticks(c.xTickCount(c.size.Width))
	below := c.belowX(xa.text(exp))
	widest := 0.0
	for _, s := range b.Categories {
		widest = math.Max(widest, textWidth(s, c.font()))
	}
	left := math.Ceil(c.pad + math.Min(widest, c.size.Width*0.38) + tickLength + c.font()*0.5)
	n := float64(max(1, len(b.Categories)))
	row := c.font() * (0.9 + 0.75*float64(max(1, len(b.Groups))))
	h := n * row
	if c.size.Height > 0 {
		h = math.Max(n*c.font()*1.1, c.room(0, below, nil))
	}
	h = math.Max(40, math.Round(h))
	p := newPanel(c, left, c.y, c.size.Width-left-c.rightMargin(), h, xa, Axis{}, lo, hi, n, 0)
	p.verticals()
	if drawn == 0 {
		p.say("no data")
	}
	c.clip(p.x-1, p.y, p.w+2, p.h)
	b.marks(p)
	c.Gend()
	var spine path
	spine.move(p.x, p.y)
	spine.line(p.x, p.y+p.h)
	c.draw(&spine, 1, inkSoft.stroke())
	for i, s := range b.Categories {
		c.label(p.x-tickLength-c.font()*0.3, p.ys.px(float64(i)+0.5)+c.font()*0.35, shorten(s, c.font(), c.size.Width*0.38), "end", inkText)
	}
	p.bottom(true)
	c.y = p.y + p.h + below
	return c.finish(w, b.about(drawn), nil)
}

func (b Bars) validate() error {
	if err := b.X.validate("X"); err != nil {
		return err
	}
	n := len(b.Categories)
	for i, g := range b.Groups {
		name := fmt.Sprintf("Groups[%d]", i)
		if len(g.Values) != n {
			return lengthError(name+".Values", len(g.Values), "Categories", n)
		}
		if g.Err != nil && len(g.Err) != n {
			return lengthError(name+".Err", len(g.Err), "Categories", n)
		}
	}
	if b.Points != nil && len(b.Points) != n {
		return lengthError("Points", len(b.Points), "Categories", n)
	}
	if b.PointErr != nil && len(b.PointErr) != len(b.Points) {
		return lengthError("PointErr", len(b.PointErr), "Points", len(b.Points))
	}
	if n > 200 {
		return fieldError("len(Categories)", n, "at most 200 categories can be read; choose some")
	}
	return nil
}

func (b Bars) extent() (e extent, drawn int) {
	add := func(values, errs []float64) {
		for i, v := range values {
			if !b.X.shows(v) {
				continue
			}
			drawn++
			e.add(v)
			if errs != nil && finite(errs[i]) {
				for _, x := range [...]float64{v - math.Abs(errs[i]), v + math.Abs(errs[i])} {
					if b.X.shows(x) {
						e.add(x)
					}
				}
			}
		}
	}
	for _, g := range b.Groups {
		add(g.Values, g.Err)
	}
	add(b.Points, b.PointErr)
	return e, drawn
}

func (b Bars) marks(p *panel) {
	c := p.c
	thick := 0.78 / float64(max(1, len(b.Groups)))
	base := p.xs.px(math.Max(p.xs.lo, math.Min(0, p.xs.hi)))
	for g, of := range b.Groups {
		var whiskers path
		for i, v := range of.Values {
			if !b.X.shows(v) {
				continue
			}
			top, end := p.ys.px(float64(i)+0.11+thick*float64(g)), p.ys.px(float64(i)+0.11+thick*float64(g+1))
			x, mid := p.xs.px(v), (top+end)/2
			if b.X.Log {
				c.Circle(x, mid, 3.5, seriesFill(g))
			} else {
				c.Rect(math.Min(base, x), top, math.Abs(x-base), end-top, seriesFill(g), `fill-opacity=".7"`)
			}
			if of.Err != nil && of.Err[i] > 0 && finite(of.Err[i]) {
				p.whisker(&whiskers, v-of.Err[i], v+of.Err[i], mid)
			}
		}
		c.draw(&whiskers, 1.2, inkText.stroke())
	}
	var whiskers path
	for i, v := range b.Points {
		if b.PointErr != nil && b.X.shows(v) && b.PointErr[i] > 0 && finite(b.PointErr[i]) {
			p.whisker(&whiskers, v-b.PointErr[i], v+b.PointErr[i], p.ys.px(float64(i)+0.5))
		}
	}
	c.draw(&whiskers, 1.2, inkText.stroke())
	for i, v := range b.Points {
		if b.X.shows(v) {
			c.diamond(p.xs.px(v), p.ys.px(float64(i)+0.5))
		}
	}
}

// whisker adds a lying error bar, cut at the ends of the axis.
func (p *panel) whisker(d *path, lo, hi, y float64) {
	a, b := p.x, p.xs.px(math.Min(hi, p.xs.hi))
	if lo > p.xs.lo {
		a = p.xs.px(lo)
	}
	d.move(a, y)
	d.line(b, y)
	for _, x := range [...]float64{a, b} {
		d.move(x, y-3)
		d.line(x, y+3)
	}
}

// verticals draws the light lines of the x ticks.
func (p *panel) verticals() {
	var g path
	major, _, _ := p.xs.ticks(p.c.xTickCount(p.w))
	for _, t := range major {
		g.move(p.xs.px(t.value), p.y)
		g.line(p.xs.px(t.value), p.y+p.h)
	}
	p.c.draw(&g, 1, inkGrid.stroke())
}

func (b Bars) about(drawn int) string {
	if drawn == 0 {
		return "Empty bar chart."
	}
	s := fmt.Sprintf("Bars of %s for %s.", orElse(b.X.text(0), "values"), plural(len(b.Categories), "category"))
	if len(b.Categories) != 1 {
		s = fmt.Sprintf("Bars of %s for %d categories.", orElse(b.X.text(0), "values"), len(b.Categories))
	}
	for i, name := range b.Categories {
		s += " " + name + ":"
		for k, g := range b.Groups {
			if k > 0 {
				s += ","
			}
			s += " " + number(g.Values[i], 4)
		}
		if b.Points != nil && finite(b.Points[i]) {
			s += fmt.Sprintf(" (%s %s)", orElse(b.PointsName, "published"), number(b.Points[i], 4))
		}
		s += "."
	}
	return s
}
