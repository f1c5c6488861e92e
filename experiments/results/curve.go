package results

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/viz"
)

// Curve is a metric over one number, by groups that differ in that number alone.
type Curve struct {
	Experiment *experiments.Experiment
	Metric     experiments.Metric
	Parameter  experiments.Parameter
	Name       string // of the file, without extension
	Caption    string
	x, y, sd   []float64
	published  []viz.RefPoint
}

// leastPoints are the values of a parameter that make a curve.
const leastPoints = 3

// Curves finds the curves of all metrics that have a published value, or are the first of their experiment, over
// each parameter that at least three groups differ in alone. groups are those of [Read], in its order.
func Curves(groups []*Group) []Curve {
	var all []Curve
	seen := map[string]bool{}
	for _, g := range groups {
		for _, p := range g.Experiment.Parameters {
			if p.Kind != experiments.Float && p.Kind != experiments.Int {
				continue
			}
			key := g.without(p.Name)
			if seen[key] {
				continue
			}
			seen[key] = true
			var family []*Group
			for _, o := range groups {
				if o.Experiment == g.Experiment && o.without(p.Name) == key {
					family = append(family, o)
				}
			}
			if len(family) >= leastPoints {
				all = append(all, curvesOf(family, p)...)
			}
		}
	}
	for i := range all {
		for n := 2; slices.ContainsFunc(all[:i], func(c Curve) bool { return c.Name == all[i].Name }); n++ {
			all[i].Name = fmt.Sprintf("%s-%d", strings.TrimSuffix(all[i].Name, fmt.Sprintf("-%d", n-1)), n)
		}
	}
	return all
}

// without names the setting of a group but for one parameter.
func (g *Group) without(parameter string) string {
	words := []string{g.Experiment.Name, g.Data, parameter}
	for _, a := range g.Values.Assignments() {
		if !strings.HasPrefix(a, parameter+"=") {
			words = append(words, a)
		}
	}
	return strings.Join(words, "\x00")
}

// curvesOf draws what a family of groups gives over parameter p.
func curvesOf(family []*Group, p experiments.Parameter) []Curve {
	e := family[0].Experiment
	slices.SortFunc(family, compare)
	var fixed []string
	if d := family[0].Data; d != "" {
		fixed = append(fixed, d)
	}
	for _, a := range family[0].Values.Assignments() {
		if !strings.HasPrefix(a, p.Name+"=") {
			fixed = append(fixed, a)
		}
	}
	var all []Curve
	for i, metric := range e.Metrics {
		c := Curve{Experiment: e, Metric: metric, Parameter: p, Name: fmt.Sprintf("%s-%s-%s", e.Name, metric.Name, p.Name)}
		seeds, reduced := 0, false
		for _, g := range family {
			for _, m := range g.Measures() {
				if m.Name != metric.Name || math.IsNaN(float64(m.Value)) {
					continue
				}
				x := g.Values.Float(p.Name)
				c.x, c.y, c.sd = append(c.x, x), append(c.y, float64(m.Value)), append(c.sd, m.SD)
				seeds = max(seeds, m.N)
				if y, ok := g.published(m.Name); ok {
					c.published = append(c.published, viz.RefPoint{X: x, Y: y})
				}
				reduced = reduced || g.Reduced() != ""
			}
		}
		if len(c.x) < leastPoints || c.published == nil && i > 0 {
			continue
		}
		c.Caption = fmt.Sprintf("%s over %s", metric.Meaning, p.Name)
		if fixed != nil {
			c.Caption += " (" + strings.Join(fixed, ", ") + ")"
		}
		if reduced && c.published != nil {
			c.Caption += "; ours by a reduced protocol, the published values by the whole one"
		}
		if seeds > 1 {
			c.Caption += fmt.Sprintf("; mean and standard deviation of up to %d seeds", seeds)
		}
		all = append(all, c)
	}
	return all
}

// Title says what is drawn.
func (c Curve) Title() string { return c.Metric.Name + " over " + c.Parameter.Name }

// Render draws the curve as SVG.
func (c Curve) Render(w io.Writer) error {
	// A parameter that is varied over more than a decade is so by ratio.
	lo, hi := slices.Min(c.x), slices.Max(c.x)
	s := viz.Series{Name: "ours", X: c.x, Y: c.y, Markers: true}
	if slices.ContainsFunc(c.sd, func(x float64) bool { return x == x }) {
		s.Err = make([]float64, len(c.sd))
		for i, x := range c.sd {
			if x == x {
				s.Err[i] = x
			}
		}
	}
	return viz.Line{
		Title: c.Title(), Size: viz.Size{Width: 480},
		X:      viz.Axis{Label: c.Parameter.Name, Unit: c.Parameter.Unit, Log: lo > 0 && hi > 10*lo},
		Y:      viz.Axis{Label: c.Metric.Name, Unit: c.Metric.Unit},
		Series: []viz.Series{s}, Points: c.published, PointsName: "published",
	}.Render(w)
}
