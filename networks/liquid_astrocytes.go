package networks

import (
	"math"
	"slices"

	"github.com/glia-sim/glia/plasticity"
	"github.com/glia-sim/glia/sim"
)

// territories gives for each liquid neuron the number of the cell that its place lies in, the axes of
// the grid being cut into k stretches each, and the number of neurons in each cell.
func territories(at [][3]float64, edges [3]int, k int) (of []int32, size []int) {
	of, size = make([]int32, len(at)), make([]int, k*k*k)
	for i, x := range at {
		cell := 0
		for a, edge := range edges {
			cell = cell*k + int(math.Round(x[a]))*k/edge
		}
		of[i] = int32(cell)
		size[cell]++
	}
	return of, size
}

// ear is what an astrocyte hears of a population: a weighted count of the spikes of some neurons.
type ear struct {
	of      *sim.Counter
	neurons []int32 // nil for all
	weight  int64   // of each spike
	heard   sim.Counter
}

// Validate has nothing to check: ears are made by Liquid.
func (e *ear) Validate() error { return nil }

// Update sums up what has been heard since the last Reset.
func (e *ear) Update(float64) error {
	total := e.of.Total
	if e.neurons != nil {
		total = 0
		for _, i := range e.neurons {
			total += int64(e.of.PerNeuron[i])
		}
	}
	e.heard.Total = total * e.weight
	return nil
}

// Reset forgets what has been heard.
func (e *ear) Reset() { e.heard.Total = 0 }

// State lists what has been heard.
func (e *ear) State(c *sim.Codec) { c.Values(&e.heard.Total) }

// some draws the fraction q of the neurons, rounded up, without replacement; nil stands for all n.
func some(among []int32, n int, q float64, key sim.Key) []int32 {
	if q == 1 {
		return among
	}
	if among == nil {
		among = make([]int32, n)
		for i := range among {
			among[i] = int32(i)
		}
	}
	among = slices.Clone(among)
	sim.NewRand(key).Shuffle(len(among), func(i, j int) { among[i], among[j] = among[j], among[i] })
	// A hair less than the product, which may lie a rounding error above a whole number.
	count := int(math.Ceil(q*float64(len(among)) - 1e-9))
	among = among[:count]
	slices.Sort(among)
	return among
}

// listen gives the liquid its astrocytes. The one of territory d holds the spikes of its own part of
// the liquid against its share of the input:
//
//	tau dA/dt = -A + w_a (N/N_d n_d - n_input) + b
//
// with N neurons in the liquid, N_d of them in the territory. The factor N/N_d makes all territories
// as sensitive as the global astrocyte: where all fire alike, all have its value.
func (n *LiquidNetwork) listen(l Liquid, seed uint64, at [][3]float64) {
	var size []int
	n.Territory, size = territories(at, [3]int{l.Nx, l.Ny, l.Nz}, l.Domains)
	members := make([][]int32, len(size))
	if len(size) > 1 {
		for i, d := range n.Territory {
			members[d] = append(members[d], int32(i))
		}
	}
	strengthening := sim.NewModulator("strengthening", l.Rate)
	key := sim.NewKey(seed, "heard by astrocyte")
	for d, neurons := range size {
		// Counts are whole numbers: N/N_d n_d - n_input is taken N_d/g times, g the common divisor.
		g := divisor(l.Size(), neurons)
		part, whole := neurons/g, l.Size()/g
		own := key.Sub(uint64(d))
		liquid := &ear{of: n.LiquidSpikes, neurons: some(members[d], l.Size(), l.Heard, own.Sub(0)), weight: int64(whole)}
		input := &ear{of: n.InputSpikes, neurons: some(nil, l.Inputs, l.Heard, own.Sub(1)), weight: int64(part)}
		a := plasticity.DefaultBalanceAstrocyte()
		a.Liquid, a.Input, a.Weakening = &liquid.heard, &input.heard, sim.NewModulator("weakening", l.Rate)
		a.Tau, a.Weight, a.Bias, a.Clamp = l.TauAstrocyte, l.AstroWeight/float64(part), l.Rate, l.AstroClamp
		if d == 0 {
			a.Strengthening = strengthening
		}
		if l.Learning != AstrocyteSTDP {
			a.Weight = 0 // both halves keep the same amplitude
		}
		n.Astrocytes = append(n.Astrocytes, &a)
		n.Net.AddProcess(liquid, 1)
		n.Net.AddProcess(input, 1)
		n.Net.AddProcess(&a, 1)
	}
	n.Astrocyte = n.Astrocytes[0]
}

func divisor(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// rule gives the plasticity of some of the synapses. Inhibitory weights are negative, so what
// strengthens an excitatory synapse makes them weaker: the halves of STDP change places and sign.
func (n *LiquidNetwork) rule(l Liquid, wmin, wmax float64, inhibits, perTarget bool) sim.Rule {
	p := plasticity.PairSTDP{APlus: l.TraceStep, AMinus: l.TraceStep, TauPlus: l.TauSTDP, TauMinus: l.TauSTDP, WMin: wmin, WMax: wmax}
	p.Plus, p.Minus = n.Astrocyte.Strengthening, n.Astrocyte.Weakening
	if inhibits {
		p.APlus, p.AMinus = -p.APlus, -p.AMinus
		p.Plus, p.Minus = p.Minus, p.Plus
	}
	switch {
	case l.Learning == GatedSTDP:
		return plasticity.GatedSTDP{Pair: p, Theta: l.GateRate, Width: l.GateWidth, TauActivity: l.TauGate}
	case !perTarget:
		return p
	}
	weakening := make([]*sim.Modulator, len(n.Astrocytes))
	for d, a := range n.Astrocytes {
		weakening[d] = a.Weakening
	}
	d := plasticity.DomainSTDP{Pair: p, Domain: n.Territory}
	if inhibits {
		d.Pair.Plus, d.Plus = nil, weakening
	} else {
		d.Pair.Minus, d.Minus = nil, weakening
	}
	return d
}
