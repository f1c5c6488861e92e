package viz

import (
	"fmt"
	"image"
	"io"
	"math"
)

// ImageGrid draws small grey images in rows, for instance samples of a
// data set with their classes.
type ImageGrid struct {
	Title   string
	Caption string
	Desc    string
	ID      string
	Size    Size

	Images  []Image
	Columns int // images in a row; 0: as many as look well
	// Ink draws 255 black and 0 white, as on paper; otherwise 255 is white.
	Ink bool
}

// Image is a grey picture, row by row from the top left.
type Image struct {
	Pixels        []uint8 // Width*Height values, 0 to 255
	Width, Height int
	Label         string // below the image
	// Flagged marks an image, for instance a misclassified one, with a thick
	// frame and a star before its label.
	Flagged bool
}

// Render writes the figure as SVG.
func (g ImageGrid) Render(w io.Writer) error {
	if g.Columns < 0 || g.Columns > 200 {
		return fieldError("Columns", g.Columns, "use 1 to 200, or 0 to have it chosen")
	}
	if len(g.Images) > 10000 {
		return fieldError("len(Images)", len(g.Images), "at most 10000 images can be drawn; choose a sample")
	}
	aspect, labelled := 1.0, false
	for i, m := range g.Images {
		name := fmt.Sprintf("Images[%d]", i)
		if m.Width < 1 || m.Height < 1 || m.Width > 4096 || m.Height > 4096 {
			return fieldError(name+" size", fmt.Sprintf("%dx%d", m.Width, m.Height), "width and height are 1 to 4096")
		}
		if len(m.Pixels) != m.Width*m.Height {
			return fieldError("len("+name+".Pixels)", len(m.Pixels), fmt.Sprintf("%dx%d needs %d", m.Width, m.Height, m.Width*m.Height))
		}
		a := float64(m.Height) / float64(m.Width)
		if i == 0 || a > aspect {
			aspect = a
		}
		labelled = labelled || m.Label != "" || m.Flagged
	}
	c, err := newCanvas(frame{g.Title, g.Caption, g.Desc, g.ID, g.Size})
	if err != nil {
		return err
	}
	if len(g.Images) == 0 {
		c.label(c.size.Width/2, c.y+30, "no images", "middle", inkSoft, `font-style="italic"`)
		c.y += 60
		return c.finish(w, "Empty image grid.", nil)
	}
	cols := g.Columns
	if cols == 0 {
		cols = min(len(g.Images), max(1, int(c.size.Width/72)))
	}
	gap := c.font() * 0.8
	cell := (c.size.Width - 2*c.pad - gap*float64(cols-1)) / float64(cols)
	if cell < 4 {
		return fieldError("Columns", cols, "the images would be narrower than 4 px; use fewer columns or a wider Size")
	}
	cell = math.Floor(math.Min(cell, 160))
	rowHeight := math.Round(cell*aspect + gap)
	if labelled {
		rowHeight += math.Round(c.font() * 1.4)
	}
	flagged := 0
	for i, m := range g.Images {
		x := math.Round(c.pad + float64(i%cols)*(cell+gap))
		y := math.Round(c.y + float64(i/cols)*rowHeight)
		if err := g.draw(c, m, x, y, cell); err != nil {
			return err
		}
		if m.Flagged {
			flagged++
		}
	}
	c.y += rowHeight * float64((len(g.Images)+cols-1)/cols)
	about := fmt.Sprintf("Grid of %s.", plural(len(g.Images), "image"))
	var labels string
	for _, m := range g.Images[:min(len(g.Images), 100)] {
		if m.Label != "" {
			labels += ", " + m.Label
		}
	}
	if labels != "" {
		about += " Labels in order: " + labels[2:] + "."
	}
	if flagged > 0 {
		about += " " + plural(flagged, "image") + " flagged."
	}
	return c.finish(w, about, nil)
}

func (g ImageGrid) draw(c *canvas, m Image, x, y, cell float64) error {
	img := image.NewGray(image.Rect(0, 0, m.Width, m.Height))
	copy(img.Pix, m.Pixels)
	if g.Ink {
		for i, v := range img.Pix {
			img.Pix[i] = 255 - v
		}
	}
	h := cell * float64(m.Height) / float64(m.Width)
	if err := c.picture(img, x, y, cell, h); err != nil {
		return err
	}
	label := m.Label
	frameInk, width := inkSoft.stroke(), `stroke-width="1"`
	if m.Flagged {
		frameInk, width = seriesStroke(1), `stroke-width="2.5"`
		label = "★ " + label
	}
	c.Rect(x, y, cell, h, frameInk, width)
	if label != "" {
		c.label(x+cell/2, y+h+c.font()*1.2, shorten(label, c.font(), cell+c.font()*0.6), "middle", inkText)
	}
	return nil
}
