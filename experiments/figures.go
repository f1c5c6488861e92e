package experiments

import (
	"fmt"
	"slices"

	"github.com/glia-sim/glia/analysis"
	"github.com/glia-sim/glia/sim"
	"github.com/glia-sim/glia/viz"
)

// IrregularityFigures announces what DrawIrregularity draws.
func IrregularityFigures() []FigureDoc {
	return []FigureDoc{
		{Name: "intervals", Caption: "Distribution of inter-spike intervals"},
		{Name: "cv", Caption: "Distribution of the CV of inter-spike intervals"},
	}
}

// DrawIrregularity draws how regularly the neurons of each population fire: the figures "intervals", of all
// inter-spike intervals, and "cv", of the CVs of neurons with at least minIntervals of them.
func DrawIrregularity(r *Run, s analysis.Spikes, populations []Population, minIntervals int) error {
	intervals := viz.Histogram{Title: "Inter-spike intervals", X: viz.Axis{Label: "Inter-spike interval", Unit: "ms"}, Density: true}
	cv := viz.Histogram{Title: "Irregularity", X: viz.Axis{Label: "CV of inter-spike intervals"}, Density: true}
	var all []float64
	for _, p := range populations {
		lo, hi := int32(p.First), int32(p.First+p.Size)
		var isis []float64
		for _, train := range s.PerNeuron(lo, hi) {
			isis = append(isis, analysis.ISIs(train)...)
		}
		all = append(all, isis...)
		intervals.Samples = append(intervals.Samples, viz.Sample{Name: p.Name, Values: isis})
		sample := viz.Sample{Name: p.Name}
		for _, x := range analysis.CVs(s, lo, hi, minIntervals) {
			if x == x { // the others have too few intervals
				sample.Values = append(sample.Values, x)
			}
		}
		cv.Samples = append(cv.Samples, sample)
	}
	// The longest intervals, a few in a hundred, would squeeze the others.
	if slices.Sort(all); len(all) > 100 {
		intervals.X.Max = all[len(all)*98/100]
	}
	if err := r.Figure("intervals", "Inter-spike intervals of all neurons, by population", intervals); err != nil {
		return err
	}
	return r.Figure("cv", fmt.Sprintf("CV of the inter-spike intervals of neurons with %d or more of them; a Poisson process has 1", minIntervals), cv)
}

// Membrane records the membrane potential of the first neuron of some populations, for a figure.
type Membrane struct {
	from, to float64
	names    []string
	records  []*sim.StateRecorder
}

// WatchMembrane has the state variable V of the first neuron of each population recorded from one time to
// another [ms]. Call it before the network is built.
func WatchMembrane(net *sim.Network, from, to float64, of ...*sim.Population) *Membrane {
	m := &Membrane{from: from, to: to}
	for _, p := range of {
		m.names = append(m.names, "V of "+p.Name)
		m.records = append(m.records, net.RecordState(p, sim.StateOptions{Variable: "V", Neurons: []int{0}, From: from, To: to}))
	}
	return m
}

// MembraneFigure announces what Membrane draws.
func MembraneFigure() FigureDoc {
	return FigureDoc{Name: "membrane", Caption: "Membrane potentials of a neuron of each population"}
}

// Draw draws the figure "membrane"; lines are potentials to compare with, such as the threshold.
func (m *Membrane) Draw(r *Run, caption string, lines ...viz.RefLine) error {
	trace := viz.Trace{Title: "Membrane potentials", Start: m.from, Stop: m.to}
	for k, record := range m.records {
		trace.Series = append(trace.Series, viz.TraceSeries{Name: m.names[k], Unit: "mV", Times: record.Times(), Values: record.Values(0)})
	}
	for _, l := range lines {
		l.Unit = "mV"
		trace.Lines = append(trace.Lines, l)
	}
	return r.Figure("membrane", caption, trace)
}
