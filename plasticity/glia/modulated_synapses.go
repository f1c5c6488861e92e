package glia

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/glia-sim/glia/sim"
)

// ModulatedSynapses gives each synapse of a projection a release of its own under the influence of the
// cell over its target: the tripartite synapses of a network whose cells have territories. It is a
// sim.Rule: before a spike acts, the synapse's weight becomes its strength (the weight drawn when the
// network was built) times the resources that the spike releases.
//
// The weights that a user reads are those of the latest spikes; what is written to them is overwritten.
// A target's cell hears what is released onto the target, at the time of the target's latest spike on
// its way in: fine detail within one update interval of the cells is not kept.
//
// It belongs to one projection: give each its own.
type ModulatedSynapses struct {
	synapse ModulatedTM
	cells   Releaser
	cell    []int
	mean    bool

	mu      sync.Mutex // blocks are made by several workers
	targets []*targetState
}

// NewModulatedSynapses makes the rule for len(cell) targets, the size of the whole target population.
// Target j belongs to cell[j]; -1 means to none. With cells nil no pulse changes release.
func NewModulatedSynapses(synapse ModulatedTM, cells Releaser, cell []int) (*ModulatedSynapses, error) {
	if err := synapse.Validate(); err != nil {
		return nil, err
	}
	if err := checkCells(cells, cell); err != nil {
		return nil, fmt.Errorf("glia: target %w", err)
	}
	return &ModulatedSynapses{synapse: synapse, cells: cells, cell: slices.Clone(cell)}, nil
}

// SpillMean makes what a cell hears the mean over its synapses; by default it is the sum.
func (r *ModulatedSynapses) SpillMean() { r.mean = true }

// Validate reports nothing that NewModulatedSynapses has not checked.
func (r *ModulatedSynapses) Validate() error { return r.synapse.Validate() }

// Received gives the resources released onto target j (index in the population) and the number of
// spikes that released them, since the network was built or reset.
func (r *ModulatedSynapses) Received(j int) (sum float64, spikes int64) {
	for _, s := range r.targets {
		if k := j - s.first; k >= 0 && k < len(s.total) {
			return s.total[k], s.events[k]
		}
	}
	return 0, 0
}

// targetState is what the synapses of all delays that end in one block of targets add up to.
type targetState struct {
	first    int
	synapses []float64 // per target: how many
	spill    []float64 // per target: transmitter released and not yet heard, at time latest [µM]
	latest   []float64 // ms
	total    []float64
	events   []int64
}

// NewRule makes the state of a set of synapses.
func (r *ModulatedSynapses) NewRule(s sim.RuleSpec) (sim.RuleBlock, error) {
	if s.First+s.Targets > len(r.cell) {
		return nil, fmt.Errorf("glia: ModulatedSynapses knows the cells of %d targets, the population has at least %d", len(r.cell), s.First+s.Targets)
	}
	t := r.block(s.First, s.Targets)
	for _, j := range s.Synapses.Target {
		t.synapses[j]++
	}
	return &synapseBlock{r: r, t: t, clock: s.Clock, synapses: s.Synapses, strength: slices.Clone(s.Synapses.Weight),
		terminals: NewTerminals(r.synapse, len(s.Synapses.Target))}, nil
}

func (r *ModulatedSynapses) block(first, n int) *targetState {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, t := range r.targets {
		if t.first == first {
			return t
		}
	}
	t := &targetState{first: first, events: make([]int64, n)}
	for _, v := range []*[]float64{&t.synapses, &t.spill, &t.latest, &t.total} {
		*v = make([]float64, n)
	}
	r.targets = append(r.targets, t)
	slices.SortFunc(r.targets, func(a, b *targetState) int { return cmp.Compare(a.first, b.first) })
	return t
}

// synapseBlock is the state of the synapses of one delay.
type synapseBlock struct {
	r         *ModulatedSynapses
	t         *targetState
	clock     sim.Clock
	synapses  *sim.Synapses
	strength  []float64
	terminals *Terminals
}

// Update lets the synapses of the sources that fired release.
func (b *synapseBlock) Update(t sim.Tick, pre, _ []sim.Span) {
	r, s, at := b.r, b.t, b.clock.MS(t)
	dose := r.synapse.RhoC * r.synapse.YT
	for _, p := range pre {
		for k := p.Lo; k < p.Hi; k++ {
			j := b.synapses.Target[k]
			c := r.cell[s.first+int(j)]
			if r.cells != nil && c >= 0 {
				b.terminals.follow(int(k), r.cells.Pulses(c), at)
			}
			x := b.terminals.Spike(int(k), at)
			b.synapses.Weight[k] = b.strength[k] * x
			s.total[j] += x
			s.events[j]++
			if c >= 0 {
				// Synapses of other delays may be ahead: their clocks differ by less than a delay.
				later := max(at, s.latest[j])
				s.spill[j] = s.spill[j]*math.Exp(-r.synapse.OmegaC*(later-s.latest[j])/1000) +
					dose*x*math.Exp(-r.synapse.OmegaC*(later-at)/1000)
				s.latest[j] = later
			}
		}
	}
}

// Reset puts the synapses at rest; their weights are whole again.
func (b *synapseBlock) Reset() {
	s := b.t
	b.terminals.Reset(0, len(b.strength))
	copy(b.synapses.Weight, b.strength)
	clear(s.spill)
	clear(s.latest)
	clear(s.total)
	clear(s.events)
}

// State lists the synapses and what they add up to on their targets, which all delays have in common.
func (b *synapseBlock) State(c *sim.Codec) {
	b.terminals.state(c, c.PerSynapse, 0, len(b.strength))
	c.PerNeuron(b.t.spill, b.t.latest, b.t.total, b.t.events)
}

func (r *ModulatedSynapses) spillover(cells int) (feed, float64, error) {
	for j, c := range r.cell {
		if c >= cells {
			return nil, 0, fmt.Errorf("glia: target %d belongs to cell %d: there are %d cells", j, c, cells)
		}
	}
	return &synapseFeed{r: r, cells: cells}, r.synapse.OmegaC, nil
}

type synapseFeed struct {
	r     *ModulatedSynapses
	cells int
	share []float64 // per cell; known once the synapses are drawn
	out   []deposit
}

func (f *synapseFeed) collect(until float64) []deposit {
	if f.share == nil {
		f.shares()
	}
	f.out = f.out[:0]
	for _, s := range f.r.targets {
		for j, y := range s.spill {
			if y == 0 || s.latest[j] > until {
				continue
			}
			c := f.r.cell[s.first+j]
			f.out = append(f.out, deposit{s.latest[j], int32(c), y * f.share[c]})
			s.spill[j] = 0
		}
	}
	return f.out
}

func (f *synapseFeed) shares() {
	f.share = make([]float64, f.cells)
	for _, s := range f.r.targets {
		for j, n := range s.synapses {
			if c := f.r.cell[s.first+j]; c >= 0 {
				f.share[c] += n
			}
		}
	}
	for c, n := range f.share {
		if f.share[c] = 1; f.r.mean {
			f.share[c] = 1 / max(n, 1)
		}
	}
}

// reset has nothing to do: the synapses themselves are reset with the network.
func (f *synapseFeed) reset() {}

func (f *synapseFeed) state(*sim.Codec) {}
