package eireservoir

import (
	"fmt"
	"math"

	"github.com/glia-sim/glia/analysis"
	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/viz"
)

// curve is one score over the settings, with the scatter over realisations as its band.
func curve(name string, settings []*setting, score func(*setting) []float64) viz.Series {
	s := viz.Series{Name: name, Markers: true}
	for _, p := range settings {
		s.X, s.Y, s.Err = append(s.X, p.at), append(s.Y, mean(score(p))), append(s.Err, analysis.SD(score(p)))
	}
	return s
}

func ofMemory(p *setting) []float64  { return p.mc }
func ofNARMA(p *setting) []float64   { return p.nrmse }
func ofRate(p *setting) []float64    { return p.rate }
func ofEntropy(p *setting) []float64 { return p.entropy }

func references(rows []balance, value func(balance) float64) []viz.RefPoint {
	var points []viz.RefPoint
	for _, b := range rows {
		points = append(points, viz.RefPoint{X: b.at, Y: value(b)})
	}
	return points
}

func (s *study) draw(r *experiments.Run) error {
	r.Phase("draw")
	band := fmt.Sprintf("Mean and standard deviation over %d realisations.", r.Int("realisations"))
	beta := viz.Axis{Label: "Global balance β"}
	overBalance := func(name, title, label string, score func(*setting) []float64, reference func(balance) float64) error {
		l := viz.Line{Title: title, X: beta, Y: viz.Axis{Label: label, Zero: true}, Series: []viz.Series{curve("global balance", s.sweep, score)},
			Points: references(balances, reference), PointsName: "independent implementation",
			Lines: []viz.RefLine{{Value: mean(score(s.adapted[s.plain])), Label: "adapted to rate 0.5"}, {Value: mean(score(s.mixed)), Label: "adapted to mixed rates"}}}
		return r.Figure(name, title+": β above 0 is dominated by excitation. Horizontal: inhibition adapted from β = 0. "+band, l)
	}
	if err := overBalance("memory", "Memory capacity over the balance", "Memory capacity", ofMemory, func(b balance) float64 { return b.mc }); err != nil {
		return err
	}
	if err := overBalance("narma", "NARMA-10 over the balance", "NRMSE", ofNARMA, func(b balance) float64 { return b.nrmse }); err != nil {
		return err
	}
	memory, _ := best(s.sweep)
	if err := r.Figure("target_rate", "Memory capacity over the common target rate, after adaptation step by step and after the one-step solution. "+band, viz.Line{
		Title: "Adapted inhibition", X: viz.Axis{Label: "Target rate"}, Y: viz.Axis{Label: "Memory capacity", Zero: true},
		Series: []viz.Series{curve("adapted step by step", s.adapted, ofMemory), curve("solved in one step", s.solved, ofMemory)},
		Points: references(targets, func(b balance) float64 { return b.mc }), PointsName: "independent implementation",
		Lines: []viz.RefLine{{Value: mean(memory.mc), Label: fmt.Sprintf("best global balance, %g", memory.at)}}}); err != nil {
		return err
	}
	rates := curve("mean rate", s.sweep, ofRate)
	for k, p := range s.sweep {
		rates.Err[k] = mean(p.spread)
	}
	if err := r.Figure("rates", "Mean rate over the balance; the band is the standard deviation over units", viz.Line{
		Title: "Rates over the balance", X: beta, Y: viz.Axis{Label: "Rate (1: saturation)", Min: 0, Max: 1.1}, Series: []viz.Series{rates},
		Points: references(balances, func(b balance) float64 { return b.rate }), PointsName: "independent implementation"}); err != nil {
		return err
	}
	if err := r.Figure("distribution", "Time-averaged rates of single units of the first realisation", viz.Histogram{
		Title: "Rates of single units", X: viz.Axis{Label: "Rate", Min: 0, Max: 1}, BinWidth: 0.05,
		Samples: []viz.Sample{{Name: "balance 0, not adapted", Values: s.sweep[s.unadapted].units}, {Name: "adapted to 0.5", Values: s.adapted[s.plain].units},
			{Name: "adapted to mixed rates", Values: s.mixed.units}}}); err != nil {
		return err
	}
	if err := s.drawEigenvalues(r); err != nil {
		return err
	}
	scatter := func(name string, settings []*setting) viz.Series {
		c := curve(name, settings, ofMemory)
		c.X, c.Err, c.NoLine = curve("", settings, ofEntropy).Y, nil, true
		return c
	}
	if err := r.Figure("entropy", "Memory capacity over the entropy of a unit's rate in time (20 bins over 0 to 1), one mark per setting", viz.Line{
		Title: "Entropy and memory", X: viz.Axis{Label: "Entropy", Unit: "bit"}, Y: viz.Axis{Label: "Memory capacity", Zero: true},
		Series: []viz.Series{scatter("global balance", s.sweep), scatter("adapted to one rate", s.adapted), scatter("adapted to mixed rates", []*setting{s.mixed})}}); err != nil {
		return err
	}
	lines := []viz.Series{{Name: "best global balance (-3 to 0)"}, {Name: "adapted to 0.5"}, {Name: "adapted to mixed rates"}}
	for k, row := range s.scaled {
		m, _ := best(row[:4])
		for i, p := range []*setting{m, row[4], row[5]} {
			l := &lines[i]
			l.Markers = true
			l.X, l.Y, l.Err = append(l.X, s.scales[k]), append(l.Y, mean(p.mc)), append(l.Err, analysis.SD(p.mc))
		}
	}
	return r.Figure("input_scale", "Memory capacity over the scale of the input weights. "+band, viz.Line{
		Title: "Scaling of the input", X: viz.Axis{Label: "Input scale", Log: true}, Y: viz.Axis{Label: "Memory capacity", Zero: true}, Series: lines})
}

// drawEigenvalues shows the weights in the complex plane. A unit at a rate of 0.5 passes changes on with a slope
// of 1/4, the steepest of the logistic function: there eigenvalues beyond 4 mean growing activity.
func (s *study) drawEigenvalues(r *experiments.Run) error {
	const steepest = 4.0
	if s.mixed.eigenvalues == nil { // too many units
		return nil
	}
	circle := viz.Series{Name: "limit of stability at a rate of 0.5"}
	for k := range 101 {
		y, x := math.Sincos(2 * math.Pi * float64(k) / 100)
		circle.X, circle.Y = append(circle.X, steepest*x), append(circle.Y, steepest*y)
	}
	line := viz.Line{Title: "Eigenvalues of the weights", X: viz.Axis{Label: "Real part"}, Y: viz.Axis{Label: "Imaginary part"}, Size: viz.Size{Height: 480}}
	reach := steepest
	for _, of := range []struct {
		name string
		p    *setting
	}{{"balance 0, not adapted", s.sweep[s.unadapted]}, {"adapted to 0.5", s.adapted[s.plain]}, {"adapted to mixed rates", s.mixed}} {
		marks := viz.Series{Name: of.name, NoLine: true}
		for _, e := range of.p.eigenvalues {
			marks.X, marks.Y = append(marks.X, real(e)), append(marks.Y, imag(e))
			reach = max(reach, math.Abs(imag(e)), math.Abs(real(e))/1.9)
		}
		line.Series = append(line.Series, marks)
	}
	line.Series = append(line.Series, circle)
	reach *= 1.08
	line.X.Min, line.X.Max, line.Y.Min, line.Y.Max = -1.9*reach, 1.9*reach, -reach, reach
	return r.Figure("eigenvalues", "Eigenvalues of the weights, gains of inhibition included, of the first realisation: adaptation changes the gains only", line)
}
