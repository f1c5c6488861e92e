package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/experiments/runfolder"
	"github.com/glia-sim/glia/sim/panics"
)

// maxWorkers is far above what helps anywhere; a larger number is a typing
// mistake that would only exhaust memory.
const maxWorkers = 1024

func runCommand(stderr io.Writer) *cli.Command {
	flags, read := runFlags()
	return &cli.Command{
		Name:      "run",
		Usage:     "run an experiment",
		UsageText: "glia run EXPERIMENT [--seed N] [--workers N] [--out DIR] [--data DIR] [--set name=value]... [--dry-run] [--quiet] [--force]",
		Description: `Runs the experiment, prints its metrics beside the published values and writes
a run folder. The same seed gives the same spikes for any number of workers.

Ctrl-C stops early and keeps what was computed (exit status 130). A run that was
stopped, failed or was killed goes on with 'glia resume'.

Examples:
   glia run brunel
   glia run brunel --set g=4.5 --set duration=2s --seed 7
   glia run nalsm --data data/mnist --out results/mnist
   dir=$(glia run brunel --quiet)`,
		Flags: append(flags,
			&cli.BoolFlag{Name: "dry-run", DisableDefaultText: true, Usage: "print neurons, synapses, memory and a guess of the time, and build nothing"},
		),
		Action: func(c *cli.Context) error {
			r, err := read(c)
			if err != nil {
				return err
			}
			if c.Bool("dry-run") {
				return r.dryRun(c.Context, c.App.Writer)
			}
			return r.carryOut(c.Context, c.App.Writer, stderr)
		},
	}
}

// runFlags returns the flags that say what to run and how, and the function that reads them.
func runFlags() ([]cli.Flag, func(*cli.Context) (*request, error)) {
	// The flag parser stores what it reads here; every app has its own.
	workers := workersValue(runtime.GOMAXPROCS(0))
	seed := seedValue(1)
	var keep safety
	flags := append([]cli.Flag{
		&cli.GenericFlag{Name: "seed", Value: &seed, Usage: "seed of all random streams: a whole `number`"},
		&cli.GenericFlag{Name: "workers", Value: &workers, DefaultText: "one per processor", Usage: fmt.Sprintf("`number` of goroutines, 1 to %d; does not change the result", maxWorkers)},
		&cli.StringFlag{Name: "out", DefaultText: "runs/EXPERIMENT-SEED-TIME", Usage: "run folder to write: `DIR`"},
		&cli.StringFlag{Name: "data", Usage: "data set to run on: `DIR` (see 'glia data --help')"},
		&cli.StringSliceFlag{Name: "set", Usage: "set a parameter: `name=value`, units allowed; see 'glia describe EXPERIMENT'"},
		figureSizeFlag(),
		&cli.BoolFlag{Name: "quiet", Aliases: []string{"q"}, DisableDefaultText: true, Usage: "print nothing but the path of the run folder"},
		&cli.BoolFlag{Name: "force", DisableDefaultText: true, Usage: "replace an older run in --out"},
	}, safetyFlags(&keep)...)
	return flags, func(c *cli.Context) (*request, error) {
		r, err := newRequest(c, uint64(seed), int(workers))
		if err == nil {
			r.safety = keep
		}
		return r, err
	}
}

// seedValue is the value of --seed.
type seedValue uint64

func (v *seedValue) String() string { return strconv.FormatUint(uint64(*v), 10) }

func (v *seedValue) Set(text string) error {
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return errors.New("must be a whole number from 0 to 18446744073709551615")
	}
	*v = seedValue(n)
	return nil
}

// workersValue is the value of --workers.
type workersValue int

func (v *workersValue) String() string { return strconv.Itoa(int(*v)) }

func (v *workersValue) Set(text string) error {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > maxWorkers {
		return fmt.Errorf("must be a whole number from 1 to %d", maxWorkers)
	}
	*v = workersValue(n)
	return nil
}

// request is a checked command line of "glia run".
type request struct {
	experiment *experiments.Experiment
	values     experiments.Values
	seed       uint64
	workers    int
	out, data  string
	figures    string // name of their size, empty: that of each figure
	quiet      bool
	force      bool
	safety     safety
	page       *page // shows the run live; nil for none
}

func newRequest(c *cli.Context, seed uint64, workers int) (*request, error) {
	name, err := oneArgument(c, "experiment")
	if err != nil {
		if name, ok := misplacedSet(c); ok {
			return nil, usagef("parameters are given with --set: did you mean '--set %s'?", name)
		}
		return nil, err
	}
	e, err := experiments.Lookup(name)
	if err != nil {
		return nil, err
	}
	v, err := e.Parse(c.StringSlice("set"))
	if err != nil {
		return nil, err
	}
	if c.IsSet("out") && c.String("out") == "" {
		return nil, usagef("--out is empty; give a folder, or leave it out")
	}
	r := &request{
		experiment: e, values: v, seed: seed, workers: workers,
		out: c.String("out"), data: c.String("data"), quiet: c.Bool("quiet"), force: c.Bool("force"),
	}
	if r.figures, err = figureSize(c); err != nil {
		return nil, err
	}
	return r, r.checkData(c.IsSet("data"))
}

// misplacedSet finds an argument that should stand behind --set.
func misplacedSet(c *cli.Context) (string, bool) {
	for _, a := range c.Args().Slice()[min(1, c.NArg()):] {
		if strings.Contains(a, "=") {
			return a, true
		}
	}
	return "", false
}

func (r *request) checkData(given bool) error {
	e := r.experiment
	if !given {
		if e.NeedsData {
			return usagef("%s needs a data set: give --data DIR; see 'glia data --help'", e.Name)
		}
		return nil
	}
	if !e.NeedsData && !e.AcceptsData {
		return usagef("%s takes no data set; leave out --data", e.Name)
	}
	info, err := os.Stat(r.data)
	if err != nil || !info.IsDir() {
		return usagef("--data %s is not a folder; give the one with the data files, or get them with 'glia data fetch'", shellQuote(r.data))
	}
	return nil
}

// command is the shell line that repeats the run. The number of workers is not
// in it, since it does not change the result.
func (r *request) command() string {
	words := []string{"glia", "run", r.experiment.Name, "--seed", strconv.FormatUint(r.seed, 10)}
	if r.data != "" {
		words = append(words, "--data", shellQuote(r.data))
	}
	if r.figures != "" {
		words = append(words, "--figure-size", r.figures)
	}
	for _, a := range r.values.Assignments() {
		words = append(words, "--set", shellQuote(a))
	}
	return strings.Join(words, " ")
}

// carryOut runs the experiment and writes the run folder, whatever happens.
func (r *request) carryOut(ctx context.Context, stdout, stderr io.Writer) error {
	folder, err := runfolder.Create(r.folderOptions())
	if err != nil {
		return err
	}
	return r.execute(ctx, folder, nil, stdout, stderr)
}

func (r *request) folderOptions() runfolder.Options {
	o := runfolder.Options{
		Experiment: r.experiment, Values: r.values, Seed: r.seed, Workers: r.workers,
		Version: version(), Command: r.command(), Start: time.Now(), Dir: r.out, Force: r.force,
		KeepCheckpoints: r.safety.keepCheckpoints, FigureSize: r.figures,
	}
	if r.data != "" {
		o.DataDir = r.data
		if abs, err := filepath.Abs(r.data); err == nil { // a run may be resumed from elsewhere
			o.DataDir = abs
		}
	}
	return o
}

// execute runs the experiment into a folder, from the beginning or a checkpoint.
func (r *request) execute(ctx context.Context, folder *runfolder.Folder, from *experiments.Checkpoint, stdout, stderr io.Writer) error {
	ctx, limits, done := r.safety.guarded(ctx)
	defer done()
	options := experiments.Options{Seed: r.seed, Workers: r.workers, Data: r.data, Sink: folder,
		Store: folder, CheckpointEvery: r.safety.every, Resume: from, Limits: limits}
	if !r.quiet {
		options.Reporter = newReporter(stderr)
	}
	ctx, ended := r.followed(ctx, folder.Dir(), &options)
	run := experiments.NewRun(r.experiment, r.values, options)

	runErr := panics.Catch(func() error { return r.experiment.Run(ctx, run) })
	status, cause := outcome(ctx, runErr)
	var runaway *experiments.RunawayError
	if runErr != nil && errors.As(context.Cause(ctx), &runaway) {
		runErr = errors.Join(runErr, drawRunaway(run, folder, runaway))
	}
	finishErr := folder.Finish(run, status, cause)
	ended(stateOf(status, finishErr))
	if runErr != nil {
		if status == runfolder.Interrupted {
			runErr = stoppedBy(ctx, runErr)
		}
		return keptIn(folder, runErr, finishErr)
	}
	if finishErr != nil {
		return finishErr
	}
	if r.quiet {
		_, err := fmt.Fprintln(stdout, folder.Dir())
		return err
	}
	return printSummary(stdout, run, folder.Dir())
}

// stoppedBy words the end of a run that a signal or a limit stopped. What went wrong on the way out
// is not lost.
func stoppedBy(ctx context.Context, runErr error) error {
	cause := context.Cause(ctx)
	err := fmt.Errorf("interrupted (%w)", cause)
	var limit *limitError
	if errors.As(cause, &limit) {
		err = limit
		var runaway *experiments.RunawayError
		if errors.As(cause, &runaway) {
			err = fmt.Errorf("%w; runaway.svg shows it; --max-rate 0 lets it go on", limit)
		}
	}
	var disk *runfolder.DiskError
	if errors.As(runErr, &disk) {
		err = fmt.Errorf("%w; %w", err, disk)
	}
	return err
}

// outcome says how a run ended that returned err, and what the manifest should
// give as the reason.
func outcome(ctx context.Context, err error) (runfolder.Status, error) {
	switch {
	case err == nil:
		return runfolder.Complete, nil
	case ctx.Err() == nil:
		return runfolder.Failed, err
	case errors.Is(err, ctx.Err()), errors.Is(err, context.Cause(ctx)):
		var limit *limitError
		if errors.As(context.Cause(ctx), &limit) {
			return runfolder.Interrupted, limit
		}
		return runfolder.Interrupted, nil
	}
	// Stopped by the user, but something else went wrong on the way out.
	return runfolder.Interrupted, err
}

// keptIn adds to the error of a run where its results are, and how to go on.
func keptIn(folder *runfolder.Folder, err, finishErr error) error {
	dir := folder.Dir()
	var disk *runfolder.DiskError
	if errors.As(finishErr, &disk) && disk.Full() {
		return disk // one message for all the files that did not fit
	}
	var tooLarge *experiments.MemoryError
	if errors.As(err, &tooLarge) && finishErr == nil {
		return tooLarge // nothing was computed
	}
	if finishErr != nil {
		return fmt.Errorf("%w; and what was computed could not be saved: %w", err, finishErr)
	}
	if !folder.Resumable() {
		return fmt.Errorf("%w; what was computed is in %s, without a checkpoint or a finished stage to go on from", err, dir)
	}
	return fmt.Errorf("%w; what was computed is in %s, and 'glia resume %s' goes on", err, dir, shellQuote(dir))
}
