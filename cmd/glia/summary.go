package main

import (
	"fmt"
	"io"
	"math"
	"path/filepath"
	"strconv"
	"strings"

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

func printMetrics(out io.Writer, results []experiments.Result) error {
	if len(results) == 0 {
		return nil
	}
	p := paintFor(out)
	w := table(out)
	fmt.Fprintln(w, "metric\tours\tpublished\tsource\t")
	for _, r := range results {
		published, source := "-", "-"
		if r.Target != nil {
			published, source = unit(r.Target.Accepts(), r.Unit), r.Target.Source
		}
		// The mark stands last: the escape codes of its colour would upset
		// the alignment of a column after it.
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", r.Name, measured(r), published, source, mark(r, p))
	}
	fmt.Fprintln(w)
	return w.Flush()
}

func measured(r experiments.Result) string {
	if math.IsNaN(r.Value) {
		return "not measured"
	}
	return unit(strconv.FormatFloat(r.Value, 'g', 5, 64), r.Unit)
}

// mark says in a word whether a target was met; the colours only repeat it.
func mark(r experiments.Result, p paint) string {
	ok, known := r.OK()
	switch {
	case !known:
		return ""
	case ok:
		return p.good("ok")
	}
	return p.warn("off target")
}

// grouped writes a number with thin groups of three digits: 12 500.
func grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + " " + s[i:]
	}
	return s
}
