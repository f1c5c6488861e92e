package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"github.com/glia-sim/glia/experiments/results"
)

// resultImages is the folder of the figures of a page of results, beside it.
const resultImages = "img"

func resultsCommand(stderr io.Writer) *cli.Command {
	return &cli.Command{
		Name:      "results",
		Usage:     "gather run folders on one page: published values, ours, commands",
		UsageText: "glia results DIR... [--markdown FILE]",
		Description: `Reads run folders, or folders that hold run folders, and writes a page in Markdown:
for each experiment and setting the published values with ours beside them, the number
of seeds, the command that repeats the runs, wall time, machine and version. Runs with
the same settings and different seeds become mean and standard deviation.

With --markdown, what at least three runs give that differ in one number is drawn
as well, in the folder ` + resultImages + ` beside the file.

Examples:
   glia results runs
   glia results runs --markdown docs/RESULTS.md`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "markdown", DefaultText: "standard output, without figures", Usage: "write the page to `FILE`"},
		},
		Action: func(c *cli.Context) error {
			if !c.Args().Present() {
				return usagef("results needs run folders: glia results DIR...")
			}
			groups, omitted, err := results.Read(c.Args().Slice())
			if err != nil {
				return err
			}
			for _, o := range omitted {
				fmt.Fprintf(stderr, "left out %s: %s\n", o.Dir, o.Reason)
			}
			if len(groups) == 0 {
				return errors.New("no complete run is left: nothing to write")
			}
			if file := c.String("markdown"); file != "" {
				return writeResults(file, groups, stderr)
			}
			return results.Markdown(c.App.Writer, groups, nil, resultImages)
		},
	}
}

// writeResults writes the page, and its figures beside it.
func writeResults(file string, groups []*results.Group, stderr io.Writer) error {
	curves := results.Curves(groups)
	dir := filepath.Join(filepath.Dir(file), resultImages)
	if len(curves) > 0 {
		if err := os.MkdirAll(dir, 0o777); err != nil {
			return err
		}
	}
	for _, c := range curves {
		if err := writeTo(filepath.Join(dir, c.Name+".svg"), c.Render); err != nil {
			return err
		}
	}
	err := writeTo(file, func(w io.Writer) error { return results.Markdown(w, groups, curves, resultImages) })
	if err == nil {
		_, err = fmt.Fprintf(stderr, "%s: %d settings, %d figures\n", file, len(groups), len(curves))
	}
	return err
}

func writeTo(file string, write func(io.Writer) error) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}
