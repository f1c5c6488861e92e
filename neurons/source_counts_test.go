package neurons

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/glia-sim/glia/sim"
)

// chiSquare gives the probability of a fit to the Poisson distribution that is as bad or worse; counts
// that are expected less than 8 times are put together.
func chiSquare(counts []int, mean float64) float64 {
	seen, total := map[int]int{}, 0
	top := 0
	for _, k := range counts {
		seen[k]++
		total++
		top = max(top, k)
	}
	poisson := distuv.Poisson{Lambda: mean}
	stat, cells, obs, exp, left := 0.0, 0, 0.0, 0.0, 1.0
	for k := 0; k <= top; k++ {
		p := poisson.Prob(float64(k))
		obs, exp, left = obs+float64(seen[k]), exp+p*float64(total), left-p
		if exp >= 8 && left*float64(total) >= 8 {
			stat += (obs - exp) * (obs - exp) / exp
			cells++
			obs, exp = 0, 0
		}
	}
	exp += left * float64(total)
	stat += (obs - exp) * (obs - exp) / exp
	return 1 - distuv.ChiSquared{K: float64(cells)}.CDF(stat)
}

// drawCounts draws n neurons over some ticks by add, and checks that emit draws the same.
func drawCounts(t *testing.T, mean float64, first, n, ticks int) []int {
	t.Helper()
	var c, e poissonCounts
	c.set(mean)
	e.set(mean)
	key := sim.NewKey(7, "counts")
	var all []int
	for tick := range ticks {
		in := make([]float64, n)
		c.add(key.Draws(sim.Tick(tick)), first, 1, in)
		again := make([]float64, n)
		spikes := e.emit(key.Draws(sim.Tick(tick)), first, n, nil)
		for _, i := range spikes {
			again[i]++
		}
		if !slices.Equal(in, again) || !slices.IsSorted(spikes) {
			t.Fatalf("mean %g, tick %d: emit differs from add", mean, tick)
		}
		for _, x := range in {
			all = append(all, int(x))
		}
	}
	return all
}

func TestPoissonCountsAreDistributedRight(t *testing.T) {
	for _, mean := range []float64{1e-3, 0.02, 0.0999, 0.1, 0.5, 1.6, 7, 40, 900} {
		ticks := 400
		if mean > 100 {
			ticks = 20
		}
		counts := drawCounts(t, mean, 0, 1000, ticks)
		sum, sq := 0.0, 0.0
		for _, k := range counts {
			sum += float64(k)
			sq += (float64(k) - mean) * (float64(k) - mean)
		}
		n := float64(len(counts))
		if z := (sum/n - mean) / math.Sqrt(mean/n); math.Abs(z) > 4 {
			t.Errorf("mean %g: drawn %g, %.1f standard errors off", mean, sum/n, z)
		}
		if z := (sq/n - mean) / math.Sqrt((mean+2*mean*mean)/n); math.Abs(z) > 4 {
			t.Errorf("mean %g: variance %g, %.1f standard errors off", mean, sq/n, z)
		}
		if p := chiSquare(counts, mean); p < 1e-3 {
			t.Errorf("mean %g: chi-square p = %g", mean, p)
		}
	}
	if counts := drawCounts(t, 0, 0, 100, 3); slices.Max(counts) != 0 {
		t.Errorf("mean 0 gives events")
	}
}

// The table must give exactly what the distribution function gives, at the borders of its cells too.
func TestPoissonTableIsTheInverseDistribution(t *testing.T) {
	for _, mean := range []float64{0.1, 1.6, 33.3, 5000, maxMean} {
		var c poissonCounts
		c.set(mean)
		c.tabulate()
		p := distuv.Poisson{Lambda: mean}
		for k := 0; k < len(c.cdf); k += 1 + len(c.cdf)/50 {
			if want := p.CDF(float64(c.least + k)); math.Abs(c.cdf[k]-want) > 1e-9 {
				t.Errorf("mean %g: P(at most %d) = %.12g, want %.12g", mean, c.least+k, c.cdf[k], want)
			}
		}
		straddling := 0
		check := func(u uint64) {
			k := int(c.table[u>>(64-countBits)])
			if k < 0 {
				straddling++
				k = c.search(u, ^k)
			}
			if want := c.bisect(u); k != want {
				t.Errorf("mean %g: table gives %d for %#x, bisection %d", mean, k, u, want)
			}
		}
		for cell := uint64(0); cell < countCells; cell++ {
			lo := cell << (64 - countBits)
			for _, off := range []uint64{0, 1 << 11, 1 << 40, 1<<52 - 1<<11, 1<<52 - 1} {
				check(lo + off)
			}
		}
		for _, p := range c.cdf {
			if x := uint64(p * 0x1p53); x > 0 && x < 1<<53 {
				check((x - 1) << 11)
				check(x << 11)
			}
		}
		if straddling == 0 {
			t.Errorf("mean %g: no cell holds a step", mean)
		}
	}
}

// A neuron's draws depend on its index alone.
func TestPoissonCountsDoNotDependOnPartitioning(t *testing.T) {
	const n, ticks = 333, 60
	for _, mean := range []float64{0.003, 0.09, 0.4, 12} {
		whole := drawCounts(t, mean, 0, n, ticks)
		for _, cut := range []int{1, 63, 64, 100, 191, 332} {
			left, right := drawCounts(t, mean, 0, cut, ticks), drawCounts(t, mean, cut, n-cut, ticks)
			for tick := range ticks {
				got := slices.Concat(left[tick*cut:(tick+1)*cut], right[tick*(n-cut):(tick+1)*(n-cut)])
				if !slices.Equal(got, whole[tick*n:(tick+1)*n]) {
					t.Fatalf("mean %g, cut at %d: other draws in tick %d", mean, cut, tick)
				}
			}
		}
	}
}

// Neighbours and successive ticks are uncorrelated, in both regimes.
func TestPoissonCountsAreIndependent(t *testing.T) {
	for _, mean := range []float64{0.05, 2} {
		const n, ticks = 640, 400
		counts := drawCounts(t, mean, 0, n, ticks)
		for name, lag := range map[string]int{"neighbours": 1, "next tick": n, "one stretch on": stretch} {
			sum, pairs := 0.0, 0.0
			for k := lag; k < len(counts); k++ {
				sum += (float64(counts[k]) - mean) * (float64(counts[k-lag]) - mean)
				pairs++
			}
			if z := sum / mean / math.Sqrt(pairs); math.Abs(z) > 4 {
				t.Errorf("mean %g, %s: correlation %.1f standard errors off 0", mean, name, z)
			}
		}
	}
}

func BenchmarkPoissonCounts(b *testing.B) {
	const n = 77000
	for _, mean := range []float64{0.001, 0.05, 0.1, 1.6, 50} {
		b.Run(fmt.Sprint("mean=", mean), func(b *testing.B) {
			var c poissonCounts
			c.set(mean)
			in, key := make([]float64, n), sim.NewKey(1, "bench")
			for k := 0; b.Loop(); k++ {
				c.add(key.Draws(sim.Tick(k)), 0, 1, in)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/neuron")
		})
	}
}
