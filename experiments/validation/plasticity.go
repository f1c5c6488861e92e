package validation

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/glia-sim/glia/plasticity"
	"github.com/glia-sim/glia/sim"
)

func plasticityComparisons() []Comparison {
	const events = ", and an independent program after every event"
	var all []Comparison
	for _, g := range []struct{ name, source, cases string }{
		{"pair-stdp", "NEST 3.10.0, stdp_synapse" + events, "additive additive_delay5 multiplicative guetig_mu0.4 vanrossum additive_bounds"},
		{"power-law-stdp", "NEST 3.10.0, stdp_pl_synapse_hom" + events, "powerlaw_hpc"},
		{"triplet-stdp", "NEST 3.10.0, stdp_triplet_synapse" + events, "triplet"},
		{"inhibitory-stdp", "NEST 3.10.0, vogels_sprekeler_synapse" + events, "istdp_vogels istdp_vogels_pos"},
		{"reward-stdp", "NEST 3.10.0, stdp_dopamine_synapse" + events, "dopamine_three_factor"},
	} {
		all = append(all, Comparison{Name: "plasticity/" + g.name, Group: Plasticity, Source: g.source,
			Run: func(ctx context.Context) ([]Row, error) { return nestPlasticity(ctx, g.cases) }})
	}
	return append(all,
		Comparison{Name: "plasticity/stdp-window", Group: Plasticity, Run: stdpWindow,
			Source: "exact evaluation of 60 pairs at 1 Hz, equal to Brian 2.5.1 in nine cases; Pfister and Gerstner 2006"},
		Comparison{Name: "plasticity/stdp-frequency", Group: Plasticity, Run: stdpFrequency,
			Source: "exact evaluation of 60 pairs at 1 to 50 Hz, equal to Brian 2.5.1 in nine cases; Pfister and Gerstner 2006"},
		Comparison{Name: "plasticity/clopath", Group: Plasticity, Run: clopath,
			Source: "closed form under a constant voltage; Clopath et al. 2010"})
}

// stdpRun is a run of NEST: weights at the presynaptic spikes, and those that an independent program of
// the same rule, which agrees with NEST at all of these, gives after every event.
type stdpRun struct {
	Name, Trains, Synapse string
	Params                map[string]float64
	TauMinus              float64            `json:"post_tau_minus_ms"`
	Extra                 map[string]float64 `json:"post_extra"`
	Delay                 float64            `json:"delay_ms"`
	DopamineDelay         float64            `json:"dopamine_delay_ms"`
	DopamineSpikes        []float64          `json:"dopamine_spikes_ms"`
	NestTimes             []float64          `json:"nest_t_ms"`
	NestWeights           []float64          `json:"nest_weight"`
	EventTimes            []float64          `json:"event_t_ms"` // at the synapse
	EventWeights          []float64          `json:"event_weight"`
}

type stdpFile struct {
	Trains map[string]struct{ Pre, Post []float64 }
	Cases  []stdpRun
}

// rule translates NEST's parameters. Where two spikes of a pair meet, NEST clips after each change.
func (c *stdpRun) rule() (sim.Rule, *plasticity.Dopamine, error) {
	p := c.Params
	switch c.Synapse {
	case "stdp_synapse":
		r := plasticity.PairSTDP{APlus: p["lambda"] * p["Wmax"], AMinus: p["alpha"] * p["lambda"] * p["Wmax"], TauPlus: p["tau_plus"],
			TauMinus: c.TauMinus, WMax: p["Wmax"], ClipEach: true}
		switch mu := [2]float64{p["mu_plus"], p["mu_minus"]}; {
		case mu == [2]float64{0, 0}:
		case mu == [2]float64{1, 1}:
			r.Dependence = plasticity.Multiplicative
		case mu == [2]float64{0, 1}:
			r.Dependence = plasticity.VanRossum
		case mu[0] == mu[1]:
			r.Dependence, r.Mu = plasticity.Guetig, mu[0]
		default:
			return nil, nil, fmt.Errorf("%s has mu %v", c.Name, mu)
		}
		return r, nil, nil
	case "stdp_pl_synapse_hom":
		r := plasticity.PowerLawSTDP()
		r.APlus, r.AMinus, r.TauPlus, r.TauMinus, r.Mu = p["lambda"], p["alpha"]*p["lambda"], p["tau_plus"], c.TauMinus, p["mu"]
		return r, nil, nil
	case "stdp_triplet_synapse":
		return plasticity.TripletSTDP{A2Plus: p["Aplus"], A2Minus: p["Aminus"], A3Plus: p["Aplus_triplet"], A3Minus: p["Aminus_triplet"],
			TauPlus: p["tau_plus"], TauMinus: c.TauMinus, TauX: p["tau_plus_triplet"], TauY: c.Extra["tau_minus_triplet"], WMax: p["Wmax"]}, nil, nil
	case "vogels_sprekeler_synapse":
		return plasticity.InhibitorySTDP{Eta: p["eta"], Rate: p["alpha"] / (2 * p["tau"]) * 1000, Tau: p["tau"], WMax: p["Wmax"]}, nil, nil
	case "stdp_dopamine_synapse":
		d := &plasticity.Dopamine{Tau: p["tau_n"], PerSpike: 1 / p["tau_n"]}
		return plasticity.RewardSTDP{APlus: p["A_plus"], AMinus: p["A_minus"], TauPlus: p["tau_plus"], TauMinus: c.TauMinus, TauC: p["tau_c"],
			Dopamine: d, Baseline: p["b"], Gain: 1, WMin: p["Wmin"], WMax: p["Wmax"]}, d, nil
	}
	return nil, nil, fmt.Errorf("no rule for %s", c.Synapse)
}

func nestPlasticity(ctx context.Context, names string) ([]Row, error) {
	var file stdpFile
	if err := readJSON("stdp_nest.json", &file); err != nil {
		return nil, err
	}
	var rows []Row
	index := map[string]int{}
	for _, c := range file.Cases {
		if !slices.Contains(strings.Fields(names), c.Name) {
			continue
		}
		trains := file.Trains[c.Trains]
		rule, dopamine, err := c.rule()
		if err != nil {
			return nil, err
		}
		net := sim.New(sim.Options{DT: 0.1, Workers: 1})
		pre := net.Populate("pre", 1, actor{[][]float64{trains.Pre}})
		post := net.Populate("post", 1, actor{[][]float64{trains.Post}})
		p := net.Connect(pre, post, oneToOne, sim.Synapse{Weight: sim.Constant(c.Params["weight"]), Delay: sim.Constant(c.Delay), Plasticity: rule})
		for _, t := range c.DopamineSpikes {
			at := t + c.DopamineDelay
			net.At(at, func(now float64) error { dopamine.Pulse(now, dopamine.PerSpike); return nil })
		}
		// The synapse lies a delay behind the soma: what it sees at t has been done by t + delay.
		var got []float64
		now := 0.0
		for _, t := range c.EventTimes {
			if err := net.Run(ctx, (math.Round((t+c.Delay)*10)-math.Round(now*10))/10); err != nil {
				return nil, err
			}
			now = net.Now()
			w, err := p.Weights()
			if err != nil {
				return nil, err
			}
			got = append(got, w[0])
		}
		// NEST's own numbers are those at presynaptic spikes.
		var at []float64
		k := 0
		for _, t := range c.NestTimes {
			for k < len(c.EventTimes)-1 && c.EventTimes[k] < t-0.05 {
				k++
			}
			at = append(at, got[k])
		}
		bound := 1e-12 * max(math.Abs(c.Params["weight"]), 1)
		r := compareAll("weight, "+c.Name, "1", got, c.EventWeights, bound)
		r.keepWorse(compareAll("weight, "+c.Name, "1", at, c.NestWeights, bound))
		if k, seen := index[c.Name]; seen { // the same synapse with other trains
			rows[k].keepWorse(r)
			continue
		}
		index[c.Name] = len(rows)
		rows = append(rows, r)
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("no run of NEST is named one of %q", names)
	}
	return rows, nil
}

// pairRules are the rules of the tables, by the end of the column's name, without bounds.
func pairRules() (map[string]sim.Rule, []string, error) {
	pair := plasticity.PairSTDP{APlus: 0.01, AMinus: 0.0105, TauPlus: 20, TauMinus: 20, WMin: math.Inf(-1), WMax: math.Inf(1)}
	nearest := pair
	nearest.Nearest = true
	rules := map[string]sim.Rule{"pair_a2a": pair, "pair_nn": nearest}
	order := []string{"pair_a2a", "pair_nn"}
	sets, err := readCSV("triplet_params.csv")
	if err != nil {
		return nil, nil, err
	}
	for _, s := range sets {
		x, err := numbers(s, "A2plus", "A3plus", "A2minus", "A3minus", "taux_ms", "tauy_ms", "tauplus_ms", "tauminus_ms")
		if err != nil {
			return nil, nil, err
		}
		rules[s["set"]] = plasticity.TripletSTDP{A2Plus: x[0], A3Plus: x[1], A2Minus: x[2], A3Minus: x[3], TauX: x[4], TauY: x[5],
			TauPlus: x[6], TauMinus: x[7], WMin: math.Inf(-1), WMax: math.Inf(1), Nearest: s["interaction"] == "nn"}
		order = append(order, s["set"])
	}
	return rules, order, nil
}

// pairProtocol runs synapse k of each rule with 60 pairs every period[k] ms, the postsynaptic spike dt[k]
// ms after the presynaptic one, and gives the change of each weight by rule.
func pairProtocol(ctx context.Context, rules map[string]sim.Rule, order []string, period, dt []float64) (map[string][]float64, error) {
	var pre, post [][]float64
	end := 0.0
	for k := range dt {
		var a, b []float64
		for n := range 60 {
			at := 200 + float64(n)*period[k]
			a, b = append(a, at), append(b, at+dt[k])
			end = max(end, at+math.Abs(dt[k])+2)
		}
		pre, post = append(pre, a), append(post, b)
	}
	net := sim.New(sim.Options{DT: 1, Workers: 1})
	from, to := net.Populate("pre", len(pre), actor{pre}), net.Populate("post", len(post), actor{post})
	var projections []*sim.Projection
	for _, name := range order {
		projections = append(projections, net.Connect(from, to, oneToOne, sim.Synapse{Name: name, Weight: sim.Constant(0), Delay: sim.Constant(1),
			Plasticity: rules[name], Backpropagation: sim.Emission}))
	}
	if err := net.Run(ctx, end); err != nil {
		return nil, err
	}
	change := map[string][]float64{}
	for k, name := range order {
		w, err := projections[k].Weights()
		if err != nil {
			return nil, err
		}
		change[name] = w
	}
	return change, nil
}

// The tables hold ten digits, of values up to two.
const tableDigits = 6e-10

func stdpWindow(ctx context.Context) ([]Row, error) {
	return pairTable(ctx, "stdp_window.csv", "change of weight, 60 pairs 2 to 100 ms apart, ",
		func(row map[string]string) (period, dt float64, err error) {
			x, err := numbers(row, "dt_ms_post_minus_pre")
			return 1000, x[0], err
		},
		func(rule string) string {
			switch rule {
			case "pair_a2a":
				return "pair_60x1Hz"
			case "pair_nn":
				return "" // at 1 Hz the same within the digits
			}
			return "triplet_60x1Hz_" + rule
		})
}

func stdpFrequency(ctx context.Context) ([]Row, error) {
	return pairTable(ctx, "stdp_frequency.csv", "change of weight, 60 pairs 10 ms apart at 1 to 50 Hz, ",
		func(row map[string]string) (period, dt float64, err error) {
			x, err := numbers(row, "rho_Hz", "dt_ms")
			period = 1000 / x[0]
			if period != math.Trunc(period) || period > 1000 {
				period = 0 // not on the grid, or too long
			}
			return period, x[1], err
		},
		func(rule string) string {
			if rule == "pair_a2a" || rule == "pair_nn" {
				return rule + "_60"
			}
			return "triplet_60_" + rule
		})
}

func pairTable(ctx context.Context, file, quantity string, protocol func(map[string]string) (period, dt float64, err error), column func(rule string) string) ([]Row, error) {
	table, err := readCSV(file)
	if err != nil {
		return nil, err
	}
	rules, order, err := pairRules()
	if err != nil {
		return nil, err
	}
	var periods, dts []float64
	var used []map[string]string
	for _, row := range table {
		period, dt, err := protocol(row)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		if period > 0 {
			periods, dts, used = append(periods, period), append(dts, dt), append(used, row)
		}
	}
	change, err := pairProtocol(ctx, rules, order, periods, dts)
	if err != nil {
		return nil, err
	}
	var rows []Row
	for _, rule := range order {
		c := column(rule)
		if c == "" {
			continue
		}
		var want []float64
		for _, row := range used {
			x, err := numbers(row, c)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", file, err)
			}
			want = append(want, x[0])
		}
		rows = append(rows, compareAll(quantity+rule, "1", change[rule], want, tableDigits))
	}
	return rows, nil
}
