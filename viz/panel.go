package viz

import (
	"fmt"
	"math"
	"strings"
)

// panel is a plot area with its two scales.
type panel struct {
	c          *canvas
	x, y, w, h float64 // the area inside the axes, px
	xs, ys     scale
	xAxis      Axis
	yAxis      Axis
}

const tickLength = 4

// xTickCount and yTickCount are how many labels fit without crowding.
func (c *canvas) xTickCount(w float64) int { return max(2, int(w/(c.font()*6.5))) }
func (c *canvas) yTickCount(h float64) int { return max(2, int(h/(c.font()*3))) }

// gutter is the width that y axis labels need left of a panel of height h.
func (c *canvas) gutter(a Axis, lo, hi, h float64) float64 {
	ticks, _, exp := newScale(lo, hi, a.Log, 0, 1).ticks(c.yTickCount(h))
	widest := 0.0
	for _, t := range ticks {
		widest = math.Max(widest, textWidth(t.label, c.font()))
	}
	g := c.pad + widest + tickLength + c.font()*0.4
	if a.text(exp) != "" {
		g += c.font() * 1.6
	}
	return math.Ceil(g)
}

// rightMargin leaves room for half of the last tick label.
func (c *canvas) rightMargin() float64 { return math.Ceil(c.pad + c.font()*1.2) }

// belowX is the height that tick labels and label need under a panel.
func (c *canvas) belowX(label string) float64 {
	d := tickLength + c.font()*1.5
	if label != "" {
		d += c.font() * 1.5
	}
	return math.Ceil(d)
}

func newPanel(c *canvas, x, y, w, h float64, xa, ya Axis, xlo, xhi, ylo, yhi float64) *panel {
	return &panel{c: c, x: x, y: y, w: w, h: h, xAxis: xa, yAxis: ya,
		xs: newScale(xlo, xhi, xa.Log, x, x+w), ys: newScale(ylo, yhi, ya.Log, y+h, y)}
}

// grid draws the light lines behind the data.
func (p *panel) grid(vertical bool) {
	var g path
	major, _, _ := p.ys.ticks(p.c.yTickCount(p.h))
	for _, t := range major {
		py := p.ys.px(t.value)
		g.move(p.x, py)
		g.line(p.x+p.w, py)
	}
	if vertical {
		major, _, _ = p.xs.ticks(p.c.xTickCount(p.w))
		for _, t := range major {
			px := p.xs.px(t.value)
			g.move(px, p.y)
			g.line(px, p.y+p.h)
		}
	}
	p.c.draw(&g, 1, inkGrid.stroke())
}

// left draws the y axis.
func (p *panel) left() {
	c := p.c
	major, minor, exp := p.ys.ticks(c.yTickCount(p.h))
	var a path
	a.move(p.x, p.y)
	a.line(p.x, p.y+p.h)
	widest := 0.0
	for _, t := range major {
		py := p.ys.px(t.value)
		a.move(p.x, py)
		a.line(p.x-tickLength, py)
		c.label(p.x-tickLength-c.font()*0.4, py+c.font()*0.35, t.label, "end", inkSoft)
		widest = math.Max(widest, textWidth(t.label, c.font()))
	}
	for _, v := range minor {
		a.move(p.x, p.ys.px(v))
		a.line(p.x-tickLength/2, p.ys.px(v))
	}
	c.draw(&a, 1, inkSoft.stroke())
	if s := p.yAxis.text(exp); s != "" {
		p.vertical(s, c.pad+c.font()*0.85)
	}
}

// vertical writes an axis label upwards beside the panel. A long one gets
// smaller type, and is broken where even that leaves no room.
func (p *panel) vertical(s string, x float64) {
	c := p.c
	size, room := c.font(), math.Max(p.h+c.font()*0.7, 40)
	if w := textWidth(s, size); w > room {
		size = math.Max(size*0.8, size*room/w)
	}
	if w := textWidth(s, size); w > room*1.001 {
		unit := "" // is kept
		if i := strings.LastIndex(s, " ("); i > 0 {
			s, unit = s[:i], s[i:]
		}
		s = shorten(s, size, math.Max(room-textWidth(unit, size), size*2)) + unit
	}
	mid := math.Max(p.y+p.h/2, textWidth(s, size)/2+1) // it stays on the page
	attrs := []string{inkText.fill(), `text-anchor="middle"`, fmt.Sprintf(`transform="rotate(-90 %.1f %.1f)"`, x, mid)}
	if size < c.font() {
		attrs = append(attrs, fmt.Sprintf(`font-size="%.1f"`, size))
	}
	c.Text(x, mid, s, attrs...)
}

// bottom draws the x axis; labels only if labelled (stacked panels share one).
func (p *panel) bottom(labelled bool) {
	c := p.c
	major, minor, exp := p.xs.ticks(c.xTickCount(p.w))
	base := p.y + p.h
	var a path
	a.move(p.x, base)
	a.line(p.x+p.w, base)
	edge := math.Inf(-1)
	for _, t := range major {
		px := p.xs.px(t.value)
		a.move(px, base)
		a.line(px, base+tickLength)
		half := textWidth(t.label, c.font()) / 2
		if !labelled || px-half < edge || px+half > c.size.Width {
			continue
		}
		edge = px + half + c.font()*0.5
		c.label(px, base+tickLength+c.font()*1.1, t.label, "middle", inkSoft)
	}
	for _, v := range minor {
		a.move(p.xs.px(v), base)
		a.line(p.xs.px(v), base+tickLength/2)
	}
	c.draw(&a, 1, inkSoft.stroke())
	if s := p.xAxis.text(exp); labelled && s != "" {
		s = shorten(s, c.font(), c.size.Width-2*c.pad)
		half := textWidth(s, c.font()) / 2
		mid := math.Min(p.x+p.w/2, c.size.Width-half-1)
		c.label(math.Max(mid, half+1), base+tickLength+c.font()*2.6, s, "middle", inkText)
	}
}

// say writes a message into an empty panel.
func (p *panel) say(message string) {
	p.c.label(p.x+p.w/2, p.y+p.h/2+p.c.font()*0.35, message, "middle", inkSoft, `font-style="italic"`)
}

// entry is one item of a legend.
type entry struct {
	name  string
	index int // of the colour
	kind  entryKind
}

type entryKind int

const (
	entryLine entryKind = iota
	entryBox
	entryPoint // published value
	entryRef   // reference line
	entryDots  // markers without a line
)

// legend draws its items in rows below the title.
func (c *canvas) legend(items []entry) {
	if len(items) == 0 {
		return
	}
	const swatch = 22.0
	x, row := c.pad, c.font()*1.6
	base := c.y + c.font()
	for _, e := range items {
		name := shorten(e.name, c.font(), c.size.Width-2*c.pad-swatch-6)
		w := swatch + 6 + textWidth(name, c.font())
		if x > c.pad && x+w > c.size.Width-c.pad {
			x, base = c.pad, base+row
		}
		mid := base - c.font()*0.35
		var p path
		switch e.kind {
		case entryLine:
			p.move(x, mid)
			p.line(x+swatch, mid)
			c.draw(&p, 2, seriesStroke(e.index), dash(seriesDash(e.index)))
		case entryBox:
			c.Rect(x+5, mid-5, 12, 10, seriesFill(e.index))
		case entryPoint:
			c.diamond(x+swatch/2, mid)
		case entryDots:
			c.Circle(x+swatch/2, mid, 3, seriesFill(e.index))
		case entryRef:
			p.move(x, mid)
			p.line(x+swatch, mid)
			c.draw(&p, 1.2, inkText.stroke(), dash("5 3"))
		}
		c.label(x+swatch+6, base, name, "start", inkText)
		x += w + c.font()*1.5
	}
	c.y = math.Round(base + c.font()*0.9)
}

// diamond marks a reference point: hollow, so that data under it shows.
func (c *canvas) diamond(x, y float64) {
	const r = 5.0
	var p path
	p.move(x-r, y)
	p.line(x, y-r)
	p.line(x+r, y)
	p.line(x, y+r)
	p.close()
	c.draw(&p, 1.6, fmt.Sprintf(`class="ts b" stroke="%s" fill="%s" fill-opacity=".6"`, inkText.light, inkPaper.light))
}
