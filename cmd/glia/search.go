package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/experiments/sweep"
)

// carryOutSearch searches, and shows the best candidate with what the test says of it. The table leaves the metrics of
// test data out, so that nobody chooses by them in passing.
func (s *sweepRequest) carryOutSearch(ctx context.Context, folder *sweep.Folder, stdout, stderr io.Writer) error {
	var found *sweep.Outcome
	runErr := s.run(stderr, folder, func(r *sweep.Runner) (err error) {
		found, err = s.search.Run(ctx, r)
		return err
	})
	var points []sweep.Point
	if found != nil {
		points = found.Points
	}
	tableErr := folder.Write(sweep.TableFile, func(w io.Writer) error {
		return sweep.WriteTable(w, folder, s.experiment, points, func(m experiments.Metric) bool { return m.Split != experiments.Test })
	})
	if runErr != nil {
		return keptInSweep(ctx, folder, points, errors.Join(runErr, tableErr))
	}
	if tableErr != nil {
		return tableErr
	}
	var figures []string
	for k, a := range s.search.Axes {
		if a.Parameter.Kind != experiments.Float && a.Parameter.Kind != experiments.Int {
			continue
		}
		name := s.metrics[0] + "-" + a.Parameter.Name
		if err := folder.WriteFigure(name, s.search.Picture(s.experiment, found, k)); err != nil {
			return err
		}
		figures = append(figures, filepath.Join(folder.Dir, name+".svg"))
	}
	if s.quiet {
		_, err := fmt.Fprintln(stdout, folder.Dir)
		return err
	}
	return s.printFound(stdout, folder, found, figures)
}

func (s *sweepRequest) printFound(out io.Writer, folder *sweep.Folder, found *sweep.Outcome, figures []string) error {
	fmt.Fprintf(out, "%s, %s of %s", plural(len(found.Candidates), "candidate"), plural(len(found.Points), "run"), s.experiment.Name)
	if found.Failed > 0 {
		fmt.Fprintf(out, " (%d failed)", found.Failed)
	}
	fmt.Fprintf(out, ": %s\n\n", filepath.Join(folder.Dir, sweep.TableFile))
	w := table(out)
	fmt.Fprintf(w, "%s\tseeds\tvalues\n", s.metrics[0])
	for _, c := range found.Candidates[:min(5, len(found.Candidates))] {
		score := strconv.FormatFloat(c.Mean, 'g', 5, 64)
		if c.Seeds > 1 {
			score += fmt.Sprintf(" +- %.2g", c.SD)
		}
		fmt.Fprintf(w, "%s\t%d\t%s\n", score, c.Seeds, strings.Join(c.Assignments, " "))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	best := found.Candidates[0]
	if math.IsNaN(best.Mean) {
		_, err := fmt.Fprintln(out, "\nno candidate has a value of the metric")
		return err
	}
	for _, m := range s.experiment.Metrics {
		if m.Split != experiments.Test {
			continue
		}
		var sum float64
		n := 0
		for seed := range best.Seeds {
			if r, ok := folder.Done(sweep.Point{Assignments: best.Assignments, Seed: s.seed + uint64(seed)}); ok {
				if x, ok := r.Metrics[m.Name]; ok {
					sum += float64(x)
					n++
				}
			}
		}
		if n > 0 {
			fmt.Fprintf(out, "%s of the best: %s\n", m.Name, measured(experiments.Result{Metric: m, Value: sum / float64(n)}))
		}
	}
	command := *s.request
	values, err := s.experiment.Parse(append(append([]string(nil), s.set...), best.Assignments...))
	if err != nil {
		return err
	}
	command.values = values
	fmt.Fprintf(out, "\nrun it  %s\n", command.command())
	for _, f := range figures {
		fmt.Fprintf(out, "figure  %s\n", f)
	}
	return nil
}
