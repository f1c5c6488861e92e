package izhikevich2003

import (
	"fmt"
	"math"

	"github.com/glia-sim/glia/analysis"
	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/networks"
	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/viz"
)

// cell is the recording of one excitatory neuron.
type cell struct {
	v, u *sim.StateRecorder
	stop float64 // ms
}

// watch records the first excitatory neuron up to stop.
func watch(n *networks.Izhikevich2003Network, stop float64) cell {
	record := func(variable string) *sim.StateRecorder {
		return n.Net.RecordState(n.E, sim.StateOptions{Variable: variable, Neurons: []int{0}, To: stop})
	}
	return cell{record("v"), record("u"), stop}
}

// draw shows the cell over time and in the phase plane.
func (c cell) draw(r *experiments.Run, s analysis.Spikes) error {
	times, v, u := c.v.Times(), c.v.Values(0), c.u.Values(0)
	var spikes []float64
	for i, id := range s.IDs {
		if id == 0 {
			spikes = append(spikes, s.Times[i])
		}
	}
	if err := r.Figure("membrane", "Membrane potential v and recovery u of an excitatory neuron; bars mark its spikes, at which v is reset", viz.Trace{
		Title: "An excitatory cell", Times: times, Events: spikes, Stop: c.stop,
		Series: []viz.TraceSeries{{Name: "v", Unit: "mV", Values: v}, {Name: "u", Unit: "mV/ms", Values: u}}}); err != nil {
		return err
	}
	// A spike with what leads to it and what follows; longer paths cover themselves.
	from, to := 0.0, 100.0
	if len(spikes) > 1 {
		from, to = max(0, spikes[1]-30), spikes[1]+90
	}
	path := viz.Series{Name: "the cell in the network"}
	next := 0
	for i, t := range times {
		if t < from || t > to {
			continue
		}
		for next < len(spikes) && spikes[next] < from {
			next++
		}
		if next < len(spikes) && spikes[next] <= t { // a reset is no movement
			path.X, path.Y = append(path.X, math.NaN()), append(path.Y, math.NaN())
			next++
		}
		path.X, path.Y = append(path.X, v[i]), append(path.Y, u[i])
	}
	// Excitatory cells share a and b; c and d, which differ, act at the reset only.
	const a, b, low, high = 0.02, 0.2, -85.0, -35.0
	vs, us := viz.Series{Name: "v stands still: u = 0.04 v² + 5 v + 140"}, viz.Series{Name: "u stands still: u = 0.2 v"}
	for x := low; x <= high; x += 0.5 {
		vs.X, vs.Y = append(vs.X, x), append(vs.Y, 0.04*x*x+5*x+140)
		us.X, us.Y = append(us.X, x), append(us.Y, b*x)
	}
	bottom, top := -20.0, -4.0
	for _, x := range path.Y {
		if x != x {
			continue
		}
		bottom, top = min(bottom, x-1), max(top, x+1)
	}
	return r.Figure("phase-plane", fmt.Sprintf("The same neuron in the plane of its two variables, %.0f to %.0f ms. Arrows and nullclines are those without input; noise and "+
		"synapses push the cell past the right branch of the parabola, where v runs away to the spike; the path is interrupted at the reset", from, min(to, c.stop)), viz.PhasePlane{
		Title: "Phase plane of an excitatory cell", Size: viz.Size{Height: 460}, Nullclines: []viz.Series{vs, us}, Trajectories: []viz.Series{path},
		X: viz.Axis{Label: "Membrane potential v", Unit: "mV", Min: low, Max: high}, Y: viz.Axis{Label: "Recovery u", Unit: "mV/ms", Min: bottom, Max: top},
		// Both nullclines cross where 0.04 v² + 4.8 v + 140 = 0.
		Points: []viz.RefPoint{{X: -70, Y: -14, Label: "rest"}, {X: -50, Y: -10, Label: "threshold (saddle)"}}, PointsName: "fixed point",
		Flow: func(v, u float64) (float64, float64) { return 0.04*v*v + 5*v + 140 - u, a * (b*v - u) }})
}
