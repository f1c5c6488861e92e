package neurons

import (
	"testing"

	"github.com/glia-sim/glia/sim"
)

// Each synaptic event touches a neuron of its own: the cost of calendar, closed form and prediction
// together, per synaptic event.
func BenchmarkEventNetwork(b *testing.B) {
	exp := DefaultLIFExp()
	exp.IE = 200
	for _, c := range []struct {
		name   string
		model  sim.Model
		weight float64
		delay  sim.Distribution
	}{
		{"LIFDelta/large", LIFDeltaEvent(DefaultLIFDelta()), 1, between{0.5, 2}},
		{"LIFDelta/on-grid", LIFDeltaEvent(DefaultLIFDelta()), 1, between{0.5, 2}},
		{"IntFire/one-delay", DefaultIntFire(), 0.2, sim.Constant(1.5)},
		{"IntFire/spread-delays", DefaultIntFire(), 0.2, between{0.5, 20}},
		{"LIFDelta/spread-delays", LIFDeltaEvent(DefaultLIFDelta()), 3, between{0.5, 20}},
		{"LIFExp/spread-delays", LIFExpEvent(exp), 200, between{0.5, 20}},
		{"QIF/spread-delays", QIFEvent(DefaultQIF()), 4, between{0.5, 20}},
	} {
		b.Run(c.name, func(b *testing.B) {
			net := sim.New(sim.Options{Seed: 1, Workers: 1})
			size, density := 4000, 0.05
			var source sim.Model = PoissonSourceEvent{Rate: 20}
			switch c.name {
			case "LIFDelta/large":
				size, density = 400_000, 0.0005
			case "LIFDelta/on-grid": // some 20 spikes at each tick
				size, density = 400_000, 0.0005
				source = PoissonSource{Rate: 20}
			}
			src := net.Populate("src", 1000, source)
			pop := net.Populate("p", size, c.model)
			net.Connect(src, pop, pairwise(density), sim.Synapse{Weight: between{0, c.weight}, Delay: c.delay})
			simulate(b, net, 100)
			b.ReportAllocs()
			before := net.Counts().SynapticEvents
			for b.Loop() {
				simulate(b, net, 10)
			}
			events := float64(net.Counts().SynapticEvents - before)
			b.ReportMetric(events/b.Elapsed().Seconds(), "events/s")
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/events, "ns/event")
		})
	}
}

func BenchmarkCrossing(b *testing.B) {
	m := DefaultLIFExp()
	m.IE = 200
	e := newExpMembrane(m)
	for name, c := range map[string]course{
		"excluded":   {&e, -65, 50, -20},
		"peak-below": {&e, -58, 600, -100},
		"crosses":    {&e, -58, 900, -100},
	} {
		b.Run(name, func(b *testing.B) {
			sum := 0.0
			for b.Loop() {
				sum += c.crossing()
			}
			b.ReportMetric(c.crossing(), "ms-to-spike")
		})
	}
}
