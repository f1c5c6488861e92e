package astrocyte

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/neurons"
	"github.com/glia-sim/glia/plasticity/glia"
	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/synapses"
	"github.com/glia-sim/glia/viz"
)

// kinds of gliotransmission: the bias of the cell's IP3 [µM], and the releases that are tabled.
var kinds = []struct {
	name string
	cell string
	bias float64
	want []float64
}{
	{"no gliotransmission", "", 0, []float64{0.600, 0.367, 0.154, 0.104, 0.096, 0.163, 0.043, 0.022, 0.020, 0.020}},
	{"one release before", "A", 0.8, []float64{0.144, 0.216, 0.222, 0.195, 0.161, 0.146, 0.111}},
	{"two releases before", "B", 1.25, []float64{0.047, 0.081, 0.102, 0.113, 0.115, 0.106, 0.111, 0.107, 0.097}},
}

// gliotransmission gives a burst of spikes to synapses whose cells have released gliotransmitter.
func gliotransmission(_ context.Context, r *experiments.Run) error {
	const onset, end, step = 16500.0, 17100.0, 1.0 // ms
	burst := []float64{0, 50, 100, 150, 200, 300, 310, 320, 330, 340, 350, 360, 370, 380, 390, 400}
	cells, err := glia.NewGChICells(glia.OpenLoopGChI(), len(kinds), step, 0, r.Seed)
	if err != nil {
		return err
	}
	if err := cells.SetRelease(glia.DefaultGliotransmission()); err != nil {
		return err
	}
	for i, k := range kinds {
		cells.Bias[i] = k.bias
	}
	var times []float64
	traces := make([][]float64, len(kinds))
	for k := range int(end / step) {
		now := float64(k+1) * step
		if err := cells.Update(now); err != nil {
			return err
		}
		if k%10 == 0 {
			times = append(times, now)
			for i, c := range cells.Ca {
				traces[i] = append(traces[i], c)
				if kinds[i].cell != "" {
					r.Signal("calcium of cell "+kinds[i].cell, "µM", now, c)
				}
			}
		}
	}
	s := glia.NewTerminals(glia.DefaultModulatedTM(), len(kinds))
	figure := viz.Line{Title: "Release in a burst", X: viz.Axis{Label: "Time", Unit: "ms"}, Y: viz.Axis{Label: "Resources released", Zero: true}, PointsName: "independent integration"}
	history := viz.Trace{Title: "Calcium and terminal receptors", Size: viz.Size{Height: 440}, Times: times, Lines: []viz.RefLine{{Value: 0.5, Label: "threshold of release", Unit: "µM"}}}
	paired, bound := make([]float64, len(kinds)), make([]float64, len(kinds))
	for i, k := range kinds {
		var pulses []glia.Pulse
		if i > 0 { // the first cell is left out: its synapse has no astrocyte
			pulses = cells.Pulses(i)
			history.Series = append(history.Series, viz.TraceSeries{Name: "calcium " + k.cell, Unit: "µM", Values: traces[i]})
			var share []float64
			next := 0
			for _, t := range times {
				for ; next < len(pulses) && pulses[next].Time <= t; next++ {
					s.Pulse(i, pulses[next].Time, pulses[next].Height)
				}
				share = append(share, s.Bound(i, t))
			}
			history.Series = append(history.Series, viz.TraceSeries{Name: "bound " + k.cell, Unit: "share", Values: share})
		}
		bound[i] = s.Bound(i, onset)
		line := viz.Series{Name: k.name, Markers: true}
		for _, t := range burst {
			line.X, line.Y = append(line.X, t), append(line.Y, s.Spike(i, onset+t))
		}
		paired[i] = line.Y[1] / line.Y[0]
		figure.Series = append(figure.Series, line)
		for n, y := range k.want {
			figure.Points = append(figure.Points, viz.RefPoint{X: burst[n], Y: y})
		}
	}
	metrics := map[string]float64{"release_time": math.NaN(), "pulse_height": math.NaN(), "bound_weak": bound[1], "bound_strong": bound[2],
		"paired_none": paired[0], "paired_weak": paired[1], "paired_strong": paired[2]}
	if p := cells.Pulses(1); len(p) > 0 {
		metrics["release_time"], metrics["pulse_height"] = p[0].Time/1000, p[0].Height
	}
	if err := r.Metrics(metrics); err != nil {
		return err
	}
	if err := r.Figure("gliotransmission", "Two cells paced from outside, A by 0.8 and B by 1.25 µM of IP3: where calcium passes the threshold, gliotransmitter is released and binds to receptors of the synapse", history); err != nil {
		return err
	}
	return r.Figure("burst", "Resources that each spike of a burst releases: gliotransmitter turns depression into facilitation", figure)
}

// bell measures the mean release per spike against the rate of Poisson input, without, with open-loop
// and with closed-loop gliotransmission.
func bell(ctx context.Context, r *experiments.Run) error {
	const transient, openBias = 15000.0, 1.0 // ms, µM
	step, copies := r.Float("step"), r.Int("replicates")
	var rates []float64
	for k := range 17 { // four per decade
		rate, _ := strconv.ParseFloat(number(0.01*math.Pow(10, float64(k)/4)), 64)
		rates = append(rates, rate)
	}
	net := sim.New(sim.Options{DT: 1, Seed: r.Seed, Workers: r.Workers})
	target := net.Populate("target", copies, neurons.DefaultLIFExp())
	n := copies * len(rates)
	closed, err := loop(net, n, step, 0)
	if err != nil {
		return err
	}
	open, err := loop(net, n, step, openBias)
	if err != nil {
		return err
	}
	modes := []struct {
		name  string
		cells *glia.GChICells
	}{{"no gliotransmission", nil}, {"open loop", open}, {"closed loop", closed}}
	releases := make([][]*glia.ModulatedRelease, len(modes))
	for k, rate := range rates {
		src := net.Populate(fmt.Sprintf("%g Hz", rate), copies, neurons.PoissonSource{Rate: rate})
		own := make([]int, copies)
		for i := range own {
			own[i] = k*copies + i
		}
		for m, mode := range modes {
			var cells glia.Releaser // nil without gliotransmission
			if mode.cells != nil {
				cells = mode.cells
			}
			release, err := glia.NewModulatedRelease(glia.DefaultModulatedTM(), cells, own)
			if err != nil {
				return err
			}
			net.Connect(src, target, synapses.OneToOne{}, sim.Synapse{Name: mode.name + ", " + src.Name, Weight: sim.Constant(0), Delay: sim.Constant(step), Receptor: "ex", Release: release})
			releases[m] = append(releases[m], release)
			if mode.cells == closed {
				if err := closed.Hear(release); err != nil {
					return err
				}
			}
		}
	}
	total := transient + 1000*r.Float("duration")
	const piece = 1000.0 // ms
	if err := r.Loop(ctx, "bell", net, int(math.Ceil(total/piece)), func(ctx context.Context, k int) error {
		done := float64(k) * piece
		ms := min(piece, total-done)
		if err := net.Run(ctx, ms); err != nil {
			return err
		}
		for _, m := range modes {
			for k, rate := range rates {
				if m.cells != nil && (rate == 0.1 || rate == 1 || rate == 10) {
					r.Signal(fmt.Sprintf("calcium at %g Hz, %s", rate, m.name), "µM", done+ms, m.cells.Ca[k*copies])
				}
			}
		}
		if done += ms; done == transient {
			for _, of := range releases {
				for _, release := range of {
					release.ResetTotals()
				}
			}
		}
		r.Progress(done, total)
		r.Simulated(done)
		return nil
	}); err != nil {
		return err
	}
	r.Count(func(c *experiments.Counters) {
		counts := net.Counts()
		c.Neurons, c.Synapses, c.SynapticEvents, c.DT = counts.Neurons, counts.Synapses, counts.SynapticEvents, net.Clock().DT
	})
	return drawBell(r, rates, copies, releases)
}

// loop makes cells for the closed loop, or for the open loop where there is a bias.
func loop(net *sim.Network, n int, step, bias float64) (*glia.GChICells, error) {
	cells, err := glia.NewGChICells(glia.DefaultGChI(), n, step, 0, net.Seed())
	if err != nil {
		return nil, err
	}
	for i := range cells.Bias {
		cells.Bias[i] = bias
	}
	if err := cells.SetRelease(glia.DefaultGliotransmission()); err != nil {
		return nil, err
	}
	net.AddProcess(cells, step)
	return cells, nil
}

func drawBell(r *experiments.Run, rates []float64, copies int, releases [][]*glia.ModulatedRelease) error {
	figure := viz.Line{Title: "Release against input rate", X: viz.Axis{Label: "Input rate", Unit: "Hz", Log: true}, Y: viz.Axis{Label: "Mean release per spike", Log: true}, PointsName: "independent integration"}
	means := make([][]float64, len(releases))
	for m, of := range releases {
		errs := make([]float64, len(rates))
		for k, release := range of {
			sum, spikes := 0.0, 0.0
			var single []float64 // of each synapse with spikes
			for i := range copies {
				s, n := release.Released(i)
				sum, spikes = sum+s, spikes+float64(n)
				if n > 0 {
					single = append(single, s/float64(n))
				}
			}
			means[m] = append(means[m], sum/spikes) // NaN without spikes
			errs[k] = deviation(single)
		}
		figure.Series = append(figure.Series, viz.Series{Name: []string{"no gliotransmission", "open loop", "closed loop"}[m], X: rates, Y: means[m], Err: errs, Markers: true})
	}
	for _, p := range [][2]float64{{0.1, 0.586}, {1, 0.484}, {3.16, 0.333}, {10, 0.161}, {31.6, 0.060}, {100, 0.0196}} {
		figure.Points = append(figure.Points, viz.RefPoint{X: p[0], Y: p[1]})
	}
	none, open, closed := means[0], means[1], means[2]
	low, one, ten := slices.Index(rates, 0.1), slices.Index(rates, 1), slices.Index(rates, 10)
	var ratios []float64 // at the rates that gave any spike
	for k := range rates {
		if x := closed[k] / none[k]; !math.IsNaN(x) {
			ratios = append(ratios, x)
		}
	}
	if len(ratios) == 0 {
		return fmt.Errorf("astrocyte: no source fired in %g s: choose a longer duration or more replicates", r.Float("duration"))
	}
	top, height := summit(rates, open)
	if err := r.Metrics(map[string]float64{
		"release_1hz": none[one], "release_10hz": none[ten], "release_low_open": open[low],
		"bell_rate": top, "bell_height": height, "bell_prominence": height / max(open[low], open[len(open)-1]),
		"closed_low": ratios[0], "closed_mid": slices.Min(ratios),
	}); err != nil {
		return err
	}
	if err := r.Figure("release-rate", "Mean share of its resources that a spike releases, with the spread over synapses: without gliotransmission release falls with the rate; "+
		"with open-loop gliotransmission it rises and falls; the closed loop leaves the first curve where spikes come often enough to drive the cell's calcium, "+
		"and joins it again where calcium stays above the threshold of release", figure); err != nil {
		return err
	}
	bell := figure
	bell.Title, bell.Y.Log, bell.Y.Zero, bell.Points = "Bell of synaptic modulation", false, true, nil
	bell.Series, bell.PointsName = figure.Series[1:2], "release probability fixed at 0.047"
	for _, p := range [][2]float64{{0.1, 0.048}, {1, 0.058}, {3.16, 0.075}, {10, 0.087}, {31.6, 0.053}} {
		bell.Points = append(bell.Points, viz.RefPoint{X: p[0], Y: p[1]})
	}
	return r.Figure("bell", "Mean release per spike with open-loop gliotransmission: the synapse passes a band of rates", bell)
}

// deviation is the standard deviation of x.
func deviation(x []float64) float64 {
	if len(x) < 2 {
		return 0
	}
	mean, sum := 0.0, 0.0
	for _, v := range x {
		mean += v / float64(len(x))
	}
	for _, v := range x {
		sum += (v - mean) * (v - mean)
	}
	return math.Sqrt(sum / float64(len(x)-1))
}

// summit gives rate and height of the top of a curve by a parabola, in the logarithm of the rate,
// through its highest point and the two beside it. NaN marks rates without spikes.
func summit(rates, y []float64) (rate, height float64) {
	k := len(y) - 1
	for i := range y {
		if y[i] > y[k] {
			k = i
		}
	}
	if k == 0 || k == len(y)-1 || math.IsNaN(y[k-1]) {
		return rates[k], y[k]
	}
	a, b, c := y[k-1], y[k], y[k+1]
	shift := 0.5 * (a - c) / (a - 2*b + c) // in steps of the logarithm, which are equal
	return rates[k] * math.Pow(rates[k+1]/rates[k], shift), b - 0.25*(a-c)*shift
}
