package main

import (
	"fmt"
	"io"
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/experiments/runfolder"
)

// printSummary tells what came out: the size of the run, its metrics beside the
// published values, and where everything is.
func printSummary(out io.Writer, run *experiments.Run, dir string) error {
	manifest, err := runfolder.ReadManifest(dir)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s, seed %d: %s neurons, %s synapses, %s spikes\n", manifest.Experiment, manifest.Seed,
		grouped(int64(manifest.Neurons)), grouped(manifest.Synapses), grouped(manifest.Spikes))
	fmt.Fprintf(out, "%.1f s%s, peak memory %.0f MB\n", manifest.WallSeconds, phaseTimes(manifest), float64(manifest.PeakMemoryBytes)/1e6)
	if manifest.Data != "" {
		fmt.Fprintf(out, "data: %s\n", manifest.Data)
	}
	fmt.Fprintln(out)
	if err := printMetrics(out, run.Results()); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "report      %s\nrun folder  %s\n", filepath.Join(dir, runfolder.ReportFile), dir)
	return err
}

func phaseTimes(m runfolder.Manifest) string {
	var parts []string
	for _, p := range m.Phases {
		parts = append(parts, fmt.Sprintf("%s %.1f s", p.Name, p.WallSeconds))
	}
	if parts == nil {
		return ""
	}
	return " (" + strings.Join(parts, ", ") + ")"
}

// printMetrics sets the values beside the published ones. On a terminal long sources are shortened, so that
// a row stays a line; the report has them whole.
func printMetrics(out io.Writer, results []experiments.Result) error {
	if len(results) == 0 {
		return nil
	}
	rows := [][]string{{"", "metric", "ours", "published", "source"}}
	met, known := 0, 0
	for _, r := range results {
		published, source := "-", "-"
		if r.Target != nil {
			published, source = unit(r.Target.Accepts(), r.Unit), r.Target.Source
			known++
		}
		if ok, _ := r.OK(); ok {
			met++
		}
		rows = append(rows, []string{mark(r), r.Name, measured(r), published, source})
	}
	var widths [5]int
	for _, row := range rows {
		for k, text := range row {
			widths[k] = max(widths[k], utf8.RuneCountInString(text))
		}
	}
	room := math.MaxInt
	if isTerminal(out) {
		room = max(20, widthOf(out)-(widths[0]+widths[1]+widths[2]+widths[3]+4*2)-1)
	}
	p := paintFor(out)
	for i, row := range rows {
		var line strings.Builder
		for k, text := range row {
			if widths[k] == 0 {
				continue // no marks without published values
			}
			runes := []rune(text)
			if k == 4 && len(runes) > room {
				runes = append(runes[:room-1], '…')
			}
			shown := string(runes)
			if k < 4 { // padded outside the colour: its codes take no columns
				shown += strings.Repeat(" ", widths[k]-len(runes)+2)
			}
			switch {
			case i == 0:
				shown = p.strong(shown)
			case k == 0 && text == markOK:
				shown = p.good(shown)
			case k == 0:
				shown = p.warn(shown)
			case k == 4:
				shown = p.faint(shown)
			}
			line.WriteString(shown)
		}
		if _, err := fmt.Fprintln(out, strings.TrimRight(line.String(), " ")); err != nil {
			return err
		}
	}
	if known > 0 {
		fmt.Fprintf(out, "\n%d of %d published values met\n", met, known)
	}
	_, err := fmt.Fprintln(out)
	return err
}

func measured(r experiments.Result) string {
	if math.IsNaN(r.Value) {
		return "not measured"
	}
	return unit(strconv.FormatFloat(r.Value, 'g', 5, 64), r.Unit)
}

const markOK = "ok"

// mark says in a word whether a target was met; colours only repeat it.
func mark(r experiments.Result) string {
	ok, known := r.OK()
	switch {
	case !known:
		return ""
	case ok:
		return markOK
	}
	return "off target"
}

// grouped writes a number with thin groups of three digits: 12 500.
func grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + " " + s[i:]
	}
	return s
}
