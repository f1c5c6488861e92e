package viz

import "math"

// Sizes are the sizes that have a name, in the order of their width.
var Sizes = []NamedSize{
	{"single", "one column of a journal page, 85 mm, 7 pt type", SingleColumn()},
	{"screen", "pages and slides, 720 px, 12 px type", ReportSize()},
	{"double", "the full width of a journal page, 178 mm, 8 pt type", DoubleColumn()},
}

// NamedSize is a size that a user can ask for by name.
type NamedSize struct {
	Name, Meaning string
	Size          Size
}

// SizeNamed finds one of Sizes.
func SizeNamed(name string) (size Size, ok bool) {
	for _, s := range Sizes {
		if s.Name == name {
			return s.Size, true
		}
	}
	return Size{}, false
}

// Resized is f in another size: width, type and unit are those of s. A height that f asks for is kept in
// proportion, as the heights of figures without one are. What is no figure of this package stays as it is;
// so does everything if s is the zero value.
func Resized(f Renderer, s Size) Renderer {
	r, ok := f.(interface{ resized(Size) Renderer })
	if !ok || s == (Size{}) {
		return f
	}
	return r.resized(s)
}

// instead is the size that stands in for old.
func (s Size) instead(old Size) Size {
	if s.Height == 0 && old.Height > 0 {
		width := func(z Size) float64 {
			if z.Width == 0 {
				return ReportSize().Width
			}
			return z.Width
		}
		s.Height = math.Round(old.Height * shrink(width(s)) / shrink(width(old)))
	}
	return s
}

// shrink is the height of a figure relative to that at the width of the report: narrow figures keep
// enough of it to be read.
func shrink(width float64) float64 { return math.Max(0.6, width/ReportSize().Width) }

func (f Raster) resized(s Size) Renderer     { f.Size = s.instead(f.Size); return f }
func (f Trace) resized(s Size) Renderer      { f.Size = s.instead(f.Size); return f }
func (f Line) resized(s Size) Renderer       { f.Size = s.instead(f.Size); return f }
func (f Spectrum) resized(s Size) Renderer   { f.Size = s.instead(f.Size); return f }
func (f Histogram) resized(s Size) Renderer  { f.Size = s.instead(f.Size); return f }
func (f HeatMap) resized(s Size) Renderer    { f.Size = s.instead(f.Size); return f }
func (f ImageGrid) resized(s Size) Renderer  { f.Size = s.instead(f.Size); return f }
func (f Space) resized(s Size) Renderer      { f.Size = s.instead(f.Size); return f }
func (f Bars) resized(s Size) Renderer       { f.Size = s.instead(f.Size); return f }
func (f PhasePlane) resized(s Size) Renderer { f.Size = s.instead(f.Size); return f }
