package viz

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
)

// Space draws neurons at their places in space, in parallel projection: for
// instance a liquid whose neurons are coloured and sized by their activity.
type Space struct {
	Title   string
	Caption string
	Desc    string
	ID      string
	Size    Size

	At     [][3]float64 // place of each neuron
	Values []float64    // what colours it, as many as At; NaN: no data
	// Groups give neurons one shape each, circles first; none: circles.
	Groups  []SpaceGroup
	X, Y, Z Axis // labels and units; their ranges are those of the places
	// Label and Unit belong to the colour bar; Low and High are the values of
	// its ends, both 0: from the data.
	Label, Unit string
	Low, High   float64
	// Turn and Tilt are the angles of view in degrees: round the vertical,
	// and from above. Both 0: 32 and 20.
	Turn, Tilt float64
}

// SpaceGroup is a group of neurons with consecutive indices.
type SpaceGroup struct {
	Name        string
	First, Size int
}

// maxPoints is the number of neurons up to which all are drawn.
const maxPoints = 4000

// view turns places into px.
type view struct {
	lo, hi             [3]float64 // of the box
	least, most        [3]float64 // of the places
	sin, cos, up, over float64    // of turn and of tilt
	x, y, scale        float64
}

// Render writes the figure as SVG.
func (s Space) Render(w io.Writer) error {
	if err := s.validate(); err != nil {
		return err
	}
	c, err := newCanvas(frame{s.Title, s.Caption, s.Desc, s.ID, s.Size})
	if err != nil {
		return err
	}
	if len(s.Groups) > 1 {
		s.legend(c)
	}
	m := &heat{HeatMap: HeatMap{Label: s.Label, Unit: s.Unit, Low: s.Low, High: s.High}}
	var e extent
	for _, v := range s.Values {
		if finite(v) {
			e.add(v)
		} else {
			m.missing++
		}
	}
	m.any = e.any
	m.colourRange(e)
	var notes []string
	every := (len(s.At) + maxPoints - 1) / maxPoints
	if every > 1 {
		notes = append(notes, fmt.Sprintf("Shown is one of %d neurons, of %s in all.", every, group(len(s.At))))
	}
	if m.missing > 0 && m.any {
		notes = append(notes, fmt.Sprintf("Grey: no data (%s).", plural(m.missing, "neuron")))
	}
	right := m.barRoom(c)
	p := &panel{c: c, x: c.pad, y: c.y, w: c.size.Width - c.pad - right, h: c.room(460, 0, notes)}
	if len(s.At) == 0 {
		p.say("no neurons")
		c.y += p.h
		return c.finish(w, "Empty picture of neurons in space.", notes)
	}
	v := s.look(p)
	s.box(c, v)
	s.points(c, v, m, every)
	if m.any {
		m.drawBar(c, p, right)
	}
	c.y += p.h
	return c.finish(w, s.about(e), notes)
}

func (s Space) validate() error {
	if len(s.Values) != len(s.At) {
		return lengthError("Values", len(s.Values), "At", len(s.At))
	}
	for i, q := range s.At {
		for k, x := range q {
			if !finite(x) {
				return fieldError(fmt.Sprintf("At[%d][%d]", i, k), x, "places are finite")
			}
		}
	}
	if err := (Axis{Min: s.Low, Max: s.High}).validate("Low, High as"); err != nil {
		return err
	}
	for i, g := range s.Groups {
		if g.First < 0 || g.Size < 0 || g.First+g.Size > len(s.At) {
			return fieldError(fmt.Sprintf("Groups[%d]", i), g, fmt.Sprintf("its neurons must be among the %d of At", len(s.At)))
		}
	}
	if !finite(s.Turn) || !(math.Abs(s.Tilt) <= 90) {
		return fieldError("Turn, Tilt", [2]float64{s.Turn, s.Tilt}, "use degrees, Tilt from -90 to 90")
	}
	return nil
}

func (s Space) legend(c *canvas) {
	x, base := c.pad, c.y+c.font()
	for i, g := range s.Groups {
		name := orElse(g.Name, fmt.Sprintf("group %d", i+1))
		var d path
		shape(&d, i, x+c.font()*0.5, base-c.font()*0.35, c.font()*0.42)
		c.draw(&d, 1, inkSoft.fill())
		c.label(x+c.font()*1.4, base, name, "start", inkText)
		x += c.font()*2.9 + textWidth(name, c.font())
	}
	c.y = math.Round(base + c.font()*0.6)
}

// shape adds the outline of group i: circle, square, triangle, diamond.
func shape(d *path, i int, x, y, r float64) {
	corners := [...]int{12, 4, 3, 4}[i%4]
	start := [...]float64{0, math.Pi / 4, -math.Pi / 2, 0}[i%4]
	r *= [...]float64{1, 1.15, 1.3, 1.2}[i%4]
	for k := range corners {
		a := start + 2*math.Pi*float64(k)/float64(corners)
		if px, py := x+r*math.Cos(a), y+r*math.Sin(a); k == 0 {
			d.move(px, py)
		} else {
			d.line(px, py)
		}
	}
	d.close()
}

// look fits the box of all places into the panel.
func (s Space) look(p *panel) view {
	v := view{least: s.At[0], most: s.At[0]}
	for _, q := range s.At {
		for k, x := range q {
			v.least[k], v.most[k] = math.Min(v.least[k], x), math.Max(v.most[k], x)
		}
	}
	for k := range v.lo { // room around the outermost neurons, and for a flat sheet
		d := math.Max((v.most[k]-v.least[k])*0.05, 1e-9)
		v.lo[k], v.hi[k] = v.least[k]-d, v.most[k]+d
	}
	turn, tilt := s.Turn, s.Tilt
	if turn == 0 && tilt == 0 {
		turn, tilt = 32, 20
	}
	v.sin, v.cos = math.Sincos(turn * math.Pi / 180)
	v.up, v.over = math.Sincos(tilt * math.Pi / 180)
	v.scale = 1
	var ex, ey extent
	for k := range 8 {
		x, y, _ := v.at(v.corner(k))
		ex.add(x)
		ey.add(y)
	}
	margin := p.c.font() * 2 // of the labels
	v.scale = math.Min((p.w-2*margin)/(ex.max-ex.min), (p.h-2*margin)/(ey.max-ey.min))
	v.x = p.x + p.w/2 - v.scale*(ex.min+ex.max)/2
	v.y = p.y + p.h/2 - v.scale*(ey.min+ey.max)/2
	return v
}

// at is the px of a place, and its depth: larger is nearer.
func (v view) at(q [3]float64) (x, y, depth float64) {
	across := q[0]*v.cos - q[1]*v.sin
	away := q[0]*v.sin + q[1]*v.cos
	return v.x + v.scale*across, v.y - v.scale*(q[2]*v.over+away*v.up), q[2]*v.up - away*v.over
}

// corner k of the box: bit 0 is the upper end of x, and so on.
func (v view) corner(k int) (q [3]float64) {
	for i := range q {
		if q[i] = v.lo[i]; k>>i&1 == 1 {
			q[i] = v.hi[i]
		}
	}
	return q
}

// box draws the edges of the box behind the neurons, and labels three of them.
func (s Space) box(c *canvas, v view) {
	nearest, best := 0, math.Inf(-1)
	for k := range 8 {
		if _, _, d := v.at(v.corner(k)); d > best {
			nearest, best = k, d
		}
	}
	var edges path
	for k := range 8 {
		for i := range 3 {
			if o := k ^ 1<<i; o > k && k != nearest && o != nearest {
				x, y, _ := v.at(v.corner(k))
				edges.move(x, y)
				x, y, _ = v.at(v.corner(o))
				edges.line(x, y)
			}
		}
	}
	c.draw(&edges, 1, inkGrid.stroke())
	mx, my, _ := v.at([3]float64{(v.lo[0] + v.hi[0]) / 2, (v.lo[1] + v.hi[1]) / 2, (v.lo[2] + v.hi[2]) / 2})
	for i, a := range [...]Axis{s.X, s.Y, s.Z} {
		k := s.labelled(v, i)
		x0, y0, _ := v.at(v.corner(k))
		x1, y1, _ := v.at(v.corner(k | 1<<i))
		// Labels stand outside: away from the middle, square to the edge.
		nx, ny := y1-y0, x0-x1
		if n := math.Hypot(nx, ny); n > 0 {
			nx, ny = nx/n, ny/n
		}
		if (x0+x1)/2*nx+(y0+y1)/2*ny < mx*nx+my*ny {
			nx, ny = -nx, -ny
		}
		anchor := "middle"
		if nx > 0.5 {
			anchor = "start"
		} else if nx < -0.5 {
			anchor = "end"
		}
		put := func(along, off float64, text string, in ink) {
			c.label(x0+(x1-x0)*along+nx*off*c.font(), y0+(y1-y0)*along+ny*off*c.font()+c.font()*0.35, text, anchor, in)
		}
		put(0.09, 0.9, number(v.least[i], 4), inkSoft)
		put(0.91, 0.9, number(v.most[i], 4), inkSoft)
		put(0.5, 1, orElse(a.text(0), [...]string{"x", "y", "z"}[i]), inkText)
	}
}

// labelled is the lower corner of the edge along axis i that carries its
// label: the lowest one on the page, and for the vertical the leftmost.
func (s Space) labelled(v view, i int) int {
	best, where := math.Inf(-1), 0
	for k := range 8 {
		if k>>i&1 == 1 {
			continue
		}
		x0, y0, _ := v.at(v.corner(k))
		x1, y1, _ := v.at(v.corner(k | 1<<i))
		low := y0 + y1
		if i == 2 {
			low = -x0 - x1
		}
		if low > best+1e-6 {
			best, where = low, k
		}
	}
	return where
}

// points draws the neurons, far ones first, larger where the value is higher.
func (s Space) points(c *canvas, v view, m *heat, every int) {
	type mark struct {
		i           int
		x, y, depth float64
	}
	var marks []mark
	for i := 0; i < len(s.At); i += every {
		x, y, depth := v.at(s.At[i])
		marks = append(marks, mark{i, x, y, depth})
	}
	slices.SortStableFunc(marks, func(a, b mark) int { return cmp.Compare(a.depth, b.depth) })
	// As large as leaves the lattice visible.
	largest := v.scale * math.Cbrt((v.hi[0]-v.lo[0])*(v.hi[1]-v.lo[1])*(v.hi[2]-v.lo[2])/float64(len(marks))) * 0.32
	largest = math.Max(1.2, math.Min(largest, c.font()*0.8))
	c.Group(fmt.Sprintf(`class="ms" stroke="%s" stroke-width="%.3g"`, inkSoft.light, 0.5))
	for _, k := range marks {
		r := largest * 0.35
		if x := s.Values[k.i]; finite(x) {
			r = largest * (0.35 + 0.65*math.Sqrt(math.Max(0, math.Min(1, m.bar.px(x)))))
		}
		kind := 0
		for g, of := range s.Groups {
			if k.i >= of.First && k.i < of.First+of.Size {
				kind = g
			}
		}
		fill := `fill="` + hex(m.colour(s.Values[k.i])) + `"`
		if kind%4 == 0 {
			c.Circle(k.x, k.y, r, fill)
			continue
		}
		var d path
		shape(&d, kind, k.x, k.y, r)
		c.draw(&d, 0.5, fill)
	}
	c.Gend()
}

func (s Space) about(e extent) string {
	t := fmt.Sprintf("Projection of %s in space", plural(len(s.At), "neuron"))
	if e.any {
		t += fmt.Sprintf("; %s from %s to %s", orElse(Axis{Label: s.Label, Unit: s.Unit}.text(0), "values"), number(e.min, 3), number(e.max, 3))
	}
	for i, g := range s.Groups {
		sum, n := 0.0, 0
		for _, v := range s.Values[g.First : g.First+g.Size] {
			if finite(v) {
				sum += v
				n++
			}
		}
		if n > 0 {
			t += fmt.Sprintf("; %s: %s, mean %s", orElse(g.Name, fmt.Sprintf("group %d", i+1)), plural(g.Size, "neuron"), number(sum/float64(n), 3))
		}
	}
	return t + "."
}
