package bench

import "math"

// Work is what a benchmark does in the stretch it measures: how often, per second of model time, and what it moves
// by design. Bytes are those of the engine's layout: what is read counts once, what is written once more.
type Work struct {
	Events  float64 `json:"events"`  // synaptic events per model s
	Updates float64 `json:"updates"` // of stepped neurons, per model s
	Draws   float64 `json:"draws"`   // Poisson numbers per model s
	Core    float64 `json:"core"`    // s of one core per model s

	BytesPerEvent  float64 `json:"bytes_per_event"`  // of synapses: targets, weights
	BytesPerUpdate float64 `json:"bytes_per_update"` // of a neuron's state and input
	// Vector is the size of what events change at scattered places, of one worker [bytes]: inputs or variables of
	// neurons, or what else is scattered more widely.
	Vector float64 `json:"vector"`
	// State is what neurons take of the caches, of one worker [bytes].
	State float64 `json:"state"`
}

// Sizes [bytes] in the engine's layout.
const (
	value    = 8           // state and input of neurons, weights that learn
	changed  = 2 * value   // a value read and written
	narrow   = 2           // a target among at most 65 536 of one worker
	wide     = 4           // any other target, place or source
	weight32 = 4           // a weight that does not learn
	record   = 4 * value   // the state of an event-driven neuron
	recent   = 8 * value   // the latest spikes of a target under STDP by rows
	column   = wide + wide // place and source of a synapse in the column of its target
)

// reportWork reports work of which the layout is given: what was done how often follows from the stretch.
func (t *Trial) reportWork(s span, w Work) {
	if s.cpu <= 0 || s.events == 0 { // the system does not say, or there is nothing to compare
		return
	}
	w.Events, w.Core = float64(s.events)/s.model, s.cpuPerModel()
	t.send(message{Work: &w})
}

// updates of so many stepped neurons with so many values each, all of them read and written, in every step.
func (w Work) updates(s span, neurons, values int, workers int) Work {
	w.Updates = float64(neurons) * s.ticks / s.model
	w.BytesPerUpdate = float64(values * changed)
	w.State = float64(neurons*values*value) / float64(workers)
	return w
}

// poisson says that each update draws a number.
func (w Work) poisson() Work {
	w.Draws = w.Updates
	return w
}

// Roof is how close a benchmark comes to what the machine can do.
type Roof struct {
	Benchmark string
	Work      Work
	Rate      float64 // synaptic events per core second, measured: the median of the trials
	// Bytes that come from memory per event: those of synapses, and those of the updates between two events where the
	// neurons do not fit into the third-level cache.
	Bytes     float64
	Level     string  // the measure of the machine that bounds additions: that of the smallest memory that Vector fits
	Bandwidth float64 // events per core second if nothing but bytes took time
	Additions float64 // and if nothing but scattered additions did
}

// Limit is the lower of both.
func (r Roof) Limit() float64 { return math.Min(r.Bandwidth, r.Additions) }

// Reached is the fraction of the limit.
func (r Roof) Reached() float64 { return r.Rate / r.Limit() }

// limits are what the benchmark machine has measured.
type limits struct {
	bandwidth float64 // bytes per core second
	scatter   map[string]float64
}

// limitsOf finds them among reports.
func limitsOf(reports []Report) (l limits, ok bool) {
	for _, r := range reports {
		bandwidth, known := r.Find("bandwidth_one_core")
		if !known {
			continue
		}
		l = limits{bandwidth.Median() * 1e9, map[string]float64{}}
		for _, level := range scatterLevels {
			if v, known := r.Find(level); known {
				l.scatter[level] = v.Median()
			}
		}
		return l, len(l.scatter) == len(scatterLevels)
	}
	return l, false
}

// scatterLevels are the measures of scattered additions, from the nearest memory to the farthest.
var scatterLevels = [...]string{"scatter_l2", "scatter_l3", "scatter_dram"}

// Rooflines holds the benchmarks that have reported their work against the machine's limits; there are none
// unless the benchmark machine is among the reports. (S. Williams, A. Waterman and D. Patterson, "Roofline: an
// insightful visual performance model for multicore architectures", Commun. ACM 52, 65-76, 2009; an operation is here a
// synaptic event.)
func Rooflines(reports []Report, m Machine) []Roof {
	l, ok := limitsOf(reports)
	if !ok {
		return nil
	}
	var roofs []Roof
	for _, r := range reports {
		if len(r.Work) == 0 {
			continue
		}
		var rates []float64
		for _, w := range r.Work {
			rates = append(rates, w.Events/w.Core)
		}
		roofs = append(roofs, l.roof(r.Benchmark.Name, r.Work[0], Result{Values: rates}.Median(), r.Workers, m))
	}
	return roofs
}

func (l limits) roof(name string, w Work, rate float64, workers int, m Machine) Roof {
	l2, l3 := float64(orDefault(m.L2, defaultL2)), float64(orDefault(m.L3, defaultL3))
	all := float64(workers) // who share the third level
	r := Roof{Benchmark: name, Work: w, Rate: rate, Bytes: w.BytesPerEvent, Level: scatterLevels[2]}
	if w.State*all > l3 {
		r.Bytes += w.BytesPerUpdate * w.Updates / w.Events
	}
	switch {
	case w.Vector <= l2:
		r.Level = scatterLevels[0]
	case w.Vector*all <= l3:
		r.Level = scatterLevels[1]
	}
	r.Bandwidth, r.Additions = l.bandwidth/r.Bytes, l.scatter[r.Level]
	return r
}

// Sizes of caches where the system does not state them.
const (
	defaultL2 = 512 << 10
	defaultL3 = 32 << 20
)

func orDefault[T comparable](x, otherwise T) T {
	var unknown T
	if x == unknown {
		return otherwise
	}
	return x
}
