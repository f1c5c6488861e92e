package reference

import (
	"context"
	"fmt"
	"math"
	"strings"

	"github.com/glia-sim/glia/neurons"
	"github.com/glia-sim/glia/sim"
)

// nestCases gives a case for each NEST recording of a model that glia has.
func nestCases() []Case {
	index, err := readNest()
	if err != nil {
		return []Case{{Name: "NEST", Source: "NEST 3.10.0", Run: func(context.Context) ([]Check, error) { return nil, err }}}
	}
	var cases []Case
	for _, r := range index.Runs {
		name := strings.ReplaceAll(strings.TrimSuffix(r.File, ".csv"), "__", "_")
		cases = append(cases, Case{Name: "nest/" + name, Source: "NEST 3.10.0, " + r.Model,
			Run: func(ctx context.Context) ([]Check, error) { return runNest(ctx, index, &r, name) }})
	}
	return cases
}

// nestColumn is how a recorded column compares with a variable of ours.
type nestColumn struct {
	column, variable, unit string
	bound                  float64
}

// nestModel gives our model with the parameters of a run, and the columns to compare.
func nestModel(r *nestRun) (sim.Model, []nestColumn, error) {
	// Recordings are rounded to 13 digits (exact integration), hence 1e-10 mV; currents in pA are larger.
	exact := []nestColumn{{"V_m", "V", "mV", 1e-10}, {"I_syn_ex", "Iex", "pA", 1e-9}, {"I_syn_in", "Iin", "pA", 1e-9}}
	switch r.Model {
	case "iaf_psc_delta":
		return neurons.LIFDelta{C: r.p("C_m"), TauM: r.p("tau_m"), TRef: r.p("t_ref"), EL: r.p("E_L"), VTh: r.p("V_th"),
			VReset: r.p("V_reset"), IE: r.p("I_e")}, exact[:1], nil
	case "iaf_psc_exp":
		return neurons.LIFExp{C: r.p("C_m"), TauM: r.p("tau_m"), TauEx: r.p("tau_syn_ex"), TauIn: r.p("tau_syn_in"),
			TRef: r.p("t_ref"), EL: r.p("E_L"), VTh: r.p("V_th"), VReset: r.p("V_reset"), IE: r.p("I_e")}, exact, nil
	case "iaf_psc_alpha":
		return neurons.LIFAlpha{C: r.p("C_m"), TauM: r.p("tau_m"), TauEx: r.p("tau_syn_ex"), TauIn: r.p("tau_syn_in"),
			TRef: r.p("t_ref"), EL: r.p("E_L"), VTh: r.p("V_th"), VReset: r.p("V_reset"), IE: r.p("I_e")}, exact, nil
	case "iaf_cond_exp":
		m := neurons.LIFCond{C: r.p("C_m"), GL: r.p("g_L"), TauEx: r.p("tau_syn_ex"), TauIn: r.p("tau_syn_in"), TRef: r.p("t_ref"),
			EL: r.p("E_L"), EEx: r.p("E_ex"), EIn: r.p("E_in"), VTh: r.p("V_th"), VReset: r.p("V_reset"), IE: r.p("I_e"),
			Method: neurons.RK4, Substeps: 8}
		// NEST's own error control leaves 6e-6 mV where conductances jump, and nothing where they do not;
		// the recordings are rounded to 10 digits.
		bound := 1e-5
		if r.Protocol == "step" {
			bound = 1e-8
		}
		// Ours decay exactly; NEST's adaptive step leaves a relative 1e-6 where dt is half of TauEx.
		gex := 1e-5
		if m.TauEx < 1 {
			gex = 5e-4
		}
		return m, []nestColumn{{"V_m", "V", "mV", bound}, {"g_ex", "gex", "nS", gex}, {"g_in", "gin", "nS", 1e-5}}, nil
	case "aeif_cond_exp":
		m := neurons.AdEx{C: r.p("C_m"), GL: r.p("g_L"), EL: r.p("E_L"), VT: r.p("V_th"), DeltaT: r.p("Delta_T"), A: r.p("a"), B: r.p("b"),
			TauW: r.p("tau_w"), VReset: r.p("V_reset"), VPeak: r.p("V_peak"), TRef: r.p("t_ref"), TauEx: r.p("tau_syn_ex"), TauIn: r.p("tau_syn_in"),
			EEx: r.p("E_ex"), EIn: r.p("E_in"), IE: r.p("I_e"), Method: neurons.RK4, Substeps: 100}
		// NEST resets after an internal step of its own choosing, which shifts what follows a spike.
		return m, []nestColumn{{"V_m", "V", "mV", 2e-3}, {"w", "w", "pA", 1e-3}}, nil
	case "izhikevich":
		m := neurons.Izhikevich{Set: neurons.IzhikevichSet{A: r.p("a"), B: r.p("b"), C: r.p("c"), D: r.p("d")}, IE: r.p("I_e"),
			Peak: r.p("V_th"), V0: r.p("V_m"), Method: neurons.Euler}
		u := r.p("U_m")
		m.U0 = &u
		if r.Params["consistent_integration"] == false {
			m.Method = neurons.HalfSteps
		}
		return m, []nestColumn{{"V_m", "v", "mV", 1e-9}, {"U_m", "u", "mV/ms", 1e-9}}, nil
	}
	return nil, nil, fmt.Errorf("reference: no model for %s", r.Model)
}

// amplified says whether rounding errors grow in the trajectory of a file, so that two programs that
// compute the same agree in spike times and at the beginning only.
func amplified(name string) bool {
	return name == "izhikevich_FS_dt0.1_step" || strings.HasSuffix(name, "halfsteps_step")
}

func runNest(ctx context.Context, index *nestIndex, r *nestRun, name string) ([]Check, error) {
	model, columns, err := nestModel(r)
	if err != nil {
		return nil, err
	}
	net := sim.New(sim.Options{DT: r.DT, Workers: 1})
	cell := net.Populate("cell", 1, model)
	if r.Protocol == "step" {
		net.Drive(cell, sim.Current, neurons.DC{Amplitude: r.Step.Amplitude, Start: r.Step.Start, Stop: r.Step.Stop, Delay: r.Step.Delay})
	} else if err := connectTrains(net, index, r, cell); err != nil {
		return nil, err
	}
	spikes := net.RecordSpikes(sim.SpikeOptions{}, cell)
	data, err := readTable("nest_" + name)
	if err != nil {
		return nil, err
	}
	recorders := make([]*sim.StateRecorder, len(columns))
	for k, c := range columns {
		if data.index(c.column) >= 0 {
			recorders[k] = net.RecordState(cell, sim.StateOptions{Variable: c.variable})
		}
	}
	if err := net.Run(ctx, r.T); err != nil {
		return nil, err
	}
	label := "nest/" + name
	checks := []Check{sameTicks(label, trainOf(spikes, cell.First), r.Spikes, r.DT)}
	for k, c := range columns {
		if recorders[k] == nil {
			continue
		}
		want, err := data.traceOf(c.column)
		if err != nil {
			return nil, err
		}
		quantity, keep := c.variable, nestWindow(name, r)
		switch {
		case amplified(name):
			quantity += " to 100 ms"
		case r.Model == "aeif_cond_exp":
			quantity += " off spikes"
		}
		check, err := compareTrace(label, quantity, c.unit, recorders[k], 0, want, r.DT, c.bound, keep)
		if err != nil {
			return nil, err
		}
		checks = append(checks, check)
	}
	return checks, nil
}

// nestWindow says which samples of a recording are compared; nil for all.
func nestWindow(name string, r *nestRun) func(ms float64) bool {
	if amplified(name) {
		return func(ms float64) bool { return ms <= 100 }
	}
	if r.Model == "aeif_cond_exp" {
		return func(ms float64) bool { return far(r.Spikes, ms, 0.4) }
	}
	return nil
}

// connectTrains replays the source trains through their delays.
func connectTrains(net *sim.Network, index *nestIndex, r *nestRun, cell *sim.Population) error {
	var trains [][]float64
	for _, name := range r.Trains {
		trains = append(trains, index.Trains[name])
	}
	pop := net.Populate("trains", len(trains), neurons.SpikeList{Times: trains})
	for k, name := range r.Trains {
		w := r.WExc
		if name == "inh" {
			w = r.WInh
		}
		net.Connect(pop.Range(k, k+1), cell, allToAll{}, sim.Synapse{Name: name, Weight: sim.Constant(w), Delay: sim.Constant(index.Delays[name])})
	}
	return net.Err()
}

// far says whether ms is farther than gap from every spike.
func far(spikes []float64, ms, gap float64) bool {
	for _, s := range spikes {
		if math.Abs(ms-s) < gap {
			return false
		}
	}
	return true
}
