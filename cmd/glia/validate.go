package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/experiments/validation"
	"github.com/glia-sim/glia/viz"
)

// The files of a validation.
const (
	validationReport = "report.html"
	validationRows   = "validation.json"
)

// notValidError says that rows are not ok.
type notValidError struct{ failed, rows int }

func (e *notValidError) Error() string {
	return fmt.Sprintf("%d of %d rows are not ok: they are marked in the table", e.failed, e.rows)
}

// comparisons lists what can be validated; tests replace it.
var comparisons = validation.Comparisons

func validateCommand(stderr io.Writer) *cli.Command {
	return &cli.Command{
		Name:      "validate",
		Usage:     "hold models, kernels, rules and networks against independent truths",
		UsageText: "glia validate [NAME...] [--quick] [--out DIR] [--json] [--markdown FILE]",
		Description: `Compares glia with recordings of NEST and Brian, closed forms and known
distributions, prints one row per quantity and writes the same as a report.
If any row is not ok the exit status is 1.

A NAME picks one comparison or all whose names begin with it; glia validate --list
shows the names. Everything takes about a minute or two on two cores.

Examples:
   glia validate
   glia validate --quick
   glia validate neurons/nest synapses
   glia validate --markdown docs/VALIDATION.md`,
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "quick", DisableDefaultText: true, Usage: "leave out what takes more than a second or so: the large networks"},
			&cli.StringFlag{Name: "out", DefaultText: "runs/validate-TIME", Usage: "folder for " + validationReport + " and " + validationRows + ": `DIR`"},
			jsonFlag(),
			&cli.StringFlag{Name: "markdown", Usage: "write the table as a document to `FILE` as well"},
			&cli.BoolFlag{Name: "list", DisableDefaultText: true, Usage: "list the names and stop"},
		},
		Action: func(c *cli.Context) error {
			v, err := newValidation(c)
			if err != nil {
				return err
			}
			if c.Bool("list") {
				return v.list(c.App.Writer)
			}
			table, err := v.run(c.Context, c.App.Writer, stderr)
			if err != nil {
				return errors.Join(causeOf(c), err)
			}
			if !table.OK() {
				return &notValidError{table.Failed(), table.Rows()}
			}
			return nil
		},
	}
}

// validationRequest is a checked command line of "glia validate".
type validationRequest struct {
	picked   []validation.Comparison
	out      string
	markdown string
	json     bool
	command  string
}

func newValidation(c *cli.Context) (*validationRequest, error) {
	for _, flag := range []string{"out", "markdown"} {
		if c.IsSet(flag) && c.String(flag) == "" {
			return nil, usagef("--%s is empty; give a path, or leave it out", flag)
		}
	}
	names := c.Args().Slice()
	v := &validationRequest{out: c.String("out"), markdown: c.String("markdown"), json: c.Bool("json"), command: "glia validate"}
	if v.markdown != "" && (len(names) > 0 || c.Bool("quick")) {
		return nil, usagef("--markdown wants the whole table: leave out --quick and the names")
	}
	all := comparisons()
	var err error
	if v.picked, err = validation.Select(all, names, c.Bool("quick")); err != nil {
		return nil, usagef("%s%s", err, suggestion(err, all))
	}
	for _, n := range names {
		v.command += " " + shellQuote(n)
	}
	if c.Bool("quick") {
		v.command += " --quick"
	}
	return v, nil
}

// suggestion ends a message about an unknown name.
func suggestion(err error, all []validation.Comparison) string {
	var unknown *validation.UnknownError
	if !errors.As(err, &unknown) {
		return ""
	}
	var names []string
	for _, c := range all {
		names = append(names, c.Name)
	}
	if near, ok := experiments.Nearest(unknown.Name, names); ok {
		return fmt.Sprintf("; did you mean %q?", near)
	}
	return "; see 'glia validate --list'"
}

func (v *validationRequest) list(out io.Writer) error {
	w := table(out)
	for _, c := range v.picked {
		slow := ""
		if c.Slow {
			slow = "slow"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", c.Name, slow, c.Source)
	}
	return w.Flush()
}

// run carries the comparisons out, prints the table and writes the files. Where some could not be carried
// out, the table of the others is printed all the same.
func (v *validationRequest) run(ctx context.Context, stdout, stderr io.Writer) (validation.Table, error) {
	dir, err := v.folder()
	if err != nil {
		return validation.Table{}, err
	}
	progress := newReporter(stderr)
	progress.Phase("validate")
	t, runErr := validation.Run(ctx, v.picked, validation.Options{Done: func(_ string, _ time.Duration, done, all int) {
		progress.Progress(float64(done), float64(all))
	}})
	progress.Phase("")
	if v.json {
		err = t.JSON(stdout)
	} else {
		err = t.Text(stdout, failedLine(stdout))
	}
	if err = errors.Join(runErr, err, v.write(dir, t)); err != nil {
		return t, err
	}
	if !v.json {
		_, err = fmt.Fprintf(stdout, "%.0f s on %d cores\nreport  %s\n", t.Took.Seconds(), runtime.GOMAXPROCS(0), filepath.Join(dir, validationReport))
	}
	return t, err
}

// failedLine colours rows that are not ok for a terminal.
func failedLine(w io.Writer) func(string) string {
	if !colourful(w) {
		return nil
	}
	return func(line string) string { return "\x1b[31m" + line + "\x1b[0m" }
}

// folder makes the folder for the report.
func (v *validationRequest) folder() (string, error) {
	dir := v.out
	if dir == "" {
		dir = filepath.Join("runs", "validate-"+time.Now().Format("20060102T150405"))
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", fmt.Errorf("cannot create the folder of the report: %w; choose a writable place with --out", err)
	}
	return dir, nil
}

func (v *validationRequest) write(dir string, t validation.Table) error {
	page, err := t.Report(v.environment(t), v.command)
	if err != nil {
		return err
	}
	files := []struct {
		path   string
		render func(io.Writer) error
	}{{filepath.Join(dir, validationReport), page.Render}, {filepath.Join(dir, validationRows), t.JSON}}
	if v.markdown != "" && len(t.Results) == len(v.picked) {
		files = append(files, files[0])
		files[2].path, files[2].render = v.markdown, t.Markdown
	}
	for _, f := range files {
		var b bytes.Buffer
		if err := f.render(&b); err != nil {
			return err
		}
		if err := os.WriteFile(f.path, b.Bytes(), 0o666); err != nil {
			return fmt.Errorf("cannot write the table: %w", err)
		}
	}
	return nil
}

// environment lists the facts about program and machine.
func (v *validationRequest) environment(t validation.Table) []viz.EnvironmentRow {
	rows := []viz.EnvironmentRow{
		{Name: "comparisons", Value: fmt.Sprintf("%d of %d carried out", len(t.Results), len(v.picked))},
		{Name: "wall time", Value: fmt.Sprintf("%.1f s", t.Took.Seconds())},
		{Name: "glia", Value: version()},
		{Name: "Go", Value: strings.Join([]string{runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH}, " ")},
		{Name: "logical processors", Value: fmt.Sprint(runtime.NumCPU())},
	}
	for _, r := range t.Results {
		if r.Took > time.Second {
			rows = append(rows, viz.EnvironmentRow{Name: "wall time of " + r.Comparison.Name, Value: fmt.Sprintf("%.1f s", r.Took.Seconds())})
		}
	}
	return rows
}
