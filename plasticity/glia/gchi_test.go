package glia

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/glia-sim/glia/neurons"
	"github.com/glia-sim/glia/sim"
)

// The affinity of the pump decides between amplitude and frequency modulation. Rows near the ends of a
// range, where amplitudes change fast, get 2 %.
func TestAmplitudeAndFrequencyModulation(t *testing.T) {
	type row struct{ ip3, min, max, period float64 }
	rest := func(ip3, c float64) row { return row{ip3, c, c, 0} }
	for kp, rows := range map[float64][]row{
		0.1: {rest(0.30, 0.121), {0.35, 0.136, 0.167, 12.6}, {0.40, 0.098, 0.326, 12.7}, {0.50, 0.101, 0.453, 11.4}, {0.55, 0.109, 0.490, 11.1},
			{0.60, 0.125, 0.511, 10.9}, rest(0.70, 0.350), rest(0.80, 0.389), rest(1.0, 0.451), rest(1.1, 0.476), rest(1.2, 0.498)},
		0.05: {rest(0.30, 0.033), rest(0.35, 0.035), rest(0.40, 0.037), rest(0.50, 0.044), {0.55, 0.029, 1.035, 38.3}, {0.60, 0.029, 1.050, 29.4},
			{0.70, 0.029, 1.069, 23.2}, {0.80, 0.029, 1.083, 20.3}, {1.0, 0.030, 1.104, 17.7}, {1.1, 0.031, 1.112, 17.3}, rest(1.2, 0.486)},
	} {
		m := OpenLoopGChI()
		m.KP, m.HoldIP3, m.C0 = kp, true, 0.05
		cells := must(NewGChICells(m, len(rows), 10, 0, 1))
		for i, r := range rows {
			cells.IP3[i] = r.ip3
		}
		got := settle(cells.Ca, 0.01, 1000, 400, func() { _ = cells.Update(0) })
		for i, r := range rows {
			what := fmt.Sprintf("K_P %g, IP3 %g: ", kp, r.ip3)
			near(t, what+"min", got[i].min, r.min, max(0.01*r.min, 1e-3))
			near(t, what+"max", got[i].max, r.max, max(0.01*r.max, 1e-3))
			near(t, what+"period", got[i].period, r.period, 0.01*r.period)
		}
	}
}

// A synapse at 0.5 Hz drives the cell: section C.4 of the specification, whose values depend on the
// integrator by 2 %.
func TestSynapticallyDrivenCell(t *testing.T) {
	net := sim.New(sim.Options{DT: 1, Workers: 1})
	src := net.Populate("src", 1, neurons.RegularSource{Interval: 2000})
	cells := must(NewGChICells(SynapticGChI(), 1, 1, 0, 1))
	if err := cells.Listen(net, src, Pairwise(1, 500), 0); err != nil {
		t.Fatal(err)
	}
	net.AddProcess(cells, 1)
	var c, g, i, h []float64
	net.Every(1, func(float64) error {
		c, g, i, h = append(c, cells.Ca[0]), append(g, cells.Bound[0]), append(i, cells.IP3[0]), append(h, cells.H[0])
		return nil
	})
	run(t, net, 30000)
	var peaks [][2]float64 // time [ms], height
	for k := 1; k+1 < len(c); k++ {
		if c[k] > c[k-1] && c[k] >= c[k+1] && c[k] > 0.55 {
			peaks = append(peaks, [2]float64{float64(k + 1), c[k]})
		}
	}
	want := [][2]float64{{3150, 1.16}, {4500, 0.74}, {8800, 0.69}, {13000, 0.60}}
	if len(peaks) != len(want) {
		t.Fatalf("peaks of calcium above 0.55 µM at %v, want %v", peaks, want)
	}
	for k, p := range peaks {
		near(t, fmt.Sprintf("time of peak %d", k), p[0], want[k][0], 50) // tabled to 0.05 or 0.1 s
		near(t, fmt.Sprintf("height of peak %d", k), p[1], want[k][1], 0.02*want[k][1])
	}
	near(t, "peak of bound receptors", slices.Max(g), 0.94, 0.02*0.94)
	near(t, "peak of IP3", slices.Max(i), 2.25, 0.02*2.25)
	near(t, "least h", slices.Min(h), 0.56, 0.02*0.56)
	k := 10000 - 1 // state at 10 s
	near(t, "bound at 10 s", g[k], 0.002, 0.0005)
	near(t, "IP3 at 10 s", i[k], 0.190, 0.02*0.19)
	near(t, "calcium at 10 s", c[k], 0.310, 0.02*0.31)
	near(t, "h at 10 s", h[k], 0.559, 0.02*0.559)
	// From then on each spike moves calcium up and down around 0.45; no large pulse returns.
	for _, x := range c[15000:] {
		if x < 0.33 || x > 0.54 {
			t.Fatalf("calcium is %g µM after 15 s, want it to stay between 0.33 and 0.54", x)
		}
	}
}

// The exact trace of transmitter in the step makes the result nearly independent of the step.
func TestStepOfSynapticCell(t *testing.T) {
	var ends []float64
	for _, step := range []float64{0.5, 5} {
		net := sim.New(sim.Options{DT: 0.5, Workers: 1})
		src := net.Populate("src", 1, neurons.RegularSource{Interval: 2000})
		cells := must(NewGChICells(SynapticGChI(), 1, 5, step, 1))
		if err := cells.Listen(net, src, Pairwise(1, 500), 0); err != nil {
			t.Fatal(err)
		}
		net.AddProcess(cells, 5)
		run(t, net, 10000)
		ends = append(ends, cells.Ca[0])
	}
	near(t, "calcium at 10 s with steps of 5 ms", ends[1], ends[0], 1e-4)
}

// Without calcium dynamics the gating noise makes ln(hinf - h) a random walk: mean -t/tau and variance
// Noise^2 t/tau, in the sense of Stratonovich.
func TestGatingNoise(t *testing.T) {
	m := core()
	m.OP, m.OmegaC, m.OmegaL, m.HoldIP3, m.I0, m.C0, m.H0, m.Noise = 0, 0, 0, true, 0.5, 0.3, 0.35, 0.4
	const n = 2000
	cells := must(NewGChICells(m, n, 20, 0, 3))
	q := m.D2 * (m.I0 + m.D1) / (m.I0 + m.D3)
	hinf, tau := q/(q+m.C0), 1/(m.O2*(q+m.C0)) // s
	const steps = 200
	for range steps {
		if err := cells.Update(0); err != nil {
			t.Fatal(err)
		}
	}
	elapsed := steps * 0.02 / tau
	mean, variance := 0.0, 0.0
	for i, h := range cells.H {
		if c := cells.Ca[i]; math.Abs(c-m.C0) > 1e-15 {
			t.Fatalf("calcium moved to %g", c)
		}
		mean += math.Log((hinf - h) / (hinf - m.H0))
	}
	mean /= n
	for _, h := range cells.H {
		d := math.Log((hinf-h)/(hinf-m.H0)) - mean
		variance += d * d / (n - 1)
	}
	want := m.Noise * m.Noise * elapsed
	near(t, "mean of ln(hinf-h)", mean, -elapsed, 4*math.Sqrt(want/n)+0.01)
	near(t, "variance of ln(hinf-h)", variance, want, want*(4*math.Sqrt(2.0/n)+0.02))

	again := must(NewGChICells(m, n, 20, 0, 3))
	other := must(NewGChICells(m, n, 20, 0, 4))
	for range steps {
		_, _ = again.Update(0), other.Update(0)
	}
	if !slices.Equal(again.H, cells.H) || slices.Equal(other.H, cells.H) {
		t.Error("the noise is not a function of the seed")
	}
}

// The stochastic cell of example 2 wanders around the deterministic one and keeps its bounds.
func TestStochasticCell(t *testing.T) {
	m := SynapticGChI()
	m.Noise = 1
	net := sim.New(sim.Options{DT: 1, Workers: 1})
	src := net.Populate("src", 1, neurons.RegularSource{Interval: 2000})
	cells := must(NewGChICells(m, 20, 1, 0, 1))
	if err := cells.Listen(net, src, links(20, 500), 0); err != nil {
		t.Fatal(err)
	}
	net.AddProcess(cells, 1)
	sum, sum2, count := 0.0, 0.0, 0.0
	net.Every(1, func(now float64) error {
		for i, c := range cells.Ca {
			if h, g := cells.H[i], cells.Bound[i]; !(c >= 0 && c <= m.CT && h >= 0 && h <= 1 && g >= 0 && g <= 1) {
				return fmt.Errorf("cell %d: C %g, h %g, bound %g", i, c, h, g)
			}
			if now > 15000 {
				sum, sum2, count = sum+c, sum2+c*c, count+1
			}
		}
		return nil
	})
	run(t, net, 30000)
	mean := sum / count
	sd := math.Sqrt(sum2/count - mean*mean)
	if mean < 0.3 || mean > 0.6 || sd < 0.03 || sd > 0.3 {
		t.Errorf("calcium after 15 s: %.3f +- %.3f µM, want it around 0.45 and restless", mean, sd)
	}
}

func links(cells int, weight float64) []Link {
	var l []Link
	for c := range cells {
		l = append(l, Link{0, c, weight})
	}
	return l
}

// Gliotransmitter: two cells with outside IP3, parameters of example 3.
func TestGliotransmitterRelease(t *testing.T) {
	cells := openLoopCells(t)
	if _, err := advanceTo(cells, 17100); err != nil {
		t.Fatal(err)
	}
	want := [][][2]float64{{{2090, 78.0}}, {{1060, 78.0}, {10340, 77.8}}}
	for cell, list := range want {
		got := cells.Pulses(cell)
		if len(got) != len(list) {
			t.Fatalf("cell %d: releases %v, want %v", cell, got, list)
		}
		for k, p := range got {
			near(t, fmt.Sprintf("time of release %d of cell %d", k, cell), p.Time, list[k][0], 10) // tabled to 10 ms
			near(t, fmt.Sprintf("height of release %d of cell %d", k, cell), p.Height, list[k][1], 0.05)
		}
	}
	p := cells.Pulses(1)
	near(t, "concentration", Concentration(p, 60, p[1].Time+10), p[1].Height*math.Exp(-0.6), 1e-9)
	near(t, "concentration before", Concentration(p, 60, 100), 0, 0)
}

// openLoopCells are the two cells of example 3, biased to 0.8 and 1.25 µM.
func openLoopCells(t *testing.T) *GChICells {
	t.Helper()
	cells := must(NewGChICells(OpenLoopGChI(), 2, 1, 0, 1))
	cells.Bias[0], cells.Bias[1] = 0.8, 1.25
	if err := cells.SetRelease(DefaultGliotransmission()); err != nil {
		t.Fatal(err)
	}
	return cells
}

// advanceTo updates cells without a network.
func advanceTo(cells *GChICells, ms float64) (steps int, err error) {
	for ; float64(steps+1)*cells.Interval <= ms && err == nil; steps++ {
		err = cells.Update(float64(steps+1) * cells.Interval)
	}
	return steps, err
}

// A crossing releases the share UA of a store that recovers with OmegaA; calcium must fall before the
// next one.
func TestReleaseSites(t *testing.T) {
	g := DefaultGliotransmission()
	r := newReleaseSites(g, 1)
	for k, c := range []float64{0.4, 0.5, 0.6, 0.7, 0.55, 0.5, 0.6} {
		at := float64(k) * 100
		r.watch([]float64{c}, at, at)
	}
	got := r.of(0)
	if len(got) != 2 || got[0].Time != 200 || got[1].Time != 600 {
		t.Fatalf("releases %v, want them at 200 and 600 ms", got)
	}
	near(t, "first", got[0].Height, 78, 1e-9)
	x := 1 - 0.6*math.Exp(-0.6*0.4)
	near(t, "second", got[1].Height, 78*x, 1e-9)
	var none *releaseSites
	none.watch([]float64{1}, 0, 0)
	none.reset()
	if none.of(0) != nil {
		t.Error("cells without release release")
	}
}

// One full release of a synapse does not drive a resting cell to release; a few in a row do.
func TestSpikesActTogether(t *testing.T) {
	for spikes, want := range map[int]bool{1: false, 5: true} {
		var train []float64
		for k := range spikes {
			train = append(train, 10000+1000*float64(k))
		}
		net := sim.New(sim.Options{DT: 1, Workers: 1})
		src := net.Populate("src", 1, neurons.SpikeList{Times: [][]float64{train}})
		cells := must(NewGChICells(DefaultGChI(), 1, 5, 0, 1))
		if err := cells.SetRelease(DefaultGliotransmission()); err != nil {
			t.Fatal(err)
		}
		if err := cells.Listen(net, src, Pairwise(1, 1500), 0); err != nil {
			t.Fatal(err)
		}
		net.AddProcess(cells, 5)
		run(t, net, 30000)
		if got := len(cells.Pulses(0)) > 0; got != want {
			t.Errorf("%d spikes: releases %v", spikes, cells.Pulses(0))
		}
	}
}
