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

func unbounded(p PairSTDP) PairSTDP {
	p.WMin, p.WMax = math.Inf(-1), math.Inf(1)
	return p
}

// Specification A1, check 1: one pair, dt = +10 ms.
func TestA1OnePair(t *testing.T) {
	p := unbounded(DefaultPairSTDP())
	near(t, "pair at +10 ms", play(t, p, 0.1, 0, []float64{100}, []float64{110}), 0.0060653065971, 1e-9)
	near(t, "pair at -10 ms", play(t, p, 0.1, 0, []float64{110}, []float64{100}), -0.0105*math.Exp(-0.5), 1e-15)
}

// Specification A1, check 2: drift under independent Poisson spikes.
func TestA1PoissonDrift(t *testing.T) {
	p := unbounded(PairSTDP{APlus: 0.005, AMinus: 0.00525, TauPlus: 20, TauMinus: 20})
	r := sim.NewRand(sim.NewKey(1, "A1 drift"))
	train := func() (ms []float64) {
		for at := r.ExpFloat64() * 50; at < 1e6; at += r.ExpFloat64() * 50 {
			ms = append(ms, at)
		}
		return ms
	}
	sum, runs := 0.0, 60.0
	for range int(runs) {
		sum += play(t, p, 0.1, 0, train(), train())
	}
	near(t, "mean change in 1000 s", sum/runs, -2.0, 0.2)
}

// Specification A1, check 3: competition of 1000 inputs (Song, Miller and Abbott 2000), 100 s. Ties
// potentiate, as in the Brian example, where a presynaptic spike counts first: at 0.1 ms that moves the
// balance of 5 % by 0.5 %, and the rate from 16 to 20 Hz.
func TestA1Competition(t *testing.T) {
	n := sim.New(sim.Options{Seed: 3, DT: 0.1, Workers: 1})
	in := n.Populate("inputs", 1000, neurons.PoissonSourceEvent{Rate: 15})
	out := n.Populate("neuron", 1, neurons.LIFCond{C: 10, GL: 1, TauEx: 5, TauIn: 5, EL: -74, EEx: 0, EIn: -80, VTh: -54, VReset: -60, Method: neurons.Euler})
	const wmax = 0.01
	p := n.Connect(in, out, synapses.AllToAll{}, sim.Synapse{Receptor: "ex", Weight: synapses.Uniform{Lo: 0, Hi: wmax}, Backpropagation: sim.Axonal,
		Plasticity: PairSTDP{APlus: 0.01 * wmax, AMinus: 0.0105 * wmax, TauPlus: 20, TauMinus: 20, WMax: wmax, Tie: TiePotentiates}})
	count := n.CountSpikes(out)
	run(t, n, 80_000)
	count.Reset()
	run(t, n, 20_000)
	rate := float64(count.Total) / 20
	low, high, sum := 0.0, 0.0, 0.0
	for _, w := range weights(t, p) {
		sum += w / wmax / 1000
		if w < 0.1*wmax {
			low += 1e-3
		}
		if w > 0.9*wmax {
			high += 1e-3
		}
	}
	t.Logf("rate %.1f Hz, below 0.1: %.3f, above 0.9: %.3f, mean %.3f", rate, low, high, sum)
	if rate < 15 || rate > 30 {
		t.Errorf("rate %g Hz, want 15 to 30", rate)
	}
	near(t, "weights below 0.1 wmax", low, 0.21, 0.06)
	near(t, "weights above 0.9 wmax", high, 0.20, 0.06)
	near(t, "mean weight", sum, 0.48, 0.05)
}

func TestPairAgainstNEST(t *testing.T) {
	holdAgainstNEST(t, "stdp_synapse", 1e-13, func(c nestCase, _ *sim.Network) sim.Rule {
		p := PairSTDP{APlus: c.Params["lambda"] * c.Params["Wmax"], TauPlus: c.Params["tau_plus"], TauMinus: c.TauMinus, WMax: c.Params["Wmax"], ClipEach: true}
		p.AMinus = c.Params["alpha"] * p.APlus
		switch plus, minus := c.Params["mu_plus"], c.Params["mu_minus"]; {
		case plus == 0 && minus == 0:
			p.Dependence = Additive
		case plus == 0 && minus == 1:
			p.Dependence = VanRossum
		case plus == 1 && minus == 1:
			p.Dependence = Multiplicative
		default:
			p.Dependence, p.Mu = Guetig, plus
		}
		return p
	})
}

// The additive loop gives what the general walk gives, but at the bounds.
func TestAdditiveLoopAgainstNEST(t *testing.T) {
	holdAgainstNEST(t, "stdp_synapse", 1e-13, func(c nestCase, _ *sim.Network) sim.Rule {
		if c.Params["mu_plus"] != 0 || c.Params["mu_minus"] != 0 || c.Name == "additive_bounds" {
			return nil
		}
		a := c.Params["lambda"] * c.Params["Wmax"]
		return PairSTDP{APlus: a, AMinus: c.Params["alpha"] * a, TauPlus: c.Params["tau_plus"], TauMinus: c.TauMinus, WMax: c.Params["Wmax"]}
	})
}

func TestPowerLawAgainstNEST(t *testing.T) {
	holdAgainstNEST(t, "stdp_pl_synapse_hom", 1e-13, func(c nestCase, _ *sim.Network) sim.Rule {
		p := PowerLawSTDP()
		p.APlus, p.AMinus = c.Params["lambda"], c.Params["lambda"]*c.Params["alpha"]
		p.TauPlus, p.TauMinus, p.Mu = c.Params["tau_plus"], c.TauMinus, c.Params["mu"]
		return p
	})
}

// The windows and frequency curves of the pair rule: testdata/README.md.
func TestPairWindows(t *testing.T) {
	p := unbounded(DefaultPairSTDP())
	_, rows := table(t, "stdp_window.csv")
	for _, r := range rows {
		for k, n := range map[int]int{1: 1, 2: 60} {
			if r[0] == 0 {
				continue // the tie has a test of its own
			}
			pre, post := pairings(n, 1, r[0])
			near(t, fmt.Sprintf("%d pairs at %g ms", n, r[0]), play(t, p, 1, 0, pre, post), r[k], 1e-9)
		}
	}
	_, rows = table(t, "stdp_frequency.csv")
	for _, r := range rows {
		pre, post := pairings(60, r[0], r[1])
		near(t, fmt.Sprintf("pairs at %g Hz, %g ms", r[0], r[1]), play(t, p, 1./63, 0, pre, post), r[2], 1e-9)
		p := p
		p.Nearest = true
		near(t, fmt.Sprintf("nearest pairs at %g Hz, %g ms", r[0], r[1]), play(t, p, 1./63, 0, pre, post), r[3], 1e-9)
	}
}

// What a time difference of zero means is the user's choice, wherever the delay lies.
func TestTies(t *testing.T) {
	const d = 2.0
	for _, back := range []sim.Backpropagation{sim.Dendritic, sim.Axonal, sim.Emission, sim.Split} {
		// An earlier pair, so that the traces are not empty: pre at 10, post at 15 on the synapse's clock.
		pre, post := []float64{10, 40}, []float64{15, 40}
		switch back {
		case sim.Dendritic:
			post = []float64{15 - d, 40 - d}
		case sim.Axonal:
			pre = []float64{10 - d, 40 - d}
		case sim.Split: // a quarter behind the synapse
			pre, post = []float64{10 - 0.75*d, 40 - 0.75*d}, []float64{15 - 0.25*d, 40 - 0.25*d}
		}
		for _, nearest := range []bool{false, true} {
			up, down := 0.01, 0.02
			x, y := math.Exp(-30/20.), math.Exp(-25/30.)
			tied := up*math.Exp(-5/20.) + up*x - down*y // all but the tie
			plus, minus := up, -down
			if nearest { // the trace is replaced, not added to
				plus, minus = up*(1-x), -down*(1-y)
			}
			for tie, want := range map[Tie]float64{TieIgnored: tied, TiePotentiates: tied + plus, TieDepresses: tied + minus} {
				rule := unbounded(PairSTDP{APlus: up, AMinus: down, TauPlus: 20, TauMinus: 30, Nearest: nearest, Tie: tie})
				n, p := onePair(t, 0.5, pre, post, 1, sim.Synapse{Delay: sim.Constant(d), Plasticity: rule, Backpropagation: back, DendriticPart: 0.25})
				run(t, n, 60)
				near(t, fmt.Sprintf("backpropagation %d, nearest %v, tie %d", back, nearest, tie), weights(t, p)[0]-1, want, 1e-14)
			}
		}
	}
	// For the triplet rule the tie counts with the slow traces of earlier spikes.
	r, err := TripletSet("hippocampus, full")
	if err != nil {
		t.Fatal(err)
	}
	r.Tie = TiePotentiates
	near(t, "first pair at once", play(t, r, 1, 0.5, []float64{50}, []float64{50}), r.A2Plus, 1e-15)
	r.Tie = TieDepresses
	near(t, "first pair at once", play(t, r, 1, 0.5, []float64{50}, []float64{50}), -r.A2Minus, 1e-15)
}

func TestBoundsHold(t *testing.T) {
	for _, d := range []Dependence{Additive, Multiplicative, Guetig, VanRossum} {
		p := DefaultPairSTDP()
		p.APlus, p.AMinus, p.Dependence, p.Mu = 0.9, 0.8, d, 0.2
		pre, post := pairings(50, 20, 5)
		if w := 0.5 + play(t, p, 1, 0.5, pre, post); !(w >= 0.8 && w <= 1) {
			t.Errorf("dependence %d: weight %g after potentiation, want 0.8 to 1", d, w)
		}
		if w := 0.5 + play(t, p, 1, 0.5, post, pre); !(w >= 0 && w <= 0.3) {
			t.Errorf("dependence %d: weight %g after depression, want 0 to 0.3", d, w)
		}
	}
	if dw := play(t, DefaultPairSTDP(), 1, 3, nil, []float64{10}); dw != -2 {
		t.Errorf("a start weight of 3 changes by %g at the first spike, want to 1", dw)
	}
}

func TestPairModulators(t *testing.T) {
	p := unbounded(DefaultPairSTDP())
	p.Plus, p.Minus = sim.NewModulator("plus", 3), sim.NewModulator("minus", -2)
	near(t, "strengthening", play(t, p, 1, 0, []float64{10}, []float64{30}), 0.03*math.Exp(-1), 1e-15)
	near(t, "weakening", play(t, p, 1, 0, []float64{30}, []float64{10}), 0.021*math.Exp(-1), 1e-15)
}

func TestMistakesInRulesAreNamed(t *testing.T) {
	pair := func(f func(*PairSTDP)) PairSTDP { p := DefaultPairSTDP(); f(&p); return p }
	triplet, _ := TripletSet("visual cortex, full")
	triplet.TauY = 0
	inh := DefaultInhibitorySTDP()
	inh.Tie = TieDepresses
	clopath := DefaultClopath()
	clopath.TauHomeostasis = 1000
	clopath.URef2 = -1
	reward := DefaultRewardSTDP()
	three := ThreeFactor{Tau: 1000, Gain: 1, WMax: 1, Signal: &Dopamine{Tau: 200}, Rule: pair(func(p *PairSTDP) { p.TauPlus = -1 })}
	for want, err := range map[string]error{
		"PairSTDP.TauPlus is 0 ms":             pair(func(p *PairSTDP) { p.TauPlus = 0 }).Validate(),
		"PairSTDP.APlus is NaN":                pair(func(p *PairSTDP) { p.APlus = math.NaN() }).Validate(),
		"WMin is 1 and WMax 1":                 pair(func(p *PairSTDP) { p.WMin = 1 }).Validate(),
		"PairSTDP.Tie is 7":                    pair(func(p *PairSTDP) { p.Tie = 7 }).Validate(),
		"PairSTDP.Dependence is 9":             pair(func(p *PairSTDP) { p.Dependence = 9 }).Validate(),
		"wants WMin 0 and a finite WMax":       pair(func(p *PairSTDP) { p.Dependence, p.WMax = Multiplicative, math.Inf(1) }).Validate(),
		"PairSTDP.Mu is 2":                     pair(func(p *PairSTDP) { p.Dependence, p.Mu = Guetig, 2 }).Validate(),
		"PairSTDP.W0 is 0":                     pair(func(p *PairSTDP) { p.Dependence = PowerLaw }).Validate(),
		"TripletSTDP.TauY is 0 ms":             triplet.Validate(),
		"InhibitorySTDP.Tie is 2":              inh.Validate(),
		"Clopath.URef2 is -1":                  clopath.Validate(),
		"ThreeFactor.Signal is not set":        reward.Validate(),
		"ThreeFactor.Rule: PairSTDP.TauPlus":   three.Validate(),
		"HomeostaticScaling.Rates is not set":  (&HomeostaticScaling{Tau: 1, Interval: 1}).Validate(),
		"ThresholdIP.GL is 0 nS":               (&ThresholdIP{Eta: 1}).Validate(),
		"StructuralPlasticity.Axonal.Eps is 0": (&StructuralPlasticity{TauCa: 1, BetaCa: 1, Interval: 1, Weight: 1}).Validate(),
		"Rewiring.NewWeight is 0":              (&Rewiring{Threshold: 1}).Validate(),
		"LogisticIP.Mu is 1":                   NewLogisticIP(1, 0.1, 1).Validate(),
		"TanhIP.S is 0":                        NewTanhIP(1, 0.1, 0, 0).Validate(),
		"BCM.TauTheta is 0 presentations":      (&BCM{Eta: 1}).Validate(),
		"Oja.Eta is 0":                         Oja{}.Validate(),
		"EProp.Win has 1 weights: want 2 x 3":  (&EProp{Inputs: 3, Neurons: 2, Outputs: 1, DT: 1, TauM: 1, TauOut: 1, VTh: 1, Win: []float64{1}}).Validate(),
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
}
