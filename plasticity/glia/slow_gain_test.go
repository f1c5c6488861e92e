package glia

import (
	"math"
	"testing"

	"github.com/glia-sim/glia/neurons"
	"github.com/glia-sim/glia/sim"
)

// A volley leaves a trace that decays with Tau.
func TestSlowGainImpulse(t *testing.T) {
	net := sim.New(sim.Options{DT: 1, Workers: 1})
	src := net.Populate("src", 2, neurons.SpikeList{Times: [][]float64{{5}, {7}}})
	g := &SlowGain{Group: net.CountSpikes(src), Neurons: 2, Tau: 400, K: 0.1, G: 0.5, Interval: 10, Out: sim.NewModulator("gain", 0)}
	net.AddProcess(g, 10)
	run(t, net, 10)
	jump := 0.1 * 100 * -math.Expm1(-10.0/400) // 100 Hz during 10 ms
	near(t, "trace after the volley", g.Trace(), jump, 1e-12)
	run(t, net, 600)
	near(t, "trace 600 ms later", g.Trace(), jump*math.Exp(-1.5), 1e-12)
	near(t, "gain", g.Out.Value(), 1+0.5*g.Trace(), 1e-12)
	if err := net.Reset(0); err != nil {
		t.Fatal(err)
	}
	if g.Trace() != 0 || g.Out.Value() != 1 {
		t.Error("Reset leaves a trace")
	}
}

// G below 0 is homeostatic, above 0 it supports activity.
func TestSlowGainIsHomeostatic(t *testing.T) {
	rate := func(strength float64) int64 {
		net := sim.New(sim.Options{DT: 0.5, Workers: 2})
		p := net.Populate("P", 10, neurons.DefaultLIFExp())
		out := sim.NewModulator("gain", 1)
		net.Drive(p, sim.Current, GainedInput{neurons.DC{Amplitude: 500, Start: 100, Stop: 4000}, out})
		count := net.CountSpikes(p)
		net.AddProcess(&SlowGain{Group: count, Neurons: 10, Tau: 500, K: 0.01, G: strength, Interval: 5, Out: out}, 5)
		run(t, net, 5000)
		return count.Total
	}
	down, none, up := rate(-0.5), rate(0), rate(0.5)
	if !(down > 0 && down < none && none < up) {
		t.Errorf("spikes %d, %d, %d for G -0.5, 0, 0.5: want them to rise", down, none, up)
	}
}
