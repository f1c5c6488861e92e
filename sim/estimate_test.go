package sim_test

import (
	"context"
	"math"
	"runtime"
	"testing"

	"github.com/glia-sim/glia/neurons"
	"github.com/glia-sim/glia/plasticity"
	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/synapses"
)

// The estimate of a network is within 5 % of what building it takes, for each way of keeping synapses.
func TestEstimate(t *testing.T) {
	lif := neurons.DefaultLIFDelta()
	byRows := plasticity.DefaultPairSTDP()
	byColumns := byRows
	byColumns.Dependence, byColumns.Mu = plasticity.Guetig, 0.5
	for _, test := range []struct {
		name   string
		weight sim.Distribution
		delay  sim.Distribution
		rule   sim.Connector
		stdp   sim.Rule
		model  sim.Model
	}{
		{"one weight, one delay", sim.Constant(0.1), sim.Constant(1.5), synapses.FixedInDegree{K: 400}, nil, lif},
		{"weights and few delays", synapses.Uniform{Lo: 0.1, Hi: 0.2}, synapses.Uniform{Lo: 1, Hi: 2}, synapses.FixedInDegree{K: 400}, nil, lif},
		{"many delays", synapses.Uniform{Lo: 0.1, Hi: 0.2}, synapses.Uniform{Lo: 1, Hi: 40}, synapses.FixedInDegree{K: 400}, nil, lif},
		{"probability", sim.Constant(0.1), sim.Constant(1.5), synapses.Bernoulli{P: 0.1}, nil, lif},
		{"plastic by rows", sim.Constant(0.1), sim.Constant(1.5), synapses.FixedInDegree{K: 400}, byRows, lif},
		{"plastic by rows and columns", sim.Constant(0.1), sim.Constant(1.5), synapses.FixedInDegree{K: 400}, byColumns, lif},
		{"event-driven", sim.Constant(0.1), sim.Constant(1.5), synapses.FixedInDegree{K: 400}, nil, neurons.LIFDeltaEvent(lif)},
	} {
		t.Run(test.name, func(t *testing.T) {
			net := sim.New(sim.Options{Seed: 1, Workers: 2})
			e := net.Populate("E", 4000, test.model)
			i := net.Populate("I", 1000, test.model)
			for _, to := range []*sim.Population{e, i} {
				net.Connect(e, to, test.rule, sim.Synapse{Weight: test.weight, Delay: test.delay, Plasticity: test.stdp})
				net.Connect(i, to, test.rule, sim.Synapse{Weight: test.weight, Delay: test.delay, Plasticity: test.stdp})
			}
			est := net.Estimate()
			before := heap()
			if err := net.Build(context.Background()); err != nil {
				t.Fatal(err)
			}
			taken := float64(heap() - before)
			got := net.Counts()
			if math.Abs(est.Synapses/float64(got.Synapses)-1) > 0.005 || est.Neurons != 5000 {
				t.Errorf("estimated %d neurons and %g synapses, built %d and %d", est.Neurons, est.Synapses, got.Neurons, got.Synapses)
			}
			if ratio := float64(est.Bytes) / taken; ratio < 0.95 || ratio > 1.05 {
				t.Errorf("estimated %d bytes, built %.0f: ratio %.3f", est.Bytes, taken, ratio)
			}
			if est.Peak < est.Bytes {
				t.Errorf("peak %d below size %d", est.Peak, est.Bytes)
			}
		})
	}
}

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
