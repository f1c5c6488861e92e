package dataset

// knot is a point that a stroke runs through, in the unit square (x to the
// right, y downwards). At a corner the pen changes direction sharply; at every
// other knot the curve is smooth.
type knot struct {
	x, y   float64
	corner bool
}

// glyph is one way of writing a digit: the strokes of the pen, in order.
type glyph struct {
	weight  float64 // share among the ways of writing this digit
	width   float64 // usual width as a fraction of the height
	strokes [][]knot
}

// at is a knot that the pen passes smoothly, turn one where it turns sharply.
func at(x, y float64) knot   { return knot{x: x, y: y} }
func turn(x, y float64) knot { return knot{x: x, y: y, corner: true} }

// glyphs holds the ways of writing each digit, drawn by hand for this package
// after common school scripts: with and without flag, foot, bar, loop or tail.
var glyphs = [10][]glyph{
	0: {
		{4, 0.70, [][]knot{{ // oval, closed at the top
			at(0.56, 0.03), at(0.24, 0.16), at(0.06, 0.52), at(0.20, 0.88), at(0.50, 0.99),
			at(0.82, 0.84), at(0.95, 0.48), at(0.80, 0.14), at(0.50, 0.02), at(0.38, 0.07),
		}}},
		{2, 0.62, [][]knot{{ // begun and ended inside, ends cross
			at(0.72, 0.12), at(0.42, 0.03), at(0.12, 0.30), at(0.08, 0.68), at(0.34, 0.98),
			at(0.70, 0.88), at(0.92, 0.52), at(0.84, 0.18), at(0.60, 0.02), at(0.44, 0.09),
		}}},
		{1, 0.70, [][]knot{{ // left open at the top
			at(0.42, 0.05), at(0.12, 0.28), at(0.05, 0.62), at(0.26, 0.96), at(0.62, 0.97),
			at(0.92, 0.66), at(0.90, 0.28), at(0.66, 0.02),
		}}},
	},
	1: {
		{4, 0.25, [][]knot{{at(0.50, 0.00), at(0.50, 0.35), at(0.50, 0.70), at(0.50, 1.00)}}},
		{3, 0.45, [][]knot{{ // with a flag
			at(0.05, 0.28), at(0.35, 0.15), turn(0.62, 0.00), at(0.62, 0.35), at(0.60, 0.70), at(0.60, 1.00),
		}}},
		{1.5, 0.55, [][]knot{ // with a flag and a foot
			{at(0.12, 0.22), turn(0.52, 0.00), at(0.52, 0.50), at(0.52, 0.99)},
			{at(0.02, 1.00), at(0.50, 0.99), at(0.98, 0.98)},
		}},
	},
	2: {
		{3, 0.66, [][]knot{{ // sharp at the lower left
			at(0.08, 0.24), at(0.26, 0.05), at(0.58, 0.00), at(0.85, 0.17), at(0.76, 0.46),
			at(0.42, 0.76), turn(0.06, 0.99), at(0.46, 0.98), at(0.96, 0.96),
		}}},
		{3, 0.72, [][]knot{{ // with a loop at the lower left
			at(0.12, 0.20), at(0.36, 0.02), at(0.68, 0.05), at(0.80, 0.30), at(0.60, 0.64),
			at(0.26, 0.94), at(0.06, 0.92), at(0.12, 0.76), at(0.36, 0.82), at(0.62, 0.97), at(0.98, 0.90),
		}}},
		{1.5, 0.66, [][]knot{{ // long swan's neck, wavy foot
			at(0.16, 0.14), at(0.48, 0.00), at(0.82, 0.14), at(0.82, 0.40), at(0.50, 0.70),
			turn(0.10, 0.92), at(0.34, 0.86), at(0.64, 0.96), at(0.95, 0.90),
		}}},
	},
	3: {
		{4, 0.62, [][]knot{{ // two bows
			at(0.12, 0.15), at(0.40, 0.00), at(0.80, 0.10), at(0.78, 0.33), turn(0.38, 0.46),
			at(0.78, 0.54), at(0.92, 0.76), at(0.64, 0.98), at(0.30, 0.98), at(0.04, 0.84),
		}}},
		{1.5, 0.62, [][]knot{{ // flat top
			at(0.10, 0.04), at(0.45, 0.03), turn(0.84, 0.02), at(0.62, 0.22), turn(0.40, 0.40),
			at(0.76, 0.48), at(0.94, 0.72), at(0.68, 0.96), at(0.32, 0.98), at(0.05, 0.87),
		}}},
		{2, 0.60, [][]knot{{ // small loop in the middle
			at(0.14, 0.12), at(0.46, 0.00), at(0.82, 0.13), at(0.72, 0.36), at(0.42, 0.49), at(0.34, 0.44),
			at(0.50, 0.43), at(0.82, 0.58), at(0.88, 0.80), at(0.58, 1.00), at(0.22, 0.94), at(0.08, 0.80),
		}}},
	},
	4: {
		{3, 0.66, [][]knot{ // open at the top
			{at(0.24, 0.00), at(0.16, 0.28), turn(0.04, 0.58), at(0.46, 0.57), at(0.98, 0.52)},
			{at(0.76, 0.06), at(0.72, 0.50), at(0.66, 1.00)},
		}},
		{2.5, 0.68, [][]knot{ // closed triangle
			{at(0.66, 0.00), at(0.34, 0.34), turn(0.03, 0.66), at(0.46, 0.66), at(0.98, 0.63)},
			{at(0.67, 0.00), at(0.67, 0.50), at(0.65, 1.00)},
		}},
		{2, 0.60, [][]knot{ // round cup, near to an open nine
			{at(0.16, 0.02), at(0.08, 0.28), at(0.22, 0.48), at(0.52, 0.46), at(0.80, 0.30)},
			{at(0.86, 0.00), at(0.82, 0.45), at(0.76, 1.00)},
		}},
	},
	5: {
		{3, 0.62, [][]knot{ // bar drawn last
			{at(0.24, 0.03), at(0.20, 0.24), turn(0.16, 0.46), at(0.46, 0.37), at(0.84, 0.50), at(0.88, 0.78), at(0.54, 1.00), at(0.06, 0.90)},
			{at(0.24, 0.03), at(0.58, 0.02), at(0.92, 0.00)},
		}},
		{3, 0.64, [][]knot{{ // in one go
			at(0.92, 0.03), at(0.60, 0.02), turn(0.28, 0.06), at(0.22, 0.26), at(0.20, 0.42),
			at(0.48, 0.40), at(0.80, 0.54), at(0.82, 0.80), at(0.48, 0.99), at(0.08, 0.92),
		}}},
		{1.5, 0.60, [][]knot{{ // near to an S
			at(0.90, 0.06), at(0.54, 0.01), at(0.22, 0.14), at(0.22, 0.36), at(0.54, 0.46),
			at(0.82, 0.62), at(0.78, 0.86), at(0.44, 1.00), at(0.08, 0.92),
		}}},
	},
	6: {
		{3, 0.60, [][]knot{{ // curved stem
			at(0.76, 0.00), at(0.40, 0.18), at(0.12, 0.52), at(0.12, 0.84), at(0.44, 1.00),
			at(0.82, 0.88), at(0.82, 0.62), at(0.50, 0.53), at(0.16, 0.72),
		}}},
		{2, 0.50, [][]knot{{ // straight stem, small bowl
			at(0.46, 0.00), at(0.24, 0.30), at(0.08, 0.68), at(0.24, 0.98), at(0.62, 0.96),
			at(0.84, 0.76), at(0.62, 0.60), at(0.34, 0.68), at(0.14, 0.84),
		}}},
		{1.5, 0.66, [][]knot{{ // hooked top, bowl curling inwards
			at(0.90, 0.12), at(0.66, 0.00), at(0.30, 0.20), at(0.06, 0.58), at(0.22, 0.92), at(0.56, 0.98),
			at(0.86, 0.80), at(0.74, 0.56), at(0.42, 0.58), at(0.34, 0.78),
		}}},
	},
	7: {
		{4, 0.62, [][]knot{{
			at(0.04, 0.08), at(0.46, 0.05), turn(0.92, 0.03), at(0.66, 0.42), at(0.48, 0.74), at(0.40, 1.00),
		}}},
		{2.5, 0.66, [][]knot{ // with a bar
			{at(0.06, 0.07), at(0.48, 0.04), turn(0.90, 0.02), at(0.66, 0.40), at(0.50, 0.72), at(0.42, 1.00)},
			{at(0.26, 0.52), at(0.56, 0.50), at(0.86, 0.47)},
		}},
		{1.5, 0.64, [][]knot{{ // with a hook at the left, rounded shoulder
			at(0.05, 0.24), turn(0.08, 0.04), at(0.46, 0.08), at(0.84, 0.02), at(0.84, 0.18), at(0.60, 0.56), at(0.46, 1.00),
		}}},
	},
	8: {
		{4, 0.60, [][]knot{{ // in one go, crossing in the middle
			at(0.82, 0.12), at(0.50, 0.00), at(0.18, 0.14), at(0.26, 0.36), at(0.66, 0.54), at(0.88, 0.78),
			at(0.56, 1.00), at(0.14, 0.88), at(0.20, 0.64), at(0.60, 0.42), at(0.82, 0.22), at(0.74, 0.06),
		}}},
		{1.5, 0.58, [][]knot{ // two circles
			{at(0.50, 0.45), at(0.22, 0.34), at(0.22, 0.10), at(0.52, 0.00), at(0.80, 0.12), at(0.76, 0.36), at(0.48, 0.45)},
			{at(0.50, 0.46), at(0.14, 0.60), at(0.10, 0.86), at(0.48, 1.00), at(0.88, 0.86), at(0.86, 0.58), at(0.52, 0.46)},
		}},
		{1.5, 0.60, [][]knot{{ // begun at the right, left open
			at(0.90, 0.06), at(0.56, 0.01), at(0.20, 0.13), at(0.30, 0.36), at(0.70, 0.58), at(0.80, 0.84),
			at(0.48, 1.00), at(0.16, 0.84), at(0.32, 0.58), at(0.66, 0.36), at(0.94, 0.14),
		}}},
	},
	9: {
		{3, 0.58, [][]knot{{ // straight stem
			at(0.82, 0.14), at(0.48, 0.00), at(0.12, 0.18), at(0.16, 0.42), at(0.48, 0.47),
			at(0.78, 0.28), turn(0.86, 0.10), at(0.84, 0.52), at(0.74, 1.00),
		}}},
		{2, 0.60, [][]knot{{ // curled tail
			at(0.84, 0.18), at(0.52, 0.00), at(0.16, 0.16), at(0.16, 0.40), at(0.46, 0.50), at(0.78, 0.34),
			turn(0.88, 0.12), at(0.90, 0.54), at(0.76, 0.90), at(0.44, 1.00), at(0.14, 0.88),
		}}},
		{2, 0.52, [][]knot{{ // small head on a slanting stem
			at(0.90, 0.08), at(0.54, 0.01), at(0.16, 0.20), at(0.22, 0.40), at(0.56, 0.36),
			at(0.90, 0.06), at(0.76, 0.46), at(0.52, 1.00),
		}}},
	},
}
