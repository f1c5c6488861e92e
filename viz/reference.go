package viz

import (
	"fmt"
	"math"
)

// RefLine is a straight line across the plot at a known value, for instance
// a published rate or a threshold.
type RefLine struct {
	Value    float64
	Label    string // written beside the line; may be empty
	Vertical bool   // at an x value; otherwise at a y value
	Unit     string // in a Trace: the unit of the panel it belongs to
}

// RefPoint is a value to compare with, for instance a published one. It is
// drawn as a hollow diamond.
type RefPoint struct {
	X, Y  float64
	Err   float64 // half length of its error bar, in units of y; 0: none
	Label string
}

type box struct{ x0, y0, x1, y1 float64 }

func (a box) overlap(b box) float64 {
	w := math.Min(a.x1, b.x1) - math.Max(a.x0, b.x0)
	h := math.Min(a.y1, b.y1) - math.Max(a.y0, b.y0)
	if w <= 0 || h <= 0 {
		return 0
	}
	return w * h
}

// labeller finds places for labels that cover neither each other nor,
// if it can be avoided, the data.
type labeller struct {
	p     *panel
	taken []box
	data  [][2]float64
}

// watch adds a curve to what labels should stay clear of.
func (l *labeller) watch(xs, ys []float64) {
	p := l.p
	stride := max(1, len(xs)/1000)
	var before [2]float64
	have := false
	for i := 0; i < len(xs); i += stride {
		if !p.xAxis.shows(xs[i]) || !p.yAxis.shows(ys[i]) {
			have = false
			continue
		}
		q := [2]float64{p.xs.px(xs[i]), p.ys.px(ys[i])}
		if have {
			n := math.Min(100, math.Ceil(math.Hypot(q[0]-before[0], q[1]-before[1])/6))
			for k := 1.0; k < n; k++ {
				l.data = append(l.data, [2]float64{before[0] + (q[0]-before[0])*k/n, before[1] + (q[1]-before[1])*k/n})
			}
		}
		l.data = append(l.data, q)
		before, have = q, true
	}
}

func (l *labeller) block(b box) { l.taken = append(l.taken, b) }

// place writes s at the best of the candidate positions (left ends of base
// lines).
func (l *labeller) place(s string, candidates [][2]float64) {
	if s == "" {
		return
	}
	f := l.p.c.font() * 0.95
	s = shorten(s, f, l.p.w-8)
	w := textWidth(s, f)
	best, cost := box{}, math.Inf(1)
	for k, q := range candidates {
		x := math.Max(l.p.x+3, math.Min(q[0], l.p.x+l.p.w-w-3))
		y := math.Max(l.p.y+f, math.Min(q[1], l.p.y+l.p.h-3))
		b := box{x, y - f*0.85, x + w, y + f*0.25}
		this := float64(k)*0.1 + math.Hypot(x-q[0], y-q[1])*0.05
		for _, t := range l.taken {
			this += b.overlap(t)
		}
		for _, d := range l.data {
			if d[0] >= b.x0-2 && d[0] <= b.x1+2 && d[1] >= b.y0-2 && d[1] <= b.y1+2 {
				this += 3
			}
		}
		if this < cost {
			best, cost = b, this
		}
	}
	l.taken = append(l.taken, best)
	// The halo is a copy underneath: renderers differ on paint-order.
	size := fmt.Sprintf(`font-size="%.1f"`, f)
	y := best.y0 + f*0.85
	l.p.c.Text(best.x0, y, s, fmt.Sprintf(`class="h" aria-hidden="true" fill="none" stroke="%s" stroke-width="3" stroke-linejoin="round"`, inkPaper.light), size)
	l.p.c.label(best.x0, y, s, "start", inkText, size)
}

// lines draws reference lines, and their labels once all lines are known.
func (l *labeller) lines(refs []RefLine) {
	p := l.p
	var d path
	for _, r := range refs {
		if !l.visible(r) {
			continue
		}
		if r.Vertical {
			px := p.xs.px(r.Value)
			d.move(px, p.y)
			d.line(px, p.y+p.h)
			l.block(box{px - 1, p.y, px + 1, p.y + p.h})
		} else {
			py := p.ys.px(r.Value)
			d.move(p.x, py)
			d.line(p.x+p.w, py)
			l.block(box{p.x, py - 1, p.x + p.w, py + 1})
		}
	}
	p.c.draw(&d, 1.2, inkText.stroke(), dash("5 3"))
}

func (l *labeller) visible(r RefLine) bool {
	a, s := l.p.yAxis, l.p.ys
	if r.Vertical {
		a, s = l.p.xAxis, l.p.xs
	}
	return a.shows(r.Value) && r.Value >= s.lo && r.Value <= s.hi
}

func (l *labeller) lineLabels(refs []RefLine) {
	p, f := l.p, l.p.c.font()
	for _, r := range refs {
		if !l.visible(r) || r.Label == "" {
			continue
		}
		w := textWidth(r.Label, f*0.95)
		var at [][2]float64
		if r.Vertical {
			px := p.xs.px(r.Value)
			for row := 1.1; row < 6; row += 1.3 {
				at = append(at, [2]float64{px + 5, p.y + f*row}, [2]float64{px - 5 - w, p.y + f*row})
			}
		} else {
			py := p.ys.px(r.Value)
			right := p.x + p.w - w - 4
			for _, x := range [...]float64{right, p.x + 6, (right + p.x) / 2} {
				at = append(at, [2]float64{x, py - 5}, [2]float64{x, py + f + 2})
			}
		}
		l.place(r.Label, at)
	}
}

// points draws reference points and labels them. It returns how many have
// no place on the axes.
func (l *labeller) points(refs []RefPoint) (hidden int) {
	p, f := l.p, l.p.c.font()
	shown := func(r RefPoint) bool {
		return p.xAxis.shows(r.X) && p.yAxis.shows(r.Y) &&
			r.X >= p.xs.lo && r.X <= p.xs.hi && r.Y >= p.ys.lo && r.Y <= p.ys.hi
	}
	for _, r := range refs {
		if !shown(r) {
			hidden++
			continue
		}
		x, y := p.xs.px(r.X), p.ys.px(r.Y)
		if r.Err > 0 && finite(r.Err) {
			var bar path
			top, end := p.ys.px(math.Min(r.Y+r.Err, p.ys.hi)), p.y+p.h
			if low := r.Y - r.Err; low > p.ys.lo {
				end = p.ys.px(low)
			}
			bar.move(x, top)
			bar.line(x, end)
			for _, e := range [...]float64{top, end} {
				bar.move(x-4, e)
				bar.line(x+4, e)
			}
			p.c.draw(&bar, 1.2, inkText.stroke())
		}
		p.c.diamond(x, y)
		l.block(box{x - 6, y - 6, x + 6, y + 6})
	}
	for _, r := range refs {
		if !shown(r) || r.Label == "" {
			continue
		}
		x, y, w := p.xs.px(r.X), p.ys.px(r.Y), textWidth(r.Label, f*0.95)
		l.place(r.Label, [][2]float64{
			{x + 9, y + f*0.35}, {x - 9 - w, y + f*0.35}, {x - w/2, y - 9}, {x - w/2, y + f + 7},
			{x + 7, y - 7}, {x + 7, y + f + 5}, {x - 7 - w, y - 7}, {x - 7 - w, y + f + 5},
			{x - w/2, y - 9 - f*1.2}, {x - w/2, y + 7 + f*2.2},
		})
	}
	return hidden
}
