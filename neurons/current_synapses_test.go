package neurons

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/synapses"
)

// The synaptic current is a sum of decaying jumps, flows from the step after the arrival on, and adds to what a
// device brings: a cell that is given the same steps as a current from a device moves alike.
func TestCurrentSynapses(t *testing.T) {
	const tau, w = 5.0, 3.0
	run := func(model sim.Model, amplitudes []float64) (v, current []float64) {
		net := sim.New(sim.Options{DT: 1, Workers: 1})
		cell := net.Populate("cell", 2, model)
		net.Drive(cell, sim.Current, DC{Amplitude: 1})
		if amplitudes != nil {
			times := make([]float64, len(amplitudes))
			for k := range times {
				times[k] = float64(k)
			}
			net.Drive(cell, sim.Current, StepCurrent{Times: times, Amplitudes: amplitudes})
		} else {
			source := net.Populate("source", 1, SpikeList{Times: [][]float64{{3, 7}}})
			net.Connect(source, cell, synapses.AllToAll{}, sim.Synapse{Weight: sim.Constant(w), Delay: sim.Constant(2), Receptor: "syn"})
		}
		record := net.RecordState(cell, sim.StateOptions{Variable: "v"})
		var synaptic *sim.StateRecorder
		if amplitudes == nil {
			synaptic = net.RecordState(cell, sim.StateOptions{Variable: "I"})
		}
		if err := net.Run(context.Background(), 30); err != nil {
			t.Fatal(err)
		}
		if synaptic != nil {
			current = synaptic.Values(1)
		}
		return record.Values(1), current
	}
	z := DefaultIzhikevich()
	v, current := run(CurrentSynapses{Cell: z, Tau: tau}, nil)
	want := make([]float64, len(current)) // after tick k+1
	for k := range want {
		for _, arrival := range []int{5, 9} {
			if age := k + 1 - arrival; age >= 0 {
				want[k] += w * math.Exp(-float64(age)/tau)
			}
		}
		if math.Abs(current[k]-want[k]) > 1e-12 {
			t.Fatalf("I(%d) is %g: want %g", k+1, current[k], want[k])
		}
	}
	same, _ := run(z, append([]float64{0}, want[:len(want)-1]...))
	for k := range v {
		if math.Abs(v[k]-same[k]) > 1e-9 {
			t.Fatalf("v(%d) is %g with synapses and %g with the same current", k+1, v[k], same[k])
		}
	}
}

func TestCurrentSynapsesRefuses(t *testing.T) {
	for want, m := range map[string]CurrentSynapses{
		"Tau":      {Cell: DefaultIzhikevich()},
		"receptor": {Cell: SpikeList{}, Tau: 1},
		"Peak":     {Cell: Izhikevich{Peak: math.NaN()}, Tau: 1},
	} {
		if err := m.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v does not name %s", err, want)
		}
	}
}
