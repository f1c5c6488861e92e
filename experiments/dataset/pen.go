package dataset

import "math"

// side is the edge of a generated image in pixels, as in MNIST.
const side = 28

// point is a place on the pen's path with the pen's half width there, in
// pixels once the path has been laid onto the image.
type point struct{ x, y, r float64 }

// flatness is the number of straight pieces that stand for one Bezier segment:
// at the size of a digit a piece is then shorter than a pixel or so.
const flatness = 6

// appendPath appends to dst the path of a stroke as a chain of points. Between
// two corners the knots are joined by a cubic Bezier spline with centripetal
// Catmull-Rom tangents, which makes no loops between unevenly spaced knots
// (C. Yuksel, S. Schaefer, J. Keyser, Parameterization and applications of
// Catmull-Rom curves, Computer-Aided Design 43 (2011) 747-755).
func appendPath(dst []point, knots []knot) []point {
	for first := 0; first+1 < len(knots); {
		last := first + 1
		for last+1 < len(knots) && !knots[last].corner {
			last++
		}
		dst = appendSpline(dst, knots[first:last+1])
		first = last
	}
	return dst
}

// appendSpline appends the smooth curve through all the knots given.
func appendSpline(dst []point, q []knot) []point {
	n := len(q)
	for i := 0; i+1 < n; i++ {
		a, b := q[i], q[i+1]
		var ax, ay, bx, by float64 // tangents at both ends, per unit of the segment
		h := span(a, b)
		if i > 0 {
			ax, ay = tangent(q[i-1], a, b, h)
		}
		if i+2 < n {
			bx, by = tangent(a, b, q[i+2], h)
		}
		// At a free end the curve runs out with no bend (natural end).
		switch {
		case i == 0 && i+2 >= n:
			ax, ay = b.x-a.x, b.y-a.y
			bx, by = ax, ay
		case i == 0:
			ax, ay = 1.5*(b.x-a.x)-0.5*bx, 1.5*(b.y-a.y)-0.5*by
		case i+2 >= n:
			bx, by = 1.5*(b.x-a.x)-0.5*ax, 1.5*(b.y-a.y)-0.5*ay
		}
		dst = appendBezier(dst, a, knot{x: a.x + ax/3, y: a.y + ay/3}, knot{x: b.x - bx/3, y: b.y - by/3}, b, i == 0)
	}
	return dst
}

// span is the centripetal parameter distance of two knots, the square root of
// their distance; never zero, so that two knots in one place do no harm.
func span(a, b knot) float64 {
	return math.Sqrt(math.Max(math.Hypot(b.x-a.x, b.y-a.y), 1e-6))
}

// tangent is the derivative at b of the parabola through a, b and d in
// centripetal parameters, times the span h of the segment in question.
func tangent(a, b, d knot, h float64) (x, y float64) {
	p, q := span(a, b), span(b, d)
	u, v := h*q/(p*(p+q)), h*p/(q*(p+q))
	return u*(b.x-a.x) + v*(d.x-b.x), u*(b.y-a.y) + v*(d.y-b.y)
}

func appendBezier(dst []point, a, b, c, d knot, withStart bool) []point {
	from := 1
	if withStart {
		from = 0
	}
	for i := from; i <= flatness; i++ {
		t := float64(i) / flatness
		s := 1 - t
		wa, wb, wc, wd := s*s*s, 3*s*s*t, 3*s*t*t, t*t*t
		dst = append(dst, point{
			x: wa*a.x + wb*b.x + wc*c.x + wd*d.x,
			y: wa*a.y + wb*b.y + wc*c.y + wd*d.y,
		})
	}
	return dst
}

// canvas is the grey image under the pen: ink from 0 (paper) to 1.
type canvas [side * side]float64

// draw lays the ink of a path onto the canvas. A pixel's ink is the part of it
// that lies under the pen, taken from the distance of its centre to the edge
// of the line; where strokes cross, the darker one counts.
func (c *canvas) draw(path []point) {
	for i := 0; i+1 < len(path); i++ {
		a, b := path[i], path[i+1]
		reach := math.Max(a.r, b.r) + 0.5
		x0, x1 := pixelRange(a.x, b.x, reach)
		y0, y1 := pixelRange(a.y, b.y, reach)
		dx, dy, dr := b.x-a.x, b.y-a.y, b.r-a.r
		inv := 0.0
		if l := dx*dx + dy*dy; l > 0 {
			inv = 1 / l
		}
		for y := y0; y < y1; y++ {
			row := c[y*side : (y+1)*side]
			py := float64(y) + 0.5 - a.y
			for x := x0; x < x1; x++ {
				px := float64(x) + 0.5 - a.x
				t := (px*dx + py*dy) * inv
				t = max(0, min(1, t))
				ex, ey := px-t*dx, py-t*dy
				edge := a.r + t*dr + 0.5
				d2 := ex*ex + ey*ey
				if d2 >= edge*edge {
					continue
				}
				if ink := min(1, edge-math.Sqrt(d2)); ink > row[x] {
					row[x] = ink
				}
			}
		}
	}
}

// pixelRange is the half-open range of pixels whose centres lie within reach
// of the interval from a to b.
func pixelRange(a, b, reach float64) (from, to int) {
	if a > b {
		a, b = b, a
	}
	from = int(math.Ceil(a - reach - 0.5))
	to = int(math.Floor(b+reach-0.5)) + 1
	return max(0, from), min(side, to)
}

// blur spreads the ink to the neighbouring pixels with the kernel (w, 1-2w, w)
// in both directions; w from 0 (none) to 1/3 (strong). Ink beyond the edge is lost.
func (c *canvas) blur(w float64) {
	var row [side + 2]float64
	for y := range side {
		line := c[y*side : (y+1)*side]
		copy(row[1:], line)
		for x := range line {
			line[x] = row[x+1] + w*(row[x]-2*row[x+1]+row[x+2])
		}
	}
	above := [side]float64{}
	for y := range side {
		line := c[y*side : (y+1)*side]
		for x, v := range line {
			below := 0.0
			if y+1 < side {
				below = c[(y+1)*side+x]
			}
			line[x] = v + w*(above[x]-2*v+below)
			above[x] = v
		}
	}
}
