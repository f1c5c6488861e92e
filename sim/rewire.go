package sim

import "fmt"

// RuleRewirer is implemented by rule blocks whose synapses may be given other sources. Blocks without
// state of single synapses have nothing to do in it.
type RuleRewirer interface {
	// Rewired says that synapse k was synapse from[k] before, or that it is new (NewSynapse).
	Rewired(from []uint32)
}

// NewSynapse stands for a synapse that was not there before.
const NewSynapse = ^uint32(0)

// Rewire moves plastic synapses to other sources. It calls f for one target (index in its population)
// after the other in rising order, with all synapses of the projection onto it in the order of delay,
// source and drawing; f may change their Source, to another index within the projection's source group,
// and their Weight. Each target keeps the number of its synapses, and each synapse its delay. Spikes in
// flight from the old source do not arrive any more; recent ones of the new source do.
//
// It is called between windows. A projection without a rule, or with one whose blocks are no
// RuleRewirer, cannot be rewired.
func (p *Projection) Rewire(f func(target int, in []SynapseValue)) error {
	if !p.net.built {
		return errNotBuilt
	}
	if p.syn.Plasticity == nil {
		return fmt.Errorf("sim: projection %s has no plasticity: give it a rule (one that changes nothing, if need be) to rewire it", p.Name)
	}
	p.settle()
	p.rewired = true
	for _, st := range p.stores {
		if err := st.(*plasticRows).rewire(f); err != nil {
			return fmt.Errorf("sim: projection %s: %w", p.Name, err)
		}
	}
	return nil
}

func (r *plasticRows) rewire(f func(target int, in []SynapseValue)) error {
	for k := range r.segments {
		rule := r.segments[k].rule
		if _, ok := rule.(RuleRewirer); rule != nil && !ok {
			return fmt.Errorf("its rule %T keeps state of single synapses and cannot be rewired", r.proj.syn.Plasticity)
		}
	}
	sources := make([][]int32, len(r.segments)) // of the column entries, after
	moved := make([]bool, len(r.segments))
	for k := range r.segments {
		s := &r.segments[k]
		if s.Column == nil { // the rule goes by rows and has no use for them afterwards
			s.columns(r.block.n)
			defer func() { s.Column, s.ColumnSynapse, s.ColumnSource = nil, nil, nil }()
		}
		sources[k] = append(sources[k], s.ColumnSource...)
	}
	var in []SynapseValue
	for j := range r.block.n {
		in = in[:0]
		r.column(j, func(k int, c uint32) {
			s := &r.segments[k]
			in = append(in, SynapseValue{int(s.ColumnSource[c]), j + r.block.lo, s.Weight[s.ColumnSynapse[c]], r.proj.net.clock.MS(r.dmin + Tick(k))})
		})
		if len(in) == 0 {
			continue
		}
		f(j+r.block.lo, in)
		var err error
		n := 0
		r.column(j, func(k int, c uint32) {
			v := in[n]
			n++
			s := &r.segments[k]
			if v.Source < r.proj.Source.Lo || v.Source >= r.proj.Source.Hi {
				err = fmt.Errorf("rewiring gave source %d for target %d: want %d to %d", v.Source, v.Target, r.proj.Source.Lo, r.proj.Source.Hi-1)
				return
			}
			s.Weight[s.ColumnSynapse[c]] = v.Weight
			if int32(v.Source) != s.ColumnSource[c] {
				sources[k][c], moved[k] = int32(v.Source), true
			}
		})
		if err != nil {
			return err
		}
	}
	for k := range r.segments {
		if moved[k] {
			r.segments[k].reorder(sources[k])
		}
	}
	return nil
}

// column visits the column entries of target j in all segments.
func (r *plasticRows) column(j int, visit func(segment int, c uint32)) {
	for k := range r.segments {
		s := &r.segments[k]
		for c := s.Column[j]; c < s.Column[j+1]; c++ {
			visit(k, c)
		}
	}
}

// reorder sorts the synapses into rows by their new sources: count, prefix sum, fill, by rising target.
// All slices stay where they are, since rules hold them.
func (s *plasticSegment) reorder(source []int32) {
	next := make([]uint32, len(s.Row)+1)
	for _, i := range source {
		next[int(i)-s.FirstSource+2]++
	}
	for k := 2; k < len(next); k++ {
		next[k] += next[k-1]
	}
	weight, from := append([]float64(nil), s.Weight...), make([]uint32, len(s.Weight))
	for j := range len(s.Column) - 1 {
		for c := s.Column[j]; c < s.Column[j+1]; c++ {
			at, old := &next[int(source[c])-s.FirstSource+1], s.ColumnSynapse[c]
			s.setTarget(*at, j)
			s.Weight[*at], from[*at] = weight[old], old
			if source[c] != s.ColumnSource[c] {
				from[*at] = NewSynapse
			}
			*at++
		}
	}
	copy(s.Row, next)
	s.columns(len(s.Column) - 1)
	s.rule.(RuleRewirer).Rewired(from)
}

func (s *Synapses) setTarget(k uint32, j int) {
	if s.Narrow != nil {
		s.Narrow[k] = uint16(j)
	} else {
		s.Target[k] = int32(j)
	}
}
