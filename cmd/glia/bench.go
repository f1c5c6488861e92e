package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/glia-sim/glia/bench"
	"github.com/glia-sim/glia/viz"
)

// maxRepeat is far above what a median needs.
const maxRepeat = 1000

// benchServe is the hidden flag of the processes that "glia bench" starts.
const benchServe = "serve-trial"

func benchCommand(stderr io.Writer) *cli.Command {
	workers := workersValue(runtime.GOMAXPROCS(0))
	repeat := repeatValue(3)
	return &cli.Command{
		Name:        "bench",
		Usage:       "measure how fast and how small glia is on this machine",
		UsageText:   "glia bench [NAME...] [--json] [--repeat N] [--workers N] [--quick] [--profile DIR] [--roofline FILE.svg]",
		Description: benchDescription(),
		Flags: []cli.Flag{
			jsonFlag(),
			&cli.GenericFlag{Name: "repeat", Value: &repeat, Usage: fmt.Sprintf("`number` of repetitions, each in a process of its own, 1 to %d; the median counts", maxRepeat)},
			&cli.GenericFlag{Name: "workers", Value: &workers, DefaultText: "one per processor", Usage: fmt.Sprintf("`number` of goroutines, 1 to %d; benchmarks of one core use one", maxWorkers)},
			&cli.BoolFlag{Name: "quick", DisableDefaultText: true, Usage: "small sizes that take a second each: to see that it works"},
			&cli.StringFlag{Name: "profile", Usage: "write a CPU profile of the measured stretch of each benchmark to `DIR`/NAME.pprof"},
			&cli.StringFlag{Name: "roofline", Usage: "draw what the benchmarks reach of what the machine can do into `FILE`.svg; machine must be among them"},
			&cli.BoolFlag{Name: benchServe, Hidden: true},
		},
		Action: func(c *cli.Context) error {
			if c.Bool(benchServe) {
				return bench.Serve(c.Context, os.Stdin, c.App.Writer)
			}
			chosen, err := bench.Select(c.Args().Slice())
			if err != nil {
				return usagef("%v", err)
			}
			if c.IsSet("roofline") {
				if err := checkRoofline(c.String("roofline"), chosen); err != nil {
					return err
				}
			}
			runner := &bench.Runner{Command: benchProcess, Repeat: int(repeat), Workers: int(workers), Quick: c.Bool("quick"),
				Version: version(), Profile: c.String("profile")}
			if runner.Profile != "" {
				if err := os.MkdirAll(runner.Profile, 0o777); err != nil {
					return fmt.Errorf("cannot make the folder of --profile: %w", err)
				}
			}
			runner.Progress = func(b *bench.Benchmark, trial int) {
				fmt.Fprintf(stderr, "%s, %d of %d\n", b.Name, trial+1, runner.Repeat)
			}
			return runBenchmarks(c, runner, chosen)
		},
	}
}

func benchDescription() string {
	var b strings.Builder
	b.WriteString("Runs benchmarks, all of them or those named, and prints medians beside the values\nto reach. Close what else runs. Ctrl-C stops and prints what was measured.\n\n")
	for _, k := range bench.All() {
		var measures []string
		for _, m := range k.Measures {
			measures = append(measures, m.Name)
		}
		fmt.Fprintf(&b, "   %-13s %s\n", k.Name, strings.Join(measures, ", "))
	}
	b.WriteString("\nExamples:\n   glia bench --quick\n   glia bench brunel stdp --repeat 5\n   glia bench machine brunel cuba --roofline roofline.svg\n   glia bench microcircuit --json > microcircuit.json\n   glia bench brunel --repeat 1 --profile profiles && go tool pprof -top profiles/brunel.pprof")
	return b.String()
}

// runBenchmarks runs them one after the other and prints what there is in the end, whatever the end is. A benchmark
// that the machine is too small for fails the command only if it was asked for by name.
func runBenchmarks(c *cli.Context, runner *bench.Runner, chosen []*bench.Benchmark) error {
	machine := bench.ThisMachine(runner.Version)
	var reports []bench.Report
	var failed error
	for _, b := range chosen {
		report, err := runner.Run(c.Context, b)
		if err == nil || report.Measured() || report.Refused != "" {
			reports = append(reports, report)
		}
		var refused *bench.RefusedError
		if errors.As(err, &refused) {
			if c.NArg() > 0 {
				failed = errors.Join(failed, err)
			}
			continue
		}
		if err != nil {
			failed = err
			if cause := causeOf(c); cause != nil {
				failed = fmt.Errorf("interrupted (%w)", cause)
			}
			break
		}
	}
	write := bench.WriteTable
	if c.Bool("json") {
		write = bench.WriteJSON
	} else if len(reports) == 0 {
		return failed
	}
	failed = errors.Join(failed, write(c.App.Writer, reports, machine))
	if path := c.String("roofline"); path != "" {
		figure, err := bench.RooflineFigure(reports, machine)
		if err == nil {
			err = viz.WriteFile(path, figure)
		}
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("no roofline was drawn: %w", err))
		}
	}
	return failed
}

// checkRoofline finds out before anything is measured whether --roofline can be drawn and written.
func checkRoofline(path string, chosen []*bench.Benchmark) error {
	quoted := shellQuote(path)
	if filepath.Ext(path) != ".svg" {
		return usagef("--roofline %s: give a file that ends in .svg", quoted)
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return usagef("--roofline %s is not a file; choose another", quoted)
	}
	if !slices.ContainsFunc(chosen, func(b *bench.Benchmark) bool { return b.Name == "machine" }) {
		return usagef("--roofline needs the limits of the machine: name the benchmark machine as well")
	}
	var tell []string
	for _, b := range bench.All() {
		if b.TellsWork {
			tell = append(tell, b.Name)
		}
	}
	if !slices.ContainsFunc(chosen, func(b *bench.Benchmark) bool { return b.TellsWork }) {
		return usagef("--roofline has nothing to hold against the machine: name one or more of %s", strings.Join(tell, ", "))
	}
	probe, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.tmp")
	if err != nil {
		var cause *fs.PathError // without the name of the probe
		if errors.As(err, &cause) {
			err = cause.Err
		}
		return usagef("--roofline %s cannot be written: %v; choose another", quoted, err)
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

// benchProcess is this program again, in the part of the one that measures.
func benchProcess(ctx context.Context) *exec.Cmd {
	self, err := os.Executable()
	if err != nil {
		self = os.Args[0]
	}
	return exec.CommandContext(ctx, self, "bench", "--"+benchServe)
}

// repeatValue is the value of --repeat.
type repeatValue int

func (v *repeatValue) String() string { return strconv.Itoa(int(*v)) }

func (v *repeatValue) Set(text string) error {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > maxRepeat {
		return fmt.Errorf("must be a whole number from 1 to %d", maxRepeat)
	}
	*v = repeatValue(n)
	return nil
}
