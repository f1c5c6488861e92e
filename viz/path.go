package viz

import (
	"math"
	"strconv"
)

// path builds path data in tenths of a px with relative commands. Positions
// are rounded before they are subtracted, so no error accumulates.
type path struct {
	b      []byte
	x, y   int  // current position
	x0, y0 int  // start of the stroke, where closing it returns to
	last   byte // command in force: a further pair of it needs no letter
}

func tenth(v float64) int { return int(math.Round(math.Max(-1e6, math.Min(1e6, v*10)))) }

func (p *path) pair(cmd byte, dx, dy int) {
	if p.last != cmd {
		p.b = append(p.b, cmd)
	} else if dx >= 0 {
		p.b = append(p.b, ' ')
	}
	p.b = strconv.AppendInt(p.b, int64(dx), 10)
	if dy >= 0 {
		p.b = append(p.b, ' ')
	}
	p.b = strconv.AppendInt(p.b, int64(dy), 10)
	p.last = cmd
}

func (p *path) moveTenths(x, y int) {
	if len(p.b) == 0 {
		p.pair('M', x, y)
	} else {
		p.last = 0
		p.pair('m', x-p.x, y-p.y)
		p.last = 'l' // pairs that follow a relative move are relative lines
	}
	p.x, p.y, p.x0, p.y0 = x, y, x, y
}

// move begins a new stroke at a position in px.
func (p *path) move(x, y float64) { p.moveTenths(tenth(x), tenth(y)) }

// line draws to a position in px, or nothing if it rounds to the same place.
func (p *path) line(x, y float64) {
	ix, iy := tenth(x), tenth(y)
	if ix == p.x && iy == p.y {
		return
	}
	p.pair('l', ix-p.x, iy-p.y)
	p.x, p.y = ix, iy
}

// dot makes a stroke without length visible (with round caps).
func (p *path) dot() {
	p.b = append(p.b, 'h', '0')
	p.last = 0
}

// bar draws a vertical mark of length h downwards; all in tenths of a px.
func (p *path) bar(x, y, h int) {
	p.moveTenths(x, y)
	p.b = append(p.b, 'v')
	p.b = strconv.AppendInt(p.b, int64(h), 10)
	p.y, p.last = y+h, 0
}

// close returns to the start of the stroke.
func (p *path) close() {
	p.b = append(p.b, 'z')
	p.x, p.y, p.last = p.x0, p.y0, 0
}

func (p *path) empty() bool { return len(p.b) == 0 }
