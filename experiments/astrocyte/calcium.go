package astrocyte

import (
	"context"
	"math"

	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/neurons"
	"github.com/glia-sim/glia/plasticity/glia"
	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/viz"
)

// course is what calcium does at a level of IP3 once it has settled: the period is 0 at rest.
type course struct{ min, max, period float64 }

// hold runs cells with IP3 held at the given levels and pump affinity kp. It gives their courses, and
// the traces of the last shown s with their times [ms]. Whoever watches sees the first, middle and last cell,
// with time counted from start [ms].
func hold(ctx context.Context, r *experiments.Run, start, kp float64, levels []float64, shown float64) (courses []course, times []float64, traces [][]float64, err error) {
	const step, transient, measured = 0.01, 600.0, 400.0 // s
	m := glia.OpenLoopGChI()
	m.KP, m.HoldIP3, m.C0 = kp, true, 0.05
	cells, err := glia.NewGChICells(m, len(levels), 1000*step, 0, 0)
	if err != nil {
		return nil, nil, nil, err
	}
	copy(cells.IP3, levels)
	total := int((transient + measured) / step)
	whole := make([][]float64, len(levels))
	watched := []int{0, len(levels) / 2, len(levels) - 1}
	for k := range total {
		if k%25 == 0 {
			for _, i := range watched {
				r.Signal("calcium at "+number(levels[i])+" µM IP3", "µM", start+float64(k)*1000*step, cells.Ca[i])
			}
		}
		if k%1000 == 0 {
			if ctx.Err() != nil {
				return nil, nil, nil, ctx.Err()
			}
			r.Simulated(start + float64(k)*1000*step)
		}
		if err := cells.Update(float64(k+1) * 1000 * step); err != nil {
			return nil, nil, nil, err
		}
		if float64(k)*step >= transient {
			for i, c := range cells.Ca {
				whole[i] = append(whole[i], c)
			}
		}
	}
	n := int(shown / step)
	for k := range n {
		times = append(times, float64(k)*1000*step)
	}
	for _, w := range whole {
		courses = append(courses, measure(w, step))
		traces = append(traces, w[len(w)-n:])
	}
	return courses, times, traces, nil
}

// measure gives the course of a trace with samples every step s; the period is the mean between upward
// passages of the middle.
func measure(trace []float64, step float64) course {
	c := course{math.Inf(1), math.Inf(-1), 0}
	for _, x := range trace {
		c.min, c.max = min(c.min, x), max(c.max, x)
	}
	if c.max-c.min < 1e-3 {
		return c
	}
	mid := (c.min + c.max) / 2
	var first, last, n float64
	for k := 1; k < len(trace); k++ {
		if trace[k-1] <= mid && trace[k] > mid {
			at := step * (float64(k) - (trace[k]-mid)/(trace[k]-trace[k-1]))
			if n == 0 {
				first = at
			}
			last = at
			n++
		}
	}
	if n > 1 {
		c.period = (last - first) / (n - 1)
	}
	return c
}

// published are the ends of calcium and its period at some levels of IP3.
var published = []struct {
	name   string
	kp     float64
	points [][4]float64 // IP3, least and largest calcium, period
}{
	{"amplitude modulation (pump 0.1 µM)", 0.1, [][4]float64{{0.30, 0.121, 0.121, 0}, {0.40, 0.098, 0.326, 12.7}, {0.50, 0.101, 0.453, 11.4}, {0.60, 0.125, 0.511, 10.9}, {0.80, 0.389, 0.389, 0}, {1.0, 0.451, 0.451, 0}}},
	{"frequency modulation (pump 0.05 µM)", 0.05, [][4]float64{{0.40, 0.037, 0.037, 0}, {0.55, 0.029, 1.035, 38.3}, {0.60, 0.029, 1.050, 29.4}, {0.80, 0.029, 1.083, 20.3}, {1.0, 0.030, 1.104, 17.7}, {1.2, 0.486, 0.486, 0}}},
}

// oscillations draws amplitude and frequency modulation.
func oscillations(ctx context.Context, r *experiments.Run) error {
	amplitude := viz.Line{Title: "Range of calcium", X: viz.Axis{Label: "IP3, held", Unit: "µM"}, Y: viz.Axis{Label: "Calcium", Unit: "µM", Zero: true}}
	period := viz.Line{Title: "Period of calcium", X: viz.Axis{Label: "IP3, held", Unit: "µM", Min: 0.25, Max: 1.25}, Y: viz.Axis{Label: "Period", Unit: "s", Zero: true}}
	var levels []float64
	spacing := 1 // of the levels, in 0.01 µM
	if r.Choice("curves") == "coarse" {
		spacing = 5
	}
	for k := 25; k <= 125; k += spacing {
		levels = append(levels, float64(k)/100)
	}
	at := map[[2]float64]course{}
	for k, p := range published {
		r.Progress(float64(k), float64(len(published)+2))
		courses, _, _, err := hold(ctx, r, float64(k)*1e6, p.kp, levels, 0)
		if err != nil {
			return err
		}
		mean, half, periods := make([]float64, len(levels)), make([]float64, len(levels)), make([]float64, len(levels))
		for i, c := range courses {
			mean[i], half[i], periods[i] = (c.min+c.max)/2, (c.max-c.min)/2, math.NaN()
			if c.period > 0 {
				periods[i] = c.period
			}
			at[[2]float64{p.kp, math.Round(levels[i] * 100)}] = c
		}
		amplitude.Series = append(amplitude.Series, viz.Series{Name: p.name, X: levels, Y: mean, Err: half})
		period.Series = append(period.Series, viz.Series{Name: p.name, X: levels, Y: periods})
		for _, q := range p.points {
			amplitude.Points = append(amplitude.Points, viz.RefPoint{X: q[0], Y: q[2]})
			if q[3] > 0 {
				amplitude.Points = append(amplitude.Points, viz.RefPoint{X: q[0], Y: q[1]})
				period.Points = append(period.Points, viz.RefPoint{X: q[0], Y: q[3]})
			}
		}
	}
	amplitude.PointsName, period.PointsName = "independent integration", "independent integration"
	am := func(ip3 float64) course { return at[[2]float64{0.1, ip3}] }
	fm := func(ip3 float64) course { return at[[2]float64{0.05, ip3}] }
	height := func(c course) float64 { return c.max - c.min }
	if err := r.Metrics(map[string]float64{
		"am_period": am(40).period, "am_period_change": am(60).period / am(40).period,
		"am_amplitude_low": height(am(40)), "am_amplitude_high": height(am(60)),
		"fm_period_onset": fm(55).period, "fm_period_end": fm(110).period,
		"fm_amplitude": height(fm(100)), "fm_amplitude_change": height(fm(110)) / height(fm(55)),
	}); err != nil {
		return err
	}
	for k, f := range []struct {
		name, title, caption string
		kp                   float64
		levels               []float64
	}{
		{"amplitude-modulation", "Amplitude modulation", "Calcium at three levels of IP3 with a pump affinity of 0.1 µM: the amplitude follows IP3, the period hardly changes", 0.1, []float64{0.36, 0.42, 0.6}},
		{"frequency-modulation", "Frequency modulation", "Calcium at three levels of IP3 with a pump affinity of 0.05 µM: pulses of one size, the more often the more IP3", 0.05, []float64{0.54, 0.65, 1.1}},
	} {
		r.Progress(float64(len(published)+k), float64(len(published)+2))
		_, times, traces, err := hold(ctx, r, float64(len(published)+k)*1e6, f.kp, f.levels, 120)
		if err != nil {
			return err
		}
		t := viz.Line{Title: f.title, X: viz.Axis{Label: "Time", Unit: "s"}, Y: viz.Axis{Label: "Calcium", Unit: "µM", Zero: true}}
		for i := range times {
			times[i] /= 1000
		}
		for i, l := range f.levels {
			t.Series = append(t.Series, viz.Series{Name: "IP3 " + number(l) + " µM", X: times, Y: traces[i]})
		}
		if err := r.Figure(f.name, f.caption, t); err != nil {
			return err
		}
	}
	if err := r.Figure("amplitude", "Least, mean and largest calcium against IP3, for the two affinities of the pump", amplitude); err != nil {
		return err
	}
	return r.Figure("period", "Period of calcium against IP3, where it oscillates", period)
}

// current drives a Li-Rinzel cell by spikes and shows the current it sends into a neuron.
func current(ctx context.Context, r *experiments.Run) error {
	const delta, total, tail = 0.2, 60000.0, 10000.0 // µM, ms, ms
	model := glia.DefaultLiRinzel()
	model.Delta = delta
	net := sim.New(sim.Options{DT: 1, Seed: r.Seed, Workers: 1})
	pre := net.Populate("neuron", 1, neurons.RegularSource{Interval: 1000})
	cells, err := glia.NewLiRinzelCells(model, 1, 10, 1)
	if err != nil {
		return err
	}
	if err := cells.Listen(net, pre, glia.Pairwise(1, 1), 1); err != nil {
		return err
	}
	net.AddProcess(cells, 10)
	sic := glia.DefaultSlowInwardCurrent()
	var times, ip3, ca, i []float64
	plateau, n := 0.0, 0.0
	net.Every(20, func(now float64) error {
		times, ip3, ca, i = append(times, now), append(ip3, cells.IP3[0]), append(ca, cells.Ca[0]), append(i, sic.At(cells.Ca[0]))
		r.Signal("IP3", "µM", now, cells.IP3[0])
		r.Signal("calcium", "µM", now, cells.Ca[0])
		r.Signal("slow inward current", "pA", now, sic.At(cells.Ca[0]))
		if now > total-tail {
			plateau, n = plateau+sic.At(cells.Ca[0]), n+1
		}
		return nil
	})
	if err := r.Advance(ctx, "slow inward current", net, total, &times, &ip3, &ca, &i, &plateau, &n); err != nil {
		return err
	}
	if err := r.Metrics(map[string]float64{"sic_plateau": plateau / n}); err != nil {
		return err
	}
	return r.Figure("slow-inward-current", "A Li-Rinzel cell with spikes at 1 Hz: calcium overshoots while IP3 passes the range of oscillations (0.35 to 0.65 µM) and then stays on a plateau; current flows while calcium is above 0.197 µM",
		viz.Trace{Title: "A cell under spikes at 1 Hz", Times: times, Series: []viz.TraceSeries{
			{Name: "IP3", Unit: "µM", Values: ip3}, {Name: "calcium", Unit: "µM", Values: ca}, {Name: "slow inward current", Unit: "pA", Values: i}}})
}
