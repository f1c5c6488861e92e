package networks

import (
	"context"
	"math"
	"testing"

	"github.com/glia-sim/glia/analysis"
	"github.com/glia-sim/glia/neurons"
	"github.com/glia-sim/glia/sim"
)

// between is a mean over realisations and how far from it ours may lie.
type between struct{ mean, margin float64 }

func (b between) check(t *testing.T, what string, got float64) {
	t.Helper()
	if !(math.Abs(got-b.mean) <= b.margin) {
		t.Errorf("%s is %.4g, reference %.4g +- %.3g", what, got, b.mean, b.margin)
	}
}

// Brian 2.5.1 on the same networks, three seeds, from 100 ms on: mean, and four standard deviations of the
// seeds or 5 %, whichever is more.
var balancedReference = []struct {
	network      VogelsAbbott
	realisations uint64
	until        float64 // ms
	rate, inhibitory, cv,
	fano between // population counts in 5 ms
}{
	{DefaultCUBA(), 2, 5000, between{5.532, 0.277}, between{5.576, 0.279}, between{0.679, 0.034}, between{6.80, 2.95}},
	{DefaultCOBA(), 1, 5000, between{19.51, 5.12}, between{19.52, 2.38}, between{1.763, 0.191}, between{9.49, 2.86}},
	{DefaultVA(), 1, 5000, between{17.33, 1.29}, between{17.42, 0.87}, between{1.663, 0.083}, between{7.50, 1.98}},
	{DefaultCOBAHH(), 1, 1000, between{35.54, 11.2}, between{35.89, 6.74}, between{1.898, 0.272}, between{11.5, 10.3}},
}

func TestBalancedNetworksMatchBrian(t *testing.T) {
	for _, c := range balancedReference {
		t.Run(c.network.Name, func(t *testing.T) {
			if testing.Short() && c.until < 5000 {
				t.Skip("a second of 4000 Hodgkin-Huxley neurons takes 6 s")
			}
			var rate, inhibitory, cv, fano float64
			for seed := uint64(1); seed <= c.realisations; seed++ {
				s, n := simulateBalanced(t, c.network, seed, c.until)
				ne, all := int32(n.E.Size), int32(n.E.Size+n.I.Size)
				share := 1 / float64(c.realisations)
				rate += share * analysis.MeanRate(s, int(all), 100, c.until)
				inhibitory += share * analysis.MeanRate(s.Subset(ne, all), n.I.Size, 100, c.until)
				v, _ := analysis.MeanCV(s, 0, all, 2)
				cv += share * v
				f, err := analysis.PopulationFano(s, 100, c.until, 5)
				if err != nil {
					t.Fatal(err)
				}
				fano += share * f
			}
			c.rate.check(t, "rate [Hz]", rate)
			c.inhibitory.check(t, "rate of inhibitory neurons [Hz]", inhibitory)
			c.cv.check(t, "CV of intervals", cv)
			c.fano.check(t, "Fano factor of population counts", fano)
		})
	}
}

// simulateBalanced gives the spikes from 100 ms on.
func simulateBalanced(t *testing.T, v VogelsAbbott, seed uint64, until float64) (analysis.Spikes, *VogelsAbbottNetwork) {
	t.Helper()
	n, err := v.Build(sim.Options{Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	rec := n.Net.RecordSpikes(sim.SpikeOptions{From: 100}, n.E, n.I)
	if err := n.Net.Run(context.Background(), until); err != nil {
		t.Fatal(err)
	}
	times, ids := rec.Trains()
	return analysis.Spikes{Times: times, IDs: ids}, n
}

// All ordered pairs are joined with the same probability, whatever the size of the network.
func TestBalancedNetworkWiring(t *testing.T) {
	for _, size := range []int{4000, 10000} {
		v := DefaultVA().Scaled(size)
		n, err := v.Build(sim.Options{Seed: 2, Workers: 1})
		if err != nil {
			t.Fatal(err)
		}
		if err := n.Net.Build(context.Background()); err != nil {
			t.Fatal(err)
		}
		if n.I.Size != size/5 || n.E.Size+n.I.Size != size {
			t.Errorf("%d and %d neurons, want %d in all and a fifth of them inhibitory", n.E.Size, n.I.Size, size)
		}
		for _, p := range n.Net.Projections() {
			pairs := float64(p.Source.Size()) * float64(p.Target.Size())
			prob := 80 / float64(size)
			between{pairs * prob, 5 * math.Sqrt(pairs*prob*(1-prob))}.check(t, "synapses of "+p.Name, float64(p.Synapses()))
		}
	}
}

// The published numbers are in mV, or in units of the leak conductance.
func TestBalancedNetworkUnits(t *testing.T) {
	cuba := DefaultCUBA()
	resistance := cuba.Neuron.(neurons.LIFExp).TauM / cuba.Neuron.(neurons.LIFExp).C // GΩ
	between{1.62, 1e-12}.check(t, "CUBA: excitatory weight [mV]", cuba.WE*resistance)
	between{-9, 1e-12}.check(t, "CUBA: inhibitory weight [mV]", cuba.WI*resistance)
	coba := DefaultCOBA()
	leak := coba.Neuron.(neurons.LIFCond).GL
	between{0.6, 1e-12}.check(t, "COBA: excitatory weight over leak", coba.WE/leak)
	between{6.7, 1e-12}.check(t, "COBA: inhibitory weight over leak", coba.WI/leak)
	va := DefaultVA()
	between{20, 1e-12}.check(t, "VA: drive [mV]", va.Neuron.(neurons.LIFCond).IE/leak)
	between{0.4, 1e-12}.check(t, "VA: excitatory weight over leak", va.WE/leak)
	between{5.1, 1e-12}.check(t, "VA: inhibitory weight over leak", va.WI/leak)
}

func TestBalancedNetworkMistakes(t *testing.T) {
	for name, change := range map[string]func(*VogelsAbbott){
		"no neurons":           func(v *VogelsAbbott) { v.NE, v.NI = 0, 0 },
		"no inhibitory ones":   func(v *VogelsAbbott) { *v = v.Scaled(4) },
		"too many inputs":      func(v *VogelsAbbott) { *v = v.Scaled(50) },
		"inputs not a number":  func(v *VogelsAbbott) { v.Inputs = math.NaN() },
		"no neuron":            func(v *VogelsAbbott) { v.Neuron = nil },
		"neuron out of range":  func(v *VogelsAbbott) { v.Neuron = neurons.LIFExp{} },
		"negative delay":       func(v *VogelsAbbott) { v.Delay = -1 },
		"weight not a number":  func(v *VogelsAbbott) { v.WE = math.NaN() },
		"neuron without ports": func(v *VogelsAbbott) { v.Neuron = neurons.PoissonSource{Rate: 1} },
	} {
		v := DefaultCUBA()
		change(&v)
		if _, err := v.Build(sim.Options{}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
