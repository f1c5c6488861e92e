package sim

import (
	"fmt"
	"hash/fnv"
	"math"
	"reflect"
	"strings"
)

// description lists, a line each, what a network was described as: what must be the same for a checkpoint
// to be loaded into it. The number of workers is not part of it.
func (n *Network) description() []string {
	lines := []string{fmt.Sprintf("seed %d", n.opt.Seed), fmt.Sprintf("resolution dt of %v ms", n.opt.DT)}
	add := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	for _, p := range n.pops {
		add("population %s of %s, %d neurons", p.Name, parameters(p.Model), p.Size)
	}
	for _, p := range n.projs {
		s := p.syn
		add("projection %s", p.wired())
		add("synapses of %s: receptor %s, weights %s, release %s, plasticity %s, backpropagation %d, deliver first %v, procedural %v", p.Name,
			p.Target.Pop.receptors[p.receptor], parameters(s.Weight), parameters(s.Release), parameters(s.Plasticity), s.Backpropagation, s.DeliverFirst, s.Procedural)
	}
	for _, d := range n.drives {
		add("%s by %s, neurons %d to %d, receptor %s", d.name, parameters(d.input), d.target.Lo, d.target.Hi-1, d.target.Pop.receptors[d.receptor])
	}
	for k, t := range n.timers {
		what := "callback"
		if t.process != nil {
			what = fmt.Sprintf("process %T", t.process)
		}
		add("%s, number %d of what is timed, first at tick %d, then every %d", what, k, t.first, t.every)
	}
	for k, c := range n.counters {
		add("counter %d of %s, neurons %d to %d", k, c.group.Pop.Name, c.group.Lo, c.group.Hi-1)
	}
	for k, r := range n.spikeRecs {
		groups := ""
		for _, g := range r.groups {
			groups += fmt.Sprintf(" %s[%d:%d]", g.Pop.Name, g.Lo, g.Hi)
		}
		add("spike recorder %d of%s, ticks %d to %d, %s", k, groups, r.from, r.to, keeps(r.sink == nil))
	}
	for k, r := range n.stateRecs {
		add("state recorder %d of %s in %s, neurons %s, ticks %d to %d, every %d, %s", k, r.opt.Variable, r.group.Pop.Name,
			parameters(r.neurons), r.from, r.to, r.every, keeps(r.opt.Sink == nil))
	}
	for _, k := range n.kept {
		add("%s, kept", k.name)
	}
	return lines
}

func keeps(inMemory bool) string {
	if inMemory {
		return "in memory"
	}
	return "handed on"
}

// wired says what decides which synapses a projection has.
func (p *Projection) wired() string {
	return fmt.Sprintf("%s from %s[%d:%d] to %s[%d:%d] by %s, delays %s of %d to %d ticks, %d synapses", p.Name, p.Source.Pop.Name, p.Source.Lo, p.Source.Hi,
		p.Target.Pop.Name, p.Target.Lo, p.Target.Hi, parameters(p.rule), parameters(p.syn.Delay), p.dmin, p.dmax, p.count)
}

// parameters writes a value with the types and fields it is made of. Of what it points at, which others
// may change, it gives the type only; of a long slice, length and a hash.
func parameters(x any) string {
	var b strings.Builder
	describe(&b, reflect.ValueOf(x), 0)
	if b.Len() > 2000 {
		h := fnv.New64a()
		h.Write([]byte(b.String()))
		return fmt.Sprintf("%T{hash %x}", x, h.Sum64())
	}
	return b.String()
}

func describe(b *strings.Builder, v reflect.Value, depth int) {
	if !v.IsValid() {
		b.WriteString("none")
		return
	}
	if depth > 8 {
		b.WriteString("…")
		return
	}
	switch t := v.Type(); v.Kind() {
	case reflect.Bool:
		fmt.Fprint(b, v.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		fmt.Fprint(b, v.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		fmt.Fprint(b, v.Uint())
	case reflect.Float32, reflect.Float64:
		if x := v.Float(); depth == 0 {
			fmt.Fprintf(b, "%s(%v)", t, x)
		} else {
			fmt.Fprint(b, x)
		}
	case reflect.String:
		fmt.Fprintf(b, "%q", v.String())
	case reflect.Interface:
		describe(b, v.Elem(), depth)
	case reflect.Pointer:
		switch {
		case v.IsNil():
			b.WriteString("nil")
		case v.Elem().Kind() <= reflect.Float64: // an optional parameter
			describe(b, v.Elem(), depth+1)
		default:
			b.WriteString(t.String())
		}
	case reflect.Struct:
		b.WriteString(t.String() + "{")
		for k := range v.NumField() {
			if k > 0 {
				b.WriteString(" ")
			}
			b.WriteString(t.Field(k).Name + ":")
			describe(b, v.Field(k), depth+1)
		}
		b.WriteString("}")
	case reflect.Slice, reflect.Array:
		describeAll(b, v, depth)
	default: // functions, maps and channels
		if v.IsNil() {
			b.WriteString("nil")
		} else {
			b.WriteString(t.String())
		}
	}
}

// describeAll writes the entries of a slice, or a hash of them where they are many.
func describeAll(b *strings.Builder, v reflect.Value, depth int) {
	const few = 8
	var all strings.Builder
	h := fnv.New64a()
	for k := range v.Len() {
		if k > 0 {
			all.WriteString(" ")
		}
		switch e := v.Index(k); {
		case e.CanFloat():
			var bits [8]byte
			for i, x := 0, math.Float64bits(e.Float()); i < 8; i++ {
				bits[i] = byte(x >> (8 * i))
			}
			if v.Len() > few {
				h.Write(bits[:])
				continue
			}
			describe(&all, e, depth+1)
		default:
			describe(&all, e, depth+1)
		}
		if v.Len() > few {
			h.Write([]byte(all.String()))
			all.Reset()
		}
	}
	if v.Len() > few {
		fmt.Fprintf(b, "[%d entries, hash %x]", v.Len(), h.Sum64())
		return
	}
	b.WriteString("[" + all.String() + "]")
}
