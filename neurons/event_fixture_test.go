package neurons

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/glia-sim/glia/sim"
)

// pairwise joins each pair of neurons with probability p (1: all of them).
type pairwise float64

func (p pairwise) Plan(w sim.Wiring) (sim.Plan, error) { return pairwisePlan{w, float64(p)}, nil }

type pairwisePlan struct {
	sim.Wiring
	p float64
}

func (p pairwisePlan) Expected() float64 { return p.p * float64(p.Wiring.Sources*p.Targets) }

func (p pairwisePlan) Sources(dst []int32, _ int, r *sim.Rand) []int32 {
	for i := 0; i < p.Wiring.Sources; i++ {
		if p.p == 1 || r.Float64() < p.p {
			dst = append(dst, int32(i))
		}
	}
	return dst
}

// between is the uniform distribution.
type between [2]float64

func (between) Validate() error              { return nil }
func (b between) Draw(r *sim.Rand) float64   { return b[0] + (b[1]-b[0])*r.Float64() }
func (b between) Bounds() (float64, float64) { return b[0], b[1] }

func simulate(t testing.TB, net *sim.Network, ms ...float64) {
	t.Helper()
	for _, x := range ms {
		if err := net.Run(context.Background(), x); err != nil {
			t.Fatal(err)
		}
	}
}

// fire gives the spike times of one neuron of a model that hears, one synapse each, the given trains:
// trains[k] arrives at receptor[k] with weight[k] after 1 ms.
type heard struct {
	receptor string
	weight   float64
	times    []float64 // of emission
}

func fire(t testing.TB, model sim.Model, dt, ms float64, trains ...heard) []float64 {
	t.Helper()
	net := sim.New(sim.Options{DT: dt, Workers: 1})
	pop := net.Populate("neuron", 1, model)
	for k, h := range trains {
		src := net.Populate(string(rune('a'+k)), 1, SpikeListEvent{Times: [][]float64{h.times}})
		net.Connect(src, pop, pairwise(1), sim.Synapse{Weight: sim.Constant(h.weight), Delay: sim.Constant(1), Receptor: h.receptor})
	}
	rec := net.RecordSpikes(sim.SpikeOptions{}, pop)
	simulate(t, net, ms)
	times, _ := rec.Trains()
	return times
}

func wantTimes(t testing.TB, got, want []float64, tol float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d spikes at %v, want %d at %v", len(got), got, len(want), want)
	}
	for k := range want {
		if !(math.Abs(got[k]-want[k]) <= tol) {
			t.Errorf("spike %d at %.15g ms, want %.15g (off by %g)", k, got[k], want[k], got[k]-want[k])
		}
	}
}

// poissonTrains gives n random trains [ms] for SpikeList.
func poissonTrains(seed uint64, n int, hz, ms float64) [][]float64 {
	rng := rand.New(rand.NewPCG(seed, 1))
	trains := make([][]float64, n)
	for i := range trains {
		for t := rng.ExpFloat64() / hz * 1000; t < ms; t += rng.ExpFloat64() / hz * 1000 {
			trains[i] = append(trains[i], t)
		}
	}
	return trains
}

func sameSpikes(t testing.TB, what string, got, want []sim.Spike) {
	t.Helper()
	for k := 0; k < min(len(got), len(want)); k++ {
		if got[k] != want[k] {
			t.Fatalf("%s: spike %d of %d is %+v, want %+v", what, k, len(got), got[k], want[k])
		}
	}
	if len(got) != len(want) {
		t.Fatalf("%s: %d spikes, want %d", what, len(got), len(want))
	}
}
