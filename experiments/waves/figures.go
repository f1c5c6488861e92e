package waves

import (
	"fmt"

	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/viz"
	"gonum.org/v1/gonum/floats"
)

func drawTraining(r *experiments.Run, all []*course) error {
	r.Phase("draw")
	over := map[string]*viz.Series{}
	var accuracy, learning, loss []viz.Series
	for _, kind := range r.List("networks") {
		over[kind] = &viz.Series{Name: kind, Markers: true}
	}
	for _, c := range all {
		name := fmt.Sprintf("%s, delay %d", c.Kind, c.Delay)
		learning = append(learning, viz.Series{Name: name, X: c.At, Y: c.Accuracy})
		loss = append(loss, viz.Series{Name: name, X: c.At, Y: c.Loss})
		s := over[c.Kind]
		s.X, s.Y = append(s.X, float64(c.Delay)), append(s.Y, c.Accuracy[len(c.Accuracy)-1])
	}
	for _, kind := range r.List("networks") {
		accuracy = append(accuracy, *over[kind])
	}
	recalled := viz.Axis{Label: "Symbols recalled", Min: 0, Max: 1.05}
	chance := []viz.RefLine{{Value: 0.125, Label: "chance"}}
	trained := fmt.Sprintf("Training on %d fresh sequences a step ends when all is recalled, or after %d steps", r.Int("batch"), r.Int("steps"))
	if err := r.Figure("accuracy", fmt.Sprintf("Fraction of the symbols of %d test sequences that are recalled after training. %s", r.Int("test"), trained), viz.Line{
		Title: "Copy task", X: viz.Axis{Label: "Delay", Unit: "steps", Log: len(r.List("delays")) > 1}, Y: recalled, Series: accuracy, Lines: chance}); err != nil {
		return err
	}
	steps := viz.Axis{Label: "Steps of training"}
	if err := r.Figure("learning", trained, viz.Line{Title: "Learning to copy", X: steps, Y: recalled, Series: learning, Lines: chance}); err != nil {
		return err
	}
	if err := r.Figure("loss", "Mean of -log of the probability of the symbol to be recalled on test sequences; ln 8 without memory. "+trained, viz.Line{
		Title: "Loss", X: steps, Y: viz.Axis{Label: "Loss", Log: true}, Series: loss, Lines: []viz.RefLine{{Value: 2.0794, Label: "ln 8"}}}); err != nil {
		return err
	}
	// That of the longest delay that was learned, else the first.
	var best *course
	for _, c := range all {
		if c.Kind == "wave" && (best == nil || c.Solved >= 0 && c.Delay > best.Delay) {
			best = c
		}
	}
	if best == nil {
		return nil
	}
	return drawTrace(r, best)
}

// drawTrace shows over time and sites where the first symbol is.
func drawTrace(r *experiments.Run, c *course) error {
	picture := make([][]float64, r.Int("sites"))
	for _, change := range c.Trace {
		top := floats.Max(change)
		for i, v := range change {
			if top > 0 {
				v /= top
			}
			picture[i] = append(picture[i], v)
		}
	}
	return r.Figure("hidden_wave", fmt.Sprintf("The wave that carries the first symbol after training at a delay of %d: by how much activity at each site, all channels together, changes when another symbol is "+
		"shown at time 0, as a fraction of the largest change at each time. Training has let symbols in at all sites; they move by one a step. The first is wanted at time %d", c.Delay, len(c.Trace)-shown), viz.HeatMap{
		Title: "The wave in the network", Values: picture, Up: true, X: viz.Axis{Label: "Time", Unit: "steps", Min: 0, Max: float64(len(c.Trace))},
		Y: viz.Axis{Label: "Site", Min: 0, Max: float64(len(picture))}, Label: "Change"})
}
