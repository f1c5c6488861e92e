package glia

import (
	"fmt"
	"math"
	"slices"

	"github.com/glia-sim/glia/sim"
)

// Spillover is a set of synapses whose transmitter cells can hear: ModulatedRelease and
// ModulatedSynapses.
type Spillover interface {
	// spillover gives the feed for a set of cells and the rate of clearance [Hz].
	spillover(cells int) (feed, float64, error)
}

// ModulatedRelease is the release of a projection's synapses under the influence of gliotransmitter: a
// sim.Release. All synapses of one source share one state and one cell; where the synapses of a source
// belong to several cells, use ModulatedSynapses.
//
// A pulse of a cell acts from the end of the cells' update interval on.
//
// It belongs to one projection: give each its own.
type ModulatedRelease struct {
	synapse   ModulatedTM
	cells     Releaser
	cell      []int
	mean      bool
	terminals *Terminals
	blocks    []*releaseBlock
	covered   int // sources that have a block
	total     []float64
	spikes    []int64
	heard     bool // some cells collect what is released
}

// NewModulatedRelease makes the release of len(cell) sources, the size of the whole source population.
// Source i belongs to cell[i]; -1 means to none. With cells nil no pulse changes release.
func NewModulatedRelease(synapse ModulatedTM, cells Releaser, cell []int) (*ModulatedRelease, error) {
	if err := synapse.Validate(); err != nil {
		return nil, err
	}
	if err := checkCells(cells, cell); err != nil {
		return nil, fmt.Errorf("glia: source %w", err)
	}
	n := len(cell)
	return &ModulatedRelease{synapse: synapse, cells: cells, cell: slices.Clone(cell), terminals: NewTerminals(synapse, n),
		total: make([]float64, n), spikes: make([]int64, n)}, nil
}

func checkCells(cells Releaser, cell []int) error {
	for i, c := range cell {
		if c < -1 || cells != nil && c >= cells.Len() {
			return fmt.Errorf("%d belongs to cell %d: want a cell of the set, or -1 for none", i, c)
		}
	}
	return nil
}

// SpillMean makes what a cell hears the mean over its sources; by default it is the sum.
func (r *ModulatedRelease) SpillMean() { r.mean = true }

// Validate reports nothing that NewModulatedRelease has not checked.
func (r *ModulatedRelease) Validate() error { return r.synapse.Validate() }

// NewRelease makes the state of the next n sources: the engine asks block by block, in their order.
func (r *ModulatedRelease) NewRelease(n int, clock sim.Clock) sim.ReleaseBlock {
	if r.covered >= len(r.cell) { // built again
		r.covered, r.blocks = 0, nil
	}
	b := &releaseBlock{r: r, clock: clock, first: r.covered, n: n}
	r.covered += n
	b.misfit = r.covered > len(r.cell)
	if !b.misfit {
		r.blocks = append(r.blocks, b)
	}
	return b
}

// Terminals gives the states of the sources' terminals, by source.
func (r *ModulatedRelease) Terminals() *Terminals { return r.terminals }

// Released gives the sum of the resources that source i has released, and its number of spikes, since
// the last ResetTotals.
func (r *ModulatedRelease) Released(i int) (sum float64, spikes int64) {
	return r.total[i], r.spikes[i]
}

// ResetTotals starts the sums of Released from zero.
func (r *ModulatedRelease) ResetTotals() {
	clear(r.total)
	clear(r.spikes)
}

// release is what a spike released.
type release struct {
	at     float64 // ms
	source int32
	amount float64 // µM
}

type releaseBlock struct {
	r        *ModulatedRelease
	clock    sim.Clock
	first, n int
	log      []release
	misfit   bool // more sources than there are cells given
}

func (b *releaseBlock) Spike(i int, at sim.Instant) float64 {
	if b.misfit {
		return math.NaN() // the engine reports it; NewRelease cannot
	}
	r, t := b.r, b.clock.InstantMS(at)
	i += b.first
	if r.cells != nil && r.cell[i] >= 0 {
		r.terminals.follow(i, r.cells.Pulses(r.cell[i]), t)
	}
	x := r.terminals.Spike(i, t)
	r.total[i] += x
	r.spikes[i]++
	if r.heard && r.cell[i] >= 0 {
		b.log = append(b.log, release{t, int32(i), r.synapse.RhoC * r.synapse.YT * x})
	}
	return x
}

func (b *releaseBlock) Reset() {
	if !b.misfit {
		b.r.terminals.Reset(b.first, b.first+b.n)
		b.log = b.log[:0]
	}
}

// State lists the terminals and totals. What cells have not collected yet is saved with them.
func (b *releaseBlock) State(c *sim.Codec) {
	if b.misfit {
		return
	}
	r, hi := b.r, b.first+b.n
	r.terminals.state(c, c.PerNeuron, b.first, hi)
	c.PerNeuron(r.total[b.first:hi], r.spikes[b.first:hi])
	c.Loaded(func() error { b.log = b.log[:0]; return nil })
}

func (r *ModulatedRelease) spillover(cells int) (feed, float64, error) {
	for i, c := range r.cell {
		if c >= cells {
			return nil, 0, fmt.Errorf("glia: source %d belongs to cell %d: there are %d cells", i, c, cells)
		}
	}
	share := make([]float64, len(r.cell))
	count := make([]float64, cells)
	for _, c := range r.cell {
		if c >= 0 {
			count[c]++
		}
	}
	for i, c := range r.cell {
		if share[i] = 1; r.mean && c >= 0 {
			share[i] = 1 / count[c]
		}
	}
	r.heard = true
	return &releaseFeed{r: r, share: share}, r.synapse.OmegaC, nil
}

// releaseFeed merges the logs of the blocks by time and source, whatever the number of blocks.
type releaseFeed struct {
	r       *ModulatedRelease
	share   []float64
	pending []release
	out     []deposit
}

func (f *releaseFeed) collect(until float64) []deposit {
	f.gather()
	f.out = f.out[:0]
	k := 0
	for ; k < len(f.pending) && f.pending[k].at <= until; k++ {
		p := f.pending[k]
		f.out = append(f.out, deposit{p.at, int32(f.r.cell[p.source]), p.amount * f.share[p.source]})
	}
	f.pending = append(f.pending[:0], f.pending[k:]...)
	return f.out
}

// gather takes over what the blocks have noted.
func (f *releaseFeed) gather() {
	n := len(f.pending)
	for _, b := range f.r.blocks {
		f.pending = append(f.pending, b.log...)
		b.log = b.log[:0]
	}
	if len(f.pending) > n {
		slices.SortStableFunc(f.pending, func(a, b release) int {
			switch {
			case a.at < b.at:
				return -1
			case a.at > b.at:
				return 1
			}
			return int(a.source - b.source)
		})
	}
}

func (f *releaseFeed) state(c *sim.Codec) {
	if !c.Loading() {
		f.gather()
	}
	c.Values(&f.pending)
	c.Loaded(func() error {
		for _, p := range f.pending {
			if p.source < 0 || int(p.source) >= len(f.r.cell) || f.r.cell[p.source] < 0 {
				return fmt.Errorf("source %d has released transmitter", p.source)
			}
		}
		return nil
	})
}

func (f *releaseFeed) reset() {
	f.pending = f.pending[:0]
	for _, b := range f.r.blocks {
		b.log = b.log[:0]
	}
}
