package plasticity

import (
	"math"
	"reflect"
	"testing"

	"github.com/glia-sim/glia/neurons"
	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/synapses"
)

// plasticNetwork is a noisy recurrent network whose synapses have a rule, spread delays, and whatever
// process goes with it.
type plasticNetwork struct {
	n      *sim.Network
	cells  *sim.Population
	count  *sim.Counter
	spikes *sim.SpikeRecorder
	p      *sim.Projection
}

// rulesInNetworks lists every rule and process of the package.
var rulesInNetworks = map[string]func(workers int) *plasticNetwork{
	"pair":      withRule(func() sim.Rule { return pairRule(Additive, TieIgnored) }),
	"nearest":   withRule(func() sim.Rule { p := pairRule(Additive, TieIgnored); p.Nearest = true; return p }),
	"power":     withRule(func() sim.Rule { p := PowerLawSTDP(); p.WMax = 80; return p }),
	"gütig":     withRule(func() sim.Rule { return pairRule(Guetig, TieIgnored) }),
	"ties":      withRule(func() sim.Rule { return pairRule(Multiplicative, TiePotentiates) }),
	"ties down": withRule(func() sim.Rule { return pairRule(VanRossum, TieDepresses) }),
	"triplet": withRule(func() sim.Rule {
		p, _ := TripletSet("hippocampus, full")
		p.A2Plus, p.A2Minus, p.A3Plus, p.A3Minus, p.WMax = 50*p.A2Plus, 50*p.A2Minus, 50*p.A3Plus, 50*p.A3Minus, 80
		return p
	}),
	"clopath": withRule(func() sim.Rule {
		p := DefaultClopath()
		p.ThetaMinus, p.ThetaPlus, p.ALTD, p.ALTP, p.TauHomeostasis, p.WMax, p.Delay = -70, -66, 0.02, 0.05, 1000, 80, 1
		return p
	}),
	"clopath LIF": withRule(func() sim.Rule { return scaledClopath(80) }),
	"inhibitory":  withRule(func() sim.Rule { return InhibitorySTDP{Eta: 0.3, Rate: 20, Tau: 20, WMax: 80} }),
	"static":      withRule(func() sim.Rule { return Static{} }),
	"reward": func(workers int) *plasticNetwork {
		d := &Dopamine{Tau: 200, PerSpike: 0.01}
		r := DefaultRewardSTDP()
		r.Dopamine, r.Gain, r.WMax = d, 0.05, 80
		w := withRule(func() sim.Rule { return r })(workers)
		d.Source = w.n.CountSpikes(w.cells.Range(3, 17))
		w.n.AddProcess(d, 1)
		return w
	},
	"error per neuron": func(workers int) *plasticNetwork {
		m := &waves{sim.Modulator{Name: "error", Values: make([]float64, 50)}}
		w := withRule(func() sim.Rule {
			return ThreeFactor{Rule: unbounded(DefaultPairSTDP()), Tau: 30, Signal: Held{&m.Modulator}, Gain: 5, WMax: 80}
		})(workers)
		w.n.AddProcess(m, 5)
		return w
	},
	"homeostatic": func(workers int) *plasticNetwork {
		w := withRule(func() sim.Rule { return pairRule(Additive, TieIgnored) })(workers)
		w.n.AddProcess(&HomeostaticScaling{Rates: w.count, Projections: []*sim.Projection{w.p}, Tau: 200, Target: 10, Beta: 1e-4, Gamma: 1e-9, Interval: 20}, 20)
		return w
	},
	"threshold": func(workers int) *plasticNetwork {
		w := withRule(func() sim.Rule { return Static{} })(workers)
		ip := &ThresholdIP{Rates: w.count, Eta: 0.3, Target: 10, Limit: 5, GL: 12.5}
		w.n.AddProcess(ip, 5)
		w.n.Drive(w.cells, sim.Current, ip)
		return w
	},
	"structural": func(workers int) *plasticNetwork {
		w := withRule(func() sim.Rule { return Static{} })(workers)
		p := DefaultStructuralPlasticity()
		p.Spikes, p.Pool, p.Weight, p.Interval, p.TauCa = w.count, w.p, 25, 10, 100
		p.Axonal, p.Dendritic = GrowthCurve{0.02, 0, 0.001}, GrowthCurve{0.02, 0, 0.002}
		w.n.AddProcess(&p, 10)
		return w
	},
	"rewiring": rewired(func() sim.Rule { return pairRule(Additive, TieIgnored) }),
	"rewiring and reward": rewired(func() sim.Rule {
		return ThreeFactor{Rule: unbounded(pairRule(Additive, TieIgnored)), Tau: 100, Signal: Held{sim.NewModulator("attention", 1)}, Gain: 0.1, WMax: 80}
	}),
}

// waves is a process that gives each neuron a slow wave as its error.
type waves struct{ sim.Modulator }

func (*waves) Validate() error { return nil }
func (w *waves) Reset()        { clear(w.Values) }
func (w *waves) Update(now float64) error {
	for j := range w.Values {
		w.Values[j] = math.Sin(now/100 + float64(j))
	}
	return nil
}
func (w *waves) State(c *sim.Codec) { c.Values(w.Values) }

func pairRule(d Dependence, tie Tie) PairSTDP {
	return PairSTDP{APlus: 3, AMinus: 2.5, TauPlus: 20, TauMinus: 30, WMax: 80, Dependence: d, Mu: 0.3, Tie: tie}
}

func withRule(rule func() sim.Rule) func(workers int) *plasticNetwork {
	return func(workers int) *plasticNetwork { return withSynapse(rule(), sim.Synapse{})(workers) }
}

func withSynapse(rule sim.Rule, like sim.Synapse) func(workers int) *plasticNetwork {
	return func(workers int) *plasticNetwork {
		n := sim.New(sim.Options{Seed: 11, DT: 0.5, Workers: workers})
		w := &plasticNetwork{n: n}
		w.cells = n.Populate("cells", 50, neurons.LIFExp{C: 250, TauM: 20, TauEx: 5, TauIn: 5, TRef: 2, EL: -70, VTh: -55, VReset: -70}).Initial("V", synapses.Uniform{Lo: -70, Hi: -55})
		n.Drive(w.cells, sim.Current, neurons.NoiseCurrent{Mean: 160, SD: 250, Interval: 1})
		w.p = n.Connect(w.cells, w.cells, synapses.FixedInDegree{K: 12}, sim.Synapse{Receptor: "ex", Weight: synapses.Uniform{Lo: 5, Hi: 60}, Delay: synapses.Uniform{Lo: 0.5, Hi: 4}, Plasticity: rule, Backpropagation: like.Backpropagation, DeliverFirst: like.DeliverFirst})
		w.count, w.spikes = n.CountSpikes(w.cells), n.RecordSpikes(sim.SpikeOptions{}, w.cells)
		return w
	}
}

func rewired(rule func() sim.Rule) func(workers int) *plasticNetwork {
	return func(workers int) *plasticNetwork {
		w := withRule(rule)(workers)
		w.n.AddProcess(&Rewiring{Projection: w.p, Threshold: 25, NewWeight: 40, Key: sim.NewKey(1, "rewiring")}, 50)
		return w
	}
}

type plasticOutcome struct {
	spikes   []sim.Spike
	synapses []sim.SynapseValue
}

func (w *plasticNetwork) outcome(t *testing.T) (o plasticOutcome) {
	t.Helper()
	o.spikes = append(o.spikes, w.spikes.Spikes()...)
	if err := w.p.Each(func(s sim.SynapseValue) { o.synapses = append(o.synapses, s) }); err != nil {
		t.Fatal(err)
	}
	return o
}

// Spikes and weights are the same, bit for bit, for any number of workers and however a run is cut.
func TestRulesDoNotDependOnWorkers(t *testing.T) {
	for name, build := range rulesInNetworks {
		t.Run(name, func(t *testing.T) {
			first := build(1)
			run(t, first.n, 400)
			want := first.outcome(t)
			if len(want.spikes) < 200 {
				t.Fatalf("only %d spikes: too quiet to tell", len(want.spikes))
			}
			start := build(1)
			if err := start.n.Build(t.Context()); err != nil {
				t.Fatal(err)
			}
			changed := !reflect.DeepEqual(start.outcome(t).synapses, want.synapses)
			if changed != (name != "static" && name != "threshold") {
				t.Errorf("weights changed: %v", changed)
			}
			for _, workers := range []int{2, 3} {
				w := build(workers)
				for _, ms := range []float64{0.5, 99.5, 3, 297} {
					run(t, w.n, ms)
				}
				if got := w.outcome(t); !reflect.DeepEqual(got, want) {
					t.Errorf("%d workers: another result (%d spikes against %d)", workers, len(got.spikes), len(want.spikes))
				}
			}
		})
	}
}

// Reset forgets traces: the same trial with the same weights gives the same spikes and weights again.
func TestRulesForgetAtReset(t *testing.T) {
	for name, build := range rulesInNetworks {
		switch name {
		case "structural", "rewiring", "rewiring and reward", "threshold":
			continue // what they have grown stays
		}
		w := build(2)
		if err := w.n.Build(t.Context()); err != nil {
			t.Fatal(err)
		}
		start := w.n.PlasticWeights(nil)
		var want plasticOutcome
		for trial := range 2 {
			if err := w.n.Reset(5); err != nil {
				t.Fatal(err)
			}
			if err := w.n.SetPlasticWeights(start); err != nil {
				t.Fatal(err)
			}
			w.spikes.Clear()
			run(t, w.n, 200)
			got := w.outcome(t)
			if trial == 0 {
				want = got
			} else if !reflect.DeepEqual(got, want) {
				t.Errorf("%s: the second run of a trial differs from the first (%d spikes against %d)", name, len(got.spikes), len(want.spikes))
			}
		}
	}
}

// A rule costs no memory while it runs.
func TestRulesDoNotAllocate(t *testing.T) {
	for name, build := range rulesInNetworks {
		switch name {
		case "structural", "rewiring", "rewiring and reward", "homeostatic":
			continue // processes that go through all synapses do, at their intervals
		}
		w := build(1)
		run(t, w.n, 300)
		w.spikes.Clear()
		per := testing.AllocsPerRun(3, func() { w.spikes.Clear(); run(t, w.n, 50) }) // 100 ticks
		if per > 30 {
			t.Errorf("%s: %g allocations in 100 ticks, want only the few of starting a run", name, per)
		}
	}
}
