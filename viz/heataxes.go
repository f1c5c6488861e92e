package viz

import (
	"fmt"
	"math"
)

// axes labels the edges of the matrix, with words or numbers.
func (m *heat) axes(p *panel) {
	c := p.c
	if m.Rows == nil {
		p.left()
	} else {
		ch := p.h / float64(max(1, m.rows))
		every := max(1, int(math.Ceil(c.font()*1.1/ch)))
		for r := 0; r < m.rows; r += every {
			y := p.y + (float64(r)+0.5)*ch
			if m.Up {
				y = p.y + p.h - (float64(r)+0.5)*ch
			}
			c.label(p.x-c.font()*0.4, y+c.font()*0.35, shorten(m.Rows[r], c.font(), c.size.Width/4), "end", inkSoft)
		}
		if s := m.Y.text(0); s != "" {
			p.vertical(s, c.pad+c.font()*0.85)
		}
	}
	if m.Columns == nil {
		p.bottom(true)
		return
	}
	m.columnLabels(p)
}

// columnLabels writes the column names, upright if they are wider than the
// cells.
func (m *heat) columnLabels(p *panel) {
	c := p.c
	cw := p.w / float64(max(1, m.cols))
	longest := 0.0
	for _, s := range m.Columns {
		longest = math.Max(longest, textWidth(s, c.font()))
	}
	upright := longest > cw*0.95
	every := 1
	if upright {
		every = max(1, int(math.Ceil(c.font()*1.1/cw)))
	}
	base := p.y + p.h + c.font()*0.5
	for k := 0; k < m.cols; k += every {
		x := p.x + (float64(k)+0.5)*cw
		if upright {
			s := shorten(m.Columns[k], c.font(), c.size.Width/4)
			c.Text(x+c.font()*0.35, base, s, inkSoft.fill(), `text-anchor="end"`, fmt.Sprintf(`transform="rotate(-90 %.1f %.1f)"`, x+c.font()*0.35, base))
		} else {
			c.label(x, base+c.font()*0.9, m.Columns[k], "middle", inkSoft)
		}
	}
	if s := m.X.text(0); s != "" {
		y := base + c.font()*2.5
		if upright {
			y = base + math.Min(longest, c.size.Width/4) + c.font()*1.5
		}
		c.label(p.x+p.w/2, y, s, "middle", inkText)
	}
}

func (m *heat) about() string {
	if !m.any {
		return "Empty heat map."
	}
	s := fmt.Sprintf("Heat map of %d rows and %d columns; %s from %s to %s.", m.rows, m.cols,
		orElse(m.barLabel(), "values"), number(m.bar.lo, 3), number(m.bar.hi, 3))
	if m.Counts && m.rows*m.cols <= 144 {
		for r, values := range m.Values {
			name := fmt.Sprintf("Row %d", r)
			if m.Rows != nil {
				name = "Row " + m.Rows[r]
			}
			s += " " + name + ":"
			for _, v := range values {
				s += " " + number(v, 3)
			}
			s += "."
		}
	}
	return s
}
