package plasticity

import "github.com/glia-sim/glia/sim"

// Tie says what two spikes do to a synapse that they reach at the same tick, one from each end. What
// they do together with earlier spikes is not touched by it.
type Tie int

const (
	TieIgnored     Tie = iota // the two do not pair with each other
	TiePotentiates            // as if the presynaptic spike had come just before
	TieDepresses              // as if the postsynaptic spike had come just before
)

// change is what one spike does to synapse k from source i to target j, given the trace of the other
// end.
type change func(k uint32, i, j int32, trace float64)

// pairing is what the rules that pair spikes share: a trace of each end, the walk over the synapses
// that spikes reach, and ties.
//
//	postsynaptic spike: up(k, i, j, x_i)     presynaptic spike: down(k, i, j, y_j)
//
// with the traces as they were before the tick. The postsynaptic spikes of a tick come first, as in
// NEST. In a tie that counts, up or down is called once more for the pair, with what the one spike has
// added to its trace.
type pairing struct {
	s    *sim.Synapses
	x, y *Trace
	lag  sim.Tick
	tie  Tie
	// For ties: how many spikes of each source came at tick at.
	fired  []int32
	marked []int32
	at     sim.Tick
}

func newPairing(s sim.RuleSpec, tauPlus, tauMinus float64, nearest bool, tie Tie) pairing {
	p := pairing{s: s.Synapses, lag: s.Lag, tie: tie,
		x: NewTrace(s.Sources, tauPlus, 1, nearest, s.Clock),
		y: NewTrace(s.Targets, tauMinus, 1, nearest, s.Clock)}
	if tie != TieIgnored {
		p.fired = make([]int32, s.Sources)
	}
	return p
}

// walk calls up and down for the synapses that spikes reach at tick t. The spikes are not yet in the
// traces afterwards: count does that.
func (p *pairing) walk(t sim.Tick, pre, post []sim.Span, up, down change) {
	p.x.MoveTo(t)
	p.y.MoveTo(t)
	for _, s := range post {
		for c := s.Lo; c < s.Hi; c++ {
			i := p.s.ColumnSource[c]
			up(p.s.ColumnSynapse[c], i, s.Neuron, p.x.Value(i))
		}
	}
	for _, s := range pre {
		for k := s.Lo; k < s.Hi; k++ {
			j := p.s.Target[k]
			down(k, s.Neuron, j, p.y.Value(j))
		}
	}
	if p.tie != TieIgnored {
		p.ties(t, pre, post, up, down)
	}
}

func (p *pairing) ties(t sim.Tick, pre, post []sim.Span, up, down change) {
	if t != p.at { // with axonal delays both ends come in calls of their own, with the same t
		p.at = t
		p.forget()
	}
	for _, s := range pre {
		p.fired[s.Neuron]++
		p.marked = append(p.marked, s.Neuron)
	}
	for _, s := range post {
		for c := s.Lo; c < s.Hi; c++ {
			i := p.s.ColumnSource[c]
			switch n := float64(p.fired[i]); {
			case n == 0:
			case p.tie == TiePotentiates:
				up(p.s.ColumnSynapse[c], i, s.Neuron, p.x.gain(i, n))
			default:
				down(p.s.ColumnSynapse[c], i, s.Neuron, p.y.gain(s.Neuron, n))
			}
		}
	}
}

// count enters the spikes of the tick into the traces.
func (p *pairing) count(pre, post []sim.Span) {
	countSpikes(p.x, pre)
	countSpikes(p.y, post)
}

func countSpikes(x *Trace, spans []sim.Span) {
	for _, s := range spans {
		x.Spike(s.Neuron)
	}
}

func (p *pairing) forget() {
	for _, i := range p.marked {
		p.fired[i] = 0
	}
	p.marked = p.marked[:0]
}

func (p *pairing) reset() {
	p.x.Reset()
	p.y.Reset()
	p.forget()
	p.at = 0
}

// State lists the traces, which with the weights are all that there is between two ticks.
func (p *pairing) State(c *sim.Codec) {
	p.x.State(c, c.Values, c.Now()-p.lag)
	p.y.State(c, c.PerNeuron, c.Now()-p.lag)
	c.Loaded(func() error { p.forget(); return nil })
}

// Rewired has nothing to do: traces belong to neurons.
func (p *pairing) Rewired([]uint32) {}
