package reference

import (
	"github.com/glia-sim/glia/sim"
)

// replay is a source population: neuron k spikes at the ticks of trains[k], in rising order. A time
// that is listed twice is two spikes, as in NEST's spike_generator.
type replay struct{ trains [][]sim.Tick }

func newReplay(clock sim.Clock, trains ...[]float64) (replay, error) {
	r := replay{}
	for _, train := range trains {
		var ticks []sim.Tick
		for _, ms := range train {
			t, err := clock.Ticks(ms, "spike of a source train")
			if err != nil {
				return r, err
			}
			ticks = append(ticks, t)
		}
		r.trains = append(r.trains, ticks)
	}
	return r, nil
}

func (replay) Validate() error     { return nil }
func (replay) Receptors() []string { return nil }

func (r replay) NewBlock(b sim.BlockSpec) (sim.Block, error) {
	if b.N == 0 {
		return &replayBlock{}, nil
	}
	return &replayBlock{trains: r.trains[b.First : b.First+b.N], next: make([]int, b.N)}, nil
}

type replayBlock struct {
	trains [][]sim.Tick
	next   []int
}

func (*replayBlock) Variables() []sim.Variable { return nil }
func (r *replayBlock) Reset(sim.Key)           { clear(r.next) }

func (r *replayBlock) Step(t sim.Tick, _ [][]float64, spikes []int32) []int32 {
	for i, train := range r.trains {
		for r.next[i] < len(train) && train[r.next[i]] == t {
			spikes = append(spikes, int32(i))
			r.next[i]++
		}
	}
	return spikes
}

// drive is a current that depends on time and neuron alone.
type drive struct {
	at func(t sim.Tick, i int) float64 // i is the index in the population
}

func (drive) Validate() error { return nil }

func (d drive) NewInput(b sim.BlockSpec) (sim.InputBlock, error) {
	return &driveBlock{d, b.First}, nil
}

type driveBlock struct {
	drive
	first int
}

func (d *driveBlock) Add(t sim.Tick, in []float64) {
	for i := range in {
		in[i] += d.at(t, d.first+i)
	}
}

// pulse is a current of the amplitude for ticks from < t <= to.
func pulse(amplitude float64, from, to sim.Tick) drive {
	return drive{func(t sim.Tick, _ int) float64 {
		if t > from && t <= to {
			return amplitude
		}
		return 0
	}}
}

// allToAll connects every source to every target.
type allToAll struct{}

func (allToAll) Plan(w sim.Wiring) (sim.Plan, error) { return allPlan{w.Sources, w.Targets}, nil }

type allPlan struct{ sources, targets int }

func (p allPlan) Expected() float64 { return float64(p.sources * p.targets) }

func (p allPlan) Sources(dst []int32, _ int, _ *sim.Rand) []int32 {
	for i := 0; i < p.sources; i++ {
		dst = append(dst, int32(i))
	}
	return dst
}

// trainOf gives the spike times [ms] of one neuron (global id) of a recorder.
func trainOf(r *sim.SpikeRecorder, id int) []float64 {
	var train []float64
	times, ids := r.Trains()
	for k, t := range times {
		if int(ids[k]) == id {
			train = append(train, t)
		}
	}
	return train
}
