package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/glia-sim/glia/experiments/runfolder"
	"github.com/glia-sim/glia/viz"
)

// comparisonFile is where a comparison goes unless --out says otherwise.
const comparisonFile = "comparison.html"

// generatorMark stands in every page of glia: such files may be replaced.
const generatorMark = `<meta name="generator" content="glia"`

func reportCommand() *cli.Command {
	return &cli.Command{
		Name:      "report",
		Usage:     "write the report of a run anew, or compare several runs",
		UsageText: "glia report DIR... [--out FILE] [--force]",
		Description: `One run folder: builds its report.html from the manifest, the metrics and the
figures in the folder. Several: one page with the runs side by side, that is
metrics, differing parameters and figures.

Examples:
   glia report runs/nalsm-1
   glia report runs/brunel-AI runs/brunel-SR --out brunel.html`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "out", DefaultText: "report.html in the folder; " + comparisonFile + " for several", Usage: "page to write: `FILE`"},
			&cli.BoolFlag{Name: "force", DisableDefaultText: true, Usage: "replace --out even if it is no page of glia"},
		},
		Action: func(c *cli.Context) error {
			dirs := c.Args().Slice()
			if len(dirs) == 0 {
				return usagef("which run folder? See '%s --help'", c.Command.HelpName)
			}
			if c.IsSet("out") && c.String("out") == "" {
				return usagef("--out is empty; give a file, or leave it out")
			}
			page, problem, err := pageOf(dirs)
			if err != nil {
				return err
			}
			out := c.String("out")
			force := c.Bool("force")
			if out == "" {
				out = comparisonFile
				if len(dirs) == 1 {
					out, force = filepath.Join(dirs[0], runfolder.ReportFile), true // the run's own
				}
			}
			if err := replaceable(out, force); err != nil {
				return err
			}
			if err := viz.WriteFile(out, page); err != nil {
				return err
			}
			if problem != nil {
				return fmt.Errorf("%s is written, but not all of it: %w", out, problem)
			}
			_, err = fmt.Fprintln(c.App.Writer, out)
			return err
		},
	}
}

// pageOf is the page for one run, or for several. problem says what it lacks.
func pageOf(dirs []string) (page viz.Renderer, problem, err error) {
	names, err := runNames(dirs)
	if err != nil {
		return nil, nil, err
	}
	var runs []viz.ComparedRun
	var problems []error
	for i, dir := range dirs {
		r, err := readReport(dir)
		var figures *runfolder.FigureError
		if errors.As(err, &figures) {
			problems = append(problems, fmt.Errorf("%s: %w", dir, figures))
		} else if err != nil {
			return nil, nil, err
		}
		runs = append(runs, viz.ComparedRun{Name: names[i], Report: r})
	}
	problem = errors.Join(problems...)
	if len(runs) == 1 {
		return runs[0].Report, problem, nil
	}
	var titles []string
	for _, r := range runs {
		if len(titles) == 0 || titles[len(titles)-1] != r.Report.Title {
			titles = append(titles, r.Report.Title)
		}
	}
	title := fmt.Sprintf("%d runs compared", len(runs))
	if len(titles) == 1 {
		title = titles[0] + ": " + title
	}
	return viz.Comparison{Title: title, Runs: runs}, problem, nil
}

// readReport reads a run folder and says what is wrong with it, if anything,
// and what to do.
func readReport(dir string) (viz.Report, error) {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return viz.Report{}, usagef("there is no folder %s; give one that 'glia run' wrote", shellQuote(dir))
	case err != nil:
		return viz.Report{}, err
	case !info.IsDir():
		return viz.Report{}, usagef("%s is a file; give the run folder it is in", shellQuote(dir))
	}
	r, err := runfolder.Report(dir)
	var figures *runfolder.FigureError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return r, usagef("%s holds no run of glia: there is no %s; give a folder that 'glia run' wrote", shellQuote(dir), runfolder.ManifestFile)
	case err == nil || errors.As(err, &figures):
		return r, err
	}
	return r, fmt.Errorf("cannot read the run in %s: %w; if the file is damaged, repeat the run", shellQuote(dir), err)
}

// runNames are short names for folders: their own if those differ, else the
// paths.
func runNames(dirs []string) ([]string, error) {
	seen, twice := map[string]bool{}, false
	var names []string
	for _, dir := range dirs {
		path, err := filepath.Abs(dir)
		if err != nil {
			return nil, err
		}
		if seen[path] {
			return nil, usagef("%s is given twice", shellQuote(dir))
		}
		name := filepath.Base(path)
		twice = twice || seen[name]
		seen[path], seen[name] = true, true
		names = append(names, name)
	}
	if twice {
		for i, dir := range dirs {
			names[i] = filepath.Clean(dir)
		}
	}
	return names, nil
}

// replaceable makes sure that writing a page destroys nothing but a page.
func replaceable(path string, force bool) error {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && force && info.Mode().IsRegular() {
		return nil
	}
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return usagef("%s is not a file; choose another --out", shellQuote(path))
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	head := make([]byte, 1024)
	n, _ := io.ReadFull(f, head) // of a shorter file, what there is
	if n > 0 && !bytes.Contains(head[:n], []byte(generatorMark)) {
		return usagef("%s exists and is no page of glia; choose another --out, or replace it with --force", shellQuote(path))
	}
	return nil
}

func figureSizeFlag() cli.Flag {
	var names []string
	for _, s := range viz.Sizes {
		names = append(names, s.Name+" ("+s.Meaning+")")
	}
	return &cli.StringFlag{Name: "figure-size", DefaultText: "screen", Usage: "`SIZE` of the figures: " + strings.Join(names, ", ")}
}

// figureSize is the size that --figure-size names, or empty without it.
func figureSize(c *cli.Context) (string, error) {
	name := c.String("figure-size")
	if _, ok := viz.SizeNamed(name); !ok && c.IsSet("figure-size") {
		return "", usagef("--figure-size %s is none of %s", shellQuote(name), sizeNames())
	}
	return name, nil
}

func sizeNames() string {
	var names []string
	for _, s := range viz.Sizes {
		names = append(names, s.Name)
	}
	return strings.Join(names, ", ")
}
