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
		Model: "triad a = b + s c over arrays of 128 MiB; adding 1 at random places of a vector of float32, places read in a stream; a network of one neuron per worker with a window of one step",
		Quick: "triad over arrays of 8 MiB; random updates of vectors of up to 64 MiB; a network of one neuron per worker with a window of one step",
		Measures: []Measure{
			{Name: "bandwidth_one_core", Unit: "GB/s", Meaning: "triad of STREAM with one goroutine, 24 bytes per element"},
			{Name: "bandwidth", Unit: "GB/s", Meaning: "the same with all workers"},
			{Name: "scatter_l2", Unit: "updates/s", Meaning: "random updates of a vector of half the L2 cache, one core"},
			{Name: "scatter_l3", Unit: "updates/s", Meaning: "the same with 8 MiB"},
			{Name: "scatter_dram", Unit: "updates/s", Meaning: "the same with 512 MiB"},
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
	l2 := cacheSize(2)
	if l2 == 0 {
		l2 = 512 << 10
	}
	places := newPlaces(pick(t, 1<<24, 1<<20))
	for _, k := range []struct {
		measure string
		bytes   int
	}{{"scatter_l2", int(l2 / 2)}, {"scatter_l3", 8 << 20}, {"scatter_dram", pick(t, 512<<20, 64<<20)}} {
		if err := ctx.Err(); err != nil {
			return err
		}
		t.Report(k.measure, scatter(places, k.bytes))
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

// newPlaces draws numbers of 32 bits.
func newPlaces(n int) []uint32 {
	draws := sim.NewKey(seed, "scatter").Draws(0)
	places := make([]uint32, n)
	for i := range places {
		places[i] = uint32(draws.Uint64(uint64(i)))
	}
	return places
}

// scatter gives updates per second of single places of a vector: what the delivery of spikes does to its targets.
// The vector is the largest power of two that fits.
func scatter(places []uint32, bytes int) float64 {
	size := 1
	for 2*size*4 <= bytes {
		size *= 2
	}
	vector := make([]float32, size)
	mask := uint32(size - 1)
	for i := range vector {
		vector[i] = 1
	}
	best := bestTime(func() {
		for _, p := range places {
			vector[p&mask]++
		}
	})
	return float64(len(places)) / best.Seconds()
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
