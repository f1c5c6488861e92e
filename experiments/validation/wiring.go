package validation

import (
	"context"
	"math"
	"slices"

	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/synapses"
)

func wiringComparisons() []Comparison {
	return []Comparison{
		{Name: "wiring/bernoulli", Group: Wiring, Run: bernoulliDegrees, Source: "binomial degrees; chi-square over 20 seeds"},
		{Name: "wiring/fixed-in-degree", Group: Wiring, Run: fixedDegree(true), Source: "exact in-degree; uniform sources, chi-square over 20 seeds"},
		{Name: "wiring/fixed-out-degree", Group: Wiring, Run: fixedDegree(false), Source: "exact out-degree; uniform targets, chi-square over 20 seeds"},
		{Name: "wiring/fixed-total", Group: Wiring, Run: fixedTotal, Source: "multinomial or hypergeometric degrees; chi-square over 20 seeds"},
		{Name: "wiring/flags", Group: Wiring, Run: permissions, Source: "autapses and multapses: none where forbidden, else their expected number"},
		{Name: "wiring/distance", Group: Wiring, Run: distances, Source: "kernel; chi-square of synapses in bins of distance"},
		{Name: "wiring/distributions", Group: Wiring, Run: distributions, Source: "distribution functions of weights and delays; Kolmogorov-Smirnov"},
		{Name: "wiring/workers", Group: Wiring, Slow: true, Run: wiringWorkers, Source: "the synapses drawn with one worker"},
	}
}

const wiringSeeds = 20

// degrees gives the in- and out-degrees of a projection.
func degrees(ctx context.Context, seed uint64, ns, nt int, rule sim.Connector) (in, out []int, err error) {
	in, out = make([]int, nt), make([]int, ns)
	err = wire(ctx, seed, 1, nil, nil, ns, nt, false, rule, sim.Synapse{}, func(v sim.SynapseValue) {
		in[v.Target]++
		out[v.Source]++
	})
	return in, out, err
}

func bernoulliDegrees(ctx context.Context) ([]Row, error) {
	const ns, nt, p = 900, 1100, 0.06
	inCounts, outCounts := make([]int, ns+1), make([]int, nt+1)
	total := 0
	for seed := range uint64(wiringSeeds) {
		in, out, err := degrees(ctx, seed, ns, nt, synapses.Bernoulli{P: p})
		if err != nil {
			return nil, err
		}
		for _, k := range in {
			inCounts[k]++
			total += k
		}
		for _, k := range out {
			outCounts[k]++
		}
	}
	fit := func(quantity string, got []int, neurons, partners int) Row {
		want := binomial(partners, p)
		for k := range want {
			want[k] *= float64(neurons * wiringSeeds)
		}
		s, df := histogramFit(got, want)
		return chiSquare(quantity, s, df)
	}
	pairs := float64(ns * nt * wiringSeeds)
	return []Row{
		normalScore("synapses", "1", float64(total), p*pairs, math.Sqrt(pairs*p*(1-p))),
		fit("in-degrees: chi-square against degrees of freedom", inCounts, nt, ns),
		fit("out-degrees: chi-square against degrees of freedom", outCounts, ns, nt),
	}, nil
}

// fixedDegree checks the side that is fixed for being exact, and the other for being uniform. Drawn with
// replacement the counts of the partners are multinomial; without, each neuron takes k of n partners, so
// that a partner is taken with q = k/n and the counts have the covariance q(1-q) n/(n-1) per neuron.
func fixedDegree(incoming bool) func(context.Context) ([]Row, error) {
	return func(ctx context.Context) ([]Row, error) {
		const n, k, own = 400, 70, 500 // partners, degree, neurons of the fixed degree
		wrong := 0
		var stat [2]float64
		for m, multapses := range []synapses.Permission{synapses.Allowed, synapses.Forbidden} {
			for seed := range uint64(wiringSeeds) {
				var rule sim.Connector = synapses.FixedInDegree{K: k, Multapses: multapses}
				ns, nt := n, own
				if !incoming {
					rule = synapses.FixedOutDegree{K: k, Multapses: multapses}
					ns, nt = own, n
				}
				fixed, other, err := degrees(ctx, seed, ns, nt, rule)
				if err != nil {
					return nil, err
				}
				if !incoming {
					fixed, other = other, fixed
				}
				for _, d := range fixed {
					if d != k {
						wrong++
					}
				}
				variance := float64(own*k) / n
				if multapses == synapses.Forbidden {
					variance = own * float64(k) / n * (1 - float64(k)/n) * n / (n - 1)
				}
				stat[m] += spread(other, float64(own*k)/n) / variance
			}
		}
		side, partners := "in", "sources"
		if !incoming {
			side, partners = "out", "targets"
		}
		exact := compare("neurons with another "+side+"-degree", "1", float64(wrong), 0, 0)
		exact.Checks = 2 * own * wiringSeeds
		const df = wiringSeeds * (n - 1)
		return []Row{exact,
			chiSquare(partners+" with replacement: chi-square against degrees of freedom", stat[0], df),
			chiSquare(partners+" without replacement: chi-square against degrees of freedom", stat[1], df)}, nil
	}
}

func fixedTotal(ctx context.Context) ([]Row, error) {
	const ns, nt, n = 300, 500, 40000
	wrong := 0
	var rows []Row
	for _, multapses := range []synapses.Permission{synapses.Allowed, synapses.Forbidden} {
		// Without replacement variances shrink by the share of pairs that are left.
		shrink, how := 1.0, "with"
		if multapses == synapses.Forbidden {
			shrink, how = float64(ns*nt-n)/(ns*nt-1), "without"
		}
		var in, out float64
		for seed := range uint64(wiringSeeds) {
			a, b, err := degrees(ctx, seed, ns, nt, synapses.FixedTotal{N: n, Multapses: multapses})
			if err != nil {
				return nil, err
			}
			total := 0
			for _, d := range a {
				total += d
			}
			if total != n {
				wrong++
			}
			in += spread(a, float64(n)/nt) / (float64(n) / nt * shrink)
			out += spread(b, float64(n)/ns) / (float64(n) / ns * shrink)
		}
		rows = append(rows,
			chiSquare("in-degrees "+how+" replacement: chi-square against degrees of freedom", in, wiringSeeds*(nt-1)),
			chiSquare("out-degrees "+how+" replacement: chi-square against degrees of freedom", out, wiringSeeds*(ns-1)))
	}
	exact := compare("projections with another number of synapses", "1", float64(wrong), 0, 0)
	exact.Checks = 2 * wiringSeeds
	return append([]Row{exact}, rows...), nil
}

// permissions counts autapses and multapses in recurrent projections of n neurons.
func permissions(ctx context.Context) ([]Row, error) {
	const n, k, seeds = 250, 50, 6
	type variant struct {
		rule       sim.Connector
		self, many bool // allowed
		name       string
		// expected numbers of autapses, and of synapses that join a pair already joined
		autapses, multapses float64
	}
	pairs := float64(n * n)
	coincide := func(synapses, places float64) float64 {
		return synapses - places*-math.Expm1(synapses*math.Log1p(-1/places))
	}
	var list []variant
	for _, self := range []bool{true, false} {
		list = append(list, variant{synapses.Bernoulli{P: 0.2, Autapses: permission(self)}, self, false, "Bernoulli", 0.2 * n, 0},
			variant{synapses.AllToAll{Autapses: permission(self)}, self, false, "AllToAll", n, 0})
		for _, many := range []bool{true, false} {
			list = append(list,
				variant{synapses.FixedInDegree{K: k, Autapses: permission(self), Multapses: permission(many)}, self, many, "FixedInDegree", k, n * coincide(k, n)},
				variant{synapses.FixedOutDegree{K: k, Autapses: permission(self), Multapses: permission(many)}, self, many, "FixedOutDegree", k, n * coincide(k, n)},
				variant{synapses.FixedTotal{N: n * k, Autapses: permission(self), Multapses: permission(many)}, self, many, "FixedTotal", k, coincide(n*k, pairs)})
		}
	}
	forbiddenSelf, forbiddenMany := 0, 0
	var self, many Row
	for _, v := range list {
		autapses, multapses := 0, 0
		for seed := range uint64(seeds) {
			seen := make([]bool, n*n)
			if err := wire(ctx, seed, 1, nil, nil, n, n, true, v.rule, sim.Synapse{}, func(s sim.SynapseValue) {
				if s.Source == s.Target {
					autapses++
				}
				if pair := s.Source*n + s.Target; seen[pair] {
					multapses++
				} else {
					seen[pair] = true
				}
			}); err != nil {
				return nil, err
			}
		}
		if !v.self {
			forbiddenSelf += autapses
		} else if v.autapses < n {
			want := v.autapses * seeds
			self.keepWorse(normalScore("autapses of "+v.name+" where allowed", "1", float64(autapses), want, math.Sqrt(want)))
		} else {
			self.keepWorse(compare("autapses of "+v.name+" where allowed", "1", float64(autapses), n*seeds, 0))
		}
		if !v.many {
			forbiddenMany += multapses
		} else if v.self { // the expectation is for all pairs
			want := v.multapses * seeds
			many.keepWorse(normalScore("multapses of "+v.name+" where allowed", "1", float64(multapses), want, math.Sqrt(want)))
		}
	}
	none := func(what string, n int) Row {
		r := compare(what+" where forbidden, all rules", "1", float64(n), 0, 0)
		r.Checks = len(list) / 2 * seeds
		return r
	}
	return []Row{none("autapses", forbiddenSelf), none("multapses", forbiddenMany), self, many}, nil
}

func permission(allowed bool) synapses.Permission {
	if allowed {
		return synapses.Allowed
	}
	return synapses.Forbidden
}

// distances bins the pairs of two populations by their distance. In each bin the number of synapses is
// a sum of independent draws, with known mean and variance.
func distances(ctx context.Context) ([]Row, error) {
	const n, bins, widest = 500, 40, 1.3
	place := func(name string) ([][3]float64, error) {
		return synapses.RandomCuboid(n, [3]float64{1, 1, 0.5}, sim.NewKey(3, name))
	}
	from, err := place("from")
	if err != nil {
		return nil, err
	}
	to, err := place("to")
	if err != nil {
		return nil, err
	}
	distance := func(i, j int, edge [3]float64) float64 {
		s := 0.0
		for a := range 3 {
			d := math.Abs(from[i][a] - to[j][a])
			if edge[a] > 0 {
				d = min(d, edge[a]-d)
			}
			s += d * d
		}
		return math.Sqrt(s)
	}
	var rows []Row
	for _, c := range []struct {
		name string
		rule synapses.DistanceDependent
		p    func(d float64) float64
	}{
		{"Gaussian kernel", synapses.DistanceDependent{Kernel: synapses.Gaussian{C: 0.9, Lambda: 0.3}},
			func(d float64) float64 { return 0.9 * math.Exp(-d*d/0.09) }},
		{"exponential kernel, periodic box, cutoff", synapses.DistanceDependent{Kernel: synapses.ExponentialDecay{C: 0.8, Lambda: 0.2},
			Cutoff: 0.4, Periodic: [3]float64{1, 1, 0}},
			func(d float64) float64 {
				if d > 0.4 {
					return 0
				}
				return 0.8 * math.Exp(-d/0.2)
			}},
	} {
		var got, want, variance [bins]float64
		bin := func(i, j int) int {
			return min(bins-1, int(distance(i, j, c.rule.Periodic)/widest*bins))
		}
		const seeds = 3
		for i := range n {
			for j := range n {
				p := c.p(distance(i, j, c.rule.Periodic))
				want[bin(i, j)] += seeds * p
				variance[bin(i, j)] += seeds * p * (1 - p)
			}
		}
		beyond := 0
		for seed := range uint64(seeds) {
			if err := wire(ctx, seed, 1, from, to, n, n, false, c.rule, sim.Synapse{}, func(v sim.SynapseValue) {
				got[bin(v.Source, v.Target)]++
				if c.p(distance(v.Source, v.Target, c.rule.Periodic)) == 0 {
					beyond++
				}
			}); err != nil {
				return nil, err
			}
		}
		s, df := 0.0, 0.0
		for k := range got {
			if variance[k] >= 8 {
				s += (got[k] - want[k]) * (got[k] - want[k]) / variance[k]
				df++
			}
		}
		rows = append(rows, chiSquare(c.name+": chi-square against degrees of freedom", s, df))
		if c.rule.Cutoff > 0 {
			rows = append(rows, compare(c.name+": synapses beyond the cutoff", "1", float64(beyond), 0, 0))
		}
	}
	return rows, nil
}

// distributions draws weights and delays through a projection.
func distributions(ctx context.Context) ([]Row, error) {
	const n = 200
	var rows []Row
	for _, c := range []struct {
		name   string
		weight sim.Distribution
		cdf    func(float64) float64
	}{
		{"Normal", synapses.Normal{Mean: 1, SD: 2}, func(x float64) float64 { return normalCDF((x - 1) / 2) }},
		{"normal, redrawn to keep its sign", synapses.KeepSign(2, 1.5), func(x float64) float64 {
			return (normalCDF((x-2)/1.5) - normalCDF(-2/1.5)) / normalCDF(2/1.5)
		}},
		{"LogNormal", synapses.LogNormal{Mu: -0.7, Sigma: 0.9}, func(x float64) float64 { return normalCDF((math.Log(x) + 0.7) / 0.9) }},
		{"Uniform", synapses.Uniform{Lo: -2, Hi: 3}, func(x float64) float64 { return (x + 2) / 5 }},
		{"Exponential", synapses.Exponential{Mean: 2, Offset: 1}, func(x float64) float64 { return -math.Expm1(-(x - 1) / 2) }},
		// Shape 3: one minus a Poisson sum.
		{"Gamma", synapses.Gamma{Shape: 3, Scale: 2}, func(x float64) float64 {
			y := x / 2
			return 1 - math.Exp(-y)*(1+y+y*y/2)
		}},
	} {
		var values []float64
		if err := wire(ctx, 4, 1, nil, nil, n, n, false, synapses.AllToAll{}, sim.Synapse{Weight: c.weight},
			func(v sim.SynapseValue) { values = append(values, v.Weight) }); err != nil {
			return nil, err
		}
		slices.Sort(values)
		rows = append(rows, kolmogorov("weights, "+c.name, values, c.cdf))
	}
	// Delays: normal, redrawn below half a step, and rounded to steps.
	const mean, sd, dt = 1.5, 0.75, 0.1
	counts := make([]int, 80)
	total := 0.0
	if err := wire(ctx, 5, 1, nil, nil, n, n, false, synapses.AllToAll{}, sim.Synapse{Delay: synapses.TickOrMore(mean, sd, dt)}, func(v sim.SynapseValue) {
		counts[int(math.Round(v.Delay/dt))]++
		total++
	}); err != nil {
		return nil, err
	}
	kept := 1 - normalCDF((dt/2-mean)/sd)
	want := make([]float64, len(counts))
	for k := range want {
		if k > 0 {
			want[k] = total / kept * (normalCDF(((float64(k)+0.5)*dt-mean)/sd) - normalCDF(((float64(k)-0.5)*dt-mean)/sd))
		}
	}
	s, df := histogramFit(counts, want)
	return append(rows, chiSquare("delays of a normal distribution rounded to steps: chi-square against degrees of freedom", s, df)), nil
}

// wiringWorkers draws a million synapses, with weights and delays, on several numbers of workers.
func wiringWorkers(ctx context.Context) ([]Row, error) {
	syn := sim.Synapse{Weight: synapses.KeepSign(87.8, 8.78), Delay: synapses.TickOrMore(1.5, 0.75, 0.1)}
	var rows []Row
	for _, c := range []struct {
		name string
		rule sim.Connector
	}{
		{"FixedTotal, 1e6 synapses", synapses.FixedTotal{N: 1_000_000}},
		{"FixedInDegree", synapses.FixedInDegree{K: 50}},
		{"FixedOutDegree, no multapses", synapses.FixedOutDegree{K: 50, Multapses: synapses.Forbidden}},
		{"Bernoulli", synapses.Bernoulli{P: 0.004}},
	} {
		var want digest
		other := 0
		for _, workers := range []int{1, 2, 3, 7} {
			h := digest{}
			if err := wire(ctx, 11, workers, nil, nil, 8000, 10000, false, c.rule, syn, func(v sim.SynapseValue) {
				h.add(uint64(v.Source), uint64(v.Target), math.Float64bits(v.Weight), math.Float64bits(v.Delay))
			}); err != nil {
				return nil, err
			}
			if workers == 1 {
				want = h
			} else if h != want {
				other++
			}
		}
		r := compare("numbers of workers (2, 3, 7) with other synapses, "+c.name, "1", float64(other), 0, 0)
		rows = append(rows, r)
	}
	return rows, nil
}
