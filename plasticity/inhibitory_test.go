package plasticity

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/glia-sim/glia/neurons"
	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/synapses"
)

func TestInhibitoryAgainstNEST(t *testing.T) {
	holdAgainstNEST(t, "vogels_sprekeler_synapse", 1e-12, func(c nestCase, _ *sim.Network) sim.Rule {
		tau := c.Params["tau"]
		return InhibitorySTDP{Eta: c.Params["eta"], Rate: 1000 * c.Params["alpha"] / (2 * tau), Tau: tau, WMax: c.Params["Wmax"]}
	})
}

func TestInhibitoryPairIsSymmetric(t *testing.T) {
	p := InhibitorySTDP{Eta: 0.1, Rate: 0, Tau: 20, WMax: math.Inf(1)}
	for _, dt := range []float64{1, 10, 30} {
		want := 0.1 * math.Exp(-dt/20)
		near(t, "pre first", play(t, p, 0.1, 1, []float64{50}, []float64{50 + dt}), want, 1e-15)
		near(t, "post first", play(t, p, 0.1, 1, []float64{50 + dt}, []float64{50}), want, 1e-15)
	}
	p.Tie = TiePotentiates
	near(t, "at once", play(t, p, 0.1, 1, []float64{50}, []float64{50}), 0.1, 1e-15)
	p.Rate = 5
	near(t, "presynaptic spike alone", play(t, p, 0.1, 1, []float64{50}, nil), -0.1*2*0.005*20, 1e-15)
}

// Target rates of single neurons count as the common one does, and a modulator at 0 stops learning without
// stopping the traces.
func TestInhibitoryRatesAndLearning(t *testing.T) {
	p := InhibitorySTDP{Eta: 0.1, Rate: 5, Tau: 20, WMax: math.Inf(1), Rates: []float64{12}}
	near(t, "presynaptic spike alone", play(t, p, 0.1, 1, []float64{50}, nil), -0.1*2*0.012*20, 1e-15)
	p.Learning = sim.NewModulator("learning", 0)
	near(t, "nothing learned", play(t, p, 0.1, 1, []float64{50}, []float64{55}), 0, 0)
	p.Learning.Values[0] = 3
	near(t, "three times as fast", play(t, p, 0.1, 1, []float64{50}, nil), -3*0.1*2*0.012*20, 1e-14)
	p.Rates = []float64{-1}
	if err := p.Validate(); err == nil || !strings.Contains(err.Error(), "Rates[0]") {
		t.Errorf("error %v does not name the rate", err)
	}
}

// Specification A4: a neuron with 200 plastic inhibitory inputs reaches its target rate, 300 s.
func TestA4SingleNeuronRate(t *testing.T) {
	if testing.Short() {
		t.Skip("300 s of activity")
	}
	n := sim.New(sim.Options{Seed: 2, DT: 0.1, Workers: 1})
	exc := n.Populate("excitatory", 800, neurons.PoissonSourceEvent{Rate: 5})
	inh := n.Populate("inhibitory", 200, neurons.PoissonSourceEvent{Rate: 10})
	targets := []float64{3, 5, 10}
	out := n.Populate("neurons", len(targets), neurons.LIFCond{C: 200, GL: 10, TauEx: 5, TauIn: 10, TRef: 5, EL: -60, EEx: 0, EIn: -80, VTh: -50, VReset: -60, IE: 100, Method: neurons.Euler})
	n.Connect(exc, out, synapses.AllToAll{}, sim.Synapse{Receptor: "ex", Weight: sim.Constant(0.3)})
	for k, rate := range targets {
		n.Connect(inh, out.Range(k, k+1), synapses.AllToAll{}, sim.Synapse{Name: fmt.Sprint("inhibition ", rate), Receptor: "in", Weight: sim.Constant(0),
			Plasticity: InhibitorySTDP{Eta: 0.1, Rate: rate, Tau: 20, WMax: 100}})
	}
	count := n.CountSpikes(out)
	run(t, n, 2_000)
	early := append([]int32(nil), count.PerNeuron...)
	run(t, n, 198_000)
	count.Reset()
	run(t, n, 100_000)
	for k, rate := range targets {
		got := float64(count.PerNeuron[k]) / 100
		t.Logf("target %g Hz: %.1f Hz in the first 2 s, %.2f Hz in the last 100 s", rate, float64(early[k])/2, got)
		near(t, fmt.Sprintf("rate with target %g Hz", rate), got, rate, 0.15*rate)
		if float64(early[k])/2 < 11 {
			t.Errorf("rate in the first 2 s is %g Hz: the inhibition has nothing to do", float64(early[k])/2)
		}
	}
}
