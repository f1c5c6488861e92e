package tasks

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/glia-sim/glia/networks/reservoir"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// eiScores are means over realisations of a reservoir of 100 units at a balance, adapted unless adapt is nil.
func eiScores(t *testing.T, beta float64, adapt func(n *reservoir.EI, seed uint64) error) (mc, nrmse, rate float64) {
	t.Helper()
	const seeds = 8
	memory := Memory{Amplitude: 1, Washout: 200, Train: 2500, Test: 1500, MaxLag: 50, Lambda: 1e-7, SubtractChance: true}
	narma := NARMA{Washout: 200, Train: 2500, Test: 1500, Lambda: 1e-7}
	for seed := range uint64(seeds) {
		c := reservoir.DefaultEI(100, 1)
		c.Balance, c.Seed = beta, seed+1
		n, err := c.Build()
		if err != nil {
			t.Fatal(err)
		}
		if adapt != nil {
			if err := adapt(n, seed+1); err != nil {
				t.Fatal(err)
			}
		}
		m, err := memory.Measure(n, seed)
		if err != nil {
			t.Fatal(err)
		}
		f, err := narma.Measure(n, seed)
		if err != nil {
			t.Fatal(err)
		}
		n.Reset()
		x, err := reservoir.Collect(n, reservoir.Series(UniformSeries(1000, -1, 1, rand.New(rand.NewPCG(seed, 9)))), 200)
		if err != nil {
			t.Fatal(err)
		}
		rows, cols := x.Dims()
		mc, nrmse, rate = mc+m.Total/seeds, nrmse+f.NRMSE/seeds, rate+mat.Sum(x)/float64(rows*cols)/seeds
	}
	return mc, nrmse, rate
}

func iterate(rate float64) func(*reservoir.EI, uint64) error {
	return func(n *reservoir.EI, seed uint64) error {
		u := UniformSeries(4000, -1, 1, rand.New(rand.NewPCG(seed, 8)))
		return reservoir.Adaptation{Targets: reservoir.HomogeneousTargets(n.Units(), rate)}.Run(n, reservoir.Series(u))
	}
}

// The sweep over the global balance of an independent implementation: memory is best at slight over-inhibition
// and lost under excitation, by saturation.
func TestBalanceSweep(t *testing.T) {
	mcs := map[float64]float64{}
	for _, k := range []struct{ beta, mc, nrmse, rate float64 }{
		{-6, 8.1, 0.716, 0.23}, {-2, 8.6, 0.654, 0.36}, {0, 8.3, 0.697, 0.51}, {3, 5.6, 0.828, 0.87}, {6, 1.8, 0.845, 0.99}} {
		mc, nrmse, rate := eiScores(t, k.beta, nil)
		t.Logf("beta %g", k.beta)
		near(t, "MC", mc, k.mc, 0.15*k.mc)
		near(t, "NARMA NRMSE", nrmse, k.nrmse, 0.06)
		near(t, "rate", rate, k.rate, 0.04)
		mcs[k.beta] = mc
	}
	if best := max(mcs[-2], mcs[0]); !(mcs[3] < 0.75*best) || !(mcs[-6] > 0.8*best) {
		t.Errorf("memory %v: want asymmetry, with loss on the side of excitation", mcs)
	}
}

// Adapted inhibition to a rate of 0.5, by iteration and by the mean-field solution.
func TestAdaptedInhibition(t *testing.T) {
	mc, nrmse, rate := eiScores(t, 0, iterate(0.5))
	near(t, "MC", mc, 11.7, 0.15*11.7)
	near(t, "NARMA NRMSE", nrmse, 0.433, 0.06)
	near(t, "rate", rate, 0.5, 0.03)
	best, global, _ := eiScores(t, -2, nil)
	if !(mc >= 1.2*best) || !(nrmse <= 0.75*global) {
		t.Errorf("adapted MC %.3g and NRMSE %.3g, best global balance %.3g and %.3g: want gains of 20 and 25 %%", mc, nrmse, best, global)
	}
	one, _, _ := eiScores(t, 0, func(n *reservoir.EI, _ uint64) error {
		return reservoir.Adaptation{Targets: reservoir.HomogeneousTargets(n.Units(), 0.5)}.Solve(n, []float64{0})
	})
	near(t, "MC by the one-step solution", one, mc, 0.1*mc)
	mixed, e, _ := eiScores(t, 0, func(n *reservoir.EI, seed uint64) error {
		targets := reservoir.HeterogeneousTargets(n.Units(), 0.1, 0.9, rand.New(rand.NewPCG(seed, 7)))
		u := UniformSeries(4000, -1, 1, rand.New(rand.NewPCG(seed, 8)))
		return reservoir.Adaptation{Targets: targets}.Run(n, reservoir.Series(u))
	})
	near(t, "MC with heterogeneous targets", mixed, 9.7, 0.15*9.7)
	// The reference, 0.502 from four realisations, is not reproduced: realisations scatter by 0.09 and sixteen of
	// them have a mean of 0.586 +- 0.021. The claim, better than any global balance, holds.
	t.Logf("NARMA NRMSE with heterogeneous targets: %.3g, best global balance %.3g", e, global)
	if !(e < 0.97*global) {
		t.Errorf("NARMA NRMSE with heterogeneous targets: %.3g, want below that of the best global balance, %.3g", e, global)
	}
}

// At the fixed point of the adaptation every unit that can is at its own target.
func TestAdaptationReachesEachTarget(t *testing.T) {
	n, err := reservoir.DefaultEI(100, 1).Build()
	if err != nil {
		t.Fatal(err)
	}
	targets := reservoir.HeterogeneousTargets(100, 0.3, 0.7, rand.New(rand.NewPCG(1, 7)))
	series := reservoir.Series(UniformSeries(6000, -1, 1, rand.New(rand.NewPCG(1, 8))))
	if err := (reservoir.Adaptation{Targets: targets}).Run(n, series); err != nil {
		t.Fatal(err)
	}
	x, err := reservoir.Collect(n, series, 200)
	if err != nil {
		t.Fatal(err)
	}
	var wrong []float64
	for i, want := range targets {
		if g := n.Gain[i]; g > 0 && g < 6 { // not at a bound
			wrong = append(wrong, math.Abs(stat.Mean(mat.Col(nil, i, x), nil)-want))
		}
	}
	if len(wrong) < 90 {
		t.Errorf("only %d of 100 units have a gain within its bounds", len(wrong))
	}
	near(t, "mean distance from the target", stat.Mean(wrong, nil), 0, 0.02)
}
