package sim

import (
	"cmp"
	"math"
	"reflect"
	"slices"
	"unsafe"
)

// Estimate is the size that a network will have once it is built.
type Estimate struct {
	Neurons  int
	Stepped  int     // of them, those advanced every tick
	Synapses float64 // expected number
	Plastic  float64 // of them, those that learn
	Bytes    int64   // what the built network takes; state of plasticity rules and spikes in flight come on top
	Peak     int64   // what building it takes at most, about
}

// Built says whether the network is built.
func (n *Network) Built() bool { return n.built }

// Estimate gives the size of the network from its description. It draws no synapse, so it is quick and
// takes no memory. The expected number of synapses is exact for rules of fixed degree or total, and a
// mean for the others; for a network of static synapses Bytes holds within a few per cent.
func (n *Network) Estimate() Estimate {
	e := Estimate{Neurons: n.global}
	workers := int64(n.opt.Workers)
	window := Tick(never)
	for _, p := range n.projs {
		window = min(window, p.dmin)
		e.Synapses += p.plan.Expected()
		if p.syn.Plasticity != nil {
			e.Plastic += p.plan.Expected()
		}
	}
	if window == never {
		window = max(1, Tick(1/n.clock.DT))
	}
	in := make([]int64, len(n.pops)) // slots of input per neuron
	plans := n.planStores()
	for _, p := range n.pops {
		e.Bytes += p.neuronBytes() * int64(p.Size)
		if p.event {
			in[p.index] = int64(len(p.receptors))
			continue
		}
		e.Stepped += p.Size
		for r := range p.receptors {
			if !n.reached(p, r) {
				continue
			}
			in[p.index]++
			if !p.direct[r] { // else input and variable are one
				e.Bytes += 8 * int64(p.Size)
			}
		}
	}
	saved := n.window
	n.window = window
	history := newHistory(len(n.pops), 0, n.reach())
	n.window = saved
	ring := int64(history.mask + 1)
	e.Bytes += ring * int64(len(n.pops)) * workers * int64(unsafe.Sizeof(spikeList{}))

	type store struct{ bytes, draft int64 }
	var stores []store
	pushed := false
	for _, s := range plans {
		var x store
		x.bytes, x.draft = s.bytes(n, in)
		stores = append(stores, x)
		e.Bytes += x.bytes
		pushed = pushed || s.kind == storePush && !s.projs[0].Target.Pop.event
	}
	if pushed {
		for _, p := range n.pops {
			if !p.event {
				e.Bytes += ring * 8 * in[p.index] * int64(p.Size)
			}
		}
	}
	// Stores are drawn from the largest down; each takes its draft besides what is there already.
	slices.SortStableFunc(stores, func(a, b store) int { return -cmp.Compare(a.draft, b.draft) })
	there := e.Bytes
	for _, s := range stores {
		there -= s.bytes
	}
	for _, s := range stores {
		there += s.bytes
		e.Peak = max(e.Peak, there+s.draft)
	}
	e.Peak = max(e.Peak, e.Bytes)
	return e
}

// neuronBytes is the memory of a neuron's state, from a few neurons made for the purpose.
func (p *Population) neuronBytes() int64 {
	k := min(p.Size, 64)
	b, err := p.Model.NewBlock(BlockSpec{Population: p.Name, N: k, Size: p.Size, Clock: p.net.clock, Key: p.key("neurons", 0)})
	if err != nil {
		return 0
	}
	size := sliceBytes(reflect.ValueOf(b), int64(k)) / int64(k)
	if p.event {
		size += int64(unsafe.Sizeof(Instant{}) + unsafe.Sizeof(later{}) + unsafe.Sizeof(uint32(0)))
	}
	return size
}

// sliceBytes adds up the slices of a struct, and of the structs it holds, that have an element per neuron.
func sliceBytes(v reflect.Value, least int64) int64 {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() && v.Elem().Kind() == reflect.Struct {
			return sliceBytes(v.Elem(), least)
		}
	case reflect.Struct:
		sum := int64(0)
		for k := range v.NumField() {
			if f := v.Field(k); f.Kind() != reflect.Pointer && f.Kind() != reflect.Interface {
				sum += sliceBytes(f, least)
			}
		}
		return sum
	case reflect.Slice:
		if int64(v.Len()) >= least {
			return int64(v.Cap()) * int64(v.Type().Elem().Size())
		}
	}
	return 0
}

// bytes gives the memory of a store in all partitions together, and what drawing it takes besides.
func (s storePlan) bytes(n *Network, in []int64) (size, drawing int64) {
	_, sources, _, delays := (&draft{projs: s.projs}).span()
	nsrc, segments := int64(sources), int64(delays)
	workers, synapses := int64(n.opt.Workers), int64(math.Round(s.expected()))
	varied := !constantWeights(s.projs)
	entry := int64(unsafe.Sizeof(drawn[float32]{}))
	switch s.kind {
	case storeProcedural:
		return 0, 0
	case storePlastic:
		entry = int64(unsafe.Sizeof(drawn[float64]{}))
		proj, targets := s.projs[0], int64(s.projs[0].Target.Pop.Size)
		size = 4 * segments * (nsrc + 1) * workers
		switch most := (targets + workers - 1) / workers; { // targets of a worker
		case !proj.byRows():
			size += 4*(targets+workers)*segments + synapses*(plasticSynapseBytes+columnBytes)
		case narrowTargets(int(most)):
			size += synapses * (plasticSynapseBytes - int64(unsafe.Sizeof(int32(0))) + int64(unsafe.Sizeof(uint16(0))))
		default:
			size += synapses * plasticSynapseBytes
		}
	case storePull:
		size = 4*(nsrc*segments+1)*workers + synapses*s.slotBytes(n, in)
		if varied {
			size += 4 * synapses
		}
	case storePush:
		size = 4*(nsrc+1)*workers + 8*synapses
		if varied {
			size += 4 * synapses
		}
	}
	return size, min(synapses*entry, draftMemory*workers)
}

// What a plastic synapse takes besides the state of its rule: target and weight; source and place in a column.
const (
	plasticSynapseBytes = int64(unsafe.Sizeof(int32(0)) + unsafe.Sizeof(float64(0)))
	columnBytes         = int64(unsafe.Sizeof(int32(0)) + unsafe.Sizeof(uint32(0)))
)

// slotBytes is the size of a target in rows: two bytes where the targets of a partition lie close together.
func (s storePlan) slotBytes(n *Network, in []int64) int64 {
	// Slots are laid out receptor by receptor, population by population: the stretch between the first
	// target and the last. Those that are variables have a part of the vector to themselves.
	lo, hi := int64(math.MaxInt64), int64(0)
	for _, p := range s.projs {
		at := int64(0)
		for r := range p.receptor + 1 {
			for _, pop := range n.pops {
				if r == p.receptor && pop == p.Target.Pop {
					break
				}
				if int64(r) < in[pop.index] && pop.direct[r] == s.direct() {
					at += int64(pop.Size)
				}
			}
		}
		lo, hi = min(lo, at), max(hi, at+int64(p.Target.Pop.Size))
	}
	if (hi-lo)/int64(n.opt.Workers) <= 1<<16 {
		return 2
	}
	return 4
}
