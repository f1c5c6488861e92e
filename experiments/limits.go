package experiments

import (
	"errors"
	"fmt"

	"github.com/glia-sim/glia/sim"
)

// Limits say when a run should be stopped. A run that meets one ends as if the user had stopped it: what was
// computed is kept, and the run can be resumed.
type Limits struct {
	// Rate is the mean rate of a population [Hz] above which, for RunawayTime, a network counts as out of
	// control; 0 means no bound.
	Rate float64
	// Memory is what a network may take [bytes]; one that is expected to take more is refused before it
	// is built. 0 means no bound.
	Memory int64
	// MemoryReason says in a few words where Memory comes from.
	MemoryReason string
	// Stop ends the context of the run, with err as the reason.
	Stop func(err error)
}

// RunawayTime is how long a population must be above Limits.Rate [ms].
const RunawayTime = 100.0

// RunawayError says that the activity of a network got out of control.
type RunawayError struct {
	Population string
	Rate       float64 // mean rate of the population from From to To [Hz]
	From, To   float64 // ms
	Bound      float64 // Hz
}

// Error names population, rate and time.
func (e *RunawayError) Error() string {
	return fmt.Sprintf("runaway activity: population %q fired at %.0f Hz from %.5g to %.5g ms; the bound is a mean of %g Hz over %g ms", e.Population, e.Rate, e.From, e.To, e.Bound, RunawayTime)
}

// rateGuard counts spikes of each population in bins of RunawayTime.
type rateGuard struct {
	bound  float64
	bin    int64
	at     int // population of the last spike
	counts []int64
	done   bool
}

// guardRates is called with spikes just recorded.
func (r *Run) guardRates(batches []SpikeBatch) {
	g := &r.rates
	if !(g.bound > 0) || g.done || len(r.populations) == 0 {
		return
	}
	for len(g.counts) < len(r.populations) {
		g.counts = append(g.counts, 0)
	}
	for _, b := range batches {
		for k, t := range b.Times {
			if bin := int64(t / RunawayTime); bin != g.bin {
				g.bin = bin
				clear(g.counts)
			}
			id := b.First + int(b.IDs[k])
			p := r.populations[g.at]
			if id < p.First || id >= p.First+p.Size {
				g.at = r.populationOf(id)
				p = r.populations[g.at]
			}
			g.counts[g.at]++
			// The mean over the whole stretch can only be larger.
			if count := float64(g.counts[g.at]) / float64(p.Size); count > g.bound*RunawayTime/1000 {
				g.done = true
				from := float64(g.bin) * RunawayTime
				if r.limits.Stop != nil {
					r.limits.Stop(&RunawayError{Population: p.Name, Rate: count * 1000 / max(t-from, 1), From: from, To: t, Bound: g.bound})
				}
				return
			}
		}
	}
}

func (r *Run) populationOf(id int) int {
	for k, p := range r.populations {
		if id < p.First+p.Size {
			return k
		}
	}
	return len(r.populations) - 1
}

// ErrDryRun ends a dry run where work would begin.
var ErrDryRun = errors.New("experiments: a dry run ends here")

// PlannedNetwork is a network that a dry run came upon.
type PlannedNetwork struct {
	sim.Estimate
	Copies int
	DT     float64 // ms
}

// Planned lists the networks that a dry run came upon.
func (r *Run) Planned() []PlannedNetwork {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.planned
}

// Work is a part of a run that is no spiking network: rate networks and their readouts, cells.
type Work struct {
	What       string  // in a few words, in the plural
	Copies     int     // so many of them in all
	Units      int     // of each, at most
	Steps      float64 // of each
	Operations float64 // of all together, in multiply-adds
	Bytes      float64 // of memory that each takes while it is measured, about
}

// Outline lets a dry run know what an experiment does beside spiking networks, and ends it there. In a
// run that is carried out it does nothing, nor calls list.
func (r *Run) Outline(list func() []Work) error {
	if !r.dry {
		return nil
	}
	work := list()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.outline = append(r.outline, work...)
	return ErrDryRun
}

// Outlined lists the work that a dry run came upon.
func (r *Run) Outlined() []Work {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.outline
}

// MemoryError says that a network would not fit into memory.
type MemoryError struct {
	Plan   PlannedNetwork
	Limit  int64
	Reason string // where the limit comes from
}

// Error gives the numbers.
func (e *MemoryError) Error() string {
	what := fmt.Sprintf("the network of %d neurons and about %.3g synapses", e.Plan.Neurons, e.Plan.Synapses)
	if e.Plan.Copies > 1 {
		what = fmt.Sprintf("%d copies of a network of %d neurons and about %.3g synapses each", e.Plan.Copies, e.Plan.Neurons, e.Plan.Synapses)
	}
	return fmt.Sprintf("%s would take about %s, and %s while it is built: more than the %s %s; simulate fewer neurons or synapses, or make room", what,
		Bytes(int64(e.Plan.Copies)*e.Plan.Bytes), Bytes(e.Plan.peak()), Bytes(e.Limit), e.Reason)
}

func (p PlannedNetwork) peak() int64 { return int64(p.Copies) * p.Peak }

// Bytes writes an amount of memory: "1.5 GB".
func Bytes(n int64) string {
	switch x := float64(n); {
	case x >= 1e9:
		return fmt.Sprintf("%.3g GB", x/1e9)
	case x >= 1e6:
		return fmt.Sprintf("%.3g MB", x/1e6)
	}
	return fmt.Sprintf("%.3g kB", float64(n)/1e3)
}

// Plan announces a network that is about to be built, in some copies at a time. It refuses what would not
// fit into memory, with a *MemoryError, and ends a dry run. Advance, Loop and Simulation call it; whoever
// builds otherwise calls it before.
func (r *Run) Plan(net *sim.Network, copies int) error {
	if net.Built() || net.Err() != nil || !r.dry && r.limits.Memory <= 0 {
		return nil
	}
	p := PlannedNetwork{Estimate: net.Estimate(), Copies: copies, DT: net.Clock().DT}
	if r.dry {
		r.mu.Lock()
		r.planned = append(r.planned, p)
		r.mu.Unlock()
	}
	if r.limits.Memory > 0 && p.peak() > r.limits.Memory {
		return &MemoryError{p, r.limits.Memory, r.limits.MemoryReason}
	}
	if r.dry {
		return ErrDryRun
	}
	return nil
}
