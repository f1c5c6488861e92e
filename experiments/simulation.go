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
	var spikes analysis.Spikes
	clock := s.Net.Clock()
	s.Net.RecordSpikes(sim.SpikeOptions{Sink: func(batch []sim.Spike) error {
		n := len(spikes.Times)
		for _, k := range batch {
			spikes.Times = append(spikes.Times, clock.InstantMS(k.At))
			spikes.IDs = append(spikes.IDs, k.ID)
		}
		return r.AddSpikes(spikes.Times[n:], spikes.IDs[n:])
	}}, all...)
	if err := s.Net.Build(ctx); err != nil {
		return spikes, err
	}
	r.Count(func(c *Counters) { c.Synapses, c.DT = s.Net.Counts().Synapses, clock.DT })
	r.Phase("simulate")
	total := s.Warmup + s.Duration
	// A hundred pieces for the progress bar; the result does not depend on where a run is cut.
	piece := max(clock.DT, float64(int(total/100/clock.DT))*clock.DT)
	defer func() {
		r.Count(func(c *Counters) { c.SynapticEvents = s.Net.Counts().SynapticEvents })
	}()
	for done := 0.0; done < total-clock.DT/2; {
		step := min(piece, total-done)
		if err := s.Net.Run(ctx, step); err != nil {
			return spikes, err
		}
		done = s.Net.Now()
		r.Simulated(done)
		r.Progress(done, total)
	}
	return spikes, nil
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
