package main

import (
	"fmt"
	"io"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/experiments/dataset"
)

func dataCommand(stderr io.Writer) *cli.Command {
	return &cli.Command{
		Name:      "data",
		Usage:     "list, download and check data sets",
		UsageText: "glia data list|fetch|check",
		Description: `A data set is a folder with the four IDX files of MNIST or Fashion-MNIST,
gzipped or not. Experiments take it with --data DIR.

Examples:
   glia data list
   glia data fetch mnist --to data/mnist
   glia data check data/mnist
   glia run nalsm --data data/mnist`,
		Subcommands: []*cli.Command{dataListCommand(), dataFetchCommand(stderr), dataCheckCommand()},
		Action: func(c *cli.Context) error {
			return usagef("what to do with data? There are: list, fetch, check; see 'glia data --help'")
		},
	}
}

func dataListCommand() *cli.Command {
	return &cli.Command{
		Name:      "list",
		Usage:     "list the data sets that can be downloaded",
		UsageText: "glia data list [--json]",
		Flags:     []cli.Flag{jsonFlag()},
		Action: func(c *cli.Context) error {
			if err := noArguments(c); err != nil {
				return err
			}
			known := dataset.Known()
			if c.Bool("json") {
				return writeJSON(c.App.Writer, known)
			}
			w := table(c.App.Writer)
			for _, d := range known {
				fmt.Fprintf(w, "%s\t%.0f MB\t%s\t%s\n", d.Name, float64(d.DownloadBytes)/1e6, d.Description, d.Licence)
			}
			if err := w.Flush(); err != nil {
				return err
			}
			_, err := fmt.Fprintf(c.App.Writer, "\nGet one: glia data fetch %s --to data/%[1]s\n", known[0].Name)
			return err
		},
	}
}

func dataFetchCommand(stderr io.Writer) *cli.Command {
	return &cli.Command{
		Name:      "fetch",
		Usage:     "download a data set and verify its checksums",
		UsageText: "glia data fetch NAME [--to DIR] [--mirror URL]... [--force]",
		Description: `A download that was interrupted goes on where it stopped.

Examples:
   glia data fetch mnist
   glia data fetch fashion-mnist --to ~/data/fashion`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "to", DefaultText: "data/NAME", Usage: "folder to write: `DIR`"},
			&cli.StringSliceFlag{Name: "mirror", Usage: "`URL` of a folder that has the four .gz files, instead of the public ones"},
			&cli.BoolFlag{Name: "force", DisableDefaultText: true, Usage: "replace files that are not those of the data set"},
		},
		Action: func(c *cli.Context) error {
			name, err := oneArgument(c, "data set")
			if err != nil {
				return err
			}
			if err := knownData(name); err != nil {
				return err
			}
			to := c.String("to")
			if to == "" {
				to = filepath.Join("data", name)
			}
			progress := fetchProgress{reporter: newReporter(stderr)}
			err = dataset.Fetch(c.Context, name, to, dataset.FetchOptions{
				Mirrors: c.StringSlice("mirror"), Replace: c.Bool("force"), Progress: progress.show,
			})
			progress.reporter.Phase("")
			if err != nil {
				if cause := causeOf(c); cause != nil {
					return fmt.Errorf("interrupted (%w); repeat the command to go on where it stopped", cause)
				}
				return err
			}
			_, err = fmt.Fprintf(c.App.Writer, "%s is in %s; use it with --data %s\n", name, to, shellQuote(to))
			return err
		},
	}
}

// knownData checks the name of a data set.
func knownData(name string) error {
	var names []string
	for _, d := range dataset.Known() {
		if d.Name == name {
			return nil
		}
		names = append(names, d.Name)
	}
	if near, ok := experiments.Nearest(name, names); ok {
		return usagef("unknown data set %q; did you mean %q?", name, near)
	}
	return usagef("unknown data set %q; see 'glia data list'", name)
}

// fetchProgress shows a download as one phase per file.
type fetchProgress struct {
	reporter experiments.Reporter
	file     string
}

func (f *fetchProgress) show(p dataset.Progress) {
	if p.File != f.file {
		f.file = p.File
		f.reporter.Phase(fmt.Sprintf("%s (%d of %d)", p.File, p.Number, p.Of))
	}
	f.reporter.Progress(float64(p.Done), float64(p.Total))
}

func dataCheckCommand() *cli.Command {
	return &cli.Command{
		Name:      "check",
		Usage:     "examine the files of a data set",
		UsageText: "glia data check DIR [--json]",
		Flags:     []cli.Flag{jsonFlag()},
		Action: func(c *cli.Context) error {
			dir, err := oneArgument(c, "folder")
			if err != nil {
				return err
			}
			report, err := dataset.Check(dir)
			if err != nil {
				return err
			}
			if c.Bool("json") {
				err = writeJSON(c.App.Writer, report)
			} else {
				err = printCheck(c.App.Writer, report)
			}
			if err != nil || report.OK() {
				return err
			}
			return fmt.Errorf("%s is not a usable data set; get one with 'glia data fetch'", dir)
		},
	}
}

func printCheck(out io.Writer, report dataset.Report) error {
	w := table(out)
	for _, f := range report.Files {
		switch {
		case !f.Present:
			fmt.Fprintf(w, "%s\tmissing\n", f.Name)
		case f.Err != nil:
			fmt.Fprintf(w, "%s\tbad\t%v\n", f.Name, f.Err)
		case f.Rows > 0:
			fmt.Fprintf(w, "%s\tok\t%s images of %dx%d\n", f.Name, grouped(int64(f.Count)), f.Rows, f.Cols)
		default:
			fmt.Fprintf(w, "%s\tok\t%s labels\n", f.Name, grouped(int64(f.Count)))
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if report.Err != nil {
		fmt.Fprintln(out, report.Err)
	}
	if report.OK() {
		origin := "not one of the published sets"
		switch {
		case report.Generated:
			origin = "generated digits"
		case report.Known != "":
			origin = "checksums of the published set"
		}
		fmt.Fprintf(out, "%s: complete (%s)\n", report.Name, origin)
	}
	return nil
}
