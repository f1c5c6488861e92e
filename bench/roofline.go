package bench

import (
	"fmt"
	"io"
	"math"
	"text/tabwriter"

	"github.com/glia-sim/glia/viz"
)

// results are the numbers of a roof as the JSON form carries them.
func (r Roof) results() []Result {
	var all []Result
	add := func(name, unit, meaning string, x float64) {
		all = append(all, Result{Measure{Name: "roofline_" + name, Unit: unit, Meaning: meaning}, []float64{x}})
	}
	add("events", "1/model s", "synaptic events", r.Work.Events)
	add("updates", "1/model s", "updates of stepped neurons", r.Work.Updates)
	add("draws", "1/model s", "Poisson numbers drawn", r.Work.Draws)
	add("bytes_per_event", "B", "bytes of synapses read and written per event, by design", r.Work.BytesPerEvent)
	add("bytes_per_update", "B", "bytes of state and input read and written per update, by design", r.Work.BytesPerUpdate)
	add("vector", "B", "what the events of one worker are scattered into", r.Work.Vector)
	add("rate", "events/s/core", "synaptic events per core second, everything included", r.Rate)
	add("bandwidth_limit", "events/s/core", "bandwidth_one_core over the bytes that come from memory per event", r.Bandwidth)
	add("additions_limit", "events/s/core", r.Level+" of the machine", r.Additions)
	add("limit", "events/s/core", "the lower of both", r.Limit())
	add("reached", "1", "rate over limit", r.Reached())
	return all
}

// writeRoofs prints them for people.
func writeRoofs(w io.Writer, roofs []Roof) error {
	if len(roofs) == 0 {
		return nil
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "\nroofline\tevents\tupdates\tdraws\tB/event\tB/update\tscattered into\tevents/s/core\tby bandwidth\tby additions\tlimit\treached")
	for _, r := range roofs {
		level := map[string]string{"scatter_l2": "L2", "scatter_l3": "L3", "scatter_dram": "DRAM"}[r.Level]
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s (%s)\t%s\t%s\t%s\t%s\t%.1f %%\n", r.Benchmark,
			number(r.Work.Events), count(r.Work.Updates), count(r.Work.Draws), number(r.Work.BytesPerEvent), count(r.Work.BytesPerUpdate),
			cacheText(int64(r.Work.Vector)), level, number(r.Rate), number(r.Bandwidth), number(r.Additions), number(r.Limit()), 100*r.Reached())
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintln(w, "Events, updates and draws per model second; bytes by design. The limits are those of machine, on one core.")
	return err
}

// count leaves out what there is none of.
func count(x float64) string {
	if x == 0 {
		return "-"
	}
	return number(x)
}

// RooflineFigure draws benchmarks under the machine's roofs. The error says what is missing.
func RooflineFigure(reports []Report, m Machine) (viz.Line, error) {
	l, ok := limitsOf(reports)
	roofs := Rooflines(reports, m)
	if !ok {
		return viz.Line{}, fmt.Errorf("the benchmark machine has not measured bandwidth and scattered additions")
	}
	if len(roofs) == 0 {
		return viz.Line{}, fmt.Errorf("no benchmark has told its work per processor time")
	}
	f := viz.Line{
		Title: "What the benchmarks reach of what the machine can do",
		Caption: fmt.Sprintf("Each benchmark with all that it does, on one core of %s. No event is faster than its bytes (sloped) nor than an addition "+
			"at a random place of a vector of its size (dashed).", orDefault(m.CPU, "an unknown processor")),
		X: viz.Axis{Label: "Synaptic events per byte moved", Unit: "1/B", Log: true}, Y: viz.Axis{Label: "Synaptic events per core second", Unit: "1/s", Log: true},
		PointsName: "benchmark"}
	lo, hi, least := math.Inf(1), 0.0, math.Inf(1)
	for _, r := range roofs {
		lo, hi, least = min(lo, 1/r.Bytes), max(hi, 1/r.Bytes), min(least, r.Rate)
		f.Points = append(f.Points, viz.RefPoint{X: 1 / r.Bytes, Y: r.Rate, Label: r.Benchmark})
	}
	lo, hi = lo/2, hi*2 // room for labels
	f.X.Min, f.X.Max = lo, hi
	f.Y.Min, f.Y.Max = least/2, 2*max(l.bandwidth*hi, l.scatter[scatterLevels[0]])
	f.Series = []viz.Series{{Name: "bandwidth_one_core", X: []float64{lo, hi}, Y: []float64{l.bandwidth * lo, l.bandwidth * hi}}}
	for _, level := range scatterLevels {
		f.Lines = append(f.Lines, viz.RefLine{Value: l.scatter[level], Label: level})
	}
	return f, nil
}
