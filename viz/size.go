package viz

// Size is the extent of a figure and the size of its type. The zero value is
// ReportSize.
type Size struct {
	Width  float64 // px (1/96 inch); 0: 720
	Height float64 // px, title and caption included; 0: what the figure asks for
	Font   float64 // px, of tick labels; 0: 12
	// Print writes the extent in millimetres instead of pixels into the
	// file, so that typesetting programs place it at its true size.
	Print bool
}

const pxPerMM = 96 / 25.4

// ReportSize is 720 px wide with 12 px type, for pages and slides.
func ReportSize() Size { return Size{Width: 720, Font: 12} }

// SingleColumn is 85 mm wide with 7 pt type, one column of a journal page.
func SingleColumn() Size { return Size{Width: 85 * pxPerMM, Font: 7 * 96.0 / 72, Print: true} }

// DoubleColumn is 178 mm wide with 8 pt type, the full width of a journal page.
func DoubleColumn() Size { return Size{Width: 178 * pxPerMM, Font: 8 * 96.0 / 72, Print: true} }

const (
	minWidth  = 160
	maxExtent = 10000
)

func (s Size) orDefault() (Size, error) {
	if s.Width == 0 {
		s.Width = 720
	}
	if s.Font == 0 {
		s.Font = 12
	}
	if !(s.Width >= minWidth && s.Width <= maxExtent) {
		return s, fieldError("Size.Width", s.Width, "use 160 to 10000 px, or 0 for 720")
	}
	if s.Height != 0 && !(s.Height >= 100 && s.Height <= maxExtent) {
		return s, fieldError("Size.Height", s.Height, "use 100 to 10000 px, or 0 for the figure's own height")
	}
	if !(s.Font >= 5 && s.Font <= 48) {
		return s, fieldError("Size.Font", s.Font, "use 5 to 48 px, or 0 for 12")
	}
	return s, nil
}
