package bench

import (
	"context"
	"fmt"
	"runtime"

	"github.com/glia-sim/glia/networks"
	"github.com/glia-sim/glia/sim"
)

func microcircuit() *Benchmark {
	return &Benchmark{
		Name:      "microcircuit",
		TellsWork: true,
		Model:     "cortical microcircuit of Potjans and Diesmann (2014) at full scale: 77 169 LIF neurons, 298 880 968 synapses with distributed weights and delays, Poisson drive, state in double precision, dt 0.1 ms; 10 model s after 0.5 s",
		Quick:     "cortical microcircuit at 2 % of neurons and inputs: 1544 neurons, 119 552 synapses; 0.1 model s after 0.05 s",
		Measures:  []Measure{wallMeasure(3), constructionMeasure(20), peakMeasure(2.6), staticBytes(0), rateMeasure(), allocationsMeasure()},
		Run: func(ctx context.Context, t *Trial) error {
			before, known := held()
			n, seconds, err := t.microcircuit(ctx, t.Workers)
			if err != nil {
				return err
			}
			t.Report("construction", seconds)
			s, err := t.simulate(ctx, n.Net, pick(t, 500.0, 50), pick(t, 10000.0, 100))
			if err != nil {
				return err
			}
			t.Report("wall_time", s.wallPerModel())
			t.reportPeak()
			t.Report("rate", s.rate())
			t.Report("allocations", s.allocationsPerStep())
			t.reportBytes("bytes_per_synapse", before, known, float64(n.Net.Counts().Synapses))
			// V and the synaptic current, to which weights that differ are added.
			w := Work{BytesPerEvent: narrow + weight32, Vector: float64(s.neurons*value) / float64(t.Workers)}
			t.reportWork(s, w.updates(s, s.neurons, 2, t.Workers).poisson())
			runtime.KeepAlive(n)
			return nil
		},
		Footer: communityLine,
	}
}

func (t *Trial) microcircuit(ctx context.Context, workers int) (*networks.MicrocircuitNetwork, float64, error) {
	m := networks.DefaultMicrocircuit()
	if t.Quick {
		m = m.Scaled(0.02)
	}
	opt := t.options()
	opt.Workers = workers
	return construct(ctx, func() (*networks.MicrocircuitNetwork, error) { return m.Build(opt) },
		func(n *networks.MicrocircuitNetwork) *sim.Network { return n.Net })
}

// communityLine is the result in the columns of the table of published times of this network (J. Senk et al.,
// "Constructive community race: full-density spiking neural network model drives neuromorphic computing",
// 2025, arXiv:2505.21185). Energy is not measured, the process node not known.
func communityLine(r Report, m Machine) string {
	wall, ok := r.Find("wall_time")
	if !ok {
		return ""
	}
	cpu := m.CPU
	if cpu == "" {
		cpu = "unknown processor"
	}
	return "In the columns of the table of Senk et al. (2025), for comparison:\n" +
		"| Real-time factor | Energy per synaptic event (µJ) | Simulator | #Nodes | System | Process node (nm) | External drive |\n" +
		fmt.Sprintf("| %s | - | glia %s CPU | 1 | %s, %d of %d cores | - | Poisson |", number(wall.Median()), m.Glia, cpu, min(r.Workers, m.Cores), m.Cores)
}

func scaling() *Benchmark {
	return &Benchmark{
		Name:  "scaling",
		Model: "the networks of brunel and microcircuit with one worker and with two, one after the other; 1 model s after 0.1 s each",
		Quick: "the networks of brunel and microcircuit in their quick sizes, with one worker and with two; 0.1 model s after 0.1 s",
		Measures: []Measure{
			{Name: "brunel_speedup", Unit: "x", Meaning: "wall time with one worker over that with two", Reach: 1.8, AtLeast: true},
			{Name: "microcircuit_speedup", Unit: "x", Meaning: "wall time with one worker over that with two", Reach: 1.8, AtLeast: true}},
		Run: runScaling,
	}
}

func runScaling(ctx context.Context, t *Trial) error {
	if runtime.GOMAXPROCS(0) < 2 {
		return t.Refuse("it compares two workers with one, and there is one processor")
	}
	duration := pick(t, 1000.0, 100)
	for _, k := range []struct {
		measure string
		build   func(workers int) (*sim.Network, error)
	}{
		{"brunel_speedup", func(workers int) (*sim.Network, error) {
			opt := t.options()
			opt.Workers = workers
			n, err := brunelNetwork(pick(t, 12500, 1000)).Build(opt)
			if err != nil {
				return nil, err
			}
			return n.Net, n.Net.Build(ctx)
		}},
		{"microcircuit_speedup", func(workers int) (*sim.Network, error) {
			n, _, err := t.microcircuit(ctx, workers)
			if err != nil {
				return nil, err
			}
			return n.Net, nil
		}},
	} {
		var wall [3]float64
		for workers := 1; workers <= 2; workers++ {
			net, err := k.build(workers)
			if err != nil {
				return err
			}
			s, err := t.simulate(ctx, net, 100, duration)
			if err != nil {
				return err
			}
			wall[workers] = s.wall
		}
		t.Report(k.measure, wall[1]/wall[2])
	}
	return nil
}
