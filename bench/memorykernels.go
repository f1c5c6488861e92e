package bench

import (
	"context"
	"sync"
	"time"

	"github.com/glia-sim/glia/neurons"
	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/synapses"
)

func machine() *Benchmark {
	return &Benchmark{
		Name:  "machine",
		Model: "triad a = b + s c over arrays of 128 MiB; a network in which nothing but the delivery of spikes takes time, onto vectors of three sizes; a network of one neuron per worker with a window of one step",
		Quick: "triad over arrays of 8 MiB; delivery of spikes alone, onto vectors of up to 64 MiB; a network of one neuron per worker with a window of one step",
		Measures: []Measure{
			{Name: "bandwidth_one_core", Unit: "GB/s", Meaning: "triad of STREAM with one goroutine, 24 bytes per element"},
			{Name: "bandwidth", Unit: "GB/s", Meaning: "the same with all workers"},
			{Name: "scatter_l2", Unit: "updates/s", Meaning: "additions of a constant weight to a vector of float64 of half the L2 cache, at random places, by the engine's delivery of spikes; one core"},
			{Name: "scatter_l3", Unit: "updates/s", Meaning: "the same with 8 MiB"},
			{Name: "scatter_dram", Unit: "updates/s", Meaning: "the same with 256 MiB"},
			{Name: "window", Unit: "ns", Meaning: "a window of the engine in which next to nothing happens: what its barrier costs"}},
		Run: runMachine,
	}
}

func runMachine(ctx context.Context, t *Trial) error {
	elements := pick(t, 128<<20, 8<<20) / 8
	t.Report("bandwidth_one_core", triad(elements, 1)/1e9)
	if err := ctx.Err(); err != nil {
		return err
	}
	t.Report("bandwidth", triad(elements, t.Workers)/1e9)
	l2 := orDefault(cacheSize(2), defaultL2)
	for _, k := range []struct {
		measure string
		bytes   int
	}{{"scatter_l2", int(l2 / 2)}, {"scatter_l3", 8 << 20}, {"scatter_dram", pick(t, 256<<20, 64<<20)}} {
		rate, err := t.scatter(ctx, k.bytes, pick(t, 1<<24, 1<<20))
		if err != nil {
			return err
		}
		t.Report(k.measure, rate)
	}
	seconds, windows, err := t.emptyWindows(ctx)
	if err != nil {
		return err
	}
	t.Report("window", seconds/windows*1e9)
	return nil
}

// passes of each kernel. As STREAM does, the best one after the first counts: what the machine can do is
// asked for, not what else it does.
const passes = 6

// triad is the kernel of J. D. McCalpin's STREAM: it gives bytes per second, counting two reads and a write per
// element as STREAM does.
func triad(elements, workers int) float64 {
	a, b, c := make([]float64, elements), make([]float64, elements), make([]float64, elements)
	share := func(w int) (lo, hi int) { return elements * w / workers, elements * (w + 1) / workers }
	each := func(do func(a, b, c []float64)) {
		var wg sync.WaitGroup
		for w := range workers {
			lo, hi := share(w)
			wg.Go(func() { do(a[lo:hi], b[lo:hi], c[lo:hi]) })
		}
		wg.Wait()
	}
	each(func(a, b, c []float64) { // each worker touches its own share first
		for i := range a {
			a[i], b[i], c[i] = 0, 1, 2
		}
	})
	best := bestTime(func() {
		each(func(a, b, c []float64) {
			b, c = b[:len(a)], c[:len(a)]
			for i := range a {
				a[i] = b[i] + 3*c[i]
			}
		})
	})
	return 24 * float64(elements) / best.Seconds()
}

func bestTime(kernel func()) time.Duration {
	kernel()
	best := time.Duration(1<<63 - 1)
	for range passes - 1 {
		start := time.Now()
		kernel()
		best = min(best, time.Since(start))
	}
	return best
}

// emptyWindows runs a network of one neuron per worker whose smallest delay is a step.
func (t *Trial) emptyWindows(ctx context.Context) (seconds, windows float64, err error) {
	net := sim.New(t.options())
	p := net.Populate("neurons", t.Workers, neurons.DefaultLIFDelta())
	net.Connect(p, p, synapses.FixedInDegree{K: 1}, sim.Synapse{Weight: sim.Constant(0), Delay: sim.Constant(net.Clock().DT), Receptor: "v"})
	if err := net.Build(ctx); err != nil {
		return 0, 0, err
	}
	s, err := t.simulate(ctx, net, 10, pick(t, 20_000.0, 500))
	return s.wall, s.ticks, err
}
