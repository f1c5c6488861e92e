package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/experiments/runfolder"
	"github.com/glia-sim/glia/viz"
)

func resumeCommand(stderr io.Writer) *cli.Command {
	var s safety
	return &cli.Command{
		Name:      "resume",
		Usage:     "go on with a run that was stopped or killed",
		UsageText: "glia resume DIR [--checkpoint-every TIME] [--max-wall TIME] [--max-memory SIZE] [--max-rate HZ] [--quiet]",
		Description: `Goes on with the run in the folder DIR from its last checkpoint. Spikes, metrics
and figures are those of a run that was never stopped.

Examples:
   glia resume runs/brunel-1-20261125T120000
   glia resume big --max-wall 8h`,
		Flags: append(safetyFlags(&s),
			&cli.BoolFlag{Name: "quiet", Aliases: []string{"q"}, DisableDefaultText: true, Usage: "print nothing but the path of the run folder"},
		),
		Action: func(c *cli.Context) error {
			dir, err := oneArgument(c, "run folder")
			if err != nil {
				return err
			}
			r, m, err := resumed(dir, s.keepCheckpoints)
			if err != nil {
				return err
			}
			r.safety, r.quiet = s, c.Bool("quiet")
			return r.goOn(c.Context, m, c.App.Writer, stderr)
		},
	}
}

// resumed makes a request of what a manifest says. Of a complete run it only removes what was left over.
func resumed(dir string, keepCheckpoints bool) (*request, runfolder.Manifest, error) {
	m, err := readRun(dir)
	if err != nil {
		return nil, m, err
	}
	if m.Status == runfolder.Complete {
		_, _, err := runfolder.Resume(m, runfolder.Options{Dir: dir, KeepCheckpoints: keepCheckpoints})
		return nil, m, err
	}
	if m.Version != version() {
		return nil, m, fmt.Errorf("the run in %s was made by glia %s and this is %s, which may compute or keep things otherwise: resume it with that version, or begin anew with: %s", dir, m.Version, version(), m.Command)
	}
	e, err := experiments.Lookup(m.Experiment)
	if err != nil {
		return nil, m, err
	}
	v, err := valuesOf(e, m)
	if err != nil {
		return nil, m, fmt.Errorf("%s: %w", filepath.Join(dir, runfolder.ManifestFile), err)
	}
	if m.Workers < 1 || m.Workers > maxWorkers {
		return nil, m, fmt.Errorf("%s: workers is %d: want 1 to %d", filepath.Join(dir, runfolder.ManifestFile), m.Workers, maxWorkers)
	}
	if _, ok := viz.SizeNamed(m.FigureSize); !ok && m.FigureSize != "" {
		return nil, m, fmt.Errorf("%s: figure_size is %q: want one of %s", filepath.Join(dir, runfolder.ManifestFile), m.FigureSize, sizeNames())
	}
	r := &request{experiment: e, values: v, seed: m.Seed, workers: m.Workers, out: dir, data: m.DataDir, figures: m.FigureSize}
	return r, m, r.checkData(m.DataDir != "")
}

// readRun reads the manifest of a run folder and says what is wrong with it.
func readRun(dir string) (runfolder.Manifest, error) {
	m, err := runfolder.ReadManifest(dir)
	if err == nil {
		return m, nil
	}
	if info, statErr := os.Stat(dir); statErr != nil || !info.IsDir() {
		return m, usagef("%s is not a folder; give the folder of a run, as 'glia run' printed it", shellQuote(dir))
	}
	if errors.Is(err, fs.ErrNotExist) {
		return m, usagef("%s holds no run of glia: there is no %s; give the folder of a run, as 'glia run' printed it", shellQuote(dir), runfolder.ManifestFile)
	}
	return m, fmt.Errorf("%w; if the file is damaged, begin the run anew", err)
}

// valuesOf reads the parameters of a manifest. They went through a file: each is checked as if typed.
func valuesOf(e *experiments.Experiment, m runfolder.Manifest) (experiments.Values, error) {
	var assignments []string
	for _, p := range e.Parameters {
		value, ok := m.Parameters[p.Name]
		if !ok {
			return experiments.Values{}, &experiments.ParameterError{Parameter: p.Name, Reason: "missing"}
		}
		text := fmt.Sprint(value)
		if x, ok := value.(float64); ok { // the numbers of JSON, whole or not
			if p.Kind == experiments.Int && x == math.Trunc(x) && math.Abs(x) <= 1<<53 {
				text = strconv.FormatInt(int64(x), 10)
			} else {
				text = strconv.FormatFloat(x, 'g', -1, 64)
			}
		}
		assignments = append(assignments, p.Name+"="+text)
	}
	return e.Parse(assignments)
}

// goOn resumes the run.
func (r *request) goOn(ctx context.Context, m runfolder.Manifest, stdout, stderr io.Writer) error {
	folder, checkpoint, err := runfolder.Resume(m, r.folderOptions())
	if err != nil {
		return err
	}
	for _, note := range folder.Notes() {
		fmt.Fprintln(stderr, "glia: "+note)
	}
	if !r.quiet {
		fmt.Fprintln(stderr, resumesFrom(checkpoint))
	}
	return r.execute(ctx, folder, checkpoint, stdout, stderr)
}

func resumesFrom(c *experiments.Checkpoint) string {
	if c == nil {
		return "no checkpoint: the run begins anew, apart from stages that were kept"
	}
	where := fmt.Sprintf("%g ms of %q", c.At, c.Stretch)
	if c.Step > 0 {
		where = fmt.Sprintf("step %d of %q", c.Step, c.Stretch)
	}
	return "going on from " + where
}

func spikesCommand() *cli.Command {
	return &cli.Command{
		Name:      "spikes",
		Usage:     "make the spikes of a killed run readable",
		UsageText: "glia spikes DIR [--out FILE]",
		Description: `Writes the spikes that a run has recorded so far as a file that numpy opens. A
complete run has that file already. What a killed run recorded in its last
second may be missing.

Examples:
   glia spikes runs/brunel-1-20261125T120000
   glia spikes big --out /tmp/big.npz`,
		Flags: []cli.Flag{&cli.StringFlag{Name: "out", DefaultText: "DIR/" + runfolder.SpikesFile, Usage: "`FILE` to write"}},
		Action: func(c *cli.Context) error {
			dir, err := oneArgument(c, "run folder")
			if err != nil {
				return err
			}
			if _, err := readRun(dir); err != nil {
				return err
			}
			out := c.String("out")
			if out == "" {
				out = filepath.Join(dir, runfolder.SpikesFile)
			}
			if info, err := os.Stat(out); err == nil && info.IsDir() {
				return usagef("--out %s is a folder; give a file, such as %s", shellQuote(out), shellQuote(filepath.Join(out, runfolder.SpikesFile)))
			}
			n, err := runfolder.ExportSpikes(dir, out)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(c.App.Writer, "%s spikes in %s\n", grouped(n), strings.TrimSpace(out))
			return err
		},
	}
}
