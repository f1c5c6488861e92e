package neurons

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/glia-sim/glia/sim"
)

// The assembly of LIFExp and its Go twin give the same bits, for every length of the tail.
func TestLIFExpKernelTwins(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	c := &lifExpConstants{rest: -65, current: 0.004, leak: 0.99, exToV: 0.00039, inToV: 0.00041, decayEx: 0.81, decayIn: 0.9, threshold: -50}
	total := 0
	for n := 0; n <= chunk; n += 1 + n/9 {
		draw := func(scale, shift float64) []float64 {
			x := make([]float64, n)
			for i := range x {
				x[i] = shift + scale*r.NormFloat64()
			}
			return x
		}
		v, iex, iin, cur := draw(9, -58), draw(4000, 0), draw(4000, 0), draw(100, 0)
		if n%2 == 0 {
			cur = nil
		}
		v2, iex2, iin2 := slices.Clone(v), slices.Clone(iex), slices.Clone(iin)
		for step := 0; step < 3; step++ {
			a := lifExpAdvance(v, iex, iin, cur, c, make([]int32, n/8), nil)
			b := lifExpGo(v2, iex2, iin2, cur, c, 0, nil)
			total += len(b)
			if !slices.Equal(a, b) {
				t.Fatalf("n = %d: spikes %v, Go %v", n, a, b)
			}
			for i := range v {
				if math.Float64bits(v[i]) != math.Float64bits(v2[i]) || math.Float64bits(iex[i]) != math.Float64bits(iex2[i]) || math.Float64bits(iin[i]) != math.Float64bits(iin2[i]) {
					t.Fatalf("n = %d, neuron %d: %x %x %x, Go %x %x %x", n, i, v[i], iex[i], iin[i], v2[i], iex2[i], iin2[i])
				}
			}
		}
	}
	if total == 0 {
		t.Error("no neuron reached the threshold")
	}
}

// The assembly of LIFCond's Euler step, its Go twin, and the loops for steps that are cut give the same bits.
func TestLIFCondKernelTwins(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	c := &lifCondConstants{gl: 10, el: -60, eex: 0, ein: -80, ie: 100, h: 0.0005, decayEx: 0.98, decayIn: 0.99, threshold: -50}
	total := 0
	for n := 0; n <= chunk; n += 1 + n/9 {
		draw := func(scale, shift float64) []float64 {
			x := make([]float64, n)
			for i := range x {
				x[i] = shift + scale*r.NormFloat64()
			}
			return x
		}
		v, gex, gin, cur := draw(9, -58), draw(4, 20), draw(4, 20), draw(50, 0)
		if n%2 == 0 {
			cur = nil
		}
		v2, gex2, gin2 := slices.Clone(v), slices.Clone(gex), slices.Clone(gin)
		l := &lifCond{v: slices.Clone(v), gex: slices.Clone(gex), gin: slices.Clone(gin), h: c.h, fullEx: c.decayEx, fullIn: c.decayIn}
		l.Method, l.Substeps = Euler, 1
		l.C, l.GL, l.EL, l.EEx, l.EIn, l.IE, l.VTh = 1, c.gl, c.el, c.eex, c.ein, c.ie, c.threshold
		for step := 0; step < 3; step++ {
			a := lifCondEuler(v, gex, gin, cur, c, make([]int32, n/8), nil)
			b := lifCondGo(v2, gex2, gin2, cur, c, 0, nil)
			d := l.substeps([][]float64{nil, nil, cur}, nil)
			total += len(b)
			if !slices.Equal(a, b) || !slices.Equal(d, b) {
				t.Fatalf("n = %d: spikes %v, Go %v, in parts %v", n, a, b, d)
			}
			for i := range v {
				for _, p := range [][2]float64{{v[i], v2[i]}, {gex[i], gex2[i]}, {gin[i], gin2[i]}, {v[i], l.v[i]}, {gex[i], l.gex[i]}, {gin[i], l.gin[i]}} {
					if math.Float64bits(p[0]) != math.Float64bits(p[1]) {
						t.Fatalf("n = %d, neuron %d: %v", n, i, p)
					}
				}
			}
		}
	}
	if total == 0 {
		t.Error("no neuron reached the threshold")
	}
}

// The assembly of LIFExpSingle and its Go twin give the same bits, for every length of the tail.
func TestLIFExpSingleKernelTwins(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	c := &lifSingleConstants{rest: -65, current: 0.004, leak: 0.99, toV: 0.0004, decay: 0.81, threshold: -50}
	total := 0
	for n := 0; n <= chunk; n += 1 + n/9 {
		v, i, cur := make([]float64, n), make([]float64, n), make([]float64, n)
		for k := range n {
			v[k], i[k], cur[k] = -58+9*r.NormFloat64(), 200*r.NormFloat64(), 100*r.NormFloat64()
		}
		if n%2 == 0 {
			cur = nil
		}
		v2, i2 := slices.Clone(v), slices.Clone(i)
		for step := 0; step < 3; step++ {
			a := lifSingleAdvance(v, i, cur, c, make([]int32, n/8), nil)
			b := lifSingleGo(v2, i2, cur, c, 0, nil)
			total += len(b)
			if !slices.Equal(a, b) {
				t.Fatalf("n = %d: spikes %v, Go %v", n, a, b)
			}
			for k := range v {
				if math.Float64bits(v[k]) != math.Float64bits(v2[k]) || math.Float64bits(i[k]) != math.Float64bits(i2[k]) {
					t.Fatalf("n = %d, neuron %d: %x %x, Go %x %x", n, k, v[k], i[k], v2[k], i2[k])
				}
			}
		}
	}
	if total == 0 {
		t.Error("no neuron reached the threshold")
	}
}

// The assembly of LIFDelta and its Go twin give the same bits.
func TestLIFDeltaKernelTwins(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	c := &lifDeltaConstants{rest: -65, leak: 0.99, current: 0.004, threshold: -50}
	total := 0
	for n := 0; n <= chunk; n += 1 + n/9 {
		draw := func(scale, shift float64) []float64 {
			x := make([]float64, n)
			for i := range x {
				x[i] = shift + scale*r.NormFloat64()
			}
			return x
		}
		v, w, cur := draw(9, -58), draw(1, 0), draw(100, 0)
		if n/2%2 == 0 {
			w = nil
		}
		if n/4%2 == 0 {
			cur = nil
		}
		v2 := slices.Clone(v)
		for step := 0; step < 3; step++ {
			w1, w2 := slices.Clone(w), slices.Clone(w)
			a := lifDeltaAdvance(v, w1, cur, c, make([]int32, n/8), nil)
			b := lifDeltaGo(v2, w2, cur, c, 0, nil)
			for _, x := range append(w1, w2...) {
				if x != 0 {
					t.Fatalf("n = %d: input is left", n)
				}
			}
			total += len(b)
			if !slices.Equal(a, b) {
				t.Fatalf("n = %d: spikes %v, Go %v", n, a, b)
			}
			for i := range v {
				if math.Float64bits(v[i]) != math.Float64bits(v2[i]) {
					t.Fatalf("n = %d, neuron %d: %x, Go %x", n, i, v[i], v2[i])
				}
			}
		}
	}
	if total == 0 {
		t.Error("no neuron reached the threshold")
	}
}

// The assembly of LIFMap and its Go twin give the same bits.
func TestLIFMapKernelTwins(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	c := &lifMapConstants{decay: 0.37, leak: 0.98, threshold: 20}
	total := 0
	for n := 0; n <= chunk; n += 1 + n/9 {
		draw := func(scale, shift float64) []float64 {
			x := make([]float64, n)
			for i := range x {
				x[i] = shift + scale*r.NormFloat64()
			}
			return x
		}
		v, i, syn, cur := draw(5, 12), draw(1, 0), draw(2, 0), draw(1, 0)
		v2, i2 := slices.Clone(v), slices.Clone(i)
		for step := 0; step < 3; step++ {
			a := lifMapAdvance(v, i, syn, cur, c, nil)
			b := lifMapGo(v2, i2, syn, cur, c, 0, nil)
			total += len(b)
			if !slices.Equal(a, b) {
				t.Fatalf("n = %d: spikes %v, Go %v", n, a, b)
			}
			for k := range v {
				if math.Float64bits(v[k]) != math.Float64bits(v2[k]) || math.Float64bits(i[k]) != math.Float64bits(i2[k]) {
					t.Fatalf("n = %d, neuron %d: %x %x, Go %x %x", n, k, v[k], i[k], v2[k], i2[k])
				}
			}
		}
	}
	if total == 0 {
		t.Error("no neuron reached the threshold")
	}
}

// The assembly of the Poisson table gives what single draws give, wherever a block begins and ends.
func TestPoissonKernelTwins(t *testing.T) {
	for _, mean := range []float64{0.15, 1.6, 9, 300} {
		var c poissonCounts
		c.set(mean)
		c.ready()
		c.ready()
		for first := range 3 {
			for n := 0; n < 900; n += 1 + n/3 {
				d := sim.NewKey(3, "twins").Draws(sim.Tick(n))
				got := make([]float64, n)
				c.tabled(d, first, 0.3, got)
				for i := range got {
					u := half(d, first+i)
					if want := float64(c.bisect(u)) * 0.3; got[i] != want {
						t.Fatalf("mean %g, neuron %d of %d from %d: %g, want %g", mean, i, n, first, got[i], want)
					}
				}
			}
		}
	}
}
