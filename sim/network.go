package sim

import (
	"errors"
	"fmt"
	"math"
	"runtime"
)

// Options says how a network is simulated.
type Options struct {
	Seed    uint64  // of every random draw
	DT      float64 // resolution [ms]; 0 means 0.1
	Workers int     // partitions advanced at the same time; 0 means GOMAXPROCS. The spikes do not depend on it.
}

// Network is a set of populations, the projections between them, and what drives and records them.
// It is described first (Populate, Connect, Drive, Record…), then built by Build or by the first Run.
//
// The methods that describe a network keep the first error instead of returning one each; Build and
// Run report it. A network is used from one goroutine; its workers are its own affair.
type Network struct {
	opt    Options
	clock  Clock
	pops   []*Population
	projs  []*Projection
	drives []*drive
	global int // neurons in all populations

	spikeRecs []*SpikeRecorder
	stateRecs []*StateRecorder
	counters  []*Counter
	timers    []*timer

	err               error
	built             bool
	stepped           bool  // some population is stepped
	window            Tick  // smallest delay
	now               Tick  // end of the window reached
	last              Tick  // its beginning
	fired, firedTotal int64 // spikes in the last window, and in all
	parts             []*partition
	hist              history
	bar               barrier
	abort             error // what stopped the last run, if that makes going on meaningless
	broken            error // a checkpoint was loaded in part
	running           bool
	kept              []kept
}

// New starts an empty network.
func New(opt Options) *Network {
	n := &Network{}
	if opt.DT == 0 {
		opt.DT = 0.1
	}
	if !(opt.DT > 0) || math.IsInf(opt.DT, 0) {
		n.fail(fmt.Errorf("sim: resolution dt is %g ms: want a positive number", opt.DT))
	}
	if opt.Workers == 0 {
		opt.Workers = runtime.GOMAXPROCS(0)
	}
	if opt.Workers < 0 {
		n.fail(fmt.Errorf("sim: workers is %d: want 1 or more (0 for one per core)", opt.Workers))
	}
	n.opt, n.clock = opt, Clock{DT: opt.DT}
	return n
}

// Clock gives the conversion between ms and ticks.
func (n *Network) Clock() Clock { return n.clock }

// Seed gives the seed of the network's random draws.
func (n *Network) Seed() uint64 { return n.opt.Seed }

// Workers gives the number of partitions.
func (n *Network) Workers() int { return n.opt.Workers }

// Now gives the time reached, in ms.
func (n *Network) Now() float64 { return n.clock.MS(n.now) }

// Populations lists the populations in the order in which they were made.
func (n *Network) Populations() []*Population { return n.pops }

// Projections lists the projections in the order in which they were made.
func (n *Network) Projections() []*Projection { return n.projs }

// Err gives the first error met in describing the network.
func (n *Network) Err() error { return n.err }

func (n *Network) fail(err error) {
	if n.err == nil {
		n.err = err
	}
}

// describing notes an error if the network is built already, when what the caller adds would come too late.
func (n *Network) describing(what string) bool {
	if n.built {
		n.fail(fmt.Errorf("sim: %s after the network was built: describe the whole network before Build or Run", what))
	}
	return n.err == nil
}

// Population is a set of neurons of one model.
type Population struct {
	Name  string
	Size  int
	Model Model
	// First is the global id of neuron 0: populations are numbered through in the order in which
	// they were made.
	First int
	// Positions are the places of the neurons in space, for distance-dependent rules [any length
	// unit]; nil if the population has none.
	Positions [][3]float64

	net       *Network
	index     int
	receptors []string
	init      []initial
	event     bool   // its neurons are event-driven; known once stores are planned
	direct    []bool // receptors whose weights are added to a variable: see Accumulator
	unsigned  []bool // of them, those where no weight may be below zero
}

type initial struct {
	variable string
	dist     Distribution
}

// Populate adds a population of size neurons.
func (n *Network) Populate(name string, size int, model Model) *Population {
	p := &Population{Name: name, Size: size, Model: model, First: n.global, net: n, index: len(n.pops)}
	if !n.describing("population " + name) {
		return p
	}
	if size < 1 || size > math.MaxInt32 {
		n.fail(fmt.Errorf("sim: population %s has size %d: want 1 to %d", name, size, math.MaxInt32))
		return p
	}
	for _, q := range n.pops {
		if q.Name == name {
			n.fail(fmt.Errorf("sim: two populations are named %q: give each a name of its own", name))
			return p
		}
	}
	if model == nil {
		n.fail(fmt.Errorf("sim: population %s has no model", name))
		return p
	}
	if err := model.Validate(); err != nil {
		n.fail(fmt.Errorf("sim: population %s: %w", name, err))
		return p
	}
	p.receptors = model.Receptors()
	n.pops = append(n.pops, p)
	n.global += size
	return p
}

// Initial sets the start value of a state variable from a distribution, drawn per neuron (in the
// variable's unit). It is drawn anew at each Reset.
func (p *Population) Initial(variable string, d Distribution) *Population {
	if p.net.describing("Initial") {
		if err := d.Validate(); err != nil {
			p.net.fail(fmt.Errorf("sim: initial %s of %s: %w", variable, p.Name, err))
		}
		p.init = append(p.init, initial{variable, d})
	}
	return p
}

// At places the neurons in space.
func (p *Population) At(positions [][3]float64) *Population {
	if len(positions) != p.Size {
		p.net.fail(fmt.Errorf("sim: population %s has %d neurons and %d positions: want one each", p.Name, p.Size, len(positions)))
	}
	p.Positions = positions
	return p
}

// Group is a stretch of consecutive neurons of a population.
type Group struct {
	Pop    *Population
	Lo, Hi int // indices in the population; Hi is the first one not in the group
}

// Size is the number of neurons in the group.
func (g Group) Size() int { return g.Hi - g.Lo }

// Selection is a population or a group of it.
type Selection interface{ Group() Group }

// Group gives the whole population.
func (p *Population) Group() Group { return Group{p, 0, p.Size} }

// Group gives the group itself.
func (g Group) Group() Group { return g }

// Range gives the neurons lo to hi-1 of the population.
func (p *Population) Range(lo, hi int) Group {
	if lo < 0 || hi > p.Size || lo >= hi {
		p.net.fail(fmt.Errorf("sim: range %d to %d of population %s: want 0 <= from < to <= %d", lo, hi, p.Name, p.Size))
		return Group{p, 0, 0}
	}
	return Group{p, lo, hi}
}

func (p *Population) receptor(name string) (int, error) {
	for r, s := range p.receptors {
		if s == name {
			return r, nil
		}
	}
	return 0, fmt.Errorf("population %s has no receptor %q: it has %q", p.Name, name, p.receptors)
}

// key is the key of a purpose of this population.
func (p *Population) key(purpose string, trial uint64) Key {
	return NewKey(p.net.opt.Seed, purpose+" "+p.Name).Sub(trial)
}

// drive is an Input attached to a group.
type drive struct {
	target   Group
	receptor int
	input    Input
	name     string
}

// Drive attaches an input device to a receptor of stepped neurons. The name of the receptor may be
// empty where the population has only one.
func (n *Network) Drive(target Selection, receptor string, input Input) {
	if !n.describing("Drive") {
		return
	}
	g := target.Group()
	if err := input.Validate(); err != nil {
		n.fail(fmt.Errorf("sim: input of %s: %w", g.Pop.Name, err))
		return
	}
	if receptor == "" && len(g.Pop.receptors) > 0 {
		receptor = g.Pop.receptors[0]
	}
	r, err := g.Pop.receptor(receptor)
	if err != nil {
		n.fail(fmt.Errorf("sim: input: %w", err))
		return
	}
	n.drives = append(n.drives, &drive{g, r, input, fmt.Sprintf("input %d of %s", len(n.drives), g.Pop.Name)})
}

// Counts tells how large a network is and what it has done.
type Counts struct {
	Neurons        int
	Synapses       int64
	Spikes         int64
	SynapticEvents int64 // weights sent to targets; those in flight are counted on some ways and not yet on others
}

// Counts gives the size of a built network and what it has done since it was built.
func (n *Network) Counts() Counts {
	c := Counts{Neurons: n.global}
	for _, p := range n.parts {
		c.Spikes += p.spikes
		c.SynapticEvents += p.events
	}
	for _, p := range n.projs {
		c.Synapses += p.count
	}
	return c
}

var errNotBuilt = errors.New("sim: the network is not built yet: call Build or Run first")
