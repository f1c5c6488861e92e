package networks

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/glia-sim/glia/sim"
)

// Without learning the plastic network is the static one, spike by spike.
func TestHPCBenchmarkWithoutLearningIsBrunel(t *testing.T) {
	h := DefaultHPCBenchmark().Scaled(500)
	h.Lambda = 0
	plastic, err := h.Build(sim.Options{Seed: 4, Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	static, err := h.Brunel.Build(sim.Options{Seed: 4, Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	var spikes [2][]sim.Spike
	for k, n := range []*BrunelNetwork{&plastic.BrunelNetwork, static} {
		rec := n.Net.RecordSpikes(sim.SpikeOptions{}, n.E, n.I)
		if err := n.Net.Run(context.Background(), 100); err != nil {
			t.Fatal(err)
		}
		spikes[k] = rec.Spikes()
	}
	if len(spikes[1]) < 500 || !slices.Equal(spikes[0], spikes[1]) {
		t.Errorf("%d spikes with a rule that changes nothing, %d without: want the same, and many", len(spikes[0]), len(spikes[1]))
	}
}

func TestHPCBenchmarkLearns(t *testing.T) {
	h := DefaultHPCBenchmark().Scaled(500)
	n, err := h.Build(sim.Options{Seed: 4, Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Net.Run(context.Background(), 200); err != nil {
		t.Fatal(err)
	}
	if got, want := n.Plastic.Synapses(), int64(h.NE*h.CE); got != want {
		t.Fatalf("%d plastic synapses, want %d", got, want)
	}
	weights, err := n.Plastic.Weights()
	if err != nil {
		t.Fatal(err)
	}
	moved := 0
	for _, w := range weights {
		if w < 0 || w > 2*h.J {
			t.Fatalf("weight %g: want 0 to %g", w, 2*h.J)
		}
		if math.Abs(w-h.J) > 1e-6 {
			moved++
		}
	}
	if moved < len(weights)/2 {
		t.Errorf("%d of %d weights changed: want most", moved, len(weights))
	}
	// The rest stays as it was.
	for _, p := range n.Net.Projections() {
		if p == n.Plastic {
			continue
		}
		weights, err := p.Weights()
		if err != nil {
			t.Fatal(err)
		}
		want := h.J
		if p.Source.Pop == n.I {
			want = -h.G * h.J
		}
		if i := slices.IndexFunc(weights, func(w float64) bool { return math.Abs(w-want) > 1e-6 }); i >= 0 {
			t.Errorf("%s: weight %g, want %g", p.Name, weights[i], want)
		}
	}
}

func TestHPCBenchmarkMistakes(t *testing.T) {
	for name, change := range map[string]func(*HPCBenchmark){
		"too small": func(h *HPCBenchmark) { *h = h.Scaled(40) },
		"lambda":    func(h *HPCBenchmark) { h.Lambda = -1 },
		"alpha":     func(h *HPCBenchmark) { h.Alpha = math.NaN() },
		"tau":       func(h *HPCBenchmark) { h.Tau = 0 },
	} {
		h := DefaultHPCBenchmark()
		change(&h)
		if _, err := h.Build(sim.Options{}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
