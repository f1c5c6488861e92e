package reservoir

import (
	"github.com/glia-sim/glia/networks/coding"
	"github.com/glia-sim/glia/neurons"
	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/synapses"
)

// Column is the generic microcircuit of Maass, Natschläger & Markram (2002, doi 10.1162/089976602760407955): leaky
// integrate-and-fire neurons on a grid, a fifth of them inhibitory, joined with probability C exp(-(d/Lambda)²)
// by depressing and facilitating synapses. Samples are spike trains: one value per channel, the number of
// spikes in this step (see coding.Direct).
//
// Constants are those of the publication as commonly restated: membrane time constant 30 ms, input
// resistance 1 MOhm, 15 mV from rest to threshold, reset near 14 mV, background current 13.5 nA, synaptic
// currents of 3 and 6 ms with exponentially distributed peaks of 30 (E to E), 60 (E to I) and 19 nA (from I); a time step
// of 0.5 ms, so that the delays are 1.5 (E to E) and 1 ms (0.8 published). Each channel excites a random share of the
// neurons by 18 nA, inhibitory ones by 9 nA.
type Column struct {
	Nx, Ny, Nz int     // grid of spacing 1; default 6 x 6 x 15
	Lambda     float64 // length of connections, in grid spacings; default 2
	WScale     float64 // factor of all recurrent weights; default 1
	Channels   int     // input channels; default 4
	InputShare float64 // of the neurons that a channel reaches; default 0.3
	Step       float64 // time of a sample [ms]; default 0.5
	Traces     Traces  // default 30 ms, a spike adding 1
	Seed       uint64
	Workers    int // goroutines of the engine; 0 means 1
}

// DefaultColumn has the published 540 neurons, lambda 2 and four input channels.
func DefaultColumn() Column {
	return Column{Nx: 6, Ny: 6, Nz: 15, Lambda: 2, WScale: 1, Channels: 4, InputShare: 0.3, Step: 0.5, Traces: Traces{Decay: 30, Rate: 1000. / 30}}
}

// Size is the number of neurons.
func (c Column) Size() int { return c.Nx * c.Ny * c.Nz }

// Build draws the circuit. Graph and weights, up to WScale, depend on the seed and on Lambda alone.
func (c Column) Build() (*Spiking, error) {
	ni := c.Size() / 5
	if err := firstFailed(
		check{"grid", [3]int{c.Nx, c.Ny, c.Nz}, c.Nx > 0 && c.Ny > 0 && c.Nz > 0 && ni > 0, "must have positive edges and at least 5 points"},
		check{"lambda", c.Lambda, c.Lambda > 0 && finite(c.Lambda), "must be above 0"},
		check{"scale of the weights", c.WScale, c.WScale > 0 && finite(c.WScale), "must be above 0"},
		check{"channels", c.Channels, c.Channels >= 1, "must be at least 1"},
		check{"input share", c.InputShare, c.InputShare > 0 && c.InputShare <= 1, "must be above 0 and at most 1"},
	); err != nil {
		return nil, err
	}
	at, err := synapses.Grid3D(c.Nx, c.Ny, c.Nz, 1)
	if err != nil {
		return nil, err
	}
	synapses.Shuffle(at, sim.NewKey(c.Seed, "positions"))
	net := sim.New(sim.Options{Seed: c.Seed, DT: 0.5, Workers: max(1, c.Workers)})
	exc := neurons.LIFExp{C: 30000, TauM: 30, TauEx: 3, TauIn: 6, TRef: 3, EL: 0, VTh: 15, VReset: 14, IE: 13500}
	inh := exc
	inh.TRef = 2
	port := &SpikePort{Samples: c.Channels, Coder: coding.Direct{}}
	input, err := port.Populate(net, "input", c.Step)
	if err != nil {
		return nil, err
	}
	ne := c.Size() - ni
	e, i := net.Populate("excitatory", ne, exc).At(at[:ne]), net.Populate("inhibitory", ni, inh).At(at[ne:])
	for _, p := range []*sim.Population{e, i} {
		p.Initial("V", synapses.Uniform{Lo: 13.5, Hi: 14.9})
	}
	// Peaks in nA, times in s as published.
	for _, k := range []struct {
		from, to         *sim.Population
		c, peak, u, d, f float64
		delay            float64
	}{
		{e, e, 0.3, 30, 0.5, 1.1, 0.05, 1.5}, {e, i, 0.2, 60, 0.05, 0.125, 1.2, 1},
		{i, e, 0.4, -19, 0.25, 0.7, 0.02, 1}, {i, i, 0.1, -19, 0.32, 0.144, 0.06, 1},
	} {
		syn := sim.Synapse{Delay: sim.Constant(k.delay), Receptor: "ex", Release: synapses.TsodyksMarkram{U: k.u, TauRec: 1000 * k.d, TauFac: 1000 * k.f}}
		if k.peak < 0 {
			syn.Receptor = "in"
		}
		// The unscaled draw is multiplied, so that networks of one seed differ by the scale alone.
		syn.Weight = synapses.Scaled{Of: synapses.Exponential{Mean: 1}, Factor: 1000 * k.peak * c.WScale}
		net.Connect(k.from, k.to, synapses.DistanceDependent{Kernel: synapses.Gaussian{C: k.c, Lambda: c.Lambda}, Autapses: synapses.Forbidden}, syn)
	}
	for _, k := range []struct {
		to   *sim.Population
		peak float64
	}{{e, 18}, {i, 9}} {
		net.Connect(input, k.to, synapses.Bernoulli{P: c.InputShare}, sim.Synapse{Weight: sim.Constant(1000 * k.peak), Delay: sim.Constant(0.5), Receptor: "ex"})
	}
	return NewSpiking(net, port, c.Step, c.Traces, e, i)
}
