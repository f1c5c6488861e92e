package plasticity

import (
	"fmt"

	"github.com/glia-sim/glia/sim"
)

// TripletSTDP is spike-timing dependent plasticity of pairs and triplets of spikes.
//
//	presynaptic spike:   w -= o1 (A2Minus + A3Minus r2), then r1 and r2 grow
//	postsynaptic spike:  w += r1 (A2Plus + A3Plus o2),   then o1 and o2 grow
//
//	w       weight, between WMin and WMax [weight units]
//	r1, r2  presynaptic traces with time constants TauPlus, TauX [ms]
//	o1, o2  postsynaptic traces with time constants TauMinus, TauY [ms]
//
// A trace grows by 1 at its spike (all-to-all) or is set to 1 (Nearest). For Poisson spikes the rule
// with A3Minus 0 behaves as the BCM rule: it turns from depression to potentiation at the postsynaptic
// rate ThresholdRate.
//
// Source: Pfister and Gerstner 2006. It is NEST's stdp_triplet_synapse and Auryn's
// TripletConnection.
type TripletSTDP struct {
	A2Plus, A2Minus   float64 // amplitudes of pairs [weight units]
	A3Plus, A3Minus   float64 // amplitudes of triplets [weight units]
	TauPlus, TauMinus float64 // of the fast traces [ms]
	TauX, TauY        float64 // of the slow traces [ms]; ignored where A3Minus or A3Plus is 0
	WMin, WMax        float64 // bounds; may be infinite
	Nearest           bool    // nearest-neighbour instead of all-to-all interaction
	Tie               Tie     // what two spikes do that meet at one tick; default: nothing
}

// tripletSets are the fits of Pfister and Gerstner 2006: "visual cortex" to the data of Sjöström
// et al. 2001, "hippocampus" to those of Wang et al. 2005.
var tripletSets = []struct {
	name string
	TripletSTDP
}{
	{"visual cortex, full", TripletSTDP{A2Plus: 5e-10, A3Plus: 6.2e-3, A2Minus: 7e-3, A3Minus: 2.3e-4, TauX: 101, TauY: 125}},
	{"visual cortex, minimal", TripletSTDP{A3Plus: 6.5e-3, A2Minus: 7.1e-3, TauY: 114}},
	{"visual cortex, full, nearest", TripletSTDP{A2Plus: 8.8e-11, A3Plus: 5.3e-2, A2Minus: 6.6e-3, A3Minus: 3.1e-3, TauX: 714, TauY: 40, Nearest: true}},
	{"visual cortex, minimal, nearest", TripletSTDP{A3Plus: 5e-2, A2Minus: 8e-3, TauY: 40, Nearest: true}},
	{"hippocampus, full", TripletSTDP{A2Plus: 6.1e-3, A3Plus: 6.7e-3, A2Minus: 1.6e-3, A3Minus: 1.4e-3, TauX: 946, TauY: 27}},
	{"hippocampus, minimal", TripletSTDP{A2Plus: 5.3e-3, A3Plus: 8e-3, A2Minus: 3.5e-3, TauY: 40}},
	{"hippocampus, full, nearest", TripletSTDP{A2Plus: 4.6e-3, A3Plus: 9.1e-3, A2Minus: 3e-3, A3Minus: 7.5e-9, TauX: 575, TauY: 47, Nearest: true}},
	{"hippocampus, minimal, nearest", TripletSTDP{A2Plus: 4.6e-3, A3Plus: 9.1e-3, A2Minus: 3e-3, TauY: 48, Nearest: true}},
}

// TripletSets names the published parameter sets.
func TripletSets() []string {
	var names []string
	for _, s := range tripletSets {
		names = append(names, s.name)
	}
	return names
}

// TripletSet gives a published parameter set by its name (see TripletSets), with weights in [0, 1].
// The amplitudes are relative changes of a weight: multiply them where weights have another scale.
func TripletSet(name string) (TripletSTDP, error) {
	for _, s := range tripletSets {
		if s.name == name {
			s.TauPlus, s.TauMinus, s.WMax = 16.8, 33.7, 1
			return s.TripletSTDP, nil
		}
	}
	return TripletSTDP{}, fmt.Errorf("plasticity: no triplet parameter set %q: want one of %q", name, TripletSets())
}

// Validate names the first parameter out of range.
func (p TripletSTDP) Validate() error {
	c := checker{rule: "TripletSTDP"}
	c.finite("A2Plus", p.A2Plus, "")
	c.finite("A2Minus", p.A2Minus, "")
	c.finite("A3Plus", p.A3Plus, "")
	c.finite("A3Minus", p.A3Minus, "")
	c.tau("TauPlus", p.TauPlus)
	c.tau("TauMinus", p.TauMinus)
	if p.A3Minus != 0 {
		c.tau("TauX", p.TauX)
	}
	if p.A3Plus != 0 {
		c.tau("TauY", p.TauY)
	}
	c.bounds(p.WMin, p.WMax)
	c.tie(p.Tie)
	return c.err
}

// ThresholdRate is the postsynaptic rate [Hz] at which the rule without A2Plus and A3Minus neither
// strengthens nor weakens on average, for independent Poisson spikes, all-to-all.
func (p TripletSTDP) ThresholdRate() float64 {
	return 1000 * p.A2Minus * p.TauMinus / (p.A3Plus * p.TauPlus * p.TauY)
}

// NewRule makes the traces of a set of synapses.
func (p TripletSTDP) NewRule(s sim.RuleSpec) (sim.RuleBlock, error) {
	slow := func(n int, tau, amplitude float64) *Trace {
		if amplitude == 0 {
			tau = 1 // its value is not used
		}
		return NewTrace(n, tau, 1, p.Nearest, s.Clock)
	}
	b := &tripletBlock{pairing: newPairing(s, p.TauPlus, p.TauMinus, p.Nearest, p.Tie),
		r2: slow(s.Sources, p.TauX, p.A3Minus), o2: slow(s.Targets, p.TauY, p.A3Plus)}
	w := s.Synapses.Weight
	b.strengthen = func(k uint32, _, j int32, r1 float64) {
		w[k] = clip(w[k]+r1*(p.A2Plus+p.A3Plus*b.o2.Value(j)), p.WMin, p.WMax)
	}
	b.weaken = func(k uint32, i, _ int32, o1 float64) {
		w[k] = clip(w[k]-o1*(p.A2Minus+p.A3Minus*b.r2.Value(i)), p.WMin, p.WMax)
	}
	return b, nil
}

type tripletBlock struct {
	pairing
	r2, o2             *Trace
	strengthen, weaken change
}

// Update changes the weights of the rows and columns that spikes reach at tick t.
func (b *tripletBlock) Update(t sim.Tick, pre, post []sim.Span) {
	b.r2.MoveTo(t)
	b.o2.MoveTo(t)
	b.walk(t, pre, post, b.strengthen, b.weaken)
	b.count(pre, post)
	countSpikes(b.r2, pre)
	countSpikes(b.o2, post)
}

// Reset forgets the traces.
func (b *tripletBlock) Reset() {
	b.reset()
	b.r2.Reset()
	b.o2.Reset()
}

// State lists the traces.
func (b *tripletBlock) State(c *sim.Codec) {
	b.pairing.State(c)
	b.r2.State(c, c.Values, c.Now()-b.lag)
	b.o2.State(c, c.PerNeuron, c.Now()-b.lag)
}
