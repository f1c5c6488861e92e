package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/glia-sim/glia/bench"
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
		UsageText:   "glia bench [NAME...] [--json] [--repeat N] [--workers N] [--quick] [--profile DIR]",
		Description: benchDescription(),
		Flags: []cli.Flag{
			jsonFlag(),
			&cli.GenericFlag{Name: "repeat", Value: &repeat, Usage: fmt.Sprintf("`number` of repetitions, each in a process of its own, 1 to %d; the median counts", maxRepeat)},
			&cli.GenericFlag{Name: "workers", Value: &workers, DefaultText: "one per processor", Usage: fmt.Sprintf("`number` of goroutines, 1 to %d; benchmarks of one core use one", maxWorkers)},
			&cli.BoolFlag{Name: "quick", DisableDefaultText: true, Usage: "small sizes that take a second each: to see that it works"},
			&cli.StringFlag{Name: "profile", Usage: "write a CPU profile of the measured stretch of each benchmark to `DIR`/NAME.pprof"},
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
	b.WriteString("\nExamples:\n   glia bench --quick\n   glia bench brunel stdp --repeat 5\n   glia bench microcircuit --json > microcircuit.json\n   glia bench brunel --repeat 1 --profile profiles && go tool pprof -top profiles/brunel.pprof")
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
	return errors.Join(failed, write(c.App.Writer, reports, machine))
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
