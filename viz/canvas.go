package viz

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"hash/fnv"
	"image"
	"image/png"
	"io"
	"math"
	"strings"

	svg "github.com/ajstarks/svgo/float"
)

// frame is what every figure has around its picture.
type frame struct {
	title, caption, desc, id string
	size                     Size
}

// prefixMark stands for the figure's prefix until the content is known. The
// bracket keeps it apart from all text, where brackets are escaped.
const prefixMark = "<@>"

// ink is a role in the picture: the class a style sheet addresses and the
// attribute for renderers that know no style sheets.
type ink struct{ class, light, variable, dark string }

var (
	inkText  = ink{"t", "#1f2328", "--viz-ink", "#e6edf3"}
	inkSoft  = ink{"m", "#57606a", "--viz-soft", "#9ea7b3"}
	inkGrid  = ink{"g", "#e3e7eb", "--viz-grid", "#30363d"}
	inkPaper = ink{"b", "#ffffff", "--viz-paper", "#0f1318"}
)

func (i ink) fill() string { return fmt.Sprintf(`class="%s" fill="%s"`, i.class, i.light) }
func (i ink) stroke() string {
	return fmt.Sprintf(`class="%ss" stroke="%s" fill="none"`, i.class, i.light)
}

// seriesFill and seriesStroke colour series number i.
func seriesFill(i int) string {
	k := i % len(palette)
	return fmt.Sprintf(`class="f%d" fill="%s"`, k, hex(palette[k]))
}

func seriesStroke(i int) string {
	k := i % len(palette)
	return fmt.Sprintf(`class="s%d" stroke="%s" fill="none"`, k, hex(palette[k]))
}

// seriesDash tells apart the series that share a colour.
func seriesDash(i int) string {
	return dashes[i/len(palette)%len(dashes)]
}

// canvas is a figure being drawn, from top to bottom. svgo ignores errors of
// its writer; it writes into a buffer, which has none, and finish hands the
// whole to the caller's writer at once and reports what that says.
type canvas struct {
	*svg.SVG
	frame
	buf   bytes.Buffer
	y     float64 // next free line
	clips int
	pad   float64
}

func newCanvas(f frame) (*canvas, error) {
	size, err := f.size.orDefault()
	if err != nil {
		return nil, err
	}
	f.size = size
	c := &canvas{frame: f, pad: math.Round(size.Font * 0.8)}
	c.SVG = svg.New(&c.buf)
	c.Decimals = 1
	c.y = c.pad
	if f.title != "" {
		big := c.font() * 1.2
		for _, line := range wrapText(f.title, big*boldWider, size.Width-2*c.pad) {
			c.Text(c.pad, c.y+big, line, inkText.fill(), `font-weight="600"`, fmt.Sprintf(`font-size="%.1f"`, big))
			c.y += big * 1.3
		}
		c.y = math.Round(c.y + c.pad*0.7)
	}
	return c, nil
}

func (c *canvas) font() float64 { return c.size.Font }

// label writes text with an anchor of start, middle or end.
func (c *canvas) label(x, y float64, s, anchor string, in ink, extra ...string) {
	attrs := []string{in.fill()}
	if anchor != "start" {
		attrs = append(attrs, `text-anchor="`+anchor+`"`)
	}
	c.Text(x, y, s, append(attrs, extra...)...)
}

// draw puts a path on the canvas; width is in px.
func (c *canvas) draw(p *path, width float64, attrs ...string) {
	if p.empty() {
		return
	}
	if width > 0 {
		attrs = append(attrs, fmt.Sprintf(`stroke-width="%.4g"`, width*10))
	}
	c.Path(string(p.b), append(attrs, `transform="scale(.1)"`)...)
}

// dash is a dash pattern given in px for paths in tenths.
func dash(px string) string {
	if px == "" {
		return ""
	}
	var parts []string
	for _, f := range strings.Fields(px) {
		parts = append(parts, f+"0")
	}
	return `stroke-dasharray="` + strings.Join(parts, " ") + `"`
}

// clip begins a group of which only the inside of a rectangle shows.
func (c *canvas) clip(x, y, w, h float64) {
	c.clips++
	id := fmt.Sprintf("%s-c%d", prefixMark, c.clips)
	c.ClipPath(`id="` + id + `"`)
	c.Rect(x, y, w, h)
	c.ClipEnd()
	c.Group(`clip-path="url(#` + id + `)"`)
}

// picture embeds an image and stretches it over a rectangle, without
// smoothing: its pixels are data.
func (c *canvas) picture(m image.Image, x, y, w, h float64, attrs ...string) error {
	var b bytes.Buffer
	enc := png.Encoder{CompressionLevel: png.BestCompression}
	if err := enc.Encode(&b, m); err != nil {
		return fmt.Errorf("viz: encoding an embedded image: %w", err)
	}
	size := m.Bounds().Size()
	c.Gtransform(fmt.Sprintf("translate(%.2f %.2f) scale(%.5f %.5f)", x, y, w/float64(size.X), h/float64(size.Y)))
	c.Image(0, 0, size.X, size.Y, "data:image/png;base64,"+base64.StdEncoding.EncodeToString(b.Bytes()),
		append(attrs, `preserveAspectRatio="none"`, `image-rendering="optimizeSpeed"`, `style="image-rendering:pixelated"`)...)
	c.Gend()
	return nil
}

// captionLines is the caption with the notes that the drawing added.
func (c *canvas) captionLines(notes []string) []string {
	parts := make([]string, 0, 1+len(notes))
	if c.caption != "" {
		parts = append(parts, c.caption)
	}
	parts = append(parts, notes...)
	return wrapText(strings.Join(parts, " "), c.captionSize(), c.size.Width-2*c.pad)
}

func (c *canvas) captionSize() float64 { return math.Max(c.font()*0.92, math.Min(c.font(), 11)) }

// room is the height left for panels: what the figure asks for, or what the
// fixed height of the size leaves above below px of labels and the caption.
func (c *canvas) room(want, below float64, notes []string) float64 {
	if c.size.Height == 0 {
		return math.Round(want * shrink(c.size.Width))
	}
	caption := 0.0
	if n := len(c.captionLines(notes)); n > 0 {
		caption = c.pad*0.6 + float64(n)*c.captionSize()*1.35
	}
	return math.Max(40, math.Floor(c.size.Height-c.y-below-caption-c.pad))
}

// finish writes caption, header and all that was drawn. about describes the
// picture to readers who do not see it, unless the figure has its own words.
func (c *canvas) finish(w io.Writer, about string, notes []string) error {
	if lines := c.captionLines(notes); len(lines) > 0 {
		c.y += c.pad * 0.6
		for _, line := range lines {
			c.y += c.captionSize() * 1.35
			c.label(c.pad, c.y-c.captionSize()*0.3, line, "start", inkSoft, fmt.Sprintf(`font-size="%.1f"`, c.captionSize()))
		}
	}
	height := math.Ceil(c.y + c.pad)
	if c.desc != "" {
		about = c.desc
	} else {
		about = strings.TrimSpace(strings.Join(append([]string{about, c.caption}, notes...), " "))
	}
	title := c.title
	if title == "" {
		title = "Figure"
	}

	var out bytes.Buffer
	head := svg.New(&out)
	head.Decimals = 1
	attrs := []string{
		fmt.Sprintf(`viewBox="0 0 %.1f %.1f"`, c.size.Width, height),
		`id="` + prefixMark + `" class="` + prefixMark + `" role="img"`,
		`aria-labelledby="` + prefixMark + `-t ` + prefixMark + `-d"`,
		fmt.Sprintf(`font-family="system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,'DejaVu Sans',sans-serif" font-size="%.4g"`, c.font()),
	}
	if c.size.Print {
		head.Startunit(c.size.Width/pxPerMM, height/pxPerMM, "mm", attrs...)
	} else {
		head.Start(c.size.Width, height, attrs...)
	}
	fmt.Fprintf(&out, `<title id="%s-t">%s</title>`+"\n", prefixMark, escape(title))
	fmt.Fprintf(&out, `<desc id="%s-d">%s</desc>`+"\n", prefixMark, escape(about))
	head.Style("text/css", styleSheet())
	head.Rect(0, 0, c.size.Width, height, inkPaper.fill())
	out.Write(c.buf.Bytes())
	head.End()

	prefix := c.id
	if prefix == "" {
		h := fnv.New64a()
		h.Write(out.Bytes())
		prefix = fmt.Sprintf("%012x", h.Sum64()&(1<<48-1))
	}
	data := bytes.ReplaceAll(out.Bytes(), []byte(prefixMark), []byte("viz-"+slug(prefix)))
	n, err := w.Write(data)
	if err == nil && n < len(data) {
		err = io.ErrShortWrite
	}
	if err != nil {
		return fmt.Errorf("viz: writing figure %q: %w", title, err)
	}
	return nil
}

// styleSheet repeats the colours of the attributes as rules that a page can
// override, and turns them for dark screens. Rules are scoped by the
// figure's class because a style element in a page applies to all of it.
func styleSheet() string {
	var dark, rules strings.Builder
	for _, in := range []ink{inkText, inkSoft, inkGrid, inkPaper} {
		fmt.Fprintf(&rules, ".%[1]s .%[2]s{fill:var(%[3]s,%[4]s)}.%[1]s .%[2]ss{stroke:var(%[3]s,%[4]s)}\n",
			prefixMark, in.class, in.variable, in.light)
		fmt.Fprintf(&dark, ".%[1]s .%[2]s{fill:var(%[3]s,%[4]s)}.%[1]s .%[2]ss{stroke:var(%[3]s,%[4]s)}\n",
			prefixMark, in.class, in.variable, in.dark)
	}
	fmt.Fprintf(&rules, ".%s .h{stroke:var(%s,%s)}\n", prefixMark, inkPaper.variable, inkPaper.light)
	fmt.Fprintf(&dark, ".%s .h{stroke:var(%s,%s)}\n", prefixMark, inkPaper.variable, inkPaper.dark)
	for k := range palette {
		if col, ok := darkPalette[k]; ok {
			const rule = ".%[1]s .f%[2]d{fill:var(--viz-s%[2]d,%[3]s)}.%[1]s .s%[2]d{stroke:var(--viz-s%[2]d,%[3]s)}\n"
			fmt.Fprintf(&rules, rule, prefixMark, k, hex(palette[k]))
			fmt.Fprintf(&dark, rule, prefixMark, k, hex(col))
		}
	}
	// Images keep their colours; filters stand in for the dark palette.
	const filter = ".%[1]s .i6{filter:var(--viz-i6,%[2]s)}.%[1]s .i0{filter:var(--viz-i0,%[3]s)}\n"
	fmt.Fprintf(&rules, filter, prefixMark, "none", "none")
	fmt.Fprintf(&dark, filter, prefixMark, "invert(1)", "brightness(1.35)")
	return rules.String() + "@media screen and (prefers-color-scheme:dark){\n" + dark.String() + "}"
}

// escape makes text safe inside elements and attributes.
func escape(s string) string {
	var b strings.Builder
	xml.EscapeText(&b, []byte(s)) // a Builder does not fail
	return b.String()
}

// slug keeps letters, digits, dashes and underscores of ASCII.
func slug(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_':
			return r
		}
		return '-'
	}, s)
}
