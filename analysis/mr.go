package analysis

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
)

// MultistepOptions are the choices of [MultistepRegression]. The zero value is the default.
type MultistepOptions struct {
	// MaxLag is the largest lag k of the fit [bins]; 0 chooses about five times the
	// fitted autocorrelation time, at most a tenth of the recording.
	MaxLag int
	// Offset adds a constant to the fit, b m^k + c. Only for recordings with slow
	// trends: it costs precision.
	Offset bool
}

// Multistep is the result of [MultistepRegression].
type Multistep struct {
	M      float64   // branching parameter, between 0 and 1
	Tau    float64   // autocorrelation time -1/ln M [bins]
	B      float64   // amplitude b; b = 1 for a fully observed Poisson branching process, less when sub-sampled
	C      float64   // offset c, 0 unless asked for
	Slopes []float64 // r_k for k = 1..len(Slopes)
	RMS    float64   // root mean square residual of the fit
	// AtBound is true when the best fit lies at the edge of the range of Tau that was searched
	// (from 0.1 bins to 100 MaxLag). M is then only a bound: the slopes do not decay within
	// the lags, or hold no correlation at all.
	AtBound bool
}

// OneStepSlope is the least-squares slope of a(t+1) on a(t): the branching parameter of
// a driven, fully observed population, A(t+1) = m A(t) + h + noise. Sub-sampling biases
// it to b m. NaN for fewer than three bins or constant activity.
func OneStepSlope(a []float64) float64 {
	if len(a) < 3 {
		return math.NaN()
	}
	return lagSlopes(a, 1)[0]
}

// MultistepRegression estimates the branching parameter m from population activity a
// (spikes per bin), which may be a small sample of the population (Wilting &
// Priesemann, Nature Communications 2018). The slopes r_k of the least-squares lines of a(t+k) on a(t) are
// fitted by
//
//	r_k = b m^k,  k = 1..MaxLag
//
// Sub-sampling lowers b and leaves m alone. For each decay time the best b (and c) is a
// linear problem, so only one number is searched, globally: there are no starting
// values to choose. For bins of dt ms the time constant is Tau*dt.
//
// The error names a MaxLag out of range, a value that is not finite, a recording of
// under 30 bins, or one without variance.
// The cost is len(a)*MaxLag, a few times over where MaxLag is chosen.
func MultistepRegression(a []float64, opt MultistepOptions) (Multistep, error) {
	if len(a) < 30 {
		return Multistep{}, fmt.Errorf("analysis: multistep regression: the recording has %d bins: at least 30 are needed", len(a))
	}
	for i, v := range a {
		if !finite(v) {
			return Multistep{}, fmt.Errorf("analysis: multistep regression: activity %d is %v: it must be finite", i, v)
		}
	}
	if floats.Min(a) == floats.Max(a) {
		return Multistep{}, fmt.Errorf("analysis: multistep regression: activity is %v in every bin: without variance there is no regression", a[0])
	}
	least := 3 // lags below which the fit has no degree of freedom left
	if opt.Offset {
		least = 4
	}
	if opt.MaxLag != 0 && (opt.MaxLag < least || opt.MaxLag > len(a)/2) {
		return Multistep{}, fmt.Errorf("analysis: multistep regression: MaxLag is %d: it must lie between %d and half the recording, %d bins (0 chooses)", opt.MaxLag, least, len(a)/2)
	}
	if opt.MaxLag > 0 {
		return fitDecay(lagSlopes(a, opt.MaxLag), opt.Offset)
	}
	limit := max(least, len(a)/10)
	lag := min(20, limit)
	fit, err := fitDecay(lagSlopes(a, lag), opt.Offset)
	for range 8 {
		want := limit
		if 5*fit.Tau < float64(limit) {
			want = min(limit, max(10, int(math.Ceil(5*fit.Tau))))
		}
		// A tenth more or less would not change the fit noticeably.
		if err != nil || 10*max(want-lag, lag-want) <= lag {
			break
		}
		lag = want
		fit, err = fitDecay(lagSlopes(a, lag), opt.Offset)
	}
	return fit, err
}

// lagSlopes returns the slope of the least-squares line of a(t+k) on a(t), k = 1..most.
// A slope is NaN where the activity before the lag is constant.
func lagSlopes(a []float64, most int) []float64 {
	mean := stat.Mean(a, nil)
	y := make([]float64, len(a)) // centred first, so that the sums below do not cancel
	sum, squares := 0.0, 0.0
	for i, v := range a {
		y[i] = v - mean
		sum += y[i]
		squares += y[i] * y[i]
	}
	slopes := make([]float64, most)
	head, tail, headSquares := sum, sum, squares // of y[:n-k], y[k:], y[:n-k]^2
	for k := 1; k <= most; k++ {
		n := len(y) - k
		head -= y[n]
		headSquares -= y[n] * y[n]
		tail -= y[k-1]
		sxy := floats.Dot(y[:n], y[k:]) - head*tail/float64(n)
		sxx := headSquares - head*head/float64(n)
		// What rounding leaves of a constant stretch is not variance.
		if sxx <= 1e-12*squares {
			slopes[k-1] = math.NaN()
			continue
		}
		slopes[k-1] = sxy / sxx
	}
	return slopes
}

// fitDecay fits r_k = b m^k (+ c) by least squares over all m = exp(-1/tau).
func fitDecay(r []float64, offset bool) (Multistep, error) {
	for k, v := range r {
		if !finite(v) {
			return Multistep{}, fmt.Errorf("analysis: multistep regression: the slope at lag %d is undefined, since the activity up to there is constant: shorten MaxLag or drop the silent stretch", k+1)
		}
	}
	basis := make([]float64, len(r))
	// solve returns amplitude, offset and sum of squared residuals for one ln(tau).
	solve := func(lnTau float64) (b, c, residual float64) {
		m := math.Exp(-math.Exp(-lnTau))
		g := 1.0
		for k := range basis {
			g *= m
			basis[k] = g
		}
		if offset {
			c, b = stat.LinearRegression(basis, r, nil, false)
		} else {
			b = floats.Dot(basis, r) / floats.Dot(basis, basis)
		}
		for k, g := range basis {
			d := r[k] - b*g - c
			residual += d * d
		}
		return b, c, residual
	}

	// The residual can have several minima in tau: scan, then refine around the best.
	const scan = 200
	lo, hi := math.Log(0.1), math.Log(100*float64(len(r)))
	at := func(i int) float64 { return lo + (hi-lo)*float64(i)/scan }
	best, least := 0, math.Inf(1)
	for i := 0; i <= scan; i++ {
		if _, _, v := solve(at(i)); v < least {
			best, least = i, v
		}
	}
	x := goldenMin(at(max(0, best-1)), at(min(scan, best+1)), func(x float64) float64 {
		_, _, v := solve(x)
		return v
	})
	b, c, residual := solve(x)
	tau := math.Exp(x)
	return Multistep{
		M: math.Exp(-1 / tau), Tau: tau, B: b, C: c, Slopes: r,
		RMS:     math.Sqrt(residual / float64(len(r))),
		AtBound: best == 0 || best == scan,
	}, nil
}

// goldenMin is the place of the minimum of f in [a, b] by golden section.
func goldenMin(a, b float64, f func(float64) float64) float64 {
	const ratio = 0.6180339887498949 // (sqrt(5)-1)/2
	c, d := b-ratio*(b-a), a+ratio*(b-a)
	fc, fd := f(c), f(d)
	for range 60 { // shrinks the interval by 3e-13
		if fc < fd {
			b, d, fd = d, c, fc
			c = b - ratio*(b-a)
			fc = f(c)
		} else {
			a, c, fc = c, d, fd
			d = a + ratio*(b-a)
			fd = f(d)
		}
	}
	return a + (b-a)/2
}
