package viz

import (
	"cmp"
	"fmt"
	"image"
	"image/color"
	"math"
	"slices"
)

// drawMarks draws every spike as a bar of its own, one path per population.
func (m *rows) drawMarks(p *panel) {
	height := p.h / float64(m.n)
	// Few spikes get larger marks: they must be seen, and do not overlap.
	bar, width := 1.4, 1.0
	switch n := len(m.spikes); {
	case n < 3000:
		bar, width = 2.6, 1.8
	case n < 20000:
		bar, width = 1.8, 1.3
	}
	bar = math.Max(bar, math.Min(height*0.8, 14))
	// Row by row keeps the steps between marks short.
	slices.SortFunc(m.spikes, func(a, b spike) int {
		if c := cmp.Compare(a.pop, b.pop); c != 0 {
			return c
		}
		if c := cmp.Compare(a.row, b.row); c != 0 {
			return c
		}
		return cmp.Compare(a.t, b.t)
	})
	for i := 0; i < len(m.spikes); {
		pop := m.spikes[i].pop
		var d path
		for ; i < len(m.spikes) && m.spikes[i].pop == pop; i++ {
			s := m.spikes[i]
			y := p.ys.px(float64(s.row)+0.5) - bar/2
			d.bar(tenth(p.xs.px(s.t)), tenth(y), tenth(bar))
		}
		p.c.draw(&d, width, seriesStroke(int(pop)))
	}
}

// grid is the cells in which dense spikes are counted.
type grid struct {
	cols, rows int
	full       int // count drawn at full colour
}

// cellNote says what a pixel of a dense raster means.
func (m *rows) cellNote(g grid) string {
	neurons := float64(m.n) / float64(g.rows)
	who := "one neuron"
	if neurons > 1 {
		who = fmt.Sprintf("about %s neurons", number(neurons, 2))
	}
	s := fmt.Sprintf("%s; each pixel shows the spikes of %s in %s ms", plural(len(m.spikes), "spike"),
		who, number((m.hi-m.lo)/float64(g.cols), 2))
	if g.full > 1 {
		return s + fmt.Sprintf(", its opacity their number (full at %d or more).", g.full)
	}
	return s + "."
}

// drawDense counts spikes in cells of one pixel and draws the counts as one
// image per population, whose opacity grows linearly with the count. The
// 99th percentile of the occupied cells has full colour, so that a few
// synchronous instants do not fade all others.
func (m *rows) drawDense(p *panel) (grid, error) {
	cell := 1.0
	if m.Size.Print {
		cell = 0.5 // paper resolves more than screens
	}
	g := grid{cols: int(p.w / cell), rows: min(m.n, int(p.h/cell))}
	counts := make([][]uint32, len(m.pops))
	// top and bottom bound the cells of each population's image.
	top, bottom := make([]int, len(m.pops)), make([]int, len(m.pops))
	cellRow := func(row int) int {
		if !m.TopDown {
			row = m.n - 1 - row
		}
		return int(int64(row) * int64(g.rows) / int64(m.n))
	}
	for k := range m.pops {
		if m.first[k] >= 0 {
			a, b := cellRow(m.first[k]), cellRow(m.last[k])
			top[k], bottom[k] = min(a, b), max(a, b)
			counts[k] = make([]uint32, (bottom[k]-top[k]+1)*g.cols)
		}
	}
	for _, s := range m.spikes {
		x := min(g.cols-1, int((s.t-m.lo)/(m.hi-m.lo)*float64(g.cols)))
		counts[s.pop][(cellRow(int(s.row))-top[s.pop])*g.cols+x]++
	}
	g.full = fullCount(counts)
	cellHeight := p.h / float64(g.rows)
	for k, n := range counts {
		if n == nil {
			continue
		}
		img := shade(n, g, palette[k%len(palette)])
		y := p.y + float64(top[k])*cellHeight
		if err := p.c.picture(img, p.x, y, p.w, float64(bottom[k]-top[k]+1)*cellHeight, fmt.Sprintf(`class="i%d"`, k%len(palette))); err != nil {
			return g, err
		}
	}
	return g, nil
}

// maxShades keeps images small: they hold few distinct pixels.
const maxShades = 15

// fullCount is the 99th percentile of the counts that are not zero.
func fullCount(counts [][]uint32) int {
	var occupied []uint32
	for _, n := range counts {
		for _, v := range n {
			if v > 0 {
				occupied = append(occupied, v)
			}
		}
	}
	if len(occupied) == 0 {
		return 1
	}
	slices.Sort(occupied)
	return int(occupied[(len(occupied)-1)*99/100])
}

// shade turns counts into an image of one colour: nothing where nothing
// fired, a quarter of the opacity for the smallest count, all of it from
// g.full on.
func shade(counts []uint32, g grid, col color.NRGBA) image.Image {
	n := min(g.full, maxShades)
	colours := make(color.Palette, n+1)
	colours[0] = color.NRGBA{}
	for i := 1; i <= n; i++ {
		c := col
		c.A = 255
		if n > 1 {
			c.A = uint8(math.Round(255 * (0.25 + 0.75*float64(i-1)/float64(n-1))))
		}
		colours[i] = c
	}
	img := image.NewPaletted(image.Rect(0, 0, g.cols, len(counts)/g.cols), colours)
	for i, v := range counts {
		if v == 0 {
			continue
		}
		step := 1
		if g.full > 1 {
			step = 1 + int(math.Round(float64(n-1)*float64(min(int(v), g.full)-1)/float64(g.full-1)))
		}
		img.Pix[i] = uint8(step)
	}
	return img
}
