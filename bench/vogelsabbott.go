package bench

import (
	"context"
	"fmt"

	"github.com/glia-sim/glia/networks"
	"github.com/glia-sim/glia/sim"
)

func cuba() *Benchmark {
	return vogelsAbbott("cuba", "current-based", networks.DefaultCUBA())
}

func coba() *Benchmark {
	return vogelsAbbott("coba", "conductance-based", networks.DefaultCOBA())
}

// vogelsAbbott is a benchmark of Brette et al. (2007), with the published 4000 neurons and, at the same number of
// inputs, with 20 000.
func vogelsAbbott(name, kind string, v networks.VogelsAbbott) *Benchmark {
	return &Benchmark{
		Name:      name,
		OneWorker: true,
		TellsWork: true,
		Model:     fmt.Sprintf("%s benchmark of Brette et al. (2007): 4000 LIF neurons, 80 inputs each, dt 0.1 ms, 5 model s after 0.2 s; and 20 000 neurons, 2 model s", kind),
		Quick:     fmt.Sprintf("%s benchmark of Brette et al. (2007): 4000 LIF neurons, 80 inputs each; 0.2 model s after 0.2 s", kind),
		Measures: []Measure{
			coreMeasure(0.07),
			{Name: "core_time_20000", Unit: "core s/model s", Meaning: "the same with 20 000 neurons in the place of 4000", Reach: 0.35},
			rateMeasure(),
			{Name: "rate_20000", Unit: "Hz", Meaning: "the same with 20 000 neurons in the place of 4000"},
			allocationsMeasure()},
		Run: func(ctx context.Context, t *Trial) error {
			s, err := t.vogelsAbbott(ctx, v, pick(t, 5000.0, 200))
			if err != nil {
				return err
			}
			t.reportCPU("core_time", s, s.cpuPerModel())
			t.Report("rate", s.rate())
			t.Report("allocations", s.allocationsPerStep())
			// V and two synaptic variables, to which the weights, constant for each source, are added.
			w := Work{BytesPerEvent: narrow, Vector: float64(2*s.neurons*value) / float64(t.Workers)}
			t.reportWork(s, w.updates(s, s.neurons, 3, t.Workers))
			if t.Quick {
				return nil
			}
			if s, err = t.vogelsAbbott(ctx, v.Scaled(20000), 2000); err != nil {
				return err
			}
			t.reportCPU("core_time_20000", s, s.cpuPerModel())
			t.Report("rate_20000", s.rate())
			return nil
		},
	}
}

func (t *Trial) vogelsAbbott(ctx context.Context, v networks.VogelsAbbott, duration float64) (span, error) {
	n, _, err := construct(ctx, func() (*networks.VogelsAbbottNetwork, error) { return v.Build(t.options()) },
		func(n *networks.VogelsAbbottNetwork) *sim.Network { return n.Net })
	if err != nil {
		return span{}, err
	}
	s, err := t.simulate(ctx, n.Net, 200, duration)
	if err != nil {
		return span{}, err
	}
	// The activity sustains itself or dies; a silent network would look fast.
	if s.rate() < 1 {
		return span{}, fmt.Errorf("%s of %d neurons fell silent (%.2g Hz), so its time means nothing", v.Name, v.NE+v.NI, s.rate())
	}
	return s, nil
}
