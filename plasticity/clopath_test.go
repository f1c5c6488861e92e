package plasticity

import (
	"fmt"
	"math"
	"testing"

	"github.com/glia-sim/glia/neurons"
	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/synapses"
)

// Specification A3: 15 pairings of two LIF neurons joined both ways, neuron 1 10 ms after neuron 0;
// normalised weights in percent.
func TestA3FrequencyDependence(t *testing.T) {
	want := map[float64][2]float64{1: {115.5, 96.5}, 10: {115.6, 96.3}, 20: {117.3, 97.7}, 30: {121.0, 103.8}, 50: {132.1, 129.9}}
	for rate, w := range want {
		forward, backward := clopathPairings(t, rate)
		t.Logf("%g Hz: %.1f / %.1f", rate, forward, backward)
		near(t, fmt.Sprintf("pre then post at %g Hz", rate), forward, w[0], 1)
		near(t, fmt.Sprintf("post then pre at %g Hz", rate), backward, w[1], 1)
	}
}

func clopathPairings(t *testing.T, rate float64) (forward, backward float64) {
	n := sim.New(sim.Options{DT: 0.1, Workers: 1})
	cells := n.Populate("cells", 2, neurons.LIFCond{C: 300, GL: 30, TauEx: 2, TauIn: 2, EL: -70, EEx: 0, EIn: -80, VTh: -50, VReset: -70, Method: neurons.Euler})
	// Each neuron is forced to fire by a strong current for one step.
	var times [2][]float64
	for k := range 15 {
		at := 100 + math.Round(1000/rate*float64(k)*10)/10
		times[0], times[1] = append(times[0], at), append(times[1], at+10)
	}
	kicks := n.Populate("kicks", 2, neurons.SpikeList{Times: times[:]})
	n.Connect(kicks, cells, synapses.OneToOne{}, sim.Synapse{Name: "kick", Receptor: sim.Current, Weight: sim.Constant(1e6)})
	p := n.Connect(cells, cells, synapses.AllToAll{Autapses: synapses.Forbidden}, sim.Synapse{Receptor: "ex", Weight: sim.Constant(0.5 * 0.5),
		Plasticity: scaledClopath(0.5), Backpropagation: sim.Axonal})
	count := n.CountSpikes(cells)
	run(t, n, 15*1000/math.Min(rate, 1000)+400)
	if count.PerNeuron[0] != 15 || count.PerNeuron[1] != 15 {
		t.Fatalf("%v spikes, want 15 each", count.PerNeuron)
	}
	w := weights(t, p)
	return 100 * w[0] / 0.25, 100 * w[1] / 0.25
}

// scaledClopath is the rule for weights of 0 to max [nS].
func scaledClopath(max float64) ClopathLIF {
	p := DefaultClopathLIF()
	p.ALTD, p.ALTP, p.WMax = p.ALTD*max, p.ALTP*max, max
	return p
}

// The rule with a shaped spike against its equations, integrated step by step from scratch.
func TestClopathAgainstItsEquations(t *testing.T) {
	const dt, delay = 0.1, 2.0
	spike := func(k sim.Tick) float64 { // a voltage with a slow wave and a spike every 30 ms
		ms := float64(k) * dt
		return -66 + 6*math.Sin(ms/17) + 90*math.Exp(-math.Mod(ms, 30)/9)
	}
	pre := []float64{12, 25, 29, 55, 88.5, 91, 118, 140, 141, 142, 177}
	for _, tau := range []float64{0, 1000} {
		p := DefaultClopath()
		p.ALTD, p.ALTP, p.TauHomeostasis = 5e-4, 2e-4, tau
		n := sim.New(sim.Options{DT: dt, Workers: 1})
		a := n.Populate("pre", 1, scripted{Times: [][]float64{pre}})
		b := n.Populate("post", 1, scripted{Times: [][]float64{nil}, Voltage: spike})
		proj := n.Connect(a, b, synapses.AllToAll{}, sim.Synapse{Weight: sim.Constant(0.5), Delay: sim.Constant(delay), Plasticity: p})
		run(t, n, 200)

		w, um, up, h, x := 0.5, p.URest, p.URest, 0.0, 0.0
		potentiation := 0.0
		arrives := map[sim.Tick]bool{}
		for _, ms := range pre {
			arrives[sim.Tick(math.Round((ms+delay)/dt))] = true
		}
		low := func(v *float64, to, tau float64) { *v = to + (*v-to)*math.Exp(-dt/tau) }
		for k := sim.Tick(1); k <= 2000; k++ {
			u, delayed := spike(k-1), p.URest
			if k-1 >= 50 {
				delayed = spike(k - 1 - 50)
			}
			x *= math.Exp(-dt / p.TauX)
			up1 := dt * p.ALTP * x * math.Max(0, u-p.ThetaPlus) * math.Max(0, up-p.ThetaPlus)
			potentiation += up1
			w = math.Min(1, w+up1)
			low(&um, delayed, p.TauMinus)
			low(&up, delayed, p.TauPlus)
			if tau > 0 {
				low(&h, um-p.URest, tau)
			}
			if arrives[k] {
				a := p.ALTD
				if tau > 0 {
					a *= h * h / p.URef2
				}
				w = math.Max(0, w-a*math.Max(0, um-p.ThetaMinus))
				x += 1 / p.TauX
			}
		}
		if potentiation < 0.05 || potentiation-(w-0.5) < 0.02 || w <= 0 || w >= 1 {
			t.Fatalf("the protocol tells too little: potentiation %g, weight %g", potentiation, w)
		}
		near(t, fmt.Sprintf("weight with homeostasis %g ms", tau), weights(t, proj)[0], w, 1e-12)
	}
}

func TestVoltageRulesNameTheVariable(t *testing.T) {
	p := DefaultClopath()
	p.Variable = "U"
	n, _ := onePair(t, 1, nil, nil, 0, sim.Synapse{Plasticity: p})
	if err := n.Build(t.Context()); err == nil || err.Error() != `sim: projection pre->post: plasticity: Clopath.Variable is "U": the target has V` {
		t.Errorf("error %v", err)
	}
}
