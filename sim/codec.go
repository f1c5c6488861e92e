package sim

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"reflect"
	"unsafe"
)

// Codec takes down what of a model, rule, device or process evolves, so that it can be saved and loaded.
// Everything of that kind has a method
//
//	State(c *sim.Codec)
//
// which lists its variables; the same list serves both directions. Nothing is moved during the call: the
// codec keeps pointers, and the network writes or reads what they point at, in the order of the list.
// What follows from the parameters, or is found again before it is used, need not be listed.
//
//	func (b *block) State(c *sim.Codec) { c.PerNeuron(b.v, b.until) }
//
// Numbers, bools, and arrays, structs and slices of them can be listed, with exported fields or not; a
// slice within a slice or struct may have any length.
//
// A checkpoint does not depend on the number of workers: the network puts the blocks of a population
// together by PerNeuron, those of a projection by PerSynapse as well. Values are what all blocks have in
// common; saving blocks that differ in one is an error.
type Codec struct {
	loading  bool
	now      Tick
	neurons  int             // entries that PerNeuron wants
	synapses int             // and PerSynapse
	segment  *plasticSegment // of the synapses
	hears    []bool          // which targets have any
	items    []item
	loaded   []func() error
	err      error
}

// item is an entry of the list.
type item struct {
	kind itemKind
	c    *coding
	at   unsafe.Pointer
	n    int // values from there on
	keep any // what at points into
}

type itemKind byte

const (
	itemValue   itemKind = 'v' // the same in all blocks
	itemNeuron  itemKind = 'n'
	itemSynapse itemKind = 's'
)

// Now gives the tick up to which the network has come: when loading, that of the checkpoint.
func (c *Codec) Now() Tick { return c.now }

// Loading says whether values are about to be loaded.
func (c *Codec) Loading() bool { return c.loading }

// PerNeuron lists slices with one entry for each neuron: of the block, for a rule of the target block (of
// targets without synapses nothing is kept), for a Release of the sources it was made for. A nil slice is
// passed over.
func (c *Codec) PerNeuron(slices ...any) {
	for _, s := range slices {
		c.add(itemNeuron, s, c.neurons, "neurons")
	}
}

// PerSynapse lists slices with one entry for each synapse that a rule block looks after.
func (c *Codec) PerSynapse(slices ...any) {
	for _, s := range slices {
		c.add(itemSynapse, s, c.synapses, "synapses")
	}
}

// Values lists pointers to values, slices of fixed length, and modulators; nil modulators and slices are
// passed over. To a slice whose length changes it takes a pointer.
func (c *Codec) Values(values ...any) {
	for _, x := range values {
		if m, ok := x.(*Modulator); ok {
			if m == nil {
				continue
			}
			x = m.Values
		}
		v := reflect.ValueOf(x)
		if v.IsValid() && v.Kind() == reflect.Pointer && !v.IsNil() {
			code, err := codingOf(v.Type().Elem())
			if err != nil {
				c.fail(err)
				continue
			}
			c.items = append(c.items, item{itemValue, code, v.UnsafePointer(), 1, x})
			continue
		}
		c.add(itemValue, x, -1, "")
	}
}

// Loaded has f called once what is listed has been loaded, to check it and to find again what follows
// from it. It is not called when saving.
func (c *Codec) Loaded(f func() error) { c.loaded = append(c.loaded, f) }

func (c *Codec) add(kind itemKind, x any, want int, of string) {
	v := reflect.ValueOf(x)
	if !v.IsValid() || v.Kind() != reflect.Slice {
		c.fail(fmt.Errorf("%T cannot be listed so: want a slice, or for Values a pointer", x))
		return
	}
	if v.IsNil() {
		return
	}
	code, err := codingOf(v.Type().Elem())
	if err != nil {
		c.fail(err)
		return
	}
	if want >= 0 && v.Len() != want {
		c.fail(fmt.Errorf("a %v of %d entries is listed for %d %s", v.Type(), v.Len(), want, of))
		return
	}
	c.items = append(c.items, item{kind, code, v.UnsafePointer(), v.Len(), x})
}

func (c *Codec) fail(err error) {
	if c.err == nil {
		c.err = err
	}
}

// stateful is what can be saved.
type stateful interface{ State(*Codec) }

// share is the part of a worker in something that all workers have together.
type share struct {
	of      stateful
	neurons int
	segment *plasticSegment // whose synapses PerSynapse means; nil for none
}

// checkpoint is a network on its way to or from a stream.
type checkpoint struct {
	*stream
	n       *Network
	now     Tick
	touched bool // the network is being changed
}

// state carries the state of something, given by the shares of the workers in rising order of their
// neurons; nil and empty shares are passed over.
func (f *checkpoint) state(what string, shares ...share) {
	if f.err != nil {
		return
	}
	var lists []*Codec
	for _, s := range shares {
		if s.of == nil {
			continue
		}
		c := &Codec{loading: f.loading, now: f.now, neurons: s.neurons}
		if s.segment != nil {
			c.synapses, c.segment = len(s.segment.Weight), s.segment
		}
		s.of.State(c)
		if c.err != nil {
			f.fail("%s: %T: %w", what, s.of, c.err)
			return
		}
		lists = append(lists, c)
	}
	if len(lists) == 0 {
		return
	}
	sig := lists[0].signature()
	for _, c := range lists[1:] {
		if c.signature() != sig {
			f.fail("%s: the blocks of two workers list different variables", what)
			return
		}
	}
	crc := crc32.Checksum([]byte(sig), castagnoli)
	here := crc
	if f.uint32(&crc); f.err == nil && crc != here {
		f.fail("the variables of %s are not those of this program's version", what)
	}
	for k := range lists[0].items {
		f.item(what, k, lists)
	}
	if !f.loading || f.err != nil {
		return
	}
	for _, c := range lists {
		for _, check := range c.loaded {
			if err := check(); err != nil {
				f.fail("%s: %w", what, err)
				return
			}
		}
	}
}

// signature says in letters what is listed.
func (c *Codec) signature() string {
	var b bytes.Buffer
	for _, it := range c.items {
		fmt.Fprint(&b, string(it.kind), it.c.sig)
	}
	return b.String()
}

// item carries entry k of the lists.
func (f *checkpoint) item(what string, k int, lists []*Codec) {
	first := lists[0].items[k]
	switch first.kind {
	case itemValue:
		f.same(first.n, "values of "+what)
		first.move(f.stream)
		for _, c := range lists[1:] {
			f.common(what, first, c.items[k])
		}
	case itemNeuron:
		n := 0
		for _, c := range lists {
			c.runs(c.items[k].n, func(lo, hi int) { n += hi - lo })
		}
		f.same(n, "neurons in "+what)
		for _, c := range lists {
			it := c.items[k]
			c.runs(it.n, func(lo, hi int) { it.part(f.stream, lo, hi) })
		}
	case itemSynapse:
		n := 0
		for _, c := range lists {
			n += c.items[k].n
		}
		f.same(n, "synapses in "+what)
		if len(lists) == 1 {
			first.move(f.stream)
			return
		}
		for i := range len(lists[0].segment.Row) - 1 {
			for _, c := range lists {
				c.items[k].part(f.stream, int(c.segment.Row[i]), int(c.segment.Row[i+1]))
			}
		}
	}
}

func (it item) move(s *stream) { it.c.moveAll(s, it.at, it.n) }

// part carries the values lo to hi-1.
func (it item) part(s *stream, lo, hi int) {
	if lo == hi { // perhaps past the end, where no pointer may stand
		return
	}
	it.c.moveAll(s, unsafe.Add(it.at, uintptr(lo)*it.c.size), hi-lo)
}

// runs visits the neurons 0 to n-1 whose entries count, run by run: of the targets of plastic synapses
// those that have any. (A worker none of whose targets has any has no rule, and no entries.)
func (c *Codec) runs(n int, visit func(lo, hi int)) {
	if c.segment == nil {
		visit(0, n)
		return
	}
	if c.hears == nil {
		c.hears = make([]bool, n)
		for k := range c.segment.Weight {
			c.hears[c.segment.target(uint32(k))] = true
		}
	}
	for lo := 0; lo < n; {
		hi := lo
		for hi < n && c.hears[hi] {
			hi++
		}
		if lo < hi {
			visit(lo, hi)
		}
		lo = hi + 1
	}
}

// common makes sure, when saving, that two blocks have the same value, and when loading gives the second
// that of the first.
func (f *checkpoint) common(what string, first, other item) {
	if f.err != nil || first.at == other.at {
		return
	}
	if first.n != other.n {
		f.fail("%s: a value has %d entries for one worker and %d for another", what, first.n, other.n)
		return
	}
	a, b := &bytes.Buffer{}, &bytes.Buffer{}
	first.move(f.aside(a, false))
	if f.loading {
		other.move(f.aside(a, true))
		return
	}
	other.move(f.aside(b, false))
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		f.fail("%s: a %v that is to be the same for all workers differs between them", what, first.c.typ)
	}
}

// aside gives a stream of plain bytes to or from memory.
func (f *checkpoint) aside(b *bytes.Buffer, loading bool) *stream {
	return &stream{plain: b, loading: loading}
}
