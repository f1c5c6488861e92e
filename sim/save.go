package sim

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// Save writes all that evolves in the network: neurons, weights and what rules know of their synapses,
// spikes in flight, devices, processes, modulators that they read or write, counters, what recorders keep
// in memory, and which callbacks are still to come. A run that goes on from it is, bit for bit, the run
// that was never interrupted. It is called between runs, or from a callback of Every or At.
//
// A Recorder with a Sink has handed its recordings on; nothing of them is saved. What callbacks remember
// themselves is theirs to save: see Keep.
func (n *Network) Save(w io.Writer) error {
	if err := n.whole(); err != nil {
		return err
	}
	f := &checkpoint{stream: newWriter(w), n: n, now: n.now}
	f.network()
	return wrap("saving the network", f.close())
}

// Load reads what Save wrote into a network of the same description and seed, which it builds if need be;
// the number of workers may be another. Callbacks and processes are matched by their order; callbacks of At
// that had been made are not made again.
//
// A checkpoint of another network is refused with what differs, one that is damaged, truncated or of
// another version with that. If r can seek, it is checked as a whole before anything is loaded. Otherwise
// an error in mid-way leaves a network that only another Load makes usable.
func (n *Network) Load(r io.Reader) error { return n.load(r, (*checkpoint).network) }

// SaveWeights writes the weights of all plastic projections, as they are now, and where their synapses
// are if they have been rewired.
func (n *Network) SaveWeights(w io.Writer) error {
	if err := n.whole(); err != nil {
		return err
	}
	f := &checkpoint{stream: newWriter(w), n: n, now: n.now}
	f.weights()
	return wrap("saving weights", f.close())
}

// LoadWeights reads what SaveWeights wrote into a network with the same seed, populations and plastic
// projections; all else, the rules among it, may differ. Everything but the weights stays as it is.
func (n *Network) LoadWeights(r io.Reader) error { return n.load(r, (*checkpoint).weights) }

// Keep adds something to what Save and Load carry, in the order of the calls: what callbacks remember.
func (n *Network) Keep(name string, x interface{ State(*Codec) }) {
	n.kept = append(n.kept, kept{name, x})
}

type kept struct {
	name string
	x    stateful
}

func wrap(doing string, err error) error {
	if err != nil {
		return fmt.Errorf("sim: %s: %w", doing, err)
	}
	return nil
}

// whole reports a network that cannot be saved.
func (n *Network) whole() error {
	switch {
	case n.err != nil:
		return n.err
	case !n.built:
		return errNotBuilt
	case n.broken != nil:
		return n.broken
	case n.abort != nil:
		return fmt.Errorf("sim: the network stopped at %g ms and is not worth saving: %w", n.Now(), n.abort)
	}
	return nil
}

func (n *Network) load(r io.Reader, content func(*checkpoint)) error {
	if n.running {
		return errors.New("sim: a checkpoint cannot be loaded from a callback: stop the run first")
	}
	if err := n.Build(context.Background()); err != nil {
		return err
	}
	if s, ok := r.(io.Seeker); ok {
		if at, err := s.Seek(0, io.SeekCurrent); err == nil {
			if err := verify(r); err != nil {
				return wrap("loading a checkpoint", err)
			}
			if _, err := s.Seek(at, io.SeekStart); err != nil {
				return wrap("loading a checkpoint", err)
			}
		}
	}
	f := &checkpoint{stream: newReader(r), n: n}
	content(f)
	if err := f.close(); err != nil {
		err = wrap("loading a checkpoint", err)
		if f.touched {
			n.broken = fmt.Errorf("%w (the network is half loaded: load another checkpoint)", err)
			return n.broken
		}
		return err
	}
	n.broken, n.abort = nil, nil
	return nil
}

// network carries everything.
func (f *checkpoint) network() {
	n := f.n
	f.kind("state")
	f.described(n.description())
	f.touch()
	f.time()
	f.now = n.now
	f.inFlight()
	for k, pop := range n.pops {
		f.state("population "+pop.Name, f.shares(func(p *partition) share {
			b := p.blocks[k]
			if b.n == 0 {
				return share{}
			}
			return share{of: b.state, neurons: b.n}
		})...)
	}
	for k, d := range n.drives {
		f.state(d.name, f.shares(func(p *partition) share { return p.device(d, k) })...)
	}
	for _, proj := range n.projs {
		if proj.release == nil {
			continue
		}
		f.state("release of projection "+proj.Name, f.shares(func(p *partition) share {
			if b := p.blocks[proj.Source.Pop.index]; b.n > 0 {
				return share{of: proj.release[p.index], neurons: b.n}
			}
			return share{}
		})...)
	}
	f.synapses(true)
	for k, t := range n.timers {
		if t.process != nil {
			f.state(fmt.Sprintf("process %d, %T", k, t.process), share{of: t.process})
		}
	}
	for _, c := range n.counters {
		f.state("a counter", share{of: c})
	}
	for _, r := range n.spikeRecs {
		f.state("a spike recorder", share{of: r})
	}
	for _, r := range n.stateRecs {
		f.state("a state recorder", share{of: r})
	}
	for _, k := range n.kept {
		f.state(k.name, share{of: k.x})
	}
}

// weights carries the weights of plastic projections.
func (f *checkpoint) weights() {
	n := f.n
	f.kind("plastic weights")
	lines := n.description()[:1]
	for _, p := range n.projs {
		if p.syn.Plasticity != nil {
			lines = append(lines, "plastic projection "+p.wired())
		}
	}
	f.described(lines)
	f.touch()
	f.synapses(false)
}

// touch says that from here on the network changes.
func (f *checkpoint) touch() { f.touched = f.loading && f.err == nil }

// shares gives what each worker has of something.
func (f *checkpoint) shares(of func(*partition) share) []share {
	s := make([]share, len(f.n.parts))
	for k, p := range f.n.parts {
		s[k] = of(p)
	}
	return s
}

// kind says what is in the checkpoint.
func (f *checkpoint) kind(want string) {
	got := want
	if f.text(&got); f.err == nil && got != want {
		f.fail("it holds the %q of a network: want %q", got, want)
	}
}

// described compares the description of the network.
func (f *checkpoint) described(lines []string) {
	n := len(lines)
	f.count(&n, 1<<24, "lines of description")
	for k := 0; k < max(n, len(lines)) && f.err == nil; k++ {
		here, there := "nothing more", "nothing more"
		if k < len(lines) {
			here = lines[k]
		}
		if k < n {
			if !f.loading {
				there = here
			}
			f.text(&there)
		}
		if f.err == nil && here != there {
			f.fail("it is of another network: it has %q and this one %q", there, here)
		}
	}
}

// time carries how far the network has come, and which timers are due when.
func (f *checkpoint) time() {
	n := f.n
	spikes, events := int64(0), int64(0)
	for _, p := range n.parts {
		spikes += p.spikes
		events += p.events
	}
	now, last := int64(n.now), int64(n.last)
	for _, x := range []*int64{&now, &last, &n.fired, &n.firedTotal, &spikes, &events} {
		f.int64(x)
	}
	next := make([]int64, len(n.timers))
	for k, t := range n.timers {
		next[k] = int64(t.next)
		f.int64(&next[k])
		if f.err == nil && Tick(next[k]) < Tick(now) {
			f.fail("a timer is due at tick %d, before now", next[k])
		}
	}
	if f.err == nil && (now < 0 || last < 0 || last > now || Tick(now-last) > n.window || Tick(now) > never/2) {
		f.fail("time %d after %d makes no sense", now, last)
	}
	if !f.loading || f.err != nil {
		return
	}
	n.now, n.last = Tick(now), Tick(last)
	for k, p := range n.parts {
		p.spikes, p.events, p.err, p.checkAt = 0, 0, nil, 0
		if k == 0 {
			p.spikes, p.events = spikes, events
		}
	}
	for k, t := range n.timers {
		t.next = Tick(next[k])
	}
}

// device gives the partition's part of input d, number k of the network.
func (p *partition) device(d *drive, k int) share {
	for _, in := range p.blocks[d.target.Pop.index].inputs {
		if in.drive == k {
			return share{of: in.dev, neurons: len(in.in)}
		}
	}
	return share{}
}

// State lists the counts.
func (c *Counter) State(s *Codec) { s.Values(c.PerNeuron, &c.Total) }

// State lists the spikes kept in memory.
func (r *SpikeRecorder) State(c *Codec) {
	if r.sink == nil {
		c.Values(&r.spikes)
	}
}

// State lists the samples kept in memory.
func (r *StateRecorder) State(c *Codec) {
	if r.opt.Sink != nil {
		return
	}
	c.Values(&r.times, &r.values)
	c.Loaded(func() error {
		if len(r.values) != len(r.times)*len(r.neurons) {
			return errors.New("samples do not fit their times")
		}
		return nil
	})
}

// synapses carries weights, and with rules what these know of their synapses.
func (f *checkpoint) synapses(rules bool) {
	for _, proj := range f.n.projs {
		switch {
		case proj.syn.Plasticity != nil:
			f.plastic(proj, rules)
		case rules && !proj.syn.Procedural:
			f.static(proj)
		}
	}
}

// static carries the weights of synapses without a rule, if they were changed since they were drawn.
func (f *checkpoint) static(proj *Projection) {
	changed := proj.changed
	f.flag(&changed)
	if f.err != nil || !f.changedSince(proj, "weights", changed, proj.changed) {
		return
	}
	proj.changed = true
	err := proj.each(func(_ SynapseValue, ref weightRef) error {
		w := ref.get()
		f.float(&w)
		if f.err != nil {
			return f.err
		}
		return proj.setWeight(&ref, w)
	})
	if err != nil {
		f.fail("projection %s: %w", proj.Name, err)
	}
}

// changedSince says whether something is in the checkpoint that may be there. What was drawn and then
// changed in this network cannot be had back.
func (f *checkpoint) changedSince(proj *Projection, what string, there, here bool) bool {
	if f.loading && here && !there {
		f.fail("projection %s: its %s have been changed in this network and not in the checkpoint: load it into a new network", proj.Name, what)
	}
	return there && f.err == nil
}

func (f *checkpoint) flag(x *bool) {
	b := [1]byte{}
	if *x {
		b[0] = 1
	}
	f.move(b[:])
	*x = b[0] != 0
}
