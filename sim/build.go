package sim

import (
	"context"
	"slices"

	"github.com/glia-sim/glia/sim/panics"
)

// storeKind is a way to keep and deliver synapses.
type storeKind int

const (
	storePull       storeKind = iota // rows
	storePush                        // pushRows
	storePlastic                     // plasticRows
	storeProcedural                  // proceduralRows
)

// storePlan says which projections share one store. It is made for the whole network, not for a
// partition, so that the order of delivery does not depend on the number of workers.
type storePlan struct {
	kind  storeKind
	projs []*Projection
}

// direct says whether the synapses end on variables of neurons, after the step, and not on what the step takes.
func (s storePlan) direct() bool { return s.projs[0].direct() }

func (p *Projection) direct() bool { return p.Target.Pop.direct[p.receptor] }

// expected is the mean number of synapses of the store over all partitions.
func (s storePlan) expected() float64 {
	sum := 0.0
	for _, p := range s.projs {
		sum += p.plan.Expected()
	}
	return sum
}

// Build draws all synapses and makes the network ready to run. Run calls it if need be. Building
// stops within one projection when the context ends.
func (n *Network) Build(ctx context.Context) error {
	if n.err != nil || n.built {
		return n.err
	}
	if len(n.pops) == 0 {
		return n.reject("sim: the network has no populations")
	}
	n.window = never
	for _, p := range n.projs {
		n.window = min(n.window, p.dmin)
		p.stores = make([]projectionStore, n.opt.Workers)
		p.drawn = make([]int64, n.opt.Workers)
	}
	if n.window == never {
		n.window = max(1, Tick(1/n.clock.DT)) // unconnected: any window will do
	}
	n.hist = newHistory(len(n.pops), n.opt.Workers, n.reach())
	plans := n.planStores()
	n.parts = make([]*partition, n.opt.Workers)
	errs := make([]error, n.opt.Workers)
	var wg panics.Group
	for k := range n.parts {
		build := func() {
			p, err := newPartition(n, k)
			if err == nil {
				n.parts[k] = p
				err = p.wire(plans)
			}
			if err == nil {
				err = ctx.Err()
			}
			errs[k] = err
		}
		if n.opt.Workers == 1 {
			build()
		} else {
			wg.Go(build)
		}
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			n.parts = nil
			if ctx.Err() == nil {
				n.err = err
			}
			return err
		}
	}
	for _, b := range n.parts[0].blocks {
		n.stepped = n.stepped || b.step != nil
	}
	n.countSynapses()
	n.prepareReleases()
	n.built = true
	for _, r := range n.stateRecs {
		if err := r.bind(n); err != nil {
			n.err = err
			return err
		}
	}
	return nil
}

func (n *Network) reject(msg string) error {
	n.fail(stringError(msg))
	return n.err
}

type stringError string

func (e stringError) Error() string { return string(e) }

// reach is how many ticks back the engine may look for a spike.
func (n *Network) reach() Tick {
	most := Tick(1)
	for _, p := range n.projs {
		d := p.dmax
		if p.syn.Plasticity != nil {
			d = max(d, p.syn.lookBack(d))
		}
		most = max(most, d)
	}
	return most + n.window
}

// pullFrom is the mean number of synapses in a segment of equal delay, over the whole network, from
// which pulling segments is cheaper than pushing single synapses into the ring.
const pullFrom = 4

// planStores groups the projections into stores. Static projections from one source population onto
// stepped neurons share rows, unless their targets could not be told apart.
func (n *Network) planStores() []storePlan {
	n.kinds()
	var plans []storePlan
	type groupKey struct {
		source   *Population
		constant float64
		varied   bool
		direct   bool
	}
	groups := map[groupKey][]int{} // indices of plans
	for _, p := range n.projs {
		event := p.Target.Pop.event
		switch {
		case p.syn.Plasticity != nil:
			if event {
				n.fail(stringError("sim: projection " + p.Name + ": plastic synapses need stepped targets: choose the stepped form of the model of " + p.Target.Pop.Name))
			}
			plans = append(plans, storePlan{storePlastic, []*Projection{p}})
			continue
		case p.syn.Procedural:
			if event {
				n.fail(stringError("sim: projection " + p.Name + ": Procedural synapses need stepped targets"))
			}
			plans = append(plans, storePlan{storeProcedural, []*Projection{p}})
			continue
		case event || p.syn.Release != nil:
			plans = append(plans, storePlan{storePull, []*Projection{p}})
			continue
		}
		key := groupKey{source: p.Source.Pop, varied: p.wlo != p.whi, direct: p.direct()}
		if !key.varied {
			key.constant = p.wlo
		}
		home := -1
		for _, k := range groups[key] {
			if !overlaps(plans[k].projs, p) {
				home = k
				break
			}
		}
		if home < 0 {
			home = len(plans)
			plans = append(plans, storePlan{kind: storePull})
			groups[key] = append(groups[key], home)
		}
		plans[home].projs = append(plans[home].projs, p)
	}
	for k := range plans {
		if s := &plans[k]; s.kind == storePull && !s.worthPulling() {
			s.kind = storePush
		}
	}
	return plans
}

// kinds finds out, from empty blocks, which populations are event-driven, and which receptors of the others take
// weights in a variable. A model that gives no block is reported when the partitions are made.
func (n *Network) kinds() {
	for _, p := range n.pops {
		p.event, p.direct, p.unsigned = false, make([]bool, len(p.receptors)), make([]bool, len(p.receptors))
		b, err := p.Model.NewBlock(BlockSpec{Population: p.Name, Size: p.Size, Clock: p.net.clock})
		if err != nil {
			continue
		}
		_, p.event = b.(EventDriven)
		if a, ok := b.(Accumulator); ok {
			for r, x := range a.Accumulates() {
				p.unsigned[r] = x.Unsigned
				p.direct[r] = x.Values != nil && !(x.Unsigned && n.signed(p, r))
			}
		}
	}
}

// signed says whether weights below zero may reach the receptor: nothing is known of those of devices, nor of what
// plasticity makes of them.
func (n *Network) signed(p *Population, receptor int) bool {
	for _, proj := range n.projs {
		if proj.Target.Pop == p && proj.receptor == receptor && (proj.wlo < 0 || proj.syn.Plasticity != nil) {
			return true
		}
	}
	return n.driven(p, receptor)
}

// reached says whether anything reaches a receptor.
func (n *Network) reached(p *Population, receptor int) bool {
	return n.driven(p, receptor) ||
		slices.ContainsFunc(n.projs, func(proj *Projection) bool { return proj.Target.Pop == p && proj.receptor == receptor })
}

// driven says whether a device reaches a receptor.
func (n *Network) driven(p *Population, receptor int) bool {
	return slices.ContainsFunc(n.drives, func(d *drive) bool { return d.target.Pop == p && d.receptor == receptor })
}

func overlaps(in []*Projection, p *Projection) bool {
	for _, q := range in {
		if q.Target.Pop == p.Target.Pop && q.receptor == p.receptor &&
			q.Target.Lo < p.Target.Hi && p.Target.Lo < q.Target.Hi &&
			q.Source.Lo < p.Source.Hi && p.Source.Lo < q.Source.Hi {
			return true
		}
	}
	return false
}

// worthPulling decides between rows and pushRows by the mean length of a segment of equal delay.
func (s storePlan) worthPulling() bool {
	_, nsrc, _, segments := (&draft{projs: s.projs}).span()
	if segments <= 2 {
		return true
	}
	return s.expected()/(float64(nsrc)*float64(segments)) >= pullFrom
}

func (n *Network) countSynapses() {
	for _, proj := range n.projs {
		proj.count = 0
		for _, k := range proj.drawn {
			proj.count += k
		}
		if !proj.syn.Procedural {
			proj.plan = nil // some plans hold a list of all synapses
		}
	}
}

func (n *Network) prepareReleases() {
	for _, proj := range n.projs {
		if proj.syn.Release == nil {
			continue
		}
		proj.factors = make([][]float64, int(n.hist.mask+1)*n.opt.Workers)
		proj.release = nil
		for _, p := range n.parts {
			b := p.blocks[proj.Source.Pop.index]
			proj.release = append(proj.release, proj.syn.Release.NewRelease(b.n, n.clock))
		}
	}
}
