package viz

import (
	"math"
	"strconv"
	"strings"
)

// asciiWidth holds the advance widths of DejaVu Sans for the characters 32 to
// 126, in thousandths of the type size. It is the widest of the common screen
// fonts, so text that fits by this table fits in all of them.
var asciiWidth = [95]uint16{
	318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337,
	636, 636, 636, 636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531,
	1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863, 748, 787,
	603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500,
	500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612,
	635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838,
}

// boldWider is how much wider the bold face runs.
const boldWider = 1.13

// textWidth estimates the width of s in px at the given type size.
func textWidth(s string, size float64) float64 {
	sum := 0
	for _, r := range s {
		switch {
		case r >= 32 && r < 127:
			sum += int(asciiWidth[r-32])
		case r == '\u2009' || r == '\u202f':
			sum += 200
		case strings.ContainsRune("⁰¹²³⁴⁵⁶⁷⁸⁹", r):
			sum += 401
		case r == '\u2212' || r == '×' || r == '±':
			sum += 838
		case r >= 0x1100:
			sum += 1000
		default:
			sum += 680
		}
	}
	return float64(sum) * size / 1000
}

// wrapText breaks s into lines of at most width px. Words longer than a line
// are cut; line breaks in s are kept.
func wrapText(s string, size, width float64) []string {
	var lines []string
	for _, par := range strings.Split(s, "\n") {
		line := ""
		for _, word := range strings.Fields(par) {
			for {
				try := word
				if line != "" {
					try = line + " " + word
				}
				if textWidth(try, size) <= width {
					line = try
					break
				}
				if line != "" {
					lines = append(lines, line)
					line = ""
					continue
				}
				head := cutText(word, size, width)
				if head == word {
					line = word
					break
				}
				lines = append(lines, head)
				word = word[len(head):]
			}
		}
		if line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// cutText is the longest beginning of s, at least one character, that fits.
func cutText(s string, size, width float64) string {
	end := 0
	for i, r := range s {
		n := i + len(string(r))
		if i > 0 && textWidth(s[:min(n, len(s))], size) > width {
			break
		}
		end = min(n, len(s))
	}
	return s[:end]
}

// shorten cuts s to width px and marks the cut with an ellipsis.
func shorten(s string, size, width float64) string {
	if textWidth(s, size) <= width {
		return s
	}
	return cutText(s, size, width-textWidth("…", size)) + "…"
}

// Grouped writes an integer with thin spaces between thousands, from five
// digits on.
func Grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	sign := ""
	if s[0] == '-' {
		sign, s = "\u2212", s[1:]
	}
	if len(s) < 5 {
		return sign + s
	}
	var b strings.Builder
	b.WriteString(sign)
	for i := range len(s) {
		if i > 0 && (len(s)-i)%3 == 0 {
			b.WriteRune('\u202f')
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func group(n int) string { return Grouped(int64(n)) }

// number writes v for people, with at most digits significant digits, a true
// minus sign and powers of ten as superscripts.
func number(v float64, digits int) string {
	switch {
	case math.IsNaN(v):
		return "not a number"
	case math.IsInf(v, 1):
		return "∞"
	case math.IsInf(v, -1):
		return "\u2212∞"
	}
	if v == math.Trunc(v) && (math.Abs(v) < 1e6 || digits >= 6 && math.Abs(v) < 1e15) {
		return group(int(v))
	}
	s := strconv.FormatFloat(v, 'g', digits, 64)
	mantissa, exponent, found := strings.Cut(s, "e")
	if found {
		e, _ := strconv.Atoi(exponent)
		if e >= 0 && e < 6 { // 'g' turns to exponents when digits run out
			return group(int(math.Round(v)))
		}
		s = mantissa + "×10" + superscript(e)
	}
	return strings.Replace(s, "-", "\u2212", 1)
}

func superscript(n int) string {
	return strings.NewReplacer("-", "⁻", "0", "⁰", "1", "¹", "2", "²", "3", "³", "4", "⁴",
		"5", "⁵", "6", "⁶", "7", "⁷", "8", "⁸", "9", "⁹").Replace(strconv.Itoa(n))
}

// plural is "1 spike", "2 spikes".
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return group(n) + " " + noun + "s"
}
