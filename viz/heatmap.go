package viz

import (
	"fmt"
	"image/color"
	"io"
	"math"
)

// HeatMap draws a matrix as colours: a confusion matrix, weights,
// connectivity, a sweep over two parameters.
type HeatMap struct {
	Title   string
	Caption string
	Desc    string
	ID      string
	Size    Size

	Values [][]float64 // rows of equal length; NaN: no data
	X, Y   Axis        // labels; Min and Max, if set, are the outer edges of the matrix
	// Columns and Rows label the cells instead of numbers.
	Columns, Rows []string
	// Up puts row 0 at the bottom, as on a plot; otherwise it is at the top,
	// as in a matrix.
	Up bool
	// Label and Unit belong to the colour bar.
	Label, Unit string
	// Low and High are the values of the ends of the colours; both 0: from
	// the data. Values beyond are drawn in the end colour.
	Low, High float64
	Log       bool // colours by the logarithm; values of zero and below as no data
	// Diverging uses a map with white at zero, for weights of both signs.
	Diverging bool
	// Counts writes the value into each cell.
	Counts bool
}

// noData is the grey of missing cells.
var noData = color.NRGBA{0xb4, 0xba, 0xc2, 255}

// heat is a heat map with its colours worked out.
type heat struct {
	HeatMap
	rows, cols int
	bar        scale // value to [0, 1]
	table      []color.NRGBA
	missing    int
	clipped    int
	any        bool
	// Large matrices are drawn by the means of blocks of entries.
	blockX, blockY int
	means          [][]float64
}

// Render writes the figure as SVG.
func (h HeatMap) Render(w io.Writer) error {
	m, err := h.prepare()
	if err != nil {
		return err
	}
	c, err := newCanvas(frame{h.Title, h.Caption, h.Desc, h.ID, h.Size})
	if err != nil {
		return err
	}
	var notes []string
	if m.missing > 0 && m.any {
		notes = append(notes, fmt.Sprintf("Grey: no data (%s).", plural(m.missing, "cell")))
	}
	if m.clipped > 0 {
		notes = append(notes, fmt.Sprintf("%s beyond the ends of the colour bar.", plural(m.clipped, "cell")))
	}
	p, below, right := m.layout(c, notes)
	m.group(p)
	if m.blockX*m.blockY > 1 {
		notes = append(notes, fmt.Sprintf("Each pixel shows the mean of %d × %d entries.", m.blockY, m.blockX))
		p, below, right = m.layout(c, notes)
	}
	if !m.any {
		p.say("no data")
	} else {
		if err := m.drawCells(p); err != nil {
			return err
		}
		m.drawBar(c, p, right)
	}
	var edge path
	edge.move(p.x, p.y)
	edge.line(p.x+p.w, p.y)
	edge.line(p.x+p.w, p.y+p.h)
	edge.line(p.x, p.y+p.h)
	edge.close()
	c.draw(&edge, 1, inkSoft.stroke())
	m.axes(p)
	c.y = p.y + p.h + below
	return c.finish(w, m.about(), notes)
}

func (h HeatMap) prepare() (*heat, error) {
	m := &heat{HeatMap: h, rows: len(h.Values)}
	if m.rows > 0 {
		m.cols = len(h.Values[0])
	}
	for i, row := range h.Values {
		if len(row) != m.cols {
			return nil, lengthError("Values[0]", m.cols, fmt.Sprintf("Values[%d]", i), len(row))
		}
	}
	if h.Columns != nil && len(h.Columns) != m.cols {
		return nil, lengthError("Columns", len(h.Columns), "each row of Values", m.cols)
	}
	if h.Rows != nil && len(h.Rows) != m.rows {
		return nil, lengthError("Rows", len(h.Rows), "Values", m.rows)
	}
	if h.X.Log || h.Y.Log {
		return nil, fieldError("X.Log, Y.Log", true, "cells are equally wide; label Columns and Rows instead")
	}
	if h.Log && h.Diverging {
		return nil, fieldError("Log", true, "a diverging map has values of both signs; choose one of Log and Diverging")
	}
	z := Axis{Log: h.Log, Min: h.Low, Max: h.High}
	if err := z.validate("Low, High as"); err != nil {
		return nil, err
	}
	if err := h.X.validate("X"); err != nil {
		return nil, err
	}
	if err := h.Y.validate("Y"); err != nil {
		return nil, err
	}
	var e extent
	for _, row := range h.Values {
		for _, v := range row {
			if !z.shows(v) {
				m.missing++
				continue
			}
			e.add(v)
			if h.Low < h.High && (v < h.Low || v > h.High) {
				m.clipped++
			}
		}
	}
	m.any = e.any
	m.colourRange(e)
	return m, nil
}

// colourRange sets the ends of the colour bar.
func (m *heat) colourRange(e extent) {
	lo, hi := Axis{Log: m.Log, Min: m.Low, Max: m.High}.rangeOf(e, 0)
	m.table = viridis
	if m.Diverging {
		m.table = diverging
		top := math.Max(math.Abs(lo), math.Abs(hi))
		lo, hi = -top, top
	}
	m.bar = newScale(lo, hi, m.Log, 0, 1)
}

func (m *heat) colour(v float64) color.NRGBA {
	if z := (Axis{Log: m.Log}); !z.shows(v) {
		return noData
	}
	return mapColor(m.table, m.bar.px(v))
}

// axisRange is the range the numbers along an edge run over.
func axisRange(a Axis, n int) (lo, hi float64) {
	if a.Min < a.Max {
		return a.Min, a.Max
	}
	return 0, math.Max(1, float64(n))
}

// layout finds the place of the matrix; right is the width kept free for the
// colour bar.
func (m *heat) layout(c *canvas, notes []string) (p *panel, below, right float64) {
	xlo, xhi := axisRange(m.X, m.cols)
	ylo, yhi := axisRange(m.Y, m.rows)
	if !m.Up {
		ylo, yhi = yhi, ylo
	}
	longest := 0.0
	for _, s := range m.Columns {
		longest = math.Max(longest, textWidth(s, c.font()))
	}
	right = m.barRoom(c)
	left := c.gutter(m.Y, min(ylo, yhi), max(ylo, yhi), 300)
	if m.Rows != nil {
		widest := 0.0
		for _, s := range m.Rows {
			widest = math.Max(widest, textWidth(s, c.font()))
		}
		left = c.pad + math.Min(widest, c.size.Width/4) + c.font()*0.8
		if m.Y.text(0) != "" {
			left += c.font() * 1.6
		}
	}
	width := c.size.Width - left - right
	below = c.belowX(m.X.text(0))
	if m.Columns != nil && longest > width/float64(max(1, m.cols))*0.95 {
		below += math.Min(longest, c.size.Width/4) - c.font()*0.5 // labels stand upright
	}
	// Square cells if they fit, else the matrix fills the room.
	height := c.room(420, below, notes)
	if m.rows > 0 && m.cols > 0 {
		ratio := float64(m.rows) / float64(m.cols)
		if ratio > 0.25 && ratio < 4 {
			if width*ratio <= height {
				height = math.Max(60, width*ratio)
			} else if w := height / ratio; w >= 120 {
				width = w
			}
		}
	}
	return newPanel(c, math.Round(left), math.Round(c.y), math.Round(width), math.Round(height), m.X, m.Y, xlo, xhi, ylo, yhi), below, right
}

// barRoom is the width that the colour bar needs, with its labels.
func (m *heat) barRoom(c *canvas) (w float64) {
	bar, _, _ := m.bar.ticks(6)
	for _, t := range bar {
		w = math.Max(w, textWidth(t.label, c.font()))
	}
	w += 14 + 16 + tickLength + c.font()*0.4 + c.pad
	if m.barLabel() != "" {
		w += c.font() * 1.6
	}
	return w
}

func (m *heat) barLabel() string {
	_, _, exp := m.bar.ticks(6)
	return Axis{Label: m.Label, Unit: m.Unit}.text(exp)
}
