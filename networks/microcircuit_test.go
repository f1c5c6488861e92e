package networks

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/glia-sim/glia/analysis"
	"github.com/glia-sim/glia/neurons"
	"github.com/glia-sim/glia/sim"
)

// The totals of the published network: NEST builds it with exactly these.
func TestMicrocircuitTotals(t *testing.T) {
	m := DefaultMicrocircuit()
	if got := m.Neurons(); got != 77169 {
		t.Errorf("%d neurons, want 77169", got)
	}
	if got := m.TotalSynapses(); got != 298880968 {
		t.Errorf("%d synapses, want 298880968", got)
	}
	if got := m.FullWeight(); math.Abs(got-87.8085) > 1e-4 {
		t.Errorf("weight %.6g pA, want 87.8085", got)
	}
	half := m
	half.N = 0.5 // the inputs of a neuron stay
	if got := float64(half.TotalSynapses()) / float64(m.TotalSynapses()); math.Abs(got-0.5) > 1e-6 {
		t.Errorf("half the neurons with all inputs have %g of the synapses, want 0.5", got)
	}
	if got := float64(m.Scaled(0.1).TotalSynapses()) / float64(m.TotalSynapses()); math.Abs(got-0.01) > 1e-6 {
		t.Errorf("at a tenth there are %g of the synapses, want 0.01", got)
	}
}

// Scaling keeps mean and variance of the input of every population, given the rates of the full network:
// those of the full network by the published equations, those of the small one from its synapses.
func TestMicrocircuitScalingKeepsInput(t *testing.T) {
	for _, dc := range []bool{false, true} {
		m := DefaultMicrocircuit().Scaled(0.05)
		m.DC = dc
		n := buildMicrocircuit(t, m)
		for target, p := range m.Populations {
			var mean, variance float64 // pA/s and pA²/s, times tau the moments of the current
			var gotMean, gotVariance float64
			for source, q := range m.Populations {
				pairs := float64(p.Size) * float64(q.Size)
				inputs := math.Log1p(-m.Probability[target][source]) / math.Log1p(-1/pairs) / float64(p.Size)
				w := 87.8085
				switch {
				case q.Inhibitory:
					w *= -4
				case p.Name == "L2/3E" && q.Name == "L4E":
					w *= 2
				}
				mean += inputs * w * q.Rate
				variance += inputs * 1.01 * w * w * q.Rate
			}
			external := float64(p.External) * 8 // Hz
			mean += external * 87.8085
			if !dc {
				variance += external * 87.8085 * 87.8085
			}
			for _, proj := range n.Net.Projections() {
				if proj.Target.Pop != n.Populations[target] {
					continue
				}
				rate := 0.0
				for s, q := range n.Populations {
					if q == proj.Source.Pop {
						rate = m.Populations[s].Rate
					}
				}
				weights, err := proj.Weights()
				if err != nil {
					t.Fatal(err)
				}
				for _, w := range weights {
					gotMean += w * rate / float64(m.Size(target))
					gotVariance += w * w * rate / float64(m.Size(target))
				}
			}
			if !dc {
				w := 87.8085 / math.Sqrt(0.05)
				gotMean += external * 0.05 * w
				gotVariance += external * 0.05 * w * w
			}
			gotMean += n.Populations[target].Model.(neurons.LIFExpSingle).IE / (1e-3 * 0.5)
			// The sum nearly cancels, and numbers of neurons are rounded: L5I has 53.25 of them.
			if math.Abs(gotMean-mean) > 0.003*external*87.8085 || math.Abs(gotVariance/variance-1) > 0.01 {
				t.Errorf("DC %v: %s has a mean input of %.5g and a variance of %.5g; in the full network %.5g and %.5g",
					dc, p.Name, gotMean, gotVariance, mean, variance)
			}
		}
	}
}

func buildMicrocircuit(t *testing.T, m Microcircuit) *MicrocircuitNetwork {
	t.Helper()
	n, err := m.Build(sim.Options{Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Net.Build(context.Background()); err != nil {
		t.Fatal(err)
	}
	if got, want := n.Net.Counts().Synapses, m.TotalSynapses(); got != want {
		t.Errorf("%d synapses built, want %d", got, want)
	}
	return n
}

// Weights are normal with a standard deviation of 10 %; delays are normal, cut below half a step.
func TestMicrocircuitSynapses(t *testing.T) {
	m := DefaultMicrocircuit().Scaled(0.04) // weights are 5 times those of the full network
	n := buildMicrocircuit(t, m)
	seen := 0
	for _, p := range n.Net.Projections() {
		var w, d []float64
		if err := p.Each(func(s sim.SynapseValue) { w, d = append(w, s.Weight), append(d, s.Delay) }); err != nil {
			t.Fatal(err)
		}
		if len(w) < 5000 {
			continue
		}
		seen++
		weight, delay := 5*87.8085, 1.5
		switch {
		case strings.HasSuffix(p.Source.Pop.Name, "I"):
			weight, delay = -4*weight, 0.75
		case p.Name == "L4E->L2/3E":
			weight *= 2
		}
		within := 5 / math.Sqrt(float64(len(w))) // five standard errors, in standard deviations
		sd := 0.1 * math.Abs(weight)
		between{weight, within * sd}.check(t, p.Name+": mean weight [pA]", analysis.Mean(w))
		between{sd, within * sd}.check(t, p.Name+": scatter of weights [pA]", analysis.SD(w))
		// Mean of a normal variable cut below dt/2 = 0.05 ms, a below the mean in standard deviations.
		a := (delay - 0.05) / (delay / 2)
		cut := math.Exp(-a*a/2) / math.Sqrt(2*math.Pi) / (0.5 * math.Erfc(-a/math.Sqrt2))
		between{delay + delay/2*cut, within * delay / 2}.check(t, p.Name+": mean delay [ms]", analysis.Mean(d))
		if slices.Min(d) < 0.1-1e-9 {
			t.Errorf("%s: delay %g ms, want a step or more", p.Name, slices.Min(d))
		}
	}
	if seen < 20 {
		t.Errorf("%d projections are large enough to judge, want 20", seen)
	}
}

// At a tenth of the size the rates are near those of the full network and below them, most in layer 2/3:
// with larger weights the input is less Gaussian.
func TestMicrocircuitScaledDown(t *testing.T) {
	m := DefaultMicrocircuit().Scaled(0.1)
	n, err := m.Build(sim.Options{Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	var all []sim.Selection
	for _, p := range n.Populations {
		all = append(all, p)
	}
	const from, to = 300, 1300
	rec := n.Net.RecordSpikes(sim.SpikeOptions{From: from}, all...)
	if err := n.Net.Run(context.Background(), to); err != nil {
		t.Fatal(err)
	}
	times, ids := rec.Trains()
	s := analysis.Spikes{Times: times, IDs: ids}
	for k, p := range n.Populations {
		lo, hi := int32(p.First), int32(p.First+p.Size)
		least, most := 0.7, 1.02
		if strings.HasPrefix(p.Name, "L2/3") {
			least, most = 0.4, 0.85
		}
		published := m.Populations[k].Rate
		if r := analysis.MeanRate(s.Subset(lo, hi), p.Size, from, to) / published; !(r >= least && r <= most) {
			t.Errorf("%s: %.3g times the full network's rate of %.3g Hz, want %g to %g", p.Name, r, published, least, most)
		}
	}
	cv, _ := analysis.MeanCV(s, 0, int32(m.Neurons()), 4)
	between{0.648, 0.03}.check(t, "CV of intervals", cv)
}

func TestMicrocircuitMistakes(t *testing.T) {
	for name, change := range map[string]func(*Microcircuit){
		"no populations":   func(m *Microcircuit) { m.Populations = nil },
		"no neurons":       func(m *Microcircuit) { m.N = 0 },
		"too few neurons":  func(m *Microcircuit) { m.N = 1e-4 },
		"no inputs":        func(m *Microcircuit) { m.K = 0 },
		"not a number":     func(m *Microcircuit) { m.K = math.NaN() },
		"sign":             func(m *Microcircuit) { m.G = 4 },
		"weight":           func(m *Microcircuit) { m.PSP = 0 },
		"equal constants":  func(m *Microcircuit) { m.Neuron.TauSyn = 10 },
		"rows":             func(m *Microcircuit) { m.Probability = m.Probability[:7] },
		"columns":          func(m *Microcircuit) { m.Probability[3] = m.Probability[3][:7] },
		"probability":      func(m *Microcircuit) { m.Probability[3][3] = 1 },
		"background rate":  func(m *Microcircuit) { m.BackgroundRate = -8 },
		"background delay": func(m *Microcircuit) { m.BackgroundDelay = 0.123 },
	} {
		m := DefaultMicrocircuit().Scaled(0.01)
		change(&m)
		n, err := m.Build(sim.Options{Workers: 1})
		if err == nil {
			err = n.Net.Build(context.Background())
		}
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
