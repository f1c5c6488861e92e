package sweep

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/glia-sim/glia/analysis"
	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/viz"
	"gonum.org/v1/gonum/stat"
)

// maxSeries bounds the curves of one figure.
const maxSeries = 8

// ErrNoFigure says that a sweep over these parameters has no picture that could be read.
var ErrNoFigure = errors.New("no figure is drawn of more than two parameters with many values; the table has them")

// Picture draws a metric over a grid. One numeric parameter gives a line with a band of one standard deviation over
// the replicas and the published values beside it; a second one with names for values, or further ones with few
// values, give a line each; two numeric parameters give a heat map of the means, and names alone a map of names
// over seeds.
func (g Grid) Picture(f *Folder, e *experiments.Experiment, set []string, points []Point, metric experiments.Metric) (experiments.Renderer, error) {
	p := picture{Grid: g, folder: f, e: e, set: set, metric: metric, points: points}
	var numeric, named []int
	for k, a := range g.Axes {
		if a.numeric() {
			numeric = append(numeric, k)
		} else {
			named = append(named, k)
		}
	}
	switch {
	case len(g.Axes) == 1 && len(named) == 1:
		return p.names(), nil
	case len(g.Axes) == 2 && len(named) == 0, len(g.Axes) == 2 && len(numeric) == 0:
		return p.heat(), nil
	case len(numeric) > 0 && len(points)/g.Replicas/len(g.Axes[numeric[0]].Values) <= maxSeries:
		return p.line(numeric[0]), nil
	}
	return nil, ErrNoFigure
}

type picture struct {
	Grid
	folder *Folder
	e      *experiments.Experiment
	set    []string
	metric experiments.Metric
	points []Point
}

// place writes the values of a point as "g=5 rate=10".
func (p Point) place() string { return strings.Join(p.Assignments, " ") }

// summary is the mean and standard deviation over the replicas that begin at index i of the points.
func (p picture) summary(i int) (mean, sd float64) {
	var x []float64
	for _, point := range p.points[i : i+p.Replicas] {
		if v := p.folder.value(point, p.metric.Name); !math.IsNaN(v) {
			x = append(x, v)
		}
	}
	switch len(x) {
	case 0:
		return math.NaN(), math.NaN()
	case 1:
		return x[0], 0
	}
	return stat.Mean(x, nil), analysis.SD(x)
}

// published is the target at the point of index i.
func (p picture) published(i int) (experiments.Target, bool) {
	r, done := p.folder.Done(p.points[i])
	v, err := parse(p.e, p.set, p.points[i].Assignments)
	if !done || err != nil {
		return experiments.Target{}, false
	}
	return p.e.TargetFor(p.metric.Name, v, r.Data)
}

func (p picture) axis(k int) viz.Axis {
	a := p.Axes[k]
	return viz.Axis{Label: a.Parameter.Name, Unit: a.Parameter.Unit, Log: a.Log}
}

func (p picture) title() string { return p.e.Name + ": " + p.metric.Meaning }

func (p picture) line(x int) experiments.Renderer {
	numbers := p.Axes[x].numbers()
	line := viz.Line{Title: p.title(), X: p.axis(x), Y: viz.Axis{Label: p.metric.Name, Unit: p.metric.Unit}}
	series := map[string]int{} // by the values of the other parameters
	var lines []viz.RefLine
	marks := map[float64]viz.RefPoint{}
	everywhere := true
	index := make([]int, len(p.Axes)) // of the values at the present point
	for i := 0; i < len(p.points); i += p.Replicas {
		var others []string
		rest := i / p.Replicas
		for k := len(p.Axes) - 1; k >= 0; k-- {
			index[k], rest = rest%len(p.Axes[k].Values), rest/len(p.Axes[k].Values)
		}
		for k, a := range p.points[i].Assignments {
			if k != x {
				others = append(others, a)
			}
		}
		name := strings.Join(others, " ")
		n, ok := series[name]
		if !ok {
			n = len(line.Series)
			series[name] = n
			shown := name
			if shown == "" {
				shown = p.metric.Name
			}
			line.Series = append(line.Series, viz.Series{Name: shown, Markers: true})
		}
		s := &line.Series[n]
		mean, sd := p.summary(i)
		s.X, s.Y = append(s.X, numbers[index[x]]), append(s.Y, mean)
		if p.Replicas > 1 {
			s.Err = append(s.Err, sd)
		}
		t, ok := p.published(i)
		if !ok {
			everywhere = false
			continue
		}
		margin, _ := t.Margin()
		marks[numbers[index[x]]] = viz.RefPoint{X: numbers[index[x]], Y: t.Value, Err: margin}
		if len(lines) == 0 || lines[len(lines)-1].Value != t.Value {
			lines = append(lines, viz.RefLine{Value: t.Value, Label: "published"})
		}
	}
	// One value that holds for all of them is a line, several are points.
	if everywhere && len(lines) == 1 {
		line.Lines = lines
	} else {
		for _, v := range numbers {
			if m, ok := marks[v]; ok {
				line.Points = append(line.Points, m)
			}
		}
	}
	line.Caption = p.replicas("Mean over %d seeds; the band is one standard deviation.")
	return line
}

func (p picture) replicas(format string) string {
	if p.Replicas == 1 {
		return fmt.Sprintf("One run per point, seed %d.", p.Seed)
	}
	return fmt.Sprintf(format, p.Replicas)
}

// heat draws the second parameter to the right and the first upwards.
func (p picture) heat() experiments.Renderer {
	y, x := p.Axes[0], p.Axes[1]
	m := viz.HeatMap{Title: p.title(), Up: true, X: p.axis(1), Y: p.axis(0), Columns: x.Values, Rows: y.Values,
		Label: p.metric.Name, Unit: p.metric.Unit, Counts: len(x.Values) <= 8 && len(y.Values) <= 12}
	var published []string
	for r := range y.Values {
		row := make([]float64, len(x.Values))
		for c := range row {
			i := (r*len(x.Values) + c) * p.Replicas
			row[c], _ = p.summary(i)
			if t, ok := p.published(i); ok && len(published) < 4 {
				published = append(published, fmt.Sprintf("%s at %s", t.Accepts(), p.points[i].place()))
			}
		}
		m.Values = append(m.Values, row)
	}
	m.Caption = p.replicas("Means over %d seeds.")
	if published != nil {
		m.Caption += " Published: " + strings.Join(published, "; ") + "."
	}
	return m
}

// names draws a parameter whose values are words: a row for each seed.
func (p picture) names() experiments.Renderer {
	a := p.Axes[0]
	m := viz.HeatMap{Title: p.title(), X: p.axis(0), Y: viz.Axis{Label: "seed"}, Columns: a.Values, Label: p.metric.Name, Unit: p.metric.Unit, Counts: true}
	for r := range p.Replicas {
		row := make([]float64, len(a.Values))
		for c := range row {
			row[c] = p.folder.value(p.points[c*p.Replicas+r], p.metric.Name)
		}
		m.Values = append(m.Values, row)
		m.Rows = append(m.Rows, fmt.Sprint(p.Seed+uint64(r)))
	}
	return m
}
