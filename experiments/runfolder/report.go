package runfolder

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/viz"
)

// writeReport writes report.html: everything of the run on one page that needs
// no other file.
func (f *Folder) writeReport(run *experiments.Run) error {
	e, m := f.o.Experiment, f.manifest
	page := viz.Report{Title: e.Title, Citation: e.Citation, RepeatCommand: m.Command}
	if m.Status != Complete {
		page.Lead = append(page.Lead, fmt.Sprintf("This run is not complete: %s. %s", m.Status, m.Error))
	}
	if e.Summary != "" {
		page.Lead = append(page.Lead, e.Summary)
	}
	for _, r := range run.Results() {
		page.Metrics = append(page.Metrics, reportMetric(r))
	}
	for _, figure := range m.Figures {
		svg, err := os.ReadFile(filepath.Join(f.dir, figure.File))
		if err != nil {
			return fmt.Errorf("report: %w", err)
		}
		page.Figures = append(page.Figures, viz.Figure{Name: figure.Name, Caption: figure.Caption, SVG: svg})
	}
	for _, p := range f.o.Values.Parameters() {
		page.Parameters = append(page.Parameters, viz.Parameter{
			Name: p.Name, Unit: p.Unit, Meaning: p.Meaning,
			Value: p.Format(f.o.Values.Get(p.Name)), Default: p.Format(p.Default),
		})
	}
	page.Environment = environment(m)
	return f.writeFile(ReportFile, page.Render)
}

// reportMetric turns a result into its row. A band has no single tolerance, so
// what it accepts stands beside the source.
func reportMetric(r experiments.Result) viz.Metric {
	m := NewMetric(r)
	row := viz.Metric{Name: m.Name, Value: r.Value, Unit: m.Unit, Target: m.Target, Tolerance: m.Tolerance, OK: m.OK}
	if m.Source != nil {
		row.Source = *m.Source
		if m.Tolerance == nil {
			row.Source += " (accepted: " + r.Target.Accepts() + ")"
		}
	}
	return row
}

// environment lists the facts about program, machine and run.
func environment(m Manifest) []viz.EnvironmentRow {
	integer := func(n int64) string { return strconv.FormatInt(n, 10) }
	rows := []viz.EnvironmentRow{
		{Name: "status", Value: string(m.Status)},
		{Name: "seed", Value: strconv.FormatUint(m.Seed, 10)},
		{Name: "workers", Value: strconv.Itoa(m.Workers)},
		{Name: "started", Value: m.Start.Format(time.RFC3339)},
		{Name: "wall time", Value: seconds(m.WallSeconds)},
	}
	for _, p := range m.Phases {
		rows = append(rows, viz.EnvironmentRow{Name: "wall time of " + p.Name, Value: seconds(p.WallSeconds)})
	}
	if m.Data != "" {
		rows = append(rows, viz.EnvironmentRow{Name: "data", Value: m.Data})
	}
	if m.DT > 0 {
		rows = append(rows, viz.EnvironmentRow{Name: "time step", Value: strconv.FormatFloat(m.DT, 'g', -1, 64) + " ms"})
	}
	return append(rows,
		viz.EnvironmentRow{Name: "neurons", Value: integer(int64(m.Neurons))},
		viz.EnvironmentRow{Name: "synapses", Value: integer(m.Synapses)},
		viz.EnvironmentRow{Name: "spikes", Value: integer(m.Spikes)},
		viz.EnvironmentRow{Name: "synaptic events", Value: integer(m.SynapticEvents)},
		viz.EnvironmentRow{Name: "SHA-256 of the spikes", Value: m.SpikesSHA256},
		viz.EnvironmentRow{Name: "peak memory", Value: strconv.FormatUint(uint64(math.Round(float64(m.PeakMemoryBytes)/1e6)), 10) + " MB"},
		viz.EnvironmentRow{Name: "glia", Value: m.Version},
		viz.EnvironmentRow{Name: "Go", Value: m.GoVersion + " " + m.GOOS + "/" + m.GOARCH},
		viz.EnvironmentRow{Name: "processor", Value: fmt.Sprintf("%s (%d logical)", m.CPU, m.CPUs)},
	)
}

func seconds(s float64) string { return strconv.FormatFloat(s, 'f', 2, 64) + " s" }
