package criticality

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/glia-sim/glia/analysis"
	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/networks/reservoir"
	"github.com/glia-sim/glia/networks/reservoir/tasks"
	"github.com/glia-sim/glia/viz"
)

// avalanchePoint is a variance of the weights at which damage avalanches are followed, in multiples of the critical one
// of the annealed theory for four connections.
type avalanchePoint struct {
	name, meaning string
	multiple      float64
}

var avalanchePoints = []avalanchePoint{
	{"ordered", "at half the critical variance", 0.5},
	{"critical", "at the critical variance of the annealed theory", 1},
	{"chaotic", "at twice the critical variance", 2},
}

func (p avalanchePoint) variance() float64 { return p.multiple * reservoir.CriticalVariance(4, 0) }

// ofDamage are the avalanches of one network.
type ofDamage struct {
	Sizes, Durations []float64
	Lasting          float64
}

// damageLaws are the laws fitted to the avalanches of all networks at one variance.
type damageLaws struct {
	sizes, durations       analysis.PowerLaw
	exponential, logNormal analysis.Alternative
	all                    []float64 // sizes, ascending
	lasting                float64
}

// longestDamage is the number of steps after which damage counts as lasting.
const longestDamage = 300

// smallestSize is the lower bound of the fits: smaller avalanches know the single gates.
const smallestSize = 10

func (s *study) avalanches(variance float64, i uint64) (m ofDamage, err error) {
	seed := s.r.Seed<<16 + i
	n, err := reservoir.GatesConfig{Units: s.r.Int("avalanche_gates"), InDegree: 4, Variance: variance, Seed: seed}.Build()
	if err != nil {
		return m, err
	}
	p := tasks.DamageAvalanches{Flips: (s.r.Int("avalanches") + s.r.Int("gate_networks") - 1) / s.r.Int("gate_networks"), Longest: longestDamage}
	m.Sizes, m.Durations, m.Lasting, err = p.Measure(n, seed)
	return m, err
}

// fitDamage fits sizes and durations up to the number of gates, beyond which the network is felt. Where too few avalanches
// are large enough, the numbers are not.
func (s *study) fitDamage() error {
	for k := range s.damage {
		l := &damageLaws{}
		var durations []float64
		for _, m := range s.damage[k] {
			l.all, durations = append(l.all, m.Sizes...), append(durations, m.Durations...)
			l.lasting += m.Lasting / float64(len(s.damage[k]))
		}
		slices.Sort(l.all)
		s.laws = append(s.laws, l)
		var err error
		none := math.NaN()
		l.durations.Exponent = none
		if fit, err := analysis.FitPowerLaw(durations, smallestSize, s.r.Int("avalanche_gates")); err == nil {
			l.durations = fit
		}
		if l.sizes, err = analysis.FitPowerLaw(l.all, smallestSize, s.r.Int("avalanche_gates")); err != nil {
			l.sizes.Exponent, l.sizes.KS, l.exponential.Normalised, l.logNormal.Normalised = none, none, none, none
			continue
		}
		if l.exponential, l.logNormal, err = l.sizes.Alternatives(l.all); err != nil {
			return err
		}
	}
	return nil
}

func (s *study) reportDamage(values map[string]float64) {
	for k, p := range avalanchePoints {
		l := s.laws[k]
		values["avalanche_exponent_"+p.name], values["avalanche_ks_"+p.name] = l.sizes.Exponent, l.sizes.KS
		values["avalanche_exponential_"+p.name], values["avalanche_log_normal_"+p.name] = l.exponential.Normalised, l.logNormal.Normalised
		values["avalanche_lasting_"+p.name] = 100 * l.lasting
		if p.multiple == 1 {
			values["avalanche_duration_exponent"] = l.durations.Exponent
		}
	}
}

// drawDamage shows the share of avalanches of at least each size beside the fitted power law at the critical variance.
func (s *study) drawDamage(r *experiments.Run) error {
	size := viz.Axis{Label: "Size (gates × steps)", Log: true}
	line := viz.Line{Title: "Avalanches of damage", X: size, Y: viz.Axis{Label: "Share of at least that size", Log: true}}
	var said []string
	var fitted viz.Series
	for k, p := range avalanchePoints {
		l := s.laws[k]
		one := viz.Series{Name: fmt.Sprintf("variance %.3g (%s)", p.variance(), p.name), Steps: true}
		for i, x := range l.all {
			// A hundred points a decade are enough for the eye.
			if n := len(one.X); n == 0 || x > one.X[n-1]*1.02 {
				one.X, one.Y = append(one.X, x), append(one.Y, l.lasting+(1-l.lasting)*(1-float64(i)/float64(len(l.all))))
			}
		}
		line.Series = append(line.Series, one)
		if math.IsNaN(l.sizes.Exponent) {
			continue
		}
		said = append(said, fmt.Sprintf("%s: exponent %.2f ± %.2f, KS distance %.3f (exponential %.3f, log-normal %.3f), likelihood ratio to the exponential %+.1f (p %.2g), to the log-normal %+.1f (p %.2g)",
			p.name, l.sizes.Exponent, l.sizes.Error, l.sizes.KS, l.exponential.KS, l.logNormal.KS, l.exponential.Normalised, l.exponential.P, l.logNormal.Normalised, l.logNormal.P))
		if p.multiple == 1 {
			at, _ := slices.BinarySearch(l.all, smallestSize)
			share := l.lasting + (1-l.lasting)*(1-float64(at)/float64(len(l.all)))
			law := viz.Series{Name: fmt.Sprintf("power law of exponent %.2f", l.sizes.Exponent)}
			for _, x := range []float64{smallestSize, float64(l.sizes.Max)} {
				law.X, law.Y = append(law.X, x), append(law.Y, share*math.Pow(x/smallestSize, 1-l.sizes.Exponent))
			}
			fitted = law
		}
	}
	if fitted.X != nil {
		line.Series = append(line.Series, fitted)
	}
	return r.Figure("avalanche_sizes", fmt.Sprintf("A flipped gate of %d sets off an avalanche of gates that differ, until none does. Sizes from %d to the number of gates are fitted by maximum likelihood; likelihood "+
		"ratios are of the power law to the other law, over their standard deviation (Clauset, Shalizi & Newman 2009). %s.", r.Int("avalanche_gates"), smallestSize, strings.Join(said, "; ")), line)
}
