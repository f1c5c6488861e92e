package glia

import (
	"fmt"
	"math"

	"github.com/glia-sim/glia/sim"
)

// Tripartite is a connection rule around another one: it makes the synapses of the primary rule and
// picks, for each with some probability, a cell out of the pool of its target. The cell then listens to
// the source and speaks to the target ("third-factor Bernoulli with pool" of NEST).
//
// The synapses are drawn when the projection is described, so that the links are known right after
// Network.Connect and before the network is built:
//
//	rule := &glia.Tripartite{Primary: synapses.Bernoulli{P: 0.1}, P: 0.5, Pool: glia.RandomPool{Size: 10}, Cells: 100}
//	net.Connect(e, all, rule, sim.Synapse{...})
//	cells.Listen(net, e, rule.NeuronToCell(1), 2)
//	net.Drive(all, sim.Current, cells.Current(sic, rule.CellToNeuron(1), 1))
//
// It is a pointer since it keeps the links, and serves one projection. Use it with whole populations:
// links count in the groups that the projection joins.
type Tripartite struct {
	Primary sim.Connector
	P       float64 // probability that a synapse has a cell
	Pool    Pool    // from which it is picked; nil for any cell
	Cells   int     // how many there are

	plan *tripartitePlan
}

// Pool says which cells the synapses of a target may have.
type Pool interface {
	// plan checks the pool for a number of targets and cells.
	plan(targets, cells int) error
	// of appends the cells of a target to dst; r is the target's own stream.
	of(dst []int32, target, targets, cells int, r *sim.Rand) []int32
}

// Plan implements sim.Connector.
func (t *Tripartite) Plan(w sim.Wiring) (sim.Plan, error) {
	switch {
	case t.Primary == nil:
		return nil, fmt.Errorf("Tripartite.Primary is not set: give it the rule of the synapses")
	case !(t.P >= 0 && t.P <= 1):
		return nil, fmt.Errorf("Tripartite.P is %g: want a probability from 0 to 1", t.P)
	case t.Cells < 1:
		return nil, fmt.Errorf("Tripartite.Cells is %d: want 1 or more", t.Cells)
	}
	pool := t.Pool
	if pool == nil {
		pool = RandomPool{t.Cells}
	}
	if err := pool.plan(w.Targets, t.Cells); err != nil {
		return nil, err
	}
	primary, err := t.Primary.Plan(w)
	if err != nil {
		return nil, err
	}
	p := &tripartitePlan{primary: primary, start: make([]int, w.Targets+1)}
	key := w.Key.Sub(0x7472697061727469) // apart from what the primary rule draws
	rng := sim.NewRand(sim.Key{})
	var cells []int32
	for j := range w.Targets {
		rng.Reset(key.Sub(uint64(2 * j)))
		p.source = primary.Sources(p.source, j, rng)
		p.start[j+1] = len(p.source)
		rng.Reset(key.Sub(uint64(2*j + 1)))
		cells = pool.of(cells[:0], j, w.Targets, t.Cells, rng)
		for range p.source[p.start[j]:] {
			cell := int32(-1)
			if len(cells) > 0 && rng.Float64() < t.P {
				cell = cells[rng.IntN(len(cells))]
			}
			p.cell = append(p.cell, cell)
		}
	}
	t.plan = p
	if e, ok := primary.(sim.Explicit); ok {
		return &explicitTripartite{p, e}, nil
	}
	return p, nil
}

// NeuronToCell lists a link of the given weight from the source of each synapse with a cell to the cell.
func (t *Tripartite) NeuronToCell(weight float64) []Link {
	var links []Link
	t.Each(func(source, _, cell int) { links = append(links, Link{source, cell, weight}) })
	return links
}

// CellToNeuron lists a link of the given weight from the cell of each synapse that has one to its target.
func (t *Tripartite) CellToNeuron(weight float64) []Link {
	var links []Link
	t.Each(func(_, target, cell int) { links = append(links, Link{cell, target, weight}) })
	return links
}

// Each visits the synapses that have a cell, target by target. Before Network.Connect there are none.
func (t *Tripartite) Each(visit func(source, target, cell int)) {
	if t.plan == nil {
		return
	}
	for j := range len(t.plan.start) - 1 {
		for k := t.plan.start[j]; k < t.plan.start[j+1]; k++ {
			if c := t.plan.cell[k]; c >= 0 {
				visit(int(t.plan.source[k]), j, int(c))
			}
		}
	}
}

type tripartitePlan struct {
	primary sim.Plan
	start   []int
	source  []int32
	cell    []int32 // per synapse; -1 for none
}

func (p *tripartitePlan) Expected() float64 { return float64(len(p.source)) }

func (p *tripartitePlan) Sources(dst []int32, j int, _ *sim.Rand) []int32 {
	return append(dst, p.source[p.start[j]:p.start[j+1]]...)
}

// explicitTripartite passes on the weights and delays that the primary rule knows.
type explicitTripartite struct {
	*tripartitePlan
	e sim.Explicit
}

func (p *explicitTripartite) WeightsDelays(j int) (weights, delays []float64) {
	return p.e.WeightsDelays(j)
}
func (p *explicitTripartite) DelayBounds() (lo, hi float64)  { return p.e.DelayBounds() }
func (p *explicitTripartite) WeightBounds() (lo, hi float64) { return p.e.WeightBounds() }

// RandomPool gives each target Size different cells, drawn at random.
type RandomPool struct{ Size int }

func (p RandomPool) plan(_, cells int) error {
	if p.Size < 1 || p.Size > cells {
		return fmt.Errorf("RandomPool.Size is %d: want 1 to the number of cells, %d", p.Size, cells)
	}
	return nil
}

func (p RandomPool) of(dst []int32, _, _, cells int, r *sim.Rand) []int32 {
	if p.Size == cells {
		for c := range cells {
			dst = append(dst, int32(c))
		}
		return dst
	}
	// Floyd's algorithm: Size draws without replacement.
	for n := cells - p.Size; n < cells; n++ {
		c := int32(r.IntN(n + 1))
		for _, d := range dst {
			if d == c {
				c = int32(n)
				break
			}
		}
		dst = append(dst, c)
	}
	return dst
}

// BlockPool gives consecutive targets consecutive cells. With Size 1 the targets are cut into as many
// blocks as there are cells; with a larger Size target k owns the cells k Size to (k+1) Size - 1.
type BlockPool struct{ Size int }

func (p BlockPool) plan(targets, cells int) error {
	switch {
	case p.Size < 1:
		return fmt.Errorf("BlockPool.Size is %d: want 1 or more", p.Size)
	case p.Size == 1 && targets%cells != 0:
		return fmt.Errorf("BlockPool.Size is 1 with %d targets and %d cells: want a multiple of the cells", targets, cells)
	case p.Size > 1 && targets*p.Size != cells:
		return fmt.Errorf("BlockPool.Size is %d with %d targets: want %d cells, not %d", p.Size, targets, targets*p.Size, cells)
	}
	return nil
}

func (p BlockPool) of(dst []int32, target, targets, cells int, _ *sim.Rand) []int32 {
	if p.Size == 1 {
		return append(dst, int32(target/(targets/cells)))
	}
	for k := range p.Size {
		dst = append(dst, int32(target*p.Size+k))
	}
	return dst
}

// Territory gives each target the one cell in whose territory it lies: Cell[target], -1 for none. See
// Territories.
type Territory struct{ Cell []int }

func (p Territory) plan(targets, cells int) error {
	if len(p.Cell) != targets {
		return fmt.Errorf("Territory.Cell has %d entries: want one per target, %d", len(p.Cell), targets)
	}
	for j, c := range p.Cell {
		if c < -1 || c >= cells {
			return fmt.Errorf("Territory.Cell[%d] is %d: want 0 to %d, or -1 for none", j, c, cells-1)
		}
	}
	return nil
}

func (p Territory) of(dst []int32, target, _, _ int, _ *sim.Rand) []int32 {
	if c := p.Cell[target]; c >= 0 {
		dst = append(dst, int32(c))
	}
	return dst
}

// Territories cuts space into the territories of cells: each point belongs to the nearest cell (the
// first of several at equal distance), or to none (-1) if that is further than reach away (0 means no
// limit) [the unit of the positions].
func Territories(points, cells [][3]float64, reach float64) ([]int, error) {
	if len(cells) == 0 {
		return nil, fmt.Errorf("glia: no cells to give territories to")
	}
	if !(reach >= 0) {
		return nil, fmt.Errorf("glia: reach of a territory is %g: want 0 or more", reach)
	}
	owner := make([]int, len(points))
	for k, p := range points {
		best, at := math.Inf(1), -1
		for c, q := range cells {
			if d := distance2(p, q); d < best {
				best, at = d, c
			}
		}
		if reach > 0 && best > reach*reach*(1+1e-12) {
			at = -1
		}
		owner[k] = at
	}
	return owner, nil
}
