package viz

import (
	"fmt"
	"io"
	"math"
)

// PhasePlane draws a system of two variables: nullclines, trajectories, and
// arrows of the flow.
type PhasePlane struct {
	Title   string
	Caption string
	Desc    string
	ID      string
	Size    Size

	// X and Y are the two variables. Their ranges should be given: nullclines
	// may lead far out.
	X, Y Axis
	// Nullclines are where one of the variables stands still; Trajectories
	// are paths of the system. Values that are not finite interrupt a path,
	// as a reset does.
	Nullclines, Trajectories []Series
	// Flow is the direction in which the system moves at a point, in units of
	// the axes per time; nil: no arrows.
	Flow   func(x, y float64) (dx, dy float64)
	Lines  []RefLine  // for instance the value of a reset
	Points []RefPoint // for instance fixed points
	// PointsName names the points in the legend.
	PointsName string
}

// Render writes the figure as SVG.
func (f PhasePlane) Render(w io.Writer) error {
	series := append(append([]Series{}, f.Trajectories...), f.Nullclines...)
	var names []string
	for _, s := range series {
		names = append(names, s.Name)
	}
	line := Line{Title: f.Title, Caption: f.Caption, Desc: f.Desc, ID: f.ID, Size: f.Size, X: f.X, Y: f.Y,
		Series: series, Lines: f.Lines, Points: f.Points, PointsName: f.PointsName, gaps: true}
	if line.Desc == "" {
		line.Desc = fmt.Sprintf("Phase plane of %s over %s. Curves:", orElse(f.Y.text(0), "y"), orElse(f.X.text(0), "x"))
		for i, n := range names {
			if i > 0 {
				line.Desc += ","
			}
			line.Desc += " " + orElse(n, fmt.Sprintf("curve %d", i+1))
		}
		line.Desc += ". " + f.Caption
	}
	if f.Flow != nil {
		line.under = f.arrows
	}
	return line.Render(w)
}

// arrows draws the direction of the flow on a grid of points.
func (f PhasePlane) arrows(p *panel) {
	step := p.c.font() * 2.6
	nx, ny := max(3, int(p.w/step)), max(3, int(p.h/step))
	var d path
	for i := range nx {
		for k := range ny {
			x, y := p.x+p.w*(float64(i)+0.5)/float64(nx), p.y+p.h*(float64(k)+0.5)/float64(ny)
			dx, dy := f.Flow(p.xs.value(x), p.ys.value(y))
			// Directions are those on the page, where both axes have their own scale.
			dx, dy = dx*p.xs.slope(x), dy*p.ys.slope(y)
			n := math.Hypot(dx, dy)
			if !(n > 0) || math.IsInf(n, 0) {
				continue
			}
			dx, dy = dx/n*step*0.32, dy/n*step*0.32
			d.move(x-dx, y-dy)
			d.line(x+dx, y+dy)
			d.move(x+dx-0.45*dx-0.3*dy, y+dy-0.45*dy+0.3*dx)
			d.line(x+dx, y+dy)
			d.line(x+dx-0.45*dx+0.3*dy, y+dy-0.45*dy-0.3*dx)
		}
	}
	p.c.draw(&d, 0.9, inkSoft.stroke(), `stroke-opacity=".45"`)
}

// value is what stands at a px of the scale.
func (s scale) value(px float64) float64 {
	v := (px - s.a) / s.b
	if s.log {
		return math.Pow(10, v)
	}
	return v
}

// slope is the px per unit at a px of the scale.
func (s scale) slope(px float64) float64 {
	if s.log {
		return s.b / (s.value(px) * math.Ln10)
	}
	return s.b
}
