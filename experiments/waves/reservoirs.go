package waves

import (
	"context"
	"fmt"
	"math"

	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/networks/reservoir"
	"github.com/glia-sim/glia/networks/reservoir/tasks"
	"github.com/glia-sim/glia/viz"
)

// untrained are the lines and strings whose memory is measured, with their metrics.
func untrained(sites int) []struct {
	name, metric string
	build        func() (*reservoir.ESN, error)
} {
	line := reservoir.DefaultWave(sites, 1)
	spreading := line
	spreading.Kernel = [3]float64{1. / 3, 1. / 3, 1. / 3}
	exact := reservoir.DefaultWaveEquation(sites, 1)
	dispersive, damped := exact, exact
	dispersive.Step, damped.Damping = 0.5, 0.02
	return []struct {
		name, metric string
		build        func() (*reservoir.ESN, error)
	}{
		{"line of first order", "capacity_line", line.Build}, {"spreading line", "capacity_spreading", spreading.Build},
		{"string, c dt/dx = 1", "capacity_string", exact.Build}, {"string, c dt/dx = 0.5", "capacity_dispersive", dispersive.Build},
		{"string, damped", "capacity_damped", damped.Build},
	}
}

// reservoirs measures the memory of networks that are not trained.
func reservoirs(ctx context.Context, r *experiments.Run) error {
	r.Phase("reservoirs")
	sites := r.Int("sites")
	of := untrained(sites)
	capacities := make([]tasks.Capacity, len(of))
	m := tasks.DefaultMemory()
	m.MaxLag, m.SubtractChance = 4*sites, true // twice the lags that a string at half the speed can hold
	if err := tasks.Each(ctx, r.Workers, len(of), func(i int) error {
		net, err := of[i].build()
		if err != nil {
			return err
		}
		capacities[i], err = m.Measure(net, r.Seed)
		return err
	}); err != nil {
		return err
	}
	var curves []viz.Series
	for i, c := range capacities {
		if _, err := r.Metric(of[i].metric, c.Total); err != nil {
			return err
		}
		s := viz.Series{Name: of[i].name}
		for k, v := range c.PerLag {
			s.X, s.Y = append(s.X, float64(k+1)), append(s.Y, v)
		}
		curves = append(curves, s)
	}
	if err := r.Figure("memory", fmt.Sprintf("Memory of %d sites that are not trained, read out by ridge regression: squared correlation of the output with the input so many steps ago", sites), viz.Line{
		Title: "Memory of lines and strings", X: viz.Axis{Label: "Lag", Unit: "steps"}, Y: viz.Axis{Label: "Squared correlation", Min: 0, Max: 1.05}, Series: curves}); err != nil {
		return err
	}
	return drawString(r)
}

// drawString shows a wide and a narrow pulse on a string that is fixed at its far end.
func drawString(r *experiments.Run) error {
	sites := r.Int("sites")
	c := reservoir.DefaultWaveEquation(sites, 1)
	c.Step, c.Damping, c.Fixed = 0.5, 0.01, true
	net, err := c.Build()
	if err != nil {
		return err
	}
	steps := 5 * sites
	picture := make([][]float64, sites)
	for i := range picture {
		picture[i] = make([]float64, steps)
	}
	pulse := func(t, width float64) float64 { return math.Exp(-t * t / (2 * width * width)) }
	for k := range steps {
		t := float64(k) * c.Step
		if err := net.Step([]float64{pulse(t-20, 5) + pulse(t-60, 0.7)}); err != nil {
			return err
		}
		for i := range picture {
			picture[i][k] = net.State()[i]
		}
	}
	return r.Figure("string", fmt.Sprintf("Displacement of a string of %d sites whose end at the bottom is moved by two pulses and whose other end is fixed: speed 1 site per unit of time, a "+
		"Courant number of %g and a damping of %g. Both travel at one speed, fade, and come back upside down; the short one, a little wider than a site, trails the waves that the "+
		"grid makes too slow", sites, c.Courant(), c.Damping), viz.HeatMap{Title: "A string of the wave equation", Values: picture, Up: true,
		X: viz.Axis{Label: "Time", Min: 0, Max: float64(steps) * c.Step}, Y: viz.Axis{Label: "Site", Min: 0, Max: float64(sites)}, Label: "Displacement", Diverging: true})
}
