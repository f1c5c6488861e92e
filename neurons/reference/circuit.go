package reference

import "github.com/glia-sim/glia/sim"

// drive is a current that depends on time alone.
type drive func(t sim.Tick) float64

func (drive) Validate() error { return nil }

func (d drive) NewInput(sim.BlockSpec) (sim.InputBlock, error) { return d, nil }

func (d drive) Add(t sim.Tick, in []float64) {
	x := d(t)
	for i := range in {
		in[i] += x
	}
}

func (drive) State(*sim.Codec) {}

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
