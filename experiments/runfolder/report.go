package runfolder

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/viz"
)

// writeReport writes report.html: everything of the run on one page that needs
// no other file.
func (f *Folder) writeReport(run *experiments.Run) error {
	metrics := []Metric{}
	for _, r := range run.Results() {
		metrics = append(metrics, NewMetric(r))
	}
	page, err := reportOf(f.dir, f.manifest, metrics, f.o.Experiment)
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	return f.writeFile(ReportFile, page.Render)
}

// Report builds the page of a run folder from its files, for the experiment of
// that name if this program has it. A run that did not end, or figures that
// cannot be shown, are mentioned in the page's notice; for the figures err
// says so too, and the page is good without them. Any other error leaves no
// page; it satisfies errors.Is(err, fs.ErrNotExist) when there is no manifest.
func Report(dir string) (page viz.Report, err error) {
	m, err := ReadManifest(dir)
	if err != nil {
		return viz.Report{}, err
	}
	metrics, err := ReadMetrics(dir)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil // stopped before anything was measured
	}
	if err != nil {
		return viz.Report{}, err
	}
	e, _ := experiments.Lookup(m.Experiment) // nil: of another version of glia
	return reportOf(dir, m, metrics, e)
}

// FigureError says that figures of a run folder are left out of a report.
type FigureError struct{ Problems []string }

func (e *FigureError) Error() string {
	return "left out: " + strings.Join(e.Problems, "; ")
}

// reportOf builds the page; an error, which is a *FigureError, leaves out
// figures only. e may be nil.
func reportOf(dir string, m Manifest, metrics []Metric, e *experiments.Experiment) (viz.Report, error) {
	page := viz.Report{Title: m.Experiment, RepeatCommand: m.Command, Facts: facts(m), Environment: environment(m)}
	notices := notices(m)
	if e == nil {
		notices = append(notices, fmt.Sprintf("This version of glia does not know the experiment %q: words and defaults are missing.", m.Experiment))
	} else {
		page.Title, page.Citation = e.Title, e.Citation
		if e.Summary != "" {
			page.Lead = append(page.Lead, e.Summary)
		}
	}
	for _, x := range metrics {
		page.Metrics = append(page.Metrics, reportMetric(x))
	}
	var problems []string
	for _, figure := range m.Figures {
		picture, err := readFigure(dir, figure)
		if err != nil {
			problems = append(problems, err.Error())
			continue
		}
		page.Figures = append(page.Figures, picture)
	}
	page.Parameters = parameters(m, e)
	rest := m.WallSeconds
	for _, p := range m.Phases {
		page.Phases = append(page.Phases, viz.Phase{Name: p.Name, Seconds: p.WallSeconds})
		rest -= p.WallSeconds
	}
	if rest > 0.01*m.WallSeconds && rest > 0.005 {
		page.Phases = append(page.Phases, viz.Phase{Name: "rest (set-up, writing)", Seconds: rest})
	}
	var err error
	if problems != nil {
		err = &FigureError{problems}
		notices = append(notices, "Figures "+err.Error()+".")
	}
	page.Notice = strings.Join(notices, " ")
	return page, err
}

// notices say what must be known about how the run ended.
func notices(m Manifest) []string {
	var because string
	if m.Error != "" {
		because = ": " + m.Error
	}
	switch m.Status {
	case Complete:
		return nil
	case Running:
		return []string{"This run is still running, or its process was killed; what follows is what had been kept by then."}
	}
	return []string{fmt.Sprintf("This run is not complete: %s%s.", m.Status, because)}
}

func readFigure(dir string, f Figure) (viz.Figure, error) {
	// The manifest is a file's content: never follow it out of the folder.
	if f.File != filepath.Base(f.File) {
		return viz.Figure{}, fmt.Errorf("figure %q is not in the folder (%s)", f.Name, f.File)
	}
	svg, err := os.ReadFile(filepath.Join(dir, f.File))
	if err != nil {
		return viz.Figure{}, fmt.Errorf("figure %s: %w", f.File, reason(err))
	}
	picture := viz.Figure{Name: f.Name, Caption: f.Caption, SVG: svg}
	if err := picture.Check(); err != nil {
		return viz.Figure{}, fmt.Errorf("figure %s: %w", f.File, err)
	}
	return picture, nil
}

// parameters lists the values of the run in the order of the declaration;
// those that the experiment does not declare, or all without it, by name.
func parameters(m Manifest, e *experiments.Experiment) []viz.Parameter {
	var rows []viz.Parameter
	declared := map[string]bool{}
	if e != nil {
		for _, p := range e.Parameters {
			value, ok := m.Parameters[p.Name]
			if !ok {
				continue
			}
			declared[p.Name] = true
			rows = append(rows, viz.Parameter{Name: p.Name, Unit: p.Unit, Meaning: p.Meaning, Value: p.Format(value), Default: p.Format(p.Default)})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(m.Parameters)) {
		if !declared[name] {
			rows = append(rows, viz.Parameter{Name: name, Unit: m.ParameterUnits[name], Value: experiments.Parameter{}.Format(m.Parameters[name])})
		}
	}
	return rows
}

// reportMetric turns an entry of metrics.json into its row.
func reportMetric(m Metric) viz.Metric {
	row := viz.Metric{Name: m.Name, Meaning: m.Meaning, Value: float64(m.Value), Unit: m.Unit,
		Target: m.Target, Tolerance: m.Tolerance, Low: m.Min, High: m.Max, OK: m.OK}
	if m.Source != nil {
		row.Source = *m.Source
	}
	return row
}

// facts are the run in short.
func facts(m Manifest) []viz.EnvironmentRow {
	rows := []viz.EnvironmentRow{{Name: "Experiment", Value: m.Experiment}, {Name: "Status", Value: string(m.Status)}, {Name: "Seed", Value: strconv.FormatUint(m.Seed, 10)}}
	count := func(name string, n int64) {
		if n > 0 {
			rows = append(rows, viz.EnvironmentRow{Name: name, Value: viz.Grouped(n)})
		}
	}
	count("Neurons", int64(m.Neurons))
	count("Synapses", m.Synapses)
	count("Spikes", m.Spikes)
	count("Synaptic events", m.SynapticEvents)
	if m.DT > 0 {
		rows = append(rows, viz.EnvironmentRow{Name: "Time step", Value: strconv.FormatFloat(m.DT, 'g', -1, 64) + " ms"})
	}
	if m.Data != "" {
		rows = append(rows, viz.EnvironmentRow{Name: "Data", Value: m.Data})
	}
	return append(rows, viz.EnvironmentRow{Name: "Wall time", Value: seconds(m.WallSeconds)}, viz.EnvironmentRow{Name: "Peak memory", Value: megabytes(m.PeakMemoryBytes)},
		viz.EnvironmentRow{Name: "Started", Value: m.Start.Format("2006-01-02 15:04 MST")})
}

// environment lists the facts about program and machine, and what tells equal runs.
func environment(m Manifest) []viz.EnvironmentRow {
	return []viz.EnvironmentRow{
		{Name: "started", Value: m.Start.Format(time.RFC3339)},
		{Name: "workers", Value: strconv.Itoa(m.Workers)},
		{Name: "SHA-256 of the spikes", Value: m.SpikesSHA256},
		{Name: "glia", Value: m.Version},
		{Name: "Go", Value: m.GoVersion + " " + m.GOOS + "/" + m.GOARCH},
		{Name: "processor", Value: fmt.Sprintf("%s (%d logical)", m.CPU, m.CPUs)},
	}
}

func seconds(s float64) string { return strconv.FormatFloat(s, 'f', 2, 64) + " s" }

func megabytes(b uint64) string {
	return strconv.FormatUint(uint64(math.Round(float64(b)/1e6)), 10) + " MB"
}
