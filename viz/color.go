package viz

import (
	"fmt"
	"image/color"
	"math"
)

// palette is the qualitative palette of Okabe and Ito (2008), "Color Universal
// Design", ordered so that the first few differ most in lightness as well.
// Black and yellow come last: one vanishes on dark paper, the other on white.
var palette = [...]color.NRGBA{
	{0x00, 0x72, 0xb2, 255}, // blue
	{0xd5, 0x5e, 0x00, 255}, // vermillion
	{0x00, 0x9e, 0x73, 255}, // bluish green
	{0xcc, 0x79, 0xa7, 255}, // reddish purple
	{0xe6, 0x9f, 0x00, 255}, // orange
	{0x56, 0xb4, 0xe9, 255}, // sky blue
	{0x00, 0x00, 0x00, 255}, // black
	{0xc9, 0xb8, 0x00, 255}, // yellow, darkened from f0e442 to show on white
}

// darkPalette replaces, on dark paper, the two colours that are too dark for it.
var darkPalette = map[int]color.NRGBA{
	0: {0x3d, 0x9b, 0xdc, 255},
	6: {0xe6, 0xed, 0xf3, 255},
}

// dashes tell series apart that share a colour, and help in grey print.
var dashes = [...]string{"", "6 3", "2 2", "8 3 2 3"}

func hex(c color.NRGBA) string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }

// viridis in 20 equal steps (van der Walt and Smith 2015, matplotlib, CC0).
var viridis = hexTable("440154481567482677453781404788" +
	"39568c33638d2d708e287d8e238a8d1f968b20a38729af7f3cbb75" +
	"55c66773d05595d840b8de29dce319fde725")

// diverging is RdBu of ColorBrewer (Brewer and Harrower 2003), blue below
// zero and red above.
var diverging = hexTable("0530612166ac4393c392c5ded1e5f0f7f7f7fddbc7f4a582d6604db2182b67001f")

func hexTable(s string) []color.NRGBA {
	t := make([]color.NRGBA, len(s)/6)
	for i := range t {
		var c [3]uint8
		for k := range c {
			c[k] = unhex(s[6*i+2*k])<<4 | unhex(s[6*i+2*k+1])
		}
		t[i] = color.NRGBA{c[0], c[1], c[2], 255}
	}
	return t
}

func unhex(b byte) uint8 {
	if b >= 'a' {
		return b - 'a' + 10
	}
	return b - '0'
}

// mapColor interpolates a table at t, clipped to [0, 1].
func mapColor(table []color.NRGBA, t float64) color.NRGBA {
	t = math.Max(0, math.Min(1, t)) * float64(len(table)-1)
	i := min(int(t), len(table)-2)
	f := t - float64(i)
	mix := func(a, b uint8) uint8 { return uint8(math.Round(float64(a) + f*(float64(b)-float64(a)))) }
	a, b := table[i], table[i+1]
	return color.NRGBA{mix(a.R, b.R), mix(a.G, b.G), mix(a.B, b.B), 255}
}

// luminance is the relative luminance of WCAG 2.
func luminance(c color.NRGBA) float64 {
	lin := func(v uint8) float64 {
		x := float64(v) / 255
		if x <= 0.03928 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	return 0.2126*lin(c.R) + 0.7152*lin(c.G) + 0.0722*lin(c.B)
}
