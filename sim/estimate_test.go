package sim_test

import (
	"context"
	"math"
	"runtime"
	"testing"

	"github.com/glia-sim/glia/neurons"
	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/synapses"
)

// The estimate of a static network is within 5 % of what building it takes, for each way of keeping synapses.
func TestEstimateHoldsForStaticNetworks(t *testing.T) {
	for _, test := range []struct {
		name   string
		weight sim.Distribution
		delay  sim.Distribution
		rule   sim.Connector
	}{
		{"one weight, one delay", sim.Constant(0.1), sim.Constant(1.5), synapses.FixedInDegree{K: 400}},
		{"weights and few delays", synapses.Uniform{Lo: 0.1, Hi: 0.2}, synapses.Uniform{Lo: 1, Hi: 2}, synapses.FixedInDegree{K: 400}},
		{"many delays", synapses.Uniform{Lo: 0.1, Hi: 0.2}, synapses.Uniform{Lo: 1, Hi: 40}, synapses.FixedInDegree{K: 400}},
		{"probability", sim.Constant(0.1), sim.Constant(1.5), synapses.Bernoulli{P: 0.1}},
	} {
		t.Run(test.name, func(t *testing.T) {
			net := sim.New(sim.Options{Seed: 1, Workers: 2})
			lif := neurons.DefaultLIFDelta()
			e := net.Populate("E", 4000, lif)
			i := net.Populate("I", 1000, lif)
			for _, to := range []*sim.Population{e, i} {
				net.Connect(e, to, test.rule, sim.Synapse{Weight: test.weight, Delay: test.delay})
				net.Connect(i, to, test.rule, sim.Synapse{Weight: test.weight, Delay: test.delay})
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
