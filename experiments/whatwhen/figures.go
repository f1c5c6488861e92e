package whatwhen

import (
	"fmt"

	"github.com/glia-sim/glia/analysis"
	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/viz"
)

// afterCue is a prediction over the time from the cue.
func afterCue(name string, y []float64) viz.Series {
	s := viz.Series{Name: name}
	for t, v := range y {
		s.X, s.Y = append(s.X, float64(t-cueTime)), append(s.Y, v)
	}
	return s
}

func (s *study) draw(r *experiments.Run) error {
	r.Phase("draw")
	m := s.of[0]
	time := viz.Axis{Label: "Time from the cue", Unit: "ms"}
	prediction := viz.Axis{Label: "Prediction"}
	lines := []viz.RefLine{{Value: float64(first.latency), Vertical: true, Label: "before"}, {Value: float64(second.latency), Vertical: true, Label: "after"}}
	if err := r.Figure("predictions", "Predictions of the local rule in a trial at the end of each phase. Before the change A follows the cue after 500 ms with "+
		"probability 0.7, afterwards B after 700 ms with probability 0.7; else the other outcome comes at that time.", viz.Line{
		Title: "What and when", X: time, Y: prediction, Lines: lines,
		Series: []viz.Series{afterCue("A before", m.Local.Before[0]), afterCue("B before", m.Local.Before[1]), afterCue("A after", m.Local.After[0]), afterCue("B after", m.Local.After[1])}}); err != nil {
		return err
	}
	if err := s.drawProbability(r); err != nil {
		return err
	}
	if err := s.drawRelearning(r); err != nil {
		return err
	}
	if err := r.Figure("two_cues", "Two pathways, trained on both cues in random order: when learns the time of any outcome online, what its identity by "+
		"replay; the prediction is their product.", viz.Line{Title: "Two cues, two pathways", X: time, Y: prediction,
		Lines: []viz.RefLine{{Value: float64(first.latency), Vertical: true, Label: "cue 1"}, {Value: float64(second.latency), Vertical: true, Label: "cue 2"}},
		Series: []viz.Series{afterCue("cue 1: A (0.7)", m.Two[0][0]), afterCue("cue 1: B (0.3)", m.Two[0][1]), afterCue("cue 2: A (0.3)", m.Two[1][0]),
			afterCue("cue 2: B (0.7)", m.Two[1][1])}}); err != nil {
		return err
	}
	return s.drawNoise(r)
}

func (s *study) drawProbability(r *experiments.Run) error {
	measured := viz.Series{Name: "prediction of A", Markers: true}
	equal := viz.Series{Name: "equal to the probability"}
	for k, p := range probabilities {
		x := s.over(func(m *realisation) float64 { return m.Amplitudes[k] })
		measured.X, measured.Y, measured.Err = append(measured.X, p), append(measured.Y, mean(x)), append(measured.Err, analysis.SD(x))
		equal.X, equal.Y = append(equal.X, p), append(equal.Y, p)
	}
	return r.Figure("probability", fmt.Sprintf("Prediction of A at 500 ms, mean of the last %d trials, over the probability of A. Mean and standard deviation over %d networks.",
		averaged, len(s.of)), viz.Line{Title: "Height tells probability", X: viz.Axis{Label: "Probability of A", Min: 0, Max: 1},
		Y: viz.Axis{Label: "Prediction of A", Zero: true}, Series: []viz.Series{measured, equal}})
}

func (s *study) drawRelearning(r *experiments.Run) error {
	n := r.Int("trials")
	curve := func(name string, of func(*realisation) *relearning, value func(probe) float64) viz.Series {
		c := viz.Series{Name: name}
		for k := -min(n, 20); k < n; k++ {
			x := s.over(func(m *realisation) float64 { return value(of(m).Course[n+k]) })
			c.X, c.Y = append(c.X, float64(k+1)), append(c.Y, mean(x))
		}
		return c
	}
	old, fresh := func(p probe) float64 { return p.A500 }, func(p probe) float64 { return p.B700 }
	local, rls, reset := func(m *realisation) *relearning { return &m.Local }, func(m *realisation) *relearning { return &m.RLS }, func(m *realisation) *relearning { return &m.Reset }
	analytic := viz.Series{Name: "running mean 0.7 n/(n+m)"}
	for k := range n {
		analytic.X, analytic.Y = append(analytic.X, float64(k+1)), append(analytic.Y, first.p*float64(n)/float64(n+k+1))
	}
	caption := fmt.Sprintf("Means over %d networks. Recursive least squares, as used by FORCE, has seen n = %d trials before and averages over all; with P reset it starts counting anew.", len(s.of), n)
	trials := viz.Axis{Label: "Trials after the change"}
	change := []viz.RefLine{{Value: 0, Vertical: true, Label: "change"}}
	return r.Figure("relearning", "The old prediction, of A at 500 ms, and the new one, of B at 700 ms, after the change. "+caption, viz.Line{
		Title: "Learning anew", X: trials, Y: viz.Axis{Label: "Prediction", Zero: true}, Lines: change,
		Series: []viz.Series{curve("local, old", local, old), curve("local, new", local, fresh), curve("RLS, old", rls, old), curve("RLS, new", rls, fresh),
			curve("RLS reset, old", reset, old), curve("RLS reset, new", reset, fresh), analytic}})
}

func (s *study) drawNoise(r *experiments.Run) error {
	var series []viz.Series
	var lines []viz.RefLine
	at := map[string]int{}
	for _, p := range s.points {
		if p.circuit.noise == 0 {
			continue // no place on a logarithmic axis
		}
		k, ok := at[p.name]
		if !ok {
			k = len(series)
			at[p.name] = k
			series = append(series, viz.Series{Name: p.name, Markers: true, NoLine: p.name != "reference" && p.name != "robust"})
		}
		c := &series[k]
		c.X, c.Y, c.Err = append(c.X, p.circuit.noise), append(c.Y, mean(p.amplitude)), append(c.Err, analysis.SD(p.amplitude))
	}
	for k := range series {
		if len(s.points[0].amplitude) == 1 {
			series[k].Err = nil
		}
	}
	for _, p := range s.points {
		if p.circuit.noise == 0 && p.name == "reference" {
			lines = append(lines, viz.RefLine{Value: mean(p.amplitude), Label: "reference without noise"})
		}
	}
	return r.Figure("noise", fmt.Sprintf("Prediction of A (probability 0.7) at 500 ms after %d trials, over the noise that each neuron receives, in the published setting and in "+
		"the robust one, where excitatory cells recover with time constants of up to 500 ms, the drive is half as strong again and traces decay with 60 ms. Marks at 0.1: the published setting with one other change, none of which helps, and the robust "+
		"one with finer integration and weaker recurrence.", r.Int("noise_trials")), viz.Line{Title: "What noise leaves of a prediction", X: viz.Axis{Label: "Standard deviation of the current", Unit: "mV/ms", Log: true},
		Y: viz.Axis{Label: "Prediction of A", Zero: true}, Series: series, Lines: lines})
}
