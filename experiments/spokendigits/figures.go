package spokendigits

import (
	"fmt"
	"strings"

	"github.com/glia-sim/glia/analysis"
	"github.com/glia-sim/glia/networks/coding"
	"github.com/glia-sim/glia/viz"
	"gonum.org/v1/gonum/mat"
)

// speakerBars are the accuracies of one kind of features on each speaker.
type speakerBars struct {
	name       string
	speakers   []string
	accuracies []float64
}

type featureSet struct {
	name, suffix string
	x            *mat.Dense
}

// features are the three kinds, the liquid's first.
func (m *machine) features() []featureSet {
	return []featureSet{{"liquid", "", m.states}, {"input spikes", "_spikes", m.spikes}, {"energies", "_energies", m.energies}}
}

func (m *machine) draw(best *fitted, perSpeaker []speakerBars) error {
	confusion, err := analysis.Confuse(best.Labels, best.Classes, 10)
	if err != nil {
		return err
	}
	cells := make([][]float64, 10)
	var names []string
	for d := range cells {
		names = append(names, fmt.Sprint(d))
		for _, n := range confusion[d] {
			cells[d] = append(cells[d], float64(n))
		}
	}
	if err := m.r.Figure("confusion", fmt.Sprintf("Test recordings by digit (rows) and by the answer of the liquid's readout (columns): %.1f %% of %d are right",
		100*best.Accuracy, len(best.Labels)), viz.HeatMap{Title: "Confusion of digits", Values: cells, Columns: names, Rows: names,
		X: viz.Axis{Label: "Answer"}, Y: viz.Axis{Label: "Digit"}, Label: "Recordings", Counts: true}); err != nil {
		return err
	}
	if len(perSpeaker) > 0 {
		var rows [][]float64
		var kinds []string
		for _, p := range perSpeaker {
			var row []float64
			for _, a := range p.accuracies {
				row = append(row, float64(int(1000*a+0.5))/10)
			}
			rows, kinds = append(rows, row), append(kinds, p.name)
		}
		if err := m.r.Figure("speakers", "Percent right of each speaker's recordings, by readouts trained on all others", viz.HeatMap{Title: "Unknown speakers",
			Values: rows, Rows: kinds, Columns: perSpeaker[0].speakers, X: viz.Axis{Label: "Speaker"}, Label: "Accuracy", Unit: "%", Counts: true}); err != nil {
			return err
		}
	}
	return m.drawRecording(pick(m.utterances, isSeven)[0])
}

// drawRecording shows the way of one recording through ear, coder and liquid.
func (m *machine) drawRecording(i int) error {
	u := m.utterances[i]
	what := fmt.Sprintf("the digit %d by %s", u.Digit, u.Speaker)
	frames := m.hear(i, newEar(m.r.Int("bands")))
	end := float64(len(frames)) * frameMS
	time := viz.Axis{Label: "Time", Unit: "ms", Max: end}
	if err := m.r.Figure("ear", "Band energies of "+what+": 0 is 50 dB below the loudest", viz.HeatMap{Title: strings.ToUpper(what[:1]) + what[1:], Values: columns(frames),
		X: time, Y: viz.Axis{Label: "Band"}, Up: true, Label: "Energy"}); err != nil {
		return err
	}
	trains, err := encodeTrial(m.coder(), frames, uint64(i))
	if err != nil {
		return err
	}
	var times []float64
	var ids []int32
	for channel, train := range trains {
		for _, t := range train {
			times, ids = append(times, t), append(ids, int32(channel))
		}
	}
	if err := m.r.Figure("input", "Input spikes of "+what, viz.Raster{Title: "Input spikes", Times: times, IDs: ids,
		Populations: []viz.Population{{Name: "channels", Size: len(trains)}}, Stop: end}); err != nil {
		return err
	}
	l, err := m.liquid()
	if err != nil {
		return err
	}
	l.Trial = uint64(i)
	l.Reset()
	const shown = 100
	var states [][]float64
	for _, frame := range frames {
		if err := l.Step(frame); err != nil {
			return err
		}
		states = append(states, append([]float64(nil), l.State()[:min(shown, l.Units())]...))
	}
	return m.r.Figure("liquid", fmt.Sprintf("Filtered spikes of the first %d neurons in %s", len(states[0]), what), viz.HeatMap{Title: "State of the liquid", Values: columns(states),
		X: time, Y: viz.Axis{Label: "Neuron"}, Up: true, Label: "Rate", Unit: "200 Hz"})
}

// encodeTrial gives the spike times of each channel, with the draws of a trial.
func encodeTrial(c coding.Coder, frames [][]float64, trial uint64) ([][]float64, error) {
	e, err := c.NewEncoder(len(frames[0]), frameMS)
	if err != nil {
		return nil, err
	}
	e.Reset(trial)
	trains := make([][]float64, e.Channels())
	var spikes []coding.Spike
	for t, frame := range frames {
		spikes = e.Encode(spikes[:0], frame)
		for _, s := range spikes {
			trains[s.Channel] = append(trains[s.Channel], float64(t)*frameMS+s.At)
		}
	}
	return trains, nil
}

// columns turns frames into rows of a picture.
func columns(frames [][]float64) [][]float64 {
	rows := make([][]float64, len(frames[0]))
	for k := range rows {
		for _, f := range frames {
			rows[k] = append(rows[k], f[k])
		}
	}
	return rows
}
