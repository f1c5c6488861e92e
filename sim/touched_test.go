package sim

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func testQueue(slot, n, receptors int) *eventQueue {
	return &eventQueue{block: &block{slot: slot, n: n}, place: make([]uint32, n), touched: Arrivals{In: make([][]float64, receptors)}}
}

// Whatever reaches neurons at an instant (announced spikes, runs that rise or not, that reach a neuron twice, or two receptors)
// is there once, with the sums that a vector of input would have.
func TestInputIsSummedPerNeuron(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	quick := 0
	for range 3000 {
		slot, n, receptors := rng.IntN(50), 1+rng.IntN(40), 1+rng.IntN(3)
		base := rng.IntN(slot + 1)
		q := testQueue(slot, n, receptors)
		for k := range q.place { // what is left of other instants
			q.place[k] = uint32(rng.IntN(n + 5))
		}
		for range 3 {
			q.begin(Instant{})
			dense := make([]float64, n*receptors)
			reached := map[int32]bool{}
			for range rng.IntN(3) * rng.IntN(3) {
				i := int32(rng.IntN(n))
				q.list(i)
				reached[i] = true
			}
			for range 1 + rng.IntN(3)*rng.IntN(3) {
				slots := make([]uint32, 1+rng.IntN(20))
				for k := range slots {
					slots[k] = uint32(slot - base + rng.IntN(n*receptors))
				}
				if rng.IntN(2) == 0 {
					slices.Sort(slots)
				}
				if rng.IntN(2) == 0 {
					slots = slices.Compact(slots)
				}
				var weight []float32
				constant, factor := rng.NormFloat64(), rng.Float64()
				if rng.IntN(2) == 0 {
					weight = make([]float32, len(slots)+3)
					for k := range weight {
						weight[k] = float32(rng.NormFloat64())
					}
				}
				for k, s := range slots {
					w := float64(constant * factor)
					if weight != nil {
						w = float64(float64(weight[3+k]) * factor)
					}
					dense[int(s)+base-slot] += w
					reached[int32((int(s)+base-slot)%n)] = true
				}
				a := arrival{lo: 3, hi: uint32(3 + len(slots)), factor: factor}
				if rng.IntN(2) == 0 {
					narrow := make([]uint16, len(slots))
					for k, s := range slots {
						narrow[k] = uint16(s)
					}
					scatter(q, a, narrow, base, weight, constant)
				} else {
					scatter(q, a, slots, base, weight, constant)
				}
				if q.placed == 0 {
					quick++
				}
			}
			if len(q.touched.Neurons) != len(reached) {
				t.Fatalf("%d neurons are touched, want %d: %v", len(q.touched.Neurons), len(reached), q.touched.Neurons)
			}
			for k, i := range q.touched.Neurons {
				if !reached[i] {
					t.Fatalf("neuron %d is touched", i)
				}
				for r, in := range q.touched.In {
					if got, want := in[k], dense[r*n+int(i)]; math.Float64bits(got) != math.Float64bits(want) {
						t.Fatalf("neuron %d receptor %d: %g, want %g", i, r, got, want)
					}
				}
			}
		}
	}
	if quick < 100 {
		t.Errorf("only %d runs went the quick way", quick)
	}
}

func TestScatterDoesNotAllocate(t *testing.T) {
	q := testQueue(0, 100, 2)
	slots := []uint32{3, 50, 120, 99, 99}
	if a := testing.AllocsPerRun(100, func() {
		q.begin(Instant{})
		scatter(q, arrival{factor: 1}, slots[:2], 0, nil, 0.5)
		scatter(q, arrival{factor: 1}, slots, 0, nil, 0.5)
	}); a != 0 {
		t.Errorf("%g allocations", a)
	}
}

// A variable that is a field of records is live, and is set, read and looked at neuron by neuron.
func TestVariablesOfRecords(t *testing.T) {
	type record struct{ tick, v, u float64 }
	records := make([]record, 3)
	for i := range records {
		records[i] = record{math.NaN(), float64(i), math.Inf(1)}
	}
	v := Field("V", "mV", records, func(r *record) *float64 { return &r.v })
	if v.Name != "V" || v.Unit != "mV" || v.Len() != 3 || v.At(2) != 2 || !v.finiteAt([]int32{0, 1, 2}) {
		t.Errorf("variable %+v", v)
	}
	v.Set(1, math.NaN())
	if records[1].v == records[1].v || v.finiteAt([]int32{2, 1}) || !v.finiteAt([]int32{2, 0}) {
		t.Errorf("records %v", records)
	}
	records[2].v = 7
	if v.At(2) != 7 {
		t.Error("the variable is a copy")
	}
	if none := Field("V", "", records[:0], func(r *record) *float64 { return &r.v }); none.Len() != 0 {
		t.Errorf("%d neurons of none", none.Len())
	}
}

// BenchmarkScatter is a spike with 50 synapses: alone at its instant, or the second of two.
func BenchmarkScatter(b *testing.B) {
	const n, synapses = 500_000, 50
	rng := rand.New(rand.NewPCG(6, 6))
	slots := make([]uint32, 1000*synapses)
	for k := range slots {
		slots[k] = rng.Uint32N(n)
	}
	for k := range 1000 {
		slices.Sort(slots[k*synapses : (k+1)*synapses])
	}
	for name, runs := range map[string]int{"one": 1, "two": 2} {
		b.Run(name, func(b *testing.B) {
			q := testQueue(0, n, 1)
			b.ReportAllocs()
			k := 0
			for b.Loop() {
				q.begin(Instant{})
				for range runs {
					scatter(q, arrival{factor: 1}, slots[k*synapses:(k+1)*synapses], 0, nil, 0.5)
					k = (k + 1) % 1000
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*synapses*runs), "ns/event")
		})
	}
}
