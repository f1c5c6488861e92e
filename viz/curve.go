package viz

import "math"

// curve draws y over x as one path. Where a series has many more points than
// the panel has pixel columns it keeps, of each column, the first, lowest,
// highest and last point: the drawn envelope is that of all points.
// Points that the axes cannot show (not finite, or not positive on a
// logarithmic axis) leave a gap.
func (p *panel) curve(xs, ys []float64) (d path) {
	thinned := float64(len(xs)) > 4*p.w && ascending(xs)
	var col column
	open := false
	put := func(x, y float64) {
		if open {
			d.line(x, y)
			return
		}
		d.move(x, y)
		open = true
	}
	alone := 0 // points since the last gap
	gap := func() {
		col.flush(put)
		if alone == 1 {
			d.dot()
		}
		open, alone = false, 0
	}
	for i, x := range xs {
		y := ys[i]
		if !p.xAxis.shows(x) || !p.yAxis.shows(y) {
			gap()
			continue
		}
		alone++
		px, py := p.xs.px(x), p.ys.px(y)
		if !thinned {
			put(px, py)
			continue
		}
		if k := math.Floor(px); !col.any || k != col.k {
			col.flush(put)
			col = column{k: k}
		}
		col.add(px, py)
	}
	gap()
	return d
}

// column gathers the points of a curve that fall on one pixel column.
type column struct {
	k              float64
	any            bool
	first, last    [2]float64
	lowest, higher [2]float64
}

func (c *column) add(x, y float64) {
	p := [2]float64{x, y}
	if !c.any {
		c.first, c.lowest, c.higher, c.any = p, p, p, true
	}
	c.last = p
	if y < c.lowest[1] {
		c.lowest = p
	}
	if y > c.higher[1] {
		c.higher = p
	}
}

func (c *column) flush(put func(x, y float64)) {
	if !c.any {
		return
	}
	a, b := c.lowest, c.higher
	if a[0] > b[0] {
		a, b = b, a
	}
	for _, q := range [...][2]float64{c.first, a, b, c.last} {
		put(q[0], q[1])
	}
	c.any = false
}

func ascending(xs []float64) bool {
	for i := 1; i < len(xs); i++ {
		if xs[i] < xs[i-1] {
			return false
		}
	}
	return true
}

// band draws the area between two curves over x, one shape per stretch
// without gaps. Bounds below what a logarithmic axis can show end at the
// bottom of the panel.
func (p *panel) band(xs, lower, upper []float64) path {
	var d path
	var px, lo, hi []float64
	flush := func() {
		if len(px) > 1 {
			d.move(px[0], hi[0])
			for i := 1; i < len(px); i++ {
				d.line(px[i], hi[i])
			}
			for i := len(px) - 1; i >= 0; i-- {
				d.line(px[i], lo[i])
			}
			d.close()
		}
		px, lo, hi = px[:0], lo[:0], hi[:0]
	}
	thin := float64(len(xs)) > 4*p.w && ascending(xs)
	for i, x := range xs {
		l, h := lower[i], upper[i]
		if p.yAxis.Log && l <= 0 {
			l = p.ys.lo
		}
		if !p.xAxis.shows(x) || !p.yAxis.shows(l) || !p.yAxis.shows(h) {
			flush()
			continue
		}
		qx, ql, qh := p.xs.px(x), p.ys.px(l), p.ys.px(h)
		if n := len(px) - 1; thin && n >= 0 && math.Floor(px[n]) == math.Floor(qx) {
			lo[n], hi[n] = math.Max(lo[n], ql), math.Min(hi[n], qh) // px grow downwards
			continue
		}
		px, lo, hi = append(px, qx), append(lo, ql), append(hi, qh)
	}
	flush()
	return d
}
