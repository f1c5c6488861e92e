package plasticity

import (
	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/sim/mem"
)

// pairRows is PairSTDP without columns, for amplitudes that are linear in the weight:
//
//	f+ = plus0 + plus1 w,   f- = minus0 + minus1 w
//
// What postsynaptic spikes do to a synapse is made up for when its source fires next (Morrison, Aertsen
// and Diesmann 2007, appendix): between two spikes of the source its trace only decays, so that the trace at
// each of the target's spikes is known, given the common decay factor of that moment. The changes are those
// that columns would give, bit by bit, in the same order; but the weights are visited row by row, in the
// order in which they lie in memory.
type pairRows[T int32 | uint16] struct {
	p        PairSTDP
	s        *sim.Synapses
	target   []T
	x, y     *Trace
	lag      sim.Tick
	loop     linear
	call     uint32         // counts the calls of Update since all was settled
	last     []uint32       // the call in which a source fired last
	recent   []recentSpikes // of each target
	late     []lateSpike    // those that recent has no place for
	mostLate int            // so many before all synapses are brought up to date
	gains    []float64      // scratch
}

// recentSpikes are the latest spikes of a target, the newest first: a cache line, read by assembly.
type recentSpikes struct {
	gain [5]float64 // what each adds to a weight per unit of the source's scaled trace
	call [5]uint32  // in which it came; 0 where there is none
	late int32      // 1 + the index in late of the spike before; 0 without one
}

// lateSpike is a spike of a target: the call in which it came, and what it adds to a weight per unit of the
// source's scaled trace.
type lateSpike struct {
	gain   float64
	call   uint32
	before int32 // 1 + the index of the target's spike before; 0 for the first
}

// ByRows says whether the block can do without columns.
func (p PairSTDP) ByRows() bool {
	return p.Tie == TieIgnored && (p.Dependence == Additive && !p.ClipEach || p.Dependence == Multiplicative || p.Dependence == VanRossum)
}

func newPairRows[T int32 | uint16](p PairSTDP, s sim.RuleSpec, target []T) *pairRows[T] {
	b := &pairRows[T]{p: p, s: s.Synapses, lag: s.Lag, target: target,
		x:      NewTrace(s.Sources, p.TauPlus, 1, p.Nearest, s.Clock),
		y:      NewTrace(s.Targets, p.TauMinus, 1, p.Nearest, s.Clock),
		last:   make([]uint32, s.Sources),
		recent: mem.Large[recentSpikes](s.Targets),
		// Late spikes may take as much memory as a byte per synapse.
		mostLate: max(16*s.Targets, len(target)/16)}
	b.loop = linear{plus0: 1, lo: p.WMin, hi: p.WMax}
	switch p.Dependence {
	case Multiplicative:
		b.loop.plus1, b.loop.minus1 = -1/p.WMax, 1
	case VanRossum:
		b.loop.minus1 = 1
	default:
		b.loop.minus0 = 1
	}
	return b
}

// Update notes the spikes of the targets and changes the rows of the sources.
func (b *pairRows[T]) Update(t sim.Tick, pre, post []sim.Span) {
	if len(b.late) > b.mostLate || b.x.rebases(t) {
		b.Settle()
	}
	b.x.MoveTo(t)
	b.y.MoveTo(t)
	b.call++
	up, down := b.p.APlus*b.p.Plus.Value(), b.p.AMinus*b.p.Minus.Value()
	gain := up * b.x.factor
	for _, s := range post {
		b.note(s.Neuron, gain)
	}
	fall := down * b.y.factor
	if b.p.Dependence != Additive {
		fall *= 1 / b.p.WMax
	}
	for _, s := range pre {
		if b.p.Dependence == Additive {
			b.additiveRow(s, fall, up)
		} else {
			b.row(s, fall)
		}
		b.last[s.Neuron] = b.call
	}
	countSpikes(b.x, pre)
	countSpikes(b.y, post)
}

// note enters a spike of target j.
func (b *pairRows[T]) note(j int32, gain float64) {
	r := &b.recent[j]
	if last := len(r.call) - 1; r.call[last] > 0 {
		b.late = append(b.late, lateSpike{r.gain[last], r.call[last], r.late})
		r.late = int32(len(b.late))
	}
	copy(r.call[1:], r.call[:])
	copy(r.gain[1:], r.gain[:])
	r.call[0], r.gain[0] = b.call, gain
}

// row brings the synapses of a source that fires up to date and weakens them.
func (b *pairRows[T]) row(s sim.Span, fall float64) {
	l := b.since(int(s.Neuron))
	l.fall = fall
	for k := s.Lo; k < s.Hi; k++ {
		k += uint32(linearRow(b.s.Weight[k:s.Hi], b.target[k:s.Hi], b.recent, b.y.scaled, l))
		if k < s.Hi {
			j := b.target[k]
			b.s.Weight[k] = l.weaken(l.grow(b.strengthen(b.s.Weight[k], int(j), l), b.recent[j].gain[0]), b.y.scaled[j])
		}
	}
}

// linear is what the loop over a row needs, in the order in which the assembly finds it.
type linear struct {
	x                            float64 // scaled trace of the source
	fall                         float64 // change per unit of a target's scaled trace
	plus0, plus1, minus0, minus1 float64
	lo, hi                       float64 // bounds
	last                         uint32  // the call in which the source fired last
}

// since readies the loop for a source and the spikes of targets that came after its own last one.
func (b *pairRows[T]) since(source int) *linear {
	b.loop.x, b.loop.last = b.x.scaled[source], b.last[source]
	return &b.loop
}

// linearRowGo brings the synapses of a row up to date and weakens them, up to the first one whose target has fired
// more than twice since the source did: it returns how many synapses came before that.
func linearRowGo[T int32 | uint16](weight []float64, target []T, recent []recentSpikes, ys []float64, l *linear) int {
	weight = weight[:len(target)]
	for k, j := range target {
		r := &recent[j]
		v := weight[k]
		if r.call[0] > l.last {
			if r.call[1] > l.last {
				if r.call[2] > l.last {
					return k
				}
				v = l.grow(v, r.gain[1])
			}
			v = l.grow(v, r.gain[0])
		}
		weight[k] = l.weaken(v, ys[j])
	}
	return len(target)
}

// grow gives a weight after a spike of the target.
func (l *linear) grow(v, gain float64) float64 {
	return within(v+float64(gain*l.x*(l.plus0+float64(l.plus1*v))), l.lo, l.hi)
}

// weaken gives a weight after a spike of the source.
func (l *linear) weaken(v, y float64) float64 {
	return within(v-float64(l.fall*y*(l.minus0+float64(l.minus1*v))), l.lo, l.hi)
}

// additiveRow is row for an additive rule, which adds both changes of a tick before it looks at the bounds.
func (b *pairRows[T]) additiveRow(s sim.Span, fall, up float64) {
	l := b.since(int(s.Neuron))
	last, now, x := l.last, b.call, l.x
	both := float64(up * b.x.Value(s.Neuron))
	if last == now { // a source may fire twice at a tick; the target's spike counts once
		both = 0
	}
	wmin, wmax := b.p.WMin, b.p.WMax
	target := b.target[s.Lo:s.Hi]
	weight := b.s.Weight[s.Lo:s.Hi][:len(target)]
	recent, ys := b.recent, b.y.scaled
	for k, j := range target {
		r := &recent[j]
		v := weight[k]
		tie := 0.0
		if r.call[0] > last {
			if r.call[1] > last {
				v = b.strengthen(v, int(j), l)
			}
			if r.call[0] == now {
				tie = both
			} else {
				v = min(max(v+float64(r.gain[0]*x), wmin), wmax)
			}
		}
		// Without a branch: many weights of a liquid lie at a bound.
		weight[k] = min(max(v-float64(fall*ys[j])+tie, wmin), wmax)
	}
}

// strengthen makes up for the spikes of target j that count, in their order, but for the newest.
func (b *pairRows[T]) strengthen(v float64, j int, l *linear) float64 {
	r := &b.recent[j]
	n := 1
	for n < len(r.call) && r.call[n] > l.last {
		n++
	}
	if n == len(r.call) {
		b.gains = b.gains[:0]
		for at := r.late; at > 0 && b.late[at-1].call > l.last; at = b.late[at-1].before {
			b.gains = append(b.gains, b.late[at-1].gain)
		}
		for k := len(b.gains) - 1; k >= 0; k-- {
			v = l.grow(v, b.gains[k])
		}
	}
	for n--; n >= 1; n-- {
		v = l.grow(v, r.gain[n])
	}
	return v
}

// within holds a weight in its bounds, by plain comparisons: min and max take care of NaN, which is
// costly here.
func within(v, lo, hi float64) float64 {
	if v > hi {
		return hi
	}
	if v < lo {
		return lo
	}
	return v
}

// Settle brings all synapses up to date.
func (b *pairRows[T]) Settle() {
	if b.call == 0 {
		return
	}
	for i := range len(b.s.Row) - 1 {
		l := b.since(b.s.FirstSource + i)
		for k := b.s.Row[i]; k < b.s.Row[i+1]; k++ {
			j := int(b.target[k])
			if r := &b.recent[j]; r.call[0] > l.last {
				b.s.Weight[k] = l.grow(b.strengthen(b.s.Weight[k], j, l), r.gain[0])
			}
		}
	}
	b.forget()
}

// forget drops what was noted.
func (b *pairRows[T]) forget() {
	clear(b.recent)
	clear(b.last)
	b.late, b.call = b.late[:0], 0
}

// State lists the traces and modulators; what was put off is done before, which changes no bit of it.
func (b *pairRows[T]) State(c *sim.Codec) {
	if !c.Loading() {
		b.Settle()
	}
	t := c.Now() - b.lag
	b.x.State(c, c.Values, t)
	b.y.State(c, c.PerNeuron, t)
	c.Values(b.p.Plus, b.p.Minus)
	c.Loaded(func() error { b.forget(); return nil })
}

// Reset forgets the traces.
func (b *pairRows[T]) Reset() {
	b.Settle()
	b.x.Reset()
	b.y.Reset()
}

// Rewired has nothing to do: the engine has settled, and what is left belongs to neurons.
func (b *pairRows[T]) Rewired([]uint32) {}
