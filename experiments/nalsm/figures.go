package nalsm

import (
	"fmt"

	"github.com/glia-sim/glia/networks"
	"github.com/glia-sim/glia/networks/readout"
	"github.com/glia-sim/glia/viz"
)

// viewer keeps the spikes of the first images for the raster.
type viewer struct {
	times []float64
	ids   []int32
	shown int
}

const (
	rasterImages     = 4
	drawnTerritories = 8 // at most so many astrocytes have a curve
)

func (v *viewer) add(k int, times []float64, ids []int32) {
	if k < rasterImages {
		v.times, v.ids = append(v.times, times...), append(v.ids, ids...)
		v.shown = k + 1
	}
}

func (m *machine) drawActivity(n *networks.LiquidNetwork, v *viewer, amplitudes [][]float64) error {
	first := int32(n.Liquid.First)
	if err := m.run.Figure("raster", fmt.Sprintf("Spikes of input and liquid while %d images are shown for %d ms each", v.shown, m.steps), viz.Raster{
		Title: "Input and liquid", Times: v.times, IDs: v.ids, Start: 0, Stop: float64(v.shown * m.steps),
		Populations: []viz.Population{{Name: "input", First: 0, Size: n.Input.Size},
			{Name: "excitatory", First: first, Size: n.Excitatory}, {Name: "inhibitory", First: first + int32(n.Excitatory), Size: n.Liquid.Size - n.Excitatory}},
	}); err != nil {
		return err
	}
	if err := m.run.Figure("images", m.images.name+": first images of the test set", m.images.grid()); err != nil {
		return err
	}
	if m.liquid.Learning == networks.Static {
		return nil
	}
	var series []viz.Series
	for d, a := range amplitudes {
		one := viz.Series{Name: "A", Y: a[:min(len(a), m.steps-1)]}
		if len(amplitudes) > 1 {
			one.Name = fmt.Sprintf("territory %d", d+1)
		}
		for k := range one.Y {
			one.X = append(one.X, float64(k+1))
		}
		series = append(series, one)
	}
	if err := m.run.Figure("astrocyte", "Amplitude of weakening while the first image is shown; it starts at 0.15 and all of learning fades by 1 % per ms", viz.Line{
		Title: "Astrocyte", X: viz.Axis{Label: "Time", Unit: "ms"}, Y: viz.Axis{Label: "Amplitude of weakening A"}, Series: series}); err != nil {
		return err
	}
	after, err := recurrentWeights(m.tanks[0].LiquidNetwork)
	if err != nil {
		return err
	}
	if err := m.run.Figure("weights", "Weights between liquid neurons before and after the initialisation", viz.Histogram{
		Title: "Recurrent weights", X: viz.Axis{Label: "Weight"}, BinWidth: 0.1,
		Samples: []viz.Sample{{Name: "before", Values: m.before}, {Name: "after", Values: after}}}); err != nil {
		return err
	}
	c := m.course
	return m.run.Figure("initialisation", "Mean weights in the course of the initialisation", viz.Line{
		Title: "Initialisation", X: viz.Axis{Label: "Images shown"}, Y: viz.Axis{Label: "Mean weight"},
		Series: []viz.Series{{Name: "excitatory", X: c.Image, Y: c.Exc}, {Name: "inhibitory", X: c.Image, Y: c.Inh}, {Name: "input (magnitude)", X: c.Image, Y: c.AbsIn}}})
}

func (m *machine) drawLearning(figure, name string, fit *readout.SoftmaxFit) error {
	var pass, train, validation, test []float64
	for _, p := range fit.History {
		pass = append(pass, float64(p.Index))
		train, validation, test = append(train, 100*p.Train), append(validation, 100*p.Validation), append(test, 100*p.Test)
	}
	line := viz.Line{
		// The first passes matter most, and the published readout has thousands.
		Title: "Readout " + name, X: viz.Axis{Label: "Pass", Log: len(pass) > 100}, Y: viz.Axis{Label: "Accuracy", Unit: "%"},
		Series: []viz.Series{{Name: "training", X: pass, Y: train}, {Name: "validation", X: pass, Y: validation}, {Name: "test", X: pass, Y: test}}}
	if t, ok := m.run.TargetOf("test_accuracy"); ok && t.Target != nil {
		line.Lines = append(line.Lines, viz.RefLine{Value: t.Target.Value, Label: "published"})
	}
	return m.run.Figure(figure, fmt.Sprintf("Accuracy of the readout %s per pass over the training images; pass %d has the best validation accuracy", name, fit.BestPass), line)
}

func (m *machine) drawConfusion(truth, predicted []int) error {
	table := make([][]float64, 10)
	names := make([]string, 10)
	for k := range table {
		table[k] = make([]float64, 10)
		names[k] = fmt.Sprint(k)
	}
	for i, k := range truth {
		table[k][predicted[i]]++
	}
	return m.run.Figure("confusion", "Test images by class (rows) and by the readout's answer (columns)", viz.HeatMap{
		Title: "Confusion matrix", Values: table, X: viz.Axis{Label: "Answer"}, Y: viz.Axis{Label: "Class"},
		Columns: names, Rows: names, Label: "Images", Counts: true})
}
