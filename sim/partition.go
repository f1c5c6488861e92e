package sim

import (
	"cmp"
	"fmt"
	"math"
	"runtime/debug"
	"slices"

	"github.com/glia-sim/glia/sim/mem"
)

// partition is what one worker owns: a block of every population, the vector of their input, and all
// synapses that end on them. Within a window it shares nothing that changes with other partitions.
type partition struct {
	net    *Network
	index  int
	blocks []*block // per population
	// in is the input of the stepped blocks, receptor by receptor: first what Step takes and then the variables
	// of neurons to which weights are added (Accumulator), which are in[directIn:]. A synapse knows its target as
	// an index into it; the indices beyond stand for the receptors of event-driven blocks, block by block.
	in       []float64
	ahead    [][]float64 // ring of future input, for pushRows onto stepped neurons; nil without any
	directIn int

	pull        []*rows
	push        []*pushRows
	plastic     []*plasticRows
	procedural  []*proceduralRows
	eventStores []eventStore
	eventFrom   []rowOrigin // of eventStores: where their spikes come from

	spikeScratch []int32
	checkAt      Tick
	spikes       int64
	events       int64
	err          error
}

type rowOrigin struct {
	source  *Population
	factors *Projection
	target  *block
}

// block is the neurons of one population that one partition owns.
type block struct {
	pop    *Population
	lo, n  int // first neuron in the population; how many
	state  Block
	vars   []Variable
	step   Stepper
	clears bool // Step leaves no input behind
	queue  *eventQueue
	inBase []int // first slot of each receptor; -1 where nothing is connected
	in     [][]float64
	slot   int
	inputs []boundInput
}

type boundInput struct {
	dev      InputBlock
	drive    int       // number of the device in the network
	in       []float64 // of the neurons of the block that it drives
	direct   bool      // a variable of theirs: see Accumulator
	from, to Tick
}

// newPartition makes the blocks and lays out the input vector.
func newPartition(n *Network, index int) (*partition, error) {
	p := &partition{net: n, index: index}
	P := n.opt.Workers
	for _, pop := range n.pops {
		lo, hi := pop.Size*index/P, pop.Size*(index+1)/P
		b := &block{pop: pop, lo: lo, n: hi - lo}
		state, err := pop.Model.NewBlock(b.spec(n, 0, b.n, pop.key("neurons", 0)))
		if err != nil {
			return nil, fmt.Errorf("sim: population %s: %w", pop.Name, err)
		}
		b.state = state
		b.step, _ = state.(Stepper)
		_, b.clears = state.(InputClearer)
		_, isEvent := state.(EventDriven)
		if (b.step != nil) == isEvent {
			return nil, fmt.Errorf("sim: population %s: the block of model %T must be either a Stepper or EventDriven", pop.Name, pop.Model)
		}
		p.blocks = append(p.blocks, b)
	}
	p.layout()
	for k, b := range p.blocks {
		b.vars = b.state.Variables()
		if err := b.initialise(b.pop.key("initial", 0)); err != nil {
			return nil, err
		}
		if ev, ok := b.state.(EventDriven); ok { // it starts from the initial values
			b.queue = newEventQueue(b, ev, n.window, n.reach())
		}
		if err := p.attachInputs(b, n.pops[k]); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func (b *block) spec(n *Network, off, size int, key Key) BlockSpec {
	return BlockSpec{Population: b.pop.Name, First: b.lo + off, N: size, Size: b.pop.Size, Clock: n.clock, Key: key}
}

// initialise draws the start values that the user asked for.
func (b *block) initialise(key Key) error {
	rng := NewRand(Key{})
	for k, in := range b.pop.init {
		v := variable(b.state, in.variable)
		if v == nil {
			return fmt.Errorf("sim: population %s has no state variable %q: it has %s", b.pop.Name, in.variable, variableNames(b.state))
		}
		for i := range b.n {
			rng.Reset(key.Sub(uint64(k)).Sub(uint64(b.lo + i)))
			v.Set(i, in.dist.Draw(rng))
		}
	}
	return nil
}

func variable(b Block, name string) *Variable {
	for _, v := range b.Variables() {
		if v.Name == name {
			return &v
		}
	}
	return nil
}

func variableNames(b Block) string {
	s := ""
	for _, v := range b.Variables() {
		if s != "" {
			s += ", "
		}
		s += v.Name
	}
	if s == "" {
		return "none"
	}
	return s
}

// layout gives each receptor that something reaches its stretch of the input vector.
func (p *partition) layout() {
	most := 0
	for _, b := range p.blocks {
		most = max(most, len(b.pop.receptors))
		b.inBase = make([]int, len(b.pop.receptors))
		b.in = make([][]float64, len(b.pop.receptors))
	}
	size := 0
	stepped := func(direct bool) {
		for r := 0; r < most; r++ {
			for _, b := range p.blocks {
				if r >= len(b.inBase) || b.step == nil || b.pop.direct[r] != direct {
					continue
				}
				b.inBase[r] = -1
				if p.net.reached(b.pop, r) {
					size = (size + 7) &^ 7 // whole cache lines: loops over variables read them
					b.inBase[r] = size
					size += b.n
				}
			}
		}
	}
	stepped(false)
	p.directIn = size
	stepped(true)
	p.in = mem.Large[float64](size)
	for _, b := range p.blocks {
		if b.step != nil {
			continue
		}
		b.slot = size
		for r := range b.inBase {
			b.inBase[r] = size
			size += b.n
		}
	}
	for _, b := range p.blocks {
		if b.step != nil {
			p.bind(b)
		}
	}
}

// bind points the receptors of a stepped block, or the variables in their place, at their stretches of the input vector.
func (p *partition) bind(b *block) {
	var variables []Accumulated
	if a, ok := b.state.(Accumulator); ok {
		variables = a.Accumulates()
	}
	for r, base := range b.inBase {
		if base < 0 {
			continue
		}
		in := p.in[base : base+b.n : base+b.n]
		if !b.pop.direct[r] {
			b.in[r] = in
			continue
		}
		x := variables[r].Values
		copy(in, *x)
		*x = in
	}
}

func (p *partition) attachInputs(b *block, pop *Population) error {
	for k, d := range p.net.drives {
		if d.target.Pop != pop {
			continue
		}
		if b.step == nil {
			return fmt.Errorf("sim: %s: population %s is event-driven and takes spikes only: connect a source population instead", d.name, pop.Name)
		}
		lo, hi := max(d.target.Lo, b.lo), min(d.target.Hi, b.lo+b.n)
		if lo >= hi {
			continue
		}
		dev, err := d.input.NewInput(b.spec(p.net, lo-b.lo, hi-lo, NewKey(p.net.opt.Seed, d.name)))
		if err != nil {
			return fmt.Errorf("sim: %s: %w", d.name, err)
		}
		first := b.inBase[d.receptor] - b.lo
		in := boundInput{dev, k, p.in[first+lo : first+hi], pop.direct[d.receptor], 0, never}
		if a, ok := dev.(ActiveUntil); ok {
			in.from, in.to = a.Active()
		}
		b.inputs = append(b.inputs, in)
	}
	return nil
}

// wire draws the synapses that end in the partition, by the stores planned for the network: the largest
// first, since drawing a store takes twice its memory for a while, but kept in the order of the plan,
// which is the order of delivery.
func (p *partition) wire(plans []storePlan) error {
	order := make([]int, len(plans))
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(plans[b].expected(), plans[a].expected()) })
	stores := make([]projectionStore, len(plans))
	for _, k := range order {
		var err error
		if stores[k], err = p.makeStore(plans[k]); err != nil {
			return err
		}
		if plans[k].expected() > 1e7 {
			debug.FreeOSMemory() // what drawing took
		}
	}
	for k, s := range plans {
		p.attach(stores[k], s.projs)
	}
	// What goes to the same receptors is delivered together, while their input is in the cache. The order is
	// that of the network's ports: places in memory would depend on which blocks of a worker are empty.
	slices.SortStableFunc(p.pull, func(a, b *rows) int { return cmp.Compare(a.port, b.port) })
	if len(p.push) > 0 {
		p.ahead = make([][]float64, p.net.hist.mask+1)
		for k := range p.ahead {
			p.ahead[k] = make([]float64, len(p.in))
		}
	}
	return nil
}

func (p *partition) makeStore(s storePlan) (projectionStore, error) {
	d := newDraft(p, s.projs)
	switch s.kind {
	case storePlastic:
		return d.plastic()
	case storePull:
		return d.rows()
	case storeProcedural:
		return d.procedural(), nil
	}
	return d.pushRows()
}

// attach puts a store where its spikes are looked for.
func (p *partition) attach(store projectionStore, projs []*Projection) {
	var factors *Projection
	if projs[0].syn.Release != nil {
		factors = projs[0]
	}
	target := p.blocks[projs[0].Target.Pop.index]
	switch r := store.(type) {
	case *plasticRows:
		p.plastic = append(p.plastic, r)
	case *proceduralRows:
		p.procedural = append(p.procedural, r)
	case *rows:
		r.factors, r.port, r.direct = factors, firstPort(projs), projs[0].direct()
		if target.queue != nil {
			p.addEventStore(r, rowOrigin{r.source, factors, target})
		} else {
			p.pull = append(p.pull, r)
		}
	case *pushRows:
		r.factors = factors
		if target.queue != nil {
			p.addEventStore(r, rowOrigin{r.source, factors, target})
		} else {
			p.push = append(p.push, r)
		}
	}
	for _, proj := range projs {
		proj.stores[p.index] = store
	}
}

// firstPort is the first place at which projections end, counted over the receptors and populations of the network.
func firstPort(projs []*Projection) int {
	port := math.MaxInt
	for _, proj := range projs {
		port = min(port, proj.receptor*len(proj.net.pops)+proj.Target.Pop.index)
	}
	return port
}

func (p *partition) addEventStore(s eventStore, from rowOrigin) {
	p.eventStores = append(p.eventStores, s)
	p.eventFrom = append(p.eventFrom, from)
}

// advance carries the partition over the window (from, to]. Everything that reaches it in the window
// was fired at or before tick from.
func (p *partition) advance(last, from, to Tick) {
	p.dispatch(last, from)
	for t := from + 1; t <= to; t++ {
		for _, b := range p.blocks {
			l := p.net.hist.at(b.pop, t, p.index)
			l.ids, l.lags = l.ids[:0], l.lags[:0]
		}
		if p.net.stepped {
			p.tick(t)
		}
	}
	for _, b := range p.blocks {
		if b.queue != nil && b.n > 0 {
			b.queue.advance(p, to)
		}
	}
	p.release(from, to)
	p.check(to)
}

// dispatch sends the spikes of the last window on their way where they are pushed: into the ring of
// future input and into the calendars.
func (p *partition) dispatch(last, from Tick) {
	if len(p.push) == 0 && len(p.eventStores) == 0 {
		return
	}
	for n, r := range p.eventStores { // they lie all over memory
		for t := last + 1; t <= from; t++ {
			for _, l := range p.net.hist.of(p.eventFrom[n].source, t) {
				r.expect(l.ids)
			}
		}
	}
	for t := last + 1; t <= from; t++ {
		for _, r := range p.push {
			for q, l := range p.net.hist.of(r.source, t) {
				f := r.factors.efficacies(t, q)
				for k, i := range l.ids {
					p.events += int64(r.push(p.ahead, t, int(i), f.at(k)))
				}
			}
		}
		for n, r := range p.eventStores {
			o := p.eventFrom[n]
			for q, l := range p.net.hist.of(o.source, t) {
				f := o.factors.efficacies(t, q)
				for k, i := range l.ids {
					at := Instant{Tick: t}
					if l.lags != nil {
						at.Lag = l.lags[k]
					}
					r.flight(int32(n), o.target.queue.cal, i, at, f.at(k))
				}
			}
		}
	}
}

// efficacies are the factors of a spike list; nil stands for all 1.
type efficacies []float64

func (e efficacies) at(k int) float64 {
	if e == nil {
		return 1
	}
	return e[k]
}

// efficacies gives the factors of the spikes that partition q fired at tick t; p may be nil.
func (p *Projection) efficacies(t Tick, q int) efficacies {
	if p == nil || p.factors == nil {
		return nil
	}
	return p.factors[p.slot(t, q)]
}

// slot is where the efficacies of the spikes of partition q at tick t are kept.
func (p *Projection) slot(t Tick, q int) int {
	return int(t&p.net.hist.mask)*p.net.opt.Workers + q
}

// tick advances the stepped blocks by one tick.
func (p *partition) tick(t Tick) {
	for _, r := range p.plastic {
		r.tick(t)
	}
	p.gather(t, false)
	for _, b := range p.blocks {
		if b.step == nil || b.n == 0 {
			continue
		}
		b.drive(t, false)
		p.spikeScratch = b.step.Step(t, b.in, p.spikeScratch[:0])
		b.drive(t, true)
		l := p.net.hist.at(b.pop, t, p.index)
		for _, i := range p.spikeScratch {
			l.ids = append(l.ids, i+int32(b.lo))
		}
		p.spikes += int64(len(p.spikeScratch))
	}
	p.gather(t, true)
	for _, r := range p.plastic {
		r.fire(p, t)
	}
	p.clearInput()
	for _, r := range p.net.stateRecs {
		r.sample(p, t)
	}
}

// clearInput clears what the stepped blocks have left of their input.
func (p *partition) clearInput() {
	for _, b := range p.blocks {
		if b.step == nil || b.clears {
			continue
		}
		for _, in := range b.in {
			clear(in)
		}
	}
}

// drive adds what devices give at tick t: to the input of the step, or, once it is done, to variables.
func (b *block) drive(t Tick, direct bool) {
	for k := range b.inputs {
		in := &b.inputs[k]
		if in.direct == direct && t >= in.from && t <= in.to {
			in.dev.Add(t, in.in)
		}
	}
}

// gather sums what reaches the stepped blocks at tick t: first what their steps take; then, after the steps, what is
// added to variables. What arrives at t was fired before t, and in an earlier window.
func (p *partition) gather(t Tick, direct bool) {
	if p.ahead != nil {
		slot := p.ahead[t&Tick(len(p.ahead)-1)]
		if direct {
			slot = slot[p.directIn:]
			for i, w := range slot {
				p.in[p.directIn+i] += w
			}
		} else {
			slot = slot[:p.directIn]
			copy(p.in, slot)
		}
		clear(slot)
	}
	for _, r := range p.pull {
		if r.direct == direct {
			p.pullRows(r, t)
		}
	}
	for _, r := range p.procedural {
		if r.direct == direct {
			r.arrive(p, t)
		}
	}
	for _, r := range p.plastic {
		if r.direct == direct {
			r.arrive(p, t)
		}
	}
}

// pullRows adds the segments that are due at tick t: of every spike under way to these synapses the one
// whose delay has passed, the longest way first.
func (p *partition) pullRows(r *rows, t Tick) {
	runs, factors := r.collect(p, t)
	r.deliver(p.in, runs, factors)
	for _, run := range runs {
		p.events += int64(run.hi - run.lo)
	}
}

// release computes the efficacies of the spikes that this partition's neurons fired in the window.
func (p *partition) release(from, to Tick) {
	for _, proj := range p.net.projs {
		if proj.release == nil {
			continue
		}
		b := p.blocks[proj.Source.Pop.index]
		for t := from + 1; t <= to; t++ {
			l := p.net.hist.at(b.pop, t, p.index)
			f := &proj.factors[proj.slot(t, p.index)]
			*f = (*f)[:0]
			for k, i := range l.ids {
				at := Instant{Tick: t}
				if l.lags != nil {
					at.Lag = l.lags[k]
				}
				*f = append(*f, proj.release[p.index].Spike(int(i)-b.lo, at))
			}
		}
	}
}

// StateError says that a state variable left the finite numbers.
type StateError struct {
	Population string
	Neuron     int     // index in the population
	Variable   string  // name
	Value      float64 // NaN or infinite
	Time       float64 // ms at which it was noticed: at most a millisecond, 64 ticks or a window after it happened
}

func (e *StateError) Error() string {
	return fmt.Sprintf("sim: %s of neuron %d in population %s became %g at about %g ms: the model diverged (smaller dt, or weights and inputs in other units?)",
		e.Variable, e.Neuron, e.Population, e.Value, e.Time)
}

// check looks for state that is no longer finite, now and then: it costs a pass over all state.
func (p *partition) check(t Tick) {
	if t < p.checkAt {
		return
	}
	// More often at the start, where most networks that diverge do.
	p.checkAt = t + max(min(max(t/4, 16), 64), Tick(math.Ceil(1/p.net.clock.DT)))
	for _, b := range p.blocks {
		if q := b.queue; q != nil {
			if !q.suspect {
				continue
			}
			q.suspect = false
		}
		for _, v := range b.vars {
			if v.step() == 1 && finite(v.Values) {
				continue
			}
			for i := range b.n {
				if x := v.At(i); x*0 != 0 {
					p.err = &StateError{b.pop.Name, b.lo + i, v.Name, x, p.net.clock.MS(t)}
					return
				}
			}
		}
	}
}

// finite says whether all values are: x*0 is not 0 for NaN and the infinities. Four sums at a time,
// since one would wait for itself.
func finite(values []float64) bool {
	var a, b, c, d float64
	for ; len(values) >= 4; values = values[4:] {
		a += values[0] * 0
		b += values[1] * 0
		c += values[2] * 0
		d += values[3] * 0
	}
	for _, x := range values {
		a += x * 0
	}
	return a+b+c+d == 0
}
