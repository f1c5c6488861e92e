package validation

import (
	"context"
	"fmt"
	"math"

	"github.com/glia-sim/glia/neurons"
	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/synapses"
)

func synapseComparisons() []Comparison {
	const nest = "NEST 3.10.0, "
	return []Comparison{
		{Name: "synapses/tsodyks-markram", Group: Synapses, Source: nest + "tsodyks_synapse and tsodyks2_synapse", Run: tsodyksMarkram},
		{Name: "synapses/conductance", Group: Synapses, Run: conductance,
			Source: "w exp(-t/tau); V relaxes to (gL EL + g E + I)/(gL + g) with C/(gL + g) while g is constant"},
		{Name: "synapses/dual-exponential", Group: Synapses, Run: dualExponential,
			Source: "definition: peak 1 by search, area by Simpson's rule, alpha function in the limit"},
		{Name: "synapses/magnesium-block", Group: Synapses, Run: magnesiumBlock,
			Source: "Jahr and Stevens 1990: half open at ln(mg/3.57)/0.062 mV; slope there 0.062/4 per mV"},
		{Name: "synapses/delays", Group: Synapses, Run: delays, Source: "tick of emission plus delay"},
		{Name: "synapses/weights", Group: Synapses, Run: weights, Source: "what was written"},
	}
}

// stpCase is a run of NEST: what a synapse transmits at each spike.
type stpCase struct {
	name, synapse string
	model         synapses.TsodyksMarkram
	weight        float64
	times         []float64 // ms
	efficacy      []float64
}

func stpCases() ([]stpCase, error) {
	var file struct {
		Cases []struct {
			Name, Synapse string
			// The names U and u differ by case only, which a struct could not tell apart.
			Params   map[string]float64
			Times    []float64 `json:"t_ms"`
			Efficacy []float64
		}
	}
	if err := readJSON("stp_nest.json", &file); err != nil {
		return nil, err
	}
	var cases []stpCase
	for _, c := range file.Cases {
		p := c.Params
		cases = append(cases, stpCase{c.Name, c.Synapse, synapses.TsodyksMarkram{U: p["U"], TauRec: p["tau_rec"], TauFac: p["tau_fac"], TauPsc: p["tau_psc"]},
			p["weight"], c.Times, c.Efficacy})
	}
	return cases, nil
}

func tsodyksMarkram(ctx context.Context) ([]Row, error) {
	cases, err := stpCases()
	if err != nil {
		return nil, err
	}
	var rows []Row
	for _, c := range cases {
		arrivals, err := listen(ctx, 0.1, c.times[len(c.times)-1]+10, [][]float64{c.times}, 1, oneToOne,
			sim.Synapse{Weight: sim.Constant(c.weight), Delay: sim.Constant(1.5), Release: c.model})
		if err != nil {
			return nil, err
		}
		var got []float64
		for _, a := range arrivals {
			got = append(got, a.weight)
		}
		r := compareAll("transmitted weight, "+c.name, "pA", got, c.efficacy, 1e-12*c.weight)
		r.Source = "NEST 3.10.0, " + c.synapse
		rows = append(rows, r)
	}
	return rows, nil
}

func conductance(ctx context.Context) ([]Row, error) {
	const dt, w, at, delay, ms = 0.1, 7.5, 1.0, 1.5, 40.0
	m := neurons.DefaultLIFCond()
	m.TauEx, m.TauIn, m.VTh = 2.3, 9.1, 1000
	net := sim.New(sim.Options{DT: dt, Workers: 1})
	source := net.Populate("source", 1, neurons.SpikeList{Times: [][]float64{{at}}})
	cell := net.Populate("cell", 1, m)
	var records []*sim.StateRecorder
	for _, port := range []string{"ex", "in"} {
		net.Connect(source, cell, oneToOne, sim.Synapse{Name: port, Weight: sim.Constant(w), Delay: sim.Constant(delay), Receptor: port})
		records = append(records, net.RecordState(cell, sim.StateOptions{Variable: "g" + port}))
	}
	if err := net.Run(ctx, ms); err != nil {
		return nil, err
	}
	var rows []Row
	for k, tau := range []float64{m.TauEx, m.TauIn} {
		var want []float64
		for _, t := range records[k].Times() {
			g := 0.0
			if s := t - at - delay; s > -dt/2 {
				g = w * math.Exp(-s/tau)
			}
			want = append(want, g)
		}
		rows = append(rows, compareAll("g"+[]string{"ex", "in"}[k]+" of LIFCond after one spike", "nS", records[k].Values(0), want, 1e-12))
	}

	// A conductance that hardly decays: V relaxes exponentially.
	m.TauEx, m.Substeps = 1e15, 4
	const g, pA = 12.0, 80.0
	m.IE = pA
	for _, method := range []struct {
		name   string
		method neurons.Method
		bound  float64
	}{{"RK4", neurons.RK4, 1e-9}, {"ExponentialEuler", neurons.ExponentialEuler, 1e-11}} {
		m.Method = method.method
		net := sim.New(sim.Options{DT: dt, Workers: 1})
		cell := net.Populate("cell", 1, m).Initial("gex", sim.Constant(g))
		v := net.RecordState(cell, sim.StateOptions{Variable: "V"})
		if err := net.Run(ctx, ms); err != nil {
			return nil, err
		}
		total := m.GL + g
		rest := (m.GL*m.EL + g*m.EEx + pA) / total
		var want []float64
		for _, t := range v.Times() {
			want = append(want, rest+(m.EL-rest)*math.Exp(-t*total/m.C))
		}
		rows = append(rows, compareAll("V of LIFCond under a constant conductance, "+method.name, "mV", v.Values(0), want, method.bound))
	}
	return rows, nil
}

func dualExponential(context.Context) ([]Row, error) {
	var peak, peakTime, area, limit Row
	for _, c := range [][2]float64{{0.5, 2}, {2, 100}, {1.9, 2}, {0.05, 30}, {3, 3}} {
		rise, decay := c[0], c[1]
		f := func(t float64) float64 { return synapses.DualExponential(t, rise, decay) }
		// The peak by golden section, knowing only that there is one.
		lo, hi := 0.0, 10*decay
		ratio := (math.Sqrt(5) - 1) / 2
		for hi-lo > 1e-9 {
			a, b := hi-ratio*(hi-lo), lo+ratio*(hi-lo)
			if f(a) < f(b) {
				lo = a
			} else {
				hi = b
			}
		}
		peak.keepWorse(compare("height of the peak", "1", f(lo), 1, 1e-12))
		// At a maximum a search by values finds the time only to the root of their precision.
		peakTime.keepWorse(compare("time of the peak", "ms", synapses.DualExponentialPeak(rise, decay), lo, 1e-6*decay))
		const n = 400000
		end := 50 * decay
		sum := f(0) + f(end)
		for k := 1; k < n; k++ {
			sum += f(end*float64(k)/n) * float64(2+2*(k%2))
		}
		want := sum * end / n / 3
		area.keepWorse(compare("area", "ms", synapses.DualExponentialArea(rise, decay), want, 1e-7*want))
	}
	for _, t := range []float64{0.1, 1, 3, 10, 60} {
		limit.keepWorse(compare("alpha function as the limit of equal time constants", "1",
			synapses.DualExponential(t, 3, 3*(1+1e-9)), t/3*math.Exp(1-t/3), 1e-8))
	}
	return []Row{peak, peakTime, area, limit}, nil
}

func magnesiumBlock(context.Context) ([]Row, error) {
	var half, slopes Row
	for _, mg := range []float64{0.1, 1, 2} {
		v := math.Log(mg/3.57) / 0.062
		half.keepWorse(compare("share open at the half-block potential, 0.1 to 2 mM", "1", synapses.MagnesiumBlock(v, mg), 0.5, 1e-14))
		const h = 1e-3
		s := (synapses.MagnesiumBlock(v+h, mg) - synapses.MagnesiumBlock(v-h, mg)) / (2 * h)
		slopes.keepWorse(compare("slope there", "1/mV", s, 0.062/4, 1e-9))
	}
	// 1/(1 + exp(4.34)/3.57) with 30 digits, rounded.
	rest := compare("share open at -70 mV and 1 mM", "1", synapses.MagnesiumBlock(-70, 1), 0.044470720321356, 1e-14)
	return []Row{half, slopes, rest}, nil
}

// delays sends spikes through delays from one step to 100 ms, in projections of one delay and of many.
func delays(ctx context.Context) ([]Row, error) {
	var rows []Row
	times := []float64{0.1, 3.4, 3.5, 77.7, 150}
	for _, dt := range []float64{0.1, 0.5} {
		grid := times
		if dt == 0.5 {
			grid = []float64{0.5, 3, 3.5, 77.5, 150}
		}
		list := []float64{dt, 2 * dt, 1, 1.5, 7, 10, 33.5, 50, 99.5, 100}
		mixed := synapses.ConnList{Delays: list}
		for k := range list {
			mixed.Sources, mixed.Targets = append(mixed.Sources, 0), append(mixed.Targets, int32(k))
		}
		wrong, all := 0, 0
		count := func(arrivals []heardWeight, delayOf func(neuron int) float64, neurons int) {
			expected := map[heardWeight]bool{}
			for _, t := range grid {
				for i := range neurons {
					expected[heardWeight{sim.Tick(math.Round((t + delayOf(i)) / dt)), i, 2.5}] = true
				}
			}
			all += len(expected)
			for _, a := range arrivals {
				if !expected[a] {
					wrong++
				}
				delete(expected, a)
			}
			wrong += len(expected)
		}
		arrivals, err := listen(ctx, dt, 260, [][]float64{grid}, len(list), mixed, sim.Synapse{Weight: sim.Constant(2.5)})
		if err != nil {
			return nil, err
		}
		count(arrivals, func(i int) float64 { return list[i] }, len(list))
		for _, d := range list {
			if arrivals, err = listen(ctx, dt, 260, [][]float64{grid}, 1, oneToOne, sim.Synapse{Weight: sim.Constant(2.5), Delay: sim.Constant(d)}); err != nil {
				return nil, err
			}
			count(arrivals, func(int) float64 { return d }, 1)
		}
		r := compare(fmt.Sprintf("arrivals at a wrong tick or of a wrong weight, %g to 100 ms, dt %g ms", dt, dt), "1", float64(wrong), 0, 0)
		r.Checks = all
		rows = append(rows, r)
	}
	return rows, nil
}

// weights writes weights in the middle of a run and reads what arrives afterwards.
func weights(ctx context.Context) ([]Row, error) {
	const n = 50
	log := &earLog{}
	net := sim.New(sim.Options{Seed: 3, DT: 0.1, Workers: 1})
	trains := make([][]float64, n)
	for i := range trains {
		trains[i] = []float64{5, 15}
	}
	source := net.Populate("source", n, neurons.SpikeList{Times: trains})
	p := net.Connect(source, net.Populate("ears", n, ear{log}), oneToOne, sim.Synapse{Weight: synapses.Uniform{Lo: 1, Hi: 2}, Delay: sim.Constant(1)})
	if err := net.Run(ctx, 10); err != nil {
		return nil, err
	}
	before, err := p.Weights()
	if err != nil {
		return nil, err
	}
	write := make([]float64, n)
	for k := range write {
		write[k] = float64(k+1) / 64 // fits any storage
	}
	if err := p.SetWeights(write); err != nil {
		return nil, err
	}
	read, err := p.Weights()
	if err != nil {
		return nil, err
	}
	if err := net.Run(ctx, 10); err != nil {
		return nil, err
	}
	first, second := make([]float64, n), make([]float64, n)
	for _, a := range log.arrivals {
		if a.tick < 100 {
			first[a.neuron] = a.weight
		} else {
			second[a.neuron] = a.weight
		}
	}
	return []Row{
		compareAll("weights read back", "1", read, write, 0),
		compareAll("weights that arrive as drawn", "1", first, before, 0),
		compareAll("weights that arrive after writing", "1", second, write, 0),
	}, nil
}
