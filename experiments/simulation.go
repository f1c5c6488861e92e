package experiments

import (
	"context"
	"slices"

	"github.com/glia-sim/glia/analysis"
	"github.com/glia-sim/glia/sim"
)

// Simulation is the common course of an experiment on one network: build, warm up, measure. It records
// the spikes of all populations, hands them to the run, keeps its counters and shows progress.
type Simulation struct {
	Net      *sim.Network
	Warmup   float64 // ms simulated before measuring
	Duration float64 // ms measured
}

// Run carries the simulation out and returns all spikes, warm-up included, with times in ms and the
// global ids of the network, which are those of the run's populations as well.
func (s Simulation) Run(ctx context.Context, r *Run) (analysis.Spikes, error) {
	var all []sim.Selection
	for _, p := range s.Net.Populations() {
		if _, err := r.AddPopulation(p.Name, p.Size); err != nil {
			return analysis.Spikes{}, err
		}
		all = append(all, p)
	}
	clock, first := s.Net.Clock(), r.recordFrom()
	var times []float64
	var ids []int32
	s.Net.RecordSpikes(sim.SpikeOptions{Sink: func(batch []sim.Spike) error {
		times, ids = times[:0], ids[:0]
		for _, k := range batch {
			times, ids = append(times, clock.InstantMS(k.At)), append(ids, k.ID)
		}
		return r.AddSpikes(times, ids)
	}}, all...)
	if err := r.Plan(s.Net, 1); err != nil {
		return analysis.Spikes{}, err
	}
	if err := s.Net.Build(ctx); err != nil {
		return analysis.Spikes{}, err
	}
	r.Count(func(c *Counters) { c.Synapses, c.DT = s.Net.Counts().Synapses, clock.DT })
	r.Phase("simulate")
	err := r.Advance(ctx, "simulate", s.Net, s.Warmup+s.Duration)
	r.Count(func(c *Counters) { c.SynapticEvents = s.Net.Counts().SynapticEvents })
	if err != nil {
		return analysis.Spikes{}, err
	}
	return r.spikesFrom(first)
}

// recordFrom gives the number of the next spike, and sees to it that spikesFrom can read it back: from the
// store, so that memory does not grow while a run lasts, or from memory without one.
func (r *Run) recordFrom() int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.keep.store == nil && !r.spikes.kept {
		r.spikes.kept, r.spikes.memory = true, make([]Spike, r.spikes.written)
	}
	return r.spikes.count
}

// spikesFrom reads the recorded spikes back, from the one of the given number on.
func (r *Run) spikesFrom(first int64) (analysis.Spikes, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := r.spikes.count - first
	s := analysis.Spikes{Times: make([]float64, 0, n), IDs: make([]int32, 0, n)}
	add := func(batch []Spike) error {
		for _, x := range batch {
			s.Times, s.IDs = append(s.Times, x.Time), append(s.IDs, int32(x.ID))
		}
		return nil
	}
	if r.keep.store != nil {
		if err := r.keep.store.ReadSpikes(first, r.spikes.written, add); err != nil {
			return s, err
		}
	} else if err := add(r.spikes.memory[first:]); err != nil {
		return s, err
	}
	return s, add(r.spikes.held)
}

// Metrics records several metrics, in the order in which the experiment declares them.
func (r *Run) Metrics(values map[string]float64) error {
	var names []string
	for _, m := range r.experiment.Metrics {
		if _, ok := values[m.Name]; ok {
			names = append(names, m.Name)
		}
	}
	for name, v := range values {
		if !slices.Contains(names, name) {
			if _, err := r.Metric(name, v); err != nil { // undeclared: Metric says so
				return err
			}
		}
	}
	for _, name := range names {
		if _, err := r.Metric(name, values[name]); err != nil {
			return err
		}
	}
	return nil
}
