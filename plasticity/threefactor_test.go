package plasticity

import (
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/glia-sim/glia/neurons"
	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/synapses"
)

func rewarded(d Signal) RewardSTDP {
	p := DefaultRewardSTDP()
	p.Dopamine, p.WMin, p.WMax = d, math.Inf(-1), math.Inf(1)
	return p
}

// Specification A9, analytic check: a pair at +10 ms, a pulse of 0.5 one second later. It asks for 1 %;
// the closed form gives all digits, for any delay.
func TestA9PairThenReward(t *testing.T) {
	for _, delay := range []float64{1, 7} {
		d := &Dopamine{Tau: 200}
		n, p := onePair(t, 1, []float64{100}, []float64{110 - delay}, 1, sim.Synapse{Delay: sim.Constant(delay), Plasticity: rewarded(d)})
		n.At(1110, func(now float64) error { d.Pulse(now, 0.5); return nil })
		run(t, n, 30_000)
		want := math.Exp(-0.5) * math.Exp(-1) * 0.5 / (1/1.0 + 1/0.2)
		near(t, "the specification's number", want, 0.0185942, 1e-7)
		near(t, fmt.Sprintf("change of the weight with delay %g", delay), weights(t, p)[0]-1, want, 1e-13)
	}
}

// Pairs, rewards and their order, against the closed form and Brian: testdata/README.md.
func TestRewardTrace(t *testing.T) {
	d := &Dopamine{Tau: 200}
	const delay = 1
	pre, post := []float64{100, 600, 1100, 1110, 2000, 2400}, []float64{110, 590, 1105, 1120, 2005, 2395}
	n, p := onePair(t, 1, pre, post, 0, sim.Synapse{Delay: sim.Constant(delay), Plasticity: rewarded(d), Backpropagation: sim.Emission})
	for ms, amount := range map[float64]float64{1500: 0.5, 2600: 0.5, 3000: 0.25} {
		n.At(ms, func(now float64) error { d.Pulse(now, amount); return nil })
	}
	_, exact := table(t, "rstdp_exact_trace.csv.gz")
	_, brian := table(t, "rstdp_brian_trace.csv.gz")
	for k := 1; k < len(exact); k++ {
		run(t, n, exact[k][0]+delay-n.Now())
		s := weights(t, p)[0]
		if math.Abs(s-exact[k][1]) > 1e-9 {
			t.Fatalf("s at %g ms: %.12g, want %.12g", exact[k][0], s, exact[k][1])
		}
		if k < len(brian) && math.Abs(s-brian[k][1]) > 2.4e-4 { // Brian's error of one step: 2.335e-4 at most
			t.Fatalf("s at %g ms: %.12g, Brian has %.12g", exact[k][0], s, brian[k][1])
		}
	}
	if len(exact) < 3000 {
		t.Errorf("only %d rows", len(exact))
	}
}

func TestRewardAgainstNEST(t *testing.T) {
	holdAgainstNEST(t, "stdp_dopamine_synapse", 1e-11, func(c nestCase, n *sim.Network) sim.Rule {
		p, d := c.Params, &Dopamine{Tau: c.Params["tau_n"]}
		for _, ms := range c.Dopamine {
			n.At(math.Round(10*(ms+c.DopamineDelay))/10, func(now float64) error { d.Pulse(now, 1/d.Tau); return nil })
		}
		return RewardSTDP{APlus: p["A_plus"], AMinus: p["A_minus"], TauPlus: p["tau_plus"], TauMinus: c.TauMinus, TauC: p["tau_c"],
			Dopamine: d, Baseline: p["b"], Gain: 1, WMin: p["Wmin"], WMax: p["Wmax"]}
	})
}

// Eligibility stays exact over times in which the common factor starts afresh many times.
func TestEligibilityOverLongTimes(t *testing.T) {
	m := sim.NewModulator("attention", 0.5)
	rule := ThreeFactor{Rule: unbounded(DefaultPairSTDP()), Tau: 50, Signal: Held{m}, Gain: 0.1, Baseline: 0.2, WMin: -1, WMax: 1}
	pre := []float64{10, 5000, 20000}
	post := []float64{15, 5010, 20001}
	n, p := onePair(t, 1, pre, post, 0, sim.Synapse{Plasticity: rule, Backpropagation: sim.Emission})
	n.At(5030, func(float64) error { m.Values[0] = -1; return nil })
	run(t, n, 30_000)
	c := func(dt float64) float64 { return 0.01 * math.Exp(-dt/20) }
	stay := math.Exp(-20. / 50) // of the second eligibility, when the signal changes
	want := 0.1 * 50 * (0.3*c(5) + 0.3*c(10)*(1-stay) - 1.2*c(10)*stay - 1.2*c(1))
	near(t, "weight", weights(t, p)[0], want, 1e-9) // pairs of different groups add e-250
}

// A signal of one value per neuron teaches each target its own sign.
func TestOneSignalPerTarget(t *testing.T) {
	for _, workers := range []int{1, 3} {
		m := &sim.Modulator{Name: "error", Values: []float64{1, 0, -2, 0.5}}
		n := sim.New(sim.Options{DT: 1, Workers: workers})
		a := n.Populate("pre", 1, scripted{Times: [][]float64{{10}}})
		b := n.Populate("post", 4, scripted{Times: [][]float64{{20}, {20}, {20}, {20}}})
		p := n.Connect(a, b, synapses.AllToAll{}, sim.Synapse{Weight: sim.Constant(0), Backpropagation: sim.Emission,
			Plasticity: ThreeFactor{Rule: unbounded(DefaultPairSTDP()), Tau: 100, Signal: Held{m}, Gain: 1, WMin: -9, WMax: 9}})
		run(t, n, 5000)
		for j, w := range weights(t, p) {
			near(t, fmt.Sprintf("weight onto neuron %d", j), w, m.Values[j]*100*0.01*math.Exp(-0.5), 1e-12)
		}
	}
}

func TestThreeFactorRefusesVoltageRules(t *testing.T) {
	n, _ := onePair(t, 1, nil, nil, 0, sim.Synapse{Plasticity: ThreeFactor{Rule: DefaultClopathLIF(), Tau: 1, Signal: &Dopamine{Tau: 1}, WMax: 1}})
	if err := n.Build(t.Context()); err == nil || !strings.Contains(err.Error(), "between spikes") {
		t.Errorf("error %v, want one about changes between spikes", err)
	}
	short := &sim.Modulator{Values: []float64{1, 2}}
	n = sim.New(sim.Options{DT: 1, Workers: 1})
	b := n.Populate("post", 3, scripted{Times: make([][]float64, 3)})
	n.Connect(b, b, synapses.AllToAll{}, sim.Synapse{Plasticity: ThreeFactor{Rule: DefaultPairSTDP(), Tau: 1, Signal: Held{short}, WMax: 1}})
	if err := n.Build(t.Context()); err == nil || !strings.Contains(err.Error(), "has 2 values") {
		t.Errorf("error %v, want one about 2 values", err)
	}
}

// Dopamine from the spikes of a population: a process that counts them.
func TestDopamineCountsSpikes(t *testing.T) {
	n := sim.New(sim.Options{DT: 1, Workers: 2})
	vta := n.Populate("VTA", 2, scripted{Times: [][]float64{{5, 20}, {20}}})
	d := &Dopamine{Tau: 200, Source: n.CountSpikes(vta), PerSpike: 1. / 200}
	n.AddProcess(d, 1)
	want := (math.Exp(-25./200) + 2*math.Exp(-10./200)) / 200
	for range 2 {
		run(t, n, 30)
		near(t, "level at 30 ms", d.Level(0, 30), want, 1e-15)
		if err := n.Reset(0); err != nil {
			t.Fatal(err)
		}
		near(t, "level after Reset", d.Level(0, 0), 0, 0)
	}
}

// distalReward is the network of Izhikevich 2007 (with the amplitudes of its published program, daspnet)
// at a given size: a reward comes 1 to 3 s after a pair of spikes within 20 ms at one chosen synapse,
// which starts at 0. It gives the weight of that synapse and the mean of all others, relative to the
// largest, and the time [s] at which the first came to 0.99 of it (0: never).
func distalReward(t *testing.T, seed uint64, size, degree int, noise, gain, seconds float64) (chosen, others, reached float64) {
	n := sim.New(sim.Options{Seed: seed, DT: 1, Workers: 1})
	ne := size * 4 / 5
	model := neurons.DefaultIzhikevich()
	model.Method = neurons.HalfSteps
	model.PerNeuron = func(i int) neurons.IzhikevichSet {
		if i < ne {
			return neurons.IzhikevichSet{A: 0.02, B: 0.2, C: -65, D: 8}
		}
		return neurons.IzhikevichSet{A: 0.1, B: 0.2, C: -65, D: 2}
	}
	cells := n.Populate("cells", size, model)
	exc, inh := cells.Range(0, ne), cells.Range(ne, size)
	n.Drive(cells, sim.Current, neurons.NoiseCurrent{SD: noise})
	const smax = 4
	d := &Dopamine{Tau: 200}
	p := n.Connect(exc, cells, synapses.FixedOutDegree{K: degree, Autapses: synapses.Forbidden, Multapses: synapses.Forbidden},
		sim.Synapse{Name: "plastic", Receptor: "v", Weight: sim.Constant(1), Delay: sim.Constant(1), Backpropagation: sim.Axonal,
			Plasticity: RewardSTDP{APlus: 1, AMinus: 1.5, TauPlus: 20, TauMinus: 20, TauC: 1000, Dopamine: d, Baseline: -0.002,
				Gain: gain, WMax: smax, Nearest: true}})
	n.Connect(inh, exc, synapses.FixedOutDegree{K: degree}, sim.Synapse{Name: "inhibition", Receptor: "v", Weight: sim.Constant(-1), Delay: sim.Constant(1)})
	if err := n.Build(t.Context()); err != nil {
		t.Fatal(err)
	}
	var list []sim.SynapseValue
	if err := p.Each(func(s sim.SynapseValue) { list = append(list, s) }); err != nil {
		t.Fatal(err)
	}
	first := 0
	for list[first].Target >= ne {
		first++
	}
	w := weights(t, p)
	w[first] = 0
	if err := p.SetWeights(w); err != nil {
		t.Fatal(err)
	}
	pre, post := list[first].Source, list[first].Target
	a, b := n.CountSpikes(cells.Range(pre, pre+1)), n.CountSpikes(cells.Range(post, post+1))
	r := sim.NewRand(sim.NewKey(seed, "reward"))
	lastPre, sawPre, sawPost := -1e9, int64(0), int64(0)
	rewards := map[float64]int{}
	given := 0
	n.Every(1, func(now float64) error {
		if k := rewards[now]; k > 0 {
			d.Pulse(now, 0.5*float64(k))
			delete(rewards, now)
			given += k
		}
		if b.Total > sawPost && now-lastPre < 20 {
			rewards[now+1001+float64(r.IntN(2000))]++
		}
		if a.Total > sawPre {
			lastPre = now
		}
		sawPre, sawPost = a.Total, b.Total
		return nil
	})
	for s := 10.0; s <= seconds; s += 10 {
		run(t, n, 10_000)
		if reached == 0 && weights(t, p)[first] >= 0.99*smax {
			reached = s
		}
	}
	w = weights(t, p)
	for k, x := range w {
		if k != first {
			others += x / smax / float64(len(w)-1)
		}
	}
	c := n.Counts()
	t.Logf("%g s: %.1f Hz, %d rewards, chosen %.3f (at the largest after %g s), others %.3f", seconds, float64(c.Spikes)/seconds/float64(size), given, w[first]/smax, reached, others)
	return w[first] / smax, others, reached
}

// Specification A9, network check: after an hour the rewarded synapse has reached the largest weight,
// and the mean of the others is below 0.3 of it. The hour takes minutes: by default 100 neurons run for a
// quarter of it, three times, in which the rewarded synapse comes about half way.
func TestA9DistalReward(t *testing.T) {
	if os.Getenv("GLIA_LONG") != "" {
		chosen, others, reached := distalReward(t, 1, 1000, 100, 3.75, 0.01, 3600)
		if reached == 0 || chosen < 2*others || others > 0.3 {
			t.Errorf("chosen %g, at the largest weight after %g s (0: never), others %g: want it reached, and others below 0.3", chosen, reached, others)
		}
		return
	}
	chosen, others := 0.0, 0.0
	for seed := range uint64(3) {
		c, o, _ := distalReward(t, seed+1, 100, 20, 3.75, 0.01, 900)
		chosen, others = chosen+c/3, others+o/3
	}
	if chosen < 0.35 || others > 0.2 {
		t.Errorf("chosen %g, others %g of the largest weight: want above 0.35 and below 0.2", chosen, others)
	}
}
