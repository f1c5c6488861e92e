package criticality

import (
	"fmt"
	"math"

	"github.com/glia-sim/glia/analysis"
	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/networks/reservoir"
	"github.com/glia-sim/glia/viz"
)

// curve is a measurement over the settings, with the scatter over realisations.
func curve[T any](name string, x []float64, table [][]T, f func(T) float64) viz.Series {
	s := viz.Series{Name: name, Markers: true, X: x}
	for _, row := range table {
		s.Y = append(s.Y, average(row, f))
		if len(row) > 1 {
			s.Err = append(s.Err, analysis.SD(column(row, f)))
		}
	}
	return s
}

func (s *study) draw(r *experiments.Run) error {
	r.Phase("draw")
	if err := s.drawGates(r); err != nil {
		return err
	}
	if err := s.drawDamage(r); err != nil {
		return err
	}
	band := fmt.Sprintf("Mean and standard deviation over %d circuits of %d neurons.", r.Int("circuits"), 36*r.Int("layers"))
	scale := viz.Axis{Label: "Scale of the weights", Log: true}
	critical := []viz.RefLine{}
	if c := s.crossing(); !math.IsNaN(c) {
		critical = append(critical, viz.RefLine{Value: c, Vertical: true, Label: "exponent 0"})
	}
	of := func(name string, f func(ofCircuit) float64) viz.Series { return curve(name, scales, s.circuits, f) }
	if err := r.Figure("lyapunov", "Exponent of the distance 2 s after one input spike was moved by 0.5 ms. Circuits that forget the move altogether count as a thousandth of the first "+
		"distance, -3.5 per second. "+band, viz.Line{Title: "From order to chaos", X: scale, Y: viz.Axis{Label: "Lyapunov exponent", Unit: "1/s"}, Series: []viz.Series{of("", lambda)},
		Lines: append([]viz.RefLine{{Value: 0}}, critical...)}); err != nil {
		return err
	}
	if err := r.Figure("ranks", fmt.Sprintf("Ranks of the states after %d different inputs (kernel) and after as many that agree in their last 300 ms (generalisation); singular values "+
		"below a hundredth of the largest do not count. %s", r.Int("rank_inputs"), band), viz.Line{Title: "Telling apart and generalising", X: scale, Y: viz.Axis{Label: "Rank", Zero: true}, Lines: critical,
		Series: []viz.Series{of("kernel", func(m ofCircuit) float64 { return m.Kernel }), of("generalisation", func(m ofCircuit) float64 { return m.Generalisation }), of("difference", difference)}}); err != nil {
		return err
	}
	if err := r.Figure("branching", "Branching parameter of the population's spike counts in bins of 4 ms, under the same Poisson input. "+band, viz.Line{Title: "Branching", X: scale, Lines: critical,
		Y: viz.Axis{Label: "Branching parameter"}, Series: []viz.Series{of("multistep regression", func(m ofCircuit) float64 { return m.Branching }),
			of("one-step slope", func(m ofCircuit) float64 { return m.OneStep })}}); err != nil {
		return err
	}
	var x []float64
	var points []viz.RefPoint
	for _, p := range radii {
		x = append(x, p.radius)
		if r.Int("echo_units") == 100 { // the size of the reference
			points = append(points, viz.RefPoint{X: p.radius, Y: p.difference})
		}
	}
	ofRadius := func(name string, f func(ofNetwork) float64) viz.Series { return curve(name, x, s.networks, f) }
	return r.Figure("echo_state", fmt.Sprintf("Ranks of tanh echo-state networks of %d units over the spectral radius; mean and standard deviation over %d networks. Inputs of 200 steps, variants agree in the last 30.",
		r.Int("echo_units"), r.Int("networks")), viz.Line{Title: "Echo-state networks", X: viz.Axis{Label: "Spectral radius"}, Y: viz.Axis{Label: "Rank", Zero: true}, Points: points,
		PointsName: "difference, independent implementation", Series: []viz.Series{ofRadius("kernel", func(m ofNetwork) float64 { return m.Kernel }),
			ofRadius("generalisation", func(m ofNetwork) float64 { return m.Generalisation }), ofRadius("difference", func(m ofNetwork) float64 { return m.Kernel - m.Generalisation })}})
}

func (s *study) drawGates(r *experiments.Run) error {
	var x []float64
	var points []viz.RefPoint
	for _, p := range variances {
		x = append(x, p.variance)
		if p.bits != none && r.Int("gates") == 250 { // the size of the reference
			points = append(points, viz.RefPoint{X: p.variance, Y: p.bits})
		}
	}
	c := reservoir.CriticalVariance(4, 0)
	damage := curve("distance after 100 steps, tenfold", x, s.gates, func(m ofGates) float64 { return 10 * m.Distance })
	variance := viz.Axis{Label: "Variance of the weights", Log: true}
	if err := r.Figure("gates", fmt.Sprintf("Networks of %d threshold gates with 4 connections. Parity capacity: bits that a linear readout tells of the parity of three successive inputs, over all delays. "+
		"Distance: share of the gates, times ten, that still differ 100 steps after a tenth was flipped. Mean and standard deviation over %d networks.", r.Int("gates"), r.Int("gate_networks")),
		viz.Line{Title: "Threshold gates", X: variance, Y: viz.Axis{Label: "Capacity (bit)", Zero: true}, Series: []viz.Series{curve("parity capacity", x, s.gates, bits), damage},
			Points: points, PointsName: "capacity, independent implementation", Lines: []viz.RefLine{{Value: c, Vertical: true, Label: "critical, annealed theory"}}}); err != nil {
		return err
	}
	var series []viz.Series
	for _, mean := range []float64{0, 1, 2} {
		one := viz.Series{Name: fmt.Sprintf("mean input %g", mean)}
		for k := range 60 {
			v := 0.03 * math.Pow(1000, float64(k)/59)
			one.X, one.Y = append(one.X, v), append(one.Y, reservoir.DamageSlope(4, v, mean))
		}
		series = append(series, one)
	}
	return r.Figure("damage_slope", "Gates that differ one step after one of them was flipped, in the annealed theory for 4 connections and inputs of the mean ± 1. Below 1 damage heals.",
		viz.Line{Title: "The critical line", X: variance, Y: viz.Axis{Label: "Damage per flipped gate", Zero: true}, Series: series, Lines: []viz.RefLine{{Value: 1, Label: "critical"}}})
}
