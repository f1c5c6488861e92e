package synapses

import (
	"fmt"
	"math"

	"github.com/glia-sim/glia/sim"
)

// ConnList makes the synapses of a list: synapse k joins source Sources[k] to target Targets[k], both
// counted within their groups. Pairs may occur more than once. A target's synapses keep the order of
// the list. The slices are not changed and are read only when the projection is described.
//
// Weights and Delays, where given, replace the projection's Weight and Delay.
type ConnList struct {
	Sources []int32   // 0 to the size of the source group - 1
	Targets []int32   // as many, 0 to the size of the target group - 1
	Weights []float64 // as many, or nil [the unit of the receptor]
	Delays  []float64 // as many, positive, or nil [ms]
}

// Plan implements sim.Connector.
func (c ConnList) Plan(w sim.Wiring) (sim.Plan, error) {
	n := len(c.Sources)
	if len(c.Targets) != n {
		return nil, fmt.Errorf("ConnList.Targets has %d entries: want as many as Sources, %d", len(c.Targets), n)
	}
	if c.Weights != nil && len(c.Weights) != n {
		return nil, fmt.Errorf("ConnList.Weights has %d entries: want as many as Sources, %d, or nil", len(c.Weights), n)
	}
	if c.Delays != nil && len(c.Delays) != n {
		return nil, fmt.Errorf("ConnList.Delays has %d entries: want as many as Sources, %d, or nil", len(c.Delays), n)
	}
	p := &listPlan{filedPlan: filedPlan{start: make([]int, w.Targets+1), source: make([]int32, n)}}
	for k := range n {
		if i := c.Sources[k]; i < 0 || int(i) >= w.Sources {
			return nil, fmt.Errorf("ConnList.Sources[%d] is %d: want 0 to %d", k, i, w.Sources-1)
		}
		j := c.Targets[k]
		if j < 0 || int(j) >= w.Targets {
			return nil, fmt.Errorf("ConnList.Targets[%d] is %d: want 0 to %d", k, j, w.Targets-1)
		}
		if c.Weights != nil && (math.IsNaN(c.Weights[k]) || math.IsInf(c.Weights[k], 0)) {
			return nil, fmt.Errorf("ConnList.Weights[%d] is %g: want a finite number", k, c.Weights[k])
		}
		if c.Delays != nil && !(c.Delays[k] > 0 && c.Delays[k] <= math.MaxFloat64) {
			return nil, fmt.Errorf("ConnList.Delays[%d] is %g ms: want a positive time", k, c.Delays[k])
		}
		p.start[j+1]++
	}
	for j := range w.Targets {
		p.start[j+1] += p.start[j]
	}
	if c.Weights != nil {
		p.weights = make([]float64, n)
	}
	if c.Delays != nil {
		p.delays = make([]float64, n)
	}
	next := append([]int(nil), p.start...)
	for k := range n {
		at := &next[c.Targets[k]]
		p.source[*at] = c.Sources[k]
		if c.Weights != nil {
			p.weights[*at] = c.Weights[k]
		}
		if c.Delays != nil {
			p.delays[*at] = c.Delays[k]
		}
		*at++
	}
	return p, nil
}

// listPlan is a filedPlan that knows weights and delays; it implements sim.Explicit.
type listPlan struct {
	filedPlan
	weights, delays []float64 // in the order of source; nil where the projection has its own
}

func (p *listPlan) WeightsDelays(j int) (weights, delays []float64) {
	lo, hi := p.start[j], p.start[j+1]
	if p.weights != nil {
		weights = p.weights[lo:hi]
	}
	if p.delays != nil {
		delays = p.delays[lo:hi]
	}
	return weights, delays
}

func (p *listPlan) DelayBounds() (lo, hi float64) { return bounds(p.delays) }

func (p *listPlan) WeightBounds() (lo, hi float64) { return bounds(p.weights) }

// bounds gives the range of x; lo above hi, which leaves the range to the projection, if x is empty.
func bounds(x []float64) (lo, hi float64) {
	lo, hi = math.Inf(1), math.Inf(-1)
	for _, v := range x {
		lo, hi = min(lo, v), max(hi, v)
	}
	return lo, hi
}
