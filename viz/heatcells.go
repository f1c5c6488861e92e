package viz

import (
	"fmt"
	"image"
	"math"
)

// cellLimit is the number of cells up to which they are drawn one by one.
const cellLimit = 2500

// drawCells draws the matrix, large ones as an image.
func (m *heat) drawCells(p *panel) error {
	if m.means != nil {
		return m.drawImage(p)
	}
	c := p.c
	cw, ch := p.w/float64(m.cols), p.h/float64(m.rows)
	row := func(r int) float64 { // top of the row
		if m.Up {
			return p.y + p.h - float64(r+1)*ch
		}
		return p.y + float64(r)*ch
	}
	c.Group(`shape-rendering="crispEdges"`)
	for r, values := range m.Values {
		for k, v := range values {
			// Whole px: neighbours must not leave a seam.
			x, y := math.Round(p.x+float64(k)*cw), math.Round(row(r))
			c.Rect(x, y, math.Round(p.x+float64(k+1)*cw)-x, math.Round(row(r)+ch)-y, `fill="`+hex(m.colour(v))+`"`)
		}
	}
	c.Gend()
	if m.Counts {
		m.writeCounts(c, p, cw, ch, row)
	}
	return nil
}

// writeCounts writes the values into their cells, black or white, whichever
// stands out; not at all where they would be too small to read.
func (m *heat) writeCounts(c *canvas, p *panel, cw, ch float64, row func(int) float64) {
	widest := 0.0
	for _, values := range m.Values {
		for _, v := range values {
			widest = math.Max(widest, textWidth(number(v, 3), 1))
		}
	}
	size := math.Min(math.Min(c.font(), ch*0.7), cw*0.92/widest)
	if size < 6 {
		return
	}
	for r, values := range m.Values {
		for k, v := range values {
			if !finite(v) {
				continue
			}
			fill := "#ffffff"
			if luminance(m.colour(v)) > 0.18 {
				fill = "#000000"
			}
			c.Text(p.x+(float64(k)+0.5)*cw, row(r)+ch/2+size*0.36, number(v, 3),
				fmt.Sprintf(`fill="%s" text-anchor="middle" font-size="%.1f"`, fill, size))
		}
	}
}

// group averages a large matrix over blocks so small that half a px shows
// one. Colours chosen from the data then span the means, which is what is
// drawn: the extremes of single entries would leave the picture pale.
func (m *heat) group(p *panel) {
	if m.rows*m.cols <= cellLimit {
		return
	}
	m.blockX = (m.cols + 2*int(p.w) - 1) / (2 * int(p.w))
	m.blockY = (m.rows + 2*int(p.h) - 1) / (2 * int(p.h))
	nx, ny := (m.cols+m.blockX-1)/m.blockX, (m.rows+m.blockY-1)/m.blockY
	var e extent
	for by := range ny {
		line := make([]float64, nx)
		for bx := range nx {
			sum, n := 0.0, 0
			for _, row := range m.Values[by*m.blockY : min(m.rows, (by+1)*m.blockY)] {
				for _, v := range row[bx*m.blockX : min(m.cols, (bx+1)*m.blockX)] {
					if finite(v) {
						sum += v
						n++
					}
				}
			}
			line[bx] = sum / float64(n) // NaN, no data, if there is none
			if z := (Axis{Log: m.Log}); z.shows(line[bx]) {
				e.add(line[bx])
			}
		}
		m.means = append(m.means, line)
	}
	if m.blockX*m.blockY > 1 && e.any {
		m.colourRange(e)
	}
}

// drawImage draws one pixel per block.
func (m *heat) drawImage(p *panel) error {
	nx, ny := len(m.means[0]), len(m.means)
	img := image.NewNRGBA(image.Rect(0, 0, nx, ny))
	for by, line := range m.means {
		y := by
		if m.Up {
			y = ny - 1 - by
		}
		for bx, v := range line {
			img.SetNRGBA(bx, y, m.colour(v))
		}
	}
	// The last block may be cut, and with it the pixel that shows it.
	w := p.w * float64(nx*m.blockX) / float64(m.cols)
	h := p.h * float64(ny*m.blockY) / float64(m.rows)
	y := p.y
	if m.Up {
		y = p.y + p.h - h
	}
	p.c.clip(p.x, p.y, p.w, p.h)
	err := p.c.picture(img, p.x, y, w, h)
	p.c.Gend()
	return err
}

// drawBar draws the colour bar beside the matrix.
func (m *heat) drawBar(c *canvas, p *panel, right float64) {
	const steps = 128
	img := image.NewNRGBA(image.Rect(0, 0, 1, steps))
	for i := range steps {
		img.SetNRGBA(0, i, mapColor(m.table, 1-float64(i)/(steps-1)))
	}
	x, w := p.x+p.w+14, 16.0
	c.picture(img, x, p.y, w, p.h) // an image in memory always encodes
	major, _, _ := newScale(m.bar.lo, m.bar.hi, m.Log, 0, 1).ticks(min(6, c.yTickCount(p.h)))
	var t path
	for _, k := range major {
		y := p.y + p.h*(1-m.bar.px(k.value))
		t.move(x+w, y)
		t.line(x+w+tickLength, y)
		c.label(x+w+tickLength+c.font()*0.4, y+c.font()*0.35, k.label, "start", inkSoft)
	}
	c.draw(&t, 1, inkSoft.stroke())
	if s := m.barLabel(); s != "" {
		at := math.Min(x+right-14-c.pad-c.font()*0.1, c.size.Width-c.pad)
		p.vertical(s, at)
	}
}
