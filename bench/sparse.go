package bench

import (
	"context"
	"runtime"

	"github.com/glia-sim/glia/neurons"
	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/synapses"
)

func sparse() *Benchmark {
	return &Benchmark{
		Name:      "sparse",
		TellsWork: true,
		Model: "1 000 000 event-driven LIF neurons with 100 synapses each from one another (0.5 mV, 1 ms), each fired by an event-driven Poisson source of 0.1 Hz; 2 model s after 0.2 s. " +
			"Then the same neurons stepped with dt 0.1 ms, 1 model s after 0.1 s",
		Quick: "20 000 event-driven LIF neurons with 100 synapses each, 0.1 Hz, 0.5 model s; and stepped, 0.1 model s",
		Measures: []Measure{
			{Name: "event_rate", Unit: "events/s/core", Meaning: "synaptic events per second of processor time", Reach: 1e7, AtLeast: true},
			{Name: "speedup_over_stepped", Unit: "x", Meaning: "wall time of the stepped form over that of the event-driven one", Reach: 10, AtLeast: true},
			wallMeasure(0),
			{Name: "wall_time_stepped", Unit: "s/model s", Meaning: "wall time of the stepped form for one second of model time"},
			constructionMeasure(0), peakMeasure(0), rateMeasure()},
		Run: runSparse,
	}
}

func runSparse(ctx context.Context, t *Trial) error {
	size := pick(t, 1_000_000, 20_000)
	lif := neurons.DefaultLIFDelta()
	measure := func(m sim.Model, warmup, duration float64) (s span, seconds float64, err error) {
		net, seconds, err := construct(ctx, func() (*sim.Network, error) { return t.sparseNetwork(m, size) },
			func(n *sim.Network) *sim.Network { return n })
		if err != nil {
			return span{}, 0, err
		}
		s, err = t.simulate(ctx, net, warmup, duration)
		return s, seconds, err
	}
	event, seconds, err := measure(neurons.LIFDeltaEvent(lif), pick(t, 200.0, 100), pick(t, 2000.0, 500))
	if err != nil {
		return err
	}
	t.Report("construction", seconds)
	t.reportPeak()
	t.reportCPU("event_rate", event, event.eventsPerCoreSecond())
	t.Report("wall_time", event.wallPerModel())
	t.Report("rate", event.rate()) // of sources and neurons alike: each source fires its neuron
	t.reportWork(event, Work{BytesPerEvent: wide, Vector: float64(size*(record+wide)) / float64(t.Workers)})
	runtime.GC() // the first network makes room for the second
	stepped, _, err := measure(lif, pick(t, 100.0, 50), pick(t, 1000.0, 100))
	if err != nil {
		return err
	}
	t.Report("wall_time_stepped", stepped.wallPerModel())
	t.Report("speedup_over_stepped", stepped.wallPerModel()/event.wallPerModel())
	return nil
}

// sparseNetwork joins size neurons at random. The synapses among them are far too weak and rare to fire a neuron
// (100 of 0.5 mV at 0.1 Hz hold V 0.05 mV above rest); a source's spike always does.
func (t *Trial) sparseNetwork(m sim.Model, size int) (*sim.Network, error) {
	net := sim.New(t.options())
	sources := net.Populate("sources", size, neurons.PoissonSourceEvent{Rate: 0.1})
	cells := net.Populate("neurons", size, m)
	delay := sim.Constant(1)
	net.Connect(sources, cells, synapses.OneToOne{}, sim.Synapse{Weight: sim.Constant(30), Delay: delay, Receptor: "v"})
	net.Connect(cells, cells, synapses.FixedInDegree{K: 100}, sim.Synapse{Weight: sim.Constant(0.5), Delay: delay, Receptor: "v"})
	return net, net.Err()
}
