package bench

import (
	"context"
	"runtime"

	"github.com/glia-sim/glia/networks"
	"github.com/glia-sim/glia/sim"
)

// brunelNetwork is the network of Brunel (2000) in the asynchronous irregular regime. The reset lies at 0 mV as in
// NEST's example, so that published times of that compare.
func brunelNetwork(neurons int) networks.Brunel {
	b := networks.DefaultBrunel(networks.BrunelRegimes[0]).Scaled(neurons)
	b.VReset = 0
	return b
}

func (t *Trial) brunel(ctx context.Context, neurons int) (*networks.BrunelNetwork, float64, error) {
	return construct(ctx, func() (*networks.BrunelNetwork, error) { return brunelNetwork(neurons).Build(t.options()) },
		func(n *networks.BrunelNetwork) *sim.Network { return n.Net })
}

// pick chooses by the size of the trial.
func pick[T any](t *Trial, full, quick T) T {
	if t.Quick {
		return quick
	}
	return full
}

func brunel() *Benchmark {
	return &Benchmark{
		Name:      "brunel",
		TellsWork: true,
		Model:     "Brunel (2000), asynchronous irregular (g 5, eta 2, reset 0 mV): 12 500 LIF neurons with delta synapses, 15 625 000 static synapses, a Poisson train to each neuron, dt 0.1 ms; 1 model s after 0.2 s",
		Quick:     "Brunel (2000), asynchronous irregular: 1000 neurons, 100 000 synapses; 0.1 model s after 0.05 s",
		Measures:  []Measure{wallMeasure(1), coreMeasure(0), constructionMeasure(0), staticBytes(0), peakMeasure(0), rateMeasure(), allocationsMeasure()},
		Run: func(ctx context.Context, t *Trial) error {
			before, known := held()
			n, seconds, err := t.brunel(ctx, pick(t, 12500, 1000))
			if err != nil {
				return err
			}
			t.Report("construction", seconds)
			s, err := t.simulate(ctx, n.Net, pick(t, 200.0, 50), pick(t, 1000.0, 100))
			if err != nil {
				return err
			}
			t.Report("wall_time", s.wallPerModel())
			t.reportCPU("core_time", s, s.cpuPerModel())
			t.reportPeak()
			t.Report("rate", s.rate())
			t.Report("allocations", s.allocationsPerStep())
			t.reportBytes("bytes_per_synapse", before, known, float64(n.Net.Counts().Synapses))
			t.reportWork(s, brunelWork(s, t.Workers))
			runtime.KeepAlive(n)
			return nil
		},
	}
}

// brunelWork: constant weights and delays leave of a synapse its target; a neuron has V and its input.
func brunelWork(s span, workers int) Work {
	w := Work{BytesPerEvent: narrow, Vector: float64(s.neurons*value) / float64(workers)}
	return w.updates(s, s.neurons, 2, workers).poisson()
}

func staticBytes(reach float64) Measure {
	return Measure{Name: "bytes_per_synapse", Unit: "B", Meaning: "growth of the resident set by the network, neurons and all, over its synapses", Reach: reach}
}

// reportBytes reports how much the resident set has grown per synapse since it held before bytes.
func (t *Trial) reportBytes(measure string, before int64, known bool, synapses float64) {
	if after, ok := held(); ok && known {
		t.Report(measure, float64(after-before)/synapses)
	}
}

func brunel8() *Benchmark {
	return &Benchmark{
		Name:     "brunel8",
		Model:    "the network of brunel eight times as large: 100 000 neurons with 10 000 inputs each, 1 000 000 000 static synapses; 20 ms",
		Quick:    "Brunel (2000), asynchronous irregular: 4000 neurons, 1 600 000 synapses; 20 ms",
		Measures: []Measure{staticBytes(5), constructionMeasure(0), peakMeasure(0)},
		Run:      runBrunel8,
	}
}

func runBrunel8(ctx context.Context, t *Trial) error {
	neurons := pick(t, 100_000, 4000)
	if free, ok := availableMemory(); ok {
		if err := t.roomForBrunel(ctx, neurons, free); err != nil {
			return err
		}
	}
	before, known := held()
	n, seconds, err := t.brunel(ctx, neurons)
	if err != nil {
		return err
	}
	t.Report("construction", seconds)
	if err := n.Net.Run(ctx, 20); err != nil { // working memory counts
		return err
	}
	t.reportPeak()
	t.reportBytes("bytes_per_synapse", before, known, float64(n.Net.Counts().Synapses))
	runtime.KeepAlive(n)
	return nil
}

// roomForBrunel refuses a network that does not fit into the free bytes. It builds one of an eighth of the inputs and scales the peak
// of its construction with the number of synapses; what does not grow that fast makes the estimate too high
// rather than too low.
func (t *Trial) roomForBrunel(ctx context.Context, neurons int, free int64) error {
	start, ok := held()
	if !ok {
		return nil
	}
	probe := neurons / 8
	n, _, err := t.brunel(ctx, probe)
	if err != nil {
		return err
	}
	peak, _ := peakMemory()
	runtime.KeepAlive(n)
	synapses := func(b networks.Brunel) float64 { return float64(b.NE+b.NI) * float64(b.CE+b.CI) }
	need := float64(peak-start) * synapses(brunelNetwork(neurons)) / synapses(brunelNetwork(probe))
	if need > float64(free) {
		return t.Refuse("it needs about %.1f GB of memory, and %.1f GB are free", need/1e9, float64(free)/1e9)
	}
	return nil
}

func stdp() *Benchmark {
	return &Benchmark{
		Name:      "stdp",
		TellsWork: true,
		Model:     "the network of brunel with pair STDP on its 10 000 000 synapses between excitatory neurons (multiplicative, lambda 1e-3, alpha 1.05, tau 20 ms), as in hpc_benchmark; 1 model s after 0.2 s",
		Quick:     "Brunel network with pair STDP: 1000 neurons, 100 000 synapses, 64 000 of them plastic; 0.1 model s after 0.05 s",
		Measures: []Measure{wallMeasure(3),
			{Name: "bytes_per_plastic_synapse", Unit: "B", Reach: 12,
				Meaning: "growth of the resident set by the network, less that by its static part alone, over the plastic synapses"},
			constructionMeasure(0), peakMeasure(0), rateMeasure(), allocationsMeasure()},
		Run: runSTDP,
	}
}

func runSTDP(ctx context.Context, t *Trial) error {
	h := networks.DefaultHPCBenchmark().Scaled(pick(t, 12500, 1000))
	static, knownStatic, err := t.staticPart(ctx, h)
	if err != nil {
		return err
	}
	before, known := held()
	n, seconds, err := construct(ctx, func() (*networks.HPCBenchmarkNetwork, error) { return h.Build(t.options()) },
		func(n *networks.HPCBenchmarkNetwork) *sim.Network { return n.Net })
	if err != nil {
		return err
	}
	t.Report("construction", seconds)
	s, err := t.simulate(ctx, n.Net, pick(t, 200.0, 50), pick(t, 1000.0, 100))
	if err != nil {
		return err
	}
	t.Report("wall_time", s.wallPerModel())
	t.reportPeak()
	t.Report("rate", s.rate())
	t.Report("allocations", s.allocationsPerStep())
	t.reportBytes("bytes_per_plastic_synapse", before+static, known && knownStatic, float64(n.Plastic.Synapses()))
	// As many of the events are plastic as of the synapses, since all neurons fire alike. These also read and write their
	// weight, and look at what their target has fired.
	w := brunelWork(s, t.Workers)
	w.BytesPerEvent += changed * float64(n.Plastic.Synapses()) / float64(n.Net.Counts().Synapses)
	w.Vector += float64(n.E.Size*recent) / float64(t.Workers)
	t.reportWork(s, w)
	runtime.KeepAlive(n)
	return nil
}

// staticPart builds the static synapses of the network as one of their own and gives the memory they take: those
// onto the inhibitory neurons, and from them onto the excitatory ones.
func (t *Trial) staticPart(ctx context.Context, h networks.HPCBenchmark) (bytes int64, known bool, err error) {
	before, known := held()
	b := h.Brunel
	n, err := b.Build(t.options())
	if err != nil {
		return 0, false, err
	}
	if err := n.Net.Build(ctx); err != nil {
		return 0, false, err
	}
	if err := n.Net.Run(ctx, 10); err != nil {
		return 0, false, err
	}
	all := n.Net.Counts().Synapses
	after, _ := held()
	runtime.KeepAlive(n)
	plastic := int64(h.NE) * int64(h.CE)
	// The share of the synapses that are static in the plastic network as well.
	return int64(float64(after-before) * float64(all-plastic) / float64(all)), known, nil
}
