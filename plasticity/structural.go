package plasticity

import (
	"fmt"
	"math"

	"github.com/glia-sim/glia/sim"
)

// StructuralPlasticity lets the neurons of a population grow and lose synapses until each fires at its
// target.
//
//	TauCa dCa/dt = -Ca,  Ca += BetaCa at a spike
//	dz/dt by GrowthCurve, for axonal and for dendritic elements
//
// At every interval a neuron that has fewer elements than synapses breaks some of its synapses, drawn
// at random (the element at the other end becomes free); then free axonal and dendritic elements are
// paired at random.
//
// Synapses come from a pool: a projection of the population onto itself whose synapses are all there
// from the start (AllToAll or Bernoulli) with weight 0, which counts as none, and of which those that
// form get Weight. What the pool does not hold cannot form. Give it the rule Static, or another one
// that leaves weights of 0 at 0.
//
// It is a process, for Network.AddProcess with an interval of 100 ms to 1 s.
//
// Source: Butz and van Ooyen 2013; update as in NEST (Diaz-Pier et al. 2016).
type StructuralPlasticity struct {
	Spikes               *sim.Counter    // of the population
	Pool                 *sim.Projection // candidate synapses
	Weight               float64         // of a synapse that forms
	TauCa                float64         // ms
	BetaCa               float64         // calcium per spike; with 1000/TauCa, Ca is the rate in Hz
	Axonal, Dendritic    GrowthCurve
	Interval             float64   // ms, as given to Network.AddProcess
	Key                  sim.Key   // of the random choices
	Ca, Axons, Dendrites []float64 // state, per neuron: calcium and elements
	// Formed and Broken count synapses since the start.
	Formed, Broken int

	seen   []int32
	rounds uint64
	pool   *pool
}

// DefaultStructuralPlasticity gives typical values: TauCa 10 s, BetaCa 1e-3, growth of 1e-4 elements
// per ms at most, target calcium 0.05.
func DefaultStructuralPlasticity() StructuralPlasticity {
	g := GrowthCurve{Nu: 1e-4, Eta: 0, Eps: 0.05}
	return StructuralPlasticity{TauCa: 10000, BetaCa: 1e-3, Axonal: g, Dendritic: g, Interval: 100}
}

// Validate names the first field out of range.
func (p *StructuralPlasticity) Validate() error {
	c := checker{rule: "StructuralPlasticity"}
	c.tau("TauCa", p.TauCa)
	c.positive("BetaCa", p.BetaCa, "")
	c.tau("Interval", p.Interval)
	c.complain(p.Weight != 0 && finite(p.Weight), "Weight", p.Weight, "", "a finite number that is not 0")
	p.Axonal.check(&c, "Axonal")
	p.Dendritic.check(&c, "Dendritic")
	switch {
	case c.err != nil:
		return c.err
	case p.Spikes == nil:
		return fmt.Errorf("StructuralPlasticity.Spikes is not set: give it the counter of Network.CountSpikes")
	case p.Pool == nil:
		return fmt.Errorf("StructuralPlasticity.Pool is not set: give it the projection of candidate synapses")
	}
	n := len(p.Spikes.PerNeuron)
	if pop := p.Pool.Source.Pop; pop != p.Pool.Target.Pop || pop.Size != n {
		return fmt.Errorf("StructuralPlasticity.Pool joins %s and %s, and Spikes counts %d neurons: want a projection of one population onto itself and a count of it", pop.Name, p.Pool.Target.Pop.Name, n)
	}
	p.Ca, p.Axons, p.Dendrites = make([]float64, n), make([]float64, n), make([]float64, n)
	p.seen = make([]int32, n)
	return nil
}

// Update grows elements over the interval that ends now, then breaks and forms synapses.
func (p *StructuralPlasticity) Update(float64) error {
	decay := math.Exp(-p.Interval / p.TauCa)
	// A spike somewhere in the interval has decayed, on average, by this.
	mean := p.TauCa / p.Interval * (1 - decay)
	for j := range p.Ca {
		p.Axons[j] = max(0, p.Axons[j]+p.Interval*p.Axonal.Rate(p.Ca[j]))
		p.Dendrites[j] = max(0, p.Dendrites[j]+p.Interval*p.Dendritic.Rate(p.Ca[j]))
		p.Ca[j] = p.Ca[j]*decay + p.BetaCa*mean*float64(newSpikes(p.Spikes, p.seen, j))
	}
	return p.rewire()
}

func (p *StructuralPlasticity) rewire() error {
	if p.pool == nil {
		l, err := newPool(p.Pool, len(p.Ca))
		if err != nil {
			return err
		}
		p.pool = l
	}
	if err := p.pool.read(p.Pool); err != nil {
		return err
	}
	r := sim.NewRand(p.Key.Sub(p.rounds))
	p.rounds++
	broken := p.pool.shrink(p.pool.out, p.Axons, r) + p.pool.shrink(p.pool.in, p.Dendrites, r)
	formed := p.pool.grow(p.Axons, p.Dendrites, p.Weight, r)
	p.Broken, p.Formed = p.Broken+broken, p.Formed+formed
	if broken+formed == 0 {
		return nil
	}
	return p.Pool.SetWeights(p.pool.weight)
}

// Synapses gives the number of synapses that exist.
func (p *StructuralPlasticity) Synapses() int { return p.Formed - p.Broken }

// Reset sets the calcium to zero for a new trial; elements and synapses stay, as weights do.
func (p *StructuralPlasticity) Reset() {
	clear(p.Ca)
	copy(p.seen, p.Spikes.PerNeuron)
}

// State lists calcium and elements. The synapses are weights of the pool.
func (p *StructuralPlasticity) State(c *sim.Codec) {
	c.Values(p.Ca, p.Axons, p.Dendrites, p.seen, &p.rounds, &p.Formed, &p.Broken)
}

// pool is the candidate synapses, in the order of Projection.Each.
type pool struct {
	weight []float64
	// out and in list the candidates of each neuron as source and as target.
	out, in [][]int
	between map[[2]int32]int // candidate of a pair
	nout    []int            // synapses that exist, per source and per target
	nin     []int
	source  []int32
	target  []int32
}

func newPool(proj *sim.Projection, n int) (*pool, error) {
	l := &pool{out: make([][]int, n), in: make([][]int, n), between: map[[2]int32]int{}, nout: make([]int, n), nin: make([]int, n)}
	err := proj.Each(func(s sim.SynapseValue) {
		k := len(l.source)
		l.source, l.target = append(l.source, int32(s.Source)), append(l.target, int32(s.Target))
		l.out[s.Source], l.in[s.Target] = append(l.out[s.Source], k), append(l.in[s.Target], k)
		l.between[[2]int32{int32(s.Source), int32(s.Target)}] = k
	})
	return l, err
}

// read takes the weights as they are now.
func (l *pool) read(proj *sim.Projection) error {
	w, err := proj.Weights()
	if err != nil {
		return err
	}
	l.weight = w
	clear(l.nout)
	clear(l.nin)
	for k, w := range w {
		if w != 0 {
			l.nout[l.source[k]]++
			l.nin[l.target[k]]++
		}
	}
	return nil
}

// shrink breaks synapses of neurons that have more than elements.
func (l *pool) shrink(ends [][]int, elements []float64, r *sim.Rand) int {
	broken := 0
	var alive []int
	for i, candidates := range ends {
		alive = alive[:0]
		for _, k := range candidates {
			if l.weight[k] != 0 {
				alive = append(alive, k)
			}
		}
		for len(alive) > int(elements[i]) {
			m := r.IntN(len(alive))
			k := alive[m]
			alive[m] = alive[len(alive)-1]
			alive = alive[:len(alive)-1]
			l.weight[k] = 0
			l.nout[l.source[k]]--
			l.nin[l.target[k]]--
			broken++
		}
	}
	return broken
}

// grow pairs free elements at random.
func (l *pool) grow(axons, dendrites []float64, weight float64, r *sim.Rand) int {
	free := func(elements []float64, bound []int) []int32 {
		var list []int32
		for i, z := range elements {
			for range int(z) - bound[i] {
				list = append(list, int32(i))
			}
		}
		r.Shuffle(len(list), func(a, b int) { list[a], list[b] = list[b], list[a] })
		return list
	}
	from, to := free(axons, l.nout), free(dendrites, l.nin)
	formed := 0
	for m := range min(len(from), len(to)) {
		k, ok := l.between[[2]int32{from[m], to[m]}]
		if !ok || l.weight[k] != 0 {
			continue
		}
		l.weight[k] = weight
		formed++
	}
	return formed
}
