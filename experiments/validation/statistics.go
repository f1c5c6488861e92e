package validation

import "math"

// Bounds of statistical rows, in standard deviations of a standard normal. Five are passed by chance
// once in two million rows; the seeds are fixed, so that a row that is ok stays so until the code changes.
const sigmas = 5

// chiSquare makes a row of a chi-square statistic with df degrees of freedom. The error is how many
// standard deviations it lies above or below what chance gives (Wilson and Hilferty 1931: the cube root of
// chi-square over df is nearly normal); too good a fit is suspicious as well.
func chiSquare(quantity string, statistic, df float64) Row {
	v := 2 / (9 * df)
	z := (math.Cbrt(statistic/df) - (1 - v)) / math.Sqrt(v)
	return Row{Quantity: quantity, Unit: "1", Ours: statistic, Reference: df, Error: math.Abs(z), Bound: sigmas, ErrorUnit: "sd", Checks: 1}
}

// normalScore makes a row of a value whose chance distribution is nearly normal.
func normalScore(quantity, unit string, ours, mean, sd float64) Row {
	return Row{Quantity: quantity, Unit: unit, Ours: ours, Reference: mean, Error: math.Abs(ours-mean) / sd, Bound: sigmas, ErrorUnit: "sd", Checks: 1}
}

// kolmogorov makes a row of the Kolmogorov-Smirnov distance D between n samples, sorted, and a
// distribution function: D sqrt(n), which exceeds 2.6 by chance once in 400 000 rows (2 exp(-2·2.6²)).
func kolmogorov(quantity string, sorted []float64, cdf func(float64) float64) Row {
	n := float64(len(sorted))
	d := 0.0
	for k, x := range sorted {
		p := cdf(x)
		d = max(d, math.Abs(p-float64(k)/n), math.Abs(p-float64(k+1)/n))
	}
	return compare(quantity+": D sqrt(n)", "1", d*math.Sqrt(n), 0, 2.6)
}

// histogramFit gives the chi-square statistic and its degrees of freedom of counts whose expectations
// are known. Cells in which fewer than 8 are expected are taken together with their neighbours.
func histogramFit(got []int, want []float64) (statistic, df float64) {
	g, w := 0.0, 0.0
	cells := 0.0
	var lastG, lastW float64
	flush := func() {
		statistic += (g - w) * (g - w) / w
		lastG, lastW = g, w
		g, w = 0, 0
		cells++
	}
	for k := range want {
		g, w = g+float64(got[k]), w+want[k]
		if w >= 8 {
			flush()
		}
	}
	if w > 0 && cells > 0 { // the tail joins the last cell
		statistic -= (lastG - lastW) * (lastG - lastW) / lastW
		g, w = g+lastG, w+lastW
		cells--
		flush()
	}
	return statistic, cells - 1
}

// binomial gives the probabilities of 0 to n successes.
func binomial(n int, p float64) []float64 {
	f := make([]float64, n+1)
	ln, _ := math.Lgamma(float64(n) + 1)
	for k := range f {
		a, _ := math.Lgamma(float64(k) + 1)
		b, _ := math.Lgamma(float64(n-k) + 1)
		f[k] = math.Exp(ln - a - b + float64(k)*math.Log(p) + float64(n-k)*math.Log1p(-p))
	}
	return f
}

// spread gives the sum of squared departures of counts from their common mean.
func spread(counts []int, mean float64) float64 {
	s := 0.0
	for _, c := range counts {
		s += (float64(c) - mean) * (float64(c) - mean)
	}
	return s
}

func normalCDF(x float64) float64 { return math.Erfc(-x/math.Sqrt2) / 2 }

// digest is a hash of a sequence of words (FNV-1a, word by word), to compare sequences too long to keep.
type digest struct{ sum, words uint64 }

func (d *digest) add(words ...uint64) {
	for _, w := range words {
		d.sum = (d.sum ^ w ^ w>>32) * 1099511628211
		d.words++
	}
}
