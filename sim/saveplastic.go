package sim

import (
	"encoding/binary"
	"hash/crc32"
	"sort"
)

// plastic carries the weights of a projection, delay by delay, by rising source and target. It does not
// settle what rules have put off when they are saved along: reading weights must not move their last digits.
func (f *checkpoint) plastic(proj *Projection, rules bool) {
	parts := make([]*plasticRows, len(proj.stores))
	for k, st := range proj.stores {
		parts[k] = st.(*plasticRows)
		if !rules {
			parts[k].settle()
		}
	}
	rewired := proj.rewired
	f.flag(&rewired)
	if f.changedSince(proj, "synapses", rewired, proj.rewired) {
		proj.rewired = true
		for d := range parts[0].segments {
			f.topology(proj, parts, d)
			if f.loading && !rules {
				for _, r := range parts {
					r.segments[d].allNew()
				}
			}
		}
	}
	if crc := topologySum(parts); f.err == nil {
		here := crc
		if f.uint32(&crc); f.err == nil && crc != here {
			f.fail("the synapses of projection %s are not those of this network", proj.Name)
		}
	}
	shares := make([]share, len(parts))
	for d := range parts[0].segments {
		for k, r := range parts {
			s := &r.segments[d]
			if shares[k] = (share{}); s.rule != nil {
				shares[k] = share{plasticState{s, rules}, r.block.n, s}
			}
		}
		f.state("projection "+proj.Name, shares...)
	}
}

// plasticState is the state of the synapses of a segment, with or without that of their rule.
type plasticState struct {
	*plasticSegment
	rules bool
}

// State lists the rule first: it may have changes of weights to make.
func (s plasticState) State(c *Codec) {
	if s.rules {
		s.rule.State(c)
	}
	c.PerSynapse(s.Weight)
}

// allNew tells the rule that none of its synapses is what it was.
func (s *plasticSegment) allNew() {
	if r, ok := s.rule.(RuleRewirer); ok {
		from := make([]uint32, len(s.Weight))
		for k := range from {
			from[k] = NewSynapse
		}
		r.Rewired(from)
	}
}

// topology carries which synapses of delay d there are: of each source the number, and the targets in
// rising order.
func (f *checkpoint) topology(proj *Projection, parts []*plasticRows, d int) {
	size := proj.Target.Pop.Size
	filled := make([]uint32, len(parts))
	target := make([]uint32, 0, 64)
	for i := range parts[0].nsrc {
		target = target[:0]
		n := 0
		for _, r := range parts {
			s := &r.segments[d]
			n += int(s.Row[i+1] - s.Row[i])
		}
		f.count(&n, 1<<40, "synapses of a source")
		if !f.loading {
			for _, r := range parts {
				s := &r.segments[d]
				for k := s.Row[i]; k < s.Row[i+1]; k++ {
					x := uint32(s.target(k) + r.block.lo)
					f.uint32(&x)
				}
			}
			continue
		}
		last := 0
		for ; n > 0 && f.err == nil; n-- {
			var x uint32
			f.uint32(&x)
			j := int(x)
			if j < last || j >= size {
				f.fail("projection %s: target %d after %d", proj.Name, j, last)
				return
			}
			last = j
			k := sort.Search(len(parts), func(k int) bool { return parts[k].block.lo > j }) - 1
			for parts[k].block.n == 0 || j >= parts[k].block.lo+parts[k].block.n {
				k--
			}
			s := &parts[k].segments[d]
			if int(filled[k]) == len(s.Weight) {
				f.fail("projection %s: more synapses than there are", proj.Name)
				return
			}
			s.setTarget(filled[k], j-parts[k].block.lo)
			filled[k]++
		}
		for k, r := range parts {
			r.segments[d].Row[i+1] = filled[k]
		}
	}
	if !f.loading || f.err != nil {
		return
	}
	for k, r := range parts {
		s := &r.segments[d]
		if int(filled[k]) != len(s.Weight) {
			f.fail("projection %s: fewer synapses than there are", proj.Name)
			return
		}
		if s.Column != nil {
			s.columns(r.block.n)
		}
	}
}

// topologySum is a checksum of which synapses there are.
func topologySum(parts []*plasticRows) uint32 {
	crc := uint32(0)
	buf := make([]byte, 0, 1<<14)
	put := func(x uint32) {
		if buf = binary.LittleEndian.AppendUint32(buf, x); len(buf) == cap(buf) {
			crc = crc32.Update(crc, castagnoli, buf)
			buf = buf[:0]
		}
	}
	for d := range parts[0].segments {
		for i := range parts[0].nsrc {
			n := uint32(0)
			for _, r := range parts {
				s := &r.segments[d]
				n += s.Row[i+1] - s.Row[i]
				for k := s.Row[i]; k < s.Row[i+1]; k++ {
					put(uint32(s.target(k) + r.block.lo))
				}
			}
			put(n)
		}
	}
	return crc32.Update(crc, castagnoli, buf)
}
