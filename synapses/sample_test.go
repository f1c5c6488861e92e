package synapses

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/glia-sim/glia/sim"
)

func TestDrawWithoutIsUniform(t *testing.T) {
	const draws = 4000
	// Both the short search and the bit set, few and nearly all, with and without a banned number.
	for _, c := range []struct{ k, n, banned int }{
		{5, 40, -1}, {16, 40, 0}, {17, 40, 39}, {20, 40, -1}, {37, 40, 7}, {39, 40, 7}, {40, 40, -1}, {0, 3, 1},
	} {
		r := sim.NewRand(sim.NewKey(1, fmt.Sprint(c)))
		free := c.n
		if c.banned >= 0 {
			free--
		}
		single, joint := make([]float64, c.n), 0.0
		for range draws {
			dst := drawWithout([]int32{-5}, c.k, c.n, c.banned, r)
			if dst[0] != -5 || len(dst) != c.k+1 {
				t.Fatalf("%v: drew %d numbers after the %d there", c, len(dst)-1, dst[0])
			}
			set := slices.Sorted(slices.Values(dst[1:]))
			if len(slices.Compact(set)) != c.k {
				t.Fatalf("%v: %v has repetitions", c, dst[1:])
			}
			for _, i := range set {
				if i < 0 || int(i) >= c.n || int(i) == c.banned {
					t.Fatalf("%v: drew %d", c, i)
				}
				single[i]++
			}
			if slices.Contains(set, 1) && slices.Contains(set, int32(c.n-2)) {
				joint++
			}
		}
		p := float64(c.k) / float64(free)
		if p == 0 || p == 1 {
			continue
		}
		for i := range single {
			if i != c.banned {
				near(t, fmt.Sprintf("%v: share of %d", c, i), single[i]/draws, p, 5*math.Sqrt(p*(1-p)/draws))
			}
		}
		pp := p * float64(c.k-1) / float64(free-1)
		near(t, fmt.Sprintf("%v: share of a pair", c), joint/draws, pp, 5*math.Sqrt(pp*(1-pp)/draws))
	}
}

func TestHalfIsBinomial(t *testing.T) {
	const draws = 20000
	for _, n := range []int{1, 63, 64, 70, 200} {
		r := sim.NewRand(sim.NewKey(2, fmt.Sprint(n)))
		got, want := make([]float64, n+1), make([]float64, n+1)
		for range draws {
			got[half(n, r)]++
		}
		ln := func(k int) float64 { v, _ := math.Lgamma(float64(k) + 1); return v }
		for k := range want {
			want[k] = draws * math.Exp(ln(n)-ln(k)-ln(n-k)-float64(n)*math.Ln2)
		}
		chiSquare(t, fmt.Sprint("heads of ", n), got, want)
	}
}

func TestGapsAreGeometric(t *testing.T) {
	const draws = 50000
	for _, p := range []float64{0.02, 0.5, 0.99} {
		r := sim.NewRand(sim.NewKey(3, fmt.Sprint(p)))
		g := newGaps(p)
		got, want := make([]float64, 400), make([]float64, 400)
		for range draws {
			got[min(g.next(r), len(got)-1)]++
		}
		rest := 1.0
		for k := range want {
			want[k] = draws * p * rest
			rest *= 1 - p
		}
		want[len(want)-1] += draws * rest
		chiSquare(t, fmt.Sprint("gaps at p ", p), got, want)
	}
	if g := newGaps(1).next(sim.NewRand(sim.Key{})); g != 0 {
		t.Errorf("gap at p 1 is %d", g)
	}
	if g := newGaps(1e-300).next(sim.NewRand(sim.NewKey(1, "tiny"))); g != math.MaxInt32 {
		t.Errorf("gap at p 1e-300 is %d: want the cap", g)
	}
}
