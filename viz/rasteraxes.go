package viz

import (
	"fmt"
	"math"
)

// banded reports whether the y axis names populations instead of counting
// neurons.
func (m *rows) banded() bool { return len(m.pops) > 1 }

const swatchWidth = 10

// labelGutter is the width left of the raster.
func (m *rows) labelGutter(c *canvas, ya Axis) float64 {
	if !m.banded() {
		return c.gutter(ya, 0, math.Max(1, float64(m.n)), 300)
	}
	widest := 0.0
	for k := range m.pops {
		widest = math.Max(widest, textWidth(m.popName(k), c.font()))
	}
	return c.pad + swatchWidth + 5 + math.Min(widest, c.size.Width*0.2) + 14
}

func (m *rows) popName(k int) string {
	return orElse(m.pops[k].Name, fmt.Sprintf("population %d", k+1))
}

// axes draws the y axis: neuron numbers for one population; for several
// their names, each with the colour that the rates below share.
func (m *rows) axes(p *panel) {
	c := p.c
	if !m.banded() {
		if m.rowOf == nil {
			// Rows are ids here: number them as ids.
			shift := float64(m.pops[0].First)
			ys := p.ys
			p.ys.a -= p.ys.b * shift
			p.ys.lo, p.ys.hi = shift, shift+float64(m.n)
			p.left()
			p.ys = ys
		} else {
			p.yAxis.Label = "Row"
			p.left()
		}
		return
	}
	var spine, divide path
	spine.move(p.x, p.y)
	spine.line(p.x, p.y+p.h)
	var at []float64
	var who []int
	for k := range m.pops {
		if m.first[k] < 0 {
			continue
		}
		a, b := p.ys.px(float64(m.first[k])), p.ys.px(float64(m.last[k]+1))
		at, who = append(at, (a+b)/2), append(who, k)
		if !m.mixed() {
			for _, y := range [...]float64{a, b} {
				spine.move(p.x, y)
				spine.line(p.x-tickLength, y)
				if y > p.y+0.5 && y < p.y+p.h-0.5 {
					divide.move(p.x, y)
					divide.line(p.x+p.w, y)
				}
			}
		}
	}
	c.draw(&divide, 1, inkGrid.stroke())
	places := spread(at, c.font()*1.25, p.y+c.font()*0.5, p.y+p.h-c.font()*0.5)
	for i, k := range who {
		name := shorten(m.popName(k), c.font(), c.size.Width*0.2)
		y := places[i]
		right := p.x - 12
		c.Rect(right-swatchWidth, y-swatchWidth/2, swatchWidth, swatchWidth, seriesFill(k))
		c.label(right-swatchWidth-5, y+c.font()*0.35, name, "end", inkText)
		// A leader joins a label that had to move to its band.
		if math.Abs(y-at[i]) > 1 && !m.mixed() {
			spine.move(right+1, y)
			spine.line(p.x-tickLength, at[i])
		}
	}
	c.draw(&spine, 1, inkSoft.stroke())
}

// mixed reports whether rows of different populations interleave, so that
// there are no bands.
func (m *rows) mixed() bool {
	for a := range m.pops {
		for b := range a {
			if m.first[a] >= 0 && m.first[b] >= 0 && m.first[a] <= m.last[b] && m.first[b] <= m.last[a] {
				return true
			}
		}
	}
	return false
}

// spread moves positions apart to a distance of at least gap, and into
// [lo, hi], as little as needed; their order stays.
func spread(at []float64, gap, lo, hi float64) []float64 {
	n := len(at)
	out := make([]float64, n)
	if n == 0 {
		return out
	}
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	for i := 1; i < n; i++ { // few and nearly sorted
		for k := i; k > 0 && at[order[k]] < at[order[k-1]]; k-- {
			order[k], order[k-1] = order[k-1], order[k]
		}
	}
	gap = math.Min(gap, (hi-lo)/math.Max(1, float64(n-1)))
	// Clusters of labels that touch are centred on their wishes.
	type cluster struct{ wish, pos, n float64 } // mean wish of the first label, its place, members
	var cs []cluster
	for _, k := range order {
		c := cluster{wish: at[k], n: 1}
		c.pos = math.Max(lo, math.Min(hi, c.wish))
		cs = append(cs, c)
		for len(cs) > 1 {
			a, b := cs[len(cs)-2], cs[len(cs)-1]
			if a.pos+a.n*gap <= b.pos {
				break
			}
			m := cluster{n: a.n + b.n, wish: (a.wish*a.n + (b.wish-a.n*gap)*b.n) / (a.n + b.n)}
			m.pos = math.Max(lo, math.Min(hi-(m.n-1)*gap, m.wish))
			cs = append(cs[:len(cs)-2], m)
		}
	}
	i := 0
	for _, c := range cs {
		for j := 0.0; j < c.n; j++ {
			out[order[i]] = c.pos + j*gap
			i++
		}
	}
	return out
}
