package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/experiments/sweep"
)

func sweepCommand(stderr io.Writer) *cli.Command {
	workers := workersValue(runtime.GOMAXPROCS(0))
	seed := seedValue(1)
	replicas, budget := countValue(1), countValue(1)
	return &cli.Command{
		Name:      "sweep",
		Usage:     "run an experiment over values of its parameters",
		UsageText: "glia sweep EXPERIMENT --vary name=from:to:count [--vary ...] [--replicas N] [--metric M]... [--search random|halving --budget N] [--set name=value]... [--seed N] [--workers N] [--data DIR] [--out DIR] [--quiet]",
		Description: `Runs the experiment at every combination of the values, with N seeds each, on all
workers, and writes a folder with a table (table.csv: parameters, seed, all metrics)
and a figure of each metric asked for.

   --vary name=from:to:count      evenly spaced values; units allowed
   --vary name=from:to:countlog   equal ratios
   --vary name=a,b,c              these values

Every finished point is kept at once. Ctrl-C stops early; the same command continues
and runs no finished point again. With more values or replicas, only the new points
are run.

With --search, the values are drawn instead, from lists or from ranges name=from:to and
name=from:to:log, and the command looks for those with the best metric. That must be
a metric of validation data: the test stays unseen. "random" runs every candidate in
full; "halving" runs many a little (at the smallest level of the experiment's budget
parameter, or with one seed) and keeps the best third for more, again and again.
--budget is the number of runs in all.

Examples:
   glia sweep nalsm --vary w_a=0.001:0.1:log --vary heard=0.5:1 --search halving --budget 40
   glia sweep brunel --vary g=3:8:11 --replicas 3 --metric rate --set duration=300ms
   glia sweep brunel --vary g=3:8:6 --vary eta=0.9:4:6 --metric cv_isi`,
		Flags: []cli.Flag{
			&cli.StringSliceFlag{Name: "vary", Usage: "`name=values` of a parameter, as above"},
			&cli.GenericFlag{Name: "replicas", Value: &replicas, Usage: "`number` of seeds at each point"},
			&cli.StringSliceFlag{Name: "metric", DefaultText: "the first one", Usage: "`name` of a metric to draw"},
			&cli.StringFlag{Name: "search", Usage: "look for the best values: `random` or halving"},
			&cli.GenericFlag{Name: "budget", Value: &budget, DefaultText: "none", Usage: "`number` of runs that a search may spend"},
			&cli.StringSliceFlag{Name: "set", Usage: "fix a parameter: `name=value`, units allowed; see 'glia describe EXPERIMENT'"},
			&cli.GenericFlag{Name: "seed", Value: &seed, Usage: "first seed: a whole `number`; replicas take the ones after it"},
			&cli.GenericFlag{Name: "workers", Value: &workers, DefaultText: "one per processor", Usage: fmt.Sprintf("`number` of goroutines, 1 to %d; does not change the result", maxWorkers)},
			&cli.StringFlag{Name: "data", Usage: "data set to run on: `DIR` (see 'glia data --help')"},
			&cli.StringFlag{Name: "out", DefaultText: "sweeps/EXPERIMENT-PARAMETERS, by the settings", Usage: "folder to write or continue: `DIR`"},
			&cli.BoolFlag{Name: "quiet", Aliases: []string{"q"}, DisableDefaultText: true, Usage: "print nothing but the path of the folder"},
		},
		Action: func(c *cli.Context) error {
			r, err := newRequest(c, uint64(seed), int(workers))
			if err != nil {
				return err
			}
			s := &sweepRequest{request: r, set: c.StringSlice("set"), metrics: c.StringSlice("metric"), replicas: int(replicas)}
			switch method := c.String("search"); {
			case c.IsSet("search") != c.IsSet("budget"):
				return usagef("--search and --budget belong together; see '%s --help'", c.Command.HelpName)
			case c.IsSet("search") && method != string(sweep.RandomSearch) && method != string(sweep.Halving):
				return usagef("--search %s: must be random or halving", method)
			case c.IsSet("search"):
				s.search = &sweep.Search{Method: sweep.Method(method), Runs: int(budget), Replicas: s.replicas, Seed: s.seed}
			}
			if err := s.parse(c.StringSlice("vary")); err != nil {
				return err
			}
			return s.carryOut(c.Context, c.App.Writer, stderr)
		},
	}
}

// countValue is the value of --replicas and --budget.
type countValue int

func (v *countValue) String() string { return strconv.Itoa(int(*v)) }

func (v *countValue) Set(text string) error {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > 100000 {
		return errors.New("must be a whole number from 1 to 100000")
	}
	*v = countValue(n)
	return nil
}

// sweepRequest is a checked command line of "glia sweep".
type sweepRequest struct {
	*request
	set, metrics []string
	replicas     int
	grid         sweep.Grid
	points       []sweep.Point
	search       *sweep.Search // nil for a grid
}

func (s *sweepRequest) parse(vary []string) error {
	if len(vary) == 0 {
		return usagef("what is to be varied? Give --vary name=from:to:count; see 'glia describe %s' for the parameters", s.experiment.Name)
	}
	s.grid = sweep.Grid{Replicas: s.replicas, Seed: s.seed}
	for _, text := range vary {
		a, err := sweep.ParseAxis(s.experiment, text, s.search != nil)
		if err != nil {
			return err
		}
		for _, other := range s.grid.Axes {
			if other.Parameter.Name == a.Parameter.Name {
				return usagef("--vary %s stands twice; list all values in one", a.Parameter.Name)
			}
		}
		for _, fixed := range s.set {
			if name, _, _ := strings.Cut(fixed, "="); strings.TrimSpace(name) == a.Parameter.Name {
				return usagef("%s is both varied and set; leave one out", a.Parameter.Name)
			}
		}
		s.grid.Axes = append(s.grid.Axes, a)
	}
	if len(s.experiment.Metrics) == 0 {
		return usagef("%s measures nothing, so there is nothing to tabulate", s.experiment.Name)
	}
	for _, name := range s.metrics {
		if _, err := metricOf(s.experiment, name); err != nil {
			return err
		}
	}
	if s.search != nil {
		return s.parseSearch()
	}
	if s.metrics == nil {
		s.metrics = []string{s.experiment.Metrics[0].Name}
	}
	var err error
	s.points, err = s.grid.Points(s.experiment, s.set)
	if err != nil {
		return asUsage(err)
	}
	return nil
}

// parseSearch checks what only a search needs.
func (s *sweepRequest) parseSearch() error {
	if len(s.metrics) > 1 {
		return usagef("a search has one objective: give --metric once")
	}
	if s.metrics == nil {
		for _, m := range s.experiment.Metrics {
			if m.Split == experiments.Validation {
				s.metrics = []string{m.Name}
				break
			}
		}
		if s.metrics == nil {
			s.metrics = []string{s.experiment.Metrics[0].Name} // refused below, with the reason
		}
	}
	m, err := metricOf(s.experiment, s.metrics[0])
	if err != nil {
		return err
	}
	if err := sweep.CheckObjective(s.experiment, m); err != nil {
		return usagef("%v", err)
	}
	s.search.Axes, s.search.Objective = s.grid.Axes, m
	if _, err := s.search.Rounds(s.experiment, s.set); err != nil {
		return usagef("%v", err)
	}
	return nil
}

// asUsage marks an error as one of the command line.
func asUsage(err error) error {
	var p *experiments.ParameterError
	if errors.As(err, &p) {
		return err
	}
	return usagef("%v", err)
}

// metricOf finds a metric, or says which could be meant.
func metricOf(e *experiments.Experiment, name string) (experiments.Metric, error) {
	names := make([]string, len(e.Metrics))
	for i, m := range e.Metrics {
		if m.Name == name {
			return m, nil
		}
		names[i] = m.Name
	}
	if near, ok := experiments.Nearest(name, names); ok {
		return experiments.Metric{}, usagef("unknown metric %q of %s; did you mean %q?", name, e.Name, near)
	}
	return experiments.Metric{}, usagef("unknown metric %q of %s; it has: %s", name, e.Name, strings.Join(names, ", "))
}

// settings are what the points have in common.
func (s *sweepRequest) settings() (sweep.Settings, error) {
	t := sweep.Settings{Experiment: s.experiment.Name, Set: s.values.Assignments(), Version: version()}
	for _, a := range s.grid.Axes {
		t.Varied = append(t.Varied, a.Parameter.Name)
	}
	if s.search != nil {
		if b, ok := s.search.BudgetParameter(s.experiment, s.set); ok {
			t.Varied = append(t.Varied, b.Parameter)
		}
	}
	if s.data != "" {
		dir, err := filepath.Abs(s.data)
		if err != nil {
			return t, err
		}
		t.Data = dir
	}
	return t, nil
}

// folder is where the sweep is kept: the same settings lead to the same place, so that the command continues by
// itself.
func (s *sweepRequest) folder(t sweep.Settings) string {
	if s.out != "" {
		return s.out
	}
	name := strings.Join(append([]string{t.Experiment}, t.Varied...), "-")
	if s.search != nil {
		name += "-" + string(s.search.Method)
	}
	if len(t.Set) > 0 || t.Data != "" {
		t.Version = "" // another version continues, with a note
		text, _ := json.Marshal(t)
		name += fmt.Sprintf("-%x", sha256.Sum256(text))[:9]
	}
	return filepath.Join("sweeps", name)
}

func (s *sweepRequest) carryOut(ctx context.Context, stdout, stderr io.Writer) (err error) {
	settings, err := s.settings()
	if err != nil {
		return err
	}
	folder, err := sweep.Open(s.folder(settings), settings)
	var other *sweep.SettingsError
	if errors.As(err, &other) {
		return usagef("%v", err)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, folder.Close()) }()
	if !s.quiet {
		if folder.Damaged > 0 {
			fmt.Fprintf(stderr, "%s of the record could not be read; %s run again\n", plural(folder.Damaged, "line"), map[bool]string{true: "its point is", false: "their points are"}[folder.Damaged == 1])
		}
		if folder.Settings.Version != settings.Version {
			fmt.Fprintf(stderr, "note: the sweep in %s was begun by glia %s, this is %s\n", folder.Dir, folder.Settings.Version, settings.Version)
		}
	}
	if s.search != nil {
		return s.carryOutSearch(ctx, folder, stdout, stderr)
	}
	runErr := s.run(stderr, folder, func(r *sweep.Runner) error { return r.Run(ctx, s.points) })
	// Whatever happened, the table shows what there is.
	tableErr := folder.Write(sweep.TableFile, func(w io.Writer) error {
		return sweep.WriteTable(w, folder, s.experiment, s.points, nil)
	})
	drawn, drawErr := s.draw(folder)
	if runErr != nil {
		return keptInSweep(ctx, folder, s.points, errors.Join(runErr, tableErr))
	}
	if err := errors.Join(tableErr, drawErr); err != nil {
		return fmt.Errorf("sweep in %s: %w", folder.Dir, err)
	}
	if s.quiet {
		_, err = fmt.Fprintln(stdout, folder.Dir)
		return err
	}
	fmt.Fprintf(stdout, "%s of %s: %s\n", plural(len(s.points), "point"), s.experiment.Name, filepath.Join(folder.Dir, sweep.TableFile))
	for _, line := range drawn {
		fmt.Fprintln(stdout, line)
	}
	return nil
}

// run runs what is missing and shows each point that finishes.
func (s *sweepRequest) run(stderr io.Writer, folder *sweep.Folder, carryOut func(*sweep.Runner) error) error {
	runner := &sweep.Runner{Experiment: s.experiment, Set: s.set, Data: s.data, Workers: s.workers, Folder: folder}
	if !s.quiet {
		done, total := 0, 0
		reporter := newReporter(stderr)
		reporter.Phase("sweep")
		defer reporter.Phase("")
		runner.Started = func(found, of int) {
			done, total = found, of
			if found > 0 {
				reporter.Log(fmt.Sprintf("%d of %s done before", found, plural(of, "point")))
			}
			reporter.Progress(float64(done), float64(total))
		}
		runner.Finished = func(r sweep.Record) {
			done++
			reporter.Log(fmt.Sprintf("%d/%d  %s: %s", done, total, r.Point, s.shown(r)))
			reporter.Progress(float64(done), float64(total))
		}
	}
	return carryOut(runner)
}

// shown writes the metrics asked for.
func (s *sweepRequest) shown(r sweep.Record) string {
	var parts []string
	for _, name := range s.metrics {
		m, _ := metricOf(s.experiment, name)
		if x, ok := r.Metrics[name]; ok {
			parts = append(parts, name+" "+measured(experiments.Result{Metric: m, Value: float64(x)}))
		} else {
			parts = append(parts, name+" not measured")
		}
	}
	return strings.Join(parts, ", ")
}

func (s *sweepRequest) draw(folder *sweep.Folder) (lines []string, err error) {
	for _, name := range s.metrics {
		m, err := metricOf(s.experiment, name)
		if err != nil {
			return lines, err
		}
		picture, err := s.grid.Picture(folder, s.experiment, s.set, s.points, m)
		if errors.Is(err, sweep.ErrNoFigure) {
			return append(lines, err.Error()), nil
		}
		if err == nil {
			err = folder.WriteFigure(name, picture)
		}
		if err != nil {
			return lines, err
		}
		lines = append(lines, "figure "+filepath.Join(folder.Dir, name+".svg"))
	}
	return lines, nil
}

// keptInSweep adds to an error how many points are kept and how to go on.
func keptInSweep(ctx context.Context, folder *sweep.Folder, points []sweep.Point, err error) error {
	kept := 0
	for _, p := range points {
		if _, ok := folder.Done(p); ok {
			kept++
		}
	}
	total := plural(len(points), "point")
	if ctx.Err() != nil {
		err = fmt.Errorf("interrupted (%w)", context.Cause(ctx))
	}
	return fmt.Errorf("%w; %d of %s are kept in %s; the same command runs the others", err, kept, total, folder.Dir)
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
