package sim

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/glia-sim/glia/sim/mem"
)

// rowsFor makes total synapses onto n slots, and draws lists of runs of them with the given mean length.
func rowsFor[S uint16 | uint32](r *rand.Rand, n, total int) (slots []S, weight []float32) {
	slots, weight = mem.Large[S](total), mem.Large[float32](total)
	for k := range slots {
		slots[k] = S(r.IntN(n))
		weight[k] = float32(r.NormFloat64())
	}
	return slots, weight
}

func drawRuns(r *rand.Rand, runs []run, total, mean int) {
	for k := range runs {
		length := uint32(1 + r.IntN(2*mean-1))
		lo := uint32(r.IntN(total - int(length)))
		runs[k] = run{lo, lo + length}
	}
}

// The assembly and its Go twin give the same bits, multapses within a run included.
func TestDeliveryTwins(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	testDeliveryTwins[uint16](t, r)
	testDeliveryTwins[uint32](t, r)
}

func testDeliveryTwins[S uint16 | uint32](t *testing.T, r *rand.Rand) {
	const n, total = 40, 5000
	slots, weight := rowsFor[S](r, n, total)
	for _, mean := range []int{1, 2, 5, 300} {
		for _, count := range []int{0, 1, 7, 8, 9, 40} {
			runs := make([]run, count)
			drawRuns(r, runs, total, mean)
			if count > 1 {
				runs[0], runs[count-1] = run{0, 1}, run{total - 1, total}
			}
			for _, w := range [][]float32{nil, weight} {
				a, b := make([]float64, n), make([]float64, n)
				for i := range a {
					a[i] = r.NormFloat64()
				}
				copy(b, a)
				addRuns(a, slots, w, 0.1, runs, nil)
				addRunsGo(b, slots, w, 0.1, runs, nil)
				c := slices.Clone(b)
				for i := range a {
					if math.Float64bits(a[i]) != math.Float64bits(b[i]) {
						t.Fatalf("%d runs of %d, weights %v: input %d is %g, by the Go twin %g", count, mean, w != nil, i, a[i], b[i])
					}
				}
				// Factors go through the Go loop: those of 2 weigh twice.
				two := slices.Repeat([]float64{2}, count)
				addRuns(a, slots, w, 0.1, runs, two)
				addRunsGo(b, slots, w, 0.1, runs, nil)
				addRunsGo(b, slots, w, 0.1, runs, nil)
				for i := range a {
					if math.Abs(a[i]-b[i]) > 1e-9*(1+math.Abs(c[i])+float64(len(runs)*mean)) {
						t.Fatalf("%d runs of %d, weights %v, factors of 2: input %d is %g, want %g", count, mean, w != nil, i, a[i], b[i])
					}
				}
			}
		}
	}
}

func TestPlasticDeliveryTwins(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	testPlasticDeliveryTwins[uint16](t, r)
	testPlasticDeliveryTwins[int32](t, r)
}

func testPlasticDeliveryTwins[T uint16 | int32](t *testing.T, r *rand.Rand) {
	const n = 20
	for _, length := range []int{0, 1, 2, 3, 50} {
		for _, factor := range []float64{1, 0.3} {
			targets, weight := make([]T, length), make([]float64, length)
			for k := range targets {
				targets[k], weight[k] = T(r.IntN(n)), r.NormFloat64()
			}
			a, b := make([]float64, n), make([]float64, n)
			addPlastic(a, targets, weight, factor)
			addPlasticGo(b, targets, weight, factor)
			for i := range a {
				if math.Float64bits(a[i]) != math.Float64bits(b[i]) {
					t.Fatalf("%d synapses, factor %g: input %d is %g, by the Go twin %g", length, factor, i, a[i], b[i])
				}
			}
		}
	}
}

// The rows of a liquid of 1000 neurons.
func BenchmarkDeliverPlastic(b *testing.B) {
	const n, length, rows = 1000, 75, 1784
	r := rand.New(rand.NewPCG(11, 12))
	targets, weight := make([]int32, rows*length), make([]float64, rows*length)
	for k := range targets {
		targets[k], weight[k] = int32(r.IntN(n)), r.Float64()
	}
	in := make([]float64, n)
	b.ReportAllocs()
	b.ResetTimer()
	for b.Loop() {
		at := r.IntN(rows) * length
		addPlastic(in, targets[at:at+length], weight[at:at+length], 1)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*length), "ns/event")
}

// Short runs with weights are the cortical microcircuit, long ones without Brunel's network, on two workers.
func BenchmarkDeliver(b *testing.B) {
	for _, c := range []struct {
		targets, total, mean, runs int
		weighted                   bool
	}{{38_500, 80_000_000, 26, 1850, true}, {38_500, 80_000_000, 52, 1850, true}, {6250, 7_800_000, 625, 40, false}, {2000, 160_000, 40, 16, false}} {
		b.Run(fmt.Sprintf("targets=%d/run=%d", c.targets, c.mean), func(b *testing.B) {
			r := rand.New(rand.NewPCG(7, 8))
			slots, weight := rowsFor[uint16](r, c.targets, c.total)
			if !c.weighted {
				weight = nil
			}
			in := make([]float64, c.targets)
			lists := make([][]run, 64)
			for k := range lists {
				lists[k] = make([]run, c.runs)
				drawRuns(r, lists[k], c.total, c.mean)
			}
			events := 0
			b.ReportAllocs()
			b.ResetTimer()
			for k := 0; b.Loop(); k++ {
				list := lists[k%len(lists)]
				addRuns(in, slots, weight, 0.1, list, nil)
				for _, run := range list {
					events += int(run.hi - run.lo)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(events), "ns/event")
		})
	}
}
